"""Rule 5 in the model for open shifts, one function a rule, all of them hard (S7).

Where a carer's given shifts already break a rule, no open shift may make that worse.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scheduler.cpsat.shifts_model import ShiftModel, by_week
from scheduler.problem import Carer, Shift, week_of
from scheduler.working_days import (
    days_worked,
    keeps_weekends,
    weekend_of,
    weekend_windows,
    weekends_allowed,
)
from scheduler.working_time import (
    Span,
    duty_max_min,
    rest_min,
    week_max_min,
    week_span,
    weekly_rest_holds,
    weekly_rest_min,
    weekly_rest_starts,
)


def add_rules(m: ShiftModel) -> None:
    """Every rule, for every carer who may take something."""
    one_carer_a_shift(m)
    for carer in m.carers:
        mine = m.options.get(carer.carer_id)
        if mine:
            no_two_at_once(m, carer, mine)
            daily_rest(m, carer, mine)
            weekly_rest(m, carer, mine)
            week_hours(m, carer, mine)
            on_dates(m, carer, mine)


def one_carer_a_shift(m: ShiftModel) -> None:
    """An open shift has one carer at most."""
    for shift in m.open:
        m.model.add_at_most_one(m.takes[shift.shift_id, carer_id] for carer_id in m.takers[shift.shift_id])


def no_two_at_once(m: ShiftModel, carer: Carer, mine: list[Shift]) -> None:
    """A carer is not in two shifts at once."""
    for index, first in enumerate(mine):
        for second in mine[index + 1 :]:
            if m.span[first.shift_id].overlaps(m.span[second.shift_id]):
                m.model.add_at_most_one(m.take(first, carer), m.take(second, carer))


def daily_rest(m: ShiftModel, carer: Carer, mine: list[Shift]) -> None:
    """In the 24 hours before any working moment there is ``rest_hours`` free in one piece.

    Equivalent: work whose pauses are all shorter than the rest (a duty) lasts at most 24 hours less the rest
    (:func:`scheduler.working_time.duty_max_min`). Two shifts less than the rest apart are of one duty, so they
    exclude each other when together they are too long. Mostly that is all; only where a row of shifts could still
    be too long together, or the given ones are, each shift has the first minute of its duty as a variable.
    """
    longest, least = duty_max_min(m.rules), rest_min(m.rules)
    broken = {own: start for own, start in m.given_duties(carer) if own.end_min - start > longest}
    work: list[tuple[Span, Any]] = [
        *((m.span[own.shift_id], None) for own in m.given[carer.carer_id]),
        *((m.span[shift.shift_id], m.take(shift, carer)) for shift in mine),
    ]
    work.sort(key=lambda item: item[0])
    if broken or _rows_too_long(m, work, longest, least):
        _first_minutes(m, work, broken, longest, least)


def _rows_too_long(m: ShiftModel, work: list[tuple[Span, Any]], longest: int, least: int) -> bool:
    """Forbids single shifts and pairs that are too long a duty; whether rows of more could be one, too."""
    could_begin: list[int] = []
    for later, (span, taken) in enumerate(work):
        begins = span.start_min
        if span.minutes > longest and taken is not None:
            m.model.add(taken == 0)
        for sooner in range(later):
            before, taken_before = work[sooner]
            if span.overlaps(before) or span.start_min - before.end_min >= least:
                continue
            if span.end_min - before.start_min > longest:
                m.model.add_bool_or([one.negated() for one in (taken, taken_before) if one is not None])
            else:
                begins = min(begins, could_begin[sooner])
        could_begin.append(begins)
    return any(
        span.end_min - begins > longest and span.minutes <= longest
        for (span, _), begins in zip(work, could_begin, strict=True)
    )


def _first_minutes(
    m: ShiftModel, work: list[tuple[Span, Any]], broken_already: dict[Span, int], longest: int, least: int
) -> None:
    """Each shift has the first minute of its duty as a variable; one that begins within the rest after
    another belongs to the other's duty."""
    first_minute: list[Any] = []
    for span, taken in work:
        earliest = broken_already.get(span, span.end_min - longest)
        if earliest > span.start_min:  # The shift alone is longer than a duty may be.
            m.model.add(taken == 0)
            earliest = span.start_min
        first_minute.append(m.model.new_int_var(earliest, span.start_min, ""))
    for later, (span, taken) in enumerate(work):
        for sooner in range(later):
            before, taken_before = work[sooner]
            if span.start_min - before.end_min < least:
                both = [one for one in (taken, taken_before) if one is not None]
                m.model.add(first_minute[later] <= first_minute[sooner]).only_enforce_if(both)


