"""One search of a team's weeks in several processes: what the parent loads, what a short limit leaves out, early ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scheduler import jobs
from scheduler.crew import Crew, Link
from scheduler.jobs import WeekJob, filled, first_found, last_agreed, searched, thorough_from_s, waiting_crew
from scheduler.roster import Bounds
from scheduler.solve import Progress, solve
from scheduler.travel import TravelTable
from tests.scheduler.search.busy_teams import busy_problem

TEAM = 11
PARENT = """
import sys
from scheduler.solve import solve
from tests.scheduler.search.busy_teams import busy_problem

roster = solve(busy_problem(11), iterations=200, workers=2)
print(len(roster.visits) > 0, "numba" in sys.modules)
"""


def job(iterations: int, seed: int = 1009) -> WeekJob:
    problem = busy_problem(TEAM)
    return WeekJob(problem, TravelTable(problem), {}, {}, 1, seed, iterations, None)


def test_the_parent_of_several_processes_does_not_load_the_compiled_search() -> None:
    done = subprocess.run([sys.executable, "-c", PARENT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_a_search_ends_no_dearer_than_its_first_roster() -> None:
    found = searched(job(2000), lambda _: True)
    assert found.price <= first_found(job(2000)).price + 1e-6
    assert found == searched(job(2000), lambda _: True)


def test_what_workers_agreed_on_counts_where_none_of_them_ended() -> None:
    """It stands under the prices of a search on its way, on which what is unplaced costs little."""
    from scheduler.search import anneal
    from scheduler.search.parallel import Prices, charge

    world, _ = filled(job(0))
    anneal.seed_random(world, 5)
    best = type(world)._make(array.copy() for array in world)
    anneal.run(world, best, 20_000, 10.0, 0.2)
    charge(best, Prices.of(best).gentle(keep_faces=False))
    found, first = last_agreed(job(0), tuple(best)), first_found(job(0))
    assert found.price < first.price
    assert found.visits != first.visits
    assert last_agreed(job(0), None) == first


def test_an_agreement_worse_than_the_first_roster_is_not_taken() -> None:
    from scheduler.search.build import build

    one = job(0)
    empty, _ = build(one.problem, one.travel, {})
    assert last_agreed(one, tuple(empty)) == first_found(one)


def test_a_short_limit_gives_a_roster_without_bounds_and_still_says_what_nobody_can_serve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "THOROUGH_SECONDS_A_THOUSAND", 10_000.0)  # what is short for a large team
    told: list[Progress] = []
    roster = solve(busy_problem(TEAM), seconds=1.5, workers=1, progress=told.append)
    assert roster.visits
    assert roster.bounds == Bounds()
    assert all(row.carers_bound is None for row in roster.citizens)
    assert not any(row.relaxations for row in roster.unplaced)
    assert sum(bool(row.unplaceable) for row in told) == 1


def test_a_limit_long_enough_for_the_team_gives_bounds() -> None:
    problem = busy_problem(TEAM)
    roster = solve(problem, seconds=max(1.5, thorough_from_s(problem)), workers=1)
    assert roster.bounds.carers_per_citizen_mean is not None


def test_a_limit_counts_from_where_its_caller_began() -> None:
    began = time.monotonic()
    solve(busy_problem(TEAM), seconds=60, workers=1, begun=began - 59.5)
    assert time.monotonic() - began < 30


def never(_link: Link, _job: Any) -> None:
    raise AssertionError("no job was given")


def load_for_long() -> None:
    time.sleep(600)


def test_processes_that_never_got_a_job_are_ended_while_they_load() -> None:
    crew = Crew(never, 2, load_for_long)
    began = time.monotonic()
    crew.dismiss()
    assert time.monotonic() - began < 30
    assert not any(process.is_alive() for process in crew.processes)


def test_a_script_that_plans_without_a_guard_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(PARENT)
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.stdout.split(), done.stderr) == (["True", "False"], "")


def test_one_worker_needs_no_other_process() -> None:
    with waiting_crew(1) as crew:
        assert crew is None
