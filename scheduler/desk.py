"""A roster on the table: where could this visit go, what would it cost, and who would have to move?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from scheduler.adjust import laid_out, taken_shifts
from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.evaluate import judged
from scheduler.message import ProblemError
from scheduler.problem import Problem
from scheduler.readout import read_out
from scheduler.roster import Roster
from scheduler.search import anneal, trial
from scheduler.search import world as ws
from scheduler.search.decode import decode
from scheduler.search.parallel import copy_of
from scheduler.search.world import World
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Moved:
    """Another visit whose start would move (pack minutes)."""

    need_id: str
    day: int
    from_min: int
    to_min: int


@dataclass(frozen=True)
class Place:
    """One way to have a visit done, and what it does to the roster."""

    need_id: str
    day: int
    start_min: int
    end_min: int
    modality: str
    carers: tuple[str, ...]
    shifts: tuple[str, ...]
    #: Change of the objective in minutes, without the price of being unplaced; penalties of rules 7 and 8 included.
    cost: float
    #: Change of all travel, minutes.
    travel_min: int
    #: Carers who have not been with the citizen in that week or in the 14 days.
    new_carers: int
    moved: tuple[Moved, ...]


#: Of the places in one shift (or with one pair) only those are told that begin so many minutes from every cheaper one.
APART_MIN = 60


@dataclass(frozen=True)
class _Try:
    """Routes (one for each carer), way, clock and positions of a place, and what came of it."""

    routes: tuple[int, ...]
    screen: int
    clock: int
    cost: float
    positions: tuple[int, ...]
    start_min: int


class Desk:
    """A roster laid out in the search's arrays, with its exact times and prices.

    Laying out takes some tenths of a second for a hundred citizens; an answer afterwards some milliseconds.
    """

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable | None = None) -> None:
        self.problem = problem
        self.travel = travel or TravelTable(problem)
        self._open_shifts = taken_shifts(problem, roster)
        self._world, self._plan = laid_out(problem, roster, self.travel, complete=False, as_it_is=True)

    def places(
        self,
        need_id: str,
        day: int | None = None,
        *,
        carers: Collection[str] | None = None,
        limit: int | None = None,
    ) -> list[Place]:
        """The places for a visit of a need, the cheapest first; the other visits keep their carers and their order.

        Of a shift (or a pair of them) that has room at different hours, each of them: the cheapest, the cheapest of those
        that begin an hour and more from it, and so on.

        Parameters
        ----------
        day
            The date, as a day number: for the visit placed then, which is thought away first, or else for an unplaced one.
            None: any date, for an unplaced visit, or else for the need's first.
        carers
            Only places with one of these carers.
        limit
            At most so many.

        Raises
        ------
        ProblemError
            The need has no visit due (on that day), or it is pinned.
        """
        i = self._item(need_id, day)
        world = self._without(i)
        tries = []
        for routes in self._routes(i, day, carers):
            tries += _apart(self._tries(world, i, routes))
        tries.sort(key=lambda one: (one.cost, one.routes, one.start_min))
        return [self._place(world, i, one) for one in tries[:limit]]

    def with_place(self, place: Place) -> Roster:
        """The judged roster in which the visit is done so.

        Raises
        ------
        ProblemError
            The place is not one that :meth:`places` finds.
        """
        i = self._item(place.need_id, place.day)
        world = self._without(i)
        index = {(shift.shift_id, carer.carer_id): r for r, (shift, carer) in enumerate(self._plan.routes)}
        pairs = list(zip(place.shifts, place.carers, strict=True))
        found = []
        if all(pair in index for pair in pairs):
            routes = tuple(sorted(index[pair] for pair in pairs))
            screen = int(place.modality == "screen")
            found = [
                one
                for one in self._tries(world, i, routes)
                if (one.start_min, one.screen) == (place.start_min, screen)
            ]
        if not found:
            raise ProblemError("need {id}: there is no such place for it in this roster", id=place.need_id)
        _set_down(world, i, min(found, key=_order))
        decoded = decode(world, self._plan)
        return judged(
            self.problem, read_out(self.problem, self.travel, decoded, self._open_shifts), self.travel
        )

    def _item(self, need_id: str, day: int | None) -> int:
        """The visit that is meant (see :meth:`places`)."""
        items, found = self._world.items, []
        for i, row in enumerate(self._plan.items):
            if isinstance(row, Due) and row.need.need_id == need_id and (day is None or day in row.days):
                placed = items[i]["placed"] == items[i]["slots"]
                if not placed:
                    found.append((1 if day is None else 2, i))
                elif day is None or items[i]["day"] == day:
                    found.append((2 if day is None else 1, i))
        if not found:
            raise ProblemError("need {id}: no visit of it is due then", id=need_id)
        chosen = min(found)[1]
        if chosen in self._plan.pins:
            raise ProblemError("need {id}: the visit is pinned and stays where it is", id=need_id)
        return chosen

    def _without(self, i: int) -> World:
        """A copy of the roster in which a visit is unplaced."""
        world = copy_of(self._world)
        if world.items[i]["placed"] > 0:
            anneal.remove_item(world, i)
        return world

    def _routes(self, i: int, day: int | None, carers: Collection[str] | None) -> Iterator[tuple[int, ...]]:
        item = self._world.items[i]
        first = int(self._world.ctl[ws.O_CANDIDATES])
        candidates = [
            int(r) for r in self._world.ints[first + int(item["cand0"]) : first + int(item["cand1"])]
        ]
        for routes in combinations(candidates, int(item["slots"])):
            pairs = [self._plan.routes[r] for r in routes]
            days = {shift.day for shift, _ in pairs}
            if len(days) > 1 or (day is not None and days != {day}):
                continue
            if carers is None or any(carer.carer_id in carers for _, carer in pairs):
                yield routes

    def _tries(self, world: World, i: int, routes: tuple[int, ...]) -> list[_Try]:
        """Every way, clock and position that these routes have room for."""
        return [
            one
            for screen in self._ways(i, routes)
            for clock in self._clocks(world, i)
            for one in _tried(world, i, routes, screen, clock)
        ]

    def _ways(self, i: int, routes: tuple[int, ...]) -> list[int]:
        table, width = int(self._world.ctl[ws.O_ELIGIBLE]), int(self._world.ctl[ws.S_ROUTES])
        common = ws.HOME_BIT | ws.SCREEN_BIT
        for r in routes:
            common &= int(self._world.ints[table + i * width + r])
        return [screen for screen, bit in ((0, ws.HOME_BIT), (1, ws.SCREEN_BIT)) if common & bit]

    def _clocks(self, world: World, i: int) -> list[int]:
        """Times of day to begin from: the agreed one or the window's start, and when the need's other visits begin."""
        item = world.items[i]
        usual = int(item["lo"] if item["agreed"] == ws.NONE else item["agreed"])
        clocks = [min(max(usual, int(item["lo"])), int(item["hi"]))]
        if item["group"] != ws.NONE:
            same = (world.items["group"] == item["group"]) & (world.items["placed"] == world.items["slots"])
            if same.any():
                starts = world.items["start"][same] - DAY_MIN * world.items["day"][same]
                middle = min(max(int(np.median(starts)), int(item["lo"])), int(item["hi"]))
                clocks += [middle] if middle not in clocks else []
        return clocks

    def _place(self, world: World, i: int, one: _Try) -> Place:
        known = self._known(world, i)
        travel_before = int(world.routes["travel"].sum())
        starts = world.items["start"].copy()
        _set_down(world, i, one)
        item = world.items[i]
        there = (world.items["kind"] == ws.VISIT) & (world.items["placed"] == world.items["slots"])
        others = [int(j) for j in np.flatnonzero(there & (world.items["start"] != starts)) if j != i]
        pairs = [self._plan.routes[r] for r in one.routes]
        start = int(item["start"])
        place = Place(
            need_id=self._plan.items[i].need.need_id,  # type: ignore[union-attr]  # a visit
            day=int(item["day"]),
            start_min=start,
            end_min=start + int(item["dur"]),
            modality="screen" if item["screen"] else "home",
            carers=tuple(carer.carer_id for _, carer in pairs),
            shifts=tuple(shift.shift_id for shift, _ in pairs),
            cost=one.cost + float(item["unplaced"]),
            travel_min=int(world.routes["travel"].sum()) - travel_before,
            new_carers=0 if item["screen"] else sum(carer.carer_id not in known for _, carer in pairs),
            moved=tuple(
                Moved(
                    self._plan.items[j].need.need_id,  # type: ignore[union-attr]
                    int(world.items[j]["day"]),
                    int(starts[j]),
                    int(world.items[j]["start"]),
                )
                for j in others
            ),
        )
        trial.take_back(world)
        return place

    def _known(self, world: World, i: int) -> set[str]:
        """Carers who are with the visit's citizen in that week or in the 14 days."""
        item, carers = world.items[i], int(world.ctl[ws.S_CARERS])
        week = int(world.ctl[ws.O_SEEN]) + int(item["cw"]) * carers
        days = int(world.ctl[ws.O_SEEN14]) + int(item["citizen"]) * carers
        seen = world.ints[week : week + carers] + world.ints[days : days + carers]
        return {row.carer_id for row, count in zip(self.problem.carers, seen, strict=True) if count > 0}


