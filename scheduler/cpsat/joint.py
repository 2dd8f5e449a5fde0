"""A bound on the different carers of the whole team together: citizens who compete for the same carers' hours.

Citizen by citizen each may count on the carers who suit that citizen best; together they may not fit into those
carers' shifts. The rows of :mod:`scheduler.cpsat.capacity` are priced instead of kept (Lagrangian relaxation: A. M.
Geoffrion, 1974, doi 10.1007/BFb0120690): a minute of a crowded stretch costs so much, each citizen chooses the
cheapest set of carers under these prices, and what the stretches hold is given back. For any prices that is a lower
bound; good prices are found by following what the choices overfill (B. T. Polyak, 1969). Each choice is exact, so the
bound is at least the sum of the citizens' own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.cpsat.capacity import Capacity
from scheduler.cpsat.patterns import IMPOSSIBLE, Patterns

#: Prices compared at most (some ten millions a second), and questions asked of every citizen at most.
WORK, ROUNDS_MOST = 80_000_000, 150
#: So many questions in a row without a gain halve the step; so many end the search.
PATIENCE, HOPELESS = 12, 90
#: A price a minute so small that it only tells apart choices of the same number of carers.
TIE_PRICE = 1e-6
EPSILON = 1e-5


@dataclass(frozen=True)
class Joint:
    """The best prices found, by row, and what they prove."""

    value: float
    prices: np.ndarray


class JointBound:
    """The bound for citizen-weeks whose sets of carers are listed, under the rows of their shifts.

    Parameters
    ----------
    weeks
        In the order in which ``rows`` numbers them.
    """

    def __init__(self, weeks: Sequence[Patterns], rows: Capacity) -> None:
        self.weeks, self.rows = weeks, rows
        self._options_of = [np.flatnonzero(rows.week == index) for index in range(len(weeks))]
        self._faces = [np.ones(len(week.carers)) for week in weeks]

    def best(self, work: int = WORK) -> Joint:
        """Look for good prices, until the choices fit (nothing higher can be proven this way) or ``work`` prices have
        been compared."""
        count = len(self.rows.limits)
        own = float(sum(one.least for one in self.weeks))
        best = Joint(own, np.zeros(count))
        prices, crowded = np.zeros(count), np.zeros(count)
        step, stale = 1.0, 0
        each = len(self.rows.rows) + sum(week.work for week in self.weeks)
        for _ in range(min(ROUNDS_MOST, work // max(1, each)) if count else 0):
            value, over = self.ask(prices + crowded)
            if value > best.value + EPSILON:
                best, stale = Joint(value, prices + crowded), 0
            else:
                stale += 1
            if not (over > EPSILON).any() or stale >= HOPELESS:
                break
            if stale % PATIENCE == PATIENCE - 1:
                step, prices = step / 2, best.prices.copy()
            # Among equals the less crowded are asked next.
            crowded = 0.7 * crowded + TIE_PRICE * np.maximum(0.0, over)
            direction = np.where((prices <= 0) & (over < 0), 0.0, over)
            # Whole numbers of carers: the next one is what is worth proving.
            goal = math.floor(best.value + EPSILON) + 1.0
            length = float((direction**2).sum())
            prices = np.maximum(0.0, prices + step * max(EPSILON, goal - value) / length * direction)
        return best

    def ask(self, prices: np.ndarray) -> tuple[float, np.ndarray]:
        """The bound under prices, none negative, and by row how far the choices go above the limit."""
        rows = self.rows
        cost = np.bincount(rows.options, weights=rows.minutes * prices[rows.rows], minlength=len(rows.week))
        value = -float(prices @ rows.limits)
        used = np.zeros(len(rows.week))
        for week, mine, faces in zip(self.weeks, self._options_of, self._faces, strict=True):
            table = self._table(week, mine, cost)
            choice = week.cheapest(table, faces)
            value += choice.value
            chosen = np.zeros(table.shape, dtype=bool)
            for stop, carer in week.served_by(table, choice.carers):
                chosen[stop, carer] = True
            used[self._shift_of(mine, cost, chosen)] = 1.0
        taken = np.bincount(rows.rows, weights=rows.minutes * used[rows.options], minlength=len(rows.limits))
        return value, taken - rows.limits

    def _table(self, week: Patterns, mine: np.ndarray, cost: np.ndarray) -> np.ndarray:
        """By stop and carer the price of the cheapest shift."""
        table = np.full(week.able.shape, IMPOSSIBLE)
        np.minimum.at(table, (self.rows.stop[mine], self.rows.carer[mine]), cost[mine])
        return table

    def _shift_of(self, mine: np.ndarray, cost: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """The options used: of each chosen stop and carer the cheapest shift."""
        stop, carer = self.rows.stop[mine], self.rows.carer[mine]
        order = mine[np.lexsort((cost[mine], carer, stop))]
        keys = self.rows.stop[order] * chosen.shape[1] + self.rows.carer[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = keys[1:] != keys[:-1]
        first &= chosen[self.rows.stop[order], self.rows.carer[order]]
        used: np.ndarray = order[first]
        return used
