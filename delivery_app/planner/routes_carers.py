"""The team's carers: the list, a carer's page, the form, absences and wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.cells import CellErrors
from delivery_app.i18n import N_
from delivery_app.planner.absence_form import absence_cells, beside_fields
from delivery_app.planner.citizen_view import AbsenceView, absence_views
from delivery_app.planner.entry_form import filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, form_date, save, show, today_of, translate_of
from delivery_app.planner.team_forms import absence_groups, carer_groups, end_groups, wish_groups
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.carers import (
    CarerLine,
    add_absence,
    add_wish,
    carer_cells,
    carer_lines,
    end_carer,
    remove_absence,
    remove_wish,
    save_carer,
    wishes_of,
)
from delivery_app.services.citizens import active_carers
from delivery_app.services.memberships import CarerUser, user_of_carer
from delivery_app.services.shifts import patterns_of
from delivery_app.services.team_rows import row_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import Absence, Carer, Wish

router = RoleRouter()
LIST = "/planner/{team_id}/carers"
ONE = LIST + "/{carer_id}"


@dataclass(frozen=True)
class WishView:
    """What a carer wishes for."""

    wish_id: UUID
    wish: str
    date: date | None
    start_min: int | None
    end_min: int | None
    weight: float


@dataclass(frozen=True)
class PatternView:
    """A shift that comes again."""

    pattern_id: UUID
    carer: str | None
    days: tuple[int, ...]
    every_weeks: int
    start_min: int
    end_min: int


@dataclass(frozen=True)
class CarerPage:
    """A carer's page."""

    line: CarerLine
    phone: str
    #: Who signs in as this carer.
    user: CarerUser | None
    absences: tuple[AbsenceView, ...]
    wishes: tuple[WishView, ...]
    patterns: tuple[PatternView, ...]


@router.get(LIST, permission=Permission.TEAM_READ)
def carers(
    request: Request,
    team_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    q: str = "",
    qualification: str = "",
    ended: str = "",
) -> Response:
    """The list, searched and filtered."""
    everybody = carer_lines(session, team_id, today_of(now), ended=bool(ended))
    note_read(session, [])
    text = q.strip().casefold()
    lines = [
        line
        for line in everybody
        if text in f"{line.name} {line.code}".casefold() and qualification in ("", line.qualification)
    ]
    return render(
        request,
        "planner/carers.html",
        lines=lines,
        total=len(everybody),
        qualifications=sorted({line.qualification for line in everybody}),
        chosen={"q": q, "qualification": qualification, "ended": ended},
        may_edit=person.may(Permission.TEAM_EDIT, team_id),
        today=today_of(now),
    )


@router.get(LIST + "/new", permission=Permission.TEAM_EDIT)
def new_carer(request: Request, team_id: UUID, session: DbSession, now: Now) -> Response:
    """The empty form."""
    first = {"qualification": "helper", "mode": "bike", "kind": "fixed", "introduced": "yes"}
    form = filled(
        _groups(request, session, team_id, None, now), first | {"holds_from": today_of(now).isoformat()}
    )
    return show(request, _page(team_id, None), form)


@router.post(LIST + "/new", permission=Permission.TEAM_EDIT)
def add_carer(request: Request, team_id: UUID, session: DbSession, now: Now, sent: PostedForm) -> Response:
    """Take a carer in."""
    form = posted(_groups(request, session, team_id, None, now), sent)

    def do() -> Response:
        cells = {name: text for name, text in form.values.items() if name != "holds_from"}
        row = save_carer(session, team_id, cells, holds_from=form_date(form, "holds_from", today_of(now)))
        return redirect(request, f"/planner/{team_id}/carers/{row.id}", said=N_("Saved."))

    return save(request, _page(team_id, None), form, do)


