"""A meeting at the team's base (S18)."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import Dated, MunicipalRow, check


class Meeting(Dated, table=True):
    """``start_min``: local minutes after midnight of ``date``."""

    name: str
    date: dt.date
    start_min: int
    minutes: int

    __table_args__ = (
        Index("ix_meeting_team_id_date", "team_id", "date"),
        check("minutes", "minutes >= 0"),
    )


class MeetingCarer(MunicipalRow, table=True):
    """Who is called to a meeting, in order."""

    __tablename__ = "meeting_carer"

    meeting_id: UUID = Field(foreign_key="meeting.id", ondelete="CASCADE", index=True)
    carer_id: UUID = Field(foreign_key="carer.id", ondelete="CASCADE", index=True)
    position: int

    __table_args__ = (UniqueConstraint("meeting_id", "position"), UniqueConstraint("meeting_id", "carer_id"))
