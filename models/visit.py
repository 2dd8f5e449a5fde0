"""What a roster places, and what it does not: visits, sessions, attendances, breaks, open shifts, unplaced.

Rows name the pack's ids beside the rows they mean, for a roster is a record: it says what it said also when a
shift has since been taken back or a person's rows were deleted. Times are local minutes after midnight of
``date``.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from models.base import TeamRow, check, one_of

VISIT_MODALITIES = ("home", "screen")


class RosterRow(TeamRow):
    """A row of one roster, in its order."""

    roster_id: UUID = Field(foreign_key="roster.id", ondelete="CASCADE", index=True)
    position: int


class Visit(RosterRow, table=True):
    """A placed visit."""

    need_code: str
    need_id: UUID | None = Field(default=None, foreign_key="need.id", ondelete="SET NULL", index=True)
    citizen_code: str
    citizen_id: UUID | None = Field(default=None, foreign_key="citizen.id", ondelete="SET NULL", index=True)
    date: dt.date
    start_min: int
    end_min: int
    modality: str
    pinned: bool = False

    __table_args__ = (
        UniqueConstraint("roster_id", "position"),
        Index("ix_visit_team_id_date", "team_id", "date"),
        one_of("modality", VISIT_MODALITIES),
        check("times", "start_min <= end_min"),
    )


class PlacedSession(RosterRow, table=True):
    """A group session that somebody holds."""

    __tablename__ = "placed_session"

    session_code: str
    session_id: UUID | None = Field(
        default=None, foreign_key="group_session.id", ondelete="SET NULL", index=True
    )

    __table_args__ = (UniqueConstraint("roster_id", "position"),)


class Attendance(TeamRow, table=True):
    """A carer at a visit or a session, in one of the carer's shifts; needed carers first, then trainees."""

    roster_id: UUID = Field(foreign_key="roster.id", ondelete="CASCADE", index=True)
    visit_id: UUID | None = Field(default=None, foreign_key="visit.id", ondelete="CASCADE", index=True)
    placed_session_id: UUID | None = Field(
        default=None, foreign_key="placed_session.id", ondelete="CASCADE", index=True
    )
    position: int
    carer_code: str
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="SET NULL", index=True)
    shift_code: str
    shift_id: UUID | None = Field(default=None, foreign_key="shift.id", ondelete="SET NULL", index=True)

    __table_args__ = (
        UniqueConstraint("visit_id", "position"),
        UniqueConstraint("placed_session_id", "position"),
        check("one_place", "(visit_id IS NULL) <> (placed_session_id IS NULL)"),
    )


class Unplaced(RosterRow, table=True):
    """A visit (or session) that is due and not placed; ``date`` empty for a visit on any day of the week."""

    need_code: str
    need_id: UUID | None = Field(default=None, foreign_key="need.id", ondelete="SET NULL", index=True)
    session_id: UUID | None = Field(
        default=None, foreign_key="group_session.id", ondelete="SET NULL", index=True
    )
    date: dt.date | None = None
    monday: dt.date
    rule: str
    #: What would let it be placed: a list of {"what", "by"}.
    relaxations: list[dict[str, Any]] = Field(sa_type=JSON)

    __table_args__ = (UniqueConstraint("roster_id", "position"),)


class PlacedBreak(RosterRow, table=True):
    """When the break of a shift lies; ``date`` is the shift's."""

    __tablename__ = "placed_break"

    shift_code: str
    shift_id: UUID | None = Field(default=None, foreign_key="shift.id", ondelete="SET NULL", index=True)
    date: dt.date
    start_min: int
    end_min: int

    __table_args__ = (UniqueConstraint("roster_id", "position"), check("times", "start_min <= end_min"))


class OpenShift(RosterRow, table=True):
    """Who takes an open shift."""

    __tablename__ = "open_shift"

    shift_code: str
    shift_id: UUID | None = Field(default=None, foreign_key="shift.id", ondelete="SET NULL", index=True)
    carer_code: str
    carer_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="SET NULL", index=True)

    __table_args__ = (UniqueConstraint("roster_id", "position"),)
