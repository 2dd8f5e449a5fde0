"""Answers are packed on their way, but never where another site could have asked for them.

Who can make a browser ask for a page again and again with words of their own in it, and sees how long the packed
answer is, can guess what else stands on the page (BREACH). So a page is packed only when the browser says that one of
our own pages, or the person, asked for it (Sec-Fetch-Site); everything in ``/static`` is the same for everybody.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

#: Below that it is not worth it.
LEAST_BYTES = 1000
#: A page of 200 kB in two milliseconds, to an eighth; the highest level takes five times as long for little more.
LEVEL = 4
#: What is packed already.
PACKED = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "image/*",
)


class Compression:
    """The middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.plain = app
        self.packed = GZipMiddleware(
            app,
            minimum_size=LEAST_BYTES,
            compresslevel=LEVEL,
            exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, *PACKED),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, packed where that gives nothing away."""
        app = self.packed if scope["type"] == "http" and gives_nothing_away(scope) else self.plain
        await app(scope, receive, send)


def gives_nothing_away(scope: Scope) -> bool:
    """Whether nobody else can have caused the request: a browser that does not say so is not believed."""
    asked_from = Headers(scope=scope).get("sec-fetch-site")
    return asked_from in ("same-origin", "none") or scope["path"].startswith("/static/")
