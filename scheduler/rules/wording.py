"""Dates and clock times for sentences about rosters whose times may be nonsense."""

from __future__ import annotations

from scheduler.clock import CLOCK_MAX_MIN, DAY_MIN, Calendar, format_clock


def date_value(calendar: Calendar, day: int) -> object:
    """The date of a day number; the bare number where no calendar reaches."""
    try:
        return calendar.date(day)
    except OverflowError:
        return f"day {day}"


def clock_value(day: int, minute: int) -> str:
    """A pack minute as a clock time on a day's account: ``24:30`` after midnight.

    Times further away say by how many days: ``07:30 (+3 d)``.
    """
    minutes = minute - day * DAY_MIN
    if 0 <= minutes <= CLOCK_MAX_MIN:
        return format_clock(minutes)
    return f"{format_clock(minutes % DAY_MIN)} ({minutes // DAY_MIN:+d} d)"


def day_clock(minutes: int) -> str:
    """Minutes after midnight as a clock time."""
    return clock_value(0, minutes)
