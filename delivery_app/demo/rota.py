"""The demo team's other weeks: as its own, with those who had the weekend off now working it.

Two carers of the same qualification, one with the weekend and one without, change places every other week: then
each has every other weekend off, as the rule wants it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scheduler.clock import Calendar
from scheduler.problem import Problem, Shift

SATURDAY = 5
FIXED = "fixed"
#: Who can stand in for whom, near to near.
LADDER = ("nurse", "assistant", "helper", "untrained")


def coming_monday(today: date) -> date:
    """The Monday after a date."""
    return today + timedelta(days=7 - today.weekday())


def at_monday(problem: Problem, monday: date) -> Problem:
    """The same team with everything as it is, in the weeks from another Monday."""
    return replace(problem, calendar=Calendar(monday, problem.calendar.weeks))


def week_beside(problem: Problem, offset: int) -> Problem:
    """The team's plan problem so many weeks after its own (before it, when negative).

    Nobody is absent then and nobody wishes for anything; the weeks before are what the caller knows of them.
    """
    if offset == 0:
        return problem
    first = problem.calendar.first_monday
    calendar = Calendar(first.fromordinal(first.toordinal() + 7 * offset), problem.calendar.weeks)
    swaps = pairs(problem) if offset % 2 else {}
    name = f"w{calendar.first_monday.isocalendar().week}"
    shifts = [_moved(shift, swaps, name) for shift in problem.shifts]
    return replace(
        problem,
        calendar=calendar,
        shifts=tuple(_with_mentors(problem, shifts) if swaps else shifts),
        needs=tuple(replace(need, anchor_week=need.anchor_week - offset) for need in problem.needs),
        sessions=tuple(replace(one, session_id=f"{name}-{one.session_id}") for one in problem.sessions),
        absences=(),
        wishes=(),
        history=(),
        delivered=(),
        holidays=frozenset(),
        matrix={},
        published=None,
    )


def pairs(problem: Problem) -> dict[str, str]:
    """Who changes places with whom: of the same qualification where that can be, else the nearest to it."""
    weekend = {shift.carer_id for shift in problem.shifts if shift.day % 7 >= SATURDAY}
    works = {shift.carer_id for shift in problem.shifts}
    those = [
        carer
        for carer in problem.carers
        if carer.carer_id in works and carer.kind == FIXED and not carer.is_trainee
        if carer.qualification in LADDER
    ]
    those.sort(key=lambda carer: LADDER.index(carer.qualification))
    busy = [carer for carer in those if carer.carer_id in weekend]
    free = [carer for carer in those if carer.carer_id not in weekend]
    swaps: dict[str, str] = {}
    for alike in (True, False):
        for carer in busy:
            fit = [one for one in free if one.qualification == carer.qualification or not alike]
            if carer.carer_id not in swaps and fit:
                found = fit[-1] if alike else fit[0]
                free.remove(found)
                swaps |= {carer.carer_id: found.carer_id, found.carer_id: carer.carer_id}
    return swaps


def _with_mentors(problem: Problem, shifts: list[Shift]) -> list[Shift]:
    """Trainees are there when their mentors are."""
    mentors = {carer.carer_id: carer.mentor for carer in problem.carers if carer.mentor is not None}
    own = [shift for shift in shifts if shift.carer_id not in mentors]
    along = [
        replace(shift, shift_id=f"{shift.shift_id}-{trainee}", carer_id=trainee)
        for trainee, mentor in mentors.items()
        for shift in own
        if shift.carer_id == mentor and shift.day % 7 < SATURDAY
    ]
    return own + along


def _moved(shift: Shift, swaps: dict[str, str], name: str) -> Shift:
    carer_id = None if shift.carer_id is None else swaps.get(shift.carer_id, shift.carer_id)
    return replace(shift, shift_id=f"{name}-{shift.shift_id}", carer_id=carer_id)
