"""An app over a database with two teams and somebody in each role, for tests of pages.

``somebody(app_of(database), "planner")`` is a client that is signed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.db import Database, make_engine
from delivery_app.main import create_app
from delivery_app.security import passwords
from delivery_app.services.accounts import create_user, give_role
from delivery_app.settings import Settings
from models.cpr import CprVault, new_key, read_keys
from models.municipality import Municipality
from models.provider import Provider
from models.team import Team
from models.user import Role, User
from tests.databases import make_tables

# As strong as wanted takes a tenth of a second a password; what is tested does not depend on it.
passwords._hasher = cache(lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))

PASSWORD = "kaffe med lidt sol"
BASE = "http://localhost"


def new_database(folder: Path) -> Database:
    """An SQLite database at the newest schema, empty, in that folder."""
    url = f"sqlite:///{folder / 'test.db'}"
    make_tables(url)
    return Database(make_engine(url), CprVault(read_keys(new_key())))


def add_team(session: Session, name: str, municipality: str = "albertslund") -> Team:
    """A team without anybody in it."""
    home = session.scalars(select(Municipality).where(col(Municipality.code) == municipality)).first()
    if home is None:
        home = Municipality(code=municipality, name=municipality.title())
        session.add(home)
        session.flush()
    provider = Provider(municipality_id=home.id, name=f"Hjemmeplejen {name}", kind="municipal")
    session.add(provider)
    session.flush()
    team = Team(
        municipality_id=home.id,
        provider_id=provider.id,
        name=name,
        base_lat=55.66,
        base_lon=12.36,
        travel={},
        rules={},
        weights={},
    )
    session.add(team)
    session.flush()
    return team


def add_people(session: Session, team: Team, password: str = PASSWORD) -> dict[str, UUID]:
    """A planner, a carer and a leader of the team and an administrator, by their sign-in names."""
    made: dict[str, User] = {}
    for name in ("planner", "carer", "leader", "administrator"):
        user = create_user(
            session,
            municipality_id=team.municipality_id,
            sign_in_name=name,
            name=f"{name.title()} Prøve",
            password=password,
            administrator=name == "administrator",
        )
        if name != "administrator":
            give_role(session, user, team, Role(name))
        made[name] = user
    return {name: user.id for name, user in made.items()}


def app_of(database: Database, more: Iterable[APIRouter] = (), **settings: Any) -> FastAPI:
    """The product's app over a database."""
    return create_app(database, Settings(demo=False, **settings), more=more)


def client_of(app: FastAPI) -> TestClient:
    """A browser that is not signed in and follows no redirects."""
    return TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)


def somebody(app: FastAPI, name: str, password: str = PASSWORD) -> TestClient:
    """A browser in which somebody is signed in."""
    client = client_of(app)
    answer = client.post("/signin", data={"name": name, "password": password})
    assert answer.status_code == 303, answer.text
    return client


def token_in(html: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', html)
    assert found is not None
    return found[1]


def send(client: TestClient, url: str, **fields: str):
    """Post a form with the session's token."""
    return client.post(url, data={"csrf_token": token_in(client.get("/me").text), **fields})
