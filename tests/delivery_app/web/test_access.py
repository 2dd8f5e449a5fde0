"""Requests and the access log: with which use, who refused, and no citizen of another team by any query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy.orm import aliased
from sqlmodel import select

from delivery_app.db import Database
from delivery_app.security.access_log import note_read, note_team_at_hand
from delivery_app.security.permissions import Permission
from delivery_app.security.scope import citizen_in_scope, citizens_in_scope
from delivery_app.security.seals import ENTRIES
from delivery_app.web.deps import CurrentPerson, DbSession
from delivery_app.web.routing import RoleRouter
from models.tables import AccessEntry, Citizen, Team
from tests.delivery_app.web.app_examples import (
    add_people,
    add_team,
    app_of,
    client_of,
    new_database,
    send,
    somebody,
)

trial = RoleRouter()


@trial.get("/planner/{team_id}/try/{citizen_id}", permission=Permission.PLAN_READ)
def one_citizen(session: DbSession, person: CurrentPerson, team_id: UUID, citizen_id: UUID) -> Response:
    return PlainTextResponse(citizen_in_scope(session, person, citizen_id).name)


@trial.get("/planner/{team_id}/everybody", permission=Permission.PLAN_READ)
def every_way(session: DbSession, team_id: UUID) -> Response:
    """Queries that forget to ask for the team."""
    other = aliased(Citizen)
    found = [
        *session.scalars(select(Citizen.name)),
        *(one.name for one in session.scalars(select(Citizen))),
        *session.scalars(select(other.name)),
        *(name for _, name in session.execute(select(Team.name, Citizen.name).join(Citizen))),
        *session.scalars(select(Team.name).where(Team.id.in_(select(Citizen.team_id)))),  # type: ignore[attr-defined]
    ]
    return PlainTextResponse(" ".join(sorted(set(found))))


@trial.get("/planner/{team_id}/got/{citizen_id}", permission=Permission.PLAN_READ)
def by_key(session: DbSession, team_id: UUID, citizen_id: UUID) -> Response:
    found = session.get(Citizen, citizen_id)
    return PlainTextResponse("nobody" if found is None else found.name)


@trial.get("/planner/{team_id}/round", permission=Permission.ROUND_READ)
def own_round(session: DbSession, person: CurrentPerson, team_id: UUID) -> Response:
    return PlainTextResponse(
        " ".join(one.name for one in session.scalars(citizens_in_scope(person, team_id)))
    )


@trial.get("/planner/{team_id}/kept", permission=Permission.PLAN_READ)
def from_memory(session: DbSession, team_id: UUID) -> Response:
    note_team_at_hand(session, team_id)
    return PlainTextResponse("")


@trial.get("/planner/{team_id}/none", permission=Permission.PLAN_READ)
def shows_none(session: DbSession, team_id: UUID) -> Response:
    session.scalars(select(Citizen)).all()
    note_read(session, [])
    return PlainTextResponse("")


@trial.post("/planner/{team_id}/rename/{citizen_id}", permission=Permission.TEAM_EDIT)
def rename(session: DbSession, team_id: UUID, citizen_id: UUID) -> Response:
    session.get_one(Citizen, citizen_id).name = "Ny"
    return PlainTextResponse("")


class World:
    """Two teams with a citizen each; people in the first."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction("setup") as session:
            ours, theirs = add_team(session, "Nord"), add_team(session, "Syd")
            add_people(session, ours)
            self.ours, self.theirs = ours.id, theirs.id
            rows = [
                Citizen(
                    municipality_id=team.municipality_id, team_id=team.id, code="c1", name=f"Borger{team.name}",
                    lat=55.6, lon=12.3, from_date=date(2026, 1, 5),
                )
                for team in (ours, theirs)
            ]  # fmt: skip
            session.add_all(rows)
        self.our_citizen, self.their_citizen = rows[0].id, rows[1].id
        self.app: FastAPI = app_of(database, [trial])

    def log(self, name: str) -> list[AccessEntry]:
        """What somebody did since signing in."""
        with self.database.reading() as session:
            found = session.scalars(
                select(AccessEntry)
                .where(ENTRIES.c.user_name == name, ENTRIES.c.use != "sign_in")
                .order_by(ENTRIES.c.seal_number, ENTRIES.c.position)
            )
            return list(found)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    database = new_database(tmp_path)
    yield World(database)
    database.close()


