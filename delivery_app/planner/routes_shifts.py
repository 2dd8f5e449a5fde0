"""Shifts: the month, one shift, and the patterns by which they are added."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import DAY_WORDS, EntryForm, filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, form_date, save, show, today_of, translate_of
from delivery_app.planner.month_view import islands_of, month_view, part_of
from delivery_app.planner.team_forms import shift_groups
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.citizens import active_carers
from delivery_app.services.shifts import (
    ShiftError,
    add_by_patterns,
    pattern_cells,
    patterns_of,
    remove_pattern,
    remove_shift,
    save_pattern,
    save_shift,
    shift_cells,
    version_of,
)
from delivery_app.services.team_rows import carers_by_id, row_of
from delivery_app.web.deps import CurrentPerson, DbSession, Form, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.tables import Shift, ShiftPattern

router = RoleRouter()
LIST = "/planner/{team_id}/shifts"
WHY = {
    "has_shift": N_("has another shift then"),
    "absent": N_("is away then"),
    "not_in_team": N_("is not in the team then"),
}


@router.get(LIST, permission=Permission.TEAM_READ)
def shifts(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, month: str = ""
) -> Response:
    """The month."""
    note_read(session, [])
    return _month(request, session, person, team_id, _first_of(month, now), now)


def _first_of(month: str, now: Now) -> date:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        first = today_of(now).replace(day=1)
    return first if 2000 <= first.year < 2100 else today_of(now).replace(day=1)


def _month(
    request: Request,
    session: DbSession,
    person: CurrentPerson,
    team_id: UUID,
    first: date,
    now: Now,
    *,
    status: int = 200,
    error: str = "",
    skipped: tuple[object, ...] = (),
    added: int | None = None,
) -> Response:
    today = today_of(now)
    view = month_view(session, team_id, first, today, language_of(request))
    names = {row.id: row.name or row.code for row in carers_by_id(session, team_id).values()}
    return render(
        request,
        "planner/shifts.html",
        status,
        view=view,
        today=today,
        patterns=[
            {
                "id": row.id,
                "carer": names.get(row.carer_id) if row.carer_id else None,
                "days": row.days,
                "every_weeks": row.every_weeks,
                "start_min": row.start_min,
                "end_min": row.end_min,
                "part": part_of(row.start_min, row.end_min),
            }
            for row in patterns_of(session, team_id)
        ],
        may_edit=person.may(Permission.TEAM_EDIT, team_id),
        last=view.after - timedelta(days=1),
        error=error,
        skipped=skipped,
        added=added,
        why=WHY,
    )


@router.post(LIST + "/add", permission=Permission.TEAM_EDIT)
def add_shifts(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Add the shifts of all patterns in some dates."""
    first = _first_of(sent.get("first", "")[:7], now)
    try:
        begin, last = date.fromisoformat(sent.get("first", "")), date.fromisoformat(sent.get("last", ""))
        done = add_by_patterns(session, team_id, begin, last)
    except ValueError as wrong:
        text = sentence(wrong, language_of(request)) if isinstance(wrong, ShiftError) else ""
        text = text or translate_of(request)(N_("Write both dates, for example 2026-11-30."))
        return _month(request, session, person, team_id, first, now, status=422, error=text)
    if done.skipped:
        return _month(request, session, person, team_id, first, now, skipped=done.skipped, added=done.count)
    return redirect(
        request,
        f"/planner/{team_id}/shifts?month={begin:%Y-%m}",
        said=N_("{count} shifts were added; {already} stood there already."),
        count=done.count,
        already=done.already,
    )


@router.get(LIST + "/new", permission=Permission.TEAM_EDIT)
def new_shift(
    request: Request, team_id: UUID, session: DbSession, now: Now, date: str = "", carer: str = ""
) -> Response:
    """The empty form, for a day and a carer."""
    first = {
        "date": date[:10] or today_of(now).isoformat(),
        "carer_id": carer,
        "begins_at": "base",
        "break_minutes": "0",
        "reserve_minutes": "0",
    }
    form = filled(_groups(request, session, team_id, now), first)
    return show(request, _page(team_id, None), form)


