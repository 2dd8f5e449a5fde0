"""The tiny team in a database, and runs for it."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from pydantic import SecretStr
from sqlmodel import col, select

from delivery_app.bridge import load_pack
from delivery_app.db import Database, open_database
from delivery_app.jobs import runs
from delivery_app.jobs.child import Pace
from delivery_app.jobs.embedded import EmbeddedRunner
from delivery_app.jobs.order import RunOrder, RunProgress
from delivery_app.settings import Settings
from models.tables import PlanningRun, Roster
from tests.databases import make_tables

TINY = Path(__file__).parents[3] / "fixtures" / "tiny"
MONDAY = date(2026, 11, 30)
#: A search that goes on until it is ended; some minutes, in case that nobody does.
ENDLESS = 100_000_000
#: Everything is noticed fast, so that tests are.
HASTE = Pace(beat_seconds=0.1, stale_seconds=5.0, look_seconds=0.05)

T = TypeVar("T")


def settings_of(url: str) -> Settings:
    """An installation at ``url`` with a key."""
    values: dict[str, Any] = {"DATABASE_URL": url}
    return Settings(**values, key=SecretStr(base64.b64encode(bytes(range(32))).decode()))


@contextmanager
def installed(url: str) -> Iterator[tuple[Database, UUID]]:
    """A database with the tiny team, and the team's id."""
    settings = settings_of(url)
    make_tables(settings.database_url())
    database = open_database(settings)
    try:
        with database.transaction() as session:
            team_id = load_pack(session, TINY, vault=database.vault).id
        yield database, team_id
    finally:
        database.close()


@contextmanager
def runner_of(database: Database, url: str, pace: Pace = HASTE, **options: Any) -> Iterator[EmbeddedRunner]:
    """A runner at work."""
    runner = EmbeddedRunner(database, settings_of(url), pace=pace, **options)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


def order_for(team_id: UUID, **changes: Any) -> RunOrder:
    """An order for the tiny team's week: short, in one process."""
    values: dict[str, Any] = {"first_monday": MONDAY, "iterations": 2000, "workers": 1, **changes}
    return RunOrder(team_id, **values)


def submitted(database: Database, order: RunOrder, author: str = "anna") -> UUID:
    """The id of a run that was just ordered."""
    with database.transaction(author) as session:
        return runs.submit(session, order).run_id


def seen(database: Database, run_id: UUID) -> RunProgress:
    """The run as it is now."""
    with database.reading() as session:
        return runs.progress(session, run_id)


def cancelled(database: Database, run_id: UUID) -> RunProgress:
    """The run, ended with the best so far."""
    with database.transaction("bo") as session:
        runs.cancel(session, run_id)
    wait_for(lambda: not seen(database, run_id).is_active)
    return seen(database, run_id)


def rosters(database: Database) -> list[Roster]:
    """Every roster of weeks there is."""
    with database.reading() as session:
        return list(session.scalars(select(Roster).where(col(Roster.kind) == "week")))


def change(database: Database, run_id: UUID, **values: Any) -> None:
    """Write into a run's row, as time or a process would have."""
    with database.transaction() as session:
        row = session.get_one(PlanningRun, run_id)
        for name, value in values.items():
            setattr(row, name, value)


def wait_for(what: Callable[[], T], seconds: float = 240) -> T:
    """What ``what`` answers, as soon as that is true."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
    return found
