"""Which pages a carer's tablet brings along: those of today and the next two days."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.services.records.changed import DAYS_AHEAD
from delivery_app.services.records.visits import kept_visits


def tablet_pages(
    session: Session, team_id: UUID, carer_id: UUID | None, today: dt.date, more: tuple[str, ...] = ()
) -> list[str]:
    """The addresses, the ones needed first in front; ``more``: what stands behind ``/carer/{team_id}`` of others."""
    base = f"/carer/{team_id}"
    days = [today + dt.timedelta(days=number) for number in range(DAYS_AHEAD + 1)]
    kept = kept_visits(session, team_id, carer_id, today, DAYS_AHEAD)
    return [
        base,
        *(f"{base}/day/{day}" for day in days),
        *(f"{base}/visit/{one.name.need_id}/{one.name.on_date}" for one in kept),
        *(base + page for page in more),
        *(f"{base}/team/{one}" for one in dict.fromkeys(one.citizen_id for one in kept) if one is not None),
    ]
