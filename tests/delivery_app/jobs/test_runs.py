"""Ordering, claiming and fencing runs, without any process: what the tables and conditions hold by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from delivery_app.db import Database
from delivery_app.jobs import claims, runs
from delivery_app.jobs.claims import FencedError
from delivery_app.jobs.order import RunOrder, Step, Submitted
from models.base import utc_now
from models.errors import MissingRowError, RememberingError
from models.tables import PlanningRun
from tests.delivery_app.jobs.run_examples import (
    MONDAY,
    change,
    installed,
    order_for,
    rosters,
    seen,
    submitted,
)

STALE = 30.0


@pytest.fixture
def team(tables_url: str) -> Iterator[tuple[Database, UUID]]:
    with installed(tables_url) as found:
        yield found


@pytest.fixture
def embedded(sqlite_database: str) -> Iterator[tuple[Database, UUID]]:
    with installed(sqlite_database) as found:
        yield found


def claimed(database: Database, at_once: int = 1) -> claims.Claim | None:
    with database.transaction() as session:
        return claims.claim(session, STALE, at_once)


def silent(database: Database, run_id: UUID) -> None:
    """As if the run's process had not been heard of for a while."""
    change(database, run_id, heartbeat_at=utc_now() - timedelta(seconds=STALE + 1))


def test_second_order_for_the_same_week_is_the_first_run(team: tuple[Database, UUID]) -> None:
    database, team_id = team
    with database.transaction("anna") as session:
        first = runs.submit(session, order_for(team_id))
    with database.transaction("bo") as session:
        second = runs.submit(session, order_for(team_id, seed=9))
        other = runs.submit(session, order_for(team_id, first_monday=MONDAY + timedelta(days=7)))
    assert (first.is_new, second) == (True, Submitted(first.run_id, is_new=False))
    assert other.is_new
    found = seen(database, first.run_id)
    assert (found.submitted_by, found.order.seed) == ("anna", 1)
    with database.transaction("bo") as session:
        runs.cancel(session, first.run_id)
        assert runs.submit(session, order_for(team_id)).is_new


def test_orders_at_the_same_moment_are_one_run(team: tuple[Database, UUID]) -> None:
    database, team_id = team
    barrier = threading.Barrier(4)
    answers: list[Submitted] = []

    def press() -> None:
        barrier.wait()
        with database.transaction() as session:
            answers.append(runs.submit(session, order_for(team_id)))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.run_id for answer in answers}) == 1
    assert sorted(answer.is_new for answer in answers) == [False, False, False, True]


def test_database_itself_refuses_a_second_active_run(team: tuple[Database, UUID]) -> None:
    database, team_id = team
    run_id = submitted(database, order_for(team_id))
    with database.reading() as session:
        row = session.get_one(PlanningRun, run_id)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(PlanningRun(**row.model_dump(exclude={"id"}), id=uuid4()))


IMPOSSIBLE: list[tuple[dict[str, object], str]] = [
    ({"first_monday": MONDAY + timedelta(days=2)}, "2026-12-02 is not a Monday"),
    ({"weeks": 9}, "9 weeks"),
    ({"iterations": None}, "one of the two"),
    ({"seconds": 60.0}, "one of the two"),
    ({"iterations": None, "seconds": 0.0}, "0.0 seconds"),
    ({"iterations": None, "seconds": float("nan")}, "nan seconds"),
    ({"iterations": 0}, "0 iterations"),
    ({"base": "nowhere"}, "'nowhere'"),
    ({"base": "roster"}, "Name the roster"),
    ({"base_roster_id": uuid4()}, "Name the roster"),
]


def test_impossible_orders_are_refused(sqlite_database: str) -> None:
    with installed(sqlite_database) as (database, team_id), database.transaction() as session:
        for changes, words in IMPOSSIBLE:
            with pytest.raises(RememberingError, match=words):
                runs.submit(session, replace(order_for(team_id), **changes))  # type: ignore[arg-type]


def test_unknown_team_roster_and_run_are_told(sqlite_database: str) -> None:
    with installed(sqlite_database) as (database, team_id), database.transaction() as session:
        with pytest.raises(MissingRowError, match="team"):
            runs.submit(session, RunOrder(uuid4(), MONDAY, iterations=1))
        with pytest.raises(MissingRowError, match="roster"):
            runs.submit(session, order_for(team_id, base="roster", base_roster_id=uuid4()))
        for ask in (runs.progress, runs.cancel, runs.result):
            with pytest.raises(MissingRowError, match="run"):
                ask(session, uuid4())


def test_run_is_claimed_once_and_first_come_first(embedded: tuple[Database, UUID]) -> None:
    database, team_id = embedded
    first = submitted(database, order_for(team_id))
    second = submitted(database, order_for(team_id, first_monday=MONDAY + timedelta(days=7)))
    assert seen(database, second).ahead == 1
    claim = claimed(database, at_once=2)
    assert claim is not None
    assert (claim.run_id, claim.attempt, claim.author) == (first, 1, "anna")
    other = claimed(database, at_once=2)
    assert other is not None
    assert other.run_id == second
    assert claimed(database, at_once=2) is None


