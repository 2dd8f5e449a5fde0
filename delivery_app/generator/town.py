"""Where people live: streets in a town and its villages, houses along the streets. No address is a real
one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from delivery_app.generator.settings import Place
from scheduler.problem import Point

METRES_PER_DEGREE = 111_195


@dataclass(frozen=True)
class Street:
    """A straight street: its middle and half its length, in metres east and north of the place's centre."""

    east_m: float
    north_m: float
    half_east_m: float
    half_north_m: float


def offset(lat: float, lon: float, east_m: float, north_m: float) -> Point:
    """The point so many metres east and north of another, rounded to about a metre."""
    return Point(
        round(lat + north_m / METRES_PER_DEGREE, 5),
        round(lon + east_m / (METRES_PER_DEGREE * math.cos(math.radians(lat))), 5),
    )


class Town:
    """The streets of a municipality's places; every citizen gets a house in one of them."""

    def __init__(self, places: tuple[Place, ...], rng: Random) -> None:
        self._places = places
        self._rng = rng
        self._streets = {place.name: [self._street(place) for _ in range(place.streets)] for place in places}
        self._taken: set[Point] = set()

    def _street(self, place: Place) -> Street:
        rng = self._rng
        direction, distance = rng.uniform(0, 2 * math.pi), place.radius_m * math.sqrt(rng.random())
        half, turn = rng.uniform(60, 220), rng.uniform(0, math.pi)
        return Street(
            distance * math.cos(direction),
            distance * math.sin(direction),
            half * math.cos(turn),
            half * math.sin(turn),
        )

    def spread(self, citizens: int) -> list[Place]:
        """One place for each citizen, by the places' shares, in random order."""
        total = sum(place.share for place in self._places)
        exact = [place.share / total * citizens for place in self._places]
        counts = [int(value) for value in exact]
        by_rest = sorted(range(len(exact)), key=lambda i: exact[i] - counts[i], reverse=True)
        for index in by_rest[: citizens - sum(counts)]:
            counts[index] += 1
        homes = [place for place, count in zip(self._places, counts, strict=True) for _ in range(count)]
        self._rng.shuffle(homes)
        return homes

    def house(self, place: Place) -> Point:
        """A house nobody else lives in."""
        while True:
            street = self._rng.choice(self._streets[place.name])
            along, side = self._rng.uniform(-1, 1), self._rng.choice((-12, 12))
            point = offset(
                place.lat,
                place.lon,
                street.east_m + along * street.half_east_m,
                street.north_m + along * street.half_north_m + side,
            )
            if point not in self._taken:
                self._taken.add(point)
                return point
