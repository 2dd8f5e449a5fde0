"""Rule 10: what a planner has pinned in the published roster stays (S13, S16)."""

from __future__ import annotations

from collections import defaultdict

from scheduler.clock import DAY_MIN
from scheduler.message import Message
from scheduler.problem import Problem
from scheduler.rules.context import KnownVisit, RosterContext
from scheduler.rules.violation import Violation, broken
from scheduler.rules.wording import clock_value


def pinned(problem: Problem, context: RosterContext) -> list[Violation]:
    """A pinned visit of the published roster keeps its carers, its date and its times.

    Pins of needs that are no longer in the pack, and of dates outside its weeks, bind nothing.
    """
    published = problem.published
    if published is None:
        return []
    offset = problem.calendar.day(published.first_monday)
    placed: dict[tuple[str, int], list[KnownVisit]] = defaultdict(list)
    for visit in context.visits:
        placed[visit.need.need_id, visit.placed.day].append(visit)
    found = []
    for pin in published.visits:
        day = pin.day + offset
        if not pin.pinned or pin.need_id not in problem.need_by_id or not 0 <= day < problem.calendar.days:
            continue
        start, end = pin.start_min + offset * DAY_MIN, pin.end_min + offset * DAY_MIN
        kept = any(
            (visit.placed.start_min, visit.placed.end_min) == (start, end)
            and set(visit.placed.carers) == set(pin.carers)
            for visit in placed[pin.need_id, day]
        )
        if not kept:
            message = Message(
                "{need} ({citizen}), {date}: pinned to {start}–{end} by {carers}; it is not placed so",
                {
                    "need": pin.need_id,
                    "citizen": pin.citizen_id,
                    "date": context.date(day),
                    "start": clock_value(day, start),
                    "end": clock_value(day, end),
                    "carers": " ".join(pin.carers),
                },
            )
            found.append(broken("pinned", message, need_id=pin.need_id, citizen_id=pin.citizen_id, day=day))
    return found
