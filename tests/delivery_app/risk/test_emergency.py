"""Emergency calls: somebody is sent and answers; visits are moved, never cancelled (S21, S12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from delivery_app.services.records.visits import VisitName
from delivery_app.services.risk.calls import minutes_given, state_of
from delivery_app.services.risk.rounds import said_about
from models.tables import AccessEntry, EmergencyCall
from tests.delivery_app.planner.planned_app import fields_of, planned_app
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, Tablet, TabletApp, tablet_app
from tests.scheduler.cases import carer, need, roster, shift, visit
from tests.scheduler.replan.replan_cases import team


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def planner_page(app: TabletApp, path: str = "") -> str:
    return f"/planner/{app.planned.team_id}/emergency{path}"


def new_call(app: TabletApp, citizen: str = "c1", **fields: str) -> UUID:
    """A planner writes a call down."""
    client = app.planned.client()
    page = client.get(planner_page(app))
    data = {"citizen": app.citizens[citizen], "what": "Faldet i køkkenet", "minutes": "30", **fields}
    answer = client.post(planner_page(app), data=fields_of(page.text, **data), follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rsplit("/", 1)[-1])


def send(app: TabletApp, call_id: UUID, carer: str) -> int:
    client = app.planned.client()
    url = planner_page(app, f"/{call_id}")
    page = client.get(url).text
    version = page.split('name="row_version" value="')[1].split('"')[0]
    data = fields_of(page, carer=str(app.carers[carer]), row_version=version)
    return client.post(url + "/send", data=data, follow_redirects=False).status_code


def state(app: TabletApp, call_id: UUID, after: int = 0) -> str:
    with app.planned.database.reading() as session:
        call = session.get_one(EmergencyCall, call_id)
        found = state_of(session, call, MOMENT + timedelta(minutes=after))
        return f"{found.status}{'!' if found.unanswered else ''}"


def waiting(tablet: Tablet) -> list[str]:
    return [
        one["id"]
        for one in tablet.client.get(tablet.url("alarms"), headers={"HX-Request": "true"}).json()["calls"]
    ]


def test_a_call_goes_from_asked_to_ended(app: TabletApp) -> None:
    tablet = app.tablet()
    call_id = new_call(app)
    assert state(app, call_id) == "open"
    assert waiting(tablet) == []
    assert send(app, call_id, "k1") == 303
    assert state(app, call_id) == "sent"
    assert waiting(tablet) == [str(call_id)], "the tablet hears of it"
    about = {"call_id": str(call_id), "citizen_id": app.citizens["c1"]}
    for kind, expected in (
        ("emergency_accepted", "accepted"),
        ("on_the_way", "on_the_way"),
        ("emergency_arrived", "arrived"),
    ):
        assert tablet.outcomes(tablet.record(kind, {}, **about)) == ["kept"]
        assert state(app, call_id) == expected
    assert waiting(tablet) == []
    late = (MOMENT + timedelta(minutes=25)).isoformat()
    app.planned.at(MOMENT + timedelta(minutes=26))
    ended = tablet.record("emergency_ended", {"outcome": "Hjulpet op"}, **about, device_at=late)
    assert tablet.outcomes(ended) == ["kept"]
    assert state(app, call_id) == "ended"
    with app.planned.database.reading() as session:
        given = minutes_given(session, UUID(app.citizens["c1"]), MONDAY, MOMENT)
    assert given == 24, "from arrival to end"


def test_nobody_answers_and_the_planner_is_told(app: TabletApp) -> None:
    call_id = new_call(app)
    assert state(app, call_id, 2) == "open"
    assert state(app, call_id, 3) == "open!"
    send(app, call_id, "k1")
    assert state(app, call_id, 3) == "sent!"
    tablet = app.tablet()
    no = tablet.record("emergency_declined", {"reason": "Kan ikke forlade borgeren"}, call_id=str(call_id))
    assert tablet.outcomes(no) == ["kept"]
    assert state(app, call_id) == "declined"
    assert "Kan ikke forlade borgeren" in app.planned.client().get(planner_page(app, f"/{call_id}")).text


def test_only_who_is_sent_answers(app: TabletApp) -> None:
    call_id = new_call(app)
    send(app, call_id, "k2")
    tablet = app.tablet()
    yes = tablet.record("emergency_accepted", {}, call_id=str(call_id))
    assert tablet.outcomes(yes) == ["refused"]
    unknown = tablet.record("emergency_arrived", {}, call_id=str(UUID(int=7)))
    assert tablet.outcomes(unknown) == ["refused"]


def test_two_planners_do_not_send_two_carers(app: TabletApp) -> None:
    call_id = new_call(app)
    client, url = app.planned.client(), planner_page(app, f"/{call_id}")
    page = client.get(url).text
    version = page.split('name="row_version" value="')[1].split('"')[0]
    send(app, call_id, "k1")
    second = fields_of(page, carer=str(app.carers["k2"]), row_version=version)
    assert client.post(url + "/send", data=second).status_code == 409


def test_a_visit_is_moved_only_to_an_agreed_time(app: TabletApp) -> None:
    call_id = new_call(app)
    client, url = app.planned.client(), planner_page(app, f"/{call_id}")
    need = next(iter(app.needs.values()))
    fields = fields_of(client.get(url).text, need=need, on_date=MONDAY.isoformat(), to="11:40")
    assert client.post(url + "/move", data=fields).status_code == 422, "with whom?"
    assert client.post(url + "/move", data={**fields, "to": "", "agreed_with": "citizen"}).status_code == 422
    assert app.records() == []
    agreed = {**fields, "agreed_with": "citizen"}
    assert client.post(url + "/move", data=agreed, follow_redirects=False).status_code == 303
    with app.planned.database.reading() as session:
        said = said_about(session, app.planned.team_id, MONDAY)
    assert said[VisitName(UUID(need), MONDAY)].moved_to_min == 11 * 60 + 40


def test_a_carer_who_takes_the_telephone_makes_a_call_once(app: TabletApp) -> None:
    tablet = app.tablet()
    asked = tablet.record("emergency_asked", {"what": "Svimmel"}, citizen_id=app.citizens["c1"])
    assert tablet.outcomes(asked) == ["kept"]
    assert tablet.outcomes(asked) == ["known"]
    with app.planned.database.reading() as session:
        (call,) = session.scalars(select(EmergencyCall)).all()
    assert (str(call.id), call.what) == (asked["id"], "Svimmel")


def test_what_is_asked_for_is_checked(app: TabletApp) -> None:
    client = app.planned.client()
    page = client.get(planner_page(app))
    good = {"citizen": app.citizens["c1"], "what": "Faldet", "minutes": "30"}
    for wrong in (
        {"citizen": ""},
        {"what": " "},
        {"minutes": "0"},
        {"minutes": "x"},
        {"qualification": "king"},
    ):
        answer = client.post(planner_page(app), data=fields_of(page.text, **{**good, **wrong}))
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.text
    with app.planned.database.reading() as session:
        assert session.scalars(select(EmergencyCall)).all() == []


def test_whose_call_was_read_is_logged(app: TabletApp) -> None:
    call_id = new_call(app)
    send(app, call_id, "k1")
    tablet = app.tablet()
    assert tablet.client.get(tablet.url(f"emergency/{call_id}")).status_code == 200
    with app.planned.database.reading() as session:
        read = session.scalars(
            select(AccessEntry).where(
                col(AccessEntry.citizen_id) == UUID(app.citizens["c1"]),
                col(AccessEntry.subject_id) == call_id,
                col(AccessEntry.action) == "read",
                col(AccessEntry.use) == "delivery",
            )
        ).all()
    assert read


def test_nobody_of_another_team_sees_it(app: TabletApp) -> None:
    assert app.planned.client("carer").get(planner_page(app)).status_code == 404
    assert app.tablet().client.get(f"/carer/{app.planned.team_id}/emergency/{UUID(int=3)}").status_code == 404


def test_at_night_who_began_yesterday_is_proposed_and_two_are_spoken_of(tmp_path: Path) -> None:
    """The shift belongs to the date on which it began; of a citizen for two it is said that two are needed."""
    night = team(
        needs=[need("n1", "c1", "22:30-23:30", carers=2)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift(f"s{n}", f"k{n}", 0, "22:00-31:00") for n in (1, 2)],
    )
    plan = roster(night, [visit("n1", "c1", "23:00-23:30", "k1:s1", "k2:s2")])
    with planned_app(tmp_path, night, plan) as planned:
        planned.at(MOMENT + timedelta(hours=18))
        client, url = planned.client(), f"/planner/{planned.team_id}/emergency"
        fields = {"citizen": planned.ids()["c1"], "what": "Faldet", "minutes": "30"}
        made = client.post(url, data=fields_of(client.get(url).text, **fields), follow_redirects=False)
        page = client.get(made.headers["location"])
        assert "Carer k1" in page.text
        assert "Carer k2" in page.text
        assert "et opkald til hver" in page.text
