"""What was recorded is read back: the visits of a date, one visit's story, what is new of a citizen, the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from delivery_app.services.records.reading import latest_for_citizen, visit_states, visit_story
from delivery_app.services.records.visits import VisitName
from models.tables import AccessEntry
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, TabletApp, tablet_app
from tests.delivery_app.web.app_examples import send

DEVIATION = {"type": "late", "cause": "traffic", "done": "Ringede", "told": ["citizen"]}
EVENT = {
    "what": "Faldt i badet",
    "where": "Badeværelset",
    "consequence": "mild",
    "done": "Ringede til lægen",
    "told": ["nurse"],
    "medicine": False,
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def test_every_visit_of_the_published_date_has_a_state(app: TabletApp) -> None:
    tablet = app.tablet()
    start = tablet.record("started", need_id=app.needs["n1"])
    tablet.sync(start)
    # It is taken back from another page, which names the record only.
    with app.planned.database.reading() as session:
        states = visit_states(session, app.planned.team_id, MONDAY)
    assert {name: one.status for name, one in states.items()} == {
        VisitName(UUID(app.needs["n1"]), MONDAY): "started",
        VisitName(UUID(app.needs["n2"]), MONDAY): "planned",
        VisitName(UUID(app.needs["n3"]), MONDAY): "planned",
    }
    tablet.sync(tablet.record("withdrawn", {"reason": "Forkert"}, corrects_id=start["id"]))
    with app.planned.database.reading() as session:
        states = visit_states(session, app.planned.team_id, MONDAY)
        story = visit_story(session, app.planned.team_id, UUID(app.needs["n1"]), MONDAY)
    assert states[story.name].status == story.state.status == "planned"
    assert [(one.record.kind, one.stands, one.withdrawn) for one in story.entries] == [
        ("started", False, True),
        ("withdrawn", False, False),
    ]
    assert story.entries[0].why_withdrawn == "Forkert"
    assert story.entries[0].who == "Carer Prøve"


def test_colleagues_see_what_is_new_and_still_holds_without_adverse_events(app: TabletApp) -> None:
    tablet = app.tablet()
    citizen = app.citizens["c1"]
    old = tablet.record("note", {"text": "Forkert"}, citizen_id=citizen)
    new = tablet.record("note", {"text": "Rettet"}, citizen_id=citizen, corrects_id=old["id"])
    other = tablet.record("note", {"text": "En anden"}, citizen_id=app.citizens["c2"])
    event = tablet.record("adverse_event", EVENT, citizen_id=citizen)
    last = tablet.record("measurement", {"what": "weight_kg", "value": 70.5}, citizen_id=citizen)
    assert tablet.outcomes(old, new, other, event, last) == ["kept"] * 5
    with app.planned.database.reading() as session:
        found = latest_for_citizen(session, UUID(citizen))
        assert [one.record.body.get("text") for one in found] == [None, "Rettet"]
        assert len(latest_for_citizen(session, UUID(citizen), limit=1)) == 1
        before = latest_for_citizen(session, UUID(citizen), before=found[0].record.at)
        assert [one.record.body["text"] for one in before] == ["Rettet"]


def test_a_planner_reads_the_journal_with_what_was_corrected_and_what_differs(app: TabletApp) -> None:
    one, other = app.tablet(), app.tablet()
    citizen, need = app.citizens["c1"], app.needs["n1"]
    wrong = one.record("note", {"text": "Vejede 7 kilo"}, citizen_id=citizen)
    right = one.record("note", {"text": "Vejede 70 kilo"}, citizen_id=citizen, corrects_id=wrong["id"])
    one.sync(wrong, right, one.record("started", need_id=need))
    late = (MOMENT + timedelta(minutes=20)).isoformat()
    other.sync(other.record("started", need_id=need, device_at=late))
    planner = app.planned.client("planner")
    url = f"/planner/{app.planned.team_id}/citizens/{citizen}/journal"
    html = planner.get(url).text
    assert "<s>Vejede 7 kilo</s>" in html
    assert "Rettet af Carer Prøve" in html
    assert "<dd>Vejede 70 kilo</dd>" in html
    assert "To tablets siger noget forskelligt" in html
    assert "kl. 08.30" in html
    only = planner.get(url, params={"kind": "started"}).text
    assert "Vejede" not in only
    assert "Vejede" not in planner.get(url, params={"until": "2026-11-29"}).text
    assert "Vejede" in planner.get(url, params={"since": "2026-11-30", "until": "2026-11-30"}).text
    assert "er ikke en dato" in planner.get(url, params={"since": "i går"}).text
    assert app.planned.client("carer").get(url).status_code == 404
    with app.planned.database.reading() as session:
        seen = session.scalars(
            select(AccessEntry.citizen_id).where(
                col(AccessEntry.user_name) == "planner", col(AccessEntry.action) == "read"
            )
        ).all()
    assert {str(row) for row in seen} == {citizen}


def test_adverse_events_are_never_among_deviations(app: TabletApp) -> None:
    tablet = app.tablet()
    withdrawn = tablet.record(
        "deviation", {**DEVIATION, "done": "Forkert borger"}, citizen_id=app.citizens["c2"]
    )
    tablet.sync(
        tablet.record("deviation", DEVIATION, citizen_id=app.citizens["c1"]),
        tablet.record("adverse_event", EVENT, citizen_id=app.citizens["c1"]),
        withdrawn,
        tablet.record("withdrawn", {"reason": "Fejl"}, corrects_id=withdrawn["id"]),
    )
    leader, base = app.planned.client("leader"), f"/planner/{app.planned.team_id}"
    deviations, events = leader.get(f"{base}/deviations").text, leader.get(f"{base}/adverse-events").text
    assert "Kom senere eller tidligere end aftalt" in deviations
    assert "Trafik" in deviations
    assert "Citizen c1" in deviations
    assert "Forkert borger" not in deviations
    assert "Faldt i badet" not in deviations
    assert "Faldt i badet" in events
    assert "Ringede til lægen" in events
    assert "Trafik" not in events
    for page in ("deviations", "adverse-events"):
        assert app.planned.client("carer").get(f"{base}/{page}").status_code == 404


def test_complaints_and_damage_are_before_the_leader_and_apart(app: TabletApp) -> None:
    """D21: of all the team's citizens in one list, each read logged."""
    tablet = app.tablet()
    tablet.sync(
        tablet.record("complaint", {"text": "Kom aldrig i går"}, citizen_id=app.citizens["c1"]),
        tablet.record("damage", {"text": "En vase gik i stykker"}, citizen_id=app.citizens["c2"]),
        tablet.record("note", {"text": "Spiste godt"}, citizen_id=app.citizens["c3"]),
    )
    base = f"/planner/{app.planned.team_id}"
    leader = app.planned.client("leader")
    page = leader.get(f"{base}/complaints").text
    assert "Kom aldrig i går" in page
    assert "En vase gik i stykker" in page
    assert "Spiste godt" not in page
    assert "Kom aldrig" not in leader.get(f"{base}/deviations").text
    with app.planned.database.reading() as session:
        read = session.scalars(
            select(AccessEntry.citizen_id).where(
                col(AccessEntry.user_name) == "leader", col(AccessEntry.action) == "read"
            )
        ).all()
    assert {str(one) for one in read} == {app.citizens["c1"], app.citizens["c2"]}


def test_an_administrator_closes_a_tablet_with_a_reason(app: TabletApp) -> None:
    tablet = app.tablet()
    tablet.sync(unsent=4, oldest_unsent_at=(MOMENT - timedelta(hours=3)).isoformat())
    administrator = app.planned.client("administrator")
    html = administrator.get("/admin/devices").text
    assert "Tablet 7" in html
    assert "siden 30. nov. 2026 kl. 05.10" in html
    url = f"/admin/devices/{tablet.device_id}"
    refused = send(administrator, f"{url}/revoke", why=" ")
    assert refused.status_code == 422
    assert "Skriv, hvorfor enheden spærres" in refused.text
    assert tablet.post([]).status_code == 200
    assert send(administrator, f"{url}/revoke", why="Tabt i bussen").status_code == 303
    assert tablet.post([]).status_code == 410
    closed = administrator.get(url).text
    assert "Tabt i bussen" in closed
    assert "/revoke" not in closed
    assert app.planned.client("planner").get("/admin/devices").status_code == 403
