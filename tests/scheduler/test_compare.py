"""Two rosters side by side: what differs, in which direction, for whom, worst first."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from scheduler.compare import (
    BETTER,
    OTHER,
    SAME,
    WORSE,
    CarerChange,
    CitizenChange,
    Comparison,
    Pair,
    compare,
)
from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.roster import Bounds, Figures, PlacedVisit, Roster, Unplaced
from tests.scheduler.cases import (
    base_problem,
    base_roster,
    base_visits,
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)


def swapped() -> Roster:
    """The base roster with n2 by k1, after the pair, and n1 by k2."""
    visits = (
        visit("n1", "c1", "08:10-08:40", "k2:s2"),
        visit("n2", "c2", "09:40-10:10", "k1:s1"),
        base_visits()[2],
    )
    return base_roster(visits=visits)


def without(need_id: str, rule: str = "capacity") -> Roster:
    """The base roster without a visit, which is listed."""
    visits = tuple(row for row in base_visits() if row.need_id != need_id)
    return base_roster(visits=visits, unplaced=(Unplaced(need_id, 0, 0, rule),))


def of_citizen(result: Comparison, citizen_id: str) -> CitizenChange:
    (row,) = [row for row in result.citizens if row.citizen_id == citizen_id]
    return row


def of_carer(result: Comparison, carer_id: str) -> CarerChange:
    (row,) = [row for row in result.carers if row.carer_id == carer_id]
    return row


def figure(result: Comparison, name: str) -> Pair:
    (row,) = [row for row in (*result.figures, *result.terms) if row.name == name]
    return row


def test_a_roster_against_itself_differs_in_nothing() -> None:
    result = compare(base_problem(), base_roster(), base_roster())
    assert result.same
    assert {row.verdict for row in (*result.figures, *result.terms, *result.bounds)} == {SAME}
    assert not any(row.differs for row in result.citizens)
    assert not any(row.differs for row in result.carers)


def test_every_figure_and_term_stands_side_by_side_as_the_judge_says() -> None:
    before, after = evaluate(base_problem(), base_roster()), evaluate(base_problem(), swapped())
    result = compare(base_problem(), base_roster(), swapped())
    assert {row.name for row in result.figures} == {one.name for one in fields(Figures)} - {"terms"}
    for row in result.figures:
        assert (row.first, row.second) == (
            getattr(before.figures, row.name),
            getattr(after.figures, row.name),
        )
    assert {row.name: row.second for row in result.terms} == dict(after.figures.terms)
    assert not result.same


@pytest.mark.parametrize(
    ("first", "second", "more_is_better", "verdict"),
    [
        (1, 2, True, BETTER),
        (1, 2, False, WORSE),
        (2, 1, True, WORSE),
        (2, 1, False, BETTER),
        (2, 1, None, OTHER),
        (2, 2, True, SAME),
        (0.1 + 0.2, 0.3, False, SAME),
        (None, 2, False, OTHER),
        (None, None, False, SAME),
    ],
)
def test_verdict(
    first: float | None, second: float | None, more_is_better: bool | None, verdict: str
) -> None:
    assert Pair("x", first, second, more_is_better).verdict == verdict


def test_more_placed_is_better_and_more_travel_is_worse() -> None:
    result = compare(base_problem(), without("n2"), base_roster())
    assert figure(result, "placed").verdict == BETTER
    assert figure(result, "unplaced").verdict == BETTER
    assert figure(result, "travel_minutes").verdict == WORSE
    assert figure(result, "visit_minutes").verdict == OTHER


def test_who_comes_instead_and_how_far_visits_move() -> None:
    result = compare(base_problem(), base_roster(), swapped())
    first, second, third = (of_citizen(result, name) for name in ("c1", "c2", "c3"))
    assert (first.gone, first.came, first.moved_most_min) == (("k1",), ("k2",), 10)
    assert (second.gone, second.came, second.moved_most_min) == (("k2",), ("k1",), 90)
    assert (second.with_other_carers, second.moved) == (1, 1)
    assert second.carers.difference == 0
    assert not third.differs
    (change,) = second.visits
    assert (change.need_id, change.gone, change.came, change.moved_min) == ("n2", ("k2",), ("k1",), 90)


def test_an_earlier_start_is_a_negative_move() -> None:
    result = compare(base_problem(), swapped(), base_roster())
    assert of_citizen(result, "c2").moved_most_min == -90


def test_worst_first_a_lost_visit_before_other_carers_before_moved_times() -> None:
    third = visit("n3", "c3", "09:05-09:35", "k1:s1", "k2:s2")
    after = (visit("n1", "c1", "08:10-08:40", "k2:s2"), third)
    second = base_roster(visits=after, unplaced=(Unplaced("n2", 0, 0, "capacity"),))
    result = compare(base_problem(), base_roster(), second)
    assert [row.citizen_id for row in result.citizens] == ["c2", "c1", "c3"]
    assert result.citizens[0].unplaced_price == base_problem().weights.unplaced_2
    backwards = compare(base_problem(), second, base_roster())
    assert backwards.citizens[-1].citizen_id == "c2"
    assert backwards.citizens[-1].unplaced_price < 0


def test_what_has_no_place_is_told_of_each() -> None:
    result = compare(base_problem(), without("n2", "shift"), without("n3"))
    rows = [(row.need_id, row.citizen_id, row.first, row.second) for row in result.left_out]
    assert rows == [("n2", "c2", "shift", None), ("n3", "c3", None, "capacity")]
    assert figure(result, "unplaced").verdict == SAME
    assert not result.same


def test_two_visits_of_an_any_need_are_two_that_have_no_place() -> None:
    row = any_problem()
    second = roster(row, unplaced=(Unplaced("n1", None, 0, "capacity"),) * 2)
    result = compare(row, roster(row, any_visits(0, 2)), second)
    assert [(one.need_id, one.second) for one in result.left_out] == [("n1", "capacity")] * 2


def test_hard_violations_of_each() -> None:
    late = replace(base_visits()[0], start_min=20 * 60, end_min=20 * 60 + 30)
    broken = base_roster(visits=(late, *base_visits()[1:]))
    result = compare(base_problem(), base_roster(), broken)
    assert result.hard[0] == ()
    assert result.hard[1] == evaluate(base_problem(), broken).hard != ()


def test_bounds_are_the_rosters_own_and_neither_is_better() -> None:
    first = base_roster(bounds=Bounds(1.0, 50))
    result = compare(base_problem(), first, base_roster(bounds=Bounds(1.5, None)))
    found = {row.name: (row.first, row.second, row.verdict) for row in result.bounds}
    assert set(found) == {one.name for one in fields(Bounds)}
    assert found["carers_per_citizen_mean"] == (1.0, 1.5, OTHER)
    assert found["objective"] == (50, None, OTHER)


def test_what_the_judge_cannot_see_is_the_rosters_own() -> None:
    first, second = (base_roster(figures=Figures(objective=-1, punctuality=share)) for share in (0.9, 0.8))
    result = compare(base_problem(), first, second)
    punctuality = figure(result, "punctuality")
    assert (punctuality.first, punctuality.second, punctuality.verdict) == (0.9, 0.8, WORSE)
    assert figure(result, "objective").first == evaluate(base_problem(), first).figures.objective


def test_load_and_travel_of_each_carer() -> None:
    result = compare(base_problem(), base_roster(), without("n2"))
    busy, idle = of_carer(result, "k2"), of_carer(result, "k1")
    # k2 goes base, c3, base instead of base, c2, c3, base; 30 minutes of visit fall away.
    assert (busy.travel.difference, busy.load.difference, busy.visits.difference) == (-10, -40, -1)
    assert busy.travel.verdict == BETTER
    assert busy.shift.verdict == SAME
    assert not idle.differs


def any_problem() -> Problem:
    return problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", days=None, times_per_week=2)],
        carers=[carer("k1")],
        shifts=[shift(f"s{day}", "k1", day, "07:00-10:00") for day in range(5)],
    )


def any_visits(*days: int) -> tuple[PlacedVisit, ...]:
    return tuple(visit("n1", "c1", "08:00-08:30", f"k1:s{day}", day=day) for day in days)


def test_a_visit_any_day_on_another_date_is_one_that_moved() -> None:
    row = any_problem()
    result = compare(row, roster(row, any_visits(0, 2)), roster(row, any_visits(2, 4)))
    (change,) = of_citizen(result, "c1").visits
    assert change.other_day
    assert change.first is not None
    assert change.second is not None
    assert (change.first.day, change.second.day, change.moved_min) == (0, 4, 0)
    assert of_citizen(result, "c1").moved == 1


def test_a_trainee_beside_the_mentor_is_nobody_new() -> None:
    row = base_problem()
    row = replace(
        row,
        carers=(*row.carers, carer("k3", mentor="k1")),
        shifts=(*row.shifts, shift("s3", "k3")),
    )
    with_trainee = visit("n1", "c1", "08:00-08:30", "k1:s1", "k3:s3")
    result = compare(row, base_roster(row), base_roster(row, visits=(with_trainee, *base_visits()[1:])))
    assert not of_citizen(result, "c1").differs


def test_other_length_and_by_screen_are_differences() -> None:
    longer = replace(base_visits()[0], end_min=base_visits()[0].end_min + 10)
    result = compare(base_problem(), base_roster(), base_roster(visits=(longer, *base_visits()[1:])))
    assert of_citizen(result, "c1").minutes.difference == 10
    assert [row.moved_min for row in of_citizen(result, "c1").visits] == [0]
