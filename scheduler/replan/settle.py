"""Rounds that the search only nudged go back to their published times: nobody is to learn new times for nothing.

A shift that has the same visits as before, by the same people, goes back wholly or not at all; with it go those it shares
a two-carer visit with. It stays as it is where going back would let two visits of a citizen overlap or break a link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from scheduler.problem import Problem
from scheduler.replan.started import VisitKey, visit_key
from scheduler.roster import PlacedVisit, Roster


def settled(problem: Problem, before: Roster, roster: Roster) -> Roster:
    """The roster with every round that only its times tell from the published one put back."""
    old = {visit_key(visit): visit for visit in before.visits}
    new = {visit_key(visit): visit for visit in roster.visits}
    back = _shifts_that_can_go_back(problem, old, new, _same_tasks(before, roster))
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


def _same_tasks(before: Roster, roster: Roster) -> set[str]:
    """Shifts with the same visits by the same people, and the same sessions, as before."""

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
    return {shift_id for shift_id in now if was.get(shift_id) == now[shift_id]}


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
