"""A week begun from the standing roster (grundplan): who comes as always, and what that leaves open (S1)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from scheduler.adjust import laid_out, taken_shifts
from scheduler.clock import DAY_MIN
from scheduler.evaluate import judged
from scheduler.message import ProblemError
from scheduler.problem import Problem, Shift
from scheduler.readout import read_out
from scheduler.roster import PlacedVisit, Roster
from scheduler.travel import TravelTable


def begin_from_standing(problem: Problem, travel: TravelTable | None = None) -> Roster:
    """The standing roster laid into the problem's weeks, judged; nothing is filled in, so that gaps are seen.

    A visit stays with its carers and near its time where they have a shift that holds it; what is due and has no
    place so is listed as unplaced, with the rule that stops it. Weeks follow each other round and round.

    Raises
    ------
    ProblemError
        The problem has no standing roster.
    """
    from scheduler.search.decode import decode

    if problem.standing_roster is None:
        raise ProblemError("The team has no standing roster; make one from a published roster first")
    travel = travel or TravelTable(problem)
    laid = in_these_weeks(problem, problem.standing_roster)
    free = replace(problem, published=None)
    world, plan = laid_out(free, laid, travel, complete=False)
    found = read_out(free, travel, decode(world, plan), taken_shifts(free, laid), workers=1)
    return judged(free, found, travel)


def in_these_weeks(problem: Problem, standing: Roster) -> Roster:
    """The standing visits on the days of the problem, in the shifts their carers have there."""
    calendar = problem.calendar
    length = 7 * standing.weeks
    offset = (calendar.first_monday - standing.first_monday).days
    shifts: dict[tuple[str, int], list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        if shift.carer_id is not None:
            shifts[shift.carer_id, shift.day].append(shift)
    by_day: dict[int, list[PlacedVisit]] = defaultdict(list)
    for visit in standing.visits:
        by_day[visit.day % length].append(visit)
    visits = []
    for day in range(calendar.days):
        for visit in by_day[(day + offset) % length]:
            moved = (day - visit.day) * DAY_MIN
            start, end = visit.start_min + moved, visit.end_min + moved
            found = [_holding(shifts[carer, day], start, end) for carer in visit.carers]
            if visit.need_id in problem.need_by_id and all(found):
                visits.append(
                    replace(
                        visit,
                        day=day,
                        start_min=start,
                        end_min=end,
                        shifts=tuple(shift.shift_id for shift in found if shift is not None),
                        pinned=False,
                    )
                )
    return Roster(
        problem.name,
        calendar.first_monday,
        calendar.weeks,
        visits=tuple(visits),
        travel_provider="",
        travel_data=None,
    )


def _holding(shifts: list[Shift], start_min: int, end_min: int) -> Shift | None:
    """The shift in which most of these minutes lie; None when a carer has no shift that day."""
    return max(
        shifts, key=lambda one: min(one.end_min, end_min) - max(one.start_min, start_min), default=None
    )
