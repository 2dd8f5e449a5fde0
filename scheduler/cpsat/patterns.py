"""Who may share a citizen's week: every small set of carers that covers it, and the cheapest under given prices.

The question of a citizen's week, with prices on faces and on who does which visit, is a small facility location
problem. Its sets of carers are listed once (those of the least size and one more); each question then prices them
all at once. What is too large to list is bounded from below, so that an answer is never too high.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from scheduler.cpsat.cover import Cover

#: Sets of carers listed for one size at most, and cells (stops × sets × size) priced at once.
SETS_MOST, CELLS_MOST = 6_000, 1_000_000
#: A visit that somebody cannot make.
IMPOSSIBLE = np.inf


@dataclass(frozen=True)
class Choice:
    """The cheapest way to serve a citizen's week. ``exact`` False: nothing is that cheap, it is only a lower bound."""

    value: float
    #: Positions in :attr:`Patterns.carers`.
    carers: np.ndarray
    exact: bool


class Patterns:
    """The sets of carers that could serve all visits of a cover, times set aside.

    Parameters
    ----------
    cover
        The citizen's week.
    least
        A proven lower bound on the number of different carers.
    """

    def __init__(self, cover: Cover, least: int) -> None:
        self.cover = cover
        self.least = least
        self.carers: tuple[str, ...] = tuple(sorted({one for stop in cover.stops for one in stop.ranges}))
        at = {carer_id: index for index, carer_id in enumerate(self.carers)}
        self.able = np.zeros((len(cover.stops), len(self.carers)), dtype=bool)
        for row, stop in enumerate(cover.stops):
            for carer_id in stop.ranges:
                self.able[row, at[carer_id]] = True
        self.needed = np.array([stop.carers for stop in cover.stops], dtype=np.intp)
        self.fixed, self.free = self._groups()
        self.sets: list[np.ndarray] = []
        for size in (least, least + 1):
            listed = self._covering(size)
            if listed is None:
                break
            self.sets.append(listed)

    @property
    def work(self) -> int:
        """How many prices one question compares."""
        return len(self.able) * (len(self.carers) + sum(listed.size for listed in self.sets))

    def _groups(self) -> tuple[np.ndarray, list[tuple[np.ndarray, int]]]:
        """Rows of the stops that are all placed; and for each "any" need its rows and how many of them are."""
        cover = self.cover
        fixed = [
            row for row, stop in enumerate(cover.stops) if stop.need_id not in cover.counts or stop.pinned
        ]
        free = []
        for need_id, count in sorted(cover.counts.items()):
            rows = [row for row, stop in enumerate(cover.stops) if stop.need_id == need_id]
            pinned = sum(row in fixed for row in rows)
            open_rows = [row for row in rows if row not in fixed]
            if count > pinned and open_rows:
                free.append((np.array(open_rows, dtype=np.intp), min(count - pinned, len(open_rows))))
        return np.array(fixed, dtype=np.intp), free

    def _covering(self, size: int) -> np.ndarray | None:
        """The sets of that size that cover the week, one a row; None when they are too many to list."""
        count = len(self.carers)
        if size > count:
            return np.empty((0, size), dtype=np.intp)
        if comb(count, size) > SETS_MOST or len(self.able) * comb(count, size) * size > CELLS_MOST:
            return None
        listed = np.array(list(combinations(range(count), size)), dtype=np.intp).reshape(-1, size)
        served = self.able[:, listed].sum(axis=2) >= self.needed[:, None]
        covers = served[self.fixed].all(axis=0)
        for rows, wanted in self.free:
            covers &= served[rows].sum(axis=0) >= wanted
        return np.ascontiguousarray(listed[covers])

    def cheapest(self, prices: np.ndarray, faces: np.ndarray) -> Choice:
        """The cheapest set of carers, each visit done by the cheapest of them.

        Parameters
        ----------
        prices
            By stop and carer; ``IMPOSSIBLE`` where the carer cannot make it. May be negative.
        faces
            By carer: the price of coming at all, not negative.
        """
        best = Choice(np.inf, np.empty(0, dtype=np.intp), True)
        for listed in self.sets:
            if len(listed):
                values = self._visits_cost(prices, listed) + faces[listed].sum(axis=1)
                first = int(values.argmin())
                if values[first] < best.value:
                    best = Choice(float(values[first]), listed[first], True)
        size = self.least + len(self.sets)
        if size <= len(self.carers):
            everyone = np.arange(len(self.carers), dtype=np.intp)
            beyond = float(np.sort(faces)[:size].sum() + self._visits_cost(prices, everyone[None, :])[0])
            if beyond < best.value:
                best = Choice(beyond, everyone, False)
        return best

    def _visits_cost(self, prices: np.ndarray, listed: np.ndarray) -> np.ndarray:
        """By set of carers: what the visits cost when the cheapest of the set do them."""
        by_stop = self.by_stop(prices, listed)
        total: np.ndarray = by_stop[self.fixed].sum(axis=0)
        for rows, wanted in self.free:
            total = total + np.sort(by_stop[rows], axis=0)[:wanted].sum(axis=0)
        return total

    def by_stop(self, prices: np.ndarray, listed: np.ndarray) -> np.ndarray:
        """By stop and set of carers: what the stop costs with the cheapest of the set."""
        offered = prices[:, listed]
        most = int(self.needed.max(initial=1))
        if most <= 1:
            cheapest: np.ndarray = offered.min(axis=2)
            return cheapest
        size = listed.shape[1]
        ordered = np.sort(offered, axis=2)
        ordered = np.concatenate([ordered, np.full((*ordered.shape[:2], most), IMPOSSIBLE)], axis=2)
        ranks = np.arange(size + most)
        return np.where(ranks[None, None, :] < self.needed[:, None, None], ordered, 0.0).sum(axis=2)

    def served_by(self, prices: np.ndarray, carers: np.ndarray) -> list[tuple[int, int]]:
        """(stop, carer) of the visits that the set of carers makes, each by the cheapest."""
        by_stop = self.by_stop(prices, carers[None, :])[:, 0]
        rows = list(self.fixed)
        for open_rows, wanted in self.free:
            rows += list(open_rows[np.argsort(by_stop[open_rows], kind="stable")[:wanted]])
        offered = prices[:, carers]
        first = carers[offered.argmin(axis=1)]
        found = [(int(row), int(first[row])) for row in rows if self.needed[row] == 1]
        for row in rows:
            if self.needed[row] > 1:
                order = carers[np.argsort(offered[row], kind="stable")]
                found += [(int(row), int(carer)) for carer in order[: self.needed[row]]]
        return found
