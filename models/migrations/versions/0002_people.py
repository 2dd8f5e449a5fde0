"""Carers, citizens, grants, needs, links, who is barred"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
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
        "carer",
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("qualification", sa.String(), nullable=False),
        sa.Column("week_hours", sa.Float(), nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("introduced", sa.Boolean(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('fixed', 'substitute')", name=op.f("ck_carer_kind")),
        sa.CheckConstraint("mode IN ('bike', 'car', 'foot')", name=op.f("ck_carer_mode")),
        sa.CheckConstraint(
            "qualification IN ('untrained', 'helper', 'assistant', 'nurse', 'occupational_therapist', "
            "'physiotherapist')",
            name=op.f("ck_carer_qualification"),
        ),
        sa.CheckConstraint("until_date IS NULL OR until_date >= from_date", name=op.f("ck_carer_in_team")),
        sa.CheckConstraint("week_hours >= 0", name=op.f("ck_carer_week_hours")),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["carer.id"], name=op.f("fk_carer_mentor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_carer_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_carer_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carer")),
        sa.UniqueConstraint("team_id", "code", name=op.f("uq_carer_team_id_code")),
    )
    op.create_index(op.f("ix_carer_mentor_id"), "carer", ["mentor_id"], unique=False)
    op.create_index(op.f("ix_carer_municipality_id"), "carer", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_carer_team_id"), "carer", ["team_id"], unique=False)
    op.create_table(
        "citizen",
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("contact_carer_id", sa.Uuid(), nullable=True),
        sa.Column("screen_able", sa.Boolean(), nullable=False),
        sa.Column("continuity_weight", sa.Float(), nullable=False),
        sa.Column("carers_max", sa.Integer(), nullable=True),
        sa.Column("island", sa.String(), nullable=True),
        sa.Column("cpr_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("cpr_index", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(cpr_encrypted IS NULL) = (cpr_index IS NULL)", name=op.f("ck_citizen_cpr")),
        sa.CheckConstraint("carers_max >= 1", name=op.f("ck_citizen_carers_max")),
        sa.CheckConstraint("continuity_weight >= 0", name=op.f("ck_citizen_continuity_weight")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_citizen_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_citizen_lon")),
        sa.CheckConstraint("until_date IS NULL OR until_date >= from_date", name=op.f("ck_citizen_in_team")),
        sa.ForeignKeyConstraint(
            ["contact_carer_id"], ["carer.id"], name=op.f("fk_citizen_contact_carer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_citizen_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_citizen_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen")),
        sa.UniqueConstraint("team_id", "code", name=op.f("uq_citizen_team_id_code")),
        sa.UniqueConstraint("team_id", "cpr_index", name=op.f("uq_citizen_team_id_cpr_index")),
    )
    op.create_index(op.f("ix_citizen_contact_carer_id"), "citizen", ["contact_carer_id"], unique=False)
    op.create_index(op.f("ix_citizen_cpr_index"), "citizen", ["cpr_index"], unique=False)
    op.create_index(op.f("ix_citizen_municipality_id"), "citizen", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_citizen_team_id"), "citizen", ["team_id"], unique=False)
    op.create_table(
        "barred",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carer_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carer_id"], ["carer.id"], name=op.f("fk_barred_carer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_barred_citizen_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_barred_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_barred_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barred")),
    )
    op.create_index(op.f("ix_barred_carer_id"), "barred", ["carer_id"], unique=False)
    op.create_index(op.f("ix_barred_citizen_id"), "barred", ["citizen_id"], unique=False)
    op.create_index(op.f("ix_barred_municipality_id"), "barred", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_barred_team_id"), "barred", ["team_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("days", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("times_per_week", sa.Integer(), nullable=True),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("anchor_monday", sa.Date(), nullable=False),
        sa.Column("on_holidays", sa.Boolean(), nullable=False),
        sa.Column("window_start_min", sa.Integer(), nullable=False),
        sa.Column("window_end_min", sa.Integer(), nullable=False),
        sa.Column("agreed_start_min", sa.Integer(), nullable=True),
        sa.Column("minutes_min", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("minutes_max", sa.Integer(), nullable=False),
        sa.Column("carers", sa.Integer(), nullable=False),
        sa.Column("qualification", sa.String(), nullable=True),
        sa.Column("modality", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.CheckConstraint("modality IN ('home', 'screen', 'either')", name=op.f("ck_need_modality")),
        sa.CheckConstraint(
            "qualification IN ('untrained', 'helper', 'assistant', 'nurse', 'occupational_therapist', "
            "'physiotherapist', 'therapist')",
            name=op.f("ck_need_qualification"),
        ),
        sa.CheckConstraint(
            "service IN ('personal_care', 'practical_help', 'training', 'rehabilitation', 'safety', "
            "'start_up', 'coordination', 'assessment')",
            name=op.f("ck_need_service"),
        ),
        sa.CheckConstraint("carers BETWEEN 1 AND 2", name=op.f("ck_need_carers")),
        sa.CheckConstraint("every_weeks >= 1", name=op.f("ck_need_every_weeks")),
        sa.CheckConstraint(
            "minutes_min >= 1 AND minutes_min <= minutes AND minutes <= minutes_max",
            name=op.f("ck_need_minutes"),
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name=op.f("ck_need_priority")),
        sa.CheckConstraint("times_per_week BETWEEN 1 AND 7", name=op.f("ck_need_times_per_week")),
        sa.CheckConstraint("until_date IS NULL OR until_date >= from_date", name=op.f("ck_need_in_team")),
        sa.CheckConstraint("window_start_min <= window_end_min", name=op.f("ck_need_window")),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_need_citizen_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_need_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_need_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("team_id", "code", name=op.f("uq_need_team_id_code")),
    )
    op.create_index(op.f("ix_need_citizen_id"), "need", ["citizen_id"], unique=False)
    op.create_index(op.f("ix_need_municipality_id"), "need", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_need_team_id"), "need", ["team_id"], unique=False)
    op.create_table(
        "package_grant",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.CheckConstraint("act IN ('aeldreloven', 'serviceloven')", name=op.f("ck_package_grant_act")),
        sa.CheckConstraint(
            "until_date IS NULL OR until_date >= from_date", name=op.f("ck_package_grant_period")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_package_grant_citizen_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_package_grant_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name=op.f("fk_package_grant_package_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_package_grant_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_grant")),
        sa.UniqueConstraint(
            "citizen_id",
            "from_date",
            "until_date",
            "package_id",
            name=op.f("uq_package_grant_citizen_id_from_date_until_date_package_id"),
        ),
    )
    op.create_index(op.f("ix_package_grant_citizen_id"), "package_grant", ["citizen_id"], unique=False)
    op.create_index(
        op.f("ix_package_grant_municipality_id"), "package_grant", ["municipality_id"], unique=False
    )
    op.create_index(op.f("ix_package_grant_package_id"), "package_grant", ["package_id"], unique=False)
    op.create_index(op.f("ix_package_grant_team_id"), "package_grant", ["team_id"], unique=False)
    op.create_table(
        "link",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_need_id", sa.Uuid(), nullable=False),
        sa.Column("second_need_id", sa.Uuid(), nullable=False),
        sa.Column("gap_min", sa.Integer(), nullable=False),
        sa.Column("gap_max", sa.Integer(), nullable=True),
        sa.Column("same_carer", sa.Boolean(), nullable=False),
        sa.CheckConstraint("gap_max IS NULL OR gap_min <= gap_max", name=op.f("ck_link_gap")),
        sa.ForeignKeyConstraint(
            ["first_need_id"], ["need.id"], name=op.f("fk_link_first_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_link_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["second_need_id"], ["need.id"], name=op.f("fk_link_second_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_link_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_first_need_id"), "link", ["first_need_id"], unique=False)
    op.create_index(op.f("ix_link_municipality_id"), "link", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_link_second_need_id"), "link", ["second_need_id"], unique=False)
    op.create_index(op.f("ix_link_team_id"), "link", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_table("link")
    op.drop_table("package_grant")
    op.drop_table("need")
    op.drop_table("barred")
    op.drop_table("citizen")
    op.drop_table("carer")
