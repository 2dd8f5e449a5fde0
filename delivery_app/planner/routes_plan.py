"""The section "Plan": opens the roster that is most likely wanted, or the overview when there is none."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from delivery_app.planner.routes_generate import today
from delivery_app.planner.routes_overview import first_page
from delivery_app.security.permissions import Permission
from delivery_app.services.opening import roster_to_open
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.routing import RoleRouter

router = RoleRouter()


@router.get("/planner/{team_id}/plan", permission=Permission.PLAN_READ)
def plan(request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now) -> Response:
    """To the week's roster."""
    roster_id, page = roster_to_open(session, team_id, today(now)), first_page(request)
    if roster_id is None or page is None:
        return RedirectResponse(f"/planner/{team_id}", 303)
    return RedirectResponse(f"/planner/{team_id}/rosters/{roster_id}/{page}", 303)
