"""Why a citizen's week cannot do with fewer different carers: the proof of the bound, shrunk till a person can check it.

The visits that force the bound are found by taking others away for as long as it stays (a deletion filter: J. W.
Chinneck and E. W. Dravnieks, 1991, doi 10.1287/ijoc.3.2.157). What remains is named by the simplest argument that
holds for it. Requirement S3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduler.cpsat.bounds import cover_bound
from scheduler.cpsat.cover import Cover, StopLink, greedy_carers, least_carers, without_spare_carers

#: Kinds of reasons: one visit needs so many at once; nobody can make two of the visits; nobody can make more than
#: ``most`` of them; the visits fall into ``parts`` that have no carer in common; no smaller number of carers has
#: somebody for each; or somebody has, but not at times that fit. ``ONE``: the visits of a part take one carer at least.
TWO_CARERS, APART, MOST, SPLIT, TOGETHER, TIMES = "two_carers", "apart", "most", "split", "together", "times"
ONE = "one"


@dataclass(frozen=True)
class Reason:
    """Why fewer than ``fewest`` different carers are impossible.

    ``visits``: (need id, day) of those that force it; for a visit on "any" day, every day it could fall on. ``most``:
    how many of them one carer can make (kind ``most``), else 0. ``parts``: a reason for each part (kind ``split``).
    """

    kind: str
    fewest: int
    visits: tuple[tuple[str, int], ...]
    most: int = 0
    parts: tuple[Reason, ...] = ()


def reason_for(cover: Cover) -> Reason | None:
    """The reason for the bound of a citizen's week; None when it is one carer, for which none is needed."""
    fewest = cover_bound(cover)
    if fewest <= 1:
        return None
    for row, stop in enumerate(cover.stops):
        if stop.carers >= fewest and stop.need_id not in cover.counts:
            return Reason(TWO_CARERS, fewest, _named(cover, [row]))
    for unit in _needs(cover):
        if (most := _most(cover, unit, fewest)) > 0:
            return Reason(MOST, fewest, _named(cover, unit), most)
    rows = _smallest(cover, fewest)
    kept = part_of(cover, rows)
    if _apart(kept, fewest):
        return Reason(APART, fewest, _named(cover, rows))
    if (most := _most(cover, rows, fewest)) > 0:
        return Reason(MOST, fewest, _named(cover, rows), most)
    parts = [part_of(kept, part) for part in _split(kept)]
    if len(parts) > 1 and sum(cover_bound(part) for part in parts) >= fewest:
        each = tuple(
            reason_for(part) or Reason(ONE, 1, _named(part, range(len(part.stops)))) for part in parts
        )
        return Reason(SPLIT, fewest, _named(cover, rows), parts=each)
    kind = TOGETHER if _takes(_without_times(kept), fewest) else TIMES
    return Reason(kind, fewest, _named(cover, rows))


def _takes(cover: Cover, fewest: int) -> bool:
    """Whether the cover's bound is that or more."""
    smaller = without_spare_carers(cover)
    if least_carers(smaller) >= fewest:
        return True
    found = greedy_carers(smaller)
    return (found is None or found >= fewest) and cover_bound(cover) >= fewest


def part_of(cover: Cover, rows: Iterable[int]) -> Cover:
    """Some of a cover's stops with the links among them."""
    kept = sorted(rows)
    at = {row: number for number, row in enumerate(kept)}
    stops = tuple(cover.stops[row] for row in kept)
    names = {stop.need_id for stop in stops}
    return Cover(
        stops,
        {need_id: count for need_id, count in cover.counts.items() if need_id in names},
        tuple(
            StopLink(at[one.first], at[one.second], one.link)
            for one in cover.links
            if one.first in at and one.second in at
        ),
    )


def _needs(cover: Cover) -> list[list[int]]:
    """The rows of each need, in the cover's order."""
    found: dict[str, list[int]] = {}
    for row, stop in enumerate(cover.stops):
        found.setdefault(stop.need_id, []).append(row)
    return list(found.values())


def _smallest(cover: Cover, fewest: int) -> list[int]:
    """Rows of which none can be spared; whole needs are taken away first, the most flexible before others. An "any"
    need goes or stays as a whole."""
    rows = set(range(len(cover.stops)))
    needs = sorted(_needs(cover), key=lambda unit: -min(len(cover.stops[row].ranges) for row in unit))
    single = [[row] for unit in needs for row in unit if cover.stops[row].need_id not in cover.counts]
    single.sort(key=lambda unit: (-len(cover.stops[unit[0]].ranges), -unit[0]))
    for unit in [*needs, *single]:
        rest = rows - set(unit)
        if rest and rest != rows and _takes(part_of(cover, rest), fewest):
            rows = rest
    return sorted(rows)


def _most(cover: Cover, rows: list[int], fewest: int) -> int:
    """How many of the visits one carer can make at most, when that alone forces the bound; else 0."""
    stops = [cover.stops[row] for row in rows]
    if any(stop.need_id in cover.counts for stop in stops):
        return 0
    made: dict[str, int] = {}
    for stop in stops:
        for carer_id in stop.ranges:
            made[carer_id] = made.get(carer_id, 0) + 1
    most = max(made.values())
    return most if most > 1 and (fewest - 1) * most < sum(stop.carers for stop in stops) else 0


def _apart(cover: Cover, fewest: int) -> bool:
    """Whether nobody can make two of the visits, so that each brings carers of its own."""
    if cover.counts or sum(stop.carers for stop in cover.stops) < fewest:
        return False
    seen: set[str] = set()
    for stop in cover.stops:
        if not seen.isdisjoint(stop.ranges):
            return False
        seen |= stop.ranges.keys()
    return True


def _split(cover: Cover) -> list[list[int]]:
    """Rows in parts that have no possible carer in common."""
    parts: list[tuple[set[int], set[str]]] = []
    for unit in _needs(cover) if cover.counts else [[row] for row in range(len(cover.stops))]:
        rows, carers = set(unit), {one for row in unit for one in cover.stops[row].ranges}
        for part in [part for part in parts if not part[1].isdisjoint(carers)]:
            parts.remove(part)
            rows |= part[0]
            carers |= part[1]
        parts.append((rows, carers))
    return sorted(sorted(rows) for rows, _ in parts)


def _without_times(cover: Cover) -> Cover:
    """The same visits without links, as if each took no time."""
    stops = tuple(replace(stop, minutes_min=0) for stop in cover.stops)
    return Cover(stops, cover.counts)


def _named(cover: Cover, rows: Iterable[int]) -> tuple[tuple[str, int], ...]:
    return tuple((cover.stops[row].need_id, cover.stops[row].day) for row in rows)
