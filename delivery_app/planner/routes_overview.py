"""A team's overview: its weeks as rows, from which everything else is reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.db import Database
from delivery_app.jobs.ahead import AHEAD
from delivery_app.planner.routes_generate import today
from delivery_app.security.permissions import Permission
from delivery_app.services.glass import unseen
from delivery_app.services.names import author_names
from delivery_app.services.team_list.reading import looked_at, team_list
from delivery_app.services.weeks import WEEK, WeekLine, is_empty, monday_before, week_lines
from delivery_app.settings import Settings
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.page import load_templates, render
from delivery_app.web.routing import PermissionRoute, RoleRouter

router = RoleRouter()
WEEKS_BEFORE, WEEKS = 2, 7
ROSTER = "/planner/{team_id}/rosters/{roster_id}/"
#: So many rosters are read before they are opened.
OPENED_NEXT = 4


@contextmanager
def background(database: Database, settings: Settings) -> Iterator[None]:
    """Read ahead while the app is up."""
    with AHEAD.running(database, load_templates):
        yield


@router.get("/planner/{team_id}", permission=Permission.PLAN_READ)
def overview(
    request: Request,
    team_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    week: str = "",
) -> Response:
    """Two weeks back, this one and four ahead; ``week`` begins the list at another Monday."""
    this_monday = monday_before(today(now))
    first = _monday(week) or this_monday - WEEKS_BEFORE * WEEK
    weeks = week_lines(session, team_id, first, WEEKS, today=today(now), now=now)
    AHEAD.soon(opened_next(weeks, this_monday))
    return render(
        request,
        "planner/overview.html",
        weeks=weeks,
        is_empty=not any(line.shifts for line in weeks) and is_empty(session, team_id),
        may_import=person.may(Permission.TEAM_IMPORT, team_id),
        by_names=author_names(session, _authors(weeks)),
        earlier=first - WEEKS * WEEK,
        later=first + WEEKS * WEEK,
        is_now=first == this_monday - WEEKS_BEFORE * WEEK,
        may_start=person.may(Permission.RUN_START, team_id),
        may_publish=person.may(Permission.PLAN_PUBLISH, team_id),
        seen_from_outside=unseen(session, team_id) if person.may(Permission.GLASS_REVIEW, team_id) else 0,
        list_news=team_list(session, team_id, now).count_new(
            looked_at(session, team_id, person.user_id), person.user_id
        ),
        pages=roster_pages(request),
        opens=first_page(request),
    )


def opened_next(weeks: Iterable[WeekLine], this_monday: date) -> list[UUID]:
    """The rosters that a planner most probably opens: of this week and the next ones what holds and the newest draft."""
    found = []
    for line in weeks:
        if line.monday >= this_monday:
            found += [*([line.published] if line.published else []), *line.drafts[:1]]
    return [row.roster_id for row in found[:OPENED_NEXT]]


def _authors(weeks: Iterable[WeekLine]) -> set[str]:
    """Who made the drafts and ordered the runs that are shown."""
    drafts = {row.made_by for line in weeks for row in line.drafts}
    return drafts | {line.run.by for line in weeks if line.run}


def _monday(text: str) -> date | None:
    """The Monday of the week a date in an address lies in; None when it names none that can be shown."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return monday_before(day) if 2000 <= day.year < 2100 else None


def roster_pages(request: Request) -> frozenset[str]:
    """Which pages of a roster there are."""
    return frozenset(
        route.path.removeprefix(ROSTER)
        for route in request.app.routes
        if isinstance(route, PermissionRoute) and route.path.startswith(ROSTER)
    )


def first_page(request: Request) -> str | None:
    """The page a roster is opened by."""
    known = roster_pages(request)
    return next((page for page in ("week", "day") if page in known), None)
