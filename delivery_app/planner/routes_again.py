"""From the day live to the form of a new visit: one that has to be made anew is filled in already (S9, S12, S14)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.planner.forms_fit import DAYS, DEFAULTS, FitForm
from delivery_app.planner.routes_fit import fit_page
from delivery_app.security.permissions import Permission
from delivery_app.services.live.again import fields_again, need_of, to_make_again
from delivery_app.services.publishing import in_force, week_head_of
from delivery_app.web.deps import DbSession, Now
from delivery_app.web.page import redirect
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
NOTHING = N_("This visit does not wait to be made anew any more.")
UNPUBLISHED = N_(
    "The roster of {date} is not published yet: write the visit down as a need of the citizen's."
)


@router.get("/planner/{team_id}/live/again/{need_id}/{on_date}", permission=Permission.PLAN_PUBLISH)
def again(
    request: Request, team_id: UUID, need_id: UUID, on_date: date, session: DbSession, now: Now
) -> Response:
    """The form of a new visit in the roster of the wanted date, with the visit, the date and the time in it."""
    need = need_of(session, team_id, need_id)
    waiting = [one for one in to_make_again(session, team_id, on_date) if one.name.need_id == need_id]
    if not waiting or waiting[0].placed is not None:
        return redirect(request, f"/planner/{team_id}/live", said=NOTHING, kind="info")
    one = waiting[0]
    head = in_force(session, team_id, one.wanted_on)
    if head is None:
        url = f"/planner/{team_id}/citizens/{need.citizen_id}"
        return redirect(request, url, said=UNPUBLISHED, kind="info", date=one.wanted_on.isoformat())
    form = FitForm({**DEFAULTS, **fields_again(session, team_id, one, now)}, (DAYS[one.wanted_on.weekday()],))
    return fit_page(request, session, week_head_of(session, team_id, head.roster_id), form, again=one)
