"""Rosters come back as they were saved; versions count up; publishing one supersedes the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import (
    BridgeError,
    load_problem,
    problem_from,
    publish,
    published_roster,
    roster_from,
    save_roster,
)
from models.errors import ConflictError, MissingRowError
from models.roster import PUBLISHED
from models.tables import (
    Attendance,
    Carer,
    CitizenWeek,
    ContactProposal,
    OpenShift,
    PlacedBreak,
    PlacedSession,
    Roster,
    Shift,
    Team,
    Unplaced,
    Visit,
)
from scheduler.clock import Calendar
from scheduler.roster import Figures, PlacedVisit
from tests.delivery_app.bridge_examples import MONDAY, WEEK, at, full_problem, full_roster, migrated


def team_of(session: Session) -> Team:
    return load_problem(session, full_problem(published=None))


def test_roster_survives(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with database.transaction("anna") as session:
            row = save_roster(session, team_of(session).id, full_roster())
        with database.reading() as session:
            assert roster_from(session, row.id) == full_roster()
            saved = session.get_one(Roster, row.id)
            assert (saved.version, saved.status, saved.kind, saved.created_by) == (1, "draft", "week", "anna")


def test_empty_roster_survives(sqlite_database: str) -> None:
    empty = replace(
        full_roster(),
        visits=(),
        sessions=(),
        unplaced=(),
        breaks=(),
        open_shifts=(),
        citizens=(),
        contacts=(),
    )
    empty = replace(empty, figures=Figures(), seed=None, workers=None, seconds=None, iterations=None)
    with migrated(sqlite_database) as database, database.transaction() as session:
        row = save_roster(session, team_of(session).id, empty)
        session.expire_all()
        assert roster_from(session, row.id) == empty


def test_rows_point_to_the_rows_they_mean(tables_url: str) -> None:
    """Ids in clear are for the record; pages find a carer's day by the rows themselves."""
    with migrated(tables_url) as database, database.transaction() as session:
        row = save_roster(session, team_of(session).id, full_roster())
        kinds = (
            Visit,
            PlacedSession,
            Attendance,
            Unplaced,
            PlacedBreak,
            OpenShift,
            CitizenWeek,
            ContactProposal,
        )
        for table in kinds:
            ours = session.scalars(select(table).where(col(table.roster_id) == row.id)).all()
            assert ours
            for one in ours:
                assert one.municipality_id == row.municipality_id
                pointing = [name for name in type(one).model_fields if name.endswith("_id")]
                assert any(getattr(one, name) for name in pointing if name not in ("team_id", "roster_id"))
        visit = session.scalars(select(Visit).where(col(Visit.need_code) == "n1")).first()
        assert visit is not None
        assert visit.need_id is not None
        who = session.scalars(
            select(Carer.code)
            .join(Attendance, col(Attendance.carer_id) == col(Carer.id))
            .where(col(Attendance.visit_id) == visit.id)
            .order_by(col(Attendance.position))
        ).all()
        assert list(who) == ["k1", "k3"]


