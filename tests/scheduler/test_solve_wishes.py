"""What is preferred, and what an earlier roster binds: each by a small team in which planning without it differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import (
    Absence,
    Citizen,
    HistoryRow,
    Problem,
    Weights,
)
from scheduler.roster import OpenShift, PlacedVisit, Roster
from scheduler.solve import solve
from tests.scheduler.cases import (
    MONDAY,
    at,
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)
from tests.scheduler.small_plans import SHORT, alone, of_need, opened, pair_of_carers, plan

# Preferences
# Each begins with a published roster that has it otherwise, so that the search must find its way back.

BOTH = {"k1": "s1", "k2": "s2"}


def other_than(who: str) -> str:
    """The other of the two carers."""
    return "k2" if who == "k1" else "k1"


def begun_otherwise(who: str, clock: str = "09:00", home: Citizen | None = None, **more: Any) -> Problem:
    """One visit, published with the carer who is not ``who``."""
    row = home or citizen("c1")
    team = problem(citizens=[row], needs=[need("n1", "c1")], **pair_of_carers(**more))
    name = other_than(who)
    known = visit("n1", "c1", f"{clock}-{clock}", f"{name}:{BOTH[name]}")
    return with_published(team, replace(known, end_min=known.start_min + 30))


@pytest.mark.parametrize("known", ["k1", "k2"])
def test_known_faces_come_again(known: str) -> None:
    met = replace(begun_otherwise(known), history=(HistoryRow(-3, "c1", known, 1),))
    assert of_need(plan(met), "n1").carers == (known,)


@pytest.mark.parametrize("contact", ["k1", "k2"])
def test_the_contact_carer_comes(contact: str) -> None:
    team = begun_otherwise(contact, home=citizen("c1", contact_carer=contact))
    assert of_need(plan(team), "n1").carers == (contact,)


@pytest.mark.parametrize("fixed", ["k1", "k2"])
def test_substitutes_come_last(fixed: str) -> None:
    people = [carer(name, kind="fixed" if name == fixed else "substitute") for name in BOTH]
    assert of_need(plan(begun_otherwise(fixed, carers=people)), "n1").carers == (fixed,)


@pytest.mark.parametrize(("who", "clock"), [("k1", "09:10"), ("k2", "09:37")])
def test_the_standing_roster_is_followed(who: str, clock: str) -> None:
    was = visit("n1", "c1", f"{clock}-{clock}", f"{who}:{BOTH[who]}")
    was = replace(was, end_min=was.start_min + 30)
    weeks_ago = Roster("Team Test", MONDAY - timedelta(weeks=3), 1, visits=(was,))
    for begun in (begun_otherwise(who), replace(begun_otherwise(who), published=None)):
        found = of_need(plan(replace(begun, standing_roster=weeks_ago)), "n1")
        assert (found.carers, found.start_min) == ((who,), at(clock))


def test_an_agreed_time_is_kept() -> None:
    wanted = need("n1", "c1", agreed_start_min=at("09:20"))
    team = replace(begun_otherwise("k1", "09:06"), needs=(wanted,))
    assert of_need(plan(team), "n1").start_min == at("09:20")


def test_a_visit_comes_at_the_same_time_of_day() -> None:
    days = [shift(f"s{day}", "k1", day, SHORT) for day in range(3)]
    wanted = need("n1", "c1", days=(0, 1, 2))
    team = problem(citizens=[citizen("c1")], needs=[wanted], carers=[carer("k1")], shifts=days)
    clocks = ("08:00-08:30", "09:00-09:30", "10:00-10:30")
    begun = [visit("n1", "c1", times, f"k1:s{day}", day=day) for day, times in enumerate(clocks)]
    found = plan(with_published(team, *begun))
    assert len({row.start_min - 1440 * row.day for row in found.visits}) == 1


def test_work_is_shared() -> None:
    names = ("c1", "c2", "c3", "c4")
    needs = [need(f"n{name}", name, f"{7 + n:02}:30-{7 + n:02}:40") for n, name in enumerate(names)]
    team = problem(
        citizens=[citizen(name) for name in names],
        needs=needs,
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-12:00"), shift("s2", "k2", times="07:00-12:00")],
        weights=Weights(carer=0, carer_14=0, travel=0, waiting=0, unfair=5),
    )
    begun = [visit(f"n{name}", name, f"{7 + n:02}:30-{8 + n:02}:00", "k1:s1") for n, name in enumerate(names)]
    found = plan(with_published(team, *begun))
    assert Counter(row.carers for row in found.visits) == {("k1",): 2, ("k2",): 2}
    unshared = replace(team, weights=replace(team.weights, unfair=0, travel=1))
    assert Counter(row.carers for row in plan(with_published(unshared, *begun)).visits) == {("k1",): 4}


# Re-planning


def with_published(team: Problem, *visits: PlacedVisit, **more: Any) -> Problem:
    """The team with an earlier roster of its week."""
    return replace(team, published=roster(team, visits, **more))


def test_a_pin_is_kept_and_the_rest_goes_round_it() -> None:
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1"), need("n2", "c2", "08:00-09:00")],
        **alone(),
    )
    pin = visit("n1", "c1", "08:17-08:42", "k1:s1", pinned=True)
    answer = plan(with_published(team, pin))
    assert of_need(answer, "n1") == pin
    assert of_need(answer, "n2").end_min + 10 <= at("08:17") or of_need(answer, "n2").start_min >= at("08:52")


def test_a_pin_that_breaks_a_rule_is_kept_and_told_of() -> None:
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", "08:00-10:00"), need("n2", "c2", "08:30-09:30")],
        absences=(Absence(at("07:00"), at("09:00"), carer_id="k1"),),
        **alone(),
    )
    pin = visit("n1", "c1", "08:30-09:05", "k1:s1", pinned=True)
    answer = solve(with_published(team, pin), iterations=500, workers=1)
    assert of_need(answer, "n1") == pin
    assert {row.rule for row in evaluate(with_published(team, pin), answer).hard} == {"carer_absent"}
    assert of_need(answer, "n2").start_min >= at("09:15")


def test_a_pin_of_a_need_that_is_gone_binds_nothing() -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **alone())
    gone = visit("n9", "c1", "08:00-09:30", "k1:s1", pinned=True)
    answer = plan(with_published(team, gone))
    assert [row.need_id for row in answer.visits] == ["n1"]


def test_a_trainee_pinned_to_a_visit_still_has_a_break_and_is_nowhere_else() -> None:
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", carers=1), need("n2", "c2", "08:00-10:30")],
        carers=[carer("k1"), carer("k2", mentor="k1")],
        shifts=[shift("s1", "k1"), shift("s2", "k2")],
    )
    pin = visit("n1", "c1", "08:30-09:00", "k1:s1", "k2:s2", pinned=True)
    answer = plan(with_published(team, pin))
    assert of_need(answer, "n1") == pin
    assert {row.shift_id for row in answer.breaks} == {"s1", "s2"}


def test_planning_begins_with_the_published_roster() -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers())
    for who, shift_id in (("k1", "s1"), ("k2", "s2")):
        known = with_published(team, visit("n1", "c1", "09:11-09:41", f"{who}:{shift_id}"))
        found = of_need(plan(known, iterations=1), "n1")
        assert (found.carers, found.start_min) == ((who,), at("09:11"))


def test_open_shifts_stay_with_whom_they_were_published_unless_that_is_unlawful() -> None:
    team = opened()
    for who in ("k1", "k2"):
        known = with_published(team, open_shifts=(OpenShift("o1", who), OpenShift("o9", "k9")))
        assert plan(known).open_shifts == (OpenShift("o1", who),)
    late = opened(shift("s1", "k1", times="15:00-21:00"))
    assert plan(with_published(late, open_shifts=(OpenShift("o1", "k1"),))).open_shifts == ()
