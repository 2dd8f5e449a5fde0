"""Whether a citizen can take screen visits, as somebody assessed it on a date (S9, D6)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from models.base import TeamRow, check, one_of

SCREEN_OUTCOMES = ("able", "able_with_help", "not_able")


class ScreenAssessment(TeamRow, table=True):
    """Never changed: a new assessment is a new row, and the newest holds. ``review_on``: when to look again."""

    __tablename__ = "screen_assessment"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    assessed_on: date
    outcome: str
    review_on: date | None = None
    note: str = ""

    __table_args__ = (
        one_of("outcome", SCREEN_OUTCOMES),
        check("review", "review_on IS NULL OR review_on > assessed_on"),
    )
