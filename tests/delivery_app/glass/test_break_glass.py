"""A citizen of another team is seen for a stated reason only, for some hours, logged, and told to the leader (X4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import col, select

from delivery_app.services.accounts import create_user
from delivery_app.services.glass import MISSES_AN_HOUR
from models.access_log import AccessEntry
from models.base import utc_now
from models.cpr import Cpr
from models.tables import BrokenGlass, Citizen, Record, TeamMembership
from models.user import Role
from tests.delivery_app.planner.planned_app import NOW, PlannedApp, fields_of, planned_app
from tests.delivery_app.web.app_examples import PASSWORD, add_team, send, somebody

#: Of the kind reserved for tests.
NUMBER = "0101809995"
WHY = "Borgeren er faldet på gaden"


@dataclass
class Two:
    """Our team with its citizen and leader, and a carer of another team."""

    planned: PlannedApp
    other: UUID
    citizen: UUID
    stranger: TestClient

    def ask(self, **fields: str) -> Response:
        """The answer to asking for the citizen, with a reason where none is given."""
        values = {"reason": "acute", "words": WHY, "cpr": NUMBER, **fields}
        found: Response = send(self.stranger, f"/glass/{self.other}", **values)
        return found

    def reads(self) -> list[str]:
        """What the log has of the citizen's being seen by the stranger."""
        with self.planned.database.reading() as session:
            wanted = select(AccessEntry.use).where(
                col(AccessEntry.user_name) == "fremmed", col(AccessEntry.citizen_id) == self.citizen
            )
            return list(session.scalars(wanted))


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with planned_app(tmp_path) as planned:
        with planned.database.transaction() as session:
            other = add_team(session, "Nabo")
            citizen = session.scalars(select(Citizen).where(col(Citizen.code) == "c1")).one()
            other.municipality_id = citizen.municipality_id
            citizen.name, citizen.access_note = "Inga Prøve", "Nøgleboks 12"
            citizen.set_cpr(Cpr(NUMBER), planned.database.vault)
            user = create_user(
                session,
                municipality_id=citizen.municipality_id,
                sign_in_name="fremmed",
                name="Fremmed Prøve",
                password=PASSWORD,
            )
            session.add(
                TeamMembership(
                    municipality_id=citizen.municipality_id,
                    team_id=other.id,
                    user_id=user.id,
                    role=Role.CARER,
                )
            )
            ids = (other.id, citizen.id)
        yield Two(planned, *ids, somebody(planned.app, "fremmed"))


def test_without_a_reason_nothing_is_told(two: Two) -> None:
    nobody = two.ask(reason="", cpr="0101809987")
    there = two.ask(reason="")
    assert (nobody.status_code, there.status_code) == (422, 422)
    told = [re.sub(r"[0-9a-f]{64,}|0101809987|0101809995", "", one.text) for one in (nobody, there)]
    assert told[0] == told[1]
    assert two.ask(words="kort").status_code == 422
    assert "Inga" not in there.text
    assert two.reads() == []


def test_with_a_reason_the_sheet_is_read_for_some_hours_and_each_read_is_logged(two: Two) -> None:
    answer = two.ask()
    assert answer.status_code == 303, answer.text
    url = answer.headers["location"]
    page = two.stranger.get(url)
    assert "Inga Prøve" in page.text
    assert "Nøgleboks 12" in page.text
    two.stranger.get(url)
    assert set(two.reads()) == {"break_glass"}
    assert len(two.reads()) >= 2
    assert two.planned.client("planner").get(url).status_code == 404, "it is the asker's alone"
    two.planned.at(NOW + timedelta(hours=3, minutes=59))
    two.stranger = somebody(two.planned.app, "fremmed")
    assert two.stranger.get(url).status_code == 200
    two.planned.at(NOW + timedelta(hours=4))
    two.stranger = somebody(two.planned.app, "fremmed")
    assert two.stranger.get(url).status_code == 404


def test_name_and_date_of_birth_find_the_citizen_too(two: Two) -> None:
    assert two.ask(cpr="", name="inga  prøve", born="1981-01-01").status_code == 422
    assert two.ask(cpr="", name="Inga", born="1980-01-01").status_code == 422
    assert two.ask(cpr="", name="inga  prøve", born="1980-01-01").status_code == 303


def test_a_citizen_without_a_cpr_number_is_found_by_the_date_that_was_written(two: Two) -> None:
    planner, url = two.planned.client(), f"/planner/{two.planned.team_id}/citizens/{two.citizen}"
    with two.planned.database.transaction() as session:
        session.get_one(Citizen, two.citizen).set_cpr(None, two.planned.database.vault)
    assert two.ask(cpr="", name="Inga Prøve", born="1941-03-24").status_code == 422
    page = planner.get(f"{url}/edit").text
    fields = {"lat": "55.6", "lon": "12.3", "continuity_weight": "1", "name": "Inga Prøve"}
    version = re.findall(r'name="row_version" value="(\d+)"', page)[0]
    for born, status in (("24. marts", 422), ("1941-03-24", 303)):
        answer = planner.post(
            f"{url}/edit",
            data=fields_of(page, **fields, born=born, row_version=version),
            follow_redirects=False,
        )
        assert answer.status_code == status, answer.text
    assert 'value="1941-03-24"' in planner.get(f"{url}/edit").text
    assert two.ask(cpr="", name="Inga Prøve", born="1941-03-25").status_code == 422
    assert two.ask(cpr="", name="inga prøve", born="1941-03-24").status_code == 303


def test_guessing_is_stopped(two: Two) -> None:
    # The log goes by the machine's own clock.
    two.planned.at(utc_now())
    two.stranger = somebody(two.planned.app, "fremmed")
    for _ in range(MISSES_AN_HOUR):
        assert "Ingen borger blev fundet" in two.ask(cpr="", name="Ukendt", born="1980-01-01").text
    stopped = two.ask()
    assert stopped.status_code == 422
    assert "for mange gange" in stopped.text
    assert two.reads() == []


def test_the_leader_sees_it_marks_it_and_ends_it(two: Two) -> None:
    url = two.ask().headers["location"]
    leader = two.planned.client("leader")
    base = f"/planner/{two.planned.team_id}"
    assert f"{base}/glass" in leader.get(base).text.split("<main")[1], "a badge on the overview"
    page = leader.get(f"{base}/glass").text
    assert "Fremmed Prøve" in page
    assert WHY in page
    with two.planned.database.reading() as session:
        row = session.scalars(select(BrokenGlass)).one()
    for name in ("planner", "carer"):
        assert two.planned.client(name).get(f"{base}/glass").status_code == 404
    assert send(leader, f"{base}/glass/{row.id}/seen").status_code == 303
    assert f"{base}/glass" not in leader.get(base).text.split("<main")[1]
    assert two.stranger.get(url).status_code == 200
    assert send(leader, f"{base}/glass/{row.id}/end").status_code == 303
    assert two.stranger.get(url).status_code == 404


def test_a_note_is_all_that_can_be_written(two: Two) -> None:
    url = two.ask().headers["location"]
    assert send(two.stranger, f"{url}/note", text="Talte med borgeren").status_code == 303
    with two.planned.database.reading() as session:
        row = session.scalars(select(Record)).one()
    assert (row.kind, row.citizen_id, row.team_id) == ("note", two.citizen, two.planned.team_id)
    assert "Talte med borgeren" in two.stranger.get(url).text
    assert two.stranger.get(f"/planner/{two.planned.team_id}/citizens/{two.citizen}").status_code == 404
