"""Publishing: a draft holds from now on, with a note; what held before is superseded, and who must be told is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import publish, published_roster
from delivery_app.bridge.publishing import Outlook, outlook
from delivery_app.moment import Moment
from delivery_app.services.notices import note_changes
from delivery_app.services.plans import plan_of
from models.errors import MissingRowError, RememberingError
from models.roster import DRAFT, PUBLISHED
from models.tables import Roster

NOTE_MAX = 500


class PublishError(RememberingError):
    """A roster that must not hold, and why."""


@dataclass(frozen=True)
class RosterHead:
    """A version of a roster, without what it says."""

    roster_id: UUID
    team_id: UUID
    kind: str
    version: int
    status: str
    first_monday: date
    weeks: int
    note: str | None
    row_version: int
    published_by: str | None

    @property
    def last_day(self) -> date:
        """The last date it holds for."""
        return self.first_monday + timedelta(days=7 * self.weeks - 1)


@dataclass(frozen=True)
class Publication:
    """A version that was published, and how many citizens must be told."""

    roster: Roster
    to_tell: int


def head_of(session: Session, team_id: UUID, roster_id: UUID) -> RosterHead:
    """One of the team's rosters; raises MissingRowError when the team has none with that id."""
    row = session.get(Roster, roster_id)
    if row is None or row.team_id != team_id:
        raise MissingRowError("The team has no roster with the id {id}", id=roster_id)
    return _head(row)


def week_head_of(session: Session, team_id: UUID, roster_id: UUID) -> RosterHead:
    """As :func:`head_of`, for rosters of weeks alone: a standing roster is nobody's week."""
    head = head_of(session, team_id, roster_id)
    if head.kind != "week":
        raise MissingRowError("The team has no roster with the id {id}", id=roster_id)
    return head


def _head(row: Roster) -> RosterHead:
    return RosterHead(
        roster_id=row.id,
        team_id=row.team_id,
        kind=row.kind,
        version=row.version,
        status=row.status,
        first_monday=row.first_monday,
        weeks=row.weeks,
        note=row.note,
        row_version=row.row_version,
        published_by=row.published_by,
    )


def in_force(session: Session, team_id: UUID, when: date) -> RosterHead | None:
    """The published roster of a date: the only one that carers and citizens see; None when none is published."""
    rows = session.scalars(
        select(Roster).where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
            col(Roster.first_monday) <= when,
        )
    )
    return next((head for row in rows if (head := _head(row)).last_day >= when), None)


def outlook_of(session: Session, team_id: UUID, roster_id: UUID, now: Moment) -> Outlook:
    """What publishing one of the team's rosters of weeks would mean.

    Raises
    ------
    MissingRowError
        The team has no such roster.
    BridgeError, scheduler.message.ProblemError
        The published roster is of other weeks too, or the team's data cannot be planned by.
    """
    head = week_head_of(session, team_id, roster_id)
    plan = plan_of(session, roster_id, team_id).plan
    row = published_roster(session, team_id, head.first_monday, head.weeks)
    before = None if row is None or row.id == roster_id else plan_of(session, row.id, team_id).plan
    return outlook(plan, before, now)


def checked_note(note: str) -> str | None:
    """The note as it is kept; raises PublishError when it is too long."""
    text = " ".join(note.split())
    if len(text) > NOTE_MAX:
        raise PublishError(
            "The note has {count} characters; {most} are kept, so shorten it", count=len(text), most=NOTE_MAX
        )
    return text or None


def publish_draft(
    session: Session,
    team_id: UUID,
    roster_id: UUID,
    now: Moment,
    *,
    note: str = "",
    begun_is_known: bool = False,
    expected_row_version: int | None = None,
) -> Publication:
    """Publish a draft.

    Parameters
    ----------
    now
        The local moment; what has begun by then is nobody's to be told of.
    begun_is_known
        The planner has seen that it changes visits that have begun, and wants it all the same.

    Raises
    ------
    PublishError
        It breaks a hard rule that what is published does not break, or changes what has begun, or the note is too long.
    ConflictError
        Somebody has changed or published it since it was looked at.
    MissingRowError, BridgeError
        There is no such roster; it is superseded, or of other weeks than what is published.
    """
    kept = checked_note(note)
    head = week_head_of(session, team_id, roster_id)
    if head.status != DRAFT:
        # Says what happened to it; a published one stays as it is.
        return Publication(publish(session, roster_id, expected_row_version=expected_row_version), 0)
    found = outlook_of(session, team_id, roster_id, now)
    if found.broken:
        raise PublishError(
            "The roster breaks hard rules ({count}); mend them on the board, then publish",
            count=len(found.broken),
        )
    if found.begun and not begun_is_known:
        raise PublishError(
            "It changes visits that have begun already ({count}); tick that this is right, or plan again",
            count=found.begun,
        )
    return _published(session, roster_id, found, now, kept, expected_row_version)


def _published(
    session: Session, roster_id: UUID, found: Outlook, now: Moment, note: str | None, expected: int | None
) -> Publication:
    row = publish(session, roster_id, expected_row_version=expected)
    row.note = note
    session.flush()
    changed = () if found.changed is None else found.changed.citizens
    return Publication(row, len(note_changes(session, row, changed, now)))
