"""A run of the optimiser in the background, and how far it is."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import TeamRow, UtcDateTime, check, one_of

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
RUN_STATES = (WAITING, RUNNING, DONE, FAILED, CANCELLED)
#: What a run begins from: nothing, the standing roster (grundplan), or a roster whose pinned visits stay.
FROM_SCRATCH, FROM_STANDING, FROM_ROSTER = "scratch", "standing", "roster"
RUN_BASES = (FROM_SCRATCH, FROM_STANDING, FROM_ROSTER)

_ACTIVE = "state IN ('waiting', 'running')"


class PlanningRun(TeamRow, table=True):
    """One order to plan some weeks of a team, and what became of it.

    A team has one active run for the weeks from a Monday. ``weights`` are those that differ from the team's own.
    ``attempt`` counts how often a process has taken the run up, and is the token each of its writes must show: one
    that was thought dead and wakes writes nothing; ``lost`` counts those that vanished with it. ``heartbeat_at`` is
    when that process last said it lives (ahead of time until its first word); empty while nobody has the run.
    ``cancel_at``: somebody wants it to end with the best so far. ``failure`` is a sentence
    as ``{"template", "values"}``. The roster may be deleted later; the run stays.
    """

    __tablename__ = "planning_run"

    first_monday: dt.date
    weeks: int
    base: str
    base_roster_id: UUID | None = Field(
        default=None, foreign_key="roster.id", ondelete="SET NULL", index=True
    )
    preset: str
    weights: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    seconds: float | None = None
    iterations: int | None = None
    seed: int = 1
    workers: int = 2
    state: str = WAITING
    attempt: int = 0
    lost: int = 0
    heartbeat_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    started_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancel_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancel_by: str | None = None
    failure: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    roster_id: UUID | None = Field(default=None, foreign_key="roster.id", ondelete="SET NULL", index=True)

    __table_args__ = (
        one_of("base", RUN_BASES),
        one_of("state", RUN_STATES),
        check("weeks", "weeks BETWEEN 1 AND 8"),
        check("attempt", "attempt >= 0"),
        check("lost", "lost BETWEEN 0 AND attempt"),
        check("limit", "(seconds IS NULL) <> (iterations IS NULL)"),
        check("failed", "(failure IS NULL) = (state <> 'failed')"),
        check("ended", f"(ended_at IS NULL) = ({_ACTIVE})"),
        Index("ix_planning_run_state", "state"),
        Index(
            "uq_planning_run_active",
            "team_id",
            "first_monday",
            unique=True,
            sqlite_where=text(_ACTIVE),
            postgresql_where=text(_ACTIVE),
        ),
    )


class PlanningStep(TeamRow, table=True):
    """How far a run was at one moment; ``number`` counts on over all its attempts.

    ``seconds`` since the attempt began, ``share`` of the search from 0 to 1; the figures are empty until a first
    roster is found.
    """

    __tablename__ = "planning_step"

    run_id: UUID = Field(foreign_key="planning_run.id", ondelete="CASCADE")
    number: int
    attempt: int
    phase: str
    seconds: float
    share: float
    objective: float | None = None
    unplaced: int | None = None
    carers_per_citizen: float | None = None

    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        check("number", "number >= 1"),
        check("share", "share BETWEEN 0 AND 1"),
    )
