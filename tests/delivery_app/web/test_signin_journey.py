"""Signing in and out, and the administrator's pages, in a real browser: by mouse, by keyboard, with axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from delivery_app.db import Database
from delivery_app.services.accounts import find_user, make_password_link
from models.base import utc_now
from tests.browser import axe_faults
from tests.delivery_app.web.app_examples import PASSWORD, add_people, add_team, app_of, new_database
from tests.serving import serving


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("signin")
    made = new_database(folder)
    with made.transaction() as session:
        add_people(session, add_team(session, "Hjemmepleje Nord"))
        add_team(session, "Hjemmepleje Syd")
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(database: Database) -> Iterator[str]:
    with serving(app_of(database)) as found:
        yield found


@pytest.fixture
def page(chromium_page: Page) -> Iterator[Page]:
    """A page that fails the test when the browser refuses something of ours (content policy, a lost file)."""
    complaints: list[str] = []
    chromium_page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "responded with a status of" not in message.text
            else None
        ),
    )
    yield chromium_page
    assert not complaints


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/signin")
    page.get_by_label("Brugernavn").fill(name)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.get_by_role("button", name="Log ind").click()
    expect(page.locator(".np-menu-person")).to_be_visible()


def check(page: Page) -> None:
    assert axe_faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_wrong_then_right_then_out_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/me")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Log ind")
    check(page)
    page.keyboard.type("planner")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("forkert")
    check(page)
    # The name is kept, and the password is what comes next.
    assert page.evaluate("document.activeElement.id") == "password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Min konto")
    check(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, ".np-menu-person summary", backwards=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log ud")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log ud")).to_be_hidden()
    page.keyboard.press("Enter")
    tab_to(page, ".np-menu-button")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("logget ud")
    page.go_back()
    page.goto(f"{address}/me")
    expect(heading).to_have_text("Log ind")


def tab_to(page: Page, selector: str, *, backwards: bool = False) -> None:
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_language_is_kept_and_menus_close(page: Page, address: str) -> None:
    sign_in(page, address, "leader")
    page.goto(f"{address}/me")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    check(page)
    page.locator(".np-menu-person summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    page.get_by_role("button", name="Dansk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Min konto")


def test_administrator_adds_somebody_and_takes_access_away(page: Page, address: str) -> None:
    sign_in(page, address, "administrator")
    page.goto(f"{address}/admin/users")
    check(page)
    page.get_by_role("link", name="Ny bruger").click()
    page.get_by_label("Navn", exact=True).fill("Ida Holm")
    page.get_by_label("Brugernavn").fill("planner")
    page.get_by_role("button", name="Tilføj brugeren").click()
    expect(page.get_by_role("alert")).to_contain_text("optaget")
    check(page)
    page.get_by_label("Brugernavn").fill("ida")
    page.get_by_role("button", name="Tilføj brugeren").click()
    expect(page.locator(".np-secret")).to_contain_text("/password/")
    check(page)
    page.get_by_label("Planlægger, Hjemmepleje Syd").check()
    page.get_by_role("button", name="Gem rollerne").click()
    expect(page.get_by_role("status")).to_contain_text("gælder straks")
    page.get_by_role("button", name="Spær brugeren").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Skal brugeren logges ud")
    check(page)
    dialog.get_by_role("button", name="Nej").click()
    expect(page.get_by_role("button", name="Spær brugeren")).to_be_focused()
    page.get_by_role("button", name="Spær brugeren").click()
    page.get_by_role("dialog").get_by_role("button", name="Ja").click()
    expect(page.get_by_role("button", name="Lad brugeren logge ind igen")).to_be_visible()


@pytest.mark.parametrize("size", [(1280, 900), (820, 1180)], ids=["desktop", "tablet"])
def test_axe_finds_nothing(page: Page, address: str, database: Database, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    with database.transaction() as session:
        user = find_user(session, "carer")
        assert user is not None
        link = make_password_link(session, user, utc_now())
    for path in (f"/password/{link}", "/password/nothing"):
        page.goto(address + path)
        check(page)
    sign_in(page, address, "administrator")
    for path in ("/admin/teams", "/admin/teams/new", "/admin/catalogues", "/nowhere"):
        page.goto(address + path)
        check(page)
    page.goto(f"{address}/admin/catalogues/published/albertslund")
    check(page)
