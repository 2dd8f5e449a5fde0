"""A shift that comes again: which weekdays, every how many weeks; shifts are added by it (S7)."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from models.base import Editable, TeamRow, check


class ShiftPattern(TeamRow, Editable, table=True):
    """Times as in ``Shift``. ``days``: 0 to 6; without a carer the shifts are open ones.

    A weekday gets its shift in every ``every_weeks``-th week, counted from the one of ``anchor_monday``.
    """

    __tablename__ = "shift_pattern"

    position: int = 0
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="CASCADE", index=True)
    days: list[int] = Field(sa_type=JSON)
    every_weeks: int = 1
    anchor_monday: date
    start_min: int
    end_min: int
    break_minutes: int = 0
    break_from_min: int | None = None
    break_to_min: int | None = None
    begins_at: str = "base"
    reserve_minutes: int = 0

    __table_args__ = (
        check("times", "start_min < end_min"),
        check("every_weeks", "every_weeks BETWEEN 1 AND 8"),
        check("break_minutes", "break_minutes >= 0"),
        check("reserve_minutes", "reserve_minutes >= 0"),
    )
