"""The board in a real browser: by keys alone, by dragging, with a second planner, without a network; axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from delivery_app.bridge import roster_from
from delivery_app.db import Database
from tests.browser import axe_faults
from tests.delivery_app.planner.board_team import MONDAY, BoardTeam, board_team
from tests.delivery_app.web.app_examples import app_of, new_database
from tests.serving import serving, sign_in


@dataclass(frozen=True)
class Served:
    """The app at an address, with its database and team."""

    address: str
    database: Database
    team: BoardTeam

    def placed(self, need_id: str) -> tuple[int, tuple[str, ...]] | None:
        """Start after midnight and carers of a visit on Monday; None without a place."""
        with self.database.reading() as session:
            rows = [row for row in roster_from(session, self.team.draft).visits if row.need_id == need_id]
        return (rows[0].start_min, rows[0].carers) if rows else None


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    database = new_database(tmp_path)
    team = board_team(database)
    try:
        with serving(app_of(database), "auto") as address:
            yield Served(address, database, team)
    finally:
        database.close()


@pytest.fixture
def page(served: Served, chromium_page: Page) -> Page:
    chromium_page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(chromium_page, served.address)
    return chromium_page


def open_day(page: Page, served: Served) -> None:
    page.goto(served.address + served.team.day)
    page.wait_for_selector(".nb-drawn")


def item(page: Page, served: Served, need_id: str, carer: str) -> Locator:
    row = f'.nb-row[data-carer="{served.team.carers[carer]}"]'
    return page.locator(f'{row} .nb-item[data-need="{served.team.needs[need_id]}"]')


def answer(page: Page, kind: str) -> Locator:
    found = page.locator(f'#answer[data-kind="{kind}"]')
    expect(found).to_be_visible()
    return found


def clean(page: Page) -> None:
    """Nothing that axe finds; nothing wider than the window."""
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_by_keys_alone(served: Served, page: Page) -> None:
    open_day(page, served)
    clean(page)
    # One visit is in the order of Tab; arrows walk to the others.
    assert page.locator('.nb-rows .nb-item[tabindex="0"]').count() == 1
    item(page, served, "n1", "k1").focus()
    page.keyboard.press("ArrowRight")
    expect(item(page, served, "n3", "k1")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")  # past the carer who has no visit
    expect(item(page, served, "n2", "k2")).to_be_focused()

    # Quick strokes are one change; the focus stays with the visit.
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowRight")
    answer(page, "saved")
    assert served.placed("n2") == (500, ("k2",))
    expect(item(page, served, "n2", "k2")).to_be_focused()

    # To the carers above: n3 makes way, which is told, and said to screen readers.
    page.keyboard.press("Alt+ArrowUp")
    expect(item(page, served, "n2", "k3")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(item(page, served, "n2", "k1")).to_be_focused()
    expect(answer(page, "saved")).to_contain_text("Otto Bjerre")
    expect(page.locator("#live")).to_contain_text("Otto Bjerre")
    assert served.placed("n2") == (520, ("k1",))

    page.keyboard.press("Control+z")
    answer(page, "undone")
    assert served.placed("n2") == (500, ("k3",))
    page.keyboard.press("Control+y")
    answer(page, "redone")
    assert served.placed("n2") == (520, ("k1",))
    clean(page)

    # Pinned: it stays, and says so.
    item(page, served, "n2", "k1").focus()
    page.keyboard.press("p")
    expect(item(page, served, "n2", "k1")).to_have_class(re.compile(r"\bnb-pinned\b"))
    page.keyboard.press("Alt+ArrowRight")
    answer(page, "wrong")
    assert served.placed("n2") == (520, ("k1",))


def test_left_out_this_week_by_keys_and_back_again(served: Served, page: Page) -> None:
    """X asks for the grounds and who agreed, on a tablet's width too; one undo brings back the visit and its date."""
    page.set_viewport_size({"width": 820, "height": 1180})
    open_day(page, served)
    item(page, served, "n1", "k1").focus()
    page.keyboard.press("x")
    expect(page.locator("#panel-grounds")).to_be_focused()
    clean(page)
    before = served.placed("n1")
    page.keyboard.type("familien er på besøg")
    page.keyboard.press("Tab")
    page.keyboard.type("Viggo, i telefonen")
    page.keyboard.press("Enter")
    expect(answer(page, "saved")).to_contain_text("behovet")
    assert served.placed("n1") is None
    clean(page)
    page.locator('form[data-board="undo"] button').focus()
    page.keyboard.press("Enter")
    expect(answer(page, "undone")).to_contain_text("datoen er taget ud af behovet")
    assert served.placed("n1") == before
    expect(item(page, served, "n1", "k1")).to_be_visible()


