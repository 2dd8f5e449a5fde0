"""The travel times a problem is planned and judged by: provider, then ``matrix.csv``, then ferries."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np

from scheduler.problem import BASE, FIRST_VISIT, Ferry, Problem
from scheduler.travel.crow_flies import CrowFlies
from scheduler.travel.provider import Legs, TravelProvider


class TravelTable:
    """Whole minutes between a problem's places: citizens, sessions and the base (ids as in the pack).

    A shift that begins at its first visit, or on an island, has no point on the map to begin at:
    :meth:`end_minutes` answers for these.
    """

    def __init__(self, problem: Problem, provider: TravelProvider | None = None) -> None:
        self.provider: TravelProvider = provider or CrowFlies(problem.travel)
        self._ferry_on = problem.ferry_on
        self._islands: dict[str, str | None] = {BASE: None}
        self._islands |= {citizen.citizen_id: citizen.island for citizen in problem.citizens}
        self._islands |= {session.session_id: None for session in problem.sessions}
        points = [problem.base]
        points += [citizen.point for citizen in problem.citizens]
        points += [session.point for session in problem.sessions]
        self.places: tuple[str, ...] = tuple(self._islands)
        self._index = {place: index for index, place in enumerate(self.places)}
        modes = sorted({carer.mode for carer in problem.carers})
        self._legs: dict[str, Legs] = {}
        for mode in modes:
            legs = self.provider.matrix(points, mode)
            minutes, reachable = legs.minutes.copy(), legs.reachable.copy()
            for (origin, target, for_mode), value in problem.matrix.items():
                if for_mode == mode:
                    minutes[self._index[origin], self._index[target]] = value
                    reachable[self._index[origin], self._index[target]] = True
            self._legs[mode] = Legs(minutes, legs.metres, reachable)

    @property
    def legs(self) -> Mapping[str, Legs]:
        """By mode: minutes, metres and reachability between :attr:`places`, without ferries."""
        return self._legs

    def island_of(self, place: str) -> str | None:
        """The island a place lies on; None for the mainland."""
        return self._islands[place]

    def crossing_min(self, from_island: str | None, to_island: str | None, day: int) -> int | None:
        """Ferry minutes between two islands or an island and the mainland on a day; None when no ferry
        sails."""
        if from_island == to_island:
            return 0
        total = 0
        for island in (from_island, to_island):
            if island is not None:
                ferry = self._ferry_on.get((island, day))
                if ferry is None:
                    return None
                total += ferry.minutes
        return total

    def minutes(self, origin: str, target: str, mode: str, day: int) -> int | None:
        """Travel from one place to another on a day, ferry included; None when it cannot be reached."""
        legs = self._legs[mode]
        a, b = self._index[origin], self._index[target]
        crossing = self.crossing_min(self._islands[origin], self._islands[target], day)
        if crossing is None or not legs.reachable[a, b]:
            return None
        return int(legs.minutes[a, b]) + crossing

    def end_minutes(self, begins_at: str, place: str, mode: str, day: int, *, outward: bool) -> int | None:
        """Travel between where a shift begins (and ends) and a place: ``outward`` there, else back.

        0 for a shift that begins at its first visit; for one that begins on an island only the ferries count.
        """
        if begins_at == FIRST_VISIT:
            return 0
        if begins_at == BASE:
            return self.minutes(BASE, place, mode, day) if outward else self.minutes(place, BASE, mode, day)
        return self.crossing_min(begins_at, self._islands[place], day)

    def metres(self, origin: str, target: str, mode: str) -> int:
        """Distance from one place to another; 0 where the provider knows none."""
        return int(self._legs[mode].metres[self._index[origin], self._index[target]])

    def shortest_chains(self) -> TravelTable:
        """The same table with every time the shortest over any chain of places: never more than a round
        needs.

        Where ``matrix.csv`` breaks the triangle inequality, going by way of another visit is quicker than
        going straight; a proof that a place cannot be reached in time has to use these times. The table
        itself when no chain is shorter. (R. W. Floyd, 1962, doi 10.1145/367766.368168)
        """
        closed: dict[str, Legs] = {}
        for mode, legs in self._legs.items():
            minutes = np.where(legs.reachable, legs.minutes.astype(np.float64), np.inf)
            for via in range(len(self.places)):
                np.minimum(minutes, minutes[:, via, None] + minutes[None, via, :], out=minutes)
            reachable = np.isfinite(minutes)
            whole = np.where(reachable, minutes, 0).astype(np.int32)
            closed[mode] = Legs(whole, legs.metres, reachable)
        if all(
            np.array_equal(legs.minutes * legs.reachable, closed[mode].minutes)
            and np.array_equal(legs.reachable, closed[mode].reachable)
            for mode, legs in self._legs.items()
        ):
            return self
        return self._like(legs=closed)

    def with_ferries(self, ferry_on: Mapping[tuple[str, int], Ferry]) -> TravelTable:
        """The same table under another ferry timetable, by (island, day)."""
        return self._like(ferry_on=ferry_on)

    def _like(
        self,
        *,
        legs: dict[str, Legs] | None = None,
        ferry_on: Mapping[tuple[str, int], Ferry] | None = None,
    ) -> TravelTable:
        other = copy.copy(self)
        if legs is not None:
            other._legs = legs
        if ferry_on is not None:
            other._ferry_on = dict(ferry_on)
        return other
