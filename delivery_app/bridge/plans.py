"""A stored roster and its team's problem, each with what tells whether a copy kept in memory still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.bridge.read import problem_from
from delivery_app.bridge.rosters import roster_from
from models.errors import MissingRowError
from models.roster import DRAFT
from models.tables import Carer, Citizen, Need, Roster, Shift, Team
from scheduler import roster as answer
from scheduler.clock import format_week
from scheduler.problem import Problem


@dataclass(frozen=True)
class RosterHead:
    """A roster's own row, and the mark of its team's data (:mod:`models.data_mark`)."""

    roster_id: UUID
    team_id: UUID
    kind: str
    row_version: int
    data_mark: UUID | None
    status: str
    version: int
    first_monday: date
    weeks: int

    @property
    def is_draft(self) -> bool:
        """Whether it can be changed by hand."""
        return self.status == DRAFT

    @property
    def problem_key(self) -> tuple[object, ...]:
        """What the problem depends on."""
        return self.team_id, self.first_monday, self.weeks, self.data_mark

    @property
    def plan_key(self) -> tuple[object, ...]:
        """What the roster and its judgement depend on."""
        return self.roster_id, self.row_version, self.data_mark


def roster_head(session: Session, roster_id: UUID, team_id: UUID | None = None) -> RosterHead:
    """The head of a roster, of that team only when one is named; raises MissingRowError when there is none."""
    row = session.execute(
        select(
            col(Roster.id),
            col(Roster.team_id),
            col(Roster.kind),
            col(Roster.row_version),
            col(Team.data_mark),
            col(Roster.status),
            col(Roster.version),
            col(Roster.first_monday),
            col(Roster.weeks),
        )
        .join(Team, col(Team.id) == col(Roster.team_id))
        .where(col(Roster.id) == roster_id)
    ).first()
    if row is None or (team_id is not None and row[1] != team_id):
        raise MissingRowError("There is no roster with the id {id}", id=roster_id)
    return RosterHead(*row)


def problem_at(session: Session, head: RosterHead) -> Problem:
    """The problem of a roster's weeks as the team's data are now. No version's pins bind it: those of the roster at
    hand are kept by whoever changes it.

    Raises
    ------
    BridgeError, scheduler.message.ProblemError
        The team's data cannot be planned by.
    """
    week = format_week(head.first_monday)
    return problem_from(session, head.team_id, week, head.weeks, published=False)


@dataclass(frozen=True)
class TeamIds:
    """The rows' ids of a team by the pack's ids, for addresses, which hold nothing that tells of a person."""

    citizens: Mapping[str, UUID]
    carers: Mapping[str, UUID]
    needs: Mapping[str, UUID]

    def citizen(self, row_id: UUID) -> str:
        """The pack's id of a citizen; raises MissingRowError."""
        return _code(self.citizens, row_id)

    def carer(self, row_id: UUID) -> str:
        """The pack's id of a carer; raises MissingRowError."""
        return _code(self.carers, row_id)

    def need(self, row_id: UUID) -> str:
        """The pack's id of a need; raises MissingRowError."""
        return _code(self.needs, row_id)


def _code(ids: Mapping[str, UUID], row_id: UUID) -> str:
    for code, one in ids.items():
        if one == row_id:
            return code
    raise MissingRowError("The team has nobody and nothing with the id {id}", id=row_id)


def team_ids(session: Session, team_id: UUID) -> TeamIds:
    """The ids of a team's citizens, carers and needs, those closed since among them; no rows are loaded."""

    def codes(table: type[Citizen] | type[Carer] | type[Need]) -> dict[str, UUID]:
        columns = table.__table__.c  # type: ignore[union-attr]
        rows = session.execute(select(columns.code, columns.id).where(columns.team_id == team_id))
        return {row[0]: row[1] for row in rows}

    return TeamIds(codes(Citizen), codes(Carer), codes(Need))


def shift_ids(session: Session, head: RosterHead, when: date | None = None) -> dict[str, UUID]:
    """The rows' ids of the shifts of a roster's weeks (or of one date) by the pack's ids, for addresses."""
    columns = Shift.__table__.c  # type: ignore[attr-defined]
    first, last = head.first_monday, head.first_monday + timedelta(days=7 * head.weeks - 1)
    rows = session.execute(
        select(columns.code, columns.id).where(
            columns.team_id == head.team_id,
            columns.stated_for.is_(None),
            columns.date.between(when or first, when or last),
        )
    )
    return {row[0]: row[1] for row in rows}


def roster_at(session: Session, head: RosterHead) -> answer.Roster:
    """The roster as it stands."""
    return roster_from(session, head.roster_id)
