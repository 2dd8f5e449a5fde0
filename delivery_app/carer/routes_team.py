"""The team's list and its meetings on the tablet, and how far somebody has read the list."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.carer import team  # noqa: F401  (registers its pages)
from delivery_app.carer.pages import answer, asked_by
from delivery_app.carer.posted import PostedJson
from delivery_app.carer.posted import answer as data_answer
from delivery_app.carer.routes_sync import moment_in
from delivery_app.security.permissions import Permission
from delivery_app.services.team_list.reading import note_look
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.routing import RoleRouter

router = RoleRouter()


@router.get("/carer/{team_id}/team", permission=Permission.ROUND_READ)
def team_page(
    request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """The team's list."""
    return answer(request, asked_by(request, session, person, team_id, now))


@router.post("/carer/{team_id}/team/seen", permission=Permission.ROUND_READ)
def seen(
    request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now, data: PostedJson
) -> Response:
    """The reader has seen the list as it was at a moment."""
    until = moment_in(data.get("until"))
    if until is not None:
        note_look(
            session,
            municipality_id=person.municipality_id,
            team_id=team_id,
            user_id=person.user_id,
            until=until,
            now=now,
        )
    return data_answer(request, {"server_time": now.isoformat()})


@router.get("/carer/{team_id}/team/{citizen_id}", permission=Permission.ROUND_READ)
def citizen_page(
    request: Request, team_id: UUID, citizen_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """What of it is about one citizen."""
    return answer(request, asked_by(request, session, person, team_id, now))


@router.get("/carer/{team_id}/meetings", permission=Permission.ROUND_READ)
def meetings_page(
    request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """The next meeting's agenda, and what was decided lately."""
    return answer(request, asked_by(request, session, person, team_id, now))
