"""The carer's pages to look at and to use: accessible, by keyboard, side by side on a wide screen, and small."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from delivery_app.templating import STATIC
from tests.browser import axe_faults
from tests.journeys.tablet_world import READY, Tablets, eventually, tablets, wait_unsent

MOST_SCRIPT = 60 * 1024
#: What reaches beyond the right edge.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 100))"""
VISIT = "#page [data-kind=visit]"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablets]:
    with tablets(tmp_path_factory.mktemp("tablets")) as found:
        yield found


def test_pages_are_accessible_with_every_form_unfolded(world: Tablets) -> None:
    with world.tablet("axe") as context:
        page = world.sign_in(context)
        assert axe_faults(page) == []
        page.goto(world.server.address + world.visit_url(0))
        page.wait_for_selector("#f-note")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert axe_faults(page) == []
        page.click("#unsent")
        page.wait_for_selector("#page [data-kind=tablet]")
        assert axe_faults(page) == []


def test_another_teams_citizen_is_asked_for_with_a_network_only(world: Tablets) -> None:
    with world.tablet("glass") as context:
        page = world.sign_in(context)
        page.click("#unsent")
        link = page.locator('#page a[href^="/glass/"]')
        expect(link).to_be_visible()
        context.set_offline(True)
        link.click()
        expect(page.locator("[data-notice=leave]")).to_be_visible()
        context.set_offline(False)
        link.click()
        expect(page.locator("form select[name=reason]")).to_be_visible()


def test_nothing_is_wider_than_the_smallest_phone(world: Tablets) -> None:
    """With every form unfolded: no page is scrolled sideways."""
    with world.tablet("narrow", viewport={"width": 320, "height": 640}) as context:
        page = world.sign_in(context)
        wide = []
        for url in (world.base, world.visit_url(0), f"{world.base}/phones", f"{world.base}/tablet"):
            page.goto(world.server.address + url)
            page.wait_for_selector(READY)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            wide += [(url, one) for one in page.evaluate(WIDE)]
        assert wide == []


def test_a_visit_by_keyboard_alone(world: Tablets) -> None:
    """From the list to the visit, an observation written and the visit started without a pointer."""
    with world.tablet("keys") as context:
        page = world.sign_in(context)
        page.focus(f'a.c-stop[href="{world.visit_url(1)}"]')
        page.keyboard.press("Enter")
        expect(page.locator(f"{VISIT} h1")).to_be_focused()
        page.focus("#f-note > summary")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("skrevet uden mus")
        page.focus("#f-note button[type=submit]")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-notice=saved]")
        expect(page.locator("#f-note > summary")).to_be_focused()
        page.focus("button[data-record=on_the_way]")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{VISIT}[data-state=on_the_way]")
        wait_unsent(page, 0)


def test_the_round_stands_beside_the_visit_on_a_wide_screen_only(world: Tablets) -> None:
    with world.tablet("wide", viewport={"width": 1280, "height": 800}) as context:
        page = world.sign_in(context)
        page.click(f'a.c-stop[href="{world.visit_url(2)}"]')
        page.wait_for_selector(f'#side a[href="{world.visit_url(2)}"][aria-current]')
        page.set_viewport_size({"width": 820, "height": 1180})
        page.wait_for_selector("#side", state="hidden")
        assert page.evaluate("document.documentElement.scrollWidth") <= 820
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_going_back_keeps_the_place(world: Tablets) -> None:
    with world.tablet("back", viewport={"width": 390, "height": 500}) as context:
        page = world.sign_in(context)
        page.evaluate("scrollTo(0, 400)")
        page.click(f'a.c-stop[href="{world.visit_url(4)}"]')
        page.wait_for_selector(VISIT)
        page.click("#back")
        page.wait_for_selector("#page [data-kind=day]")
        eventually(page, lambda: bool(page.evaluate("scrollY > 200")))


def test_what_is_wrong_in_a_form_is_said_and_nothing_is_kept(world: Tablets) -> None:
    with world.tablet("wrong") as context:
        page = world.sign_in(context)
        page.goto(world.server.address + world.visit_url(0))
        page.click("#f-measurement > summary")
        page.click("#f-measurement button[type=submit]")
        page.wait_for_selector("#f-measurement .c-wrong:has-text('Udfyld')")
        page.check("#f-measurement input[value=weight_kg]")
        page.fill("#f-measurement input[name=value]", "tung")
        page.click("#f-measurement button[type=submit]")
        page.wait_for_selector("#f-measurement .c-wrong:has-text('skal være et tal')")
        page.fill("#f-measurement input[name=value]", "71,5")
        page.click("#f-measurement button[type=submit]")
        page.wait_for_selector("[data-notice=saved]")
        eventually(page, lambda: any(row.body.get("value") == 71.5 for row in world.records()))


