"""What has begun at a moment: the part of a roster that nobody can change any more (requirement S13).

A visit, session or break has begun when its start lies before the moment; and a visit is as good as begun when one of
its carers is already on the way there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.problem import Problem
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.timeline import ShiftDay, Stop, shift_days
from scheduler.travel import TravelTable

VisitKey = tuple[str, int]


@dataclass(frozen=True)
class Started:
    """What has begun: visits by (need id, day), sessions and breaks (by shift id); and each shift's day as it runs."""

    now_min: int
    visits: frozenset[VisitKey]
    #: Visits that have not begun, but one of whose carers is on the way.
    under_way: frozenset[VisitKey]
    sessions: frozenset[str]
    breaks: frozenset[str]
    days: Mapping[str, ShiftDay]

    def stops_of(self, carer_id: str) -> list[Stop]:
        """What a carer has begun, in order of time."""
        found = [
            stop
            for day in self.days.values()
            if day.carer is not None and day.carer.carer_id == carer_id
            for stop in day.stops
            if stop.start_min < self.now_min
        ]
        return sorted(found, key=lambda stop: (stop.start_min, stop.end_min))


def started_at(problem: Problem, roster: Roster, travel: TravelTable, now_min: int) -> Started:
    """What of the roster has begun at a pack minute."""
    days = shift_days(problem, roster, travel)
    visits = {visit_key(visit) for visit in roster.visits if visit.start_min < now_min}
    under_way = set()
    for day in days.values():
        for leg in day.legs:
            ahead = leg.after
            if leg.start_min < now_min and ahead is not None and ahead.visit is not None:
                under_way.add(visit_key(ahead.visit))
    return Started(
        now_min,
        frozenset(visits),
        frozenset(under_way - visits),
        frozenset(
            row.session_id
            for row in roster.sessions
            if row.session_id in problem.session_by_id
            and problem.session_by_id[row.session_id].start_min < now_min
        ),
        frozenset(row.shift_id for row in roster.breaks if row.start_min < now_min),
        days,
    )


def visit_key(visit: PlacedVisit) -> VisitKey:
    """A dated visit: (need id, day)."""
    return visit.need_id, visit.day
