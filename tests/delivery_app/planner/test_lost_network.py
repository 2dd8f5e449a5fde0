"""Without a network a form stays where it is, with what was typed, and says so; with it again it is sent, once (Z2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from models.tables import Roster
from tests.delivery_app.planner.planned_app import PlannedApp, planned_app
from tests.serving import serving, sign_in


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[PlannedApp, str]]:
    with planned_app(tmp_path) as of, serving(of.app, "auto") as address:
        yield of, address


def status(of: PlannedApp, draft: object) -> tuple[str, str | None]:
    with of.database.reading() as session:
        row = session.scalars(select(Roster).where(Roster.id == draft)).one()
        return row.status, row.note


def test_publishing_without_a_network_loses_nothing(
    served: tuple[PlannedApp, str], chromium_page: Page
) -> None:
    of, address = served
    draft = of.draft(replace(of.roster))
    page = chromium_page
    sign_in(page, address)
    page.goto(address + of.url("publish", draft))
    page.fill("#note", "Efter aftale med Inga")
    page.context.set_offline(True)
    page.locator("#note").press("Enter")
    expect(page.locator(".np-lost")).to_contain_text("Ingen forbindelse")
    assert page.input_value("#note") == "Efter aftale med Inga"
    assert status(of, draft) == ("draft", None)
    page.context.set_offline(False)
    page.locator("#note").press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/publish"))
    assert status(of, draft) == ("published", "Efter aftale med Inga")


def test_two_planners_publish_two_drafts_and_the_second_is_told(
    served: tuple[PlannedApp, str], chromium_page: Page
) -> None:
    of, address = served
    draft = of.draft(replace(of.roster))
    browser = chromium_page.context.browser
    assert isinstance(browser, Browser)
    other = browser.new_context(locale="da-DK")
    try:
        first, second = chromium_page, other.new_page()
        for page in (first, second):
            sign_in(page, address)
        for page in (first, second):
            page.goto(address + of.url("publish", draft))
        first.fill("#note", "Den første")
        first.locator("#note").press("Enter")
        first.wait_for_url(lambda url: not url.endswith("/publish"))
        second.fill("#note", "Den anden")
        second.locator("#note").press("Enter")
        expect(second.locator("main")).not_to_contain_text("Ingen forbindelse")
        second.wait_for_load_state()
        assert status(of, draft) == ("published", "Den første")
    finally:
        other.close()


def test_a_search_without_a_network_says_that_the_list_is_not_its_answer(
    served: tuple[PlannedApp, str], chromium_page: Page
) -> None:
    of, address = served
    page = chromium_page
    sign_in(page, address)
    page.goto(f"{address}/planner/{of.team_id}/carers")
    page.context.set_offline(True)
    page.fill("#q", "zzz")
    expect(page.locator("form[role=search] .np-lost")).to_contain_text("Ingen forbindelse")
    page.context.set_offline(False)
    page.fill("#q", "zzzz")
    expect(page.locator("#carers")).to_contain_text("Ingen passer til søgningen")
    expect(page.locator(".np-lost")).to_have_count(0)
