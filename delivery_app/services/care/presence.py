"""Which carer has been, and is to be, in a citizen's home: by what was recorded, and by published rosters."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlalchemy.orm import Session, aliased
from sqlmodel import col, select

from delivery_app.templating import COPENHAGEN
from models.roster import PUBLISHED
from models.tables import Attendance, Record, Roster, Visit

#: How many days ahead of a visit its carer is told how to get in.
DAYS_AHEAD = 2
#: A night's visit goes on after midnight: so long, its carer may still read how to get in.
HOURS_BEHIND = 6
_WAS_THERE = ("started", "ended")


def last_there(
    session: Session,
    citizen_id: UUID,
    carer_id: UUID,
    now: datetime,
    *,
    but: tuple[UUID | None, date],
) -> datetime | None:
    """When a carer was last in a citizen's home before the visit ``but``; None when never.

    What was recorded counts; for days before anything was recorded, what the published rosters had.
    """
    need_id, on_date = but
    correction = aliased(Record)
    recorded: datetime | None = session.scalars(
        select(func.max(col(Record.at))).where(
            col(Record.citizen_id) == citizen_id,
            col(Record.carer_id) == carer_id,
            col(Record.kind).in_(_WAS_THERE),
            # What was taken back, or corrected, says nothing: nobody was there by it.
            ~select(correction.id).where(correction.corrects_id == col(Record.id)).exists(),
            col(Record.on_date) <= on_date,
            or_(
                col(Record.on_date) < on_date,
                and_(col(Record.on_date) == on_date, col(Record.need_id) != need_id),
            ),
        )
    ).one()
    before = min(on_date, now.astimezone(COPENHAGEN).date())
    planned = session.execute(
        select(col(Visit.date), col(Visit.end_min))
        .join(Attendance, col(Attendance.visit_id) == col(Visit.id))
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .where(
            col(Visit.citizen_id) == citizen_id,
            col(Attendance.carer_id) == carer_id,
            col(Visit.date) < before,
            col(Visit.modality) == "home",
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
        )
        .order_by(col(Visit.date).desc(), col(Visit.end_min).desc())
        .limit(1)
    ).first()
    by_roster = None if planned is None else _moment(*planned)
    return max((one for one in (recorded, by_roster) if one is not None), default=None)


def may_enter(session: Session, citizen_id: UUID, carer_id: UUID, now: datetime) -> bool:
    """Whether a carer is told how to get in: a published visit there today or in the next two days."""
    local = now.astimezone(COPENHAGEN)
    first = (local - timedelta(hours=HOURS_BEHIND)).date()
    last = local.date() + timedelta(days=DAYS_AHEAD)
    found = session.scalars(
        select(Attendance.id)
        .join(Visit, col(Attendance.visit_id) == col(Visit.id))
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .where(
            col(Visit.citizen_id) == citizen_id,
            col(Attendance.carer_id) == carer_id,
            col(Visit.date) >= first,
            col(Visit.date) <= last,
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
        )
        .limit(1)
    ).first()
    return found is not None


def _moment(when: date, minute: int) -> datetime:
    midnight = datetime.combine(when, time(), COPENHAGEN)
    return midnight + timedelta(minutes=minute)
