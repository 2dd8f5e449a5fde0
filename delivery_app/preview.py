"""The preview: one planned roster out of files, to look at, on this machine only, without sign-in.

:func:`serve` listens on the loopback address and refuses any other; requests that name another host
(DNS rebinding) are refused too. Nothing can be changed through it; what is kept is the choice of language.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from delivery_app.i18n import LANGUAGES
from delivery_app.templating import STATIC, environment
from delivery_app.views import Plan, UnknownPageError, carer_day_view, citizen_week_view, week_view
from scheduler.message import ProblemError
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.travel import TravelTable

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: What a browser may name as the host.
TRUSTED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
LANGUAGE_COOKIE = "naerplan_lang"
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(problem: Problem, roster: Roster, *, travel: TravelTable | None = None) -> FastAPI:
    """The read-only pages over one roster; the roster is judged once, here."""
    plan = Plan(problem, roster, travel)
    app = FastAPI(title="Nærplan", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _add_pages(app, plan)
    _add_errors(app, plan)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=TRUSTED_HOSTS, www_redirect=False)
    # Added last, so outermost: a refused host gets the headers too.
    app.middleware("http")(_secured)
    return app


def serve(
    problem: Problem,
    roster: Roster,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    travel: TravelTable | None = None,
) -> None:
    """Show the roster on this machine until interrupted.

    Raises
    ------
    ProblemError
        Another host than the loopback address, or a port that cannot be had.
    """
    import uvicorn

    listening = _listen(host, port)
    try:
        config = uvicorn.Config(
            create_app(problem, roster, travel=travel),
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    if host not in LOOPBACK:
        raise ProblemError(
            "'{host}' would show the page to other machines; it is for this one only, write 127.0.0.1",
            host=host,
        )
    listening = socket.socket(socket.AF_INET6 if host == "::1" else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, OverflowError):
        listening.close()
        raise ProblemError(
            "port {port} cannot be used on {host}: another program has it, or it is not yours to take; "
            "name another port",
            port=port,
            host=host,
        ) from None
    return listening


def _add_pages(app: FastAPI, plan: Plan) -> None:
    @app.get("/", response_class=HTMLResponse)
    def week_page(request: Request, week: str | None = None) -> Response:
        view = week_view(plan, plan.week_number(week))
        return _page(request, plan, "week/week.html", view=view)

    # An id may hold any sign but a space, a slash too.
    @app.get("/carers/{carer_id:path}/days/{day}", response_class=HTMLResponse)
    def carer_day_page(request: Request, carer_id: str, day: str) -> Response:
        try:
            when = date.fromisoformat(day)
        except ValueError:
            raise UnknownPageError(day) from None
        view = carer_day_view(plan, carer_id, when)
        return _page(request, plan, "week/carer_day.html", view=view)

    @app.get("/citizens/{citizen_id:path}/week", response_class=HTMLResponse)
    def citizen_week_page(request: Request, citizen_id: str, week: str | None = None) -> Response:
        view = citizen_week_view(plan, citizen_id, plan.week_number(week))
        return _page(request, plan, "week/citizen_week.html", view=view)

    @app.get("/health")
    def health() -> Response:
        return JSONResponse({"status": "ok"})


def _add_errors(app: FastAPI, plan: Plan) -> None:
    def unknown(request: Request, error: Exception) -> Response:
        return _page(request, plan, "week/error.html", 404, status=404)

    def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return _page(request, plan, "week/error.html", status, status=status)

    def failed(request: Request, error: Exception) -> Response:
        # The server logs the error. This answer leaves outside of all middleware.
        return _with_headers(_page(request, plan, "week/error.html", 500, status=500))

    app.add_exception_handler(UnknownPageError, unknown)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, failed)


def _page(request: Request, plan: Plan, template: str, code: int = 200, **context: Any) -> Response:
    lang = _language(request)
    html = (
        environment(lang)
        .get_template(template)
        .render(
            lang=lang,
            team=plan.problem.name,
            languages=[(one, _same_page(request, one)) for one in LANGUAGES],
            **context,
        )
    )
    response = HTMLResponse(html, code)
    if request.query_params.get("lang") == lang:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=365 * 86400, httponly=True, samesite="strict")
    return response


def _language(request: Request) -> str:
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return str(asked)
    return LANGUAGES[0]


def _same_page(request: Request, lang: str) -> str:
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    # The path as it came, still encoded; never beginning with two slashes, which would name another host.
    path = "/" + request.scope.get("raw_path", b"/").decode("ascii", "replace").partition("?")[0].lstrip("/")
    return f"{path}?{urlencode([*query, ('lang', lang)])}"


async def _secured(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    return _with_headers(await call_next(request))


def _with_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers[name] = value
    html = response.headers.get("content-type", "").startswith("text/html")
    response.headers["Cache-Control"] = "no-store" if html else "no-cache"
    return response
