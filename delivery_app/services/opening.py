"""Which roster a planner most likely wants to see."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.roster import PUBLISHED, SUPERSEDED, Roster


def roster_to_open(session: Session, team_id: UUID, today: date) -> UUID | None:
    """The roster of this week, else of the next week that has one, else of the last; None without any.

    Of a week the published one, else its newest draft.
    """
    rows = session.scalars(
        select(Roster).where(
            col(Roster.team_id) == team_id, col(Roster.kind) == "week", col(Roster.status) != SUPERSEDED
        )
    ).all()

    def order(row: Roster) -> tuple[int, int, bool, int]:
        end = row.first_monday + timedelta(weeks=row.weeks)
        if end <= today:
            when = (2, (today - end).days)
        elif row.first_monday <= today:
            when = (0, 0)
        else:
            when = (1, (row.first_monday - today).days)
        return (*when, row.status != PUBLISHED, -row.version)

    return min(rows, key=order).id if rows else None
