"""From a visit's menu on the board: it does not fall this week, as agreed with the citizen."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_, short_date, translator
from delivery_app.planner.naming import visit_name
from delivery_app.planner.roster_pages import date_of, roster_page
from delivery_app.planner.routes_board import answered_edit
from delivery_app.planner.visit_page import visit_panel
from delivery_app.security.permissions import Permission
from delivery_app.services import editing
from delivery_app.services.team_list.writing import Writer
from delivery_app.services.this_week import leave_out
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.routing import RoleRouter
from scheduler.message import ProblemError

router = RoleRouter()
VISIT = "/planner/{team_id}/rosters/{roster_id}/visits/{need_id}/{when}"
#: Signs of each of the two fields.
MOST_SIGNS = 500
NOTE = N_("{visit}, {date}: does not fall, for this week only. Grounds: {grounds}. Agreed with: {agreed}.")


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
    grounds, agreed = ((form.get(name) or "").strip() for name in ("grounds", "agreed_with"))

    def do() -> editing.Outcome:
        if not person.may(Permission.TEAM_EDIT, team_id):
            raise ProblemError("You may change drafts, but not the team's data; ask somebody who may")
        if not grounds or not agreed:
            raise ProblemError("Write why the visit does not fall, and with whom of the home it is agreed")
        if max(len(grounds), len(agreed)) > MOST_SIGNS:
            raise ProblemError("Write at most {most} signs in a field", most=MOST_SIGNS)
        translate = translator(lang)
        note = translate(NOTE).format(
            visit=visit_name(stored.plan, code).render(translate),
            date=short_date(day, lang),
            grounds=grounds.rstrip("."),
            agreed=agreed.rstrip("."),
        )
        writer = Writer(person.user_id, person.sign_in_name, person.municipality_id, team_id)
        outcome = leave_out(session, stored, writer, code, day, note, now)
        if not outcome.saved:
            raise ProblemError("Without this visit a rule would be broken; nothing is changed")
        return outcome

    return answered_edit(request, session, person, stored, day, do)
