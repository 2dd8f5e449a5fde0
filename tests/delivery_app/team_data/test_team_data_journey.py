"""A new planner imports a team, mends what is wrong, edits a need by keyboard; two planners edit one citizen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe_faults, fresh_page
from tests.delivery_app.team_data.team_app import TeamApp, team_app
from tests.delivery_app.team_data.test_exchange import changed_workbook
from tests.serving import serving, sign_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Installation:
    """A served app."""

    address: str
    team: TeamApp

    def url(self, rest: str) -> str:
        """An address of the team."""
        return self.address + self.team.url(rest)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Installation]:
    made = team_app(tmp_path, empty=True)
    with serving(made.app) as address:
        yield Installation(address, made)
    made.database.close()


def hand_in(page: Page, content: bytes) -> None:
    page.locator("#file").set_input_files({"name": "team.xlsx", "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="Se filen igennem").click()


def assert_accessible(page: Page) -> None:
    assert axe_faults(page) == []


def test_new_planner_imports_mends_and_edits(served: Installation, chromium_page: Page) -> None:
    page = chromium_page
    sign_in(page, served.address)
    page.goto(served.url("/import"))
    assert_accessible(page)
    hand_in(page, changed_workbook(needs_J2="07:15", needs_B4="c77"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen kan ikke importeres endnu")
    mistakes = page.locator("tbody tr")
    expect(mistakes).to_have_count(2)
    expect(mistakes.nth(0)).to_contain_text("window_end")
    expect(mistakes.nth(1)).to_contain_text("c77")
    assert_accessible(page)
    # Mended, it shows what it changes, and nothing has changed yet.
    hand_in(page, changed_workbook())
    expect(page.get_by_role("heading", level=1)).to_have_text("Det, filen ændrer")
    assert_accessible(page)
    page.get_by_role("button", name="Importér").click()
    page.wait_for_url("**/citizens")
    expect(page.locator("tbody tr")).to_have_count(3)

    # The list narrows while one types; then all by keyboard: open the citizen, a need, write a wrong time, mend it.
    page.locator("#q").fill("agnes")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Agnes Prøve").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Agnes Prøve")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("08:00–09:00")).first.focus()
    page.keyboard.press("Enter")
    page.locator("#window_end").fill("7.30")
    page.keyboard.press("Enter")
    expect(page.locator("#window_end-error")).to_contain_text("07:30 er før den tidligste start, 08:00")
    expect(page.locator("#mistakes")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the mistake leads to its field
    expect(page.locator("#window_end")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("0945")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("08:00–09:45")).first).to_be_visible()


def test_second_of_two_planners_sees_and_loses_nothing(
    served: Installation, chromium: Browser, chromium_page: Page
) -> None:
    first = chromium_page
    sign_in(first, served.address)
    first.goto(served.url("/import"))
    hand_in(first, changed_workbook())
    first.get_by_role("button", name="Importér").click()
    first.wait_for_url("**/citizens")
    edit = served.url(f"/citizens/{served.team.citizen('c1')}/edit")
    with fresh_page(chromium) as second:
        sign_in(second, served.address, "anden")
        second.goto(edit)
        second.locator("#wishes_note").fill("Te om morgenen")
        second.locator("#carers_max").fill("5")
        first.goto(edit)
        first.locator("#access_note").fill("Nøgleboks 1")
        first.locator("#carers_max").fill("3")
        first.get_by_role("button", name="Gem", exact=True).click()
        expect(first.get_by_role("heading", level=1)).to_have_text("Agnes Prøve")
        second.get_by_role("button", name="Gem", exact=True).click()
        told = second.locator("#mistakes")
        expect(told).to_contain_text("Planner Prøve har gemt ændringer her")
        expect(told).to_contain_text("du skrev 5")
        expect(second.locator("#access_note")).to_have_value("Nøgleboks 1")
        expect(second.locator("#wishes_note")).to_have_value("Te om morgenen")
        expect(second.locator("#carers_max-other")).to_contain_text("3")
        assert_accessible(second)
        second.get_by_role("button", name="Gem", exact=True).click()
        expect(second.locator("main")).to_contain_text("Te om morgenen")
        expect(second.locator("main")).to_contain_text("Nøgleboks 1")
