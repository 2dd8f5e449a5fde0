"""Whole numbers under difference constraints at the least convex cost, solved exactly as a flow.

The program: numbers x with x(a) − x(b) ≤ c for some pairs, and for others a price w for each unit of
max(0, x(a) − x(b) − c). Its linear-programming dual is a circulation of least cost: an arc from a to b with cost c,
its capacity w (unbounded for a constraint). OR-Tools finds the circulation, and the x are the shortest distances in
what it leaves open. No fraction ever arises. (R. K. Ahuja, D. S. Hochbaum and J. B. Orlin, "Solving the convex cost
integer dual network flow problem", 2003, doi 10.1287/mnsc.49.7.950.14384.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: The number that is 0; every other one is reckoned from it.
ZERO = 0
#: Prices are whole multiples of the dearest price divided by this, and of one part in SCALE_MOST of 1.
PARTS, SCALE_MOST = 10**9, 10**5
_FAR = np.int64(2**60)


class Differences:
    """Numbers, the constraints between them and the prices; begun from values that keep the constraints."""

    def __init__(self) -> None:
        self._present: list[int] = [0]
        self._a: list[int] = []
        self._b: list[int] = []
        self._c: list[int] = []
        self._price: list[float] = []

    def number(self, present: int) -> int:
        """A new number, with the value it has now; gives its index."""
        self._present.append(present)
        return len(self._present) - 1

    def at_most(self, a: int, b: int, c: int) -> None:
        """x(a) − x(b) ≤ c."""
        self.priced(a, b, c, -1.0)

    def between(self, a: int, least: int, most: int) -> None:
        """``least`` ≤ x(a) ≤ ``most``."""
        self.at_most(ZERO, a, -least)
        self.at_most(a, ZERO, most)

    def priced(self, a: int, b: int, c: int, price: float) -> None:
        """``price`` for each unit by which x(a) − x(b) is above c; a negative price is a constraint."""
        if price == 0:
            return
        self._a.append(a)
        self._b.append(b)
        self._c.append(c)
        self._price.append(price)

    def distance(self, a: int, b: int, c: int, price: float) -> None:
        """``price`` for each unit between x(a) − x(b) and c, above or below."""
        self.priced(a, b, c, price)
        self.priced(b, a, -c, price)

    def best(self, frozen: Sequence[int] = ()) -> list[int] | None:
        """The cheapest values, the least ones where several are; None when they could not be found.

        A constraint that the present values break is left out, and its two numbers keep their values, as do the
        ``frozen`` ones. Where nothing bounds a number to both sides, nothing is promised of it.
        """
        from ortools.graph.python import min_cost_flow

        arcs = self._arcs(frozen)
        if arcs is None:
            return None
        a, b, c, capacity = arcs
        flow = min_cost_flow.SimpleMinCostFlow()
        numbers = flow.add_arcs_with_capacity_and_unit_cost(
            a.astype(np.int32), b.astype(np.int32), capacity, c
        )
        if flow.solve() != flow.OPTIMAL:
            return None
        moved = _distances(len(self._present), a, b, c, capacity, np.asarray(flow.flows(numbers)))
        if moved is None:
            return None
        return [present - int(step) for present, step in zip(self._present, moved, strict=True)]

    def _arcs(self, frozen: Sequence[int]) -> tuple[NDArray[np.int64], ...] | None:
        """Tails, heads, costs (reckoned from the present values) and capacities."""
        present = np.array(self._present, dtype=np.int64)
        a, b = np.array(self._a, dtype=np.int64), np.array(self._b, dtype=np.int64)
        price = np.array(self._price)
        c = np.array(self._c, dtype=np.int64) - (present[a] - present[b])
        hard = price < 0
        if not (~hard).any():
            return None
        broken = hard & (c < 0)
        still = np.unique(np.concatenate([a[broken], b[broken], np.array(frozen, dtype=np.int64)]))
        still = still[still != ZERO]
        zero = np.zeros(len(still), dtype=np.int64)
        scale = min(float(SCALE_MOST), PARTS / float(price.max()))
        capacity = np.rint(np.where(hard, 0, price) * scale).astype(np.int64)
        # No flow is larger than all prices together.
        unbounded = capacity.sum() + 1
        capacity[hard] = unbounded
        kept = np.full(len(still), unbounded, dtype=np.int64)
        keep = ~broken & (capacity > 0)
        return (
            np.concatenate([a[keep], still, zero]),
            np.concatenate([b[keep], zero, still]),
            np.concatenate([c[keep], zero, zero]),
            np.concatenate([capacity[keep], kept, kept]),
        )


def _distances(
    count: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    c: NDArray[np.int64],
    capacity: NDArray[np.int64],
    flows: NDArray[np.int64],
) -> NDArray[np.int64] | None:
    """Shortest distances from ZERO over the arcs that can still take flow, and back over those that carry some.

    All arcs at once, round after round (Bellman and Ford); None where a circle gets shorter without end.
    """
    forth, back = flows < capacity, flows > 0
    tails = np.concatenate([a[forth], b[back]])
    heads = np.concatenate([b[forth], a[back]])
    costs = np.concatenate([c[forth], -c[back]])
    order = np.argsort(heads, kind="stable")
    tails, heads, costs = tails[order], heads[order], costs[order]
    first = np.flatnonzero(np.concatenate([[True], heads[1:] != heads[:-1]]))
    reached = heads[first]
    distance = np.full(count, _FAR, dtype=np.int64)
    distance[ZERO] = 0
    for _ in range(count + 1):
        shorter = np.minimum(distance[reached], np.minimum.reduceat(distance[tails] + costs, first))
        if np.array_equal(shorter, distance[reached]):
            return np.where(distance >= _FAR // 2, 0, distance)
        distance[reached] = shorter
    return None
