"""Who must be told that a visit is not as it was, and who told them (requirement S13)."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, TeamRow, UtcDateTime, check, one_of

#: How a citizen was told; ``not_needed``: the planner judged that nobody need be told.
TOLD_HOW = ("telephone", "in_person", "relative", "message", "not_needed")


class Notice(TeamRow, Editable, table=True):
    """What one citizen must be told because the published roster is not the one they know.

    ``changes`` holds each changed visit as codes, dates and minutes, never as sentences: they are said in the reader's
    language. ``first_date`` and ``first_min`` (minutes after its midnight) are when the first change is felt: the order
    in which to telephone. A notice goes with its citizen.
    """

    roster_id: UUID = Field(foreign_key="roster.id", ondelete="CASCADE", index=True)
    position: int
    citizen_code: str
    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    first_date: dt.date
    first_min: int
    changes: list[dict[str, Any]] = Field(sa_type=JSON)
    #: How often somebody tried and did not reach them, and when last.
    tries: int = 0
    tried_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_by: str | None = None
    told_how: str | None = None

    __table_args__ = (
        UniqueConstraint("roster_id", "citizen_id"),
        Index("ix_notice_team_id_first_date", "team_id", "first_date"),
        one_of("told_how", TOLD_HOW),
        check("told", "(told_at IS NULL) = (told_how IS NULL) AND (told_at IS NULL) = (told_by IS NULL)"),
        check("tries", "tries >= 0"),
    )
