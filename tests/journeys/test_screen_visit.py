"""A screen visit in two real browsers with the cameras that Chromium makes up (S9, D6)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from delivery_app.moment import point_in_time
from delivery_app.services.screen.links import make_link, revoke_link
from delivery_app.services.screen.office import Office
from models.tables import Citizen, Need, ScreenAssessment, ScreenCall, Visit
from tests.browser import axe_faults
from tests.journeys.tablet_world import Tablets, eventually, tablets

CAMERAS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
#: When the visit begins.
START_MIN = 8 * 60 + 30
PLAYS = (
    "(id) => { const one = document.getElementById(id); return one.videoWidth > 0 && one.currentTime > 0.3; }"
)


@dataclass
class Called:
    """A team whose first visit is one by screen, and the citizen's link."""

    tablets: Tablets
    citizen_id: UUID
    need_id: UUID
    day: str
    token: str

    @property
    def call_url(self) -> str:
        team = self.tablets.planned.team_id
        return f"{self.tablets.server.address}/call/{team}/{self.need_id}/{self.day}"

    @property
    def citizen_url(self) -> str:
        return f"{self.tablets.server.address}/call#{self.token}"

    def new_link(self) -> str:
        with self.tablets.planned.database.transaction("setup") as session:
            now = self.tablets.planned.app.state.clock()
            self.token, _ = make_link(
                session, self.tablets.planned.team_id, self.citizen_id, by="setup", now=now
            )
        return self.token

    def calls(self) -> list[ScreenCall]:
        with self.tablets.planned.database.reading() as session:
            found = list(session.scalars(select(ScreenCall).order_by(col(ScreenCall.opened_at))))
            session.expunge_all()
            return found

    @contextmanager
    def browser(self, name: str, *, cameras: bool = True) -> Iterator[BrowserContext]:
        """A browser of its own, with a camera and a microphone."""
        with self.tablets.tablet(name, more=CAMERAS if cameras else ()) as context:
            yield context


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Called]:
    with tablets(tmp_path_factory.mktemp("screen")) as found:
        need_id, day, _ = found.visits[1]
        began, start = time.monotonic(), point_in_time(date.fromisoformat(day), START_MIN)
        # The visit is about to begin.
        found.planned.app.state.clock = clock = lambda: (
            start - timedelta(minutes=10) + timedelta(seconds=time.monotonic() - began)
        )
        with found.planned.database.transaction("setup") as session:
            need = session.get_one(Need, need_id)
            citizen = session.get_one(Citizen, need.citizen_id)
            need.modality, citizen.screen_able = "screen", True
            session.execute(
                Visit.__table__.update().where(Visit.__table__.c.need_id == need_id).values(modality="screen")  # type: ignore[attr-defined]
            )
            session.add(
                ScreenAssessment(
                    municipality_id=citizen.municipality_id,
                    team_id=citizen.team_id,
                    citizen_id=citizen.id,
                    assessed_on=clock().date(),
                    outcome="able",
                )
            )
            citizen_id = citizen.id
        called = Called(found, citizen_id, need_id, day, "")
        called.new_link()
        yield called


@pytest.fixture(autouse=True)
def _nobody_on_the_line(world: Called) -> None:
    """What a test before left open is over."""
    app = world.tablets.planned.app
    app.state.office = Office(world.tablets.planned.database, app.state.clock)


def state(page: Page) -> str:
    """Where a page of the call stands."""
    return page.get_attribute("main", "data-now") or ""


def stands(page: Page, wanted: str) -> None:
    """Wait until a page stands there."""
    expect(page.locator("main")).to_have_attribute("data-now", wanted)


def carer_page(world: Called, context: BrowserContext) -> Page:
    page = world.tablets.sign_in(context)
    page.goto(world.call_url)
    stands(page, "before")
    return page


def citizen_page(world: Called, context: BrowserContext) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.goto("about:blank")
    page.goto(world.citizen_url)
    return page


def connect(carer: Page, citizen: Page) -> None:
    """Call, answer, and wait until both see and hear each other."""
    carer.get_by_role("button", name=re.compile("^Ring til")).click()
    stands(citizen, "ring")
    citizen.get_by_role("button", name="Svar").click()
    for page in (carer, citizen):
        stands(page, "talking")
        page.wait_for_function(PLAYS, arg="far")


