"""How far somebody has read a team's list of messages and tasks."""

import datetime as dt
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import TeamRow, UtcDateTime


class ListLook(TeamRow, table=True):
    """``looked_at``: what the server had received by then has been seen by the user."""

    __tablename__ = "list_look"

    user_id: UUID = Field(index=True)
    looked_at: dt.datetime = Field(sa_type=UtcDateTime)

    __table_args__ = (UniqueConstraint("team_id", "user_id"),)
