"""The personal link at which a citizen answers screen visits, without an account: it runs out, and can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE
from delivery_app.services.screen.figures import figures
from delivery_app.services.team_rows import owner, row_of, team_of
from models.errors import MissingRowError
from models.tables import Citizen, ScreenLink

TOKEN_BYTES = 24
LONGEST_TOKEN = 100


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(session: Session, citizen_id: UUID) -> ScreenLink | None:
    """The citizen's link that was not revoked; it may have run out."""
    return session.scalars(
        select(ScreenLink).where(
            col(ScreenLink.citizen_id) == citizen_id, col(ScreenLink.revoked_at).is_(None)
        )
    ).one_or_none()


def make_link(
    session: Session, team_id: UUID, citizen_id: UUID, *, by: str, now: datetime
) -> tuple[str, ScreenLink]:
    """A new link; the one before is revoked. The token is told once and kept nowhere.

    Raises
    ------
    MissingRowError
        The team has no such citizen.
    """
    citizen = row_of(session, Citizen, team_id, citizen_id)
    before = link_of(session, citizen.id)
    if before is not None:
        before.revoked_at, before.revoked_by = now, by
        session.flush()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = ScreenLink(
        **owner(team_of(session, team_id)),
        citizen_id=citizen.id,
        token_sha256=digest(token),
        holds_until=last_day(now),
    )
    session.add(row)
    session.flush()
    return token, row


def last_day(now: datetime) -> date | None:
    """Until when a link holds that is made or put off now; None where links have no end."""
    days = figures().days
    return now.astimezone(ZONE).date() + timedelta(days=days) if days else None


def has_run_out(link: ScreenLink, today: date) -> bool:
    """Whether its last day is over."""
    return link.holds_until is not None and link.holds_until < today


def put_off(session: Session, team_id: UUID, citizen_id: UUID, *, now: datetime) -> ScreenLink:
    """The citizen's link, the same address, holds anew from today; raises MissingRowError when there is none."""
    link = _one(session, team_id, citizen_id)
    link.holds_until = last_day(now)
    session.flush()
    return link


def revoke_link(session: Session, team_id: UUID, citizen_id: UUID, *, by: str, now: datetime) -> None:
    """From now on nobody answers by the citizen's link; raises MissingRowError when there is none."""
    link = _one(session, team_id, citizen_id)
    link.revoked_at, link.revoked_by = now, by
    session.flush()


def _one(session: Session, team_id: UUID, citizen_id: UUID) -> ScreenLink:
    link = link_of(session, row_of(session, Citizen, team_id, citizen_id).id)
    if link is None:
        raise MissingRowError("The citizen has no link for screen visits")
    return link


def find_link(session: Session, token: str) -> ScreenLink | None:
    """The link of a token, unless it was revoked; whether it has run out is to be asked of it."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return session.scalars(
        select(ScreenLink).where(
            col(ScreenLink.token_sha256) == digest(token), col(ScreenLink.revoked_at).is_(None)
        )
    ).one_or_none()
