"""Runs in processes of their own: what happens when these, or the server, are killed, halted or cancelled."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlmodel import select

from delivery_app.bridge import problem_from, roster_from
from delivery_app.db import Database
from delivery_app.jobs.embedded import EmbeddedRunner
from models.planning_run import RUNNING
from models.tables import Grant
from scheduler.evaluate import evaluate
from tests.delivery_app.jobs.run_examples import (
    ENDLESS,
    HASTE,
    cancelled,
    installed,
    order_for,
    rosters,
    runner_of,
    seen,
    submitted,
    wait_for,
)


def pid_of(runner: EmbeddedRunner) -> int:
    """The newest process the runner has."""
    return wait_for(lambda: runner.processes())[-1]


def is_searching(database: Database, run_id: UUID, attempt: int = 1) -> bool:
    """Whether that attempt has found a first roster."""
    steps = seen(database, run_id).steps
    return any(step.attempt == attempt and step.objective is not None for step in steps)


def ended(database: Database, run_id: UUID) -> bool:
    return not seen(database, run_id).is_active


def test_run_becomes_a_draft_of_who_ordered_it(sqlite_database: str) -> None:
    with installed(sqlite_database) as (database, team_id):
        run_id = submitted(database, order_for(team_id, workers=2))
        with runner_of(database, sqlite_database):
            wait_for(lambda: ended(database, run_id))
        found = seen(database, run_id)
        assert found.failure is None
        (roster,) = rosters(database)
        assert (found.state, found.roster_id, found.attempt) == ("done", roster.id, 1)
        assert (roster.status, roster.created_by, roster.iterations) == ("draft", "anna", 2000)
        with database.reading() as session:
            figures = roster_from(session, roster.id).figures
        # The curve ends where the draft stands, however soon after the search the run was over.
        assert found.steps[-1].objective == figures.objective


def test_killed_process_is_begun_anew_and_cancel_keeps_its_best(database_url: str) -> None:
    with installed(database_url) as (database, team_id):
        run_id = submitted(database, order_for(team_id, iterations=ENDLESS))
        with runner_of(database, database_url) as runner:
            wait_for(lambda: is_searching(database, run_id))
            os.kill(pid_of(runner), signal.SIGKILL)
            wait_for(lambda: is_searching(database, run_id, attempt=2))
            found = cancelled(database, run_id)
        assert (found.state, found.attempt, found.lost, found.cancel_by) == ("done", 2, 1, "bo")
        assert [step.number for step in found.steps] == list(range(1, len(found.steps) + 1))
        (roster,) = rosters(database)
        assert found.roster_id == roster.id
        with database.reading() as session:
            problem = problem_from(session, team_id, "2026-W49")
            kept = roster_from(session, roster.id)
        assert kept.visits
        assert not evaluate(problem, kept).hard


def test_killed_server_loses_no_run_and_doubles_none(sqlite_database: str) -> None:
    """Its process lives on, undisturbed by the next server; halted, it is replaced, and writes nothing when it wakes."""
    with installed(sqlite_database) as (database, team_id):
        run_id = submitted(database, order_for(team_id, iterations=ENDLESS))
        with server(sqlite_database) as old:
            wait_for(lambda: is_searching(database, run_id))
            old.process.kill()
            with runner_of(database, sqlite_database) as new:
                time.sleep(1.5 * HASTE.stale_seconds)
                assert new.processes() == []
                os.kill(old.child(), signal.SIGSTOP)
                wait_for(lambda: is_searching(database, run_id, attempt=2))
                os.kill(old.child(), signal.SIGCONT)
                wait_for(lambda: is_gone(old.child()))
                assert seen(database, run_id).state == RUNNING
                found = cancelled(database, run_id)
        assert (found.state, found.attempt, found.lost) == ("done", 2, 1)
        assert [roster.id for roster in rosters(database)] == [found.roster_id]
        assert [step.attempt for step in found.steps] == sorted(step.attempt for step in found.steps)


def test_wrong_data_is_told_in_words(sqlite_database: str) -> None:
    with installed(sqlite_database) as (database, team_id):
        with database.transaction() as session:
            for grant in session.scalars(select(Grant)):
                session.delete(grant)
        run_id = submitted(database, order_for(team_id))
        with runner_of(database, sqlite_database):
            wait_for(lambda: ended(database, run_id))
        found = seen(database, run_id)
        assert (found.state, found.attempt) == ("failed", 1)
        assert found.failure is not None
        assert "has no grant of a package" in found.failure[0].format(**found.failure[1])


def test_runner_that_stops_hands_its_runs_back(sqlite_database: str) -> None:
    with installed(sqlite_database) as (database, team_id):
        run_id = submitted(database, order_for(team_id, iterations=ENDLESS))
        with runner_of(database, sqlite_database) as runner:
            wait_for(lambda: is_searching(database, run_id))
            child = pid_of(runner)
        assert is_gone(child)
        found = seen(database, run_id)
        assert (found.state, found.lost) == ("waiting", 0)


SERVER = """
import sys, time
from delivery_app.db import open_database
from delivery_app.jobs.embedded import EmbeddedRunner
from tests.delivery_app.jobs.run_examples import HASTE, settings_of
if __name__ == "__main__":
    settings = settings_of(sys.argv[1])
    EmbeddedRunner(open_database(settings), settings, pace=HASTE).start()
    time.sleep(600)
"""


class Server:
    """A process with a runner, as the web server is one."""

    def __init__(self, url: str) -> None:
        root = Path(__file__).parents[3]
        self._known = 0
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, url], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
        )

    def child(self) -> int:
        """The run's process: the one among the server's that leads a group of its own."""
        if not self._known:
            self._known = wait_for(self._leader)
        return self._known

    def _leader(self) -> int:
        threads = Path(f"/proc/{self.process.pid}/task")
        found = [int(word) for task in threads.iterdir() for word in (task / "children").read_text().split()]
        return next((child for child in found if os.getpgid(child) == child), 0)


@contextmanager
def server(url: str) -> Iterator[Server]:
    """A server whose processes have all ended at the end."""
    made = Server(url)
    try:
        made.child()
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(made.child(), signal.SIGKILL)


def is_gone(pid: int) -> bool:
    """Whether a process has ended (one whose parent has not asked for it yet, too)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
