"""The demand that open shifts are chosen for: work by date, time of day, qualification and priority, in
minutes.

The visits that are due are pooled: those of one date (or any date of a week), qualification, priority and
stretch of the day are one lump of work. It is met by the minutes that carers on duty have in that stretch.
This is rougher than a round, and quick; who visits whom and when is for the search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.problem import Problem, Shift
from scheduler.travel import TravelTable

#: Length of the bands into which a date is cut.
BAND_MIN = 60
#: The part of a shift (break and reserve taken out) that visits and the travel between them can fill:
#: assumed, since a band's minutes never fit without gaps.
USABLE_SHARE = 0.85
#: Travel to a visit is taken as the mean over this many nearest places.
NEAR_PLACES = 5


@dataclass(frozen=True)
class Lump:
    """Work of one kind: ``minutes`` to be done on one of ``days`` within the bands
    ``first_band``–``last_band``.

    Bands count from the date's midnight. ``pieces``: each pooled visit (None for a session) with the minutes
    that all its carers together spend.
    """

    days: tuple[int, ...]
    first_band: int
    last_band: int
    qualification: str | None
    priority: int
    pieces: tuple[tuple[Due | None, int], ...]

    @property
    def minutes(self) -> int:
        """The whole work."""
        return sum(minutes for _, minutes in self.pieces)


def lumps(problem: Problem, travel: TravelTable, dues: Sequence[Due]) -> list[Lump]:
    """The due visits (and group sessions) pooled, each with the travel it takes, in a fixed order."""
    work: dict[tuple[tuple[int, ...], int, int, str | None, int], list[tuple[Due | None, int]]] = defaultdict(
        list
    )
    on_the_way = travel_per_visit_min(problem, travel)
    for due in dues:
        need = due.need
        first, last = need.start_bounds()
        # Work may be done from the first possible start to the end of the visit that starts last.
        bands = (max(0, first // BAND_MIN), max(0, (max(first, last) + need.minutes - 1) // BAND_MIN))
        minutes = need.minutes + (0 if need.modality == "screen" else on_the_way)
        work[due.days, *bands, need.qualification, need.priority].append((due, minutes * need.carers))
    for session in problem.sessions:
        start = session.start_min - session.day * DAY_MIN
        bands = (start // BAND_MIN, (start + session.minutes - 1) // BAND_MIN)
        minutes = (session.minutes + on_the_way) * session.carers
        work[(session.day,), *bands, session.qualification, 1].append((None, minutes))
    return [
        Lump(*key, tuple(pieces))
        for key, pieces in sorted(work.items(), key=lambda item: tuple(str(part) for part in item[0]))
    ]


def travel_per_visit_min(problem: Problem, travel: TravelTable) -> int:
    """What getting to a visit takes by and large: the mean to the nearest places, by the team's commonest
    mode."""
    modes = [carer.mode for carer in problem.carers]
    if not modes or len(travel.places) < 2:
        return 0
    legs = travel.legs[max(sorted(set(modes)), key=modes.count)]
    minutes = np.where(legs.reachable, legs.minutes, np.iinfo(np.int32).max).astype(np.float64)
    np.fill_diagonal(minutes, np.inf)
    nearest = np.sort(minutes, axis=1)[:, :NEAR_PLACES]
    nearest = nearest[nearest < np.iinfo(np.int32).max]
    return round(float(nearest.mean())) if nearest.size else 0


def supply_min(problem: Problem, shift: Shift) -> dict[int, int]:
    """By band of the shift's date: the minutes in which the shift can do work.

    Break and reserve are spread evenly over the shift; what no round can fill (:data:`USABLE_SHARE`) is taken
    off.
    """
    free = max(0, shift.minutes - shift.break_minutes - shift.reserve_minutes)
    share = USABLE_SHARE * free / shift.minutes
    midnight = shift.day * DAY_MIN
    first, last = shift.start_min - midnight, shift.end_min - midnight
    found: dict[int, int] = {}
    for band in range(first // BAND_MIN, (last - 1) // BAND_MIN + 1):
        overlap = min(last, (band + 1) * BAND_MIN) - max(first, band * BAND_MIN)
        found[band] = int(share * overlap)
    return found
