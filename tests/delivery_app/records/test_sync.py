"""What a tablet sends is kept once, whatever comes twice, too late or wrong (D9, D10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from models.tables import AccessEntry, Citizen, Device
from tests.delivery_app.records.tablet_app import MOMENT, TabletApp, tablet_app
from tests.delivery_app.web.app_examples import add_team, client_of, somebody, token_in


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def test_a_batch_is_kept_and_known_when_it_comes_again(app: TabletApp) -> None:
    tablet = app.tablet()
    batch = [
        tablet.record("started", need_id=app.needs["n1"]),
        tablet.record("note", {"text": "Spiste godt"}, citizen_id=app.citizens["c1"]),
        tablet.record("team_message", {"text": "Husk nøglen", "to": "team"}),
    ]
    assert tablet.outcomes(*batch) == ["kept"] * 3
    kept = [one.model_dump() for one in app.records()]
    assert tablet.outcomes(*batch) == ["known"] * 3
    assert [one.model_dump() for one in app.records()] == kept
    first = kept[0]
    assert str(first["citizen_id"]) == app.citizens["c1"], "whose the visit is, is known"
    assert first["carer_id"] == app.carers["k1"]
    assert str(first["device_id"]) == tablet.device_id
    assert first["created_by"] == "carer"


def test_one_that_is_refused_stops_no_other(app: TabletApp) -> None:
    tablet = app.tablet()
    right = [tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"]) for _ in range(3)]
    wrong = [
        tablet.record("dancing"),
        tablet.record("note", {"text": ""}, citizen_id=app.citizens["c1"]),
        tablet.record("measurement", {"what": "weight_kg", "value": 7}, citizen_id=app.citizens["c1"]),
        tablet.record("note", {"text": "A"}, citizen_id=str(uuid4())),
        tablet.record("started", need_id=str(uuid4())),
        tablet.record("started"),
        tablet.record("note", {"text": "A"}),
        tablet.record(
            "photo", {"photo_id": str(uuid4()), "agreed_by": "citizen"}, citizen_id=app.citizens["c1"]
        ),
        tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"], corrects_id=str(uuid4())),
        tablet.record("withdrawn", {"reason": "Fejl"}, citizen_id=app.citizens["c1"]),
        tablet.record("started", need_id=app.needs["n1"], citizen_id=app.citizens["c2"]),
        {"id": str(uuid4())},
        {"id": 7},
        "nothing",
        None,
        tablet.record("note", {"text": "\ud800"}, citizen_id=app.citizens["c1"]),
        tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"], device_at="2026-11-30T08:00:00"),
        tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"], device_at="9999-12-31T23:59:59Z"),
    ]
    mixed = [right[0], *wrong[:9], right[1], *wrong[9:], right[2]]
    headers = {"X-CSRF-Token": tablet.token, "Content-Type": "application/json"}
    data = json.dumps({"device_id": tablet.device_id, "records": mixed})
    answer = tablet.client.post(tablet.url("sync"), content=data, headers=headers)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [one["outcome"] for one in results] == ["kept", *["refused"] * 9, "kept", *["refused"] * 9, "kept"]
    for one in results:
        assert ("reason" in one) == (one["outcome"] == "refused")
        assert one.get("reason", "x").strip(), one
    assert len(app.records()) == 3
    reasons = [one["reason"] for one in results if "reason" in one]
    assert "Tekst: skriv noget." in reasons[1]
    assert "(20" in reasons[2]


def test_an_id_is_taken_by_what_was_kept_under_it(app: TabletApp) -> None:
    tablet = app.tablet()
    one = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    assert tablet.outcomes(one) == ["kept"]
    for other in (
        {**one, "body": {"text": "B"}},
        {**one, "citizen_id": app.citizens["c2"]},
        {**one, "on_date": "2026-12-01"},
        {**one, "kind": "complaint"},
        {**one, "device_at": (MOMENT + timedelta(hours=1)).isoformat()},
    ):
        assert tablet.outcomes(other) == ["refused"]
    assert [row.body for row in app.records()] == [{"text": "A"}]
    # The same id twice in one batch, once as another record.
    two = tablet.record("note", {"text": "C"}, citizen_id=app.citizens["c1"])
    assert tablet.outcomes(two, two, {**two, "body": {"text": "D"}}) == ["kept", "known", "refused"]


def test_nothing_is_written_of_another_teams_citizen(app: TabletApp) -> None:
    with app.planned.database.transaction() as session:
        other = add_team(session, "Syd")
        stranger = Citizen(
            municipality_id=other.municipality_id,
            team_id=other.id,
            code="c1",
            name="Fremmed",
            lat=55.0,
            lon=12.0,
            from_date=MOMENT.date(),
        )
        session.add(stranger)
        session.flush()
        stranger_id = str(stranger.id)
    tablet = app.tablet()
    assert tablet.outcomes(tablet.record("note", {"text": "A"}, citizen_id=stranger_id)) == ["refused"]
    # The other team's address is not there at all.
    tablet.team_id = other.id
    assert tablet.post([]).status_code == 404
    assert app.records() == []


def test_a_correction_is_about_the_same_citizen(app: TabletApp) -> None:
    tablet = app.tablet()
    one = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    same = tablet.record("note", {"text": "B"}, citizen_id=app.citizens["c1"], corrects_id=one["id"])
    other = tablet.record("note", {"text": "B"}, citizen_id=app.citizens["c2"], corrects_id=one["id"])
    gone = tablet.record("withdrawn", {"reason": "Forkert"}, corrects_id=one["id"])
    itself = tablet.record("note", {"text": "B"}, citizen_id=app.citizens["c1"])
    itself["corrects_id"] = itself["id"]
    assert tablet.outcomes(other, one, same, gone, itself) == ["refused", "kept", "kept", "kept", "refused"]
    withdrawn = next(row for row in app.records() if row.kind == "withdrawn")
    assert str(withdrawn.citizen_id) == app.citizens["c1"], "it is found with the citizen it is about"


def test_the_order_is_the_devices_own_and_gaps_are_no_error(app: TabletApp) -> None:
    tablet = app.tablet()
    first = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    tablet.seq += 5
    last = tablet.record("note", {"text": "B"}, citizen_id=app.citizens["c1"], corrects_id=first["id"])
    # The correction stands first in the batch, and after what it corrects by its number.
    assert tablet.outcomes(last, first) == ["kept", "kept"]


def test_two_records_with_one_number_are_both_kept(app: TabletApp) -> None:
    """A tablet that was set back counts anew: nothing is lost by it."""
    tablet = app.tablet()
    one = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    tablet.seq -= 1
    two = tablet.record("note", {"text": "B"}, citizen_id=app.citizens["c1"])
    three = {**tablet.record("note", {"text": "C"}, citizen_id=app.citizens["c1"]), "seq": one["seq"]}
    assert tablet.outcomes(one) == ["kept"]
    assert tablet.outcomes(two, three) == ["kept", "kept"]
    assert sorted((row.body["text"], row.device_seq) for row in app.records()) == [
        ("A", 1),
        ("B", None),
        ("C", None),
    ]


def test_times_are_the_servers_and_a_wrong_clock_is_marked(app: TabletApp) -> None:
    tablet = app.tablet()

    def made(minutes: float, offset_min: float | None) -> dict[str, object]:
        at = (MOMENT + timedelta(minutes=minutes)).isoformat()
        offset = None if offset_min is None else int(offset_min * 60_000)
        return tablet.record(
            "note", {"text": "A"}, citizen_id=app.citizens["c1"], device_at=at, offset_ms=offset
        )

    slow, ahead, unmeasured, back = made(-183, 180), made(60, 0), made(1, None), made(-30, 0)
    assert tablet.outcomes(slow, ahead, unmeasured, back) == ["kept"] * 4
    rows = {str(row.id): row for row in app.records()}
    found = [rows[str(one["id"])] for one in (slow, ahead, unmeasured, back)]
    assert found[0].at == MOMENT - timedelta(minutes=3)
    assert found[0].device_at == MOMENT - timedelta(minutes=183)
    assert found[1].at == MOMENT + timedelta(minutes=60)
    # Of a time that lies ahead; and of one that runs against the order of the numbers.
    assert [row.clock_doubtful for row in found] == [False, True, True, True]


def test_without_its_devices_number_a_record_is_kept_all_the_same(app: TabletApp) -> None:
    tablet = app.tablet()
    tablet.device_id = str(uuid4())
    one = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    del one["seq"]
    assert tablet.outcomes(one) == ["kept"]
    assert tablet.outcomes(one) == ["known"]
    assert app.records()[0].device_id is None


def test_what_is_no_batch_is_answered_by_its_status(app: TabletApp) -> None:
    tablet = app.tablet()
    headers = {"X-CSRF-Token": tablet.token, "HX-Request": "true", "Content-Type": "application/json"}

    def status(content: bytes) -> int:
        return int(tablet.client.post(tablet.url("sync"), content=content, headers=headers).status_code)

    assert status(b"not json") == 400
    assert status(b"[]") == 400
    assert status(b"[" * 100_000) == 400
    assert status(b'{"records": 7}') == 422
    assert status(b'{"records": [' + b",".join([b"{}"] * 51) + b"]}") == 422
    assert status(b'{"records": "' + b"a" * 1_100_000 + b'"}') == 413
    assert status(b'{"records": []}') == 200


def test_only_a_carer_of_the_team_with_the_sessions_token_may_send(app: TabletApp) -> None:
    tablet = app.tablet()
    one = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    tablet.token, right = "0" * 64, tablet.token
    assert tablet.post([one]).status_code == 403
    tablet.token = right
    url, json = tablet.url("sync"), {"records": [one]}
    headers = {"HX-Request": "true", "X-CSRF-Token": right}
    assert client_of(app.planned.app).post(url, json=json, headers=headers).status_code == 401
    for name in ("planner", "leader", "administrator"):
        client = somebody(app.planned.app, name)
        token = token_in(client.get("/me").text)
        assert client.post(url, json=json, headers={**headers, "X-CSRF-Token": token}).status_code == 404
    elsewhere = {"Origin": "https://elsewhere.example", "X-CSRF-Token": right}
    assert tablet.client.post(url, json=json, headers=elsewhere).status_code == 403
    assert app.records() == []


def test_each_record_is_in_the_access_log_once(app: TabletApp) -> None:
    tablet = app.tablet()
    batch = [
        tablet.record("started", need_id=app.needs["n1"]),
        tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c2"]),
    ]
    for _ in range(2):
        tablet.sync(*batch)
    with app.planned.database.reading() as session:
        rows = session.scalars(select(AccessEntry).where(col(AccessEntry.subject_table) == "record")).all()
    assert {
        (str(row.subject_id), str(row.citizen_id), row.action, row.use, row.user_name) for row in rows
    } == {
        (batch[0]["id"], app.citizens["c1"], "created", "delivery", "carer"),
        (batch[1]["id"], app.citizens["c2"], "created", "delivery", "carer"),
    }
    assert len(rows) == 2


def test_what_was_read_without_a_network_is_logged_once_with_its_time(app: TabletApp) -> None:
    tablet = app.tablet()
    seen = MOMENT - timedelta(hours=5)
    ahead = MOMENT + timedelta(days=1)
    reads: list[dict[str, object]] = [
        {
            "id": str(uuid4()),
            "page": tablet.url(f"visit/{app.needs['n1']}/2026-11-30"),
            "at": seen.isoformat(),
        },
        {"id": str(uuid4()), "page": tablet.url("day/2026-11-30"), "at": ahead.isoformat()},
        {"id": str(uuid4()), "page": "/elsewhere", "at": seen.isoformat()},
        {"nonsense": True},
    ]
    for minutes in (0, 5):
        app.planned.at(MOMENT + timedelta(minutes=minutes))
        answer = tablet.post([], reads=reads)
        assert [one["id"] for one in reads[:3]] == answer.json()["reads"][:3]
    with app.planned.database.reading() as session:
        rows = session.scalars(select(AccessEntry).where(col(AccessEntry.note).is_not(None))).all()
    offline = [row for row in rows if row.note and row.note.get("offline")]
    c1 = UUID(app.citizens["c1"])
    assert sorted((row.citizen_id == c1, row.at) for row in offline) == [
        (False, seen),
        (True, seen),
        (True, MOMENT),
    ], "a time ahead counts as that of its arrival"


def test_the_device_tells_what_waits_on_it(app: TabletApp) -> None:
    tablet = app.tablet()
    oldest = MOMENT - timedelta(hours=3)
    tablet.sync(unsent=12, oldest_unsent_at=oldest.isoformat())
    with app.planned.database.reading() as session:
        row = session.scalars(select(Device)).one()
        assert (row.unsent, row.oldest_unsent_at, row.name) == (12, oldest, "Tablet 7")
    for nonsense in (-5, "many", None, True, 10**30):
        assert tablet.post([], unsent=nonsense).status_code == 200


def test_it_is_told_which_kept_pages_are_out_of_date(app: TabletApp) -> None:
    tablet = app.tablet()
    mine = tablet.url(f"visit/{app.needs['n1']}/2026-11-30")
    answer = tablet.post([tablet.record("started", need_id=app.needs["n1"])], since=MOMENT.isoformat())
    assert mine not in answer.json()["changed"], "nothing was received after this moment"
    app.planned.at(MOMENT + timedelta(minutes=1))
    one = tablet.record("note", {"text": "A"}, citizen_id=app.citizens["c1"])
    changed = tablet.post([one], since=MOMENT.isoformat()).json()["changed"]
    assert mine in changed
    assert tablet.url("day/2026-11-30") in changed
    assert tablet.url(f"visit/{app.needs['n2']}/2026-11-30") not in changed, "somebody else's visit"
