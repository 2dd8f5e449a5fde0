"""Databases with all tables and nothing in them: the migrations are run once a test process, then copied."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from models import migrations
from tests.statements import share_compiled_statements

#: A PostgreSQL database that is copied; each cluster of tests has its own.
TEMPLATE = "naerplan_template"

share_compiled_statements()


def make_tables(url: str) -> None:
    """All tables into a database that has none; an SQLite file need not be there yet. Whose tables stand, keeps them."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        file = Path(where.database or "")
        if not file.exists():
            file.write_bytes(_migrated_file())
    elif not _has_tables(where):
        _copy(where)


@cache
def _migrated_file() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        engine = sa.create_engine(f"sqlite:///{file}")
        migrations.upgrade(engine)
        engine.dispose()
        return file.read_bytes()


def _has_tables(where: URL) -> bool:
    engine = sa.create_engine(where, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return migrations.revision_of(connection) is not None


def _copy(where: URL) -> None:
    """The database anew, as a copy of one that was migrated; PostgreSQL copies its files."""
    engine = sa.create_engine(
        where.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    with engine.connect() as connection:
        known = sa.text("SELECT count(*) FROM pg_database WHERE datname = :name")
        if not connection.scalar(known, {"name": TEMPLATE}):
            _make_template(connection, where)
        connection.execute(sa.text(f'DROP DATABASE "{where.database}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{where.database}" TEMPLATE {TEMPLATE}'))


def _make_template(connection: sa.Connection, where: URL) -> None:
    """Under another name until it is whole."""
    connection.execute(sa.text(f"CREATE DATABASE {TEMPLATE}_made TEMPLATE template0"))
    engine = sa.create_engine(where.set(database=f"{TEMPLATE}_made"), poolclass=sa.NullPool)
    migrations.upgrade(engine)
    connection.execute(sa.text(f"ALTER DATABASE {TEMPLATE}_made RENAME TO {TEMPLATE}"))
