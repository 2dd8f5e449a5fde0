"""Weekends, days in a row, and parts of the day: what of working time is told by dates (S7, S17).

A shift is worked on its own date, also when it runs on past midnight. Before the pack's first date a carer
worked where history has visits of theirs (:attr:`Problem.worked_before`); after its last date nobody does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from scheduler.clock import DAY_MIN
from scheduler.elements import weekend_share
from scheduler.problem import Carer, Problem, Shift
from scheduler.working_time import broken_with

#: A shift is of the day when its middle lies from the first of these clock times to before the second, of the
#: evening when from there to before the third, else of the night: the usual three shifts of Danish care.
DAY_FROM_MIN, EVENING_FROM_MIN, NIGHT_FROM_MIN = 7 * 60, 15 * 60, 23 * 60
SATURDAY = 5


def part_of(shift: Shift) -> str:
    """``day``, ``evening`` or ``night``, by the shift's middle."""
    middle = (shift.start_min + shift.end_min) / 2 % DAY_MIN
    if DAY_FROM_MIN <= middle < EVENING_FROM_MIN:
        return "day"
    return "evening" if EVENING_FROM_MIN <= middle < NIGHT_FROM_MIN else "night"


def weekend_of(day: int) -> int | None:
    """The week whose Saturday or Sunday it is; None for the other days."""
    return day // 7 if day % 7 >= SATURDAY else None


def is_inconvenient_day(problem: Problem, day: int) -> bool:
    """A Saturday, a Sunday or a public holiday: the days that are to be shared out fairly."""
    return weekend_of(day) is not None or day in problem.holidays


def days_worked(problem: Problem, carer_id: str, shifts: Iterable[Shift]) -> set[int]:
    """The dates of these shifts and those before the pack that history knows of."""
    return {shift.day for shift in shifts} | problem.worked_before.get(carer_id, frozenset())


def row_around(days: Collection[int], day: int) -> int:
    """How many dates in a row are among ``days`` around that one, which counts as one of them."""
    first = last = day
    while first - 1 in days:
        first -= 1
    while last + 1 in days:
        last += 1
    return last - first + 1


def keeps_weekends(carer: Carer) -> bool:
    """Whether ``weekends_max`` binds the carer: substitutes are called for the days they are wanted on."""
    return carer.kind == "fixed"


def weekend_windows(problem: Problem) -> list[range]:
    """The rows of weekends (by week) of which ``weekends_max`` speaks, each ending in the pack's weeks."""
    _, of = weekend_share(problem.rules.weekends_max)
    return [range(week - of + 1, week + 1) for week in range(problem.calendar.weeks)]


def weekends_allowed(problem: Problem) -> int:
    """How many weekends of such a row may be worked."""
    return weekend_share(problem.rules.weekends_max)[0]


def broken_days(problem: Problem, carer: Carer, own: Sequence[Shift], extra: Shift) -> tuple[str, ...]:
    """The rules on dates (by code) that a carer with the shifts ``own`` would break, or break more, by
    ``extra``."""
    before = days_worked(problem, carer.carer_id, own)
    if extra.day in before:
        return ()
    found = []
    weekend = weekend_of(extra.day)
    if weekend is not None and keeps_weekends(carer):
        worked = {one for day in before if (one := weekend_of(day)) is not None}
        if weekend not in worked and any(
            len(worked.intersection(window)) >= weekends_allowed(problem)
            for window in weekend_windows(problem)
            if weekend in window
        ):
            found.append("weekends")
    if row_around(before, extra.day) > problem.rules.days_in_row_max:
        found.append("days_in_row")
    return tuple(found)


def lawful(problem: Problem, carer: Carer, own: Sequence[Shift], extra: Shift) -> bool:
    """Whether a carer with the shifts ``own`` may take ``extra`` under rule 5."""
    return not broken_with(problem.calendar, problem.rules, own, extra) and not broken_days(
        problem, carer, own, extra
    )
