"""The day live: what planners and leaders see of it while it happens, without loading the page again."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from threading import Lock
from time import monotonic
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from delivery_app.moment import ZONE
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services.live.day import LiveDay, live_day, mark_of
from delivery_app.services.plans import Kept
from delivery_app.web.access import access_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, OpenDatabase, get_now
from delivery_app.web.language import language_of
from delivery_app.web.page import page_environment, render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
PAGE = "/planner/{team_id}/live"
#: How often it is looked whether something has changed, how often lateness is foreseen anew without that, how often
#: the page is told that it is still live, and how long an answer goes on before the browser asks anew.
LOOK_SECONDS, AGAIN_SECONDS, BEAT_SECONDS, STREAM_SECONDS = 1.0, 20.0, 4.0, 20.0
RETRY_MS = 500
#: For so many open pages it is remembered whom they have shown, so that each citizen is logged once a page and day.
PAGES_KEPT = 500


class Shown:
    """Whom an open page has shown already, by its session, team and date."""

    def __init__(self) -> None:
        self._shown: OrderedDict[tuple[UUID, UUID, dt.date], set[UUID]] = OrderedDict()
        self._lock = Lock()

    def new(self, person: Person, team_id: UUID, day: LiveDay, *, opened: bool = False) -> set[UUID]:
        """The citizens who were not shown yet; all of them when the page is opened."""
        key = (person.session_id, team_id, day.on_date)
        with self._lock:
            before = set() if opened else self._shown.get(key, set())
            self._shown[key] = before | day.citizens
            self._shown.move_to_end(key)
            while len(self._shown) > PAGES_KEPT:
                self._shown.popitem(last=False)
        return set(day.citizens - before)


SHOWN = Shown()
#: What was drawn last: open pages of the same team that follow the same are told the same, and it is worked out once.
DRAWN: Kept[tuple[LiveDay, str]] = Kept(20)


@router.get(PAGE, permission=Permission.PLAN_READ)
def live_page(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """The day as it is now; the page follows it by itself."""
    day = live_day(session, team_id, now)
    note_read(session, SHOWN.new(person, team_id, day, opened=True))
    return render(
        request,
        "planner/live.html",
        partial="planner/_live.html",
        day=day,
        base=f"/planner/{team_id}",
        may_fit=person.may(Permission.PLAN_PUBLISH, team_id),
    )


@router.get(PAGE + "/events", permission=Permission.PLAN_READ)
async def events(request: Request, team_id: UUID, person: CurrentPerson, database: OpenDatabase) -> Response:
    """The day as server-sent events: ``live`` with the changing part of the page, ``beat`` with the time."""
    lang, access = language_of(request), access_of(request, person)
    may_fit = person.may(Permission.PLAN_PUBLISH, team_id)

    def mark() -> str:
        with database.reading() as session:
            return mark_of(session, team_id, get_now(request))

    def draw(mark: str) -> str:
        now = get_now(request)
        with database.reading(access) as session:

            def make() -> tuple[LiveDay, str]:
                day = live_day(session, team_id, now)
                return day, _drawn(lang, team_id, day, may_fit)

            turn = int(now.timestamp() // AGAIN_SECONDS)
            day, html = DRAWN.get((database, team_id, lang, may_fit, mark, turn), make)
            note_read(session, SHOWN.new(person, team_id, day))
            return html

    async def stream() -> AsyncIterator[str]:
        seen, known = request.headers.get("last-event-id", ""), ""
        drawn_at, beaten_at, until = float("-inf"), float("-inf"), monotonic() + STREAM_SECONDS
        yield f"retry: {RETRY_MS}\n\n"
        while monotonic() < until and not await request.is_disconnected():
            found = await run_in_threadpool(mark)
            if found != known or monotonic() - drawn_at > AGAIN_SECONDS:
                known, drawn_at = found, monotonic()
                html = await run_in_threadpool(draw, found)
                digest = hashlib.sha256(html.encode()).hexdigest()[:16]
                if digest != seen:
                    seen = digest
                    yield _event("live", html, digest)
            if monotonic() - beaten_at > BEAT_SECONDS:
                beaten_at = monotonic()
                yield _event("beat", f"{get_now(request).astimezone(ZONE):%H:%M:%S}")
            await asyncio.sleep(LOOK_SECONDS)

    return StreamingResponse(
        stream(),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


def _drawn(lang: str, team_id: UUID, day: LiveDay, may_fit: bool) -> str:
    template = page_environment(lang).get_template("planner/_live.html")
    return template.render(day=day, lang=lang, base=f"/planner/{team_id}", may_fit=may_fit)


def _event(name: str, text: str, mark: str = "") -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines() if line.strip())
    return (f"id: {mark}\n" if mark else "") + f"event: {name}\n{lines}\n"
