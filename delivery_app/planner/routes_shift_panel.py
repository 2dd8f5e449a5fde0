"""One shift on the board: its break moved within its times, an open one given to a carer or taken back."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.plans import shift_ids
from delivery_app.planner.roster_pages import roster_page, shown
from delivery_app.planner.shift_panel import shift_panel
from delivery_app.security.permissions import Permission
from delivery_app.web.deps import CurrentPerson, DbSession
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()


@router.get("/planner/{team_id}/rosters/{roster_id}/shifts/{shift_id}", permission=Permission.PLAN_READ)
def shift_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    shift_id: UUID,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """The shift, and everything that can be done with it."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    panel = shift_panel(page, shift_ids(session, page.stored.head), shift_id)
    shown(session, page, ())
    return render(
        request,
        "planner/board/shift.html",
        partial="planner/board/_shift.html",
        roster=page,
        panel=panel,
    )
