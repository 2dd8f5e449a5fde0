"""A run's page: how far it is, live; ended early by a button; what it has made. And who carries runs out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from time import monotonic
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from delivery_app.db import Database
from delivery_app.i18n import N_
from delivery_app.jobs import runs
from delivery_app.jobs.ahead import AHEAD
from delivery_app.jobs.embedded import EmbeddedRunner
from delivery_app.planner.routes_overview import first_page, roster_pages
from delivery_app.planner.run_view import Comparison, RunView, run_view
from delivery_app.security.permissions import Permission
from delivery_app.services.names import team_authors
from delivery_app.services.weeks import published_for, roster_line
from delivery_app.settings import Settings
from delivery_app.web.deps import CurrentPerson, DbSession, OpenDatabase
from delivery_app.web.language import language_of
from delivery_app.web.page import page_environment, redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import Roster

router = RoleRouter()
ENDING = N_("The run is being ended; the best roster so far becomes a draft.")
#: How often the run is looked at, and how long an answer goes on before the browser asks anew: short enough that a
#: server which stops does not wait for it, and that a sign-in that has ended is noticed.
LOOK_SECONDS, STREAM_SECONDS = 0.5, 20.0
#: The browser asks again so many milliseconds after an answer has ended.
RETRY_MS = 500


@contextmanager
def background(database: Database, settings: Settings) -> Iterator[None]:
    """Carry out runs while the app is up."""
    runner = EmbeddedRunner(database, settings, at_once=settings.runs_at_once)
    runner.start()
    try:
        yield
    finally:
        runner.stop()


@router.get("/planner/{team_id}/runs/{run_id}", permission=Permission.PLAN_READ)
def run_page(
    request: Request, team_id: UUID, run_id: UUID, session: DbSession, person: CurrentPerson
) -> Response:
    """The run as it is now; the page follows it by itself."""
    run = _view(session, team_id, run_id)
    if run.roster_id is not None:
        AHEAD.soon([run.roster_id])
    return render(
        request,
        "planner/run.html",
        partial="planner/_run.html",
        by_names=team_authors(session, team_id),
        run=run,
        made=_made(session, run),
        may_start=person.may(Permission.RUN_START, team_id),
        may_publish=person.may(Permission.PLAN_PUBLISH, team_id),
        roster_url=_roster_url(request, team_id, run.roster_id, first_page(request)),
        publish_url=_roster_url(request, team_id, run.roster_id, "publish"),
        compare_url=_roster_url(request, team_id, run.roster_id, "compare/{other_id}"),
    )


@router.post("/planner/{team_id}/runs/{run_id}/cancel", permission=Permission.RUN_START)
def cancel(request: Request, team_id: UUID, run_id: UUID, session: DbSession) -> Response:
    """End the run with the best so far."""
    was_active = _view(session, team_id, run_id).is_active
    runs.cancel(session, run_id)
    return redirect(
        request, f"/planner/{team_id}/runs/{run_id}", said=ENDING if was_active else None, kind="info"
    )


@router.get("/planner/{team_id}/runs/{run_id}/events", permission=Permission.PLAN_READ)
async def events(request: Request, team_id: UUID, run_id: UUID, database: OpenDatabase) -> Response:
    """How far the run is, as server-sent events: ``live`` with the changing part of the page, ``end`` at last.

    An event's id says what the browser has seen, so that one which comes back is told only what is new.
    """

    def look() -> RunView:
        with database.reading() as session:
            return _view(session, team_id, run_id)

    await run_in_threadpool(look)  # "not found" before the stream begins
    lang, seen = language_of(request), request.headers.get("last-event-id", "")

    async def stream() -> AsyncIterator[str]:
        mark, until = seen, monotonic() + STREAM_SECONDS
        yield f"retry: {RETRY_MS}\n\n"
        while monotonic() < until and not await request.is_disconnected():
            run = await run_in_threadpool(look)
            if not run.is_active:
                yield _event("end", run.mark, run.state)
                return
            if run.mark != mark:
                mark = run.mark
                yield _event("live", mark, _live(lang, run))
            await asyncio.sleep(LOOK_SECONDS)

    return StreamingResponse(
        stream(),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


def _view(session: Session, team_id: UUID, run_id: UUID) -> RunView:
    found = runs.progress(session, run_id)
    if found.order.team_id != team_id:
        raise MissingRowError("There is no run with the id {id}", id=run_id)
    return run_view(found)


def _made(session: Session, run: RunView) -> Comparison | None:
    row = None if run.roster_id is None else session.get(Roster, run.roster_id)
    if row is None:
        return None
    published = published_for(session, row.team_id, row.first_monday, row.weeks)
    is_other = published is not None and published.roster_id != row.id
    return Comparison(roster_line(row), published if is_other else None)


def _live(lang: str, run: RunView) -> str:
    template = page_environment(lang).get_template("planner/_run_live.html")
    return template.render(run=run, lang=lang)


def _event(name: str, mark: str, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines() if line.strip())
    return f"id: {mark}\nevent: {name}\n{lines}\n"


def _roster_url(request: Request, team_id: UUID, roster_id: UUID | None, page: str | None) -> str | None:
    """The address of one of a roster's pages, when the app has it."""
    if roster_id is None or page not in roster_pages(request):
        return None
    return f"/planner/{team_id}/rosters/{roster_id}/{page}"
