"""A carer's own rounds, of the published roster only: today, and other days."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.carer import day  # noqa: F401  (registers its pages)
from delivery_app.carer.pages import answer, asked_by
from delivery_app.security.permissions import Permission
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.routing import RoleRouter

router = RoleRouter()


@router.get("/carer/{team_id}", permission=Permission.ROUND_READ)
def today_page(
    request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """Today's round."""
    return answer(request, asked_by(request, session, person, team_id, now))


@router.get("/carer/{team_id}/day/{when}", permission=Permission.ROUND_READ)
def day_page(
    request: Request, team_id: UUID, when: str, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """Another day's."""
    return answer(request, asked_by(request, session, person, team_id, now))
