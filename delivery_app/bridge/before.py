"""What was before the weeks of a plan, where no pack states it: who came by the rosters that held, and how much.

A published roster is the best that is known of its weeks; for dates without one, what packs have stated counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.given import given_otherwise, seen_at_home
from models.base import Dated
from models.roster import PUBLISHED
from models.tables import Attendance, Carer, Citizen, CitizenWeek, Delivered, History, Roster, Team, Visit
from scheduler import problem as plan
from scheduler.clock import Calendar

#: How far back is looked: twice the 14 days of continuity; the weeks over which minutes are averaged.
HISTORY_DAYS, DELIVERED_WEEKS = 28, 12

D = TypeVar("D", History, Delivered)


def follows_own_rosters(session: Session, team: Team, calendar: Calendar) -> bool:
    """Whether rosters published here lie before the weeks, and no pack of these weeks says what was before."""
    first = calendar.first_monday
    own = select(Roster.id).where(
        col(Roster.team_id) == team.id,
        col(Roster.kind) == "week",
        col(Roster.source) == "planned",
        col(Roster.status) == PUBLISHED,
        col(Roster.first_monday) < first,
        col(Roster.first_monday) >= first - timedelta(weeks=DELIVERED_WEEKS),
    )
    if session.scalars(own.limit(1)).first() is None:
        return False
    return not any(_is_stated(session, team, table, first) for table in (History, Delivered))


def _is_stated(session: Session, team: Team, table: type[History] | type[Delivered], first: date) -> bool:
    stated = select(table.id).where(col(table.team_id) == team.id, col(table.stated_for) == first)
    return session.scalars(stated.limit(1)).first() is not None


def history_before(session: Session, team: Team, calendar: Calendar) -> tuple[plan.HistoryRow, ...]:
    """Home visits by date, citizen and needed carer: as planned, and who went out instead of a call by screen."""
    first = calendar.first_monday
    begin = first - timedelta(days=HISTORY_DAYS)
    held = _held_dates(session, team, begin, first)
    trainees = set(
        session.scalars(
            select(Carer.code).where(col(Carer.team_id) == team.id, col(Carer.mentor_id).is_not(None))
        )
    )
    visits = session.execute(
        sa.select(col(Visit.date), col(Visit.citizen_code), col(Attendance.carer_code), sa.func.count())
        .join(Attendance, col(Attendance.visit_id) == col(Visit.id))
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .where(
            col(Visit.team_id) == team.id,
            col(Roster.status) == PUBLISHED,
            col(Roster.kind) == "week",
            col(Visit.modality) == "home",
            col(Visit.date) >= begin,
            col(Visit.date) < first,
        )
        .group_by(col(Visit.date), col(Visit.citizen_code), col(Attendance.carer_code))
    )
    found: Counter[tuple[date, str, str]] = Counter()
    for when, citizen, carer, count in visits:
        if carer not in trainees:
            found[when, citizen, carer] += count
    for (when, citizen, carer), count in _seen_instead(
        session, team, begin, first - timedelta(days=1)
    ).items():
        if carer not in trainees:
            found[when, citizen, carer] += count
    stated = session.scalars(
        select(History).where(
            col(History.team_id) == team.id, col(History.date) >= begin, col(History.date) < first
        )
    ).all()
    for row in _newest(stated, lambda one: one.date):
        if row.date not in held:
            found[row.date, row.citizen_code, row.carer_code] += row.visits
    return tuple(
        plan.HistoryRow(calendar.day(when), citizen, carer, count)
        for (when, citizen, carer), count in sorted(found.items())
    )


def delivered_before(session: Session, team: Team, calendar: Calendar) -> tuple[plan.Delivered, ...]:
    """Minutes by citizen and week: as planned, with what was given otherwise."""
    first = calendar.first_monday
    begin = first - timedelta(weeks=DELIVERED_WEEKS)
    rows = session.execute(
        sa.select(col(CitizenWeek.monday), col(CitizenWeek.citizen_code), col(CitizenWeek.minutes))
        .join(Roster, col(Roster.id) == col(CitizenWeek.roster_id))
        .where(
            col(CitizenWeek.team_id) == team.id,
            col(Roster.status) == PUBLISHED,
            col(Roster.kind) == "week",
            col(CitizenWeek.monday) >= begin,
            col(CitizenWeek.monday) < first,
        )
    )
    found = {(monday, citizen): minutes for monday, citizen, minutes in rows}
    held = {monday for monday, _ in found}
    for key, minutes in _otherwise(session, team, begin, first - timedelta(days=1)).items():
        if key in found:
            found[key] = max(0, found[key] + minutes)
    stated = session.scalars(
        select(Delivered).where(
            col(Delivered.team_id) == team.id, col(Delivered.monday) >= begin, col(Delivered.monday) < first
        )
    ).all()
    for row in _newest(stated, lambda one: one.monday):
        if row.monday not in held:
            found[row.monday, row.citizen_code] = row.minutes
    return tuple(
        plan.Delivered(calendar.day(monday) // 7, citizen, minutes)
        for (monday, citizen), minutes in sorted(found.items())
    )


def _otherwise(session: Session, team: Team, begin: date, last: date) -> dict[tuple[date, str], int]:
    """What was given otherwise than planned, by Monday and the pack's id of the citizen."""
    minutes = given_otherwise(session, team.municipality_id, team.id, begin, last)
    codes = _codes(session, Citizen, {citizen_id for _, citizen_id in minutes})
    return {(monday, codes[one]): count for (monday, one), count in minutes.items() if one in codes}


def _seen_instead(session: Session, team: Team, begin: date, last: date) -> dict[tuple[date, str, str], int]:
    """Visits in the home that no roster has, by date and the pack's ids of citizen and carer."""
    seen = seen_at_home(session, team.id, begin, last)
    citizens = _codes(session, Citizen, {citizen_id for _, citizen_id, _ in seen})
    carers = _codes(session, Carer, {carer_id for _, _, carer_id in seen})
    return {
        (when, citizens[citizen_id], carers[carer_id]): count
        for (when, citizen_id, carer_id), count in seen.items()
        if citizen_id in citizens and carer_id in carers
    }


def _codes(session: Session, table: type[Citizen] | type[Carer], ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    rows = session.execute(sa.select(col(table.id), col(table.code)).where(col(table.id).in_(ids)))
    return {row[0]: row[1] for row in rows}


def _held_dates(session: Session, team: Team, begin: date, end: date) -> set[date]:
    """The dates in which a published roster held."""
    rosters = session.execute(
        sa.select(col(Roster.first_monday), col(Roster.weeks)).where(
            col(Roster.team_id) == team.id,
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
            col(Roster.first_monday) < end,
            col(Roster.first_monday) > begin - timedelta(weeks=8),
        )
    )
    return {monday + timedelta(days=day) for monday, weeks in rosters for day in range(7 * weeks)}


def _newest(rows: Iterable[D], when) -> list[D]:  # type: ignore[no-untyped-def]
    """Of each date the rows that were stated last: packs of several Mondays speak of the same dates."""
    newest: dict[date, date] = {}
    listed = list(rows)
    for row in listed:
        newest[when(row)] = max(newest.get(when(row), date.min), _stated(row))
    return [row for row in listed if newest[when(row)] == _stated(row)]


def _stated(row: Dated) -> date:
    return row.stated_for or date.min
