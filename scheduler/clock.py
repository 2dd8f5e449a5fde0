"""Dates and clock times of a pack as whole minutes.

Planning counts *pack minutes*: minutes of wall-clock time since Monday 00:00 of the pack's first week, each day 1,440
long. A clock time may pass midnight: ``24:30`` on a date is half past midnight, still on that date's account. Working
time is real time: :meth:`Calendar.elapsed_min` gives the minutes that really pass, 60 fewer over the night when
summer time begins and 60 more over the night when it ends (requirement X9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduler.message import ProblemError

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
#: The latest clock time a date may carry: a shift that begins at 23:59 and lasts a day.
CLOCK_MAX_MIN = 2 * DAY_MIN
ZONE = ZoneInfo("Europe/Copenhagen")
#: Inside :class:`Calendar` the method of that name hides the type.
_Date = date

_CLOCK = re.compile(r"(\d\d):([0-5]\d)")
_WEEK = re.compile(r"(\d{4})-W(\d\d)")


def parse_clock(text: str) -> int:
    """Minutes after midnight of ``07:30``; up to ``48:00``, for times after midnight of the date they belong to.

    Raises
    ------
    ProblemError
        The text is not two digits, a colon and two digits, or lies past 48:00.
    """
    match = _CLOCK.fullmatch(text)
    if match is None or (minutes := int(match[1]) * 60 + int(match[2])) > CLOCK_MAX_MIN:
        suggestion = _suggest_clock(text)
        raise ProblemError(
            "'{value}' is not a clock time; write {suggestion}", value=text, suggestion=suggestion
        )
    return minutes


def _suggest_clock(text: str) -> str:
    digits = re.fullmatch(r"\s*(\d{1,2})[.:,h ]?([0-5]\d)?\s*", text)
    if digits is None or int(digits[1]) > 48:
        return "07:30"
    return min(f"{int(digits[1]):02}:{digits[2] or '00'}", format_clock(CLOCK_MAX_MIN))


def format_clock(minutes: int) -> str:
    """``450`` as ``07:30``; ``1470`` as ``24:30``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_week(text: str) -> date:
    """The Monday of an ISO week such as ``2026-W49``; raises ProblemError for anything else."""
    match = _WEEK.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise ProblemError("'{value}' is not an ISO week; write 2026-W49", value=text) from None


def format_week(monday: date) -> str:
    """The ISO week a date lies in, as ``2026-W49``."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True)
class Calendar:
    """The days of a pack: ``weeks`` whole ISO weeks from ``first_monday``."""

    first_monday: date
    weeks: int

    def __post_init__(self) -> None:
        if self.first_monday.weekday() != 0:
            raise ProblemError("'{value}' is not a Monday; a pack begins on one", value=self.first_monday)
        if not 1 <= self.weeks <= 8:
            raise ProblemError("weeks: {value} is not from 1 to 8", value=self.weeks)

    @property
    def days(self) -> int:
        """How many days the pack covers."""
        return 7 * self.weeks

    def date(self, day: int) -> _Date:
        """The date of day 0, 1, …; days outside the pack count on in both directions."""
        return self.first_monday + timedelta(days=day)

    def day(self, when: _Date) -> int:
        """The day number of a date; negative before the pack's first Monday."""
        return (when - self.first_monday).days

    def week_name(self, week: int) -> str:
        """The ISO week of week 0, 1, …"""
        return format_week(self.date(7 * week))

    def week_number(self, name: str) -> int:
        """The week number of an ISO week's name; negative for weeks before the pack."""
        return self.day(parse_week(name)) // 7

    def minute(self, when: datetime) -> int:
        """The pack minute of a local wall-clock time."""
        return self.day(when.date()) * DAY_MIN + when.hour * 60 + when.minute

    def wall(self, minute: int) -> datetime:
        """The local wall-clock time (naive) of a pack minute."""
        midnight = datetime.combine(self.first_monday, datetime.min.time())
        return midnight + timedelta(minutes=minute)

    @cached_property
    def _origin_utc(self) -> datetime:
        return self.wall(0).replace(tzinfo=ZONE).astimezone(UTC)

    def elapsed_min(self, minute: int) -> int:
        """Minutes of real time from the pack's first Monday 00:00 to a pack minute, over both clock changes.

        An hour that occurs twice is taken at its first occurrence; a time in the hour that is skipped is taken as
        if the clock had not yet been moved.
        """
        moment = self.wall(minute).replace(tzinfo=ZONE, fold=0).astimezone(UTC)
        return int((moment - self._origin_utc).total_seconds()) // 60
