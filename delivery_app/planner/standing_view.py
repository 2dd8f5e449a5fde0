"""The standing roster as a table: who comes to whom on which weekday, week by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.roster import PUBLISHED
from models.tables import Attendance, Carer, Citizen, Roster, Visit


@dataclass(frozen=True)
class StandingVisit:
    """A visit: when, and by whom."""

    start_min: int
    end_min: int
    carers: tuple[str, ...]
    screen: bool


@dataclass(frozen=True)
class StandingRow:
    """A citizen's week; ``days`` are the seven weekdays."""

    name: str
    days: tuple[tuple[StandingVisit, ...], ...]


@dataclass(frozen=True)
class StandingWeek:
    """One of the roster's weeks."""

    number: int
    rows: tuple[StandingRow, ...]


@dataclass(frozen=True)
class PublishedWeek:
    """A published roster that a standing one can be made of."""

    monday: date
    weeks: int
    version: int


@dataclass(frozen=True)
class StandingView:
    """The standing roster that holds (``made_at`` is None without one) and what the next can be made of."""

    made_at: datetime | None
    made_by: str
    first_monday: date | None
    weeks: tuple[StandingWeek, ...]
    published: tuple[PublishedWeek, ...]
    #: Whose visits are shown.
    citizens: tuple[UUID, ...]


def standing_view(session: Session, team_id: UUID) -> StandingView:
    """The team's standing roster and its published weeks, the newest first."""
    rosters = session.scalars(
        select(Roster)
        .where(col(Roster.team_id) == team_id, col(Roster.status) == PUBLISHED)
        .order_by(col(Roster.first_monday).desc())
    ).all()
    published = tuple(
        PublishedWeek(row.first_monday, row.weeks, row.version) for row in rosters if row.kind == "week"
    )
    roster = next((row for row in rosters if row.kind == "standing"), None)
    if roster is None:
        return StandingView(None, "", None, (), published, ())
    weeks, citizens = _weeks(session, roster)
    return StandingView(
        roster.published_at, roster.published_by or "", roster.first_monday, weeks, published, citizens
    )


def _weeks(session: Session, roster: Roster) -> tuple[tuple[StandingWeek, ...], tuple[UUID, ...]]:
    carers = dict(
        session.execute(select(Carer.code, Carer.name).where(col(Carer.team_id) == roster.team_id)).all()
    )
    citizens = dict(
        session.execute(
            select(Citizen.code, Citizen.name).where(col(Citizen.team_id) == roster.team_id)
        ).all()
    )
    coming: dict[UUID | None, list[str]] = defaultdict(list)
    for one in session.scalars(
        select(Attendance).where(col(Attendance.roster_id) == roster.id).order_by(col(Attendance.position))
    ):
        coming[one.visit_id].append(carers.get(one.carer_code) or one.carer_code)
    found: dict[int, dict[str, list[list[StandingVisit]]]] = defaultdict(
        lambda: defaultdict(lambda: [[] for _ in range(7)])
    )
    shown = set()
    for visit in session.scalars(
        select(Visit).where(col(Visit.roster_id) == roster.id).order_by(col(Visit.date), col(Visit.start_min))
    ):
        day = (visit.date - roster.first_monday).days
        if visit.citizen_id is not None:
            shown.add(visit.citizen_id)
        found[day // 7][visit.citizen_code][day % 7].append(
            StandingVisit(visit.start_min, visit.end_min, tuple(coming[visit.id]), visit.modality == "screen")
        )
    weeks = []
    for week in range(roster.weeks):
        rows = [
            StandingRow(citizens.get(code) or code, tuple(tuple(day) for day in days))
            for code, days in found[week].items()
        ]
        weeks.append(StandingWeek(week + 1, tuple(sorted(rows, key=lambda row: row.name.casefold()))))
    return tuple(weeks), tuple(shown)
