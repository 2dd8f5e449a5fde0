"""Travel times from a Valhalla server, by its time-distance matrix (valhalla.github.io,
``/sources_to_targets``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from scheduler.problem import Point
from scheduler.travel.http import Block, Server, in_blocks
from scheduler.travel.provider import Legs, TravelError

COSTING: Mapping[str, str] = MappingProxyType({"bike": "bicycle", "car": "auto", "foot": "pedestrian"})
_METRES = {"kilometers": 1000.0, "km": 1000.0, "miles": 1609.344, "mi": 1609.344}


class Valhalla:
    """A provider that asks a Valhalla server; one server knows all modes.

    Parameters
    ----------
    url
        The server's address.
    stop_min
        Minutes added to every journey for parking and the door (``travel.stop_minutes`` of the pack).
    costing
        By mode, the name of Valhalla's costing model.
    """

    name = "valhalla"

    def __init__(
        self, url: str, stop_min: int = 1, costing: Mapping[str, str] = COSTING, timeout_s: float = 30.0
    ) -> None:
        self.server = Server(url, "Valhalla", timeout_s)
        self.stop_min = stop_min
        self.costing = dict(costing)
        self._data: str | None = None

    @property
    def data(self) -> str | None:
        """When the server's tiles were made (seconds since 1970), as it last said; None where it does not
        say."""
        return self._data

    @property
    def settings_key(self) -> str:
        """What else the answers depend on, for a cache."""
        return f"{self.server.url};{sorted(self.costing.items())};{self.stop_min}"

    def probe(self, point: Point, mode: str) -> None:
        """Learns which map data the server has; a server that keeps its status to itself has none to tell."""
        del point, mode
        try:
            made = self.server.ask("/status").get("tileset_last_modified")
        except TravelError:
            made = None
        self._data = None if made is None else str(made)

    def matrix(self, points: Sequence[Point], mode: str) -> Legs:
        """Times and distances between all the points; raises TravelError."""
        return self.rectangle(points, points, mode)

    def rectangle(self, sources: Sequence[Point], targets: Sequence[Point], mode: str) -> Legs:
        """Times and distances from all sources to all targets; raises TravelError."""
        if mode not in self.costing:
            raise TravelError("Valhalla: no costing is named for the mode '{mode}'", mode=mode)
        legs = in_blocks(sources, targets, self.stop_min, lambda a, b: self._ask(a, b, mode))
        if sources:
            self.probe(sources[0], mode)
        return legs

    def _ask(self, sources: Sequence[Point], targets: Sequence[Point], mode: str) -> Block:
        answer = self.server.ask(
            "/sources_to_targets",
            {
                "sources": [_place(point) for point in sources],
                "targets": [_place(point) for point in targets],
                "costing": self.costing[mode],
                "units": "kilometers",
            },
        )
        shape = (len(sources), len(targets))
        found = answer.get("sources_to_targets")
        if isinstance(found, Mapping):  # the short form
            seconds, lengths = found.get("durations"), found.get("distances")
        else:
            seconds, lengths = self._column(found, "time"), self._column(found, "distance")
        factor = _METRES.get(str(answer.get("units", "kilometers")))
        if factor is None:
            raise self.server.unreadable("distances in an unknown unit")
        return Block(self.server.numbers(seconds, shape), factor * self.server.numbers(lengths, shape))

    def _column(self, rows: Any, key: str) -> list[list[float | None]]:
        try:
            return [[cell[key] for cell in row] for row in rows]
        except (TypeError, KeyError, IndexError):
            raise self.server.unreadable(f"no '{key}' in a cell of the matrix") from None


def _place(point: Point) -> dict[str, float]:
    return {"lat": round(point.lat, 6), "lon": round(point.lon, 6)}
