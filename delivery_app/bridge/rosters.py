"""Rosters into the database and back: versions of the same weeks, one of them published; standing rosters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.roster_rows import RosterReader, RosterWriter, header_values
from models.base import SYSTEM, utc_now
from models.errors import ConflictError, MissingRowError
from models.roster import DRAFT, PUBLISHED, SUPERSEDED
from models.tables import Roster, Team
from scheduler import roster as answer
from scheduler.clock import Calendar, format_week


def save_roster(
    session: Session, team_id: UUID, roster: answer.Roster, status: str = DRAFT, *, source: str = "planned"
) -> Roster:
    """Keep a roster as the next version for its weeks, as a draft or published at once (see :func:`publish`).

    Raises
    ------
    MissingRowError
        There is no such team.
    BridgeError
        The roster names a need, citizen, carer, shift or session that the team does not have, or not one
        shift for each carer; or ``status`` is neither ``draft`` nor ``published``.
    """
    if status not in (DRAFT, PUBLISHED):
        raise BridgeError("a roster is not saved as '{value}'; use draft or published", value=status)
    row = _save(session, _locked_team(session, team_id), roster, kind="week", source=source, strict=True)
    return publish(session, row.id) if status == PUBLISHED else row


def publish(session: Session, roster_id: UUID, *, expected_row_version: int | None = None) -> Roster:
    """Let a draft hold; what was published for these weeks becomes superseded. Twice is as good as once.

    Parameters
    ----------
    expected_row_version
        The ``row_version`` the person saw, when the decision was made on a page.

    Raises
    ------
    MissingRowError
        There is no such roster.
    ConflictError
        Somebody has changed its status since.
    BridgeError
        It is superseded, or what is published for these weeks also holds for others, which would have none.
    """
    found = _get(session, roster_id)
    _locked_team(session, found.team_id)
    row = session.get_one(Roster, roster_id, populate_existing=True)
    if expected_row_version is not None and row.row_version != expected_row_version:
        raise ConflictError(
            "Roster version {version} was changed by {who} in the meantime; look at it again, then repeat",
            version=row.version,
            who=row.changed_by,
        )
    if row.status == PUBLISHED:
        return row
    if row.status == SUPERSEDED:
        raise BridgeError(
            "Roster version {version} has been superseded; save it as a new version to publish it again",
            version=row.version,
        )
    for earlier in _published(session, row):
        if row.kind == "week" and not _covers(row, earlier):
            raise BridgeError(
                "The published roster of {weeks} also holds for other weeks; publish one for all of them",
                weeks=_weeks(earlier),
            )
        earlier.status = SUPERSEDED
    # The earlier one gives way first: the database allows one published roster of the same weeks.
    session.flush()
    row.status = PUBLISHED
    row.published_at = utc_now()
    row.published_by = str(session.info.get("author", SYSTEM))
    session.flush()
    return row


def roster_from(session: Session, roster_id: UUID) -> answer.Roster:
    """A roster as it was saved; raises MissingRowError when there is none with that id."""
    return RosterReader(session, _get(session, roster_id)).roster()


def published_roster(session: Session, team_id: UUID, monday: date, weeks: int) -> Roster | None:
    """The published roster of just these weeks, if there is one.

    Raises
    ------
    BridgeError
        The weeks have a published roster that also holds for other weeks, or holds for some of them only: its
        pins and changes could not be kept.
    """
    end = monday + timedelta(days=7 * weeks)
    rows = [
        row
        for row in _all_published(session, team_id, "week")
        if row.first_monday < end and row.first_monday + timedelta(days=7 * row.weeks) > monday
    ]
    for row in rows:
        if (row.first_monday, row.weeks) != (monday, weeks):
            raise BridgeError(
                "A roster of {weeks} is published; plan just these weeks, so that it can be compared with",
                weeks=_weeks(row),
            )
    return rows[0] if rows else None


def standing_roster(session: Session, team_id: UUID) -> Roster | None:
    """The team's standing roster that holds now."""
    rows = _all_published(session, team_id, "standing")
    return rows[0] if rows else None