def weekly_rest(m: ShiftModel, carer: Carer, mine: list[Shift]) -> None:
    """Each week, Monday 00:00 to Monday 00:00, holds one free piece of ``weekly_rest_hours``.

    A week in which the given shifts leave none takes no open shift.
    """
    given = [m.span[own.shift_id] for own in m.given[carer.carer_id]]
    for week in range(m.calendar.weeks):
        days = week_span(m.calendar, week)
        here = [
            (m.span[shift.shift_id], m.take(shift, carer))
            for shift in mine
            if m.span[shift.shift_id].overlaps(days)
        ]
        if not here:
            continue
        if not weekly_rest_holds(given, days, m.rules):
            for _, taken in here:
                m.model.add(taken == 0)
            continue
        pieces = _free_pieces(m, [span for span in given if span.overlaps(days)], here, days)
        if any(not against for against in pieces):
            continue  # Some piece stays free whatever is taken.
        chosen = []
        for against in pieces:
            one = m.model.new_bool_var("")
            for taken in against:
                m.model.add_implication(one, taken.negated())
            chosen.append(one)
        m.model.add_bool_or(chosen)


def _free_pieces(
    m: ShiftModel, given: list[Span], here: list[tuple[Span, Any]], days: Span
) -> list[list[Any]]:
    """For each free piece that the given shifts leave: the open shifts that would take it away."""
    found = []
    for start in weekly_rest_starts([*given, *(span for span, _ in here)], days, m.rules):
        piece = Span(start, start + weekly_rest_min(m.rules))
        if not any(span.overlaps(piece) for span in given):
            found.append([taken for span, taken in here if span.overlaps(piece)])
    return found


def week_hours(m: ShiftModel, carer: Carer, mine: list[Shift]) -> None:
    """At most ``week_hours_max`` a week, by the weeks of the shifts' dates."""
    for week, shifts in by_week(mine).items():
        have = sum(
            m.span[own.shift_id].minutes for own in m.given[carer.carer_id] if week_of(own.day) == week
        )
        room = max(0, week_max_min(m.rules) - have)
        if sum(m.span[shift.shift_id].minutes for shift in shifts) > room:
            m.model.add(m.minutes(carer, shifts, real=True) <= room)


def on_dates(m: ShiftModel, carer: Carer, mine: list[Shift]) -> None:
    """``weekends_max`` and ``days_in_row_max``, with the dates that history knows of."""
    worked = days_worked(m.problem, carer.carer_id, m.given[carer.carer_id])
    of_day: dict[int, list[Any]] = defaultdict(list)
    for shift in mine:
        if shift.day not in worked:  # A second shift of a date changes nothing here.
            of_day[shift.day].append(m.take(shift, carer))
    if not of_day:
        return
    new = {day: m.any_of(takes) for day, takes in sorted(of_day.items())}
    days_in_row(m, worked, new)
    if keeps_weekends(carer):
        weekends(m, worked, new)


def days_in_row(m: ShiftModel, worked: set[int], new: dict[int, Any]) -> None:
    """Of any ``days_in_row_max`` + 1 dates in a row one has no shift; rows of given ones do not grow.

    ``worked`` are the dates that are worked anyway, ``new`` the literals of dates that open shifts may add.
    """
    length = m.rules.days_in_row_max + 1
    for first in range(min(new) - length + 1, max(new) + 1):
        days = range(first, first + length)
        if all(day in worked or day in new for day in days):
            literals = [new[day].negated() for day in days if day in new]
            if literals:
                m.model.add_bool_or(literals)


def weekends(m: ShiftModel, worked: set[int], new: dict[int, Any]) -> None:
    """At most so many of so many weekends in a row."""
    had = {one for day in worked if (one := weekend_of(day)) is not None}
    of_week: dict[int, list[Any]] = defaultdict(list)
    for day, literal in new.items():
        week = weekend_of(day)
        if week is not None and week not in had:
            of_week[week].append(literal)
    added = {week: m.any_of(literals) for week, literals in of_week.items()}
    for window in weekend_windows(m.problem):
        literals = [added[week] for week in window if week in added]
        room = max(0, weekends_allowed(m.problem) - len(had.intersection(window)))
        if len(literals) > room:
            m.model.add(sum(literals) <= room)
