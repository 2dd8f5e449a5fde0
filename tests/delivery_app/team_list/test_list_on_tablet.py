"""The team's list on the tablet: its pages, brought along, logged, and how far somebody has looked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from delivery_app.services.care.coordinating import choose_coordinator
from delivery_app.services.team_list.reading import looked_at
from models.tables import AccessEntry, User
from tests.delivery_app.records.tablet_app import MOMENT, Tablet, TabletApp, tablet_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def page(tablet: Tablet, name: str) -> str:
    answer = tablet.client.get(tablet.url(name), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


def read_by_carer(app: TabletApp) -> list[tuple[str, bool]]:
    """Which citizens the log has the carer see, and whether offline."""
    with app.planned.database.reading() as session:
        rows = session.execute(
            select(AccessEntry.citizen_id, AccessEntry.note).where(
                col(AccessEntry.user_name) == "carer", col(AccessEntry.action) == "read"
            )
        )
        return [(str(row[0]), bool((row[1] or {}).get("offline"))) for row in rows if row[0]]


def test_the_list_shows_what_is_for_the_reader_first_and_only_whom_it_names_is_logged(app: TabletApp) -> None:
    tablet = app.tablet()
    mine = tablet.record(
        "team_task", {"text": "Min opgave", "carer_id": str(app.carers["k1"])}, citizen_id=app.citizens["c2"]
    )
    tablet.sync(mine, tablet.record("team_task", {"text": "Alles opgave", "due_on": "2026-11-29"}))
    html = page(tablet, "team")
    assert html.index("Til dig") < html.index("Min opgave") < html.index("Alles opgave")
    assert "overskredet" in html
    assert html.count("Min opgave</p>") == 1
    assert f'href="/carer/{app.planned.team_id}/team/{app.citizens["c2"]}"' in html
    assert set(read_by_carer(app)) == {(app.citizens["c2"], False)}


def test_a_visit_has_what_the_team_wrote_of_its_citizen_and_the_citizens_list_says_who_is_tovholder(
    app: TabletApp,
) -> None:
    with app.planned.database.transaction("anna") as session:
        choose_coordinator(
            session, app.planned.team_id, UUID(app.citizens["c1"]), app.carers["k2"], date(2026, 1, 1)
        )
    tablet = app.tablet()
    tablet.sync(
        tablet.record("team_task", {"text": "Ring til optikeren"}, citizen_id=app.citizens["c1"]),
        tablet.record("team_message", {"text": "Om en anden", "to": "team"}, citizen_id=app.citizens["c2"]),
        tablet.record("team_topic", {"text": "Badet tager for lang tid"}, citizen_id=app.citizens["c1"]),
    )
    visit = page(tablet, f"visit/{app.needs['n1']}/2026-11-30")
    assert "Ring til optikeren" in visit
    assert "Om en anden" not in visit
    assert f"/team/{app.citizens['c1']}" in visit
    own = page(tablet, f"team/{app.citizens['c1']}")
    assert "Ring til optikeren" in own
    assert "Badet tager for lang tid" in own
    assert "Tovholder: " in own
    assert "Badet tager for lang tid" in page(tablet, "meetings")
    assert tablet.client.get(tablet.url(f"team/{uuid4()}")).status_code == 404


def test_the_tablet_brings_the_list_along_and_what_is_read_without_network_is_logged(app: TabletApp) -> None:
    tablet = app.tablet()
    tablet.sync(tablet.record("team_task", {"text": "Alles"}, citizen_id=app.citizens["c2"]))
    urls = {
        one["url"].rpartition(str(app.planned.team_id))[2]
        for one in tablet.client.get(tablet.url("bundle")).json()["pages"]
    }
    assert {"/team", "/meetings", f"/team/{app.citizens['c1']}"} <= urls
    before = len(read_by_carer(app))
    base = f"/carer/{app.planned.team_id}"
    reads = [
        {"id": str(uuid4()), "page": base + where, "at": MOMENT.isoformat()}
        for where in ("/team", "/meetings", f"/team/{app.citizens['c1']}")
    ]
    assert tablet.post([], reads=reads).status_code == 200
    assert sorted(read_by_carer(app)[before:]) == sorted(
        [(app.citizens["c2"], True), (app.citizens["c1"], True)]
    )


def test_news_of_the_list_are_told_to_other_tablets(app: TabletApp) -> None:
    tablet, other = app.tablet(), app.tablet()
    tablet.sync(tablet.record("team_message", {"text": "Hej", "to": "team"}))
    since = (MOMENT - timedelta(minutes=1)).isoformat()
    changed = other.post([], since=since).json()["changed"]
    assert [one.rpartition("/")[2] for one in changed] == ["team"]
    tablet.sync(tablet.record("team_topic", {"text": "Hej"}, citizen_id=app.citizens["c1"]))
    assert any(one.endswith("/meetings") for one in other.post([], since=since).json()["changed"])


def test_a_look_is_kept_for_the_users_other_tablets(app: TabletApp) -> None:
    tablet = app.tablet()
    headers = {"X-CSRF-Token": tablet.token, "Accept": "application/json"}
    assert 'data-looked=""' in page(tablet, "team")
    for until in (MOMENT.isoformat(), "i går", None):
        answer = tablet.client.post(tablet.url("team/seen"), json={"until": until}, headers=headers)
        assert answer.status_code == 200
    assert f'data-looked="{MOMENT.isoformat()}"' in page(app.tablet(), "team")
    with app.planned.database.reading() as session:
        me = session.scalars(select(User.id).where(col(User.sign_in_name) == "carer")).one()
        assert looked_at(session, app.planned.team_id, me) == MOMENT
    planner = app.planned.client("planner")
    assert planner.get(tablet.url("team")).status_code == 404
