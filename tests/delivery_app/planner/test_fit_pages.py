"""The page that fits in a new visit: ways and a button each, mistakes, and what would help where there is no place (S14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from delivery_app.planner import routes_fit
from models.tables import Need, Roster
from tests.delivery_app.planner.planned_app import PlannedApp, fields_of, planned_app


@pytest.fixture
def of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlannedApp]:
    """The app; what a process of its own would answer is answered here."""
    monkeypatch.setattr(routes_fit.HELPER, "warm", lambda: None)
    monkeypatch.setattr(routes_fit.HELPER, "ask", lambda function, *args: function(*args))
    with planned_app(tmp_path) as made:
        yield made


FIT = {
    "service": "safety",
    "how_long": "once",
    "days": "mon",
    "window_start": "08:00",
    "window_end": "10:30",
    "minutes": "20",
    "carers": "1",
    "modality": "home",
    "priority": "2",
    "counts": "yes",
}


def test_fit_in_by_one_button(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("fit")).text
    fields = {**FIT, "citizen": of.ids()["c2"]}
    found = client.post(of.url("fit"), data=fields_of(form, **fields))
    assert found.status_code == 200
    keys = re.findall(r'name="key" value="([^"]+)"', found.text)
    assert len(keys) >= 2
    take = fields_of(found.text, **fields, key=keys[0], row_version="2")
    stale = client.post(of.url("fit") + "/take", data={**take, "row_version": "1"})
    assert stale.status_code == 409
    done = client.post(of.url("fit") + "/take", data=take)
    assert done.headers["location"] == f"/planner/{of.team_id}/notices"
    with of.database.reading() as session:
        assert session.scalars(select(Need).where(col(Need.code) == "c2-1")).one().minutes == 20
        assert session.scalars(select(Roster).where(col(Roster.version) == 2)).one().status == "published"
    assert "Citizen c2" in client.get(done.headers["location"]).text


def test_visit_without_a_place_is_told_what_would_give_one_and_tries_it(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("fit")).text
    fields = {**FIT, "citizen": of.ids()["c2"]}
    # Nobody is on duty on Wednesday.
    found = client.post(of.url("fit"), data=fields_of(form, **{**fields, "days": "wed"})).text
    assert 'name="key"' not in found
    _, _, helped = found.partition('id="fit-helps"')
    assert "Hvad der ville give det plads" in helped
    (tried,) = [one for one in re.findall(r"<li>.*?</li>", helped, re.S) if "på en anden dag: tir" in one]
    assert "Carer k" in tried
    values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', tried))
    assert values["days"] == "tue"
    done = client.post(of.url("fit"), data=values).text
    assert 'name="key"' in done
    assert 'id="fit-helps"' not in done


def test_page_waits_for_what_would_help_without_holding_the_request(
    of: PlannedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = of.client()
    form = client.get(of.url("fit")).text
    fields = fields_of(form, **{**FIT, "citizen": of.ids()["c2"], "days": "wed"})
    with monkeypatch.context() as patched:
        patched.setattr(routes_fit, "helps_at_hand", lambda *asked: None)
        waits = client.post(of.url("fit"), data=fields).text
        still = client.post(of.url("fit") + "/helps", data=fields).text
    for text in (waits, still):
        assert f'hx-post="{of.url("fit")}/helps"' in text
        assert "på en anden dag" not in text
    # What it asks again with is what was typed.
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', still))
    there = client.post(of.url("fit") + "/helps", data=sent)
    assert there.status_code == 200
    assert "<html" not in there.text
    assert "hx-post" not in there.text
    assert "på en anden dag: tir" in there.text


def test_place_that_is_gone_is_answered_with_those_that_are_there(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("fit")).text
    fields = {**FIT, "citizen": of.ids()["c2"], "key": "0.1.home.x", "row_version": "2"}
    answer = client.post(of.url("fit") + "/take", data=fields_of(form, **fields))
    assert answer.status_code == 409
    assert "Pladsen er der ikke længere" in answer.text
    assert 'name="key"' in answer.text
    with of.database.reading() as session:
        assert len(session.scalars(select(Roster)).all()) == 1


def test_mistakes_in_the_new_visit_are_told_all_at_once(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("fit")).text
    fields = {**FIT, "citizen": "", "days": "", "minutes": "x", "window_end": "07:00"}
    answer = client.post(of.url("fit"), data=fields_of(form, **fields))
    assert answer.status_code == 422
    for name in ("citizen", "days", "minutes", "window_end"):
        assert f'href="#{name}"' in answer.text


def test_a_form_speaks_of_its_fields_and_a_missing_day_is_one_mistake(of: PlannedApp) -> None:
    client = of.client()
    form = client.get(of.url("fit")).text
    citizen = of.ids()["c2"]
    no_day = client.post(of.url("fit"), data=fields_of(form, **{**FIT, "citizen": citizen, "days": ""}))
    assert no_day.status_code == 422
    assert re.findall(r'href="#(\w+)"', no_day.text.partition('id="form-title"')[2]) == ["days"]
    assert "Kryds dagene af" in no_day.text
    empty = client.post(
        of.url("fit"), data=fields_of(form, **{**FIT, "citizen": citizen, "window_start": ""})
    )
    assert 'href="#window_start"' in empty.text
    assert "Dette mangler; udfyld det" in empty.text
    early = client.post(
        of.url("fit"), data=fields_of(form, **{**FIT, "citizen": citizen, "window_end": "07:00"})
    )
    assert early.status_code == 422
    for page in (no_day, empty, early):
        assert not re.search(r"\bcelle|window_start, |&#39;any&#39;|times_per_week,", page.text)
