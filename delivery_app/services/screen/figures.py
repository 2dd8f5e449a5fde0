"""How long a citizen's link holds, and when a call can be opened (``fixtures/care/standards.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from delivery_app.services.records.standards import FILE


@dataclass(frozen=True)
class Figures:
    """``days``: how long a link holds, 0 for one without an end; ``remind``: how long before its end one is told."""

    days: int
    remind: timedelta
    early: timedelta
    late: timedelta


@lru_cache(maxsize=1)
def figures() -> Figures:
    """What the file says."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))["screen_link"]
    return Figures(
        days=data["days"],
        remind=timedelta(days=data["remind_days"]),
        early=timedelta(minutes=data["early_min"]),
        late=timedelta(minutes=data["late_min"]),
    )
