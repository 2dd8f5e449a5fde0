"""A carer's tablet in a real browser: the app on a port of its own, which can be killed and come back, and a profile
on the disk that outlives the browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import uvicorn
from playwright.sync_api import BrowserContext, Page, Playwright, Route, sync_playwright
from sqlmodel import col, select

from delivery_app.services.accounts import create_user, give_role
from models.tables import Carer, Citizen, Need, Record, Team, TeamMembership
from models.user import Role
from scheduler.problem import Point, Problem
from scheduler.roster import PlacedBreak, PlacedVisit, Roster
from tests.browser import ARGUMENTS, MISSING, PATIENCE_MS, BrowserUnavailableError, executable
from tests.delivery_app.planner.planned_app import NOW, PlannedApp, planned_app
from tests.delivery_app.web.app_examples import PASSWORD
from tests.scheduler.cases import carer, citizen, need, problem, roster, shift

CODE = "sol over fjorden"
READY = "html[data-ready]"
#: The pages of the next days are on the tablet.
BROUGHT = "html[data-brought]"
DAYS = 7
#: Two minutes before the first visit.
MORNING = NOW.replace(hour=7, minute=28)


@dataclass
class Server:
    """The app, served; ``kill`` closes the port in the middle of whatever goes on."""

    app: Any
    port: int
    running: list[tuple[uvicorn.Server, threading.Thread]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        config = uvicorn.Config(
            self.app, port=self.port, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        assert server.started
        self.running.append((server, thread))

    def kill(self) -> None:
        while self.running:
            server, thread = self.running.pop()
            server.force_exit = server.should_exit = True
            thread.join(20)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Tablets:
    """The world of a test: who is a carer of what, and tablets on the disk."""

    planned: PlannedApp
    server: Server
    playwright: Playwright
    folder: Path
    #: Visits of the first carer on Monday: need id, date, name of the citizen.
    visits: list[tuple[UUID, str, str]]
    code: str

    @property
    def base(self) -> str:
        return f"/carer/{self.planned.team_id}"

    def visit_url(self, number: int = 0) -> str:
        need_id, when, _ = self.visits[number]
        return f"{self.base}/visit/{need_id}/{when}"

    @contextmanager
    def tablet(
        self, name: str = "tablet", *, more: Sequence[str] = (), **options: Any
    ) -> Iterator[BrowserContext]:
        """A browser whose profile stays on the disk; opened again under the same name it is the same tablet."""
        program = executable()
        if program is None:
            raise BrowserUnavailableError(MISSING)
        given = {
            "locale": "da-DK",
            "timezone_id": "Europe/Copenhagen",
            "viewport": {"width": 820, "height": 1180},
        }
        context = self.playwright.chromium.launch_persistent_context(
            str(self.folder / name),
            executable_path=program,
            args=[*ARGUMENTS, "--no-sandbox", *more],
            **(given | options),
        )
        context.set_default_timeout(PATIENCE_MS)
        errors: list[str] = []
        context.on("weberror", lambda error: errors.append(str(error.error)))
        try:
            yield context
        finally:
            context.close()
        assert not errors, f"scripts of the page failed: {errors}"

    def sign_in(self, context: BrowserContext, name: str = "carer", then: str = "") -> Page:
        """Sign in; ends on the carer's page when the app has everything it needs."""
        page = context.pages[0] if context.pages else context.new_page()
        page.goto(f"{self.server.address}/signin?next={then or self.base}")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/signin" not in url)
        page.wait_for_selector(READY)
        self.settle(page)
        return page

    def settle(self, page: Page) -> None:
        """The worker keeps the frame, and all pages of the next days have been fetched and written down."""
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        page.wait_for_selector(BROUGHT, state="attached")

    def records(self) -> list[Record]:
        """What the server has, in the order of the tablets' numbers."""
        with self.planned.database.reading() as session:
            found = session.scalars(select(Record).order_by(col(Record.device_seq), col(Record.id))).all()
            session.expunge_all()
            return list(found)

    def names(self) -> list[str]:
        """Names of all citizens of the team."""
        with self.planned.database.reading() as session:
            return list(session.scalars(sa.select(col(Citizen.name))))


