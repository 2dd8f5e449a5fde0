"""From a visit's menu on the board: it does not fall this week, as agreed with the citizen."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.planner.left_out import leave_out
from delivery_app.planner.roster_pages import date_of, roster_page
from delivery_app.planner.routes_board import answered_edit
from delivery_app.planner.visit_page import visit_panel
from delivery_app.security.permissions import Permission
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
VISIT = "/planner/{team_id}/rosters/{roster_id}/visits/{need_id}/{when}"


@router.post(f"{VISIT}/not-this-week", permission=Permission.PLAN_EDIT)
def not_this_week(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    need_id: UUID,
    when: str,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    form: PostedForm,
) -> Response:
    """Leave the visit out: the need keeps the date, the journal the grounds and who agreed, the draft loses it."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    stored, lang = page.stored, language_of(request)
    code, day = stored.ids.need(need_id), date_of(page, when)
    visit_panel(page, code, day)  # there is such a visit
    said = (form.get("grounds") or "", form.get("agreed_with") or "")
    return answered_edit(
        request,
        session,
        person,
        stored,
        day,
        lambda: leave_out(session, person, stored, code, day, said, lang, now),
    )
