"""A carer's own rounds, of the published roster only: today, and the other days of its weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import Response

from delivery_app.security.access_log import note_codes_read
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services.plans import plan_of
from delivery_app.services.publishing import in_force
from delivery_app.templating import COPENHAGEN
from delivery_app.views import UnknownPageError, carer_day_view
from delivery_app.views.carer_day import CarerDayView
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError

router = RoleRouter()


@dataclass(frozen=True)
class Days:
    """The dates beside the one that is shown."""

    before: date
    after: date
    today: date


@router.get("/carer/{team_id}", permission=Permission.ROUND_READ)
def today_page(
    request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """Today's round."""
    today = now.astimezone(COPENHAGEN).date()
    return _page(request, person, session, team_id, today, today)


@router.get("/carer/{team_id}/{when}", permission=Permission.ROUND_READ)
def day_page(
    request: Request, team_id: UUID, when: str, person: CurrentPerson, session: DbSession, now: Now
) -> Response:
    """Another day's."""
    try:
        day = date.fromisoformat(when)
    except ValueError:
        raise HTTPException(404) from None
    return _page(request, person, session, team_id, day, now.astimezone(COPENHAGEN).date())


def _page(
    request: Request, person: Person, session: DbSession, team_id: UUID, when: date, today: date
) -> Response:
    view = _view(person, session, team_id, when)
    try:
        days = Days(when - timedelta(days=1), when + timedelta(days=1), today)
    except OverflowError:
        raise HTTPException(404) from None
    return render(request, "carer/round.html", view=view, when=when, days=days, team_id=team_id)


def _view(person: Person, session: DbSession, team_id: UUID, when: date) -> CarerDayView | None:
    """The day by the roster that holds; None where none does or the person is no carer of it."""
    mine = next((one.carer_id for one in person.memberships if one.team_id == team_id and one.carer_id), None)
    head = in_force(session, team_id, when)
    if mine is None or head is None:
        return None
    stored = plan_of(session, head.roster_id, team_id)
    try:
        view = carer_day_view(stored.plan, stored.ids.carer(mine), when)
    except (UnknownPageError, MissingRowError):
        note_codes_read(session, team_id, [])
        return None
    items = [item for one in view.rounds for item in one.items]
    shown = {item.citizen.id for item in items if item.citizen} | {
        one.id for item in items for one in item.citizens
    }
    note_codes_read(session, team_id, shown, subject=("roster", head.roster_id))
    return view
