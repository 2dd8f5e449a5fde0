"""The database of an installation: opened once, used in transactions that each commit once, at their end."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from delivery_app.security.access_log import LoggedSession
from delivery_app.security.seals import NOBODY, Access
from delivery_app.settings import Settings, SettingsError, normalised_url
from models import migrations
from models.base import SYSTEM
from models.cpr import CprVault
from models.errors import ConflictError

#: How long a write waits for another one to finish.
BUSY_MS = 10_000
#: How long it waits for others of the same process, before that.
TURN_SECONDS = 30
_TURN = "naerplan_turn"


class SchemaError(SettingsError):
    """The database is not at the schema this version of the program wants."""


def make_engine(url: str) -> sa.Engine:
    """An engine for SQLite or PostgreSQL; values of statements never reach logs and error texts."""
    parsed = sa.make_url(normalised_url(url))
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        turns = _Turns()
        event.listen(engine, "begin", turns.begin)
        event.listen(engine, "commit", turns.end)
        event.listen(engine, "rollback", turns.end)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's module would begin transactions by itself, and too late; _Turns does it.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    # What was committed must survive a power cut, too.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


class _Turns:
    """Who of this process writes to an SQLite file next: one after the other, without pauses between them.

    SQLite itself lets those who wait try again after pauses, so that some wait long while others pass by.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def begin(self, connection: sa.Connection) -> None:
        """Begin a transaction."""
        # A transaction that reads first and writes later is refused when somebody wrote in between; one that
        # takes the write lock at once waits its turn. Reading ones take none, and see one state throughout.
        if connection.get_execution_options().get("naerplan_reading", False):
            connection.exec_driver_sql("BEGIN")
            return
        # When it takes too long SQLite's own limit decides.
        connection.info[_TURN] = self._lock.acquire(timeout=TURN_SECONDS)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            self.end(connection)
            raise

    def end(self, connection: sa.Connection) -> None:
        """The transaction is about to be over."""
        if connection.info.pop(_TURN, False):
            self._lock.release()


class Database:
    """An open database and the keys to it."""

    def __init__(self, engine: sa.Engine, vault: CprVault) -> None:
        self.engine = engine
        self.vault = vault

    @contextmanager
    def transaction(self, author: str = SYSTEM, access: Access = NOBODY) -> Iterator[Session]:
        """A session whose work is committed once at the end, or not at all when an error leaves the block.

        ``author`` is written as who made and changed the rows; ``access`` says in the access log who is at
        it and for what use. What was read is in that log also when an error leaves the block.

        Raises
        ------
        ConflictError
            Somebody else changed one of the rows since it was read.
        """
        session = LoggedSession(self.engine, expire_on_commit=False, info={"author": author})
        with self._logged(session, replace(access, user_name=author) if access is NOBODY else access):
            try:
                yield session
                session.commit()
            except StaleDataError:
                raise ConflictError(
                    "Somebody else changed this in the meantime; nothing was saved. "
                    "Look at it again, then repeat"
                ) from None

    @contextmanager
    def reading(self, access: Access = NOBODY) -> Iterator[Session]:
        """A session that only reads, and keeps nobody waiting; what it read is logged at its end."""
        options: dict[str, Any] = {"naerplan_reading": True}
        if self.engine.dialect.name == "postgresql":
            options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        session = LoggedSession(self.engine.execution_options(**options), expire_on_commit=False)
        with self._logged(session, access):
            yield session

    @contextmanager
    def _logged(self, session: LoggedSession, access: Access) -> Iterator[None]:
        session.begin_log(access, self.vault)
        try:
            with session:
                yield
        finally:
            # Closed by now: on SQLite the log could not be written while the session still writes.
            session.end_log(self.engine)

    def check_schema(self) -> None:
        """Raises SchemaError when the tables are missing, older or newer than the program wants."""
        with self.engine.execution_options(naerplan_reading=True).connect() as connection:
            found = migrations.revision_of(connection)
        wanted = migrations.head_revision()
        if found is None:
            raise SchemaError("The database is empty; run: naerplan db upgrade")
        if found != wanted:
            raise SchemaError(
                "The database stands at step {found}, this program wants {wanted}; run: naerplan db upgrade, "
                "or install the program version that made it",
                found=found,
                wanted=wanted,
            )

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()


def open_database(settings: Settings | None = None) -> Database:
    """The installation's database; whoever opens it closes it.

    Raises
    ------
    SettingsError, CprKeyError
        No key outside demo mode, or a setting that cannot be used: nothing is opened.
    """
    settings = settings or Settings()
    vault = settings.vault()
    return Database(make_engine(settings.database_url()), vault)


def upgrade_database(url: str | None = None) -> str:
    """Bring a database (without ``url`` the installation's own) to the newest schema; the step it is at."""
    engine = make_engine(Settings().database_url() if url is None else url)
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()
    return migrations.head_revision()
