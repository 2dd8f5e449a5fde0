"""Which pages that a tablet keeps are out of date, by what was recorded and published since it last asked."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.services.records.visits import kept_visits
from models.record import Record
from models.roster import Roster

#: Today, and so many days after it, are kept on a tablet.
DAYS_AHEAD = 2
TEAM_KINDS = ("team_message", "team_task", "team_task_done")
MEETING_KINDS = ("team_topic", "meeting_note", "team_meeting")


def changed_pages(
    session: Session, team_id: UUID, carer_id: UUID | None, since: dt.datetime, today: dt.date
) -> list[str]:
    """The addresses, in order of dates."""
    base = f"/carer/{team_id}"
    if carer_id is None:
        return []
    last = today + dt.timedelta(days=DAYS_AHEAD)
    mine = kept_visits(session, team_id, carer_id, today, DAYS_AHEAD)
    days = [today + dt.timedelta(days=number) for number in range(DAYS_AHEAD + 1)]
    republished = session.scalar(
        sa.select(sa.func.count())
        .select_from(Roster)
        .where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == "week",
            col(Roster.published_at) > since,
            col(Roster.first_monday) <= last,
            col(Roster.first_monday) > today - dt.timedelta(weeks=8),
        )
    )
    rows = session.execute(
        sa.select(col(Record.citizen_id), col(Record.kind))
        .where(col(Record.team_id) == team_id, col(Record.received_at) > since)
        .distinct()
    ).all()
    if republished:
        wanted = {one.name: one for one in mine}
        touched = set(days)
    else:
        citizens = {row.citizen_id for row in rows if row.citizen_id is not None}
        wanted = {one.name: one for one in mine if one.citizen_id in citizens}
        touched = {name.on_date for name in wanted}
    pages = [f"{base}/day/{day}" for day in days if day in touched]
    pages += [f"{base}/visit/{name.need_id}/{name.on_date}" for name in wanted]
    if any(row.kind in TEAM_KINDS for row in rows):
        pages.append(f"{base}/team")
    if any(row.kind in MEETING_KINDS for row in rows):
        pages.append(f"{base}/meetings")
    if any(day <= today for day in touched):
        pages.insert(0, base)
    return pages
