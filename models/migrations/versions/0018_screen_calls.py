"""Screen visits as calls: citizens' personal links, and each call that was made"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "screen_link",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        _key("screen_link", "citizen_id", "citizen"),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_screen_link_token_sha256")),
        indexed=("citizen_id",),
    )
    _unique_while("uq_screen_link_holds", "screen_link", ["citizen_id"], "revoked_at IS NULL")
    _table(
        "screen_call",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint("ended_by IN ('carer', 'citizen', 'lost')", name=op.f("ck_screen_call_ended_by")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_screen_call_ended")),
        _key("screen_call", "citizen_id", "citizen"),
        indexed=("citizen_id",),
    )
    op.create_index("ix_screen_call_need_id_on_date", "screen_call", ["need_id", "on_date"])
    _unique_while("uq_screen_call_open", "screen_call", ["need_id", "on_date"], "ended_at IS NULL")


def downgrade() -> None:
    op.drop_table("screen_call")
    op.drop_table("screen_link")


def _unique_while(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def _table(name: str, *columns: sa.schema.SchemaItem, indexed: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f(f"fk_{name}_municipality_id"),
            ondelete="RESTRICT",
        ),
        _key(name, "team_id", "team"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in (*indexed, "municipality_id", "team_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
