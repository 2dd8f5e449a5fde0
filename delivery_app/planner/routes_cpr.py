"""A citizen's CPR number: written down, shown on demand, and searched by. It never stands in an address."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.cells import CellErrors
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Entry, Group, filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, save, show, today_of
from delivery_app.planner.form_words import in_form
from delivery_app.planner.routes_citizens import LIST, ONE, Search, citizen_of, show_citizen, show_list
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services import cpr_numbers
from delivery_app.services.team_rows import team_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, OpenDatabase, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect
from delivery_app.web.routing import RoleRouter
from models.tables import Citizen

router = RoleRouter()
CPR = ONE + "/cpr"
GROUPS = (
    Group(
        "",
        (
            Entry(
                cpr_numbers.FIELD,
                N_("CPR number"),
                hint=N_("Ten digits, with or without hyphen; replacement numbers, too."),
                required=True,
                width="medium",
            ),
        ),
    ),
)


@router.get(CPR, permission=Permission.TEAM_EDIT)
def cpr_form(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson
) -> Response:
    """The empty form: a number that is kept does not stand in it."""
    row = citizen_of(session, person, team_id, citizen_id)
    return show(request, _page(team_id, row), filled(GROUPS, {}, row.row_version))


@router.post(CPR, permission=Permission.TEAM_EDIT)
def save_cpr(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    database: OpenDatabase,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Keep the number."""
    row = citizen_of(session, person, team_id, citizen_id)
    form = posted(GROUPS, sent)
    back = f"/planner/{team_id}/citizens/{citizen_id}"

    def do() -> Response:
        text, version = form.values[cpr_numbers.FIELD], sent.row_version()
        cpr_numbers.set_cpr(session, database.vault, team_id, citizen_id, text, version, today_of(now))
        return redirect(request, back, said=N_("Saved."))

    return save(request, _page(team_id, row), form, do, current=lambda: ({}, row.row_version, row.changed_by))


@router.post(CPR + "/remove", permission=Permission.TEAM_EDIT)
def remove_cpr(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    database: OpenDatabase,
    person: CurrentPerson,
) -> Response:
    """Keep no number any more."""
    citizen_of(session, person, team_id, citizen_id)
    cpr_numbers.forget_cpr(session, database.vault, team_id, citizen_id)
    return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Removed."))


@router.post(CPR + "/show", permission=Permission.TEAM_EDIT)
def show_cpr(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    database: OpenDatabase,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """The citizen's page with the number in clear, this once."""
    row = citizen_of(session, person, team_id, citizen_id)
    shown = cpr_numbers.show_cpr(session, database.vault, row)
    return show_citizen(request, session, person, row, now, cpr=shown)


@router.post(LIST + "/find", permission=Permission.TEAM_EDIT)
def find_by_cpr(
    request: Request,
    team_id: UUID,
    session: DbSession,
    database: OpenDatabase,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """To the page of the citizen with a number."""
    try:
        cpr = cpr_numbers.parsed(sent.get(cpr_numbers.FIELD, ""), today_of(now))
    except CellErrors as error:
        problem = in_form(error.errors[cpr_numbers.FIELD][0], language_of(request))
        return show_list(request, session, person, team_id, now, Search(), cpr_error=problem)
    home = team_of(session, team_id).municipality_id
    found = cpr_numbers.citizen_with(session, database.vault, home, team_id, cpr)
    note_read(session, [] if found is None else [found])
    if found is None:
        nobody = N_("Nobody in the team has this CPR number.")
        return redirect(request, f"/planner/{team_id}/citizens", said=nobody, kind="info")
    return redirect(request, f"/planner/{team_id}/citizens/{found.id}")


def _page(team_id: UUID, row: Citizen) -> EntryPage:
    url = f"/planner/{team_id}/citizens/{row.id}"
    danger = Danger(
        N_("The number is not to be kept"),
        N_("It is deleted here; nothing else depends on it."),
        f"{url}/cpr/remove",
        N_("Remove"),
        posts=True,
        question=N_("Remove the CPR number?"),
    )
    kept = N_("A number is kept already; what you write here takes its place.")
    first = N_(
        "It is kept encrypted, and shown only to who asks for it; that is written into the access log."
    )
    has_one = row.cpr_index is not None
    return EntryPage(
        N_("CPR number"),
        url,
        "",
        N_("Save"),
        row.name or row.code,
        notice=kept if has_one else first,
        danger=danger if has_one else None,
    )
