"""The demo's database: two weeks behind with what was recorded in them, the coming week published and a draft of it,
two weeks ahead, somebody for each role, and a user and a tablet for each carer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from delivery_app.bridge import load_problem, problem_from, save_roster
from delivery_app.bridge.pack import keep_catalogue
from delivery_app.db import Database, open_database, upgrade_database
from delivery_app.demo.care import add_care_plans
from delivery_app.demo.delivered import add_records
from delivery_app.demo.rota import week_beside
from delivery_app.services.sample_users import add_sample_users
from delivery_app.settings import DATABASE_FILE, Settings
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.solve import solve

#: Weeks around the pack's own.
BEFORE, AFTER = 2, 2
WORKERS = 2


class Solver(Protocol):
    """How the demo's own week is planned, with what is shown meanwhile."""

    def __call__(self, problem: Problem) -> Roster: ...


def demo_settings(folder: Path) -> Settings:
    """The settings of the demo's installation; also put into the environment, for processes it starts."""
    os.environ.pop("DATABASE_URL", None)
    for name in ("NAERPLAN_KEY", "NAERPLAN_KEY_FILE"):
        os.environ.pop(name, None)
    os.environ["NAERPLAN_DEMO"] = "1"
    os.environ["NAERPLAN_VAR"] = str(folder)
    return Settings()


def fresh_database(folder: Path) -> Database:
    """An empty database at the newest schema; an earlier demo's is deleted."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = demo_settings(folder)
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{DATABASE_FILE}{suffix}").unlink(missing_ok=True)
    upgrade_database(settings.database_url())
    return open_database(settings)


def build(
    database: Database,
    problem: Problem,
    plan_week: Solver,
    *,
    seconds: float,
    now: datetime,
    told: Callable[[str], None] = lambda week: None,
) -> tuple[Problem, Roster]:
    """Everything into an empty database; the week's problem and its published roster.

    ``seconds`` is the time for each of the weeks before and for the draft; until ``now`` visits have taken place;
    ``told`` hears which week is begun.
    """
    team_id = _load(database, problem)
    for offset in range(-BEFORE, 0):
        week = week_beside(problem, offset).calendar.week_name(0)
        told(week)
        past = _read(database, team_id, week)
        roster = solve(past, seconds=seconds, seed=1, workers=WORKERS)
        _save(database, team_id, roster, published=True)
    own = _read(database, team_id, problem.calendar.week_name(0))
    published = plan_week(own)
    _save(database, team_id, published, published=True)
    draft = solve(own, seconds=seconds, seed=2, workers=WORKERS)
    _save(database, team_id, draft, published=False)
    add_records(database, team_id, now)
    return own, published


def _load(database: Database, problem: Problem) -> UUID:
    """The team with five weeks of shifts, its municipality's catalogue, and the users."""
    earliest = week_beside(problem, -BEFORE)
    with database.transaction("demo") as session:
        # Who came before the first of these weeks: as before the pack's own.
        team = load_problem(session, replace(earliest, history=problem.history, delivered=problem.delivered))
        for offset in range(1 - BEFORE, AFTER + 1):
            beside = week_beside(problem, offset)
            load_problem(session, replace(beside, history=(), delivered=()))
        keep_catalogue(session, team, problem.municipality)
        add_sample_users(session, team)
        # As of the week that is planned: instructions that changed lately are new to those who come then.
        add_care_plans(session, team.id, problem.calendar.first_monday)
        return team.id


def _read(database: Database, team_id: UUID, week: str) -> Problem:
    with database.reading() as session:
        return problem_from(session, team_id, week)


def _save(database: Database, team_id: UUID, roster: Roster, *, published: bool) -> None:
    with database.transaction("planlaegger") as session:
        save_roster(session, team_id, roster, "published" if published else "draft")
