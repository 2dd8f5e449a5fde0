"""Reading the access log: what stands in it about a citizen, a person or a team, newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from delivery_app.security.seals import ENTRIES
from models.citizen import Citizen
from models.team import Team


@dataclass(frozen=True)
class LogLine:
    """One entry, with the citizen's and team's names of today (empty when the row is gone)."""

    seal: int
    position: int
    at: datetime
    user_id: UUID | None
    user_name: str
    use: str
    action: str
    subject: str | None
    columns: tuple[str, ...]
    citizen_id: UUID | None
    citizen_code: str
    team: str


@dataclass(frozen=True)
class LogFilter:
    """Which entries are wanted; what is None does not narrow. ``teams``: of these teams only.

    ``before``: older in the log than this place (for the next page).
    """

    citizen_id: UUID | None = None
    citizen_code: str | None = None
    user_name: str | None = None
    user_id: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    municipality_id: UUID | None = None
    teams: Collection[UUID] | None = None
    before: tuple[int, int] | None = None


def find_lines(session: Session, wanted: LogFilter, limit: int | None = 50) -> list[LogLine]:
    """The entries wanted, newest first. Loads no citizen: what is read here is the log."""
    citizen: sa.Table = Citizen.__table__  # type: ignore[attr-defined]
    team: sa.Table = Team.__table__  # type: ignore[attr-defined]
    statement = (
        sa.select(ENTRIES, citizen.c.code.label("citizen_code"), team.c.name.label("team_name"))
        .select_from(
            ENTRIES.outerjoin(citizen, citizen.c.id == ENTRIES.c.citizen_id).outerjoin(
                team, team.c.id == ENTRIES.c.team_id
            )
        )
        .where(*_conditions(wanted, citizen))
        .order_by(ENTRIES.c.seal_number.desc(), ENTRIES.c.position.desc())
    )
    if limit is not None:
        statement = statement.limit(limit)
    return [
        LogLine(
            row.seal_number,
            row.position,
            row.at,
            row.user_id,
            row.user_name,
            row.use,
            row.action,
            row.subject_table,
            tuple(row.columns or ()),
            row.citizen_id,
            row.citizen_code or "",
            row.team_name or "",
        )
        for row in session.execute(statement)
    ]


def _conditions(wanted: LogFilter, citizen: sa.Table) -> list[sa.ColumnElement[bool]]:
    columns = ENTRIES.c
    found: list[sa.ColumnElement[bool]] = []
    if wanted.citizen_id is not None:
        found.append(columns.citizen_id == wanted.citizen_id)
    if wanted.citizen_code is not None:
        found.append(citizen.c.code == wanted.citizen_code)
    if wanted.user_name is not None:
        found.append(columns.user_name == wanted.user_name)
    if wanted.user_id is not None:
        found.append(columns.user_id == wanted.user_id)
    if wanted.action is not None:
        found.append(columns.action == wanted.action)
    if wanted.since is not None:
        found.append(columns.at >= wanted.since)
    if wanted.until is not None:
        found.append(columns.at < wanted.until)
    if wanted.municipality_id is not None:
        found.append(columns.municipality_id == wanted.municipality_id)
    if wanted.teams is not None:
        found.append(columns.team_id.in_(wanted.teams))
    if wanted.before is not None:
        seal, position = wanted.before
        found.append(
            sa.or_(
                columns.seal_number < seal, sa.and_(columns.seal_number == seal, columns.position < position)
            )
        )
    return found


def citizens_of_code(
    session: Session, code: str, municipality_id: UUID, teams: Collection[UUID] | None
) -> list[tuple[UUID, str]]:
    """Ids of the citizens a team knows by this code, with the team's name (codes are a team's own)."""
    citizen: sa.Table = Citizen.__table__  # type: ignore[attr-defined]
    team: sa.Table = Team.__table__  # type: ignore[attr-defined]
    wanted = (
        sa.select(citizen.c.id, team.c.name)
        .join(team, team.c.id == citizen.c.team_id)
        .where(citizen.c.municipality_id == municipality_id, sa.func.lower(citizen.c.code) == code.lower())
        .order_by(team.c.name)
    )
    if teams is not None:
        wanted = wanted.where(citizen.c.team_id.in_(teams))
    return [(row.id, row.name) for row in session.execute(wanted)]
