"""Why a visit stands where it does, who else could come, or what would give it a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.db import Database
from delivery_app.jobs.questions import QUESTIONS
from delivery_app.planner.roster_pages import citizens_named, date_of, roster_page, shown
from delivery_app.planner.visit_page import visit_panel
from delivery_app.planner.why import why_of
from delivery_app.security.permissions import Permission
from delivery_app.settings import Settings
from delivery_app.web.deps import CurrentPerson, DbSession
from delivery_app.web.language import language_of
from delivery_app.web.page import is_partial, render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
VISIT = "/planner/{team_id}/rosters/{roster_id}/visits/{need_id}/{when}"


@contextmanager
def background(database: Database, settings: Settings) -> Iterator[None]:
    """What takes long is asked beside the server while the app is up."""
    with QUESTIONS.beside_the_server():
        yield


@router.get(f"{VISIT}/why", permission=Permission.PLAN_READ)
def why_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    need_id: UUID,
    when: str,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """Why here, who else could; or why not, and what would help."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    code, day = page.stored.ids.need(need_id), date_of(page, when)
    panel = visit_panel(page, code, day)
    number = page.stored.plan.day_number(day)
    why = why_of(page, code, None if panel.any_day and not panel.placed else number, language_of(request))
    if why is not None:
        shown(session, page, {panel.citizen.id, *citizens_named(page, why)})
    else:
        shown(session, page, [] if is_partial(request) else [panel.citizen.id])
    return render(
        request,
        "planner/board/why.html",
        partial="planner/board/_why.html",
        roster=page,
        panel=panel,
        shown=day,
        need_row=panel.row_id,
        panel_citizen_row=page.stored.ids.citizens.get(panel.citizen.id, ""),
        need_code=code,
        any_day=panel.any_day,
        why=why,
    )
