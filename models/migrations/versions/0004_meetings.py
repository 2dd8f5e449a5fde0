"""Meetings, group sessions, travel times of the team's own"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
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
        "group_session",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("carers", sa.Integer(), nullable=False),
        sa.Column("qualification", sa.String(), nullable=True),
        sa.CheckConstraint(
            "qualification IN ('untrained', 'helper', 'assistant', 'nurse', 'occupational_therapist', "
            "'physiotherapist', 'therapist')",
            name=op.f("ck_group_session_qualification"),
        ),
        sa.CheckConstraint("carers >= 1", name=op.f("ck_group_session_carers")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_group_session_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_group_session_lon")),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_group_session_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_group_session_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_group_session_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_session")),
    )
    op.create_index(
        op.f("ix_group_session_municipality_id"), "group_session", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_group_session_team_id"), "group_session", ["team_id"], unique=False)
    op.create_index("ix_group_session_team_id_date", "group_session", ["team_id", "date"], unique=False)
    op.create_index(
        "uq_group_session_team_id_code_date",
        "group_session",
        ["team_id", "code", "date"],
        unique=True,
        sqlite_where=sa.text("stated_for IS NULL"),
        postgresql_where=sa.text("stated_for IS NULL"),
    )
    op.create_table(
        "meeting",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stated_for", sa.Date(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_meeting_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_meeting_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_meeting_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_municipality_id"), "meeting", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_meeting_team_id"), "meeting", ["team_id"], unique=False)
    op.create_index("ix_meeting_team_id_date", "meeting", ["team_id", "date"], unique=False)
    op.create_table(
        "travel_override",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("mode IN ('bike', 'car', 'foot')", name=op.f("ck_travel_override_mode")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_override_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_travel_override_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_travel_override_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_override")),
        sa.UniqueConstraint(
            "team_id", "origin", "target", "mode", name=op.f("uq_travel_override_team_id_origin_target_mode")
        ),
    )
    op.create_index(
        op.f("ix_travel_override_municipality_id"), "travel_override", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_travel_override_team_id"), "travel_override", ["team_id"], unique=False)
    op.create_table(
        "meeting_carer",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_meeting_carer_carer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_carer_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_meeting_carer_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_carer")),
        sa.UniqueConstraint("meeting_id", "carer_id", name=op.f("uq_meeting_carer_meeting_id_carer_id")),
        sa.UniqueConstraint("meeting_id", "position", name=op.f("uq_meeting_carer_meeting_id_position")),
    )
    op.create_index(op.f("ix_meeting_carer_carer_id"), "meeting_carer", ["carer_id"], unique=False)
    op.create_index(op.f("ix_meeting_carer_meeting_id"), "meeting_carer", ["meeting_id"], unique=False)
    op.create_index(
        op.f("ix_meeting_carer_municipality_id"), "meeting_carer", ["municipality_id"], unique=False
    )
    op.create_table(
        "session_citizen",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_session_citizen_citizen_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_session_citizen_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["group_session.id"],
            name=op.f("fk_session_citizen_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_citizen")),
        sa.UniqueConstraint(
            "session_id", "citizen_id", name=op.f("uq_session_citizen_session_id_citizen_id")
        ),
        sa.UniqueConstraint("session_id", "position", name=op.f("uq_session_citizen_session_id_position")),
    )
    op.create_index(op.f("ix_session_citizen_citizen_id"), "session_citizen", ["citizen_id"], unique=False)
    op.create_index(
        op.f("ix_session_citizen_municipality_id"), "session_citizen", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_session_citizen_session_id"), "session_citizen", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_table("session_citizen")
    op.drop_table("meeting_carer")
    op.drop_table("travel_override")
    op.drop_table("meeting")
    op.drop_table("group_session")
