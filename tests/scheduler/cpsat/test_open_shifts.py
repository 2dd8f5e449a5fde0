"""Who takes open shifts: every working-time rule, and what the choice is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from scheduler.clock import Calendar
from scheduler.cpsat.shifts import assign_open_shifts
from scheduler.problem import Absence, Barred, Problem, Rules, Session, Shift
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import BASE_POINT, at, carer, citizen, need, shift, team


def assign(problem: Problem, **rest) -> dict[str, str]:
    return assign_open_shifts(problem, TravelTable(problem), **rest)


def wanted(days, windows=(("08:00", "09:00"),), **rest):
    """Visits on the days that make any shift over the windows worth taking."""
    return [
        need(f"n{index}", window=window, days=tuple(days), priority=1, **rest)
        for index, window in enumerate(windows)
    ]


def one_carer(open_shifts: list[Shift], given_shifts: Sequence[Shift] = (), *, needs=None, **rest) -> Problem:
    """One carer, and a visit in the middle of every open shift that only that shift reaches; the rules on dates
    are for tests of their own."""
    if needs is None:
        needs = []
        for index, row in enumerate(open_shifts):
            middle = (row.start_min + row.end_min) // 2 - row.day * 1440
            clock = f"{middle // 60:02}:{middle % 60:02}"
            needs.append(
                need(
                    f"n{index}",
                    window=(clock, clock),
                    days=(row.day % 7,),
                    every_weeks=8,
                    anchor_week=row.day // 7,
                    priority=1,
                )
            )
    weeks = rest.pop("weeks", 1)
    rest.setdefault("rules", Rules(weekends_max="1 of 1", days_in_row_max=56))
    return team(needs, [carer("k1")], [*given_shifts, *open_shifts], weeks=weeks, **rest)


# What is taken, and what is not


def test_open_shift_that_serves_a_visit_nobody_else_can_is_taken() -> None:
    problem = one_carer([shift("open", None, 0, "07:00", "12:00")])
    assert assign(problem) == {"open": "k1"}


def test_open_shift_without_use_stays_open() -> None:
    served = [shift("own", "k1", 0, "07:00", "13:00")]
    problem = team(
        wanted([0]), [carer("k1"), carer("k2")], [*served, shift("open", None, 0, "07:00", "13:00")]
    )
    assert assign(problem) == {}
    assert assign(team([], [carer("k1")], [shift("open", None, 0, "07:00", "13:00")], [citizen("c1")])) == {}


def test_no_open_shifts_no_answer() -> None:
    assert assign(team(wanted([0]), [carer("k1")], [shift("own", "k1", 0, "07:00", "13:00")])) == {}


def test_shift_is_taken_when_the_given_ones_have_too_few_minutes() -> None:
    # Five hours of visits between eight and twelve are more than one carer does.
    needs = [need(f"n{index}", f"c{index}", ("08:00", "11:00"), minutes=60) for index in range(5)]
    shifts = [shift("own", "k1", 0, "08:00", "12:00"), shift("open", None, 0, "08:00", "12:00")]
    problem = team(needs, [carer("k1"), carer("k2")], shifts)
    assert assign(problem) == {"open": "k2"}
    assert assign(replace(problem, needs=tuple(needs[:2]))) == {}


def test_qualification_the_visits_ask_for_decides() -> None:
    needs = [
        need(f"n{index}", f"c{index}", ("08:00", "11:00"), minutes=60, qualification="assistant")
        for index in range(2)
    ]
    carers = [carer("k1"), carer("k2", qualification="assistant"), carer("k3")]
    assert assign(team(needs, carers, [shift("open", None, 0, "08:00", "12:00")])) == {"open": "k2"}


def test_two_carer_visit_draws_a_second_carer() -> None:
    shifts = [shift("own", "k1", 0, "07:00", "12:00"), shift("open", None, 0, "07:00", "12:00")]
    problem = team(wanted([0], carers=2), [carer("k1"), carer("k2")], shifts)
    assert assign(problem) == {"open": "k2"}
    # A second shift of the same person is no second person.
    evening = replace(
        problem, carers=(carer("k1"),), shifts=(shifts[0], shift("open", None, 0, "12:00", "17:00"))
    )
    assert assign(evening) == {}


def test_one_open_shift_has_one_carer() -> None:
    problem = team(
        wanted([0], carers=2), [carer("k1"), carer("k2")], [shift("open", None, 0, "07:00", "12:00")]
    )
    assert assign(problem) == {}  # one of the two carers wanted is no use
    second = replace(problem, shifts=(*problem.shifts, shift("other", None, 0, "07:00", "12:00")))
    assert sorted(assign(second).values()) == ["k1", "k2"]


def test_barred_carer_is_not_drawn_for_the_citizen() -> None:
    problem = team(
        wanted([0]),
        [carer("k1"), carer("k2")],
        [shift("open", None, 0, "07:00", "12:00")],
        barred=(Barred("k1", "c1"),),
    )
    assert assign(problem) == {"open": "k2"}


def test_group_session_counts_as_work() -> None:
    session = Session("g1", BASE_POINT, 0, at(0, "10:00"), 60, 1, "physiotherapist", ("c1",))
    problem = team(
        [],
        [carer("k1"), carer("k2", qualification="physiotherapist")],
        [shift("open", None, 0, "08:00", "13:00")],
        [citizen("c1")],
        sessions=(session,),
    )
    assert assign(problem) == {"open": "k2"}


def test_trainees_and_those_not_introduced_take_none() -> None:
    carers = [carer("k1", mentor="k3"), carer("k2", introduced=False), carer("k3", qualification="nurse")]
    problem = team(
        wanted([0]),
        carers,
        [shift("open", None, 0, "07:00", "12:00")],
        absences=(Absence(at(0, "00:00"), at(1, "00:00"), carer_id="k3"),),
    )
    assert assign(problem) == {}


def test_fixed_staff_before_substitutes_whatever_their_order() -> None:
    for kinds in (("substitute", "fixed"), ("fixed", "substitute")):
        carers = [carer(f"k{index}", kind=kind) for index, kind in enumerate(kinds)]
        problem = team(wanted([0]), carers, [shift("open", None, 0, "07:00", "13:00")])
        assert assign(problem) == {"open": f"k{kinds.index('fixed')}"}


def test_contact_carer_before_others_whatever_their_order() -> None:
    for contact in ("k0", "k1"):
        problem = team(
            wanted([0]),
            [carer("k0"), carer("k1")],
            [shift("open", None, 0, "07:00", "13:00")],
            [citizen("c1", contact_carer=contact)],
        )
        assert assign(problem) == {"open": contact}


def test_hours_left_before_overtime() -> None:
    for full in (0, 1):
        carers = [carer(f"k{index}", week_hours=10 if index == full else 37) for index in (0, 1)]
        own = [shift(f"own{index}", f"k{index}", 2, "07:00", "16:00", break_minutes=30) for index in (0, 1)]
        problem = team(wanted([0]), carers, [*own, shift("open", None, 0, "07:00", "13:00")])
        assert assign(problem) == {"open": f"k{1 - full}"}


def test_overtime_is_not_worked_for_visits_that_can_wait_and_cost_less() -> None:
    # Five hours above the weekly hours cost 600; leaving the one visit out costs 500.
    problem = team(
        [need("n1", window=("09:00", "09:30"), priority=3)],
        [carer("k1", week_hours=0)],
        [shift("open", None, 0, "07:00", "12:00")],
    )
    assert assign(problem) == {}
    assert assign(replace(problem, carers=(carer("k1", week_hours=37),))) == {"open": "k1"}


def test_open_minutes_are_spread() -> None:
    shifts = [shift(f"open{day}", None, day, "07:00", "13:00") for day in (0, 2, 4, 6)]
    problem = team(wanted([0, 2, 4, 6]), [carer("k1"), carer("k2")], shifts)
    assert sorted(Counter(assign(problem).values()).values()) == [2, 2]


def test_untrained_share_keeps_the_shift_from_counting_more_than_it_may() -> None:
    # All the work could be done by untrained carers, who may do a fifth of it: the helper is drawn, too.
    needs = [need(f"n{index}", f"c{index}", ("08:00", "11:00"), minutes=60, priority=1) for index in range(2)]
    carers = [carer("k1", qualification="untrained"), carer("k2", kind="substitute")]
    shifts = [shift("own", "k1", 0, "07:00", "13:00"), shift("open", None, 0, "07:00", "13:00")]
    assert assign(team(needs, carers, shifts)) == {"open": "k2"}
    assert assign(team(needs, carers, shifts, rules=Rules(untrained_share_max=1.0))) == {}


# Rule 5 and the rules of being there, one by one


def test_absent_carer_takes_no_shift() -> None:
    problem = one_carer([shift("open", None, 0, "07:00", "12:00")])
    away = Absence(at(0, "11:59"), at(0, "13:00"), carer_id="k1")
    assert assign(replace(problem, absences=(away,))) == {}
    after = Absence(at(0, "12:00"), at(0, "13:00"), carer_id="k1")
    assert assign(replace(problem, absences=(after,))) == {"open": "k1"}


def test_no_shift_over_an_own_one() -> None:
    own = shift("own", "k1", 0, "11:00", "13:00")
    needs = wanted([0], [("08:00", "08:30")])
    assert assign(one_carer([shift("open", None, 0, "07:00", "12:00")], [own], needs=needs)) == {}
    assert assign(one_carer([shift("open", None, 0, "07:00", "11:00")], [own], needs=needs)) == {"open": "k1"}


def test_no_two_open_shifts_at_once() -> None:
    shifts = [shift("a", None, 0, "07:00", "11:30"), shift("b", None, 0, "11:00", "14:00")]
    assert len(assign(one_carer(shifts))) == 1


def test_eleven_hours_rest_between_days_unless_the_whole_fits_into_thirteen() -> None:
    evening = shift("evening", "k1", 0, "17:00", "23:00")
    assert assign(one_carer([shift("open", None, 1, "09:59", "14:00")], [evening])) == {}
    assert assign(one_carer([shift("open", None, 1, "10:00", "14:00")], [evening])) == {"open": "k1"}
    morning = shift("morning", "k1", 0, "07:00", "11:00")
    assert assign(one_carer([shift("open", None, 0, "15:00", "20:00")], [morning])) == {"open": "k1"}
    assert assign(one_carer([shift("open", None, 0, "15:00", "20:01")], [morning])) == {}


def test_open_shift_before_a_given_one_leaves_the_rest_too() -> None:
    early = shift("early", "k1", 1, "07:00", "13:00")
    assert assign(one_carer([shift("open", None, 0, "15:00", "20:01")], [early])) == {}
    assert assign(one_carer([shift("open", None, 0, "15:00", "20:00")], [early])) == {"open": "k1"}


def test_open_shift_between_two_given_ones_does_not_fill_the_rest() -> None:
    own = [shift("a", "k1", 0, "06:00", "08:00"), shift("b", "k1", 0, "20:00", "22:00")]
    assert assign(one_carer([shift("open", None, 0, "12:00", "14:00")], own)) == {}
    assert assign(one_carer([shift("open", None, 0, "08:00", "09:00")], own)) == {"open": "k1"}


def test_three_open_shifts_may_not_chain_into_a_long_day() -> None:
    shifts = [
        shift("a", None, 0, "06:00", "08:00"),
        shift("b", None, 0, "12:00", "14:00"),
        shift("c", None, 0, "19:30", "21:00"),
    ]
    assert len(assign(one_carer(shifts))) == 2


def test_rest_counts_real_hours_over_the_clock_changes() -> None:
    # Summer time begins 2027-03-28 at 02:00: 20:30 to 07:30 is eleven hours by the clock and ten in truth.
    evening, morning = (
        shift("e", "k1", 5, "14:00", "20:30", break_minutes=30),
        shift("open", None, 6, "07:30", "12:00"),
    )
    spring = one_carer([morning], [evening], first_monday=date(2027, 3, 22))
    assert assign(spring) == {}
    assert assign(replace(spring, calendar=Calendar(date(2027, 3, 15), 1))) == {"open": "k1"}
    # It ends 2026-10-25 at 03:00: 21:30 to 07:30 is ten hours by the clock and eleven in truth.
    late = replace(evening, end_min=at(5, "21:30"))
    autumn = one_carer([morning], [late], first_monday=date(2026, 10, 19))
    assert assign(autumn) == {"open": "k1"}
    assert assign(replace(autumn, calendar=Calendar(date(2026, 10, 12), 1))) == {}


def test_given_work_that_breaks_the_rest_gets_no_open_shift_within_or_around_it() -> None:
    own = [shift("a", "k1", 0, "06:00", "10:00"), shift("b", "k1", 0, "18:00", "22:00")]
    for start, end in (("13:00", "14:00"), ("04:00", "05:30"), ("22:00", "23:00")):
        assert assign(one_carer([shift("open", None, 0, start, end)], own)) == {}
    assert assign(one_carer([shift("open", None, 1, "09:00", "12:00")], own)) == {"open": "k1"}


def every_day_but(free: int, **rest) -> list[Shift]:
    return [shift(f"own{day}", "k1", day, "08:00", "13:00", **rest) for day in range(7) if day != free]


def test_each_week_keeps_thirty_five_hours_in_one_piece() -> None:
    # Free from Friday 13:00 to Sunday 08:00. A shift on Saturday leaves 35 hours only until it begins or
    # after it.
    own = every_day_but(5)
    assert assign(one_carer([shift("open", None, 5, "10:00", "14:00")], own)) == {}
    # Monday 00:00 begins the week: Sunday free from 21:00 on the Saturday leaves 27 hours.
    ends = every_day_but(6)
    assert assign(one_carer([shift("open", None, 6, "20:00", "23:30")], ends)) == {}
    two_days = [row for row in own if row.day != 4]
    assert assign(one_carer([shift("open", None, 5, "10:00", "14:00")], two_days)) == {"open": "k1"}


def test_weekly_rest_is_within_the_week_and_in_real_hours() -> None:
    # Saturday 13:00 to Monday 00:00 is 35 hours by the clock; the night summer time begins takes one of them.
    own = [row for row in every_day_but(6) if row.day not in (1, 2, 5)]
    needs = wanted([5], [("10:00", "10:30")])
    opened = [
        shift("open", None, 5, "08:00", "13:00"),
        shift("x", "k1", 1, "12:00", "20:00", break_minutes=30),
    ]
    base = one_carer(opened[:1], [*own, opened[1], shift("y", "k1", 2, "13:00", "18:00")], needs=needs)
    assert assign(replace(base, calendar=Calendar(date(2027, 3, 15), 1))) == {"open": "k1"}
    assert assign(replace(base, calendar=Calendar(date(2027, 3, 22), 1))) == {}


def test_week_without_rest_in_the_given_shifts_takes_no_open_one() -> None:
    own = [shift(f"own{day}", "k1", day, "08:00", "13:00") for day in range(7)]
    assert assign(one_carer([shift("open", None, 0, "14:00", "15:00")], own)) == {}
    assert assign(one_carer([shift("open", None, 7, "14:00", "15:00")], own, weeks=2)) == {"open": "k1"}


def test_night_shift_over_sunday_midnight_takes_from_both_weeks_rest() -> None:
    own = [shift(f"own{day}", "k1", day, "08:00", "12:00") for day in range(9, 14)]
    needs = [need("n", window=("22:00", "23:00"), days=(6,), every_weeks=2, priority=1)]
    # Week two is free from Monday 00:00 to Wednesday 08:00: 56 hours, and 54 after the night.
    short = one_carer([shift("open", None, 6, "21:00", "02:00")], own, needs=needs, weeks=2)
    assert assign(short) == {"open": "k1"}
    tuesday = replace(short, shifts=(*short.shifts, shift("t", "k1", 8, "11:00", "12:00")))
    assert assign(tuesday) == {}


def test_at_most_forty_eight_hours_a_week() -> None:
    own = [shift(f"own{day}", "k1", day, "07:00", "17:00", break_minutes=30) for day in range(4)]
    assert assign(one_carer([shift("open", None, 4, "07:00", "15:00", break_minutes=30)], own)) == {
        "open": "k1"
    }
    assert assign(one_carer([shift("open", None, 4, "07:00", "15:01", break_minutes=30)], own)) == {}
    # The next week has hours of its own.
    assert assign(one_carer([shift("open", None, 7, "07:00", "15:01", break_minutes=30)], own, weeks=2)) == {
        "open": "k1"
    }


def test_week_hours_are_real_hours() -> None:
    # The night that summer time ends is an hour longer: 40 + 8 by the clock are 49.
    own = [shift(f"own{day}", "k1", day, "07:00", "17:00", break_minutes=30) for day in range(4)]
    night = [shift("open", None, 5, "22:00", "06:00", break_minutes=30)]
    autumn = one_carer(night, own, first_monday=date(2026, 10, 19))
    assert assign(autumn) == {}
    assert assign(replace(autumn, calendar=Calendar(date(2026, 10, 12), 1))) == {"open": "k1"}


def test_long_shift_has_a_break() -> None:
    assert assign(one_carer([shift("open", None, 0, "07:00", "13:00")])) == {"open": "k1"}
    assert assign(one_carer([shift("open", None, 0, "07:00", "13:01")])) == {}
    assert assign(one_carer([shift("open", None, 0, "07:00", "13:01", break_minutes=30)])) == {"open": "k1"}
    nine = Rules(break_after_hours=9)
    assert assign(one_carer([shift("open", None, 0, "07:00", "15:00")], rules=nine)) == {"open": "k1"}


@pytest.mark.parametrize("seed", [1, 2])
def test_same_seed_same_answer(seed: int) -> None:
    shifts = [shift(f"open{index}", None, index % 7, "07:00", "13:00") for index in range(14)]
    problem = team(
        wanted(range(7), [("08:00", "09:00"), ("10:00", "11:00")]),
        [carer(f"k{index}") for index in range(5)],
        shifts,
    )
    assert assign(problem, seed=seed) == assign(problem, seed=seed)
