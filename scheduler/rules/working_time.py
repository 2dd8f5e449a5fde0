"""Rule 5: working time (S7), in real minutes, so that a night with a clock change counts 60 fewer or more.

Sources: the Danish rules on daily rest (11 hours) and a weekly rest day, and the 48-hour week of the EU
working time directive 2003/88/EC; the figures are the pack's own settings.

All shifts of a carer in the pack count; before its first minute and after its last is free time. What given
shifts break among themselves is a warning on the pack; what an assigned open shift breaks, or makes worse,
is hard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from scheduler.clock import WEEK_MIN, Calendar
from scheduler.message import Message
from scheduler.problem import Problem, Shift
from scheduler.rules.context import RosterContext
from scheduler.rules.violation import Violation, broken
from scheduler.rules.wording import clock_value, date_value

_DAY_REAL_MIN = 24 * 60
#: What is broken, by what it is about (a shift's id or a week), so that two sets of shifts can be compared.
_Broken = Mapping[str | int, Violation]
#: From a carer's shifts to what they break; the flag says whether it is hard.
Test = Callable[[Problem, str, list[Shift], bool], dict[str | int, Violation]]


def rest(problem: Problem, context: RosterContext) -> list[Violation]:
    """In the 24 hours before any working moment lies one free piece of ``rest_hours``."""
    return broken_by_open_shifts(problem, context, _rest)


def weekly_rest(problem: Problem, context: RosterContext) -> list[Violation]:
    """Each week, Monday to Monday, holds one free piece of ``weekly_rest_hours``."""
    return broken_by_open_shifts(problem, context, _weekly_rest)


def week_hours(problem: Problem, context: RosterContext) -> list[Violation]:
    """At most ``week_hours_max`` hours of shifts in a week; a shift belongs to the week of its date."""
    return broken_by_open_shifts(problem, context, _week_hours)


def shift_break(problem: Problem, context: RosterContext) -> list[Violation]:
    """An open shift longer than ``break_after_hours`` has a break."""
    return broken_by_open_shifts(problem, context, _shift_break)


def open_shift(problem: Problem, context: RosterContext) -> list[Violation]:
    """Only open shifts are assigned, each once, and to nobody who has another shift at that time."""
    found = []
    assigned: set[str] = set()
    for row in context.roster.open_shifts:
        shift = problem.shift_by_id.get(row.shift_id)
        values: dict[str, object] = {"shift": row.shift_id, "carer": row.carer_id}
        if shift is None:
            message = Message("shift {shift}: assigned to carer {carer}, but there is no such shift", values)
        elif shift.carer_id is not None:
            message = Message(
                "shift {shift}: assigned to carer {carer}, but it is carer {owner}'s and not open",
                {**values, "owner": shift.carer_id},
            )
        elif row.shift_id in assigned:
            message = Message("shift {shift}: assigned a second time, to carer {carer}", values)
        elif (other := _at_once(context, row.carer_id, shift)) is not None:
            message = Message(
                "shift {shift}, {date}: carer {carer} has shift {other} at the same time",
                {
                    **values,
                    "date": date_value(problem.calendar, shift.day),
                    "other": other.shift_id,
                },
            )
        else:
            assigned.add(row.shift_id)
            continue
        assigned.add(row.shift_id)
        found.append(
            broken(
                "open_shift",
                message,
                carer_id=row.carer_id,
                shift_id=row.shift_id,
                day=None if shift is None else shift.day,
            )
        )
    return found


def _at_once(context: RosterContext, carer_id: str, shift: Shift) -> Shift | None:
    for other in context.shifts_of.get(carer_id, ()):
        if other is not shift and shift.start_min < other.end_min and other.start_min < shift.end_min:
            return other
    return None


def given_shift_warnings(problem: Problem, more: Sequence[Test] = ()) -> list[Violation]:
    """What a pack's given shifts break by themselves, not hard: rest, week, break, two shifts at once, and by
    ``more`` tests."""
    shifts_of: dict[str, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        if shift.carer_id is not None:
            shifts_of[shift.carer_id].append(shift)
    found: list[Violation] = []
    for carer_id, shifts in shifts_of.items():
        shifts.sort(key=lambda shift: (shift.start_min, shift.end_min))
        for test in (_rest, _weekly_rest, _week_hours, _shift_break, *more):
            found += test(problem, carer_id, shifts, False).values()
        for first, second in pairwise(shifts):
            if second.start_min < first.end_min:
                message = Message(
                    "shift {shift}, {date}: carer {carer} has shift {other} at the same time",
                    {
                        "shift": second.shift_id,
                        "date": date_value(problem.calendar, second.day),
                        "carer": carer_id,
                        "other": first.shift_id,
                    },
                )
                found.append(
                    broken(
                        "overlap",
                        message,
                        hard=False,
                        carer_id=carer_id,
                        shift_id=second.shift_id,
                        day=second.day,
                    )
                )
    return found


def broken_by_open_shifts(problem: Problem, context: RosterContext, test: Test) -> list[Violation]:
    """What a test finds in all shifts of those who take open ones, and not, or less, in their given ones."""
    found: list[Violation] = []
    takers = {
        carer_id
        for shift_id, carer_id in context.owners.items()
        if problem.shift_by_id[shift_id].carer_id is None
    }
    for carer_id in sorted(takers):
        shifts = context.shifts_of[carer_id]
        given: _Broken = test(problem, carer_id, [one for one in shifts if one.carer_id is not None], True)
        for key, violation in test(problem, carer_id, shifts, True).items():
            before = given.get(key)
            if before is None or before.value != violation.value:
                found.append(violation)
    return found


def _rest(problem: Problem, carer_id: str, shifts: list[Shift], hard: bool) -> dict[str | int, Violation]:
    """By shift. The free piece is shortest for the moment in which a shift ends, so that is the one to look
    at.
    """
    limit = 60 * problem.rules.rest_hours
    work = _merged(problem.calendar, shifts)
    found: dict[str | int, Violation] = {}
    for shift in shifts:
        end = problem.calendar.elapsed_min(shift.end_min)
        longest = _longest_free(work, end - _DAY_REAL_MIN, end)
        if longest < limit:
            message = Message(
                "carer {carer}, {date}: in the 24 hours before shift {shift} ends at {end} the longest rest"
                " is {value}, it is to be {limit} hours",
                {
                    "carer": carer_id,
                    "date": date_value(problem.calendar, shift.day),
                    "shift": shift.shift_id,
                    "end": clock_value(shift.day, shift.end_min),
                    "value": _hours(longest),
                    "limit": _hours(limit),
                },
            )
            found[shift.shift_id] = broken(
                "rest",
                message,
                hard=hard,
                carer_id=carer_id,
                shift_id=shift.shift_id,
                day=shift.day,
                value=longest,
                limit=limit,
            )
    return found


def _weekly_rest(
    problem: Problem, carer_id: str, shifts: list[Shift], hard: bool
) -> dict[str | int, Violation]:
    limit = 60 * problem.rules.weekly_rest_hours
    work = _merged(problem.calendar, shifts)
    found: dict[str | int, Violation] = {}
    for week in range(problem.calendar.weeks):
        start = problem.calendar.elapsed_min(week * WEEK_MIN)
        end = problem.calendar.elapsed_min((week + 1) * WEEK_MIN)
        longest = _longest_free(work, start, end)
        if longest < limit:
            message = Message(
                "carer {carer}, {week}: the longest free piece is {value} hours, one of {limit} is to be"
                " there",
                {
                    "carer": carer_id,
                    "week": problem.calendar.week_name(week),
                    "value": _hours(longest),
                    "limit": _hours(limit),
                },
            )
            found[week] = broken(
                "weekly_rest", message, hard=hard, carer_id=carer_id, day=7 * week, value=longest, limit=limit
            )
    return found


def _week_hours(
    problem: Problem, carer_id: str, shifts: list[Shift], hard: bool
) -> dict[str | int, Violation]:
    limit = 60 * problem.rules.week_hours_max
    minutes: dict[int, int] = defaultdict(int)
    for shift in shifts:
        minutes[shift.day // 7] += _real_minutes(problem.calendar, shift)
    found: dict[str | int, Violation] = {}
    for week, value in minutes.items():
        if value > limit:
            message = Message(
                "carer {carer}, {week}: {value} hours of shifts, at most {limit}",
                {
                    "carer": carer_id,
                    "week": problem.calendar.week_name(week),
                    "value": _hours(value),
                    "limit": _hours(limit),
                },
            )
            found[week] = broken(
                "week_hours", message, hard=hard, carer_id=carer_id, day=7 * week, value=value, limit=limit
            )
    return found


def _shift_break(
    problem: Problem, carer_id: str, shifts: list[Shift], hard: bool
) -> dict[str | int, Violation]:
    limit = 60 * problem.rules.break_after_hours
    found: dict[str | int, Violation] = {}
    for shift in shifts:
        minutes = _real_minutes(problem.calendar, shift)
        if minutes > limit and not shift.break_minutes:
            message = Message(
                "shift {shift}, {date}: {value} hours without a break; one is needed after {limit}",
                {
                    "shift": shift.shift_id,
                    "date": date_value(problem.calendar, shift.day),
                    "value": _hours(minutes),
                    "limit": _hours(limit),
                },
            )
            found[shift.shift_id] = broken(
                "shift_break",
                message,
                hard=hard,
                carer_id=carer_id,
                shift_id=shift.shift_id,
                day=shift.day,
                value=minutes,
                limit=limit,
            )
    return found


def _real_minutes(calendar: Calendar, shift: Shift) -> int:
    return calendar.elapsed_min(shift.end_min) - calendar.elapsed_min(shift.start_min)


def _merged(calendar: Calendar, shifts: list[Shift]) -> list[tuple[int, int]]:
    """The shifts as spans of real minutes, in order, those that touch or overlap joined."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(
        (calendar.elapsed_min(shift.start_min), calendar.elapsed_min(shift.end_min)) for shift in shifts
    ):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _longest_free(work: list[tuple[int, int]], start: int, end: int) -> int:
    """The longest piece of [start, end) without work."""
    longest, free_from = 0, start
    for work_start, work_end in work:
        if work_end <= start:
            continue
        if work_start >= end:
            break
        longest = max(longest, work_start - free_from)
        free_from = work_end
    return max(longest, end - free_from)


def _hours(minutes: float) -> str:
    """Minutes as hours and minutes: ``10:45``."""
    return f"{int(minutes) // 60}:{int(minutes) % 60:02}"
