"""A re-planning stopped at any moment is still one; names and dates are but names and dates; a free carer only helps."""

from __future__ import annotations

import threading
from dataclasses import replace
from random import Random

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.replan import Replanned, Sick, replan
from scheduler.replan.bounds import bounds_of
from scheduler.replan.cost import ReplanCost
from scheduler.replan.run import is_intact
from scheduler.replan.situation import situation_of
from scheduler.replan.standing import standing_part
from scheduler.roster import Roster
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, carer, citizen, even_matrix, need, problem, roster, shift, visit
from tests.scheduler.renaming import Names, renamed, renamed_roster


def morning(day: int = 0) -> tuple[Problem, Roster]:
    """Three carers, six visits of a morning on one date; ``k1``, who falls sick, has three, and there is hardly room."""
    homes = [f"c{n}" for n in range(1, 7)]
    windows = ("07:10-07:30", "07:50-08:20", "08:30-09:10", "07:10-07:30", "08:00-08:10", "08:40-09:20")
    times = ("07:10-07:40", "07:50-08:20", "08:30-09:00", "07:10-07:40", "08:00-08:30", "08:40-09:10")
    who = ("k1:s1", "k1:s1", "k1:s1", "k2:s2", "k2:s2", "k3:s3")
    rows = list(zip(homes, windows, strict=True))
    of = problem(
        citizens=[citizen(one) for one in homes],
        needs=[need(f"n{n}", home, window, days=(day,)) for n, (home, window) in enumerate(rows, 1)],
        carers=[carer(f"k{n}") for n in (1, 2, 3)],
        shifts=[shift(f"s{n}", f"k{n}", day, times="07:00-10:30") for n in (1, 2, 3)],
        matrix=even_matrix(["base", *homes], 10),
    )
    visits = [
        visit(f"n{n}", f"c{n}", span, one, day=day)
        for n, (span, one) in enumerate(zip(times, who, strict=True), 1)
    ]
    return of, roster(of, visits)


def answered(
    of: Problem, before: Roster, sick: str = "k1", day: int = 0, cancel: threading.Event | None = None
) -> Replanned:
    return replan(of, before, at("06:10", day), [Sick(sick)], iterations=300, cancel=cancel)


class Stopped(threading.Event):
    """Set when it has been asked so many times."""

    def __init__(self, asked: int) -> None:
        super().__init__()
        self._left = asked

    def is_set(self) -> bool:
        """Whether the moment has come."""
        self._left -= 1
        return self._left < 0


@pytest.mark.parametrize("asked", [0, 1, 3, 9, 27])
def test_stopped_at_any_moment_it_is_whole_and_lawful(asked: int) -> None:
    of, before = morning()
    found = answered(of, before, cancel=Stopped(asked))
    assert evaluate(found.problem, found.roster).hard == ()
    assert is_intact(found.situation, found.roster)
    assert found.bounds.new_carers <= found.cost.new_carers
    assert found.bounds.changed <= found.cost.changed


def test_names_change_neither_the_answer_s_cost_nor_the_proof() -> None:
    of, before = morning()
    names = Names(Random(5))
    one = answered(of, before)
    other = answered(renamed(of, names), renamed_roster(before, names), names.new("k1"))
    assert replace(other.cost, objective=0) == replace(one.cost, objective=0)
    assert other.bounds == one.bounds
    old = [tuple(names.old(who) for who in row.citizens) for row in other.bounds.why_new]
    assert sorted(old) == sorted(row.citizens for row in one.bounds.why_new)


def test_a_day_later_everything_is_a_day_later() -> None:
    one, other = (answered(*morning(day), day=day) for day in (0, 1))
    assert other.cost == one.cost
    assert other.bounds == one.bounds
    later = [(row.need_id, row.start_min + 1440, row.carers) for row in one.roster.visits]
    assert [(row.need_id, row.start_min, row.carers) for row in other.roster.visits] == later


def test_somebody_free_makes_no_bound_higher() -> None:
    """With the same roster in hand: whoever is added can only take visits over."""
    of, before = morning()
    more = replace(
        of,
        carers=(*of.carers, carer("idle")),
        shifts=(*of.shifts, shift("idle", "idle", times="07:00-10:30")),
    )
    proven = []
    for team in (of, more):
        found = situation_of(team, before, at("06:10"), [Sick("k1")], TravelTable(team))
        start, orphans = standing_part(found)
        rows = tuple(replace(row, carers=("k3",), shifts=("s3",)) for row in orphans)
        answer = replace(start, visits=(*start.visits, *rows))
        proven.append(bounds_of(found, answer, ReplanCost((0, 0, 0), 9, 9, 0, 0.0), TravelTable(team)))
    assert proven[1].new_carers <= proven[0].new_carers
    assert proven[1].changed <= proven[0].changed
