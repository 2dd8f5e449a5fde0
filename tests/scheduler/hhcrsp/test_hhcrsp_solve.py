"""The HHCRSP solver: known optima, validity of everything it returns, limits, determinism, cancel."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.hhcrsp import (
    Caregiver,
    InfeasibleError,
    Instance,
    Patient,
    Progress,
    Task,
    cost_of,
    solve_hhcrsp,
    violations_of,
)
from scheduler.hhcrsp.arrays import copy_of, cost, first_search, problem_of
from scheduler.hhcrsp.arrays import solution as solution_of
from scheduler.hhcrsp.solution import solution_json
from scheduler.search.hhcrsp_kernel import anneal
from scheduler.search.hhcrsp_state import DISTANCE, GREATEST, TARDINESS, refresh
from tests.scheduler.hhcrsp.hhcrsp_cases import (
    held_back_pair,
    instances,
    late_in_any_case,
    on_a_line,
    pair_then_single,
    two_east_one_west,
)


@pytest.mark.parametrize(
    ("instance", "optimum"),
    [
        (two_east_one_west(), 60 / 3),
        (pair_then_single(), 60 / 3),
        (held_back_pair(), 60 / 3),
        (late_in_any_case(), (80 + 40 + 20) / 3),
    ],
    ids=lambda value: value.name if isinstance(value, Instance) else "",
)
def test_finds_the_optimum_worked_out_by_hand(instance: Instance, optimum: float) -> None:
    solution = solve_hhcrsp(instance, iterations=20_000, workers=1)
    assert violations_of(instance, solution) == []
    assert cost_of(instance, solution).total == pytest.approx(optimum)


def test_waits_with_the_first_start_when_the_second_is_late() -> None:
    """The second caregiver is bound until 110 and 20 away: 130; the first may start 5 before that at most."""
    instance = held_back_pair()
    pair, single = instance.patients
    forced = replace(instance, patients=(replace(pair, opens_min=121, closes_min=121), single))
    solution = solve_hhcrsp(forced, iterations=5_000, workers=1)
    assert violations_of(forced, solution) == []
    assert [stop.start_min for route in solution.routes for stop in route.stops if stop.patient == "p"] == [
        125,
        130,
    ]


@given(instances(), st.integers(0, 3_000), st.integers(0, 5))
def test_every_solution_is_valid_and_every_caregiver_has_a_route(
    instance: Instance, iterations: int, seed: int
) -> None:
    solution = solve_hhcrsp(instance, iterations=iterations, seed=seed, workers=1)
    assert violations_of(instance, solution) == []
    assert [route.caregiver for route in solution.routes] == [c.id for c in instance.caregivers]


@given(instances(), st.integers(1, 4))
@settings(max_examples=40)
def test_kernel_cost_is_the_cost_of_the_validator(instance: Instance, seed: int) -> None:
    problem = problem_of(instance)
    search = first_search(instance, problem, seed)
    best = copy_of(search)
    lowest, _ = anneal(search, best, 3_000, 50.0, 5.0)
    for one in (search, best):
        assert cost_of(instance, solution_of(instance, one)).total == pytest.approx(cost(one), abs=1e-6)
    assert lowest == pytest.approx(3 * cost(best), abs=1e-6)


@given(instances(), st.integers(1, 4))
@settings(max_examples=40)
def test_changes_kept_by_the_moves_equal_a_fresh_sweep(instance: Instance, seed: int) -> None:
    """Links, keys, starts and totals after many accepted and undone moves are those computed from nothing."""
    problem = problem_of(instance)
    search = first_search(instance, problem, seed)
    state = search.state
    anneal(search, copy_of(search), 2_500, 80.0, 20.0)
    starts, totals = state.nodes["start"].copy(), state.totals[[DISTANCE, TARDINESS, GREATEST]].copy()
    for node in range(len(state.nodes)):
        if node in problem.tasks or node >= 2 * problem.patients:
            assert state.nodes["pred"][state.nodes["succ"][node]] == node
            assert state.nodes["carer"][state.nodes["succ"][node]] == state.nodes["carer"][node]
    refresh(problem, state)
    assert state.nodes["start"] == pytest.approx(starts, abs=0)
    assert state.totals[[DISTANCE, TARDINESS, GREATEST]] == pytest.approx(totals, abs=1e-6)


def test_annealing_is_better_than_the_first_assignment() -> None:
    stations = [7.0 * ((5 * i) % 17) - 50 for i in range(17)]
    patients = tuple(Patient(f"p{i}", 0, 1000, (Task("s", 1),)) for i in range(17))
    instance = Instance("comb", patients, (Caregiver("k", frozenset({"s"})),), on_a_line(*stations))
    first = cost_of(instance, solve_hhcrsp(instance, iterations=0, workers=1)).total
    solved = cost_of(instance, solve_hhcrsp(instance, iterations=200_000, workers=1)).total
    assert solved < first
    assert solved == pytest.approx(2 * (max(stations) - min(stations)) / 3)


def test_same_seed_and_iterations_give_the_same_bytes() -> None:
    instance = replace(
        two_east_one_west(), distances=((0, 3, 4, 5), (6, 0, 2, 9), (4, 3, 0, 7), (1, 2, 3, 0))
    )
    texts = {
        solution_json(solve_hhcrsp(instance, iterations=4_000, seed=7, workers=workers))
        for workers in (1, 1, 1)
    }
    assert len(texts) == 1


def test_two_processes_give_the_same_bytes_and_are_no_worse_than_one() -> None:
    instance = late_in_any_case()
    one = solve_hhcrsp(instance, iterations=2_000, seed=3, workers=1)
    two = solve_hhcrsp(instance, iterations=2_000, seed=3, workers=2)
    again = solve_hhcrsp(instance, iterations=2_000, seed=3, workers=2)
    assert solution_json(two) == solution_json(again)
    assert violations_of(instance, two) == []
    assert cost_of(instance, two).total <= cost_of(instance, one).total


def test_ends_at_its_time_limit() -> None:
    solve_hhcrsp(pair_then_single(), iterations=1, workers=1)  # compiled before the clock runs
    began = time.monotonic()
    solve_hhcrsp(pair_then_single(), seconds=0.5, workers=1)
    assert 0.3 < time.monotonic() - began < 5.0


def test_reports_progress_that_ends_with_the_cost_of_the_solution() -> None:
    told: list[Progress] = []
    solution = solve_hhcrsp(pair_then_single(), iterations=120_000, workers=1, progress=told.append)
    assert told[-1].used == 1.0
    assert told[-1].cost == pytest.approx(cost_of(pair_then_single(), solution).total)


def test_cancel_returns_the_best_so_far_at_once() -> None:
    instance = pair_then_single()
    began = time.monotonic()
    solution = solve_hhcrsp(instance, iterations=10**12, workers=1, cancel=lambda: True)
    assert violations_of(instance, solution) == []
    assert time.monotonic() - began < 30


def test_cancel_reaches_the_processes() -> None:
    instance = pair_then_single()
    told: list[Progress] = []
    solution = solve_hhcrsp(
        instance, iterations=10**12, workers=2, progress=told.append, cancel=lambda: bool(told)
    )
    assert violations_of(instance, solution) == []


def test_says_who_cannot_be_served() -> None:
    instance = replace(pair_then_single(), caregivers=(Caregiver("k1", frozenset({"s"})),))
    with pytest.raises(InfeasibleError, match="patient p: no caregiver has the ability t"):
        solve_hhcrsp(instance, iterations=1, workers=1)
    alone = replace(pair_then_single(), caregivers=(Caregiver("k1", frozenset({"s", "t"})),))
    with pytest.raises(InfeasibleError, match="patient p: two caregivers are needed and only k1"):
        solve_hhcrsp(alone, iterations=1, workers=1)


def test_no_patients_is_no_work() -> None:
    empty = Instance("empty", (), (Caregiver("k", frozenset()),), ((0.0,),))
    solution = solve_hhcrsp(empty, seconds=5, workers=1)
    assert cost_of(empty, solution).total == 0
    assert violations_of(empty, solution) == []


@pytest.mark.parametrize(
    ("seconds", "iterations", "workers", "words"),
    [
        (0.0, None, 2, "seconds is 0"),
        (float("nan"), None, 2, "seconds is nan"),
        (None, -1, 2, "iterations is -1"),
        (1.0, None, 0, "workers is 0"),
    ],
)
def test_refuses_limits_that_make_no_sense(
    seconds: float | None, iterations: int | None, workers: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        solve_hhcrsp(pair_then_single(), seconds=seconds, iterations=iterations, workers=workers)
