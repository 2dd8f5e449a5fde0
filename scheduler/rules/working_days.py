"""Rule 5 by dates: weekends and days in a row.

Source: the Danish rules on a weekly day off (at most six days between two), and every other weekend as is
usual in municipal care; both figures are the pack's own settings. History before the pack counts.
"""

from __future__ import annotations

from scheduler.elements import weekend_share
from scheduler.message import Message
from scheduler.problem import Problem, Shift
from scheduler.rules.context import RosterContext
from scheduler.rules.violation import Violation, broken
from scheduler.rules.wording import date_value
from scheduler.rules.working_time import broken_by_open_shifts, given_shift_warnings


def weekends(problem: Problem, context: RosterContext) -> list[Violation]:
    """Fixed staff work at most so many of so many weekends in a row as ``weekends_max`` says."""
    return broken_by_open_shifts(problem, context, broken_weekends)


def days_in_row(problem: Problem, context: RosterContext) -> list[Violation]:
    """No more than ``days_in_row_max`` dates in a row have a shift."""
    return broken_by_open_shifts(problem, context, broken_days_in_row)


def pack_shift_warnings(problem: Problem) -> list[Violation]:
    """What a pack's given shifts break of rule 5 by themselves; none of it is hard."""
    return given_shift_warnings(problem, (broken_weekends, broken_days_in_row))


def broken_weekends(
    problem: Problem, carer_id: str, shifts: list[Shift], hard: bool
) -> dict[str | int, Violation]:
    """By the last week of a row of weekends."""
    carer = problem.carer_by_id.get(carer_id)
    if carer is None or carer.kind != "fixed":
        return {}
    limit, of = weekend_share(problem.rules.weekends_max)
    worked = {day // 7 for day in _worked(problem, carer_id, shifts) if day % 7 in (5, 6)}
    found: dict[str | int, Violation] = {}
    for last in range(problem.calendar.weeks):
        row = [week for week in range(last - of + 1, last + 1) if week in worked]
        if len(row) > limit:
            message = Message(
                "carer {carer}: {value} of the {of} weekends up to that of {week} are worked, at most {limit}",
                {
                    "carer": carer_id,
                    "value": len(row),
                    "of": of,
                    "week": problem.calendar.week_name(last),
                    "limit": limit,
                },
            )
            found[last] = broken(
                "weekends",
                message,
                hard=hard,
                carer_id=carer_id,
                day=7 * last + 5,
                value=len(row),
                limit=limit,
            )
    return found


def broken_days_in_row(
    problem: Problem, carer_id: str, shifts: list[Shift], hard: bool
) -> dict[str | int, Violation]:
    """By the first date of the row."""
    limit = problem.rules.days_in_row_max
    found: dict[str | int, Violation] = {}
    row: list[int] = []
    for day in [*sorted(_worked(problem, carer_id, shifts)), None]:
        if row and day == row[-1] + 1:
            row.append(day)
            continue
        if len(row) > limit and row[-1] >= 0:
            message = Message(
                "carer {carer}: {value} days in a row with a shift, {first} to {last}, at most {limit}",
                {
                    "carer": carer_id,
                    "value": len(row),
                    "first": date_value(problem.calendar, row[0]),
                    "last": date_value(problem.calendar, row[-1]),
                    "limit": limit,
                },
            )
            found[row[0]] = broken(
                "days_in_row",
                message,
                hard=hard,
                carer_id=carer_id,
                day=max(0, row[-1]),
                value=len(row),
                limit=limit,
            )
        row = [] if day is None else [day]
    return found


def _worked(problem: Problem, carer_id: str, shifts: list[Shift]) -> set[int]:
    """Dates with a shift, and those before the pack on which history has visits of the carer."""
    before = {row.day for row in problem.history if row.carer_id == carer_id and row.visits and row.day < 0}
    return before | {shift.day for shift in shifts}
