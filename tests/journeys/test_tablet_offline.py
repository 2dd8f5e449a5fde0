"""The carer's tablet with and without a network (D9): nothing lost, nothing doubled, nothing to read for others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, Route
from sqlmodel import col, select

from delivery_app.services import devices
from models.tables import Carer, Device, Record, TeamMembership, User
from tests.delivery_app.planner.planned_app import NOW
from tests.journeys.tablet_world import CODE, Tablets, eventually, fail, tablets, unsent, wait_unsent

VISIT = "#page [data-kind=visit]"
DAY = "#page [data-kind=day]"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablets]:
    with tablets(tmp_path_factory.mktemp("tablets")) as found:
        yield found


def open_visit(world: Tablets, page: Page, number: int) -> None:
    """From the list of the day."""
    if not page.query_selector(DAY):
        page.click(".c-nav a >> nth=0")
    page.click(f'{DAY} a[href="{world.visit_url(number)}"]')
    page.wait_for_selector(f'{VISIT}[data-need-id="{world.visits[number][0]}"]')


def note(page: Page, text: str) -> None:
    """Write an observation."""
    page.click("#f-note > summary")
    page.fill("#f-note textarea", text)
    page.click("#f-note button[type=submit]")
    page.wait_for_selector("[data-notice=saved]")


def choose_code(page: Page) -> None:
    """On the page of the tablet."""
    page.click("#unsent")
    page.fill("[data-do=code] [name=code]", CODE)
    page.fill("[data-do=code] [name=again]", CODE)
    page.click("[data-do=code] button")
    page.wait_for_selector("[data-notice=code-set]")


def kept_texts(world: Tablets) -> list[str]:
    """Texts of the observations that the server has."""
    return [row.body["text"] for row in world.records() if row.kind == "note"]


def test_a_shift_without_network_then_everything_once(world: Tablets) -> None:
    """Tomorrow's visit opens though nobody opened it before. Recorded, reloaded, the browser closed and opened again: it is
    all there, and goes out once."""
    before = {row.id for row in world.records()}

    def found() -> list[Record]:
        return [row for row in world.records() if row.id not in before]

    with world.tablet("shift") as context:
        page = world.sign_in(context)
        open_visit(world, page, 0)
        choose_code(page)
        context.set_offline(True)
        page.click(".c-nav a >> nth=0")
        page.click(f"{DAY} a[rel=next]")
        page.wait_for_selector(f'{DAY}[data-date="2026-12-01"]')
        page.click(f"{DAY} a.c-stop >> nth=2")
        page.wait_for_selector(f'{VISIT}[data-on-date="2026-12-01"]')
        assert world.visits[2][2] in page.inner_text(f"{VISIT} h1")
        page.click(".c-nav a >> nth=0")
        open_visit(world, page, 0)
        page.click("button[data-record=started]")
        page.wait_for_selector(f"{VISIT}[data-state=started]")
        note(page, "Spiste hele morgenmaden")
        wait_unsent(page, 2)
        page.reload()
        page.wait_for_selector(f"{VISIT}[data-state=started]")
        wait_unsent(page, 2)
    with world.tablet("shift", offline=True) as context:
        page = context.pages[0]
        page.goto(world.server.address + world.visit_url(0))
        page.wait_for_selector("#unlock[open]")
        assert not page.query_selector(VISIT)
        page.fill("#unlock input", CODE)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{VISIT}[data-state=started]")
        wait_unsent(page, 2)
        page.click("button[data-record=ended]")
        page.wait_for_selector(f"{VISIT}[data-state=ended]")
        assert not found()
        context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        eventually(page, lambda: len(found()) == 3)
        wait_unsent(page, 0)
        page.wait_for_timeout(500)
        assert [row.kind for row in found()] == ["started", "note", "ended"]
        assert [row.device_seq for row in found()] == [1, 2, 3]
        assert {row.need_id for row in found()} == {world.visits[0][0]}


#: A worker that has to be started first, on a tablet that is busy.
SLOW_WORKER = """
const post = ServiceWorker.prototype.postMessage;
ServiceWorker.prototype.postMessage = function (...given) { setTimeout(() => post.apply(this, given), 2500); };
"""


def test_a_slow_worker_is_waited_for_before_the_code_is_asked_for(world: Tablets) -> None:
    """Loaded again without a network: the key is in the worker's memory, however long the worker takes to say so."""
    with world.tablet("slow") as context:
        page = world.sign_in(context)
        open_visit(world, page, 1)
        choose_code(page)
        context.add_init_script(SLOW_WORKER)
        context.set_offline(True)
        page.goto(world.server.address + world.visit_url(1))
        page.wait_for_selector(f"{VISIT}, #unlock[open]")
        assert not page.is_visible("#unlock")


