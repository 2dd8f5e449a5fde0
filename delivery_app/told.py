"""From the optimiser's changes of a roster to the records that are kept and shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from delivery_app.changed import (
    CarerChanged,
    Changed,
    CitizenChanged,
    SessionChanged,
    StopThen,
    VisitChanged,
    VisitThen,
)
from scheduler.clock import DAY_MIN
from scheduler.problem import Problem
from scheduler.replan.changes import CarerChanges, Changes, VisitChange, changes_of
from scheduler.replan.situation import Situation, situation_of
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.timeline import ShiftDay, Stop
from scheduler.travel import TravelTable


def changed_between(
    problem: Problem, before: Roster, after: Roster, now_min: int, travel: TravelTable
) -> Changed:
    """What another roster of the same weeks changes, as it looks at a moment (before the weeks: as they begin)."""
    situation = situation_at(problem, before, now_min, travel)
    return changed_of(problem, changes_of(situation, after, travel))


def ahead_of(problem: Problem, changed: Changed, now_min: int) -> Changed:
    """The changes without the citizens' visits that had begun before a moment, as they were or as they would be."""
    citizens = []
    for row in changed.citizens:
        ahead = tuple(visit for visit in row.visits if _is_ahead(problem, visit, now_min))
        if ahead:
            citizens.append(CitizenChanged(row.citizen, ahead))
    return replace(changed, citizens=tuple(citizens))


def situation_at(problem: Problem, roster: Roster, now_min: int, travel: TravelTable) -> Situation:
    """A published roster at a moment at which nothing happened: what of it has begun."""
    last = problem.calendar.days * DAY_MIN - 1
    return situation_of(problem, roster, min(max(now_min, 0), last), [], travel)


def _is_ahead(problem: Problem, visit: VisitChanged, now_min: int) -> bool:
    day, minute = visit.when
    return problem.calendar.day(day) * DAY_MIN + minute >= now_min


def changed_of(problem: Problem, changes: Changes) -> Changed:
    """Changes as records of codes, dates and minutes."""
    return Changed(
        citizens=tuple(
            CitizenChanged(row.citizen_id, tuple(visit_changed(problem, visit) for visit in row.visits))
            for row in changes.citizens
        ),
        sessions=tuple(
            SessionChanged(
                row.session_id,
                problem.calendar.date(session.day),
                session.start_min - session.day * DAY_MIN,
                row.before,
                row.after,
            )
            for row in changes.sessions
            for session in [problem.session_by_id[row.session_id]]
        ),
        carers=tuple(_carer(problem, row) for row in changes.carers),
    )


def visit_changed(problem: Problem, change: VisitChange) -> VisitChanged:
    """One changed visit as a record."""
    return VisitChanged(
        need=change.need_id,
        service=problem.need_by_id[change.need_id].service,
        kind=change.kind,
        before=None if change.before is None else visit_then(problem, change.before),
        after=None if change.after is None else visit_then(problem, change.after),
        rule=change.rule,
        new_carers=change.new_carers,
        delay_min=change.delay_min,
    )


def visit_then(problem: Problem, visit: PlacedVisit) -> VisitThen:
    """A placed visit as a record."""
    midnight = visit.day * DAY_MIN
    known = problem.carer_by_id
    return VisitThen(
        date=problem.calendar.date(visit.day),
        start_min=visit.start_min - midnight,
        end_min=visit.end_min - midnight,
        modality=visit.modality,
        carers=tuple(
            one for one in dict.fromkeys(visit.carers) if one not in known or not known[one].is_trainee
        ),
    )


def _carer(problem: Problem, row: CarerChanges) -> CarerChanged:
    was = Counter((stop.what, stop.start_min) for stop in row.before.stops)
    gone = Counter(row.gone)
    lost = []
    for stop in row.before.stops:
        if gone[stop.what] > 0:
            gone[stop.what] -= 1
            lost.append(_stop(row.before, stop, is_new=False))
    return CarerChanged(
        carer=row.carer_id,
        date=problem.calendar.date(row.day),
        round=tuple(
            _stop(row.after, stop, is_new=(stop.what, stop.start_min) not in was) for stop in row.after.stops
        ),
        gone=tuple(lost),
        travel_before_min=row.before.travel_min,
        travel_min=row.after.travel_min,
    )


def _stop(day: ShiftDay, stop: Stop, *, is_new: bool) -> StopThen:
    midnight = day.shift.day * DAY_MIN
    visit = stop.visit
    kind = "screen" if visit is not None and visit.modality == "screen" else stop.kind
    return StopThen(
        kind=kind,
        start_min=stop.start_min - midnight,
        end_min=stop.end_min - midnight,
        what=stop.what,
        citizen=None if visit is None else visit.citizen_id,
        is_new=is_new,
    )
