"""Screen visits as the app handles them: the link that runs out, what the waiting page says, how a call begins (S9, D6)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import col

from delivery_app.moment import ZONE
from delivery_app.services.screen.calls import end_call, note_progress, open_call
from delivery_app.services.screen.coming import next_call
from delivery_app.services.screen.figures import figures
from delivery_app.services.screen.lines import Exchange
from delivery_app.services.screen.links import has_run_out, link_of, make_link
from delivery_app.services.screen.office import Office
from models.tables import Citizen, Need, ScreenCall, Team, TeamPhone, Visit
from tests.delivery_app.planner.planned_app import fields_of
from tests.delivery_app.records.tablet_app import MONDAY, TabletApp, tablet_app

#: A quarter of an hour before the first visit, by screen at 8:00.
BEFORE = datetime(2026, 11, 30, 7, 45, tzinfo=ZONE)
SECRET = "en hemmelighed"
SOCKETS, FROM_OUR_PAGE = "ws://localhost", {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TabletApp]:
    with tablet_app(tmp_path_factory.mktemp("screen")) as found:
        with found.planned.database.transaction("setup") as session:
            need = session.get_one(Need, UUID(found.needs["n1"]))
            session.get_one(Citizen, need.citizen_id).screen_able = True
            need.modality = "screen"
            session.execute(sa.update(Visit).where(col(Visit.need_id) == need.id).values(modality="screen"))
        yield found


@pytest.fixture(autouse=True)
def _before_the_visit(app: TabletApp) -> Iterator[None]:
    """Each test begins before the visit, with no call made and nothing recorded."""
    app.planned.at(BEFORE)
    yield
    with app.planned.database.transaction("setup") as session:
        session.execute(sa.delete(ScreenCall))
        session.execute(sa.delete(TeamPhone))


def a_link(app: TabletApp, now: datetime = BEFORE) -> str:
    """A new link of the citizen's."""
    with app.planned.database.transaction("setup") as session:
        return make_link(session, app.planned.team_id, UUID(app.citizens["c1"]), by="setup", now=now)[0]


def said_to_citizen(app: TabletApp, token: str, most: int = 2) -> list[dict[str, Any]]:
    """What the app says first to whoever opens the page at a link."""
    client = app.planned.client("planner")
    client.cookies.clear()
    with client.websocket_connect(f"{SOCKETS}/call/socket", headers=FROM_OUR_PAGE) as line:
        line.send_json({"type": "hello", "token": token})
        return [line.receive_json() for _ in range(most)]


def said_to_carer(app: TabletApp, hello: dict[str, Any], most: int = 1) -> list[dict[str, Any]]:
    """What the app says first to the carer's page."""
    state = app.planned.app.state
    # A page of before is gone with its connection.
    state.office = Office(app.planned.database, state.clock)
    url = f"{SOCKETS}/call/{app.planned.team_id}/{app.needs['n1']}/{MONDAY}/socket"
    with app.planned.client("carer").websocket_connect(url, headers=FROM_OUR_PAGE) as line:
        line.send_json({"type": "hello", **hello})
        return [line.receive_json() for _ in range(most)]


def coming(app: TabletApp, now: datetime) -> tuple[str, bool, bool] | None:
    """The next call: when, whether today, whether late."""
    with app.planned.database.reading() as session:
        found = next_call(session, UUID(app.citizens["c1"]), now)
        if found is None:
            return None
        return f"{found.visit.begins_at.astimezone(ZONE):%a %H:%M}", found.is_today, found.is_late


def test_a_link_tells_when_the_call_comes_and_a_number_to_ring(app: TabletApp) -> None:
    with app.planned.database.transaction("setup") as session:
        team = session.get_one(Team, app.planned.team_id)
        for position, (number, shared) in enumerate((("11 11 11 11", False), ("22 22 22 22", True))):
            session.add(
                TeamPhone(
                    municipality_id=team.municipality_id,
                    team_id=team.id,
                    position=position,
                    name="Vagt",
                    number=number,
                    for_citizens=shared,
                )
            )
    phone, idle = said_to_citizen(app, a_link(app))
    assert phone == {"type": "phone", "phone": "22 22 22 22"}, "only a number that is meant for citizens"
    assert idle["next"] == {"at": "08.00", "day": "today", "carer": "Carer"}


