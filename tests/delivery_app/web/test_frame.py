"""The app's frame: who gets in, deny by default, forms from elsewhere, errors, languages, headers, files."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from fastapi.testclient import TestClient
from sqlmodel import col, select

from delivery_app.db import Database
from delivery_app.security.permissions import Permission
from delivery_app.web.deps import CurrentPerson, DbSession, PostedForm
from delivery_app.web.navigation import pages
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter, RouteWithoutPermissionError
from models.base import utc_now
from models.errors import ConflictError
from models.municipality import Municipality
from models.user import User
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

REPOSITORY = Path(__file__).parents[3]
trial = RoleRouter()


@trial.get("/planner/{team_id}/trial", permission=Permission.PLAN_READ)
def read_trial(person: CurrentPerson, team_id: UUID) -> dict[str, str]:
    return {"name": person.name}


@trial.get("/admin/trial", permission=Permission.USERS_MANAGE)
def admin_trial(person: CurrentPerson) -> dict[str, str]:
    return {"name": person.name}


@trial.post("/trial/write", permission=Permission.ACCOUNT)
def write_trial(request: Request, session: DbSession, form: PostedForm) -> Response:
    row = session.scalars(select(Municipality)).one()
    row.name = form["name"]
    if form.get("then") == "conflict":
        raise ConflictError("Somebody else changed this in the meantime; nothing was saved")
    if form.get("then") == "fail":
        raise RuntimeError("Karla Hemmelig 010101-1234")
    wrong = form.get("then") == "refuse"
    return render(request, "app/error.html", 422 if wrong else 200, code=422, sentence="", expired_form=False)


@pytest.fixture
def teams(database: Database) -> dict[str, UUID]:
    with database.transaction() as session:
        ours, theirs = add_team(session, "Nord"), add_team(session, "Syd")
        add_people(session, ours)
        return {"ours": ours.id, "theirs": theirs.id}


@pytest.fixture
def app(database: Database, teams: dict[str, UUID]) -> FastAPI:
    return app_of(database, [trial])


def municipality(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(Municipality)).one().name


def test_app_with_a_route_without_permission_is_not_made(database: Database) -> None:
    bare = APIRouter()
    bare.add_api_route("/bare", admin_trial, methods=["GET"])
    with pytest.raises(RouteWithoutPermissionError, match="/bare"):
        app_of(database, [bare])


def test_permission_is_a_required_word() -> None:
    with pytest.raises(TypeError):
        RoleRouter().get("/x")  # type: ignore[call-arg]
    with pytest.raises(RouteWithoutPermissionError, match="team_id"):
        RoleRouter().get("/citizens", permission=Permission.TEAM_READ)


def test_nobody_is_sent_to_sign_in_and_back(app: FastAPI, teams: dict[str, UUID]) -> None:
    path = f"/planner/{teams['ours']}/trial"
    client = client_of(app)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next={path}")
    page = client.get(answer.headers["location"]).text
    assert f'name="next" value="{path}"' in page
    answer = client.post("/signin", data={"name": " Planner ", "password": PASSWORD, "next": path})
    assert answer.headers["location"] == path
    assert client.get(path).json() == {"name": "Planner Prøve"}


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example", "/signout"])
def test_nobody_is_sent_to_another_host(app: FastAPI, next: str) -> None:
    answer = client_of(app).post("/signin", data={"name": "planner", "password": PASSWORD, "next": next})
    assert answer.status_code == 303
    assert re.match(r"/([^/\\]|$)", answer.headers["location"])


def test_a_role_counts_in_its_team_only(app: FastAPI, teams: dict[str, UUID]) -> None:
    planner = somebody(app, "planner")
    assert planner.get(f"/planner/{teams['ours']}/trial").status_code == 200
    missing = planner.get(f"/planner/{uuid4()}/trial")
    theirs = planner.get(f"/planner/{teams['theirs']}/trial")
    assert missing.status_code == theirs.status_code == 404
    assert "Syd" not in theirs.text
    assert planner.get("/planner/nonsense/trial").status_code == 404
    assert planner.get("/admin/trial").status_code == 403
    for name in ("carer", "administrator"):
        assert somebody(app, name).get(f"/planner/{teams['ours']}/trial").status_code == 404
    assert somebody(app, "administrator").get("/admin/trial").status_code == 200


def test_wrong_password_is_told_and_then_slowed_down(app: FastAPI) -> None:
    client = client_of(app)
    for _ in range(5):
        answer = client.post("/signin", data={"name": "planner", "password": "wrong"})
        assert answer.status_code == 422
        assert "Navnet eller adgangskoden er forkert" in answer.text
        assert 'value="planner"' in answer.text
    answer = client.post("/signin", data={"name": "planner", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Vent 15 sekunder" in answer.text
    app.state.clock = lambda: utc_now() + timedelta(seconds=16)
    assert client.post("/signin", data={"name": "planner", "password": PASSWORD}).status_code == 303


def test_signing_out_ends_the_session_itself(app: FastAPI) -> None:
    client = somebody(app, "planner")
    token = client.cookies["naerplan_session"]
    assert send(client, "/signout").headers["location"] == "/signin?over=1"
    client.cookies.set("naerplan_session", token)
    assert client.get("/me").status_code == 303


def test_each_sign_in_is_a_new_session_and_ends_the_old_one(app: FastAPI) -> None:
    client = somebody(app, "planner")
    old = client.cookies["naerplan_session"]
    client.post("/signin", data={"name": "planner", "password": PASSWORD})
    assert client.cookies["naerplan_session"] != old
    other = client_of(app)
    other.cookies.set("naerplan_session", old)
    assert other.get("/me").status_code == 303


def test_sessions_run_out(app: FastAPI) -> None:
    client = somebody(app, "planner")
    for minutes, status in ((50, 200), (100, 200), (170, 303)):
        app.state.clock = lambda minutes=minutes: utc_now() + timedelta(minutes=minutes)
        assert client.get("/me").status_code == status
    app.state.clock = utc_now
    busy = somebody(app, "leader")
    for minutes in range(0, 12 * 60, 45):
        app.state.clock = lambda minutes=minutes: utc_now() + timedelta(minutes=minutes)
        assert busy.get("/me").status_code == 200
    app.state.clock = lambda: utc_now() + timedelta(hours=12, minutes=1)
    assert busy.get("/me").status_code == 303


def test_who_was_signed_in_is_told_that_it_has_ended(app: FastAPI) -> None:
    """One comes back to where one was; of what was sent nothing was saved, and it is said. A first visit is told nothing."""
    client = somebody(app, "planner")
    app.state.clock = lambda: utc_now() + timedelta(hours=13)
    read = client.get("/me").headers["location"]
    assert read == "/signin?ended=yes&next=/me"
    assert "Dit login er udløbet" in client.get(read).text
    sent = client.post("/me/password", data={}, headers={"referer": "http://localhost/me?x=1"})
    assert sent.headers["location"] == "/signin?ended=lost&next=/me%3Fx%3D1"
    assert "blev ikke gemt" in client.get(sent.headers["location"]).text
    part = client.get("/me", headers={"hx-request": "true", "referer": "http://localhost/me"})
    assert part.headers["hx-redirect"] == "/signin?ended=yes&next=/me"
    assert client_of(app).get("/me").headers["location"] == "/signin?next=/me"
    assert "udløbet" not in client_of(app).get("/signin?next=/me").text


def test_somebody_disabled_is_out_at_once(app: FastAPI, database: Database) -> None:
    client = somebody(app, "planner")
    with database.transaction() as session:
        user = session.scalars(select(User).where(col(User.sign_in_name) == "planner")).one()
        user.disabled_at = utc_now()
        session.add(user)
    assert client.get("/me").status_code == 303
    answer = client.post("/signin", data={"name": "planner", "password": PASSWORD})
    assert answer.status_code == 422


def test_cookie_cannot_be_read_or_sent_from_elsewhere(app: FastAPI) -> None:
    def cookie(base: str) -> str:
        client = TestClient(app, base_url=base, follow_redirects=False)
        return client.post("/signin", data={"name": "planner", "password": PASSWORD}).headers["set-cookie"]

    local = cookie("http://localhost")
    assert "HttpOnly" in local
    assert "SameSite=lax" in local
    assert "Secure" not in local
    app_elsewhere = app_of(app.state.database, hosts=["plan.example.dk"])
    client = TestClient(app_elsewhere, base_url="https://plan.example.dk", follow_redirects=False)
    answer = client.post("/signin", data={"name": "planner", "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({}, True, 200),
        ({}, False, 403),
        ({"origin": "http://localhost"}, True, 200),
        ({"origin": "https://evil.example"}, True, 403),
        ({"origin": "null"}, True, 403),
        ({"sec-fetch-site": "cross-site"}, True, 403),
        ({"sec-fetch-site": "same-site"}, True, 403),
        ({"sec-fetch-site": "same-origin"}, True, 200),
    ],
)
def test_a_change_must_come_from_our_own_page(
    app: FastAPI, database: Database, headers: dict[str, str], token: bool, status: int
) -> None:
    client = somebody(app, "planner")
    fields = {"name": "Changed"} | ({"csrf_token": token_in(client.get("/me").text)} if token else {})
    assert client.post("/trial/write", data=fields, headers=headers).status_code == status
    assert municipality(database) == ("Changed" if status == 200 else "Albertslund")


def test_token_in_a_header_and_of_another_session(app: FastAPI, database: Database) -> None:
    client, other = somebody(app, "planner"), somebody(app, "leader")
    theirs = token_in(other.get("/me").text)
    assert client.post("/trial/write", data={"name": "X", "csrf_token": theirs}).status_code == 403
    ours = token_in(client.get("/me").text)
    answer = client.post("/trial/write", data={"name": "X"}, headers={"X-CSRF-Token": ours})
    assert answer.status_code == 200
    assert client_of(app).post("/signin", headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize(("then", "status"), [("conflict", 409), ("fail", 500), ("refuse", 422)])
def test_what_fails_leaves_nothing_behind(app: FastAPI, database: Database, then: str, status: int) -> None:
    client = somebody(app, "planner")
    answer = send(client, "/trial/write", name="Changed", then=then)
    assert answer.status_code == status
    assert "Hemmelig" not in answer.text
    assert "010101" not in answer.text
    assert municipality(database) == "Albertslund"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")


def test_author_of_a_change_is_who_is_signed_in(app: FastAPI, database: Database) -> None:
    send(somebody(app, "planner"), "/trial/write", name="Changed")
    with database.reading() as session:
        assert session.scalars(select(Municipality)).one().changed_by == "planner"


def test_every_answer_has_the_headers(app: FastAPI) -> None:
    client = client_of(app)
    for path in ("/signin", "/health", "/nowhere", "/static/app.css", "/"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "'unsafe" not in headers["content-security-policy"]
    assert client.get("/signin").headers["cache-control"] == "no-store"
    assert client.get("/signin", headers={"host": "evil.example"}).status_code == 400


def test_pages_hold_no_inline_code(app: FastAPI) -> None:
    page = somebody(app, "planner").get("/me").text
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)


def test_files_are_kept_by_their_digest(app: FastAPI) -> None:
    client = client_of(app)
    urls = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/signin").text)
    assert len(urls) >= 5
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert "immutable" in answer.headers["cache-control"], url
    assert "immutable" not in client.get("/static/app.css?v=0").headers["cache-control"]
    assert "immutable" not in client.get("/static/app.css").headers["cache-control"]


def test_no_script_of_the_frame_runs_twice() -> None:
    """A module that a page asks for by its digest is another one for a script that imports it without."""
    asked = {
        name
        for page in (REPOSITORY / "templates").rglob("*.html")
        for name in re.findall(r'static_url\("([\w/]+\.js)"\)', page.read_text("utf-8"))
    }
    assert "app.js" in asked
    for script in (REPOSITORY / "delivery_app" / "static").glob("*.js"):
        taken = set(re.findall(r'from "\./([\w/]+\.js)"', script.read_text("utf-8")))
        assert not taken & asked, script.name


def test_language_is_the_persons_own(app: FastAPI, database: Database) -> None:
    client = client_of(app)
    assert "<h1>Log ind</h1>" in client.get("/signin").text
    assert "<h1>Sign in</h1>" in client.get("/signin", headers={"accept-language": "en-GB,da;q=0.5"}).text
    assert client.post("/language", data={"lang": "en", "next": "/signin"}).headers["location"] == "/signin"
    assert "<h1>Sign in</h1>" in client.get("/signin").text
    planner = somebody(app, "planner")
    assert '<html lang="da">' in planner.get("/me").text
    send(planner, "/language", lang="en", next="/me")
    assert '<html lang="en">' in somebody(app, "planner").get("/me").text


def test_own_password_and_own_sessions(app: FastAPI) -> None:
    client, elsewhere = somebody(app, "planner"), somebody(app, "planner")
    other = somebody(app, "leader")
    wrong = send(client, "/me/password", old="nothing", new="kort", again="kort")
    assert wrong.status_code == 422
    assert "ikke din hidtidige adgangskode" in wrong.text
    assert "mindst 10" in wrong.text
    differ = send(client, "/me/password", old=PASSWORD, new="ny kaffe hver dag", again="ny kaffe")
    assert differ.status_code == 422
    assert elsewhere.get("/me").status_code == 200
    good = send(client, "/me/password", old=PASSWORD, new="ny kaffe hver dag", again="ny kaffe hver dag")
    assert good.headers["location"] == "/me"
    assert "Adgangskoden er ændret" in client.get("/me").text
    assert "Adgangskoden er ændret" not in client.get("/me").text
    assert elsewhere.get("/me").status_code == 303
    assert somebody(app, "planner", "ny kaffe hver dag").get("/me").status_code == 200
    mine = re.findall(r"/me/sessions/([0-9a-f-]{36})/end", client.get("/me").text)
    assert len(mine) == 2
    assert send(other, f"/me/sessions/{mine[0]}/end").status_code == 404
    theirs = re.findall(r"/me/sessions/([0-9a-f-]{36})/end", other.get("/me").text)
    assert send(other, f"/me/sessions/{theirs[0]}/end").headers["location"] == "/signin?over=1"
    assert other.get("/me").status_code == 303


def test_sections_are_those_that_exist(app: FastAPI, teams: dict[str, UUID]) -> None:
    page = somebody(app, "planner").get("/me").text
    known = set(pages(app))
    for url in re.findall(r'href="(/planner/[^"?#]*|/admin/[^"?#]*)"', page):
        assert re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{team_id}", url) in known
    assert "/admin/" not in page
