"""Who is proposed for an emergency call: the nearest carer with time in reserve, and what it costs others (S21, S12).

A team of three in which every way takes ten minutes; each has a shift from 7 to 11 and a visit at 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from delivery_app.moment import ZONE
from delivery_app.services.records.state import VisitState
from delivery_app.services.records.visits import VisitName
from delivery_app.services.risk.lateness import Stop
from delivery_app.services.risk.nearest import (
    AWAY,
    BARRED,
    QUALIFICATION,
    SENT,
    SHIFT_ENDS,
    Asked,
    Candidate,
    Nearest,
    nearest,
)
from delivery_app.services.risk.rounds import stops_of
from delivery_app.views.plan import Plan
from scheduler.problem import Absence, Barred, Problem
from scheduler.roster import Roster
from tests.scheduler.cases import MONDAY, at, carer, citizen, even_matrix, need, pause, roster, shift, visit
from tests.scheduler.replan.replan_cases import published, team

NEEDS = {f"n{number}": UUID(int=number) for number in range(1, 10)}
CALLER = "c9"


def moment(clock: str, days: int = 0) -> datetime:
    """A time of the Monday, by the clock in Copenhagen."""
    hours, minutes = map(int, clock.split(":"))
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, hours, minutes, tzinfo=ZONE) + timedelta(days=days)


def of_three(**changes: Any) -> Problem:
    """The team with a fourth citizen, who rings, and whom nobody is to visit."""
    citizens = [citizen(one) for one in ("c1", "c2", "c3", CALLER)]
    return team(**{"citizens": citizens, **changes})


def asked(clock: str, **changes: Any) -> Asked:
    """A call at that time, of 30 minutes, anybody may come."""
    return replace(Asked(CALLER, 30, None, MONDAY, moment(clock), 30), **changes)


def proposed(
    question: Asked,
    of: Problem | None = None,
    plan: Roster | None = None,
    states: Mapping[str, VisitState] | None = None,
) -> Nearest:
    """The proposals, with what was recorded of visits by their needs."""
    of = of or of_three()
    looked = Plan(of, plan or published(of))
    known = {VisitName(NEEDS[one], MONDAY): state for one, state in (states or {}).items()}
    rounds = {
        one.carer_id: stops_of(looked, NEEDS, one.carer_id, question.when, known, {}) for one in of.carers
    }
    return nearest(looked, rounds, question)


def names(found: Nearest) -> list[str]:
    return [one.carer for one in found.candidates]


def of(found: Nearest, code: str) -> Candidate:
    return next(one for one in found.candidates if one.carer == code)


def begun(clock: str, ended: str | None = None) -> VisitState:
    """A visit that was begun at that time, and perhaps ended."""
    end = None if ended is None else moment(ended)
    return VisitState("started" if end is None else "ended", started_at=moment(clock), ended_at=end)


def test_who_is_free_comes_before_who_is_in_a_visit() -> None:
    states = {"n1": begun("08:00"), "n2": begun("08:00"), "n3": begun("08:00", "08:12")}
    found = proposed(asked("08:15"), states=states)
    assert names(found)[0] == "k3"
    assert of(found, "k3").arrives_at == moment("08:25")
    assert of(found, "k1").leaves_at == moment("08:30"), "a visit that has begun is made"
    assert of(found, "k1").arrives_at == moment("08:40")


def test_a_visit_that_lasts_longer_than_planned_goes_on_now() -> None:
    found = proposed(asked("08:50"), states={"n1": begun("08:00")})
    assert of(found, "k1").leaves_at == moment("08:50")


def test_where_a_carer_is_follows_from_the_round() -> None:
    """The travel is counted from the home that was visited last, not from where the shift began."""
    far = even_matrix(("base", "c1", "c2", "c3", CALLER), 10)
    near = {pair: 2 if pair[:2] == ("c2", CALLER) else minutes for pair, minutes in far.items()}
    found = proposed(asked("09:00"), of_three(matrix=near))
    assert names(found)[0] == "k2"
    assert (of(found, "k2").travel_min, of(found, "k1").travel_min) == (2, 10)
    on_the_way = {"n1": VisitState("on_the_way", on_the_way_at=moment("07:55"))}
    way = {pair: 3 if pair[:2] == ("c1", CALLER) else minutes for pair, minutes in far.items()}
    assert of(proposed(asked("07:58"), of_three(matrix=way), states=on_the_way), "k1").travel_min == 3


def test_nothing_recorded_counts_as_gone_by_the_plan_and_what_was_forgotten_as_over() -> None:
    assert of(proposed(asked("08:10")), "k1").leaves_at == moment("08:30")
    extra = visit("n4", CALLER, "09:10-09:40", "k1:m1")
    rows = of_three(
        needs=[*of_three().needs, need("n4", CALLER, "09:00-10:00")],
        citizens=[*of_three().citizens, citizen("c8")],
    )
    found = proposed(
        asked("09:45", citizen="c8"), rows, published(rows, extra), {"n4": begun("09:10", "09:40")}
    )
    assert of(found, "k1").delays == (), "the visit at 8 has no record, and is no more waited for"


def test_others_who_wait_weigh_as_much_as_who_has_rung() -> None:
    """k1 is there at once and makes a citizen wait for half an hour; k2 comes twelve minutes later, nobody waits."""
    rows = of_three(
        needs=[*of_three().needs, need("n4", "c1", "08:30-10:00")],
        matrix={
            pair: 12 if pair[:2] == ("c2", CALLER) else 1 if pair[:2] == ("c1", CALLER) else minutes
            for pair, minutes in even_matrix(("base", "c1", "c2", "c3", CALLER), 10).items()
        },
        shifts=[shift(f"m{n}", f"k{n}", 0, "07:00-11:00") for n in (1, 2)],
        carers=[carer("k1"), carer("k2")],
    )
    plan = roster(
        rows,
        [
            visit("n1", "c1", "08:00-08:30", "k1:m1"),
            visit("n4", "c1", "08:45-09:15", "k1:m1"),
            visit("n2", "c2", "08:00-08:30", "k2:m2"),
        ],
    )
    found = proposed(asked("08:31"), rows, plan)
    assert names(found) == ["k2", "k1"]
    assert of(found, "k2").delays == ()
    assert of(found, "k2").reserve_min is None
    (late,) = of(found, "k1").delays
    assert (late.citizen, late.minutes, late.over) == ("c1", 27, False)
    assert of(found, "k1").reserve_min == -27
    (late,) = of(proposed(asked("08:31", limit_min=26), rows, plan), "k1").delays
    assert late.over


def test_a_break_is_moved_and_not_dropped() -> None:
    rows = of_three(
        needs=[*of_three().needs, need("n4", "c1", "09:00-10:30")],
        shifts=[shift("m1", "k1", 0, "07:00-12:00", break_minutes=30)],
        carers=[carer("k1")],
    )
    plan = roster(
        rows,
        [visit("n1", "c1", "08:00-08:30", "k1:m1"), visit("n4", "c1", "09:20-09:50", "k1:m1")],
        breaks=[pause("m1", "08:40-09:10")],
    )
    (late,) = of(proposed(asked("08:35"), rows, plan), "k1").delays
    without = replace(plan, breaks=())
    (sooner,) = of(proposed(asked("08:35"), rows, without), "k1").delays
    assert late.minutes - sooner.minutes == 30


def test_who_may_not_come_is_left_out_with_the_reason() -> None:
    changes: dict[str, Any] = {
        "barred": [Barred("k1", CALLER, "conflict")],
        "absences": [Absence(at("08:30"), at("10:00"), carer_id="k2")],
    }
    found = proposed(asked("08:00"), of_three(**changes))
    assert names(found) == ["k3"]
    assert dict(found.left_out) == {"k1": BARRED, "k2": AWAY}
    assert names(proposed(asked("10:00"), of_three(**changes))) == ["k2", "k3"], "back again"
    gone = [Absence(at("09:05"), at("10:00"), carer_id="k2")]
    later = proposed(asked("08:15"), of_three(absences=gone))
    assert dict(later.left_out) == {"k2": AWAY}, (
        "begins before the call would be over: it is there at 8.40 only"
    )


def test_qualification_is_asked_of_who_comes() -> None:
    rows = of_three(
        carers=[
            carer("k1", qualification="untrained"),
            carer("k2", qualification="assistant"),
            carer("k3", qualification="helper"),
        ]
    )
    found = proposed(asked("09:00", qualification="helper"), rows)
    assert sorted(names(found)) == ["k2", "k3"]
    assert dict(found.left_out) == {"k1": QUALIFICATION}


def test_a_trainee_is_never_sent_and_who_is_not_at_work_not_named() -> None:
    rows = of_three(
        carers=[carer("k1"), carer("k2", mentor="k1"), carer("k3")],
        shifts=[shift("m1", "k1", 0, "07:00-11:00"), shift("m2", "k2", 0, "07:00-11:00")],
    )
    plan = roster(rows, [visit("n1", "c1", "08:00-08:30", "k1:m1")])
    found = proposed(asked("09:00"), rows, plan)
    assert (names(found), found.left_out) == (["k1"], ())


@pytest.mark.parametrize(("clock", "there"), [("10:20", True), ("10:21", False)])
def test_the_call_is_over_before_the_shift_is(clock: str, there: bool) -> None:
    found = proposed(asked(clock))
    assert bool(found.candidates) is there
    assert there or {why for _, why in found.left_out} == {SHIFT_ENDS}


def test_who_is_sent_to_another_call_is_not_asked_twice() -> None:
    found = proposed(asked("09:00", sent=frozenset({"k1"})))
    assert "k1" not in names(found)
    assert dict(found.left_out) == {"k1": SENT}


def test_a_shift_that_keeps_minutes_in_reserve_comes_first_unless_much_further_away() -> None:
    def first(way: int, **changes: Any) -> str:
        matrix = {
            pair: way if pair[:2] == ("c3", CALLER) else minutes
            for pair, minutes in even_matrix(("base", "c1", "c2", "c3", CALLER), 10).items()
        }
        shifts = [
            shift(f"m{n}", f"k{n}", 0, "07:00-11:00", reserve_minutes=60 if n == 3 else 0) for n in (1, 2, 3)
        ]
        rows = of_three(matrix=matrix, shifts=shifts)
        plan = roster(rows, [visit(f"n{n}", f"c{n}", "08:00-08:30", f"k{n}:m{n}") for n in (1, 2, 3)])
        return names(proposed(asked("09:00", **changes), rows, plan))[0]

    assert first(18) == "k1"
    assert first(18, reserve_ahead_min=10) == "k3"
    assert first(21, reserve_ahead_min=10) == "k1"


def test_two_in_a_visit_for_two_are_both_held_by_it() -> None:
    rows = of_three(needs=[need("n1", "c1", carers=2), need("n3", "c3")])
    plan = roster(
        rows,
        [visit("n1", "c1", "08:00-08:30", "k1:m1", "k2:m2"), visit("n3", "c3", "08:00-08:30", "k3:m3")],
    )
    states = {"n1": begun("08:00"), "n3": begun("08:00", "08:05")}
    found = proposed(asked("08:10"), rows, plan, states)
    assert names(found)[0] == "k3"
    assert {of(found, one).leaves_at for one in ("k1", "k2")} == {moment("08:30")}


def test_a_call_that_is_under_way_holds_its_carer_and_says_where_they_are() -> None:
    rows = of_three()
    looked = Plan(rows, published(rows))
    at_call = Stop(
        "call/1", moment("08:40"), moment("09:10"), status="started", started_at=moment("08:40"), place="c2"
    )
    rounds: dict[str, Sequence[Stop]] = {
        one: stops_of(looked, NEEDS, one, MONDAY, {}, {}) for one in ("k1", "k2", "k3")
    }
    rounds["k1"] = [*rounds["k1"], at_call]
    found = nearest(looked, rounds, asked("08:45"))
    assert of(found, "k1").leaves_at == moment("09:10")
    assert names(found)[-1] == "k1"


def test_a_nights_shift_goes_on_after_midnight() -> None:
    rows = of_three(
        needs=[need("n1", "c1", "22:30-23:30"), need("n2", "c2")],
        shifts=[shift("m1", "k1", 0, "22:00-31:00")],
        carers=[carer("k1")],
    )
    plan = roster(rows, [visit("n1", "c1", "23:00-23:30", "k1:m1")])
    question = asked("09:00", now=moment("02:00", days=1))
    found = proposed(question, rows, plan)
    assert of(found, "k1").arrives_at == moment("02:10", days=1)
    assert proposed(replace(question, now=moment("07:30", days=1)), rows, plan).candidates == ()
