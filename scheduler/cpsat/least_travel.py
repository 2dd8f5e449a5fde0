"""A lower bound on a team's travel: each place that is visited is reached from somewhere, and left again.

Day by day every visit is given the cheapest predecessor that could stand before it in some shift (a visit that can be
over in time, a session, a meeting, or the shift's beginning), each predecessor at most one successor, and every round
in use its way home: a linear assignment (H. W. Kuhn, 1955, doi 10.1002/nav.3800020109). A real roster is one such
assignment, so none travels less; that predecessors may close circles keeps the bound low.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from ortools.graph.python import linear_sum_assignment

from scheduler.problem import BASE, Problem, Shift
from scheduler.travel import TravelTable

#: Prices are rounded down to whole parts of this.
PARTS = 100
#: Larger than any price, small enough for exact sums.
NEVER = 10**9


@dataclass(frozen=True)
class Place:
    """One person's part in something that has a place, on one date.

    ``starts``: by shift id the earliest and latest start there (pack minutes); None: it may stand anywhere in any
    shift of the date. ``left_out``: the price of not being there; 0 for what need not be.
    """

    place: str
    key: tuple[str, int]
    left_out: float
    minutes: int = 0
    starts: Mapping[str, tuple[int, int]] | None = field(default=None)


def least_travel(
    problem: Problem,
    travel: TravelTable,
    takers: Mapping[str, Sequence[str]],
    places: Mapping[int, Sequence[Place]],
) -> float:
    """Travel minutes times their weight, and the prices of what is left out, over all dates: no roster has less.

    Parameters
    ----------
    takers
        Shift id -> who may work it.
    places
        By day what has a place; visits that every roster places, or pays for, and what may stand between them.
    """
    return sum(
        _least_of_day(problem, travel, takers, day, list(places[day]))
        for day in sorted(places)
        if places[day]
    )


def _least_of_day(
    problem: Problem,
    travel: TravelTable,
    takers: Mapping[str, Sequence[str]],
    day: int,
    places: list[Place],
) -> float:
    shifts = [shift for shift in problem.shifts if shift.day == day and takers.get(shift.shift_id)]
    count = len(places)
    size = count + len(shifts)
    cost = np.full((size, size), float(NEVER))
    index = {place: number for number, place in enumerate(travel.places)}
    at = np.array([index[one.place] for one in places], dtype=np.intp)
    legs = {mode: _legs(travel, mode, places, at, day) for mode in travel.legs}
    itself = np.array([[one.key == other.key for other in places] for one in places], dtype=bool)
    for number, shift in enumerate(shifts):
        modes = sorted({problem.carer_by_id[carer_id].mode for carer_id in takers[shift.shift_id]})
        way = np.minimum.reduce([legs[mode] for mode in modes])
        may, early, late = _starts(shift, places)
        minutes = np.array([one.minutes for one in places])
        follows = (early + minutes)[:, None] + way <= late[None, :]
        follows &= may[:, None] & may[None, :] & ~itself
        cost[:count, :count] = np.where(follows, np.minimum(cost[:count, :count], way), cost[:count, :count])
        out = _ends(travel, shift, places, modes, day, outward=True)
        back = _ends(travel, shift, places, modes, day, outward=False)
        cost[count + number, :count] = np.where(may, out, NEVER)
        cost[:count, count + number] = np.where(may, back, NEVER)
    weight = problem.weights.travel
    cost = np.where(cost < NEVER, cost * weight, NEVER)
    cost[np.arange(count), np.arange(count)] = [one.left_out for one in places]
    cost[np.arange(count, size), np.arange(count, size)] = 0.0
    return _assigned(cost)


def _starts(shift: Shift, places: Sequence[Place]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By place: whether it may be in that shift, and when it could start there."""
    found = [
        (shift.start_min - NEVER, shift.end_min + NEVER)
        if one.starts is None
        else one.starts.get(shift.shift_id)
        for one in places
    ]
    may = np.array([row is not None for row in found], dtype=bool)
    early = np.array([0 if row is None else row[0] for row in found], dtype=np.int64)
    late = np.array([0 if row is None else row[1] for row in found], dtype=np.int64)
    return may, early, late


def _legs(travel: TravelTable, mode: str, places: Sequence[Place], at: np.ndarray, day: int) -> np.ndarray:
    """Minutes from each place to each other, with ferries; ``NEVER`` where there is no way."""
    table = travel.legs[mode]
    square = np.ix_(at, at)
    minutes = np.where(table.reachable[square], table.minutes[square], NEVER).astype(np.int64)
    islands = [travel.island_of(one.place) for one in places]
    if any(island is not None for island in islands):
        kinds = sorted(set(islands), key=str)
        number = np.array([kinds.index(island) for island in islands], dtype=np.intp)
        crossings = np.array([[_crossing(travel, a, b, day) for b in kinds] for a in kinds], dtype=np.int64)
        minutes = np.minimum(minutes + crossings[np.ix_(number, number)], NEVER)
    return minutes


def _crossing(travel: TravelTable, origin: str | None, target: str | None, day: int) -> int:
    minutes = travel.crossing_min(origin, target, day)
    return NEVER if minutes is None else minutes


def _ends(
    travel: TravelTable,
    shift: Shift,
    places: Sequence[Place],
    modes: Sequence[str],
    day: int,
    *,
    outward: bool,
) -> np.ndarray:
    """Minutes between where the shift begins and each place."""
    by_place: dict[str, int] = {}
    for one in places:
        if one.place not in by_place:
            ways = [
                0
                if one.place == BASE and shift.begins_at == BASE
                else travel.end_minutes(shift.begins_at, one.place, mode, day, outward=outward)
                for mode in modes
            ]
            by_place[one.place] = min((way for way in ways if way is not None), default=NEVER)
    return np.array([by_place[one.place] for one in places], dtype=np.int64)


def _assigned(cost: np.ndarray) -> float:
    """The least sum of one entry in every row and column, each rounded down to whole parts."""
    parts = np.floor(np.minimum(cost, NEVER / PARTS) * PARTS).astype(np.int64)
    left, right = np.nonzero(cost < NEVER)
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(
        left.astype(np.int32), right.astype(np.int32), parts[left, right].astype(np.int64)
    )
    if solver.solve() != solver.OPTIMAL:
        return 0.0  # the diagonal is always an assignment; without a proof nothing is claimed
    return float(solver.optimal_cost() / PARTS)
