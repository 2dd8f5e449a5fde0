"""What is proven of a team as a whole: never above a roster, and more than the citizens' own bounds where they compete."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.cpsat.prove import Prover, known_before, with_bounds
from scheduler.due import due_visits
from scheduler.evaluate import evaluate, judged
from scheduler.objective import weighted_terms
from scheduler.problem import HistoryRow, Package, Problem, Weights
from scheduler.roster import Roster, Unplaced
from scheduler.rules import RosterContext
from scheduler.solve import solve
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import carer, citizen, need, shift, team
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.strategies import problems


def prover(problem: Problem) -> Prover:
    return Prover(problem, TravelTable(problem))


def solved(problem: Problem) -> Roster:
    return solve(problem, iterations=400, workers=1, seed=3)


def with_all_left_out(problem: Problem) -> Roster:
    """The roster of a team that nobody serves."""
    calendar = problem.calendar
    visits = [
        Unplaced(row.need.need_id, row.fixed_day, row.week, "capacity") for row in due_visits(problem).visits
    ]
    groups = [Unplaced(row.session_id, row.day, row.day // 7, "capacity") for row in problem.sessions]
    empty = Roster(problem.name, calendar.first_monday, calendar.weeks, unplaced=(*visits, *groups))
    return judged(problem, empty)


def check(problem: Problem, roster: Roster) -> None:
    """Every proof holds for a valid roster."""
    if evaluate(problem, roster).hard:
        return
    travel = TravelTable(problem)
    bounds = with_bounds(problem, travel, roster, Prover(problem, travel).everything()).bounds
    figures = roster.figures
    assert bounds.objective is not None
    assert bounds.objective <= figures.objective + 1e-6
    if bounds.carers_per_citizen_mean is not None:
        assert bounds.carers_per_citizen_mean <= figures.carers_per_citizen_mean + 1e-9
    if bounds.carers_per_citizen_14d_mean is not None:
        assert bounds.carers_per_citizen_14d_mean <= figures.carers_per_citizen_14d_mean + 1e-9


def weighed(problem: Problem, number: int) -> Problem:
    """The same problem with prices that turn everything around."""
    rng = random.Random(number)
    prices = {one.name: rng.choice([0, 0.1, 1, 5, 40, 700]) for one in fields(Weights)}
    return replace(problem, weights=Weights(**prices))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_no_roster_of_a_busy_team_is_below_a_bound(number: int) -> None:
    problem = busy_problem(number)
    check(problem, solved(problem))
    other = weighed(problem, number)
    check(other, solved(other))
    check(other, with_all_left_out(other))


@settings(max_examples=20, deadline=None)
@given(problems(), st.integers(0, 10**9))
def test_no_roster_of_any_legal_pack_is_below_a_bound(problem: Problem, number: int) -> None:
    roster = solved(problem)
    check(problem, roster)
    check(weighed(problem, number), judged(weighed(problem, number), roster))


def rush_hour(citizens: int, carers: int) -> Problem:
    """A visit of half an hour between seven and eight each day to every citizen, the same carers on duty every day."""
    people = [carer(f"k{number}") for number in range(carers)]
    days = range(5)
    return team(
        [
            need(f"n{number}", f"c{number}", window=("07:00", "07:30"), days=tuple(days))
            for number in range(citizens)
        ],
        people,
        [
            shift(f"{one.carer_id}-{day}", one.carer_id, day, "07:00", "08:00")
            for one in people
            for day in days
        ],
    )


def test_carers_who_are_wanted_at_the_same_hour_cannot_all_be_had() -> None:
    # One carer could make all five visits to a citizen, but only one of three carers works from Monday to Friday, and
    # has two homes an hour; the third citizen has to take those who work in turns.
    problem = rush_hour(3, 3)
    shifts = tuple(
        row
        for row in problem.shifts
        if row.carer_id == "k0" or (row.carer_id == "k1") == (row.day in (0, 2, 4))
    )
    problem = replace(problem, shifts=shifts, weights=plain(carer=20, unplaced_2=1e5))
    proof = prover(problem).everything()
    assert sum(proof.carers.values()) == 3
    assert proof.together == 4
    roster = solved(problem)
    assert roster.figures.unplaced == 0
    assert roster.figures.carers_per_citizen_mean == pytest.approx(4 / 3)
    assert roster.bounds.carers_per_citizen_mean == pytest.approx(4 / 3)


def test_where_there_is_room_for_all_the_team_proves_no_more_than_its_citizens() -> None:
    proof = prover(rush_hour(4, 3)).everything()
    assert proof.together == sum(proof.carers.values()) == 4


def test_the_team_bound_is_not_used_where_visits_are_left_out() -> None:
    # Five citizens at two an hour: two carers have room for four.
    problem = rush_hour(5, 2)
    roster = solved(problem)
    assert roster.figures.unplaced > 0
    check(problem, roster)


def test_carers_of_the_fourteen_days_count_those_before() -> None:
    days = tuple(range(7))
    problem = team(
        [need("n1", days=days)],
        [carer("k1"), carer("k2"), carer("k3")],
        [shift(f"s{day}", "k1" if day < 4 else "k2", day, "07:00", "15:00") for day in days],
        history=(HistoryRow(-3, "c1", "k3"), HistoryRow(-2, "c1", "k1"), HistoryRow(-9, "c1", "k9")),
    )
    problem = replace(problem, carers=(*problem.carers, carer("k9")))
    assert known_before(problem) == {"c1": {"k1", "k3"}}  # 14 days end on Sunday: day -9 is too long ago
    assert prover(problem).carers("c1", 0) == 2
    assert prover(problem).carers_14("c1") == 3  # k1, k3, and k2 who has not been there


def test_carers_of_fourteen_days_over_two_weeks_of_a_pack() -> None:
    problem = team(
        [need("n1")],
        [carer("k1"), carer("k2")],
        [shift("a", "k1", 0, "07:00", "15:00"), shift("b", "k2", 7, "07:00", "15:00")],
        weeks=2,
    )
    assert [prover(problem).carers("c1", week) for week in (0, 1)] == [1, 1]
    assert prover(problem).carers_14("c1") == 2


def objective_bound(problem: Problem) -> float:
    value = prover(problem).everything().objective
    assert value is not None
    return value


def plain(**weights: float) -> Weights:
    """Weights of which all but these are nought."""
    return Weights(**{one.name: weights.get(one.name, 0.0) for one in fields(Weights)})


def test_objective_counts_faces_and_a_visit_nobody_can_make() -> None:
    days = tuple(range(7))
    problem = team(
        [need("n1", days=days), need("n2", days=(0,), qualification="nurse", priority=1)],
        [carer("k1"), carer("k2")],
        [shift(f"s{day}", "k1" if day < 4 else "k2", day, "07:00", "15:00") for day in days],
    )
    prices = plain(carer=20, unplaced_1=900, unplaced_2=1e6)
    assert objective_bound(replace(problem, weights=prices)) == pytest.approx(2 * 20 + 900, rel=1e-5)
    cheap = plain(carer=20, unplaced_1=900, unplaced_2=10)
    # Four days by one carer; the three others are left out at 10 each.
    assert objective_bound(replace(problem, weights=cheap)) <= 900 + 20 + 30


def test_objective_counts_the_way_out_and_home() -> None:
    away = citizen("c1", point=replace(citizen("c1").point, lat=55.70))
    problem = team(
        [need("n1")],
        [carer("k1")],
        [shift("s", "k1", 0, "06:00", "15:00", begins_at="base")],
        [away],
        weights=plain(travel=1, unplaced_2=1e6),
    )
    roster = solved(problem)
    assert roster.figures.unplaced == 0
    assert roster.figures.travel_minutes > 30
    assert objective_bound(problem) == pytest.approx(roster.figures.travel_minutes, rel=1e-4)


def test_objective_weighs_the_average_against_the_length() -> None:
    # Wished are 30 minutes, 60 are the package's average: each minute longer costs 1 and brings 0.5 (then 3).
    problem = team(
        [need("n1", minutes=30, minutes_min=20, minutes_max=70)],
        [carer("k1")],
        [shift("s", "k1", 0, "07:00", "15:00")],
        packages=(Package("P", average_minutes=60),),
        weights=plain(minutes=1, average=0.5, unplaced_2=1e6),
    )
    assert objective_bound(problem) == pytest.approx(15, rel=1e-4)
    dear = replace(problem, weights=plain(minutes=1, average=3, unplaced_2=1e6))
    assert objective_bound(dear) <= 30 + 1e-6  # 60 minutes: 30 longer than wished
    context = RosterContext(problem, solved(problem), TravelTable(problem))
    assert sum(weighted_terms(problem, context).values()) == pytest.approx(15)


def test_proofs_stop_when_there_is_no_more_time() -> None:
    answers = iter([True, False])
    proof = prover(rush_hour(3, 3)).everything(lambda: next(answers, False))
    assert proof.carers
    assert proof.carers_14
    assert proof.objective is None
    assert proof.together is None


def test_proofs_are_the_same_each_time() -> None:
    problem = busy_problem(11)
    assert prover(problem).everything() == prover(problem).everything()
