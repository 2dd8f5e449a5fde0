"""A published roster, a moment and what happened: what stands, what is due now, and which dates are touched.

:func:`situation_of` turns events (:mod:`scheduler.replan.events`) into a changed problem. What has begun is kept whatever
happens; an absence begins when what its person has begun is over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.clock import DAY_MIN
from scheduler.due import DueList, due_visits, is_possible
from scheduler.message import Message
from scheduler.problem import Absence, Problem, Shift, week_of
from scheduler.replan.events import (
    Admitted,
    Discharged,
    Event,
    EventErrors,
    Late,
    Sick,
    Urgent,
    falling_once,
    mistakes,
)
from scheduler.replan.started import Started, VisitKey, started_at, visit_key
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.continuity import WINDOW_DAYS
from scheduler.rules.timeline import BREAK, shift_owners
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Situation:
    """What re-planning begins from.

    ``problem`` has the events in it; its published roster holds the planner's own pins that still can stand.
    ``before`` is the roster that was published. ``kept`` has begun, or its carers are on the way, and nothing that
    happened touches it. ``days`` are the dates that the events touch. ``held`` says until when a late carer begins nothing;
    ``leaves`` from when one who is late with what is under way can go on.
    """

    problem: Problem
    before: Roster
    events: tuple[Event, ...]
    started: Started
    kept: frozenset[VisitKey]
    days: frozenset[int]
    held: Mapping[str, int]
    leaves: Mapping[str, int]

    @property
    def now_min(self) -> int:
        """The moment, pack minute."""
        return self.started.now_min

    @cached_property
    def due(self) -> DueList:
        """What is due, events included."""
        return due_visits(self.problem)

    @cached_property
    def lost(self) -> Counter[tuple[str, int]]:
        """By (need id, week): how many due visits no start from now on is left for, and which have not begun.

        They are past and were never placed, or the citizen's absence has taken what was left of their day.
        """
        past = Absence(-DAY_MIN, self.now_min)
        groups: dict[tuple[str, int], list[tuple[int, ...]]] = defaultdict(list)
        for due in self.due.visits:
            groups[due.need.need_id, due.week].append(due.days)
        found: Counter[tuple[str, int]] = Counter()
        for (need_id, week), rows in groups.items():
            need = self.problem.need_by_id[need_id]
            days = {day for row in rows for day in row}
            done = {day for day in days if (need_id, day) in self.kept}
            away = (*self.problem.absences_of_citizen.get(need.citizen_id, ()), past)
            left = sum(is_possible(need, day, away) for day in days - done)
            missing = len(rows) - len(done) - left
            if missing > 0:
                found[need_id, week] = missing
        return found

    @cached_property
    def known(self) -> dict[str, frozenset[str]]:
        """By citizen: the carers of their 14 days, as published, history included; whoever else comes is new.

        The 14 days end with the pack's last day, as for the figures; in packs of more than two weeks with the week of
        the last date that is touched.
        """
        calendar = self.problem.calendar
        end = calendar.days
        if calendar.weeks > 2:
            end = 7 * (week_of(max(self.days, default=self.now_min // DAY_MIN)) + 1)
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.problem.history:
            if end - WINDOW_DAYS <= row.day < min(0, end) and row.visits > 0:
                found[row.citizen_id].add(row.carer_id)
        for visit in self.before.visits:
            need = self.problem.need_by_id.get(visit.need_id)
            if need is not None and visit.modality != "screen" and end - WINDOW_DAYS <= visit.day < end:
                found[need.citizen_id].update(self.needed(visit.carers))
        return {citizen: frozenset(carers) for citizen, carers in found.items()}

    def needed(self, carers: Iterable[str]) -> tuple[str, ...]:
        """Those of a visit's people who are needed, in order, trainees left out."""
        by_id = self.problem.carer_by_id
        return tuple(one for one in dict.fromkeys(carers) if one not in by_id or not by_id[one].is_trainee)

    def is_hit(self, visit: PlacedVisit) -> bool:
        """Whether a needed carer or the citizen is away (or held) during a visit as it was published."""
        need = self.problem.need_by_id.get(visit.need_id)
        if need is None:
            return True
        rows = [*self.problem.absences_of_citizen.get(need.citizen_id, ())]
        for carer_id in self.needed(visit.carers):
            rows += self.problem.absences_of_carer.get(carer_id, ())
        return any(row.overlaps(visit.start_min, visit.end_min) for row in rows)


