"""A grant: the authority's decision that a citizen has a package, by which act, from when until when."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import TeamRow, check, one_of

#: The two acts help is granted by, side by side until all are converted (C34, C37).
ACTS = ("aeldreloven", "serviceloven")


class Grant(TeamRow, table=True):
    """Nothing here is deleted when a package changes: the old grant ends where the new one begins (C30).

    ``until_date`` is the first date it no longer holds. A grant that was replaced from its own first date has
    ``until_date = from_date``: it stands as history and never held. ``section`` is empty where the source of
    the grant names none.
    """

    # "grant" is a word of SQL itself.
    __tablename__ = "package_grant"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    package_id: UUID = Field(foreign_key="package.id", ondelete="CASCADE", index=True)
    act: str = "aeldreloven"
    section: str | None = None
    from_date: date
    until_date: date | None = None

    __table_args__ = (
        one_of("act", ACTS),
        check("period", "until_date IS NULL OR until_date >= from_date"),
        UniqueConstraint("citizen_id", "from_date", "until_date", "package_id"),
    )
