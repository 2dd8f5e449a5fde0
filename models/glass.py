"""A citizen of another team looked at for a stated reason (X4), and what the leader of the citizen's team did about it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from models.base import TeamRow, UtcDateTime, check


class BrokenGlass(TeamRow, table=True):
    """``user_id`` may read the sheet of ``citizen_id`` until ``until``; ``team_id`` is the citizen's team.

    Person and citizen are named by id without a foreign key: who looked at whom stays when they go. It may be
    ended early by the leader or by the person, and is looked at by a leader afterwards.
    """

    __tablename__ = "broken_glass"

    citizen_id: UUID = Field(index=True)
    user_id: UUID
    from_team_id: UUID
    reason: str = Field(max_length=40)
    words: str = Field(max_length=1000)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: UUID | None = None
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_by: UUID | None = None

    __table_args__ = (
        Index("ix_broken_glass_user_id_until", "user_id", "until"),
        check("until", "until > opened_at"),
        check("ended", "(ended_at IS NULL) = (ended_by IS NULL)"),
        check("seen", "(seen_at IS NULL) = (seen_by IS NULL)"),
    )
