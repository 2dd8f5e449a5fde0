"""A draft's history: who changed what by hand, when, at what price; and back to any step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.bridge.edits import LoggedEdit
from delivery_app.i18n import N_
from delivery_app.planner.naming import command_words
from delivery_app.planner.roster_pages import RosterPage, citizens_named, roster_page, shown
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services import editing
from delivery_app.services.names import author_names
from delivery_app.views.plan import Plan
from delivery_app.web.deps import CurrentPerson, DbSession, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import ConflictError
from scheduler.message import ProblemError

router = RoleRouter()
PAGE = "/planner/{team_id}/rosters/{roster_id}/history"
BACK = N_(
    "The draft is as it was then; steps taken back: {count}. Redo on the board does them again, one by one."
)


@dataclass(frozen=True)
class Step:
    """One step. ``kind``: edit, undo or redo; ``cost`` is what it changed of the roster's price, minutes."""

    number: int
    kind: str
    of_number: int | None
    words: str
    by: str
    at: datetime
    cost: float
    stands: bool
    when: date | None
    #: How many steps that stand would be taken back by going back to this one.
    later: int


@router.get(PAGE, permission=Permission.PLAN_READ)
def history_page(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    before: str = "",
) -> Response:
    """The steps, the latest first; ``before``: those before that step."""
    page = roster_page(request, session, person, team_id, roster_id, "history")
    return _page(request, session, page, before=_number(before))


@router.post(PAGE, permission=Permission.PLAN_EDIT)
def back(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    form: PostedForm,
) -> Response:
    """Back to a step: what was done after it is taken back."""
    page = roster_page(request, session, person, team_id, roster_id, "history")
    text = form.get("number", "")
    number = _number(text)
    try:
        if number is None:
            raise ProblemError("'{value}' is no step of the history; choose one from the list", value=text)
        # All of it or nothing: half of the way back would be a draft that never was.
        with session.begin_nested():
            count = editing.back_to(session, roster_id, number, form.row_version(), team_id)
    except ConflictError as error:
        return _again(request, session, person, page, error, 409)
    except ProblemError as error:
        return _again(request, session, person, page, error, 422)
    return redirect(request, f"{page.base}/history", said=BACK, count=count)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _again(
    request: Request, session: Session, person: Person, page: RosterPage, error: Exception, status: int
) -> Response:
    head = page.stored.head
    page = roster_page(request, session, person, head.team_id, head.roster_id, "history")
    return _page(request, session, page, sentence(error, language_of(request)) or str(error), status)


def _page(
    request: Request,
    session: Session,
    page: RosterPage,
    wrong: str = "",
    status: int = 200,
    before: int | None = None,
) -> Response:
    history = editing.history(session, page.stored.head.roster_id, before)
    names = author_names(session, {row.by for row in history.edits})
    steps = _steps(page.stored.plan, history, names, language_of(request))
    shown(session, page, citizens_named(page, steps))
    return render(
        request,
        "planner/board/history.html",
        status,
        roster=page,
        steps=steps,
        standing=history.standing_all,
        earlier=steps[-1].number if history.has_earlier else None,
        has_later=history.has_later,
        wrong=wrong,
    )


def _steps(plan: Plan, history: editing.HistoryPage, names: Mapping[str, str], lang: str) -> list[Step]:
    """The steps as they are shown, the latest first."""
    found, later = [], history.standing_later
    for row in history.edits:
        stands = row.kind == editing.EDIT and row.id in history.standing
        found.append(
            Step(
                row.number,
                row.kind,
                history.numbers.get(row.of_id) if row.of_id else None,
                command_words(plan, row.command, lang),
                names.get(row.by, row.by),
                row.at,
                row.cost,
                stands,
                _date(plan, row),
                later,
            )
        )
        later += stands
    return found


def _date(plan: Plan, row: LoggedEdit) -> date | None:
    """The day on which it is to be seen."""
    into = (*row.patch.visits.into, *row.patch.visits.out)
    if into:
        return plan.date(into[0].day)
    breaks = (*row.patch.breaks.into, *row.patch.breaks.out)
    if breaks:
        return plan.date(breaks[0].start_min // 1440)
    given = (*row.patch.open_shifts.into, *row.patch.open_shifts.out)
    shift = plan.problem.shift_by_id.get(given[0].shift_id) if given else None
    return None if shift is None else plan.date(shift.day)
