"""``naerplan user``: accounts without a browser, and no password on the screen or in a list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery_app.db import Database, make_engine
from models.cpr import CprVault, new_key, read_keys
from tests.delivery_app.cli.running import Outcome
from tests.delivery_app.cli.running import run as run_words
from tests.delivery_app.web.app_examples import add_team, app_of, client_of, new_database, somebody

GOOD = "regnvejr i november"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    new_database(tmp_path).close()
    url = f"sqlite:///{tmp_path / 'test.db'}"
    key = new_key()
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("NAERPLAN_KEY", key)
    made = Database(make_engine(url), CprVault(read_keys(key)))
    yield made
    made.close()


def run(*words: str, given: str = "") -> Outcome:
    outcome = run_words("user", *words, given=given)
    assert GOOD not in outcome.said
    return outcome


def test_first_administrator_signs_in(database: Database) -> None:
    done = run("add", "Anna", "--administrator", "--municipality", "albertslund", given=GOOD + "\n")
    assert (done.code, done.out) == (0, "anna can sign in.\n")
    assert somebody(app_of(database), "anna", GOOD).get("/me").status_code == 200
    assert "Administrator" in run("list").out


def test_planner_of_the_only_team(database: Database) -> None:
    with database.transaction() as session:
        add_team(session, "Nord")
    assert run("add", "bo", "--role", "planner", "--role", "leader", given=GOOD).code == 0
    listed = run("list").out
    assert "Leader (Nord), Planner (Nord)" in listed


def test_new_password_ends_sessions_and_disabling_keeps_out(database: Database) -> None:
    with database.transaction() as session:
        add_team(session, "Nord")
    run("add", "bo", "--role", "planner", given=GOOD)
    app = app_of(database)
    client = somebody(app, "bo", GOOD)
    assert "sessions that were ended: 1" in run("password", "bo", given="solskin over Sydhavnen").out
    assert client.get("/me").status_code == 303
    assert somebody(app, "bo", "solskin over Sydhavnen").get("/me").status_code == 200
    assert "sessions that were ended: 1" in run("disable", "bo").out
    data = {"name": "bo", "password": "solskin over Sydhavnen"}
    assert client_of(app).post("/signin", data=data).status_code == 422
    run("enable", "bo")
    assert client_of(app).post("/signin", data=data).status_code == 303


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (["add", "bo", "--role", "boss"], GOOD, "'boss' is no role; choose one of planner, carer, leader"),
        (["add", "bo", "--role", "planner"], GOOD, "name the team by --team; known are: Nord, Syd"),
        (["add", "bo", "--role", "planner", "--team", "Øst"], GOOD, "no one team 'Øst'"),
        (["add", "a b", "--administrator"], GOOD, "'a b' is no sign-in name"),
        (["add", "bo", "--administrator"], "short", "take at least 10"),
        (["add", "boline", "--administrator"], "jeg er boline selv", "holds the sign-in name"),
        (["add", "bo", "--administrator"], "", "no password was given"),
        (["add", "bo", "--administrator", "--email", "bo"], GOOD, "'bo' is no e-mail address"),
        (["password", "nobody"], GOOD, "there is no user 'nobody'"),
        (["disable", "nobody"], "", "there is no user 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_told(database: Database, words: list[str], given: str, said: str) -> None:
    with database.transaction() as session:
        add_team(session, "Nord")
        add_team(session, "Syd")
    outcome = run(*words, given=given)
    assert outcome.code != 0
    assert said in outcome.said
    assert "There are no users yet" in run("list").out
