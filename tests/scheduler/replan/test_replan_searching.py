"""The search of a re-planning: when it makes room for what waits, and that it repeats."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from scheduler.loyalty import Loyalty
from scheduler.problem import Problem
from scheduler.replan.bounds import bounds_of
from scheduler.replan.cost import ReplanCost
from scheduler.replan.events import Sick
from scheduler.replan.searching import PLACING, Searching
from scheduler.replan.situation import situation_of
from scheduler.roster import Roster
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, carer, citizen, even_matrix, need, problem, roster, shift, visit
from tests.scheduler.replan.replan_cases import published, team


def full_morning() -> tuple[Problem, Roster]:
    """``late`` waits: only ``k1`` is trained for it, and has ``easy`` at that time, which ``k2`` could make as well."""
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[
            need("late", "c1", "08:00-08:20", qualification="assistant"),
            need("easy", "c2", "08:00-08:20"),
        ],
        carers=[carer("k1", qualification="assistant"), carer("k2", qualification="helper")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
        matrix=even_matrix(["base", "c1", "c2"], 10),
    )
    return of, roster(of, [visit("easy", "c2", "08:00-08:30", "k1:s1")])


def searching(of: Problem, before: Roster, known: frozenset[str] = frozenset({"k1"})) -> Searching:
    free = replace(of, published=replace(before, unplaced=()))
    return Searching(free, before, TravelTable(of), Loyalty(before, {"c1": known, "c2": known}))


def found(of: Searching, *, placing: bool = True, seed: int = 1) -> Roster:
    return of.searched(seed, iterations=600, seconds=None, cancel=threading.Event(), placing=placing)


def test_what_waits_is_placed_although_somebody_new_must_come_elsewhere() -> None:
    start = searching(*full_morning())
    assert start.has_waiting
    assert {v.need_id: v.carers for v in found(start).visits} == {"late": ("k1",), "easy": ("k2",)}


def test_nothing_waits_where_nobody_could_come() -> None:
    of, before = full_morning()
    untrained = replace(of, carers=(replace(of.carers[0], qualification="helper"), of.carers[1]))
    assert not searching(untrained, before).has_waiting


def test_the_same_seed_gives_the_same() -> None:
    start = searching(*full_morning())
    assert found(start, seed=3) == found(start, seed=3)


def test_a_limit_in_seconds_is_kept_and_a_wish_to_stop_heard() -> None:
    start = searching(*full_morning())
    stopped = threading.Event()
    stopped.set()
    assert start.searched(1, iterations=None, seconds=600.0, cancel=stopped, placing=True).visits
    assert start.searched(1, iterations=None, seconds=0.2, cancel=threading.Event(), placing=True).visits


def test_the_parts_use_the_whole_limit_and_end_at_the_full_prices() -> None:
    assert sum(part.share for part in PLACING) == pytest.approx(1.0)
    assert all(part.cold < part.hot for part in PLACING)
    assert min(PLACING[-1].unplaced, PLACING[-1].new, PLACING[-1].changed, PLACING[-1].moved) == float("inf")


def test_without_time_only_what_is_counted_is_proven() -> None:
    of = team()
    before, travel = published(of), TravelTable(of)
    case = situation_of(of, before, at("06:10"), [Sick("k1")], travel)
    reached = ReplanCost((0, 0, 0), 3, 3, 0, 0.0)
    bounds = bounds_of(case, before, reached, travel, has_time=lambda: False)
    assert bounds.changed <= bounds_of(case, before, reached, travel).changed
