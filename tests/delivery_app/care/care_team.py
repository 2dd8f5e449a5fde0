"""A small team with a published roster and one citizen's care plan to try things on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import load_problem, save_roster
from delivery_app.db import Database
from models.catalogue import CATALOGUE_FOLDER
from models.stored_catalogue import store_catalogue
from models.tables import Attendance, Carer, Record, Roster, Visit
from scheduler.evaluate import judged
from tests.delivery_app.sample_team import plain_roster, sample_problem
from tests.delivery_app.web.app_examples import add_people, new_database

CITIZENS, CARERS = 8, 4


@dataclass
class CareTeam:
    """A visit of the published roster, who goes there, and who never does."""

    database: Database
    team_id: UUID
    people: dict[str, UUID]
    citizen_id: UUID
    need_id: UUID
    #: The visit's date, and the carer who has it.
    when: date
    carer_id: UUID
    #: A carer of the team without any visit at the citizen's.
    stranger_id: UUID
    monday: date

    def at(self, when: date, hour: int = 7) -> datetime:
        """A moment of a date."""
        return datetime.combine(when, time(hour), UTC)

    def record(self, session: Session, kind: str, at: datetime, **more: Any) -> Record:
        """A record of the carer at the citizen's."""
        values: dict[str, Any] = {
            "team_id": self.team_id,
            "citizen_id": self.citizen_id,
            "need_id": self.need_id,
            "on_date": at.date(),
            "carer_id": self.carer_id,
            "user_id": self.people["carer"],
            "kind": kind,
            "device_at": at,
            "at": at,
            "received_at": at,
            "body": {},
        }
        team = session.scalars(select(Carer).where(col(Carer.id) == self.carer_id)).one()
        row = Record(id=uuid4(), municipality_id=team.municipality_id, **(values | more))
        session.add(row)
        session.flush()
        return row


@contextmanager
def care_team(folder: Path) -> Iterator[CareTeam]:
    """Made anew in a folder."""
    database = new_database(folder)
    problem = sample_problem(CITIZENS, CARERS, seed=3)
    with database.transaction("setup") as session:
        team = load_problem(session, problem)
        store_catalogue(
            session, team.municipality_id, (CATALOGUE_FOLDER / "albertslund.toml").read_text("utf-8")
        )
        people = add_people(session, team)
        save_roster(session, team.id, judged(problem, plain_roster(problem)), "published")
        found = _pick(session, database, team.id, people)
    try:
        yield found
    finally:
        database.close()


def _pick(session: Session, database: Database, team_id: UUID, people: dict[str, UUID]) -> CareTeam:
    """A visit on the roster's first day that somebody of the team has no part in."""
    monday = session.scalars(select(col(Roster.first_monday))).one()
    found = session.execute(
        select(Visit, col(Attendance.carer_id))
        .join(Attendance, col(Attendance.visit_id) == col(Visit.id))
        .where(col(Visit.modality) == "home")
        .order_by(col(Visit.date), col(Visit.start_min))
    )
    rows = [
        (visit, visit.citizen_id, visit.need_id, carer)
        for visit, carer in found
        if visit.citizen_id is not None and visit.need_id is not None and carer is not None
    ]
    carers = set(session.scalars(select(Carer.id)))
    by_citizen: dict[UUID, set[UUID]] = {}
    for _, citizen, _, carer in rows:
        by_citizen.setdefault(citizen, set()).add(carer)
    for visit, citizen, need, carer in rows:
        others = carers - by_citizen[citizen]
        if visit.date == monday and visit.end_min < 1440 and others:
            stranger = sorted(others)[0]
            return CareTeam(database, team_id, people, citizen, need, visit.date, carer, stranger, monday)
    raise AssertionError("everybody comes to everybody in this sample; choose another seed")


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)
