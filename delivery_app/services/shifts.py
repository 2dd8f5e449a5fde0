"""Shifts: a month of them, one by one, and by patterns that come again (S7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import cells_of, checked, columns_of
from delivery_app.services.team_rows import (
    assign,
    carers_by_id,
    owner,
    row_to_change,
    standing,
    team_of,
)
from models.errors import ConflictError, RememberingError
from models.roster import PUBLISHED
from models.tables import Absence, Attendance, Carer, Citizen, Roster, Shift, ShiftPattern

DAY_MIN = 1440
#: What a pattern has of a shift.
PATTERN_SHIFT = (
    "carer_id", "start_min", "end_min", "break_minutes", "break_from_min", "break_to_min", "begins_at",
    "reserve_minutes",
)  # fmt: skip
#: As a pack writes weekdays.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Patterns are added for at most so many days at a time.
MOST_DAYS = 100


class ShiftError(RememberingError):
    """A shift that cannot be changed as asked, and what to do instead."""


@dataclass(frozen=True)
class Skipped:
    """A shift of a pattern that was not added. ``why``: ``has_shift``, ``absent`` or ``not_in_team``."""

    date: date
    carer: str
    why: str


@dataclass(frozen=True)
class Added:
    """What adding by patterns did."""

    count: int
    already: int
    skipped: tuple[Skipped, ...]


def shifts_between(session: Session, team_id: UUID, first: date, last: date) -> Sequence[Shift]:
    """The team's shifts of these dates, by date and time."""
    return session.scalars(
        select(Shift)
        .where(col(Shift.team_id) == team_id, col(Shift.stated_for).is_(None))
        .where(col(Shift.date) >= first, col(Shift.date) <= last)
        .order_by(col(Shift.date), col(Shift.start_min), col(Shift.code))
    ).all()


def shift_cells(session: Session, shift: Shift) -> dict[str, str]:
    """A shift as a form shows it."""
    codes: dict[UUID | None, str] = {
        row.id: row.code for row in carers_by_id(session, shift.team_id).values()
    }
    return cells_of("shifts", shift, codes)


def version_of(shift: Shift) -> str:
    """What a form sends back, so that a change in between is noticed."""
    return shift.changed_at.isoformat()


def save_shift(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    *,
    shift_id: UUID | None = None,
    version: str | None = None,
) -> Shift:
    """Add a shift or change one; without a carer it is open.

    Raises
    ------
    CellErrors
        By field, as the reader of packs judges them: above all another shift of the carer at that time.
    ShiftError
        A published roster has visits in it.
    MissingRowError, ConflictError
        There is no such shift, or somebody has changed it.
    """
    shift = None if shift_id is None else _to_change(session, team_id, shift_id, version)
    carers = carers_by_id(session, team_id)
    ids = {row.code: row.id for row in carers.values()}
    codes: dict[UUID | None, str] = {row.id: row.code for row in carers.values()}
    beside = {
        "carers": [{"carer_id": code} for code in ids],
        "citizens": _islands(session, team_id),
        "shifts": _neighbours(session, team_id, cells, ids, codes, shift),
    }
    values = checked("shifts", {**cells, "shift_id": shift.code if shift else "new"}, beside)
    columns = columns_of("shifts", values, ids)
    if shift is None:
        code = free_code(session, team_id, columns["date"], values["carer_id"])
        shift = Shift(**owner(team_of(session, team_id)), code=code, **columns)
        session.add(shift)
    elif any(getattr(shift, name) != value for name, value in columns.items()):
        _refuse_published(session, shift)
        if columns["date"] != shift.date:
            shift.code = free_code(session, team_id, columns["date"], values["carer_id"])
        assign(shift, columns)
    session.flush()
    return shift


def remove_shift(session: Session, team_id: UUID, shift_id: UUID, version: str | None) -> None:
    """Take a shift out; raises as :func:`save_shift`."""
    shift = _to_change(session, team_id, shift_id, version)
    _refuse_published(session, shift)
    session.delete(shift)
    session.flush()


def _to_change(session: Session, team_id: UUID, shift_id: UUID, version: str | None) -> Shift:
    shift = row_to_change(session, Shift, team_id, shift_id, None)
    if version is not None and version != version_of(shift):
        raise ConflictError(
            "{who} has changed this in the meantime; nothing was saved yet", who=shift.changed_by
        )
    return shift


