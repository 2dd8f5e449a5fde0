"""The pages in a real browser: ways through them by mouse and keyboard, both languages, accessibility."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from delivery_app.preview import create_app
from delivery_app.views import Plan
from tests.browser import axe_faults, complains
from tests.delivery_app.sample_team import sample_problem, sample_roster
from tests.serving import serving

DESKTOP, TABLET = (1280, 900), (820, 1180)
#: Citizens and carers: all kinds of pages and cells, and no more of each than are needed.
SIZE = (16, 6)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The pages of a generated team, served on this machine while the tests of this file run."""
    with serving(create_app(sample_problem(*SIZE), sample_roster(*SIZE))) as found:
        yield found


@pytest.fixture
def page(chromium_page: Page) -> Iterator[Page]:
    """A page that fails the test on a refused file, an answer of no success, or a complaint in the console."""
    complaints: list[str] = []
    chromium_page.on(
        "console", lambda message: complaints.append(message.text) if complains(message) else None
    )
    # A file that was still on its way when the next page was opened is aborted; nothing is wrong with it.
    chromium_page.on(
        "requestfailed",
        lambda request: complaints.append(request.url) if request.failure != "net::ERR_ABORTED" else None,
    )
    chromium_page.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    yield chromium_page
    assert not complaints


def busy_day() -> tuple[str, str, str]:
    """The address of a carer's day with visits, the carer's name, and a citizen visited then."""
    problem = sample_problem(*SIZE)
    plan = Plan(problem, sample_roster(*SIZE))
    visit = next(row for row in plan.roster.visits if row.day == 1)
    carer, citizen = visit.carers[0], plan.citizen(visit.citizen_id)
    return f"/carers/{carer}/days/{plan.date(1)}", plan.carer(carer).name, citizen.name


def quiet_day() -> str:
    """The address of a carer's day without a shift."""
    plan = Plan(sample_problem(*SIZE), sample_roster(*SIZE))
    for carer in plan.problem.carers:
        if not plan.shifts_on(carer.carer_id, 6):
            return f"/carers/{carer.carer_id}/days/{plan.date(6)}"
    raise AssertionError("everybody works on Sunday")


def addresses() -> list[str]:
    """A page of each kind."""
    return ["/", busy_day()[0], quiet_day(), f"/citizens/{sample_problem(*SIZE).citizens[0].citizen_id}/week"]


@pytest.mark.parametrize("size", [DESKTOP, TABLET], ids=["desktop", "tablet"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_axe_finds_nothing(page: Page, address: str, lang: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in addresses():
        page.goto(f"{address}{path}?lang={lang}")
        assert axe_faults(page) == [], path


@pytest.mark.parametrize("size", [DESKTOP, TABLET], ids=["desktop", "tablet"])
def test_no_page_is_wider_than_the_window(page: Page, address: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in addresses():
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_design_systems_font_is_loaded(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    assert page.evaluate("document.fonts.check('600 16px \"IBM Plex Sans\"')")
    assert page.evaluate("[...document.fonts].filter(one => one.status === 'loaded').length") >= 2


def test_from_the_week_to_a_carers_day_and_a_citizens_week(page: Page, address: str) -> None:
    path, carer, citizen = busy_day()
    page.goto(address)
    page.locator(f'a[href="{path}"]').click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(carer)
    page.get_by_role("link", name=citizen).first.click()
    expect(heading).to_contain_text(citizen)
    expect(page.get_by_role("link", name=carer).first).to_be_visible()
    page.get_by_role("link", name="Uge 49").click()
    expect(heading).to_contain_text("Uge 49")


def test_the_same_by_keyboard_alone(page: Page, address: str) -> None:
    path, carer, _ = busy_day()
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the header
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, f'a[href="{path}"]')
    # Who walks by keyboard sees where they are.
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(carer)
    tab_to(page, ".np-round h3 a")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(heading).to_contain_text(name)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something of the selector has the focus."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_the_language_is_switched_in_place_and_kept(page: Page, address: str) -> None:
    path, carer, _ = busy_day()
    page.goto(address + path)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{carer}, Tuesday")
    page.get_by_role("link", name="Week 49").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Carers")
    page.get_by_role("link", name="Dansk").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Hjælpere")


def test_a_round_reads_in_order_of_time(page: Page, address: str) -> None:
    page.goto(address + busy_day()[0])
    times = page.locator(".np-round > li .np-when").all_inner_texts()
    starts = [one[:5] for one in times]
    assert len(starts) > 5
    assert starts == sorted(starts)


def test_on_paper_the_frame_is_left_out(page: Page, address: str) -> None:
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator(".np-top")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
