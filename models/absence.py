"""A carer or a citizen away for a while."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Dated, check


class Absence(Dated, table=True):
    """From a local time up to (not including) another; each is a date and minutes after its midnight."""

    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="CASCADE", index=True)
    citizen_id: UUID | None = Field(default=None, foreign_key="citizen.id", ondelete="CASCADE", index=True)
    start_date: date
    start_min: int
    end_date: date
    end_min: int
    reason: str = ""

    __table_args__ = (
        Index("ix_absence_team_id_start_date_end_date", "team_id", "start_date", "end_date"),
        check("one_person", "(carer_id IS NULL) <> (citizen_id IS NULL)"),
        check("minutes", "start_min BETWEEN 0 AND 1439 AND end_min BETWEEN 0 AND 1439"),
        check("period", "start_date < end_date OR (start_date = end_date AND start_min <= end_min)"),
    )
