"""What the search finds is valid before anything is repaired, and costs what the judge says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import evaluate
from scheduler.problem import Problem, Weights
from scheduler.search.world import C_PACKAGES, C_UNTRAINED, total_cost
from scheduler.working_days import lawful
from tests.scheduler import cases
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.search.searching import searched
from tests.scheduler.strategies import problems


def check(problem: Problem, iterations: int, open_shifts: dict[str, str]) -> Mapping[str, float]:
    """The roster breaks nothing, and the two sums agree; the judge's terms."""
    found = searched(problem, iterations, open_shifts=open_shifts)
    judged = evaluate(problem, found.roster)
    working_time = 5  # who takes open shifts is not the search's to decide
    hard = [f"{row.rule}: {row.message}" for row in judged.hard if row.number != working_time]
    assert hard == []
    assert found.world.nums[C_PACKAGES] == 0
    assert found.world.nums[C_UNTRAINED] == 0
    terms = judged.figures.terms
    by_search = total_cost(found.world) + terms["overtime"] + terms["trainee"]
    assert abs(by_search - judged.figures.objective) < 1e-6, terms
    return terms


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from((50, 1000)))
def test_busy_teams_are_planned_validly_and_priced_alike(number: int, iterations: int) -> None:
    problem = busy_problem(number, trainees=False)
    check(problem, iterations, given_away(problem))


@pytest.mark.parametrize("buffer", [0.05, 0.5, 3.0])
def test_rounds_that_run_late_on_a_slow_day_are_priced_alike(buffer: float) -> None:
    """Two carers with seven long visits each, back to back: whatever is chosen, the last ones come late."""
    homes = range(14)
    lengths = {"minutes": 40, "minutes_min": 40, "minutes_max": 40}
    team = cases.problem(
        citizens=[cases.citizen(f"c{n}") for n in homes],
        needs=[cases.need(f"n{n}", f"c{n}", "07:00-14:00", **lengths) for n in homes],
        carers=[cases.carer("k1"), cases.carer("k2")],
        shifts=[cases.shift("s1", "k1", times="07:00-13:40"), cases.shift("s2", "k2", times="07:00-13:40")],
    )
    terms = check(replace(team, weights=Weights(buffer=buffer)), 1000, {})
    assert terms["buffer"] > 10 * buffer


def given_away(problem: Problem) -> dict[str, str]:
    """Open shifts that the first carer can have."""
    first = problem.carers[0].carer_id
    own = [row for row in problem.shifts if row.carer_id == first]
    taken = {}
    for row in problem.shifts:
        if row.carer_id is None and lawful(problem, problem.carers[0], own, row):
            taken[row.shift_id] = first
            own.append(row)
    return taken


@settings(max_examples=30, deadline=None)
@given(problems())
def test_any_legal_pack_is_planned_validly_and_priced_alike(problem: Problem) -> None:
    if not any(carer.is_trainee for carer in problem.carers):
        check(problem, 200, {})
