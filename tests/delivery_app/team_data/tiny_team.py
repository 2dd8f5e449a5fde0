"""The tiny sample team in a database of its own: what the team's data pages and services are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import load_problem
from delivery_app.db import Database
from models.tables import Carer, Citizen, Need
from scheduler.pack import read_pack
from tests.delivery_app.bridge_examples import migrated

TINY = Path(__file__).parents[3] / "fixtures" / "tiny"
#: The Monday of the team's week, and a day in the week before it.
MONDAY = date(2026, 11, 30)
TODAY = date(2026, 12, 1)


@dataclass
class TinyTeam:
    """A database and its one team."""

    database: Database
    team_id: UUID


@contextmanager
def tiny_team(url: str) -> Iterator[TinyTeam]:
    """The database at ``url`` with the tiny team in it."""
    with migrated(url) as database:
        with database.transaction("anna") as session:
            team_id = load_problem(session, read_pack(TINY)).id
        yield TinyTeam(database, team_id)


def citizen(session: Session, code: str) -> Citizen:
    """A citizen by the pack's id."""
    return session.scalars(select(Citizen).where(col(Citizen.code) == code)).one()


def carer(session: Session, code: str) -> Carer:
    """A carer by the pack's id."""
    return session.scalars(select(Carer).where(col(Carer.code) == code)).one()


def need(session: Session, code: str) -> Need:
    """A need by the pack's id."""
    return session.scalars(select(Need).where(col(Need.code) == code)).one()
