"""What SQL statements were compiled to, shared by all databases of a test process.

The program has one engine as long as it runs, and compiles a statement once. Each test has an engine of its own, which
begins with none: compiling was half of what it cost to fill a small database.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import event, util
from sqlalchemy.engine.default import DefaultDialect

#: Compiled statements by dialect and words. More than the suite has, as each engine of the program may have 500.
COMPILED: util.LRUCache = util.LRUCache(4000)


def alike(one: DefaultDialect, other: object) -> bool:
    """Whether both compile a statement to the same: the same driver at the same version of the database."""
    return one is other or (
        type(one) is type(other)
        and isinstance(other, DefaultDialect)
        and _version(one) == _version(other)
        and (one.paramstyle, one.positional) == (other.paramstyle, other.positional)
    )


def _version(dialect: DefaultDialect) -> tuple[int, ...] | None:
    return getattr(dialect, "server_version_info", None)  # known when it has connected


def share_compiled_statements() -> None:
    """From now on an engine finds what another one has compiled."""
    setattr(DefaultDialect, "__eq__", alike)  # noqa: B010
    setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))  # noqa: B010
    if not event.contains(sa.Engine, "engine_connect", _lend):
        event.listen(sa.Engine, "engine_connect", _lend)


def _lend(connection: sa.Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)
