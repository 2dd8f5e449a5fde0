"""Who is in a team in some weeks, and which of its citizens are away: what a form offers to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

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
