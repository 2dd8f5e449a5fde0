"""What a carer registers, in a real browser: corrected, taken back, with a picture, and when there is no room for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect
from sqlmodel import select

from models.tables import RecordPhoto
from tests.journeys.tablet_world import Tablets, eventually, fail, tablets, unsent, wait_unsent

VISIT = "#page [data-kind=visit]"
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "tablet-day.png"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablets]:
    with tablets(tmp_path_factory.mktemp("tablets")) as found:
        yield found


def open_visit(world: Tablets, page: Page, number: int) -> None:
    page.goto(world.server.address + world.visit_url(number))
    page.wait_for_selector("#f-note")
    page.wait_for_selector("html[data-ready]")


def write_note(page: Page, text: str) -> None:
    page.fill("#f-note textarea", text)
    page.click("#f-note button[type=submit]")


def test_a_correction_points_at_what_it_corrects_and_both_stay_visible(world: Tablets) -> None:
    with world.tablet("correct") as context:
        page = world.sign_in(context)
        open_visit(world, page, 0)
        page.click("#f-note > summary")
        write_note(page, "Faldt i går")
        page.wait_for_selector("[data-story] .c-entry:not([data-local]):has-text('Faldt i går')")
        page.click("[data-story] .c-entry:has-text('Faldt i går') [data-correct]")
        expect(page.locator("#f-note textarea")).to_have_value("Faldt i går")
        write_note(page, "Faldt i forgårs")
        page.wait_for_selector("[data-story] .c-entry:not([data-local]):has-text('Faldt i forgårs')")
        assert page.is_visible("[data-story] .c-struck:has-text('Faldt i går')")
        first, second = [row for row in world.records() if row.kind == "note"]
        assert second.corrects_id == first.id


def test_what_is_taken_back_stays_with_its_reason(world: Tablets) -> None:
    with world.tablet("regret") as context:
        page = world.sign_in(context)
        open_visit(world, page, 1)
        page.click("#f-note > summary")
        write_note(page, "Skrevet på den forkerte borger")
        page.wait_for_selector("[data-story] .c-entry:not([data-local]):has-text('den forkerte borger')")
        page.click("[data-story] .c-entry:has-text('den forkerte borger') [data-regret]")
        page.click("#regret button[type=submit]")
        page.wait_for_selector("#regret .c-wrong:has-text('Udfyld')")
        page.fill("#regret input[name=reason]", "forkert borger")
        page.click("#regret button[type=submit]")
        page.wait_for_selector("[data-story] .c-struck:has-text('forkert borger')")
        eventually(page, lambda: any(row.kind == "withdrawn" for row in world.records()))


def test_a_picture_is_made_small_and_sent_before_its_record(world: Tablets) -> None:
    with world.tablet("photo") as context:
        page = world.sign_in(context)
        open_visit(world, page, 2)
        page.click("#f-photo > summary")
        expect(page.locator("#f-photo input[type=file]")).to_be_hidden()
        page.check("#f-photo input[value=citizen]")
        page.set_input_files("#f-photo input[type=file]", str(PICTURE))
        page.click("#f-photo button[type=submit]")
        eventually(page, lambda: any(row.kind == "photo" for row in world.records()))
        row = next(one for one in world.records() if one.kind == "photo")
        assert row.body["agreed_by"] == "citizen"
        with world.planned.database.reading() as session:
            photo = session.scalars(select(RecordPhoto)).one()
            assert str(photo.id) == row.body["photo_id"]
            assert max(photo.width, photo.height) <= 1600


def test_a_key_and_a_move_are_not_kept_without_what_they_need(world: Tablets) -> None:
    """A receipt for the key (D14), and the time agreed with the citizen (S12): said at once, not when it is sent."""
    with world.tablet("needed") as context:
        page = world.sign_in(context)
        open_visit(world, page, 2)
        page.click("#f-more > summary")
        page.click("#f-key > summary")
        page.check("#f-key input[value=received]")
        page.click("#f-key button[type=submit]")
        page.wait_for_selector("#f-key .c-wrong:has-text('Udfyld')")
        page.check("#f-key input[name=cannot_open]")
        page.fill("#f-key [data-only='what=received'] input[name=receipt_no]", "17")
        page.click("#f-key button[type=submit]")
        page.wait_for_selector("[data-story] .c-entry:not([data-local]):has-text('17')")
        (key,) = (one for one in world.records() if one.kind == "key")
        assert key.body == {"what": "received", "receipt_no": "17", "cannot_open": True}

        day = page.get_attribute(VISIT, "data-on-date")
        page.click("#f-deviation > summary")
        page.select_option("#f-deviation select[name=type]", "moved")
        page.select_option("#f-deviation select[name=cause]", "citizen_wish")
        page.fill("#f-deviation textarea[name=done]", "Aftalt i telefon")
        page.check("#f-deviation input[value=citizen]")
        page.click("#f-deviation button[type=submit]")
        page.wait_for_selector("#f-deviation .c-wrong:has-text('Udfyld')")
        page.fill("#f-deviation input[name=moved_to]", f"{day}T10:40")
        page.click("#f-deviation button[type=submit]")
        page.wait_for_selector("[data-story] .c-entry:not([data-local]):has-text('Aftalt i telefon')")
        (moved,) = (one for one in world.records() if one.kind == "deviation")
        assert moved.body["moved_to"].startswith(f"{day}T10:40:00+")


#: The browser takes back every writing of a record, as it does when there is no room.
FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, key) {
    const request = put.call(this, value, key);
    if (this.name === 'outbox') this.transaction.abort();
    return request;
  };
}"""


