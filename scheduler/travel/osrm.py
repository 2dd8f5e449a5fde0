"""Travel times from an OSRM server, by its table service (project-osrm.org, HTTP API v1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from scheduler.problem import Point
from scheduler.travel.http import Block, Server, in_blocks
from scheduler.travel.provider import Legs, TravelError

#: The names that OSRM's own profiles go by; osrm-routed serves one map whatever the name.
PROFILES: Mapping[str, str] = MappingProxyType({"bike": "cycling", "car": "driving", "foot": "walking"})


class Osrm:
    """A provider that asks an OSRM server, or one server for each mode.

    Parameters
    ----------
    url
        The server's address, or by mode (``bike``, ``car``, ``foot``) the address of the server with that
        map: osrm-routed serves one profile each.
    stop_min
        Minutes added to every journey for parking and the door (``travel.stop_minutes`` of the pack).
    profiles
        By mode, the profile in the address asked.
    """

    name = "osrm"

    def __init__(
        self,
        url: str | Mapping[str, str],
        stop_min: int = 1,
        profiles: Mapping[str, str] = PROFILES,
        timeout_s: float = 30.0,
    ) -> None:
        urls = dict.fromkeys(profiles, url) if isinstance(url, str) else dict(url)
        self.servers = {mode: Server(address, "OSRM", timeout_s) for mode, address in urls.items()}
        self.stop_min = stop_min
        self.profiles = dict(profiles)
        self._versions: dict[str, str | None] = {}

    @property
    def data(self) -> str | None:
        """The data versions the servers named in their answers; None before the first, and where they name
        none."""
        return " ".join(sorted({version for version in self._versions.values() if version})) or None

    @property
    def settings_key(self) -> str:
        """What else the answers depend on, for a cache."""
        places = ",".join(f"{mode}={server.url}" for mode, server in sorted(self.servers.items()))
        return f"{places};{sorted(self.profiles.items())};{self.stop_min}"

    def probe(self, point: Point, mode: str) -> None:
        """Asks for one point to learn which map data the server has; raises TravelError."""
        self.rectangle([point], [point], mode)

    def matrix(self, points: Sequence[Point], mode: str) -> Legs:
        """Times and distances between all the points; raises TravelError."""
        return self.rectangle(points, points, mode)

    def rectangle(self, sources: Sequence[Point], targets: Sequence[Point], mode: str) -> Legs:
        """Times and distances from all sources to all targets; raises TravelError."""
        if mode not in self.servers or mode not in self.profiles:
            raise TravelError(
                "OSRM: no server is named for the mode '{mode}'; name one for each mode your carers use",
                mode=mode,
            )
        self._versions.pop(mode, None)
        return in_blocks(sources, targets, self.stop_min, lambda a, b: self._ask(a, b, mode))

    def _ask(self, sources: Sequence[Point], targets: Sequence[Point], mode: str) -> Block:
        server = self.servers[mode]
        coordinates = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in (*sources, *targets))
        asked = ";".join(map(str, range(len(sources))))
        wanted = ";".join(map(str, range(len(sources), len(sources) + len(targets))))
        answer = server.ask(
            f"/table/v1/{self.profiles[mode]}/{coordinates}"
            f"?annotations=duration,distance&sources={asked}&destinations={wanted}"
        )
        if answer.get("code") != "Ok":
            raise server.unreadable(f"code {str(answer.get('code'))[:40]}")
        version = answer.get("data_version")
        self._note_version(server, mode, None if version is None else str(version))
        shape = (len(sources), len(targets))
        seconds = server.numbers(answer.get("durations"), shape)
        # Servers older than 5.22 know no distances: none is known then.
        lengths = answer.get("distances")
        metres = np.full(shape, np.nan) if lengths is None else server.numbers(lengths, shape)
        return Block(seconds, metres)

    def _note_version(self, server: Server, mode: str, version: str | None) -> None:
        if self._versions.setdefault(mode, version) != version:
            self._versions.pop(mode)
            raise TravelError(
                "{who} changed its map data while it was asked; ask again",
                who=server.who,
            )
