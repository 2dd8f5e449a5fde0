"""What the provider goes by when it is urgent (``fixtures/care/standards.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from delivery_app.services.records.standards import FILE


@dataclass(frozen=True)
class Urgent:
    """``unanswered_min``: from when the planner is told that nobody has taken a call; ``reserve_ahead_min``: by so much a
    shift with a reserve comes before a nearer one. Times in minutes or seconds."""

    unanswered_min: int
    call_min: int
    reserve_ahead_min: int
    help_number: str
    hold_seconds: int
    position_seconds: int


@lru_cache(maxsize=1)
def urgent() -> Urgent:
    """What the file says."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Urgent(
        unanswered_min=data["emergency"]["unanswered_min"],
        call_min=data["emergency"]["minutes"],
        reserve_ahead_min=data["emergency"]["reserve_ahead_min"],
        help_number=data["help"]["number"],
        hold_seconds=data["help"]["hold_seconds"],
        position_seconds=data["help"]["position_seconds"],
    )
