"""How much of a shift each visit is sure to take: rows of a linear system that every roster keeps.

A row is a stretch of time [a, b) of one shift. Whatever start a visit is given, so many of its minutes fall into the
stretch (its energy: J. Erschler and P. Lopez, 1990); between two visits in different homes lies at least the shortest
way into the second. All of it, and the break and the meetings that lie in the stretch, fits into b − a.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.cpsat.cover import Cover
from scheduler.eligibility import attending
from scheduler.problem import Carer, Problem, Shift
from scheduler.reach import Reach
from scheduler.travel import TravelTable

#: Stretches begin and end on multiples of this.
GRID_MIN = 30
#: Lengths of stretches beside the whole shift.
LENGTHS_MIN = (30, 60, 90, 120, 180, 240)
#: Rows kept for one shift: those that could be overfilled most.
ROWS_MOST = 40


@dataclass(frozen=True)
class Capacity:
    """Sparse rows Σ minutes · [the carer does the stop in that shift] ≤ limit.

    ``option`` numbers the ways to serve: citizen-week, stop and carer in that order of the covers, one for each shift.
    """

    #: By option: which citizen-week, its stop and carer (positions in the patterns).
    week: np.ndarray
    stop: np.ndarray
    carer: np.ndarray
    #: By entry: the row, the option, the minutes.
    rows: np.ndarray
    options: np.ndarray
    minutes: np.ndarray
    #: By row.
    limits: np.ndarray


@dataclass(frozen=True)
class _Option:
    week: int
    stop: int
    carer: int
    citizen_id: str
    earliest_min: int
    latest_min: int
    minutes: int
    way_min: int


def capacity(
    problem: Problem,
    reach: Reach,
    covers: Sequence[tuple[str, Cover, tuple[str, ...]]],
    takers: Mapping[str, Sequence[str]],
) -> Capacity:
    """The rows of all shifts.

    Parameters
    ----------
    covers
        Citizen id, the citizen's week and its carers in order. Pinned stops take no room: a pin may break a rule.
    takers
        Shift id -> who may work it (:mod:`scheduler.reach`).
    """
    ways = _shortest_ways(problem, reach.travel)
    by_shift: dict[str, list[int]] = defaultdict(list)
    options: list[_Option] = []
    for week, (citizen_id, cover, carers) in enumerate(covers):
        at = {carer_id: index for index, carer_id in enumerate(carers)}
        for row, stop in enumerate(cover.stops):
            if stop.pinned:
                starts = stop.start_bounds()
                options += [
                    _Option(week, row, at[carer_id], citizen_id, *starts, 0, 0)
                    for carer_id in sorted(stop.ranges)
                ]
                continue
            need = problem.need_by_id[stop.need_id]
            for shift, carer, starts_in in reach.by_shift(need, stop.day):
                if carer.carer_id in at:
                    by_shift[shift.shift_id].append(len(options))
                    way = ways.get((citizen_id, carer.mode), 0)
                    early, late = starts_in.earliest_min, starts_in.latest_min
                    options.append(
                        _Option(
                            week,
                            row,
                            at[carer.carer_id],
                            citizen_id,
                            early,
                            late,
                            stop.minutes_min,
                            way,
                        )
                    )
    rows: list[np.ndarray] = []
    of_option: list[np.ndarray] = []
    minutes: list[np.ndarray] = []
    limits: list[float] = []
    for shift_id in sorted(by_shift):
        shift = problem.shift_by_id[shift_id]
        who = [problem.carer_by_id[one] for one in takers.get(shift_id, ())]
        members = by_shift[shift_id]
        for taken, limit in _rows_of(problem, shift, who, [options[index] for index in members]):
            inside = np.flatnonzero(taken)
            rows.append(np.full(len(inside), len(limits), dtype=np.intp))
            of_option.append(np.array(members, dtype=np.intp)[inside])
            minutes.append(taken[inside])
            limits.append(limit)
    return Capacity(
        week=np.array([one.week for one in options], dtype=np.intp),
        stop=np.array([one.stop for one in options], dtype=np.intp),
        carer=np.array([one.carer for one in options], dtype=np.intp),
        rows=np.concatenate(rows) if rows else np.empty(0, dtype=np.intp),
        options=np.concatenate(of_option) if rows else np.empty(0, dtype=np.intp),
        minutes=np.concatenate(minutes) if rows else np.empty(0),
        limits=np.array(limits),
    )


def _rows_of(
    problem: Problem, shift: Shift, who: Sequence[Carer], options: Sequence[_Option]
) -> list[tuple[np.ndarray, float]]:
    """Minutes by option and the limit, of each stretch that the shift's visits together could overfill."""
    early = np.array([one.earliest_min for one in options])
    late = np.array([one.latest_min for one in options])
    lasts = np.array([one.minutes for one in options])
    way = np.array([one.way_min for one in options], dtype=float)
    homes = np.unique([one.citizen_id for one in options], return_inverse=True)[1]
    found: list[tuple[float, int, np.ndarray, float]] = []
    for a, b in _stretches(shift):
        inside = np.minimum(_overlap(early, lasts, a, b), _overlap(late, lasts, a, b)).astype(float)
        sure = inside > 0
        if not sure.any():
            continue
        # A citizen's visits may follow one another without a way between: they share the way into the home.
        sharing = np.bincount(homes[sure], minlength=homes.max() + 1)[homes]
        taken = np.where(sure, inside + way / np.maximum(1, sharing), 0.0)
        room = max(0.0, b - a - _fixed_min(problem, shift, who, a, b))
        limit = room + float((way * sure).max())  # the first visit's way may lie before the stretch
        if (excess := float(taken.sum()) - limit) > 0:
            found.append((-excess / (b - a), len(found), taken, limit))
    found.sort(key=lambda row: row[:2])
    return [(taken, limit) for _, _, taken, limit in found[:ROWS_MOST]]


