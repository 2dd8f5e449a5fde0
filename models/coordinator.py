"""Who holds a citizen's course of help together (tovholder), and who did before."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from models.base import TeamRow


class Coordinator(TeamRow, table=True):
    """Never changed: from ``from_date`` on it is this carer (nobody when empty), until a newer row says otherwise."""

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="SET NULL", index=True)
    from_date: date
