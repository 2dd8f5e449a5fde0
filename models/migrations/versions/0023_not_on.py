"""Dates on which a need does not fall, by agreement with the citizen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("need", sa.Column("not_on", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("need", "not_on")
