"""What a citizen's page says while it waits: when the next call comes, or that it is a little late (S9, Z1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE, point_in_time
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import CANCELLED, ENDED, MADE_PHYSICAL, NOT_HOME, state_of
from delivery_app.services.screen.calls import ScreenVisit, agreed_start, screen_visit, spoken_of
from delivery_app.services.screen.figures import figures
from models.record import Record
from models.roster import PUBLISHED
from models.tables import Roster, ScreenCall, Visit

#: Of a visit that stands so no call comes any more.
NO_CALL = (ENDED, CANCELLED, MADE_PHYSICAL, NOT_HOME)


@dataclass(frozen=True)
class Coming:
    """The call that comes next. ``is_today``: else tomorrow. ``is_late``: its time has begun, and nobody has called."""

    visit: ScreenVisit
    is_today: bool
    is_late: bool


def next_call(session: Session, citizen_id: UUID, now: datetime) -> Coming | None:
    """The citizen's next call until the end of tomorrow; one that was made, or is not made any more, is none."""
    local = now.astimezone(ZONE)
    today, tomorrow = local.date(), local.date() + timedelta(days=1)
    until = datetime.combine(tomorrow + timedelta(days=1), time(), ZONE)
    rows = session.scalars(
        select(Visit)
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .where(
            col(Visit.citizen_id) == citizen_id,
            col(Visit.modality) == "screen",
            col(Visit.need_id).is_not(None),
            col(Visit.date).between(today - timedelta(days=1), tomorrow),
            col(Roster.status) == PUBLISHED,
            col(Roster.kind) == "week",
        )
        .order_by(col(Visit.date), col(Visit.start_min))
    )
    found = []
    for row in rows:
        if row.need_id is None or _was_made(session, row):
            continue
        records = spoken_of(session, row)
        start = agreed_start(records, row)
        begins, ends = (
            point_in_time(row.date, start),
            point_in_time(row.date, start + row.end_min - row.start_min),
        )
        if ends + figures().late >= now and begins < until and not _is_off(session, row, records):
            found.append((begins, row.need_id, row))
    if not found:
        return None
    begins, need_id, row = min(found, key=lambda one: (one[0], one[1].int))
    visit = screen_visit(session, row.team_id, need_id, row.date, now)
    return Coming(visit, begins.astimezone(ZONE).date() <= today, begins < now)


def _was_made(session: Session, visit: Visit) -> bool:
    """Whether the two have seen each other already."""
    wanted = sa.exists().where(
        col(ScreenCall.need_id) == visit.need_id,
        col(ScreenCall.on_date) == visit.date,
        col(ScreenCall.connected_at).is_not(None),
        col(ScreenCall.ended_at).is_not(None),
    )
    return bool(session.scalar(sa.select(wanted)))


def _is_off(session: Session, visit: Visit, records: Sequence[Record]) -> bool:
    """Whether it is over, is not made, is made in the home instead, or nobody answered and that was written down."""
    if not records:
        return False
    return state_of(None, records, standards_of(session, visit.municipality_id)).status in NO_CALL
