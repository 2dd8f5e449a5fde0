"""What can be ordered of a run for a team: its weeks, the rosters to begin from, its weights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.planning import team_weights
from delivery_app.services.weeks import WEEK, RosterLine, WeekLine, monday_before, roster_line, week_lines
from models.roster import PUBLISHED
from models.tables import PlanningRun, Roster

#: Weeks that can be chosen: the one before this one (to try things on), this one, and those to come.
WEEKS_BACK, WEEKS_AHEAD = 1, 10


@dataclass(frozen=True)
class Offers:
    """What the form offers. ``rosters``: those of weeks, newest first, that a run may begin from."""

    weeks: list[WeekLine]
    rosters: list[RosterLine]
    has_standing: bool
    weights: dict[str, float]


def offers(session: Session, team_id: UUID, *, today: date, now: datetime) -> Offers:
    """What can be ordered for the team today."""
    first = monday_before(today) - WEEKS_BACK * WEEK
    count = WEEKS_BACK + 1 + WEEKS_AHEAD
    rosters = session.scalars(
        select(Roster)
        .where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == "week",
            col(Roster.first_monday) >= first,
            col(Roster.first_monday) < first + count * WEEK,
        )
        .order_by(col(Roster.first_monday), col(Roster.created_at).desc())
    )
    return Offers(
        weeks=week_lines(session, team_id, first, count, today=today, now=now),
        rosters=[roster_line(row) for row in rosters],
        has_standing=_has_standing(session, team_id),
        weights=team_weights(session, team_id),
    )


def week_to_plan(found: Offers, today: date) -> WeekLine:
    """The week somebody most likely wants to plan: the next one with shifts and nothing published."""
    ahead = [week for week in found.weeks if week.monday > today]
    open_weeks = [week for week in ahead if week.shifts and week.published is None]
    return (open_weeks or [week for week in ahead if week.shifts] or ahead)[0]


def usual_seconds(session: Session, team_id: UUID) -> int | None:
    """The time that was given the team's last run."""
    last = session.scalars(
        select(PlanningRun.seconds)
        .where(col(PlanningRun.team_id) == team_id, col(PlanningRun.seconds).is_not(None))
        .order_by(col(PlanningRun.created_at).desc())
        .limit(1)
    ).first()
    return None if last is None else round(last)


def last_day(monday: date, weeks: int) -> date:
    """The last date of some weeks."""
    return monday + timedelta(days=7 * weeks - 1)


def _has_standing(session: Session, team_id: UUID) -> bool:
    found = select(Roster.id).where(
        col(Roster.team_id) == team_id, col(Roster.kind) == "standing", col(Roster.status) == PUBLISHED
    )
    return session.scalar(found.limit(1)) is not None
