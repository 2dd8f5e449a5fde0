"""A request that changes something must come from a page of ours.

Two guards. The browser itself says where a request comes from (Sec-Fetch-Site, Origin): another site is
refused, before anybody is signed in too. And each form carries a token that belongs to the session, written
differently on every page, so that the length of packed pages tells nothing of it.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import FormData, Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf_token"
HEADER = "x-csrf-token"


def from_elsewhere(headers: Headers) -> bool:
    """Whether the browser says that another site sent the request; one that says nothing is no browser's."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def masked(token: str) -> str:
    """A session's token as one page carries it: random, and the token under it."""
    plain = bytes.fromhex(token)
    pad = secrets.token_bytes(len(plain))
    return pad.hex() + _under(pad, plain).hex()


def unmasked(text: str) -> str:
    """The token that a page carried; empty for what :func:`masked` has not made."""
    try:
        both = bytes.fromhex(text)
    except ValueError:
        return ""
    half = len(both) // 2
    return _under(both[:half], both[half:]).hex() if 2 * half == len(both) else ""


def _under(pad: bytes, plain: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(pad, plain, strict=True))


def token_matches(wanted: str, headers: Headers, form: FormData | None) -> bool:
    """Whether the request carries the session's token, in the header (scripts) or in the form."""
    given = headers.get(HEADER) or (form.get(FIELD) if form is not None else None)
    return isinstance(given, str) and hmac.compare_digest(unmasked(given).encode(), wanted.encode())
