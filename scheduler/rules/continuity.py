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
    """The different needed carers in a citizen's home visits of a week, in order; a missing key is none."""
    return context.once("carers_by_week", lambda: _by_week(context))


def _by_week(context: RosterContext) -> dict[tuple[str, int], set[str]]:
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for visit in context.visits:
        if visit.at_home:
            found[visit.citizen_id, visit.week].update(visit.needed)
    # By citizen and week, whatever the order of the visits: sums are the same to the last digit.
    return dict(sorted(found.items()))


def carers_in_window(problem: Problem, context: RosterContext) -> dict[str, set[str]]:
    """The different needed carers in a citizen's home of the pack's last 14 days, those of the history
    included, by citizen; a missing key is none.
    """
    return context.once("carers_in_window", lambda: _in_window(problem, context))


def _in_window(problem: Problem, context: RosterContext) -> dict[str, set[str]]:
    last = problem.calendar.days
    first = last - WINDOW_DAYS
    found: dict[str, set[str]] = defaultdict(set)
    for citizen_id, carers in context.once("carers_before", lambda: _before(problem, first)).items():
        found[citizen_id] = set(carers)
    for visit in context.visits:
        if visit.at_home and first <= visit.placed.day < last:
            found[visit.citizen_id].update(visit.needed)
    return dict(sorted(found.items()))


def _before(problem: Problem, first: int) -> dict[str, set[str]]:
    """The carers of the history from a day on, by citizen."""
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for row in problem.history:
        if first <= row.day < min(0, problem.calendar.days):
            seen[row.citizen_id, row.carer_id] += row.visits
    found: dict[str, set[str]] = defaultdict(set)
    for (citizen_id, carer_id), visits in seen.items():
        if visits > 0:
            found[citizen_id].add(carer_id)
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
