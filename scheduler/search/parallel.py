"""A search with random numbers of its own; one of several, it now and then goes on from the best of them.

A limit in iterations gives the same answer each time; a limit in seconds is for people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from time import monotonic

import numpy as np

from scheduler.search import anneal
from scheduler.search import world as ws
from scheduler.search.build import COLD_SHARES, set_shares
from scheduler.search.world import World, total_cost

#: Temperatures, in minutes of the objective, at the start and the end of a search.
HOT, COLD = 40.0, 0.2
#: The same at the start of one from a roster that stands: warm enough to leave it, too cold to forget it.
WARM = 12.0
#: Until this share of a search an unplaced visit costs at most so many minutes, so that visits can still change places
#: with those left out; from then on it costs what the pack says, and what is left is done by small moves.
GENTLE_SHARE, GENTLE_UNPLACED = 0.7, 150.0
#: The same for a re-planning: a citizen with a new carer, one with another carer, a visit that moves.
GENTLE_LOYALTY = (60.0, 30.0, 10.0)
LOYALTY = [ws.W_FRESH, ws.W_CHANGED, ws.W_MOVED]
#: Until this share of a search from scratch all visits of a carer to a citizen together cost so much of a face, times their
#: number to this power. A face costs as much as the longest detours, so that at its own price who comes to whom freezes
#: while the ways between them are still in motion; and a carer who comes seldom is on the way to not coming at all.
FACES_SHARE, GENTLE_FACE, GENTLE_POWER = 0.6, 0.6, 0.2
#: Moves between two looks at the clock and at whether to stop.
CHUNK = 20_000
#: At these shares of a search the workers go on from whichever of them stands best. Fewer do less good; more, and from
#: earlier on, and all search the same.
EXCHANGES = (0.5, 0.6, 0.7, 0.8, 0.9)
REPORT_SECONDS = 0.2


@dataclass(frozen=True)
class Limit:
    """When to stop: after so many moves per worker, or at a moment of the monotonic clock."""

    iterations: int | None = None
    deadline: float | None = None

    @staticmethod
    def within(seconds: float) -> Limit:
        """So many seconds from now."""
        return Limit(deadline=monotonic() + seconds)


@dataclass(frozen=True)
class Report:
    """How far one search is: share of its limit, its best price, unplaced visits, mean carers per citizen."""

    share: float
    cost: float
    unplaced: int
    carers_per_citizen: float


def copy_of(world: World) -> World:
    """The same world in arrays of its own."""
    return World._make(array.copy() for array in world)


#: Offers a world with its price; answers with a better one, or None.
Exchange = Callable[[float, World], World | None]


def alone(price: float, world: World) -> World | None:
    """The exchange of a worker who has no others."""
    return None


def search(
    world: World,
    seed: int,
    limit: Limit,
    report: Callable[[Report], bool],
    *,
    from_roster: bool = False,
    exchange: Exchange = alone,
) -> World:
    """Search from a filled world; returns the best found. ``report`` is called now and then and says whether to go on.

    ``from_roster``: the world holds a roster to be improved, not a first filling. ``exchange`` is called at
    :data:`EXCHANGES`.
    """
    anneal.seed_random(world, seed)
    hot = WARM if from_roster else HOT
    firm_prices = Prices.of(world)
    gentle_prices = firm_prices.gentle(keep_faces=from_roster)
    charge(world, gentle_prices)
    best = copy_of(world)
    clock = _Clock(limit)
    marks = sorted({*EXCHANGES, GENTLE_SHARE, FACES_SHARE, 1.0})
    last_report = 0.0
    for mark in marks:
        while clock.share < mark:
            chunk, ahead = clock.next_chunk(mark)
            anneal.run(world, best, chunk, _temperature(hot, clock.share), _temperature(hot, ahead))
            clock.advance(chunk, mark)
            if clock.now - last_report > REPORT_SECONDS:
                last_report = clock.now
                if not report(_report(best, clock.share, firm_prices)):
                    charge(best, firm_prices)
                    return best
        if mark == FACES_SHARE and not from_roster:
            _firm_up(world, best, replace(gentle_prices, faces=firm_prices.faces))
        if mark == GENTLE_SHARE:
            _firm_up(world, best, firm_prices)
            if not from_roster:
                set_shares(world.nums, COLD_SHARES)
        if mark in EXCHANGES:
            _go_on_from(world, exchange(total_cost(world), world))
    charge(best, firm_prices)
    report(_report(best, 1.0, firm_prices))
    return best


class _Clock:
    """How far a search is, and how many moves to make before looking again."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.started = self.now = monotonic()
        self.done, self.share = 0, 0.0

    def next_chunk(self, mark: float) -> tuple[int, float]:
        """So many moves, and the share they are expected to lead to."""
        if self.limit.iterations is not None:
            # A mark is met exactly, so that a short search, too, has each of its parts.
            chunk = min(CHUNK, max(1, ceil(mark * self.limit.iterations) - self.done))
            return chunk, min(1.0, (self.done + chunk) / self.limit.iterations)
        speed = self.done / max(1e-3, self.now - self.started) if self.done else CHUNK / 0.1
        chunk = int(np.clip(speed * 0.1, 1000, 200_000))
        return chunk, min(1.0, self.share + chunk / (speed * self._span()))

    def advance(self, chunk: int, mark: float) -> None:
        """So many moves have been made."""
        self.done += chunk
        self.now = monotonic()
        if self.limit.iterations is not None:
            self.share = self.done / self.limit.iterations
            if self.done >= ceil(mark * self.limit.iterations):
                self.share = max(self.share, mark)
        else:
            self.share = min(1.0, (self.now - self.started) / self._span())

    def _span(self) -> float:
        assert self.limit.deadline is not None
        return max(0.05, self.limit.deadline - self.started)


