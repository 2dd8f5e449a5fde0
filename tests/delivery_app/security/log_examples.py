"""A team in a database, people who read it, and ways round the program to its log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlmodel import select

from delivery_app.db import Database
from delivery_app.security.access_log import note_read
from delivery_app.security.log_check import Head, LogCheck, check_log
from delivery_app.security.seals import ENTRIES, Access
from models.access_log import Use
from models.municipality import Municipality
from models.provider import Provider
from models.tables import AccessEntry, Citizen, Team
from tests.delivery_app.bridge_examples import MONDAY, VAULT

SPACE = UUID(int=7)
ANNA = Access(uuid5(SPACE, "anna"), "anna", Use.PLANNING, request_id="r1")


def add_team(database: Database, name: str = "Nord", citizens: int = 3) -> list[UUID]:
    """A team with citizens; the citizens' ids."""
    with database.transaction("setup") as session:
        municipality = session.scalars(select(Municipality)).first() or Municipality(code="a", name="A")
        session.add(municipality)
        session.flush()
        provider = session.scalars(select(Provider)).first() or Provider(
            municipality_id=municipality.id, name="P", kind="municipal"
        )
        session.add(provider)
        session.flush()
        team = Team(
            municipality_id=municipality.id, provider_id=provider.id, name=name, base_lat=55, base_lon=10,
            travel={}, rules={}, weights={},
        )  # fmt: skip
        session.add(team)
        session.flush()
        rows = [
            Citizen(
                municipality_id=municipality.id, team_id=team.id, code=f"c{number}", from_date=MONDAY,
                name=f"Name {number}", lat=55, lon=10,
            )
            for number in range(citizens)
        ]  # fmt: skip
        session.add_all(rows)
    return [row.id for row in rows]


def read_each(database: Database, citizens: list[UUID], access: Access = ANNA) -> None:
    """One request a citizen that shows just this one."""
    for one in citizens:
        with database.reading(access) as session:
            note_read(session, [one])


def entries(database: Database, *conditions: sa.ColumnElement[bool]) -> list[AccessEntry]:
    """The log as it stands, in order."""
    with database.reading() as session:
        statement = select(AccessEntry).where(*conditions).order_by(ENTRIES.c.seal_number, ENTRIES.c.position)
        return list(session.scalars(statement).all())


def checked(database: Database, *heads: Head) -> LogCheck:
    """What a check of the log says."""
    with database.reading() as session:
        return check_log(session.connection(), VAULT, heads)


@contextmanager
def unguarded(database: Database) -> Iterator[sa.Connection]:
    """A connection of somebody who first switches off what guards the log, as an administrator could."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            found = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'access_%'"
            )
            for (name,) in found.fetchall():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
