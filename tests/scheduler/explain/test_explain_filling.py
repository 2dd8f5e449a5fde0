"""A roster's unplaced visits are given relaxations, within a budget; and a visit set apart from its need."""

from __future__ import annotations

from dataclasses import replace

from scheduler.evaluate import evaluate
from scheduler.explain import with_relaxations
from scheduler.explain.apart import apart
from scheduler.explain.board import Board
from scheduler.explain.easing import Budget
from scheduler.explain.relaxations import relaxations
from scheduler.problem import Link, Need, Problem
from scheduler.roster import Relaxation, Roster, Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cases import (
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)
from tests.scheduler.explain.unplaced_cases import MORNING, between, case


def two_weeks() -> tuple[Problem, Roster, Need]:
    """A need on Monday and Wednesday of two weeks, of which the second Monday has no place."""
    wanted = need("n1", "c1", days=(0, 2))
    row = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[wanted, need("n2", "c2", days=(0,))],
        carers=[carer("k1")],
        shifts=[shift(f"s{day}", "k1", day, MORNING) for day in (0, 2, 7, 9)],
        links=(Link("n1", "n2", 10),),
        weeks=2,
    )
    answer = roster(
        row,
        [
            *(visit("n1", "c1", "08:00-08:30", f"k1:s{day}", day=day) for day in (0, 2, 9)),
            *(visit("n2", "c2", "09:00-09:30", f"k1:s{day}", day=day) for day in (0, 7)),
        ],
        unplaced=(Unplaced("n1", 7, 1, "capacity"),),
    )
    return row, answer, wanted


def test_visit_set_apart_is_judged_as_before() -> None:
    row, answer, wanted = two_weeks()
    own = apart(row, answer, wanted, 7)
    assert evaluate(own.problem, own.roster).violations == evaluate(row, answer).violations == ()
    assert own.need.need_id == "n1"
    assert [one.day for one in own.roster.visits if one.need_id == "n1"] == []
    assert evaluate(own.problem, own.roster).figures.unplaced == 1
    # The links of the other visits stand.
    early = tuple(
        replace(one, start_min=one.start_min - 55, end_min=one.end_min - 55) if one.need_id == "n2" else one
        for one in own.roster.visits
    )
    assert {one.rule for one in evaluate(own.problem, replace(own.roster, visits=early)).hard} >= {"link_gap"}


def test_visit_of_any_day_set_apart_is_judged_as_before() -> None:
    wanted = need("n1", "c1", days=None, times_per_week=3)
    row = problem(
        citizens=[citizen("c1")],
        needs=[wanted],
        carers=[carer("k1")],
        shifts=[shift(f"s{day}", "k1", day, MORNING) for day in range(3)],
    )
    left = (Unplaced("n1", None, 0, "capacity"), Unplaced("n1", None, 0, "capacity"))
    answer = roster(row, [visit("n1", "c1", "08:00-08:30", "k1:s1", day=1)], unplaced=left)
    own = apart(row, answer, wanted, 2)
    assert evaluate(own.problem, own.roster).violations == ()
    assert evaluate(own.problem, own.roster).figures.unplaced == 2
    assert own.need.days == (2,)


# Filling a roster


def test_filling_gives_the_smallest_changes() -> None:
    given = between()
    filled = with_relaxations(*given, TravelTable(given[0]))
    (row,) = filled.unplaced
    assert Relaxation("window", "+5 min") in row.relaxations
    assert replace(filled, unplaced=given[1].unplaced) == given[1]


def test_filling_places_what_has_room() -> None:
    given = case()
    filled = with_relaxations(*given, TravelTable(given[0]))
    assert filled.unplaced == ()
    assert [row.need_id for row in filled.visits] == ["n1"]
    assert evaluate(given[0], filled).hard == ()


def test_filling_does_not_place_what_costs_more_than_it_is_worth() -> None:
    given = case()
    dear = replace(given[0], weights=replace(given[0].weights, unplaced_2=0.5))
    assert len(with_relaxations(dear, given[1], TravelTable(dear)).unplaced) == 1


def test_spent_budget_ends_the_work() -> None:
    given = between()
    board = Board(*given, TravelTable(given[0]))
    wanted = given[0].need_by_id["n1"]
    assert relaxations(board, wanted, (0,), kinds=("window",), budget=Budget(0, 1)) == []
    enough = Budget(100, 10)
    assert relaxations(board, wanted, (0,), kinds=("window",), budget=enough) != []
    assert enough.left is not None
    assert enough.left < 100


def test_filling_twice_gives_the_same() -> None:
    given = between()
    assert with_relaxations(*given, TravelTable(given[0])) == with_relaxations(*given, TravelTable(given[0]))
