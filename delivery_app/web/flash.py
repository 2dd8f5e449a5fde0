"""A sentence for the next page: "Saved.", shown once after a redirect.

It travels in a cookie that only this session can have written (signed with its form token), as message and
values, so that it is told in whichever language the next page speaks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from delivery_app.i18n import translator

COOKIE = "naerplan_flash"
MAX_AGE_S = 60
Kind = Literal["success", "info", "warning", "error"]


@dataclass(frozen=True)
class Flash:
    """A sentence and how it is meant."""

    kind: str
    sentence: str


def put(response: Response, key: str, kind: Kind, template: str, values: dict[str, object]) -> None:
    """Send a sentence along to the next page. Values are words or figures, never personal data."""
    said = {name: value if isinstance(value, int | float) else str(value) for name, value in values.items()}
    body = json.dumps([kind, template, said], ensure_ascii=False).encode()
    text = base64.urlsafe_b64encode(body).decode().rstrip("=")
    response.set_cookie(
        COOKIE, f"{text}.{_sign(key, text)}", max_age=MAX_AGE_S, httponly=True, samesite="lax"
    )


def take(request: Request, key: str, lang: str) -> list[Flash]:
    """What the last page sent along; the caller deletes the cookie."""
    text, _, signature = request.cookies.get(COOKIE, "").partition(".")
    if not text or not hmac.compare_digest(signature.encode(), _sign(key, text).encode()):
        return []
    try:
        kind, template, values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return [Flash(str(kind), translator(lang)(template).format(**values))]
    except (ValueError, KeyError, IndexError, TypeError, binascii.Error):
        return []


def _sign(key: str, text: str) -> str:
    return hmac.new(key.encode(), b"flash" + text.encode(), hashlib.sha256).hexdigest()[:32]
