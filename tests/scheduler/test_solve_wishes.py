"""What is preferred, and what an earlier roster binds: each by a small team in which planning without it differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import (
    Absence,
    HistoryRow,
    Problem,
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
from tests.scheduler.small_plans import alone, of_need, opened, pair_of_carers, plan

# Preferences


@pytest.mark.parametrize("known", ["k1", "k2"])
def test_known_faces_come_again(known: str) -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers())
    met = replace(team, history=(HistoryRow(-3, "c1", known, 1),))
    assert of_need(plan(met), "n1").carers == (known,)


@pytest.mark.parametrize("contact", ["k1", "k2"])
def test_the_contact_carer_comes(contact: str) -> None:
    home = citizen("c1", contact_carer=contact)
    team = problem(citizens=[home], needs=[need("n1", "c1")], **pair_of_carers())
    assert of_need(plan(team), "n1").carers == (contact,)


@pytest.mark.parametrize("substitute", ["k1", "k2"])
def test_substitutes_come_last(substitute: str) -> None:
    people = [carer(name, kind="substitute" if name == substitute else "fixed") for name in ("k1", "k2")]
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers(carers=people))
    assert substitute not in of_need(plan(team), "n1").carers


@pytest.mark.parametrize(("who", "shift_id", "clock"), [("k1", "s1", "09:00"), ("k2", "s2", "09:37")])
def test_the_standing_roster_is_followed(who: str, shift_id: str, clock: str) -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers())
    was = visit("n1", "c1", "00:00-00:30", f"{who}:{shift_id}")
    was = replace(was, start_min=at(clock), end_min=at(clock) + 30)
    weeks_ago = Roster("Team Test", MONDAY - timedelta(weeks=3), 1, visits=(was,))
    found = of_need(plan(replace(team, standing_roster=weeks_ago)), "n1")
    assert (found.carers, found.start_min) == ((who,), at(clock))


def test_an_agreed_time_is_kept() -> None:
    wanted = need("n1", "c1", agreed_start_min=at("09:20"))
    team = problem(citizens=[citizen("c1")], needs=[wanted], **alone())
    assert of_need(plan(team), "n1").start_min == at("09:20")


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
