"""The best combinations of a need's visits: a place each, on different days, with few different faces.

The price of several places is not the sum of their prices: a carer who comes twice in the week is one face, and
visits at different times of the day are irregular. A beam over the visits keeps the cheapest part-combinations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Generic, Protocol, TypeVar

from scheduler.fit.faces import KnownFaces
from scheduler.problem import Need, Problem, day_start_min, week_of

#: How many part-combinations are kept from visit to visit.
BEAM = 60


class _Place(Protocol):
    @property
    def day(self) -> int: ...
    @property
    def start_min(self) -> int: ...
    @property
    def modality(self) -> str: ...
    @property
    def carers(self) -> tuple[str, ...]: ...
    @property
    def cost(self) -> float: ...


class _HasPlace(Protocol):
    @property
    def place(self) -> _Place: ...


P = TypeVar("P", bound=_HasPlace)


@dataclass(frozen=True)
class Chosen(Generic[P]):
    """Places chosen so far, what they cost together, and how many visits have none."""

    places: tuple[P, ...] = ()
    cost: float = 0.0
    missing: int = 0

    @property
    def who(self) -> frozenset[str]:
        """Everybody who comes."""
        return frozenset(carer_id for row in self.places for carer_id in row.place.carers)


def combined(
    problem: Problem,
    known: KnownFaces,
    need: Need,
    slots: Sequence[tuple[int, Sequence[P]]],
    limit: int,
) -> list[Chosen[P]]:
    """The cheapest combinations, one for each set of carers and days.

    Parameters
    ----------
    slots
        For each due visit (or an "any" need's week): how many visits, and their possible places.
    limit
        The most combinations wanted.
    """
    pricing = _Pricing(problem, known, need)
    beam: list[Chosen[P]] = [Chosen()]
    for count, places in slots:
        for part in range(count):
            # Of an "any" need's visits the later ones take later days: no combination is made twice.
            beam = _best(
                grown
                for chosen in beam
                for grown in pricing.grown(chosen, places, in_order=count > 1 and part > 0)
            )
    found: dict[tuple[frozenset[str], tuple[int, ...]], Chosen[P]] = {}
    for chosen in beam:
        if chosen.places:
            days = tuple(sorted(row.place.day for row in chosen.places))
            found.setdefault((chosen.who, days), chosen)
    return list(found.values())[:limit]


def _best(ways: Iterator[Chosen[P]]) -> list[Chosen[P]]:
    return sorted(ways, key=_rank)[:BEAM]


def _rank(way: Chosen[P]) -> tuple[int, float, list[tuple[int, tuple[str, ...]]]]:
    return way.missing, way.cost, [(row.place.start_min, row.place.carers) for row in way.places]


class _Pricing:
    """What one more place costs beside those chosen."""

    def __init__(self, problem: Problem, known: KnownFaces, need: Need) -> None:
        self.problem, self.known, self.need = problem, known, need
        self.citizen = problem.citizen_by_id[need.citizen_id]

    def grown(self, chosen: Chosen[P], places: Sequence[P], *, in_order: bool) -> Iterator[Chosen[P]]:
        """The combination with each place that goes with it; with one visit more missing when none does."""
        some = False
        for row in places:
            place = row.place
            if in_order and chosen.places and place.day <= chosen.places[-1].place.day:
                continue
            if any(other.place.day == place.day for other in chosen.places):
                continue
            if not self._within_cap(chosen, row):
                continue
            some = True
            yield Chosen((*chosen.places, row), chosen.cost + self._cost(chosen, row), chosen.missing)
        if not some:
            yield replace(chosen, missing=chosen.missing + 1)

    def _cost(self, chosen: Chosen[P], row: P) -> float:
        return row.place.cost - self._faces_paid(chosen, row) + self._irregular(chosen, row)

    def _faces_paid(self, chosen: Chosen[P], row: P) -> float:
        """What the place's price holds for faces that the other places have brought already."""
        place, weights = row.place, self.problem.weights
        if place.modality == "screen":
            return 0.0
        days = self.problem.calendar.days
        homes = [other.place for other in chosen.places if other.place.modality != "screen"]
        paid = 0.0
        for carer_id in place.carers:
            brought = [other.day for other in homes if carer_id in other.carers]
            week = week_of(place.day)
            if week in map(week_of, brought) and not self.known.comes_in_week(
                self.need.citizen_id, carer_id, week
            ):
                paid += weights.carer
            late = [day for day in (place.day, *brought) if day >= days - 14]
            if (
                place.day in late
                and len(late) > 1
                and not self.known.comes_in_last_days(self.need.citizen_id, carer_id)
            ):
                paid += weights.carer_14
        return paid * self.citizen.continuity_weight

    def _irregular(self, chosen: Chosen[P], row: P) -> float:
        """What the visit's start adds to the distance from the need's own median in its week."""
        week = week_of(row.place.day)
        before = [_clock(other.place) for other in chosen.places if week_of(other.place.day) == week]
        more = _spread([*before, _clock(row.place)]) - _spread(before)
        return more * self.problem.weights.regular

    def _within_cap(self, chosen: Chosen[P], row: P) -> bool:
        """Rule 9 over all places together."""
        cap = self.citizen.carers_max
        if cap is None or row.place.modality == "screen":
            return True
        week = week_of(row.place.day)
        people = self.known.carers_in_week(self.need.citizen_id, week) | set(row.place.carers)
        for other in chosen.places:
            if week_of(other.place.day) == week and other.place.modality != "screen":
                people |= set(other.place.carers)
        return len(people) <= cap


def _clock(place: _Place) -> int:
    return place.start_min - day_start_min(place.day)


def _spread(clocks: Sequence[int]) -> float:
    middle = median(clocks) if clocks else 0
    return sum(abs(clock - middle) for clock in clocks)