def test_a_wrong_link_says_nothing_of_anybody(app: TabletApp) -> None:
    assert said_to_citizen(app, "x" * 32, 1) == [{"type": "leave", "why": "unknown"}]


def test_a_link_runs_out_and_the_same_one_can_hold_anew(app: TabletApp) -> None:
    token = a_link(app, BEFORE - timedelta(days=figures().days))
    assert said_to_citizen(app, token)[1]["type"] == "idle", "its last day is a day of it"
    with app.planned.database.transaction("setup") as session:
        link = link_of(session, UUID(app.citizens["c1"]))
        assert link is not None
        assert link.holds_until is not None
        link.holds_until -= timedelta(days=1)
    assert said_to_citizen(app, token)[1] == {"type": "leave", "why": "run_out"}
    (refused,) = said_to_carer(app, {})
    assert refused["type"] == "refused"
    assert "udløbet" in refused["why"]
    planner = app.planned.client("planner")
    page = f"/planner/{app.planned.team_id}/citizens/{app.citizens['c1']}/screen-link"
    html = planner.get(page).text
    assert "Forlæng" in html
    assert planner.post(f"{page}/put-off", data=fields_of(html)).status_code == 303
    assert said_to_citizen(app, token)[1]["type"] == "idle"
    with app.planned.database.reading() as session:
        link = link_of(session, UUID(app.citizens["c1"]))
        assert link is not None
        assert not has_run_out(link, BEFORE.date() + timedelta(days=figures().days))
        assert has_run_out(link, BEFORE.date() + timedelta(days=figures().days + 1))


def test_the_waiting_page_knows_today_tomorrow_and_a_late_call(app: TabletApp) -> None:
    """On Monday and Tuesday at 8:00, twenty minutes each."""
    assert coming(app, BEFORE) == ("Mon 08:00", True, False)
    assert coming(app, BEFORE + timedelta(minutes=30)) == ("Mon 08:00", True, True)
    after = BEFORE + figures().late + timedelta(hours=2)
    assert coming(app, after) == ("Tue 08:00", False, False)
    assert coming(app, BEFORE - timedelta(hours=7)) == ("Mon 08:00", True, False)
    assert coming(app, BEFORE - timedelta(hours=8)) == ("Mon 08:00", False, False)
    assert coming(app, BEFORE - timedelta(days=2)) is None, "the day after tomorrow is not told yet"


def test_a_call_that_was_made_is_not_awaited_any_more(app: TabletApp) -> None:
    a_link(app)
    with app.planned.database.transaction("setup") as session:
        call, _ = open_call(session, app.planned.team_id, UUID(app.needs["n1"]), MONDAY, uuid4(), BEFORE)
        end_call(session, call.id, "carer", BEFORE)
    assert coming(app, BEFORE) == ("Mon 08:00", True, False), "it rang, and nobody answered"
    with app.planned.database.transaction("setup") as session:
        call, _ = open_call(session, app.planned.team_id, UUID(app.needs["n1"]), MONDAY, uuid4(), BEFORE)
        note_progress(session, call.id, BEFORE, connected=True)
        end_call(session, call.id, "citizen", BEFORE)
    assert coming(app, BEFORE) == ("Tue 08:00", False, False)


def test_a_page_that_comes_back_does_not_ring_again_at_who_hung_up(app: TabletApp) -> None:
    a_link(app)
    ready, _ = said_to_carer(app, {"call": ""}, 2)
    assert ready["type"] == "ready"
    assert said_to_carer(app, {"call": ready["call"]})[0]["call"] == ready["call"], "the call goes on"
    with app.planned.database.transaction("setup") as session:
        end_call(session, UUID(ready["call"]), "citizen", BEFORE)
    assert said_to_carer(app, {"call": ready["call"]}) == [{"type": "over", "by": "citizen"}]
    with app.planned.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ScreenCall)) == 1


