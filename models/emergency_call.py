"""Emergency calls (S21), answers to a carer's call for help (D22), and the numbers that a team's carers ring.

How a call goes on (taken, arrived, ended) stands in records that carry its id as ``call_id``.
"""

import datetime as dt
from uuid import UUID

from sqlalchemy import UniqueConstraint, false
from sqlmodel import Field

from models.base import Editable, TeamRow, UtcDateTime, check


class EmergencyCall(TeamRow, Editable, table=True):
    """A citizen needs somebody now. ``carer_id`` is who was sent last; ``minutes`` how long it is thought to take.

    A call is closed without a visit when it was solved otherwise; ``closed_why`` says how.
    """

    __tablename__ = "emergency_call"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    on_date: dt.date
    asked_at: dt.datetime = Field(sa_type=UtcDateTime)
    what: str
    minutes: int
    #: Who comes has at least this qualification; empty: anybody may.
    qualification: str = ""
    user_id: UUID
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="SET NULL", index=True)
    dispatched_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    dispatched_by: str | None = None
    closed_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_why: str | None = None

    __table_args__ = (
        check("minutes", "minutes BETWEEN 5 AND 480"),
        check("dispatched", "(dispatched_at IS NULL) = (dispatched_by IS NULL)"),
        check("closed", "(closed_at IS NULL) = (closed_why IS NULL)"),
    )


class HelpAnswer(TeamRow, table=True):
    """Somebody has seen a carer's call for help and acts on it. The first one's word stays."""

    __tablename__ = "help_answer"

    record_id: UUID
    user_id: UUID
    answered_at: dt.datetime = Field(sa_type=UtcDateTime)
    what: str = ""

    __table_args__ = (UniqueConstraint("record_id"),)


class TeamPhone(TeamRow, Editable, table=True):
    """A number that the team's carers ring: whose, and when somebody answers there."""

    __tablename__ = "team_phone"

    position: int = 0
    name: str = Field(max_length=100)
    number: str = Field(max_length=30)
    hours: str = Field(default="", max_length=100)
    #: Citizens may ring it, too: it stands on their page for screen visits.
    for_citizens: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
