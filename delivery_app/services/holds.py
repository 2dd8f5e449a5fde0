"""Holding one citizen's data back from deletion while a case is under way: a complaint, the police, an authority (X10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.fields import Errors, choice_in, date_in, fail_on, not_past, text_in
from delivery_app.services.team_rows import owner, row_of, row_to_change, team_of
from models.errors import MissingRowError
from models.retention_hold import HOLD_REASONS, RetentionHold
from models.tables import Citizen

MOST_SIGNS = 1000


def holds_of(session: Session, citizen_id: UUID) -> list[RetentionHold]:
    """Every hold of a citizen's data, the newest first."""
    return list(
        session.scalars(
            select(RetentionHold)
            .where(col(RetentionHold.citizen_id) == citizen_id)
            .order_by(col(RetentionHold.created_at).desc(), col(RetentionHold.id))
        )
    )


def is_in_force(hold: RetentionHold, today: date) -> bool:
    """Whether the data may not be deleted today because of it."""
    return hold.lifted_at is None and (hold.until is None or hold.until >= today)


def in_force(today: date) -> sa.ColumnElement[bool]:
    """The same as a condition."""
    until = col(RetentionHold.until)
    return sa.and_(col(RetentionHold.lifted_at).is_(None), sa.or_(until.is_(None), until >= today))


def hold(
    session: Session, team_id: UUID, citizen_id: UUID, cells: Mapping[str, str], today: date
) -> RetentionHold:
    """Hold a citizen's data back; raises CellErrors, MissingRowError."""
    citizen = row_of(session, Citizen, team_id, citizen_id)
    errors: Errors = {}
    reason = choice_in(cells, "reason", errors, HOLD_REASONS)
    words = text_in(cells, "words", errors, MOST_SIGNS, needed=True)
    until = date_in(cells, "until", errors)
    not_past(until, "until", errors, today)
    fail_on(errors)
    row = RetentionHold(
        **owner(team_of(session, team_id)), citizen_id=citizen.id, reason=reason, words=words, until=until
    )
    session.add(row)
    session.flush()
    return row


def lift(
    session: Session, team_id: UUID, citizen_id: UUID, hold_id: UUID, *, by: str, now: datetime
) -> RetentionHold:
    """The case is over: the data goes when its time has come; raises MissingRowError, also for one lifted already."""
    row = row_to_change(session, RetentionHold, team_id, hold_id, None)
    if row.citizen_id != citizen_id or row.lifted_at is not None:
        raise MissingRowError("There is no such hold any more")
    row.lifted_at, row.lifted_by = now, by
    session.flush()
    return row
