"""Why somebody new must come: what stops each carer whom the citizen knows, or that together they have not the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scheduler.clock import DAY_MIN
from scheduler.explain.reasons import Reason, Stopped, grouped, person_reasons
from scheduler.message import Message
from scheduler.problem import Need
from scheduler.replan.situation import Situation
from scheduler.replan.tasks import Task
from scheduler.rules.timeline import shift_owners
from scheduler.rules.wording import clock_value


@dataclass(frozen=True)
class WhyNew:
    """One argument of a proof.

    A single citizen with a visit (``need_id``, ``day``) for which too few of those they know can come, and what stops
    them; or, without a visit, citizens for all of whose visits those who know them have not time enough.
    """

    citizens: tuple[str, ...]
    need_id: str | None = None
    day: int | None = None
    stopped: tuple[Stopped, ...] = ()
    #: Of the visit: how many carers it takes, and how many of those known can come.
    carers: int = 1
    able: int = 0


def whom_nobody_can(situation: Situation, tasks: Iterable[Task]) -> tuple[WhyNew, ...]:
    """One argument for each citizen of these visits: the first visit for which too few of those they know can come."""
    first: dict[str, Task] = {}
    for task in sorted(tasks, key=lambda one: (one.day, one.need_id)):
        first.setdefault(task.citizen_id, task)
    return tuple(_argument(situation, task) for task in first.values())


def _argument(situation: Situation, task: Task) -> WhyNew:
    team = situation.problem.carer_by_id
    rows = [
        (one, (_stops(situation, task, one),))
        for one in sorted(task.known - task.who.keys())
        if one in team and not team[one].is_trainee
    ]
    able = len(task.known & task.who.keys())
    return WhyNew((task.citizen_id,), task.need_id, task.day, grouped(rows), task.carers, able)


def _stops(situation: Situation, task: Task, carer_id: str) -> Reason:
    """The first thing that stops a carer: about the person, away, off duty, at other hours."""
    problem = situation.problem
    carer, need = problem.carer_by_id[carer_id], problem.need_by_id[task.need_id]
    if found := person_reasons(problem, carer, need.qualification, (need.citizen_id,)):
        return found[0]
    owners = shift_owners(problem, situation.before)
    shifts = [row for row in problem.shifts if row.day == task.day and owners.get(row.shift_id) == carer_id]
    if not shifts:
        message = Message("is off duty on {date}", {"date": problem.calendar.date(task.day)})
        return Reason("off_duty", message, task.day)
    first, last = _window(need, task.day)
    away = [
        row
        for row in problem.absences_of_carer.get(carer_id, ())
        if row.overlaps(first, last + task.minutes)
        and any(row.overlaps(shift.start_min, shift.end_min) for shift in shifts)
    ]
    if away:
        times = ", ".join(
            f"{problem.calendar.wall(row.start_min):%Y-%m-%d %H:%M} – {problem.calendar.wall(row.end_min):%Y-%m-%d %H:%M}"
            for row in away
        )
        return Reason("carer_absent", Message("is absent {times}", {"times": times}), task.day)
    values = {
        "from": clock_value(task.day, shifts[0].start_min),
        "to": clock_value(task.day, shifts[-1].end_min),
    }
    return Reason("shift", Message("is on duty {from}–{to}", values), task.day)


@dataclass(frozen=True)
class Names:
    """What is to be read for the id of a citizen, a carer and a need (the visit)."""

    citizen: Callable[[str], str]
    carer: Callable[[str], str]
    visit: Callable[[str], Message | str]


def sentence_of(situation: Situation, why: WhyNew, names: Names) -> Message:
    """An argument as a sentence."""
    citizens = ", ".join(names.citizen(one) for one in why.citizens)
    if why.need_id is None or why.day is None:
        return Message(
            "{citizens}: those they know have not the time for all of their visits", {"citizens": citizens}
        )
    first, last = _window(situation.problem.need_by_id[why.need_id], why.day)
    values: dict[str, object] = {
        "citizen": citizens,
        "visit": names.visit(why.need_id),
        "date": situation.problem.calendar.date(why.day),
        "first": clock_value(why.day, first),
        "last": clock_value(why.day, last),
        "carers": why.carers,
        "able": why.able,
        "reasons": _joined(why.stopped, names.carer),
    }
    if not why.stopped:
        return Message("{citizen} knows nobody else who could come to {visit} on {date}", values)
    if why.carers > 1:
        return Message(
            "{citizen}: {visit} on {date}, beginning {first}–{last}, takes {carers} carers, and {able} of those they know"
            " can come ({reasons})",
            values,
        )
    return Message(
        "{citizen}: none of those they know can come to {visit} on {date}, beginning {first}–{last} ({reasons})",
        values,
    )


def _joined(rows: Sequence[Stopped], carer: Callable[[str], str]) -> Message | str:
    """``k1, k2: is off duty; k3: is absent``: one message in another, for each is translated."""
    found: Message | str = ""
    for row in rows:
        values = {"carers": ", ".join(carer(one) for one in row.carers), "reason": row.reasons[0].message}
        one = Message("{carers}: {reason}", values)
        found = Message("{one}; {other}", {"one": found, "other": one}) if found else one
    return found


def _window(need: Need, day: int) -> tuple[int, int]:
    first, last = need.start_bounds()
    return day * DAY_MIN + first, day * DAY_MIN + last
