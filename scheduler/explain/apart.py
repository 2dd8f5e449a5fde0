"""One visit of a need as a need of its own, so that it can be changed without changing the need's other visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler.due import due_visits
from scheduler.problem import Link, Need, Problem, week_of
from scheduler.roster import PlacedVisit, Roster, Unplaced

#: More weeks than a pack can have: a need of every so many weeks falls in one week only.
ONE_WEEK = 1000


@dataclass(frozen=True)
class Apart:
    """The problem and roster in which the visit stands alone; its need keeps the id, the other visits get new ones."""

    problem: Problem
    roster: Roster
    need: Need


def apart(problem: Problem, roster: Roster, need: Need, day: int) -> Apart:
    """Give the need's unplaced visit on ``day`` a need of its own.

    The judge sees the same visits with the same rules; only ids of the need's other visits differ.
    """
    week = week_of(day)
    alone = replace(need, days=(day % 7,), times_per_week=None, every_weeks=ONE_WEEK, anchor_week=week)
    others: dict[int, Need] = {}
    for number in range(problem.calendar.weeks):
        rest = _rest(problem, need, number, day)
        if need.falls_in(number) and rest is not None:
            new_id = _unused(problem, f"{need.need_id}/{number + 1}")
            others[number] = replace(rest, need_id=new_id, every_weeks=ONE_WEEK, anchor_week=number)
    ids = {number: row.need_id for number, row in others.items()}
    changed = replace(
        problem,
        needs=tuple(
            new
            for row in problem.needs
            for new in ((alone, *others.values()) if row.need_id == need.need_id else (row,))
        ),
        links=tuple(new for link in problem.links for new in _links(link, need.need_id, ids)),
        published=_renamed(problem.published, need.need_id, day, ids),
    )
    renamed = _renamed(roster, need.need_id, day, ids)
    assert renamed is not None
    if need.days is None:
        renamed = replace(renamed, unplaced=_dated(renamed.unplaced, need.need_id, week, day, ids))
    return Apart(changed, renamed, alone)


def _rest(problem: Problem, need: Need, week: int, day: int) -> Need | None:
    """The need without the visit, in one week; None when nothing is left."""
    if week != week_of(day):
        return need
    if need.days is not None:
        days = tuple(weekday for weekday in need.days if weekday != day % 7)
        return replace(need, days=days) if days else None
    due = sum(row.need.need_id == need.need_id and row.week == week for row in due_visits(problem).visits)
    return replace(need, times_per_week=due - 1) if due > 1 else None


def _unused(problem: Problem, wanted: str) -> str:
    while wanted in problem.need_by_id or wanted in problem.session_by_id:
        wanted += "/"
    return wanted


def _links(link: Link, need_id: str, ids: Mapping[int, str]) -> list[Link]:
    found = [link]
    for new_id in ids.values():
        if link.first_need == need_id:
            found.append(replace(link, first_need=new_id))
        elif link.second_need == need_id:
            found.append(replace(link, second_need=new_id))
    return found


def _renamed(roster: Roster | None, need_id: str, day: int, ids: Mapping[int, str]) -> Roster | None:
    if roster is None:
        return None

    def visit(row: PlacedVisit) -> PlacedVisit:
        if row.need_id != need_id or row.day == day:
            return row
        return replace(row, need_id=ids.get(week_of(row.day), need_id))

    def left(row: Unplaced) -> Unplaced:
        if row.need_id != need_id or row.day == day or (row.day is None and row.week == week_of(day)):
            return row
        return replace(row, need_id=ids.get(row.week, need_id))

    return replace(
        roster,
        visits=tuple(visit(row) for row in roster.visits),
        unplaced=tuple(left(row) for row in roster.unplaced),
    )


def _dated(
    rows: tuple[Unplaced, ...], need_id: str, week: int, day: int, ids: Mapping[int, str]
) -> tuple[Unplaced, ...]:
    """The visit's own row gets its date; further ones of that week belong to the other visits."""
    found: list[Unplaced] = []
    first = True
    for row in rows:
        if row.need_id == need_id and row.week == week:
            row = replace(row, day=day) if first else replace(row, need_id=ids.get(week, need_id))
            first = False
        found.append(row)
    return tuple(found)
