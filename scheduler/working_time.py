"""Working-time rules (requirement S7; rule 5 of the team pack) as arithmetic on spans of real time.

Minutes here are *real* minutes (:meth:`scheduler.clock.Calendar.elapsed_min`): a night shift over a clock
change is an hour longer or shorter than its clock times say. Before the pack's first minute and after its
last a carer is free.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.clock import WEEK_MIN, Calendar
from scheduler.problem import Rules, Shift, week_of

REST_WINDOW_MIN = 24 * 60


@dataclass(frozen=True, order=True)
class Span:
    """From one real minute up to (not including) another."""

    start_min: int
    end_min: int

    @property
    def minutes(self) -> int:
        """Real length."""
        return self.end_min - self.start_min

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a minute in common."""
        return self.start_min < other.end_min and other.start_min < self.end_min


def span_of(calendar: Calendar, shift: Shift) -> Span:
    """A shift in real minutes."""
    return Span(calendar.elapsed_min(shift.start_min), calendar.elapsed_min(shift.end_min))


def week_span(calendar: Calendar, week: int) -> Span:
    """An ISO week, Monday 00:00 to Monday 00:00; 167, 168 or 169 hours."""
    return Span(calendar.elapsed_min(week * WEEK_MIN), calendar.elapsed_min((week + 1) * WEEK_MIN))


def rest_min(rules: Rules) -> int:
    """The free minutes in one piece that the 24 hours before any working moment hold."""
    return math.ceil(60 * rules.rest_hours)


def weekly_rest_min(rules: Rules) -> int:
    """The free minutes in one piece that a week holds."""
    return math.ceil(60 * rules.weekly_rest_hours)


def week_max_min(rules: Rules) -> int:
    """The most minutes a week."""
    return math.floor(60 * rules.week_hours_max)


def duty_max_min(rules: Rules) -> int:
    """The longest that work without a full rest may stretch from its first minute to its last.

    Work whose pauses are all shorter than the rest is one *duty*. At its last minute the 24 hours before hold
    a full rest only if that lies before the duty, so the duty lasts at most 24 hours less the rest.
    Conversely, in a duty no longer than that every moment has the rest before the duty within its 24 hours:
    the two conditions are the same.
    """
    return REST_WINDOW_MIN - rest_min(rules)


def duty_starts(spans: Sequence[Span], rules: Rules) -> list[int]:
    """For each span (sorted by start) the first minute of the duty it belongs to."""
    least = rest_min(rules)
    starts: list[int] = []
    latest_end: int | None = None
    for span in spans:
        continues = latest_end is not None and span.start_min - latest_end < least
        starts.append(starts[-1] if continues else span.start_min)
        latest_end = span.end_min if latest_end is None else max(latest_end, span.end_min)
    return starts


def rest_holds(spans: Iterable[Span], rules: Rules) -> bool:
    """Whether the daily rest holds at every working moment."""
    ordered = sorted(spans)
    longest = duty_max_min(rules)
    return all(
        span.end_min - start <= longest
        for span, start in zip(ordered, duty_starts(ordered, rules), strict=True)
    )


def weekly_rest_starts(spans: Iterable[Span], week: Span, rules: Rules) -> list[int]:
    """Where a free piece as long as the weekly rest could begin: at Monday 00:00 or at the end of some work.

    Any free piece can be moved back to such a minute, so looking at these is enough.
    """
    least = weekly_rest_min(rules)
    ends = {span.end_min for span in spans if span.overlaps(week)}
    return sorted(
        start
        for start in {week.start_min, *ends}
        if week.start_min <= start and start + least <= week.end_min
    )


def weekly_rest_holds(spans: Sequence[Span], week: Span, rules: Rules) -> bool:
    """Whether the week holds one free piece as long as the weekly rest."""
    least = weekly_rest_min(rules)
    return any(
        not any(span.overlaps(Span(start, start + least)) for span in spans)
        for start in weekly_rest_starts(spans, week, rules)
    )


def break_holds(calendar: Calendar, shift: Shift, rules: Rules) -> bool:
    """Whether a shift longer than ``break_after_hours`` has a break."""
    return shift.break_minutes > 0 or span_of(calendar, shift).minutes <= 60 * rules.break_after_hours


def broken_with(calendar: Calendar, rules: Rules, own: Sequence[Shift], extra: Shift) -> tuple[str, ...]:
    """The rules (by code) that a carer with the shifts ``own`` would break by taking ``extra``.

    ``overlap`` stands for two shifts at once. What is broken without it is not told.
    """
    spans = [span_of(calendar, shift) for shift in own]
    added = span_of(calendar, extra)
    both = [*spans, added]
    found = []
    if any(span.overlaps(added) for span in spans):
        found.append("overlap")
    if rest_holds(spans, rules) and not rest_holds(both, rules):
        found.append("rest")
    for week in range(calendar.weeks):
        monday_to_monday = week_span(calendar, week)
        if weekly_rest_holds(spans, monday_to_monday, rules) and not weekly_rest_holds(
            both, monday_to_monday, rules
        ):
            found.append("weekly_rest")
            break
    most = week_max_min(rules)
    week = week_of(extra.day)
    before = sum(span_of(calendar, shift).minutes for shift in own if week_of(shift.day) == week)
    if before <= most < before + added.minutes:
        found.append("week_hours")
    if not break_holds(calendar, extra, rules):
        found.append("shift_break")
    return tuple(found)


def may_add(calendar: Calendar, rules: Rules, own: Sequence[Shift], extra: Shift) -> bool:
    """Whether a carer with the shifts ``own`` may take ``extra``: no rule that holds without it is broken by
    it. Weekends and days in a row are not looked at: :func:`scheduler.working_days.lawful` has all."""
    return not broken_with(calendar, rules, own, extra)
