"""Who is in a team in some weeks, and which of its citizens are away: what a form offers to choose from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import Moment
from delivery_app.services.names import NamedPerson
from models.tables import Absence, Carer, Citizen


@dataclass(frozen=True)
class Presence:
    """The people of a team in some weeks, by name; ``away`` are citizens who are absent on some day of them."""

    carers: tuple[NamedPerson, ...]
    citizens: tuple[NamedPerson, ...]
    away: tuple[NamedPerson, ...]


def presence(session: Session, team_id: UUID, first: date, last: date) -> Presence:
    """Who is in the team on a day between two dates, both included."""
    citizens = _there(session, Citizen, team_id, first, last)
    rows = session.scalars(
        select(col(Absence.citizen_id)).where(
            col(Absence.team_id) == team_id,
            col(Absence.citizen_id).is_not(None),
            col(Absence.start_date) <= last,
            col(Absence.end_date) >= first,
        )
    )
    away = set(rows)
    return Presence(
        carers=_there(session, Carer, team_id, first, last),
        citizens=citizens,
        away=tuple(one for one in citizens if one.row_id in away),
    )


@dataclass(frozen=True)
class AwayTime:
    """When a citizen is away, in local moments; ``reason`` as it was written."""

    start: Moment
    end: Moment
    reason: str

    @property
    def last(self) -> date:
        """The last date of which any minute is in it."""
        return self.end.date if self.end.minute else self.end.date - timedelta(days=1)

    def holds(self, when: date, first_min: int, last_min: int) -> bool:
        """Whether any of these minutes of a date is in it."""
        return self.start < Moment(when, last_min) and Moment(when, first_min) < self.end


def away_on(session: Session, citizens: Collection[UUID], when: date) -> dict[UUID, tuple[AwayTime, ...]]:
    """When some citizens are away on a date, also what was written down after the roster was published (D16)."""
    rows = session.scalars(
        select(Absence)
        .where(
            col(Absence.citizen_id).in_(citizens),
            col(Absence.start_date) <= when,
            col(Absence.end_date) >= when,
        )
        .order_by(col(Absence.start_date), col(Absence.start_min))
    )
    found: dict[UUID, dict[AwayTime, None]] = {}
    for row in rows:
        time = AwayTime(Moment(row.start_date, row.start_min), Moment(row.end_date, row.end_min), row.reason)
        if row.citizen_id is not None and time.last >= when:
            found.setdefault(row.citizen_id, {})[time] = None
    return {citizen: tuple(times) for citizen, times in found.items()}


def _there(
    session: Session, table: type[Carer] | type[Citizen], team_id: UUID, first: date, last: date
) -> tuple[NamedPerson, ...]:
    rows = session.execute(
        select(table.id, table.code, table.name)
        .where(col(table.team_id) == team_id, col(table.from_date) <= last)
        .where(or_(col(table.until_date).is_(None), col(table.until_date) > first))
        .order_by(table.name, table.code)
    )
    return tuple(NamedPerson(row_id, code, name or code) for row_id, code, name in rows)
