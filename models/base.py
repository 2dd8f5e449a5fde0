"""What every table shares: ids of our own making, who made and changed a row and when, names of constraints.

No module with tables may use ``from __future__ import annotations``: SQLModel reads the annotations as types.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, MetaData, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import Mapper, declared_attr, object_session
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

#: Who is written as author when nobody is signed in: commands and jobs.
SYSTEM = "system"

#: Names by rule, so that a migration can name a constraint that an earlier one made.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: always with a zone in Python, UTC in the database (of which SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; a moment is stored with one")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A check that a column holds one of a few words (or nothing, where it may be empty)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def check(name: str, condition: str) -> CheckConstraint:
    """A named check."""
    return CheckConstraint(condition, name=name)


class Row(SQLModel):
    """A row of any table."""

    metadata = MetaData(naming_convention=NAMING)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    created_by: str = Field(default="", nullable=False)
    changed_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, nullable=False)
    changed_by: str = Field(default="", nullable=False)

    def __repr__(self) -> str:
        """Class and id only: rows are printed into logs and traces, where no person's data may stand."""
        return f"<{type(self).__name__} {self.id}>"

    __str__ = __repr__


class MunicipalRow(Row):
    """A row that belongs to a municipality (so that the database itself can keep municipalities apart)."""

    municipality_id: UUID = Field(foreign_key="municipality.id", ondelete="RESTRICT", index=True)


class TeamRow(MunicipalRow):
    """A row that belongs to a team and goes with it."""

    team_id: UUID = Field(foreign_key="team.id", ondelete="CASCADE", index=True)


class Editable(SQLModel):
    """What two people may edit at once: the second to save gets a conflict instead of overwriting the first.

    ``row_version`` counts the changes. A form sends back the number it was filled with.
    """

    row_version: int = Field(default=1, nullable=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.row_version}  # type: ignore[attr-defined]


class InTeam(TeamRow, Editable):
    """Something a team has from a date on, until (not including) another; gone is closed, not deleted.

    ``code`` is the planner's own id, ``position`` the order in which the pack lists it.
    """

    code: str
    position: int = 0
    from_date: date
    until_date: date | None = None

    IN_TEAM: ClassVar[str] = "until_date IS NULL OR until_date >= from_date"


class Dated(TeamRow):
    """A fact with a date of its own.

    ``stated_for`` is empty for facts of the weeks they lie in. A pack may also state what lies outside its
    weeks (what was delivered before them, above all): such a row carries the Monday the pack begins on, and
    is read again for a plan from that Monday only.
    """

    position: int = 0
    stated_for: date | None = None


def _author(row: Row) -> str:
    session = object_session(row)
    return SYSTEM if session is None else str(session.info.get("author", SYSTEM))


@event.listens_for(Row, "before_insert", propagate=True)
def _stamp_new(mapper: Mapper[Any], connection: Connection, row: Row) -> None:
    row.created_by = row.created_by or _author(row)
    row.changed_by = row.changed_by or row.created_by


@event.listens_for(Row, "before_update", propagate=True)
def _stamp_changed(mapper: Mapper[Any], connection: Connection, row: Row) -> None:
    session = object_session(row)
    # The event also comes for rows that were touched and left as they were.
    if session is not None and session.is_modified(row, include_collections=False):
        row.changed_at = utc_now()
        row.changed_by = _author(row)
