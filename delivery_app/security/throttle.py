"""Guessing passwords is made slow: after some failures by a name or from an address one has to wait, each
time longer. Whoever waits is told so, and for how long; the password is not even looked at meanwhile."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.user_session import SignInAttempt


@dataclass(frozen=True)
class Limit:
    """So many failures are free; the next one costs ``first`` of waiting, each further one twice as much."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long to wait after so many failures."""
        beyond = failures - self.free
        if beyond <= 0:
            return timedelta(0)
        return min(self.longest, self.first * 2 ** min(beyond - 1, 30))


#: Many people share an address (a town hall), so it is given more.
LIMITS = {
    "name": Limit(free=4, first=timedelta(seconds=15), longest=timedelta(minutes=15)),
    "address": Limit(free=30, first=timedelta(seconds=15), longest=timedelta(minutes=15)),
}
#: Failures are forgotten when there was none for so long.
FORGOTTEN_AFTER = timedelta(hours=12)


def waiting(session: Session, keys: dict[str, str], now: datetime) -> timedelta:
    """How long is still to be waited for these keys (``{"name": …, "address": …}``); zero when not at all."""
    rows = (_find(session, kind, value) for kind, value in keys.items())
    left = [row.until - now for row in rows if row is not None and row.until is not None]
    return max([timedelta(0), *left])


def failed(session: Session, keys: dict[str, str], now: datetime) -> None:
    """Count a failure."""
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.last_at) < now - FORGOTTEN_AFTER))
    for kind, value in keys.items():
        row = _find(session, kind, value)
        if row is None:
            row = SignInAttempt(kind=kind, digest=_digest(value), last_at=now)
        row.failures += 1
        row.last_at = now
        wait = LIMITS[kind].wait(row.failures)
        row.until = now + wait if wait else None
        session.add(row)
    session.flush()


def succeeded(session: Session, keys: dict[str, str]) -> None:
    """Forget the failures of a name. Those of an address stay: one account of one's own would else clear
    it."""
    row = _find(session, "name", keys["name"])
    if row is not None:
        session.delete(row)


def _find(session: Session, kind: str, value: str) -> SignInAttempt | None:
    return session.scalars(
        select(SignInAttempt).where(
            col(SignInAttempt.kind) == kind, col(SignInAttempt.digest) == _digest(value)
        )
    ).first()


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
