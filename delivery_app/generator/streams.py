"""Random numbers that do not disturb each other."""

from __future__ import annotations

from random import Random


class Streams:
    """A random stream of its own for each step, so that one step's draws do not disturb another's."""

    def __init__(self, key: str) -> None:
        self._key = key

    def of(self, step: str) -> Random:
        """The stream of a step, always the same for the same team."""
        return Random(f"{self._key}/{step}")
