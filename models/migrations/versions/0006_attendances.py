"""Rosters: attendances, breaks, open shifts, what is not placed"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _row() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "open_shift",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shift_code", sa.String(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("carer_code", sa.String(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_open_shift_carer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_open_shift_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_open_shift_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_open_shift_shift_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_open_shift_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_shift")),
        sa.UniqueConstraint("roster_id", "position", name=op.f("uq_open_shift_roster_id_position")),
    )
    op.create_index(op.f("ix_open_shift_carer_id"), "open_shift", ["carer_id"], unique=False)
    op.create_index(op.f("ix_open_shift_municipality_id"), "open_shift", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_open_shift_roster_id"), "open_shift", ["roster_id"], unique=False)
    op.create_index(op.f("ix_open_shift_shift_id"), "open_shift", ["shift_id"], unique=False)
    op.create_index(op.f("ix_open_shift_team_id"), "open_shift", ["team_id"], unique=False)
    op.create_table(
        "placed_break",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shift_code", sa.String(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
        sa.CheckConstraint("start_min <= end_min", name=op.f("ck_placed_break_times")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_placed_break_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_placed_break_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_placed_break_shift_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_placed_break_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placed_break")),
        sa.UniqueConstraint("roster_id", "position", name=op.f("uq_placed_break_roster_id_position")),
    )
    op.create_index(
        op.f("ix_placed_break_municipality_id"), "placed_break", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_placed_break_roster_id"), "placed_break", ["roster_id"], unique=False)
    op.create_index(op.f("ix_placed_break_shift_id"), "placed_break", ["shift_id"], unique=False)
    op.create_index(op.f("ix_placed_break_team_id"), "placed_break", ["team_id"], unique=False)
    op.create_table(
        "unplaced",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("need_code", sa.String(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("relaxations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_unplaced_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_unplaced_need_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_unplaced_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["group_session.id"], name=op.f("fk_unplaced_session_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_unplaced_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unplaced")),
        sa.UniqueConstraint("roster_id", "position", name=op.f("uq_unplaced_roster_id_position")),
    )
    op.create_index(op.f("ix_unplaced_municipality_id"), "unplaced", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_unplaced_need_id"), "unplaced", ["need_id"], unique=False)
    op.create_index(op.f("ix_unplaced_roster_id"), "unplaced", ["roster_id"], unique=False)
    op.create_index(op.f("ix_unplaced_session_id"), "unplaced", ["session_id"], unique=False)
    op.create_index(op.f("ix_unplaced_team_id"), "unplaced", ["team_id"], unique=False)
    op.create_table(
        "attendance",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("placed_session_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carer_code", sa.String(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("shift_code", sa.String(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(visit_id IS NULL) <> (placed_session_id IS NULL)", name=op.f("ck_attendance_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_attendance_carer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_attendance_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["placed_session_id"],
            ["placed_session.id"],
            name=op.f("fk_attendance_placed_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_attendance_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_attendance_shift_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_attendance_team_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_attendance_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "placed_session_id", "position", name=op.f("uq_attendance_placed_session_id_position")
        ),
        sa.UniqueConstraint("visit_id", "position", name=op.f("uq_attendance_visit_id_position")),
    )
    op.create_index(op.f("ix_attendance_carer_id"), "attendance", ["carer_id"], unique=False)
    op.create_index(op.f("ix_attendance_municipality_id"), "attendance", ["municipality_id"], unique=False)
    op.create_index(
        op.f("ix_attendance_placed_session_id"), "attendance", ["placed_session_id"], unique=False
    )
    op.create_index(op.f("ix_attendance_roster_id"), "attendance", ["roster_id"], unique=False)
    op.create_index(op.f("ix_attendance_shift_id"), "attendance", ["shift_id"], unique=False)
    op.create_index(op.f("ix_attendance_team_id"), "attendance", ["team_id"], unique=False)
    op.create_index(op.f("ix_attendance_visit_id"), "attendance", ["visit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attendance")
    op.drop_table("unplaced")
    op.drop_table("placed_break")
    op.drop_table("open_shift")
