"""A carer registers, and the planner's page shows it at once; without a connection it says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe_faults
from tests.delivery_app.records.tablet_app import TabletApp, tablet_app
from tests.serving import serving, sign_in


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[TabletApp, str]]:
    with tablet_app(tmp_path) as of, serving(of.planned.app, "auto") as address:
        yield of, address


def test_what_a_carer_records_is_seen_at_once(served: tuple[TabletApp, str], chromium_page: Page) -> None:
    app, address = served
    page = chromium_page
    sign_in(page, address)
    page.goto(f"{address}/planner/{app.planned.team_id}/live")
    visit = page.locator(f'[data-visit^="{app.needs["n1"]}/"]')
    expect(visit).to_have_attribute("data-state", "planned")
    expect(page.locator("#live-sign")).to_be_visible()
    visit.get_by_role("link").focus()
    tablet = app.tablet()
    tablet.sync(tablet.record("started", need_id=app.needs["n1"]))
    expect(visit).to_have_attribute("data-state", "started")
    expect(visit).to_contain_text("I gang")
    expect(visit.get_by_role("link")).to_be_focused()
    tablet.sync(tablet.record("help_call", {"lat": 55.6, "lon": 12.3, "accuracy_m": 20.0}))
    expect(page.locator(".np-live-pressing")).to_contain_text("kalder på hjælp")
    assert axe_faults(page) == []


def test_a_page_that_is_not_live_says_so(served: tuple[TabletApp, str], chromium_page: Page) -> None:
    app, address = served
    page = chromium_page
    sign_in(page, address)
    page.goto(f"{address}/planner/{app.planned.team_id}/live")
    expect(page.locator("#live-lost")).to_be_hidden()
    page.route("**/live/events", lambda route: route.abort())
    page.reload()
    expect(page.locator("#live-lost")).to_be_visible()
    expect(page.locator("#live-lost")).to_contain_text("Ikke live")
    expect(page.locator("#live-sign")).to_be_hidden()
    page.unroute("**/live/events")
    tablet = app.tablet()
    tablet.sync(tablet.record("started", need_id=app.needs["n1"]))
    expect(page.locator("#live-lost")).to_be_hidden()
    expect(page.locator(f'[data-visit^="{app.needs["n1"]}/"]')).to_have_attribute("data-state", "started")
