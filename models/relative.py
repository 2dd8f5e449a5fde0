"""A relative of a citizen, or somebody else who is near: whom to ring (D17)."""

from uuid import UUID

from sqlmodel import Field

from models.base import Editable, TeamRow


class Relative(TeamRow, Editable, table=True):
    """``may_be_told``: the citizen has agreed that this person is told about the help."""

    position: int = 0
    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    name: str
    relation: str = ""
    phone: str = ""
    may_be_told: bool = False
    note: str = ""
