"""Where a visit would have room: for each position in the rounds of those who may come, the span that is left.

An opening says how many minutes are lacking when there is not enough room, so that the least change of a
window, a length or a shift follows from it by arithmetic instead of by trying.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from scheduler.due import Due
from scheduler.eligibility import carer_obstacle, modalities
from scheduler.explain.board import BREAK, SESSION, VISIT, Board, absences, day_window
from scheduler.explain.network import first_clear, last_clear
from scheduler.explain.table import FAR, Item, Spot, Table
from scheduler.problem import Absence, Need, week_of

#: Of two carers' positions only those are combined in which no more than this is lacking.
LACK_MOST_MIN = 240


@dataclass(frozen=True)
class Opening:
    """One position (one for each carer), with the span for the visit; start and end each have two bounds."""

    table: Table
    spots: tuple[Spot, ...]
    modality: str
    earliest_min: int
    latest_end_min: int
    #: From visits that this one has to follow within a time, or be followed by.
    latest_start_min: int
    earliest_end_min: int
    away: tuple[Absence, ...]
    #: Shifts whose break has to find a place anew.
    breaks: tuple[str, ...] = ()

    def starts(self, minutes: int, window: tuple[int, int]) -> tuple[int, int]:
        """Earliest and latest start of a visit of that length in the window; it fits when they are in order."""
        first = max(self.earliest_min, self.earliest_end_min - minutes, window[0])
        last = min(self.latest_end_min - minutes, self.latest_start_min, window[1])
        return first_clear(first, minutes, self.away), last_clear(last, minutes, self.away)

    def lacking_min(self, minutes: int, window: tuple[int, int]) -> int:
        """How many minutes are lacking for a visit of that length; 0 when it fits."""
        first, last = self.starts(minutes, window)
        return max(0, first - last)

    def longest_min(self, least: int, most: int, window: tuple[int, int]) -> int:
        """The longest visit of ``least`` to ``most`` minutes that fits; ``least`` also when that does not fit."""
        first, _ = self.starts(least, window)
        return max(least, min(most, self.latest_end_min - first))

    @property
    def carers(self) -> tuple[str, ...]:
        """Who would come."""
        return tuple(spot.round.carer.carer_id for spot in self.spots)


def willing(board: Board, need: Need) -> list[str]:
    """The carers whom no rule keeps from the need, whatever the day."""
    due = Due(need, 0, 0, ())
    return [
        carer.carer_id for carer in board.problem.carers if carer_obstacle(board.problem, due, carer) is None
    ]


def openings(
    board: Board,
    need: Need,
    day: int,
    carers: Collection[str],
    *,
    table: Table | None = None,
    ways: Sequence[str] | None = None,
    bend_breaks: bool = True,
    with_carer: str | None = None,
) -> Iterator[Opening]:
    """Every opening for the need on a day by some of these carers (``with_carer`` among them).

    ``bend_breaks``: openings also for rounds whose break is taken out, to be placed anew.
    """
    table = table or board.table(day)
    asked = modalities(board.problem, Due(need, week_of(day), 0, (day,))) if ways is None else ways
    shifts = sorted(one for one, row in table.rounds.items() if row.carer.carer_id in carers)
    for modality in asked:
        item = visit_item(board, need, day, modality)
        if need.carers == 1:
            for shift_id in shifts:
                if with_carer in (None, table.rounds[shift_id].carer.carer_id):
                    for state, breaks in states(table, shift_id, bend_breaks=bend_breaks):
                        for spot in state.spots(item, shift_id):
                            yield from _bound(board, state, need, item, (spot,), modality, breaks)
        else:
            yield from _pairs(board, table, need, item, shifts, modality, with_carer)


def _pairs(
    board: Board,
    table: Table,
    need: Need,
    item: Item,
    shifts: Sequence[str],
    modality: str,
    with_carer: str | None,
) -> Iterator[Opening]:
    first, last = item.earliest_min, item.latest_min
    of_shift: dict[str, list[Spot]] = {}
    for shift_id in shifts:
        of_shift[shift_id] = [
            spot
            for spot in table.spots(item, shift_id)
            if max(spot.earliest_min, first) - min(spot.latest_end_min - item.minutes, last) <= LACK_MOST_MIN
        ]
    for group in combinations(shifts, need.carers):
        people = {table.rounds[one].carer.carer_id for one in group}
        if len(people) < need.carers or with_carer not in (None, *people):
            continue
        breaks = tuple(one for one in group if _needs_break(table, one))
        chosen: list[tuple[Spot, ...]] = [()]
        for shift_id in group:
            chosen = [(*row, spot) for row in chosen for spot in of_shift[shift_id]]
        for spots in chosen:
            yield from _bound(board, table, need, item, spots, modality, breaks)


def visit_item(board: Board, need: Need, day: int, modality: str, minutes: int | None = None) -> Item:
    """The need's visit of that day as an item that is not yet in any round."""
    first, last = day_window(need, day)
    return Item(
        (VISIT, need.need_id),
        None if modality == "screen" else need.citizen_id,
        need.minutes_min if minutes is None else minutes,
        first,
        last,
        first,
        absences(board.problem, need.citizen_id, ()),
        (need.citizen_id,),
    )


def _needs_break(table: Table, shift_id: str) -> bool:
    row = table.rounds[shift_id]
    return bool(row.shift.break_minutes) and (BREAK, shift_id) not in row.order


