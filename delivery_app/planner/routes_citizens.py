"""The team's citizens: the list, a citizen's page, and the form of who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.planner.citizen_view import citizen_page
from delivery_app.planner.entry_form import EntryForm, filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, form_date, save, show, today_of, translate_of
from delivery_app.planner.team_forms import citizen_groups, end_groups
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.security.scope import citizen_in_scope
from delivery_app.services.catalogues import package_names
from delivery_app.services.citizens import (
    CitizenLine,
    active_carers,
    citizen_cells,
    citizen_lines,
    end_citizen,
    save_citizen,
)
from delivery_app.services.names import team_authors
from delivery_app.services.team_rows import packages_by_id
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import Citizen

router = RoleRouter()
LIST = "/planner/{team_id}/citizens"
ONE = LIST + "/{citizen_id}"
SORTS = ("name", "package", "minutes", "contact", "carers")


def citizen_of(session: Session, person: CurrentPerson, team_id: UUID, citizen_id: UUID) -> Citizen:
    """A citizen of the team, read and logged; raises MissingRowError when the person may not know of one."""
    citizen = citizen_in_scope(session, person, citizen_id)
    if citizen.team_id != team_id:
        raise MissingRowError("There is no citizen with this id")
    note_read(session, [citizen])
    return citizen


@dataclass(frozen=True)
class Search:
    """What the list is searched and filtered by; ``contact`` "-" stands for nobody."""

    q: str = ""
    package: str = ""
    contact: str = ""
    fit: str = ""
    ended: str = ""

    def takes(self, line: CitizenLine) -> bool:
        """Whether a citizen is to be shown."""
        text = self.q.strip().casefold()
        if text and text not in f"{line.name} {line.code}".casefold():
            return False
        if self.package and line.package != self.package:
            return False
        if self.fit == "outside" and line.fit not in ("under", "over"):
            return False
        return not self.contact or (
            line.contact is None if self.contact == "-" else line.contact == self.contact
        )


@router.get(LIST, permission=Permission.TEAM_READ)
def citizens(
    request: Request,
    team_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    q: str = "",
    package: str = "",
    contact: str = "",
    fit: str = "",
    ended: str = "",
) -> Response:
    """The list, searched and filtered."""
    return show_list(request, session, person, team_id, now, Search(q, package, contact, fit, ended))


def show_list(
    request: Request,
    session: Session,
    person: CurrentPerson,
    team_id: UUID,
    now: Now,
    search: Search,
    *,
    cpr_error: str = "",
) -> Response:
    """The list; ``cpr_error`` is what is wrong with the number somebody was searched by."""
    everybody = citizen_lines(session, team_id, today_of(now), ended=bool(search.ended))
    lines = [line for line in everybody if search.takes(line)]
    note_read(session, [line.citizen_id for line in lines])
    return render(
        request,
        "planner/citizens.html",
        422 if cpr_error else 200,
        lines=lines,
        total=len(everybody),
        packages=sorted({line.package for line in everybody if line.package}),
        package_names=package_names(session, team_id, language_of(request)),
        contacts=sorted({line.contact for line in everybody if line.contact}),
        chosen=search,
        cpr_error=cpr_error,
        may_edit=person.may(Permission.TEAM_EDIT, team_id),
    )


@router.get(LIST + "/new", permission=Permission.TEAM_EDIT)
def new_citizen(request: Request, team_id: UUID, session: DbSession, now: Now) -> Response:
    """The empty form."""
    note_read(session, [])
    first = {"continuity_weight": "1", "holds_from": today_of(now).isoformat()}
    form = filled(_groups(request, session, team_id, now, new=True), first)
    return show(request, _new_page(team_id, packages=bool(packages_by_id(session, team_id))), form)


@router.post(LIST + "/new", permission=Permission.TEAM_EDIT)
def add_citizen(request: Request, team_id: UUID, session: DbSession, now: Now, sent: PostedForm) -> Response:
    """Take a citizen in."""
    form = posted(_groups(request, session, team_id, now, new=True), sent)

    def do() -> Response:
        cells = {name: text for name, text in form.values.items() if name != "holds_from"}
        citizen = save_citizen(
            session, team_id, cells, holds_from=form_date(form, "holds_from", today_of(now))
        )
        return redirect(
            request, f"/planner/{team_id}/citizens/{citizen.id}", said=N_("Saved. Now write the needs.")
        )

    return save(request, _new_page(team_id), form, do)


@router.get(ONE, permission=Permission.TEAM_READ)
def citizen(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """A citizen's page."""
    return show_citizen(request, session, person, citizen_of(session, person, team_id, citizen_id), now)


