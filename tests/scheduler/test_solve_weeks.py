"""Who may come, which dates, how long, in which shifts: each by a small team in which planning without it differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from scheduler.problem import (
    Absence,
    Barred,
    Delivered,
    Problem,
    Rules,
    Weights,
)
from scheduler.roster import OpenShift
from tests.scheduler.cases import (
    at,
    carer,
    citizen,
    need,
    package,
    problem,
    shift,
)
from tests.scheduler.small_plans import SHORT, alone, group, left_out, of_need, opened, pair_of_carers, plan

# Who may come


@pytest.mark.parametrize(
    "changes",
    [
        {"carers": [carer("k1", introduced=False), carer("k2")]},
        {"carers": [carer("k1", qualification="untrained"), carer("k2")]},
        {"barred": (Barred("k1", "c1"),)},
        {"absences": (Absence(at("07:00"), at("11:00"), carer_id="k1"),)},
    ],
    ids=["introduced", "qualification", "barred", "absent"],
)
def test_who_may_not_come_does_not(changes: dict[str, Any]) -> None:
    # Everything but the rule speaks for k1.
    contact = citizen("c1", contact_carer="k1")
    asked = need("n1", "c1", qualification="helper")
    team = problem(citizens=[contact], needs=[asked], **{**pair_of_carers(), **changes})
    assert of_need(plan(team), "n1").carers == ("k2",)


# Dates


def test_a_visit_waits_until_the_citizen_is_back() -> None:
    away = Absence(at("07:00"), at("09:10"), citizen_id="c1")
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], absences=(away,), **alone())
    assert of_need(plan(team), "n1").start_min >= at("09:10")


def test_nothing_is_due_on_a_holiday_unless_it_is_wanted() -> None:
    needs = [need("n1", "c1", on_holidays=False), need("n2", "c1")]
    answer = plan(problem(citizens=[citizen("c1")], needs=needs, holidays=frozenset({0}), **alone()))
    assert [row.need_id for row in answer.visits] == ["n2"]
    assert answer.unplaced == ()


@pytest.mark.parametrize("anchor", [0, 1, -2])
def test_every_other_week_is_the_right_one(anchor: int) -> None:
    days = [shift("s1", "k1", times=SHORT), shift("s2", "k1", 7, SHORT)]
    wanted = need("n1", "c1", every_weeks=2, anchor_week=anchor)
    team = problem(citizens=[citizen("c1")], needs=[wanted], weeks=2, carers=[carer("k1")], shifts=days)
    assert [row.day for row in plan(team).visits] == [7 * (anchor % 2)]


def test_any_days_are_different_days() -> None:
    wanted = need("n1", "c1", days=None, times_per_week=3)
    days = [shift(f"s{day}", "k1", day, SHORT) for day in (0, 2, 5)]
    team = problem(citizens=[citizen("c1")], needs=[wanted], carers=[carer("k1")], shifts=days)
    assert sorted(row.day for row in plan(team).visits) == [0, 2, 5]
    fewer = plan(replace(team, shifts=tuple(days[:2])))
    assert sorted(row.day for row in fewer.visits) == [0, 2]
    assert left_out(fewer) == {"n1": "capacity"}


def test_a_night_visit_keeps_clear_of_the_next_days() -> None:
    # Two carers could come at once, one in Monday's night shift, one in Tuesday's early shift.
    team = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "24:15-24:45"), need("n2", "c1", "00:15-00:45", days=(1,))],
        carers=[carer("k1"), carer("k2")],
        shifts=[
            shift("s1", "k1", times="22:00-27:00"),
            shift("s2", "k2", 1, "00:00-04:00"),
        ],
        weights=Weights(regular=0),
    )
    answer = plan(team)
    first, second = sorted((row.start_min, row.end_min) for row in answer.visits)
    assert first[1] <= second[0]


# Minutes


def three_visits(**bounds: Any) -> Problem:
    """Three visits of 30 (20 to 40) minutes in a package with these bounds."""
    needs = [need(f"n{n}", "c1", f"{7 + n:02}:00-{7 + n:02}:10") for n in (1, 2, 3)]
    row = package(**bounds)
    return problem(citizens=[citizen("c1")], needs=needs, packages=[row], **alone("07:00-12:00"))


@pytest.mark.parametrize(
    ("bounds", "least", "most", "status"),
    [
        ({}, 90, 90, "no_bound"),
        ({"min_minutes": 100}, 100, 100, "within"),
        ({"min_minutes": 100, "min_included": False}, 101, 101, "within"),
        ({"max_minutes": 75}, 75, 75, "within"),
        ({"max_minutes": 50}, 60, 60, "over_package"),
        ({"min_minutes": 300}, 120, 120, "under_package"),
    ],
)
def test_visits_bend_to_the_package(bounds: dict[str, Any], least: int, most: int, status: str) -> None:
    answer = plan(three_visits(**bounds))
    assert answer.unplaced == ()
    assert least <= sum(row.minutes for row in answer.visits) <= most
    assert answer.citizens[0].package_status == status


def test_visits_bend_to_the_average_when_it_is_worth_it() -> None:
    team = three_visits(average_minutes=110)
    assert sum(row.minutes for row in plan(replace(team, weights=Weights(average=5)), 6000).visits) == 110
    assert sum(row.minutes for row in plan(replace(team, weights=Weights(average=0.5))).visits) == 90


def test_visits_bend_to_even_out_the_weeks_before() -> None:
    team = replace(three_visits(average_minutes=90), weights=Weights(average=5))
    team = replace(team, rules=replace(team.rules, even_out_weeks=1))
    before = tuple(Delivered(week, "c1", 85) for week in (-1, -2, -3))
    assert sum(row.minutes for row in plan(team, 6000).visits) == 90
    assert sum(row.minutes for row in plan(replace(team, delivered=before), 6000).visits) == 105


def test_a_session_counts_in_the_package_when_it_is_held() -> None:
    # 60 minutes of training leave 40 for the visit; without the training it must last longer.
    bounds = {"packages": [package(min_minutes=90, max_minutes=90)]}
    held = plan(group(**bounds))
    assert of_need(held, "n1").minutes == 30
    nobody = plan(group(**bounds, carers=[carer("k1"), carer("k2")]))
    assert of_need(nobody, "n1").minutes == 30
    assert nobody.citizens[0].package_status == "short"


# Shifts


def test_an_open_shift_is_given_to_somebody_who_is_rested() -> None:
    late = shift("s1", "k1", times="15:00-21:00")  # nine hours before the open shift
    answer = plan(opened(late))
    assert answer.open_shifts == (OpenShift("o1", "k2"),)
    assert of_need(answer, "n1", 1).carers == ("k2",)
    both_late = (late, shift("s2", "k2", times="15:00-21:00"))
    nobody = plan(opened(*both_late))
    assert nobody.open_shifts == ()
    assert left_out(nobody) == {"n1": "shift"}


def test_a_shift_keeps_its_reserve() -> None:
    needs = [need("n1", "c1", minutes_min=30), need("n2", "c2", minutes_min=30)]
    team = problem(citizens=[citizen("c1"), citizen("c2")], needs=needs, **alone("07:30-10:00"))
    assert left_out(plan(team)) == {}
    # 150 minutes less two visits and three journeys are 60.
    keeps = replace(team, shifts=(replace(team.shifts[0], reserve_minutes=61),))
    assert list(left_out(plan(keeps)).values()) == ["capacity"]


def test_a_cap_on_carers_holds() -> None:
    days = [shift("s1", "k1", times=SHORT), shift("s2", "k2", 1, SHORT)]
    wanted = need("n1", "c1", days=(0, 1))
    team = problem(citizens=[citizen("c1")], needs=[wanted], carers=[carer("k1"), carer("k2")], shifts=days)
    assert len(plan(team).visits) == 2
    capped = plan(replace(team, citizens=(citizen("c1", carers_max=1),)))
    assert len(capped.visits) == 1
    assert left_out(capped) == {"n1": "carers_max"}


def test_the_untrained_do_no_more_than_their_share() -> None:
    names = [f"c{n}" for n in range(1, 6)]
    homes = [citizen(name, contact_carer="k1") for name in names]
    needs = [need(f"n{n}", name, "07:10-12:00") for n, name in enumerate(names)]
    team = problem(
        citizens=homes,
        needs=needs,
        carers=[carer("k1", qualification="untrained"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-12:00"), shift("s2", "k2", times="07:00-12:00")],
        weights=Weights(contact=100, unfair=0),
    )
    everything = Counter(row.carers for row in plan(team).visits)
    assert everything["k1",] == 5
    bound = plan(replace(team, rules=Rules(untrained_share_max=0.4)))
    minutes = {
        name: sum(row.minutes for row in bound.visits if row.carers == (name,)) for name in ("k1", "k2")
    }
    assert 0 < minutes["k1"] <= 0.4 * sum(minutes.values())
    assert bound.unplaced == ()


def test_the_untrained_share_leaves_out_what_matters_least() -> None:
    # Only the untrained are on duty at eight: what they may do is what the helper does later.
    needs = [need("n1", "c1", "08:00-08:00", priority=3), need("n2", "c2", "09:00-09:00", priority=2)]
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=needs,
        carers=[carer("k1", qualification="untrained"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:30-08:50"), shift("s2", "k2", times="08:50-11:00")],
        rules=Rules(untrained_share_max=0.3),
    )
    assert left_out(plan(team)) == {"n1": "capacity"}
