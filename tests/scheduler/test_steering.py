"""What the planned weeks are to give on average, by the weeks before them (S2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from scheduler.drift import package_drifts
from scheduler.problem import Delivered, Package, Problem
from scheduler.roster import CitizenWeek
from scheduler.steering import aimed, targets
from tests.scheduler.cases import citizen, problem

PACKAGE = Package("P", min_minutes=60, max_minutes=180, average_minutes=100)


def team(rows: Iterable[tuple[str, int, int]] = (), weeks: int = 1, package: Package = PACKAGE) -> Problem:
    """Two citizens of one package; (citizen, week, minutes) delivered."""
    people = [citizen("c1", package_id="P"), citizen("c2", package_id="P")]
    empty = problem(citizens=people, packages=[package], needs=[], carers=[], shifts=[], weeks=weeks)
    delivered = tuple(Delivered(week, citizen_id, minutes) for citizen_id, week, minutes in rows)
    return replace(empty, delivered=delivered)


def past(*minutes: int, citizen_id: str = "c1") -> list[tuple[str, int, int]]:
    """Delivered minutes from the last week before the pack backwards."""
    return [(citizen_id, -1 - back, value) for back, value in enumerate(minutes)]


@pytest.mark.parametrize(
    ("minutes", "target"),
    [
        ((), 100),
        ((100,) * 11, 100),
        # Three weeks of 10 too few: 30 more bring both means back.
        ((90, 90, 90), 130),
        ((110, 110, 110), 70),
        # The last 4 weeks ask for 30 more, the 12 for 110: the nearer one.
        ((90,) * 11, 130),
        # Too little lately, too much before: the means differ, so nothing is chased.
        ((90, 90, 90) + (120,) * 8, 100),
        # Lately just right, though too little long ago.
        ((100, 100, 100) + (60,) * 8, 100),
        # Three odd weeks that 12 weeks have nearly made up for.
        ((90, 90, 90) + (103,) * 8, 106),
        # Never beyond the interval.
        ((40, 40, 40), 180),
        ((170, 170, 170), 60),
    ],
)
def test_target_of_one_citizen(minutes: tuple[int, ...], target: int) -> None:
    assert targets(team(past(*minutes))) == {"P": target}


def test_planning_the_target_meets_the_average_over_four_weeks() -> None:
    rows = past(90, 95, 100) + past(105, 80, 90, citizen_id="c2")
    wanted = targets(team(rows))["P"]
    planned = [CitizenWeek(one, 0, wanted, "within", 1) for one in ("c1", "c2")]
    (row,) = package_drifts(team(rows), planned)
    assert row.short is not None
    assert row.short.drift_min == pytest.approx(0, abs=0.5)


def test_more_planned_weeks_share_what_is_made_up_for() -> None:
    assert targets(team(past(90, 90), weeks=2)) == {"P": 110}
    # Four planned weeks are the last four: nothing before them counts there.
    assert targets(team(past(90, 90), weeks=4)) == {"P": 100}


def test_average_outside_the_interval_stays_a_target() -> None:
    odd = replace(PACKAGE, average_minutes=200)
    assert targets(team(package=odd)) == {"P": 200}


def test_package_without_an_average_has_no_target() -> None:
    assert targets(team(past(90), package=replace(PACKAGE, average_minutes=None))) == {}


def test_aiming_twice_is_aiming_once() -> None:
    once = aimed(team(past(90, 90, 90)))
    assert once.packages[0].average_minutes == 130
    assert aimed(once) == once
    assert targets(once) == {"P": 130}
