"""A stored roster with the problem it answers, ready for the optimiser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.read import problem_from
from delivery_app.bridge.rosters import roster_from
from models.errors import MissingRowError
from models.tables import Roster
from scheduler import roster as answer
from scheduler.clock import format_week
from scheduler.problem import Problem


@dataclass(frozen=True)
class Stored:
    """A roster and the problem of its weeks as the team's data are now; ``problem.published`` holds the roster's pins.

    What another version pins does not bind this one.
    """

    problem: Problem
    roster: answer.Roster


def stored(session: Session, roster_id: UUID) -> Stored:
    """A roster of weeks and its problem.

    Raises
    ------
    MissingRowError
        There is no roster with that id.
    BridgeError, scheduler.message.ProblemError
        The team's data cannot be planned by.
    """
    row = session.get(Roster, roster_id)
    if row is None:
        raise MissingRowError("There is no roster with the id {id}", id=roster_id)
    problem = problem_from(session, row.team_id, format_week(row.first_monday), row.weeks)
    roster = roster_from(session, roster_id)
    return Stored(with_own_pins(problem, roster), roster)


def with_own_pins(problem: Problem, roster: answer.Roster) -> Problem:
    """The problem in which the roster's own pinned visits bind, and nobody else's."""
    pins = tuple(visit for visit in roster.visits if visit.pinned)
    own = replace(roster, visits=pins, unplaced=(), sessions=(), breaks=()) if pins else None
    return replace(problem, published=own)
