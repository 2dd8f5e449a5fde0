"""What the planned weeks are to give on average, by the weeks before them (S2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.drift import package_drifts
from scheduler.message import ProblemError
from scheduler.problem import Delivered, Package, Problem, Rules
from scheduler.roster import CitizenWeek
from scheduler.steering import aimed, targets
from tests.scheduler.cases import citizen, problem

PACKAGE = Package("P", min_minutes=60, max_minutes=180, average_minutes=100)


def team(
    rows: Iterable[tuple[str, int, int]] = (),
    weeks: int = 1,
    package: Package = PACKAGE,
    even_out_weeks: int = 1,
) -> Problem:
    """Two citizens of one package; (citizen, week, minutes) delivered."""
    people = [citizen("c1", package_id="P"), citizen("c2", package_id="P")]
    empty = problem(
        citizens=people,
        packages=[package],
        needs=[],
        carers=[],
        shifts=[],
        weeks=weeks,
        rules=Rules(even_out_weeks=even_out_weeks),
    )
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


@pytest.mark.parametrize(
    ("even_out_weeks", "weeks", "target"),
    [(1, 1, 130), (2, 1, 115), (3, 1, 110), (30, 1, 101), (4, 2, 105), (2, 4, 100), (1, 3, 103)],
)
def test_a_drift_is_made_up_for_over_the_weeks_that_the_team_names(
    even_out_weeks: int, weeks: int, target: int
) -> None:
    """Three weeks of 10 too few (in a pack of two weeks, two of them count; of three, one)."""
    assert targets(team(past(90, 90, 90), weeks=weeks, even_out_weeks=even_out_weeks)) == {"P": target}


def test_without_a_word_four_weeks_make_up_for_it() -> None:
    assert Rules().even_out_weeks == 4
    assert targets(replace(team(past(80, 80, 80)), rules=Rules())) == {"P": 115}


@pytest.mark.parametrize("nought", [0, -1])
def test_no_weeks_are_no_rule(nought: int) -> None:
    with pytest.raises(ProblemError, match="even_out_weeks"):
        Rules(even_out_weeks=nought)


@given(st.lists(st.integers(60, 140), min_size=3, max_size=11), st.integers(2, 6))
def test_week_by_week_a_drift_goes_without_a_jump(before: list[int], even_out_weeks: int) -> None:
    """Planned and lived as targeted, the 12 weeks come to the average; no week gives more than its share back."""
    given_minutes = list(before)  # newest first
    shortfall = 100 * len(before[:11]) - sum(before[:11])
    first = targets(team(past(*given_minutes), even_out_weeks=even_out_weeks))["P"]
    assert abs(first - 100) <= abs(shortfall) / even_out_weeks + 0.5
    for _ in range(36):
        target = targets(team(past(*given_minutes[:11]), even_out_weeks=even_out_weeks))["P"]
        given_minutes.insert(0, target)
    assert abs(sum(given_minutes[:12]) / 12 - 100) <= 1
    assert abs(target - 100) <= 1


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
