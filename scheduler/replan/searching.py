"""The search, begun from a roster and kept near the published one; nothing is judged here.

Where visits wait for a place, keeping near comes second: at first changes cost next to nothing and the search is warm
(a full day is taken apart and put together again), then they grow dear while it cools. On the large team half as many
visits stay without a place as with one price from the outset.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil, inf
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from scheduler.adjust import laid_out
from scheduler.loyalty import Loyalty
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.trainees import with_trainees
from scheduler.travel import TravelTable

if TYPE_CHECKING:
    from scheduler.search.parallel import Prices
    from scheduler.search.world import World


@dataclass(frozen=True)
class Part:
    """A part of a search: its share of the limit, the temperatures it goes through, and what it charges at most.

    ``unplaced`` is for a visit without a place; ``new``, ``changed`` and ``moved`` are for a citizen with a new carer, one
    with another carer than planned, and a visit that moves. All in minutes of the objective.
    """

    share: float
    hot: float
    cold: float
    unplaced: float = inf
    new: float = inf
    changed: float = inf
    moved: float = inf


#: How a place is found for what has none: take apart, put together, settle.
PLACING = (
    Part(0.3, 30.0, 4.0, 300.0, 20.0, 5.0, 1.0),
    Part(0.6, 12.0, 0.7, 1000.0, 120.0, 40.0, 10.0),
    Part(0.1, 0.7, 0.2),
)
#: The share of a limit in seconds that is searched; the rest is for mending by hand.
BY_SEARCH = 0.85
#: Moves between two looks at the clock; steps of falling temperature in a part that is limited in moves.
CHUNK, STEPS = 20_000, 10


class Searching:
    """One problem and roster laid out for the search; :meth:`searched` may be asked several times."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable, loyalty: Loyalty) -> None:
        self.problem, self.roster, self.travel = problem, roster, travel
        self._world, self._plan = laid_out(problem, roster, travel, 1, loyalty, complete=False)

    @property
    def has_waiting(self) -> bool:
        """Whether something that is due has no place, and somebody who could come."""
        from scheduler.search.parallel import unplaced_items

        items = self._world.items
        return bool((unplaced_items(self._world) & (items["cand0"] < items["cand1"])).any())

    def by_hand(self, has_time: Callable[[], bool], *, makes_way: bool = True) -> Roster:
        """The roster with what waits for a place set down where there is room, or where room can be made.

        Searches go on from there. ``has_time``, ``makes_way``: as in :func:`make_room`.
        """
        from scheduler.replan.by_hand import make_room

        make_room(self._world, has_time, makes_way=makes_way)
        return self._read(self._world)

    def searched(
        self,
        seed: int,
        *,
        iterations: int | None,
        seconds: float | None,
        cancel: threading.Event,
        placing: bool = False,
    ) -> Roster:
        """A roster found within a limit, mended by hand in the end; by iterations the same seed gives the same.

        ``placing``: in the parts of :data:`PLACING`, where something waits for a place.
        """
        from scheduler.replan.by_hand import make_room
        from scheduler.search.mend import mend
        from scheduler.search.parallel import Limit, copy_of, search
        from scheduler.search.start import filling_order

        end = inf if seconds is None else monotonic() + seconds
        seconds = None if seconds is None else BY_SEARCH * seconds
        world = copy_of(self._world)
        if placing and self.has_waiting:
            best = _placed(world, seed * 1009, iterations, seconds, cancel)
        else:
            limit = Limit(iterations) if seconds is None else Limit.within(seconds)
            best = search(world, seed * 1009, limit, lambda _: not cancel.is_set(), from_roster=True)
        mend(best, filling_order(best, self._plan))
        make_room(best, lambda: monotonic() < end and not cancel.is_set())
        return self._read(best)

    def _read(self, world: World) -> Roster:
        """The roster in the arrays, trainees beside their mentors."""
        from scheduler.search.decode import decode

        found = decode(world, self._plan)
        visits, trainee_breaks = with_trainees(self.problem, self.travel, found.visits)
        breaks = sorted([*found.breaks, *trainee_breaks], key=lambda row: (row.start_min, row.shift_id))
        return replace(
            self.roster, visits=tuple(visits), sessions=found.sessions, unplaced=(), breaks=tuple(breaks)
        )


def _placed(
    world: World, seed: int, iterations: int | None, seconds: float | None, cancel: threading.Event
) -> World:
    """Search in the parts of :data:`PLACING`; the best by the full prices in the end."""
    from scheduler.search import anneal
    from scheduler.search.parallel import Prices, charge, copy_of
    from scheduler.search.world import total_cost

    anneal.seed_random(world, seed)
    firm = Prices.of(world)
    best = copy_of(world)
    for part in PLACING:
        for one in (world, best):
            charge(one, _at_most(firm, part))
        if total_cost(world) < total_cost(best):
            anneal.keep(world, best)
        else:
            anneal.keep(best, world)
        for moves, hot, cold in _steps(part, iterations, seconds):
            if cancel.is_set():
                break
            anneal.run(world, best, moves, hot, cold)
    charge(best, firm)
    return best


def _steps(part: Part, iterations: int | None, seconds: float | None) -> Iterator[tuple[int, float, float]]:
    """Moves, first and last temperature of each step of a part, until its share of the limit is used."""

    def at(share: float) -> float:
        return float(part.hot * (part.cold / part.hot) ** min(1.0, share))

    if seconds is None:
        assert iterations is not None
        moves = ceil(part.share * iterations / STEPS)
        for step in range(STEPS):
            yield moves, at(step / STEPS), at((step + 1) / STEPS)
        return
    began, span = monotonic(), max(0.01, part.share * seconds)
    share, last = 0.0, 0.02 / span
    while share < 1.0:
        yield CHUNK, at(share), at(share + last)
        now = (monotonic() - began) / span
        share, last = now, now - share


def _at_most(firm: Prices, part: Part) -> Prices:
    from scheduler.search.parallel import Prices

    return Prices(
        np.minimum(firm.unplaced, part.unplaced),
        np.minimum(firm.loyalty, (part.new, part.changed, part.moved)),
        firm.faces,
    )
