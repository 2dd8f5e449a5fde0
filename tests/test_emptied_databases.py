"""Each test finds all tables and no rows, whatever the test before it left in the same database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from delivery_app.bridge import load_pack
from models import migrations
from models.tables import metadata
from tests.delivery_app.bridge_examples import VAULT, migrated
from tests.delivery_app.cli.running import TINY
from tests.emptied import EmptiedDatabases
from tests.postgres import Cluster

SERIAL = "SELECT last_value FROM pg_sequences WHERE last_value IS NOT NULL"


@pytest.fixture
def databases(postgres_cluster: Cluster) -> EmptiedDatabases:
    return EmptiedDatabases(postgres_cluster)


@pytest.fixture
def engines() -> Iterator[list[sa.Engine]]:
    made: list[sa.Engine] = []
    yield made
    for engine in made:
        engine.dispose()


def rows(url: str) -> dict[str, int]:
    """Tables that hold any."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        found = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
        assert connection.execute(sa.text(SERIAL)).all() == []
    return {name: count for name, count in found.items() if count}


def place_of(url: str) -> int:
    """What tells one database from another when both were renamed."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return int(
            connection.scalar(sa.text("SELECT oid::int FROM pg_database WHERE datname = current_database()"))
            or 0
        )


def test_rows_are_gone_also_those_that_are_guarded(databases: EmptiedDatabases) -> None:
    with databases.one() as first:
        assert migrations.differences(first) == []
        before = rows(first)
        with migrated(first) as database, database.transaction() as session:
            load_pack(session, TINY, vault=VAULT)
        assert rows(first).keys() > {"citizen", "need", "access_entry", "access_seal"}
        place = place_of(first)
    with databases.one() as second:
        assert second != first
        assert place_of(second) == place
        assert rows(second) == before == {}
        assert migrations.differences(second) == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE left_behind (one int)",
        "ALTER TABLE citizen ADD COLUMN more int",
        "ALTER TABLE access_entry DISABLE TRIGGER ALL",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_changed_tables_are_not_handed_out_again(databases: EmptiedDatabases, statement: str) -> None:
    with databases.one() as first:
        engine = sa.create_engine(first, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        place = place_of(first)
    with databases.one() as second:
        assert place_of(second) != place
        assert migrations.differences(second) == []


def test_connections_that_were_left_open_end(databases: EmptiedDatabases, engines: list[sa.Engine]) -> None:
    with databases.one() as first:
        engines.append(sa.create_engine(first))
        waiting = engines[0].connect()
        waiting.exec_driver_sql("LOCK TABLE citizen IN ACCESS EXCLUSIVE MODE")
    with databases.one() as second:
        assert rows(second) == {}
    with pytest.raises(sa.exc.OperationalError):
        waiting.exec_driver_sql("SELECT 1")


def test_two_at_once_are_two(databases: EmptiedDatabases) -> None:
    with databases.one() as first, databases.one() as second:
        assert place_of(first) != place_of(second)
