"""A day of a roster on the table: every round in its order, and where one thing more would have room.

The starts of what is there may shift within their own rules; orders stay, and so does the gap in which a
journey is made. For each position of each round the earliest start and the latest end of a further visit are
known, so that not only yes or no comes out, but how many minutes are lacking. Whatever is placed by it is judged
afterwards by :func:`scheduler.evaluate.evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from scheduler.explain.network import Key, Network, first_clear, last_clear
from scheduler.problem import Absence, Carer, Problem, Shift
from scheduler.travel import TravelTable

FAR = 10**9


@dataclass(frozen=True)
class Item:
    """Something done on the day. ``place`` None: wherever the carer is. Bounds are of its start.

    ``start_min`` is where the roster has it.
    """

    key: Key
    place: str | None
    minutes: int
    earliest_min: int
    latest_min: int
    start_min: int
    away: tuple[Absence, ...] = ()
    #: Whose time it takes up beside the carers'.
    citizens: tuple[str, ...] = ()

    @property
    def end_min(self) -> int:
        """When it ends in the roster."""
        return self.start_min + self.minutes


@dataclass(frozen=True)
class Way:
    """A journey: its minutes, and from when to when it may begin (ferries)."""

    minutes: int
    not_before: int = -FAR
    not_after: int = FAR

    def arrival(self, ready_min: int) -> int | None:
        """When it ends, begun as soon as it can be; None when the last ferry is gone."""
        begin = max(ready_min, self.not_before)
        return begin + self.minutes if begin <= self.not_after else None

    def departure(self, due_min: int) -> int | None:
        """When it begins at the latest, to end by ``due_min``; None when that is before the first ferry."""
        begin = min(due_min - self.minutes, self.not_after)
        return begin if begin >= self.not_before else None


@dataclass(frozen=True)
class Round:
    """A carer's shift: what is done in which order; ``ways[g]`` is the journey before the g-th, the last one home."""

    shift: Shift
    carer: Carer
    order: tuple[Key, ...]
    ways: tuple[Way | None, ...]


@dataclass(frozen=True)
class Spot:
    """A position in a round: the round as it would be, and the span in which the item would have to lie.

    ``earliest_min`` is of its start, ``latest_end_min`` of its end. The item need not fit: the span may be too
    short, or negative.
    """

    round: Round
    position: int
    earliest_min: int
    latest_end_min: int

    @property
    def before(self) -> Key | None:
        """What comes before it in the round."""
        return self.round.order[self.position - 1] if self.position else None

    @property
    def after(self) -> Key | None:
        """What comes after it in the round."""
        rest = self.round.order[self.position + 1 :]
        return rest[0] if rest else None


@dataclass(frozen=True)
class LinkPair:
    """Two visits of the day of which the second follows the first."""

    first: Key
    second: Key
    gap_min: int
    gap_max: int | None


