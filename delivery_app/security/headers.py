"""What every answer says to the browser: nothing from elsewhere, nothing inline, nothing kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from delivery_app.security.inline_style import inline_digest

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"
#: Pages that may use camera, microphone and position: the carers' tablet and the two ends of a screen visit.
DEVICE_PAGES = ("/carer/", "/call")
DEVICES = "camera=(self), geolocation=(self), microphone=(self)"
#: What these pages need beyond the others: they work without a network, and show pictures they took themselves.
DEVICE_SOURCES = ("worker-src 'self'", "manifest-src 'self'", "media-src 'self' blob:")


def content_policy(image_sources: tuple[str, ...] = ()) -> str:
    """The content security policy; ``image_sources`` are origins of map tiles, if the installation has any."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            " ".join(["img-src 'self' data:", *image_sources]),
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def device_policy(policy: str) -> str:
    """The content security policy of :data:`DEVICE_PAGES`, made from that of all pages."""
    more = {"img-src": "blob:", "style-src": inline_digest()}
    parts = [
        f"{part} {more[name]}" if (name := part.partition(" ")[0]) in more else part
        for part in policy.split("; ")
    ]
    return "; ".join([*parts, *DEVICE_SOURCES])


def secured(
    policy: str,
) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    """The middleware that puts the headers on every answer."""

    async def middleware(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return with_headers(request, await call_next(request), policy)

    return middleware


def with_headers(request: Request, response: Response, policy: str) -> Response:
    """The answer with all headers; pages are not kept by the browser, files say themselves how long."""
    for name, value in SECURITY_HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = policy
    if request.url.path.startswith(DEVICE_PAGES):
        response.headers["Permissions-Policy"] = DEVICES
        response.headers["Content-Security-Policy"] = device_policy(policy)
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers.setdefault("Cache-Control", "no-store")
    return response
