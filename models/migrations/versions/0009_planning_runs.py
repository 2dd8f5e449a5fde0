"""Runs of the optimiser in the background"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planning_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("first_monday", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("base_roster_id", sa.Uuid(), nullable=True),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("iterations", sa.Integer(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_by", sa.String(), nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("roster_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('waiting', 'running'))", name=op.f("ck_planning_run_ended")
        ),
        sa.CheckConstraint("(failure IS NULL) = (state <> 'failed')", name=op.f("ck_planning_run_failed")),
        sa.CheckConstraint("base IN ('scratch', 'standing', 'roster')", name=op.f("ck_planning_run_base")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_planning_run_state"),
        ),
        sa.CheckConstraint("(seconds IS NULL) <> (iterations IS NULL)", name=op.f("ck_planning_run_limit")),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_planning_run_attempt")),
        sa.CheckConstraint("lost BETWEEN 0 AND attempt", name=op.f("ck_planning_run_lost")),
        sa.CheckConstraint("weeks BETWEEN 1 AND 8", name=op.f("ck_planning_run_weeks")),
        sa.ForeignKeyConstraint(
            ["base_roster_id"],
            ["roster.id"],
            name=op.f("fk_planning_run_base_roster_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_planning_run_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_planning_run_roster_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_planning_run_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_run")),
    )
    op.create_index(op.f("ix_planning_run_base_roster_id"), "planning_run", ["base_roster_id"], unique=False)
    op.create_index(
        op.f("ix_planning_run_municipality_id"), "planning_run", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_planning_run_roster_id"), "planning_run", ["roster_id"], unique=False)
    op.create_index("ix_planning_run_state", "planning_run", ["state"], unique=False)
    op.create_index(op.f("ix_planning_run_team_id"), "planning_run", ["team_id"], unique=False)
    op.create_index(
        "uq_planning_run_active",
        "planning_run",
        ["team_id", "first_monday"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "planning_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("objective", sa.Float(), nullable=True),
        sa.Column("unplaced", sa.Integer(), nullable=True),
        sa.Column("carers_per_citizen", sa.Float(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_planning_step_number")),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_planning_step_share")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_planning_step_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["planning_run.id"], name=op.f("fk_planning_step_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_planning_step_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_step")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_planning_step_run_id_number")),
    )
    op.create_index(
        op.f("ix_planning_step_municipality_id"), "planning_step", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_planning_step_team_id"), "planning_step", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_table("planning_step")
    op.drop_table("planning_run")
