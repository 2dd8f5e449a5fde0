"""The tablet itself: what waits to be sent, what was not taken, the code, the language, signing out.

What it shows of records comes from the tablet; the server only draws the page around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.carer.pages import Asked, answer, asked_by, register
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.routing import RoleRouter

router = RoleRouter()


def tablet_view(asked: Asked) -> Mapping[str, Any]:
    """Nothing but words: no citizen stands on it."""
    note_read(asked.session, [])
    return {}


register(r"/tablet", "carer/_tablet.html", tablet_view)


@router.get("/carer/{team_id}/tablet", permission=Permission.ROUND_READ)
def tablet_page(
    request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """What waits on this tablet, and what one may set of it."""
    return answer(request, asked_by(request, session, person, team_id, now))
