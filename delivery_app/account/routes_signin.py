"""Signing in and out, the language of a browser, where one begins, and whether the app is alive."""

from __future__ import annotations

import math
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from delivery_app.account.provider import forget_sign_out, provider_sign_out
from delivery_app.account.signing_in import address_of, set_session_cookie, sign_in
from delivery_app.i18n import LANGUAGES, N_
from delivery_app.security import sessions
from delivery_app.security.permissions import Permission
from delivery_app.services.accounts import get_user
from delivery_app.web.deps import (
    AppSettings,
    CurrentPerson,
    DbSession,
    Now,
    OpenDatabase,
    PostedForm,
    SomePerson,
)
from delivery_app.web.language import COOKIE as LANGUAGE_COOKIE
from delivery_app.web.navigation import home
from delivery_app.web.page import local_path, redirect, render, say
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
#: Where one is after signing out.
DONE = "/signin?over=1"
WRONG = N_("The name or the password is wrong. Look at both, also at capital letters in the password.")
WAIT_SECONDS = N_("That was wrong too often. Wait {count} seconds, then try again.")
WAIT_MINUTES = N_("That was wrong too often. Wait {count} minutes, then try again.")


@router.get("/", permission=Permission.ACCOUNT)
def begin(request: Request, person: CurrentPerson) -> Response:
    """To the page a person begins at."""
    return RedirectResponse(home(request.app, person), 303)


@router.get("/signin", permission=Permission.PUBLIC)
def sign_in_page(
    request: Request, person: SomePerson, next: str = "", over: str = "", ended: str = ""
) -> Response:
    """The form."""
    if person is not None:
        return RedirectResponse(_after(request, next, home(request.app, person)), 303)
    return render(
        request,
        "account/signin.html",
        next=_after(request, next, ""),
        name="",
        problem="",
        over=bool(over),
        ended=ended,
    )


@router.post("/signin", permission=Permission.PUBLIC)
def sign_in_form(
    request: Request, database: OpenDatabase, settings: AppSettings, form: PostedForm, now: Now
) -> Response:
    """Sign in, or say why not."""
    outcome = sign_in(
        database,
        settings,
        sign_in_name=form.get("name", ""),
        password=form.raw("password"),
        address=address_of(request),
        device=request.headers.get("user-agent", ""),
        replaced=request.cookies.get(sessions.COOKIE, ""),
        now=now,
    )
    following = _after(request, form.get("next", ""), "")
    if outcome.token:
        response = RedirectResponse(following or "/", 303)
        set_session_cookie(request, response, outcome.token, settings)
        forget_sign_out(response)
        return response
    problem, status = say(request, WRONG), 422
    if outcome.wait:
        seconds = math.ceil(outcome.wait.total_seconds())
        template, count = (
            (WAIT_SECONDS, seconds) if seconds <= 90 else (WAIT_MINUTES, math.ceil(seconds / 60))
        )
        problem, status = say(request, template, count=count), 429
    return render(
        request,
        "account/signin.html",
        status,
        next=following,
        name=form.get("name", "")[:100],
        problem=problem,
        over=False,
        ended="",
    )


@router.post("/signout", permission=Permission.ACCOUNT)
def sign_out(
    request: Request, person: CurrentPerson, session: DbSession, settings: AppSettings, now: Now
) -> Response:
    """End this browser's session, and the one at the provider of identities where it was begun there."""
    onwards = provider_sign_out(request, settings)
    sessions.end(session, person.session_id, person.user_id, now)
    if onwards is None:
        response: Response = RedirectResponse(DONE, 303)
    else:
        # Not a redirect: the content policy keeps forms, and where they lead to, on this site.
        request.state.person = None
        response = render(
            request, "account/signed_out.html", onwards=onwards, provider=settings.oidc_name, done=DONE
        )
        forget_sign_out(response)
    response.delete_cookie(sessions.COOKIE, path="/")
    return response


@router.get("/signout/done", permission=Permission.PUBLIC)
def signed_out() -> Response:
    """Back from the provider."""
    return RedirectResponse(DONE, 303)


@router.post("/language", permission=Permission.PUBLIC)
def choose_language(request: Request, person: SomePerson, form: PostedForm, session: DbSession) -> Response:
    """The language of this browser, and of the person who is signed in in it."""
    chosen = form.get("lang", "")
    response = redirect(request, local_path(form.get("next"), "/"))
    if chosen in LANGUAGES:
        if person is not None:
            user = get_user(session, person.user_id)
            user.language = chosen
            session.add(user)
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 86400, httponly=True, samesite="lax")
    return response


@router.get("/health", permission=Permission.PUBLIC)
def health() -> Response:
    """That the app answers."""
    return JSONResponse({"status": "ok"})


def _after(request: Request, path: str, otherwise: str) -> str:
    """Where to go after signing in: a page of ours that was asked for, but not signing in or out itself."""
    plain = local_path(path, "")
    return otherwise if urlsplit(plain).path in ("", "/", "/signin", "/signout", "/language") else plain
