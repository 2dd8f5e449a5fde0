"""The administrator's pages of users: who there is, one more, roles by team, disabled, a new password."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.admin.user_views import ROLE_CODES, TeamRoles, team_roles, user_view, user_views
from delivery_app.i18n import N_
from delivery_app.moment import moment_of
from delivery_app.security import sessions
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services import accounts, memberships
from delivery_app.services.accounts import AccountError, get_user
from delivery_app.services.teams import check_version
from delivery_app.web.deps import CurrentPerson, DbSession, Form, Now, PostedForm, as_uuid
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.team import Team
from models.user import Role, User

router = RoleRouter()
MANAGE = Permission.USERS_MANAGE


@router.get("/admin/users", permission=MANAGE)
def users_page(request: Request, person: CurrentPerson, session: DbSession, now: Now) -> Response:
    """Everybody."""
    users = user_views(session, person.municipality_id, now)
    return render(request, "admin/users.html", users=users)


@router.get("/admin/users/new", permission=MANAGE)
def new_user_page(request: Request, person: CurrentPerson) -> Response:
    """The form of a new user."""
    return render(request, "admin/user_new.html", form={}, errors={})


@router.post("/admin/users/new", permission=MANAGE)
def new_user(
    request: Request, person: CurrentPerson, session: DbSession, form: PostedForm, now: Now
) -> Response:
    """Make a user; the answer shows the link by which the password is chosen."""
    try:
        user = accounts.create_user(
            session,
            municipality_id=person.municipality_id,
            sign_in_name=form.get("sign_in_name", ""),
            name=form.get("name", ""),
            email=form.get("email"),
            administrator="administrator" in form,
        )
    except AccountError as error:
        errors = {error.field: sentence(error, language_of(request))}
        return render(request, "admin/user_new.html", 422, form=form, errors=errors)
    token = accounts.make_password_link(session, user, now)
    return _user_page(request, person, session, user, now, link=_link(request, token), fresh=True)


@router.get("/admin/users/{user_id}", permission=MANAGE)
def user_page(
    request: Request, person: CurrentPerson, session: DbSession, user_id: UUID, now: Now
) -> Response:
    """One user."""
    return _user_page(request, person, session, get_user(session, user_id, person.municipality_id), now)


@router.post("/admin/users/{user_id}", permission=MANAGE)
def change_user(
    request: Request, person: CurrentPerson, session: DbSession, user_id: UUID, form: PostedForm, now: Now
) -> Response:
    """Another name or e-mail address; an administrator or not."""
    user = get_user(session, user_id, person.municipality_id)
    check_version(form.row_version(), user.row_version)
    errors: dict[str, str] = {}
    try:
        user.name = accounts.checked_person(form.get("name", ""))
    except AccountError as error:
        errors[error.field] = sentence(error, language_of(request))
    try:
        user.email = accounts.checked_email(session, form.get("email"), user.id)
    except AccountError as error:
        errors[error.field] = sentence(error, language_of(request))
    if user.administrator and "administrator" not in form:
        try:
            accounts.check_not_last(session, user)
        except AccountError as error:
            errors[error.field] = sentence(error, language_of(request))
    if errors:
        session.rollback()
        user = get_user(session, user_id, person.municipality_id)
        return _user_page(request, person, session, user, now, form=form, errors=errors)
    user.administrator = "administrator" in form
    session.add(user)
    return redirect(request, f"/admin/users/{user_id}", said=N_("Saved."))


@router.post("/admin/users/{user_id}/roles", permission=MANAGE)
def change_roles(
    request: Request, person: CurrentPerson, session: DbSession, user_id: UUID, form: PostedForm, now: Now
) -> Response:
    """The roles in every team as they are ticked, and who of the carers it is; what is not ticked is taken away."""
    user = get_user(session, user_id, person.municipality_id)
    wanted = set(form.all("role"))
    rows = team_roles(session, user, moment_of(now).date)
    errors: dict[str, str] = {}
    for row in rows:
        roles = [Role(code) for code in ROLE_CODES if f"{row.team_id}:{code}" in wanted]
        team = session.get_one(Team, row.team_id)
        try:
            memberships.set_roles(
                session, user, team, roles, as_uuid(form.get(row.field)), joins=row.field in form
            )
        except AccountError as error:
            errors[error.field] = sentence(error, language_of(request))
    if errors:
        session.rollback()
        user = get_user(session, user_id, person.municipality_id)
        return _user_page(request, person, session, user, now, roles=form, errors=errors)
    return redirect(request, f"/admin/users/{user_id}", said=N_("The roles are saved and hold at once."))


@router.post("/admin/users/{user_id}/disable", permission=MANAGE)
def disable_user(
    request: Request, person: CurrentPerson, session: DbSession, user_id: UUID, now: Now
) -> Response:
    """Nobody signs in as this user any more."""
    user = get_user(session, user_id, person.municipality_id)
    if user.id == person.user_id:
        raise AccountError("You cannot disable yourself; ask another administrator to do it", field="user")
    accounts.check_not_last(session, user)
    ended = accounts.disable(session, user, now)
    return redirect(
        request,
        f"/admin/users/{user_id}",
        said=N_("The user cannot sign in any more. Sessions that were ended: {ended}."),
        ended=ended,
    )


@router.post("/admin/users/{user_id}/enable", permission=MANAGE)
def enable_user(request: Request, person: CurrentPerson, session: DbSession, user_id: UUID) -> Response:
    """The user may sign in again."""
    accounts.enable(session, get_user(session, user_id, person.municipality_id))
    return redirect(request, f"/admin/users/{user_id}", said=N_("The user can sign in again."))


@router.post("/admin/users/{user_id}/sessions/end", permission=MANAGE)
def end_sessions(
    request: Request, person: CurrentPerson, session: DbSession, user_id: UUID, now: Now
) -> Response:
    """Sign a user out everywhere."""
    user = get_user(session, user_id, person.municipality_id)
    ended = sessions.end_all(session, user.id, now, but=person.session_id)
    return redirect(
        request, f"/admin/users/{user_id}", said=N_("Sessions that were ended: {ended}."), ended=ended
    )


@router.post("/admin/users/{user_id}/link", permission=MANAGE)
def password_link(
    request: Request, person: CurrentPerson, session: DbSession, user_id: UUID, now: Now
) -> Response:
    """A link by which the user chooses a password; it is shown once, here."""
    user = get_user(session, user_id, person.municipality_id)
    token = accounts.make_password_link(session, user, now)
    return _user_page(request, person, session, user, now, link=_link(request, token))


def _link(request: Request, token: str) -> str:
    return f"{request.base_url}password/{token}"


def _as_ticked(row: TeamRoles, form: Form) -> TeamRoles:
    """What somebody ticked and chose, though it cannot be saved."""
    ticked = set(form.all("role"))
    return replace(
        row,
        roles=frozenset(code for code in ROLE_CODES if f"{row.team_id}:{code}" in ticked),
        carer_id=as_uuid(form.get(row.field)),
    )


def _user_page(
    request: Request,
    person: Person,
    session: Session,
    user: User,
    now: datetime,
    *,
    form: Form | None = None,
    roles: Form | None = None,
    errors: dict[str, str] | None = None,
    link: str = "",
    fresh: bool = False,
) -> Response:
    """The page; ``form`` and ``roles`` are what was typed and ticked in vain."""
    view = user_view(session, user, now)
    filled = {"name": view.name, "email": view.email, "administrator": "1" if view.administrator else ""}
    if form is not None:
        filled = {name: form.get(name, "") for name in filled}
    teams = team_roles(session, user, moment_of(now).date)
    if roles is not None:
        teams = [_as_ticked(row, roles) for row in teams]
    return render(
        request,
        "admin/user.html",
        422 if errors else 200,
        user=view,
        teams=teams,
        role_codes=ROLE_CODES,
        form=filled,
        errors=errors or {},
        link=link,
        link_days=accounts.LINK_HOLDS.days,
        fresh=fresh,
        oneself=user.id == person.user_id,
    )
