"""Pages are packed on their way, but never where another site could have asked; form tokens differ on every page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from delivery_app.db import Database
from delivery_app.security import csrf
from delivery_app.web.static import static_url
from tests.delivery_app.web.app_examples import add_people, add_team, app_of, new_database, somebody, token_in


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = new_database(tmp_path)
    with made.transaction() as session:
        add_people(session, add_team(session, "Nord"))
    yield made
    made.close()


@pytest.fixture
def app(database: Database) -> FastAPI:
    return app_of(database)


@pytest.fixture
def planner(app: FastAPI) -> TestClient:
    return somebody(app, "planner")


def packing(client: TestClient, url: str, **headers: str) -> str:
    answer = client.get(url, headers={"accept-encoding": "gzip", **headers})
    assert answer.status_code == 200
    if "content-encoding" in answer.headers:
        assert "accept-encoding" in answer.headers["vary"].lower()
    return answer.headers.get("content-encoding", "")


@pytest.mark.parametrize(
    ("site", "packed"),
    [("same-origin", "gzip"), ("none", "gzip"), ("cross-site", ""), ("same-site", ""), ("", "")],
)
def test_a_page_is_packed_only_when_no_other_site_can_have_asked(
    planner: TestClient, site: str, packed: str
) -> None:
    assert packing(planner, "/me", **({"sec-fetch-site": site} if site else {})) == packed


def test_who_does_not_unpack_gets_the_page_as_it_is(planner: TestClient) -> None:
    answer = planner.get("/me", headers={"accept-encoding": "identity", "sec-fetch-site": "same-origin"})
    assert "content-encoding" not in answer.headers
    assert "Planner Prøve" in answer.text


def test_packed_and_plain_pages_say_the_same_and_carry_the_same_headers(planner: TestClient) -> None:
    plain = planner.get("/me")
    packed = planner.get("/me", headers={"accept-encoding": "gzip", "sec-fetch-site": "none"})
    assert packed.headers["content-encoding"] == "gzip"
    for text in (plain.text, packed.text):
        assert text.rstrip().endswith("</html>")
    for name in ("content-security-policy", "cache-control", "x-content-type-options"):
        assert packed.headers[name] == plain.headers[name]


def test_files_are_the_same_for_everybody_and_always_packed(planner: TestClient) -> None:
    assert packing(planner, static_url("naerplan.css")) == "gzip"


def test_a_form_token_is_written_differently_on_every_page_and_still_ours(planner: TestClient) -> None:
    first, second = (token_in(planner.get("/me").text) for _ in range(2))
    assert first != second
    assert csrf.unmasked(first) == csrf.unmasked(second)
    # Nothing of the token itself stands on a page.
    assert csrf.unmasked(first) not in planner.get("/me").text
    for token in (first, second):
        sent = {"csrf_token": token, "lang": "en", "next": "/me"}
        assert planner.post("/language", data=sent).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "ab", "abc", "0" * 128, "f" * 64])
def test_a_token_that_is_none_is_refused(planner: TestClient, token: str) -> None:
    sent = {"csrf_token": token}
    assert planner.post("/signout", data=sent).status_code == 403


def test_the_bare_token_is_refused(planner: TestClient) -> None:
    bare = csrf.unmasked(token_in(planner.get("/me").text))
    assert planner.post("/signout", data={"csrf_token": bare}).status_code == 403
    fresh = csrf.masked(bare)
    assert planner.post("/signout", data={"csrf_token": fresh}).status_code == 303