class Table:
    """One day's rounds; frozen: changes make a new one."""

    def __init__(
        self,
        problem: Problem,
        travel: TravelTable,
        day: int,
        items: Mapping[Key, Item],
        rounds: Mapping[str, Round],
        links: Sequence[LinkPair] = (),
    ) -> None:
        self.problem, self.travel, self.day = problem, travel, day
        self.items, self.rounds, self.links = dict(items), dict(rounds), tuple(links)

    # What holds

    @cached_property
    def network(self) -> Network:
        """The day's starts and all that binds them."""
        net = Network()
        for item in self.items.values():
            net.add(item.key, item.earliest_min, item.latest_min, item.minutes, item.away)
        for row in self.rounds.values():
            self._bind_round(net, row)
        for link in self.links:
            if link.first in self.items and link.second in self.items:
                minutes = self.items[link.first].minutes
                net.pairs.append((link.first, link.second, minutes + link.gap_min))
                if link.gap_max is not None:
                    net.pairs.append((link.second, link.first, -(minutes + link.gap_max)))
        for rows in self.of_citizen.values():
            for one, other in pairwise(rows):
                net.pairs.append((one.key, other.key, one.minutes))
        return net

    def _bind_round(self, net: Network, row: Round) -> None:
        previous: Item | None = None
        for key, way in zip(row.order, row.ways, strict=False):
            item = self.items[key]
            if previous is None:
                arrival = row.shift.start_min if way is None else way.arrival(row.shift.start_min)
                net.not_before(key, FAR if arrival is None else arrival)
            else:
                net.pairs.append((previous.key, key, previous.minutes + (0 if way is None else way.minutes)))
                if way is not None:
                    net.not_before(key, way.not_before + way.minutes)
                    net.not_after(previous.key, way.not_after - previous.minutes)
            first, last = self.island_bounds(item.place, row.shift)
            net.not_before(key, first)
            net.not_after(key, last - item.minutes)
            previous = item
        if previous is not None:
            way = row.ways[len(row.order)]
            end = row.shift.end_min if way is None else way.departure(row.shift.end_min)
            net.not_after(previous.key, -FAR if end is None else end - previous.minutes)

    @cached_property
    def of_citizen(self) -> dict[str, list[Item]]:
        """What takes up a citizen's time that day, in order."""
        found: dict[str, list[Item]] = {}
        for item in sorted(self.items.values(), key=lambda row: (row.start_min, row.key)):
            for citizen_id in item.citizens:
                found.setdefault(citizen_id, []).append(item)
        return found

    @cached_property
    def earliest(self) -> dict[Key, int]:
        """The earliest start of everything; where the roster does not hold, its own starts."""
        return self.network.earliest() or {item.key: item.start_min for item in self.items.values()}

    @cached_property
    def latest(self) -> dict[Key, int]:
        """The latest start of everything; where the roster does not hold, its own starts."""
        return self.network.latest() or {item.key: item.start_min for item in self.items.values()}

    def island_bounds(self, place: str | None, shift: Shift) -> tuple[int, int]:
        """From when to when a carer of that shift can be at a place, by its island's ferries."""
        island = None if place is None else self.travel.island_of(place)
        if island is None or island == shift.begins_at:
            return -FAR, FAR
        ferry = self.problem.ferry_on.get((island, self.day))
        return (FAR, -FAR) if ferry is None else (ferry.first_arrival_min, ferry.last_departure_min)

    # Changes

    def with_round(self, row: Round) -> Table:
        """The day with one round changed."""
        rounds = {**self.rounds, row.shift.shift_id: row}
        return Table(self.problem, self.travel, self.day, self.items, rounds, self.links)

    def without(self, key: Key) -> Table:
        """The day with one thing gone; journeys go straight past it."""
        rounds = dict(self.rounds)
        for shift_id, row in self.rounds.items():
            if key in row.order:
                rounds[shift_id] = self._taken_out(row, key)
        items = {one: item for one, item in self.items.items() if one != key}
        return Table(self.problem, self.travel, self.day, items, rounds, self.links)

    def _taken_out(self, row: Round, key: Key) -> Round:
        at = row.order.index(key)
        order = (*row.order[:at], *row.order[at + 1 :])
        if self.items[key].place is None:
            # The journey in one of the two gaps is the journey of both.
            ways = (*row.ways[:at], row.ways[at] or row.ways[at + 1], *row.ways[at + 2 :])
            return replace(row, order=order, ways=ways)
        before, after = self._placed_before(row, at), self._placed_after(row, at)
        ways_list = [*row.ways[:at], None, *row.ways[at + 2 :]]
        for gap in range(before + 1, after):
            ways_list[gap] = None
        # after is an index into the old order; the stop has moved up by one.
        straight = self._way(row, self._place(row, before), self._place(row, after))
        if straight is not None and straight.minutes:
            ways_list[after - 1] = straight
        return replace(row, order=order, ways=tuple(ways_list))

    def seated(self, item: Item, spots: Sequence[Spot], start_min: int) -> Table | None:
        """The day with the item in those rounds at that start, the others where they were or as near as they
        can be; None when that does not hold."""
        rounds = {**self.rounds, **{spot.round.shift.shift_id: spot.round for spot in spots}}
        here = replace(item, earliest_min=start_min, latest_min=start_min, start_min=start_min)
        table = Table(self.problem, self.travel, self.day, {**self.items, item.key: here}, rounds, self.links)
        starts = table.network.bent({key: one.start_min for key, one in table.items.items()})
        if starts is None:
            return None
        items = {key: replace(one, start_min=starts[key]) for key, one in table.items.items()}
        items[item.key] = replace(item, start_min=start_min)
        return Table(self.problem, self.travel, self.day, items, rounds, self.links)

    # Where one thing more would have room

    def spots(self, item: Item, shift_id: str) -> Iterator[Spot]:
        """Every position of the item in a round, with the span it would leave.

        The item's own bounds, citizens and links are left out: these are for the opening.
        """
        row = self.rounds[shift_id]
        for position, candidate in self._variants(row, item):
            first, last = self.island_bounds(item.place, row.shift)
            earliest = self._ready(candidate, position)
            latest = self._until(candidate, position)
            if earliest is not None and latest is not None:
                yield Spot(candidate, position, max(earliest, first), min(latest, last))

    def _variants(self, row: Round, item: Item) -> Iterator[tuple[int, Round]]:
        for position in range(len(row.order) + 1):
            order = (*row.order[:position], item.key, *row.order[position:])
            before, after = self._placed_before(row, position), self._placed_after(row, position - 1)
            # A position inside a stretch of placeless items: the journeys may lie in any of its gaps.
            ways = [*row.ways[:position], None, *row.ways[position:]]
            if item.place is None:
                whole = next((row.ways[gap] for gap in range(before + 1, after + 1) if row.ways[gap]), None)
                for gap in range(before + 1, after + 2):
                    ways[gap] = None
                if whole is None:
                    yield position, replace(row, order=order, ways=tuple(ways))
                    continue
                for gap in range(before + 1, after + 2):
                    yield position, replace(row, order=order, ways=_with(ways, {gap: whole}))
                continue
            there = self._way(row, self._place(row, before), item.place)
            back = self._way(row, item.place, self._place(row, after))
            if there is None or back is None:
                continue
            for gap in range(before + 1, after + 2):
                ways[gap] = None
            for out_gap in range(before + 1, position + 1):
                for home_gap in range(position + 1, after + 2):
                    yield (
                        position,
                        replace(row, order=order, ways=_with(ways, {out_gap: there, home_gap: back})),
                    )

    def _ready(self, row: Round, position: int) -> int | None:
        """When what stands at a position could begin, by what comes before it in the round."""
        before = self._placed_before(row, position)
        if before < 0:
            ready = row.shift.start_min
        else:
            item = self.items[row.order[before]]
            ready = self.earliest[item.key] + item.minutes
        for at in range(before + 1, position + 1):
            way = row.ways[at]
            arrival = ready if way is None else way.arrival(ready)
            if arrival is None or at == position:
                return arrival
            item = self.items[row.order[at]]
            start = first_clear(max(arrival, item.earliest_min), item.minutes, item.away)
            if start > item.latest_min:
                return None
            ready = start + item.minutes
        return ready

    def _until(self, row: Round, position: int) -> int | None:
        """When what stands at a position has to end, by what comes after it in the round."""
        after = self._placed_after(row, position)
        until = row.shift.end_min if after == len(row.order) else self.latest[row.order[after]]
        for at in range(after, position, -1):
            way = row.ways[at]
            departure = until if way is None else way.departure(until)
            if departure is None or at == position + 1:
                return departure
            item = self.items[row.order[at - 1]]
            start = last_clear(min(departure - item.minutes, item.latest_min), item.minutes, item.away)
            if start < item.earliest_min:
                return None
            until = start
        return until

    def quiet_ready(self, spot: Spot) -> int:
        """When what stands at the spot could begin without anything else moving."""
        row, position = spot.round, spot.position
        before = self._placed_before(row, position)
        ready = row.shift.start_min if before < 0 else self.items[row.order[before]].end_min
        for at in range(before + 1, position + 1):
            way = row.ways[at]
            ready = ready if way is None else max(ready, way.not_before) + way.minutes
            if at < position:
                ready = max(ready, self.items[row.order[at]].end_min)
        return ready

    def quiet_until(self, spot: Spot) -> int:
        """When what stands at the spot has to end for nothing else to move."""
        row, position = spot.round, spot.position
        after = self._placed_after(row, position)
        until = row.shift.end_min if after == len(row.order) else self.items[row.order[after]].start_min
        for at in range(after, position, -1):
            way = row.ways[at]
            until = until if way is None else min(until - way.minutes, way.not_after)
            if at > position + 1:
                until = min(until, self.items[row.order[at - 1]].start_min)
        return until

    def _placed_before(self, row: Round, position: int) -> int:
        """Index of the last thing with a place before a position; -1: the shift's beginning."""
        return next((at for at in range(position - 1, -1, -1) if self._has_place(row, at)), -1)

    def _placed_after(self, row: Round, position: int) -> int:
        """Index of the first thing with a place after a position; the order's length: the shift's end."""
        return next(
            (at for at in range(position + 1, len(row.order)) if self._has_place(row, at)), len(row.order)
        )

    def _has_place(self, row: Round, at: int) -> bool:
        item = self.items.get(row.order[at])
        return item is not None and item.place is not None

    def _place(self, row: Round, at: int) -> str | None:
        """Where a round is at an index; None at its ends."""
        return None if at in (-1, len(row.order)) else self.items[row.order[at]].place

    def _way(self, row: Round, origin: str | None, target: str | None) -> Way | None:
        """The journey between two places of a round (None: the shift's end); None when it cannot be made."""
        shift, mode = row.shift, row.carer.mode
        if origin is None and target is None:
            return Way(0)
        if origin is not None and target is not None:
            minutes = self.travel.minutes(origin, target, mode, self.day)
        else:
            place = target if origin is None else origin
            assert place is not None
            minutes = self.travel.end_minutes(shift.begins_at, place, mode, self.day, outward=origin is None)
        if minutes is None:
            return None
        if minutes == 0:
            return Way(0)
        leaving, arriving = self._island(row, origin), self._island(row, target)
        not_before, not_after = -FAR, FAR
        if leaving != arriving:
            last = self.problem.ferry_on.get((leaving or "", self.day))
            if last is not None and leaving != shift.begins_at:
                not_after = last.last_departure_min
            first = self.problem.ferry_on.get((arriving or "", self.day))
            if first is not None and arriving != shift.begins_at:
                not_before = first.first_arrival_min - minutes
        return Way(minutes, not_before, not_after)

    def _island(self, row: Round, place: str | None) -> str | None:
        if place is not None:
            return self.travel.island_of(place)
        return None if row.shift.begins_at in ("base", "first_visit") else row.shift.begins_at


def _with(ways: Sequence[Way | None], changed: Mapping[int, Way]) -> tuple[Way | None, ...]:
    return tuple(
        (changed[gap] if changed[gap].minutes else None) if gap in changed else way
        for gap, way in enumerate(ways)
    )
