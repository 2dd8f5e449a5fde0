"""Rule 1, second half: when a visit starts and how long it lasts, and that the citizen is free and at home
(S4).
"""

from __future__ import annotations

from collections import defaultdict

from scheduler.message import Message
from scheduler.problem import AGREED_TOLERANCE_MIN, Problem
from scheduler.rules.context import KnownVisit, RosterContext
from scheduler.rules.violation import Violation, broken
from scheduler.rules.wording import clock_value, day_clock


def window(problem: Problem, context: RosterContext) -> list[Violation]:
    """A visit starts within its window, ends included."""
    found = []
    for visit in context.visits:
        need = visit.need
        if not need.window_start_min <= visit.clock_min <= need.window_end_min:
            early = visit.clock_min < need.window_start_min
            message = Message(
                "{visit}, {date}: it starts at {start}, outside its window {from}–{to}",
                _values(
                    context,
                    visit,
                    **{"from": day_clock(need.window_start_min), "to": day_clock(need.window_end_min)},
                ),
            )
            limit = need.window_start_min if early else need.window_end_min
            found.append(_broken("window", message, visit, visit.clock_min, limit))
    return found


def agreed(problem: Problem, context: RosterContext) -> list[Violation]:
    """A visit with an agreed time starts within 15 minutes of it."""
    found = []
    for visit in context.visits:
        agreed_min = visit.need.agreed_start_min
        if agreed_min is not None and abs(visit.clock_min - agreed_min) > AGREED_TOLERANCE_MIN:
            away = abs(visit.clock_min - agreed_min)
            message = Message(
                "{visit}, {date}: it starts at {start}, {value} minutes from the agreed {agreed}; at most"
                " {limit}",
                _values(context, visit, value=away, agreed=day_clock(agreed_min), limit=AGREED_TOLERANCE_MIN),
            )
            found.append(_broken("agreed", message, visit, away, AGREED_TOLERANCE_MIN))
    return found


def duration(problem: Problem, context: RosterContext) -> list[Violation]:
    """A visit lasts from its smallest to its largest number of minutes."""
    found = []
    for visit in context.visits:
        need, minutes = visit.need, visit.placed.minutes
        if not need.minutes_min <= minutes <= need.minutes_max:
            message = Message(
                "{visit}, {date}: it lasts {value} minutes; from {least} to {most} are allowed",
                _values(context, visit, value=minutes, least=need.minutes_min, most=need.minutes_max),
            )
            limit = need.minutes_min if minutes < need.minutes_min else need.minutes_max
            found.append(_broken("duration", message, visit, minutes, limit))
    return found


def citizen_overlap(problem: Problem, context: RosterContext) -> list[Violation]:
    """Two visits to one citizen do not overlap, nor a visit and a group session the citizen takes part in."""
    spans: dict[str, list[tuple[int, int, str, KnownVisit | None]]] = defaultdict(list)
    for visit in context.visits:
        placed = visit.placed
        spans[visit.citizen_id].append((placed.start_min, placed.end_min, visit.need.need_id, visit))
    for held in context.sessions:
        session = held.session
        for citizen_id in dict.fromkeys(session.citizens):
            spans[citizen_id].append((session.start_min, session.end_min, session.session_id, None))
    found = []
    for citizen_id, rows in spans.items():
        rows.sort(key=lambda row: row[:3])
        latest = rows[0]
        for row in rows[1:]:
            # Two sessions at once are the pack's doing, not the roster's.
            if row[0] < latest[1] and (row[3] or latest[3]):
                day = (row[3] or latest[3]).placed.day  # type: ignore[union-attr]
                message = Message(
                    "citizen {citizen}, {date}: {second} starts at {start}, before {first} ends at {end}",
                    {
                        "citizen": citizen_id,
                        "date": context.date(day),
                        "second": row[2],
                        "start": clock_value(day, row[0]),
                        "first": latest[2],
                        "end": clock_value(day, latest[1]),
                    },
                )
                found.append(
                    broken(
                        "citizen_overlap",
                        message,
                        need_id=row[2],
                        citizen_id=citizen_id,
                        day=day,
                        value=row[0],
                        limit=latest[1],
                    )
                )
            if row[1] > latest[1]:
                latest = row
    return found


def citizen_absent(problem: Problem, context: RosterContext) -> list[Violation]:
    """A visit lies wholly outside the citizen's absences."""
    found = []
    for visit in context.visits:
        placed = visit.placed
        for absence in problem.absences_of_citizen.get(visit.citizen_id, ()):
            if absence.overlaps(placed.start_min, placed.end_min):
                message = Message(
                    "{visit}, {date}: from {start} to {end}, while the citizen is away from {from} to {to}",
                    _values(
                        context,
                        visit,
                        end=clock_value(placed.day, placed.end_min),
                        **{
                            "from": f"{problem.calendar.wall(absence.start_min):%Y-%m-%d %H:%M}",
                            "to": f"{problem.calendar.wall(absence.end_min):%Y-%m-%d %H:%M}",
                        },
                    ),
                )
                found.append(_broken("citizen_absent", message, visit))
                break
    return found


def _values(context: RosterContext, visit: KnownVisit, **more: object) -> dict[str, object]:
    placed = visit.placed
    return {
        "visit": visit.title,
        "date": context.date(placed.day),
        "start": clock_value(placed.day, placed.start_min),
        **more,
    }


def _broken(
    rule: str, message: Message, visit: KnownVisit, value: float | None = None, limit: float | None = None
) -> Violation:
    return broken(
        rule,
        message,
        need_id=visit.need.need_id,
        citizen_id=visit.citizen_id,
        day=visit.placed.day,
        value=value,
        limit=limit,
    )
