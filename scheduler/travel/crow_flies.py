"""Travel times by the crow-flies formula of the team pack: great-circle distance, detour, speed, minutes to stop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.problem import Point, TravelSettings
from scheduler.travel.provider import Legs

EARTH_RADIUS_KM = 6371.0088


class CrowFlies:
    """The default provider: needs no map and no network."""

    name = "crow_flies"
    data = None

    def __init__(self, settings: TravelSettings) -> None:
        self.settings = settings

    def matrix(self, points: Sequence[Point], mode: str) -> Legs:
        """``ceil(60 · detour · km / speed + stop)`` minutes; 0 between points that are the same."""
        lat = np.radians(np.array([point.lat for point in points], dtype=np.float64))
        lon = np.radians(np.array([point.lon for point in points], dtype=np.float64))
        half_lat = (lat[:, None] - lat[None, :]) / 2
        half_lon = (lon[:, None] - lon[None, :]) / 2
        chord = np.sin(half_lat) ** 2 + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin(half_lon) ** 2
        km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
        # Rounding to a billionth of a minute first keeps exact whole minutes from being lifted by the last float digit.
        exact = 60 * self.settings.detour * km / self.settings.speed_kmh[mode] + self.settings.stop_min
        minutes = np.ceil(np.round(exact, 9)).astype(np.int32)
        same = (lat[:, None] == lat[None, :]) & (lon[:, None] == lon[None, :])
        minutes[same] = 0
        metres = np.round(1000 * self.settings.detour * km).astype(np.int32)
        metres[same] = 0
        return Legs(minutes, metres, np.ones_like(same, dtype=np.bool_))
