"""Rule 5 by dates: weekends off, days in a row; history counts, given shifts are only warned of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from scheduler.evaluate import evaluate, pack_warnings
from scheduler.message import ProblemError
from scheduler.problem import HistoryRow, Problem, Rules, Shift
from scheduler.roster import OpenShift
from scheduler.working_days import broken_days, part_of
from tests.scheduler.cases import Case, breaks_nothing, breaks_only, carer, citizen, problem, roster, shift

SATURDAY, SUNDAY = 5, 6


def team(
    own: Iterable[int] = (), opened: Iterable[int] = (), past: Iterable[int] = (), weeks: int = 3, **rules
) -> Problem:
    """One carer with short given shifts, open ones, and visits in history on those days."""
    return problem(
        citizens=[citizen("c1")],
        needs=[],
        carers=[carer("k1")],
        shifts=[
            *(shift(f"own{day}", "k1", day, "08:00-12:00", break_minutes=0) for day in own),
            *(shift(f"open{day}", None, day, "08:00-12:00", break_minutes=0) for day in opened),
        ],
        weeks=weeks,
        rules=Rules(**{"weekly_rest_hours": 0, "untrained_share_max": 1, **rules}),
        history=tuple(HistoryRow(day, "c1", "k1") for day in past),
    )


def all_taken(row: Problem) -> Case:
    opened = tuple(OpenShift(one.shift_id, "k1") for one in row.shifts if one.carer_id is None)
    return row, roster(row, open_shifts=opened)


@breaks_nothing
def test_every_other_weekend() -> Case:
    return all_taken(team([SATURDAY, SUNDAY], [14 + SATURDAY, 14 + SUNDAY]))


@breaks_only("weekends")
def test_two_weekends_in_a_row() -> Case:
    return all_taken(team([SATURDAY], [7 + SUNDAY]))


@breaks_nothing
def test_second_day_of_a_weekend_that_is_worked_anyway() -> Case:
    return all_taken(team([SATURDAY], [SUNDAY]))


@breaks_nothing
def test_friday_is_no_weekend_even_past_midnight() -> Case:
    row = team([SATURDAY], [])
    late = Shift("late", None, 11, 11 * 1440 + 1200, 11 * 1440 + 1560)
    return all_taken(replace(row, shifts=(*row.shifts, replace(late, break_minutes=30))))


@breaks_only("weekends")
def test_weekend_before_the_pack_counts_by_history() -> Case:
    return all_taken(team([], [SATURDAY], past=[-1]))


@breaks_nothing
def test_weekend_two_before_does_not() -> Case:
    return all_taken(team([], [SATURDAY], past=[-8]))


@breaks_nothing
def test_history_without_visits_is_no_work() -> Case:
    row = team([], [SATURDAY])
    return all_taken(replace(row, history=(HistoryRow(-1, "c1", "k1", 0), HistoryRow(-1, "c1", "k9"))))


@breaks_nothing
def test_substitutes_choose_their_weekends() -> Case:
    row = team([SATURDAY], [7 + SATURDAY])
    return all_taken(replace(row, carers=(carer("k1", kind="substitute"),)))


@breaks_nothing
def test_one_of_one_is_no_limit() -> Case:
    return all_taken(team([SATURDAY], [7 + SATURDAY, 14 + SATURDAY], weekends_max="1 of 1"))


@breaks_only("weekends")
def test_none_at_all() -> Case:
    return all_taken(team([], [SATURDAY], weekends_max="0 of 1"))


@breaks_only("weekends", times=2)
def test_two_of_four_is_looked_for_in_every_four() -> Case:
    """Weekends 0, 1 and 2 lie in the four up to 2 and in the four up to 3."""
    return all_taken(team([SATURDAY, 7 + SATURDAY], [14 + SATURDAY], weeks=4, weekends_max="2 of 4"))


@breaks_nothing
def test_given_weekends_that_break_it_do_not_count_against_other_weekends() -> Case:
    return all_taken(team([SATURDAY, 7 + SATURDAY], [21 + SATURDAY], weeks=4))


@breaks_nothing
def test_six_days_in_a_row() -> Case:
    return all_taken(team([0, 1, 2, 3, 4], [5]))


@breaks_only("days_in_row")
def test_seven_days_in_a_row_over_the_end_of_a_week() -> Case:
    return all_taken(team([3, 4, 7, 8, 9], [5, 6]))


@breaks_only("days_in_row")
def test_days_before_the_pack_count_by_history() -> Case:
    return all_taken(team([0, 1, 2], [3], past=[-3, -2, -1]))


@breaks_nothing
def test_second_shift_of_a_day_makes_no_row_longer() -> Case:
    row = team(range(7), [])
    late = shift("late", None, 3, "13:00-15:00", break_minutes=0)
    return all_taken(replace(row, shifts=(*row.shifts, late)))


@breaks_only("days_in_row")
def test_a_broken_row_may_not_grow() -> Case:
    return all_taken(team(range(7), [7]))


def test_given_shifts_are_warned_of() -> None:
    found = pack_warnings(team([0, 1, 2, 3, 4, 5, 6, 12]))
    assert [(row.rule, row.hard, row.value) for row in found] == [
        ("weekends", False, 2),
        ("days_in_row", False, 7),
    ]
    row = team([0, 1, 2, 3, 4, 5, 6, 12])
    assert evaluate(row, roster(row)).violations == ()
    assert pack_warnings(team([], past=range(-9, 0))) == []
    assert [row.rule for row in pack_warnings(team([0], past=range(-6, 0)))] == ["days_in_row"]


@pytest.mark.parametrize("case", range(200))
def test_what_may_be_added_is_what_the_judge_lets_pass(case: int) -> None:
    """Given and history days at random; each open shift alone."""
    from random import Random

    rng = Random(case)
    weekends = rng.choice(["1 of 2", "1 of 3", "2 of 3", "0 of 2"])
    row = team(
        sorted(rng.sample(range(28), rng.randrange(20))),
        [],
        [day for day in range(-14, 0) if rng.random() < 0.5],
        weeks=4,
        weekends_max=weekends,
        days_in_row_max=rng.choice([2, 4, 6]),
        rest_hours=0,
    )
    day = rng.randrange(28)
    extra = shift("extra", None, day, "13:00-14:00", break_minutes=0)
    judged = replace(row, shifts=(*row.shifts, extra))
    found = evaluate(judged, roster(judged, open_shifts=(OpenShift("extra", "k1"),))).violations
    assert {one.rule for one in found} == set(broken_days(row, row.carers[0], row.shifts, extra))


@pytest.mark.parametrize("text", ["2 of 1", "1/2", "every other", "1 of 0", "", "1 of 200"])
def test_shares_of_weekends_that_are_none(text: str) -> None:
    with pytest.raises(ProblemError, match="write for example 1 of 2"):
        Rules(weekends_max=text)


@pytest.mark.parametrize("name", ["days_in_row_max", "norm_weeks"])
def test_nought_is_no_figure(name: str) -> None:
    with pytest.raises(ProblemError, match=name):
        Rules(**{name: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("times", "part"),
    [
        ("07:00-15:00", "day"),
        ("15:00-23:00", "evening"),
        ("10:00-18:00", "day"),
        ("23:00-31:00", "night"),
        ("22:00-24:00", "night"),
        ("03:00-11:00", "day"),
        ("00:00-06:00", "night"),
        ("16:00-30:00", "night"),
    ],
)
def test_part_of_the_day_by_the_middle(times: str, part: str) -> None:
    assert part_of(shift("s", None, 2, times)) == part
