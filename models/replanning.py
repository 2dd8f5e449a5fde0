"""A change of a published roster that waits for the planner's yes (requirement S13)."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field

from models.base import Editable, TeamRow, UtcDateTime, check, one_of, utc_now

RUNNING, FAILED, READY, ACCEPTED, DISCARDED = "running", "failed", "ready", "accepted", "discarded"
REPLANNING_STATUSES = (RUNNING, FAILED, READY, ACCEPTED, DISCARDED)


class Replanning(TeamRow, Editable, table=True):
    """What happened at a moment, the published roster it happened to, and the roster that answers it.

    ``events``, ``facts`` and ``outcome`` name people and needs by their codes. ``facts`` are what becomes true of the
    team when the answer is accepted (absences, needs); ``outcome`` is how it compares and whom it changes.
    ``attempt`` counts the computations: the result of an earlier one that comes late is not taken.
    """

    base_id: UUID = Field(foreign_key="roster.id", ondelete="CASCADE", index=True)
    status: str = RUNNING
    moment_date: dt.date
    moment_min: int
    events: list[dict[str, Any]] = Field(sa_type=JSON)
    attempt: int = 1
    began_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    #: Why it failed: sentences as {"template", "values"}.
    errors: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    facts: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    outcome: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: The answer itself, a ``roster.json`` document. It is kept here, not as a roster: what it answers to is not true yet.
    draft: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: The version it became.
    accepted_id: UUID | None = Field(default=None, foreign_key="roster.id", ondelete="SET NULL", index=True)
    decided_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = None

    __table_args__ = (
        Index("ix_replanning_team_id_status", "team_id", "status"),
        one_of("status", REPLANNING_STATUSES),
        check("moment_min", "moment_min BETWEEN 0 AND 1439"),
        check("attempt", "attempt >= 1"),
        check("decided", "(decided_at IS NULL) = (decided_by IS NULL)"),
    )
