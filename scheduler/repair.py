"""The last safeguard: whatever the search left that breaks a hard rule is taken out and listed, until nothing does.

Pinned visits stay as they are, whatever they break (rule 10). Every step takes at least one visit or one open shift out,
or shortens one, so it ends.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from scheduler.evaluate import evaluate
from scheduler.problem import Problem, week_of
from scheduler.roster import PlacedBreak, PlacedSession, PlacedVisit, Roster, Unplaced
from scheduler.rules import Violation
from scheduler.travel import TravelTable


def made_valid(problem: Problem, roster: Roster, travel: TravelTable) -> Roster:
    """The roster without what breaks a hard rule; each visit taken out is listed with that rule."""
    while True:
        offending = [row for row in evaluate(problem, roster, travel).violations if row.hard]
        shorter = next((new for row in offending if (new := mended(problem, roster, row)) is not None), None)
        if shorter is None:
            return roster
        roster = shorter


def mended(problem: Problem, roster: Roster, violation: Violation) -> Roster | None:
    """The roster with one thing taken out (or shortened) that the violation is about; None when only pins are to blame."""
    if violation.rule == "package":
        shorter = _at_smallest(problem, roster, violation)
        if shorter is not None:
            return shorter
    if violation.number == 5:
        return _without_shift(problem, roster, violation)
    without_trainee = _without_trainee(problem, roster, violation)
    if without_trainee is not None:
        return without_trainee
    visit = _to_blame(problem, roster, violation)
    if visit is None:
        return _without_session(problem, roster, violation)
    return _without(problem, roster, [visit], violation.rule)


def _without_session(problem: Problem, roster: Roster, violation: Violation) -> Roster | None:
    """Give up the group session that is named, or the last in the shift named; None when there is none."""
    if violation.need_id is not None:
        held = [row for row in roster.sessions if row.session_id == violation.need_id]
    elif violation.shift_id is not None:
        held = [row for row in roster.sessions if violation.shift_id in row.shifts]
    else:
        held = [row for row in roster.sessions if violation.carer_id in row.carers]
    if not held:
        return None
    kept = tuple(row for row in roster.sessions if row != held[-1])
    unplaced = roster.unplaced
    if held[-1].session_id in problem.session_by_id:
        unplaced = (*unplaced, _session_left_out(problem, held[-1], violation.rule))
    return _without(problem, replace(roster, sessions=kept, unplaced=unplaced), [], violation.rule)


def _to_blame(problem: Problem, roster: Roster, violation: Violation) -> PlacedVisit | None:
    """The visit to take out: the one named, else the latest of the shift, else one of the citizen's, else the team's."""
    free = [visit for visit in roster.visits if not visit.pinned]
    if violation.need_id is not None:
        named = [v for v in free if v.need_id == violation.need_id and violation.day in (None, v.day)]
        if not named and violation.rule == "citizen_overlap":
            # The later of the two is pinned: the other has to give way.
            named = [
                v
                for v in free
                if v.citizen_id == violation.citizen_id and _is_in_its_way(roster, v, violation)
            ]
        free = named
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


def _is_in_its_way(roster: Roster, visit: PlacedVisit, violation: Violation) -> bool:
    """Whether a visit overlaps the one that a violation names."""
    return any(
        visit.start_min < other.end_min and other.start_min < visit.end_min
        for other in roster.visits
        if (other.need_id, other.day) == (violation.need_id, violation.day) and other is not visit
    )


def _in_week(visit: PlacedVisit, violation: Violation) -> bool:
    return violation.day is None or week_of(visit.day) == week_of(violation.day)


def _without(problem: Problem, roster: Roster, gone: list[PlacedVisit], rule: str) -> Roster:
    unplaced = list(roster.unplaced)
    for visit in gone:
        need = problem.need_by_id.get(visit.need_id)
        day = None if need is not None and need.days is None else visit.day
        unplaced.append(Unplaced(visit.need_id, day, week_of(visit.day), rule))
    kept = tuple(visit for visit in roster.visits if visit not in gone)
    return replace(roster, visits=kept, unplaced=tuple(unplaced), breaks=_breaks_in_use(roster, kept))


def _breaks_in_use(roster: Roster, visits: tuple[PlacedVisit, ...]) -> tuple[PlacedBreak, ...]:
    """The breaks of shifts that still have something to do."""
    used = {shift for visit in visits for shift in visit.shifts}
    used |= {shift for session in roster.sessions for shift in session.shifts}
    return tuple(row for row in roster.breaks if row.shift_id in used)


def _without_shift(problem: Problem, roster: Roster, violation: Violation) -> Roster | None:
    """Leave an open shift open, the named one or the carer's nearest to the day: its visits and sessions are taken out.

    None when no assigned open shift without pinned visits is to blame.
    """
    pinned = {shift for visit in roster.visits if visit.pinned for shift in visit.shifts}
    rows = [row for row in roster.open_shifts if row.shift_id not in pinned]
    named = [row for row in rows if row.shift_id == violation.shift_id]
    if not named:
        day = violation.day or 0
        named = [
            row for row in rows if row.carer_id == violation.carer_id and row.shift_id in problem.shift_by_id
        ]
        named.sort(key=lambda row: (abs(problem.shift_by_id[row.shift_id].day - day), row.shift_id))
    if not named:
        return None
    shift_id = named[0].shift_id
    gone = [visit for visit in roster.visits if shift_id in visit.shifts]
    dropped = [row for row in roster.sessions if shift_id in row.shifts]
    roster = replace(
        roster,
        open_shifts=tuple(row for row in roster.open_shifts if row != named[0]),
        sessions=tuple(row for row in roster.sessions if row not in dropped),
        unplaced=(*roster.unplaced, *(_session_left_out(problem, row, violation.rule) for row in dropped)),
    )
    return _without(problem, roster, gone, violation.rule)


def _session_left_out(problem: Problem, held: PlacedSession, rule: str) -> Unplaced:
    session = problem.session_by_id[held.session_id]
    return Unplaced(session.session_id, session.day, week_of(session.day), rule)


def _without_trainee(problem: Problem, roster: Roster, violation: Violation) -> Roster | None:
    """The roster with a trainee staying away from the visit in question, else from the last of the shift in question.

    None when the violation is not a trainee's, or only pinned visits are to blame.
    """
    carer = problem.carer_by_id.get(violation.carer_id or "")
    if carer is None or not carer.is_trainee:
        return None
    mine = [v for v in roster.visits if carer.carer_id in v.carers and not v.pinned]
    mine = [v for v in mine if violation.day in (None, v.day)]
    mine = [v for v in mine if v.need_id == violation.need_id] or [
        v for v in mine if violation.shift_id in v.shifts
    ]
    if not mine:
        return None
    pairs = [pair for pair in zip(mine[-1].carers, mine[-1].shifts, strict=True) if pair[0] != carer.carer_id]
    alone = replace(
        mine[-1], carers=tuple(carer for carer, _ in pairs), shifts=tuple(shift for _, shift in pairs)
    )
    visits = tuple(alone if visit is mine[-1] else visit for visit in roster.visits)
    return replace(roster, visits=visits, breaks=_breaks_in_use(roster, visits))


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
