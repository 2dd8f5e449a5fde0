"""The log's page: who may see which part of it, filters without anybody's name in the address, pages, the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from delivery_app.admin.log_view import PAGE_LINES
from delivery_app.db import Database
from delivery_app.security.log_check import check_log
from delivery_app.security.seals import ENTRIES, Access, Event, write
from models.access_log import Action, Use
from models.tables import Citizen
from tests.delivery_app.security.log_examples import entries
from tests.delivery_app.web.app_examples import add_people, add_team, app_of, new_database, send, somebody


class World:
    """A planner and a leader of team Nord, an administrator, team Syd beside them, a citizen in each team."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction("setup") as session:
            ours, theirs = add_team(session, "Nord"), add_team(session, "Syd")
            self.users = add_people(session, ours)
            self.municipality = ours.municipality_id
            self.ours, self.theirs = ours.id, theirs.id
            rows = [
                Citizen(
                    municipality_id=team.municipality_id, team_id=team.id, code=code, name="Karla Hemmelig",
                    lat=55.6, lon=12.3, from_date=date(2026, 1, 5),
                )
                for team, code in ((ours, "c17"), (theirs, "c99"))
            ]  # fmt: skip
            session.add_all(rows)
        self.our_citizen, self.their_citizen = rows[0].id, rows[1].id
        self.app = app_of(database)

    def read(self, citizen: UUID, times: int = 1) -> None:
        """A planner sees a citizen."""
        team = self.ours if citizen == self.our_citizen else self.theirs
        access = Access(self.users["planner"], "planner", Use.PLANNING, "r", self.municipality, team)
        with self.database.engine.begin() as connection:
            write(connection, self.database.vault, access, [Event(Action.READ, citizen)] * times)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    database = new_database(tmp_path)
    yield World(database)
    database.close()


def rows_of(client: TestClient, url: str = "/admin/audit") -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200
    body = answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.sub(r"<[^>]+>|\s+", " ", row) for row in body.split("<tr>")[1:]]


def test_administrator_sees_the_municipality_and_a_leader_the_own_team(world: World) -> None:
    world.read(world.our_citizen)
    world.read(world.their_citizen)
    everything = " ".join(rows_of(somebody(world.app, "administrator")))
    assert "c17" in everything
    assert "c99" in everything
    mine = " ".join(rows_of(somebody(world.app, "leader")))
    assert "c17" in mine
    assert "c99" not in mine
    assert "Syd" not in mine
    for name in ("planner", "carer"):
        assert somebody(world.app, name).get("/admin/audit").status_code == 403


def test_names_of_citizens_never_stand_in_it(world: World) -> None:
    world.read(world.our_citizen)
    for name in ("administrator", "leader"):
        assert "Hemmelig" not in somebody(world.app, name).get("/admin/audit").text


def test_form_leads_to_an_address_of_ids_only(world: World) -> None:
    world.read(world.our_citizen)
    leader = somebody(world.app, "leader")
    answer = send(
        leader,
        "/admin/audit",
        code="C17",
        user=str(world.users["planner"]),
        action="read",
        since="2026-01-01",
    )
    assert answer.status_code == 303
    url = answer.headers["location"]
    assert "c17" not in url.lower()
    assert f"citizen={world.our_citizen}" in url
    (row,) = rows_of(leader, url)
    assert all(word in row for word in ("c17", "Planner Prøve", "Set", "Planlægning", "Nord"))
    assert 'value="c17"' in leader.get(url).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"code": "c99"}, "c99"),
        ({"since": "i går"}, "i går"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "ligger før"),
    ],
)
def test_what_cannot_be_found_is_told_beside_the_field(
    world: World, fields: dict[str, str], told: str
) -> None:
    answer = send(somebody(world.app, "leader"), "/admin/audit", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert "form-error-message" in answer.text


def test_asking_about_a_citizen_is_logged_itself(world: World) -> None:
    world.read(world.our_citizen)
    leader = somebody(world.app, "leader")
    leader.get("/admin/audit")
    assert entries(world.database, ENTRIES.c.user_name == "leader", ENTRIES.c.action == "read") == []
    leader.get(f"/admin/audit?citizen={world.our_citizen}")
    (entry,) = entries(world.database, ENTRIES.c.user_name == "leader", ENTRIES.c.action == "read")
    assert (entry.citizen_id, entry.use, entry.team_id) == (world.our_citizen, "administration", world.ours)
    leader.get(f"/admin/audit?citizen={world.their_citizen}")
    assert len(entries(world.database, ENTRIES.c.user_name == "leader", ENTRIES.c.action == "read")) == 1


def test_log_is_read_page_by_page_without_gaps(world: World) -> None:
    world.read(world.our_citizen, PAGE_LINES + 20)
    leader = somebody(world.app, "leader")
    first = leader.get("/admin/audit")
    older = re.search(r'href="(/admin/audit\?before=[^"]+)"', first.text)
    assert older is not None
    count = len(rows_of(leader)) + len(rows_of(leader, older[1]))
    assert count == len(entries(world.database, ENTRIES.c.team_id == world.ours))
    assert "Nyeste" in leader.get(older[1]).text


def test_report_for_the_citizen_is_a_file_and_logged(world: World) -> None:
    world.read(world.our_citizen)
    leader = somebody(world.app, "leader")
    answer = leader.get(f"/admin/audit/report/{world.our_citizen}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Tid;Bruger;Formål;Hvad;Oplysninger;Kolonner;Team"
    assert any("Planner Prøve;Planlægning;Set" in line for line in lines)
    last = entries(world.database)[-1]
    assert (last.action, last.use, last.citizen_id) == ("exported", "own_request", world.our_citizen)
    assert leader.get(f"/admin/audit/report/{world.their_citizen}").status_code == 404
    with world.database.reading() as session:
        assert check_log(session.connection(), world.database.vault).broken is None


def test_odd_addresses_show_the_page(world: World) -> None:
    administrator = somebody(world.app, "administrator")
    for query in (
        "citizen=x",
        "before=1",
        "before=99999999999999999999-1",
        "since=x",
        "action=%00",
        "user=1",
    ):
        assert administrator.get(f"/admin/audit?{query}").status_code == 200, query
