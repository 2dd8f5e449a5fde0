"""Why a carer does not come: each rule gives its reason, with the values a planner would look for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.explain import Explanation, Reason, explain_visit
from scheduler.explain.board import Board
from scheduler.problem import Absence, Barred, Ferry, Link, Problem, Rules
from scheduler.roster import Roster, Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    carer,
    citizen,
    need,
    package,
    pause,
    problem,
    roster,
    shift,
    visit,
)

MORNING = "07:00-11:00"


def one_carer(
    visits: Any = (), *, times: str = MORNING, others: Any = (), **changes: Any
) -> tuple[Problem, Roster]:
    """``k1`` alone; ``n1`` of ``c1`` has no place; ``visits`` are placed."""
    row = problem(
        **{
            "citizens": [citizen("c1"), citizen("c2"), citizen("c3")],
            "needs": [need("n1", "c1"), *others],
            "carers": [carer("k1")],
            "shifts": [shift("s1", "k1", times=times)],
            **changes,
        }
    )
    return row, roster(row, visits, unplaced=(Unplaced("n1", 0, 0, "capacity"),))


def why(case: tuple[Problem, Roster], carer_id: str = "k1", need_id: str = "n1") -> dict[str, Reason]:
    """By code what stops the carer."""
    found = explain_visit(*case, need_id, carer_id=carer_id)
    return {reason.code: reason for row in found.stopped for reason in row.reasons}


def only(case: tuple[Problem, Roster], carer_id: str = "k1") -> Reason:
    """The one thing that stops the carer."""
    found = why(case, carer_id)
    assert len(found) == 1, list(found)
    return next(iter(found.values()))


def test_qualification_is_named_with_what_is_asked_for() -> None:
    reason = only(one_carer(needs=[need("n1", "c1", qualification="assistant")]))
    assert reason.code == "qualification"
    assert reason.message.values == {"qualification": "helper", "asked": "assistant"}


def test_every_rule_about_the_person_is_told() -> None:
    case = one_carer(
        needs=[need("n1", "c1", qualification="nurse")],
        carers=[carer("k1", introduced=False)],
        barred=(Barred("k1", "c1", "family"),),
    )
    assert list(why(case)) == ["qualification", "introduced", "barred"]


def test_trainee() -> None:
    case = one_carer(carers=[carer("k1", mentor="k2"), carer("k2")])
    assert only(case).code == "trainee"


def test_off_duty_names_the_date() -> None:
    reason = only(one_carer(shifts=[shift("s1", "k1", day=1)]))
    assert reason.code == "off_duty"
    assert str(reason.message) == "is off duty on 2026-11-30"


def test_shift_is_held_against_window_and_travel() -> None:
    reason = only(one_carer(times="10:55-12:00"))
    assert reason.code == "shift"
    assert str(reason.message) == (
        "is on duty 10:55–12:00; the visit starts between 08:00 and 10:00 and takes 20 minutes, with 10 minutes of"
        " travel there and 10 back"
    )


def test_absence_is_told_with_its_times() -> None:
    reason = only(one_carer(absences=(Absence(at("07:30"), at("10:30"), carer_id="k1"),)))
    assert reason.code == "carer_absent"
    assert "2026-11-30 07:30 – 2026-11-30 10:30" in str(reason.message)


def test_absence_that_leaves_room_does_not_stop() -> None:
    assert why(one_carer(absences=(Absence(at("07:30"), at("09:00"), carer_id="k1"),))) == {}


@pytest.mark.parametrize(
    ("ferries", "words"),
    [
        ((), "no ferry sails to Øen that day"),
        ((Ferry("Øen", 0, at("10:30"), at("16:00"), 15),), "only from 10:30 to 16:00"),
    ],
)
def test_ferry(ferries: tuple[Ferry, ...], words: str) -> None:
    reason = only(one_carer(citizens=[citizen("c1", island="Øen"), citizen("c2")], ferries=ferries))
    assert reason.code == "ferry"
    assert words in str(reason.message)


def test_no_room_names_both_neighbours_and_the_minutes_that_are_lacking() -> None:
    # Between the two fixed visits lie 35 minutes; 10 + 20 + 10 are needed.
    case = one_carer(
        [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n3", "c3", "09:05-09:35", "k1:s1")],
        needs=[
            need("n1", "c1", "08:15-08:50"),
            need("n2", "c2", "08:00-08:00", minutes_min=30),
            need("n3", "c3", "09:05-09:05", minutes_min=30),
        ],
    )
    reason = only(case)
    assert reason.code == "room"
    assert reason.message.values["lack"] == 5
    assert reason.message.values["travel"] == 20
    text = str(reason.message)
    assert "between n2 (ends 08:30) and n3 (starts 09:05)" in text
    assert "busy then with n2 08:00–08:30, n3 09:05–09:35" in text


def test_room_that_others_can_make_by_shifting_is_room() -> None:
    case = one_carer(
        [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n3", "c3", "09:05-09:35", "k1:s1")],
        needs=[
            need("n1", "c1", "08:15-08:50"),
            need("n2", "c2", "07:55-08:00"),
            need("n3", "c3", "09:05-09:06"),
        ],
    )
    (offer,) = explain_visit(*case, "n1").offers
    # All six minutes are used: the visit is nearer to its wished half hour than its shortest.
    assert offer.visit.minutes == 21
    assert {(row.need_id, row.to_min - row.from_min) for row in offer.moved} == {("n2", -5), ("n3", 1)}


def test_package_hours_stop_everybody() -> None:
    case = one_carer(
        [visit("n2", "c1", "08:00-08:30", "k1:s1")],
        packages=[package(max_minutes=45)],
        needs=[need("n1", "c1"), need("n2", "c1", minutes_min=30)],
    )
    (reason,) = explain_visit(*case, "n1").general
    assert reason.code == "package"
    assert reason.message.values["room"] == 15
    assert "30 of at most 45 minutes" in str(reason.message)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agreed_start_min": at("12:00")}, "agreed"),
        ({"modality": "screen"}, "screen"),
    ],
)
def test_needs_that_nobody_can_meet(changes: dict[str, Any], code: str) -> None:
    found = explain_visit(*one_carer(needs=[need("n1", "c1", **changes)]), "n1")
    assert [reason.code for reason in found.general] == [code]
    assert found.offers == ()


def test_citizen_who_is_hardly_at_home() -> None:
    # At home from 10:05 only: the date is possible by the window, not by the agreed time.
    case = one_carer(
        needs=[need("n1", "c1", "08:00-11:00", agreed_start_min=at("09:00"))],
        absences=(Absence(at("07:00"), at("10:05"), citizen_id="c1"),),
    )
    assert [reason.code for reason in explain_visit(*case, "n1").general] == ["citizen_absent"]


def judged(case: tuple[Problem, Roster], code: str) -> Reason:
    """The reason that only the judge finds."""
    reason = only(case)
    assert reason.code == code
    return reason


def test_cap_on_different_carers() -> None:
    base, answer = base_problem(), base_roster()
    citizens = tuple(replace(row, carers_max=1) if row.citizen_id == "c1" else row for row in base.citizens)
    needs = (*base.needs, need("n4", "c1", "09:00-10:30"))
    row = replace(base, citizens=citizens, needs=needs, barred=())
    unplaced = (Unplaced("n4", 0, 0, "capacity"),)
    found = why((row, replace(answer, unplaced=unplaced)), "k2", "n4")
    assert list(found) == ["carers_max"]


def test_share_of_untrained_carers() -> None:
    case = one_carer(carers=[carer("k1", qualification="untrained")], rules=Rules(untrained_share_max=0.1))
    judged(case, "untrained_share")


def test_reserve() -> None:
    judged(one_carer(shifts=[shift("s1", "k1", times="07:50-09:00", reserve_minutes=40)]), "reserve")


def test_same_carer_in_linked_visits() -> None:
    case = one_carer(
        [visit("n2", "c2", "08:00-08:30", "k1:s1")],
        needs=[need("n1", "c1", "09:00-10:00"), need("n2", "c2")],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times=MORNING), shift("s2", "k2", times=MORNING)],
        links=(Link("n2", "n1", 0, 120, same_carer=True),),
    )
    assert judged_code(case, "k2") == "same_carer"
    assert why(case, "k1") == {}


def judged_code(case: tuple[Problem, Roster], carer_id: str) -> str:
    """The code of the one thing that stops a carer."""
    return only(case, carer_id).code


def test_two_carers_who_are_never_free_together() -> None:
    case = one_carer(
        [visit("n2", "c2", "08:40-09:10", "k2:s2")],
        needs=[need("n1", "c1", "08:10-09:00", carers=2), need("n2", "c2", "08:40-08:40", minutes_min=30)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="08:00-09:00"), shift("s2", "k2", times="08:25-11:00")],
    )
    found = explain_visit(*case, "n1")
    reasons = {one: row.reasons[0] for row in found.stopped for one in row.carers}
    assert reasons["k1"].code == "together"
    assert "08:10–08:30" in str(reasons["k1"].message)
    assert "2 carers" in str(reasons["k1"].message)
    assert reasons["k2"].code == "room"


def test_carers_stopped_alike_stand_together() -> None:
    case = one_carer(
        carers=[carer("k1"), carer("k2"), carer("k3", introduced=False)],
        shifts=[shift("s1", "k1", 1), shift("s2", "k2", 1), shift("s3", "k3")],
    )
    found = explain_visit(*case, "n1")
    assert [row.carers for row in found.stopped] == [("k1", "k2"), ("k3",)]


def test_any_day_tells_the_day_on_which_least_is_in_the_way() -> None:
    case = one_carer(
        [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:00-08:30", "k1:s2", day=1)],
        needs=[
            need("n1", "c1", "07:40-08:10", days=None, times_per_week=1),
            need("n2", "c2", "08:00-08:10", days=(0, 1), minutes_min=30),
        ],
        shifts=[shift("s1", "k1", times="07:45-09:30"), shift("s2", "k1", 1, times="07:35-09:30")],
    )
    answer = replace(case[1], unplaced=(Unplaced("n1", None, 0, "capacity"),))
    (row,) = explain_visit(case[0], answer, "n1").stopped
    (reason,) = row.reasons
    assert reason.code == "room"
    assert reason.day == 1


def test_break_may_change_its_place() -> None:
    # The break lies where the visit could be; it goes before or after it.
    case = one_carer(
        needs=[need("n1", "c1", "11:25-11:35"), need("n2", "c2", "10:30-10:30", minutes_min=30)],
        visits=[visit("n2", "c2", "10:30-11:00", "k1:s1")],
        times="07:00-15:00",
    )
    answer = replace(case[1], breaks=(pause("s1", "11:30-12:00"),))
    found: Explanation = explain_visit(case[0], answer, "n1")
    assert found.offers
    assert found.offers[0].visit.carers == ("k1",)


def test_break_that_leaves_the_visit_no_room_is_named() -> None:
    # Without the break there would be room; with it, either before or after the visit, ten minutes are lacking.
    case = one_carer(
        needs=[need("n1", "c1", "11:10-11:15"), need("n2", "c2", "10:30-10:30", minutes_min=30)],
        visits=[visit("n2", "c2", "10:30-11:00", "k1:s1")],
        shifts=[
            shift(
                "s1",
                "k1",
                times="10:00-12:00",
                break_minutes=30,
                break_from_min=at("11:00"),
                break_to_min=at("11:35"),
            )
        ],
    )
    answer = replace(case[1], breaks=(pause("s1", "11:00-11:30"),))
    reason = only((case[0], answer))
    assert reason.code == "room"
    assert reason.message.values["lack"] > 0  # type: ignore[operator]
    assert "the break" in str(reason.message)


def test_board_leaves_the_roster_as_it_is() -> None:
    row, answer = base_problem(), base_roster()
    board = Board(row, answer, TravelTable(row))
    assert board.with_tables([board.table(0)]) == replace(
        answer, visits=tuple(sorted(answer.visits, key=lambda one: (one.start_min, one.need_id)))
    )
