"""What a carer wishes for a date, or for every date (S7)."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from models.base import TeamRow, check


class Wish(TeamRow, table=True):
    """Times are minutes after midnight of the date; no ``on_date``: every one. ``weight`` is in minutes of work."""

    position: int = 0
    carer_id: UUID = Field(foreign_key="carer.id", ondelete="CASCADE", index=True)
    on_date: date | None = None
    wish: str
    start_min: int | None = None
    end_min: int | None = None
    weight: float

    __table_args__ = (
        Index("ix_wish_team_id_on_date", "team_id", "on_date"),
        check("weight", "weight >= 0"),
    )
