"""The visits of published rosters by their stable names, straight from the rows: which are due when, and whose."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.moment import point_in_time
from models.roster import PUBLISHED, Roster
from models.visit import Attendance, Visit


class VisitName(NamedTuple):
    """A visit, whatever roster places it: its need and its date."""

    need_id: UUID
    on_date: dt.date


@dataclass(frozen=True)
class PlannedVisit:
    """Where the published roster has a visit; minutes after midnight of its date."""

    name: VisitName
    citizen_id: UUID | None
    start_min: int
    end_min: int
    modality: str
    carer_ids: tuple[UUID, ...] = ()

    @property
    def start(self) -> dt.datetime:
        """When it begins, UTC."""
        return point_in_time(self.name.on_date, self.start_min)

    @property
    def end(self) -> dt.datetime:
        """When it ends, UTC."""
        return point_in_time(self.name.on_date, self.end_min)

    @property
    def minutes(self) -> int:
        """How long it is to take."""
        return self.end_min - self.start_min


def planned_visits(session: Session, team_id: UUID, first: dt.date, last: dt.date) -> list[PlannedVisit]:
    """Every visit of some dates by the rosters that hold, in order of time, with its carers."""
    rows = session.execute(_visits(team_id, first, last)).all()
    carers: dict[UUID, list[UUID]] = {}
    if rows:
        wanted = (
            sa.select(col(Attendance.visit_id), col(Attendance.carer_id))
            .join(Visit, col(Visit.id) == col(Attendance.visit_id))
            .where(col(Visit.team_id) == team_id, col(Visit.date).between(first, last))
            .where(col(Visit.roster_id).in_({row.roster_id for row in rows}))
            .order_by(col(Attendance.position))
        )
        for visit_id, carer_id in session.execute(wanted):
            if visit_id is not None and carer_id is not None:
                carers.setdefault(visit_id, []).append(carer_id)
    return [_planned(row, tuple(carers.get(row.id, ()))) for row in rows]


def carer_visits(
    session: Session, team_id: UUID, carer_id: UUID, first: dt.date, last: dt.date
) -> list[PlannedVisit]:
    """A carer's own visits of some dates."""
    wanted = _visits(team_id, first, last).where(
        sa.exists().where(col(Attendance.visit_id) == col(Visit.id), col(Attendance.carer_id) == carer_id)
    )
    return [_planned(row, (carer_id,)) for row in session.execute(wanted)]


def kept_visits(
    session: Session, team_id: UUID, carer_id: UUID | None, today: dt.date, days_ahead: int
) -> list[PlannedVisit]:
    """A carer's visits that a tablet keeps: of today and so many days more, and yesterday's that reach past midnight."""
    if carer_id is None:
        return []
    yesterday, last = today - dt.timedelta(days=1), today + dt.timedelta(days=days_ahead)
    found = carer_visits(session, team_id, carer_id, yesterday, last)
    return [one for one in found if one.name.on_date >= today or one.end_min > 24 * 60]


def planned_visit(session: Session, team_id: UUID, name: VisitName) -> PlannedVisit | None:
    """A visit by its name; None when no published roster places it."""
    found = planned_visits(session, team_id, name.on_date, name.on_date)
    return next((one for one in found if one.name == name), None)


def of_published(*columns: Any) -> Any:
    """A select of these columns over the visits of rosters that hold: each week has one at most."""
    return (
        sa.select(*columns)
        .select_from(Visit)
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .where(col(Roster.kind) == "week", col(Roster.status) == PUBLISHED)
    )


def _visits(team_id: UUID, first: dt.date, last: dt.date) -> Any:
    return (
        of_published(
            Visit.id,
            Visit.roster_id,
            Visit.need_id,
            Visit.citizen_id,
            Visit.date,
            Visit.start_min,
            Visit.end_min,
            Visit.modality,
        )
        .where(
            col(Visit.team_id) == team_id,
            col(Visit.date).between(first, last),
            col(Visit.need_id).is_not(None),
        )
        .order_by(col(Visit.date), col(Visit.start_min), col(Visit.position))
    )


def _planned(row: sa.Row[Any], carers: tuple[UUID, ...]) -> PlannedVisit:
    return PlannedVisit(
        VisitName(row.need_id, row.date),
        row.citizen_id,
        row.start_min,
        row.end_min,
        row.modality,
        carers,
    )
