"""A granted relaxation into the team's rows: what it changes of needs, shifts, people, links and absences."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.facts import Facts, absence_fact, keep_facts
from delivery_app.bridge.merge import owner
from delivery_app.i18n import N_
from models import tables
from models.base import TeamRow
from models.errors import ConflictError
from models.tables import Team
from scheduler import problem as plan
from scheduler.clock import DAY_MIN, Calendar
from scheduler.explain.granting import RowChange

T = TypeVar("T", bound=TeamRow)
#: Pack minutes of a shift, which the table counts from the midnight of its date.
_OF_ITS_DATE = frozenset({"start_min", "end_min", "break_from_min", "break_to_min"})
GONE = N_("What would be changed was changed by somebody else in the meantime; ask again what would help")


def write_changes(session: Session, team: Team, calendar: Calendar, changes: tuple[RowChange, ...]) -> None:
    """Write the rows that a granted relaxation changes; nothing is committed.

    Raises
    ------
    ConflictError
        A row is not as it was when the relaxation was found.
    """
    writer = _Writer(session, team, calendar)
    for change in changes:
        writer.write(change)
    ended = [row.before for row in changes if isinstance(row.before, plan.Absence) and row.after is None]
    added = [row.after for row in changes if isinstance(row.after, plan.Absence) and row.before is None]
    if ended or added:
        keep_facts(
            session,
            team,
            Facts(
                absences=tuple(absence_fact(calendar, row, {}) for row in added),
                ended=tuple(absence_fact(calendar, row, {}) for row in ended),
            ),
        )
    session.flush()


def is_of_these_weeks_only(session: Session, team_id: UUID, need_code: str, last_day: date) -> bool:
    """Whether a need is dated: gone after ``last_day``, or falling in one week of a year."""
    row = session.scalars(
        select(tables.Need).where(col(tables.Need.team_id) == team_id, col(tables.Need.code) == need_code)
    ).one()
    ends = row.until_date is not None and (row.until_date - last_day).days <= 1
    return ends or row.every_weeks >= ONE_YEAR


#: A need of every so many weeks falls once, as the fit-in and urgent visits write it.
ONE_YEAR = 52


class _Writer:
    def __init__(self, session: Session, team: Team, calendar: Calendar) -> None:
        self.session, self.team, self.calendar = session, team, calendar

    def write(self, change: RowChange) -> None:
        before, after = change.before, change.after
        match after:
            case plan.Need():
                self._columns(self._coded(tables.Need, after.need_id), before, after)
            case plan.Citizen():
                self._columns(self._coded(tables.Citizen, after.citizen_id), before, after)
            case plan.Carer():
                self._columns(self._coded(tables.Carer, after.carer_id), before, after)
            case plan.Link():
                self._columns(self._link(after), before, after)
            case plan.Shift() if before is None:
                self.session.add(self._new_shift(after))
            case plan.Shift():
                self._columns(self._shift(after), before, after)

    def _columns(self, row: Any, before: Any, after: Any) -> None:
        """Change the columns that differ, when they are still as they were."""
        for one in fields(after):
            was, now = getattr(before, one.name), getattr(after, one.name)
            if was == now:
                continue
            if isinstance(after, plan.Shift):
                was, now = self._of_date(one.name, was, before.day), self._of_date(one.name, now, after.day)
                if one.name.startswith("break_") and getattr(row, one.name) is None:
                    was = None  # the shift's own times, as long as none are given
            if getattr(row, one.name) != was:
                raise ConflictError(GONE)
            setattr(row, one.name, now)

    def _of_date(self, name: str, value: Any, day: int) -> Any:
        return value - day * DAY_MIN if name in _OF_ITS_DATE and value is not None else value

    def _coded(
        self, table: type[tables.Need] | type[tables.Citizen] | type[tables.Carer], code: str
    ) -> TeamRow:
        return self._one(table, col(table.code) == code)

    def _shift(self, shift: plan.Shift) -> TeamRow:
        return self._one(
            tables.Shift,
            col(tables.Shift.code) == shift.shift_id,
            col(tables.Shift.date) == self.calendar.date(shift.day),
        )

    def _link(self, link: plan.Link) -> TeamRow:
        first, second = (self._coded(tables.Need, one).id for one in (link.first_need, link.second_need))
        return self._one(
            tables.Link, col(tables.Link.first_need_id) == first, col(tables.Link.second_need_id) == second
        )

    def _one(self, table: type[T], *where: Any) -> T:
        row = self.session.scalars(
            select(table).where(col(table.team_id) == self.team.id, *where).with_for_update()
        ).first()
        if row is None:
            raise ConflictError(GONE)
        return row

    def _new_shift(self, shift: plan.Shift) -> tables.Shift:
        carer = self._coded(tables.Carer, shift.carer_id or "")
        return tables.Shift(
            **owner(self.team),
            code=shift.shift_id,
            carer_id=carer.id,
            date=self.calendar.date(shift.day),
            start_min=shift.start_min - shift.day * DAY_MIN,
            end_min=shift.end_min - shift.day * DAY_MIN,
            begins_at=shift.begins_at,
        )
