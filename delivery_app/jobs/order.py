"""What is ordered of a run, and what is told of it: plain values, known to tables, optimiser and pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class RunOrder:
    """Plan a team's weeks.

    Attributes
    ----------
    base
        ``scratch``: from nothing; ``standing``: from the standing roster, and near it; ``roster``: from the roster
        ``base_roster_id``, whose pinned visits stay as they are.
    preset, weights
        The preset's name, and the weights that differ from the team's own.
    seconds, iterations
        The limit, one of the two: of the whole run, or steps of each worker's search.
    """

    team_id: UUID
    first_monday: date
    weeks: int = 1
    base: str = "standing"
    base_roster_id: UUID | None = None
    preset: str = "balanced"
    weights: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None
    iterations: int | None = None
    seed: int = 1
    workers: int = 2


@dataclass(frozen=True)
class Submitted:
    """``is_new`` is false when the weeks already had an active run: then ``run_id`` is that one."""

    run_id: UUID
    is_new: bool


@dataclass(frozen=True)
class Step:
    """How far a run was at a moment; figures are None until a first roster is found."""

    phase: str
    seconds: float
    share: float
    objective: float | None = None
    unplaced: int | None = None
    carers_per_citizen: float | None = None
    number: int = 0
    attempt: int = 0


@dataclass(frozen=True)
class RunProgress:
    """A run as it is now, with its newest steps.

    ``failure`` is the sentence's template and values. ``ahead``: how many runs wait before a waiting one.
    """

    run_id: UUID
    order: RunOrder
    state: str
    attempt: int
    lost: int
    submitted_at: datetime
    submitted_by: str
    started_at: datetime | None
    ended_at: datetime | None
    cancel_at: datetime | None
    cancel_by: str | None
    failure: tuple[str, Mapping[str, object]] | None
    roster_id: UUID | None
    ahead: int
    steps: tuple[Step, ...]

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")
