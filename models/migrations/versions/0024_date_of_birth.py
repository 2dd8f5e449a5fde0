"""A citizen's date of birth, where no CPR number says it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("citizen", sa.Column("born", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("citizen", "born")
