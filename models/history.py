"""What was delivered before the weeks of a plan: who came to whom, and how many minutes each citizen got.

Names the pack's ids beside the rows they mean: a carer who has left the team still counts in the 14 days.
"""

import datetime as dt
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Dated, check


class History(Dated, table=True):
    """Home visits a carer made to a citizen on a date; rows add up (S3)."""

    date: dt.date
    citizen_code: str
    citizen_id: UUID | None = Field(default=None, foreign_key="citizen.id", ondelete="SET NULL", index=True)
    carer_code: str
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="SET NULL", index=True)
    visits: int = 1

    __table_args__ = (Index("ix_history_team_id_date", "team_id", "date"), check("visits", "visits >= 0"))


class Delivered(Dated, table=True):
    """Minutes a citizen got in the ISO week that begins on ``monday``."""

    monday: dt.date
    citizen_code: str
    citizen_id: UUID | None = Field(default=None, foreign_key="citizen.id", ondelete="SET NULL", index=True)
    minutes: int

    __table_args__ = (
        Index("ix_delivered_team_id_monday", "team_id", "monday"),
        check("minutes", "minutes >= 0"),
    )
