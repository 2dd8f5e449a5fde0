"""Two needs of which the second follows the first on the same date (S5)."""

from uuid import UUID

from sqlmodel import Field

from models.base import TeamRow, check


class Link(TeamRow, table=True):
    """Gaps are minutes from the end of the first to the start of the second; no ``gap_max``: no greatest."""

    position: int = 0
    first_need_id: UUID = Field(foreign_key="need.id", ondelete="CASCADE", index=True)
    second_need_id: UUID = Field(foreign_key="need.id", ondelete="CASCADE", index=True)
    gap_min: int
    gap_max: int | None = None
    same_carer: bool = False

    __table_args__ = (check("gap", "gap_max IS NULL OR gap_min <= gap_max"),)
