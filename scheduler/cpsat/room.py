"""Room for a visit or a break where a planner wants it: the neighbours make way by as few minutes as can be, exactly.

Carers, dates, durations and the order of everything else stay. The rounds that what is moved belongs to, and those
tied to them by visits of two, are one program of differences (:mod:`scheduler.cpsat.differences`): a price for each
minute that something starts off its present time, a high one for what the planner asked for. Where it stands among
its neighbours, and in which gap beside a break the way is made, is tried out: a handful of programs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product
from typing import TypeVar

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.cpsat.differences import ZERO, Differences
from scheduler.problem import BASE, FIRST_VISIT, Absence, Problem
from scheduler.roster import PlacedBreak, PlacedVisit, Roster
from scheduler.rules.timeline import BREAK, ShiftDay, Stop, shift_days
from scheduler.travel import TravelTable

#: What a minute off the asked time costs, against 1 for a minute of a neighbour's.
ASKED_PRICE = 5.0
#: The same where no time was asked for: it stays near its time, and nobody is pushed far for that.
KEPT_PRICE = 2.0
#: At most so many programs are tried.
TRIES = 24
#: How far from its place by time among its neighbours what is moved is tried.
REACH = 1

#: Longer than any shift: a journey that cannot be made.
_NEVER = 10**6

Item = PlacedVisit | PlacedBreak
R = TypeVar("R", PlacedVisit, PlacedBreak)


def made_room(
    problem: Problem, roster: Roster, travel: TravelTable, asked: Item, price: float = ASKED_PRICE
) -> Roster | None:
    """The roster with times at which what was ``asked`` for (one of its rows) fits, unjudged; None when none are found.

    Pinned visits, sessions and meetings keep their times, and so do all rounds that are not tied to its own. A rule
    on times that is broken already elsewhere stays broken.
    """
    return _Room(problem, roster, travel, asked, price).made()


@dataclass(frozen=True)
class _Way:
    """A journey between two items of an order (-1: the shift's begin, its length: the end), and the gaps it may lie in."""

    origin: int
    target: int
    minutes: int
    begin_by_min: int | None
    end_from_min: int | None
    gaps: tuple[int, ...]


class _Room:
    def __init__(
        self, problem: Problem, roster: Roster, travel: TravelTable, asked: Item, price: float
    ) -> None:
        self.problem, self.travel, self.asked, self.roster = problem, travel, asked, roster
        self.price = price
        if isinstance(asked, PlacedVisit):
            own, self.day = set(asked.shifts), asked.day
        else:
            own, self.day = {asked.shift_id}, problem.shift_by_id[asked.shift_id].day
        self.visits = [row for row in roster.visits if row.day == self.day]
        today = replace(roster, visits=tuple(self.visits))
        tied = self._tied(own | self._bound())
        days = shift_days(problem, today, travel, tied)
        self.rounds = {shift_id: days[shift_id] for shift_id in sorted(tied) if shift_id in days}
        #: Journeys as they lie without what is moved: (origin stop, target stop) -> minute it begins.
        others = today
        if isinstance(asked, PlacedVisit):
            others = replace(today, visits=tuple(row for row in self.visits if row is not asked))
        else:
            others = replace(today, breaks=tuple(row for row in today.breaks if row is not asked))
        without = shift_days(problem, others, travel, tied)
        self.ways = {
            (shift_id, _name(leg.before), _name(leg.after)): leg.start_min
            for shift_id in self.rounds
            for leg in without[shift_id].legs
        }

    def _bound(self) -> set[str]:
        """The shifts of what is bound to the visit by time: linked visits, and the citizen's others."""
        if not isinstance(self.asked, PlacedVisit):
            return set()
        needs = {link.second_need for link in self.problem.links if link.first_need == self.asked.need_id}
        needs |= {link.first_need for link in self.problem.links if link.second_need == self.asked.need_id}
        return {
            shift_id
            for row in self.visits
            if (row.need_id in needs or row.citizen_id == self.asked.citizen_id) and not row.pinned
            for shift_id in row.shifts
        }

    def _tied(self, shifts: set[str]) -> set[str]:
        """The shifts, and those joined to them by visits of two, over and over."""
        found = set(shifts)
        while True:
            more = {
                shift_id
                for row in self.visits
                if not row.pinned and not found.isdisjoint(row.shifts)
                for shift_id in row.shifts
            }
            if more <= found:
                return found
            found |= more

    def made(self) -> Roster | None:
        best: tuple[float, dict[int, int]] | None = None
        for orders in islice(self._orders(), TRIES):
            found = _Times(self, orders).best()
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        if best is None:
            return None
        starts = best[1]
        visits = tuple(_at(row, starts.get(id(row))) for row in self.roster.visits)
        breaks = tuple(_at(row, starts.get(id(row))) for row in self.roster.breaks)
        return replace(self.roster, visits=visits, breaks=breaks)

    def _orders(self) -> Iterator[dict[str, tuple[list[Stop], list[tuple[_Way, int]]]]]:
        """By shift: its items in order, and each journey with the gap it lies in; likely ones first."""
        choices = []
        for shift_id, day in self.rounds.items():
            options = []
            for stops in self._placings(day):
                ways = self._ways(day, stops)
                options += [
                    (shift_id, stops, list(zip(ways, gaps, strict=True)))
                    for gaps in islice(product(*(way.gaps for way in ways)), 6)
                ]
            choices.append(options)
        for combination in product(*choices):
            yield {shift_id: (stops, ways) for shift_id, stops, ways in combination}

    def _placings(self, day: ShiftDay) -> list[list[Stop]]:
        """The items of a round in order, with what is moved at its place by time and at those beside it."""
        stops = list(day.stops)
        mine = [stop for stop in stops if self._is_asked(day, stop)]
        if not mine:
            return [stops]
        rest = [stop for stop in stops if stop is not mine[0]]
        middle = mine[0].start_min + mine[0].end_min
        place = sum(stop.start_min + stop.end_min < middle for stop in rest)
        near = sorted(
            range(max(0, place - REACH), min(len(rest), place + REACH) + 1), key=lambda at: abs(at - place)
        )
        return [[*rest[:at], mine[0], *rest[at:]] for at in near]

    def _is_asked(self, day: ShiftDay, stop: Stop) -> bool:
        if isinstance(self.asked, PlacedVisit):
            return stop.visit is self.asked
        return (
            stop.kind == BREAK
            and day.shift.shift_id == self.asked.shift_id
            and stop.start_min == self.asked.start_min
        )

    def _ways(self, day: ShiftDay, stops: Sequence[Stop]) -> list[_Way]:
        placed = [at for at, stop in enumerate(stops) if stop.place is not None]
        if not placed or day.carer is None or not day.is_used:
            return []
        ends = list(pairwise(placed))
        if day.shift.begins_at != FIRST_VISIT:
            ends = [(-1, placed[0]), *ends, (placed[-1], len(stops))]
        return [self._way(day, stops, origin, target) for origin, target in ends]

    def _way(self, day: ShiftDay, stops: Sequence[Stop], origin: int, target: int) -> _Way:
        shift, carer = day.shift, day.carer
        assert carer is not None
        outward, home = origin == -1, target == len(stops)
        begins = None if shift.begins_at == BASE else shift.begins_at
        if outward or home:
            place = (stops[target] if outward else stops[origin]).place or BASE
            minutes = self.travel.end_minutes(shift.begins_at, place, carer.mode, shift.day, outward=outward)
            here = self.travel.island_of(place)
            islands = (begins, here) if outward else (here, begins)
        else:
            first, second = stops[origin].place or BASE, stops[target].place or BASE
            minutes = self.travel.minutes(first, second, carer.mode, shift.day)
            islands = (self.travel.island_of(first), self.travel.island_of(second))
        begin_by, end_from = None, None
        if islands[0] != islands[1]:
            leaving = self.problem.ferry_on.get((islands[0] or "", shift.day))
            if leaving is not None and islands[0] != shift.begins_at:
                begin_by = leaving.last_departure_min
            arriving = self.problem.ferry_on.get((islands[1] or "", shift.day))
            if arriving is not None and islands[1] != shift.begins_at:
                end_from = arriving.first_arrival_min
        gaps = tuple(range(origin, target))
        if minutes == 0:
            gaps = gaps[:1]
        elif len(gaps) > 1:
            gaps = self._gaps(shift.shift_id, stops, origin, target)
        return _Way(origin, target, _NEVER if minutes is None else minutes, begin_by, end_from, gaps)

    def _gaps(self, shift_id: str, stops: Sequence[Stop], origin: int, target: int) -> tuple[int, ...]:
        """The gap in which the journey lies already, or, for one with what is moved at an end or between, each."""
        between = stops[origin + 1 : target]
        ends = [stops[at] for at in (origin, target) if 0 <= at < len(stops)]
        every = tuple(range(origin, target))
        if any(self._moves(stop) for stop in (*between, *ends)):
            return every
        names = (
            _name(stops[origin]) if origin >= 0 else None,
            _name(stops[target]) if target < len(stops) else None,
        )
        begins = self.ways.get((shift_id, *names))
        if begins is None:
            return every
        return (origin + sum(stop.start_min <= begins for stop in between),)

    def _moves(self, stop: Stop) -> bool:
        if isinstance(self.asked, PlacedVisit):
            return stop.visit is self.asked
        return stop.kind == BREAK and stop.start_min == self.asked.start_min


class _Times:
    """The start times of one order as numbers of one program."""

    def __init__(self, room: _Room, orders: dict[str, tuple[list[Stop], list[tuple[_Way, int]]]]) -> None:
        self.room, self.problem = room, room.problem
        self.present: list[int] = [0]
        self.number: dict[int, int] = {}
        self.least: list[tuple[int, int, int]] = []  # x(a) − x(b) ≤ c
        self.priced: list[tuple[int, int, float]] = []
        self._breaks = {(row.shift_id, row.start_min): row for row in room.roster.breaks}
        for shift_id, (stops, ways) in orders.items():
            self._round(room.rounds[shift_id], stops, ways)
        self._one_at_a_time()
        self._links()

    def best(self) -> tuple[float, dict[int, int]] | None:
        """What the least change costs, and the start of each row (by its identity); None when nothing fits."""
        asked = self.number[id(self.room.asked)]
        kept = [
            (a, b, c) for a, b, c in self.least if asked in (a, b) or self.present[a] - self.present[b] <= c
        ]
        begin = _feasible(len(self.present), kept)
        if begin is None:
            return None
        program = Differences()
        for value in begin[1:]:
            program.number(value)
        for a, b, c in kept:
            program.at_most(a, b, c)
        for a, wanted, price in self.priced:
            program.distance(a, ZERO, wanted, price)
        values = program.best()
        if values is None:
            return None
        cost = sum(price * abs(values[a] - wanted) for a, wanted, price in self.priced)
        return cost, {key: values[a] for key, a in self.number.items()}

    def _at(self, key: int, start: int) -> int:
        self.present.append(start)
        self.number[key] = len(self.present) - 1
        return self.number[key]

    def _fixed(self, key: int, start: int) -> int:
        if key in self.number:
            return self.number[key]
        a = self._at(key, start)
        self.least += [(a, ZERO, start), (ZERO, a, -start)]
        return a

    def _round(self, day: ShiftDay, stops: Sequence[Stop], ways: Sequence[tuple[_Way, int]]) -> None:
        numbers = [self._stop(day, stop) for stop in stops]
        on_way = {gap: way for way, gap in ways}
        for at in range(-1, len(stops)):
            way = on_way.get(at)
            minutes = 0 if way is None else way.minutes
            before, done = (ZERO, day.shift.start_min) if at < 0 else (numbers[at], stops[at].minutes)
            if at + 1 < len(stops):
                self.least.append((before, numbers[at + 1], -done - minutes))
            else:
                self.least.append((before, ZERO, day.shift.end_min - done - minutes))
            if way is not None and way.begin_by_min is not None:
                self.least.append((before, ZERO, way.begin_by_min - done))
            if way is not None and way.end_from_min is not None and at + 1 < len(stops):
                self.least.append((ZERO, numbers[at + 1], -way.end_from_min))

    def _stop(self, day: ShiftDay, stop: Stop) -> int:
        if stop.visit is not None:
            return self._visit(stop.visit)
        if stop.kind != BREAK:
            return self._fixed(id(stop), stop.start_min)
        row = self._breaks[day.shift.shift_id, stop.start_min]
        a = self._at(id(row), row.start_min)
        least, most = day.shift.break_window()
        self._between(a, least, most - stop.minutes)
        self.priced.append((a, row.start_min, self.room.price if row is self.room.asked else 0.5))
        return a

    def _visit(self, visit: PlacedVisit) -> int:
        if id(visit) in self.number:
            return self.number[id(visit)]
        is_asked = visit is self.room.asked
        if visit.pinned and not is_asked:
            return self._fixed(id(visit), visit.start_min)
        a = self._at(id(visit), visit.start_min)
        least, most = self._bounds(visit)
        self._between(a, least, most)
        self.priced.append((a, visit.start_min, self.room.price if is_asked else 1.0))
        return a

    def _between(self, a: int, least: int, most: int) -> None:
        self.least += [(ZERO, a, -least), (a, ZERO, most)]

    def _bounds(self, visit: PlacedVisit) -> tuple[int, int]:
        """Window, agreed time, absences and ferries."""
        need = self.problem.need_by_id[visit.need_id]
        least, most = (visit.day * DAY_MIN + clock for clock in need.start_bounds())
        for absence in self._absences(visit):
            if absence.end_min <= visit.start_min:
                least = max(least, absence.end_min)
            else:
                most = min(most, absence.start_min - visit.minutes)
        island = self.problem.citizen_by_id[need.citizen_id].island
        ferry = None if visit.modality == "screen" else self.problem.ferry_on.get((island or "", visit.day))
        shifts = [self.problem.shift_by_id[one] for one in visit.shifts if one in self.problem.shift_by_id]
        if ferry is not None and any(shift.begins_at != island for shift in shifts):
            least = max(least, ferry.first_arrival_min)
            most = min(most, ferry.last_departure_min - visit.minutes)
        return least, most

    def _absences(self, visit: PlacedVisit) -> Iterable[Absence]:
        first, last = self.room.day * DAY_MIN, (self.room.day + 2) * DAY_MIN
        for row in self.problem.absences_of_citizen.get(visit.citizen_id, ()):
            if row.overlaps(first, last):
                yield row
        for carer_id in visit.carers:
            for row in self.problem.absences_of_carer.get(carer_id, ()):
                if row.overlaps(first, last):
                    yield row

    def _one_at_a_time(self) -> None:
        """A citizen's visits and sessions keep their order; what is moved stands among them by its middle."""
        rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for visit in self.room.visits:
            rows[visit.citizen_id].append((visit.start_min, visit.end_min, id(visit)))
        for held in self.room.roster.sessions:
            session = self.problem.session_by_id.get(held.session_id)
            if session is not None and session.day == self.room.day:
                for citizen_id in dict.fromkeys(session.citizens):
                    rows[citizen_id].append((session.start_min, session.end_min, id(held)))
        for spans in rows.values():
            if not any(key in self.number for _, _, key in spans):
                continue
            spans.sort(key=lambda span: (span[0] + span[1], span[0]))
            for first, second in pairwise(spans):
                a, b = self._fixed(first[2], first[0]), self._fixed(second[2], second[0])
                self.least.append((a, b, first[0] - first[1]))

    def _links(self) -> None:
        """The gaps of linked visits of the date."""
        placed = {row.need_id: row for row in reversed(self.room.visits)}
        for link in self.problem.links:
            first, second = placed.get(link.first_need), placed.get(link.second_need)
            if first is None or second is None or first is second:
                continue
            if id(first) not in self.number and id(second) not in self.number:
                continue
            a, b = self._fixed(id(first), first.start_min), self._fixed(id(second), second.start_min)
            self.least.append((a, b, -first.minutes - link.gap_min))
            if link.gap_max is not None:
                self.least.append((b, a, first.minutes + link.gap_max))


def _feasible(count: int, constraints: Sequence[tuple[int, int, int]]) -> list[int] | None:
    """The latest values that keep all constraints (Bellman and Ford); None when there are none."""
    rows = np.array(constraints, dtype=np.int64)
    a, b, c = rows[:, 0], rows[:, 1], rows[:, 2]
    values = np.full(count, _NEVER * 10, dtype=np.int64)
    values[ZERO] = 0
    for _ in range(count + 1):
        shorter = values.copy()
        np.minimum.at(shorter, a, values[b] + c)
        if shorter[ZERO] < 0:
            return None
        if np.array_equal(shorter, values):
            return [int(value) for value in values]
        values = shorter
    return None


def _name(stop: Stop | None) -> tuple[str, int] | None:
    return None if stop is None else (stop.what, stop.start_min)


def _at(row: R, start: int | None) -> R:
    if start is None or start == row.start_min:
        return row
    return replace(row, start_min=start, end_min=start + row.end_min - row.start_min)
