"""Rule 8: how much of a team's visiting time untrained staff may do (S6)."""

from __future__ import annotations

from scheduler.message import Message
from scheduler.problem import Problem
from scheduler.qualifications import UNTRAINED
from scheduler.rules.context import RosterContext
from scheduler.rules.violation import Violation, broken

#: Shares that differ by less are the same.
_TOLERANCE = 1e-9


def untrained_share(problem: Problem, context: RosterContext) -> list[Violation]:
    """Untrained carers' minutes are at most ``untrained_share_max`` of the minutes of all needed people in
    visits.
    """
    total, untrained = context.once("trained_minutes", lambda: trained_minutes(problem, context))
    limit = problem.rules.untrained_share_max
    if untrained <= limit * total + _TOLERANCE:
        return []
    share = untrained / total
    message = Message(
        "untrained carers do {minutes} of {total} visit minutes, {value}; at most {limit} are allowed",
        {"minutes": untrained, "total": total, "value": f"{share:.1%}", "limit": f"{limit:.1%}"},
    )
    return [broken("untrained_share", message, value=share, limit=limit)]


def trained_minutes(problem: Problem, context: RosterContext) -> tuple[int, int]:
    """Minutes in visits of all needed people, and of the untrained among them."""
    total = untrained = 0
    for visit in context.visits:
        minutes = max(0, visit.placed.minutes)
        for carer_id in visit.needed:
            carer = problem.carer_by_id.get(carer_id)
            if carer is not None:
                total += minutes
                untrained += minutes if carer.qualification == UNTRAINED else 0
    return total, untrained
