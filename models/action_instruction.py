"""Action instructions (handlingsanvisninger): how something is to be done with this citizen, version by version."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import TeamRow, check


class ActionInstruction(TeamRow, table=True):
    """One version; a row is never changed. ``series_id`` is what the versions of an instruction share.

    ``reason`` says why there is this version. ``need_id`` narrows it to the visits of one need, empty means every
    visit. ``review_on`` is when to look whether it still fits. A version that is ``withdrawn`` ends the series.
    """

    __tablename__ = "action_instruction"

    series_id: UUID = Field(index=True)
    version: int = 1
    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    need_id: UUID | None = Field(default=None, foreign_key="need.id", ondelete="SET NULL", index=True)
    position: int = 0
    title: str
    text: str
    reason: str = ""
    review_on: date | None = None
    withdrawn: bool = False

    __table_args__ = (UniqueConstraint("series_id", "version"), check("version", "version >= 1"))
