"""Rule 1, first half: everything named exists, every visit is due, on one of its dates, and nothing due is
missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from scheduler.clock import Calendar, format_week
from scheduler.message import Message
from scheduler.problem import Problem
from scheduler.rules.context import RosterContext
from scheduler.rules.violation import Violation, broken


def roster_weeks(problem: Problem, context: RosterContext) -> list[Violation]:
    """The roster is for the problem's own weeks."""
    roster, calendar = context.roster, problem.calendar
    if (roster.first_monday, roster.weeks) == (calendar.first_monday, calendar.weeks):
        return []
    message = Message(
        "the roster is for {weeks} week(s) from {week}, the pack for {limit_weeks} from {limit_week}",
        {
            "weeks": roster.weeks,
            "week": format_week(roster.first_monday),
            "limit_weeks": calendar.weeks,
            "limit_week": calendar.week_name(0),
        },
    )
    return [broken("unknown", message)]


def unknown_ids(problem: Problem, context: RosterContext) -> list[Violation]:
    """Every id in the roster exists, and a visit names its need's own citizen."""
    return [
        *_unknown_needs(problem, context),
        *_unknown_carers(problem, context),
        *_unknown_shifts(problem, context),
    ]


def _unknown_needs(problem: Problem, context: RosterContext) -> list[Violation]:
    found = []
    for visit in context.roster.visits:
        need = problem.need_by_id.get(visit.need_id)
        if need is None:
            message = Message("{need}, {date}: there is no such need", _at(context, visit.need_id, visit.day))
            found.append(broken("unknown", message, need_id=visit.need_id, day=visit.day))
        elif visit.citizen_id != need.citizen_id:
            message = Message(
                "{need}, {date}: it names citizen {citizen}, but the need is citizen {owner}'s",
                _at(context, visit.need_id, visit.day, citizen=visit.citizen_id, owner=need.citizen_id),
            )
            found.append(
                broken("unknown", message, need_id=visit.need_id, citizen_id=visit.citizen_id, day=visit.day)
            )
    for session in context.roster.sessions:
        if session.session_id not in problem.session_by_id:
            message = Message("{session}: there is no such group session", {"session": session.session_id})
            found.append(broken("unknown", message, need_id=session.session_id))
    for row in context.roster.unplaced:
        if row.need_id not in problem.need_by_id and row.need_id not in problem.session_by_id:
            message = Message(
                "{need}: it is listed as unplaced, but there is no such need or session",
                {"need": row.need_id},
            )
            found.append(broken("unknown", message, need_id=row.need_id, day=row.day))
    return found


def _unknown_carers(problem: Problem, context: RosterContext) -> list[Violation]:
    found = []
    rows: list[tuple[str, int | None, Iterable[str]]] = [
        *((visit.need_id, visit.day, visit.carers) for visit in context.roster.visits),
        *((session.session_id, None, session.carers) for session in context.roster.sessions),
        *((row.shift_id, None, (row.carer_id,)) for row in context.roster.open_shifts),
    ]
    for where, day, carers in rows:
        for carer_id in dict.fromkeys(carers):
            if carer_id not in problem.carer_by_id:
                message = Message("{where}: there is no carer {carer}", {"where": where, "carer": carer_id})
                found.append(broken("unknown", message, need_id=where, carer_id=carer_id, day=day))
    return found


def _unknown_shifts(problem: Problem, context: RosterContext) -> list[Violation]:
    found = []
    rows: list[tuple[str, int | None, Iterable[str]]] = [
        *((visit.need_id, visit.day, visit.shifts) for visit in context.roster.visits),
        *((session.session_id, None, session.shifts) for session in context.roster.sessions),
        *(("break", None, (pause.shift_id,)) for pause in context.roster.breaks),
    ]
    for where, day, shifts in rows:
        for shift_id in dict.fromkeys(shifts):
            if shift_id not in problem.shift_by_id:
                message = Message("{where}: there is no shift {shift}", {"where": where, "shift": shift_id})
                found.append(broken("unknown", message, need_id=where, shift_id=shift_id, day=day))
    return found


def not_due(problem: Problem, context: RosterContext) -> list[Violation]:
    """Nothing is placed or listed which is not due, nor twice."""
    found = []
    for visit in context.matching.surplus:
        message = Message(
            "{need}, {date}: no such visit is due then, or it is placed twice",
            _at(context, visit.need_id, visit.day),
        )
        found.append(
            broken("unknown", message, need_id=visit.need_id, citizen_id=visit.citizen_id, day=visit.day)
        )
    for session in context.matching.surplus_sessions:
        message = Message("{session}: the group session is placed twice", {"session": session.session_id})
        found.append(broken("unknown", message, need_id=session.session_id))
    for row in context.matching.surplus_unplaced:
        message = Message(
            "{need}: it is listed as unplaced, but is placed, or listed already, or not due then",
            {"need": row.need_id},
        )
        found.append(broken("unknown", message, need_id=row.need_id, day=row.day))
    return found


def date_rule(problem: Problem, context: RosterContext) -> list[Violation]:
    """A visit lies on one of its dates; the visits of an "any" need in a week on different ones."""
    found: list[Violation] = []
    if not context.matching.off_date:
        return found
    dates_of: dict[tuple[str, int], set[int]] = defaultdict(set)
    for due in context.due.visits:
        dates_of[due.need.need_id, due.week].update(due.days)
    for visit in context.matching.off_date:
        need = problem.need_by_id[visit.need_id]
        dates = sorted(dates_of[visit.need_id, visit.day // 7])
        message = Message(
            "{need}, {date}: not one of its dates, or one of them twice; that week they are {dates}",
            _at(context, visit.need_id, visit.day, dates=_listed(problem.calendar, dates)),
        )
        found.append(
            broken("date", message, need_id=visit.need_id, citizen_id=need.citizen_id, day=visit.day)
        )
    return found


def unlisted(problem: Problem, context: RosterContext) -> list[Violation]:
    """Whatever is due is placed or listed as unplaced (requirement S11)."""
    found = []
    for due in context.matching.unlisted:
        need = due.need
        message = Message(
            "{need} ({citizen}), {dates}: due, and neither placed nor listed as unplaced",
            {
                "need": need.need_id,
                "citizen": need.citizen_id,
                "dates": _listed(problem.calendar, due.days),
            },
        )
        found.append(
            broken("unlisted", message, need_id=need.need_id, citizen_id=need.citizen_id, day=due.fixed_day)
        )
    for session in context.matching.unlisted_sessions:
        message = Message(
            "{session}, {date}: nobody holds the group session, and it is not listed as unplaced",
            {"session": session.session_id, "date": context.date(session.day)},
        )
        found.append(broken("unlisted", message, need_id=session.session_id, day=session.day))
    return found


def _at(context: RosterContext, need_id: str, day: int, **more: object) -> dict[str, object]:
    return {"need": need_id, "date": context.date(day), **more}


def _listed(calendar: Calendar, days: Iterable[int]) -> str:
    dates: list[date] = [calendar.first_monday + timedelta(days=day) for day in days]
    return ", ".join(str(one) for one in dates)
