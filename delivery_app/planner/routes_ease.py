"""What would help a visit: a button each. The draft alone does it at once; the team's data only after it was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.jobs.about_plans import explanation_waited_for
from delivery_app.planner.answers import tried as tried_answer
from delivery_app.planner.ease_words import change_lines, title_words
from delivery_app.planner.naming import relaxation_named
from delivery_app.planner.roster_pages import RosterPage, date_of, page_of, roster_page
from delivery_app.planner.routes_board import answered_edit, board_page
from delivery_app.planner.visit_page import visit_panel
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services import easing, editing
from delivery_app.views.plan import Plan
from delivery_app.web.deps import CurrentPerson, DbSession, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.routing import RoleRouter
from scheduler.edit import Place
from scheduler.explain import Eased, Explanation
from scheduler.message import ProblemError

router = RoleRouter()
VISIT = "/planner/{team_id}/rosters/{roster_id}/visits/{need_id}/{when}"
GONE = N_("The proposal does not hold any more; ask again what would help")


@dataclass(frozen=True)
class Grant:
    """What the page asks before anything of the team's data is changed."""

    url: str
    what: str
    by: str
    seal: str
    title: str
    lines: tuple[str, ...]
    later: tuple[easing.LaterWeek, ...]
    once: bool
    may: bool
    need_row: str


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
    """Try what would help: done at once where the draft alone can do it, else shown first, and done on a yes."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    stored = page.stored
    code, day = stored.ids.need(need_id), date_of(page, when)
    panel = visit_panel(page, code, day)
    number = stored.plan.day_number(day)
    found = explanation_waited_for(stored.plan, code, None if panel.any_day else number)
    what, by = form.get("what", ""), form.get("by", "")
    row = next((one for one in found.eased if (one.what, one.by) == (what, by)), None)
    command = _place(found, row, stored.plan, panel.any_day)
    if row is None or command is None or not easing.changes_data(row):

        def do() -> editing.Outcome:
            if row is None or command is None:
                raise ProblemError(GONE)
            return editing.take_over(
                session, roster_id, command, row.offer.roster, stored.head.row_version, team_id
            )

        return answered_edit(request, session, person, stored, day, do)
    if not form.get("yes"):
        return _shown(request, session, person, page, found, row, command)
    may = person.may(Permission.TEAM_EDIT, team_id)

    def grant() -> editing.Outcome:
        if not may:
            raise ProblemError("You may change drafts, but not the team's data; ask somebody who may")
        return easing.grant_easing(
            session, stored, found, row, command, seen=form.row_version(), seal=form.get("seal", "")
        )

    return answered_edit(request, session, person, stored, day, grant)


def _place(found: Explanation, row: Eased | None, plan: Plan, any_day: bool) -> Place | None:
    if row is None:
        return None
    visit = row.offer.visit
    carers = tuple(one for one in visit.carers if one in plan.problem.carer_by_id)
    return Place(
        found.need.need_id,
        found.day if not any_day else None,
        found.week,
        visit.day,
        plan.needed(carers),
        visit.start_min - visit.day * 1440,
        visit.modality,
    )


def _shown(
    request: Request,
    session: Session,
    person: Person,
    page: RosterPage,
    found: Explanation,
    row: Eased,
    command: Place,
) -> Response:
    """The day as it would be, what changes of the team's data, and the question."""
    lang, stored = language_of(request), page.stored
    when = stored.plan.date(row.offer.visit.day)
    try:
        done = easing.try_easing(session, stored, found, row, command)
    except ProblemError as error:
        return answered_edit(request, session, person, stored, when, _raising(error))
    words = relaxation_named(stored.plan, row.what, row.by, lang)
    answer = tried_answer(stored.plan, done.edit, lang)
    if done.edit.broken:
        return board_page(request, session, person, page, when, answer, 422)
    head = stored.head
    grant = Grant(
        url=f"{page.visit_url(found.need.need_id, when if found.day is None else stored.plan.date(found.day))}/ease",
        what=row.what,
        by=row.by,
        seal=done.seal,
        title=title_words(done, words, lang),
        lines=tuple(change_lines(done.stored.plan, done, lang)),
        later=done.later,
        once=done.once,
        may=person.may(Permission.TEAM_EDIT, head.team_id),
        need_row=page.need_id(found.need.need_id),
    )
    return board_page(
        request, session, person, page_of(request, person, done.stored, "day"), when, answer, 200, grant
    )


def _raising(error: ProblemError) -> Callable[[], editing.Outcome]:
    def do() -> editing.Outcome:
        raise error

    return do