def show_citizen(
    request: Request, session: Session, person: CurrentPerson, row: Citizen, now: Now, *, cpr: str = ""
) -> Response:
    """The page; ``cpr`` is the number in clear, when somebody has just asked for it."""
    return render(
        request,
        "planner/citizen.html",
        partial="planner/_cpr.html",
        page=citizen_page(session, row, today_of(now)),
        by_names=team_authors(session, row.team_id),
        cpr=cpr,
        package_names=package_names(session, row.team_id, language_of(request)),
        may_edit=person.may(Permission.TEAM_EDIT, row.team_id),
        url=f"/planner/{row.team_id}/citizens/{row.id}",
    )


@router.get(ONE + "/edit", permission=Permission.TEAM_EDIT)
def edit_citizen(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """The form of who the citizen is."""
    row = citizen_of(session, person, team_id, citizen_id)
    form = filled(
        _groups(request, session, team_id, now, new=False),
        citizen_cells(session, row, today_of(now)),
        row.row_version,
    )
    return show(request, _edit_page(team_id, row), form)


@router.post(ONE + "/edit", permission=Permission.TEAM_EDIT)
def change_citizen(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Save who the citizen is."""
    row = citizen_of(session, person, team_id, citizen_id)
    form = posted(_groups(request, session, team_id, now, new=False), sent)
    saved = citizen_cells(session, row, today_of(now))

    def do() -> Response:
        save_citizen(
            session,
            team_id,
            saved | form.values,
            citizen_id=citizen_id,
            row_version=sent.row_version(),
            holds_from=today_of(now),
        )
        return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Saved."))

    return save(
        request, _edit_page(team_id, row), form, do, current=lambda: (saved, row.row_version, row.changed_by)
    )


@router.get(ONE + "/end", permission=Permission.TEAM_EDIT)
def ending(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """Asks for the last date."""
    row = citizen_of(session, person, team_id, citizen_id)
    form = filled(end_groups(), {"last_date": today_of(now).isoformat()}, row.row_version)
    return show(request, _end_page(team_id, row), form)


@router.post(ONE + "/end", permission=Permission.TEAM_EDIT)
def end(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    sent: PostedForm,
) -> Response:
    """Let the citizen leave the team."""
    row = citizen_of(session, person, team_id, citizen_id)
    form: EntryForm = posted(end_groups(), sent)

    def do() -> Response:
        end_citizen(session, team_id, citizen_id, sent.row_version(), form_date(form, "last_date"))
        return redirect(request, f"/planner/{team_id}/citizens", said=N_("Saved. Nothing was deleted."))

    return save(
        request, _end_page(team_id, row), form, do, current=lambda: ({}, row.row_version, row.changed_by)
    )


def _groups(request: Request, session: Session, team_id: UUID, now: Now, *, new: bool):  # type: ignore[no-untyped-def]
    today: date = today_of(now)
    names = package_names(session, team_id, language_of(request))
    packages = [
        (row.code, names.get(row.code, row.code))
        for row in packages_by_id(session, team_id).values()
        if row.until_date is None or row.until_date > today
    ]
    return citizen_groups(active_carers(session, team_id, today), packages, translate_of(request), new=new)


def _new_page(team_id: UUID, *, packages: bool = True) -> EntryPage:
    lacking = N_(
        "The team has no packages yet. Take them from a catalogue under Packages first, or import the team."
    )
    return EntryPage(
        N_("New citizen"),
        f"/planner/{team_id}/citizens",
        N_("All citizens"),
        N_("Save the citizen"),
        notice="" if packages else lacking,
    )


def _edit_page(team_id: UUID, row: Citizen) -> EntryPage:
    url = f"/planner/{team_id}/citizens/{row.id}"
    danger = Danger(
        N_("Leaves the team"),
        N_("Visits are planned to a last date; what was, stays on record."),
        f"{url}/end",
        N_("Choose the last date"),
    )
    return EntryPage(N_("Change who and where"), url, "", N_("Save"), row.name or row.code, danger=danger)


def _end_page(team_id: UUID, row: Citizen) -> EntryPage:
    return EntryPage(
        N_("The last date in the team"),
        f"/planner/{team_id}/citizens/{row.id}/edit",
        "",
        N_("Let it end then"),
        row.name or row.code,
    )
