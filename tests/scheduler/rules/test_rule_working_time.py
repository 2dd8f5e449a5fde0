"""Rule 5: working time, over midnight and over both clock changes; given shifts are only warned of."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.evaluate import evaluate, pack_warnings
from scheduler.problem import Problem, Rules, Shift
from scheduler.roster import OpenShift
from tests.scheduler.cases import (
    MONDAY,
    Case,
    breaks_nothing,
    breaks_only,
    carer,
    problem,
    roster,
    shift,
)

#: Mondays of the weeks whose Sunday has 23 and 25 hours.
SUMMER_BEGINS, SUMMER_ENDS = date(2026, 3, 23), date(2026, 10, 19)
SATURDAY, SUNDAY = 5, 6


def shifts_only(*shifts: Shift, first_monday: date = MONDAY, weeks: int = 1, **rules: float) -> Problem:
    """A problem of nothing but two carers and their shifts; the rules on dates are for another page."""
    return problem(
        citizens=[],
        needs=[],
        carers=[carer("k1"), carer("k2")],
        shifts=shifts,
        weeks=weeks,
        rules=Rules(**{"days_in_row_max": 56, **rules}),  # type: ignore[arg-type]
        first_monday=first_monday,
    )


def takes_open(row: Problem, carer_id: str = "k1") -> Case:
    """All open shifts go to one carer."""
    opened = tuple(OpenShift(one.shift_id, carer_id) for one in row.shifts if one.carer_id is None)
    return row, roster(row, open_shifts=opened)


def warned(row: Problem) -> list[str]:
    found = pack_warnings(row)
    assert not any(violation.hard for violation in found)
    return [violation.rule for violation in found]


@breaks_nothing
def test_eleven_hours_from_shift_to_shift() -> Case:
    return takes_open(
        shifts_only(
            shift("s1", "k1", times="15:00-20:00"),
            shift("s2", None, day=1, times="07:00-12:00", break_minutes=0),
        )
    )


@breaks_only("rest")
def test_a_minute_less_than_eleven_hours() -> Case:
    return takes_open(
        shifts_only(shift("s1", "k1", times="15:00-20:01"), shift("s2", None, day=1, times="07:00-12:00"))
    )


@breaks_nothing
def test_rest_by_agreement_of_eight_hours() -> Case:
    return takes_open(
        shifts_only(
            shift("s1", "k1", times="18:00-23:00"),
            shift("s2", None, day=1, times="07:00-12:00"),
            rest_hours=8,
        )
    )


@breaks_only("rest")
def test_rest_after_a_shift_over_midnight() -> Case:
    """An evening shift to 24:30; ten and a half hours later the next begins, on the next date's account."""
    return takes_open(
        shifts_only(shift("s1", "k1", times="18:30-24:30"), shift("s2", None, day=1, times="11:00-12:00"))
    )


@breaks_nothing
def test_thirteen_hours_leave_eleven_in_the_day() -> Case:
    return takes_open(shifts_only(shift("s1", None, times="07:00-20:00")))


@breaks_only("rest")
def test_thirteen_hours_and_a_minute_do_not() -> Case:
    return takes_open(shifts_only(shift("s1", None, times="07:00-20:01")))


@breaks_only("rest")
def test_two_shifts_in_a_day_with_too_short_a_night() -> Case:
    """Off from 18 to 04: ten hours; the evening before the morning is what breaks it."""
    return takes_open(
        shifts_only(
            shift("s1", "k1", times="15:00-18:00"),
            shift("s2", None, day=1, times="04:00-06:00"),
            shift("s3", "k1", day=1, times="23:00-24:00"),
        )
    )


