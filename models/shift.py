"""A shift on a date, given to a carer or open."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Dated, check


class Shift(Dated, table=True):
    """Times are local minutes after midnight of ``date``; a shift past midnight has ``end_min`` above 1440.

    ``begins_at``: ``base``, ``first_visit`` or an island's name. ``code`` is unique on its date: packs of
    other weeks may use it again.
    """

    code: str
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="CASCADE", index=True)
    date: dt.date
    start_min: int
    end_min: int
    break_minutes: int = 0
    break_from_min: int | None = None
    break_to_min: int | None = None
    begins_at: str = "base"
    reserve_minutes: int = 0

    __table_args__ = (
        Index(
            "uq_shift_team_id_code_date",
            "team_id",
            "code",
            "date",
            unique=True,
            sqlite_where=text("stated_for IS NULL"),
            postgresql_where=text("stated_for IS NULL"),
        ),
        Index("ix_shift_team_id_date", "team_id", "date"),
        check("times", "start_min < end_min"),
        check("break_minutes", "break_minutes >= 0"),
        check("reserve_minutes", "reserve_minutes >= 0"),
    )
