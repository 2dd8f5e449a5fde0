"""A carer who is not to come to a citizen, for a documented reason."""

from uuid import UUID

from sqlmodel import Field

from models.base import TeamRow


class Barred(TeamRow, table=True):
    """One reason a row: a pair may be barred for two."""

    position: int = 0
    carer_id: UUID = Field(foreign_key="carer.id", ondelete="CASCADE", index=True)
    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    reason: str = ""
