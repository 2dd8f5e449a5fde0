"""The team's meetings in the calendar: made once or time and again, moved, cancelled (S18).

They are the same rows that a pack brings, so that a meeting takes the time of whoever is called to it in every plan.
What was held stays: a meeting of a past date is neither changed nor cancelled.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.moment import ZONE
from delivery_app.services.care.coordinating import is_coordinator
from delivery_app.services.care.fields import (
    Errors,
    choice_in,
    date_in,
    fail_on,
    id_in,
    needed_date,
    not_past,
    text_in,
    whole_number_in,
)
from delivery_app.services.citizens import active_carers
from delivery_app.services.records.visits import planned_visits
from delivery_app.services.team_list.bounds import LEAST_MINUTES, MOST_MINUTES, MOST_SIGNS
from delivery_app.services.team_rows import owner, row_of, row_to_change, team_of
from models.errors import ConflictError, MissingRowError, RememberingError
from models.meeting import Meeting, MeetingCarer
from models.record import Record
from models.tables import Carer, Holiday, Shift

DAY_MIN = 24 * 60
WEEKLY, FORTNIGHTLY, MONTHLY = "week", "fortnight", "month"
REPEATS = (WEEKLY, FORTNIGHTLY, MONTHLY)
#: Meetings that come again are made for no longer than this.
LONGEST = dt.timedelta(days=366)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Called:
    """Who is called; ``is_free``: a shift of that day covers the meeting (else the carer takes no part in plans)."""

    name: str
    is_free: bool


@dataclass(frozen=True)
class ComingMeeting:
    """A meeting to come. ``clashes``: visits of the published roster that its carers have at that time."""

    meeting: Meeting
    called: tuple[Called, ...]
    clashes: int


def make_meetings(session: Session, team_id: UUID, cells: Mapping[str, str], today: dt.date) -> list[Meeting]:
    """A meeting, or one for each time it comes again; raises CellErrors.

    Those that come again leave out the days that the team keeps as holidays.
    """
    errors: Errors = {}
    values, carers = _values(session, team_id, cells, errors, today)
    repeats = choice_in(cells, "repeats", errors, REPEATS, needed=False)
    until = date_in(cells, "until", errors, needed=bool(repeats))
    first: dt.date = values["date"]
    if until is not None and not first <= until <= first + LONGEST:
        errors["until"] = [Message("write a date after the first meeting, at most a year later")]
    fail_on(errors)
    dates = list(_dates(first, repeats, until or first))
    kept = set(dates) - set(_holidays(session, team_id, dates)) if repeats else set(dates)
    if not kept:
        fail_on({"date": [Message("on every one of these dates is a holiday; choose another")]})
    position = _next_position(session, team_id)
    made = []
    for number, date in enumerate(sorted(kept)):
        row = Meeting(
            **owner(team_of(session, team_id)), **(values | {"date": date}), position=position + number
        )
        session.add(row)
        made.append(row)
    session.flush()
    for row in made:
        _call(session, row, carers)
    return made


def meeting_from_record(session: Session, record: Record) -> None:
    """A coordinator has put a meeting into the calendar on the tablet: everybody of the team is called to it.

    Raises RememberingError: the carer is nobody's coordinator, corrects a meeting that stands there, or wrote one that
    cannot be.
    """
    today = record.received_at.astimezone(ZONE).date()
    carer_id = record.carer_id
    if carer_id is None or not is_coordinator(session, record.team_id, carer_id, today):
        raise RememberingError(
            "Only a citizen's coordinator puts a meeting into the calendar; ask your planner"
        )
    if record.corrects_id is not None:
        raise RememberingError("The meeting stands in the calendar already; your planner can change it")
    everybody = " ".join(str(one.id) for one in active_carers(session, record.team_id, today))
    cells = {name: str(record.body[name]) for name in ("name", "start", "minutes")}
    try:
        make_meetings(
            session, record.team_id, {**cells, "date": str(record.body["day"]), "carers": everybody}, today
        )
    except CellErrors:
        raise RememberingError(
            "The meeting cannot be as it is written: it must lie ahead and end before midnight"
        ) from None


def change_meeting(
    session: Session, team_id: UUID, meeting_id: UUID, cells: Mapping[str, str], version: str, today: dt.date
) -> Meeting:
    """Move a meeting, or change who is called; the citizens on its agenda go along.

    Raises CellErrors, MissingRowError (also for one that has been), ConflictError when somebody has changed it.
    """
    row = _to_come(session, team_id, meeting_id, version, today)
    errors: Errors = {}
    values, carers = _values(session, team_id, cells, errors, today)
    fail_on(errors)
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    _call(session, row, carers)
    return row


def cancel_meeting(
    session: Session, team_id: UUID, meeting_id: UUID, version: str, today: dt.date, *, later_too: bool
) -> int:
    """Cancel a meeting, with ``later_too`` also the later ones of its name, weekday and time; how many went.

    Who was on the agenda of one of them waits for the next. Raises as :func:`change_meeting`.
    """
    row = _to_come(session, team_id, meeting_id, version, today)
    gone = [row]
    if later_too:
        later = session.scalars(
            select(Meeting).where(
                col(Meeting.team_id) == team_id,
                col(Meeting.stated_for).is_(None),
                col(Meeting.name) == row.name,
                col(Meeting.start_min) == row.start_min,
                col(Meeting.date) > row.date,
            )
        )
        gone += [one for one in later if one.date.weekday() == row.date.weekday()]
    for one in gone:
        session.delete(one)
    session.flush()
    return len(gone)


def meeting_to_come(session: Session, team_id: UUID, meeting_id: UUID, today: dt.date) -> Meeting:
    """A meeting that has not been; raises MissingRowError."""
    return _checked(row_of(session, Meeting, team_id, meeting_id), today)


def meeting_cells(session: Session, meeting: Meeting) -> dict[str, str]:
    """A meeting as a form shows it."""
    return {
        "name": meeting.name,
        "date": meeting.date.isoformat(),
        "start": f"{meeting.start_min // 60:02}:{meeting.start_min % 60:02}",
        "minutes": str(meeting.minutes),
        "carers": " ".join(str(one) for one in _called(session, [meeting.id]).get(meeting.id, ())),
    }


def version_of(session: Session, meeting: Meeting) -> str:
    """What a form sends back, so that a change in between is noticed: of the meeting, and of who is called."""
    called = _called(session, [meeting.id]).get(meeting.id, ())
    return f"{meeting.changed_at.isoformat()} {' '.join(str(one) for one in called)}"


def calendar(session: Session, meetings: Sequence[Meeting]) -> list[ComingMeeting]:
    """Meetings of one team with who is called to them, and what of the published rosters lies at the same time."""
    if not meetings:
        return []
    team_id = meetings[0].team_id
    called = _called(session, [one.id for one in meetings])
    names = {
        row[0]: row[1] or row[2]
        for row in session.execute(
            sa.select(col(Carer.id), col(Carer.name), col(Carer.code)).where(col(Carer.team_id) == team_id)
        )
    }
    dates = [one.date for one in meetings]
    shifts: dict[tuple[UUID, dt.date], list[tuple[int, int]]] = defaultdict(list)
    wanted = sa.select(col(Shift.carer_id), col(Shift.date), col(Shift.start_min), col(Shift.end_min)).where(
        col(Shift.team_id) == team_id, col(Shift.date).in_(dates), col(Shift.stated_for).is_(None)
    )
    for carer_id, date, start, end in session.execute(wanted):
        if carer_id is not None:
            shifts[carer_id, date].append((start, end))
    visits = planned_visits(session, team_id, min(dates), max(dates))
    found = []
    for one in meetings:
        ids, end = called.get(one.id, ()), one.start_min + one.minutes
        free = {id for id in ids if any(a <= one.start_min and end <= b for a, b in shifts[id, one.date])}
        clashes = sum(
            visit.name.on_date == one.date
            and visit.start_min < end
            and one.start_min < visit.end_min
            and bool(free.intersection(visit.carer_ids))
            for visit in visits
        )
        rows = tuple(Called(names.get(id, ""), id in free) for id in ids)
        found.append(ComingMeeting(one, rows, clashes))
    return found


def _values(
    session: Session, team_id: UUID, cells: Mapping[str, str], errors: Errors, today: dt.date
) -> tuple[dict[str, Any], list[UUID]]:
    """What a form says of a meeting and of who is called to it."""
    name = text_in(cells, "name", errors, MOST_SIGNS, needed=True, one_line=True)
    date = needed_date(cells, "date", errors, today)
    not_past(date, "date", errors, today)
    clock = _CLOCK.fullmatch(cells.get("start", "").strip())
    if clock is None:
        errors["start"] = [
            Message(
                "'{value}' is no time of the day; write one such as 13:30",
                {"value": cells.get("start", "")[:20]},
            )
        ]
    start = 0 if clock is None else int(clock[1]) * 60 + int(clock[2])
    minutes = whole_number_in(cells, "minutes", errors, LEAST_MINUTES, MOST_MINUTES, needed=True) or 0
    if start + minutes > DAY_MIN:
        errors["minutes"] = [Message("the meeting must end before midnight")]
    known = {one.id for one in active_carers(session, team_id, today)}
    carers = [found for text in cells.get("carers", "").split() if (found := id_in(text)) in known and found]
    if not carers:
        errors["carers"] = [Message("choose who is called to the meeting")]
    return {"name": name, "date": date, "start_min": start, "minutes": minutes}, carers


def _dates(first: dt.date, repeats: str, until: dt.date) -> Iterable[dt.date]:
    """The first date, and those on which it comes again; monthly: on the same weekday of the month, of which the fifth
    is the last."""
    if not repeats:
        yield first
        return
    if repeats != MONTHLY:
        step = dt.timedelta(weeks=1 if repeats == WEEKLY else 2)
        while first <= until:
            yield first
            first += step
        return
    number, weekday, month = (first.day - 1) // 7, first.weekday(), first.replace(day=1)
    while month <= until:
        date = month + dt.timedelta(days=(weekday - month.weekday()) % 7 + 7 * number)
        if date.month != month.month:
            date -= dt.timedelta(weeks=1)
        if date <= until:
            yield date
        month = (month + dt.timedelta(days=32)).replace(day=1)


def _holidays(session: Session, team_id: UUID, dates: Sequence[dt.date]) -> Iterable[dt.date]:
    return session.scalars(
        sa.select(col(Holiday.date)).where(col(Holiday.team_id) == team_id, col(Holiday.date).in_(dates))
    )


def _next_position(session: Session, team_id: UUID) -> int:
    most = session.scalar(
        sa.select(sa.func.max(col(Meeting.position))).where(col(Meeting.team_id) == team_id)
    )
    return 0 if most is None else most + 1


def _called(session: Session, meetings: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Who is called, by meeting, in order."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    rows = session.execute(
        sa.select(col(MeetingCarer.meeting_id), col(MeetingCarer.carer_id))
        .where(col(MeetingCarer.meeting_id).in_(meetings))
        .order_by(col(MeetingCarer.position))
    )
    for meeting_id, carer_id in rows:
        found[meeting_id].append(carer_id)
    return found


def _call(session: Session, meeting: Meeting, carers: Sequence[UUID]) -> None:
    """Who is called from now on."""
    before = session.scalars(select(MeetingCarer).where(col(MeetingCarer.meeting_id) == meeting.id)).all()
    if [one.carer_id for one in sorted(before, key=lambda one: one.position)] == list(carers):
        return
    for one in before:
        session.delete(one)
    session.flush()
    session.add_all(
        MeetingCarer(
            municipality_id=meeting.municipality_id,
            meeting_id=meeting.id,
            carer_id=carer_id,
            position=position,
        )
        for position, carer_id in enumerate(carers)
    )
    session.flush()


def _checked(row: Meeting, today: dt.date) -> Meeting:
    if row.date < today or row.stated_for is not None:
        raise MissingRowError("This meeting has been: what was held stays as it was")
    return row


def _to_come(session: Session, team_id: UUID, meeting_id: UUID, version: str, today: dt.date) -> Meeting:
    row = _checked(row_to_change(session, Meeting, team_id, meeting_id, None), today)
    if version != version_of(session, row):
        raise ConflictError(
            "{who} has changed this in the meantime; nothing was saved yet", who=row.changed_by
        )
    return row
