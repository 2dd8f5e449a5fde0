"""Pack minutes as dates and local minutes, and which dated rows belong to some weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.base import Dated
from models.tables import (
    Absence,
    Delivered,
    Ferry,
    GroupSession,
    History,
    Holiday,
    Meeting,
    Shift,
    Team,
)
from scheduler.clock import DAY_MIN, Calendar

D = TypeVar("D", bound=Dated)


def minute_of(calendar: Calendar, when: date, minute: int) -> int:
    """The pack minute of minutes after midnight of a date."""
    return calendar.day(when) * DAY_MIN + minute


def monday_of(calendar: Calendar, week: int) -> date:
    """The Monday of week 0, 1, …"""
    return calendar.date(7 * week)


def week_of(calendar: Calendar, monday: date) -> int:
    """The week number of a Monday."""
    return calendar.day(monday) // 7


def lies_in(calendar: Calendar, first: date, last: date | None = None) -> bool:
    """Whether any date from ``first`` to ``last`` is one of the weeks'."""
    return calendar.day(last or first) >= 0 and calendar.day(first) < calendar.days


def stated(session: Session, table: type[D], team: Team, calendar: Calendar) -> Sequence[D]:
    """A team's dated rows for the weeks: those that lie in them, and what their pack states beside."""
    rows = session.scalars(
        select(table).where(_stated(table, team, calendar)).order_by(col(table.position), col(table.id))
    )
    return rows.all()


def stated_columns(
    session: Session, table: type[Dated], team: Team, calendar: Calendar, *columns: str
) -> Sequence[Any]:
    """As :func:`stated`, of tables with many rows: these columns, by name, and no objects that follow changes."""
    known = table.__table__.c  # type: ignore[attr-defined]
    wanted = sql_select(*(known[name] for name in columns))
    found = wanted.where(_stated(table, team, calendar)).order_by(col(table.position), col(table.id))
    return session.execute(found).all()


def _stated(table: type[Dated], team: Team, calendar: Calendar) -> ColumnElement[bool]:
    return and_(
        col(table.team_id) == team.id,
        or_(
            and_(col(table.stated_for).is_(None), _within(table, calendar)),
            col(table.stated_for) == calendar.first_monday,
        ),
    )


def _within(table: type[Dated], calendar: Calendar) -> ColumnElement[bool]:
    first = calendar.first_monday
    after = first + timedelta(days=calendar.days)
    if issubclass(table, Absence):
        reaches_in = or_(
            col(table.end_date) > first, and_(col(table.end_date) == first, col(table.end_min) > 0)
        )
        return and_(col(table.start_date) < after, reaches_in)
    if issubclass(table, Delivered):
        when = col(table.monday)
    else:
        assert issubclass(table, (Shift, Holiday, History, Ferry, Meeting, GroupSession))
        when = col(table.date)
    return and_(when >= first, when < after)
