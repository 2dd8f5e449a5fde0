"""Rule 6: visits by screen (S9)."""

from __future__ import annotations

from scheduler.message import Message
from scheduler.problem import Problem
from scheduler.rules.context import RosterContext
from scheduler.rules.violation import Violation, broken


def screen(problem: Problem, context: RosterContext) -> list[Violation]:
    """A screen visit only where the package has it and the citizen is able to."""
    found = []
    for visit in context.visits:
        if visit.at_home:
            continue
        citizen = problem.citizen_by_id[visit.citizen_id]
        package = problem.package_of(citizen.citizen_id)
        values = {"visit": visit.title, "date": context.date(visit.placed.day), "package": package.package_id}
        if not package.screen:
            message = Message("{visit}, {date}: package {package} has no screen visits", values)
        elif not citizen.screen_able:
            message = Message("{visit}, {date}: the citizen is not able to have screen visits", values)
        else:
            continue
        found.append(
            broken(
                "screen",
                message,
                need_id=visit.need.need_id,
                citizen_id=citizen.citizen_id,
                day=visit.placed.day,
            )
        )
    return found


def modality(problem: Problem, context: RosterContext) -> list[Violation]:
    """A visit is made in the home or by screen as its need says."""
    found = []
    for visit in context.visits:
        value, allowed = visit.placed.modality, visit.need.modality
        ways = ("home", "screen") if allowed == "either" else (allowed,)
        if value not in ways:
            message = Message(
                "{visit}, {date}: it is made as '{value}', its need says '{limit}'",
                {
                    "visit": visit.title,
                    "date": context.date(visit.placed.day),
                    "value": value,
                    "limit": allowed,
                },
            )
            found.append(
                broken(
                    "modality",
                    message,
                    need_id=visit.need.need_id,
                    citizen_id=visit.citizen_id,
                    day=visit.placed.day,
                )
            )
    return found
