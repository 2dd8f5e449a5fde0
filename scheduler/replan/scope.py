"""The problem as the search is given it: what may change is free, all else is nailed down (requirement S13).

Visits outside the dates in question, and what has begun, are pinned. The past is closed: wherever a carer had room in it
stands an absence, so that nothing is placed where nobody can go any more. Breaks that have begun, and those of other dates,
have a window of their own length.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from scheduler.due import Due
from scheduler.problem import Absence, Problem, Shift
from scheduler.replan.situation import Situation
from scheduler.replan.started import visit_key
from scheduler.roster import PlacedBreak, PlacedVisit, Roster
from scheduler.rules.timeline import BREAK, shift_owners


@dataclass(frozen=True)
class Scope:
    """Which visits are free: those of ``days`` that are not kept."""

    situation: Situation
    days: frozenset[int]

    def is_free(self, visit: PlacedVisit) -> bool:
        """Whether the search may change a visit; one that cannot stand is always free."""
        situation = self.situation
        if visit_key(visit) in situation.kept:
            return False
        return situation.is_hit(visit) or (visit.day in self.days and not visit.pinned)


def search_problem(scope: Scope, start: Roster, blocked: Mapping[str, tuple[int, int]]) -> Problem:
    """The problem with everything pinned that is not free.

    Parameters
    ----------
    start
        The roster the search begins from.
    blocked
        By carer: a span in which they cannot begin anything, beside their absences: the way they still have to go.
    """
    situation = scope.situation
    problem = situation.problem
    visits = tuple(replace(visit, pinned=not scope.is_free(visit)) for visit in start.visits)
    away = [
        Absence(*span, carer_id=carer_id, reason="on the way") for carer_id, span in sorted(blocked.items())
    ]
    away += _closed_past(scope, start)
    away += _closed_sessions(scope, start)
    return replace(
        problem,
        published=replace(start, visits=visits, unplaced=(), sessions=(), breaks=()),
        absences=(*problem.absences, *away),
        shifts=tuple(_with_break(scope, shift, pause) for shift, pause in _breaks(problem, start)),
    )


def _breaks(problem: Problem, start: Roster) -> list[tuple[Shift, PlacedBreak | None]]:
    pauses = {row.shift_id: row for row in start.breaks}
    return [(shift, pauses.get(shift.shift_id)) for shift in problem.shifts]


def _with_break(scope: Scope, shift: Shift, pause: PlacedBreak | None) -> Shift:
    """The shift with a window for its break that leaves only what is still open."""
    now_min = scope.situation.now_min
    if shift.break_minutes == 0 or (shift.end_min <= now_min and pause is None):
        return shift
    first, last = shift.break_window()
    if pause is not None and (pause.start_min < now_min or shift.day not in scope.days):
        return replace(shift, break_from_min=pause.start_min, break_to_min=pause.end_min)
    if first < now_min <= last - shift.break_minutes:
        return replace(shift, break_from_min=now_min)
    return shift


def _closed_past(scope: Scope, start: Roster) -> list[Absence]:
    """Absences over the room that carers had before now, on the dates on which something due might be put there."""
    situation = scope.situation
    now_min = situation.now_min
    placed = {visit_key(visit) for visit in start.visits if not scope.is_free(visit)}
    loose = [due for due in situation.due.visits if not _is_settled(due, placed)]
    open_days = {day for due in loose for day in due.days}
    open_days |= {session.day for session in situation.problem.sessions}
    shortest = min((due.need.minutes_min for due in loose), default=1)
    shortest = min([shortest, *(session.minutes for session in situation.problem.sessions)])
    found: list[Absence] = []
    for day in situation.started.days.values():
        shift = day.shift
        if day.carer is None or shift.day not in open_days or shift.start_min >= now_min:
            continue
        spans = [
            (stop.start_min, stop.end_min)
            for stop in day.stops
            if stop.start_min < now_min and (stop.kind != BREAK)
        ]
        for begin, end in _holes(shift.start_min, min(now_min, shift.end_min), spans):
            if end - begin >= shortest or end == now_min:
                found.append(Absence(begin, end, carer_id=day.carer.carer_id, reason="past"))
    return found


def _is_settled(due: Due, placed: Collection[tuple[str, int]]) -> bool:
    return any((due.need.need_id, day) in placed for day in due.days)


def _holes(start: int, end: int, spans: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of [start, end) beside the spans."""
    found = []
    at = start
    for begin, finish in sorted(spans):
        if begin > at:
            found.append((at, min(begin, end)))
        at = max(at, finish)
    if at < end:
        found.append((at, end))
    return [(begin, finish) for begin, finish in found if begin < finish]


def _closed_sessions(scope: Scope, start: Roster) -> list[Absence]:
    """Whoever does not hold a session that stays as it is, is away while it begins: nobody else takes it over."""
    situation = scope.situation
    problem = situation.problem
    owners = shift_owners(problem, start)
    on_duty: dict[int, set[str]] = defaultdict(set)
    for shift_id, carer_id in owners.items():
        on_duty[problem.shift_by_id[shift_id].day].add(carer_id)
    holders = {row.session_id: set(row.carers) for row in start.sessions}
    busy: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for visit in start.visits:
        for carer_id in visit.carers:
            busy[carer_id].append((visit.start_min, visit.end_min))
    for row in start.sessions:
        session = problem.session_by_id.get(row.session_id)
        for carer_id in row.carers if session is not None else ():
            assert session is not None
            busy[carer_id].append((session.start_min, session.end_min))
    found = []
    for session in problem.sessions:
        held = holders.get(session.session_id)
        if held is None or session.start_min < situation.now_min or session.day in scope.days:
            continue
        for carer_id in sorted(on_duty[session.day] - held):
            # One minute of it is enough, and leaves the rest of the carer's time alone.
            for begin, end in _holes(session.start_min, session.end_min, busy[carer_id])[:1]:
                found.append(Absence(begin, end, carer_id=carer_id, reason="elsewhere"))
    return found
