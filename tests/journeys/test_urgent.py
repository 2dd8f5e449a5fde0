"""Late, nobody opens, and help on a tablet in a real browser, with and without network (D7, D8, D22)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from delivery_app.services.risk.phones import save_phone
from tests.delivery_app.web.app_examples import PASSWORD
from tests.journeys.tablet_world import READY, Tablets, eventually, fail, tablets

#: A folder for pictures of the pages, when somebody wants to look at them.
PICTURES = os.environ.get("TABLET_PICTURES", "")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablets]:
    with tablets(tmp_path_factory.mktemp("urgent")) as found:
        with found.planned.database.transaction("setup") as session:
            cells = {"name": "Vagttelefon", "number": "12 34 56 78", "hours": "hele døgnet"}
            save_phone(session, found.planned.team_id, None, cells, None)
        yield found


def picture(page: Page, name: str) -> None:
    if PICTURES:
        for width, height in ((390, 844), (820, 1180), (1280, 800)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png")
        page.set_viewport_size({"width": 820, "height": 1180})


def kinds(world: Tablets) -> list[str]:
    return [one.kind for one in world.records()]


def test_late_is_said_without_network_and_the_call_is_written_down(world: Tablets) -> None:
    clock = world.planned.app.state.clock
    world.planned.app.state.clock = lambda: clock() + timedelta(minutes=95)
    try:
        with world.tablet("late") as context:
            page = world.sign_in(context)
            context.route("**/*", fail)
            first = page.locator("[data-late-for]:not([hidden])").first
            first.wait_for()
            assert "Ring til borgeren" in first.inner_text()
            assert world.visits[0][2] in first.inner_text()
            picture(page, "late")
            first.locator("[data-late-call]").click()
            page.click("#late-call label:has([value=citizen])")
            page.fill("#late-call [name=agreed]", "Kommer kl. 9.20")
            page.click("#late-call button[type=submit]")
            page.wait_for_selector("[data-late-for]:has-text('der er ringet')")
            context.unroute("**/*")
            page.evaluate("dispatchEvent(new Event('online'))")
            eventually(page, lambda: "late_call" in kinds(world))
        (call,) = [one for one in world.records() if one.kind == "late_call"]
        assert call.body["reached"] == "citizen"
        assert call.body["minutes"] > 30
        assert str(call.need_id) == str(world.visits[0][0])
    finally:
        world.planned.app.state.clock = clock


def take(page: Page, step: str, how: str, words: str) -> None:
    form = page.locator(f"[data-step={step}] form")
    form.locator(f"label:has([value={how}])").click()
    form.locator("textarea").fill(words)
    form.locator("button[type=submit]").click()
    page.wait_for_selector(
        f"[data-step={step}] [data-step-local]:not([hidden]), [data-step={step}][data-taken=yes]"
    )


def test_nobody_opens_step_by_step_without_network(world: Tablets) -> None:
    with world.tablet("steps") as context:
        page = world.sign_in(context)
        page.goto(world.server.address + world.visit_url(1))
        page.wait_for_selector(READY)
        context.route("**/*", fail)
        page.click("#f-nobody > summary")
        page.click("#f-nobody [data-record=nobody_home]")
        page.wait_for_selector("[data-kind=visit][data-state=not_home]")
        steps = page.eval_on_selector_all("[data-step]", "all => all.map((one) => one.dataset.step)")
        assert page.is_visible(f"[data-step={steps[0]}] form")
        assert not page.is_visible(f"[data-step={steps[1]}] form"), "the step before comes first"
        take(page, steps[0], "not", "Tog den ikke")
        page.wait_for_selector(f"[data-step={steps[1]}] form")
        take(page, steps[1], "skipped", "Har ingen pårørende")
        picture(page, "steps")
        take(page, steps[2], "solved", "Er på sygehuset")
        page.wait_for_selector(f"[data-step={steps[-1]}].c-step-over", state="attached")
        assert not page.is_visible(f"[data-step={steps[-1]}] form"), "solved: nothing more is asked"
        context.unroute("**/*")
        page.evaluate("dispatchEvent(new Event('online'))")
        eventually(page, lambda: kinds(world).count("not_home_step") == 3)
    taken = [one for one in world.records() if one.kind == "not_home_step"]
    assert [one.body["step"] for one in taken] == steps[:3]
    assert taken[1].body["skipped"]
    assert all(one.body["decided_by"] for one in taken)


def hold(page: Page, until: str = "") -> None:
    """Press the button: until something is shown, or for a moment."""
    page.hover("[data-help-hold]")
    page.mouse.down()
    if until:
        page.wait_for_selector(until)
    page.mouse.up()


def test_help_is_held_for_seen_at_once_and_answered(world: Tablets) -> None:
    here = {"latitude": 55.61, "longitude": 12.31, "accuracy": 8}
    with (
        world.tablet("help", geolocation=here, permissions=["geolocation"]) as context,
        world.tablet("planner", viewport={"width": 1280, "height": 800}) as office,
    ):
        page = world.sign_in(context)
        desk = office.pages[0]
        desk.goto(f"{world.server.address}/signin?next=/planner/{world.planned.team_id}/citizens")
        desk.fill("input[name=name]", "planner")
        desk.fill("input[name=password]", PASSWORD)
        desk.keyboard.press("Enter")
        desk.wait_for_url(lambda url: "/signin" not in url)
        page.goto(world.server.address + world.visit_url(2))
        page.wait_for_selector(READY)
        page.click("[data-help-open]")
        page.wait_for_selector("#help [href='tel:12345678']")
        picture(page, "help")
        hold(page)
        assert page.is_visible("[data-help-hold]")
        assert "help_call" not in kinds(world), "a short press raises no alarm"
        hold(page, "[data-help-state]")
        desk.wait_for_selector("#alarms:not([hidden]) [data-alarm]")
        assert world.visits[2][2] in desk.inner_text("#alarms")
        desk.wait_for_selector("#alarms a[href^='geo:55.61']")
        picture(desk, "alarm")
        desk.fill("#alarms [name=what]", "Jeg ringer til dig")
        desk.click("#alarms button[type=submit]")
        page.wait_for_selector("#help :text('Jeg ringer til dig')")
        desk.wait_for_selector("#alarms[hidden]", state="attached")
        page.fill("#help [name=outcome]", "Naboen kom")
        page.click("#help [data-help-end] button")
        eventually(page, lambda: "help_ended" in kinds(world))


def test_help_that_cannot_be_sent_is_said_loudly_with_the_numbers(world: Tablets) -> None:
    with world.tablet("alone") as context:
        page = world.sign_in(context)
        context.route("**/*", fail)
        page.click("[data-help-open]")
        page.wait_for_selector("#help [href='tel:12345678']")
        hold(page, "[data-help-state]")
        page.wait_for_selector("[data-help-not-sent]:not([hidden])")
        assert "IKKE SENDT" in page.inner_text("[data-help-not-sent]")
        assert page.is_visible("#help a[href='tel:112']")
        picture(page, "help-not-sent")
        before = kinds(world).count("help_call")
        context.unroute("**/*")
        page.evaluate("dispatchEvent(new Event('online'))")
        eventually(page, lambda: kinds(world).count("help_call") > before)
        page.wait_for_selector("[data-help-not-sent][hidden]", state="attached")
