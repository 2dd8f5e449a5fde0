"""A roster taken apart into days, put together again, and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.elements import BASE
from scheduler.evaluate import Evaluation, evaluate
from scheduler.explain.network import Key
from scheduler.explain.table import Item, LinkPair, Round, Table, Way
from scheduler.problem import Absence, Need, Problem, day_start_min, week_of
from scheduler.roster import PlacedBreak, PlacedVisit, Roster, Unplaced
from scheduler.rules import RosterContext, Violation
from scheduler.rules.package_hours import PackageWeek, package_weeks
from scheduler.rules.timeline import BREAK, MEETING, SESSION, VISIT, Leg, ShiftDay, Stop
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Verdict:
    """What the judge says of a changed roster against the one it was changed from."""

    roster: Roster
    evaluation: Evaluation
    #: Hard violations that were not there before.
    broken: tuple[Violation, ...]


class Board:
    """One roster with its days on the table; each day is taken apart when first asked for."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable) -> None:
        self.problem, self.roster, self.travel = problem, roster, travel
        self.context = RosterContext(problem, roster, travel)
        self._tables: dict[int, Table] = {}

    @cached_property
    def without_meetings(self) -> Problem:
        """The same team with nobody at a meeting: a meeting lies in the round like a visit, and is told as such."""
        return replace(self.problem, meetings=())

    @cached_property
    def evaluation(self) -> Evaluation:
        """What the judge says of the roster as it is."""
        return evaluate(self.problem, self.roster, self.travel)

    @cached_property
    def visit_on(self) -> dict[tuple[str, int], PlacedVisit]:
        """Placed visits by need and day."""
        return {(row.need_id, row.day): row for row in self.roster.visits}

    @cached_property
    def package_week(self) -> dict[tuple[str, int], PackageWeek]:
        """Each citizen's week held against the package."""
        return {(row.citizen_id, row.week): row for row in package_weeks(self.problem, self.context)}

    def package_room_min(self, need: Need, week: int) -> int | None:
        """How long one more visit of the need may last for the package's upper end; None without one."""
        row = self._binding(need, week)
        most = None if row is None else row.package.most_min()
        if row is None or most is None:
            return None
        return (most - row.placed_min) // self._times(row, need)

    def package_asks_min(self, need: Need, week: int) -> int:
        """How long one more visit of the need lasts at least for the package's lower end; 0 where it asks nothing.

        What is unplaced counts at its wished length, this visit among it.
        """
        row = self._binding(need, week)
        if row is None or (need.citizen_id, week) in self.context.due.cancelled:
            return 0
        lacking = row.package.least_min() - row.placed_min - row.unplaced_min
        return max(0, need.minutes + -(-lacking // self._times(row, need)))

    def _binding(self, need: Need, week: int) -> PackageWeek | None:
        """The citizen's week where the package binds it and the need counts."""
        binds = need.counts and self.problem.rules.package_minutes == "week"
        return self.package_week.get((need.citizen_id, week)) if binds else None

    @staticmethod
    def _times(row: PackageWeek, need: Need) -> int:
        return need.carers if row.package.two_carers_count == "both" else 1

    def table(self, day: int) -> Table:
        """The day's rounds."""
        if day not in self._tables:
            self._tables[day] = _table(self.problem, self.travel, self.context, day)
        return self._tables[day]

    def without(self, visit: PlacedVisit, rule: str = "capacity") -> Board:
        """The same roster with one visit taken out and listed as unplaced."""
        need = self.problem.need_by_id[visit.need_id]
        day = None if need.days is None else visit.day
        left = Unplaced(visit.need_id, day, week_of(visit.day), rule)
        visits = tuple(row for row in self.roster.visits if row is not visit)
        roster = replace(self.roster, visits=visits, unplaced=(*self.roster.unplaced, left))
        return Board(self.problem, roster, self.travel)

    def with_tables(self, tables: Iterable[Table], added: Iterable[PlacedVisit] = ()) -> Roster:
        """The roster with the starts and breaks of changed days, and visits that were not placed before."""
        by_day = {table.day: table for table in tables}
        new = list(added)
        visits = [_moved(row, by_day.get(row.day)) for row in self.roster.visits]
        unplaced = list(self.roster.unplaced)
        for row in new:
            visits.append(row)
            listed = _listed(unplaced, row)
            if listed is not None:
                unplaced.remove(listed)
        shift_day = {shift.shift_id: shift.day for shift in self.problem.shifts}
        breaks = [row for row in self.roster.breaks if shift_day.get(row.shift_id) not in by_day]
        for table in by_day.values():
            for (kind, shift_id), item in table.items.items():
                if kind == BREAK:
                    breaks.append(PlacedBreak(shift_id, item.start_min, item.end_min))
        return replace(
            self.roster,
            visits=tuple(sorted(visits, key=lambda row: (row.start_min, row.need_id))),
            unplaced=tuple(unplaced),
            breaks=tuple(sorted(breaks, key=lambda row: (row.start_min, row.shift_id))),
        )

    def verdict(
        self, roster: Roster, problem: Problem | None = None, travel: TravelTable | None = None
    ) -> Verdict:
        """Judge a changed roster, by a changed problem where one is given."""
        result = evaluate(problem or self.problem, roster, travel or self.travel)
        before = Counter(_sign(row) for row in self.evaluation.hard)
        broken = []
        for row in result.hard:
            if before[_sign(row)]:
                before[_sign(row)] -= 1
            else:
                broken.append(row)
        return Verdict(roster, result, tuple(broken))


def _sign(row: Violation) -> tuple[object, ...]:
    return row.rule, row.need_id, row.citizen_id, row.carer_id, row.shift_id, row.day


def _listed(unplaced: list[Unplaced], visit: PlacedVisit) -> Unplaced | None:
    """The row that lists the visit as unplaced."""
    for row in unplaced:
        if row.need_id == visit.need_id and row.week == week_of(visit.day) and row.day in (None, visit.day):
            return row
    return None


def _moved(row: PlacedVisit, table: Table | None) -> PlacedVisit:
    item = None if table is None else table.items.get((VISIT, row.need_id))
    if item is None or item.start_min == row.start_min:
        return row
    return replace(row, start_min=item.start_min, end_min=item.end_min)


def _table(problem: Problem, travel: TravelTable, context: RosterContext, day: int) -> Table:
    items: dict[Key, Item] = {}
    rounds: dict[str, Round] = {}
    for row in context.shift_days.values():
        if row.shift.day != day or row.carer is None:
            continue
        # Another break than the shift asks for is a mistake of the roster; it is left as it is.
        keys = []
        for stop in row.stops:
            key = _key(stop, row)
            if key not in items:
                items[key] = _item(problem, row, stop, key)
            keys.append(key)
        rounds[row.shift.shift_id] = Round(row.shift, row.carer, tuple(keys), _ways(row, travel, problem))
    for visit in context.visits:
        # A visit that stands in no round (a wrong shift is named) still takes up its citizen's time.
        key = (VISIT, visit.need.need_id)
        if visit.placed.day == day and key not in items:
            start, end = visit.placed.start_min, visit.placed.end_min
            items[key] = Item(key, None, max(0, end - start), start, start, start, (), (visit.citizen_id,))
    links = [
        LinkPair((VISIT, link.first_need), (VISIT, link.second_need), link.gap_min, link.gap_max)
        for link in problem.links
        if link.first_need != link.second_need
    ]
    return Table(problem, travel, day, items, rounds, links)


def _key(stop: Stop, row: ShiftDay) -> Key:
    if stop.kind == BREAK:
        return BREAK, row.shift.shift_id
    if stop.kind == MEETING:
        # Several carers attend one meeting, each in a round of their own.
        return MEETING, f"{stop.what}@{row.shift.shift_id}@{stop.start_min}"
    return stop.kind, stop.what


def _item(problem: Problem, row: ShiftDay, stop: Stop, key: Key) -> Item:
    start, minutes = stop.start_min, stop.minutes
    if stop.visit is not None:
        need = problem.need_by_id[stop.visit.need_id]
        first, last = (start, start) if stop.visit.pinned else day_window(need, row.shift.day)
        away = absences(problem, need.citizen_id, stop.visit.carers)
        return Item(
            key, stop.place, minutes, min(first, start), max(last, start), start, away, (need.citizen_id,)
        )
    if stop.kind == BREAK:
        first, end = row.shift.break_window()
        return Item(key, None, minutes, min(first, start), max(end - minutes, start), start)
    citizens = () if stop.session is None else stop.session.citizens
    place = BASE if stop.kind == MEETING else stop.place
    return Item(key, place, minutes, start, start, start, (), citizens)


def day_window(need: Need, day: int) -> tuple[int, int]:
    """Earliest and latest start of a need on a day, pack minutes."""
    first, last = need.start_bounds()
    return day_start_min(day) + first, day_start_min(day) + last


def absences(problem: Problem, citizen_id: str, carers: Iterable[str]) -> tuple[Absence, ...]:
    """The absences that a visit keeps clear of."""
    rows = list(problem.absences_of_citizen.get(citizen_id, ()))
    for carer_id in carers:
        rows += problem.absences_of_carer.get(carer_id, ())
    return tuple(rows)


def _ways(row: ShiftDay, travel: TravelTable, problem: Problem) -> tuple[Way | None, ...]:
    """The journeys of a shift, each before the stop in whose gap it lies."""
    ways: list[Way | None] = [None] * (len(row.stops) + 1)
    index = {id(stop): at for at, stop in enumerate(row.stops)}
    for leg in row.legs:
        first = 0 if leg.before is None else index[id(leg.before)] + 1
        last = len(row.stops) if leg.after is None else index[id(leg.after)]
        ways[_gap(row, leg, first, last)] = _way(row, leg, travel, problem)
    return tuple(ways)


def _gap(row: ShiftDay, leg: Leg, first: int, last: int) -> int:
    for gap in range(first, last + 1):
        begins = row.shift.start_min if gap == 0 else row.stops[gap - 1].end_min
        ends = row.shift.end_min if gap == len(row.stops) else row.stops[gap].start_min
        if begins <= leg.start_min and leg.end_min <= ends:
            return gap
    return last


def _way(row: ShiftDay, leg: Leg, travel: TravelTable, problem: Problem) -> Way:
    def island(stop: Stop | None) -> str | None:
        if stop is not None:
            return travel.island_of(stop.place or BASE)
        return None if row.shift.begins_at in (BASE, "first_visit") else row.shift.begins_at

    ferries: Mapping[tuple[str, int], object] = problem.ferry_on
    leaving, arriving = island(leg.before), island(leg.after)
    way = Way(leg.minutes)
    if leaving == arriving or not ferries:
        return way
    last = problem.ferry_on.get((leaving or "", row.shift.day))
    if last is not None and leaving != row.shift.begins_at:
        way = replace(way, not_after=last.last_departure_min)
    first = problem.ferry_on.get((arriving or "", row.shift.day))
    if first is not None and arriving != row.shift.begins_at:
        way = replace(way, not_before=first.first_arrival_min - leg.minutes)
    return way


__all__ = ["BREAK", "MEETING", "SESSION", "VISIT", "Board", "Verdict", "absences", "day_window"]
