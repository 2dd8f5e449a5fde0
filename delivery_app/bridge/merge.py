"""Making stored rows equal to a list by touching only what differs: a pack loaded twice changes nothing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.base import Dated, InTeam, Row, TeamRow
from models.tables import Team

R = TypeVar("R", bound=Row)
T = TypeVar("T", bound=TeamRow)
S = TypeVar("S", bound=InTeam)
D = TypeVar("D", bound=Dated)


def assign(row: Row, values: Mapping[str, Any]) -> None:
    """Set what differs."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def owner(team: Team) -> dict[str, Any]:
    """To whom a team's row belongs."""
    return {"municipality_id": team.municipality_id, "team_id": team.id}


def merge_listed(
    session: Session,
    table: type[T],
    team: Team,
    stored: Sequence[T],
    wanted: Iterable[dict[str, Any]],
    key: Sequence[str] | None = None,
) -> list[T]:
    """Rows known by some of their values (all of them by default, and then by how often they stand there).

    New ones are added, those not wanted deleted, the others given their values; the rows in the wanted order.
    """
    free: dict[Hashable, list[T]] = {}
    wanted = list(wanted)
    names = key or (list(wanted[0]) if wanted else [])
    for row in stored:
        free.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    kept = []
    for position, values in enumerate(wanted):
        same = free.get(tuple(values[name] for name in names))
        if same:
            row = same.pop(0)
            assign(row, values)
        else:
            row = table(**owner(team), **values)
            session.add(row)
        if hasattr(row, "position") and row.position != position:
            row.position = position
        kept.append(row)
    for rows in free.values():
        for row in rows:
            session.delete(row)
    session.flush()
    return kept


def merge_standing(
    session: Session,
    table: type[S],
    team: Team,
    monday: date,
    wanted: Mapping[str, dict[str, Any]],
) -> dict[str, S]:
    """Rows a team has over time, by code: those not wanted end on ``monday``, those back are open again."""
    stored = {
        row.code: row for row in session.scalars(select(table).where(col(table.team_id) == team.id)).all()
    }
    kept = {}
    for position, (code, values) in enumerate(wanted.items()):
        row = stored.get(code)
        if row is None:
            row = table(**owner(team), code=code, from_date=monday, position=position, **values)
            session.add(row)
        else:
            assign(row, {**values, "position": position})
            if row.from_date > monday:
                row.from_date = monday
            if row.until_date is not None and row.until_date <= monday:
                row.until_date = None
        kept[code] = row
    for code, row in stored.items():
        if (
            code not in kept
            and row.from_date <= monday
            and (row.until_date is None or row.until_date > monday)
        ):
            row.until_date = monday
    session.flush()
    return kept


def merge_members(
    session: Session,
    table: type[R],
    team: Team,
    parent: str,
    child: str,
    wanted: Mapping[UUID, Sequence[UUID]],
) -> None:
    """Ordered members of each parent row (who is called to a meeting); lists that differ are written anew."""
    belongs: dict[str, Any] = {"municipality_id": team.municipality_id}
    stored: dict[UUID, list[Any]] = {parent_id: [] for parent_id in wanted}
    rows = session.scalars(
        select(table).where(getattr(table, parent).in_(wanted)).order_by(getattr(table, "position"))  # noqa: B009
    )
    for row in rows:
        stored[getattr(row, parent)].append(row)
    for parent_id, members in wanted.items():
        if [getattr(row, child) for row in stored[parent_id]] == list(members):
            continue
        for row in stored[parent_id]:
            session.delete(row)
        session.flush()
        session.add_all(
            table(**{**belongs, parent: parent_id, child: member, "position": position})
            for position, member in enumerate(members)
        )
        session.flush()