def test_carer_and_citizen_see_and_hear_each_other(world: Called) -> None:
    """The citizen's page has one button; both pictures move; hanging up ends it for both and is written down."""
    with world.browser("carer-1") as one, world.browser("citizen-2") as two:
        citizen = citizen_page(world, two)
        stands(citizen, "idle")
        assert "kl. 08.30" in citizen.inner_text("main")
        assert axe_faults(citizen) == []
        carer = carer_page(world, one)
        assert axe_faults(carer) == []
        carer.get_by_role("button", name=re.compile("^Ring til")).click()
        stands(citizen, "ring")
        assert axe_faults(citizen) == []
        assert citizen.get_by_role("button").count() == 1
        citizen.get_by_role("button", name="Svar").click()
        for page in (carer, citizen):
            stands(page, "talking")
            page.wait_for_function(PLAYS, arg="far")
            assert axe_faults(page) == []
        citizen.get_by_role("button", name="Læg på").click()
        for page in (carer, citizen):
            stands(page, "over")
            assert axe_faults(page) == []
        call = world.calls()[-1]
        assert call.ended_by == "citizen"
        assert call.joined_at is not None
        assert call.connected_at is not None
        assert call.ended_at is not None
        assert call.opened_at <= call.joined_at <= call.connected_at <= call.ended_at


def test_a_call_outlives_a_lost_connection_to_the_app(world: Called) -> None:
    """The app is gone and comes back: the picture goes on, and hanging up still reaches the other end."""
    with world.browser("carer-3") as one, world.browser("citizen-4") as two:
        citizen, carer = citizen_page(world, two), carer_page(world, one)
        stands(citizen, "idle")
        connect(carer, citizen)
        world.tablets.server.kill()
        expect(carer.locator("#net")).to_be_visible(timeout=20_000)
        before = citizen.evaluate("document.getElementById('far').currentTime")
        citizen.wait_for_function(
            "(before) => document.getElementById('far').currentTime > before + 0.5", arg=before
        )
        world.tablets.server.start()
        expect(carer.locator("#net")).to_be_hidden(timeout=20_000)
        expect(citizen.locator("#net")).to_be_hidden(timeout=20_000)
        carer.get_by_role("button", name="Læg på").click()
        stands(carer, "over")
        stands(citizen, "over")


def test_a_page_that_is_loaded_again_is_called_again(world: Called) -> None:
    with world.browser("carer-5") as one, world.browser("citizen-6") as two:
        citizen, carer = citizen_page(world, two), carer_page(world, one)
        stands(citizen, "idle")
        connect(carer, citizen)
        citizen.reload()
        stands(citizen, "ring")
        citizen.get_by_role("button", name="Svar").click()
        for page in (carer, citizen):
            stands(page, "talking")
            page.wait_for_function(PLAYS, arg="far")
        carer.get_by_role("button", name="Læg på").click()
        stands(citizen, "over")


def test_only_one_page_answers_and_a_link_that_is_revoked_does_not(world: Called) -> None:
    with world.browser("citizen-7", cameras=False) as two:
        first = citizen_page(world, two)
        stands(first, "idle")
        second = two.new_page()
        second.goto(world.citizen_url)
        stands(second, "idle")
        stands(first, "elsewhere")
        world.new_link()
        third = two.new_page()
        third.goto(world.citizen_url)
        stands(third, "idle")
        wrong = two.new_page()
        wrong.goto(f"{world.tablets.server.address}/call#{'x' * 32}")
        stands(wrong, "unknown")
        assert axe_faults(wrong) == []
        with world.tablets.planned.database.transaction("setup") as session:
            planned = world.tablets.planned
            revoke_link(session, planned.team_id, world.citizen_id, by="setup", now=planned.app.state.clock())
        third.reload()
        stands(third, "unknown")
        world.new_link()


def test_who_may_not_use_the_camera_is_told_what_to_do(world: Called) -> None:
    with world.browser("shy-8", cameras=False) as two:
        citizen = citizen_page(world, two)
        stands(citizen, "idle")
        citizen.get_by_role("button", name="Prøv kamera og lyd").click()
        eventually(citizen, lambda: state(citizen) in ("denied", "nocamera"))
        assert citizen.get_by_role("button", name="Prøv igen").is_visible()
        assert axe_faults(citizen) == []


def test_a_carer_writes_down_how_it_went_and_that_somebody_has_to_come(world: Called) -> None:
    with world.browser("carer-9") as one:
        page = world.tablets.sign_in(one)
        page.goto(world.tablets.server.address + world.tablets.visit_url(1))
        page.wait_for_selector("#screen")
        page.click("#screen button[data-record=screen_opened]")
        page.wait_for_url("**/call/**")
        page.goto(world.tablets.server.address + world.tablets.visit_url(1))
        page.wait_for_selector("#f-screen_ended")
        page.click("#f-screen_ended > summary")
        page.click("#f-screen_ended label:has-text('dårlig')")
        page.click("#f-screen_ended label:has-text('nogen skal komme')")
        page.click("#f-screen_ended button[type=submit]")
        page.click("#f-screen_assessed > summary")
        page.click("#f-screen_assessed label:has-text('ikke')")
        page.click("#f-screen_assessed button[type=submit]")
        eventually(page, lambda: {"screen_opened", "screen_ended", "screen_assessed"} <= {
            row.kind for row in world.tablets.records()
        })  # fmt: skip
    with world.tablets.planned.database.reading() as session:
        assert session.get_one(Citizen, world.citizen_id).screen_able is False
