"""The steps lead to just what the tables' code says, on both databases, and back again."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from models import migrations
from models.base import Row
from models.tables import TABLES, metadata
from tests.models.engines import engine_of


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    with engine_of(database_url) as made:
        yield made


@pytest.fixture
def migrated(tables_url: str) -> Iterator[sa.Engine]:
    """A database that was migrated, or a copy of it."""
    with engine_of(tables_url) as made:
        yield made


def test_migrated_schema_is_the_one_in_the_code(migrated: sa.Engine) -> None:
    assert migrations.differences(migrated) == []
    with migrated.connect() as connection:
        assert migrations.revision_of(connection) == migrations.head_revision()


def test_difference_is_noticed(migrated: sa.Engine) -> None:
    """The comparison above sees a column, an index and a table that the steps forgot."""
    with migrated.begin() as connection:
        connection.execute(sa.text("ALTER TABLE citizen DROP COLUMN island"))
        connection.execute(sa.text("DROP INDEX ix_visit_team_id_date"))
        connection.execute(sa.text("DROP TABLE placed_break"))
    found = str(migrations.differences(migrated))
    assert all(name in found for name in ("island", "ix_visit_team_id_date", "placed_break"))


def test_checks_are_those_of_the_code(migrated: sa.Engine) -> None:
    """Alembic does not compare them."""
    of_tables = sa.inspect(migrated).get_multi_check_constraints()
    for table in metadata.sorted_tables:
        wanted = {
            str(one.name): " ".join(str(one.sqltext).split())
            for one in table.constraints
            if isinstance(one, sa.CheckConstraint)
        }
        found = {str(one["name"]): one["sqltext"] for one in of_tables[None, table.name]}
        assert found.keys() == wanted.keys(), table.name
        if migrated.dialect.name == "sqlite":  # PostgreSQL rewrites the conditions
            assert {name: " ".join(text.split()) for name, text in found.items()} == wanted


def test_way_back_leaves_nothing(engine: sa.Engine) -> None:
    migrations.upgrade(engine)
    migrations.downgrade(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(engine)
    assert migrations.differences(engine) == []


def test_every_step_goes_back_and_forth(engine: sa.Engine) -> None:
    """Each step alone: what it made is gone after it, and it can be taken again."""
    migrations.upgrade(engine)
    schema = schema_of(engine)
    for step in range(int(migrations.head_revision()), 0, -1):
        migrations.downgrade(engine, f"{step - 1:04}" if step > 1 else "base")
        left = schema_of(engine)
        assert left != schema
        assert {name for name, *_ in left} <= {name for name, *_ in schema}
        schema = left
    migrations.upgrade(engine)


def schema_of(engine: sa.Engine) -> set[tuple[str, ...]]:
    """Tables with their columns, and indexes."""
    inspector = sa.inspect(engine)
    found: set[tuple[str, ...]] = set()
    for table in inspector.get_table_names():
        found |= {(table, column["name"]) for column in inspector.get_columns(table)}
        found |= {(table, str(one["name"]), str(one["unique"])) for one in inspector.get_indexes(table)}
    return found


def test_upgrade_by_address(database_url: str) -> None:
    migrations.upgrade(database_url)
    migrations.upgrade(database_url)
    assert migrations.differences(database_url) == []


def test_two_that_start_at_once_do_not_collide(database_url: str) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        with engine_of(database_url) as own:
            try:
                migrations.upgrade(own)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_table_list_is_whole() -> None:
    assert {table.__tablename__ for table in TABLES} == set(metadata.tables)
    assert metadata is Row.metadata


#: All but the access log, whose rows are never changed and say themselves who did what, and what retention deleted.
AUTHORED = [
    table
    for table in metadata.sorted_tables
    if not table.name.startswith("access_") and table.name != "record_erasure"
]


@pytest.mark.parametrize("table", AUTHORED, ids=lambda table: table.name)
def test_every_row_says_whose_it_is_and_who_made_it(table: sa.Table) -> None:
    columns = table.columns
    assert isinstance(columns["id"].type, sa.Uuid)
    for name in ("created_at", "created_by", "changed_at", "changed_by"):
        assert not columns[name].nullable
    if table.name not in ("municipality", "sign_in_attempt"):
        assert not columns["municipality_id"].nullable
        assert {key.column.table.name for key in columns["municipality_id"].foreign_keys} == {"municipality"}
    for constraint in table.constraints:
        assert constraint.name, f"{table.name}: {constraint} has no name to change it by"
    for key in table.foreign_keys:
        assert key.ondelete in ("CASCADE", "RESTRICT", "SET NULL"), f"{table.name}: {key.target_fullname}"
        assert key.ondelete != "SET NULL" or key.parent.nullable
