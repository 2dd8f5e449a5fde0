"""Which due visit each placed and each unplaced row of a roster answers to (team pack, "What is due")."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from scheduler.due import Due, DueList
from scheduler.problem import Problem, Session
from scheduler.roster import PlacedSession, PlacedVisit, Roster, Unplaced


@dataclass
class Matching:
    """The roster's rows held against what is due.

    A visit on a wrong date answers to a due visit of the same need and week that nothing else answers to;
    one that finds none is not due at all, or is placed twice.
    """

    #: Placed visits on a date that is not one of their dates.
    off_date: list[PlacedVisit] = field(default_factory=list)
    #: Placed visits that are not due, or more than are due.
    surplus: list[PlacedVisit] = field(default_factory=list)
    #: Held sessions that the roster names a second time.
    surplus_sessions: list[PlacedSession] = field(default_factory=list)
    #: Unplaced rows that are not due, or placed as well.
    surplus_unplaced: list[Unplaced] = field(default_factory=list)
    #: Due, and neither placed nor listed as unplaced.
    unlisted: list[Due] = field(default_factory=list)
    unlisted_sessions: list[Session] = field(default_factory=list)
    #: Due and not placed, listed or not.
    unplaced: list[Due] = field(default_factory=list)
    unplaced_sessions: list[Session] = field(default_factory=list)


@dataclass
class _Rows:
    due: list[Due] = field(default_factory=list)
    placed: list[PlacedVisit] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)


def match_due(problem: Problem, roster: Roster, due: DueList) -> Matching:
    """Hold a roster's visits, sessions and unplaced rows against what is due; unknown ids are passed over."""
    found = Matching()
    rows: dict[tuple[str, int], _Rows] = defaultdict(_Rows)
    for one in due.visits:
        rows[one.need.need_id, one.week].due.append(one)
    for visit in roster.visits:
        if visit.need_id in problem.need_by_id:
            rows[visit.need_id, visit.day // 7].placed.append(visit)
    for row in roster.unplaced:
        if row.need_id in problem.need_by_id:
            week = row.week if row.day is None else row.day // 7
            rows[row.need_id, week].unplaced.append(row)
    for (need_id, _), group in rows.items():
        if problem.need_by_id[need_id].days is None:
            _match_any(group, found)
        else:
            _match_dated(group, found)
    _match_sessions(problem, roster, found)
    return found


def _match_dated(rows: _Rows, found: Matching) -> None:
    free = {one.days[0]: one for one in rows.due}
    wrong: list[PlacedVisit] = []
    for visit in rows.placed:
        if free.pop(visit.day, None) is None:
            wrong.append(visit)
    left_out = []
    for row in rows.unplaced:
        due = None if row.day is None else free.pop(row.day, None)
        if due is None:
            found.surplus_unplaced.append(row)
        else:
            left_out.append(due)
    dates = {one.days[0] for one in rows.due}
    for visit in wrong:
        if free and visit.day not in dates:
            free.pop(min(free))
            found.off_date.append(visit)
        else:
            found.surplus.append(visit)
    found.unlisted += free.values()
    found.unplaced += [*left_out, *free.values()]


def _match_any(rows: _Rows, found: Matching) -> None:
    free = list(rows.due)
    possible = set(free[0].days) if free else set()
    wrong: list[PlacedVisit] = []
    for visit in rows.placed:
        if free and visit.day in possible:
            possible.discard(visit.day)
            free.pop()
        else:
            wrong.append(visit)
    left_out = []
    for row in rows.unplaced:
        if free:
            left_out.append(free.pop())
        else:
            found.surplus_unplaced.append(row)
    for visit in wrong:
        if free:
            free.pop()
            found.off_date.append(visit)
        else:
            found.surplus.append(visit)
    found.unlisted += free
    found.unplaced += [*left_out, *free]


def _match_sessions(problem: Problem, roster: Roster, found: Matching) -> None:
    held: set[str] = set()
    for row in roster.sessions:
        if row.session_id in held:
            found.surplus_sessions.append(row)
        elif row.session_id in problem.session_by_id:
            held.add(row.session_id)
    left_out: set[str] = set()
    for entry in roster.unplaced:
        if entry.need_id in problem.need_by_id or entry.need_id not in problem.session_by_id:
            continue
        if entry.need_id in held or entry.need_id in left_out:
            found.surplus_unplaced.append(entry)
        else:
            left_out.add(entry.need_id)
    for session in problem.sessions:
        if session.session_id not in held:
            found.unplaced_sessions.append(session)
            if session.session_id not in left_out:
                found.unlisted_sessions.append(session)
