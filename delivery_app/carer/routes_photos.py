"""Pictures of a visit: sent before the record that speaks of them, and shown to who may see the citizen."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from delivery_app.carer.posted import answer, body_of, sender_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.records import photos
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.routing import RoleRouter

router = RoleRouter()

PhotoBytes = Annotated[bytes, Depends(body_of(photos.MOST_BYTES))]


@router.put("/carer/{team_id}/photos/{photo_id}", permission=Permission.RECORD_WRITE)
def receive(
    request: Request,
    team_id: UUID,
    photo_id: UUID,
    person: CurrentPerson,
    session: DbSession,
    now: Now,
    data: PhotoBytes,
) -> Response:
    """Keep a picture; sending it again changes nothing."""
    try:
        fresh = photos.keep(session, sender_of(person, team_id, None), photo_id, data, now)
    except photos.PhotoError as error:
        return answer(request, {"detail": sentence(error, language_of(request))}, 422)
    return answer(request, {"id": str(photo_id)}, 201 if fresh else 200)


@router.get("/carer/{team_id}/photos/{photo_id}", permission=Permission.RECORDS_READ)
def show(team_id: UUID, photo_id: UUID, person: CurrentPerson, session: DbSession) -> Response:
    """A picture; who looked at it is in the access log."""
    row, citizen_id = photos.shown(session, team_id, photo_id, person.user_id)
    note_read(session, [] if citizen_id is None else [citizen_id], subject=("record_photo", row.id))
    headers = {"Content-Disposition": "inline", "Cache-Control": "no-store"}
    return Response(row.content, media_type="image/jpeg", headers=headers)
