"""Any legal pack, also an absurd one: a valid roster, nothing missing without a word, and one price for search and judge."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from scheduler.evaluate import evaluate
from scheduler.pack import check_pack, write_pack
from scheduler.problem import Problem
from scheduler.roster import PlacedVisit, Roster
from scheduler.search.world import SEQ_MAX
from scheduler.solve import solve
from tests.scheduler.absurd_packs import CLOCK_CHANGES, TWISTS, absurd_problems, drawn_teams
from tests.scheduler.cases import at, carer, citizen, need, problem, shift
from tests.scheduler.robust_checks import check_run, seen_worlds
from tests.scheduler.search.searching import searched

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(absurd_problems())
def test_absurd_packs(problem: Problem) -> None:
    check_run(problem)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(drawn_teams())
def test_packs_of_up_to_three_weeks_with_earlier_rosters(problem: Problem) -> None:
    check_run(problem)


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(absurd_problems())
def test_absurd_packs_are_legal(problem: Problem) -> None:
    with tempfile.TemporaryDirectory() as place:
        write_pack(problem, Path(place))
        read, errors, _ = check_pack(place)
    assert errors == ()
    assert read == problem


@pytest.mark.parametrize("name", TWISTS)
def test_each_twist_alone(name: str) -> None:
    quick = settings(
        max_examples=1,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    @quick
    @given(absurd_problems(only=name))
    def run(problem: Problem) -> None:
        check_run(problem)

    run()


def test_a_shift_with_more_visits_than_a_round_holds() -> None:
    """Eighty visits of a minute in one home, eight hours for them: a round ends before 64, the others find no place."""
    needs = [need(f"n{n}", "c1", "08:00-15:00", minutes=1, minutes_min=1, minutes_max=1) for n in range(80)]
    team = problem(citizens=[citizen("c1")], needs=needs, carers=[carer("k1")], shifts=[shift("s1", "k1")])
    roster = searched(team, 300).roster
    assert evaluate(team, roster).hard == ()
    assert SEQ_MAX / 2 < len(roster.visits) < SEQ_MAX
    assert len(roster.unplaced) == 80 - len(roster.visits)


def test_a_night_on_which_an_hour_is_missing_or_there_twice() -> None:
    """A night shift on the last Sundays of March and October, and one between: planned alike by the wall's clock."""
    starts = set()
    for monday in (*CLOCK_CHANGES, date(2027, 6, 7)):
        team = problem(
            first_monday=monday,
            citizens=[citizen("c1")],
            needs=[need("n1", "c1", "26:00-26:30", days=(5,)), need("n2", "c1", "27:00-27:30", days=(5,))],
            carers=[carer("k1")],
            shifts=[shift("s1", "k1", 5, "22:00-31:00", break_minutes=30)],
        )
        roster = check_run(team)
        assert len(roster.visits) == 2
        starts.add(tuple(row.start_min for row in roster.visits))
    assert len(starts) == 1


def pinned_pair() -> Problem:
    """A visit of two carers, pinned to an hour at which only one of them is on duty."""
    team = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "20:00-21:00", carers=2)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="16:00-22:00")],
    )
    pin = PlacedVisit(
        "n1", "c1", 0, at("20:00"), at("20:30"), "home", ("k1", "k2"), ("s1", "s2"), pinned=True
    )
    return replace(team, published=Roster(team.name, team.calendar.first_monday, 1, visits=(pin,)))


def test_a_pinned_pair_of_which_one_is_off_duty_is_kept_and_told() -> None:
    team = pinned_pair()
    roster = solve(team, iterations=100, workers=1)
    assert team.published is not None
    assert roster.visits == team.published.visits
    assert "shift" in {row.rule for row in evaluate(team, roster).hard}


def test_a_pinned_pair_of_which_one_is_off_duty_stays_outside_the_routes() -> None:
    with seen_worlds() as worlds:
        roster = solve(pinned_pair(), iterations=100, workers=1)
    ((_, plan),) = worlds
    assert plan.bent == roster.visits