def test_versions_count_up_by_weeks(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction() as session:
        team = team_of(session)
        versions = [save_roster(session, team.id, full_roster(seed=seed)).version for seed in (1, 2, 3)]
        other = full_roster(MONDAY, 2)
        assert versions == [1, 2, 3]
        assert save_roster(session, team.id, other).version == 1


def test_publishing_supersedes_the_earlier_one(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction("britta") as session:
        team = team_of(session)
        first = save_roster(session, team.id, full_roster(seed=1), "published")
        second = save_roster(session, team.id, full_roster(seed=2))
        assert (first.status, second.status) == ("published", "draft")
        publish(session, second.id)
        assert (first.status, second.status) == ("superseded", "published")
        assert second.published_by == "britta"
        assert second.published_at is not None
        assert problem_from(session, team.id, WEEK).published == full_roster(seed=2)
        # Again changes nothing, not even the time.
        before = second.row_version
        publish(session, second.id)
        session.flush()
        assert second.row_version == before
        with pytest.raises(BridgeError, match="has been superseded"):
            publish(session, first.id)


def test_two_published_rosters_of_the_same_week_are_refused_by_the_database(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction() as session:
        team = team_of(session)
        save_roster(session, team.id, full_roster(), "published")
        draft = save_roster(session, team.id, full_roster())
        draft.status = PUBLISHED
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_published_weeks_are_not_left_without_a_roster(sqlite_database: str) -> None:
    """A roster of one week does not take the place of one that also holds for the next."""
    with migrated(sqlite_database) as database, database.transaction() as session:
        team = team_of(session)
        save_roster(session, team.id, full_roster(MONDAY, 2), "published")
        with pytest.raises(BridgeError, match="2026-W49–2026-W50 also holds for other weeks"):
            save_roster(session, team.id, full_roster(), "published")
        with pytest.raises(BridgeError, match="2026-W49–2026-W50 is published"):
            problem_from(session, team.id, WEEK)
        assert published_roster(session, team.id, MONDAY, 2) is not None
        session.rollback()


def test_longer_roster_takes_the_place_of_shorter_ones(sqlite_database: str) -> None:
    next_monday = MONDAY + timedelta(days=7)
    with migrated(sqlite_database) as database, database.transaction() as session:
        team = team_of(session)
        load_problem(session, full_problem(calendar=Calendar(next_monday, 1), published=None))
        short = [
            save_roster(session, team.id, full_roster(monday), "published")
            for monday in (MONDAY, next_monday)
        ]
        both = save_roster(session, team.id, full_roster(MONDAY, 2), "published")
        assert [row.status for row in short] == ["superseded", "superseded"]
        assert both.status == "published"


def test_page_that_is_out_of_date_gets_a_conflict(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with database.transaction("anna") as session:
            roster = save_roster(session, team_of(session).id, full_roster())
            seen = roster.row_version
        with database.transaction("bent") as session:
            publish(session, roster.id, expected_row_version=seen)
        with (
            pytest.raises(ConflictError, match="changed by bent"),
            database.transaction("clara") as session,
        ):
            publish(session, roster.id, expected_row_version=seen)


def test_second_to_save_gets_a_conflict_and_overwrites_nothing(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with database.transaction() as session:
            team_id = team_of(session).id
        with database.transaction() as session:
            seen_by_anna = session.get_one(Team, team_id)
        with database.transaction("bent") as session:
            session.get_one(Team, team_id).name = "Team Bent"
        seen_by_anna.name = "Team Anna"
        with (
            pytest.raises(ConflictError, match="Somebody else changed this"),
            database.transaction("anna") as session,
        ):
            session.add(seen_by_anna)
        with database.reading() as session:
            assert session.get_one(Team, team_id).name == "Team Bent"


def test_roster_outlives_shifts_that_are_taken_back(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction() as session:
        team = team_of(session)
        roster = save_roster(session, team.id, full_roster())
        for shift in session.scalars(select(Shift)):
            session.delete(shift)
        session.flush()
        session.expire_all()
        assert roster_from(session, roster.id) == full_roster()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"need_id": "n99"}, "need 'n99'"),
        ({"citizen_id": "c99"}, "citizen 'c99'"),
        ({"carers": ("k99",)}, "carer 'k99'"),
        ({"shifts": ("s99",)}, "shift 's99'"),
        ({"carers": ("k1", "k3")}, "2 carers and 1 shifts"),
    ],
)
def test_stranger_in_a_roster_is_named(sqlite_database: str, change: dict[str, object], words: str) -> None:
    visit = replace(PlacedVisit("n1", "c1", 0, at(0, 8), at(0, 9), "home", ("k1",), ("s1",)), **change)  # type: ignore[arg-type]
    with migrated(sqlite_database) as database, database.transaction() as session:
        with pytest.raises(BridgeError, match=words):
            save_roster(session, team_of(session).id, full_roster(visits=(visit,)))
        session.rollback()


def test_unknown_ids_and_statuses(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        team = team_of(session)
        with pytest.raises(MissingRowError, match="no roster"):
            roster_from(session, uuid4())
        with pytest.raises(MissingRowError, match="no team"):
            save_roster(session, uuid4(), full_roster())
        with pytest.raises(BridgeError, match="superseded"):
            save_roster(session, team.id, full_roster(), "superseded")


def test_failed_save_leaves_nothing(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with database.transaction() as session:
            team_id = team_of(session).id
            before = session.scalar(select(func.count()).select_from(Roster))
        stranger = full_roster(date(2027, 1, 4))  # weeks of which no shift is loaded
        with pytest.raises(BridgeError), database.transaction() as session:
            save_roster(session, team_id, stranger)
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Roster)) == before
