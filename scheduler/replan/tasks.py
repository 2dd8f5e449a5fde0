"""Visits that have not begun, and who has how much time for them, as the proof of a re-planning sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.eligibility import StartRange, modalities
from scheduler.problem import BASE, Absence, Problem
from scheduler.reach import Reach, assigned_takers, can_be_staffed
from scheduler.replan.situation import Situation
from scheduler.replan.started import visit_key
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.timeline import BREAK, shift_owners
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Task:
    """A visit that has not begun, on one date, as the proof sees it.

    ``who``: by carer who could make it, the ranges of starts. ``old``: who was to make it (None: it is new). ``known``: whom
    the citizen knows. ``at_home``: it cannot go by screen, where nobody is a new face. ``elsewhere``: it might go on
    another date, so it forces nothing.
    """

    need_id: str
    citizen_id: str
    day: int
    priority: int
    carers: int
    minutes: int
    who: Mapping[str, tuple[StartRange, ...]]
    old: frozenset[str] | None
    known: frozenset[str]
    at_home: bool
    elsewhere: bool

    @property
    def needs_change(self) -> bool:
        """Whether it cannot be made by those who were to make it."""
        return self.old is not None and not self.elsewhere and not self.old <= self.who.keys()

    @property
    def needs_new(self) -> bool:
        """Whether too few of those the citizen knows can make it."""
        return self.at_home and not self.elsewhere and len(self.known & self.who.keys()) < self.carers


@dataclass(frozen=True)
class Duty:
    """A carer's date as the proof sees it: minutes to work in, what is fixed in them, and breaks still to be had."""

    carer_id: str
    minutes: int
    #: What is left of the shifts.
    spans: tuple[tuple[int, int], ...]
    fixed: tuple[tuple[int, int], ...]
    #: (earliest start, latest end, minutes)
    breaks: tuple[tuple[int, int, int], ...]
    #: By citizen: the least way to them from anywhere.
    ways: Mapping[str, int]


def tasks_of(situation: Situation, travel: TravelTable, days: Iterable[int] | None = None) -> list[Task]:
    """The due visits of dates that have not begun; those that nobody could make are left out."""
    problem = _from_now_on(situation)
    days = situation.days if days is None else frozenset(days)
    reach = Reach(problem, travel, assigned_takers(problem, open_shifts(situation.before)))
    old = {visit_key(visit): visit for visit in situation.before.visits}
    pins = {visit_key(visit): visit for visit in _published(problem)}
    found = []
    for due in situation.due.visits:
        need = due.need
        ahead = [day for day in due.days if (need.need_id, day) not in situation.kept]
        for day in ahead if due.ordinal == 0 or due.fixed_day is not None else ():
            if day not in days:
                continue
            ways = modalities(problem, due)
            who = _by_any_way(reach, due, day, ways)
            before = old.get((need.need_id, day))
            if due.fixed_day is None and before is None:
                continue
            if not can_be_staffed(who, need.carers):
                continue
            pin = pins.get((need.need_id, day))
            elsewhere = due.fixed_day is None and len(ahead) > 1
            if pin is not None:
                who = {carer_id: (StartRange(pin.start_min, pin.start_min),) for carer_id in pin.carers}
            found.append(_task(situation, due, day, who, before, ways == ("home",), elsewhere))
    return found


def _by_any_way(reach: Reach, due: Due, day: int, ways: Iterable[str]) -> dict[str, tuple[StartRange, ...]]:
    found: dict[str, tuple[StartRange, ...]] = {}
    for way in ways:
        for carer_id, ranges in reach.on(due.need, day, screen=way == "screen").items():
            found[carer_id] = (*found.get(carer_id, ()), *ranges)
    return found


