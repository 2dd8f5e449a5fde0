"""Trainees come along where they can, and where they are they obey the rules of a shift."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import Absence, Barred, Ferry, Meeting, Problem, Weights
from scheduler.roster import PlacedVisit, Roster
from scheduler.trainees import with_trainees
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, carer, citizen, need, pause, problem, roster, shift, visit

DAY = "07:00-15:00"


def team(trainee_times: str = DAY, **changes: Any) -> Problem:
    """The mentor ``k1`` with three visits an hour, and the trainee ``k2``; ten minutes between homes."""
    people = [
        carer("k1"),
        replace(carer("k2", mentor="k1", qualification="untrained"), **changes.pop("trainee", {})),
    ]
    own = replace(shift("s2", "k2", times=trainee_times), **changes.pop("own", {}))
    return problem(
        citizens=[citizen("c1"), citizen("c2"), citizen("c3", screen_able=True)],
        needs=[
            need("n1", "c1", "08:00-08:00"),
            need("n2", "c2", "09:00-09:00"),
            need("n3", "c3", "10:00-10:00", modality="either"),
        ],
        carers=people,
        shifts=[shift("s1", "k1"), own],
        **changes,
    )


def visits() -> list[PlacedVisit]:
    """The mentor's morning."""
    return [
        visit("n1", "c1", "08:00-08:30", "k1:s1"),
        visit("n2", "c2", "09:00-09:30", "k1:s1"),
        visit("n3", "c3", "10:00-10:30", "k1:s1"),
    ]


def attended(of: Problem, rows: list[PlacedVisit] | None = None) -> list[str]:
    """The needs whose visits ``k2`` comes along to; the roster with the trainee is valid."""
    placed, breaks = with_trainees(of, TravelTable(of), visits() if rows is None else rows)
    answer: Roster = roster(of, placed, [pause("s1"), *breaks])
    assert [f"{row.rule}: {row.message}" for row in evaluate(of, answer).hard] == []
    for row in placed:
        assert row.carers[0] == "k1"
        assert row.shifts[0] == "s1"
    return [row.need_id for row in placed if "k2" in row.carers]


def test_a_trainee_attends_all_the_mentors_visits() -> None:
    assert attended(team()) == ["n1", "n2", "n3"]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("08:30-15:00", ["n2", "n3"]),
        ("07:00-09:40", ["n1", "n2"]),
        ("08:55-09:35", []),
        (DAY, ["n1", "n2", "n3"]),
    ],
)
def test_the_trainees_shift_covers_visit_and_travel(times: str, expected: list[str]) -> None:
    assert attended(team(times)) == expected


def test_a_trainee_who_is_slower_skips_what_cannot_be_reached() -> None:
    slow = {("c1", "c2", "foot"): 40}
    # Two visits are worth more than one, whatever the two are.
    assert attended(team(matrix=slow, trainee={"mode": "foot"})) in (["n1", "n3"], ["n2", "n3"])


def test_a_trainee_has_a_break_and_keeps_it_in_its_times() -> None:
    early = {"break_minutes": 30, "break_from_min": at("08:30"), "break_to_min": at("10:00")}
    # Between the visits lie 30 minutes, ten of them for travel: the break takes one visit's place.
    assert len(attended(team(own=early))) == 2


def test_a_trainee_keeps_the_reserve() -> None:
    # 150 minutes less three visits, a break and the travel would leave none.
    tight = {"reserve_minutes": 400}
    assert len(attended(team(own=tight))) <= 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"barred": (Barred("k2", "c2"),)}, ["n1", "n3"]),
        ({"absences": (Absence(at("09:20"), at("09:50"), carer_id="k2"),)}, ["n1", "n3"]),
        ({"meetings": (Meeting("Møde", 0, at("08:40"), 30, ("k2",)),)}, ["n1", "n3"]),
        ({"meetings": (Meeting("Møde", 0, at("08:10"), 60, ("k2",)),)}, ["n3"]),
        ({"trainee": {"introduced": False}}, []),
        ({"weights": Weights(trainee=0, unfair=0)}, []),
    ],
    ids=["barred", "absent", "meeting", "long meeting", "not introduced", "worth nothing"],
)
def test_what_keeps_a_trainee_away(changes: dict[str, Any], expected: list[str]) -> None:
    assert attended(team(**changes)) == expected


def test_a_trainee_crosses_by_the_ferry_only() -> None:
    ferry = Ferry("Femø", 0, at("08:55"), at("09:45"), 0)
    away = team()
    homes = (away.citizens[0], replace(away.citizens[1], island="Femø"), away.citizens[2])
    assert attended(replace(away, citizens=homes, ferries=(ferry,))) == ["n1", "n2", "n3"]
    by_foot = {("c1", "c2", "foot"): 30, ("c2", "c3", "foot"): 25, ("c2", "base", "foot"): 25}
    # Walking, the trainee is at the second home in time, and leaves it before the last departure.
    slow = team(matrix=by_foot, trainee={"mode": "foot"})
    assert attended(replace(slow, citizens=homes, ferries=(ferry,))) == ["n1", "n2", "n3"]


def test_a_screen_visit_is_attended_without_travel() -> None:
    far = team(matrix={("c2", "c3", "foot"): 90, ("c1", "c3", "foot"): 90}, trainee={"mode": "foot"})
    assert attended(far) == ["n1", "n2"]
    by_screen = [replace(row, modality="screen") if row.need_id == "n3" else row for row in visits()]
    assert attended(far, by_screen) == ["n1", "n2", "n3"]


def test_two_trainees_may_come_at_once() -> None:
    row = team()
    third = replace(row.carers[1], carer_id="k3")
    own = replace(row.shifts[1], shift_id="s3", carer_id="k3")
    both = replace(row, carers=(*row.carers, third), shifts=(*row.shifts, own))
    placed, breaks = with_trainees(both, TravelTable(both), visits())
    assert all(row.carers == ("k1", "k2", "k3") and row.shifts == ("s1", "s2", "s3") for row in placed)
    assert {row.shift_id for row in breaks} == {"s2", "s3"}


def test_a_pinned_visit_keeps_its_people() -> None:
    rows = visits()
    rows[1] = replace(rows[1], pinned=True)
    assert attended(team(), rows) == ["n1", "n3"]
    rows[1] = replace(rows[1], carers=("k1", "k2"), shifts=("s1", "s2"))
    assert attended(team(), rows) == ["n1", "n2", "n3"]
    # Pinned there, the trainee cannot at the same time be too far away to arrive.
    far = {("c1", "c2", "foot"): 40, ("c2", "c3", "foot"): 40}
    assert attended(team(matrix=far, trainee={"mode": "foot"}), rows) == ["n2"]
