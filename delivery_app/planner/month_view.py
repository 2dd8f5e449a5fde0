"""A month of shifts as a table: carers down, days across."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.carers import absences_of, last_day
from delivery_app.services.holidays import holiday_lines
from delivery_app.services.shifts import carers_for_shifts, shifts_between
from models.tables import Shift

#: A shift is of the day, evening or night by its middle, as the optimiser reckons it.
_EVENING, _NIGHT, _MORNING = 15 * 60, 23 * 60, 7 * 60


@dataclass(frozen=True)
class ShiftView:
    """A shift in the table."""

    shift_id: UUID
    start_min: int
    end_min: int
    part: str


@dataclass(frozen=True)
class DayView:
    """A column: ``kept`` is a holiday that the team keeps, ``name`` the public holiday's."""

    date: date
    free: bool
    is_today: bool
    name: str


@dataclass(frozen=True)
class Cell:
    """A carer on a day."""

    shifts: tuple[ShiftView, ...]
    away: bool


@dataclass(frozen=True)
class MonthRow:
    """A carer's month; without an id the open shifts."""

    carer_id: UUID | None
    code: str
    name: str
    hours: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class MonthView:
    """A month."""

    first: date
    days: tuple[DayView, ...]
    rows: tuple[MonthRow, ...]
    before: date
    after: date


def part_of(start_min: int, end_min: int) -> str:
    """``day``, ``evening`` or ``night``, by the middle of the shift."""
    middle = (start_min + end_min) // 2 % 1440
    if _MORNING <= middle < _EVENING:
        return "day"
    return "evening" if _EVENING <= middle < _NIGHT else "night"


def month_view(session: Session, team_id: UUID, first: date, today: date, lang: str = "da") -> MonthView:
    """The shifts of the month that begins with ``first``."""
    after = (first + timedelta(days=32)).replace(day=1)
    last = after - timedelta(days=1)
    days = tuple(first + timedelta(days=number) for number in range((after - first).days))
    holidays = {line.date: line for line in holiday_lines(session, team_id, first.year, lang)}
    shifts: dict[tuple[UUID | None, date], list[Shift]] = {}
    for row in shifts_between(session, team_id, first, last):
        shifts.setdefault((row.carer_id, row.date), []).append(row)
    absences = absences_of(session, team_id, first)

    def cells(carer_id: UUID | None) -> tuple[Cell, ...]:
        mine = [row for row in absences if carer_id is not None and row.carer_id == carer_id]
        return tuple(
            Cell(
                tuple(
                    ShiftView(row.id, row.start_min, row.end_min, part_of(row.start_min, row.end_min))
                    for row in shifts.get((carer_id, when), ())
                ),
                any(row.start_date <= when <= last_day(row) for row in mine),
            )
            for when in days
        )

    rows = []
    people = [
        (row.id, row.code, row.name or row.code) for row in carers_for_shifts(session, team_id, first, last)
    ]
    for carer_id, code, name in [*people, (None, "", "")]:
        of_carer = cells(carer_id)
        minutes = sum(one.end_min - one.start_min for cell in of_carer for one in cell.shifts)
        rows.append(MonthRow(carer_id, code, name, minutes / 60, of_carer))
    return MonthView(
        first,
        tuple(
            DayView(
                when,
                when.weekday() >= 5 or (when in holidays and holidays[when].kept),
                when == today,
                holidays[when].name if when in holidays else "",
            )
            for when in days
        ),
        tuple(rows),
        (first - timedelta(days=1)).replace(day=1),
        after,
    )


def islands_of(session: Session, team_id: UUID) -> list[str]:
    """The islands on which citizens live."""
    from models.tables import Citizen

    names = session.scalars(
        select(Citizen.island)
        .where(col(Citizen.team_id) == team_id, col(Citizen.island).is_not(None))
        .distinct()
    )
    return sorted(str(name) for name in names)
