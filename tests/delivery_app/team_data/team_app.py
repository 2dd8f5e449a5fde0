"""The app over the tiny sample team, with somebody in each role, on a fixed day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import col, select

from delivery_app.bridge import load_problem
from delivery_app.db import Database
from delivery_app.services.accounts import create_user, give_role
from models.tables import Carer, Citizen, Need, Team
from models.user import Role
from scheduler.pack import read_pack
from tests.delivery_app.team_data.tiny_team import TINY
from tests.delivery_app.web.app_examples import PASSWORD, add_people, add_team, app_of, new_database, somebody

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@dataclass
class TeamApp:
    """A running installation with the tiny team, and another team that its people may not see."""

    database: Database
    app: FastAPI
    team_id: UUID
    other_id: UUID

    def signed_in(self, name: str = "planner") -> TestClient:
        """A browser in which somebody is signed in."""
        return somebody(self.app, name)

    def url(self, rest: str = "") -> str:
        """An address of the team."""
        return f"/planner/{self.team_id}{rest}"

    def citizen(self, code: str) -> UUID:
        """A citizen's id."""
        with self.database.reading() as session:
            return session.scalars(select(Citizen.id).where(col(Citizen.code) == code)).one()

    def carer(self, code: str) -> UUID:
        """A carer's id."""
        with self.database.reading() as session:
            return session.scalars(select(Carer.id).where(col(Carer.code) == code)).one()

    def need(self, code: str) -> UUID:
        """A need's id."""
        with self.database.reading() as session:
            return session.scalars(select(Need.id).where(col(Need.code) == code)).one()


def team_app(folder: Path, *, empty: bool = False) -> TeamApp:
    """The installation in a folder; ``empty``: the team has nobody yet."""
    database = new_database(folder)
    with database.transaction() as session:
        if empty:
            team = add_team(session, "Team Tiny")
        else:
            team = session.get_one(Team, load_problem(session, read_pack(TINY)).id)
        other = add_team(session, "Team Anden")
        add_people(session, team)
        second = create_user(
            session,
            municipality_id=team.municipality_id,
            sign_in_name="anden",
            name="Anden Planlægger",
            password=PASSWORD,
        )
        give_role(session, second, team, Role.PLANNER)
        stranger = create_user(
            session,
            municipality_id=team.municipality_id,
            sign_in_name="fremmed",
            name="Fremmed Planlægger",
            password=PASSWORD,
        )
        give_role(session, stranger, other, Role.PLANNER)
        made = TeamApp(database, app_of(database), team.id, other.id)
    made.app.state.clock = lambda: NOW
    return made
