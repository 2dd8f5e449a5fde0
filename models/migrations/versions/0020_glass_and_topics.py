"""Citizens of other teams looked at for a stated reason, and citizens to be discussed at meetings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "broken_glass",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("from_team_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("until > opened_at", name=op.f("ck_broken_glass_until")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_broken_glass_ended")),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_broken_glass_seen")),
        indexed=("citizen_id",),
    )
    op.create_index("ix_broken_glass_user_id_until", "broken_glass", ["user_id", "until"], unique=False)
    _table(
        "meeting_topic",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("put_by", sa.Uuid(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discussed_on", sa.Date(), nullable=True),
        sa.Column("discussed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=4000), nullable=False),
        sa.Column("decided", sa.String(length=40), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(discussed_on IS NULL) = (discussed_by IS NULL)", name=op.f("ck_meeting_topic_discussed")
        ),
        sa.CheckConstraint("(discussed_on IS NULL) = (decided = '')", name=op.f("ck_meeting_topic_outcome")),
        sa.UniqueConstraint("record_id", name=op.f("uq_meeting_topic_record_id")),
        _key("meeting_topic", "citizen_id", "citizen", "CASCADE"),
        _key("meeting_topic", "meeting_id", "meeting", "SET NULL"),
        indexed=("citizen_id", "meeting_id"),
    )


def downgrade() -> None:
    for table in ("meeting_topic", "broken_glass"):
        op.drop_table(table)


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


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
        _key(name, "municipality_id", "municipality", "RESTRICT"),
        _key(name, "team_id", "team", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in (*indexed, "municipality_id", "team_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