def states(table: Table, shift_id: str, *, bend_breaks: bool) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """The round as it is (with a break to come, when it is unused), and with its break taken out."""
    if _needs_break(table, shift_id):
        yield table, (shift_id,)
        return
    yield table, ()
    if bend_breaks and (BREAK, shift_id) in table.rounds[shift_id].order:
        yield table.without((BREAK, shift_id)), (shift_id,)


def _bound(
    board: Board,
    table: Table,
    need: Need,
    item: Item,
    spots: tuple[Spot, ...],
    modality: str,
    breaks: tuple[str, ...],
) -> Iterator[Opening]:
    """The opening within the bounds of links, of other visits to the citizen, and of absences."""
    earliest = max(spot.earliest_min for spot in spots)
    latest_end = min(spot.latest_end_min for spot in spots)
    latest_start, earliest_end = FAR, -FAR
    for link in table.links:
        if link.second == item.key and link.first in table.items:
            minutes = table.items[link.first].minutes
            earliest = max(earliest, table.earliest[link.first] + minutes + link.gap_min)
            if link.gap_max is not None:
                latest_start = min(latest_start, table.latest[link.first] + minutes + link.gap_max)
        if link.first == item.key and link.second in table.items:
            latest_end = min(latest_end, table.latest[link.second] - link.gap_min)
            if link.gap_max is not None:
                earliest_end = max(earliest_end, table.earliest[link.second] - link.gap_max)
    people = [spot.round.carer.carer_id for spot in spots]
    away = absences(board.problem, need.citizen_id, people)
    whole = Opening(table, spots, modality, earliest, latest_end, latest_start, earliest_end, away, breaks)
    others = table.of_citizen.get(need.citizen_id, [])
    for number in range(len(others) + 1):
        # A visit to the same citizen in one of these rounds has its side of the position already.
        if any(_on_other_side(spot, others, number) for spot in spots):
            continue
        first, last = earliest, latest_end
        if number:
            first = max(first, table.earliest[others[number - 1].key] + others[number - 1].minutes)
        if number < len(others):
            last = min(last, table.latest[others[number].key])
        if first == earliest and last == latest_end:
            yield whole
        elif last - first > -LACK_MOST_MIN:
            yield replace(whole, earliest_min=first, latest_end_min=last)


def _on_other_side(spot: Spot, others: Sequence[Item], number: int) -> bool:
    """Whether the round has one of the first ``number`` visits after the position, or a later one before it."""
    order, position = spot.round.order, spot.position
    before, after = order[:position], order[position + 1 :]
    return any(row.key in after for row in others[:number]) or any(
        row.key in before for row in others[number:]
    )


@dataclass(frozen=True)
class Seat:
    """A visit in an opening: start, length, and the day's table with it."""

    opening: Opening
    day: int
    start_min: int
    minutes: int
    table: Table


def seat(need: Need, day: int, opening: Opening, minutes: int, wish_min: int | None = None) -> Seat | None:
    """The visit put into the opening, within the need's own window; None when it does not hold after all.

    The start is the wished one as far as room allows, rather where nobody else has to move.
    """
    window = day_window(need, day)
    first, last = opening.starts(minutes, window)
    if first > last:
        return None
    quiet_first, quiet_last = _quiet(opening, minutes)
    low, high = max(first, quiet_first), min(last, quiet_last)
    if low > high:
        low = high = min(max((quiet_first + quiet_last) // 2, first), last)
    wish = low if wish_min is None else wish_min
    start = first_clear(min(max(wish, low), high), minutes, opening.away)
    if start > last:
        start = last
    key = (VISIT, need.need_id)
    place = None if opening.modality == "screen" else need.citizen_id
    away = opening.away
    item = Item(key, place, minutes, window[0], window[1], start, away, (need.citizen_id,))
    for begin in dict.fromkeys((start, first, last)):
        table = opening.table.seated(item, opening.spots, begin)
        if table is not None:
            done = with_breaks(table, opening.breaks)
            if done is not None:
                # A break that finds its place may have moved the visit a little.
                return Seat(opening, day, done.items[key].start_min, minutes, done)
    return None


def _quiet(opening: Opening, minutes: int) -> tuple[int, int]:
    """Between which starts nothing else would have to move, as far as the rounds tell."""
    first, last = -FAR, FAR
    for spot in opening.spots:
        first = max(first, opening.table.quiet_ready(spot))
        last = min(last, opening.table.quiet_until(spot) - minutes)
    return first, last


def with_breaks(table: Table, shifts: Sequence[str]) -> Table | None:
    """The day with the breaks of these shifts placed where they fit, best near the middle of their time."""
    for shift_id in shifts:
        shift = table.rounds[shift_id].shift
        first, end = shift.break_window()
        minutes = shift.break_minutes
        item = Item((BREAK, shift_id), None, minutes, first, end - minutes, first)
        done = None
        found = []
        for spot in table.spots(item, shift_id):
            low, high = max(spot.earliest_min, first), min(spot.latest_end_min, end) - minutes
            if low <= high:
                found.append((low, high, spot))
        middle = (first + end - minutes) // 2
        for low, high, spot in sorted(found, key=lambda row: abs(min(max(middle, row[0]), row[1]) - middle)):
            done = table.seated(item, (spot,), min(max(middle, low), high)) or table.seated(
                item, (spot,), low
            )
            if done is not None:
                break
        if done is None:
            return None
        table = done
    return table


__all__ = [
    "SESSION",
    "Opening",
    "Seat",
    "openings",
    "seat",
    "states",
    "visit_item",
    "willing",
    "with_breaks",
]