@contextmanager
def tablets(folder: Path) -> Iterator[Tablets]:
    """The app over the team of three, its clock going on from Monday morning; ``carer`` and ``carer2`` are carers of it."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    with planned_app(folder / "data", *_team()) as planned, sync_playwright() as playwright:
        began = time.monotonic()
        planned.app.state.clock = lambda: MORNING + timedelta(seconds=time.monotonic() - began)
        code, visits = _carers(planned)
        server = Server(planned.app, free_port())
        server.start()
        try:
            yield Tablets(planned, server, playwright, folder / "profiles", visits, code)
        finally:
            server.kill()


def _team() -> tuple[Problem, Roster]:
    """Three carers with five visits a day each, a break, and one visit by two; no rule broken."""
    citizens = [citizen(f"c{one:02}", point=Point(55.6 + one / 1000, 12.3)) for one in range(14)]
    needs = [
        need(
            f"n{one:02}", row.citizen_id, "07:00-14:00", days=tuple(range(DAYS)), carers=2 if one == 13 else 1
        )
        for one, row in enumerate(citizens)
    ]
    carers = [carer(f"k{one}") for one in range(3)]
    shifts = [
        shift(f"s{one}-{day}", f"k{one}", day, "07:00-15:00", break_minutes=30,
              break_from_min=day * 1440 + 600, break_to_min=day * 1440 + 780)
        for one in range(3)
        for day in range(DAYS)
    ]  # fmt: skip
    of = problem(citizens=citizens, needs=needs, carers=carers, shifts=shifts)
    of = replace(of, municipality="albertslund", matrix={})
    visits, breaks = [], []
    for day in range(DAYS):
        for number, row in enumerate(needs):
            who = (0, 1) if number == 13 else (number % 3,)
            start = (
                day * 1440
                + 7 * 60
                + 30
                + (number // 3) * 60
                + (60 if number >= 9 else 0)
                + (60 if number == 13 else 0)
            )
            visits.append(
                PlacedVisit(
                    row.need_id, row.citizen_id, day, start, start + 30, "home",
                    tuple(f"k{one}" for one in who), tuple(f"s{one}-{day}" for one in who),
                )
            )  # fmt: skip
        breaks += [PlacedBreak(f"s{one}-{day}", day * 1440 + 630, day * 1440 + 660) for one in range(3)]
    return of, roster(of, visits, breaks=tuple(breaks))


def _carers(planned: PlannedApp) -> tuple[str, list[tuple[UUID, str, str]]]:
    counts: dict[str, int] = {}
    for visit in planned.roster.visits:
        if visit.day == 0:
            counts[visit.carers[0]] = counts.get(visit.carers[0], 0) + 1
    code, other = sorted(counts, key=lambda one: -counts[one])[:2]
    with planned.database.transaction("setup") as session:
        team = session.get_one(Team, planned.team_id)
        user = create_user(
            session,
            municipality_id=team.municipality_id,
            sign_in_name="carer2",
            name="Anden Prøve",
            password=PASSWORD,
        )
        give_role(session, user, team, Role.CARER)
        session.flush()
        rows = session.scalars(select(TeamMembership).where(col(TeamMembership.role) == "carer")).all()
        of = {row.code: row.id for row in session.scalars(select(Carer))}
        for row in rows:
            row.carer_id = of[other] if row.user_id == user.id else of[code]
        needs = {row.code: row.id for row in session.scalars(select(Need))}
        names = {row.code: row.name for row in session.scalars(select(Citizen))}
    mine = sorted(
        (one for one in planned.roster.visits if one.day == 0 and code in one.carers),
        key=lambda one: one.start_min,
    )
    return code, [(needs[one.need_id], NOW.date().isoformat(), names[one.citizen_id]) for one in mine]


def eventually(page: Page, check: Callable[[], bool], seconds: float = PATIENCE_MS / 1000) -> None:
    """Wait until something is so; the browser goes on meanwhile."""
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "it did not come true"
        page.wait_for_timeout(100)


def unsent(page: Page) -> int:
    """What the bar says."""
    return int(page.inner_text("#unsent-count") or 0)


def wait_unsent(page: Page, wanted: int, seconds: float = PATIENCE_MS / 1000) -> None:
    """The bar says so, or will: it is drawn a moment after a record is kept or sent."""
    eventually(page, lambda: unsent(page) == wanted, seconds)


def moment(when: datetime) -> str:
    """As JavaScript writes it."""
    return when.isoformat()


def fail(route: Route) -> None:
    """No answer."""
    route.abort("connectionfailed")
