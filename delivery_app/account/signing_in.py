"""Signing in by name and password: throttled, and equally slow whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from fastapi.responses import Response

from delivery_app.db import Database
from delivery_app.security import passwords, sessions, throttle
from delivery_app.security.access_log import act_as, log_event
from delivery_app.security.seals import Access, Event
from delivery_app.services.accounts import find_user, normal_name
from delivery_app.settings import Settings
from models.access_log import Action, Use

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Outcome:
    """What came of it: the token of a new session, or how long to wait, or neither (wrong)."""

    token: str = ""
    wait: timedelta = timedelta(0)


def sign_in(
    database: Database,
    settings: Settings,
    *,
    sign_in_name: str,
    password: str,
    address: str,
    device: str,
    replaced: str,
    now: datetime,
) -> Outcome:
    """Try it. ``replaced`` is the token the browser had so far: that session ends.

    Two transactions with the slow comparison between them: nobody waits for it.
    """
    name = normal_name(sign_in_name)
    keys = {"name": name[:200], "address": address}
    with database.reading() as session:
        wait = throttle.waiting(session, keys, now)
        known = find_user(session, name) if len(name) <= 100 else None
        kept = known.password_hash if known is not None and known.disabled_at is None else None
    if wait:
        return Outcome(wait=wait)
    good, fresh = passwords.verify(password, kept)
    with database.transaction(name if good else "anonymous") as session:
        user = find_user(session, name) if good else None
        if user is None or user.disabled_at is not None:
            throttle.failed(session, keys, now)
            if known is not None:  # a name that nobody has may be a password in the wrong field
                act_as(session, Access(known.id, known.sign_in_name, Use.SIGN_IN))
                log_event(session, Event(Action.SIGN_IN_REFUSED, municipality_id=known.municipality_id))
            return Outcome()
        throttle.succeeded(session, keys)
        if fresh is not None:
            user.password_hash = fresh
            session.add(user)
        end_replaced(session, replaced, now)
        sessions.forget_old(session, now)
        token, _ = sessions.begin(session, user, device, now=now, longest=settings.session_longest)
        return Outcome(token=token)


def end_replaced(session, token: str, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """End the session a browser had before signing in anew."""
    found = sessions.find(session, token, now=now, idle=timedelta(days=3650)) if token else None
    if found is not None:
        sessions.end(session, found[0].id, found[0].user_id, now)


def set_session_cookie(request: Request, response: Response, token: str, settings: Settings) -> None:
    """Give the browser its session: not readable by scripts, not sent along from other sites' forms."""
    response.set_cookie(
        sessions.COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=request.url.hostname not in LOOPBACK_HOSTS,
        path="/",
    )


def address_of(request: Request) -> str:
    """Where the request comes from; behind a proxy, what the proxy says (uvicorn's proxy headers)."""
    return request.client.host if request.client is not None else ""