def _tried(world: World, i: int, routes: tuple[int, ...], screen: int, clock: int) -> list[_Try]:
    """The places these routes have from a time of day on: one for each position; of a pair the best positions together."""
    if len(routes) == 1:
        count = int(world.routes["count"][routes[0]])
        ways: list[tuple[int, ...]] = [(position,) for position in range(count + 1)]
    else:
        positions = np.zeros(len(routes), dtype=np.int64)
        cost = trial.cheapest(world, i, np.array(routes, dtype=np.int64), screen, clock, positions)
        ways = [tuple(int(p) for p in positions)] if cost < trial.IMPOSSIBLE else []
    found = []
    for way in ways:
        cost = _put_down(world, i, routes, screen, clock, way)
        if cost < trial.IMPOSSIBLE:
            found.append(_Try(routes, screen, clock, float(cost), way, int(world.items["start"][i])))
        trial.take_back(world)
    return found


def _apart(tries: list[_Try]) -> list[_Try]:
    """The cheapest, and each that begins far enough from all cheaper ones."""
    found: list[_Try] = []
    for one in sorted(tries, key=_order):
        if all(abs(one.start_min - other.start_min) >= APART_MIN for other in found):
            found.append(one)
    return found


def _order(one: _Try) -> tuple[float, int, int, tuple[int, ...]]:
    return one.cost, one.start_min, one.screen, one.positions


def _put_down(
    world: World, i: int, routes: tuple[int, ...], screen: int, clock: int, positions: tuple[int, ...]
) -> float:
    """Place a visit; the change of all prices."""
    return float(
        trial.set_down(
            world,
            i,
            np.array(routes, dtype=np.int64),
            screen,
            clock,
            np.array(positions, dtype=np.int64),
        )
    )


def _set_down(world: World, i: int, one: _Try) -> None:
    _put_down(world, i, one.routes, one.screen, one.clock, one.positions)
