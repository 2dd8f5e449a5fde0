"""A team whose rota is not finished: some of its shifts are nobody's yet, and carers have wishes.

The shifts are taken out of a lawful rota, so that there is a way to fill them; those who had them owe the hours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from scheduler.message import ProblemError
from scheduler.problem import PARTS, Problem, Shift, Wish
from scheduler.working_days import part_of

#: Of every so many carers one wishes for a weekend day off, one for the part of the day usual for them, one
#: for an open shift.
CARERS_PER_WISH = 4


def open_some(problem: Problem, count: int, rng: Random) -> Problem:
    """The team with ``count`` open shifts in all (those it has included), and with some wishes.

    Raises
    ------
    ProblemError
        More shifts than can be opened; those of mentors, trainees, substitutes and absent carers stay.
    """
    have = sum(shift.carer_id is None for shift in problem.shifts)
    able = [shift.shift_id for shift in problem.shifts if _may_be_opened(problem, shift)]
    if count > have + len(able):
        raise ProblemError(
            "{value} open shifts are more than the team can have; give at most {most}",
            value=count,
            most=have + len(able),
        )
    opened = set(rng.sample(able, max(0, count - have)))
    shifts = tuple(
        replace(shift, carer_id=None) if shift.shift_id in opened else shift for shift in problem.shifts
    )
    with_open = replace(problem, shifts=shifts)
    return replace(with_open, wishes=tuple(_wishes(with_open, rng)))


def _may_be_opened(problem: Problem, shift: Shift) -> bool:
    if shift.carer_id is None:
        return False
    carer = problem.carer_by_id[shift.carer_id]
    mentors = {one.mentor for one in problem.carers}
    away = problem.absences_of_carer.get(shift.carer_id, ())
    return (
        carer.kind == "fixed"
        and not carer.is_trainee
        and carer.carer_id not in mentors
        and not any(row.overlaps(shift.start_min, shift.end_min) for row in away)
    )


def _wishes(problem: Problem, rng: Random) -> list[Wish]:
    fixed = [carer.carer_id for carer in problem.carers if carer.kind == "fixed" and not carer.is_trainee]
    worked = {(shift.carer_id, shift.day) for shift in problem.shifts}
    opened = sorted({shift.day for shift in problem.shifts if shift.carer_id is None})
    found = []
    for index, carer_id in enumerate(fixed):
        free = [day for day in range(problem.calendar.days) if (carer_id, day) not in worked]
        weekend = [day for day in free if day % 7 >= 5]
        with_open = [day for day in opened if day in free]
        if index % CARERS_PER_WISH == 0 and weekend:
            found.append(Wish(carer_id, rng.choice(weekend), "off"))
        elif index % CARERS_PER_WISH == 1:
            parts = Counter(part_of(shift) for shift in problem.shifts if shift.carer_id == carer_id)
            usual = max(PARTS, key=parts.__getitem__)
            found.append(Wish(carer_id, None, usual, weight=20))
        elif index % CARERS_PER_WISH == 2 and with_open:
            found.append(Wish(carer_id, rng.choice(with_open), "on"))
    return found
