"""A team of three with a published roster of one week in a database: what publishing and re-planning are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from delivery_app.bridge import load_problem, save_roster
from delivery_app.db import Database
from delivery_app.moment import Moment
from scheduler.evaluate import judged
from scheduler.problem import Problem
from scheduler.roster import Roster
from tests.delivery_app.bridge_examples import migrated
from tests.scheduler.replan.replan_cases import published, team

#: The team's weeks begin on this Monday.
MONDAY = date(2026, 11, 30)
EARLY = Moment(MONDAY, 6 * 60 + 10)


@dataclass
class PlannedTeam:
    """A database with one team, its problem, and the roster that is published."""

    database: Database
    team_id: UUID
    problem: Problem
    roster: Roster
    roster_id: UUID


def named(problem: Problem) -> Problem:
    """The problem with names to read: ``Citizen c1``, ``Carer k1``."""
    return replace(
        problem,
        municipality="albertslund",
        name="Team Nord",
        citizens=tuple(replace(row, name=f"Citizen {row.citizen_id}") for row in problem.citizens),
        carers=tuple(replace(row, name=f"Carer {row.carer_id}") for row in problem.carers),
    )


@contextmanager
def planned_team(
    url: str, problem: Problem | None = None, roster: Roster | None = None
) -> Iterator[PlannedTeam]:
    """The team of :mod:`tests.scheduler.replan.replan_cases` with its roster published by Anna."""
    problem = named(problem or team())
    roster = judged(problem, replace(roster or published(problem), team=problem.name))
    with migrated(url) as database:
        with database.transaction("anna") as session:
            team_id = load_problem(session, problem).id
            row = save_roster(session, team_id, roster, "published")
        yield PlannedTeam(database, team_id, problem, roster, row.id)
