"""What planners did by hand to a draft: each change with what it took out and put in, so that it can be taken back."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from models.base import TeamRow, check, one_of

EDIT, UNDO, REDO = "edit", "undo", "redo"
EDIT_KINDS = (EDIT, UNDO, REDO)


class RosterEdit(TeamRow, table=True):
    """One change of a draft, never altered afterwards: taking it back is a row of its own.

    ``number`` counts 1, 2, 3 … within the roster; ``reached`` is the roster's ``row_version`` after it. ``command``
    is what was asked for, ``patch`` the roster's rows that left and came (:mod:`scheduler.edit.patch`), both with the
    pack's ids. ``of_id``: the edit that an undo takes back or a redo does again. ``cost`` is the change of the
    objective in minutes.
    """

    __tablename__ = "roster_edit"

    roster_id: UUID = Field(foreign_key="roster.id", ondelete="CASCADE", index=True)
    number: int
    kind: str = EDIT
    of_id: UUID | None = Field(default=None, foreign_key="roster_edit.id", ondelete="CASCADE", index=True)
    reached: int
    command: dict[str, Any] = Field(sa_type=JSON)
    patch: dict[str, Any] = Field(sa_type=JSON)
    cost: float = 0

    __table_args__ = (
        UniqueConstraint("roster_id", "number"),
        one_of("kind", EDIT_KINDS),
        check("of", "(of_id IS NULL) = (kind = 'edit')"),
    )
