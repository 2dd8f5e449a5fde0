"""Municipalities, their catalogues and providers, teams and packages"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
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
        "municipality",
        *_row(),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("code", name=op.f("uq_municipality_code")),
    )
    op.create_table(
        "catalogue",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_catalogue_version")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_catalogue_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
        sa.UniqueConstraint("municipality_id", "version", name=op.f("uq_catalogue_municipality_id_version")),
    )
    op.create_index(op.f("ix_catalogue_municipality_id"), "catalogue", ["municipality_id"], unique=False)
    op.create_table(
        "provider",
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('municipal', 'private')", name=op.f("ck_provider_kind")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_provider_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint(
            "municipality_id", "kind", "name", name=op.f("uq_provider_municipality_id_kind_name")
        ),
    )
    op.create_index(op.f("ix_provider_municipality_id"), "provider", ["municipality_id"], unique=False)
    op.create_table(
        "team",
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("base_lat", sa.Float(), nullable=False),
        sa.Column("base_lon", sa.Float(), nullable=False),
        sa.Column("travel", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.CheckConstraint("base_lat BETWEEN -90 AND 90", name=op.f("ck_team_base_lat")),
        sa.CheckConstraint("base_lon BETWEEN -180 AND 180", name=op.f("ck_team_base_lon")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_team_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_team_provider_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("municipality_id", "name", name=op.f("uq_team_municipality_id_name")),
    )
    op.create_index(op.f("ix_team_municipality_id"), "team", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_team_provider_id"), "team", ["provider_id"], unique=False)
    op.create_table(
        "package",
        sa.Column("row_version", sa.Integer(), nullable=False),
        *_row(),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("min_minutes", sa.Integer(), nullable=True),
        sa.Column("min_included", sa.Boolean(), nullable=False),
        sa.Column("max_minutes", sa.Integer(), nullable=True),
        sa.Column("max_included", sa.Boolean(), nullable=False),
        sa.Column("average_minutes", sa.Integer(), nullable=True),
        sa.Column("screen", sa.Boolean(), nullable=False),
        sa.Column("two_carers_count", sa.String(), nullable=False),
        sa.CheckConstraint("two_carers_count IN ('both', 'once')", name=op.f("ck_package_two_carers_count")),
        sa.CheckConstraint("average_minutes >= 0", name=op.f("ck_package_average_minutes")),
        sa.CheckConstraint("max_minutes >= 0", name=op.f("ck_package_max_minutes")),
        sa.CheckConstraint("min_minutes >= 0", name=op.f("ck_package_min_minutes")),
        sa.CheckConstraint("until_date IS NULL OR until_date >= from_date", name=op.f("ck_package_in_team")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_package_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_package_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
        sa.UniqueConstraint("team_id", "code", name=op.f("uq_package_team_id_code")),
    )
    op.create_index(op.f("ix_package_municipality_id"), "package", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_package_team_id"), "package", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_table("package")
    op.drop_table("team")
    op.drop_table("provider")
    op.drop_table("catalogue")
    op.drop_table("municipality")
