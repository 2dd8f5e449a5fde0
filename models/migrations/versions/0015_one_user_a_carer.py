"""A carer of a team is one user at most: the round of one person is nobody else's"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NAME = "ix_membership_carer_id"


def upgrade() -> None:
    # Where two were joined to one carer, the first one stays so.
    op.execute(
        sa.text(
            "UPDATE membership SET carer_id = NULL WHERE carer_id IS NOT NULL AND EXISTS ("
            "SELECT 1 FROM membership AS other WHERE other.carer_id = membership.carer_id "
            "AND (other.created_at < membership.created_at "
            "OR (other.created_at = membership.created_at AND other.id < membership.id)))"
        )
    )
    op.drop_index(op.f(NAME), table_name="membership")
    op.create_index(op.f(NAME), "membership", ["carer_id"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f(NAME), table_name="membership")
    op.create_index(op.f(NAME), "membership", ["carer_id"], unique=False)
