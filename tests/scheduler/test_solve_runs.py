"""How a run behaves: its optimum on a team solved by hand, sameness, limits, an early end, a process that dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from scheduler.evaluate import evaluate
from scheduler.message import ProblemError
from scheduler.pack import read_pack
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.search import parallel
from scheduler.search.parallel import Limit, Report
from scheduler.solve import Progress, solve
from tests.scheduler.cases import base_problem
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.search.searching import started

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")
FIXTURES = Path(__file__).parents[2] / "fixtures"
TEAM = 11


def test_the_team_solved_by_hand_is_planned_at_its_optimum() -> None:
    problem = read_pack(FIXTURES / "tiny")
    roster = solve(problem, iterations=20_000, workers=1)
    assert roster.figures.objective == pytest.approx(180)
    assert roster.unplaced == ()


# The same each time


def test_the_same_run_gives_the_same_roster() -> None:
    problem = busy_problem(TEAM)
    one, other = (solve(problem, iterations=3000, workers=1, seed=5) for _ in range(2))
    assert one == other


def test_two_processes_give_the_same_roster_each_time() -> None:
    problem = busy_problem(TEAM, trainees=False)
    one, other = (solve(problem, iterations=3000, workers=2, seed=5) for _ in range(2))
    assert one == other
    # The first of the two is the run of one, and the better of both is taken.
    alone = solve(problem, iterations=3000, workers=1, seed=5)
    assert one.figures.objective <= alone.figures.objective + 1e-6


def test_the_seed_is_what_chance_hangs_on() -> None:
    problem = busy_problem(1)
    rosters = [solve(problem, iterations=30, workers=1, seed=seed) for seed in range(1, 4)]
    assert len({row.visits for row in rosters}) > 1


def renamed(problem: Problem) -> Problem:
    """Other ids throughout, in the same order."""

    def new(one: str | None) -> str | None:
        return None if one is None else f"x{one}"

    def row(one: Row, *names: str) -> Row:
        changed: Any = {name: new(getattr(one, name)) for name in names}
        return replace(one, **changed)

    return replace(
        problem,
        citizens=tuple(row(one, "citizen_id", "contact_carer") for one in problem.citizens),
        needs=tuple(row(one, "need_id", "citizen_id") for one in problem.needs),
        carers=tuple(row(one, "carer_id", "mentor") for one in problem.carers),
        shifts=tuple(row(one, "shift_id", "carer_id") for one in problem.shifts),
        links=tuple(row(one, "first_need", "second_need") for one in problem.links),
        barred=tuple(row(one, "carer_id", "citizen_id") for one in problem.barred),
        absences=tuple(row(one, "carer_id", "citizen_id") for one in problem.absences),
        history=tuple(row(one, "carer_id", "citizen_id") for one in problem.history),
        meetings=tuple(replace(one, carers=tuple(f"x{k}" for k in one.carers)) for one in problem.meetings),
        sessions=tuple(
            replace(one, session_id=f"x{one.session_id}", citizens=tuple(f"x{c}" for c in one.citizens))
            for one in problem.sessions
        ),
        matrix={
            (a if a == "base" else f"x{a}", b if b == "base" else f"x{b}", mode): minutes
            for (a, b, mode), minutes in problem.matrix.items()
        },
        standing_roster=None,
    )


@pytest.mark.parametrize("number", [2, 11, 30])
def test_names_change_nothing(number: int) -> None:
    problem = replace(busy_problem(number), standing_roster=None)
    one, other = (solve(row, iterations=2000, workers=1) for row in (problem, renamed(problem)))
    assert other.figures == one.figures
    assert [row.need_id for row in other.visits] == [f"x{row.need_id}" for row in one.visits]


# Limits


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({}, "one of the two"),
        ({"seconds": 1, "iterations": 1}, "one of the two"),
        ({"seconds": 0}, "seconds: 0"),
        ({"iterations": -3}, "iterations: -3"),
        ({"iterations": 1, "workers": 0}, "workers: 0"),
    ],
)
def test_limits_must_make_sense(limits: dict[str, int], words: str) -> None:
    with pytest.raises(ProblemError, match=words):
        solve(base_problem(), **limits)  # type: ignore[arg-type]


def test_a_limit_in_seconds_is_kept() -> None:
    solve(base_problem(), iterations=1, workers=1)  # whatever has to be loaded is
    began = monotonic()
    roster = solve(busy_problem(TEAM), seconds=1.5, workers=1)
    assert monotonic() - began < 6  # far more than the second allowed: the machine may be busy
    assert roster.seconds == 1.5
    assert roster.iterations is None


def test_the_search_ends_at_its_deadline_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def ticking() -> Iterator[float]:
        now = 100.0
        while True:
            yield now
            now += 0.03

    clock = ticking()
    monkeypatch.setattr(parallel, "monotonic", lambda: next(clock))
    world, _ = started(busy_problem(TEAM))
    reports: list[Report] = []

    def report(row: Report) -> bool:
        reports.append(row)
        return True

    parallel.search(parallel.copy_of(world), 1, Limit(deadline=102.0), report)
    assert next(clock) < 103.0
    shares = [row.share for row in reports]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def until(stop: Callable[[Progress], bool]) -> tuple[Event, Callable[[Progress], None], list[Progress]]:
    """A wish to stop that is made when a report says so."""
    cancel, told = Event(), []

    def progress(row: Progress) -> None:
        told.append(row)
        if row.phase == "search" and stop(row):
            cancel.set()

    return cancel, progress, told


def check_valid(problem: Problem, roster: Roster) -> None:
    assert [str(row.message) for row in evaluate(problem, roster).hard] == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_stopped_gives_its_best_so_far(workers: int) -> None:
    cancel, progress, told = until(lambda _: True)
    problem = busy_problem(TEAM)
    roster = solve(problem, iterations=10**12, workers=workers, progress=progress, cancel=cancel)
    check_valid(problem, roster)
    assert roster.visits
    assert told[-1].phase == "judge"


def test_a_process_that_dies_costs_only_its_own_share() -> None:
    killed: list[int] = []

    def kill_one(row: Progress) -> bool:
        if killed:
            return True
        victim = active_children()[0]
        assert victim.pid is not None
        killed.append(victim.pid)
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        return False

    cancel, progress, told = until(kill_one)
    problem = busy_problem(TEAM)
    roster = solve(problem, iterations=10**12, workers=2, progress=progress, cancel=cancel)
    check_valid(problem, roster)
    assert roster.visits
    assert told[-1].lost_workers == 1


def test_progress_tells_the_phases_in_their_order() -> None:
    _, progress, told = until(lambda _: False)
    roster = solve(busy_problem(TEAM), iterations=2000, workers=1, progress=progress)
    phases = [row.phase for row in told]
    assert list(dict.fromkeys(phases)) == ["check", "shifts", "search", "judge"]
    assert [row.share for row in told if row.phase == "search"][-1] == 1.0
    assert [row.unplaced for row in told if row.phase == "search"][-1] == len(roster.unplaced)
    assert all(row.lost_workers == 0 for row in told)


def told_by(problem: Problem, iterations: int) -> tuple[Progress, Progress, Roster]:
    """The last report of the search, the last of all, and the roster."""
    _, progress, told = until(lambda _: False)
    roster = solve(problem, iterations=iterations, workers=1, progress=progress)
    return [row for row in told if row.phase == "search"][-1], told[-1], roster


def test_the_search_tells_the_price_of_the_shifts_too() -> None:
    problem = read_pack(FIXTURES / "tiny")
    problem = replace(problem, carers=tuple(replace(row, week_hours=2.0) for row in problem.carers))
    searching, last, roster = told_by(problem, 20_000)
    assert roster.figures.terms["overtime"] > 0
    assert searching.objective == pytest.approx(roster.figures.objective)
    assert last.objective == roster.figures.objective


def test_the_search_tells_the_price_of_open_shifts_given_away() -> None:
    problem = read_pack(FIXTURES / "tiny")
    shifts = tuple(replace(row, carer_id=None) if row.shift_id == "s2" else row for row in problem.shifts)
    carers = tuple(replace(row, week_hours=0.5) for row in problem.carers)
    problem = replace(problem, shifts=shifts, carers=carers)
    searching, _, roster = told_by(problem, 20_000)
    given = evaluate(problem, replace(roster, open_shifts=())).figures
    assert roster.figures.terms["overtime"] > given.terms["overtime"]
    assert searching.objective == pytest.approx(roster.figures.objective)


@pytest.mark.parametrize("number", [2, 26, 29])
def test_the_search_of_a_team_without_trainees_ends_at_the_judge_s_figure(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.cpsat.retime.retimed", lambda _problem, roster, _travel: roster)
    searching, _, roster = told_by(busy_problem(number, trainees=False), 2000)
    assert roster.figures.terms["overtime"] > 0
    assert searching.objective == pytest.approx(roster.figures.objective)


@pytest.mark.parametrize("number", [1, 2, TEAM, 30])
def test_the_last_report_is_the_judge_s(number: int) -> None:
    problem = busy_problem(number)
    _, last, roster = told_by(problem, 500)
    figures = evaluate(problem, roster).figures
    assert last.phase == "judge"
    assert last.objective == pytest.approx(figures.objective)
    assert last.unplaced == figures.unplaced
    assert last.carers_per_citizen == figures.carers_per_citizen_mean
