"""The administrator's pages: users, their roles and passwords, teams, catalogues; who may do none of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import col, select

from delivery_app.db import Database
from models.base import utc_now
from models.catalogue import CATALOGUE_FOLDER
from models.stored_catalogue import StoredCatalogue
from models.tables import Citizen, Package, Team, TeamMembership, User
from tests.delivery_app.web.app_examples import (
    PASSWORD,
    add_people,
    add_team,
    app_of,
    client_of,
    send,
    somebody,
    token_in,
)


@pytest.fixture
def ids(database: Database) -> dict[str, UUID]:
    with database.transaction() as session:
        nord, syd = add_team(session, "Nord"), add_team(session, "Syd")
        people = add_people(session, nord)
        other = add_team(session, "Fjern", "lolland")
        stranger = User(municipality_id=other.municipality_id, sign_in_name="fremmed", name="Fremmed Person")
        session.add(stranger)
        session.flush()
        return {**people, "nord": nord.id, "syd": syd.id, "far": other.id, "stranger": stranger.id}


@pytest.fixture
def app(database: Database, ids: dict[str, UUID]) -> FastAPI:
    return app_of(database)


@pytest.fixture
def admin(app: FastAPI) -> TestClient:
    return somebody(app, "administrator")


def roles(database: Database, user_id: UUID) -> set[tuple[UUID, str]]:
    with database.reading() as session:
        rows = session.scalars(select(TeamMembership).where(col(TeamMembership.user_id) == user_id))
        return {(row.team_id, row.role) for row in rows}


def link_in(html: str) -> str:
    found = re.search(r"<code>http://localhost(/password/[^<]+)</code>", html)
    assert found is not None
    return found[1]


def test_new_user_chooses_a_password_by_the_link_once(app: FastAPI, admin: TestClient) -> None:
    page = send(admin, "/admin/users/new", name="Ida Holm", sign_in_name="Ida", email="ida@example.dk")
    assert page.status_code == 200
    link = link_in(page.text)
    ida = client_of(app)
    assert "Vælg din adgangskode" in ida.get(link).text
    assert ida.post(link, data={"new": "kort", "again": "kort"}).status_code == 422
    differ = ida.post(link, data={"new": "blomster i maj", "again": "blomster i juni"})
    assert "forskellige" in differ.text
    done = ida.post(link, data={"new": "blomster i maj", "again": "blomster i maj"})
    assert done.status_code == 200
    assert somebody(app, "ida", "blomster i maj").get("/me").status_code == 200
    assert ida.get(link).status_code == 404
    assert ida.post(link, data={"new": "noget helt andet", "again": "noget helt andet"}).status_code == 404
    assert somebody(app, "ida", "blomster i maj").get("/me").status_code == 200


def test_link_grows_old_and_a_newer_one_replaces_it(
    app: FastAPI, admin: TestClient, ids: dict[str, UUID]
) -> None:
    url = f"/admin/users/{ids['planner']}/link"
    first, second = link_in(send(admin, url).text), link_in(send(admin, url).text)
    assert client_of(app).get(first).status_code == 404
    assert client_of(app).get(second).status_code == 200
    app.state.clock = lambda: utc_now() + timedelta(days=4)
    assert client_of(app).get(second).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Ida", "sign_in_name": "PLANNER"}, "optaget"),
        ({"name": "", "sign_in_name": "ida"}, "Navnet mangler"),
        ({"name": "Ida", "sign_in_name": "ida", "email": "ida"}, "ikke en e-mailadresse"),
    ],
)
def test_mistakes_are_told_beside_their_field(
    admin: TestClient, database: Database, fields: dict[str, str], said: str
) -> None:
    page = send(admin, "/admin/users/new", **fields)
    assert page.status_code == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    with database.reading() as session:
        assert session.scalars(select(User).where(col(User.sign_in_name) == "ida")).first() is None


def test_roles_are_given_and_taken_and_hold_at_once(
    app: FastAPI, admin: TestClient, database: Database, ids: dict[str, UUID]
) -> None:
    carer = somebody(app, "carer")
    url = f"/admin/users/{ids['carer']}"
    page = admin.get(url).text
    assert "Nord" in page
    assert "Fjern" not in page
    token = token_in(page)
    data = {"csrf_token": token, "role": [f"{ids['syd']}:planner", f"{ids['far']}:planner"]}
    assert admin.post(f"{url}/roles", data=data).status_code == 303
    assert roles(database, ids["carer"]) == {(ids["syd"], "planner")}
    assert "Planlægger, Syd" in carer.get("/me").text


def test_disabled_user_is_out_and_back(app: FastAPI, admin: TestClient, ids: dict[str, UUID]) -> None:
    planner = somebody(app, "planner")
    url = f"/admin/users/{ids['planner']}"
    assert send(admin, f"{url}/disable").status_code == 303
    assert planner.get("/me").status_code == 303
    assert "spærret" in admin.get(url).text
    send(admin, f"{url}/enable")
    assert somebody(app, "planner").get("/me").status_code == 200
    signed_in = somebody(app, "planner")
    send(admin, f"{url}/sessions/end")
    assert signed_in.get("/me").status_code == 303


def test_nobody_is_left_without_an_administrator(
    admin: TestClient, database: Database, ids: dict[str, UUID]
) -> None:
    url = f"/admin/users/{ids['administrator']}"
    assert send(admin, f"{url}/disable").status_code == 422
    page = send(admin, url, name="Administrator Prøve", email="", row_version="1")
    assert page.status_code == 422
    assert "eneste administrator" in page.text
    with database.reading() as session:
        assert session.get_one(User, ids["administrator"]).administrator


def test_second_to_save_a_user_is_told(admin: TestClient, database: Database, ids: dict[str, UUID]) -> None:
    url = f"/admin/users/{ids['planner']}"
    fields = {"email": "", "row_version": "1"}
    assert send(admin, url, name="Først Person", **fields).status_code == 303
    assert send(admin, url, name="Anden Person", **fields).status_code == 409
    with database.reading() as session:
        assert session.get_one(User, ids["planner"]).name == "Først Person"


def test_another_municipality_is_out_of_reach(admin: TestClient, ids: dict[str, UUID]) -> None:
    assert "Fremmed" not in admin.get("/admin/users").text
    assert "Fjern" not in admin.get("/admin/teams").text
    for url in (f"/admin/users/{ids['stranger']}", f"/admin/teams/{ids['far']}"):
        assert admin.get(url).status_code == 404
        assert send(admin, url, name="X", row_version="1").status_code == 404
    assert send(admin, f"/admin/users/{ids['stranger']}/link").status_code == 404


def test_only_administrators_come_here(app: FastAPI, ids: dict[str, UUID]) -> None:
    paths = ["/admin/users", "/admin/users/new", "/admin/teams", "/admin/teams/new", "/admin/catalogues"]
    paths += [f"/admin/users/{ids['planner']}", f"/admin/teams/{ids['nord']}"]
    for name in ("planner", "leader", "carer"):
        client = somebody(app, name)
        assert {client.get(path).status_code for path in paths} == {403}
        assert send(client, f"/admin/users/{ids['planner']}/link").status_code == 403


def test_new_team_has_the_packages_of_the_catalogue(admin: TestClient, database: Database) -> None:
    fields = {"name": "Team Vest", "kind": "private", "provider": "Hjælp A/S"}
    wrong = send(admin, "/admin/teams/new", **fields, base_lat="5", base_lon="")
    assert wrong.status_code == 422
    assert "ikke et sted i Danmark" in wrong.text
    assert 'value="Team Vest"' in wrong.text
    answer = send(admin, "/admin/teams/new", **fields, base_lat="55,657", base_lon="12.363")
    assert answer.status_code == 303
    assert "Team Vest" in admin.get(answer.headers["location"]).text
    with database.reading() as session:
        team = session.scalars(select(Team).where(col(Team.name) == "Team Vest")).one()
        packages = session.scalars(select(Package).where(col(Package.team_id) == team.id)).all()
        assert team.base_lat == 55.657
        assert team.rules["rest_hours"] == 11
        assert len(packages) >= 3
        assert any(package.max_minutes for package in packages)
    again = send(admin, "/admin/teams/new", **fields, base_lat="55", base_lon="12")
    assert again.status_code == 422
    assert "allerede" in again.text


def test_team_gets_another_name(admin: TestClient, database: Database, ids: dict[str, UUID]) -> None:
    fields = {"kind": "municipal", "provider": "Ny hjemmepleje", "base_lat": "55.7", "base_lon": "12.4"}
    url = f"/admin/teams/{ids['nord']}"
    assert send(admin, url, name="Syd", row_version="1", **fields).status_code == 422
    assert send(admin, url, name="Nordvest", row_version="1", **fields).status_code == 303
    assert send(admin, url, name="Nordøst", row_version="1", **fields).status_code == 409
    with database.reading() as session:
        assert session.get_one(Team, ids["nord"]).name == "Nordvest"


def upload(client: TestClient, data: bytes):
    token = token_in(client.get("/me").text)
    return client.post(
        "/admin/catalogues", data={"csrf_token": token}, files={"file": ("albertslund.toml", data)}
    )


def test_list_of_teams_counts_citizens_whom_an_administrator_may_not_see(
    admin: TestClient, database: Database, ids: dict[str, UUID]
) -> None:
    with database.transaction() as session:
        nord = session.get_one(Team, ids["nord"])
        for number in (1, 2):
            session.add(
                Citizen(
                    municipality_id=nord.municipality_id,
                    team_id=nord.id,
                    code=f"c{number}",
                    position=number,
                    name=f"Ib Ukendt-{number}",
                    lat=55.66,
                    lon=12.36,
                    from_date=date(2020, 1, 6),
                    until_date=date(2020, 2, 3) if number == 2 else None,
                )
            )
    page = admin.get("/admin/teams").text
    row = re.search(r"<tr>(?:(?!</tr>).)*Nord.*?</tr>", page, re.DOTALL)
    assert row is not None
    assert re.findall(r'np-num">(\d+)<', row[0])[0] == "1"
    assert "Ukendt" not in page


def test_catalogue_is_checked_and_kept_version_by_version(admin: TestClient, database: Database) -> None:
    text = (CATALOGUE_FOLDER / "albertslund.toml").read_text(encoding="utf-8")
    assert send(admin, "/admin/catalogues/published/albertslund").status_code == 303
    wrong = upload(admin, text.replace("min_hours = 0", "min_hours = 900").encode())
    assert wrong.status_code == 422
    assert "900" in wrong.text
    assert "min_hours" in wrong.text
    for data in (b"\xff\xfe\x00", b"x" * 2_000_000, b"format ="):
        assert upload(admin, data).status_code == 422
    assert upload(admin, text.encode()).status_code == 303
    assert upload(admin, (text + "\n# mere\n").encode()).status_code == 303
    with database.reading() as session:
        versions = session.scalars(select(StoredCatalogue)).all()
        assert sorted(row.version for row in versions) == [1, 2]
    page = admin.get("/admin/catalogues").text
    assert "Version 2" in page
    newest = next(row for row in versions if row.version == 2)
    assert admin.get(f"/admin/catalogues/{newest.id}").status_code == 200
    file = admin.get(f"/admin/catalogues/{newest.id}/file")
    assert file.text.endswith("# mere\n")
    assert "attachment" in file.headers["content-disposition"]


def test_published_catalogues_can_be_looked_at(admin: TestClient) -> None:
    page = admin.get("/admin/catalogues").text
    codes = re.findall(r'href="/admin/catalogues/published/([a-z]+)"', page)
    assert len(codes) >= 4
    for code in codes:
        assert admin.get(f"/admin/catalogues/published/{code}").status_code == 200
    assert send(admin, "/admin/catalogues/published/lolland").status_code == 422
    assert admin.get("/admin/catalogues/published/nowhere").status_code == 404


def test_first_password_is_not_the_administrators(
    app: FastAPI, database: Database, ids: dict[str, UUID]
) -> None:
    with database.transaction() as session:
        user = session.get_one(User, ids["administrator"])
        user.must_change_password = True
        session.add(user)
    client = somebody(app, "administrator")
    assert client.get("/admin/users").headers["location"] == "/me"
    send(client, "/me/password", old=PASSWORD, new="et helt nyt kodeord", again="et helt nyt kodeord")
    assert client.get("/admin/users").status_code == 200
