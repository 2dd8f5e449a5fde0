"""The carer's end of a screen visit. It stands outside of ``/carer/``: a call cannot be made without a network."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Request, WebSocket
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from delivery_app.i18n import translator
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services.care.fields import id_in
from delivery_app.services.screen.calls import CallError, ScreenVisit, how_it_ended, open_call, screen_visit
from delivery_app.services.screen.ice import ice_servers
from delivery_app.settings import Settings
from delivery_app.web.access import access_of
from delivery_app.web.deps import AppSettings, CurrentPerson, DbSession, Now, OpenDatabase
from delivery_app.web.language import language_of
from delivery_app.web.office import office_of
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter
from delivery_app.web.sockets import SocketParty
from models.errors import MissingRowError

router = RoleRouter()
ONE = "/call/{team_id}/{need_id}/{on_date}"


@router.get(ONE, permission=Permission.ROUND_READ)
def call_page(
    request: Request, team_id: UUID, need_id: UUID, on_date: date, session: DbSession, now: Now
) -> Response:
    """The call of a visit, or why there can be none."""
    visit = screen_visit(session, team_id, need_id, on_date, now)
    note_read(session, [visit.citizen_id])
    back = f"/carer/{team_id}/visit/{need_id}/{on_date.isoformat()}"
    return render(request, "carer/call.html", visit=visit, back=back)


@router.websocket(f"{ONE}/socket", permission=Permission.ROUND_READ)
async def call_socket(
    websocket: WebSocket,
    team_id: UUID,
    need_id: UUID,
    on_date: date,
    person: CurrentPerson,
    database: OpenDatabase,
    settings: AppSettings,
    now: Now,
) -> None:
    """Opens the call, and lets the two browsers find each other.

    The page first says which call it comes back to, if to any: one that was ended meanwhile is not begun again.
    """
    await websocket.accept()
    page = SocketParty(websocket)
    hello = await page.hear()
    if hello is None:
        return
    back_to = id_in(str(hello.get("call", "")))

    def begin() -> tuple[UUID, ScreenVisit] | str:
        with database.transaction(person.sign_in_name, access_of(websocket, person)) as session:
            ended = None if back_to is None else how_it_ended(session, back_to)
            if ended is not None:
                return ended
            call, visit = open_call(session, team_id, need_id, on_date, person.user_id, now)
            note_read(session, [visit.citizen_id], subject=("screen_call", call.id))
            return call.id, visit

    try:
        begun = await run_in_threadpool(begin)
    except (CallError, MissingRowError) as error:
        why = translator(language_of(websocket))(error.template).format(**error.values)
        await page.send({"type": "refused", "why": why})
        await websocket.close()
        return
    if isinstance(begun, str):
        await page.send({"type": "over", "by": begun})
        await websocket.close()
        return
    call_id, visit = begun
    await page.send({"type": "ready", "call": str(call_id), **ways(settings, call_id, now)})
    office, citizen_id = office_of(websocket), visit.citizen_id
    await office.exchange.carer_calls(citizen_id, call_id, first_name(person), page)
    while (message := await page.hear()) is not None:
        if message.get("type") == "ping":
            await page.send({"type": "pong"})
        elif message.get("type") == "connected":
            await office.progress(call_id, connected=True)
        else:
            await office.exchange.carer_says(citizen_id, page, message)
    await office.exchange.carer_goes(citizen_id, page)


def first_name(person: Person) -> str:
    """What a citizen calls the carer."""
    return person.name.split()[0] if person.name.split() else person.sign_in_name


def ways(settings: Settings, call_id: UUID, now: Any) -> dict[str, Any]:
    """How the two reach each other: servers for our own call, or the address of another video system."""
    secret = settings.turn_secret.get_secret_value() if settings.turn_secret else ""
    servers = ice_servers(tuple(settings.stun), tuple(settings.turn), secret, call_id.hex, now)
    return {
        "ice": [one.as_json() for one in servers],
        "url": settings.video_url.replace("{room}", call_id.hex) if settings.video_url else "",
    }
