"""Screen visits as calls (S9, D6): the citizen's personal link, and each call that was made.

Of a link only the SHA-256 digest of its token is kept: who reads the database cannot answer in a citizen's place.
"""

import datetime as dt
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import TeamRow, UtcDateTime, check, one_of

#: Who ended a call; ``lost``: nobody came back to it.
ENDED_BY = ("carer", "citizen", "lost")


class ScreenLink(TeamRow, table=True):
    """The address at which a citizen answers; it holds until its last day, or until it is revoked. One at a time."""

    __tablename__ = "screen_link"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    token_sha256: str = Field(max_length=64)
    #: The last day on which the link opens anything, empty where links have no end; a planner can put it off.
    holds_until: dt.date | None = None
    revoked_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str | None = None

    __table_args__ = (
        UniqueConstraint("token_sha256"),
        Index(
            "uq_screen_link_holds",
            "citizen_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )


class ScreenCall(TeamRow, table=True):
    """A call for a visit, named as records name it: by need and date. One at a time is open for a visit."""

    __tablename__ = "screen_call"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    need_id: UUID
    on_date: dt.date
    user_id: UUID
    opened_at: dt.datetime = Field(sa_type=UtcDateTime)
    #: When the citizen answered, and when picture and sound went between the two.
    joined_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    connected_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None

    __table_args__ = (
        Index("ix_screen_call_need_id_on_date", "need_id", "on_date"),
        Index(
            "uq_screen_call_open",
            "need_id",
            "on_date",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        one_of("ended_by", ENDED_BY),
        check("ended", "(ended_at IS NULL) = (ended_by IS NULL)"),
    )