@router.post(LIST + "/new", permission=Permission.TEAM_EDIT)
def add_shift(request: Request, team_id: UUID, session: DbSession, now: Now, sent: PostedForm) -> Response:
    """Add a shift."""
    form = posted(_groups(request, session, team_id, now), sent)

    def do() -> Response:
        row = save_shift(session, team_id, form.values)
        return redirect(request, f"/planner/{team_id}/shifts?month={row.date:%Y-%m}", said=N_("Saved."))

    return save(request, _page(team_id, None), form, do)


@router.get(LIST + "/patterns/new", permission=Permission.TEAM_EDIT)
def new_pattern(request: Request, team_id: UUID, session: DbSession, now: Now, carer: str = "") -> Response:
    """The empty form of a pattern."""
    first = {
        "date": today_of(now).isoformat(),
        "every_weeks": "1",
        "begins_at": "base",
        "carer_id": carer,
        "break_minutes": "0",
        "reserve_minutes": "0",
    }
    form = filled(_groups(request, session, team_id, now, pattern=True), first)
    return show(request, _pattern_page(team_id, None), form)


@router.post(LIST + "/patterns/new", permission=Permission.TEAM_EDIT)
def add_pattern(request: Request, team_id: UUID, session: DbSession, now: Now, sent: PostedForm) -> Response:
    """Add a pattern."""
    form = posted(_groups(request, session, team_id, now, pattern=True), sent)

    def do() -> Response:
        _save_pattern(session, team_id, form, None, sent)
        return redirect(request, f"/planner/{team_id}/shifts#patterns", said=N_("Saved."))

    return save(request, _pattern_page(team_id, None), form, do)


