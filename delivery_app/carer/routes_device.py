"""A tablet and the server: who is signed in on it, its key, and making it known."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.carer.posted import PostedJson, answer
from delivery_app.i18n import N_
from delivery_app.security import csrf
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services import devices
from delivery_app.web.deps import CurrentPerson, DbSession, Now, OpenDatabase, as_uuid
from delivery_app.web.page import say
from delivery_app.web.routing import RoleRouter
from models.cpr import CprVault
from models.device import Device

router = RoleRouter()


@router.get("/carer/{team_id}/session", permission=Permission.ROUND_READ)
def who(
    request: Request,
    team_id: UUID,
    person: CurrentPerson,
    session: DbSession,
    database: OpenDatabase,
    now: Now,
    tablet_id: str = "",
) -> Response:
    """Who is signed in, the server's time, and the key of the tablet that asks (when it is known)."""
    note_read(session, [])
    named = as_uuid(tablet_id)
    try:
        device = None if named is None else devices.find(session, person.user_id, named)
    except devices.DeviceRevokedError:
        return answer(request, {"wipe": True}, 410)
    return answer(
        request,
        {
            "user_id": str(person.user_id),
            "name": person.name,
            "language": person.language,
            "csrf_token": csrf.masked(person.csrf_token),
            "server_time": now.isoformat(),
            **_device(database.vault, device, devices.session_device(session, person.session_id)),
        },
    )


@router.post("/carer/{team_id}/device", permission=Permission.ROUND_READ)
def enrol(
    request: Request,
    team_id: UUID,
    person: CurrentPerson,
    session: DbSession,
    database: OpenDatabase,
    now: Now,
    data: PostedJson,
) -> Response:
    """Make the tablet known for this user, and join the session to it; doing it twice changes nothing."""
    named = as_uuid(str(data.get("tablet_id") or ""))
    if named is None:
        return answer(request, {"detail": say(request, N_("A tablet has an id; load the page again"))}, 422)
    try:
        device = devices.enrol(
            session,
            database.vault,
            (person.user_id, person.municipality_id),
            named,
            name=_text(data.get("name")),
            app_version=_text(data.get("app_version")),
            now=now,
        )
    except devices.DeviceRevokedError:
        return answer(request, {"wipe": True}, 410)
    devices.join_session(session, person.session_id, device.id)
    return answer(
        request, {"server_time": now.isoformat(), **_device(database.vault, device, joined=device.id)}
    )


def _device(vault: CprVault, device: Device | None, joined: UUID | None) -> dict[str, Any]:
    """What the tablet is told of itself. The key only goes to a session that is joined to the device, so that
    revoking the device ends every session that ever got it."""
    if device is None:
        return {"device": None}
    told: dict[str, Any] = {
        "device": {
            "id": str(device.id),
            "tablet_id": str(device.tablet_id),
            "name": device.name,
            "enrolled_at": device.enrolled_at.isoformat(),
        }
    }
    key = devices.key_of(vault, device) if joined == device.id else None
    if key is not None:
        told["key"] = base64.b64encode(key).decode("ascii")
    return told


def _text(value: Any) -> str:
    """A short text out of JSON, of signs that can be shown."""
    return "".join(sign for sign in value[:200] if sign.isprintable()) if isinstance(value, str) else ""
