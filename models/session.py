"""Group training: a session at a place and time, for several citizens (S19)."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Dated, MunicipalRow, check, one_of
from models.need import NEED_QUALIFICATIONS


class GroupSession(Dated, table=True):
    """``start_min``: local minutes after midnight of ``date``; ``carers``: how many hold it."""

    # "session" is a word of SQL itself.
    __tablename__ = "group_session"

    code: str
    lat: float
    lon: float
    date: dt.date
    start_min: int
    minutes: int
    carers: int
    qualification: str | None = None

    __table_args__ = (
        Index(
            "uq_group_session_team_id_code_date",
            "team_id",
            "code",
            "date",
            unique=True,
            sqlite_where=text("stated_for IS NULL"),
            postgresql_where=text("stated_for IS NULL"),
        ),
        Index("ix_group_session_team_id_date", "team_id", "date"),
        one_of("qualification", NEED_QUALIFICATIONS),
        check("lat", "lat BETWEEN -90 AND 90"),
        check("lon", "lon BETWEEN -180 AND 180"),
        check("minutes", "minutes >= 1"),
        check("carers", "carers >= 1"),
    )


class SessionCitizen(MunicipalRow, table=True):
    """Who takes part in a session, in order."""

    __tablename__ = "session_citizen"

    session_id: UUID = Field(foreign_key="group_session.id", ondelete="CASCADE", index=True)
    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    position: int

    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        UniqueConstraint("session_id", "citizen_id"),
    )