def situation_of(
    problem: Problem, roster: Roster, now_min: int, events: Sequence[Event], travel: TravelTable
) -> Situation:
    """The situation after events at a pack minute.

    Raises
    ------
    EventErrors
        With everything that is wrong with the moment and the events.
    """
    messages = mistakes(problem, now_min, events)
    if not messages:
        messages = [found for event in events if (found := _off_duty(problem, roster, now_min, event))]
    if messages:
        raise EventErrors(messages)
    started = started_at(problem, roster, travel, now_min)
    before = _with_pins(problem, roster)
    held: dict[str, int] = {}
    leaves: dict[str, int] = {}
    changed = problem
    for event in events:
        if isinstance(event, Late):
            changed = _with_late(changed, before, started, event, held, leaves)
        else:
            changed = _applied(changed, before, started, event)
    plain = Situation(changed, before, tuple(events), started, started.visits, frozenset(), held, leaves)
    under_way = {
        visit_key(visit)
        for visit in before.visits
        if visit_key(visit) in started.under_way and not plain.is_hit(visit)
    }
    kept = started.visits | under_way
    pins = tuple(
        visit
        for visit in before.visits
        if visit.pinned and (visit_key(visit) in kept or not plain.is_hit(visit))
    )
    own = replace(before, visits=pins, unplaced=(), sessions=(), breaks=())
    situation = replace(plain, problem=replace(changed, published=own), kept=kept)
    return replace(situation, days=_touched(problem, situation))


def _with_pins(problem: Problem, roster: Roster) -> Roster:
    """The roster with the pins of the pack's published roster marked, where it keeps them."""
    if problem.published is None:
        return roster
    pins = {
        (visit.need_id, visit.day, visit.start_min, visit.end_min, frozenset(visit.carers))
        for visit in problem.published.visits
        if visit.pinned
    }
    visits = tuple(
        replace(v, pinned=v.pinned or (v.need_id, v.day, v.start_min, v.end_min, frozenset(v.carers)) in pins)
        for v in roster.visits
    )
    return replace(roster, visits=visits)


