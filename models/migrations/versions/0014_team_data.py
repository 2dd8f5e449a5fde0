"""What people know about citizens and carers beside the plan, shift patterns, and files that wait for a yes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CITIZEN_TEXTS = ("address", "phone", "access_note", "wishes_note", "living_will")
CARER_TEXTS = ("lent_from", "phone")


def upgrade() -> None:
    for name in CITIZEN_TEXTS:
        op.add_column("citizen", sa.Column(name, sa.String(), nullable=True))
    for name in CARER_TEXTS:
        op.add_column("carer", sa.Column(name, sa.String(), nullable=True))
    _table(
        "relative",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("may_be_told", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _key("relative", "citizen_id", "citizen"),
        indexed=("citizen_id",),
    )
    _table(
        "screen_assessment",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('able', 'able_with_help', 'not_able')", name=op.f("ck_screen_assessment_outcome")
        ),
        sa.CheckConstraint(
            "review_on IS NULL OR review_on > assessed_on", name=op.f("ck_screen_assessment_review")
        ),
        _key("screen_assessment", "citizen_id", "citizen"),
        indexed=("citizen_id",),
    )
    _table(
        "shift_pattern",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("anchor_monday", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("break_from_min", sa.Integer(), nullable=True),
        sa.Column("break_to_min", sa.Integer(), nullable=True),
        sa.Column("begins_at", sa.String(), nullable=False),
        sa.Column("reserve_minutes", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("start_min < end_min", name=op.f("ck_shift_pattern_times")),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 8", name=op.f("ck_shift_pattern_every_weeks")),
        sa.CheckConstraint("break_minutes >= 0", name=op.f("ck_shift_pattern_break_minutes")),
        sa.CheckConstraint("reserve_minutes >= 0", name=op.f("ck_shift_pattern_reserve_minutes")),
        _key("shift_pattern", "carer_id", "carer"),
        indexed=("carer_id",),
    )
    _table(
        "pending_import",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("seen_sha256", sa.String(), nullable=False),
        _key("pending_import", "user_id", "user_account"),
        indexed=("user_id",),
    )


def downgrade() -> None:
    for table in ("pending_import", "shift_pattern", "screen_assessment", "relative"):
        op.drop_table(table)
    for name in CARER_TEXTS:
        op.drop_column("carer", name)
    for name in CITIZEN_TEXTS:
        op.drop_column("citizen", name)


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
