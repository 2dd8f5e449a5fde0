"""What happens to a published roster, and what each event means for the problem (requirement S13).

An event is said with ids and pack minutes. :func:`mistakes` tells all that is wrong with a list of them at once;
:mod:`scheduler.replan.situation` turns sound ones into a changed problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from scheduler.clock import DAY_MIN, format_clock
from scheduler.message import Message, ProblemError
from scheduler.problem import Need, Problem

#: An urgent row falls once; no pack is so long that it would fall again.
ONCE_WEEKS = 52


@dataclass(frozen=True)
class Sick:
    """A carer is away from now until a pack minute, or through a day (all its shifts); else through this date."""

    carer_id: str
    until_min: int | None = None
    until_day: int | None = None


@dataclass(frozen=True)
class Admitted:
    """A citizen is in hospital from now until a pack minute, or through a day; else to the end of the pack."""

    citizen_id: str
    until_min: int | None = None
    until_day: int | None = None


@dataclass(frozen=True)
class Discharged:
    """A citizen comes home now: the absence that covers this moment ends."""

    citizen_id: str


@dataclass(frozen=True)
class Urgent:
    """Visits that nobody knew of; each need falls once on each of its days (:func:`falling_once`)."""

    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Late:
    """A carer runs so many minutes behind: what is under way ends later, else the next thing begins later."""

    carer_id: str
    minutes: int


Event = Sick | Admitted | Discharged | Urgent | Late


class EventErrors(ValueError):
    """Events that cannot be true: everything that is wrong with them, a sentence each."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(str(one) for one in messages))


def mistakes(problem: Problem, now_min: int, events: Sequence[Event]) -> list[Message]:
    """What is wrong with the moment and the events, a sentence each."""
    found: list[Message] = []
    calendar = problem.calendar
    if not 0 <= now_min < calendar.days * DAY_MIN:
        return [
            Message(
                "now, {value}, lies outside the pack's weeks, {first} to {last}",
                {
                    "value": _moment(problem, now_min),
                    "first": calendar.date(0).isoformat(),
                    "last": calendar.date(calendar.days - 1).isoformat(),
                },
            )
        ]
    seen: set[object] = set()
    for event in events:
        key = (type(event), getattr(event, "carer_id", None), getattr(event, "citizen_id", None))
        if not isinstance(event, Urgent) and key in seen:
            name = getattr(event, "carer_id", None) or getattr(event, "citizen_id", "")
            found.append(
                Message("'{value}' is named twice for the same thing; once is enough", {"value": name})
            )
        seen.add(key)
        found += _of_event(problem, now_min, event)
    admitted = {event.citizen_id for event in events if isinstance(event, Admitted)}
    for event in events:
        if isinstance(event, Discharged) and event.citizen_id in admitted:
            found.append(
                Message(
                    "citizen '{value}' is both admitted and discharged; keep one", {"value": event.citizen_id}
                )
            )
    return found


def _of_event(problem: Problem, now_min: int, event: Event) -> list[Message]:
    if isinstance(event, Urgent):
        return [message for need in event.needs for message in _urgent(problem, now_min, need)]
    if isinstance(event, Sick | Late):
        unknown = _unknown(event.carer_id, problem.carer_by_id, Message("carer"))
    else:
        unknown = _unknown(event.citizen_id, problem.citizen_by_id, Message("citizen"))
    if unknown is not None:
        return [unknown]
    if isinstance(event, Sick | Admitted):
        return _until(problem, now_min, event)
    if isinstance(event, Late):
        return _late(problem, now_min, event)
    away = problem.absences_of_citizen.get(event.citizen_id, ())
    if any(row.start_min <= now_min < row.end_min for row in away):
        return []
    return [
        Message(
            "citizen '{value}' is not absent at {now}, so there is nothing to end; correct the id or the time",
            {"value": event.citizen_id, "now": _moment(problem, now_min)},
        )
    ]


def _until(problem: Problem, now_min: int, event: Sick | Admitted) -> list[Message]:
    until = event.until_min
    if event.until_day is not None:
        until = (event.until_day + 1) * DAY_MIN
    if until is None or until > now_min:
        return []
    values = {"value": _moment(problem, until), "now": _moment(problem, now_min)}
    return [Message("the end of the absence, {value}, is not after now, {now}; write a later time", values)]


def _late(problem: Problem, now_min: int, event: Late) -> list[Message]:
    if not 1 <= event.minutes <= DAY_MIN // 2:
        return [
            Message(
                "{value} minutes late: write a number from 1 to {most}", {"value": event.minutes, "most": 720}
            )
        ]
    return []


def _unknown(one: str, among: Mapping[str, object], kind: Message) -> Message | None:
    if one in among:
        return None
    near = get_close_matches(one, among, n=3) or sorted(among)[:5]
    return Message(
        "there is no {kind} '{value}' in the pack; there is for example {guess}",
        {"kind": kind, "value": one, "guess": ", ".join(near)},
    )


def _urgent(problem: Problem, now_min: int, need: Need) -> list[Message]:
    try:
        falling_once(problem, now_min, need)
    except ProblemError as error:
        return [error.message]
    return []


def falling_once(problem: Problem, now_min: int, need: Need) -> Need:
    """An urgent row as a need of one week: each of its days once, none of them past.

    The week is the one that ``anchor_week`` names when that lies ahead; else this week, when none of its days is
    past; else, when all are, the next.

    Raises
    ------
    ProblemError
        Some of the days are past and others are not, or no week of the pack is left for them.
    """
    calendar = problem.calendar
    this_week = now_min // (7 * DAY_MIN)
    week = max(need.anchor_week, this_week)
    ahead = [_lies_ahead(need, 7 * week + day, now_min) for day in _weekdays(need)]
    if need.days is None:
        if sum(ahead) < (need.times_per_week or 1):
            week += 1
    elif not any(ahead):
        week += 1
    elif not all(ahead):
        past = calendar.date(7 * week + need.days[ahead.index(False)])
        raise ProblemError(
            "urgent need {id}: {date} is past at {now}; write only days that lie ahead",
            id=need.need_id,
            date=past.isoformat(),
            now=_moment(problem, now_min),
        )
    if not 0 <= week < calendar.weeks:
        raise ProblemError(
            "urgent need {id}: none of its days lies between {now} and the pack's last day, {last}",
            id=need.need_id,
            now=_moment(problem, now_min),
            last=calendar.date(calendar.days - 1).isoformat(),
        )
    return replace(need, every_weeks=ONCE_WEEKS, anchor_week=week)


def _weekdays(need: Need) -> Iterable[int]:
    return range(7) if need.days is None else need.days


def _lies_ahead(need: Need, day: int, now_min: int) -> bool:
    return day * DAY_MIN + need.start_bounds()[1] >= now_min


def _moment(problem: Problem, minute: int) -> str:
    day, clock = divmod(minute, DAY_MIN)
    return f"{problem.calendar.date(day).isoformat()} {format_clock(clock)}"
