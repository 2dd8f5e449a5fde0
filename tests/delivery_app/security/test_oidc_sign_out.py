"""Signing out at the provider of identities: only where one signed in there, by its own word, and never stuck on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from delivery_app.db import Database
from delivery_app.services.accounts import find_user
from tests.delivery_app.security.oidc_server import CLIENT, SECRET, Provider, running_provider
from tests.delivery_app.web.app_examples import (
    PASSWORD,
    add_people,
    add_team,
    app_of,
    client_of,
    new_database,
    send,
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as found:
        yield found


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


def browser(database: Database, provider: Provider) -> TestClient:
    app = app_of(
        database,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_name="Albertslunds login",
    )
    return client_of(app)


def sign_in_there(client: TestClient) -> None:
    there = client.get("/signin/oidc").headers["location"]
    assert client.get(httpx.get(there).headers["location"]).status_code == 303


def sign_out_address(page: Response) -> str:
    """Where the page leads to by itself; the same as its button."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert found is not None, page.text
    assert f'href="{found[1]}"' in page.text
    return unescape(found[1])


def test_sign_out_ends_both(database: Database, provider: Provider) -> None:
    client = browser(database, provider)
    sign_in_there(client)
    page = send(client, "/signout")
    assert page.status_code == 200
    assert "Albertslunds login" in page.text
    # Over here at once, whatever comes of the rest.
    assert client.get("/me").status_code == 303
    address = sign_out_address(page)
    assert address.startswith(f"{provider.issuer}/endsession?tenant=a&")
    back = httpx.get(address).headers["location"]
    assert provider.ended == ["subject-1"]
    assert back == "http://localhost/signout/done"
    assert client.get("/signout/done").headers["location"] == "/signin?over=1"


def test_the_providers_word_goes_to_signing_out_only(database: Database, provider: Provider) -> None:
    client = browser(database, provider)
    there = client.get("/signin/oidc").headers["location"]
    answer = client.get(httpx.get(there).headers["location"])
    kept = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("naerplan_oidc_out="))
    assert "Path=/signout" in kept
    assert "HttpOnly" in kept
    page = send(client, "/signout")
    assert any(one.startswith('naerplan_oidc_out="";') for one in page.headers.get_list("set-cookie")), (
        page.headers
    )


def test_who_signed_in_by_password_signs_out_here_only(database: Database, provider: Provider) -> None:
    client = browser(database, provider)
    sign_in_there(client)
    # The same browser, later, by password: the old sign-in at the provider is none of this one.
    assert client.post("/signin", data={"name": "leader", "password": PASSWORD}).status_code == 303
    answer = send(client, "/signout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?over=1")
    assert provider.ended == []


@pytest.mark.parametrize("place", ["", "@evil.example.dk/end"], ids=["none", "not-encrypted"])
def test_provider_without_a_place_to_sign_out(database: Database, provider: Provider, place: str) -> None:
    provider.sign_out_path = place
    client = browser(database, provider)
    sign_in_there(client)
    answer = send(client, "/signout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?over=1")


def test_word_too_long_for_a_cookie_is_left_out(database: Database, provider: Provider) -> None:
    provider.wrong = {"groups": ["en gruppe med et langt navn"] * 200}
    client = browser(database, provider)
    sign_in_there(client)
    query = parse_qs(urlsplit(sign_out_address(send(client, "/signout"))).query)
    assert query["client_id"] == [CLIENT]
    assert "id_token_hint" not in query