def test_no_room_is_said_and_what_was_typed_stays(world: Tablets) -> None:
    """Nothing is lost silently: the record is not kept, that is said, and the form still holds the words."""
    with world.tablet("full") as context:
        page = world.sign_in(context)
        open_visit(world, page, 3)
        page.evaluate(FULL)
        page.click("#f-note > summary")
        write_note(page, "ingen plads")
        page.wait_for_selector("[data-notice=failed]")
        assert "IKKE gemt" in page.inner_text("[data-notice=failed]")
        assert page.input_value("#f-note textarea") == "ingen plads"
        assert unsent(page) == 0


def test_a_session_that_ended_says_so_and_registering_goes_on(world: Tablets) -> None:
    with world.tablet("ended") as context:
        page = world.sign_in(context)
        open_visit(world, page, 4)
        context.clear_cookies()
        page.click("#f-note > summary")
        write_note(page, "efter at sessionen sluttede")
        page.wait_for_selector("[data-notice=sign-in] a")
        wait_unsent(page, 1)
        page = world.sign_in(context, then=world.visit_url(4))
        eventually(
            page,
            lambda: any(row.body.get("text") == "efter at sessionen sluttede" for row in world.records()),
        )
        wait_unsent(page, 0)


def story(text: str) -> str:
    """An entry of the visit's story."""
    return f"#page [data-story] .c-entry:has-text('{text}')"


def test_a_page_asked_for_before_a_record_was_sent_hides_it_not(world: Tablets) -> None:
    """On a bad network the answer to an older question comes last: what the page does not know is still laid over it."""
    with world.tablet("overtaken") as context:
        page = world.sign_in(context)
        open_visit(world, page, 0)
        page.click("#f-note > summary")
        wait_unsent(page, 0)
        held: list[tuple[Route, APIResponse]] = []
        context.route("**" + world.visit_url(0), lambda route: held.append((route, route.fetch())), times=1)
        write_note(page, "Før svaret")
        eventually(page, lambda: len(held) == 1)
        context.route("**" + world.visit_url(0), fail)
        page.click("#f-note > summary")
        write_note(page, "Efter spørgsmålet")
        wait_unsent(page, 0)
        page.wait_for_selector("[data-notice=kept]")
        route, answer = held[0]
        route.fulfill(response=answer)
        page.wait_for_selector(f"{story('Før svaret')}:not([data-local])")
        assert page.locator(story("Før svaret")).count() == 1
        assert page.is_visible(story("Efter spørgsmålet"))


def test_what_was_sent_stays_on_a_page_that_is_not_drawn_anew(world: Tablets) -> None:
    """Something is being typed, so the page stays as it is: what was sent meanwhile must not go from it."""
    with world.tablet("typing") as context:
        page = world.sign_in(context)
        open_visit(world, page, 2)
        page.click("#f-note > summary")
        page.fill("#f-note textarea", "halvt skrevet")
        page.click("button[data-record=on_the_way]")
        page.wait_for_selector("[data-notice=changed]")
        page.click("#f-measurement > summary")
        page.check("#f-measurement input[value=pulse_per_min]")
        page.fill("#f-measurement input[name=value]", "64")
        page.click("#f-measurement button[type=submit]")
        page.wait_for_selector(f"{story('64')}[data-local]")
        wait_unsent(page, 0)
        expect(page.locator(VISIT)).to_have_attribute("data-state", "on_the_way")
        expect(page.locator("#f-note textarea")).to_have_value("halvt skrevet")


def test_what_is_being_corrected_is_not_taken_from_the_reader(world: Tablets) -> None:
    """The form was filled by the app, nothing is typed yet: a page that comes just then waits."""
    with world.tablet("correcting") as context:
        page = world.sign_in(context)
        open_visit(world, page, 3)
        page.click("#f-note > summary")
        write_note(page, "Sov godt")
        page.wait_for_selector(f"{story('Sov godt')}:not([data-local])")
        page.click(f"{story('Sov godt')} [data-correct]")
        page.click("button[data-record=on_the_way]")
        page.wait_for_selector("[data-notice=changed]")
        expect(page.locator("#f-note textarea")).to_have_value("Sov godt")
        write_note(page, "Sov dårligt")
        eventually(page, lambda: any(row.body.get("text") == "Sov dårligt" for row in world.records()))
        rows = {row.body.get("text"): row for row in world.records()}
        assert rows["Sov dårligt"].corrects_id == rows["Sov godt"].id
