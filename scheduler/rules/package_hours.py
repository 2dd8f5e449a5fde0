"""Rule 7: a citizen's counted minutes in a week lie within the package's interval (S2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from scheduler.message import Message
from scheduler.problem import Package, Problem, week_of
from scheduler.rules.context import RosterContext
from scheduler.rules.violation import Violation, broken

WITHIN, OVER, UNDER, SHORT, NO_BOUND, OUTSIDE = (
    "within",
    "over_package",
    "under_package",
    "short",
    "no_bound",
    "outside",
)


@dataclass(frozen=True)
class PackageWeek:
    """A citizen's week held against the package: counted minutes placed and unplaced, and the status."""

    citizen_id: str
    week: int
    package: Package
    placed_min: int
    unplaced_min: int
    status: str


@dataclass
class _Tally:
    placed_min: int = 0
    unplaced_min: int = 0
    all_smallest: bool = True
    all_largest: bool = True


def package_weeks(problem: Problem, context: RosterContext) -> list[PackageWeek]:
    """Every citizen's every week, in the order of the pack.

    Counted are each needed person's minutes, or the minutes once, by the package's ``two_carers_count``; a
    session's minutes divided by its citizens. Needs that do not count are left out.
    """
    return context.once(
        "package_weeks",
        lambda: list(package_weeks_of(problem, context, [one.citizen_id for one in problem.citizens])),
    )


def package_weeks_of(
    problem: Problem, context: RosterContext, citizens: Collection[str]
) -> Iterator[PackageWeek]:
    """The weeks of these citizens, in their order."""
    tallies: dict[tuple[str, int], _Tally] = defaultdict(_Tally)
    for visit in context.visits:
        need = visit.need
        if need.counts:
            tally = tallies[visit.citizen_id, visit.week]
            minutes = visit.placed.minutes
            tally.placed_min += minutes * _times(problem, visit.citizen_id, len(visit.needed))
            # What a planner has pinned is not made longer or shorter for the package's sake.
            tally.all_smallest &= visit.placed.pinned or minutes <= need.minutes_min
            tally.all_largest &= visit.placed.pinned or minutes >= need.minutes_max
    for due in context.matching.unplaced:
        need = due.need
        if need.counts:
            wished = need.minutes * _times(problem, need.citizen_id, need.carers)
            tallies[need.citizen_id, due.week].unplaced_min += wished
    for held in context.sessions:
        for citizen_id in held.session.citizens:
            tallies[citizen_id, week_of(held.session.day)].placed_min += held.session.citizen_minutes()
    for session in context.matching.unplaced_sessions:
        for citizen_id in session.citizens:
            tallies[citizen_id, week_of(session.day)].unplaced_min += session.citizen_minutes()
    for citizen_id in citizens:
        for week in range(problem.calendar.weeks):
            yield _judged(problem, context, citizen_id, week, tallies[citizen_id, week])


def _times(problem: Problem, citizen_id: str, carers: int) -> int:
    return carers if problem.package_of(citizen_id).two_carers_count == "both" else min(carers, 1)


def _judged(
    problem: Problem, context: RosterContext, citizen_id: str, week: int, tally: _Tally
) -> PackageWeek:
    package = problem.package_of(citizen_id)
    cancelled = (citizen_id, week) in context.due.cancelled
    status = _status(package, tally, cancelled)
    return PackageWeek(citizen_id, week, package, tally.placed_min, tally.unplaced_min, status)


def _status(package: Package, tally: _Tally, cancelled: bool) -> str:
    most, least = package.most_min(), package.least_min()
    if package.min_minutes is None and package.max_minutes is None:
        return NO_BOUND
    if most is not None and tally.placed_min > most:
        return OVER if tally.all_smallest else OUTSIDE
    if tally.placed_min + tally.unplaced_min < least:
        if cancelled:
            return WITHIN
        return UNDER if tally.all_largest else OUTSIDE
    return SHORT if tally.placed_min < least else WITHIN


def package_rule(problem: Problem, context: RosterContext) -> list[Violation]:
    """The minutes lie within the interval, as near to it as the visits' smallest and largest durations allow.

    Nothing is hard where the pack only wants to be warned (``rules.package_minutes = "warn"``).
    """
    if problem.rules.package_minutes != "week":
        return []
    return list(_outside(problem, context))


def _outside(problem: Problem, context: RosterContext) -> Iterator[Violation]:
    for row in package_weeks(problem, context):
        if row.status != OUTSIDE:
            continue
        most, least = row.package.most_min(), row.package.least_min()
        values = {
            "citizen": row.citizen_id,
            "week": problem.calendar.week_name(row.week),
            "value": row.placed_min,
            "package": row.package.package_id,
        }
        above = most is not None and row.placed_min > most
        limit = most if above else least
        if above:
            message = Message(
                "citizen {citizen}, {week}: {value} counted minutes, package {package} allows at most"
                " {limit}, and not every visit is at its smallest",
                {**values, "limit": limit},
            )
        else:
            message = Message(
                "citizen {citizen}, {week}: {value} counted minutes, package {package} asks for at"
                " least {limit}, and not every visit is at its largest",
                {**values, "limit": limit},
            )
        yield broken(
            "package",
            message,
            citizen_id=row.citizen_id,
            day=7 * row.week,
            value=row.placed_min,
            limit=limit,
        )
