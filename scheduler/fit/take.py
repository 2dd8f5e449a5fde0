"""Taking ranked places: the roster with the new visits in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler.desk import Desk, Place
from scheduler.evaluate import judged
from scheduler.fit.offers import Combination, Fit, NeedFit, PackageWeekThen, packages_with
from scheduler.message import ProblemError
from scheduler.roster import Bounds, Roster


@dataclass(frozen=True)
class Taken:
    """The roster with the places taken.

    ``other`` are places that differ from those ranked, because places taken before them stood in the way;
    ``missing`` are (need id, day) of ranked places that had to be given up.
    """

    roster: Roster
    places: tuple[Place, ...]
    other: tuple[Place, ...]
    missing: tuple[tuple[str, int], ...]
    #: The citizens' weeks with what is really placed.
    packages: tuple[PackageWeekThen, ...]


def take(found: Fit, ranks: Mapping[str, int]) -> Taken:
    """The roster with one combination of each new need taken, in the order of the needs.

    Parameters
    ----------
    found
        The ranked places.
    ranks
        By need id: which combination, 1 being the best. Needs that are not named take the best; a need that has
        no place at all stays unplaced.

    Raises
    ------
    ProblemError
        A need that is not among the new ones, or a rank that there is not.
    """
    wanted = {row.need.need_id: row for row in found.needs}
    for need_id, rank in ranks.items():
        if need_id not in wanted:
            raise ProblemError(
                "there is no new need '{value}'; the new ones are {choices}",
                value=need_id,
                choices=", ".join(wanted),
            )
        _ranked(wanted[need_id], rank)
    table = _Table(found)
    for row in found.needs:
        way = _ranked(row, ranks.get(row.need.need_id, 1)) if row.combinations else None
        for one in () if way is None else way.places:
            table.take(one.place)
    # What was proven was proven for the needs without the new ones; only the citizens' own bounds still hold.
    roster = judged(found.problem, replace(table.roster, bounds=Bounds()), found.travel)
    return Taken(
        roster, tuple(table.places), tuple(table.other), tuple(table.missing), packages_with(found, roster)
    )


def _ranked(row: NeedFit, rank: int) -> Combination:
    if not 1 <= rank <= len(row.combinations):
        raise ProblemError(
            "need {id}: there is no rank {value}; it has {count} ranked places",
            id=row.need.need_id,
            value=rank,
            count=len(row.combinations),
        )
    return row.combinations[rank - 1]


class _Table:
    """The roster as it fills, place after place."""

    def __init__(self, found: Fit) -> None:
        self.found = found
        self.roster = found.roster
        self.places: list[Place] = []
        self.other: list[Place] = []
        self.missing: list[tuple[str, int]] = []

    def take(self, wanted: Place) -> None:
        """Take the place, or the one most like it that there still is."""
        desk = Desk(self.found.problem, self.roster, self.found.travel)
        place = self._nearest(desk, wanted)
        if place is None:
            self.missing.append((wanted.need_id, wanted.day))
            return
        if (place.carers, place.shifts, place.start_min) != (wanted.carers, wanted.shifts, wanted.start_min):
            self.other.append(place)
        self.places.append(place)
        self.roster = desk.with_place(place)

    def _nearest(self, desk: Desk, wanted: Place) -> Place | None:
        """The same people at the nearest time; else the cheapest place of that day; None when nothing is left."""
        same = [
            place
            for place in desk.places(wanted.need_id, wanted.day, carers=wanted.carers)
            if set(place.carers) == set(wanted.carers) and set(place.shifts) == set(wanted.shifts)
        ]
        if same:
            return min(same, key=lambda place: (abs(place.start_min - wanted.start_min), place.cost))
        return next(iter(desk.places(wanted.need_id, wanted.day, limit=1)), None)