def test_menu_of_a_visit(served: Served, page: Page) -> None:
    open_day(page, served)
    item(page, served, "n3", "k1").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.locator("#visit-panel")).to_contain_text("Otto Bjerre")
    clean(page)
    # One of two alone: refused, with the rule.
    page.select_option("#panel-carer-2", str(served.team.carers["k1"]))
    page.locator("#visit-panel button.button-primary").press("Enter")
    answer(page, "refused")
    page.select_option("#panel-carer-2", str(served.team.carers["k3"]))
    page.locator("#visit-panel button.button-primary").press("Enter")
    answer(page, "saved")
    assert served.placed("n3") == (540, ("k1", "k3"))
    page.locator("[data-load=why]").press("Enter")
    expect(page.locator("#why h3").first).to_be_visible()
    clean(page)
    page.keyboard.press("Escape")
    expect(page.locator("#visit-panel")).to_be_hidden()
    expect(page.locator(".nb-item:focus")).to_have_count(1)


def test_dragged_to_another_carer_and_out(served: Served, page: Page) -> None:
    open_day(page, served)
    drag(
        page,
        item(page, served, "n2", "k2"),
        page.locator(f'.nb-row[data-carer="{served.team.carers["k3"]}"] .nb-track'),
    )
    answer(page, "saved")
    assert served.placed("n2") == (490, ("k3",))
    drag(page, item(page, served, "n2", "k3"), page.locator("[data-drop=out]"))
    chip = page.locator(f'.nb-chip[data-need="{served.team.needs["n2"]}"]')
    expect(chip).to_be_visible()
    assert served.placed("n2") is None
    clean(page)


def drag(page: Page, what: Locator, where: Locator) -> None:
    """Straight up or down, so that the time stays."""
    box, target = what.bounding_box(), where.bounding_box()
    assert box is not None
    assert target is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, (y + target["y"]) / 2)
    page.mouse.move(x, target["y"] + target["height"] / 2, steps=3)
    page.mouse.up()


def test_without_network_nothing_is_lost(served: Served, page: Page) -> None:
    open_day(page, served)
    item(page, served, "n1", "k1").focus()
    page.context.set_offline(True)
    page.keyboard.press("Alt+ArrowRight")
    answer(page, "lost")
    expect(item(page, served, "n1", "k1")).to_be_focused()
    page.context.set_offline(False)
    page.keyboard.press("Alt+ArrowRight")
    answer(page, "saved")
    assert served.placed("n1") == (485, ("k1",))


def test_other_pages_of_the_roster(served: Served, page: Page) -> None:
    team = served.team
    for url in (
        f"{team.base}/week",
        f"{team.base}/citizen/{team.citizens['c1']}",
        f"{team.base}/round/{team.carers['k1']}/{MONDAY}",
        team.visit("n4"),
        f"{team.visit('n4')}/why",
    ):
        page.goto(served.address + url)
        clean(page)
    page.goto(served.address + f"{team.base}/round/{team.carers['k1']}/{MONDAY}")
    expect(page.locator("#map .nb-map-number")).to_have_count(3)  # the base and two visits, without any tiles


def test_board_on_a_tablet_and_a_wide_screen(served: Served, page: Page) -> None:
    for width, height in ((820, 1180), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        open_day(page, served)
        clean(page)


def test_menu_of_a_break(served: Served, page: Page) -> None:
    """By keys and by a click alike; what is inside the menu stays the menu's own."""
    open_day(page, served)
    pause = page.locator(f'.nb-row[data-carer="{served.team.carers["k1"]}"] .nb-item[data-shift]')
    pause.click()
    expect(page.locator("#panel-title")).to_be_focused()
    clean(page)
    page.fill("#panel-time", "12:15")
    page.locator("#visit-panel button.button-primary").click()
    answer(page, "saved")
    expect(pause).to_contain_text("12:15")
    page.keyboard.press("Escape")
    expect(pause).to_be_focused()
