"""A roster's week, a citizen's week, and a carer's round with its map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.jobs.about_plans import proof_at_hand
from delivery_app.jobs.helper import HelperGoneError
from delivery_app.planner.naming import in_words
from delivery_app.planner.roster_pages import RosterPage, date_of, roster_page, shown
from delivery_app.security.permissions import Permission
from delivery_app.services.catalogues import package_names
from delivery_app.views import carer_day_view, citizen_week_view, week_view
from delivery_app.views.carer_day import CarerDayView
from delivery_app.views.plan import Plan, UnknownPageError
from delivery_app.web.deps import AppSettings, CurrentPerson, DbSession
from delivery_app.web.language import language_of
from delivery_app.web.page import is_partial, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from scheduler.message import Message

router = RoleRouter()
BASE = "/planner/{team_id}/rosters/{roster_id}"
FRAME = "planner/board/frame.html"


@dataclass(frozen=True)
class MapStop:
    """A place on a round's map; ``number`` 0 is the base."""

    number: int
    name: str
    time_min: int | None
    lat: float
    lon: float


@router.get(f"{BASE}/week", permission=Permission.PLAN_READ)
def week_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    week: str | None = None,
) -> Response:
    """Carers and days, citizens, and what has no place."""
    page = roster_page(request, session, person, team_id, roster_id, "week")
    plan = page.stored.plan
    view = week_view(plan, week_of(plan, week))
    shown(session, page, [row.citizen.id for row in view.citizens])
    lang = language_of(request)

    def named(message: Message) -> str:
        return in_words(plan, message, lang)

    # Hundreds of links: from this page to the roster's others they need not begin at the root.
    near = {
        "carer_url": lambda code, when: page.from_here(page.round_url(code, when)),
        "citizen_url": lambda code, name: page.from_here(page.citizen_url(code, name)),
    }
    return render(
        request,
        "week/week.html",
        view=view,
        named=named,
        package_names=package_names(session, team_id, language_of(request)),
        **{**addresses(page), **near},
    )


@router.get(f"{BASE}/citizen/{{citizen_id}}", permission=Permission.PLAN_READ)
def citizen_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    week: str | None = None,
) -> Response:
    """Who comes to a citizen when; what is proven of it follows as soon as it is worked out."""
    page = roster_page(request, session, person, team_id, roster_id, "week")
    plan, code = page.stored.plan, page.stored.ids.citizen(citizen_id)
    try:
        try:
            view, lost = citizen_week_view(plan, code, week_of(plan, week), proof_at_hand), False
        except HelperGoneError:
            view, lost = citizen_week_view(plan, code, week_of(plan, week), lambda *_: None), True
    except UnknownPageError:
        raise MissingRowError("The citizen has no visits in this roster") from None
    # Looking again whether the proof is there shows nothing.
    shown(session, page, [] if is_partial(request) and view.proof is None else [code])
    return render(
        request,
        "week/citizen_week.html",
        partial="week/_proof.html",
        view=view,
        lost=lost,
        package_names=package_names(session, team_id, language_of(request)),
        **addresses(page),
    )


@router.get(f"{BASE}/round/{{carer_id}}/{{when}}", permission=Permission.PLAN_READ)
def round_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    carer_id: UUID,
    when: str,
    session: DbSession,
    person: CurrentPerson,
    settings: AppSettings,
) -> Response:
    """A carer's day, stop by stop, and where the stops are."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    plan = page.stored.plan
    day = date_of(page, when)
    try:
        view = carer_day_view(plan, page.stored.ids.carer(carer_id), day)
    except UnknownPageError:
        raise MissingRowError("The carer is not in this roster") from None
    shown(session, page, {item.citizen.id for one in view.rounds for item in one.items if item.citizen})
    return render(
        request,
        "planner/board/round.html",
        view=view,
        stops=map_stops(plan, view),
        tiles=settings.tiles,
        **addresses(page),
    )


def map_stops(plan: Plan, view: CarerDayView) -> list[MapStop]:
    """The places of a day's rounds in order, from the base; visits by screen are nowhere."""
    base = plan.problem.base
    found = [MapStop(0, "", None, base.lat, base.lon)]
    for item in (item for one in view.rounds for item in one.items):
        if item.kind == "visit" and item.citizen is not None:
            point = plan.problem.citizen_by_id[item.citizen.id].point
            found.append(MapStop(len(found), item.citizen.name, item.start_min, point.lat, point.lon))
        elif item.kind == "session" and item.title in plan.problem.session_by_id:
            point = plan.problem.session_by_id[item.title].point
            found.append(MapStop(len(found), item.title, item.start_min, point.lat, point.lon))
    return found


def week_of(plan: Plan, name: str | None) -> int:
    try:
        return plan.week_number(name)
    except UnknownPageError:
        raise MissingRowError("The roster has no week {week}", week=name) from None


def addresses(page: RosterPage) -> dict[str, Any]:
    """The frame, and the addresses by which the shared templates link."""
    return {
        "layout": FRAME,
        "roster": page,
        "week_url": page.week_url,
        "day_url": page.day_url,
        "carer_url": page.round_url,
        "citizen_url": page.citizen_url,
    }