def test_what_the_server_refuses_waits_in_the_tray_until_it_is_mended(world: Tablets) -> None:
    """A weight nobody has: refused with the reason, kept, mended in its form, and sent as a new record."""
    with world.tablet("tray") as context:
        page = world.sign_in(context)
        page.goto(world.server.address + world.visit_url(3))
        page.wait_for_selector(VISIT)
        who = page.inner_text(f"{VISIT} h1")
        page.click("#f-measurement > summary")
        page.check("#f-measurement input[value=weight_kg]")
        page.fill("#f-measurement input[name=value]", "7000")
        page.click("#f-measurement button[type=submit]")
        page.wait_for_selector("#unsent[data-state=refused]")
        page.click("#unsent")
        page.wait_for_selector("[data-tray=refused] .c-entry")
        assert "7000" in page.inner_text("[data-tray=refused] [data-slot=reason]")
        assert page.inner_text("[data-tray=refused] [data-slot=who]") == who
        page.click("[data-tray=refused] [data-do=mend]")
        page.wait_for_selector("#f-measurement[open]")
        page.fill("#f-measurement input[name=value]", "70")
        page.click("#f-measurement button[type=submit]")
        eventually(page, lambda: any(row.body.get("value") == 70 for row in world.records()))
        eventually(page, lambda: page.get_attribute("#unsent", "data-state") == "none")
        page.click("#unsent")
        page.wait_for_selector("[data-tray=away] .c-entry", state="attached")


def test_the_clock_of_the_tablet_is_that_of_the_pages_in_both_languages(world: Tablets) -> None:
    """Twenty-four hours: what the script writes stands beside what the server wrote."""
    told = """async (lang) => {
        const app = document.querySelector("script[src*='/carer/app.js']").src;
        const words = await import(app.replace(/app\\.js.*/, "words.js"));
        document.documentElement.lang = lang;
        const when = new Date(2026, 10, 30, 17, 5);
        return [words.clock(when), words.moment(when)];
    }"""
    with world.tablet("clock") as context:
        page = world.sign_in(context)
        assert page.evaluate(told, "en") == ["17:05", "30 Nov, 17:05"]
        assert page.evaluate(told, "da") == ["17.05", "30. nov., 17.05"]


def test_off_its_time_is_seen_and_the_cause_asked_once(world: Tablets) -> None:
    """At half past seven a visit of half past eight is begun: an hour too early. Begun again, it is not asked again."""
    with world.tablet("early") as context:
        page = world.sign_in(context)
        page.goto(world.server.address + world.visit_url(1))
        page.wait_for_selector(VISIT)
        page.click("button[data-record=started]")
        page.wait_for_selector("#cause[open]")
        assert "tidligere end planlagt" in page.inner_text("#cause h2")
        page.check("#cause input[value=citizen_wish]")
        page.click("#cause button[type=submit]")
        page.wait_for_selector("#cause:not([open])", state="attached")
        eventually(page, lambda: any(row.kind == "off_time_cause" for row in world.records()))
        page.click("button[data-record=ended]")
        page.wait_for_selector(f"{VISIT}[data-state=ended]")
        expect(page.locator("#cause [name=direction]")).to_have_value("shorter")


def test_a_visit_begun_on_time_is_not_asked_about(world: Tablets) -> None:
    with world.tablet("on-time") as context:
        page = world.sign_in(context)
        page.goto(world.server.address + world.visit_url(0))
        page.wait_for_selector(VISIT)
        page.click("button[data-record=started]")
        page.wait_for_selector(f"{VISIT}[data-state=started]")
        # The button is there again when it has been decided whether to ask.
        page.wait_for_selector("button[data-record=started]:not([disabled])", state="attached")
        assert not page.is_visible("#cause")


def test_all_scripts_of_a_carers_page_are_small(world: Tablets) -> None:
    """Every script that a visit's page loads, compressed, stays below the budget."""
    loaded: set[str] = set()
    with world.tablet("budget") as context:
        page = world.sign_in(context)
        context.on(
            "request",
            lambda one: loaded.add(urlsplit(one.url).path) if one.resource_type == "script" else None,
        )
        page.goto(world.server.address + world.visit_url(0))
        page.wait_for_selector(READY)
    assert "/static/carer/app.js" in loaded
    files = {STATIC / one.removeprefix("/static/") for one in loaded if one.startswith("/static/")}
    files |= set((STATIC / "carer").glob("*.js"))
    assert sum(len(gzip.compress(one.read_bytes())) for one in files) < MOST_SCRIPT
