"""What is sure to fall into each stretch of a carer's date, whatever starts are chosen: rows that every round keeps.

A stretch [a, b) has so many minutes. Each visit brings at least the minutes of it that lie in the stretch at its earliest
or at its latest start (its energy: J. Erschler and P. Lopez, 1990), and the least way into its home; the first visit's
way may lie before. Beside them stand what is fixed, and of a break what cannot lie outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.replan.tasks import Duty

#: Rows kept for one carer: those that could be overfilled most.
ROWS_MOST = 40


@dataclass(frozen=True)
class Piece:
    """A visit that a carer could make: its home, the earliest and latest start, its least minutes, the least way into it."""

    citizen_id: str
    earliest_min: int
    latest_min: int
    minutes: int
    way_min: int


@dataclass(frozen=True)
class Row:
    """Σ minutes · [the carer makes the piece] ≤ limit, by the position of the piece."""

    minutes: Mapping[int, int]
    limit: int


def rows_of(pieces: Sequence[Piece], duty: Duty) -> list[Row]:
    """The rows of a carer's date which all pieces together would break, those broken most first."""
    if not pieces:
        return []
    found: list[tuple[float, int, np.ndarray, int]] = []
    for a, b, taken, limit in _stretches(pieces, duty):
        excess = int(taken.sum()) - limit
        if excess > 0:
            found.append((-excess / (b - a), len(found), taken, limit))
    found.sort(key=lambda row: row[:2])
    return [
        Row({int(index): int(taken[index]) for index in np.flatnonzero(taken)}, limit)
        for _, _, taken, limit in found[:ROWS_MOST]
    ]


def _stretches(pieces: Sequence[Piece], duty: Duty) -> Iterator[tuple[int, int, np.ndarray, int]]:
    """Each stretch with the minutes that every piece brings into it, and its limit."""
    early = np.array([one.earliest_min for one in pieces])
    late = np.array([one.latest_min for one in pieces])
    lasts = np.array([one.minutes for one in pieces])
    ways = np.array([one.way_min for one in pieces])
    homes = np.unique([one.citizen_id for one in pieces], return_inverse=True)[1]
    begins = {start for start, _ in duty.spans} | {int(a) for a in early}
    ends = {end for _, end in duty.spans} | {int(b) for b in late + lasts}
    for a in sorted(begins):
        for b in sorted(end for end in ends if end > a):
            inside = np.minimum(_overlap(early, lasts, a, b), _overlap(late, lasts, a, b))
            sure = inside > 0
            if not sure.any():
                continue
            # A citizen's visits may follow one another without a way between: they share the way into the home.
            sharing = np.maximum(1, np.bincount(homes[sure], minlength=int(homes.max()) + 1)[homes])
            yield (
                a,
                b,
                np.where(sure, inside + ways // sharing, 0),
                _room(duty, a, b) + int((ways * sure).max()),
            )


def _room(duty: Duty, a: int, b: int) -> int:
    """Minutes of a stretch that visits and ways can have."""
    minutes = sum(_common(a, b, *span) for span in duty.spans)
    minutes -= sum(_common(a, b, start, end) for start, end in duty.fixed)
    for first, last, length in duty.breaks:
        minutes -= min(_common(a, b, first, first + length), _common(a, b, last - length, last))
    return max(0, minutes)


def _common(a: int, b: int, start: int, end: int) -> int:
    return max(0, min(b, end) - max(a, start))


def _overlap(start: np.ndarray, lasts: np.ndarray, a: int, b: int) -> np.ndarray:
    return np.maximum(0, np.minimum(start + lasts, b) - np.maximum(start, a))
