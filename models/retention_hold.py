"""A reason for which one citizen's data is not deleted by rule yet: a case is under way (X10)."""

import datetime as dt
from uuid import UUID

from sqlmodel import Field

from models.base import TeamRow, UtcDateTime, check, one_of

#: What is under way.
HOLD_REASONS = ("complaint", "police", "authority", "other")


class RetentionHold(TeamRow, table=True):
    """Holds until its last day (without one: until somebody lifts it). Never changed otherwise: it tells what held when."""

    __tablename__ = "retention_hold"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    reason: str
    words: str = Field(max_length=1000)
    until: dt.date | None = None
    lifted_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = None

    __table_args__ = (
        one_of("reason", HOLD_REASONS),
        check("lifted", "(lifted_at IS NULL) = (lifted_by IS NULL)"),
    )
