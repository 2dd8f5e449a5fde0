"""Every read and change of a citizen is in the log: with its use, its columns, and never with what was written (X5)."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from delivery_app.bridge import load_problem
from delivery_app.db import Database
from delivery_app.security.access_log import act_as, note_event, note_read
from delivery_app.security.seals import ENTRIES, NOBODY, Access, Event
from models.access_log import Action, Use
from models.tables import AccessEntry, Citizen, Grant, Need, Package, Roster, Team, Visit
from tests.delivery_app.bridge_examples import MONDAY, full_problem, migrated
from tests.delivery_app.security.log_examples import ANNA, add_team, checked, entries


def summary(found: list[AccessEntry]) -> list[tuple[str, str | None, UUID | None]]:
    return [(one.action, one.subject_table, one.citizen_id) for one in found]


def of(access: Access) -> sa.ColumnElement[bool]:
    return ENTRIES.c.user_name == access.user_name


def test_what_a_page_shows_is_logged_once_with_its_use(tables_url: str) -> None:
    with migrated(tables_url) as database:
        first, second, _third = add_team(database)
        roster = uuid4()
        with database.reading(ANNA) as session:
            citizen = session.get_one(Citizen, first)
            note_read(session, [citizen, second], subject=("roster", roster))
            note_read(session, [first], subject=("roster", roster))
            note_read(session, [second], action=Action.PRINTED, use=Use.EXPORT)
        found = entries(database, of(ANNA))
        assert [(one.action, one.use, one.citizen_id) for one in found] == [
            ("read", "planning", first),
            ("read", "planning", second),
            ("printed", "export", second),
        ]
        entry = found[0]
        assert (entry.user_id, entry.user_name, entry.request_id) == (ANNA.user_id, "anna", "r1")
        assert (entry.subject_table, entry.subject_id, entry.team_id) == ("roster", roster, citizen.team_id)
        assert len({one.seal_number for one in found}) == 1, "one batch a request"
        assert checked(database).broken is None


def test_route_that_says_nothing_is_logged_with_all_it_loaded(tables_url: str) -> None:
    with migrated(tables_url) as database:
        citizens = add_team(database)
        with database.reading(ANNA) as session:
            session.scalars(select(Citizen).where(Citizen.code != "c0")).all()
        assert {one.citizen_id for one in entries(database, of(ANNA))} == set(citizens[1:])
        with database.reading(ANNA) as session:
            session.scalars(select(Citizen)).all()
            note_read(session, [])
        assert len(entries(database, of(ANNA))) == 2, "it said that it shows none"


def test_jobs_and_commands_read_without_being_logged(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database:
        add_team(database)
        before = len(entries(database))
        with database.reading() as session:
            session.scalars(select(Citizen)).all()
        with database.transaction("importer") as session:
            session.scalars(select(Citizen)).all()
        assert len(entries(database)) == before


def test_read_counts_from_before_it_is_known_who_reads(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database:
        citizens = add_team(database)
        with database.reading() as session:
            session.get_one(Citizen, citizens[0])
            act_as(session, ANNA)
        assert summary(entries(database, of(ANNA))) == [("read", None, citizens[0])]


def fail_after_reading(database: Database, citizen: UUID) -> None:
    with database.transaction("anna", ANNA) as session:
        session.get_one(Citizen, citizen).name = "New"
        session.flush()
        raise RuntimeError("on the way")


def test_page_that_was_rolled_back_was_still_read(tables_url: str) -> None:
    with migrated(tables_url) as database:
        citizens = add_team(database)
        with pytest.raises(RuntimeError, match="on the way"):
            fail_after_reading(database, citizens[0])
        assert summary(entries(database, of(ANNA))) == [("read", None, citizens[0])], (
            "and nothing was changed"
        )


def read_one(database: Database, citizen: UUID) -> None:
    with database.reading(ANNA) as session:
        session.get_one(Citizen, citizen)


def test_no_page_without_its_entry(sqlite_database: str) -> None:
    """When the log cannot be written the request fails."""
    with migrated(sqlite_database) as database:
        citizens = add_team(database)
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE access_seal RENAME TO away")
        with pytest.raises(OperationalError, match="access_seal"):
            read_one(database, citizens[0])


def test_change_is_logged_by_table_row_and_columns_without_values(tables_url: str) -> None:
    with migrated(tables_url) as database:
        citizens = add_team(database)
        with database.transaction("anna", ANNA) as session:
            citizen = session.get_one(Citizen, citizens[1])
            citizen.name, citizen.lat = "Secret Name", 56
            need = Need(
                municipality_id=citizen.municipality_id, team_id=citizen.team_id, citizen_id=citizen.id,
                code="n", service="personal_care", from_date=MONDAY, anchor_monday=MONDAY,
                window_start_min=480, window_end_min=600, minutes_min=10, minutes=10, minutes_max=10,
            )  # fmt: skip
            session.add(need)
            note_read(session, [])
        with database.transaction("anna", ANNA) as session:
            session.get_one(Citizen, citizens[1]).lat = 56  # as it was
            session.delete(session.get_one(Need, need.id))
            note_read(session, [])
        found = entries(database, of(ANNA))
        assert [(*row, one.subject_id) for row, one in zip(summary(found), found, strict=True)] == [
            ("created", "need", citizens[1], need.id),
            ("changed", "citizen", citizens[1], citizens[1]),
            ("deleted", "need", citizens[1], need.id),
        ]
        assert found[1].columns == ["lat", "name"]
        assert (found[1].team_id, found[1].municipality_id) == (citizen.team_id, citizen.municipality_id)
        with database.reading() as session:
            text = str([tuple(row) for row in session.execute(sa.select(ENTRIES))])
        assert "Secret" not in text
        assert checked(database).broken is None


def test_statements_past_the_unit_of_work_are_logged(tables_url: str) -> None:
    with migrated(tables_url) as database:
        citizens = add_team(database)
        with database.transaction("anna", ANNA) as session:
            session.execute(sa.update(Citizen).where(col(Citizen.code) != "c0").values(island="Fejø"))
            session.execute(sa.update(Citizen), [{"id": citizens[0], "screen_able": True, "row_version": 1}])
            session.execute(sa.delete(Citizen).where(col(Citizen.code) == "c2"))
        found = entries(database, of(ANNA))
        assert {(one.action, one.citizen_id, str(one.columns)) for one in found} == {
            ("changed", citizens[1], "['island']"),
            ("changed", citizens[2], "['island']"),
            ("changed", citizens[0], "['screen_able']"),
            ("deleted", citizens[2], "None"),
        }


def test_savepoint_that_is_rolled_back_leaves_no_entry(tables_url: str) -> None:
    with migrated(tables_url) as database:
        citizens = add_team(database)
        with database.transaction("anna", ANNA) as session:
            note_read(session, [])
            session.get_one(Citizen, citizens[0]).lat = 56
            session.flush()
            inner = session.begin_nested()
            session.get_one(Citizen, citizens[1]).lat = 56
            session.flush()
            inner.rollback()
            with session.begin_nested():
                session.get_one(Citizen, citizens[2]).lat = 56
        assert summary(entries(database, of(ANNA))) == [
            ("changed", "citizen", citizens[0]),
            ("changed", "citizen", citizens[2]),
        ]


def test_pack_and_roster_are_logged_by_citizen(sqlite_database: str) -> None:
    """Of the many rows of a roster one entry a citizen stands for all."""
    with migrated(sqlite_database) as database:
        with database.transaction("anna") as session:
            load_problem(session, full_problem())
        found = entries(database)
        with database.reading() as session:
            citizens = set(session.scalars(select(Citizen.id)))
            for table in (Citizen, Grant, Need, Package, Team):
                rows = set(session.scalars(select(table.id)))
                name = str(table.__tablename__)
                assert rows
                assert {one.subject_id for one in found if one.subject_table == name} == rows, name
            rosters = session.scalars(select(Roster)).all()
            assert rosters
            for roster in rosters:
                visits = select(Visit.citizen_id).where(Visit.roster_id == roster.id)
                logged = [one.citizen_id for one in found if one.subject_id == roster.id]
                assert set(session.scalars(visits)) - {None} <= set(logged) <= {*citizens, None}
                assert len(logged) == len(set(logged))
        assert {(one.user_name, one.action) for one in found} == {("anna", "created")}
        with database.transaction("anna") as session:
            load_problem(session, full_problem())
        assert len(entries(database)) == len(found), "nothing changed, nothing logged"


def test_writers_at_once_make_one_chain(tables_url: str) -> None:
    with migrated(tables_url) as database:
        citizens = add_team(database)
        errors: list[Exception] = []

        def work(number: int) -> None:
            try:
                for count in range(5):
                    with database.transaction("anna", ANNA) as session:
                        session.get_one(Citizen, citizens[number]).lat = 50 + count
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=[number]) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert checked(database).broken is None
        assert len(entries(database, of(ANNA))) == 3 * 5 * 2


def test_sign_ins_are_logged_without_a_session(tables_url: str) -> None:
    with migrated(tables_url) as database:
        refused = Access(user_name="planlaegger", use=Use.SIGN_IN)
        note_event(database, refused, Event(Action.SIGN_IN_REFUSED))
        note_event(database, NOBODY)
        (found,) = entries(database)
        assert (found.action, found.user_name, found.user_id, found.citizen_id) == (
            "sign_in_refused", "planlaegger", None, None,
        )  # fmt: skip
