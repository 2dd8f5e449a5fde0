"""One's own account: password, language, and the browsers one is signed in in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery_app.account.devices import device_name
from delivery_app.i18n import N_
from delivery_app.security import passwords, sessions, throttle
from delivery_app.security.passwords import PasswordError
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services.accounts import get_user, set_password
from delivery_app.settings import Settings
from delivery_app.web.deps import AppSettings, CurrentPerson, DbSession, Now, OpenDatabase, PostedForm
from delivery_app.web.errors import ended_words, sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render, say
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
WRONG_OLD = N_("This is not your password so far; write the one you signed in with")
NOT_REPEATED = N_("The two new passwords differ; write the same one twice")
WAIT = N_("That was wrong too often. Wait some minutes, then try again")


@dataclass(frozen=True)
class SessionView:
    """A browser somebody is signed in in."""

    session_id: UUID
    device: str
    began_at: datetime
    seen_at: datetime
    this: bool


@router.get("/me", permission=Permission.ACCOUNT)
def account_page(
    request: Request, person: CurrentPerson, session: DbSession, settings: AppSettings, now: Now
) -> Response:
    """One's own account."""
    return _page(request, person, session, settings, now)


@router.post("/me/password", permission=Permission.ACCOUNT)
def change_password(
    request: Request,
    person: CurrentPerson,
    session: DbSession,
    database: OpenDatabase,
    settings: AppSettings,
    form: PostedForm,
    now: Now,
) -> Response:
    """A new password; all other sessions end."""
    user = get_user(session, person.user_id)
    errors: dict[str, str] = {}
    guessed = False
    keys = {"name": f"password of {user.sign_in_name}"}
    if throttle.waiting(session, keys, now):
        errors["old"] = say(request, WAIT)
    elif not passwords.verify(form.raw("old"), user.password_hash)[0]:
        errors["old"] = say(request, WRONG_OLD)
        guessed = True
    try:
        passwords.check_password(form.raw("new"), user.sign_in_name)
    except PasswordError as error:
        errors["new"] = sentence(error, language_of(request))
    if not errors.get("new") and form.raw("new") != form.raw("again"):
        errors["again"] = say(request, NOT_REPEATED)
    if errors:
        # This request takes back what it writes, so a wrong guess is counted in a transaction of its own.
        session.rollback()
        if guessed:
            with database.transaction(person.sign_in_name) as counting:
                throttle.failed(counting, keys, now)
        return _page(request, person, session, settings, now, errors, 422)
    set_password(session, user, form.raw("new"))
    throttle.succeeded(session, keys)
    ended = sessions.end_all(session, person.user_id, now, but=person.session_id)
    return redirect(
        request,
        "/me",
        said=N_("The password is changed. Other sessions that were ended: {ended}."),
        ended=ended,
    )


@router.post("/me/sessions/{session_id}/end", permission=Permission.ACCOUNT)
def end_session(
    request: Request, session_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """End one of one's own sessions."""
    if not sessions.end(session, session_id, person.user_id, now):
        raise HTTPException(404)
    if session_id == person.session_id:
        response = RedirectResponse("/signin?over=1", 303)
        response.delete_cookie(sessions.COOKIE, path="/")
        return response
    return redirect(request, "/me", said=N_("That session is ended."))


def _page(
    request: Request,
    person: Person,
    session: Session,
    settings: Settings,
    now: datetime,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    rows = sessions.open_sessions(session, person.user_id, now=now, idle=settings.session_idle)
    views = [
        SessionView(
            row.id,
            say(request, device_name(row.device)),
            row.began_at,
            row.seen_at,
            row.id == person.session_id,
        )
        for row in rows
    ]
    user = get_user(session, person.user_id)
    return render(
        request,
        "account/me.html",
        status,
        sessions=views,
        errors=errors or {},
        has_password=user.password_hash is not None,
        email=user.email or "",
        shortest=passwords.SHORTEST,
        ended=[ended_words(one, language_of(request)) for one in person.ended],
    )
