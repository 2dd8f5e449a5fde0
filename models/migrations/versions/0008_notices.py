"""Publishing with a note, changes that wait for a yes, and who must be told"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _row() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    ]


def _whose(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f(f"fk_{table}_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f(f"fk_{table}_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.add_column("roster", sa.Column("note", sa.String(), nullable=True))
    op.create_table(
        "replanning",
        *_row(),
        sa.Column("base_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("moment_date", sa.Date(), nullable=False),
        sa.Column("moment_min", sa.Integer(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("errors", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("outcome", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("accepted_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'failed', 'ready', 'accepted', 'discarded')",
            name=op.f("ck_replanning_status"),
        ),
        sa.CheckConstraint("moment_min BETWEEN 0 AND 1439", name=op.f("ck_replanning_moment_min")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_replanning_attempt")),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_replanning_decided")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["roster.id"], name=op.f("fk_replanning_base_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["accepted_id"], ["roster.id"], name=op.f("fk_replanning_accepted_id"), ondelete="SET NULL"
        ),
        *_whose("replanning"),
    )
    for columns in (["base_id"], ["accepted_id"], ["municipality_id"], ["team_id"], ["team_id", "status"]):
        op.create_index(op.f(f"ix_replanning_{'_'.join(columns)}"), "replanning", columns, unique=False)
    op.create_table(
        "notice",
        *_row(),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("citizen_code", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("first_min", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.String(), nullable=True),
        sa.Column("told_how", sa.String(), nullable=True),
        sa.CheckConstraint(
            "told_how IN ('telephone', 'in_person', 'relative', 'message', 'not_needed')",
            name=op.f("ck_notice_told_how"),
        ),
        sa.CheckConstraint(
            "(told_at IS NULL) = (told_how IS NULL) AND (told_at IS NULL) = (told_by IS NULL)",
            name=op.f("ck_notice_told"),
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_notice_tries")),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_notice_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_notice_citizen_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("roster_id", "citizen_id", name=op.f("uq_notice_roster_id_citizen_id")),
        *_whose("notice"),
    )
    for columns in (
        ["citizen_id"],
        ["municipality_id"],
        ["roster_id"],
        ["team_id"],
        ["team_id", "first_date"],
    ):
        op.create_index(op.f(f"ix_notice_{'_'.join(columns)}"), "notice", columns, unique=False)


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("replanning")
    op.drop_column("roster", "note")
