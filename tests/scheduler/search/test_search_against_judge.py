"""What the search finds is valid before anything is repaired, and costs what the judge says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.search.world import C_PACKAGES, C_UNTRAINED, total_cost
from scheduler.working_days import lawful
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.search.searching import searched
from tests.scheduler.strategies import problems


def check(problem: Problem, iterations: int, open_shifts: dict[str, str]) -> None:
    """The roster breaks nothing, and the two sums agree."""
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


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from((50, 1000)))
def test_busy_teams_are_planned_validly_and_priced_alike(number: int, iterations: int) -> None:
    problem = busy_problem(number, trainees=False)
    check(problem, iterations, given_away(problem))


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
