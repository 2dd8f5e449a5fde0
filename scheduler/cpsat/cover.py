"""A citizen's week as a cover of visits by carers, and the simple arguments that often settle its least size.

No solver here: what is proven by counting, and a covering found greedily. Where the two meet nothing needs to
be searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from scheduler.eligibility import StartRange
from scheduler.problem import Link
from scheduler.reach import Ranges, share_a_start


@dataclass(frozen=True)
class Stop:
    """One home visit on one date: how many carers, how long, and who could start it when (pack minutes)."""

    need_id: str
    day: int
    carers: int
    minutes_min: int
    minutes_max: int
    ranges: Ranges
    pinned: bool = False

    def start_bounds(self) -> tuple[int, int]:
        """Earliest and latest start by anybody."""
        every = [one for ranges in self.ranges.values() for one in ranges]
        return min(one.earliest_min for one in every), max(one.latest_min for one in every)


@dataclass(frozen=True)
class StopLink:
    """A link between two stops (by index) of the same date."""

    first: int
    second: int
    link: Link


@dataclass(frozen=True)
class Cover:
    """The stops of a citizen's week.

    ``counts``: for an "any" need with more possible dates than visits, how many of its stops are placed. The
    stops of every other need are all placed.
    """

    stops: tuple[Stop, ...]
    counts: Mapping[str, int]
    links: tuple[StopLink, ...] = ()

    def least_demand(self) -> int:
        """The fewest carers that any single stop needs."""
        return min(max(stop.carers, 1) for stop in self.stops)

    def timed_stops(self) -> frozenset[int]:
        """Stops (by index) whose times can matter: two carers, a link, or another stop that might overlap."""
        return self._timed

    @cached_property
    def _timed(self) -> frozenset[int]:
        found = {index for index, stop in enumerate(self.stops) if stop.carers > 1}
        found |= {end for link in self.links for end in (link.first, link.second)}
        bounds = [stop.start_bounds() for stop in self.stops]
        for a, b in combinations(range(len(self.stops)), 2):
            if bounds[a][0] < bounds[b][1] + self.stops[b].minutes_min and (
                bounds[b][0] < bounds[a][1] + self.stops[a].minutes_min
            ):
                found |= {a, b}
        return frozenset(found)


def without_spare_carers(cover: Cover) -> Cover:
    """The cover without carers that others can always stand in for; its least size is the same.

    A carer whose every possible start is possible for another can be replaced by that other, who may at once
    be the second carer of a visit: as many such others are kept as the most demanding visit needs. Among
    carers who can do exactly the same the first ids are kept.
    """
    doable: dict[str, dict[int, tuple[StartRange, ...]]] = {}
    for index, stop in enumerate(cover.stops):
        for carer_id, ranges in stop.ranges.items():
            doable.setdefault(carer_id, {})[index] = ranges
    pinned = {carer_id for stop in cover.stops if stop.pinned for carer_id in stop.ranges}
    needed = max(stop.carers for stop in cover.stops)

    def stands_in(other: str, carer_id: str) -> bool:
        mine, theirs = doable[carer_id], doable[other]
        if not _includes(theirs, mine):
            return False
        return other < carer_id or not _includes(mine, theirs)

    spare = {
        carer_id
        for carer_id in doable
        if carer_id not in pinned
        and sum(other != carer_id and stands_in(other, carer_id) for other in doable) >= needed
    }
    stops = tuple(
        replace(
            stop,
            ranges={carer_id: ranges for carer_id, ranges in stop.ranges.items() if carer_id not in spare},
        )
        for stop in cover.stops
    )
    return Cover(stops, cover.counts, cover.links)


def _includes(
    theirs: Mapping[int, tuple[StartRange, ...]], mine: Mapping[int, tuple[StartRange, ...]]
) -> bool:
    return all(
        index in theirs
        and all(
            any(
                other.earliest_min <= one.earliest_min and one.latest_min <= other.latest_min
                for other in theirs[index]
            )
            for one in ranges
        )
        for index, ranges in mine.items()
    )


def least_carers(cover: Cover) -> int:
    """A number of carers that no covering goes below, by counting.

    The most demanding stop that is sure to be placed; and any set of visits of which no two have a possible
    carer in common, which each bring carers of their own.
    """
    groups: list[tuple[int, frozenset[str]]] = []
    for stop in cover.stops:
        if stop.need_id not in cover.counts or stop.pinned:
            groups.append((stop.carers, frozenset(stop.ranges)))
    for need_id in cover.counts:
        of_need = [stop for stop in cover.stops if stop.need_id == need_id]
        everyone = frozenset(carer_id for stop in of_need for carer_id in stop.ranges)
        groups.append((min(stop.carers for stop in of_need), everyone))
    best = max((carers for carers, _ in groups), default=1)
    # Fewest possible carers first: such visits share carers with the fewest others.
    taken: set[str] = set()
    apart = 0
    for carers, possible in sorted(groups, key=lambda group: (len(group[1]) - group[0], sorted(group[1]))):
        if taken.isdisjoint(possible):
            taken |= possible
            apart += carers
    return max(best, apart, 1)


def greedy_carers(cover: Cover) -> int | None:
    """How many carers a covering found greedily has; None when none was found or times were not settled."""
    if cover.links:
        return None
    chosen: set[str] = set()
    while (missing := _missing(cover, chosen)) > 0:
        gains = Counter(
            {
                carer_id: missing - _missing(cover, chosen | {carer_id})
                for stop in cover.stops
                for carer_id in stop.ranges
                if carer_id not in chosen
            }
        )
        best = max(gains.values(), default=0)
        if best <= 0:
            return None
        chosen.add(min(carer_id for carer_id, gain in gains.items() if gain == best))
    return len(chosen) if _times_settle(cover, chosen) else None


def _missing(cover: Cover, chosen: set[str]) -> int:
    """How many carers of visits are still wanting when only the chosen may come."""
    missing = 0
    lacking: dict[str, list[int]] = {need_id: [] for need_id in cover.counts}
    for stop in cover.stops:
        lack = max(0, stop.carers - len(chosen & stop.ranges.keys()))
        if stop.need_id in lacking:
            lacking[stop.need_id].append(lack)
        else:
            missing += lack
    return missing + sum(
        sum(sorted(of_need)[: cover.counts[need_id]]) for need_id, of_need in lacking.items()
    )


def _times_settle(cover: Cover, chosen: set[str]) -> bool:
    """Whether the chosen carers' visits fit one after the other, the earliest deadline first (sufficient
    only)."""
    if cover.counts:
        return not cover.timed_stops() or _dates_settle(cover, chosen)
    return _fits(cover, list(range(len(cover.stops))), chosen)


def _dates_settle(cover: Cover, chosen: set[str]) -> bool:
    """The same with "any" needs: each takes the first dates that fit in beside what is already there."""
    settled = [i for i, stop in enumerate(cover.stops) if stop.need_id not in cover.counts or stop.pinned]
    if not _fits(cover, settled, chosen):
        return False
    for need_id, count in cover.counts.items():
        of_need = [i for i, stop in enumerate(cover.stops) if stop.need_id == need_id]
        found = sum(index in settled for index in of_need)
        for index in of_need:
            if found < count and index not in settled and _fits(cover, [*settled, index], chosen):
                settled.append(index)
                found += 1
        if found != count:
            return False
    return True


def _fits(cover: Cover, indexes: list[int], chosen: set[str]) -> bool:
    starts: list[tuple[int, int, list[StartRange]]] = []
    timed = cover.timed_stops()
    for index in indexes:
        stop = cover.stops[index]
        here = {carer_id: stop.ranges[carer_id] for carer_id in stop.ranges.keys() & chosen}
        possible = _start_ranges(here, stop.carers)
        if not possible:
            return False
        if index in timed:
            starts.append((max(one.latest_min for one in possible), index, possible))
    free_from = -(10**9)
    for _, index, possible in sorted(starts, key=lambda row: row[:2]):
        fitting = [
            max(one.earliest_min, free_from)
            for one in possible
            if max(one.earliest_min, free_from) <= one.latest_min
        ]
        if not fitting:
            return False
        free_from = min(fitting) + cover.stops[index].minutes_min
    return True


def _start_ranges(ranges: Ranges, carers: int) -> list[StartRange]:
    if carers <= 1:
        return [one for of_carer in ranges.values() for one in of_carer]
    return [
        StartRange(max(a.earliest_min, b.earliest_min), min(a.latest_min, b.latest_min))
        for first, second in combinations(sorted(ranges), 2)
        if share_a_start(ranges[first], ranges[second])
        for a in ranges[first]
        for b in ranges[second]
        if max(a.earliest_min, b.earliest_min) <= min(a.latest_min, b.latest_min)
    ]
