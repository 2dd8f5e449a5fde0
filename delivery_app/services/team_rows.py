"""Rows of one team: found only inside it, held while they are changed, and refused when somebody was faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.base import InTeam, Row, TeamRow
from models.errors import ConflictError, MissingRowError
from models.tables import Carer, Package, Team

T = TypeVar("T", bound=TeamRow)
S = TypeVar("S", bound=InTeam)


def team_of(session: Session, team_id: UUID) -> Team:
    """The team; raises MissingRowError when there is none."""
    team = session.get(Team, team_id)
    if team is None:
        raise MissingRowError("There is no team with the id {id}", id=team_id)
    return team


def owner(team: Team) -> dict[str, Any]:
    """To whom a row of the team belongs."""
    return {"municipality_id": team.municipality_id, "team_id": team.id}


def row_of(session: Session, table: type[T], team_id: UUID, row_id: UUID) -> T:
    """A row of the team; raises MissingRowError when the team has none with that id."""
    row = session.get(table, row_id)
    if row is None or row.team_id != team_id:
        raise MissingRowError("The team has nothing with the id {id}", id=row_id)
    return row


def row_to_change(session: Session, table: type[T], team_id: UUID, row_id: UUID, version: int | None) -> T:
    """A row of the team, held until the transaction ends.

    Raises
    ------
    MissingRowError
        The team has none with that id.
    ConflictError
        It is not at ``version`` any more (None: whichever it is at).
    """
    row = session.get(table, row_id, with_for_update=True, populate_existing=True)
    if row is None or row.team_id != team_id:
        raise MissingRowError("The team has nothing with the id {id}", id=row_id)
    if version is not None and getattr(row, "row_version", version) != version:
        raise ConflictError(
            "{who} has changed this in the meantime; nothing was saved yet", who=row.changed_by
        )
    return row


def assign(row: Row, values: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    different = [name for name, value in values.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, values[name])
    return bool(different)


def standing(session: Session, table: type[S], team_id: UUID, when: date) -> Sequence[S]:
    """What the team has on a date, in its order."""
    return session.scalars(
        select(table)
        .where(col(table.team_id) == team_id, col(table.from_date) <= when)
        .where(or_(col(table.until_date).is_(None), col(table.until_date) > when))
        .order_by(col(table.position), col(table.code))
    ).all()


def coming_or_standing(session: Session, table: type[S], team_id: UUID, when: date) -> Sequence[S]:
    """What the team has on a date or later, in its order."""
    return session.scalars(
        select(table)
        .where(col(table.team_id) == team_id)
        .where(or_(col(table.until_date).is_(None), col(table.until_date) > when))
        .order_by(col(table.position), col(table.code))
    ).all()


def next_place(session: Session, table: type[S], team_id: UUID, prefix: str) -> tuple[str, int]:
    """An id that is free (``k7`` after ``k6``), and the position after the last."""
    rows = session.execute(select(table.code, table.position).where(col(table.team_id) == team_id)).all()
    taken = {code for code, _ in rows}
    numbers = [
        int(code[len(prefix) :])
        for code in taken
        if code.startswith(prefix) and code[len(prefix) :].isdigit()
    ]
    number = max(numbers, default=0) + 1
    return f"{prefix}{number}", max((position for _, position in rows), default=-1) + 1


def carers_by_id(session: Session, team_id: UUID) -> dict[UUID, Carer]:
    """Everybody who is or was in the team."""
    rows = session.scalars(
        select(Carer).where(col(Carer.team_id) == team_id).order_by(col(Carer.position), col(Carer.code))
    )
    return {row.id: row for row in rows}


def packages_by_id(session: Session, team_id: UUID) -> dict[UUID, Package]:
    """The packages the team plans by, or did."""
    rows = session.scalars(
        select(Package)
        .where(col(Package.team_id) == team_id)
        .order_by(col(Package.position), col(Package.code))
    )
    return {row.id: row for row in rows}


def monday_of(when: date) -> date:
    """The Monday of the week a date lies in: what is planned by changes between weeks."""
    return when - timedelta(days=when.weekday())


def day_after(row: InTeam, last_date: date) -> date:
    """From when on a row is gone that ends with the week of ``last_date``; never before it began."""
    return max(monday_of(last_date) + timedelta(days=7), row.from_date)
