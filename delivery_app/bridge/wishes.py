"""What carers wish for, into the database and back: a pack is the word on its own dates and on every date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.merge import merge_listed
from models.tables import Carer, Team, Wish
from scheduler import problem as plan
from scheduler.clock import Calendar


def keep_wishes(session: Session, team: Team, problem: plan.Problem, carers: Mapping[str, Carer]) -> None:
    """Store a pack's wishes; those of dates outside its weeks stay as they are."""
    wanted = []
    for row in problem.wishes:
        if row.carer_id not in carers:
            raise BridgeError("wishes: '{carer}' is not a carer of the pack", carer=row.carer_id)
        wanted.append(
            {
                "carer_id": carers[row.carer_id].id,
                "on_date": None if row.day is None else problem.calendar.date(row.day),
                "wish": row.wish,
                "start_min": row.start_min,
                "end_min": row.end_min,
                "weight": row.weight,
            }
        )
    merge_listed(session, Wish, team, _stored(session, team.id, problem.calendar), wanted)


def wishes_of(
    session: Session, team_id: UUID, calendar: Calendar, codes: Mapping[UUID | None, str]
) -> tuple[plan.Wish, ...]:
    """The wishes for a calendar's dates, in order, of carers who are still in the team."""
    return tuple(
        plan.Wish(
            carer_id=codes[row.carer_id],
            day=None if row.on_date is None else calendar.day(row.on_date),
            wish=row.wish,
            start_min=row.start_min,
            end_min=row.end_min,
            weight=row.weight,
        )
        for row in _stored(session, team_id, calendar)
        if row.carer_id in codes
    )


def _stored(session: Session, team_id: UUID, calendar: Calendar) -> Sequence[Wish]:
    first = calendar.first_monday
    after = first + timedelta(days=calendar.days)
    in_weeks = (col(Wish.on_date) >= first) & (col(Wish.on_date) < after)
    return session.scalars(
        select(Wish)
        .where(col(Wish.team_id) == team_id)
        .where(or_(col(Wish.on_date).is_(None), in_weeks))
        .order_by(col(Wish.position), col(Wish.id))
    ).all()
