"""The keyboard alone, from the sign-in on: nothing here clicks, points or sets a focus; every control is walked to by Tab.

A roster is moved, pinned, emptied, taken back and published; a carer falls ill; somebody is told; a visit is fitted in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from delivery_app.jobs.helper import HELPER
from tests.delivery_app.planner.planned_app import PlannedApp, planned_app
from tests.delivery_app.web.app_examples import PASSWORD
from tests.serving import serving

PATIENCE_MS = 240_000
#: No page has more stops of Tab than this before what a planner is looking for.
STOPS_MOST = 250


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[PlannedApp, str]]:
    with planned_app(tmp_path) as of:
        try:
            with serving(of.app, "auto") as address:
                yield of, address
        finally:
            HELPER.close()


class Keys:
    """A planner without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, selector: str) -> None:
        """Tab until the focus is on what the selector means."""
        for _ in range(STOPS_MOST):
            if self.on(selector):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {selector} on {self.page.url}")

    def on(self, selector: str) -> bool:
        return bool(self.page.evaluate("(one) => Boolean(document.activeElement?.matches(one))", selector))

    def enter(self, selector: str) -> None:
        self.to(selector)
        self.press("Enter")

    def choose(self, selector: str, words: str) -> None:
        """A choice of a list, by its first letters."""
        self.to(selector)
        self.page.keyboard.type(words)

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def answered(self, kind: str) -> None:
        self.page.wait_for_selector(f'#answer[data-kind="{kind}"]')


def test_all_of_a_planners_work(served: tuple[PlannedApp, str], chromium_page: Page) -> None:
    of, address = served
    draft = of.draft(replace(of.roster))
    page, keys = chromium_page, Keys(chromium_page)
    page.set_default_timeout(PATIENCE_MS)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(f"{address}/signin")
    keys.write("input[name=name]", "planner")
    keys.write("input[name=password]", PASSWORD)
    keys.press("Enter")
    page.wait_for_url(lambda url: "/signin" not in url)

    # A week is ordered, up to the button that starts it.
    keys.enter('a[href*="/generate"]')
    page.wait_for_url("**/generate*")
    keys.to('main form button[type="submit"], main form button:not([type])')

    board(of, draft, page, keys, address)
    publish(of, draft, page, keys)
    sick_call(of, page, keys)
    fit_in(of, page, keys)


def board(of: PlannedApp, draft: object, page: Page, keys: Keys, address: str) -> None:
    page.goto(f"{address}/planner/{of.team_id}")
    keys.enter(f'main a[href*="/rosters/{draft}"]')
    page.wait_for_url(f"**/rosters/{draft}/**")
    if "/day" not in page.url:
        keys.enter('.nb-tabs a[href$="/day"]')
        page.wait_for_url("**/day/**")
    page.wait_for_selector(".nb-drawn")
    keys.to(".nb-rows .nb-item[data-need]")
    keys.press("Alt+ArrowRight")
    page.wait_for_selector("#answer")
    kind = page.get_attribute("#answer", "data-kind")
    assert kind in ("saved", "refused", "unchanged")
    keys.to(".nb-rows .nb-item[data-need]")
    keys.press("p")
    keys.answered("saved")
    page.wait_for_selector(".nb-item.nb-pinned:focus")
    keys.press("p")
    page.wait_for_selector(".nb-item:not(.nb-pinned):focus")
    before = page.locator(".nb-item[data-need]").count()
    keys.press("Delete")
    page.wait_for_selector(".nb-chip[data-need]")
    assert page.locator(".nb-item[data-need]").count() < before
    keys.press("Control+z")
    keys.answered("undone")
    assert page.locator(".nb-item[data-need]").count() == before

    # The menu of a visit and that of a break, in and out.
    keys.to(".nb-rows .nb-item[data-need]")
    keys.press("Enter")
    page.wait_for_selector("#panel-title:focus")
    keys.to("#panel-time")
    keys.press("Escape")
    page.wait_for_selector("#visit-panel", state="hidden")
    page.wait_for_selector(".nb-item:focus")


def publish(of: PlannedApp, draft: object, page: Page, keys: Keys) -> None:
    keys.enter('.nb-tabs a[href$="/publish"]')
    page.wait_for_url("**/publish")
    keys.enter(f'main form[action$="{draft}/publish"] button')
    page.wait_for_url(lambda url: not url.endswith("/publish"))


def sick_call(of: PlannedApp, page: Page, keys: Keys) -> None:
    if not page.url.endswith(f"/planner/{of.team_id}"):
        keys.enter(f'a[href="/planner/{of.team_id}"]')
        page.wait_for_url(f"**/planner/{of.team_id}")
    keys.enter('main a[href$="/replan"]')
    page.wait_for_url("**/replan")
    keys.choose("#sick-0-who", "Carer k1")
    keys.enter('main form[action$="/replan"] button.button-primary')
    page.wait_for_url("**/changes/**")
    page.wait_for_selector("#change[data-state=ready]")
    keys.enter('main form[action$="/accept"] button.button-primary')
    page.wait_for_url("**/notices")
    left = page.locator('form[action$="/told"]').count()
    keys.enter('form[action$="/told"] button')
    page.wait_for_function(
        "(count) => document.querySelectorAll('form[action$=\"/told\"]').length < count", arg=left
    )


def fit_in(of: PlannedApp, page: Page, keys: Keys) -> None:
    keys.enter(f'a[href="/planner/{of.team_id}"]')
    page.wait_for_url(f"**/planner/{of.team_id}")
    keys.enter('main a[href*="/rosters/"][href*="/week"], main a[href$="/replan"]')
    page.wait_for_url("**/rosters/**")
    keys.enter('.nb-tabs a[href$="/fit"]')
    page.wait_for_url("**/fit")
    keys.choose("#citizen", "Citizen c2")
    keys.to('input[name=days][value="tue"]')
    keys.press("Space")
    keys.write("#window_start", "0800AM")  # where the clock has 24 hours, letters are ignored
    keys.write("#window_end", "1030AM")
    keys.enter('main form[action$="/fit"] button.button-primary')
    page.wait_for_selector("#ways-title")
    keys.enter('form[action$="/fit/take"] button')
    page.wait_for_url(lambda url: "/fit" not in url)
