"""The standing roster (grundplan): made of published weeks, and the start of a new week. Public holidays beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.standing import make_standing, start_week
from delivery_app.i18n import N_
from delivery_app.planner.entry_pages import today_of
from delivery_app.planner.standing_view import StandingView, standing_view
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.holidays import holiday_lines, keep_holidays
from delivery_app.services.names import team_authors
from delivery_app.services.team_rows import monday_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import RememberingError

router = RoleRouter()
STANDING = "/planner/{team_id}/standing"
HOLIDAYS = "/planner/{team_id}/holidays"
#: Weeks ahead that can be begun.
AHEAD = 12


@dataclass(frozen=True)
class WeekChoice:
    """A week to choose."""

    monday: date
    number: int


@router.get(STANDING, permission=Permission.TEAM_READ)
def standing(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """What the standing roster is, and what can be done with it."""
    return _page(request, team_id, session, person, now)


@router.post(STANDING, permission=Permission.PLAN_EDIT)
def make(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Let published weeks be the standing roster from now on."""
    try:
        weeks = sent.get("weeks", "")
        row = make_standing(
            session, team_id, _monday(sent.get("monday", "")), int(weeks) if weeks.isdigit() else 0
        )
    except RememberingError as error:
        return _page(request, team_id, session, person, now, error)
    return redirect(
        request,
        f"/planner/{team_id}/standing",
        said=N_("From now on this is the standing roster: {weeks} weeks."),
        weeks=row.weeks,
    )


@router.post(STANDING + "/start", permission=Permission.PLAN_EDIT)
def start(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Begin a week as the standing roster has it."""
    try:
        draft = start_week(session, team_id, _monday(sent.get("week", "")))
    except RememberingError as error:
        return _page(request, team_id, session, person, now, error)
    note_read(session, [])
    said = N_("The week is begun: {placed} visits as in the standing roster, {unplaced} without a place yet.")
    figures = draft.figures
    pages = {getattr(route, "path", "") for route in request.app.routes}
    week = "/planner/{team_id}/rosters/{roster_id}/week"
    url = f"/planner/{team_id}/rosters/{draft.id}/week" if week in pages else f"/planner/{team_id}"
    return redirect(
        request,
        url,
        said=said,
        placed=int(figures.get("placed", 0)),
        unplaced=int(figures.get("unplaced", 0)),
    )


def _monday(text: str) -> date:
    try:
        return monday_of(date.fromisoformat(text))
    except ValueError:
        raise RememberingError("'{value}' is not a week; choose one of the list", value=text[:40]) from None


def _page(
    request: Request,
    team_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    error: RememberingError | None = None,
) -> Response:
    view: StandingView = standing_view(session, team_id)
    note_read(session, view.citizens)
    this = monday_of(today_of(now))
    return render(
        request,
        "planner/standing.html",
        422 if error is not None else 200,
        view=view,
        by_names=team_authors(session, team_id),
        error="" if error is None else sentence(error, language_of(request)),
        weeks=[
            WeekChoice(monday, monday.isocalendar().week)
            for monday in (this + timedelta(days=7 * number) for number in range(AHEAD))
        ],
        next_monday=this + timedelta(days=7),
        may_edit=person.may(Permission.PLAN_EDIT, team_id),
    )


@router.get(HOLIDAYS, permission=Permission.TEAM_READ)
def holidays(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, year: str = ""
) -> Response:
    """A year's public holidays, and which of them the team keeps."""
    chosen = (
        int(year) if year.isascii() and year.isdigit() and 2000 <= int(year) < 2100 else today_of(now).year
    )
    return render(
        request,
        "planner/holidays.html",
        year=chosen,
        lines=holiday_lines(session, team_id, chosen, language_of(request)),
        may_edit=person.may(Permission.TEAM_EDIT, team_id),
        error="",
        extra="",
    )


@router.post(HOLIDAYS, permission=Permission.TEAM_EDIT)
def keep(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Save which dates are holidays."""
    text = sent.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and 2000 <= int(text) < 2100 else today_of(now).year
    extra = sent.get("extra", "")
    try:
        dates = {date.fromisoformat(one) for one in (*sent.all("date"), *([extra] if extra else []))}
        wrong = any(when.year != year for when in dates)
    except ValueError:
        wrong, dates = True, set()
    if wrong:
        return render(
            request,
            "planner/holidays.html",
            422,
            year=year,
            lines=holiday_lines(session, team_id, year, language_of(request)),
            may_edit=person.may(Permission.TEAM_EDIT, team_id),
            error=extra or "?",
            extra=extra,
        )
    keep_holidays(session, team_id, year, dates)
    return redirect(request, f"/planner/{team_id}/holidays?year={year}", said=N_("Saved."))
