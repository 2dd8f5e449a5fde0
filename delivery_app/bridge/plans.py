"""A stored roster and its team's problem, each with what tells whether a copy kept in memory still holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.bridge.read import problem_from
from delivery_app.bridge.rosters import roster_from
from models.errors import MissingRowError
from models.roster import DRAFT
from models.tables import Roster, Team
from scheduler import roster as answer
from scheduler.clock import format_week
from scheduler.problem import Problem


@dataclass(frozen=True)
class RosterHead:
    """A roster's own row, and the mark of its team's data (:mod:`models.data_mark`)."""

    roster_id: UUID
    team_id: UUID
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
    problem = problem_from(session, head.team_id, format_week(head.first_monday), head.weeks)
    return replace(problem, published=None)


def roster_at(session: Session, head: RosterHead) -> answer.Roster:
    """The roster as it stands."""
    return roster_from(session, head.roster_id)
