"""A team's weeks at a glance: what is published, what is drafted, what is being planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.planning_run import DONE, FAILED, RUNNING, WAITING
from models.roster import DRAFT, PUBLISHED
from models.tables import Carer, Citizen, PlanningRun, Roster, Shift

WEEK = timedelta(days=7)
#: How long a run that failed is still told of.
TOLD_OF = timedelta(days=2)


@dataclass(frozen=True)
class RosterLine:
    """A version of a roster with the figures planners look at first."""

    roster_id: UUID
    version: int
    status: str
    first_monday: date
    weeks: int
    placed: int
    unplaced: int
    carers_per_citizen: float
    travel_minutes: int
    objective: float
    made_at: datetime
    made_by: str
    published_at: datetime | None
    note: str | None

    @property
    def last_monday(self) -> date:
        """The Monday its last week begins on."""
        return self.first_monday + (self.weeks - 1) * WEEK


@dataclass(frozen=True)
class RunLine:
    """A run that waits, is under way, or failed lately."""

    run_id: UUID
    state: str
    by: str

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (WAITING, RUNNING)


@dataclass(frozen=True)
class WeekLine:
    """One week: ``drafts`` newest first; ``published`` may hold for further weeks, too."""

    monday: date
    is_current: bool
    #: Whether its last day is over: nothing can be planned or changed in it any more.
    is_past: bool
    shifts: int
    published: RosterLine | None
    drafts: tuple[RosterLine, ...]
    run: RunLine | None

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def name(self) -> str:
        """As in ``2026-W49``."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02}"


def monday_before(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_lines(
    session: Session, team_id: UUID, first: date, count: int, *, today: date, now: datetime
) -> list[WeekLine]:
    """``count`` weeks of a team from the Monday ``first``."""
    mondays = [first + number * WEEK for number in range(count)]
    rosters = _rosters(session, team_id, first, first + count * WEEK)
    runs = _runs(session, team_id, first, first + count * WEEK, now)
    shifts = _shift_counts(session, team_id, first, first + count * WEEK)
    drafts: dict[date, list[RosterLine]] = defaultdict(list)
    published: dict[date, RosterLine] = {}
    for row in rosters:
        if row.status == DRAFT:
            drafts[row.first_monday].append(row)
            continue
        for number in range(row.weeks):
            published[row.first_monday + number * WEEK] = row
    return [
        WeekLine(
            monday=monday,
            is_current=monday == monday_before(today),
            is_past=monday < monday_before(today),
            shifts=shifts[monday],
            published=published.get(monday),
            drafts=tuple(drafts[monday]),
            run=runs.get(monday),
        )
        for monday in mondays
    ]


def is_empty(session: Session, team_id: UUID) -> bool:
    """Whether nobody was ever in the team, neither citizen nor carer."""
    return all(
        session.scalars(select(table.id).where(col(table.team_id) == team_id).limit(1)).first() is None
        for table in (Citizen, Carer)
    )


def roster_line(row: Roster) -> RosterLine:
    """A roster's row with its figures."""
    figures = row.figures
    return RosterLine(
        roster_id=row.id,
        version=row.version,
        status=row.status,
        first_monday=row.first_monday,
        weeks=row.weeks,
        placed=int(figures.get("placed", 0)),
        unplaced=int(figures.get("unplaced", 0)),
        carers_per_citizen=float(figures.get("carers_per_citizen_mean", 0)),
        travel_minutes=int(figures.get("travel_minutes", 0)),
        objective=float(figures.get("objective", 0)),
        made_at=row.created_at,
        made_by=row.created_by,
        published_at=row.published_at,
        note=row.note,
    )


def published_for(session: Session, team_id: UUID, monday: date, weeks: int) -> RosterLine | None:
    """The published roster of just these weeks."""
    row = session.scalars(
        select(Roster).where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
            col(Roster.first_monday) == monday,
            col(Roster.weeks) == weeks,
        )
    ).first()
    return None if row is None else roster_line(row)


def rosters_of_weeks(session: Session, team_id: UUID, monday: date, weeks: int) -> list[RosterLine]:
    """Every roster of just these weeks, whatever its status, the newest first."""
    rows = session.scalars(
        select(Roster)
        .where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == "week",
            col(Roster.first_monday) == monday,
            col(Roster.weeks) == weeks,
        )
        .order_by(col(Roster.version).desc())
    )
    return [roster_line(row) for row in rows]


def _rosters(session: Session, team_id: UUID, first: date, end: date) -> list[RosterLine]:
    rows: Sequence[Roster] = session.scalars(
        select(Roster)
        .where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == "week",
            col(Roster.status).in_((DRAFT, PUBLISHED)),
            # A roster is of eight weeks at most.
            col(Roster.first_monday) > first - 8 * WEEK,
            col(Roster.first_monday) < end,
        )
        .order_by(col(Roster.first_monday), col(Roster.created_at).desc())
    ).all()
    return [roster_line(row) for row in rows]


def _runs(session: Session, team_id: UUID, first: date, end: date, now: datetime) -> dict[date, RunLine]:
    """By Monday: the active run, or the newest one that ended, when that failed lately."""
    rows = session.scalars(
        select(PlanningRun)
        .where(
            col(PlanningRun.team_id) == team_id,
            col(PlanningRun.first_monday) >= first,
            col(PlanningRun.first_monday) < end,
            col(PlanningRun.state).in_((WAITING, RUNNING, FAILED, DONE)),
        )
        .order_by(col(PlanningRun.created_at))
    )
    newest = {row.first_monday: row for row in rows}
    return {
        monday: RunLine(row.id, row.state, row.created_by)
        for monday, row in newest.items()
        if row.state != DONE and (row.ended_at is None or now - row.ended_at < TOLD_OF)
    }


def _shift_counts(session: Session, team_id: UUID, first: date, end: date) -> Counter[date]:
    dates = session.scalars(
        select(col(Shift.date)).where(
            col(Shift.team_id) == team_id, col(Shift.date) >= first, col(Shift.date) < end
        )
    )
    return Counter(monday_before(day) for day in dates)
