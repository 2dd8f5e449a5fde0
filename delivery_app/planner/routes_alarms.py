"""What every page of a planner's and leader's says loudly, by server-sent events: calls for help (D22), emergency calls
that nobody has taken (S21), and calls by screen that have to become visits in the home (S9)."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session
from sqlmodel import col, select
from starlette.concurrency import run_in_threadpool

from delivery_app.moment import ZONE
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.live.again import MADE_PHYSICAL, Again, waiting_again
from delivery_app.services.risk.calls import CallState, waiting_calls
from delivery_app.services.risk.help import HelpCall, help_calls
from delivery_app.web.access import access_of
from delivery_app.web.deps import CurrentPerson, OpenDatabase, get_now
from delivery_app.web.language import language_of
from delivery_app.web.page import page_environment
from delivery_app.web.routing import RoleRouter
from models.tables import Citizen

router = RoleRouter()
#: How often is looked, how soon a browser comes back, and how long a stream goes on before it does.
LOOK_SECONDS, RETRY_MS, STREAM_SECONDS = 2.0, 2000, 20


@router.get("/planner/{team_id}/alarms/events", permission=Permission.PLAN_READ)
async def events(request: Request, team_id: UUID, person: CurrentPerson, database: OpenDatabase) -> Response:
    """The alarms there are, told anew whenever they are others."""
    access, lang = access_of(request, person), language_of(request)
    may_fit = person.may(Permission.PLAN_PUBLISH, team_id)

    def look(known: str) -> tuple[str, str]:
        """The mark of what there is, and its words when it is another one."""
        now = get_now(request)
        with database.reading() as session:
            mark = alarms(session, team_id, now).mark
        if mark == known:
            return mark, ""
        with database.reading(access) as session:
            found = alarms(session, team_id, now)
            names = _names(session, found.citizens)
            note_read(session, names)
            template = page_environment(lang).get_template("planner/_alarms.html")
            html = template.render(lang=lang, alarms=found, names=names, team_id=team_id, may_fit=may_fit)
            return found.mark, html

    seen = request.headers.get("last-event-id", "")
    # Who does not follow is answered once.
    follows = "text/event-stream" in request.headers.get("accept", "")

    async def stream() -> AsyncIterator[str]:
        mark, until = seen, monotonic() + STREAM_SECONDS
        yield f"retry: {RETRY_MS}\n\n"
        while monotonic() < until and not await request.is_disconnected():
            found, html = await run_in_threadpool(look, mark)
            if found != mark:
                mark = found
                lines = [line for line in html.splitlines() if line.strip()] or [""]
                yield f"id: {mark}\nevent: alarms\n" + "".join(f"data: {line}\n" for line in lines) + "\n"
            if not follows:
                return
            await asyncio.sleep(LOOK_SECONDS)

    return StreamingResponse(
        stream(),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


@dataclass(frozen=True)
class Alarms:
    """Calls for help that nobody has answered, emergency calls that nobody takes, calls by screen that somebody has to
    go out for."""

    helps: tuple[HelpCall, ...] = ()
    calls: tuple[CallState, ...] = ()
    physical: tuple[Again, ...] = ()

    @property
    def mark(self) -> str:
        """What stands there, in short."""
        parts = [f"{one.call_id}{one.lat}{one.lon}" for one in self.helps]
        parts += [f"{one.call.id}{one.status}" for one in self.calls]
        parts += [f"{one.name.need_id}{one.name.on_date}{one.by_min}" for one in self.physical]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16] if parts else "none"

    @property
    def citizens(self) -> set[UUID]:
        """Whom they are about."""
        found = {one.citizen_id for one in self.helps} | {one.call.citizen_id for one in self.calls}
        return {one for one in found if one is not None} | {one.citizen_id for one in self.physical}


def alarms(session: Session, team_id: UUID, now: dt.datetime) -> Alarms:
    """What there is to be said loudly."""
    calls = waiting_calls(session, team_id, now)
    again = waiting_again(session, team_id, now.astimezone(ZONE).date())
    return Alarms(
        tuple(one for one in help_calls(session, team_id, now) if one.is_open),
        tuple(one for one in calls if one.status != "sent" or one.unanswered),
        tuple(one for one in again.values() if one.why == MADE_PHYSICAL),
    )


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Citizen.id, Citizen.name).where(col(Citizen.id).in_(ids)))
    return {row[0]: row[1] for row in rows}
