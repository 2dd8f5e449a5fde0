"""A team whose visits cannot all be placed: the sets of demands that cannot be met together, with proof (S11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.due import Due
from scheduler.feasibility import CAPACITY, Feasibility
from scheduler.problem import Need, Problem, day_start_min, week_of
from scheduler.qualifications import qualifies
from scheduler.roster import Roster
from scheduler.travel import TravelTable

if TYPE_CHECKING:
    from scheduler.cpsat.conflicts import ConflictSet


@dataclass(frozen=True)
class Conflict:
    """Visits of one date that no roster can place together.

    Attributes
    ----------
    needs
        The visits; without any one of them the others fit as far as the proof's model goes (``irreducible``).
    from_min, to_min
        The stretch in which they all have to be done (pack minutes): earliest start to latest end at their smallest.
    people, minutes
        Person-visits, and minutes at the smallest lengths, travel not counted.
    carers
        Those on duty then who could do at least one of them.
    qualifications
        What is asked for, without doubles.
    rule
        For a single visit nobody can do: the rule that stops it; else ``capacity``.
    """

    day: int
    needs: tuple[Need, ...]
    from_min: int
    to_min: int
    people: int
    minutes: int
    carers: tuple[str, ...]
    qualifications: tuple[str | None, ...]
    irreducible: bool
    rule: str


@dataclass(frozen=True)
class TeamExplanation:
    """What is proven about a team: sets that cannot be met, and the dates on which nothing could be settled.

    No set and no unsettled date: as far as the model goes everything fits; that no set was found is no promise that a
    roster with everything in it exists.
    """

    conflicts: tuple[Conflict, ...]
    days: tuple[int, ...]
    unsettled: tuple[int, ...]


def explain_team(
    problem: Problem, roster: Roster | None = None, travel: TravelTable | None = None
) -> TeamExplanation:
    """The demands that cannot be met together, date by date.

    With a roster only the dates on which it leaves something out are looked at (all dates of a week in which an "any"
    visit is left out). The proof does not rest on the roster: open shifts count as taken by whoever could.
    """
    from scheduler.cpsat.conflicts import Conflicts

    table = travel or TravelTable(problem)
    days = tuple(range(problem.calendar.days)) if roster is None else _days(problem, roster)
    found: list[Conflict] = []
    unsettled = []
    conflicts = Conflicts(problem, table)
    check = Feasibility(problem, table)
    for day in days:
        answer = conflicts.on(day)
        found += [_told(problem, check, row) for row in answer.sets]
        if not answer.settled:
            unsettled.append(day)
    return TeamExplanation(tuple(found), days, tuple(unsettled))


def _days(problem: Problem, roster: Roster) -> tuple[int, ...]:
    days: set[int] = set()
    for row in roster.unplaced:
        if row.need_id in problem.need_by_id:
            days |= {row.day} if row.day is not None else set(range(7 * row.week, 7 * row.week + 7))
    return tuple(sorted(days))


def _told(problem: Problem, check: Feasibility, row: ConflictSet) -> Conflict:
    needs = tuple(problem.need_by_id[one] for one in row.needs)
    midnight = day_start_min(row.day)
    asked = dict.fromkeys(need.qualification for need in needs)
    rule = CAPACITY
    if len(needs) == 1:
        rule = check.rule(Due(needs[0], week_of(row.day), 0, (row.day,)))
    return Conflict(
        row.day,
        needs,
        midnight + min(need.start_bounds()[0] for need in needs),
        midnight + max(need.start_bounds()[1] + need.minutes_min for need in needs),
        sum(need.carers for need in needs),
        sum(need.carers * need.minutes_min for need in needs),
        row.carers,
        _weakest_first(tuple(asked)),
        row.irreducible,
        rule,
    )


def _weakest_first(asked: Sequence[str | None]) -> tuple[str | None, ...]:
    """Qualifications that somebody with another of them has anyway come first."""
    return tuple(
        sorted(
            asked,
            key=lambda one: (
                one is not None,
                sum(other is not None and one is not None and qualifies(one, other) for other in asked),
                one or "",
            ),
        )
    )
