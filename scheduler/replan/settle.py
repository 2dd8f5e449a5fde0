"""Rounds that the search only nudged go back to their published times: nobody is to learn new times for nothing.

A shift that has no other visits than before, by the same people, goes back wholly or not at all; with it go those it
shares a two-carer visit with. It stays as it is where going back would let two visits of a citizen overlap or break a link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from scheduler.problem import Problem
from scheduler.replan.situation import Situation
from scheduler.replan.started import VisitKey, visit_key
from scheduler.roster import PlacedVisit, Roster


def settled(situation: Situation, roster: Roster) -> Roster:
    """The roster with every round put back that only its times tell from the published one, or visits that are gone."""
    problem, before = situation.problem, situation.before
    old = {visit_key(visit): visit for visit in before.visits}
    new = {visit_key(visit): visit for visit in roster.visits}
    back = _fewer_tasks(before, roster) - _in_shifts(situation)
    back = _shifts_that_can_go_back(problem, old, new, back)
    visits = tuple(
        replace(old[visit_key(v)], pinned=v.pinned) if v.shifts and set(v.shifts) <= back else v
        for v in roster.visits
    )
    pauses = {row.shift_id: row for row in before.breaks}
    breaks = [pauses.get(row.shift_id, row) if row.shift_id in back else row for row in roster.breaks]
    named = {row.shift_id for row in breaks}
    breaks += [row for row in before.breaks if row.shift_id in back and row.shift_id not in named]
    return replace(
        roster, visits=visits, breaks=tuple(sorted(breaks, key=lambda row: (row.start_min, row.shift_id)))
    )


def _in_shifts(situation: Situation) -> set[str]:
    """The shifts of carers who are away or held: their old times are not to be had."""
    away = situation.problem.absences_of_carer
    return {
        shift_id
        for shift_id, day in situation.started.days.items()
        if day.carer is not None
        and any(
            row.overlaps(day.shift.start_min, day.shift.end_min) for row in away.get(day.carer.carer_id, ())
        )
    }


def _fewer_tasks(before: Roster, roster: Roster) -> set[str]:
    """Shifts with nothing but visits by the same people, and sessions, that they had before; some may be gone."""

    def tasks(of: Roster) -> dict[str, set[object]]:
        found: dict[str, set[object]] = defaultdict(set)
        for visit in of.visits:
            for shift_id in visit.shifts:
                found[shift_id].add((visit.need_id, visit.day, visit.modality, frozenset(visit.carers)))
        for row in of.sessions:
            for shift_id in row.shifts:
                found[shift_id].add((row.session_id, frozenset(row.carers)))
        return found

    was, now = tasks(before), tasks(roster)
    return {shift_id for shift_id in now if now[shift_id] <= was.get(shift_id, set())}


def _shifts_that_can_go_back(
    problem: Problem, old: Mapping[VisitKey, PlacedVisit], new: Mapping[VisitKey, PlacedVisit], back: set[str]
) -> set[str]:
    by_citizen_day: dict[tuple[str, int], list[PlacedVisit]] = defaultdict(list)
    for visit in new.values():
        by_citizen_day[visit.citizen_id, visit.day].append(visit)
    links: dict[str, set[str]] = defaultdict(set)
    for link in problem.links:
        links[link.first_need].add(link.second_need)
        links[link.second_need].add(link.first_need)

    def times(visit: PlacedVisit) -> tuple[int, int]:
        there = old[visit_key(visit)] if set(visit.shifts) <= back else visit
        return there.start_min, there.end_min

    def may_go(visit: PlacedVisit) -> bool:
        key = visit_key(visit)
        was = old[key]
        if (was.start_min, was.end_min) == (visit.start_min, visit.end_min):
            return True
        if not set(visit.shifts) <= back:
            return False
        for other in by_citizen_day[visit.citizen_id, visit.day]:
            start, end = times(other)
            if visit_key(other) != key and was.start_min < end and start < was.end_min:
                return False
            is_linked = other.need_id in links[visit.need_id]
            if is_linked and (visit_key(other) not in old or times(other) != _times(old[visit_key(other)])):
                return False
        return True

    changing = True
    while changing:
        changing = False
        for visit in new.values():
            if back & set(visit.shifts) and not may_go(visit):
                back -= set(visit.shifts)
                changing = True
    return back


def _times(visit: PlacedVisit) -> tuple[int, int]:
    return visit.start_min, visit.end_min
