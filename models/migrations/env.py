"""What Alembic runs: the steps, on the connection that ``models.migrations`` opened and will commit."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from models.base import UtcDateTime
from models.migrations import is_ours
from models.tables import metadata


def plain_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """How a new step writes our column types: in SQLAlchemy's words, so that it never changes with ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


connection: sa.Connection | None = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("migrations are run by models.migrations.upgrade or `naerplan db upgrade`")
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter a table: a step makes it anew and copies.
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
    include_object=is_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