def _refuse_published(session: Session, shift: Shift) -> None:
    used = session.scalars(
        select(Attendance.id)
        .join(Roster, col(Roster.id) == col(Attendance.roster_id))
        .where(
            col(Attendance.shift_id) == shift.id, col(Roster.status) == PUBLISHED, col(Roster.kind) == "week"
        )
        .limit(1)
    ).first()
    if used is not None:
        raise ShiftError(
            "The published roster has visits in this shift on {date}. Re-plan the week instead "
            "(sick call, change of shift), so that everybody is told",
            date=shift.date,
        )


def _islands(session: Session, team_id: UUID) -> list[dict[str, str]]:
    """A citizen of each island, as far as the check of where a shift begins asks."""
    names = session.scalars(
        select(Citizen.island)
        .where(col(Citizen.team_id) == team_id, col(Citizen.island).is_not(None))
        .distinct()
    )
    return [{"citizen_id": f"c{number}", "island": str(name)} for number, name in enumerate(names)]


def _neighbours(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    ids: Mapping[str, UUID],
    codes: Mapping[UUID | None, str],
    own: Shift | None,
) -> list[dict[str, str]]:
    """The carer's shifts on the days around, so that two at once are noticed."""
    carer_id = ids.get(cells.get("carer_id", ""))
    try:
        when = date.fromisoformat(cells.get("date", ""))
    except ValueError:
        return []
    rows = shifts_between(session, team_id, when - timedelta(days=2), when + timedelta(days=2))
    return [
        cells_of("shifts", row, codes)
        for row in rows
        if carer_id is not None and row.carer_id == carer_id and (own is None or row.id != own.id)
    ]


def free_code(session: Session, team_id: UUID, when: date, carer: str | None) -> str:
    """An id for a shift that no other has on that date."""
    taken = set(
        session.scalars(select(Shift.code).where(col(Shift.team_id) == team_id, col(Shift.date) == when))
    )
    stem = f"{when:%y%m%d}-{carer or 'open'}"
    number = 1
    while (code := f"{stem}-{number}" if number > 1 else stem) in taken:
        number += 1
    return code


def patterns_of(session: Session, team_id: UUID) -> list[ShiftPattern]:
    """The team's patterns, in their order."""
    return list(
        session.scalars(
            select(ShiftPattern)
            .where(col(ShiftPattern.team_id) == team_id)
            .order_by(col(ShiftPattern.position), col(ShiftPattern.created_at))
        )
    )


def pattern_cells(session: Session, pattern: ShiftPattern) -> dict[str, str]:
    """A pattern as a form shows it: a shift's columns (its date the Monday of a week it falls in), days and weeks."""
    codes: dict[UUID | None, str] = {
        row.id: row.code for row in carers_by_id(session, pattern.team_id).values()
    }
    as_shift = Shift(
        municipality_id=pattern.municipality_id,
        team_id=pattern.team_id,
        code="",
        date=pattern.anchor_monday,
        **{name: getattr(pattern, name) for name in PATTERN_SHIFT},
    )
    cells = cells_of("shifts", as_shift, codes)
    cells.pop("shift_id")
    days = " ".join(WEEKDAYS[day] for day in pattern.days)
    first = {"carer_id": cells.pop("carer_id"), "days": days, "every_weeks": str(pattern.every_weeks)}
    return first | cells


