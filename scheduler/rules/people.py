"""Rule 2, and how many come (rule 1): who may be sent to whom (requirements S5, S6)."""

from __future__ import annotations

from scheduler.message import Message
from scheduler.problem import Problem
from scheduler.qualifications import qualifies
from scheduler.rules.context import Duty, RosterContext
from scheduler.rules.violation import Violation, broken
from scheduler.rules.wording import clock_value


def carers_count(problem: Problem, context: RosterContext) -> list[Violation]:
    """As many different people as a visit or session needs; trainees are not among them."""
    rows = [
        *(
            (visit.title, visit.need.need_id, visit.placed.day, len(visit.needed), visit.need.carers)
            for visit in context.visits
            if len(visit.needed) != visit.need.carers
        ),
        *(
            (
                held.session.session_id,
                held.session.session_id,
                held.session.day,
                len(held.needed),
                held.session.carers,
            )
            for held in context.sessions
        ),
    ]
    found = []
    for title, need_id, day, value, limit in rows:
        if value != limit:
            message = Message(
                "{visit}, {date}: {value} different carer(s) are sent, {limit} are needed",
                {"visit": title, "date": context.date(day), "value": value, "limit": limit},
            )
            found.append(broken("carers_count", message, need_id=need_id, day=day, value=value, limit=limit))
    return found


def qualification(problem: Problem, context: RosterContext) -> list[Violation]:
    """Everyone needed has the qualification; trainees need none."""
    found = []
    for duty in context.duties:
        if not duty.carer.is_trainee and not qualifies(duty.carer.qualification, duty.qualification):
            message = Message(
                "{visit}, {date}: carer {carer} is '{value}', '{limit}' is asked for",
                _values(context, duty, value=duty.carer.qualification, limit=duty.qualification),
            )
            found.append(_broken("qualification", message, duty))
    return found


def introduced(problem: Problem, context: RosterContext) -> list[Violation]:
    """Everyone needed is introduced."""
    found = []
    for duty in context.duties:
        if not duty.carer.is_trainee and not duty.carer.introduced:
            message = Message(
                "{visit}, {date}: carer {carer} is not introduced to the work yet", _values(context, duty)
            )
            found.append(_broken("introduced", message, duty))
    return found


def barred(problem: Problem, context: RosterContext) -> list[Violation]:
    """Nobody comes to, or holds a session with, a citizen they are barred from; trainees neither."""
    found = []
    for duty in context.duties:
        for citizen_id in duty.citizens:
            if (duty.carer.carer_id, citizen_id) in problem.barred_pairs:
                message = Message(
                    "{visit}, {date}: carer {carer} is not to come to citizen {citizen}",
                    _values(context, duty, citizen=citizen_id),
                )
                found.append(_broken("barred", message, duty))
    return found


def carer_absent(problem: Problem, context: RosterContext) -> list[Violation]:
    """Nobody is sent while absent."""
    found = []
    for duty in context.duties:
        for absence in problem.absences_of_carer.get(duty.carer.carer_id, ()):
            if absence.overlaps(duty.start_min, duty.end_min):
                message = Message(
                    "{visit}, {date}: from {start} to {end}, while carer {carer} is absent from {from}"
                    " to {to}",
                    _values(
                        context,
                        duty,
                        start=clock_value(duty.day, duty.start_min),
                        end=clock_value(duty.day, duty.end_min),
                        **{
                            "from": f"{problem.calendar.wall(absence.start_min):%Y-%m-%d %H:%M}",
                            "to": f"{problem.calendar.wall(absence.end_min):%Y-%m-%d %H:%M}",
                        },
                    ),
                )
                found.append(_broken("carer_absent", message, duty))
                break
    return found


def trainee(problem: Problem, context: RosterContext) -> list[Violation]:
    """A trainee comes only along with the mentor, stands after those needed, and holds no session."""
    found = []
    for visit in context.visits:
        placed = visit.placed
        for carer_id in visit.trainees:
            mentor = problem.carer_by_id[carer_id].mentor
            if mentor not in visit.needed:
                message = Message(
                    "{visit}, {date}: trainee {carer} comes without the mentor {mentor}",
                    {
                        "visit": visit.title,
                        "date": context.date(placed.day),
                        "carer": carer_id,
                        "mentor": mentor,
                    },
                )
            elif any(carer in visit.needed for carer in placed.carers[placed.carers.index(carer_id) + 1 :]):
                message = Message(
                    "{visit}, {date}: trainee {carer} stands before a carer who is needed",
                    {"visit": visit.title, "date": context.date(placed.day), "carer": carer_id},
                )
            else:
                continue
            found.append(
                broken(
                    "trainee",
                    message,
                    need_id=visit.need.need_id,
                    citizen_id=visit.citizen_id,
                    carer_id=carer_id,
                    day=placed.day,
                )
            )
    for held in context.sessions:
        for carer_id in held.trainees:
            message = Message(
                "{session}, {date}: trainee {carer} holds no group sessions",
                {
                    "session": held.session.session_id,
                    "date": context.date(held.session.day),
                    "carer": carer_id,
                },
            )
            found.append(
                broken(
                    "trainee",
                    message,
                    need_id=held.session.session_id,
                    carer_id=carer_id,
                    day=held.session.day,
                )
            )
    return found


def _values(context: RosterContext, duty: Duty, **more: object) -> dict[str, object]:
    return {"visit": duty.title, "date": context.date(duty.day), "carer": duty.carer.carer_id, **more}


def _broken(rule: str, message: Message, duty: Duty) -> Violation:
    return broken(
        rule,
        message,
        need_id=duty.need_id,
        citizen_id=duty.citizen_id,
        carer_id=duty.carer.carer_id,
        shift_id=None if duty.shift is None else duty.shift.shift_id,
        day=duty.day,
    )
