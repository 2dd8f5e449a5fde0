"""Rosters: versions, visits, sessions"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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
        "roster",
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("first_monday", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("team_name", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("bounds", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("iterations", sa.Integer(), nullable=True),
        sa.Column("travel_provider", sa.String(), nullable=False),
        sa.Column("travel_data", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('week', 'standing')", name=op.f("ck_roster_kind")),
        sa.CheckConstraint("source IN ('planned', 'pack')", name=op.f("ck_roster_source")),
        sa.CheckConstraint("status IN ('draft', 'published', 'superseded')", name=op.f("ck_roster_status")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_roster_version")),
        sa.CheckConstraint("weeks BETWEEN 1 AND 8", name=op.f("ck_roster_weeks")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_roster_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_roster_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint(
            "team_id",
            "kind",
            "first_monday",
            "weeks",
            "version",
            name=op.f("uq_roster_team_id_kind_first_monday_weeks_version"),
        ),
    )
    op.create_index(op.f("ix_roster_municipality_id"), "roster", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_roster_team_id"), "roster", ["team_id"], unique=False)
    op.create_index(
        "uq_roster_published_standing",
        "roster",
        ["team_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'standing' AND status = 'published'"),
        postgresql_where=sa.text("kind = 'standing' AND status = 'published'"),
    )
    op.create_index(
        "uq_roster_published_week",
        "roster",
        ["team_id", "first_monday"],
        unique=True,
        sqlite_where=sa.text("kind = 'week' AND status = 'published'"),
        postgresql_where=sa.text("kind = 'week' AND status = 'published'"),
    )
    op.create_table(
        "placed_session",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("session_code", sa.String(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_placed_session_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_placed_session_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["group_session.id"],
            name=op.f("fk_placed_session_session_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_placed_session_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placed_session")),
        sa.UniqueConstraint("roster_id", "position", name=op.f("uq_placed_session_roster_id_position")),
    )
    op.create_index(
        op.f("ix_placed_session_municipality_id"), "placed_session", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_placed_session_roster_id"), "placed_session", ["roster_id"], unique=False)
    op.create_index(op.f("ix_placed_session_session_id"), "placed_session", ["session_id"], unique=False)
    op.create_index(op.f("ix_placed_session_team_id"), "placed_session", ["team_id"], unique=False)
    op.create_table(
        "citizen_week",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("citizen_code", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("package_status", sa.String(), nullable=False),
        sa.Column("carers", sa.Integer(), nullable=False),
        sa.Column("carers_bound", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "package_status IN ('within', 'over_package', 'under_package', 'short', 'no_bound', 'outside')",
            name=op.f("ck_citizen_week_package_status"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_citizen_week_citizen_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_citizen_week_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_citizen_week_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_citizen_week_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_week")),
        sa.UniqueConstraint("roster_id", "position", name=op.f("uq_citizen_week_roster_id_position")),
    )
    op.create_index(op.f("ix_citizen_week_citizen_id"), "citizen_week", ["citizen_id"], unique=False)
    op.create_index(
        op.f("ix_citizen_week_municipality_id"), "citizen_week", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_citizen_week_roster_id"), "citizen_week", ["roster_id"], unique=False)
    op.create_index(op.f("ix_citizen_week_team_id"), "citizen_week", ["team_id"], unique=False)
    op.create_table(
        "visit",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("need_code", sa.String(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_code", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
        sa.Column("modality", sa.String(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.CheckConstraint("modality IN ('home', 'screen')", name=op.f("ck_visit_modality")),
        sa.CheckConstraint("start_min <= end_min", name=op.f("ck_visit_times")),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_visit_citizen_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_visit_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_visit_need_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_visit_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_visit_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("roster_id", "position", name=op.f("uq_visit_roster_id_position")),
    )
    op.create_index(op.f("ix_visit_citizen_id"), "visit", ["citizen_id"], unique=False)
    op.create_index(op.f("ix_visit_municipality_id"), "visit", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_visit_need_id"), "visit", ["need_id"], unique=False)
    op.create_index(op.f("ix_visit_roster_id"), "visit", ["roster_id"], unique=False)
    op.create_index(op.f("ix_visit_team_id"), "visit", ["team_id"], unique=False)
    op.create_index("ix_visit_team_id_date", "visit", ["team_id", "date"], unique=False)


def downgrade() -> None:
    op.drop_table("visit")
    op.drop_table("citizen_week")
    op.drop_table("placed_session")
    op.drop_table("roster")