def save_pattern(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    days: Sequence[int],
    every_weeks: int,
    *,
    pattern_id: UUID | None = None,
    row_version: int | None = None,
) -> ShiftPattern:
    """Add a pattern or change one; ``cells`` are a shift's, its ``date`` lies in a week in which the pattern falls.

    Raises
    ------
    CellErrors
        By field, as the reader of packs judges a shift.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    carers = carers_by_id(session, team_id)
    ids = {row.code: row.id for row in carers.values()}
    beside = {"carers": [{"carer_id": code} for code in ids], "citizens": _islands(session, team_id)}
    values = checked("shifts", {**cells, "shift_id": "new"}, beside)
    columns = columns_of("shifts", values, ids)
    when: date = columns.pop("date")
    columns |= {
        "days": sorted(days),
        "every_weeks": every_weeks,
        "anchor_monday": when - timedelta(days=when.weekday()),
    }
    if pattern_id is None:
        row = ShiftPattern(
            **owner(team_of(session, team_id)), position=len(patterns_of(session, team_id)), **columns
        )
        session.add(row)
    else:
        row = row_to_change(session, ShiftPattern, team_id, pattern_id, row_version)
        assign(row, columns)
    session.flush()
    return row


def remove_pattern(session: Session, team_id: UUID, pattern_id: UUID) -> None:
    """Take a pattern out; shifts that were added by it stay."""
    session.delete(row_to_change(session, ShiftPattern, team_id, pattern_id, None))
    session.flush()


def falls_on(pattern: ShiftPattern, when: date) -> bool:
    """Whether the pattern has a shift on a date."""
    monday = when - timedelta(days=when.weekday())
    weeks = (monday - pattern.anchor_monday).days // 7
    return when.weekday() in pattern.days and weeks % pattern.every_weeks == 0


def add_by_patterns(session: Session, team_id: UUID, first: date, last: date) -> Added:
    """Add the shifts of all patterns from ``first`` to ``last``; doing it twice adds nothing.

    A carer who has another shift at the time, is absent in it, or is not in the team then, gets none.

    Raises
    ------
    ShiftError
        The last date lies before the first, or too many days at once.
    """
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ShiftError(
            "From {first} to {last} are not 1 to {most} days; choose other dates",
            first=first,
            last=last,
            most=MOST_DAYS,
        )
    team = team_of(session, team_id)
    carers = carers_by_id(session, team_id)
    rows = list(shifts_between(session, team_id, first - timedelta(days=1), last + timedelta(days=1)))
    away = session.scalars(
        select(Absence).where(col(Absence.team_id) == team_id, col(Absence.end_date) >= first)
    ).all()
    added, already, skipped = 0, 0, []
    for when in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        for pattern in patterns_of(session, team_id):
            if not falls_on(pattern, when):
                continue
            if _stands(pattern, when, rows):
                already += 1
                continue
            carer = carers.get(pattern.carer_id) if pattern.carer_id else None
            why = None if carer is None else _hindrance(pattern, when, carer, rows, away)
            if carer is not None and why is not None:
                skipped.append(Skipped(when, carer.name or carer.code, why))
                continue
            row = _shift_of(pattern, when, team, carer, rows)
            session.add(row)
            rows.append(row)
            added += 1
    session.flush()
    return Added(added, already, tuple(skipped))


def _stands(pattern: ShiftPattern, when: date, rows: Sequence[Shift]) -> bool:
    same = [
        row
        for row in rows
        if (row.date, row.carer_id, row.start_min, row.end_min)
        == (when, pattern.carer_id, pattern.start_min, pattern.end_min)
    ]
    # Open shifts alike are several only by several patterns: each has its own mark.
    return (
        bool(same) if pattern.carer_id is not None else any(row.code.endswith(_mark(pattern)) for row in same)
    )


def _mark(pattern: ShiftPattern) -> str:
    return f"-{pattern.id.hex[:6]}"


def _hindrance(
    pattern: ShiftPattern, when: date, carer: Carer, rows: Sequence[Shift], away: Sequence[Absence]
) -> str | None:
    start = when.toordinal() * DAY_MIN + pattern.start_min
    end = when.toordinal() * DAY_MIN + pattern.end_min
    if when < carer.from_date or (carer.until_date is not None and when >= carer.until_date):
        return "not_in_team"
    for absence in away:
        from_min = absence.start_date.toordinal() * DAY_MIN + absence.start_min
        to_min = absence.end_date.toordinal() * DAY_MIN + absence.end_min
        if absence.carer_id == carer.id and from_min < end and start < to_min:
            return "absent"
    for row in rows:
        midnight = row.date.toordinal() * DAY_MIN
        if row.carer_id == carer.id and midnight + row.start_min < end and start < midnight + row.end_min:
            return "has_shift"
    return None


def _shift_of(
    pattern: ShiftPattern, when: date, team: object, carer: Carer | None, rows: Sequence[Shift]
) -> Shift:
    stem = f"{when:%y%m%d}-{carer.code if carer else 'open'}"
    taken = {row.code for row in rows if row.date == when}
    code = stem if carer is not None and stem not in taken else stem + _mark(pattern)
    return Shift(
        **owner(team),  # type: ignore[arg-type]
        code=code,
        carer_id=pattern.carer_id,
        date=when,
        start_min=pattern.start_min,
        end_min=pattern.end_min,
        break_minutes=pattern.break_minutes,
        break_from_min=pattern.break_from_min,
        break_to_min=pattern.break_to_min,
        begins_at=pattern.begins_at,
        reserve_minutes=pattern.reserve_minutes,
    )


def carers_for_shifts(session: Session, team_id: UUID, first: date, last: date) -> list[Carer]:
    """Who is in the team on any of the dates, by name."""
    rows = {row.id: row for when in (first, last) for row in standing(session, Carer, team_id, when)}
    return sorted(rows.values(), key=lambda row: ((row.name or row.code).casefold(), row.code))