def test_page_of_a_citizen_is_logged_with_person_team_and_use(world: World) -> None:
    planner = somebody(world.app, "planner")
    assert planner.get(f"/planner/{world.ours}/try/{world.our_citizen}").text == "BorgerNord"
    (entry,) = world.log("planner")
    assert (entry.action, entry.use, entry.citizen_id, entry.team_id) == (
        "read", "planning", world.our_citizen, world.ours,
    )  # fmt: skip
    assert entry.request_id
    assert entry.user_id is not None
    assert entry.municipality_id is not None


@pytest.mark.parametrize(
    ("name", "path", "use"), [("leader", "everybody", "leading"), ("carer", "round", "delivery")]
)
def test_use_follows_from_role_and_page(world: World, name: str, path: str, use: str) -> None:
    assert "BorgerNord" in somebody(world.app, name).get(f"/planner/{world.ours}/{path}").text
    assert {(entry.use, entry.citizen_id) for entry in world.log(name)} == {(use, world.our_citizen)}


def test_no_query_finds_citizens_of_another_team(world: World) -> None:
    planner = somebody(world.app, "planner")
    assert planner.get(f"/planner/{world.ours}/everybody").text == "BorgerNord Nord"
    assert planner.get(f"/planner/{world.ours}/got/{world.their_citizen}").text == "nobody"
    assert planner.get(f"/planner/{world.ours}/try/{world.their_citizen}").status_code == 404
    assert {entry.citizen_id for entry in world.log("planner")} == {world.our_citizen}
    assert send(planner, f"/planner/{world.ours}/rename/{world.their_citizen}").status_code >= 400
    with world.database.reading() as session:
        assert session.get_one(Citizen, world.their_citizen).name == "BorgerSyd"


def test_asking_for_another_team_is_refused_unread_and_logged(world: World) -> None:
    planner = somebody(world.app, "planner")
    answer = planner.get(f"/planner/{world.theirs}/everybody")
    assert answer.status_code == 404
    assert "Syd" not in answer.text
    (entry,) = world.log("planner")
    assert (entry.action, entry.team_id, entry.citizen_id, entry.note) == (
        "refused", world.theirs, None, {"route": "/planner/{team_id}/everybody"},
    )  # fmt: skip


def test_plans_from_memory_count_as_the_whole_team_unless_said_otherwise(world: World) -> None:
    planner = somebody(world.app, "planner")
    planner.get(f"/planner/{world.ours}/none")
    assert world.log("planner") == []
    planner.get(f"/planner/{world.ours}/kept")
    assert [entry.citizen_id for entry in world.log("planner")] == [world.our_citizen]


def test_change_is_logged_under_the_person(world: World) -> None:
    planner = somebody(world.app, "planner")
    assert send(planner, f"/planner/{world.ours}/rename/{world.our_citizen}").status_code == 200
    found = [(entry.action, entry.subject_table, entry.columns) for entry in world.log("planner")]
    assert found == [("changed", "citizen", ["name"]), ("read", None, None)]
    assert len({entry.request_id for entry in world.log("planner")}) == 1


def test_signing_in_and_out_and_failing_is_logged(world: World) -> None:
    planner = somebody(world.app, "planner")
    assert send(planner, "/signout").status_code == 303
    client_of(world.app).post("/signin", data={"name": "planner", "password": "wrong"})
    client_of(world.app).post("/signin", data={"name": "min adgangskode", "password": "wrong"})
    with world.database.reading() as session:
        rows = session.execute(
            sa.select(ENTRIES.c.action, ENTRIES.c.user_name)
            .where(ENTRIES.c.use == "sign_in")
            .order_by(ENTRIES.c.seal_number)
        )
        assert [tuple(row) for row in rows] == [
            ("signed_in", "planner"),
            ("signed_out", "planner"),
            ("sign_in_refused", "planner"),
        ]
