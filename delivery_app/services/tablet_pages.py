"""Which pages a carer's tablet brings along: those of today and the next two days."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.services.records.changed import DAYS_AHEAD
from delivery_app.services.records.visits import carer_visits


def tablet_pages(
    session: Session, team_id: UUID, carer_id: UUID | None, today: dt.date, more: tuple[str, ...] = ()
) -> list[str]:
    """The addresses, the ones needed first in front; ``more``: what stands behind ``/carer/{team_id}`` of others."""
    base = f"/carer/{team_id}"
    days = [today + dt.timedelta(days=number) for number in range(DAYS_AHEAD + 1)]
    visits = (
        []
        if carer_id is None
        else carer_visits(session, team_id, carer_id, days[0] - dt.timedelta(days=1), days[-1])
    )
    # Yesterday's visits only where they reach past midnight.
    kept = [one for one in visits if one.name.on_date >= today or one.end_min > 24 * 60]
    return [
        base,
        *(f"{base}/day/{day}" for day in days),
        *(f"{base}/visit/{one.name.need_id}/{one.name.on_date}" for one in kept),
        *(base + page for page in more),
    ]
