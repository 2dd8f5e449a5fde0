"""The team's list in a real browser: read and written without network, seen by the planner, and what is new (S18)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from delivery_app.services.records.office import Writer
from delivery_app.services.team_list.reading import looked_at
from delivery_app.services.team_list.writing import write_message, write_task
from models.tables import User
from tests.delivery_app.web.app_examples import PASSWORD
from tests.journeys.tablet_world import MORNING, READY, Tablets, eventually, fail, tablets

#: A folder for pictures of the pages, when somebody wants to look at them.
PICTURES = os.environ.get("TABLET_PICTURES", "")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
PATIENCE_MS = 20_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablets]:
    with tablets(tmp_path_factory.mktemp("team")) as found:
        office(found, MORNING)
        yield found


def user(world: Tablets, name: str) -> User:
    with world.planned.database.reading() as session:
        found = session.scalars(select(User).where(col(User.sign_in_name) == name)).one()
        session.expunge_all()
        return found


def office(world: Tablets, now: datetime) -> None:
    """What the planner has written before."""
    row = user(world, "planner")
    me = Writer(row.id, row.sign_in_name, row.municipality_id, world.planned.team_id)
    with world.planned.database.transaction("planner") as session:
        write_message(session, me, {"text": "Husk mødet klokken 13", "to": "team"}, now)
        write_task(session, me, {"text": "Bestil handsker", "due_on": now.date().isoformat()}, now)


def look(page: Page, name: str) -> None:
    """Nothing that axe finds; pictures of all sizes where they are wanted."""
    assert Axe().run(page, options=WCAG).response["violations"] == []
    for width, height in ((390, 844), (820, 1180), (1280, 800)) if PICTURES else ():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    if PICTURES:
        page.set_viewport_size({"width": 820, "height": 1180})


def write(page: Page, kind: str, text: str) -> None:
    """Fill the form of a kind, which has a text and for a message to whom it is."""
    page.click(f"#f-{kind} > summary")
    form = page.locator(f"#f-{kind} form")
    form.locator("textarea").fill(text)
    if kind == "team_message":
        form.locator("label:has([value=planner])").click()
    form.locator("button[type=submit]").click()


def test_a_carer_writes_without_network_the_planner_sees_it_and_holds_the_meeting(world: Tablets) -> None:
    carer_writes(world)
    planner_reads(world)


def carer_writes(world: Tablets) -> None:
    """Reads and writes without network, then sends."""
    team = world.base + "/team"
    with world.tablet("team") as context:
        page = world.sign_in(context)
        entry = page.locator('.c-nav [data-path="/team"]')
        expect(entry).to_contain_text("2 nye", timeout=PATIENCE_MS)
        page.goto(world.server.address + world.visit_url())
        page.wait_for_selector(READY)
        context.route("**/*", fail)
        write(page, "team_message", "Rampen er løs")
        write(page, "team_topic", "Badet er blevet for tungt for én")
        expect(page.locator("[data-story] [data-local]")).to_have_count(2, timeout=PATIENCE_MS)
        entry.click()
        task = page.locator("[data-task-record]", has_text="Bestil handsker")
        expect(task.locator("[data-new]")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("#page [data-local]", has_text="Rampen er løs")).to_contain_text(
            "venter på at blive sendt"
        )
        expect(entry.locator(".c-news")).to_have_count(0, timeout=PATIENCE_MS)
        task.get_by_role("button", name="Udført").first.click()
        expect(task.locator("[data-task-done]")).to_contain_text(
            "venter på at blive sendt", timeout=PATIENCE_MS
        )
        write(page, "team_task", "Ring til tagmanden")
        expect(page.locator("#page [data-story=team_task] [data-local]")).to_contain_text(
            "Ring til tagmanden"
        )
        own_task_is_done_before_it_is_sent(page)
        look(page, "team-offline")
        context.unroute("**/*")
        page.evaluate("dispatchEvent(new Event('online'))")
        eventually(page, lambda: len(world.records()) == 9, 60)
        expect(page.locator("details[data-keep=list-done]")).to_contain_text(
            "Bestil handsker", timeout=PATIENCE_MS
        )
        expect(page.locator("details[data-keep=list-done]")).to_contain_text(
            "Tagmanden kommer mandag", timeout=PATIENCE_MS
        )
        page.goto(world.server.address + team)
        page.wait_for_selector(READY)
        look(page, "team")
        me = user(world, "carer").id
        assert seen(world, me)
        page.goto(world.server.address + world.base + "/meetings")
        expect(page.locator("article")).to_contain_text(
            "Badet er blevet for tungt for én", timeout=PATIENCE_MS
        )
        look(page, "meetings")
        page.locator("article a").first.click()
        expect(page.locator("[data-kind=team-citizen]")).to_contain_text("Rampen er løs", timeout=PATIENCE_MS)
        look(page, "team-citizen")


def own_task_is_done_before_it_is_sent(page: Page) -> None:
    """A task that stands on this tablet alone is ticked, opened again, and done with a note: records that name its own."""
    mine = page.locator("#page [data-story=team_task] [data-local]")
    mine.get_by_role("button", name="Udført").first.click()
    expect(mine.locator("[data-task-done]")).to_contain_text("venter på at blive sendt")
    expect(mine.locator("[data-task-acts]")).to_be_hidden()
    mine.locator("[data-task-done] button").click()
    page.fill("#regret input[name=reason]", "Ikke endnu")
    page.click("#regret button[type=submit]")
    mine.locator("summary").click()
    mine.locator("input[name=note]").fill("Tagmanden kommer mandag")
    mine.locator("form button[type=submit]").click()
    expect(mine.locator("[data-task-done]")).to_contain_text("Tagmanden kommer mandag")


def planner_reads(world: Tablets) -> None:
    """Sees what is new, and writes down what the meeting decided."""
    with world.tablet("office", viewport={"width": 1280, "height": 900}) as context:
        page = context.pages[0]
        base = f"/planner/{world.planned.team_id}"
        page.goto(f"{world.server.address}/signin?next={base}/team")
        page.fill("input[name=name]", "planner")
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        message = page.locator("#main li", has_text="Rampen er løs")
        expect(message).to_contain_text("ny", timeout=PATIENCE_MS)
        expect(page.locator("#main details", has_text="Bestil handsker")).to_have_count(1)
        me = user(world, "planner").id
        eventually(page, lambda: seen(world, me))
        expect(message).to_contain_text("ny")
        look(page, "office-team")
        page.get_by_role("link", name="Møder").click()
        page.get_by_role("link", name="Hvad kom der ud af det").click(timeout=PATIENCE_MS)
        page.fill("[name=outcome]", "To om badet om tirsdagen")
        page.select_option("[name=decided]", "within_package")
        page.fill("[name=text1]", "Ring til datteren")
        look(page, "office-outcome")
        page.locator("#main form.np-entry button[type=submit]").click()
        expect(page.locator("#main")).to_contain_text("To om badet om tirsdagen", timeout=PATIENCE_MS)
        look(page, "office-meeting")
        page.goto(f"{world.server.address}{base}/meetings")
        expect(page.locator("#main")).to_contain_text("Ring til datteren", timeout=PATIENCE_MS)
        look(page, "office-meetings")


def seen(world: Tablets, user_id: UUID) -> bool:
    with world.planned.database.reading() as session:
        return looked_at(session, world.planned.team_id, user_id) is not None
