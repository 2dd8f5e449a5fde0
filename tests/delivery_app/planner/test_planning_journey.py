"""A planner has a week planned, in a real browser: through a reload, an early end, and a server that goes and comes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from delivery_app.db import Database
from models.tables import PlanningRun, Team
from tests.browser import axe_faults
from tests.delivery_app.jobs.run_examples import installed, rosters, seen, wait_for
from tests.delivery_app.web.app_examples import PASSWORD, add_people

ROOT = Path(__file__).parents[3]
SERVER = """
import sys
import uvicorn
from delivery_app.db import open_database
from delivery_app.main import create_app
from tests.delivery_app.jobs.run_examples import settings_of
if __name__ == "__main__":
    settings = settings_of(sys.argv[1])
    app = create_app(open_database(settings), settings)
    uvicorn.run(app, port=int(sys.argv[2]), log_level="warning", timeout_graceful_shutdown=2)
"""


class Server:
    """The app in a process of its own, that can be killed and started again at the same address."""

    def __init__(self, url: str) -> None:
        self.url = url
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, self.url, str(self.port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        wait_for(self._answers)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As an installation is stopped: what it has begun is ended with it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def _answers(self) -> bool:
        assert self.process.poll() is None, "the server did not start"
        try:
            socket.create_connection(("127.0.0.1", self.port), 0.2).close()
        except OSError:
            return False
        return True


@pytest.fixture
def planning(sqlite_database: str) -> Iterator[tuple[Server, Database, UUID]]:
    """A server with the tiny team."""
    with installed(sqlite_database) as (database, team_id):
        with database.transaction() as session:
            add_people(session, session.get_one(Team, team_id))
        server = Server(sqlite_database)
        try:
            yield server, database, team_id
        finally:
            if server.process.poll() is not None:
                server.start()  # what a killed one has left behind is ended by the next one
            server.stop()


def sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/signin")
    page.get_by_label(re.compile("navn", re.IGNORECASE)).first.fill("planner")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overblik")


def run_id_of(database: Database) -> UUID:
    with database.reading() as session:
        return session.scalars(select(PlanningRun.id)).one()


def test_week_is_planned_through_reload_restart_and_early_end(
    chromium_page: Page, planning: tuple[Server, Database, UUID]
) -> None:
    server, database, _ = planning
    page = chromium_page
    sign_in(page, server)
    assert axe_faults(page) == []
    # By keyboard alone: the link beside the week, the form, the button.
    page.get_by_role("link", name=re.compile("Planlæg ugen.*49")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Planlæg uger")
    assert axe_faults(page) == []
    page.get_by_label("Balanceret").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Kendte ansigter først")).to_be_checked()
    page.get_by_label("Tid til søgningen").select_option("600")
    page.get_by_role("button", name="Start planlægningen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Planlægning af uge 49")
    assert axe_faults(page) == []

    # It goes on by itself, and after a reload.
    curve = page.locator("#run-live svg[role=img]")
    expect(curve).to_be_visible()
    run_id = run_id_of(database)
    page.reload()
    expect(curve).to_be_visible()
    assert axe_faults(page) == []
    before = seen(database, run_id)

    # The server goes away and comes back: the page says so, then goes on, and so has the run.
    server.kill()
    expect(page.locator("#run-lost")).to_be_visible()
    server.start()
    expect(page.locator("#run-lost")).to_be_hidden()
    drawn = curve.get_attribute("aria-label")
    expect(curve).not_to_have_attribute("aria-label", drawn or "")
    found = seen(database, run_id)
    assert (found.state, found.attempt) == ("running", 1)
    assert len(found.steps) > len(before.steps)

    page.get_by_role("button", name="Stop nu").click()
    expect(page.get_by_role("heading", name="Udkastet er klar")).to_be_focused()
    assert axe_faults(page) == []
    assert len(rosters(database)) == 1
    assert seen(database, run_id).cancel_by == "planner"
    page.get_by_role("link", name="Til overblikket").click()
    expect(page.get_by_text("Udkast", exact=True)).to_be_visible()
    assert axe_faults(page) == []


def test_page_without_script_shows_the_run_all_the_same(
    chromium_page: Page, planning: tuple[Server, Database, UUID]
) -> None:
    server, database, _ = planning
    browser = chromium_page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, locale="da-DK")
    try:
        page = context.new_page()
        sign_in(page, server)
        page.get_by_role("link", name=re.compile("Planlæg ugen.*49")).click()
        page.get_by_label("Tid til søgningen").select_option("30")
        page.get_by_role("button", name="Start planlægningen").click()
        # Here it is loaded again by hand: scripts are forbidden to this browser, but it does not say so to pages.
        expect(page.get_by_role("heading", level=1)).to_have_text("Planlægning af uge 49")
        wait_for(lambda: page.reload() and page.get_by_role("heading", name="Udkastet er klar").count())
    finally:
        context.close()
    assert seen(database, run_id_of(database)).state == "done"


def test_stopped_server_begins_its_run_anew(
    chromium_page: Page, planning: tuple[Server, Database, UUID]
) -> None:
    server, database, team_id = planning
    page = chromium_page
    sign_in(page, server)
    page.goto(f"{server.address}/planner/{team_id}/generate")
    page.get_by_role("button", name="Start planlægningen").click()
    page.locator("#run-live svg[role=img]").wait_for()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 30
    run_id = run_id_of(database)
    assert seen(database, run_id).state == "waiting"
    server.start()
    page.get_by_text("Planlægningen blev afbrudt og er begyndt forfra.").wait_for()
    assert seen(database, run_id).attempt == 2
