"""Citizens to be discussed at the team's meetings, and what came of it (S18)."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from models.base import Editable, TeamRow, UtcDateTime, check


class MeetingTopic(TeamRow, Editable, table=True):
    """A citizen on the agenda. ``meeting_id`` is the meeting it is for; empty: the next one.

    ``cause``: who or what put it there (a planner, a carer, or a rule of ``services.team_list``); ``record_id`` the
    carer's record that asked for it. ``words`` are somebody's own; a rule's topic has the figures it rests on
    (``facts``), and is put into words where it is read. Who does what until when stands as tasks of the team's list.
    ``decided`` is a word of ``services.team_list.meetings``; it is empty until the citizen was discussed.
    """

    __tablename__ = "meeting_topic"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    meeting_id: UUID | None = Field(default=None, foreign_key="meeting.id", ondelete="SET NULL", index=True)
    cause: str = Field(max_length=40)
    words: str = Field(default="", max_length=1000)
    facts: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    record_id: UUID | None = Field(default=None, unique=True)
    put_by: UUID
    put_at: dt.datetime = Field(sa_type=UtcDateTime)
    discussed_on: dt.date | None = None
    discussed_by: UUID | None = None
    outcome: str = Field(default="", max_length=4000)
    decided: str = Field(default="", max_length=40)

    __table_args__ = (
        check("discussed", "(discussed_on IS NULL) = (discussed_by IS NULL)"),
        check("outcome", "(discussed_on IS NULL) = (decided = '')"),
    )
