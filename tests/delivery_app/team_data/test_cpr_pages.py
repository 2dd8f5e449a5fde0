"""A citizen's CPR number on the pages: kept encrypted, masked until asked for, found by, and all of it in the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from models.access_log import AccessEntry
from models.cpr import Cpr
from models.tables import Citizen
from tests.delivery_app.team_data.team_app import TeamApp, team_app
from tests.delivery_app.team_data.test_team_pages import fields_of
from tests.delivery_app.web.app_examples import send

#: Replacement numbers, as they are given out for tests: 60 is added to the day.
ONE, TWO = "610140-1237", "620238-4566"
MASK = "••••••-••••"


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[TeamApp]:
    made = team_app(tmp_path)
    yield made
    made.database.close()


def page_of(tiny: TeamApp, code: str) -> str:
    return tiny.url(f"/citizens/{tiny.citizen(code)}")


def write(tiny: TeamApp, client: TestClient, code: str, number: str):
    url = page_of(tiny, code) + "/cpr"
    return client.post(url, data=fields_of(client.get(url).text) | {"cpr": number})


def actions(tiny: TeamApp, code: str) -> list[str]:
    with tiny.database.reading() as session:
        rows = session.execute(
            select(AccessEntry.action, AccessEntry.columns)
            .where(col(AccessEntry.citizen_id) == tiny.citizen(code), col(AccessEntry.user_name) == "planner")
            .order_by(col(AccessEntry.seal_number), col(AccessEntry.position))
        ).all()
        return [f"{row.action} {','.join(row.columns or [])}".strip() for row in rows]


def test_number_is_kept_encrypted_and_shown_on_demand_only(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    assert "ikke noteret" in planner.get(page_of(tiny, "c1")).text
    assert write(tiny, planner, "c1", ONE.replace("-", " ")).status_code == 303
    with tiny.database.reading() as session:
        row = session.get_one(Citizen, tiny.citizen("c1"))
        assert row.cpr(tiny.database.vault) == Cpr.parse(ONE)
        assert ONE.replace("-", "").encode() not in (row.cpr_encrypted or b"")
    before = planner.get(page_of(tiny, "c1")).text
    assert MASK in before
    assert ONE not in before
    assert ONE not in planner.get(page_of(tiny, "c1") + "/cpr").text
    assert "cpr_shown" not in actions(tiny, "c1")
    shown = send(planner, page_of(tiny, "c1") + "/cpr/show")
    assert (shown.status_code, ONE in shown.text, MASK in shown.text) == (200, True, False)
    assert shown.headers["cache-control"] == "no-store"
    assert actions(tiny, "c1").count("cpr_shown") == 1
    assert any(one.startswith("changed cpr_encrypted") for one in actions(tiny, "c1"))
    assert MASK in planner.get(page_of(tiny, "c1")).text
    log = tiny.signed_in("leader").get(tiny.url("/log"))
    assert log.status_code == 404 or "CPR" in log.text


def test_part_of_the_page_is_enough(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    write(tiny, planner, "c1", ONE)
    url = page_of(tiny, "c1")
    token = fields_of(planner.get(url + "/cpr").text)["csrf_token"]
    part = planner.post(
        url + "/cpr/show",
        data={"csrf_token": token},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert ONE in part.text
    assert "<h1" not in part.text


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "ti cifre"),
        ("12345", "ti cifre"),
        ("990140-1237", "findes ikke"),
        ("311240-123x", "ti cifre"),
    ],
    ids=["empty", "short", "no-date", "letter"],
)
def test_what_is_no_number_is_told_beside_the_field(tiny: TeamApp, number: str, said: str) -> None:
    planner = tiny.signed_in()
    answer = write(tiny, planner, "c1", number)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    with tiny.database.reading() as session:
        assert session.get_one(Citizen, tiny.citizen("c1")).cpr_index is None


def test_two_citizens_of_the_team_never_have_the_same(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    assert write(tiny, planner, "c1", ONE).status_code == 303
    answer = write(tiny, planner, "c2", ONE)
    assert answer.status_code == 422
    assert "har allerede dette nummer" in answer.text
    # Another one, the same one again, and none at all.
    assert write(tiny, planner, "c2", TWO).status_code == 303
    assert write(tiny, planner, "c2", TWO).status_code == 303
    assert send(planner, page_of(tiny, "c2") + "/cpr/remove").status_code == 303
    assert "ikke noteret" in planner.get(page_of(tiny, "c2")).text
    assert write(tiny, planner, "c2", TWO).status_code == 303


def test_second_to_write_is_told(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    url = page_of(tiny, "c1") + "/cpr"
    old = fields_of(planner.get(url).text)
    assert write(tiny, tiny.signed_in("anden"), "c1", ONE).status_code == 303
    answer = planner.post(url, data=old | {"cpr": TWO})
    assert answer.status_code == 409
    assert ONE not in answer.text


def test_a_citizen_is_found_by_number_and_no_address_holds_it(tiny: TeamApp) -> None:
    planner, stranger = tiny.signed_in(), tiny.signed_in("fremmed")
    write(tiny, planner, "c2", TWO)
    for typed in (TWO, TWO.replace("-", "")):
        found = send(planner, tiny.url("/citizens/find"), cpr=typed)
        assert (found.status_code, found.headers["location"]) == (303, page_of(tiny, "c2"))
    nobody = send(planner, tiny.url("/citizens/find"), cpr=ONE)
    assert (nobody.status_code, nobody.headers["location"]) == (303, tiny.url("/citizens"))
    assert "Ingen i teamet" in planner.get(tiny.url("/citizens")).text
    wrong = send(planner, tiny.url("/citizens/find"), cpr="12")
    assert wrong.status_code == 422
    assert "ti cifre" in wrong.text
    assert 'id="cpr-error"' in wrong.text
    # Not from another team, and not by who only reads.
    assert send(stranger, tiny.url("/citizens/find"), cpr=TWO).status_code == 404
    other = send(stranger, f"/planner/{tiny.other_id}/citizens/find", cpr=TWO)
    assert other.headers["location"] == f"/planner/{tiny.other_id}/citizens"
    leader = tiny.signed_in("leader")
    assert send(leader, tiny.url("/citizens/find"), cpr=TWO).status_code == 404
    assert send(leader, page_of(tiny, "c2") + "/cpr/show").status_code == 404
    page = leader.get(page_of(tiny, "c2")).text
    assert "/cpr" not in page
    assert TWO not in page