def _task(
    situation: Situation,
    due: Due,
    day: int,
    who: Mapping[str, tuple[StartRange, ...]],
    before: PlacedVisit | None,
    at_home: bool,
    elsewhere: bool,
) -> Task:
    need = due.need
    old = () if before is None else situation.needed(before.carers)
    return Task(
        need_id=need.need_id,
        citizen_id=need.citizen_id,
        day=day,
        priority=need.priority,
        carers=need.carers,
        minutes=need.minutes_min,
        who=who,
        old=None if before is None else frozenset(old),
        # In packs of many weeks the 14 days may not reach back to this date; its own carers are no strangers.
        known=situation.known.get(need.citizen_id, frozenset()) | frozenset(old),
        at_home=at_home,
        elsewhere=elsewhere,
    )


def _published(problem: Problem) -> Sequence[PlacedVisit]:
    return () if problem.published is None else [row for row in problem.published.visits if row.pinned]


def _from_now_on(situation: Situation) -> Problem:
    """The problem in which nobody does anything before now."""
    past = [Absence(-DAY_MIN, situation.now_min, carer_id=one.carer_id) for one in situation.problem.carers]
    return replace(situation.problem, absences=(*situation.problem.absences, *past))


def open_shifts(roster: Roster) -> dict[str, str]:
    """Shift id -> carer id of the open shifts that the roster gives away."""
    return {row.shift_id: row.carer_id for row in roster.open_shifts}


def duties_of(situation: Situation, travel: TravelTable, day: int) -> list[Duty]:
    """The carers on duty on a date, from now on."""
    problem, now_min = situation.problem, situation.now_min
    chains = travel.shortest_chains()
    owners = shift_owners(problem, situation.before)
    found: dict[str, Duty] = {}
    for shift_id, running in situation.started.days.items():
        shift, carer_id = running.shift, owners.get(shift_id)
        if shift.day != day or carer_id is None or shift.end_min <= now_min:
            continue
        carer = problem.carer_by_id[carer_id]
        if carer.is_trainee:
            continue
        begin = max(shift.start_min, now_min)
        fixed = []
        homes = set()
        begun_break = shift.break_minutes == 0
        for stop in running.stops:
            is_kept = stop.visit is not None and visit_key(stop.visit) in situation.kept
            is_kept = is_kept or (
                stop.session is not None and stop.session.session_id in situation.started.sessions
            )
            if stop.kind == BREAK:
                begun_break = begun_break or stop.start_min < now_min
                is_kept = stop.start_min < now_min
            if stop.meeting is not None:
                is_kept = not any(
                    row.overlaps(stop.start_min, stop.end_min)
                    for row in problem.absences_of_carer.get(carer_id, ())
                )
            if is_kept:
                homes.add(stop.place)
                if stop.end_min > begin:
                    fixed.append((max(begin, stop.start_min), stop.end_min))
        breaks = []
        if not begun_break:
            first, last = shift.break_window()
            if last - max(first, now_min) >= shift.break_minutes:
                breaks.append((max(first, now_min), last, shift.break_minutes))
        ways = {} if shift.begins_at != BASE else _least_ways(problem, chains, carer.mode, homes)
        # What was idle before now counts as reserve too.
        minutes = shift.end_min - begin - (shift.reserve_minutes if begin == shift.start_min else 0)
        if carer_id in found:  # a second shift of the same date
            first_shift = found[carer_id]
            found[carer_id] = Duty(
                carer_id,
                first_shift.minutes + minutes,
                (*first_shift.spans, (begin, shift.end_min)),
                (*first_shift.fixed, *fixed),
                (*first_shift.breaks, *breaks),
                {},
            )
        else:
            found[carer_id] = Duty(
                carer_id, minutes, ((begin, shift.end_min),), tuple(fixed), tuple(breaks), ways
            )
    return list(found.values())


def _least_ways(
    problem: Problem, travel: TravelTable, mode: str, homes: Iterable[str | None]
) -> dict[str, int]:
    """By citizen: the least way to them from any other place; 0 where the carer has been already."""
    legs = travel.legs[mode]
    been = set(homes)
    found = {}
    for index, place in enumerate(travel.places):
        if place in problem.citizen_by_id:
            others = [
                int(legs.minutes[other, index])
                for other in range(len(travel.places))
                if other != index and legs.reachable[other, index]
            ]
            found[place] = 0 if place in been else min(others, default=0)
    return found
