"""Transactions: committed once or not at all, by whom, and what SQLite is told."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from delivery_app.bridge import load_problem
from delivery_app.db import Database, SchemaError, make_engine, upgrade_database
from models import migrations
from models.tables import Citizen, Municipality
from tests.delivery_app.bridge_examples import VAULT, full_problem, migrated


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Municipality.code)).all())


def add_and_fail(database: Database) -> None:
    with database.transaction() as session:
        session.add(Municipality(code="lolland", name="Lolland"))
        session.flush()
        raise RuntimeError("on the way")


def test_work_is_committed_at_the_end(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with database.transaction() as session:
            session.add(Municipality(code="lolland", name="Lolland"))
            session.flush()
        assert names(database) == ["lolland"]


def test_error_leaves_nothing(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with pytest.raises(RuntimeError, match="on the way"):
            add_and_fail(database)
        assert names(database) == []


def test_author_and_time_are_written(tables_url: str) -> None:
    with migrated(tables_url) as database:
        start = datetime.now(UTC)
        with database.transaction("anna") as session:
            row = Municipality(code="lolland", name="Lolland")
            session.add(row)
        with database.transaction("bent") as session:
            session.get_one(Municipality, row.id).name = "Lolland Kommune"
        with database.transaction("clara") as session:
            session.get_one(Municipality, row.id).name = "Lolland Kommune"  # no change
        with database.reading() as session:
            saved = session.get_one(Municipality, row.id)
        assert (saved.created_by, saved.changed_by) == ("anna", "bent")
        assert start <= saved.created_at <= saved.changed_at <= datetime.now(UTC)
        assert saved.changed_at.utcoffset() == timedelta(0)


def test_moments_are_stored_in_utc_and_never_without_a_zone(tables_url: str) -> None:
    noon = datetime(2026, 11, 30, 12, tzinfo=timezone(timedelta(hours=1)))
    with migrated(tables_url) as database:
        with database.transaction() as session:
            session.add(Municipality(code="a", name="A", created_at=noon))
        with database.reading() as session:
            found = session.scalars(select(Municipality)).one().created_at
        assert found == noon
        assert found.hour == 11
        with pytest.raises(sa.exc.StatementError, match="no time zone"), database.transaction() as session:
            session.add(Municipality(code="b", name="B", created_at=noon.replace(tzinfo=None)))


def test_reading_cannot_write_on_postgresql(postgres_tables: str) -> None:
    with migrated(postgres_tables) as database, database.reading() as session:
        session.add(Municipality(code="a", name="A"))
        with pytest.raises(DBAPIError, match="read-only"):
            session.flush()
        session.rollback()


def test_sqlite_is_told_what_it_needs(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database, database.reading() as session:
        asked = {
            name: session.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert asked == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 2}


def test_writers_wait_for_each_other(tables_url: str) -> None:
    """Each reads, then writes what it read plus one: none is lost, none is refused."""
    with migrated(tables_url) as database:
        with database.transaction() as session:
            row = Municipality(code="a", name="0")
            session.add(row)
        errors: list[Exception] = []

        def count_up() -> None:
            try:
                with database.transaction() as session:
                    one = session.get_one(Municipality, row.id, with_for_update=True)
                    time.sleep(0.02)
                    one.name = str(int(one.name) + 1)
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=count_up) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        with database.reading() as session:
            assert session.get_one(Municipality, row.id).name == "4"


def test_readers_do_not_wait_for_a_writer(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction() as session:
        session.add(Municipality(code="a", name="A"))
        session.flush()
        assert names(database) == [], "they see what was committed before"


def test_upgrade_makes_the_folder_and_the_tables(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'file.db'}"
    engine = make_engine(url)
    database = Database(engine, VAULT)
    with pytest.raises(SchemaError, match="is empty; run: naerplan db upgrade"):
        database.check_schema()
    assert upgrade_database(url) == migrations.head_revision()
    database.check_schema()
    migrations.downgrade(engine, "0001")
    with pytest.raises(SchemaError, match="stands at step 0001"):
        database.check_schema()
    database.close()


def test_postgresql_is_upgraded_by_the_address_people_write(postgres_database: str) -> None:
    plain = postgres_database.replace("postgresql+psycopg://", "postgresql://")
    upgrade_database(plain)
    assert migrations.differences(postgres_database) == []


def test_no_value_of_a_row_stands_in_an_error_or_its_repr(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with database.transaction() as session:
            load_problem(session, full_problem(), cpr={"c1": "610150-0000"}, vault=VAULT)
            citizen = session.scalars(select(Citizen)).first()
            assert citizen is not None
            assert citizen.name not in repr(citizen) + str(citizen)
        with pytest.raises(DBAPIError) as caught, database.transaction() as session:
            session.add(Municipality(code="albertslund", name="Hemmelig Hansen"))
        assert "Hemmelig" not in str(caught.value)


def test_cpr_is_nowhere_in_clear_in_the_database(tmp_path: Path, sqlite_database: str) -> None:
    with migrated(sqlite_database) as database:
        with database.transaction() as session:
            load_problem(session, full_problem(), cpr={"c1": "610150-0000"}, vault=VAULT)
        files = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
        everything = b"".join(files)
        assert b"Bo Borger" in everything, "these are the files that hold the citizens"
        for clear in (b"6101500000", b"610150-0000", b"610150"):
            assert clear not in everything


def test_many_who_write_at_once_take_turns(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen wait longer together than SQLite lets one wait, and none is turned away."""
    monkeypatch.setattr("delivery_app.db.BUSY_MS", 250)
    engine = make_engine(sqlite_database)
    failures: list[BaseException] = []

    def write() -> None:
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS made (one)")
                time.sleep(0.05)
        except BaseException as error:  # told by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    engine.dispose()
    assert failures == []
