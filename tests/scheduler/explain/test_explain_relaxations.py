"""The smallest relaxations: each kind places the visit in the eyes of the judge and of the search, and less does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.explain import explain_visit
from scheduler.explain.easing import KINDS
from scheduler.explain.relaxations import QUICK_KINDS
from scheduler.problem import Absence, Link, Problem, Rules, Shift
from scheduler.roster import OpenShift, Relaxation, Roster, Unplaced
from tests.scheduler.cases import (
    at,
    carer,
    citizen,
    need,
    package,
    pause,
    shift,
    visit,
)
from tests.scheduler.explain.unplaced_cases import MORNING, between, by, case, found
from tests.scheduler.small_plans import left_out, plan


def placed_by_search(changed: Problem) -> bool:
    """Whether the planner, which knows nothing of relaxations, places everything."""
    return left_out(plan(changed)) == {}


def with_need(of: Problem, **changes: Any) -> Problem:
    """``n1`` changed."""
    return replace(
        of, needs=tuple(replace(row, **changes) if row.need_id == "n1" else row for row in of.needs)
    )


def test_window_is_widened_by_the_fewest_minutes() -> None:
    given = between()
    # Before n2 it would have to start by 07:25.
    assert by(given, "window") == ["+5 min", "-55 min"]
    needed = given[0].need_by_id["n1"].window_end_min
    assert placed_by_search(with_need(given[0], window_end_min=needed + 5))
    assert not placed_by_search(with_need(given[0], window_end_min=needed + 4))


def test_window_is_opened_earlier_too() -> None:
    # Before n2 the visit could start at 07:25 at the latest, and has to from 07:35 on.
    given = case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1")],
        needs=[
            need("n1", "c1", "07:35-08:00", minutes_min=25),
            need("n2", "c2", "08:00-08:00", minutes_min=30),
        ],
    )
    assert by(given, "window") == ["-10 min", "+40 min"]
    start = given[0].need_by_id["n1"].window_start_min
    assert placed_by_search(with_need(given[0], window_start_min=start - 10))
    assert not placed_by_search(with_need(given[0], window_start_min=start - 9))
    end = given[0].need_by_id["n1"].window_end_min
    assert placed_by_search(with_need(given[0], window_end_min=end + 40))
    assert not placed_by_search(with_need(given[0], window_end_min=end + 39))


def test_agreed_time_is_moved_by_the_fewest_minutes() -> None:
    given = between()
    agreed = with_need(
        given[0], window_start_min=at("07:00"), window_end_min=at("10:00"), agreed_start_min=at("08:20")
    )
    assert by((agreed, given[1]), "agreed") == ["+5 min", "-40 min"]
    assert by((agreed, given[1]), "window") == []
    assert placed_by_search(with_need(agreed, agreed_start_min=at("08:25")))
    assert not placed_by_search(with_need(agreed, agreed_start_min=at("08:24")))


def test_agreed_time_stays_within_the_window() -> None:
    given = between()
    agreed = with_need(given[0], agreed_start_min=at("08:20"))
    assert by((agreed, given[1]), "agreed") == []


def test_visit_is_shortened_as_little_as_possible() -> None:
    # Between 08:40 and 09:05 there are 25 minutes.
    given = between()
    tight = with_need(given[0], window_start_min=at("08:20"), window_end_min=at("09:30"), minutes_min=28)
    assert by((tight, given[1]), "duration") == ["25 min"]
    assert placed_by_search(with_need(tight, minutes_min=25))
    assert not placed_by_search(with_need(tight, minutes_min=26))


def test_visit_is_not_made_shorter_than_half() -> None:
    given = between()
    tight = with_need(given[0], window_end_min=at("09:30"), minutes_min=60, minutes=60, minutes_max=60)
    assert by((tight, given[1]), "duration") == []


def test_screen_instead_of_home() -> None:
    given = case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n3", "c3", "08:55-09:25", "k1:s1")],
        citizens=[citizen("c1", screen_able=True), citizen("c2"), citizen("c3")],
        needs=[
            need("n1", "c1", "08:20-08:45", minutes=15, minutes_min=15),
            need("n2", "c2", "08:00-08:00", minutes_min=30),
            need("n3", "c3", "08:55-08:55", minutes_min=30),
        ],
    )
    (eased,) = found(given)["screen"]
    assert eased.row == Relaxation("screen", "")
    assert eased.offer.visit.modality == "screen"
    assert placed_by_search(with_need(given[0], modality="either"))
    unable = replace(given[0], citizens=tuple(replace(row, screen_able=False) for row in given[0].citizens))
    assert by((unable, given[1]), "screen") == []


def test_home_where_there_is_no_screen() -> None:
    given = case(needs=[need("n1", "c1", modality="screen")])
    (eased,) = found(given)["home"]
    assert eased.offer.visit.modality == "home"


@pytest.mark.parametrize(
    ("asked", "have", "lower"), [("nurse", "helper", "helper"), ("nurse", "assistant", "assistant")]
)
def test_qualification_is_lowered_no_further_than_needed(asked: str, have: str, lower: str) -> None:
    given = case(needs=[need("n1", "c1", qualification=asked)], carers=[carer("k1", qualification=have)])
    assert by(given, "qualification") == [lower]


def test_therapist_is_replaced_by_the_other_kind_only() -> None:
    asked = [need("n1", "c1", qualification="physiotherapist")]
    assert by(case(needs=asked), "qualification") == []
    other = case(needs=asked, carers=[carer("k1", qualification="occupational_therapist")])
    assert by(other, "qualification") == ["therapist"]


def test_introduction_names_the_carer() -> None:
    given = case(
        carers=[carer("k1", introduced=False), carer("k2", introduced=False)],
        shifts=[shift("s1", "k1", 1), shift("s2", "k2", times=MORNING)],
    )
    assert by(given, "introduce") == ["k2"]


def test_absence_is_given_up_for_the_visit_alone() -> None:
    given = case(absences=(Absence(at("07:00"), at("12:00"), carer_id="k1"),))
    (eased,) = found(given)["absence"]
    start, end = eased.offer.visit.start_min, eased.offer.visit.end_min
    pieces = (
        Absence(at("07:00"), start, carer_id="k1"),
        Absence(end, at("12:00"), carer_id="k1"),
    )
    assert evaluate(replace(given[0], absences=pieces), eased.offer.roster).hard == ()
    assert eased.by.startswith("k1 2026-11-30 ")


def with_break() -> tuple[Problem, Roster]:
    """Between n2 and the end of the shift either the break or the visit has room; the break may be until 12:00."""
    return case(
        [visit("n2", "c2", "10:30-11:00", "k1:s1")],
        breaks=[pause("s1", "11:15-11:45")],
        needs=[
            need("n1", "c1", "11:00-11:25", minutes_min=25),
            need("n2", "c2", "10:30-10:30", minutes_min=30),
        ],
        shifts=[
            Shift("s1", "k1", 0, at("10:00"), at("13:00"), 30, at("11:10"), at("11:50")),
        ],
    )


def test_break_is_moved_out_of_its_times_by_the_fewest_minutes() -> None:
    # At the earliest the visit lies 11:10–11:35, the break until 12:05; before the visit it would end at 11:40.
    given = with_break()
    assert by(given, "break") == ["s1 +15 min"]

    def later(amount: int) -> Problem:
        (row,) = given[0].shifts
        assert row.break_to_min is not None
        return replace(given[0], shifts=(replace(row, break_to_min=row.break_to_min + amount),))

    assert placed_by_search(later(15))
    assert not placed_by_search(later(14))


def test_shift_is_lengthened_by_the_fewest_minutes() -> None:
    # There at 09:40 after n2, 25 minutes, 10 back: 10:15.
    given = case(
        [visit("n2", "c2", "09:00-09:30", "k1:s1")],
        needs=[
            need("n1", "c1", "09:30-10:00", minutes_min=25),
            need("n2", "c2", "09:00-09:00", minutes_min=30),
        ],
        times="08:30-10:00",
    )
    assert by(given, "shift") == ["s1 +15 min"]

    def longer(amount: int) -> Problem:
        (row,) = given[0].shifts
        return replace(given[0], shifts=(replace(row, end_min=row.end_min + amount),))

    assert placed_by_search(longer(15))
    assert not placed_by_search(longer(14))


def test_shift_that_begins_earlier() -> None:
    given = case(
        [visit("n2", "c2", "09:00-09:30", "k1:s1")],
        needs=[
            need("n1", "c1", "07:30-08:00", minutes_min=25),
            need("n2", "c2", "09:00-09:00", minutes_min=30),
        ],
        times="08:30-10:00",
    )
    assert by(given, "shift") == ["s1 -40 min"]


def test_shift_is_not_lengthened_against_working_time() -> None:
    # Eleven hours of rest are there as it is; a quarter more would break them.
    given = case(
        needs=[need("n1", "c1", "22:00-22:10", minutes_min=25)],
        shifts=[shift("s1", "k1", times="18:00-22:30"), shift("s2", "k1", 1, "09:30-12:00")],
        rules=Rules(untrained_share_max=1, rest_hours=11),
    )
    assert by(given, "shift") == []
    rested = replace(given[0], rules=Rules(untrained_share_max=1, rest_hours=10))
    assert by((rested, given[1]), "shift") == ["s1 +5 min"]


def test_one_more_shift_is_the_shortest_in_quarters_and_names_who_could() -> None:
    given = case(
        needs=[need("n1", "c1", "16:00-16:30", qualification="assistant")],
        carers=[
            carer("k1"),
            carer("k2", qualification="assistant"),
            carer("k3", qualification="nurse"),
            carer("k4", qualification="assistant"),
        ],
        shifts=[
            shift("s1", "k1"),
            shift("s2", "k2", times="20:00-23:00"),
            shift("s4", "k4", times="07:00-10:00"),
        ],
        absences=(Absence(at("00:00"), at("24:00"), carer_id="k3"),),
    )
    (eased,) = found(given)["extra_shift"]
    # 10 minutes there, half an hour, 10 back; an hour at least.
    assert eased.by == "2026-11-30 15:45–16:45 assistant"
    assert eased.carers == ("k2", "k4")


def test_open_shift_is_given_to_somebody() -> None:
    given = case(
        needs=[need("n1", "c1", "16:00-16:30")],
        carers=[carer("k1"), carer("k2", qualification="untrained", introduced=False)],
        shifts=[shift("s1", "k1", times=MORNING), shift("o1", None, times="15:30-17:30")],
    )
    (eased,) = found(given)["open_shift"]
    assert eased.by == "o1 k1"
    assert OpenShift("o1", "k1") in eased.offer.roster.open_shifts
    assert evaluate(given[0], eased.offer.roster).hard == ()


def test_open_shift_is_given_to_the_one_who_may_take_it() -> None:
    # All but the last are at work until too late the night before.
    people = [f"k{number}" for number in range(1, 9)]
    given = case(
        needs=[need("n1", "c1", "08:00-08:30", days=(1,))],
        carers=[carer(one) for one in people],
        shifts=[
            *(shift(f"s{one}", one, times="20:00-24:00") for one in people[:-1]),
            shift("o1", None, 1, "07:30-10:00"),
        ],
    )
    answer = replace(given[1], unplaced=(Unplaced("n1", 1, 0, "capacity"),))
    assert by((given[0], answer), "open_shift") == ["o1 k8"]


def test_another_visit_is_moved() -> None:
    # n2 stands where n1 has to be, and could be later.
    given = case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n3", "c3", "08:40-09:10", "k1:s1")],
        needs=[
            need("n1", "c1", "08:00-08:05", minutes_min=30),
            need("n2", "c2", "08:00-10:00", minutes_min=30),
            need("n3", "c3", "08:40-08:45", minutes_min=30),
        ],
    )
    (eased,) = found(given)["move"]
    assert eased.by.startswith("n2 2026-11-30 09:")
    assert eased.by.endswith(" k1")
    assert evaluate(given[0], eased.offer.roster).hard == ()
    assert {row.need_id for row in eased.offer.roster.visits} == {"n1", "n2", "n3"}


def test_pinned_visit_is_not_moved() -> None:
    given = case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1", pinned=True)],
        needs=[
            need("n1", "c1", "08:00-08:05", minutes_min=30),
            need("n2", "c2", "08:00-10:00", minutes_min=30),
        ],
    )
    pinned = replace(given[0], published=given[1])
    assert by((pinned, given[1]), "move") == []


def test_cap_on_carers_is_raised_by_one() -> None:
    given = case(
        [visit("n2", "c1", "08:00-08:30", "k1:s1")],
        citizens=[citizen("c1", carers_max=1), citizen("c2")],
        needs=[need("n1", "c1", "16:00-16:30"), need("n2", "c1", "08:00-08:00", minutes_min=30)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times=MORNING), shift("s2", "k2", times="15:00-18:00")],
    )
    assert by(given, "carers_max") == ["+1"]


def test_package_is_raised_by_what_is_lacking() -> None:
    given = case(
        [visit("n2", "c1", "08:00-08:30", "k1:s1")],
        packages=[package(max_minutes=45)],
        needs=[need("n1", "c1", "09:00-10:00"), need("n2", "c1", "08:00-08:10", minutes_min=25)],
    )
    # 30 minutes are planned, the visit takes 20 at least.
    assert by(given, "package") == ["+5 min"]
    assert by(given, "duration") == ["15 min"]


def test_link_is_loosened_by_the_fewest_minutes() -> None:
    given = case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1")],
        needs=[
            need("n1", "c1", "09:30-10:00"),
            need("n2", "c2", "08:00-08:00", minutes_min=30, minutes_max=30),
        ],
        links=(Link("n2", "n1", 0, 45),),
    )
    assert by(given, "link") == ["n2 n1 gap_max +15 min"]
    for amount, fits in ((15, True), (14, False)):
        assert placed_by_search(replace(given[0], links=(Link("n2", "n1", 0, 45 + amount),))) is fits


def test_wish_for_the_same_carer_is_given_up() -> None:
    given = case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1")],
        needs=[need("n1", "c1", "16:00-16:30"), need("n2", "c2", "08:00-08:00", minutes_min=30)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times=MORNING), shift("s2", "k2", times="15:00-18:00")],
        links=(Link("n2", "n1", 0, None, same_carer=True),),
    )
    assert by(given, "link") == ["n2 n1 same_carer"]


def test_one_carer_instead_of_two_comes_last() -> None:
    given = case(needs=[need("n1", "c1", carers=2), need("n2", "c1", "16:00-16:30")])
    rows = explain_visit(*given, "n1").eased
    assert rows[-1].what == "one_carer"
    assert "one_carer" not in QUICK_KINDS


def test_relaxations_are_not_looked_for_where_there_is_room() -> None:
    explained = explain_visit(*case(), "n1")
    assert explained.offers
    assert explained.eased == ()


def test_what_nothing_helps_has_none() -> None:
    given = case(barred=(), shifts=[], carers=[], needs=[need("n1", "c1")])
    assert found(given) == {}


EVERY_CASE: list[Callable[[], tuple[Problem, Roster]]] = [between, with_break]


@pytest.mark.parametrize("make", EVERY_CASE)
def test_every_relaxation_leaves_everything_else_placed(make: Callable[[], tuple[Problem, Roster]]) -> None:
    given = make()
    rows = explain_visit(*given, "n1").eased
    assert rows
    assert [KINDS.index(row.what) for row in rows] == sorted(KINDS.index(row.what) for row in rows)
    for row in rows:
        assert row.offer.roster.unplaced == ()
        assert len(row.offer.roster.visits) == len(given[1].visits) + 1
