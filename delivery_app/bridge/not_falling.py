"""A visit that does not fall in one week: which dates of its need say so, and the need's row that keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from models.errors import MissingRowError
from models.tables import Need as NeedRow
from scheduler.due import due_visits
from scheduler.problem import Problem, week_of
from scheduler.roster import Roster


def days_without(problem: Problem, roster: Roster, need_id: str, day: int) -> tuple[int, ...]:
    """The days on which a need does not fall once its visit of ``day`` is left out.

    Of a need with weekdays that is the day itself. One on any day of the week would only come on another one: there
    every day of the week is named but those on which its other visits stand (or can stand), so that one fewer is due.
    """
    need = problem.need_by_id[need_id]
    if need.days is not None:
        return (day,)
    week = week_of(day)
    due = [one for one in due_visits(problem).visits if one.need.need_id == need_id and one.week == week]
    possible = sorted({one for row in due for one in row.days})
    placed = {row.day for row in roster.visits if row.need_id == need_id and week_of(row.day) == week} - {day}
    others = sorted((one for one in possible if one != day), key=lambda one: (one not in placed, one))
    kept = set(others[: len(due) - 1])
    return tuple(one for one in range(7 * week, 7 * week + 7) if one not in kept)


def days_again(problem: Problem, roster: Roster, need_id: str, day: int) -> tuple[int, ...]:
    """The days that leaving out the visit of ``day`` has put on the need; ``roster`` is that with the visit again.

    Empty when it cannot be told, for the need's dates have been changed since.
    """
    need = problem.need_by_id[need_id]
    of_week = tuple(one for one in need.not_on if week_of(one) == week_of(day))
    for days in dict.fromkeys(((day,), of_week) if need.days is not None else (of_week, (day,))):
        before = replace(need, not_on=tuple(one for one in need.not_on if one not in days))
        needs = tuple(before if one is need else one for one in problem.needs)
        put = days_without(replace(problem, needs=needs), roster, need_id, day)
        if day in need.not_on and {*before.not_on, *put} == set(need.not_on):
            return days
    return ()


def let_fall(session: Session, team_id: UUID, need_id: UUID, dates: Iterable[date]) -> NeedRow:
    """Take the dates out of those on which the need does not fall; raises as :func:`let_not_fall` does."""
    row = _held(session, team_id, need_id)
    gone = {one.isoformat() for one in dates}
    row.not_on = [one for one in row.not_on or () if one not in gone] or None
    session.flush()
    return row


def let_not_fall(session: Session, team_id: UUID, need_id: UUID, dates: Iterable[date]) -> NeedRow:
    """Write the dates to the need, beside those it has; raises MissingRowError when the team has no such need."""
    row = _held(session, team_id, need_id)
    row.not_on = sorted({*(row.not_on or ()), *(one.isoformat() for one in dates)})
    session.flush()
    return row


def _held(session: Session, team_id: UUID, need_id: UUID) -> NeedRow:
    row = session.get(NeedRow, need_id, with_for_update=True, populate_existing=True)
    if row is None or row.team_id != team_id:
        raise MissingRowError("The team has nobody and nothing with the id {id}", id=need_id)
    return row
