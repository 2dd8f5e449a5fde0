"""Sign-in by a provider of identities: the whole way against one that runs here, and every wrong answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from delivery_app.db import Database
from delivery_app.services.accounts import find_user
from models.base import utc_now
from tests.delivery_app.security.oidc_server import (
    CLIENT,
    SECRET,
    Provider,
    another_key,
    running_provider,
    shared_secret,
)
from tests.delivery_app.web.app_examples import add_people, add_team, app_of, client_of, new_database


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider() as found:
        yield found


@pytest.fixture
def provider(running: Provider) -> Provider:
    fresh = Provider()
    running.__dict__.update(
        {name: value for name, value in fresh.__dict__.items() if name not in ("issuer", "key")}
    )
    return running


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = new_database(tmp_path)
    with made.transaction() as session:
        add_people(session, add_team(session, "Nord"))
        user = find_user(session, "planner")
        assert user is not None
        user.email = "planner@example.dk"
        session.add(user)
    yield made
    made.close()


@pytest.fixture
def client(database: Database, provider: Provider) -> TestClient:
    return client_of(
        app_of(
            database,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SecretStr(SECRET),
            oidc_name="Albertslunds login",
        )
    )


def back_from_provider(client: TestClient, next: str = "") -> str:
    """The address the provider sends the browser back to."""
    answer = client.get("/signin/oidc", params={"next": next})
    assert answer.status_code == 303
    sent = httpx.get(answer.headers["location"])
    assert sent.status_code == 302
    location: str = sent.headers["location"]
    return location


def subject_of(database: Database, name: str) -> str | None:
    with database.reading() as session:
        user = find_user(session, name)
        assert user is not None
        return user.oidc_subject


def test_known_by_address_the_first_time_and_by_subject_then(
    client: TestClient, database: Database, provider: Provider
) -> None:
    assert "Log ind med Albertslunds login" in client.get("/signin").text
    answer = client.get(back_from_provider(client, "/me"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert "planner" in client.get("/me").text
    assert subject_of(database, "planner") == f"{provider.issuer}|subject-1"
    client.cookies.clear()
    provider.email = "somebody.else@example.dk"
    assert client.get(back_from_provider(client)).headers["location"] == "/"
    assert client.get("/me").status_code == 200


def test_an_address_that_is_taken_by_another_subject_opens_nothing(
    client: TestClient, provider: Provider
) -> None:
    client.get(back_from_provider(client))
    client.cookies.clear()
    provider.subject = "subject-2"
    assert client.get(back_from_provider(client)).status_code == 403
    assert client.get("/me").status_code == 303


def test_who_has_no_account_is_told(client: TestClient, provider: Provider) -> None:
    provider.email = "nobody@example.dk"
    answer = client.get(back_from_provider(client))
    assert answer.status_code == 403
    assert "ingen konto her" in answer.text
    provider.email, provider.verified = "planner@example.dk", False
    assert client.get(back_from_provider(client)).status_code == 403


def test_somebody_disabled_stays_out(client: TestClient, database: Database) -> None:
    with database.transaction() as session:
        user = find_user(session, "planner")
        assert user is not None
        user.disabled_at = utc_now()
        session.add(user)
    assert client.get(back_from_provider(client)).status_code == 403
    assert subject_of(database, "planner") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": -3600},
        {"sub": None},
        {"iat": 3600},
    ],
    ids=str,
)
def test_answer_that_does_not_hold_is_refused(
    client: TestClient, provider: Provider, wrong: dict[str, object]
) -> None:
    # Times are seconds from now.
    provider.wrong = {
        name: int(time.time()) + value if isinstance(value, int) else value for name, value in wrong.items()
    }
    assert client.get(back_from_provider(client)).status_code == 422
    assert client.get("/me").status_code == 303


def test_signature_must_be_the_providers(client: TestClient, provider: Provider) -> None:
    provider.sign_with = another_key()
    assert client.get(back_from_provider(client)).status_code == 422
    provider.sign_with, provider.algorithm = shared_secret(), "HS256"
    assert client.get(back_from_provider(client)).status_code == 422


def test_new_keys_of_the_provider_are_learnt(client: TestClient, provider: Provider) -> None:
    assert client.get(back_from_provider(client)).status_code == 303
    client.cookies.clear()
    old, provider.key = provider.key, another_key()
    assert client.get(back_from_provider(client)).status_code == 303
    provider.key = old


def test_answer_to_another_browser_is_refused(client: TestClient) -> None:
    location = back_from_provider(client)
    stranger = client_of(client.app)  # type: ignore[arg-type]
    assert stranger.get(location).status_code == 422
    stranger.get("/signin/oidc")
    assert stranger.get(location).status_code == 422
    query = parse_qs(urlsplit(location).query)
    assert (
        client.get(
            "/signin/oidc/callback", params={"code": "guessed", "state": query["state"][0]}
        ).status_code
        == 422
    )
    assert client.get("/signin/oidc/callback", params={"error": "access_denied"}).status_code == 422


def test_code_is_good_once(client: TestClient) -> None:
    location = back_from_provider(client)
    cookie = client.cookies.get("naerplan_oidc")
    assert cookie is not None
    assert client.get(location).status_code == 303
    client.cookies.set("naerplan_oidc", cookie, path="/signin/oidc")
    assert client.get(location).status_code == 422


def test_without_a_provider_there_is_no_such_page(database: Database) -> None:
    client = client_of(app_of(database))
    assert client.get("/signin/oidc").status_code == 404
    assert "/signin/oidc" not in client.get("/signin").text


def test_provider_that_does_not_answer_is_told(database: Database) -> None:
    client = client_of(app_of(database, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT))
    answer = client.get("/signin/oidc")
    assert answer.status_code == 502
    assert "svarer ikke" in answer.text
    plain = client_of(app_of(database, oidc_issuer="http://login.example.dk", oidc_client_id=CLIENT))
    assert plain.get("/signin/oidc").status_code == 422