def test_ways_to_each_other_come_from_the_settings(app: TabletApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """STUN and TURN with a password of the call's own that runs out; or another system's address (S9)."""
    a_link(app)
    settings = app.planned.app.state.settings
    monkeypatch.setattr(settings, "stun", ["stun:stun.example.dk:3478"])
    monkeypatch.setattr(settings, "turn", ["turn:turn.example.dk:3478"])
    monkeypatch.setattr(settings, "turn_secret", SecretStr(SECRET))
    (ready,) = said_to_carer(app, {})
    stun, turn = ready["ice"]
    assert stun == {"urls": ["stun:stun.example.dk:3478"]}
    until, _, room = turn["username"].partition(":")
    assert int(until) > BEFORE.timestamp() + 3600
    assert room == UUID(ready["call"]).hex
    made = hmac.new(SECRET.encode(), turn["username"].encode(), hashlib.sha1).digest()
    assert turn["credential"] == base64.b64encode(made).decode()
    assert ready["url"] == ""
    monkeypatch.setattr(settings, "video_url", "https://video.example.dk/{room}")
    (ready,) = said_to_carer(app, {"call": ready["call"]})
    assert ready["url"] == f"https://video.example.dk/{room}"


class Heard:
    """A page that remembers what it is told."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    async def send(self, message: dict[str, Any]) -> None:
        self.said.append(message)

    async def leave(self, why: str) -> None:
        self.said.append({"type": "leave", "why": why})


def test_a_carer_whose_network_is_gone_for_good_has_lost_the_call() -> None:
    """The citizen is told that the connection was lost, not that somebody hung up."""
    ended: list[tuple[UUID, str]] = []

    async def note(call_id: UUID, by: str) -> None:
        ended.append((call_id, by))

    async def run() -> Heard:
        exchange, citizen, carer = Exchange(note, gone_s=0.01), Heard(), Heard()
        who, call_id = uuid4(), uuid4()
        await exchange.citizen_comes(who, citizen)
        await exchange.carer_calls(who, call_id, "Karen", carer)
        await exchange.carer_goes(who, carer)
        while not ended:
            await asyncio.sleep(0.01)
        assert ended == [(call_id, "lost")]
        return citizen

    citizen = asyncio.run(asyncio.wait_for(run(), 20))
    assert [one["type"] for one in citizen.said] == ["ring", "here", "over"]
    assert citizen.said[-1]["by"] == "lost"


def test_calls_stand_on_the_planners_page(app: TabletApp) -> None:
    a_link(app)
    with app.planned.database.transaction("setup") as session:
        call, _ = open_call(session, app.planned.team_id, UUID(app.needs["n1"]), MONDAY, uuid4(), BEFORE)
        note_progress(session, call.id, BEFORE, connected=True)
        end_call(session, call.id, "citizen", BEFORE + timedelta(minutes=12))
    page = f"/planner/{app.planned.team_id}/citizens/{app.citizens['c1']}/screen-link"
    html = app.planned.client("planner").get(page).text
    assert "12 minutter" in html
    assert "afsluttet af borgeren" in html


def test_a_visit_that_was_moved_by_agreement_is_called_at_its_new_time(app: TabletApp) -> None:
    """Afternoon is much too late for a visit at 8:00, and right for one that was moved there (S12)."""
    a_link(app)
    moved = BEFORE.replace(hour=14, minute=0)
    body = {
        "type": "moved",
        "cause": "staff",
        "done": "Aftalt",
        "told": ["citizen"],
        "moved_to": moved.isoformat(),
    }
    app.planned.at(moved)
    tablet = app.tablet()
    assert "for længe siden" in said_to_carer(app, {})[0]["why"]
    assert tablet.outcomes(tablet.record("deviation", body, need_id=app.needs["n1"])) == ["kept"]
    assert coming(app, moved - timedelta(minutes=5)) == ("Mon 14:00", True, False)
    assert said_to_carer(app, {})[0]["type"] == "ready"
