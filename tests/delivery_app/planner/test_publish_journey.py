"""In a real browser, by keyboard where it counts: a sick call at ten past six, accepted and told; a visit fitted in;
prints taken; and nothing that axe finds on any of these pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from delivery_app.jobs.helper import HELPER
from tests.browser import axe_faults
from tests.delivery_app.planner.planned_app import PlannedApp, planned_app
from tests.serving import serving, sign_in

#: On a busy machine the warm process needs long to be warm.
PATIENCE_MS = 240_000


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[PlannedApp, str]]:
    """The app on this machine, and its address."""
    with planned_app(tmp_path) as of:
        try:
            with serving(of.app, "auto") as address:
                yield of, address
        finally:
            HELPER.close()


def clean(page: Page) -> None:
    """Nothing that axe finds; nothing wider than the window."""
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_planners_morning(served: tuple[PlannedApp, str], chromium_page: Page) -> None:
    of, address = served
    page = chromium_page
    page.set_default_timeout(PATIENCE_MS)
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, address)

    # The phone rings at 06:10: k1 is ill. All of it by keyboard.
    page.goto(address + of.url("replan"))
    clean(page)
    page.locator("#sick-0-who").focus()
    page.keyboard.type("Carer k1")
    page.locator("#clock").press("Enter")
    page.wait_for_url("**/changes/**")
    page.wait_for_selector("#change[data-state=ready]")
    expect(page.locator("#change-state")).to_be_focused()
    expect(page.get_by_text("Carer k1 er syg resten af dagen.")).to_be_visible()
    clean(page)
    page.get_by_role("button", name="Godkend og udgiv").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/notices")
    clean(page)
    told = page.get_by_role("button", name="Ringet og sagt")
    for left in range(told.count() - 1, -1, -1):
        told.first.focus()
        page.keyboard.press("Enter")
        expect(told).to_have_count(left)
    expect(page.get_by_text("Alle, der skulle have besked, har fået den.")).to_be_visible()
    page.get_by_role("button", name="Fortryd").first.click()
    expect(told).to_have_count(1)

    # A new visit is asked for, and fitted in.
    page.goto(f"{address}/planner/{of.team_id}")

    newest = page.locator('a[href$="/replan"]').first.get_attribute("href")
    assert newest is not None
    page.goto(address + newest.replace("/replan", "/fit"))
    clean(page)
    page.select_option("#citizen", label="Citizen c2")
    page.get_by_label("Tirs").check()
    page.fill("#window_start", "08:00")
    page.fill("#window_end", "10:30")
    page.fill("#minutes", "20")
    page.get_by_role("button", name="Find pladser").click()
    page.wait_for_selector("#ways-title")
    clean(page)
    page.get_by_role("button", name="Tag den").first.click()
    page.wait_for_url("**/notices")
    expect(page.get_by_text("Citizen c2").first).to_be_visible()

    # What is handed out.
    page.goto(address + newest.replace("/replan", "/prints"))
    clean(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF Citizen c1").click()
    assert download.value.suggested_filename.startswith("naerplan-2026-W49-v2-plan-")

    # A draft against what is published, on a tablet.
    later = tuple(
        replace(one, start_min=one.start_min + 30, end_min=one.end_min + 30)
        if (one.need_id, one.day) == ("n3", 1)
        else one
        for one in of.roster.visits
    )
    draft = of.draft(replace(of.roster, visits=later))
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(address + of.url("publish", draft))
    clean(page)
    # The sick carer stands in it: it cannot hold.
    expect(page.get_by_role("heading", name="kan ikke udgives")).to_be_visible()
    for path in ("/notices", ""):
        page.goto(f"{address}/planner/{of.team_id}{path}")
        clean(page)
