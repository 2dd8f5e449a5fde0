"""What a tablet's script sends: JSON of a bounded size, and answers that a script reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from delivery_app.security.permissions import TEAM_PERMISSIONS
from delivery_app.security.person import Person
from delivery_app.services.records.accepting import Sender

#: No batch of records is larger.
MOST_BYTES = 1024 * 1024


def body_of(most: int) -> Callable[[Request], Coroutine[Any, Any, bytes]]:
    """A dependency: the request's body, of so many bytes at most. Raises HTTPException 413."""

    async def read(request: Request) -> bytes:
        found = bytearray()
        try:
            async for chunk in request.stream():
                found += chunk
                if len(found) > most:
                    raise HTTPException(413)
        except ClientDisconnect:
            # The network went while it was sent: it comes again, and nobody hears this answer.
            raise HTTPException(400) from None
        return bytes(found)

    return read


def posted_json(data: Annotated[bytes, Depends(body_of(MOST_BYTES))]) -> dict[str, Any]:
    """The JSON object that was sent; raises HTTPException 400 when it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(found, dict):
        raise HTTPException(400)
    return found


PostedJson = Annotated[dict[str, Any], Depends(posted_json)]


def answer(request: Request, content: dict[str, Any], status: int = 200) -> JSONResponse:
    """An answer for a script; of 400 and above it takes back what the request wrote."""
    request.state.status = status
    return JSONResponse(content, status)


def carer_of(person: Person, team_id: UUID) -> UUID | None:
    """The person's own row among a team's carers."""
    return next((one.carer_id for one in person.memberships if one.team_id == team_id and one.carer_id), None)


def sender_of(person: Person, team_id: UUID, device_id: UUID | None) -> Sender:
    """Who sends records."""
    return Sender(
        person.user_id,
        person.sign_in_name,
        team_id,
        person.municipality_id,
        carer_of(person, team_id),
        device_id,
        frozenset(one for one in TEAM_PERMISSIONS if person.may(one, team_id)),
    )
