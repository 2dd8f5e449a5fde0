"""The administrator's pages of teams: which there are, one more, another name, base or provider."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.bridge.new_team import new_team
from delivery_app.i18n import N_
from delivery_app.security.permissions import Permission
from delivery_app.services import catalogues, teams
from delivery_app.services.teams import TeamError
from delivery_app.templating import COPENHAGEN
from delivery_app.web.deps import CurrentPerson, DbSession, Form, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.municipality import Municipality

router = RoleRouter()
MANAGE = Permission.TEAMS_MANAGE
FIELDS = ("name", "kind", "provider", "base_lat", "base_lon")


@router.get("/admin/teams", permission=MANAGE)
def teams_page(request: Request, person: CurrentPerson, session: DbSession) -> Response:
    """Every team of the municipality."""
    return render(
        request,
        "admin/teams.html",
        municipality=session.get_one(Municipality, person.municipality_id).name,
        teams=teams.teams_of(session, person.municipality_id),
    )


@router.get("/admin/teams/new", permission=MANAGE)
def new_team_page(request: Request, person: CurrentPerson, session: DbSession) -> Response:
    """The form of a new team."""
    form = dict.fromkeys(FIELDS, "") | {"kind": "municipal", "provider": "Kommunal hjemmepleje"}
    return _new_page(request, session, person.municipality_id, form, {})


@router.post("/admin/teams/new", permission=MANAGE)
def make_team(
    request: Request, person: CurrentPerson, session: DbSession, form: PostedForm, now: Now
) -> Response:
    """Make a team; it gets the packages of the municipality's catalogue and no people."""
    home = person.municipality_id
    checked, errors = _checked(request, session, home, form, None)
    if errors:
        filled = {name: form.get(name, "") for name in FIELDS}
        return _new_page(request, session, home, filled, errors)
    team = new_team(
        session,
        municipality_id=home,
        provider=teams.provider_of(session, home, form.get("kind", ""), form.get("provider", "")),
        name=checked[0],
        base=checked[1],
        catalogue=catalogues.newest(session, home),
        today=now.astimezone(COPENHAGEN).date(),
    )
    return redirect(
        request,
        f"/admin/teams/{team.id}",
        said=N_("The team is made. Give somebody the planner's role in it under Users."),
    )


@router.get("/admin/teams/{row_id}", permission=MANAGE)
def team_page(request: Request, person: CurrentPerson, session: DbSession, row_id: UUID) -> Response:
    """One team."""
    return _team_page(request, session, person.municipality_id, row_id)


@router.post("/admin/teams/{row_id}", permission=MANAGE)
def change_team(
    request: Request, person: CurrentPerson, session: DbSession, row_id: UUID, form: PostedForm
) -> Response:
    """Another name, base or provider."""
    home = person.municipality_id
    team = teams.get_team(session, home, row_id)
    teams.check_version(form.row_version(), team.row_version)
    checked, errors = _checked(request, session, home, form, row_id)
    if errors:
        return _team_page(request, session, home, row_id, form, errors)
    team.name, (team.base_lat, team.base_lon) = checked
    team.provider_id = teams.provider_of(session, home, form.get("kind", ""), form.get("provider", "")).id
    session.add(team)
    return redirect(request, f"/admin/teams/{row_id}", said=N_("Saved."))


def _checked(
    request: Request, session: Session, home: UUID, form: Form, row_id: UUID | None
) -> tuple[tuple[str, tuple[float, float]], dict[str, str]]:
    """Name and base of a form, and what is wrong by field."""
    errors: dict[str, str] = {}
    name, base = "", {"base_lat": 0.0, "base_lon": 0.0}
    try:
        name = teams.checked_team_name(session, home, form.get("name", ""), row_id)
    except TeamError as error:
        errors[error.field] = sentence(error, language_of(request))
    for field in base:
        try:
            base[field] = teams.checked_degrees(field, form.get(field, ""))
        except TeamError as error:
            errors[error.field] = sentence(error, language_of(request))
    try:
        teams.provider_of(session, home, form.get("kind", ""), form.get("provider", ""))
    except TeamError as error:
        errors[error.field] = sentence(error, language_of(request))
    return (name, (base["base_lat"], base["base_lon"])), errors


def _new_page(
    request: Request, session: Session, home: UUID, form: dict[str, str], errors: dict[str, str]
) -> Response:
    return render(
        request,
        "admin/team_new.html",
        422 if errors else 200,
        municipality=session.get_one(Municipality, home).name,
        form=form,
        errors=errors,
        has_catalogue=catalogues.newest(session, home) is not None,
    )


def _team_page(
    request: Request,
    session: Session,
    home: UUID,
    row_id: UUID,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    team = teams.get_team(session, home, row_id)
    provider = teams.provider_in_use(session, team)
    filled = {
        "name": team.name,
        "kind": provider.kind,
        "provider": provider.name,
        "base_lat": f"{team.base_lat:g}",
        "base_lon": f"{team.base_lon:g}",
    }
    if form is not None:
        filled = {name: form.get(name, "") for name in FIELDS}
    return render(
        request,
        "admin/team.html",
        422 if errors else 200,
        row=next(one for one in teams.teams_of(session, home) if one.id == row_id),
        form=filled,
        row_version=team.row_version,
        errors=errors or {},
    )
