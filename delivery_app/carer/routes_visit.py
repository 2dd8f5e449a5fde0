"""A visit's page."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.carer import visit  # noqa: F401  (registers its page)
from delivery_app.carer.pages import answer, asked_by
from delivery_app.security.permissions import Permission
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.routing import RoleRouter

router = RoleRouter()


@router.get("/carer/{team_id}/visit/{need_id}/{when}", permission=Permission.ROUND_READ)
def visit_page(
    request: Request,
    team_id: UUID,
    need_id: UUID,
    when: str,
    person: CurrentPerson,
    session: DbSession,
    now: Now,
) -> Response:
    """A visit of the team, by its need and date."""
    return answer(request, asked_by(request, session, person, team_id, now))