def _off_duty(problem: Problem, roster: Roster, now_min: int, event: Event) -> Message | None:
    if not isinstance(event, Late) or _shifts_ahead(problem, roster, event.carer_id, now_min):
        return None
    return Message(
        "carer '{value}' has no shift left on {date}, so cannot be late; correct the id or the time",
        {"value": event.carer_id, "date": problem.calendar.date(now_min // DAY_MIN).isoformat()},
    )


def _shifts_ahead(problem: Problem, roster: Roster, carer_id: str, now_min: int) -> list[Shift]:
    """A carer's shifts that go on now or begin later today."""
    owners = shift_owners(problem, roster)
    tonight = (now_min // DAY_MIN + 1) * DAY_MIN
    return [
        shift
        for shift in problem.shifts
        if owners.get(shift.shift_id) == carer_id and shift.end_min > now_min and shift.start_min < tonight
    ]


def _applied(
    problem: Problem, before: Roster, started: Started, event: Sick | Admitted | Discharged | Urgent
) -> Problem:
    """The problem with one event in it."""
    now_min = started.now_min
    match event:
        case Sick():
            row = Absence(*_sick_span(problem, before, started, event), carer_id=event.carer_id)
            return replace(problem, absences=(*problem.absences, row))
        case Admitted():
            # The last date's visits may run on after midnight.
            end = event.until_min or (problem.calendar.days + 1) * DAY_MIN
            if event.until_day is not None:
                end = (event.until_day + 1) * DAY_MIN
            begun = _last_visit_end(problem, before, started, event.citizen_id)
            start = max(begun, now_min // DAY_MIN * DAY_MIN) if begun <= now_min else begun
            row = Absence(start, end, citizen_id=event.citizen_id)
            return replace(problem, absences=(*problem.absences, row)) if start < end else problem
        case Discharged():
            return replace(problem, absences=_ended(problem.absences, event.citizen_id, now_min))
        case Urgent():
            needs = tuple(falling_once(problem, now_min, need) for need in event.needs)
            return replace(problem, needs=(*problem.needs, *needs))


def _sick_span(problem: Problem, before: Roster, started: Started, event: Sick) -> tuple[int, int]:
    """From now (or what is under way; the start of the day before the day's first visit) to the end asked for."""
    now_min = started.now_min
    midnight = now_min // DAY_MIN * DAY_MIN
    begun = [stop.end_min for stop in started.stops_of(event.carer_id) if stop.kind != BREAK]
    last = max(begun, default=-1)
    start = midnight if last <= midnight else max(now_min, last)
    end = event.until_min
    if end is None:
        day = now_min // DAY_MIN if event.until_day is None else event.until_day
        end = end_of_date(problem, before, event.carer_id, day)
    return start, max(end, start + 1)


def end_of_date(problem: Problem, roster: Roster, carer_id: str, day: int) -> int:
    """When a date is over for a carer: at midnight, or when the last shift of that date ends."""
    owners = shift_owners(problem, roster)
    ends = [row.end_min for row in problem.shifts if owners.get(row.shift_id) == carer_id and row.day == day]
    return max([(day + 1) * DAY_MIN, *ends])


def _last_visit_end(problem: Problem, before: Roster, started: Started, citizen_id: str) -> int:
    """When the last visit or session that a citizen has begun is over; -1 without any."""
    ends = [
        visit.end_min
        for visit in before.visits
        if visit_key(visit) in started.visits
        and visit.need_id in problem.need_by_id
        and problem.need_by_id[visit.need_id].citizen_id == citizen_id
    ]
    ends += [
        session.end_min
        for session in problem.sessions
        if session.session_id in started.sessions and citizen_id in session.citizens
    ]
    return max(ends, default=-1)


def _ended(absences: Iterable[Absence], citizen_id: str, now_min: int) -> tuple[Absence, ...]:
    found = []
    for row in absences:
        if row.citizen_id == citizen_id and row.start_min <= now_min < row.end_min:
            if row.start_min < now_min:
                found.append(replace(row, end_min=now_min))
        else:
            found.append(row)
    return tuple(found)


def _with_late(
    problem: Problem,
    before: Roster,
    started: Started,
    event: Late,
    held: dict[str, int],
    leaves: dict[str, int],
) -> Problem:
    """The carer held: after what is under way for so many minutes, else until so many minutes after the next begins.

    ``held`` and ``leaves`` are told (:class:`Situation`).
    """
    now_min = started.now_min
    shifts = {row.shift_id for row in _shifts_ahead(problem, before, event.carer_id, now_min)}
    stops = [stop for shift_id in shifts for stop in started.days[shift_id].stops]
    begun = [stop for stop in stops if stop.start_min < now_min < stop.end_min]
    ahead = sorted(stop.start_min for stop in stops if stop.start_min >= now_min and stop.kind != BREAK)
    if begun:
        start = max(stop.end_min for stop in begun)
        end = start + event.minutes
        leaves[event.carer_id] = end
    elif ahead:
        start, end = now_min, ahead[0] + event.minutes
    else:
        return problem
    held[event.carer_id] = end
    row = Absence(start, end, carer_id=event.carer_id)
    return replace(problem, absences=(*problem.absences, row))


def _touched(original: Problem, situation: Situation) -> frozenset[int]:
    """The dates on which something must change: a visit or session that cannot stand, or one newly due."""
    before, problem, now_min = situation.before, situation.problem, situation.now_min
    due_before = {(due.need.need_id, day) for due in due_visits(original).visits for day in due.days}
    days = {v.day for v in before.visits if visit_key(v) not in situation.kept and situation.is_hit(v)}
    for due in situation.due.visits:
        days |= {
            day
            for day in due.days
            if (due.need.need_id, day) not in due_before and (day + 1) * DAY_MIN > now_min
        }
    for carer_id in situation.held:
        shifts = {row.shift_id for row in _shifts_ahead(problem, before, carer_id, now_min)}
        days |= {problem.shift_by_id[one].day for one in shifts if situation.started.days[one].is_used}
    for row in before.sessions:
        session = problem.session_by_id.get(row.session_id)
        if session is not None and row.session_id not in situation.started.sessions:
            away = [one for carer in row.carers for one in problem.absences_of_carer.get(carer, ())]
            if any(one.overlaps(session.start_min, session.end_min) for one in away):
                days.add(session.day)
    return frozenset(days)