@router.get(ONE, permission=Permission.TEAM_READ)
def carer(
    request: Request, team_id: UUID, carer_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """A carer's page."""
    row = row_of(session, Carer, team_id, carer_id)
    today = today_of(now)
    ended = row.until_date is not None and row.until_date <= today
    lines = carer_lines(session, team_id, today, ended=ended)
    note_read(session, [])
    page = CarerPage(
        line=next(line for line in lines if line.carer_id == carer_id),
        phone=row.phone or "",
        user=user_of_carer(session, carer_id),
        absences=absence_views(session, team_id, today, carer_id=carer_id),
        wishes=tuple(
            WishView(one.id, one.wish, one.on_date, one.start_min, one.end_min, one.weight)
            for one in wishes_of(session, row, today)
        ),
        patterns=tuple(
            PatternView(one.id, None, tuple(one.days), one.every_weeks, one.start_min, one.end_min)
            for one in patterns_of(session, team_id)
            if one.carer_id == carer_id
        ),
    )
    may_edit = person.may(Permission.TEAM_EDIT, team_id)
    url = f"/planner/{team_id}/carers/{carer_id}"
    return render(request, "planner/carer.html", page=page, may_edit=may_edit, url=url)


@router.get(ONE + "/edit", permission=Permission.TEAM_EDIT)
def edit_carer(request: Request, team_id: UUID, carer_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a carer."""
    row = row_of(session, Carer, team_id, carer_id)
    form = filled(_groups(request, session, team_id, row, now), carer_cells(session, row), row.row_version)
    return show(request, _page(team_id, row), form)


@router.post(ONE + "/edit", permission=Permission.TEAM_EDIT)
def change_carer(
    request: Request, team_id: UUID, carer_id: UUID, session: DbSession, now: Now, sent: PostedForm
) -> Response:
    """Save a carer."""
    row = row_of(session, Carer, team_id, carer_id)
    form = posted(_groups(request, session, team_id, row, now), sent)
    saved = carer_cells(session, row)

    def do() -> Response:
        save_carer(
            session,
            team_id,
            saved | form.values,
            carer_id=carer_id,
            row_version=sent.row_version(),
            holds_from=today_of(now),
        )
        return redirect(request, f"/planner/{team_id}/carers/{carer_id}", said=N_("Saved."))

    return save(
        request, _page(team_id, row), form, do, current=lambda: (saved, row.row_version, row.changed_by)
    )


@router.get(ONE + "/end", permission=Permission.TEAM_EDIT)
def ending(request: Request, team_id: UUID, carer_id: UUID, session: DbSession, now: Now) -> Response:
    """Asks for the last date."""
    row = row_of(session, Carer, team_id, carer_id)
    form = filled(end_groups(), {"last_date": today_of(now).isoformat()}, row.row_version)
    return show(request, _end_page(team_id, row), form)


@router.post(ONE + "/end", permission=Permission.TEAM_EDIT)
def end(request: Request, team_id: UUID, carer_id: UUID, session: DbSession, sent: PostedForm) -> Response:
    """Let a carer leave the team."""
    row = row_of(session, Carer, team_id, carer_id)
    form = posted(end_groups(), sent)

    def do() -> Response:
        end_carer(session, team_id, carer_id, sent.row_version(), form_date(form, "last_date"))
        return redirect(request, f"/planner/{team_id}/carers", said=N_("Saved. Nothing was deleted."))

    return save(
        request, _end_page(team_id, row), form, do, current=lambda: ({}, row.row_version, row.changed_by)
    )


@router.get(ONE + "/absences/new", permission=Permission.TEAM_EDIT)
def new_absence(request: Request, team_id: UUID, carer_id: UUID, session: DbSession, now: Now) -> Response:
    """The empty form of an absence."""
    row, today = row_of(session, Carer, team_id, carer_id), today_of(now).isoformat()
    form = filled(absence_groups(), {"from_date": today, "to_date": today})
    return show(request, _absence_page(team_id, row), form)


@router.post(ONE + "/absences/new", permission=Permission.TEAM_EDIT)
def save_absence(
    request: Request, team_id: UUID, carer_id: UUID, session: DbSession, sent: PostedForm
) -> Response:
    """Write an absence down."""
    row = row_of(session, Carer, team_id, carer_id)
    form = posted(absence_groups(), sent)

    def do() -> Response:
        cells = absence_cells(form)
        try:
            add_absence(session, team_id, cells, carer_id=carer_id)
        except CellErrors as error:
            raise beside_fields(error) from None
        return redirect(request, f"/planner/{team_id}/carers/{carer_id}", said=N_("Saved."))

    return save(request, _absence_page(team_id, row), form, do)


@router.get(ONE + "/wishes/new", permission=Permission.TEAM_EDIT)
def new_wish(request: Request, team_id: UUID, carer_id: UUID, session: DbSession) -> Response:
    """The empty form of a wish."""
    row = row_of(session, Carer, team_id, carer_id)
    form = filled(wish_groups(translate_of(request)), {"wish": "off", "weight": "60"})
    return show(request, _wish_page(team_id, row), form)


@router.post(ONE + "/wishes/new", permission=Permission.TEAM_EDIT)
def save_wish(
    request: Request, team_id: UUID, carer_id: UUID, session: DbSession, sent: PostedForm
) -> Response:
    """Write a wish down."""
    row = row_of(session, Carer, team_id, carer_id)
    form = posted(wish_groups(translate_of(request)), sent)

    def do() -> Response:
        add_wish(session, team_id, carer_id, form.values)
        return redirect(request, f"/planner/{team_id}/carers/{carer_id}", said=N_("Saved."))

    return save(request, _wish_page(team_id, row), form, do)


@router.post(ONE + "/{kind}/{row_id}/remove", permission=Permission.TEAM_EDIT)
def remove(
    request: Request, team_id: UUID, carer_id: UUID, kind: str, row_id: UUID, session: DbSession
) -> Response:
    """Take out an absence or a wish."""
    if kind not in ("absences", "wishes"):
        raise MissingRowError("There is nothing of this kind to remove")
    row: Absence | Wish
    if kind == "absences":
        row = row_of(session, Absence, team_id, row_id)
    else:
        row = row_of(session, Wish, team_id, row_id)
    if row.carer_id != carer_id:
        raise MissingRowError("The carer has nothing with this id")
    (remove_absence if kind == "absences" else remove_wish)(session, team_id, row_id)
    return redirect(request, f"/planner/{team_id}/carers/{carer_id}", said=N_("Removed."))


def _groups(request: Request, session: DbSession, team_id: UUID, row: Carer | None, now: Now):  # type: ignore[no-untyped-def]
    mentors = [
        one for one in active_carers(session, team_id, today_of(now)) if row is None or one.id != row.id
    ]
    return carer_groups(mentors, translate_of(request), new=row is None)


def _page(team_id: UUID, row: Carer | None) -> EntryPage:
    if row is None:
        return EntryPage(
            N_("New carer"), f"/planner/{team_id}/carers", N_("All carers"), N_("Save the carer")
        )
    url = f"/planner/{team_id}/carers/{row.id}"
    danger = Danger(
        N_("Leaves the team"),
        N_("Shifts after the last date become open ones; what was, stays on record."),
        f"{url}/end",
        N_("Choose the last date"),
    )
    return EntryPage(N_("Change the carer"), url, "", N_("Save"), row.name or row.code, danger=danger)


def _end_page(team_id: UUID, row: Carer) -> EntryPage:
    url = f"/planner/{team_id}/carers/{row.id}/edit"
    return EntryPage(N_("The last date in the team"), url, "", N_("Let it end then"), row.name or row.code)


def _absence_page(team_id: UUID, row: Carer) -> EntryPage:
    return EntryPage(
        N_("New absence"),
        f"/planner/{team_id}/carers/{row.id}",
        "",
        N_("Save"),
        row.name or row.code,
        notice=N_(
            "A week that is planned later keeps clear of it. In a week that is published already, report the "
            "sick call by re-planning."
        ),
    )


def _wish_page(team_id: UUID, row: Carer) -> EntryPage:
    return EntryPage(
        N_("New wish"), f"/planner/{team_id}/carers/{row.id}", "", N_("Save"), row.name or row.code
    )
