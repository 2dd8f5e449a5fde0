"""What a person sees when something cannot be done: what it is and what to do, never a trace, never data."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from delivery_app.i18n import N_, long_date, translator
from delivery_app.security import sessions
from delivery_app.security.headers import with_headers
from delivery_app.security.person import EmploymentEndedError, Ended
from delivery_app.services import devices
from delivery_app.web.deps import OwnPasswordNeededError, SignInNeededError, find_person, get_now
from delivery_app.web.language import language_of
from delivery_app.web.page import render
from models.errors import ConflictError, MissingRowError, RememberingError
from scheduler.message import ProblemError

ENDED = N_(
    "Your last day as a carer of {team} was {date}. Its citizens are closed to you now. Is that wrong? Ask your "
    "leader or planner. What was not sent from your tablet is still on it, encrypted; it is sent when you have been "
    "let in again and sign in there."
)
LOG = logging.getLogger("naerplan.web")
TEMPLATE, PART = "app/error.html", "app/_error.html"


def add_error_pages(app: FastAPI, policy: str) -> None:
    """Answers for everything that a route may raise; ``policy`` is the content policy of its headers."""

    def sign_in_needed(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(("/carer/", "/call/")) and _on_revoked_device(request):
            return JSONResponse({"wipe": True}, 410)
        where = _sign_in_address(request)
        if request.headers.get("hx-request") == "true":
            # A redirect would be followed inside the page: htmx is told to leave it.
            return Response(status_code=401, headers={"HX-Redirect": where})
        return RedirectResponse(where, 303)

    def own_password_needed(request: Request, error: Exception) -> Response:
        if request.headers.get("hx-request") == "true":
            return Response(status_code=401, headers={"HX-Redirect": "/me"})
        return RedirectResponse("/me", 303)

    def ended(request: Request, error: Exception) -> Response:
        assert isinstance(error, EmploymentEndedError)
        said = ended_words(error.ended, language_of(request))
        if request.headers.get("hx-request") == "true":
            # A tablet shows nobody of the team any more; what was not sent stays on it, sealed.
            return JSONResponse({"wipe": True, "ended": said}, 410)
        return error_page(request, 403, said=said)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return error_page(request, error.status_code)

    def malformed(request: Request, error: Exception) -> Response:
        # An id in a path that is none names nothing.
        assert isinstance(error, RequestValidationError)
        in_path = any(one.get("loc", ("",))[0] == "path" for one in error.errors())
        return error_page(request, 404 if in_path else 422)

    def missing(request: Request, error: Exception) -> Response:
        return error_page(request, 404)

    def conflict(request: Request, error: Exception) -> Response:
        return error_page(request, 409, error)

    def taught(request: Request, error: Exception) -> Response:
        return error_page(request, 422, error)

    def failed(request: Request, error: Exception) -> Response:
        LOG.error("request failed: %s", type(error).__name__, exc_info=error)
        # This answer leaves outside of all middleware.
        return with_headers(request, error_page(request, 500), policy)

    app.add_exception_handler(SignInNeededError, sign_in_needed)
    app.add_exception_handler(OwnPasswordNeededError, own_password_needed)
    app.add_exception_handler(EmploymentEndedError, ended)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(MissingRowError, missing)
    app.add_exception_handler(ConflictError, conflict)
    app.add_exception_handler(RememberingError, taught)
    app.add_exception_handler(ProblemError, taught)
    app.add_exception_handler(Exception, failed)


def _sign_in_address(request: Request) -> str:
    """Where to sign in: with the page to come back to, and whether a sign-in of this browser has ended meanwhile.

    Of what was sent after that, nothing was saved (``ended=lost``); one comes back to the page it was written on.
    """
    sent = request.method != "GET"
    was_in = bool(request.cookies.get(sessions.COOKIE))
    by_part = sent or request.headers.get("hx-request") == "true"
    here = urlsplit(request.headers.get("referer", "")) if by_part else urlsplit(str(request.url))
    page = here.path + (f"?{here.query}" if here.query else "")
    asked = {"ended": ("lost" if sent else "yes") if was_in else "", "next": page if here.path != "/" else ""}
    query = "&".join(f"{name}={quote(value, safe='/')}" for name, value in asked.items() if value)
    return f"/signin?{query}" if query else "/signin"


def _on_revoked_device(request: Request) -> bool:
    """Whether a carer's tablet that was revoked asks: it is told to wipe itself, though nobody is signed in there."""
    token = request.cookies.get(sessions.COOKIE, "")
    if not token or request.headers.get("hx-request") != "true":
        return False
    with request.app.state.database.reading() as session:
        return devices.is_revoked(session, sessions.digest(token))


def ended_words(ended: Ended, lang: str) -> str:
    """What somebody is told who is no carer of the team any more: since when, and whom to ask."""
    return translator(lang)(ENDED).format(team=ended.team_name, date=long_date(ended.last_day, lang))


def error_page(request: Request, status: int, error: Exception | None = None, said: str = "") -> Response:
    """The page of a status, with the error's own sentence when it has one, or the one that is given."""
    if not hasattr(request.state, "person"):
        try:
            state = request.app.state
            find_person(request, state.database, state.settings, get_now(request))
        except Exception:  # the database itself may be what failed
            request.state.person = None
    return render(
        request,
        TEMPLATE,
        status,
        partial=PART,
        code=status,
        sentence=said or sentence(error, language_of(request)),
        expired_form=getattr(request.state, "expired_form", False),
    )


def sentence(error: Exception | None, lang: str) -> str:
    """An error of ours in a language; empty for any other."""
    translate = translator(lang)
    if isinstance(error, ProblemError):
        return error.message.render(translate)
    if isinstance(error, RememberingError):
        values = {
            name: sentence(value, lang) if isinstance(value, RememberingError) else value
            for name, value in error.values.items()
        }
        return translate(error.template).format(**values)
    return ""
