"""The term ``buffer``: minutes beyond ten by which home visits would start late on a slow day, reckoned by hand.

Every journey takes 10 minutes. An hour's visit and the journey after it run over by a fifth of 70: 14 minutes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import Meeting, Problem, Weights
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.slow_clock import run_over_min
from tests.scheduler.cases import (
    at,
    carer,
    citizen,
    held,
    need,
    pause,
    problem,
    roster,
    session,
    shift,
    visit,
)

DAY = "06:00-20:00"


def team(citizens: int = 3, **changes: Any) -> Problem:
    """Citizens ``c1``, ``c2``, … with a need each, and ``k1`` on duty all day without a break."""
    numbers = range(1, citizens + 1)
    parts: dict[str, Any] = {
        "citizens": [citizen(f"c{number}") for number in numbers],
        "needs": [need(f"n{number}", f"c{number}", "06:00-20:00", minutes_max=600) for number in numbers],
        "carers": [carer("k1")],
        "shifts": [shift("s1", "k1", times=DAY, break_minutes=0, break_from_min=None, break_to_min=None)],
    }
    return problem(**{**parts, **changes})


def at_homes(*times: str, people: tuple[str, ...] = ("k1:s1",)) -> tuple[PlacedVisit, ...]:
    """A visit to each citizen in turn."""
    return tuple(visit(f"n{i}", f"c{i}", when, *people) for i, when in enumerate(times, 1))


def buffer(of: Problem, answer: Roster) -> float:
    """The term with weight 1."""
    return evaluate(replace(of, weights=Weights(buffer=1)), answer).figures.terms["buffer"]


def told(of: Problem, *times: str, **more: Any) -> float:
    return buffer(of, roster(of, at_homes(*times), **more))


@pytest.mark.parametrize(
    ("minutes", "over"), [(0, 0), (2, 0), (3, 1), (7, 1), (8, 2), (70, 14), (72, 14), (73, 15)]
)
def test_a_fifth_rounded_half_up(minutes, over):
    assert run_over_min(minutes) == over


def test_it_costs_nothing_until_asked_for():
    of = team()
    answer = roster(of, at_homes("08:00-09:00", "09:10-10:10", "10:20-10:50"))
    assert of.weights.buffer == 0
    assert evaluate(of, answer).figures.terms["buffer"] == 0


def test_what_runs_over_adds_up_from_visit_to_visit():
    # 0, 14 and 28 minutes late; 4 and 18 of them beyond ten.
    assert told(team(), "08:00-09:00", "09:10-10:10", "10:20-10:50") == 22


def test_waiting_catches_up():
    # 14 - 5 = 9 minutes late, then 9 + 14 = 23: 13 beyond ten.
    assert told(team(), "08:00-09:00", "09:15-10:15", "10:25-10:55") == 13


def test_waiting_is_not_saved_up():
    # The hour before the second visit leaves nothing for the third: 0, then 14.
    assert told(team(), "08:00-09:00", "10:10-11:10", "11:20-11:50") == 4


def test_ten_minutes_late_cost_nothing():
    # 40 + 10 minutes run over by 10, 45 + 10 by 11.
    assert told(team(2), "08:00-08:40", "08:50-09:20") == 0
    assert told(team(2), "08:00-08:45", "08:55-09:25") == 1


def test_the_way_out_never_runs_over():
    assert told(team(1), "06:10-09:00") == 0


def test_a_break_neither_runs_over_nor_catches_up():
    of = team(2, shifts=[shift("s1", "k1", times=DAY)])
    # A tight break, and one with five minutes before and four after it: 14, and 14 - 9.
    assert told(of, "10:00-11:00", "11:40-12:00", breaks=(pause("s1", "11:00-11:30"),)) == 4
    assert told(of, "10:00-11:00", "11:49-12:00", breaks=(pause("s1", "11:15-11:45"),)) == 0


def test_a_screen_visit_runs_over_and_is_not_priced():
    of = team()
    visits = (
        visit("n1", "c1", "08:00-09:00", "k1:s1"),
        visit("n2", "c2", "09:00-10:00", "k1:s1", modality="screen"),
        visit("n3", "c3", "10:10-10:40", "k1:s1"),
    )
    # 60 + 60 + 10 minutes run over by 26: 16 beyond ten.
    assert buffer(of, roster(of, visits)) == 16


def test_a_session_lasts_as_planned_and_is_not_priced():
    of = team(2, sessions=[session("g1", (), start_min=at("09:10"), minutes=60)])
    visits = (visit("n1", "c1", "08:00-09:00", "k1:s1"), visit("n2", "c2", "10:20-10:50", "k1:s1"))
    # 14 late for the session; the journey from it runs over by 2: 16.
    assert buffer(of, roster(of, visits, sessions=(held("g1", "k1:s1"),))) == 6


def test_after_a_meeting_everybody_is_in_time():
    of = team(2, meetings=(Meeting("Team", 0, at("09:10"), 60, ("k1",)),))
    visits = (visit("n1", "c1", "08:00-09:00", "k1:s1"), visit("n2", "c2", "10:20-10:50", "k1:s1"))
    assert buffer(of, roster(of, visits)) == 0


def test_a_pair_is_priced_for_each_carer():
    of = team(
        2,
        needs=[need(f"n{i}", f"c{i}", "06:00-20:00", minutes_max=600, carers=2) for i in (1, 2)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift(f"s{i}", f"k{i}", times="06:00-11:00") for i in (1, 2)],
    )
    visits = at_homes("08:00-09:00", "09:10-09:40", people=("k1:s1", "k2:s2"))
    assert buffer(of, roster(of, visits)) == 8


def test_nobody_waits_for_a_trainee():
    of = team(
        2,
        carers=[carer("k1"), carer("t1", mentor="k1")],
        shifts=[shift("s1", "k1", times="06:00-11:00"), shift("s2", "t1", times="06:00-11:00")],
    )
    assert buffer(of, roster(of, at_homes("08:00-09:00", "09:10-09:40", people=("k1:s1", "t1:s2")))) == 4


def test_another_shift_begins_in_time():
    of = team(2, shifts=[shift("s1", "k1", times="06:00-09:10"), shift("s2", "k1", times="09:10-12:00")])
    visits = (visit("n1", "c1", "08:00-09:00", "k1:s1"), visit("n2", "c2", "09:20-10:00", "k1:s2"))
    assert buffer(of, roster(of, visits)) == 0