def test_server_killed_and_answers_lost(world: Tablets) -> None:
    """The server dies, comes back, and an answer gets lost: each record is kept once."""
    with world.tablet("killed") as context:
        page = world.sign_in(context)
        open_visit(world, page, 1)
        world.server.kill()
        note(page, "mens serveren var væk")
        wait_unsent(page, 1)
        world.server.start()
        lost = []

        def lose(route: Route) -> None:
            lost.append(route.fetch().status)
            fail(route)

        context.route("**/sync", lose, times=1)
        page.evaluate("dispatchEvent(new Event('online'))")
        eventually(page, lambda: lost == [200])
        wait_unsent(page, 1)
        page.evaluate("dispatchEvent(new Event('online'))")
        wait_unsent(page, 0)
        assert kept_texts(world).count("mens serveren var væk") == 1


def test_an_answer_that_is_not_ours_is_no_network(world: Tablets) -> None:
    """A hotel's sign-in page with status 200 takes no record away."""
    with world.tablet("portal") as context:
        page = world.sign_in(context)
        open_visit(world, page, 2)
        context.route("**/sync", lambda route: route.fulfill(status=200, body="<html>Betal for wifi</html>"))
        note(page, "bag en betalingsside")
        eventually(page, lambda: page.inner_text("#net") != "")
        wait_unsent(page, 1)
        context.unroute("**/sync")
        page.evaluate("dispatchEvent(new Event('online'))")
        wait_unsent(page, 0)
        assert kept_texts(world).count("bag en betalingsside") == 1


def test_two_tabs_send_each_record_once(world: Tablets) -> None:
    with world.tablet("tabs") as context:
        first = world.sign_in(context)
        open_visit(world, first, 3)
        second = context.new_page()
        second.goto(world.server.address + world.visit_url(3))
        second.wait_for_selector(VISIT)
        context.set_offline(True)
        note(first, "fra den ene fane")
        note(second, "fra den anden fane")
        context.set_offline(False)
        for page in (first, second):
            page.evaluate("dispatchEvent(new Event('online'))")
        eventually(first, lambda: len([one for one in kept_texts(world) if "fane" in one]) == 2)
        first.wait_for_timeout(500)
        found = [row for row in world.records() if row.kind == "note" and "fane" in row.body["text"]]
        assert sorted(row.body["text"] for row in found) == ["fra den anden fane", "fra den ene fane"]
        assert len({row.device_seq for row in found}) == 2


WRONG_CLOCK = """
const Real = Date, off = 3 * 3600 * 1000;
globalThis.Date = class extends Real {
  constructor(...given) { if (given.length) super(...given); else super(Real.now() + off); }
  static now() { return Real.now() + off; }
};
"""


def test_a_wrong_clock_is_seen_through(world: Tablets) -> None:
    """The tablet's clock is three hours off: the record has the moment it was made at."""
    with world.tablet("clock") as context:
        context.add_init_script(WRONG_CLOCK)
        page = world.sign_in(context)
        open_visit(world, page, 4)
        context.set_offline(True)
        note(page, "uret går forkert")
        made = world.planned.app.state.clock()
        context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        eventually(page, lambda: "uret går forkert" in kept_texts(world))
        row = next(one for one in world.records() if one.body.get("text") == "uret går forkert")
        assert abs(row.at - made) < timedelta(seconds=30)
        assert not row.clock_doubtful


def test_nothing_is_to_be_read_on_the_disk(world: Tablets) -> None:
    """Neither names of citizens nor what was written stand in the profile, with pages kept and a record waiting."""
    with world.tablet("plain") as context:
        page = world.sign_in(context)
        open_visit(world, page, 0)
        context.set_offline(True)
        note(page, "hemmeligheden om katten")
        page.wait_for_timeout(500)
    words = [*world.names(), "hemmeligheden om katten"]
    wanted = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    files = [one for one in (world.folder / "plain").rglob("*") if one.is_file()]
    assert any("IndexedDB" in str(one) for one in files)
    found = {
        one.name for one in files for content in [one.read_bytes()] for word in wanted if word in content
    }
    assert found == set()


def test_sign_out_keeps_what_is_unsent_and_the_next_user_reads_nothing(world: Tablets) -> None:
    with world.tablet("shared") as context:
        page = world.sign_in(context)
        open_visit(world, page, 0)
        page.evaluate("() => indexedDB.databases()")
        context.route("**/sync", fail)
        note(page, "før vagten sluttede")
        page.click("#unsent")
        page.click("[data-do=sign-out]")
        page.wait_for_url("**/signin**")
        assert stored(page, "outbox") == 1
        assert stored(page, "pages") == 0
        context.unroute("**/sync")
        page = world.sign_in(context, "carer2")
        eventually(page, lambda: page.query_selector("[data-notice=others]") is not None)
        assert unsent(page) == 0
        assert world.visits[0][2] not in page.inner_text("body")
        assert "før vagten sluttede" not in kept_texts(world)
        page.click("#unsent")
        page.click("[data-do=sign-out]")
        page.wait_for_url("**/signin**")
        page = world.sign_in(context)
        eventually(page, lambda: "før vagten sluttede" in kept_texts(world))
        assert kept_texts(world).count("før vagten sluttede") == 1


