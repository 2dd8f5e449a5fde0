"""Choosing a password by a link that an administrator has given: once, and within some days."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.security import passwords, sessions
from delivery_app.security.passwords import PasswordError
from delivery_app.security.permissions import Permission
from delivery_app.services import accounts
from delivery_app.web.deps import DbSession, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import render, say
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
NOT_REPEATED = N_("The two passwords differ; write the same one twice")


@router.get("/password/{token}", permission=Permission.PUBLIC)
def choose_page(request: Request, token: str, session: DbSession, now: Now) -> Response:
    """The form, or that the link is worth nothing any more."""
    return _page(request, token, session, now, {})


@router.post("/password/{token}", permission=Permission.PUBLIC)
def choose(request: Request, token: str, session: DbSession, form: PostedForm, now: Now) -> Response:
    """Take the password; every session of the user ends."""
    found = accounts.user_of_link(session, token, now)
    if found is None:
        return _page(request, token, session, now, {})
    link, user = found
    errors: dict[str, str] = {}
    try:
        passwords.check_password(form.raw("new"), user.sign_in_name)
    except PasswordError as error:
        errors["new"] = sentence(error, language_of(request))
    if not errors and form.raw("new") != form.raw("again"):
        errors["again"] = say(request, NOT_REPEATED)
    if errors:
        return _page(request, token, session, now, errors)
    accounts.set_password(session, user, form.raw("new"))
    link.used_at = now
    session.add(link)
    sessions.end_all(session, user.id, now)
    return render(request, "account/password_done.html", name=user.sign_in_name)


def _page(request, token, session, now, errors) -> Response:  # type: ignore[no-untyped-def]
    found = accounts.user_of_link(session, token, now)
    if found is None:
        return render(request, "account/password_gone.html", 404)
    return render(
        request,
        "account/password.html",
        422 if errors else 200,
        token=token,
        name=found[1].sign_in_name,
        errors=errors,
        shortest=passwords.SHORTEST,
    )
