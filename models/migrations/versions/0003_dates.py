"""Shifts, absences, holidays, history, ferries"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
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
        "ferry",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("island", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("first_arrival_min", sa.Integer(), nullable=False),
        sa.Column("last_departure_min", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_ferry_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_ferry_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ferry_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ferry")),
    )
    op.create_index(op.f("ix_ferry_municipality_id"), "ferry", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_ferry_team_id"), "ferry", ["team_id"], unique=False)
    op.create_index("ix_ferry_team_id_date", "ferry", ["team_id", "date"], unique=False)
    op.create_table(
        "holiday",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_holiday_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_holiday_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    op.create_index(op.f("ix_holiday_municipality_id"), "holiday", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_holiday_team_id"), "holiday", ["team_id"], unique=False)
    op.create_index("ix_holiday_team_id_date", "holiday", ["team_id", "date"], unique=False)
    op.create_table(
        "shift",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("break_from_min", sa.Integer(), nullable=True),
        sa.Column("break_to_min", sa.Integer(), nullable=True),
        sa.Column("begins_at", sa.String(), nullable=False),
        sa.Column("reserve_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("break_minutes >= 0", name=op.f("ck_shift_break_minutes")),
        sa.CheckConstraint("reserve_minutes >= 0", name=op.f("ck_shift_reserve_minutes")),
        sa.CheckConstraint("start_min < end_min", name=op.f("ck_shift_times")),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_shift_carer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_shift_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_shift_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index(op.f("ix_shift_carer_id"), "shift", ["carer_id"], unique=False)
    op.create_index(op.f("ix_shift_municipality_id"), "shift", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_shift_team_id"), "shift", ["team_id"], unique=False)
    op.create_index("ix_shift_team_id_date", "shift", ["team_id", "date"], unique=False)
    op.create_index(
        "uq_shift_team_id_code_date",
        "shift",
        ["team_id", "code", "date"],
        unique=True,
        sqlite_where=sa.text("stated_for IS NULL"),
        postgresql_where=sa.text("stated_for IS NULL"),
    )
    op.create_table(
        "absence",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("(carer_id IS NULL) <> (citizen_id IS NULL)", name=op.f("ck_absence_one_person")),
        sa.CheckConstraint(
            "start_date < end_date OR (start_date = end_date AND start_min <= end_min)",
            name=op.f("ck_absence_period"),
        ),
        sa.CheckConstraint(
            "start_min BETWEEN 0 AND 1439 AND end_min BETWEEN 0 AND 1439", name=op.f("ck_absence_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_absence_carer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_absence_citizen_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_absence_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_absence_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_carer_id"), "absence", ["carer_id"], unique=False)
    op.create_index(op.f("ix_absence_citizen_id"), "absence", ["citizen_id"], unique=False)
    op.create_index(op.f("ix_absence_municipality_id"), "absence", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_absence_team_id"), "absence", ["team_id"], unique=False)
    op.create_index(
        "ix_absence_team_id_start_date_end_date",
        "absence",
        ["team_id", "start_date", "end_date"],
        unique=False,
    )
    op.create_table(
        "delivered",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("citizen_code", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_delivered_minutes")),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_delivered_citizen_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_delivered_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_delivered_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivered")),
    )
    op.create_index(op.f("ix_delivered_citizen_id"), "delivered", ["citizen_id"], unique=False)
    op.create_index(op.f("ix_delivered_municipality_id"), "delivered", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_delivered_team_id"), "delivered", ["team_id"], unique=False)
    op.create_index("ix_delivered_team_id_monday", "delivered", ["team_id", "monday"], unique=False)
    op.create_table(
        "history",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("citizen_code", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("carer_code", sa.String(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.CheckConstraint("visits >= 0", name=op.f("ck_history_visits")),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_history_carer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_history_citizen_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_history_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_history_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_carer_id"), "history", ["carer_id"], unique=False)
    op.create_index(op.f("ix_history_citizen_id"), "history", ["citizen_id"], unique=False)
    op.create_index(op.f("ix_history_municipality_id"), "history", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_history_team_id"), "history", ["team_id"], unique=False)
    op.create_index("ix_history_team_id_date", "history", ["team_id", "date"], unique=False)


def downgrade() -> None:
    op.drop_table("history")
    op.drop_table("delivered")
    op.drop_table("absence")
    op.drop_table("shift")
    op.drop_table("holiday")
    op.drop_table("ferry")
