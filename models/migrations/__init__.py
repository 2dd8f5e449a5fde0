"""The database's schema, step by step (Alembic), run by code: no settings file, no machine's path.

A step that needs a lock on a table in use gives up after :data:`LOCK_TIMEOUT` and holds nobody up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.sql.schema import SchemaItem

#: PostgreSQL's own notation.
LOCK_TIMEOUT = "5s"
#: One migration at a time, whoever starts it; any fixed number (PostgreSQL advisory lock).
_ADVISORY_LOCK = 0x6E616572


def upgrade(target: sa.Engine | str, revision: str = "head") -> None:
    """Bring a database to a revision, the newest by default, in one transaction."""
    with _connection(target) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(target: sa.Engine | str, revision: str) -> None:
    """Take a database back to an earlier revision; ``base`` takes every table away, with what is in it."""
    with _connection(target) as connection:
        command.downgrade(_config(connection), revision)


def revision_of(connection: sa.Connection) -> str | None:
    """Where a database stands; None for one without our tables."""
    return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """Where the code wants a database to stand."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def differences(target: sa.Engine | str) -> list[object]:
    """How a database differs from what the tables' code says, in Alembic's words; empty when equal."""
    from models.tables import metadata

    with _connection(target) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_object": is_ours}
        )
        return list(compare_metadata(context, metadata))


def is_ours(
    item: SchemaItem, name: str | None, kind: str, reflected: bool, compare_to: SchemaItem | None
) -> bool:
    """Whether Alembic is to look at a thing it found: all but its own table of revisions."""
    return not (kind == "table" and name == "alembic_version")


def _config(connection: sa.Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(target: sa.Engine | str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(target, hide_parameters=True) if isinstance(target, str) else target
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            yield connection
    finally:
        if isinstance(target, str):
            engine.dispose()