@router.get(LIST + "/patterns/{pattern_id}", permission=Permission.TEAM_EDIT)
def edit_pattern(request: Request, team_id: UUID, pattern_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a pattern."""
    row = row_of(session, ShiftPattern, team_id, pattern_id)
    form = filled(
        _groups(request, session, team_id, now, pattern=True), pattern_cells(session, row), row.row_version
    )
    return show(request, _pattern_page(team_id, row), form)


@router.post(LIST + "/patterns/{pattern_id}", permission=Permission.TEAM_EDIT)
def change_pattern(
    request: Request, team_id: UUID, pattern_id: UUID, session: DbSession, now: Now, sent: PostedForm
) -> Response:
    """Save a pattern; shifts that were added by it stay as they are."""
    row = row_of(session, ShiftPattern, team_id, pattern_id)
    form = posted(_groups(request, session, team_id, now, pattern=True), sent)

    def do() -> Response:
        _save_pattern(session, team_id, form, pattern_id, sent)
        return redirect(request, f"/planner/{team_id}/shifts#patterns", said=N_("Saved."))

    return save(
        request,
        _pattern_page(team_id, row),
        form,
        do,
        current=lambda: (pattern_cells(session, row), row.row_version, row.changed_by),
    )


@router.post(LIST + "/patterns/{pattern_id}/remove", permission=Permission.TEAM_EDIT)
def drop_pattern(request: Request, team_id: UUID, pattern_id: UUID, session: DbSession) -> Response:
    """Take a pattern out."""
    remove_pattern(session, team_id, pattern_id)
    return redirect(request, f"/planner/{team_id}/shifts#patterns", said=N_("Removed."))


@router.get(LIST + "/{shift_id}", permission=Permission.TEAM_EDIT)
def edit_shift(request: Request, team_id: UUID, shift_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a shift."""
    row = row_of(session, Shift, team_id, shift_id)
    form = filled(_groups(request, session, team_id, now), shift_cells(session, row), version_of(row))
    return show(request, _page(team_id, row), form)


@router.post(LIST + "/{shift_id}", permission=Permission.TEAM_EDIT)
def change_shift(
    request: Request, team_id: UUID, shift_id: UUID, session: DbSession, now: Now, sent: PostedForm
) -> Response:
    """Save a shift."""
    row = row_of(session, Shift, team_id, shift_id)
    form = posted(_groups(request, session, team_id, now), sent)

    def do() -> Response:
        saved = save_shift(session, team_id, form.values, shift_id=shift_id, version=form.row_version)
        return redirect(request, f"/planner/{team_id}/shifts?month={saved.date:%Y-%m}", said=N_("Saved."))

    return save(
        request,
        _page(team_id, row),
        form,
        do,
        current=lambda: (shift_cells(session, row), version_of(row), row.changed_by),
    )


@router.post(LIST + "/{shift_id}/remove", permission=Permission.TEAM_EDIT)
def drop_shift(
    request: Request, team_id: UUID, shift_id: UUID, session: DbSession, sent: PostedForm
) -> Response:
    """Take a shift out."""
    month = row_of(session, Shift, team_id, shift_id).date
    remove_shift(session, team_id, shift_id, sent.get("row_version") or None)
    return redirect(request, f"/planner/{team_id}/shifts?month={month:%Y-%m}", said=N_("Removed."))


def _groups(request: Request, session: DbSession, team_id: UUID, now: Now, *, pattern: bool = False):  # type: ignore[no-untyped-def]
    carers = active_carers(session, team_id, today_of(now) - timedelta(days=60))
    note_read(session, [])
    return shift_groups(carers, islands_of(session, team_id), translate_of(request), pattern=pattern)


def _save_pattern(
    session: DbSession, team_id: UUID, form: EntryForm, pattern_id: UUID | None, sent: Form
) -> None:
    days = [DAY_WORDS.index(word) for word in form.values["days"].split()]
    every = form.values["every_weeks"]
    errors: dict[str, list[Message]] = {}
    if not days:
        errors["days"] = [Message("choose at least one weekday", {"value": ""})]
    if not (every.isascii() and every.isdigit() and 1 <= int(every) <= 8):
        errors["every_weeks"] = [
            Message("'{value}' is not a number of weeks from 1 to 8", {"value": every[:20]})
        ]
    form_date(form, "date")
    if errors:
        raise CellErrors(errors)
    cells = {name: text for name, text in form.values.items() if name not in ("days", "every_weeks")}
    save_pattern(
        session,
        team_id,
        cells,
        days,
        int(every),
        pattern_id=pattern_id,
        row_version=sent.row_version() if pattern_id else None,
    )


def _page(team_id: UUID, row: Shift | None) -> EntryPage:
    url = f"/planner/{team_id}/shifts"
    if row is None:
        return EntryPage(N_("New shift"), url, N_("All shifts"), N_("Save the shift"))
    danger = Danger(
        N_("No such shift after all"),
        N_("A shift that a published roster uses stays; re-plan the week instead."),
        f"{url}/{row.id}/remove",
        N_("Remove the shift"),
        posts=True,
        question=N_("Remove this shift?"),
        fields={"row_version": version_of(row)},
    )
    back = f"{url}?month={row.date:%Y-%m}"
    return EntryPage(N_("Change the shift"), back, N_("All shifts"), N_("Save"), danger=danger)


def _pattern_page(team_id: UUID, row: ShiftPattern | None) -> EntryPage:
    url = f"/planner/{team_id}/shifts"
    if row is None:
        return EntryPage(N_("New pattern"), url, N_("All shifts"), N_("Save the pattern"))
    danger = Danger(
        N_("Does not come again"),
        N_("Shifts that were added by it stay."),
        f"{url}/patterns/{row.id}/remove",
        N_("Remove the pattern"),
        posts=True,
        question=N_("Remove this pattern?"),
    )
    return EntryPage(N_("Change the pattern"), url, N_("All shifts"), N_("Save"), danger=danger)