def stored(page: Page, name: str) -> int:
    """How many values a store of the tablet has."""
    return int(
        page.evaluate(
            """(name) => new Promise((resolve) => { indexedDB.open('naerplan', 1).onsuccess = (event) => {
              const database = event.target.result, count = database.transaction(name).objectStore(name).count();
              count.onsuccess = () => { database.close(); resolve(count.result); };
            }; })""",
            name,
        )
    )


#: A code becomes a key in a moment; how many rounds the tablet asks for is noted: so many that guessing takes long.
QUICK_CODES = """
const derive = crypto.subtle.deriveKey.bind(crypto.subtle);
globalThis.rounds = [];
crypto.subtle.deriveKey = (how, ...others) => {
  rounds.push(how.iterations);
  return derive({ ...how, iterations: 1000 }, ...others);
};
"""


def test_ten_wrong_codes_delete_the_pages_and_not_what_is_unsent(world: Tablets) -> None:
    with world.tablet("codes") as context:
        context.add_init_script(QUICK_CODES)
        page = world.sign_in(context)
        open_visit(world, page, 0)
        choose_code(page)
        context.set_offline(True)
        page.click(".c-nav a >> nth=0")
        open_visit(world, page, 0)
        note(page, "ti forkerte koder")
    with world.tablet("codes", offline=True) as context:
        context.add_init_script(QUICK_CODES)
        page = context.pages[0]
        page.goto(world.server.address + world.base)
        page.wait_for_selector("#unlock[open]")
        for number in range(9):
            page.fill("#unlock input", f"forkert kode {number}")
            page.keyboard.press("Enter")
            page.wait_for_function(
                "(left) => document.querySelector('#unlock [data-wrong]').textContent.includes(left)",
                arg=str(9 - number),
            )
        page.fill("#unlock input", "forkert kode 9")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-notice=locked]")
        assert page.evaluate("rounds") == [600_000] * 10
        assert stored(page, "pages") == 0
        assert stored(page, "outbox") == 1


def test_who_has_left_the_team_reads_nothing_and_what_is_unsent_is_kept(world: Tablets) -> None:
    """The carer's time in the team ended while a record waited: pages go, the record stays, and goes out when the date
    was wrong and is put right."""
    with world.tablet("left") as context:
        page = world.sign_in(context, "carer2")
        context.set_offline(True)
        page.click(f"{DAY} a.c-stop >> nth=0")
        page.wait_for_selector(VISIT)
        note(page, "skrevet den sidste dag")
        leave(world, NOW.date())
        context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-notice=ended]:has-text('Spørg din leder')")
        assert "gemt på denne tablet: 1" in page.inner_text("[data-notice=ended]")
        assert not page.query_selector("#page [data-page]")
        eventually(page, lambda: stored(page, "pages") == 0)
        assert stored(page, "outbox") == 1
        page.goto(f"{world.server.address}{world.base}")
        page.wait_for_selector("[data-notice=ended]")
        assert "skrevet den sidste dag" not in kept_texts(world)
        leave(world, None)
        page.reload()
        page.wait_for_selector(DAY)
        eventually(page, lambda: kept_texts(world).count("skrevet den sidste dag") == 1)


def leave(world: Tablets, first_day: date | None) -> None:
    """``carer2`` is none of the team's carers from a day on, or is again."""
    with world.planned.database.transaction("planner") as session:
        user = session.scalars(select(User).where(col(User.sign_in_name) == "carer2")).one()
        row = session.scalars(select(TeamMembership).where(col(TeamMembership.user_id) == user.id)).one()
        assert row.carer_id is not None
        session.get_one(Carer, row.carer_id).until_date = first_day


def test_a_closed_tablet_deletes_its_pages(world: Tablets) -> None:
    """An administrator revokes the device: what it holds goes at its next word with the server."""
    with world.tablet("closed") as context:
        page = world.sign_in(context, "carer2")
        assert stored(page, "pages") > 0
        with world.planned.database.transaction("admin") as session:
            user = session.scalars(select(User).where(col(User.sign_in_name) == "carer2")).one()
            for device in session.scalars(select(Device).where(col(Device.user_id) == user.id)):
                now = world.planned.app.state.clock()
                devices.revoke(session, user.municipality_id, device.id, by="admin", why="tabt", now=now)
        page.reload()
        page.wait_for_selector("[data-notice=revoked]")
        eventually(page, lambda: stored(page, "pages") == 0)
        assert not page.query_selector("#page [data-page]")
