"""The last safeguard: whatever the search left that breaks a hard rule is taken out and listed, until nothing does.

Pinned visits stay as they are, whatever they break (rule 10). Every step takes at least one visit or one open shift out,
or shortens one, so it ends.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from scheduler.evaluate import evaluate
from scheduler.problem import Problem, week_of
from scheduler.roster import PlacedVisit, Roster, Unplaced
from scheduler.rules import Violation
from scheduler.travel import TravelTable


def made_valid(problem: Problem, roster: Roster, travel: TravelTable) -> Roster:
    """The roster without what breaks a hard rule; each visit taken out is listed with that rule."""
    while True:
        offending = [row for row in evaluate(problem, roster, travel).violations if row.hard]
        mended = next((new for row in offending if (new := _mended(problem, roster, row)) is not None), None)
        if mended is None:
            return roster
        roster = mended


def _mended(problem: Problem, roster: Roster, violation: Violation) -> Roster | None:
    """The roster with one thing taken out that the violation is about; None when only pins are to blame."""
    if violation.rule == "package":
        shorter = _at_smallest(problem, roster, violation)
        if shorter is not None:
            return shorter
    if violation.number == 5 and violation.shift_id is not None:
        given = {shift.shift_id for shift in problem.shifts if shift.carer_id is not None}
        if violation.shift_id not in given:
            return _without_shift(problem, roster, violation)
    visit = _to_blame(problem, roster, violation)
    return None if visit is None else _without(problem, roster, [visit], violation.rule)


def _to_blame(problem: Problem, roster: Roster, violation: Violation) -> PlacedVisit | None:
    """The visit to take out: the one named, else the latest of the shift, else one of the citizen's, else the team's."""
    free = [visit for visit in roster.visits if not visit.pinned]
    if violation.need_id is not None:
        free = [v for v in free if v.need_id == violation.need_id and violation.day in (None, v.day)]
    elif violation.shift_id is not None:
        free = [v for v in free if violation.shift_id in v.shifts]
    elif violation.citizen_id is not None:
        free = [v for v in free if v.citizen_id == violation.citizen_id and _in_week(v, violation)]
        faces = Counter(carer for visit in free for carer in visit.carers)
        free.sort(key=lambda v: (-min((faces[c] for c in v.carers), default=0), v.start_min))
    elif violation.rule == "untrained_share":
        untrained = {c.carer_id for c in problem.carers if c.qualification == "untrained"}
        free = sorted((v for v in free if untrained & set(v.carers)), key=lambda v: (v.minutes, v.start_min))
    elif violation.carer_id is not None:
        free = [v for v in free if violation.carer_id in v.carers]
    return free[-1] if free else None


def _in_week(visit: PlacedVisit, violation: Violation) -> bool:
    return violation.day is None or week_of(visit.day) == week_of(violation.day)


def _without(problem: Problem, roster: Roster, gone: list[PlacedVisit], rule: str) -> Roster:
    unplaced = list(roster.unplaced)
    for visit in gone:
        need = problem.need_by_id.get(visit.need_id)
        day = None if need is not None and need.days is None else visit.day
        unplaced.append(Unplaced(visit.need_id, day, week_of(visit.day), rule))
    kept = tuple(visit for visit in roster.visits if visit not in gone)
    used = {shift for visit in kept for shift in visit.shifts}
    used |= {shift for session in roster.sessions for shift in session.shifts}
    breaks = tuple(row for row in roster.breaks if row.shift_id in used)
    return replace(roster, visits=kept, unplaced=tuple(unplaced), breaks=breaks)


def _without_shift(problem: Problem, roster: Roster, violation: Violation) -> Roster:
    """Leave an open shift open: its visits are taken out."""
    gone = [visit for visit in roster.visits if violation.shift_id in visit.shifts and not visit.pinned]
    remaining = tuple(row for row in roster.open_shifts if row.shift_id != violation.shift_id)
    return replace(_without(problem, roster, gone, violation.rule), open_shifts=remaining)


def _at_smallest(problem: Problem, roster: Roster, violation: Violation) -> Roster | None:
    """A citizen's week above its package with every visit at its smallest; None when that is not the trouble."""
    package = problem.package_of(violation.citizen_id) if violation.citizen_id else None
    most = None if package is None else package.most_min()
    if most is None or violation.value is None or float(violation.value) <= most:
        return None
    visits, changed = [], False
    for visit in roster.visits:
        need = problem.need_by_id[visit.need_id]
        mine = visit.citizen_id == violation.citizen_id and _in_week(visit, violation) and need.counts
        if mine and not visit.pinned and visit.minutes > need.minutes_min:
            visit, changed = replace(visit, end_min=visit.start_min + need.minutes_min), True
        visits.append(visit)
    return replace(roster, visits=tuple(visits)) if changed else None
