"""A roster understood: what has no place and what would help, who comes to whom, minutes, figures; and two compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.planner.naming import in_words, relaxation_named
from delivery_app.planner.roster_pages import roster_page, shown
from delivery_app.planner.routes_roster import addresses, week_of
from delivery_app.security.permissions import Permission
from delivery_app.services.names import author_names
from delivery_app.services.plans import plan_of
from delivery_app.services.weeks import rosters_of_weeks
from delivery_app.views.plan import Plan
from delivery_app.views.understanding import understand_view
from delivery_app.web.deps import CurrentPerson, DbSession, as_uuid
from delivery_app.web.language import language_of
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter
from models.errors import RememberingError
from scheduler.compare import CitizenChange, Comparison, compare
from scheduler.message import Message

router = RoleRouter()
BASE = "/planner/{team_id}/rosters/{roster_id}"
VERDICTS = {
    "better": N_("better"),
    "worse": N_("worse"),
    "same": N_("the same"),
    "other": N_("different"),
}
#: Figures shown as hours.
IN_HOURS = frozenset({"visit_minutes", "travel_minutes", "waiting_minutes", "overtime_minutes"})
IN_PERCENT = frozenset({"contact_carer_share", "punctuality"})


@dataclass(frozen=True)
class CitizenCompared:
    """A citizen for whom two rosters differ."""

    name: str
    change: CitizenChange
    gone: str
    came: str


@router.get(f"{BASE}/understand", permission=Permission.PLAN_READ)
def understand_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    week: str | None = None,
) -> Response:
    """What the week comes to."""
    page = roster_page(request, session, person, team_id, roster_id, "understand")
    plan = page.stored.plan
    view = understand_view(plan, week_of(plan, week))
    shown(session, page, [line.row.citizen.id for line in view.citizens])
    lang = language_of(request)

    def named(message: Message) -> str:
        return in_words(plan, message, lang)

    def relaxation(what: str, by: str) -> str:
        return relaxation_named(plan, what, by, lang)

    return render(
        request,
        "planner/board/understand.html",
        view=view,
        named=named,
        relaxation=relaxation,
        first_day=plan.date(7 * view.week_number),
        **addresses(page),
    )


@router.get(f"{BASE}/compare", permission=Permission.PLAN_READ)
def choose_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    other: str = "",
) -> Response:
    """Choose what to compare with, or the comparison itself when that is chosen."""
    page = roster_page(request, session, person, team_id, roster_id, "compare")
    head = page.stored.head
    others = [
        row
        for row in rosters_of_weeks(session, team_id, head.first_monday, head.weeks)
        if row.roster_id != roster_id
    ]
    chosen = as_uuid(other)
    found = None
    if chosen is not None and any(row.roster_id == chosen for row in others):
        found = compared(page.stored.plan, plan_of(session, chosen, team_id).plan)
    plan = page.stored.plan
    shown(session, page, [row.citizen_id for row in found.citizens if row.differs] if found else ())
    return render(
        request,
        "planner/board/compare.html",
        roster=page,
        others=others,
        by_names=author_names(session, {row.made_by for row in others}),
        chosen=chosen,
        found=found,
        citizens=[] if found is None else _citizens(plan, found),
        carers=[]
        if found is None
        else [(plan.carer(row.carer_id), row) for row in found.carers if row.differs],
        verdicts=VERDICTS,
        in_hours=IN_HOURS,
        in_percent=IN_PERCENT,
    )


@lru_cache(maxsize=8)
def compared(mine: Plan, other: Plan) -> Comparison:
    """This roster (second) against another (first); kept while both plans are in memory."""
    if (mine.problem.calendar.first_monday, mine.weeks) != (
        other.problem.calendar.first_monday,
        other.weeks,
    ):
        raise RememberingError("The rosters are of different weeks; compare two of the same")
    return compare(mine.problem, replace(other.roster), mine.roster, mine.travel)


def _citizens(plan: Plan, found: Comparison) -> list[CitizenCompared]:
    return [
        CitizenCompared(
            plan.citizen(row.citizen_id).name,
            row,
            ", ".join(plan.carer(one).name for one in row.gone),
            ", ".join(plan.carer(one).name for one in row.came),
        )
        for row in found.citizens
        if row.differs
    ]