def test_no_more_runs_at_once_than_allowed(embedded: tuple[Database, UUID]) -> None:
    database, team_id = embedded
    submitted(database, order_for(team_id))
    submitted(database, order_for(team_id, first_monday=MONDAY + timedelta(days=7)))
    assert claimed(database) is not None
    assert claimed(database) is None


def test_silent_run_is_taken_over_and_the_sleeper_writes_nothing(team: tuple[Database, UUID]) -> None:
    database, team_id = team
    run_id = submitted(database, order_for(team_id))
    old = claimed(database)
    assert old is not None
    assert claimed(database) is None
    silent(database, run_id)
    new = claimed(database)
    assert new is not None
    assert (new.run_id, new.attempt) == (run_id, 2)
    assert seen(database, run_id).lost == 1

    def nothing() -> UUID:
        raise AssertionError("a replaced attempt got as far as its result")

    for write in (
        lambda session: claims.beat(session, run_id, old.attempt, Step("search", 1.0, 0.5)),
        lambda session: claims.finish(session, run_id, old.attempt, nothing),
        lambda session: claims.fail(session, run_id, old.attempt, "no", {}),
    ):
        with pytest.raises(FencedError), database.transaction() as session:
            write(session)
    with database.transaction() as session:
        assert not claims.give_up(session, run_id, old.attempt, was_lost=True)
    found = seen(database, run_id)
    assert (found.state, found.attempt, found.steps) == ("running", 2, ())


def test_beats_keep_a_run_and_number_its_steps(team: tuple[Database, UUID]) -> None:
    database, team_id = team
    run_id = submitted(database, order_for(team_id))
    claim = claimed(database)
    assert claim is not None
    silent(database, run_id)
    with database.transaction() as session:
        assert not claims.beat(session, run_id, 1, Step("check", 0.1, 0.0))
    assert claimed(database) is None
    with database.transaction("bo") as session:
        runs.cancel(session, run_id)
    with database.transaction() as session:
        assert claims.beat(session, run_id, 1, Step("search", 2.0, 0.5, 900.0, 2, 1.5))
    found = seen(database, run_id)
    assert (found.state, found.cancel_by) == ("running", "bo")
    assert [(step.number, step.objective) for step in found.steps] == [(1, None), (2, 900.0)]
    with database.reading() as session:
        assert [step.number for step in runs.progress(session, run_id, after=1).steps] == [2]


def test_failed_save_leaves_the_run_as_it_was(team: tuple[Database, UUID]) -> None:
    database, team_id = team
    run_id = submitted(database, order_for(team_id))
    assert claimed(database) is not None

    def breaks() -> UUID:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"), database.transaction() as session:
        claims.finish(session, run_id, 1, breaks)
    assert (seen(database, run_id).state, rosters(database)) == ("running", [])


def test_run_whose_processes_vanish_is_ended_with_a_sentence(embedded: tuple[Database, UUID]) -> None:
    database, team_id = embedded
    run_id = submitted(database, order_for(team_id))
    for attempt in range(1, 4):
        claim = claimed(database)
        assert claim is not None
        assert claim.attempt == attempt
        with database.transaction() as session:
            assert claims.give_up(session, run_id, attempt, was_lost=True)
    assert claimed(database) is None
    found = seen(database, run_id)
    assert found.state == "failed"
    assert found.failure is not None
    assert found.failure[0].format(**found.failure[1]).startswith("The process that planned stopped 3 times")


def test_runner_that_stops_does_not_count_as_lost(embedded: tuple[Database, UUID]) -> None:
    database, team_id = embedded
    run_id = submitted(database, order_for(team_id))
    for attempt in range(1, 6):
        assert claimed(database) is not None
        with database.transaction() as session:
            assert claims.give_up(session, run_id, attempt, was_lost=False)
    found = seen(database, run_id)
    assert (found.state, found.attempt, found.lost) == ("waiting", 5, 0)


def test_waiting_run_is_cancelled_at_once_and_a_silent_one_when_found(
    embedded: tuple[Database, UUID],
) -> None:
    database, team_id = embedded
    waiting = submitted(database, order_for(team_id))
    with database.transaction("bo") as session:
        runs.cancel(session, waiting)
    assert seen(database, waiting).state == "cancelled"
    running = submitted(database, order_for(team_id))
    assert claimed(database) is not None
    with database.transaction("bo") as session:
        runs.cancel(session, running)
    silent(database, running)
    assert claimed(database) is None
    assert seen(database, running).state == "cancelled"
    with database.transaction("bo") as session:
        runs.cancel(session, running)  # once more is no error


def test_steps_of_old_runs_are_forgotten(embedded: tuple[Database, UUID]) -> None:
    database, team_id = embedded
    old = submitted(database, order_for(team_id))
    recent = submitted(database, order_for(team_id, first_monday=MONDAY + timedelta(days=7)))
    for run_id in (old, recent):
        assert claimed(database, at_once=2) is not None
        with database.transaction() as session:
            claims.beat(session, run_id, 1, Step("search", 1.0, 0.5))
            claims.fail(session, run_id, 1, "no", {})
    change(database, old, ended_at=utc_now() - timedelta(days=31))
    change(database, recent, ended_at=utc_now() - timedelta(days=29))
    with database.transaction() as session:
        claims.forget_steps(session)
    assert (seen(database, old).steps, len(seen(database, recent).steps)) == ((), 1)
