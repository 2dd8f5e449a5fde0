"""A carer who calls for help stands on the planner's screen until somebody answers (D22); so does a call nobody takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from delivery_app.services.risk.help import help_calls
from tests.delivery_app.planner.planned_app import fields_of
from tests.delivery_app.records.tablet_app import MOMENT, TabletApp, tablet_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def alarms(app: TabletApp, who: str = "planner") -> str:
    """What the stream says first."""
    answer = app.planned.client(who).get(f"/planner/{app.planned.team_id}/alarms/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    return answer.text


def test_help_stands_there_with_where_until_it_is_answered(app: TabletApp) -> None:
    assert "data-alarm" not in alarms(app)
    tablet = app.tablet()
    call = tablet.record(
        "help_call", {}, need_id=app.needs["n1"] if "n1" in app.needs else next(iter(app.needs.values()))
    )
    tablet.sync(call)
    assert call["id"] in alarms(app)
    assert "ingen position" in alarms(app)
    where = tablet.record(
        "help_call",
        {"lat": 55.5, "lon": 12.25, "accuracy_m": 9.6},
        corrects_id=call["id"],
        need_id=call["need_id"],
    )
    tablet.sync(where)
    text = alarms(app)
    assert "geo:55.500000,12.250000" in text
    assert text.count('class="np-alarm"') == 1, "one call, with its newest position"
    client = app.planned.client()
    page = client.get(f"/planner/{app.planned.team_id}/emergency").text
    url = f"/planner/{app.planned.team_id}/help/{call['id']}/answer"
    for what in ("Jeg ringer nu", "Jeg også"):
        assert client.post(url, data=fields_of(page, what=what), follow_redirects=False).status_code == 303
    assert "data-alarm" not in alarms(app)
    (told,) = tablet.client.get(tablet.url("alarms")).json()["help"]
    assert (told["id"], told["answer"]) == (call["id"], "Jeg ringer nu"), "the first answer stays"


def test_help_that_is_over_is_no_alarm(app: TabletApp) -> None:
    tablet = app.tablet()
    tablet.sync(tablet.record("help_call", {}))
    app.planned.at(MOMENT + timedelta(minutes=5))
    later = (MOMENT + timedelta(minutes=4)).isoformat()
    tablet.sync(tablet.record("help_ended", {"outcome": "Naboen hjalp"}, device_at=later))
    assert "data-alarm" not in alarms(app)
    with app.planned.database.reading() as session:
        (call,) = help_calls(session, app.planned.team_id, MOMENT + timedelta(minutes=5))
    assert call.ended == "Naboen hjalp"


def test_only_a_call_for_help_of_the_team_is_answered(app: TabletApp) -> None:
    client = app.planned.client()
    page = client.get(f"/planner/{app.planned.team_id}/emergency").text
    url = f"/planner/{app.planned.team_id}/help/{UUID(int=5)}/answer"
    assert client.post(url, data=fields_of(page)).status_code == 404


def test_carers_have_no_stream_of_alarms(app: TabletApp) -> None:
    answer = app.planned.client("carer").get(f"/planner/{app.planned.team_id}/alarms/events")
    assert answer.status_code == 404


def test_numbers_are_kept_by_planners_and_read_on_tablets(app: TabletApp) -> None:
    client, url = app.planned.client(), f"/planner/{app.planned.team_id}/phones"
    form = client.get(url + "/new").text
    wrong = client.post(url + "/new", data=fields_of(form, name="Vagten", number="ring!", hours=""))
    assert wrong.status_code == 422
    assert "telefonnummer" in wrong.text
    good = fields_of(form, name="Vagten", number="12 34 56 78", hours="hele døgnet")
    assert client.post(url + "/new", data=good, follow_redirects=False).status_code == 303
    tablet = app.tablet()
    page = tablet.client.get(tablet.url("phones")).text
    assert 'href="tel:12345678"' in page
    assert 'href="tel:112"' in page
    bundle = tablet.client.get(tablet.url("bundle")).json()["pages"]
    assert any(one["url"].endswith("/phones") and "12345678" in one["html"] for one in bundle), "also offline"
