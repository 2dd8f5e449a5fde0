"""A carer registers, and the planner's page shows it at once; without a connection it says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from delivery_app.planner import routes_live
from models.tables import Device
from tests.browser import axe_faults
from tests.delivery_app.records.tablet_app import MOMENT, TabletApp, tablet_app
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


def test_late_not_home_and_unsent_are_seen_without_reload(
    served: tuple[TabletApp, str], chromium_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page, never loaded again, goes through the states; what time alone brings is looked for as often as it says."""
    assert routes_live.LOOK_SECONDS <= 1, "what is recorded stands on the page within three seconds"
    monkeypatch.setattr(routes_live, "AGAIN_SECONDS", 0.5)
    app, address = served
    page = chromium_page
    sign_in(page, address)
    page.goto(f"{address}/planner/{app.planned.team_id}/live")
    page.evaluate("document.body.dataset.first = 'yes'")
    first, second = (page.locator(f'[data-visit^="{app.needs[one]}/"]') for one in ("n1", "n2"))
    expect(first).to_have_attribute("data-state", "planned")
    app.planned.at(MOMENT + timedelta(minutes=22))
    expect(first).to_have_attribute("data-state", "late_seen")
    tablet = app.tablet()
    tablet.sync(tablet.record("started", need_id=app.needs["n1"]))
    expect(first).to_have_attribute("data-state", "started")
    tablet.sync(tablet.record("nobody_home", need_id=app.needs["n2"]))
    expect(second).to_have_attribute("data-state", "not_home")
    expect(page.locator(".np-live-pressing")).not_to_contain_text("Tablet 7")
    with app.planned.database.transaction() as session:
        device = session.get_one(Device, UUID(tablet.device_id))
        device.unsent, device.oldest_unsent_at = 4, MOMENT - timedelta(hours=1)
    app.planned.at(MOMENT + timedelta(minutes=62))
    expect(page.locator(".np-live-pressing")).to_contain_text("Tablet 7")
    expect(page.locator("body")).to_have_attribute("data-first", "yes")


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
