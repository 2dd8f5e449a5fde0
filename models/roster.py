"""A roster: every version that was saved, and which one holds."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Editable, TeamRow, UtcDateTime, check, one_of

#: A roster of weeks, or the standing roster (grundplan) they are compared with.
KINDS = ("week", "standing")
DRAFT, PUBLISHED, SUPERSEDED = "draft", "published", "superseded"
STATUSES = (DRAFT, PUBLISHED, SUPERSEDED)
#: Made here, or handed in with a team pack.
SOURCES = ("planned", "pack")

_HOLDS = "status = 'published'"


class Roster(TeamRow, Editable, table=True):
    """One version of a roster. Its visits never change once it is published: a change is a new version.

    ``version`` counts 1, 2, 3 … among the rosters of the same kind and weeks. ``figures``, ``bounds``: as in
    ``roster.json``. ``seconds`` and ``iterations`` are the limits the search was given.
    """

    kind: str = "week"
    source: str = "planned"
    first_monday: dt.date
    weeks: int
    version: int
    status: str = DRAFT
    published_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_by: str | None = None
    #: What the planner wrote when publishing it, for colleagues.
    note: str | None = None
    team_name: str
    figures: dict[str, Any] = Field(sa_type=JSON)
    bounds: dict[str, Any] = Field(sa_type=JSON)
    seed: int | None = None
    workers: int | None = None
    seconds: float | None = None
    iterations: int | None = None
    travel_provider: str
    travel_data: str | None = None

    __table_args__ = (
        UniqueConstraint("team_id", "kind", "first_monday", "weeks", "version"),
        one_of("kind", KINDS),
        one_of("source", SOURCES),
        one_of("status", STATUSES),
        check("weeks", "weeks BETWEEN 1 AND 8"),
        check("version", "version >= 1"),
        Index(
            "uq_roster_published_week",
            "team_id",
            "first_monday",
            unique=True,
            sqlite_where=text(f"kind = 'week' AND {_HOLDS}"),
            postgresql_where=text(f"kind = 'week' AND {_HOLDS}"),
        ),
        Index(
            "uq_roster_published_standing",
            "team_id",
            unique=True,
            sqlite_where=text(f"kind = 'standing' AND {_HOLDS}"),
            postgresql_where=text(f"kind = 'standing' AND {_HOLDS}"),
        ),
    )


class CitizenWeek(TeamRow, table=True):
    """What a roster gives a citizen in the ISO week from ``monday``, and how it lies to the package."""

    __tablename__ = "citizen_week"

    roster_id: UUID = Field(foreign_key="roster.id", ondelete="CASCADE", index=True)
    position: int
    citizen_code: str
    citizen_id: UUID | None = Field(default=None, foreign_key="citizen.id", ondelete="SET NULL", index=True)
    monday: dt.date
    minutes: int
    package_status: str
    carers: int
    carers_bound: int | None = None

    __table_args__ = (
        UniqueConstraint("roster_id", "position"),
        one_of("package_status", ("within", "over_package", "under_package", "short", "no_bound", "outside")),
    )


class ContactProposal(TeamRow, table=True):
    """A contact carer a roster proposes for a citizen who has none; one who is chosen stands on the citizen's row."""

    __tablename__ = "contact_proposal"

    roster_id: UUID = Field(foreign_key="roster.id", ondelete="CASCADE", index=True)
    position: int
    citizen_code: str
    citizen_id: UUID | None = Field(default=None, foreign_key="citizen.id", ondelete="SET NULL", index=True)
    carer_code: str
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="SET NULL", index=True)

    __table_args__ = (UniqueConstraint("roster_id", "position"),)
