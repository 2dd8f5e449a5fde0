"""What whoever comes must know before the door is opened: two carers, a dog, oxygen, infection …"""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from models.base import Editable, TeamRow, check


class CareWarning(TeamRow, Editable, table=True):
    """``code`` is a kind of ``fixtures/care/warnings.toml``; ``until_date`` the first day without it."""

    __tablename__ = "care_warning"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    code: str
    text: str = ""
    from_date: date
    until_date: date | None = None

    __table_args__ = (check("period", "until_date IS NULL OR until_date >= from_date"),)