@pytest.mark.parametrize(
    ("first_monday", "saturday_end", "rules"),
    [
        # From 21:00 to 08:00 the clock says eleven hours; the night summer time begins they are ten.
        (SUMMER_BEGINS, "21:00", ["rest"]),
        (SUMMER_BEGINS, "20:00", []),
        # From 22:00 to 08:00 the clock says ten; the night it ends they are eleven.
        (SUMMER_ENDS, "22:00", []),
        (SUMMER_ENDS, "22:01", ["rest"]),
        (MONDAY, "21:00", []),
        (MONDAY, "21:01", ["rest"]),
    ],
)
def test_rest_over_a_clock_change_is_real_hours(first_monday: date, saturday_end: str, rules: list[str]):
    row = shifts_only(
        shift("s1", "k1", day=SATURDAY, times=f"18:00-{saturday_end}"),
        shift("s2", None, day=SUNDAY, times="08:00-10:00"),
        first_monday=first_monday,
    )
    assert [violation.rule for violation in evaluate(*takes_open(row)).violations] == rules


@pytest.mark.parametrize(
    ("first_monday", "minutes"),
    [(SUMMER_BEGINS, 7 * 60), (SUMMER_ENDS, 9 * 60), (MONDAY, 8 * 60)],
)
def test_night_shift_over_a_clock_change_counts_real_hours(first_monday: date, minutes: int):
    """23:00 to 07:00 on the clock; no hours at all are allowed, so that what was counted is told."""
    row = shifts_only(
        shift("s1", None, day=SATURDAY, times="23:00-31:00", break_minutes=30),
        first_monday=first_monday,
        week_hours_max=0,
    )
    (violation,) = evaluate(*takes_open(row)).violations
    assert (violation.rule, violation.value) == ("week_hours", minutes)


def weekdays(*times: str) -> list[Shift]:
    return [shift(f"s{day}", "k1", day=day, times=span) for day, span in enumerate(times)]


FIVE_DAYS = ["07:00-15:00"] * 5
FOUR_LONG_DAYS = weekdays(*["07:00-18:00"] * 4)


@breaks_nothing
def test_open_shift_counts_for_who_takes_it() -> Case:
    """``k1`` has no room for Sunday; ``k2`` has."""
    return takes_open(
        shifts_only(*weekdays(*FIVE_DAYS, "07:00-12:00"), shift("s9", None, day=6, times="07:00-09:00")), "k2"
    )


@breaks_nothing
def test_weekly_rest_of_thirty_five_hours() -> Case:
    """Saturday to 13:00, then off until Monday."""
    return takes_open(
        shifts_only(*weekdays(*FIVE_DAYS), shift("s9", None, day=5, times="07:00-13:00", break_minutes=30))
    )


@breaks_only("weekly_rest")
def test_no_free_piece_of_thirty_five_hours() -> Case:
    return takes_open(
        shifts_only(*weekdays(*FIVE_DAYS, "07:00-13:00"), shift("s9", None, day=6, times="09:00-11:00"))
    )


@breaks_only("weekly_rest")
def test_weekly_rest_does_not_reach_into_the_next_week() -> Case:
    """Saturday to 13:01: one minute too few before Monday, though Monday is free."""
    return takes_open(
        shifts_only(
            *weekdays(*FIVE_DAYS),
            shift("s9", None, day=5, times="07:00-13:01", break_minutes=30),
            weeks=2,
        )
    )


@breaks_only("weekly_rest")
def test_weekly_rest_on_a_short_sunday() -> Case:
    """Saturday to 13:00 leaves 34 hours when the clock skips one."""
    return takes_open(
        shifts_only(
            *weekdays(*FIVE_DAYS),
            shift("s9", None, day=5, times="07:00-13:00", break_minutes=30),
            first_monday=SUMMER_BEGINS,
        )
    )


@breaks_nothing
def test_forty_eight_hours() -> Case:
    return takes_open(shifts_only(*FOUR_LONG_DAYS, shift("s9", None, day=4, times="07:00-11:00")))


@breaks_only("week_hours")
def test_a_minute_more_than_forty_eight_hours() -> Case:
    return takes_open(shifts_only(*FOUR_LONG_DAYS, shift("s9", None, day=4, times="07:00-11:01")))


