"""The style of the carers' pages, which stands in the pages themselves: on a slow line there is something to read one
round trip earlier than with a file of its own.

The content policy of these pages names the style's digest: no other inline style counts, whoever wrote it there.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
#: In this order, from ``static/``.
FILES = ("carer/carer.css", "carer/risk.css", "carer/team.css")


@cache
def inline_style() -> str:
    """What stands between ``<style>`` and ``</style>``: the files without comments and line breaks."""
    text = " ".join((STATIC / name).read_text(encoding="utf-8") for name in FILES)
    text = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).strip()
    if "</" in text or "<!" in text:
        raise ValueError(
            f"one of {', '.join(FILES)} has '</' or '<!' in it, which would end the style in a page"
        )
    return text


def digest_of(style: str) -> str:
    """How a content policy names an inline style: ``'sha256-…'``."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


@cache
def inline_digest() -> str:
    """The digest of the carers' style."""
    return digest_of(inline_style())
