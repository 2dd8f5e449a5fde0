"""What can stand of a published roster after events, and what is due and has no place in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from scheduler.problem import week_of
from scheduler.replan.situation import Situation
from scheduler.replan.started import visit_key
from scheduler.roster import PlacedSession, PlacedVisit, Roster, Unplaced
from scheduler.rules.matching import match_due


def standing_part(situation: Situation) -> tuple[Roster, list[PlacedVisit]]:
    """The published roster without what cannot stand, and the visits taken out of it that are still due."""
    problem = situation.problem
    due_days: dict[str, set[int]] = defaultdict(set)
    counts: Counter[tuple[str, int]] = Counter()
    for due in situation.due.visits:
        due_days[due.need.need_id].update(due.days)
        counts[due.need.need_id, due.week] += 1
    stays: list[PlacedVisit] = []
    out: list[PlacedVisit] = []
    order = sorted(situation.before.visits, key=lambda v: (visit_key(v) not in situation.kept, v.start_min))
    for visit in order:
        key = (visit.need_id, week_of(visit.day))
        is_kept = visit_key(visit) in situation.kept
        if not is_kept and situation.is_hit(visit):
            if visit.need_id in problem.need_by_id:
                out.append(visit)
            continue
        if visit.day not in due_days[visit.need_id] or counts[key] == 0:
            if is_kept:
                stays.append(visit)
            continue
        counts[key] -= 1
        stays.append(_without_absent_trainees(situation, visit))
    orphans = []
    for visit in out:
        key = (visit.need_id, week_of(visit.day))
        if counts[key] > 0:
            counts[key] -= 1
            orphans.append(visit)
    position = {id(visit): index for index, visit in enumerate(situation.before.visits)}
    stays.sort(key=lambda v: position.get(id(v), v.start_min))
    sessions = tuple(row for row in situation.before.sessions if not _session_is_hit(situation, row))
    roster = replace(situation.before, visits=tuple(stays), sessions=sessions)
    return with_unplaced(situation, roster), orphans


def _without_absent_trainees(situation: Situation, visit: PlacedVisit) -> PlacedVisit:
    """The visit without trainees who are away by now; what has begun stays as it is."""
    if visit_key(visit) in situation.kept:
        return visit
    away = situation.problem.absences_of_carer
    people = [
        (carer, shift)
        for carer, shift in zip(visit.carers, visit.shifts, strict=False)
        if not any(row.overlaps(visit.start_min, visit.end_min) for row in away.get(carer, ()))
    ]
    if len(people) == len(visit.carers):
        return visit
    return replace(visit, carers=tuple(one for one, _ in people), shifts=tuple(one for _, one in people))


def _session_is_hit(situation: Situation, row: PlacedSession) -> bool:
    session = situation.problem.session_by_id.get(row.session_id)
    if session is None or row.session_id in situation.started.sessions:
        return False
    away = [one for carer in row.carers for one in situation.problem.absences_of_carer.get(carer, ())]
    return any(one.overlaps(session.start_min, session.end_min) for one in away)


def with_unplaced(situation: Situation, roster: Roster) -> Roster:
    """The roster with exactly what is due and not placed listed; known rules stay, ``capacity`` where none is known."""
    problem = situation.problem
    bare = match_due(problem, replace(roster, unplaced=()), situation.due)
    rules = {(row.need_id, row.day, row.week): row for row in (*situation.before.unplaced, *roster.unplaced)}
    rows = []
    for due in bare.unlisted:
        key = (due.need.need_id, due.fixed_day, due.week)
        rows.append(rules.get(key, Unplaced(*key, rule="capacity")))
    for session in bare.unlisted_sessions:
        key = (session.session_id, session.day, week_of(session.day))
        rows.append(rules.get(key, Unplaced(*key, rule="capacity")))
    return replace(roster, unplaced=tuple(rows))