@breaks_nothing
def test_hours_belong_to_the_week_of_the_shifts_date() -> Case:
    """Sunday night's eight hours are the first week's, not the second's, which has its own 44."""
    second = [shift(f"t{day}", "k1", day=day, times="09:00-20:00") for day in (8, 9, 10, 11)]
    return takes_open(
        shifts_only(shift("s9", None, day=6, times="22:00-30:00", break_minutes=30), *second, weeks=2)
    )


@breaks_nothing
def test_six_hours_without_a_break() -> Case:
    return takes_open(shifts_only(shift("s9", None, times="13:00-19:00")))


@breaks_only("shift_break")
def test_more_than_six_hours_without_a_break() -> Case:
    return takes_open(shifts_only(shift("s9", None, times="13:00-19:01")))


@breaks_nothing
def test_longer_shift_with_a_break() -> Case:
    return takes_open(shifts_only(shift("s9", None, times="13:00-19:01", break_minutes=20)))


@breaks_only("open_shift")
def test_open_shift_given_twice() -> Case:
    row = shifts_only(shift("s9", None))
    return row, roster(row, open_shifts=(OpenShift("s9", "k1"), OpenShift("s9", "k2")))


@breaks_only("open_shift")
def test_shift_that_is_not_open() -> Case:
    row = shifts_only(shift("s1", "k1"))
    return row, roster(row, open_shifts=(OpenShift("s1", "k2"),))


@breaks_only("open_shift")
def test_open_shift_that_does_not_exist() -> Case:
    row = shifts_only()
    return row, roster(row, open_shifts=(OpenShift("s9", "k2"),))


@breaks_only("open_shift")
def test_open_shift_beside_another_of_the_same_carer() -> Case:
    return takes_open(shifts_only(shift("s1", "k1"), shift("s9", None, times="14:59-17:00")))


@breaks_nothing
def test_open_shift_may_stay_unassigned() -> Case:
    row = shifts_only(shift("s9", None))
    return row, roster(row)


def test_given_shifts_are_warned_of_and_not_held_against_the_roster():
    row = shifts_only(shift("s1", "k1", times="15:00-21:00"), shift("s2", "k1", day=1, times="07:00-12:00"))
    assert warned(row) == ["rest"]
    assert evaluate(row, roster(row)).violations == ()


@pytest.mark.parametrize(
    ("shifts", "rule"),
    [
        ([shift("s1", "k1", times="13:00-19:01")], "shift_break"),
        (weekdays(*["07:00-18:00"] * 4, "07:00-11:01"), "week_hours"),
        (weekdays(*FIVE_DAYS, "07:00-13:00", "09:00-11:00"), "weekly_rest"),
        ([shift("s1", "k1"), shift("s2", "k1", times="14:59-17:00")], "overlap"),
    ],
)
def test_each_warning_on_given_shifts(shifts: list[Shift], rule: str):
    assert warned(shifts_only(*shifts)) == [rule]


def test_pack_without_anything_to_warn_of():
    assert warned(shifts_only(*weekdays(*FIVE_DAYS))) == []


def test_open_shift_far_from_what_is_broken_already_is_not_blamed():
    """The night before Tuesday is too short as given; an open shift on Friday changes nothing in it."""
    row = shifts_only(
        shift("s1", "k1", times="15:00-21:00"),
        shift("s2", "k1", day=1, times="07:00-12:00"),
        shift("s9", None, day=4, times="07:00-12:00"),
    )
    assert evaluate(*takes_open(row)).violations == ()


def test_open_shift_that_makes_it_worse_is_blamed():
    """48 hours and more are given; every further hour is the roster's doing."""
    given = weekdays(*["07:00-18:00"] * 4, "07:00-11:01")
    row = shifts_only(*given, shift("s9", None, day=4, times="11:01-12:00"))
    (violation,) = evaluate(*takes_open(row)).violations
    assert (violation.rule, violation.value) == ("week_hours", 49 * 60)
