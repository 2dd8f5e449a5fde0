"""Being signed in: a random token in a cookie, its digest in the database, revocable at any time.

A session ends by itself after ``idle`` without a request and ``longest`` after it began, whichever comes
first. Each sign-in makes a new one: a token that was put into a browser before is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.security.access_log import act_as, log_event
from delivery_app.security.seals import Access, Event
from models.access_log import Action, Use
from models.user import User
from models.user_session import UserSession

COOKIE = "naerplan_session"
#: When a session was last seen is written down at most this often.
SEEN_EVERY = timedelta(minutes=2)
TOKEN_BYTES = 32
LONGEST_TOKEN = 100
#: Ended sessions are forgotten after this long.
FORGOTTEN_AFTER = timedelta(days=90)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A token that nobody guesses, of signs that a URL may hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def csrf_token(token: str) -> str:
    """What this session's forms carry: nobody without the session's own token can make it."""
    return hmac.new(token.encode(), b"naerplan form", hashlib.sha256).hexdigest()


def begin(
    session: Session, user: User, device: str, *, now: datetime, longest: timedelta
) -> tuple[str, UserSession]:
    """A new session; the token for the cookie and the row that is kept."""
    token = new_token()
    row = UserSession(
        municipality_id=user.municipality_id,
        user_id=user.id,
        token_sha256=digest(token),
        began_at=now,
        seen_at=now,
        ends_at=now + longest,
        device=device[:200],
    )
    session.add(row)
    session.flush()
    act_as(session, Access(user.id, user.sign_in_name, Use.SIGN_IN, municipality_id=user.municipality_id))
    log_event(session, Event(Action.SIGNED_IN, subject_table="user_session", subject_id=row.id))
    return token, row


def find(session: Session, token: str, *, now: datetime, idle: timedelta) -> tuple[UserSession, User] | None:
    """The session of a token and whose it is; None when there is none that still holds."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    found = session.execute(
        select(UserSession, User)
        .join(User, col(User.id) == col(UserSession.user_id))
        .where(col(UserSession.token_sha256) == digest(token))
    ).first()
    if found is None:
        return None
    row, user = found
    over = row.ended_at is not None or row.ends_at <= now or row.seen_at + idle <= now
    return None if over or user.disabled_at is not None else (row, user)


def seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that a session was just used."""
    session.execute(
        update(UserSession)
        .where(col(UserSession.id) == session_id, col(UserSession.ended_at).is_(None))
        .values(seen_at=now)
    )


def end(session: Session, session_id: UUID, user_id: UUID, now: datetime) -> bool:
    """End a user's session; whether there was one to end."""
    done = session.execute(
        update(UserSession)
        .where(
            col(UserSession.id) == session_id,
            col(UserSession.user_id) == user_id,
            col(UserSession.ended_at).is_(None),
        )
        .values(ended_at=now)
    )
    if done.rowcount:  # type: ignore[attr-defined]
        ended = Event(Action.SIGNED_OUT, subject_table="user_session", subject_id=session_id, use=Use.SIGN_IN)
        log_event(session, ended)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def end_all(session: Session, user_id: UUID, now: datetime, *, but: UUID | None = None) -> int:
    """End every session of a user, but for one; how many ended."""
    which = [col(UserSession.user_id) == user_id, col(UserSession.ended_at).is_(None)]
    if but is not None:
        which.append(col(UserSession.id) != but)
    done = session.execute(update(UserSession).where(*which).values(ended_at=now))
    return int(done.rowcount)  # type: ignore[attr-defined]


def open_sessions(session: Session, user_id: UUID, *, now: datetime, idle: timedelta) -> list[UserSession]:
    """A user's sessions that hold, the one used last first."""
    return list(
        session.scalars(
            select(UserSession)
            .where(
                col(UserSession.user_id) == user_id,
                col(UserSession.ended_at).is_(None),
                col(UserSession.ends_at) > now,
                col(UserSession.seen_at) > now - idle,
            )
            .order_by(col(UserSession.seen_at).desc())
        )
    )


def forget_old(session: Session, now: datetime) -> None:
    """Delete sessions that ended long ago."""
    from sqlalchemy import delete

    session.execute(delete(UserSession).where(col(UserSession.ends_at) < now - FORGOTTEN_AFTER))
