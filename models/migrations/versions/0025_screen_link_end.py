"""A citizen's link for screen visits runs out; a number of the team's that citizens ring, too"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

#: Links that were made before they had an end hold for a year from then.
DAYS = dt.timedelta(days=365)


def upgrade() -> None:
    op.add_column("screen_link", sa.Column("holds_until", sa.Date(), nullable=True))
    op.add_column(
        "team_phone", sa.Column("for_citizens", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    link = sa.table(
        "screen_link",
        sa.column("id", sa.Uuid()),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("holds_until", sa.Date()),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(link.c.id, link.c.created_at)).all():
        until = row.created_at.date() + DAYS
        bind.execute(sa.update(link).where(link.c.id == row.id).values(holds_until=until))


def downgrade() -> None:
    op.drop_column("team_phone", "for_citizens")
    op.drop_column("screen_link", "holds_until")
