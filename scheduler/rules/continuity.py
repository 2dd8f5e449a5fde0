"""Rule 9, and the counting of different carers it shares with the figures (S3)."""

from __future__ import annotations

from collections import defaultdict

from scheduler.message import Message
from scheduler.problem import Problem
from scheduler.rules.context import RosterContext
from scheduler.rules.violation import Violation, broken

#: The rolling window in which a citizen's different carers are counted.
WINDOW_DAYS = 14


def carers_by_week(context: RosterContext) -> dict[tuple[str, int], set[str]]:
    """The different needed carers in a citizen's home visits of a week; a missing key is none."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for visit in context.visits:
        if visit.at_home:
            found[visit.citizen_id, visit.week].update(visit.needed)
    return dict(found)


def carers_in_window(problem: Problem, context: RosterContext) -> dict[str, set[str]]:
    """The different needed carers in a citizen's home of the pack's last 14 days, those of the history
    included.
    """
    last = problem.calendar.days
    first = last - WINDOW_DAYS
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for row in problem.history:
        if first <= row.day < min(0, last):
            seen[row.citizen_id, row.carer_id] += row.visits
    found: dict[str, set[str]] = defaultdict(set)
    for (citizen_id, carer_id), visits in seen.items():
        if visits > 0:
            found[citizen_id].add(carer_id)
    for visit in context.visits:
        if visit.at_home and first <= visit.placed.day < last:
            found[visit.citizen_id].update(visit.needed)
    return dict(found)


def carers_max(problem: Problem, context: RosterContext) -> list[Violation]:
    """A citizen with a cap has no more different carers in a week."""
    found = []
    for (citizen_id, week), carers in carers_by_week(context).items():
        limit = problem.citizen_by_id[citizen_id].carers_max
        if limit is not None and len(carers) > limit:
            message = Message(
                "citizen {citizen}, week from {date}: {value} different carers, at most {limit}: {carers}",
                {
                    "citizen": citizen_id,
                    "date": context.date(7 * week),
                    "value": len(carers),
                    "limit": limit,
                    "carers": " ".join(sorted(carers)),
                },
            )
            found.append(
                broken(
                    "carers_max",
                    message,
                    citizen_id=citizen_id,
                    day=7 * week,
                    value=len(carers),
                    limit=limit,
                )
            )
    return found
