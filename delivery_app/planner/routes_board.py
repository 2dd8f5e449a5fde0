"""The board of a day, one visit of it, and its edits: by forms, by keys, by dragging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery_app.bridge.plans import shift_ids
from delivery_app.i18n import N_
from delivery_app.planner import left_out
from delivery_app.planner.answers import Answer, answer_of, conflict, tried, wrong
from delivery_app.planner.forms_board import asked_from
from delivery_app.planner.naming import command_words
from delivery_app.planner.roster_pages import RosterPage, date_of, page_of, roster_page, shown
from delivery_app.planner.visit_page import visit_panel
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services import editing
from delivery_app.services.plans import StoredPlan, plan_of
from delivery_app.views.board import BoardView, board_view
from delivery_app.views.plan import UnknownPageError
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import is_partial, redirect, render
from delivery_app.web.routing import RoleRouter
from scheduler.message import ProblemError

router = RoleRouter()
BASE = "/planner/{team_id}/rosters/{roster_id}"
PAGE, PART = "planner/board/day.html", "planner/board/_day.html"
SAVED, TAKEN_BACK, AGAIN = N_("The change is saved."), N_("Taken back."), N_("Done again.")


@router.get(f"{BASE}/day", permission=Permission.PLAN_READ)
def first_day(
    request: Request, team_id: UUID, roster_id: UUID, session: DbSession, person: CurrentPerson
) -> Response:
    """The roster's first day."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    shown(session, page, ())
    return RedirectResponse(page.day_url(page.first_monday), 303)


@router.get(f"{BASE}/day/{{when}}", permission=Permission.PLAN_READ)
def day_page(
    request: Request, team_id: UUID, roster_id: UUID, when: str, session: DbSession, person: CurrentPerson
) -> Response:
    """A day: carers across time."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    return board_page(request, session, person, page, date_of(page, when))


@router.get(f"{BASE}/visits/{{need_id}}/{{when}}", permission=Permission.PLAN_READ)
def visit_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    need_id: UUID,
    when: str,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """One visit: what it is, and everything that can be done with it."""
    page = roster_page(request, session, person, team_id, roster_id, "day")
    panel = visit_panel(page, page.stored.ids.need(need_id), date_of(page, when))
    shown(session, page, [panel.citizen.id])
    return render(
        request,
        "planner/board/visit.html",
        partial="planner/board/_visit.html",
        roster=page,
        panel=panel,
        shown=panel.when,
    )


@router.post(f"{BASE}/edit", permission=Permission.PLAN_EDIT)
def edit(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    form: PostedForm,
) -> Response:
    """Do an edit, or only try it; the answer is the day with the judge's word on it."""
    stored = plan_of(session, roster_id, team_id)
    lang = language_of(request)
    try:
        asked = asked_from(form, stored)
    except (ProblemError, UnknownPageError) as error:
        return _answered(
            request, session, person, stored, _shown_date(form, stored), wrong(_words(error, lang)), 422
        )
    if form.get("try"):
        try:
            done = editing.try_edit(stored.plan, asked.command)
        except ProblemError as error:
            return _answered(request, session, person, stored, asked.shown, wrong(_words(error, lang)), 422)
        told = tried(stored.plan, done, lang)
        return _answered(request, session, person, stored, asked.shown, told, 200)
    return answered_edit(
        request,
        session,
        person,
        stored,
        asked.shown,
        lambda: editing.edit(session, roster_id, asked.command, asked.seen, team_id),
    )


@router.post(f"{BASE}/undo", permission=Permission.PLAN_EDIT)
def undo(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    form: PostedForm,
) -> Response:
    """Take back one's own last edit; a visit that was left out for one week falls again."""
    stored, lang = plan_of(session, roster_id, team_id), language_of(request)
    step = editing.steps(session, roster_id).undo
    return answered_edit(
        request,
        session,
        person,
        stored,
        _date_or_first(form.get("shown", ""), stored),
        lambda: left_out.undo(session, person, stored, step, lang, now),
    )


@router.post(f"{BASE}/redo", permission=Permission.PLAN_EDIT)
def redo(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    form: PostedForm,
) -> Response:
    """Do again what one has taken back."""
    stored = plan_of(session, roster_id, team_id)
    return answered_edit(
        request,
        session,
        person,
        stored,
        _date_or_first(form.get("shown", ""), stored),
        lambda: editing.redo(session, roster_id, team_id),
    )


def answered_edit(
    request: Request,
    session: Session,
    person: Person,
    stored: StoredPlan,
    when: date,
    do: Callable[[], editing.Outcome],
) -> Response:
    """Do an edit and answer with the day: 422 when it breaks a rule or makes no sense, 409 when somebody was first."""
    lang = language_of(request)
    try:
        outcome = do()
    except editing.EditConflictError as error:
        told = conflict(stored.plan, error.edits, sentence(error, lang), lang)
        return _answered(request, session, person, stored, when, told, 409)
    except ProblemError as error:
        return _answered(request, session, person, stored, when, wrong(_words(error, lang)), 422)
    if outcome.saved and not is_partial(request):
        page = page_of(request, person, outcome.stored, "day")
        shown(session, page, ())
        said = {"undo": TAKEN_BACK, "redo": AGAIN}.get(outcome.kind, SAVED)
        return redirect(request, page.day_url(when), said=said)
    told = answer_of(stored.plan, outcome, lang)
    return _answered(request, session, person, outcome.stored, when, told, 200 if outcome.saved else 422)


def _answered(
    request: Request,
    session: Session,
    person: Person,
    stored: StoredPlan,
    when: date,
    told: Answer,
    status: int,
) -> Response:
    page = page_of(request, person, stored, "day")
    return board_page(request, session, person, page, when, told, status)


def board_page(
    request: Request,
    session: Session,
    person: Person,
    page: RosterPage,
    when: date,
    answer: Answer | None = None,
    status: int = 200,
    grant: object | None = None,
) -> Response:
    """The board of a day. ``grant``: it is only tried, and this is what a yes would change."""
    if grant is not None:
        page = replace(page, may_edit=False, locked="")
    view = board_view(page.stored.plan, when)
    shown(session, page, citizens_of(view))
    steps = editing.steps(session, page.stored.head.roster_id, person.sign_in_name)
    lang = language_of(request)

    def words(row: editing.LoggedEdit | None) -> str:
        return "" if row is None else command_words(page.stored.plan, row.command, lang)

    return render(
        request,
        PAGE,
        status,
        partial=PART,
        roster=page,
        view=view,
        answer=answer,
        grant=grant,
        shift_rows=shift_ids(session, page.stored.head, when),
        undo=words(steps.undo),
        redo=words(steps.redo),
    )


def citizens_of(view: BoardView) -> set[str]:
    """The citizens that a board shows."""
    found = {item.citizen.id for row in view.rows for item in row.items if item.citizen is not None}
    return found | {row.citizen.id for row in view.left_out if row.citizen is not None}


def _words(error: Exception, lang: str) -> str:
    return sentence(error, lang) or str(error)


def _shown_date(form: PostedForm, stored: StoredPlan) -> date:
    return _date_or_first(form.get("shown") or form.get("date", ""), stored)


def _date_or_first(text: str, stored: StoredPlan) -> date:
    try:
        when = date.fromisoformat(text)
        stored.plan.day_number(when)
    except (ValueError, UnknownPageError):
        return stored.head.first_monday
    return when
