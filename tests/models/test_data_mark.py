"""A team's mark changes with whatever its plans are made of, and with nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import col

from delivery_app.bridge import load_problem, problem_from, publish, save_roster
from delivery_app.db import Database
from models.tables import PLANNED_FROM, Absence, Citizen, Holiday, Municipality, Team, Visit
from tests.delivery_app.bridge_examples import MONDAY, WEEK, full_problem, full_roster, migrated


@pytest.fixture
def database(tables_url: str) -> Iterator[Database]:
    with migrated(tables_url) as found:
        yield found


@pytest.fixture
def team(database: Database) -> UUID:
    with database.transaction() as session:
        return load_problem(session, full_problem()).id


def mark(database: Database, team_id: UUID) -> UUID | None:
    with database.reading() as session:
        return session.scalar(sa.select(col(Team.data_mark)).where(col(Team.id) == team_id))


def test_changed_added_and_deleted_rows_change_it(database: Database, team: UUID) -> None:
    seen = {mark(database, team)}
    with database.transaction() as session:
        citizen = session.scalars(sa.select(Citizen)).first()
        assert citizen is not None
        citizen.carers_max = 7
    seen.add(mark(database, team))
    with database.transaction() as session:
        owner = session.get_one(Team, team)
        row = Absence(
            municipality_id=owner.municipality_id,
            team_id=team,
            citizen_id=citizen.id,
            start_date=MONDAY,
            start_min=0,
            end_date=date(2026, 12, 1),
            end_min=0,
        )
        session.add(row)
    seen.add(mark(database, team))
    with database.transaction() as session:
        session.delete(session.get_one(Absence, row.id))
    seen.add(mark(database, team))
    with database.transaction() as session:
        session.get_one(Team, team).base_lat = 55.0
    seen.add(mark(database, team))
    with database.transaction() as session:
        session.scalars(sa.select(Municipality)).one().name = "Et andet navn"
    seen.add(mark(database, team))
    with database.transaction() as session:
        session.execute(sa.update(Holiday).values(date=date(2026, 12, 3)).where(col(Holiday.team_id) == team))
    seen.add(mark(database, team))
    assert len(seen) == 7
    assert None not in seen


def test_it_stays_where_no_plan_is_touched(database: Database, team: UUID) -> None:
    before = mark(database, team)
    with database.transaction() as session:
        draft = save_roster(session, team, full_roster())
    with database.transaction() as session:
        session.scalars(sa.select(Visit).where(col(Visit.roster_id) == draft.id)).first().pinned = True  # type: ignore[union-attr]
    with database.transaction() as session:
        citizen = session.scalars(sa.select(Citizen)).first()
        citizen.carers_max = citizen.carers_max  # type: ignore[union-attr]
    assert mark(database, team) == before
    with database.transaction() as session:
        publish(session, draft.id)  # a problem holds the published roster
    assert mark(database, team) != before


def test_other_teams_keep_theirs(database: Database, team: UUID) -> None:
    with database.transaction() as session:
        other = load_problem(session, full_problem(name="Team Syd")).id
    before = mark(database, team), mark(database, other)
    with database.transaction() as session:
        session.scalars(sa.select(Citizen).where(col(Citizen.team_id) == other)).first().carers_max = 9  # type: ignore[union-attr]
    assert mark(database, team) == before[0]
    assert mark(database, other) != before[1]


def test_what_was_rolled_back_never_comes_again(database: Database, team: UUID) -> None:
    with database.transaction() as session:
        session.scalars(sa.select(Citizen)).first().carers_max = 8  # type: ignore[union-attr]
        session.flush()
        inside = session.scalar(sa.select(col(Team.data_mark)).where(col(Team.id) == team))
        session.rollback()
    with database.transaction() as session:
        session.scalars(sa.select(Citizen)).first().carers_max = 9  # type: ignore[union-attr]
    assert mark(database, team) != inside


def test_every_table_a_problem_is_read_from_marks(database: Database, team: UUID) -> None:
    """Whoever adds a table to the problem is told by this test to add it to PLANNED_FROM."""
    read: set[str] = set()

    def note(*given: object) -> None:
        text = str(given[2])
        read.update(word.strip('",') for word in text.split("FROM", 1)[-1].split())

    with database.reading() as session:
        event.listen(session.get_bind(), "before_cursor_execute", note)
        problem_from(session, team, WEEK)
        event.remove(session.get_bind(), "before_cursor_execute", note)
    tables = read & set(Team.metadata.tables)
    of_rosters = {
        "roster", "visit", "attendance", "placed_session", "unplaced", "placed_break", "open_shift", "citizen_week",
        "contact_proposal",
    }  # fmt: skip
    assert {"citizen", "shift", "wish"} <= tables
    assert tables - of_rosters <= {table.__tablename__ for table in PLANNED_FROM}
