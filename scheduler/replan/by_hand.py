"""Room made as a planner would at the telephone: the visit to somebody with room, or somebody gives one away for it.

For each visit without a place, and each that is made by people new to its citizen, two things are tried in the search's
own arrays, with its times and prices: it is set down in every round that could take it, what follows there moving
along; or one visit of that round goes to another one and makes way. What is cheapest by all prices of a re-planning
stays. A few hundred tries a visit, some tenths of a second in all: so what is easily placed is placed before a search
begins, however short that is, and what the search ends with can be mended without luck. Before a search only the first is
tried: a search makes room better than a row of tries, and needs the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.search import anneal, trial
from scheduler.search import world as ws
from scheduler.search.parallel import copy_of, unplaced_items

if TYPE_CHECKING:
    from scheduler.search.world import World

#: What is kept has to be cheaper by more than rounding.
EPSILON = 1e-6
#: A visit makes way when it begins so many minutes around those in which the other one may begin.
NEAR_MIN = 90
#: At most so many visits in a row make way.
ROW_MOST = 6
#: What is left is gone through again so often at most, as long as anything changes.
PASSES_MOST = 3
#: At most so many pairs of rounds are tried for a visit of two carers.
PAIRS_MOST = 60


def waiting(world: World) -> list[int]:
    """The visits and sessions without a place that somebody could come to, the dearest first."""
    items = world.items
    found = np.flatnonzero(unplaced_items(world) & (items["cand0"] < items["cand1"]))
    return sorted(
        (int(i) for i in found),
        key=lambda i: (-items[i]["unplaced"], -items[i]["slots"], items[i]["hi"] - items[i]["lo"], i),
    )


def by_strangers(world: World) -> list[int]:
    """The movable home visits made by somebody whom their citizen did not know before the re-planning."""
    items = world.items
    fresh = np.flatnonzero(world.weeks["fresh"] > 0)
    rows = np.flatnonzero(
        (items["kind"] == ws.VISIT)
        & (items["fixed"] == 0)
        & (items["placed"] == items["slots"])
        & (items["screen"] == 0)
        & np.isin(items["cw"], fresh)
    )
    return [int(i) for i in rows if any(not _knows(world, int(i), r) for r in _routes_of(world, int(i)))]


def make_room(world: World, has_time: Callable[[], bool], *, makes_way: bool = True) -> int:
    """Mend a world in place; returns how often something changed for the better.

    What waits for a place is gone through once in any case, and, unless ``makes_way`` is False, once more with visits
    that make way for it: some tenths of a second for a large team. ``has_time`` is asked before all else: visits by
    strangers, and whatever is left after that.
    """
    changed = 0
    for i in waiting(world):
        changed += _improve(world, i, False, has_time=None)
    for i in waiting(world) if makes_way else ():
        changed += _improve(world, i, False, has_time=_always)
    for _ in range(PASSES_MOST):
        before = changed
        for only_known in (True, False):
            for i in by_strangers(world) if only_known else waiting(world):
                if not has_time():
                    return changed
                changed += _improve(world, i, only_known, has_time=has_time)
        if changed == before:
            break
    return changed


def _always() -> bool:
    return True


def _improve(world: World, i: int, only_known: bool, *, has_time: Callable[[], bool] | None) -> int:
    """Put an item where all prices together are least; 1 when that is not where (or nowhere) it was.

    ``has_time`` None: nothing makes way for it.
    """
    bare = copy_of(world)
    if world.items[i]["placed"] > 0:
        anneal.remove_item(bare, i)
    best = _Best(world)
    table = copy_of(bare)
    for way in _candidates(bare, i, only_known):
        if _set_down(table, i, way):
            best.look_at(table)
            anneal.keep(bare, table)
    if has_time is not None and world.items[i]["slots"] == 1 and (only_known or not best.is_better):
        for (r,) in _candidates(bare, i, only_known):
            for row in _rows(bare, i, r) if has_time() else ():
                _give_way(table, i, r, row)
                best.look_at(table)
                anneal.keep(bare, table)
    return best.put_into(world)


class _Best:
    """The cheapest state of the arrays that was seen, if any is cheaper than the one it began with."""

    def __init__(self, world: World) -> None:
        self.cost = ws.total_cost(world) - EPSILON
        self._state = copy_of(world)
        self.is_better = False

    def look_at(self, world: World) -> None:
        """Keep a state when it is cheaper than all before."""
        cost = ws.total_cost(world)
        if cost < self.cost:
            self.cost, self.is_better = cost, True
            anneal.keep(world, self._state)

    def put_into(self, world: World) -> int:
        """Change a world into the best state; 1 when there is a better one, 0 when it stays."""
        if self.is_better:
            anneal.keep(self._state, world)
        return int(self.is_better)


def _give_way(world: World, i: int, r: int, row: Sequence[int]) -> None:
    """The item in the route, and some visits of that route wherever they are cheapest then; some may stay unplaced."""
    for j in row:
        anneal.remove_item(world, j)
    if _set_down(world, i, (r,)):
        anneal.fill(world, np.array(row, dtype=np.int32))


def _set_down(world: World, i: int, routes: tuple[int, ...]) -> bool:
    """Have an unplaced item in these routes in the cheapest way; False: there is none, and nothing has changed."""
    screen, rows = int(world.items[i]["screen"]), np.array(routes, dtype=np.int64)
    best: tuple[float, int, np.ndarray] | None = None
    for clock in _clocks(world, i):
        positions = np.zeros(len(routes), dtype=np.int64)
        cost = float(trial.cheapest(world, i, rows, screen, clock, positions))
        if cost < trial.IMPOSSIBLE and (best is None or cost < best[0]):
            best = (cost, clock, positions)
    if best is None:
        return False
    trial.set_down(world, i, rows, screen, best[1], best[2])
    return True


def _clocks(world: World, i: int) -> list[int]:
    """When it is not to begin before: as published (or agreed), and as early as can be."""
    item = world.items[i]
    low, high = int(item["lo"]), int(item["hi"])
    if item["kind"] != ws.VISIT:
        return [low]
    at = (
        int(world.ctl[ws.O_REFERENCE])
        + (int(item["need"]) * int(world.ctl[ws.S_DAYS]) + int(item["day"])) * 3
    )
    wished = int(world.ints[at]) if item["day"] >= 0 else int(ws.NONE)
    if wished == ws.NONE:
        wished = int(item["agreed"])
    return [low] if wished == ws.NONE else list(dict.fromkeys((min(max(wished, low), high), low)))


def _candidates(world: World, i: int, only_known: bool) -> Iterator[tuple[int, ...]]:
    """The routes (one for each carer) that could take an item."""
    item = world.items[i]
    first = int(world.ctl[ws.O_CANDIDATES])
    rows = [int(r) for r in world.ints[first + int(item["cand0"]) : first + int(item["cand1"])]]
    if only_known:
        rows = [r for r in rows if _knows(world, i, r)]
    if item["slots"] == 1:
        yield from ((r,) for r in rows)
        return
    pairs = (
        way
        for way in combinations(rows, int(item["slots"]))
        if len({int(world.routes[r]["day"]) for r in way}) == 1
        and len({int(world.routes[r]["carer"]) for r in way}) == len(way)
    )
    for _, way in zip(range(PAIRS_MOST), pairs, strict=False):
        yield way


def _rows(world: World, i: int, r: int) -> list[list[int]]:
    """Visits of a route, one after the other, that could make way for an item: free, and about the time of its window."""
    items = world.items
    midnight = DAY_MIN * int(world.routes[r]["day"])
    first = midnight + int(items[i]["lo"]) - NEAR_MIN
    last = midnight + int(items[i]["hi"]) + int(items[i]["dur"]) + NEAR_MIN
    there = sorted(
        {int(j) for j in world.tasks["item"][world.tasks["route"] == r]}, key=lambda j: (items[j]["start"], j)
    )
    near = [j for j in there if first <= items[j]["start"] + items[j]["dur"] and items[j]["start"] <= last]
    runs: list[list[int]] = [[]]
    for j in near:
        if items[j]["kind"] == ws.VISIT and items[j]["fixed"] == 0 and items[j]["slots"] == 1:
            runs[-1].append(j)
        else:
            runs.append([])
    return [
        run[at : at + length]
        for length in range(1, ROW_MOST + 1)
        for run in runs
        for at in range(len(run) - length + 1)
    ]


def _routes_of(world: World, i: int) -> list[int]:
    first, slots = int(world.items[i]["task0"]), int(world.items[i]["slots"])
    return [int(r) for r in world.tasks["route"][first : first + slots] if r != ws.NONE]


def _knows(world: World, i: int, r: int) -> bool:
    """Whether the citizen of a visit knew a route's carer before the re-planning."""
    if world.items[i]["kind"] != ws.VISIT:
        return True
    at = int(world.ctl[ws.O_KNOWN]) + int(world.items[i]["citizen"]) * int(world.ctl[ws.S_CARERS])
    return bool(world.ints[at + int(world.routes[r]["carer"])])
