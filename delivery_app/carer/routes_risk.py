"""A carer's pages when it is urgent, and what a tablet asks for by itself every few seconds (D22, S21)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.carer import (
    posted,
    urgent,  # noqa: F401  (registers its pages)
)
from delivery_app.carer.pages import answer, asked_by
from delivery_app.security.permissions import Permission
from delivery_app.services.risk.calls import SENT, calls_of, states_of
from delivery_app.services.risk.help import help_calls
from delivery_app.templating import COPENHAGEN
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.routing import RoleRouter

router = RoleRouter()


@router.get("/carer/{team_id}/phones", permission=Permission.ROUND_READ)
def phones(request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now) -> Response:
    """The team's numbers."""
    return answer(request, asked_by(request, session, person, team_id, now))


@router.get("/carer/{team_id}/emergency/{call_id}", permission=Permission.ROUND_READ)
def emergency(
    request: Request, team_id: UUID, call_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """An emergency call."""
    return answer(request, asked_by(request, session, person, team_id, now))


@router.get("/carer/{team_id}/alarms", permission=Permission.ROUND_READ)
def alarms(request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now) -> Response:
    """Emergency calls that wait for the reader's yes, and whether the reader's own call for help was answered."""
    mine = posted.carer_of(person, team_id)
    today = now.astimezone(COPENHAGEN).date()
    calls = [] if mine is None else states_of(session, calls_of(session, team_id, today, today, mine), now)
    own = help_calls(session, team_id, now, person.user_id)[:1]
    return posted.answer(
        request,
        {
            "server_time": now.isoformat(),
            "calls": [
                {"id": str(one.call.id), "url": f"/carer/{team_id}/emergency/{one.call.id}"}
                for one in calls
                if one.status == SENT
            ],
            "help": [
                {
                    "id": str(one.call_id),
                    "answered_by": one.answered_by,
                    "answer": one.answer,
                    "ended": bool(one.ended_at),
                }
                for one in own
            ],
        },
    )
