"""Edits of a draft by hand, and a mark that changes with everything a team's plan is made of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("team", sa.Column("data_mark", sa.Uuid(), nullable=True))
    op.create_table(
        "roster_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("of_id", sa.Uuid(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("command", sa.JSON(), nullable=False),
        sa.Column("patch", sa.JSON(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('edit', 'undo', 'redo')", name=op.f("ck_roster_edit_kind")),
        sa.CheckConstraint("(of_id IS NULL) = (kind = 'edit')", name=op.f("ck_roster_edit_of")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_roster_edit_municipality_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["of_id"], ["roster_edit.id"], name=op.f("fk_roster_edit_of_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name=op.f("fk_roster_edit_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_roster_edit_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_edit")),
        sa.UniqueConstraint("roster_id", "number", name=op.f("uq_roster_edit_roster_id_number")),
    )
    op.create_index(op.f("ix_roster_edit_municipality_id"), "roster_edit", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_roster_edit_of_id"), "roster_edit", ["of_id"], unique=False)
    op.create_index(op.f("ix_roster_edit_roster_id"), "roster_edit", ["roster_id"], unique=False)
    op.create_index(op.f("ix_roster_edit_team_id"), "roster_edit", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_table("roster_edit")
    op.drop_column("team", "data_mark")
