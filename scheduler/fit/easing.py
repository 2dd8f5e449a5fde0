"""Where a new visit has no place: the smallest changes that would give it one, and other days, each judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scheduler.desk import Desk, Place
from scheduler.due import due_visits
from scheduler.evaluate import evaluate
from scheduler.explain.board import Board
from scheduler.explain.easing import Budget, Eased
from scheduler.explain.relaxations import relaxations
from scheduler.problem import Need, Problem
from scheduler.roster import Roster
from scheduler.travel import TravelTable

#: Visits of judged rosters that looking for changes may cost in all; a second or two of work.
EASING_BUDGET = 100_000
WEEK_DAYS = 7
#: Of several other days so many are told.
OTHER_DAYS_MOST = 3


class Easing:
    """A roster, and what would help visits that have no place in it."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable) -> None:
        self.problem, self.roster, self.travel = problem, roster, travel
        self._board = Board(problem, roster, travel)
        self._budget = Budget(EASING_BUDGET, max(1, len(roster.visits)))
        self._hard = {str(row.message) for row in evaluate(problem, roster, travel).hard}

    def changes(self, need: Need, days: Sequence[int]) -> tuple[Eased, ...]:
        """The smallest change of each kind that gives a visit of the need a place on one of these days."""
        return tuple(relaxations(self._board, need, days, budget=self._budget))

    def other_days(self, need: Need, day: int) -> tuple[Place, ...]:
        """For a visit on a date: places on other days of the week on which the need has no visit, the cheapest first."""
        first = day // WEEK_DAYS * WEEK_DAYS
        taken = {one for due in due_visits(self.problem).visits if due.need == need for one in due.days}
        free = [one for one in range(first, first + WEEK_DAYS) if one not in taken]
        moved = replace(need, days=tuple(one - first for one in free))
        others = tuple(moved if row == need else row for row in self.problem.needs)
        problem = replace(self.problem, needs=others)
        due_days = {one for due in due_visits(problem).visits if due.need == moved for one in due.days}
        asked = [one for one in free if one in due_days]
        if not asked:
            return ()
        desk = Desk(problem, self.roster, self.travel)
        found = sorted(
            (place for one in asked for place in desk.places(need.need_id, one, limit=1)),
            key=lambda place: (place.cost, place.day),
        )
        return tuple(
            place for place, _ in zip(self._lawful(desk, found), range(OTHER_DAYS_MOST), strict=False)
        )

    def _lawful(self, desk: Desk, places: Sequence[Place]) -> Iterator[Place]:
        """The places in which the judge finds no rule broken that was not broken before."""
        for place in places:
            roster = desk.with_place(place)
            if all(
                str(row.message) in self._hard for row in evaluate(desk.problem, roster, self.travel).hard
            ):
                yield place
