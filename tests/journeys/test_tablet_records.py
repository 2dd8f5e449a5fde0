"""What a carer registers, in a real browser: corrected, taken back, with a picture, and when there is no room for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from models.tables import RecordPhoto
from tests.journeys.tablet_world import Tablets, eventually, tablets, unsent

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
        assert page.input_value("#f-note textarea") == "Faldt i går"
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
        assert "Udfyld" in page.inner_text("#regret .c-wrong")
        page.fill("#regret input[name=reason]", "forkert borger")
        page.click("#regret button[type=submit]")
        page.wait_for_selector("[data-story] .c-struck:has-text('forkert borger')")
        eventually(page, lambda: any(row.kind == "withdrawn" for row in world.records()))


def test_a_picture_is_made_small_and_sent_before_its_record(world: Tablets) -> None:
    with world.tablet("photo") as context:
        page = world.sign_in(context)
        open_visit(world, page, 2)
        page.click("#f-photo > summary")
        page.set_input_files("#f-photo input[type=file]", str(PICTURE))
        page.click("#f-photo button[type=submit]")
        eventually(page, lambda: any(row.kind == "photo" for row in world.records()))
        row = next(one for one in world.records() if one.kind == "photo")
        with world.planned.database.reading() as session:
            photo = session.scalars(select(RecordPhoto)).one()
            assert str(photo.id) == row.body["photo_id"]
            assert max(photo.width, photo.height) <= 1600


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
        assert unsent(page) == 1
        page = world.sign_in(context, then=world.visit_url(4))
        eventually(
            page,
            lambda: any(row.body.get("text") == "efter at sessionen sluttede" for row in world.records()),
        )
        eventually(page, lambda: unsent(page) == 0)
