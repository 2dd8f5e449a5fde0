"""A published roster after something has happened: from a planner's words to the optimiser, and its answer as records.

:func:`replanned` needs no database: it is what a process of its own is asked (:mod:`delivery_app.jobs.helper`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from delivery_app.bridge.facts import Facts, facts_between
from delivery_app.changed import Outcome, Reached, Sentence
from delivery_app.moment import Moment
from delivery_app.texts import SERVICES
from delivery_app.told import changed_of
from scheduler.clock import DAY_MIN
from scheduler.evaluate import evaluate
from scheduler.message import Message
from scheduler.pack.additions import additions_of
from scheduler.pack.findings import PackErrors
from scheduler.problem import Problem
from scheduler.replan import (
    Admitted,
    Discharged,
    Event,
    EventErrors,
    Late,
    Replanned,
    Sick,
    Urgent,
    replan,
)
from scheduler.replan.events import mistakes
from scheduler.replan.why_new import Names, WhyNew, sentence_of
from scheduler.roster import Roster
from scheduler.rules import Violation
from scheduler.travel import TravelTable

SICK, ADMITTED, DISCHARGED, LATE, URGENT = "sick", "admitted", "discharged", "late", "urgent"
KINDS = (SICK, ADMITTED, DISCHARGED, LATE, URGENT)
#: Of an admission whose end nobody knows so many days are set aside; a discharge ends it.
UNTIL_FURTHER_NOTICE_DAYS = 28


@dataclass(frozen=True)
class Happened:
    """One thing that happened, in codes.

    ``who`` is the carer's or the citizen's code; ``until`` and ``until_min`` the end of an absence as far as it is
    known (a date alone: through that date); ``minutes`` how late; ``need`` an urgent visit as a row of ``needs.csv``.
    """

    kind: str
    who: str
    until: date | None = None
    until_min: int | None = None
    minutes: int | None = None
    reason: str = ""
    need: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with what was said: the number of the event (None: the moment), the field, and the sentence."""

    index: int | None
    field: str
    message: Message