def keep_standing(session: Session, team: Team, roster: answer.Roster | None) -> None:
    """Make a pack's standing roster the one that holds; without one, none does (earlier ones are kept)."""
    current = standing_roster(session, team.id)
    if roster is not None and current is not None and roster_from(session, current.id) == roster:
        return
    if roster is None:
        if current is not None:
            current.status = SUPERSEDED
        return
    publish(session, _save(session, team, roster, kind="standing", source="pack", strict=False).id)


def keep_published(session: Session, team: Team, calendar: Calendar, roster: answer.Roster | None) -> None:
    """Take over a pack's published roster. One published here since stands above it, and stays.

    Raises
    ------
    BridgeError
        It is of other weeks than the pack.
    """
    if roster is None:
        for version in _versions(session, team.id, "week", calendar.first_monday, calendar.weeks):
            if version.status == PUBLISHED and version.source == "pack":
                version.status = SUPERSEDED
        return
    if (roster.first_monday, roster.weeks) != (calendar.first_monday, calendar.weeks):
        raise BridgeError(
            "published.json is of {week} (weeks: {weeks}), the pack begins in {pack_week} "
            "(weeks: {pack_weeks}); give the roster of the same weeks, or leave it out",
            week=format_week(roster.first_monday),
            weeks=roster.weeks,
            pack_week=calendar.week_name(0),
            pack_weeks=calendar.weeks,
        )
    versions = _versions(session, team.id, "week", roster.first_monday, roster.weeks)
    current = next((version for version in versions if version.status == PUBLISHED), None)
    # One that was published here since the pack was written stands above the one it replaced.
    if current is not None and current.source == "pack":
        versions = [current]
    for version in versions if current is not None else ():
        if version.status != DRAFT and roster_from(session, version.id) == roster:
            return
    publish(session, _save(session, team, roster, kind="week", source="pack", strict=False).id)


def _save(
    session: Session, team: Team, roster: answer.Roster, *, kind: str, source: str, strict: bool
) -> Roster:
    versions = select(func.max(col(Roster.version))).where(
        col(Roster.team_id) == team.id,
        col(Roster.kind) == kind,
        col(Roster.first_monday) == roster.first_monday,
        col(Roster.weeks) == roster.weeks,
    )
    row = Roster(
        municipality_id=team.municipality_id,
        team_id=team.id,
        kind=kind,
        source=source,
        version=(session.scalar(versions) or 0) + 1,
        **header_values(roster),
    )
    writer = RosterWriter(session, team, row, roster, strict=strict)
    session.add(row)
    session.flush()
    writer.write()
    return row


def _locked_team(session: Session, team_id: UUID) -> Team:
    """The team, held against others who save or publish at the same time (they wait)."""
    team = session.get(Team, team_id, with_for_update=True)
    if team is None:
        raise MissingRowError("There is no team with the id {id}", id=team_id)
    return team


def _get(session: Session, roster_id: UUID) -> Roster:
    row = session.get(Roster, roster_id)
    if row is None:
        raise MissingRowError("There is no roster with the id {id}", id=roster_id)
    return row


def _published(session: Session, row: Roster) -> list[Roster]:
    """What gives way when this one is published."""
    rows = _all_published(session, row.team_id, row.kind)
    if row.kind == "standing":
        return list(rows)
    return [one for one in rows if one.first_monday < _end(row) and row.first_monday < _end(one)]


def _all_published(session: Session, team_id: UUID, kind: str) -> Sequence[Roster]:
    return session.scalars(
        select(Roster)
        .where(col(Roster.team_id) == team_id, col(Roster.kind) == kind, col(Roster.status) == PUBLISHED)
        .order_by(col(Roster.first_monday))
    ).all()


def _versions(session: Session, team_id: UUID, kind: str, monday: date, weeks: int) -> Sequence[Roster]:
    return session.scalars(
        select(Roster)
        .where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == kind,
            col(Roster.first_monday) == monday,
            col(Roster.weeks) == weeks,
        )
        .order_by(col(Roster.version).desc())
    ).all()


def _end(row: Roster) -> date:
    return row.first_monday + timedelta(days=7 * row.weeks)


def _covers(row: Roster, other: Roster) -> bool:
    return row.first_monday <= other.first_monday and _end(other) <= _end(row)


def _weeks(row: Roster) -> str:
    first, last = format_week(row.first_monday), format_week(_end(row) - timedelta(days=7))
    return first if first == last else f"{first}–{last}"
