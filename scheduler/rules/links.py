"""Rule 4, links: a need that follows another on the same date, after so and so long, by the same person
(S5).
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.message import Message
from scheduler.problem import Link, Problem
from scheduler.rules.context import KnownVisit, RosterContext
from scheduler.rules.violation import Violation, broken


def link_gap(problem: Problem, context: RosterContext) -> list[Violation]:
    """From the end of the first visit to the start of the second lie at least and at most so many minutes."""
    found = []
    for link, first, second in _linked(problem, context):
        gap = second.placed.start_min - first.placed.end_min
        if gap < link.gap_min:
            message = Message(
                "{second}, {date}: it starts {value} minutes after {first} ends; at least {limit}",
                _values(context, first, second, value=gap, limit=link.gap_min),
            )
            found.append(_broken("link_gap", message, second, gap, link.gap_min))
        elif link.gap_max is not None and gap > link.gap_max:
            message = Message(
                "{second}, {date}: it starts {value} minutes after {first} ends; at most {limit}",
                _values(context, first, second, value=gap, limit=link.gap_max),
            )
            found.append(_broken("link_gap", message, second, gap, link.gap_max))
    return found


def same_carer(problem: Problem, context: RosterContext) -> list[Violation]:
    """Linked visits that ask for it have one needed person in common."""
    found = []
    for link, first, second in _linked(problem, context):
        if link.same_carer and not set(first.needed) & set(second.needed):
            message = Message(
                "{second}, {date}: by {carers}, but {first} is by {others}; one person is to do both",
                _values(
                    context, first, second, carers=" ".join(second.needed), others=" ".join(first.needed)
                ),
            )
            found.append(_broken("same_carer", message, second, None, None))
    return found


def _linked(problem: Problem, context: RosterContext) -> Iterator[tuple[Link, KnownVisit, KnownVisit]]:
    """Each link with its two visits on each date on which both are placed."""
    if not problem.links:
        return
    linked = {need_id for link in problem.links for need_id in (link.first_need, link.second_need)}
    placed: dict[str, dict[int, KnownVisit]] = {need_id: {} for need_id in linked}
    for visit in context.visits:
        if visit.need.need_id in linked:
            placed[visit.need.need_id].setdefault(visit.placed.day, visit)
    for link in problem.links:
        seconds = placed[link.second_need]
        for day, first in placed[link.first_need].items():
            if day in seconds and link.first_need != link.second_need:
                yield link, first, seconds[day]


def _values(
    context: RosterContext, first: KnownVisit, second: KnownVisit, **more: object
) -> dict[str, object]:
    return {"first": first.title, "second": second.title, "date": context.date(second.placed.day), **more}


def _broken(
    rule: str, message: Message, second: KnownVisit, value: float | None, limit: float | None
) -> Violation:
    return broken(
        rule,
        message,
        need_id=second.need.need_id,
        citizen_id=second.citizen_id,
        day=second.placed.day,
        value=value,
        limit=limit,
    )
