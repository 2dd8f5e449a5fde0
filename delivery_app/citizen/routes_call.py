"""The citizen's end of a screen visit: one page with one large button, at a personal link, without an account.

The link is ``/call#TOKEN``. What stands behind the ``#`` is never sent by a browser, so it is in no log; the page's
script says it as the first thing on its connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request, WebSocket
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from delivery_app.carer.routes_call import ways
from delivery_app.db import Database
from delivery_app.security import throttle
from delivery_app.security.permissions import Permission
from delivery_app.services.risk.phones import phone_for_citizens
from delivery_app.services.screen.coming import next_call
from delivery_app.services.screen.links import find_link, has_run_out
from delivery_app.templating import COPENHAGEN
from delivery_app.web.deps import AppSettings, OpenDatabase, get_now
from delivery_app.web.language import language_of
from delivery_app.web.office import office_of
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter
from delivery_app.web.sockets import SocketParty

router = RoleRouter()


@dataclass(frozen=True)
class Caller:
    """Whose link it is; ``phone``: where the citizen reaches the team."""

    citizen_id: UUID
    phone: str
    has_run_out: bool


@router.get("/call", permission=Permission.PUBLIC)
def call_page(request: Request) -> Response:
    """The page; who it is for, its script finds out."""
    return render(request, "citizen/call.html")


@router.websocket("/call/socket", permission=Permission.PUBLIC)
async def call_socket(websocket: WebSocket, database: OpenDatabase, settings: AppSettings) -> None:
    """Waits for a call on the citizen's line, and passes on what the page says."""
    await websocket.accept()
    page = SocketParty(websocket)
    hello = await page.hear()
    address = websocket.client.host if websocket.client else ""
    caller = await run_in_threadpool(
        _who, database, str((hello or {}).get("token", "")), address, get_now(websocket)
    )
    if caller is None:
        await page.leave("unknown")
        return
    if caller.has_run_out:
        await page.send({"type": "phone", "phone": caller.phone})
        await page.leave("run_out")
        return
    office, citizen_id, lang = office_of(websocket), caller.citizen_id, language_of(websocket)

    async def idle() -> dict[str, Any]:
        return {"next": await run_in_threadpool(_next, database, citizen_id, get_now(websocket), lang)}

    await page.send({"type": "phone", "phone": caller.phone})
    await page.send({"type": "idle", **await idle()})
    await office.exchange.citizen_comes(citizen_id, page)
    while (message := await page.hear()) is not None:
        if message.get("type") == "ping":
            await page.send({"type": "pong", **await idle()})
            continue
        call_id = await office.exchange.citizen_says(citizen_id, page, message)
        if call_id is not None and message.get("type") == "answer":
            await page.send({"type": "ready", **ways(settings, call_id, get_now(websocket))})
            await office.progress(call_id, connected=False)
    await office.exchange.citizen_goes(citizen_id, page)


def _who(database: Database, token: str, address: str, now: datetime) -> Caller | None:
    """Whose link it is; nobody's when it does not hold, or when too many wrong ones came from the address."""
    keys = {"address": f"screen link {address}"}
    with database.transaction("screen visit") as session:
        if throttle.waiting(session, keys, now):
            return None
        link = find_link(session, token)
        if link is None:
            throttle.failed(session, keys, now)
            return None
        run_out = has_run_out(link, now.astimezone(COPENHAGEN).date())
        return Caller(link.citizen_id, phone_for_citizens(session, link.team_id), run_out)


def _next(database: Database, citizen_id: UUID, now: datetime, lang: str) -> dict[str, str] | None:
    """When the next screen visit is, on which day (or that it should have begun), and who calls."""
    with database.reading() as session:
        found = next_call(session, citizen_id, now)
        if found is None:
            return None
        begins = found.visit.begins_at.astimezone(COPENHAGEN)
        carer = found.visit.carers[0].split()[0] if found.visit.carers else ""
        day = "soon" if found.is_late else "today" if found.is_today else "tomorrow"
        return {"at": f"{begins:%H.%M}" if lang == "da" else f"{begins:%H:%M}", "day": day, "carer": carer}
