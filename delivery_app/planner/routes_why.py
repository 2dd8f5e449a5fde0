"""Why a visit stands where it does, and buttons for what would help: tried on the draft, with the judge's word on it."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.planner.roster_pages import citizens_named, date_of, roster_page, shown
from delivery_app.planner.routes_board import answered_edit
from delivery_app.planner.visit_page import visit_panel
from delivery_app.planner.why import explained, why_of
from delivery_app.security.permissions import Permission
from delivery_app.services import editing
from delivery_app.web.deps import CurrentPerson, DbSession, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter
from scheduler.edit import Place
from scheduler.message import ProblemError

router = RoleRouter()
VISIT = "/planner/{team_id}/rosters/{roster_id}/visits/{need_id}/{when}"
GONE = N_("The proposal does not hold any more; ask again what would help")


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
    shown(session, page, {panel.citizen.id, *citizens_named(page, why)})
    return render(
        request,
        "planner/board/why.html",
        partial="planner/board/_why.html",
        roster=page,
        panel=panel,
        shown=day,
        need_row=panel.row_id,
        need_code=code,
        any_day=panel.any_day,
        why=why,
    )


@router.post(f"{VISIT}/ease", permission=Permission.PLAN_EDIT)
def ease(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    need_id: UUID,
    when: str,
    session: DbSession,
    person: CurrentPerson,
    form: PostedForm,
) -> Response:
    """Try what would help: done at once where the draft alone can do it, or the rule that stands in the way."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    stored = page.stored
    code, day = stored.ids.need(need_id), date_of(page, when)
    panel = visit_panel(page, code, day)
    number = stored.plan.day_number(day)
    found = explained(stored.plan, code, None if panel.any_day else number)
    asked = (form.get("what"), form.get("by", ""))
    row = next((one for one in found.eased if (one.what, one.by) == asked), None)

    def do() -> editing.Outcome:
        if row is None:
            raise ProblemError(GONE)
        visit = row.offer.visit
        command = Place(
            code,
            found.day if not panel.any_day else None,
            found.week,
            visit.day,
            stored.plan.needed(visit.carers),
            visit.start_min - visit.day * 1440,
            visit.modality,
        )
        return editing.take_over(
            session, roster_id, command, row.offer.roster, stored.head.row_version, team_id
        )

    return answered_edit(request, session, person, stored, day, do)
