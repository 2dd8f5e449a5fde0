"""What a source of travel times offers the optimiser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from scheduler.message import ProblemError
from scheduler.problem import Point


class TravelError(ProblemError):
    """A provider that cannot be reached, or answers what cannot be read: what was asked of whom, and what to do."""


@dataclass(frozen=True)
class Legs:
    """Square matrices over the asked points, row = from, column = to.

    ``minutes`` are whole minutes (int32), ``metres`` whole metres (int32), ``reachable`` bool; where ``reachable`` is
    False the other two hold 0.
    """

    minutes: npt.NDArray[np.int32]
    metres: npt.NDArray[np.int32]
    reachable: npt.NDArray[np.bool_]


class TravelProvider(Protocol):
    """A source of travel times."""

    @property
    def name(self) -> str:
        """The provider's name, as it stands in ``roster.json``."""

    @property
    def data(self) -> str | None:
        """Which map data the answers rest on (a date, a file's name); None where there is none."""

    def matrix(self, points: Sequence[Point], mode: str) -> Legs:
        """Times and distances between all the points by ``bike``, ``car`` or ``foot``; raises TravelError."""
