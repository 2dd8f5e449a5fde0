"""The standing roster (grundplan): made of published weeks, and the beginning of a new one (S1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.read import problem_from
from delivery_app.bridge.rosters import keep_standing, roster_from, save_roster, standing_roster
from models.errors import MissingRowError
from models.roster import PUBLISHED
from models.tables import Roster, Team
from scheduler import roster as answer
from scheduler.clock import DAY_MIN, format_week
from scheduler.standing_start import begin_from_standing

WEEKS_MAX = 8


def make_standing(session: Session, team_id: UUID, first_monday: date, weeks: int) -> Roster:
    """Let what is published for these weeks be the standing roster from now on; earlier ones are kept.

    Raises
    ------
    MissingRowError
        There is no such team.
    BridgeError
        Not one to eight weeks, or one of them has no published roster.
    """
    if not 1 <= weeks <= WEEKS_MAX:
        raise BridgeError("A standing roster has 1 to {most} weeks, not {value}", most=WEEKS_MAX, value=weeks)
    team = session.get(Team, team_id, with_for_update=True)
    if team is None:
        raise MissingRowError("There is no team with the id {id}", id=team_id)
    rows = session.scalars(
        select(Roster)
        .where(col(Roster.team_id) == team_id, col(Roster.kind) == "week", col(Roster.status) == PUBLISHED)
        .where(col(Roster.first_monday) < first_monday + timedelta(days=7 * weeks))
        .order_by(col(Roster.first_monday))
    ).all()
    rows = [row for row in rows if row.first_monday + timedelta(days=7 * row.weeks) > first_monday]
    for week in range(weeks):
        monday = first_monday + timedelta(days=7 * week)
        if not any(
            row.first_monday <= monday < row.first_monday + timedelta(days=7 * row.weeks) for row in rows
        ):
            raise BridgeError(
                "No roster is published for {week}; choose weeks that all are", week=format_week(monday)
            )
    parts = [
        _within(roster_from(session, row.id), (row.first_monday - first_monday).days, weeks) for row in rows
    ]
    joined = answer.Roster(
        team.name,
        first_monday,
        weeks,
        visits=tuple(visit for part in parts for visit in part.visits),
        travel_provider=parts[0].travel_provider,
        travel_data=parts[0].travel_data,
    )
    keep_standing(session, team, joined)
    session.flush()
    made = standing_roster(session, team_id)
    assert made is not None
    return made


def _within(roster: answer.Roster, days: int, weeks: int) -> answer.Roster:
    """Visits so many days later, those of the weeks only."""
    moved = (
        replace(
            visit,
            day=visit.day + days,
            start_min=visit.start_min + days * DAY_MIN,
            end_min=visit.end_min + days * DAY_MIN,
            pinned=False,
        )
        for visit in roster.visits
    )
    return replace(roster, visits=tuple(visit for visit in moved if 0 <= visit.day < 7 * weeks))


def start_week(session: Session, team_id: UUID, monday: date, weeks: int = 1) -> Roster:
    """A draft of the weeks as the standing roster has them; what that leaves open is listed as unplaced.

    Raises
    ------
    MissingRowError, BridgeError, scheduler.message.ProblemError
        As :func:`delivery_app.bridge.problem_from`; or there is no standing roster, or no shift in the weeks.
    """
    problem = problem_from(session, team_id, format_week(monday), weeks)
    if not problem.shifts:
        raise BridgeError(
            "There are no shifts in {week} yet; add them first, by the patterns for example",
            week=format_week(monday),
        )
    return save_roster(session, team_id, begin_from_standing(problem))
