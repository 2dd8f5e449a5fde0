"""Where a roster is tight: which changes are worth a trial, for whom, and what they make of the problem."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.clock import parse_clock
from scheduler.elements import Absence, Rules
from scheduler.problem import Problem
from scheduler.roster import Roster, Unplaced
from scheduler.whatif import (
    AgreedGivenUp,
    CapRaised,
    Change,
    ContactCarer,
    Introduced,
    MoreShift,
    WindowWider,
    candidates,
)
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    base_visits,
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)


def proposed(of: Problem, for_roster: Roster, kind: str) -> list[Change]:
    return [row.change for row in candidates(of, for_roster) if row.change.kind == kind]


def lacking(of: Problem, need_id: str) -> Roster:
    """The base roster without that visit."""
    visits = tuple(row for row in base_visits() if row.need_id != need_id)
    return base_roster(of, visits=visits, unplaced=(Unplaced(need_id, 0, 0, "capacity"),))


def test_a_shift_on_the_day_of_what_has_no_place_comes_first() -> None:
    of = replace(base_problem(), needs=(*base_problem().needs, need("n4", "c1", days=(2,))))
    found = proposed(of, base_roster(of, unplaced=(Unplaced("n4", 2, 0, "shift"),)), "shift")
    first = found[0]
    assert isinstance(first, MoreShift)
    assert (first.shift.day, first.qualification, first.newcomer) == (2, "helper", None)
    # The team's own hours; k1 is known to c1 in this week.
    assert (first.shift.start_min, first.shift.end_min) == (at("07:00", 2), at("15:00", 2))
    assert (first.shift.break_minutes, first.shift.break_from_min) == (30, at("11:00", 2))
    assert first.shift.carer_id in ("k1", "k2")
    assert first.paid_min == 8 * 60


def test_nobody_takes_a_shift_beside_their_own() -> None:
    of = base_problem()
    (first, *_) = proposed(of, lacking(of, "n2"), "shift")
    assert isinstance(first, MoreShift)
    assert first.newcomer is not None
    assert first.shift.carer_id == first.newcomer.carer_id
    assert first.newcomer.kind == "substitute"
    assert first.newcomer.carer_id not in of.carer_by_id


def test_nobody_absent_or_too_tired_takes_a_shift() -> None:
    rows = (*base_problem().needs, need("n4", "c1", days=(1,)))
    of = replace(base_problem(), needs=rows)
    unplaced = base_roster(of, unplaced=(Unplaced("n4", 1, 0, "shift"),))
    away = tuple(Absence(at("00:00", 1), at("00:00", 2), carer_id=one) for one in ("k1", "k2"))
    (first, *_) = proposed(replace(of, absences=away), unplaced, "shift")
    assert isinstance(first, MoreShift)
    assert first.newcomer is not None
    tired = replace(of, rules=Rules(week_hours_max=10, untrained_share_max=1))
    (first, *_) = proposed(tired, unplaced, "shift")
    assert isinstance(first, MoreShift)
    assert first.newcomer is not None


def test_a_shift_is_for_somebody_who_can_do_it() -> None:
    rows = (*base_problem().needs, need("n4", "c1", days=(1,), qualification="nurse"))
    of = replace(
        base_problem(),
        needs=rows,
        carers=(*base_problem().carers, carer("k3", qualification="nurse")),
        shifts=(*base_problem().shifts, shift("s3", "k3", times="08:00-12:00")),
    )
    found = proposed(of, base_roster(of, unplaced=(Unplaced("n4", 1, 0, "shift"),)), "shift")
    on_tuesday = [row for row in found if isinstance(row, MoreShift) and row.shift.day == 1]
    assert [(row.qualification, row.shift.carer_id) for row in on_tuesday] == [("nurse", "k3")]


def test_a_roster_without_trouble_needs_no_shift() -> None:
    # c1 and c2 see one person once each: better known carers there are none.
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", days=(0, 1))],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", 0, "07:00-10:00"), shift("s2", "k1", 1, "07:00-10:00")],
    )
    visits = [visit("n1", "c1", "08:00-08:30", f"k1:s{day + 1}", day=day) for day in (0, 1)]
    assert proposed(of, roster(of, visits), "shift") == []


def test_windows_of_what_has_no_place_before_those_that_are_dear() -> None:
    of = replace(
        base_problem(),
        needs=(
            need("n1", "c1", "08:00-08:20"),
            need("n2", "c2", "08:00-10:00"),
            need("n3", "c3", "09:00-11:00", carers=2, agreed_start_min=parse_clock("09:00")),
        ),
    )
    found = proposed(of, lacking(of, "n2"), "window")
    assert found == [WindowWider("n2", 30), WindowWider("n1", 30)]
    assert proposed(of, lacking(of, "n2"), "agreed") == [AgreedGivenUp("n3")]


def test_a_contact_carer_for_whoever_meets_several() -> None:
    of = problem(
        citizens=[citizen("c1"), citizen("c2", contact_carer="k1"), citizen("c3")],
        needs=[need("n1", "c1", days=(0, 1, 2)), need("n2", "c2", days=(0, 1)), need("n3", "c3", days=(0,))],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift(f"s{one}{day}", f"k{one}", day, "07:00-10:00") for one in (1, 2) for day in range(3)],
    )
    visits = [
        *(
            visit("n1", "c1", "08:00-08:30", f"k{one}:s{one}{day}", day=day)
            for day, one in ((0, 2), (1, 1), (2, 2))
        ),
        *(visit("n2", "c2", "09:00-09:30", f"k{one}:s{one}{day}", day=day) for day, one in ((0, 2), (1, 1))),
        visit("n3", "c3", "08:00-08:30", "k1:s10", day=0),
    ]
    assert proposed(of, roster(of, visits), "contact") == [ContactCarer("c1", "k2")]


def test_who_is_not_introduced_though_on_duty() -> None:
    people = (carer("k1"), carer("k2", introduced=False), carer("k3", introduced=False))
    of = replace(base_problem(), carers=people)
    assert proposed(of, lacking(of, "n2"), "introduced") == [Introduced("k2")]


def test_a_cap_that_is_reached_while_a_visit_has_no_place() -> None:
    capped = tuple(replace(row, carers_max=1) for row in base_problem().citizens)
    needs = (*base_problem().needs, need("n4", "c1", days=(1,)))
    of = replace(base_problem(), citizens=capped, needs=needs)
    found = proposed(of, base_roster(of, unplaced=(Unplaced("n4", 1, 0, "capacity"),)), "cap")
    assert found == [CapRaised("c1")]


@pytest.mark.parametrize(
    "change",
    [
        WindowWider("n1", 30),
        AgreedGivenUp("n3"),
        ContactCarer("c1", "k2"),
        Introduced("k2"),
        CapRaised("c1"),
        MoreShift(shift("x", "k1", 1), "helper"),
        MoreShift(shift("x", "k9", 1), "helper", carer("k9")),
    ],
)
def test_a_change_changes_one_thing(change: Change) -> None:
    of = replace(
        base_problem(),
        needs=(
            *base_problem().needs[:2],
            need("n3", "c3", "09:00-11:00", carers=2, agreed_start_min=parse_clock("09:30")),
        ),
        carers=(carer("k1"), carer("k2", introduced=False)),
        citizens=tuple(replace(row, carers_max=2) for row in base_problem().citizens),
    )
    changed = change.applied(of)
    differing = {
        name
        for name in ("needs", "carers", "citizens", "shifts")
        if getattr(changed, name) != getattr(of, name)
    }
    expected = {
        "window": {"needs"},
        "agreed": {"needs"},
        "contact": {"citizens"},
        "introduced": {"carers"},
        "cap": {"citizens"},
        "shift": {"shifts"},
    }[change.kind]
    if isinstance(change, MoreShift) and change.newcomer is not None:
        expected = {"shifts", "carers"}
    assert differing == expected


def test_what_the_changes_mean() -> None:
    of = replace(
        base_problem(), citizens=tuple(replace(row, carers_max=2) for row in base_problem().citizens)
    )
    wider = WindowWider("n1", 30).applied(of).need_by_id["n1"]
    assert (wider.window_start_min, wider.window_end_min) == (parse_clock("07:30"), parse_clock("10:30"))
    at_midnight = replace(of, needs=(need("n1", "c1", "00:10-23:50"), *of.needs[1:]))
    wider = WindowWider("n1", 30).applied(at_midnight).need_by_id["n1"]
    assert (wider.window_start_min, wider.window_end_min) == (0, parse_clock("23:59"))
    assert CapRaised("c1").applied(of).citizen_by_id["c1"].carers_max == 3
    assert ContactCarer("c1", "k2").applied(of).citizen_by_id["c1"].contact_carer == "k2"