class HappenedError(ValueError):
    """What happened cannot be as it was said; all that is wrong at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(one.message) for one in mistakes))

    def __reduce__(self) -> tuple[type[HappenedError], tuple[tuple[Mistake, ...]]]:
        """It comes from other processes, too."""
        return HappenedError, (self.mistakes,)


@dataclass(frozen=True)
class Answer:
    """The answer of a re-planning, without the problem it answers to."""

    roster: Roster
    outcome: Outcome
    facts: Facts


_HAPPENED = TypeAdapter(tuple[Happened, ...])
_ROSTER = TypeAdapter(Roster)
#: The field of a form that a mistake of the optimiser's own checks belongs to.
_FIELDS = {SICK: "until", ADMITTED: "until", DISCHARGED: "who", LATE: "minutes", URGENT: "need"}


def happened_document(happened: Sequence[Happened]) -> list[dict[str, Any]]:
    """What happened as it is kept."""
    found: list[dict[str, Any]] = _HAPPENED.dump_python(tuple(happened), mode="json")
    return found


def happened_from(document: Sequence[Mapping[str, Any]]) -> tuple[Happened, ...]:
    """What happened, back."""
    return _HAPPENED.validate_python(list(document))


def roster_document(roster: Roster) -> dict[str, Any]:
    """A roster as it is kept while it is no version yet."""
    found: dict[str, Any] = _ROSTER.dump_python(roster, mode="json")
    return found


def roster_of_document(document: Mapping[str, Any]) -> Roster:
    """The roster back, equal."""
    return _ROSTER.validate_python(document)


def minute_at(problem: Problem, moment: Moment) -> int:
    """The pack minute of a moment."""
    return problem.calendar.day(moment.date) * DAY_MIN + moment.minute


def events_of(problem: Problem, moment: Moment, happened: Sequence[Happened]) -> list[Event]:
    """The events of a planner's words.

    Raises
    ------
    HappenedError
        With all that is wrong with the moment and with each event.
    """
    now_min = minute_at(problem, moment)
    outside = mistakes(problem, now_min, [])
    if outside:
        raise HappenedError([Mistake(None, "moment", one) for one in outside])
    if not happened:
        message = Message("Nothing is said to have happened; say who is sick, admitted, home again or late")
        raise HappenedError([Mistake(None, "events", message)])
    events: list[Event] = []
    found: list[Mistake] = []
    joined = problem
    for index, one in enumerate(happened):
        try:
            event, joined = _event(joined, now_min, one)
        except PackErrors as error:
            found += [Mistake(index, row.column, row.message) for row in error.errors]
            continue
        people = problem.carer_by_id if one.kind in (SICK, LATE) else problem.citizen_by_id
        name = _FIELDS[one.kind] if one.who in people else "who"
        found += [Mistake(index, name, message) for message in mistakes(problem, now_min, [event])]
        events.append(event)
    if not found:
        found = [Mistake(None, "events", message) for message in mistakes(problem, now_min, events)]
    if found:
        raise HappenedError(found)
    return events


def _event(problem: Problem, now_min: int, one: Happened) -> tuple[Event, Problem]:
    until_day = None if one.until is None else problem.calendar.day(one.until)
    until_min = None
    if until_day is not None and one.until_min is not None:
        until_min, until_day = until_day * DAY_MIN + one.until_min, None
    match one.kind:
        case "sick":
            return Sick(one.who, until_min, until_day), problem
        case "admitted":
            if until_day is None and until_min is None:
                until_day = now_min // DAY_MIN + UNTIL_FURTHER_NOTICE_DAYS - 1
            return Admitted(one.who, until_min, until_day), problem
        case "discharged":
            return Discharged(one.who), problem
        case "late":
            return Late(one.who, one.minutes or 0), problem
        case "urgent":
            additions = additions_of(problem, [{**one.need, "citizen_id": one.who}])
            return Urgent(additions.needs), additions.joined_to(problem)
    raise ValueError(f"{one.kind!r} is no kind of event")


def replanned(
    problem: Problem,
    roster: Roster,
    moment: Moment,
    happened: Sequence[Happened],
    *,
    seconds: float | None = None,
    iterations: int | None = None,
) -> Answer:
    """Re-plan, and put the answer into records.

    Raises
    ------
    HappenedError
        What happened cannot be as it was said.
    """
    events = events_of(problem, moment, happened)
    travel = TravelTable(problem)
    try:
        found = replan(
            problem,
            roster,
            minute_at(problem, moment),
            events,
            seconds=seconds,
            iterations=iterations,
            travel=travel,
        )
    except EventErrors as error:
        raise HappenedError([Mistake(None, "events", one) for one in error.messages]) from None
    reasons = {
        ("carer" if one.kind in (SICK, LATE) else "citizen", one.who): one.reason
        for one in happened
        if one.reason
    }
    facts = facts_between(problem, found.problem, reasons)
    return Answer(found.roster, _outcome(problem, found, travel), facts)


def _outcome(problem: Problem, found: Replanned, travel: TravelTable) -> Outcome:
    cost, bounds = found.cost, found.bounds
    reached = Reached(
        unplaced=cost.unplaced,
        new_carers=cost.new_carers,
        new_carers_least=bounds.new_carers,
        changed=cost.changed,
        changed_least=bounds.changed,
        moved=cost.moved,
        objective=cost.objective,
    )
    before = {mark(row) for row in evaluate(problem, found.situation.before, travel).hard}
    broken = [row for row in evaluate(found.problem, found.roster, travel).hard if mark(row) not in before]
    return Outcome(
        reached,
        changed_of(found.problem, found.changes),
        tuple(sentence(row.message) for row in broken),
        tuple(sentence(_argument(found, row)) for row in bounds.why_new),
    )


def _argument(found: Replanned, why: WhyNew) -> Message:
    """What a proof rests on, in words; citizens who are not changed themselves are counted, not named."""
    if why.need_id is None:
        return Message(
            "Of {count} other citizens those they know have not the time for all of their visits",
            {"count": len(why.citizens)},
        )
    citizens, carers = found.problem.citizen_by_id, found.problem.carer_by_id
    needs = found.problem.need_by_id
    names = Names(
        lambda one: citizens[one].name,
        lambda one: carers[one].name,
        lambda one: Message(SERVICES[needs[one].service]) if needs[one].service in SERVICES else one,
    )
    return sentence_of(found.situation, why, names)


def mark(row: Violation) -> tuple[object, ...]:
    """What tells one broken rule from another."""
    return row.rule, row.need_id, row.day, row.shift_id, row.carer_id, row.citizen_id


def sentence(message: Message) -> Sentence:
    """A message as it is kept: what it names becomes text, except numbers and sentences of their own."""
    values: dict[str, Any] = {}
    for name, value in message.values.items():
        if isinstance(value, Message):
            inner = sentence(value)
            values[name] = {"template": inner.template, "values": inner.values}
        else:
            values[name] = value if isinstance(value, int | float) else str(value)
    return Sentence(message.template, values)


def message_of(kept: Sentence) -> Message:
    """A kept sentence, to be said in any language."""
    values = {
        name: message_of(Sentence(**value)) if isinstance(value, dict) else value
        for name, value in kept.values.items()
    }
    return Message(kept.template, values)
