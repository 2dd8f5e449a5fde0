"""Minutes over weeks against a package's average and interval (S2, L5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.drift import citizen_drifts, package_drifts
from scheduler.problem import Delivered, Package, Problem
from scheduler.roster import CitizenWeek
from tests.scheduler.cases import citizen, problem

PACKAGE = Package("P", min_minutes=60, max_minutes=180, average_minutes=100)


def case(*minutes: tuple[str, int, int]) -> Problem:
    """Two citizens of one package; (citizen, week, minutes) delivered."""
    rows = tuple(Delivered(week, citizen_id, value) for citizen_id, week, value in minutes)
    people = [citizen("c1", package_id="P"), citizen("c2", package_id="P")]
    empty = problem(citizens=people, packages=[PACKAGE], needs=[], carers=[], shifts=[])
    return replace(empty, delivered=rows)


def week(citizen_id: str, minutes: int, number: int = 0) -> CitizenWeek:
    return CitizenWeek(citizen_id, number, minutes, "within", 1)


def test_the_planned_week_is_the_last_of_the_four_and_of_the_twelve() -> None:
    rows = [("c1", -1, 90), ("c1", -2, 80), ("c1", -3, 70), ("c1", -4, 500)]
    found = citizen_drifts(case(*rows), [week("c1", 120), week("c2", 100)])["c1"]
    assert found.planned_mean_min == 120
    assert found.short is not None
    assert (found.short.weeks, found.short.mean_min, found.short.drift_min) == (4, 90, -10)
    assert found.long is not None
    assert (found.long.weeks, found.long.mean_min, found.long.drift_min) == (5, 172, 72)


def test_no_drift_without_history_or_average() -> None:
    planned = [week("c1", 120), week("c2", 100)]
    found = citizen_drifts(case(), planned)["c1"]
    assert found.short is None
    assert found.long is None
    unpaid = replace(case(("c1", -1, 90)), packages=(replace(PACKAGE, average_minutes=None),))
    known = citizen_drifts(unpaid, planned)["c1"].short
    assert known is not None
    assert known.mean_min == 105
    assert known.drift_min is None


def test_history_older_than_the_span_is_left_out() -> None:
    found = citizen_drifts(case(("c1", -12, 1000), ("c1", -11, 80)), [week("c1", 120), week("c2", 0)])["c1"]
    assert found.short is None
    assert found.long is not None
    assert found.long.mean_min == 100


def test_a_package_is_the_mean_of_its_citizens_weeks() -> None:
    rows = [("c1", -1, 100), ("c2", -1, 140)]
    (found,) = package_drifts(case(*rows), [week("c1", 100), week("c2", 100)])
    assert found.citizens == 2
    assert found.planned_mean_min == 100
    assert found.short is not None
    assert found.short.mean_min == pytest.approx(110)
    assert found.short.drift_min == pytest.approx(10)


def test_four_weeks_in_a_row_on_one_side_of_the_interval() -> None:
    def outside(*minutes: int) -> int:
        rows = [("c1", -1 - number, value) for number, value in enumerate(minutes)]
        return citizen_drifts(case(*rows), [])["c1"].outside_weeks

    assert outside(200, 190, 181, 240, 100) == 4
    assert outside(180, 200, 200, 200) == 0  # 180 belongs to the interval
    assert outside(200, 10, 200, 10) == 1  # above one week, below the next: no stable change
    assert outside(59, 0, 30) == 3
    found = citizen_drifts(case(*(("c1", -1 - number, 200) for number in range(4))), [])["c1"]
    assert found.is_stably_outside
    assert found.outside_mean_min == 200


def test_a_week_that_is_missing_ends_the_row() -> None:
    rows = [("c1", -1, 200), ("c1", -3, 200), ("c1", -4, 200), ("c1", -5, 200)]
    assert citizen_drifts(case(*rows), [])["c1"].outside_weeks == 1
