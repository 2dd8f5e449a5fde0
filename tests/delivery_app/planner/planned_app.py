"""The app over the team of three with its published roster, at a moment of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from delivery_app.bridge import load_problem, save_roster
from delivery_app.db import Database
from delivery_app.moment import ZONE
from models.tables import Carer, Citizen, Team
from scheduler.evaluate import judged
from scheduler.problem import Problem
from scheduler.roster import Roster
from tests.delivery_app.services.planned_team import named
from tests.delivery_app.web.app_examples import add_people, app_of, new_database, somebody, token_in
from tests.scheduler.replan.replan_cases import published, team

#: Monday of the team's weeks, early in the morning.
NOW = datetime(2026, 11, 30, 6, 10, tzinfo=ZONE)


@dataclass
class PlannedApp:
    """The app, its database, and what its pages are about."""

    app: FastAPI
    database: Database
    team_id: UUID
    roster_id: UUID
    problem: Problem
    roster: Roster

    def client(self, name: str = "planner") -> TestClient:
        """A browser in which somebody is signed in."""
        return somebody(self.app, name)

    def at(self, when: datetime) -> None:
        """Set the clock."""
        self.app.state.clock = lambda: when

    def url(self, page: str, roster_id: UUID | None = None) -> str:
        """The address of one of a roster's pages."""
        return f"/planner/{self.team_id}/rosters/{roster_id or self.roster_id}/{page}"

    def ids(self) -> dict[str, str]:
        """Row ids of citizens and carers by code."""
        with self.database.reading() as session:
            rows = [
                *session.execute(select(Citizen.code, Citizen.id)),
                *session.execute(select(Carer.code, Carer.id)),
            ]
            return {code: str(row_id) for code, row_id in rows}

    def draft(self, roster: Roster) -> UUID:
        """Another version as a draft."""
        with self.database.transaction("bent") as session:
            return save_roster(session, self.team_id, judged(self.problem, roster)).id


@contextmanager
def planned_app(
    folder: Path, problem: Problem | None = None, roster: Roster | None = None
) -> Iterator[PlannedApp]:
    """The app over a fresh database; its clock stands at :data:`NOW`."""
    problem = named(problem or team())
    roster = judged(problem, replace(roster or published(problem), team=problem.name))
    database = new_database(folder)
    try:
        with database.transaction("anna") as session:
            row = load_problem(session, problem)
            add_people(session, session.get_one(Team, row.id))
            made = save_roster(session, row.id, roster, "published")
        app = app_of(database)
        found = PlannedApp(app, database, row.id, made.id, problem, roster)
        found.at(NOW)
        yield found
    finally:
        database.close()


def fields_of(html: str, **fields: str) -> dict[str, str]:
    """What to post: the page's token, and the fields."""
    return {"csrf_token": token_in(html), **fields}
