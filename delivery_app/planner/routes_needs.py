"""A citizen's needs: the form of a visit that comes again, its last date, and which visit follows which."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app import texts
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, form_date, save, show, today_of, translate_of
from delivery_app.planner.routes_citizens import ONE, citizen_of
from delivery_app.planner.team_forms import end_groups, link_groups, need_groups
from delivery_app.security.permissions import Permission
from delivery_app.services.needs import (
    add_link,
    end_need,
    need_cells,
    needs_of,
    remove_link,
    save_need,
)
from delivery_app.services.team_rows import row_of
from delivery_app.templating import clock
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.page import redirect
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import Citizen, Link, Need

router = RoleRouter()
NEEDS = ONE + "/needs"
EMPTY = {
    "service": "personal_care",
    "carers": "1",
    "modality": "home",
    "priority": "2",
    "counts": "yes",
    "on_holidays": "yes",
    "every_weeks": "1",
}


@router.get(NEEDS + "/new", permission=Permission.TEAM_EDIT)
def new_need(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """The empty form."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = filled(
        need_groups(translate_of(request), new=True), EMPTY | {"holds_from": today_of(now).isoformat()}
    )
    return show(request, _page(team_id, citizen, None), form)


@router.post(NEEDS + "/new", permission=Permission.TEAM_EDIT)
def add_need(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Add a need."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = posted(need_groups(translate_of(request), new=True), sent)

    def do() -> Response:
        holds_from = form_date(form, "holds_from", today_of(now))
        save_need(session, team_id, citizen_id, _cells(form.values), holds_from=holds_from)
        return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Saved."))

    return save(request, _page(team_id, citizen, None), form, do)


@router.get(NEEDS + "/{need_id}", permission=Permission.TEAM_EDIT)
def edit_need(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """The form of a need."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    need = _need(session, team_id, citizen, need_id)
    form = filled(need_groups(translate_of(request), new=False), _shown(session, need), need.row_version)
    return show(request, _page(team_id, citizen, need), form)


@router.post(NEEDS + "/{need_id}", permission=Permission.TEAM_EDIT)
def change_need(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Save a need."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    need = _need(session, team_id, citizen, need_id)
    form = posted(need_groups(translate_of(request), new=False), sent)

    def do() -> Response:
        save_need(
            session,
            team_id,
            citizen_id,
            _cells(form.values),
            need_id=need_id,
            row_version=sent.row_version(),
            holds_from=today_of(now),
        )
        return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Saved."))

    return save(
        request,
        _page(team_id, citizen, need),
        form,
        do,
        current=lambda: (_shown(session, need), need.row_version, need.changed_by),
    )


@router.get(NEEDS + "/{need_id}/end", permission=Permission.TEAM_EDIT)
def ending_need(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """Asks for the last date."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    need = _need(session, team_id, citizen, need_id)
    form = filled(end_groups(), {"last_date": today_of(now).isoformat()}, need.row_version)
    return show(request, _end_page(team_id, citizen, need), form)


@router.post(NEEDS + "/{need_id}/end", permission=Permission.TEAM_EDIT)
def let_need_end(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    sent: PostedForm,
) -> Response:
    """End a need."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    need = _need(session, team_id, citizen, need_id)
    form = posted(end_groups(), sent)

    def do() -> Response:
        end_need(session, team_id, need_id, sent.row_version(), form_date(form, "last_date"))
        return redirect(
            request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Saved. Nothing was deleted.")
        )

    return save(
        request,
        _end_page(team_id, citizen, need),
        form,
        do,
        current=lambda: ({}, need.row_version, need.changed_by),
    )


@router.get(ONE + "/links/new", permission=Permission.TEAM_EDIT)
def new_link(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """Asks which visit follows which."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = filled(_link_groups(request, session, citizen, now), {"gap_min": "0"})
    return show(request, _link_page(team_id, citizen), form)


@router.post(ONE + "/links/new", permission=Permission.TEAM_EDIT)
def save_link(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Let one visit follow another."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = posted(_link_groups(request, session, citizen, now), sent)

    def do() -> Response:
        add_link(session, team_id, citizen_id, form.values, today_of(now))
        return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Saved."))

    return save(request, _link_page(team_id, citizen), form, do)


@router.post(ONE + "/links/{link_id}/remove", permission=Permission.TEAM_EDIT)
def drop_link(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    link_id: UUID,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """Remove a link."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    link = row_of(session, Link, team_id, link_id)
    _need(session, team_id, citizen, link.first_need_id)
    remove_link(session, team_id, link_id)
    return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Removed."))


def _need(session: DbSession, team_id: UUID, citizen: Citizen, need_id: UUID) -> Need:
    need = row_of(session, Need, team_id, need_id)
    if need.citizen_id != citizen.id:
        raise MissingRowError("There is no such need")
    return need


def _shown(session: DbSession, need: Need) -> dict[str, str]:
    """A need as the form has it: no weekday chosen stands for any day."""
    cells = need_cells(session, need)
    return cells | {"days": "" if cells["days"] == "any" else cells["days"]}


def _cells(values: dict[str, str]) -> dict[str, str]:
    cells = {name: text for name, text in values.items() if name != "holds_from"}
    return cells | {"days": cells["days"] or "any"}


def _link_groups(request: Request, session: DbSession, citizen: Citizen, now: Now):  # type: ignore[no-untyped-def]
    translate = translate_of(request)
    needs = needs_of(session, citizen, today_of(now))
    return link_groups(
        [
            (
                need,
                f"{clock(need.window_start_min)}–{clock(need.window_end_min)} "
                f"{texts.say(texts.SERVICES, need.service, translate)}",
            )
            for need in needs
        ]
    )


def _page(team_id: UUID, citizen: Citizen, need: Need | None) -> EntryPage:
    url = f"/planner/{team_id}/citizens/{citizen.id}"
    name = citizen.name or citizen.code
    if need is None:
        return EntryPage(N_("New need"), url, "", N_("Save the need"), name)
    danger = Danger(
        N_("Is not needed any more"),
        N_("Visits are planned to a last date; what was, stays on record."),
        f"{url}/needs/{need.id}/end",
        N_("Choose the last date"),
    )
    return EntryPage(N_("Change the need"), url, "", N_("Save"), name, danger=danger)


def _end_page(team_id: UUID, citizen: Citizen, need: Need) -> EntryPage:
    url = f"/planner/{team_id}/citizens/{citizen.id}"
    return EntryPage(N_("The need's last date"), url, "", N_("Let it end then"), citizen.name or citizen.code)


def _link_page(team_id: UUID, citizen: Citizen) -> EntryPage:
    url = f"/planner/{team_id}/citizens/{citizen.id}"
    return EntryPage(N_("One visit after another"), url, "", N_("Save"), citizen.name or citizen.code)