def _stretches(shift: Shift) -> list[tuple[int, int]]:
    """The stretches of a shift: the whole of it, and shorter ones on the grid."""
    found = {(shift.start_min, shift.end_min): None}
    for begin in range(shift.start_min // GRID_MIN * GRID_MIN, shift.end_min, GRID_MIN):
        for length in LENGTHS_MIN:
            a, b = max(begin, shift.start_min), min(begin + length, shift.end_min)
            if a < b:
                found[a, b] = None
    return list(found)


def _overlap(start: np.ndarray, lasts: np.ndarray, a: int, b: int) -> np.ndarray:
    return np.maximum(0, np.minimum(start + lasts, b) - np.maximum(start, a))


def _fixed_min(problem: Problem, shift: Shift, who: Sequence[Carer], a: int, b: int) -> int:
    """Minutes of the stretch that no visit can have, in a shift that has visits: reserve, break and meetings."""
    taken = 0
    if a <= shift.start_min and shift.end_min <= b:
        taken += shift.reserve_minutes
    opens, closes = shift.break_window()
    if shift.break_minutes and a <= opens and closes <= b:
        taken += shift.break_minutes
    if len(who) == 1:
        held = sorted(
            (meeting.start_min, meeting.end_min)
            for meeting in problem.meetings
            if attending(problem, meeting, shift, who[0])
        )
        free_from = a
        for start, end in held:
            taken += max(0, min(b, end) - max(free_from, start))
            free_from = max(free_from, end)
    return taken


def _shortest_ways(problem: Problem, travel: TravelTable) -> dict[tuple[str, str], int]:
    """By citizen and mode: the shortest way into the home from any other place, ferries left out."""
    found: dict[tuple[str, str], int] = {}
    never = np.iinfo(np.int32).max
    for mode, legs in travel.legs.items():
        minutes = np.where(legs.reachable, legs.minutes, never)
        np.fill_diagonal(minutes, never)
        for place, shortest in zip(travel.places, minutes.min(axis=0), strict=True):
            if place in problem.citizen_by_id and shortest < never:
                found[place, mode] = int(shortest)
    return found