def _go_on_from(world: World, offered: World | None) -> None:
    """Take over another worker's state, with one's own random numbers."""
    if offered is not None:
        anneal.keep(offered, world)


@dataclass(frozen=True)
class Prices:
    """What changes while a search goes on: an unplaced item (by item), a re-planning's changes, a carer's nth visit."""

    unplaced: np.ndarray
    loyalty: np.ndarray
    faces: np.ndarray

    @staticmethod
    def of(world: World) -> Prices:
        """As they stand in a world."""
        return Prices(world.items["unplaced"].copy(), world.nums[LOYALTY].copy(), world.nums[ws.NTH :].copy())

    def gentle(self, *, keep_faces: bool) -> Prices:
        """Low enough for a search to cross."""
        return Prices(
            np.minimum(self.unplaced, GENTLE_UNPLACED),
            np.minimum(self.loyalty, GENTLE_LOYALTY),
            self.faces if keep_faces else gentle_faces(),
        )


def gentle_faces() -> np.ndarray:
    """What a carer's nth visit to a citizen adds to the price of the n - 1 before it, in faces (``World.nums``, NTH)."""
    together = GENTLE_FACE * np.arange(ws.NTHS) ** GENTLE_POWER
    return np.diff(together, prepend=0.0)


def charge(world: World, prices: Prices) -> None:
    """Charge these prices from now on."""
    world.items["unplaced"] = prices.unplaced
    world.nums[LOYALTY] = prices.loyalty
    world.nums[ws.NTH :] = prices.faces
    anneal.recount(world)


def _firm_up(world: World, best: World, prices: Prices) -> None:
    """Charge these prices from now on; the best is chosen anew by them."""
    charge(world, prices)
    charge(best, prices)
    if total_cost(world) < total_cost(best):
        anneal.keep(world, best)


def _temperature(hot: float, share: float) -> float:
    return float(hot * (COLD / hot) ** share)


def _report(best: World, share: float, firm_prices: Prices) -> Report:
    missing = unplaced_items(best)
    cost = total_cost(best) + float((firm_prices.unplaced - best.items["unplaced"])[missing].sum())
    cost += _cost_of_faces(best, firm_prices.faces) - float(best.nums[ws.C_CARERS])
    seen = best.weeks["distinct"]
    met = seen[seen > 0]
    mean = float(met.mean()) if len(met) else 0.0
    return Report(share, cost, int(missing.sum()), mean)


def _cost_of_faces(world: World, faces: np.ndarray) -> float:
    """What the carers that citizens meet cost when their nth visits cost that much."""
    together = np.cumsum(faces)
    ctl, weight = world.ctl, world.weeks["weight"]
    carers, citizens = int(ctl[ws.S_CARERS]), int(ctl[ws.S_CITIZENS])
    weeks_each = max(1, int(ctl[ws.S_DAYS]) // 7)
    of_citizen = np.minimum(np.arange(citizens) * weeks_each, len(weight) - 1)
    cost = 0.0
    for first, each, price in (
        (ctl[ws.O_SEEN], weight, world.nums[ws.W_CARER]),
        (ctl[ws.O_SEEN14], weight[of_citizen], world.nums[ws.W_CARER14]),
    ):
        visits = world.ints[first : first + len(each) * carers].reshape(len(each), carers)
        cost += float(price * (each @ together[np.clip(visits, 0, ws.NTHS - 1)].sum(axis=1)))
    return cost


def unplaced_items(world: World) -> np.ndarray:
    """By item: whether it is a visit or session that lacks a carer."""
    items = world.items
    return (items["kind"] <= ws.SESSION) & (items["placed"] < items["slots"])
