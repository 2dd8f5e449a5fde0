"""Chance: as the distributions say, the same for the same seed, and for the same visit whatever stands around it."""

from __future__ import annotations

from dataclasses import replace
from math import log
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import evaluate
from scheduler.message import ProblemError
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.simulate import Distributions, Spread, read_distributions, simulate, simulation_document
from tests.scheduler.cases import (
    base_problem,
    base_roster,
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)
from tests.scheduler.roster_strategies import problems_with_rosters
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.search.searching import searched

SHAKY = Distributions({"other": Spread(1.05, 0.4, 0.1)}, {"other": Spread(1.1, 0.3, 0.2)})


def two_homes(minutes: int = 120) -> tuple[Problem, Roster]:
    """A long visit from 08:00, and another right after it."""
    end, then = f"{8 + minutes // 60:02}:{minutes % 60:02}", f"{8 + minutes // 60:02}:{minutes % 60 + 10:02}"
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[
            need("n1", "c1", "08:00-08:00", minutes=minutes, minutes_max=minutes),
            need("n2", "c2", f"{then}-{then}"),
        ],
        carers=[carer("k1")],
        shifts=[
            shift("s1", "k1", times="07:00-19:00", break_minutes=0, break_from_min=None, break_to_min=None)
        ],
    )
    last = f"{then[:2]}:{int(then[3:]) + 30}"
    return of, roster(
        of, [visit("n1", "c1", f"08:00-{end}", "k1:s1"), visit("n2", "c2", f"{then}-{last}", "k1:s1")]
    )


@pytest.mark.parametrize("spread", [Spread(1.0, 0.3), Spread(1.1, 0.3), Spread(1.0, 0.2, 0.2236)])
def test_shares_are_those_of_the_distribution(spread):
    of, answer = two_homes()
    result = simulate(of, answer, Distributions({"other": spread}), runs=20000)
    second = result.visits[1]
    # Later than half an hour after its start: the first visit lasted more than 150 minutes, 1.25 times as planned.
    normal = NormalDist(spread.centre, (spread.sigma**2 + spread.day_sigma**2) ** 0.5)
    late = 1 - normal.cdf(log(1.25))
    assert second.call_share == pytest.approx(late, abs=0.012)
    assert result.visits[0].on_time_share == 1


def test_mean_and_spread_of_the_ratio_are_the_given_ones():
    of, answer = two_homes()
    of = replace(of, needs=(of.needs[0], replace(of.needs[1], window_start_min=8 * 60)))
    spread = Distributions({"other": Spread(1.3, 0.1, 0.05)})
    result = simulate(of, answer, spread, runs=20000)
    # Always more than 0.75 times as long, so never held back by the half hour before the plan: 120 · 0.3.
    assert result.visits[1].delay_mean_min == pytest.approx(36, abs=0.5)
    assert result.visits[1].delay_late_min == pytest.approx(36 + 1.29 * 120 * 1.3 * 0.1119, abs=2)


def test_what_a_date_has_in_common_is_shared_by_its_visits():
    """Two visits that vary by the date alone last long together; varying by themselves they balance."""
    of = problem(
        citizens=[citizen(f"c{i}") for i in (1, 2, 3)],
        needs=[need(f"n{i}", f"c{i}", "08:00-14:00", minutes=60, minutes_max=60) for i in (1, 2, 3)],
        carers=[carer("k1")],
        shifts=[
            shift("s1", "k1", times="07:00-15:00", break_minutes=0, break_from_min=None, break_to_min=None)
        ],
    )
    times = ["08:00-09:00", "09:10-10:10", "10:20-11:20"]
    answer = roster(of, [visit(f"n{i}", f"c{i}", when, "k1:s1") for i, when in enumerate(times, 1)])

    def late(spread: Spread) -> float:
        return simulate(of, answer, Distributions({"other": spread}), runs=4000).visits[2].delay_late_min

    assert late(Spread(1, 0, 0.3)) > 1.2 * late(Spread(1, 0.3, 0))


def test_the_same_words_give_the_same_answer():
    first = simulate(base_problem(), base_roster(), SHAKY, runs=200, seed=3)
    assert simulate(base_problem(), base_roster(), SHAKY, runs=200, seed=3) == first
    assert simulate(base_problem(), base_roster(), SHAKY, runs=200, seed=4) != first


def test_a_visit_meets_the_same_luck_in_two_rosters():
    of, answer = two_homes()
    both = simulate(of, answer, SHAKY, runs=100)
    swapped = replace(answer, visits=answer.visits[::-1])
    assert sorted(simulate(of, swapped, SHAKY, runs=100).visits, key=lambda row: row.need_id) == list(
        both.visits
    )
    alone = simulate(of, replace(answer, visits=answer.visits[:1]), SHAKY, runs=100)
    assert alone.visits[0] == both.visits[0]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"runs": 0}, "runs"),
        ({"runs": 20001}, "20001"),
        ({"seed": -1}, "seed"),
        ({"tolerance_min": 241}, "241"),
    ],
)
def test_bounds_of_what_is_asked(words, named):
    with pytest.raises(ProblemError, match=named):
        simulate(base_problem(), base_roster(), SHAKY, **words)


@settings(max_examples=12, deadline=None)
@given(problems_with_rosters())
def test_any_roster_can_be_simulated(of: Problem) -> None:
    for answer in (of.published, of.standing_roster):
        if answer is not None and answer.weeks == of.calendar.weeks:
            result = simulate(of, answer, SHAKY, runs=5)
            assert result.punctuality is None or 0 <= result.punctuality <= 1
            simulation_document(of, result)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**9))
def test_a_valid_roster_lived_as_planned_is_never_late(number: int) -> None:
    of = busy_problem(number)
    answer = searched(of, 100).roster
    result = simulate(of, answer, Distributions(), runs=1)
    assert not evaluate(of, answer).hard
    assert [row for row in result.visits if not -30 <= row.delay_mean_min <= 0] == []
    for row in result.rounds:
        assert row.end_mean_min <= row.end_planned_min
        assert (row.over_share, row.break_late_share, row.ferry_missed_share) == (0, 0, 0)


def test_the_document_tells_dates_and_clocks():
    of, answer = two_homes()
    found = simulation_document(of, simulate(of, answer, Distributions(), runs=2))
    assert found["visits"][0]["date"] == "2026-11-30"
    assert found["visits"][0]["start"] == "08:00"
    assert found["rounds"][0]["end_planned"] == found["rounds"][0]["end_expected"] == "10:50"
    assert found["punctuality"] == 1


def test_figures_of_the_program_own_file_are_used():
    of, answer = two_homes()
    result = simulate(of, answer, read_distributions(), runs=500)
    assert 0 < result.visits[1].call_share < 0.5
