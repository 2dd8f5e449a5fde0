"""Who would have to leave before now: nobody can, so they are held back by the way they have to go.

Absences close the past for visits, not for the journey to the next one. Where a roster sends a carer, whose round has begun,
to another place than was planned, the journey begins now at the earliest, or when a late carer is free.
"""

from __future__ import annotations

from dataclasses import replace

from scheduler.replan.situation import Situation
from scheduler.replan.started import visit_key
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.timeline import ShiftDay, Stop, shift_days
from scheduler.travel import TravelTable


def held_back(situation: Situation, roster: Roster, travel: TravelTable) -> dict[str, tuple[int, int]]:
    """By carer: a span of minutes on the way in which nothing may begin; only carers who lack them in the roster."""
    found: dict[str, tuple[int, int]] = {}
    for day in shift_days(situation.problem, roster, travel).values():
        if day.carer is None or day.shift.end_min <= situation.now_min:
            continue
        floor = max(situation.now_min, situation.leaves.get(day.carer.carer_id, 0))
        if day.shift.start_min < floor:
            minutes = _lacking(situation, day, floor, travel)
            if minutes:
                found[day.carer.carer_id] = (floor, floor + minutes)
    return found


def waits(situation: Situation, travel: TravelTable) -> dict[str, tuple[int, int]]:
    """The same before anything is searched: late carers, and the way from what is under way to what was planned next."""
    found: dict[str, tuple[int, int]] = {}
    for day in situation.started.days.values():
        until = 0 if day.carer is None else situation.leaves.get(day.carer.carer_id, 0)
        begun = [stop for stop in day.stops if stop.start_min < situation.now_min]
        ahead = [stop for stop in day.stops if stop.start_min >= situation.now_min and stop.place is not None]
        if day.carer is None or not begun or not ahead or until <= day.shift.start_min:
            continue
        places = [stop.place for stop in begun if stop.place is not None]
        mode, target = day.carer.mode, ahead[0].place or ""
        if places:
            minutes = travel.minutes(places[-1], target, mode, day.shift.day)
        else:
            minutes = travel.end_minutes(day.shift.begins_at, target, mode, day.shift.day, outward=True)
        if minutes and until > begun[-1].end_min:
            found[day.carer.carer_id] = (until, until + minutes)
    return found


def in_time(situation: Situation, roster: Roster, travel: TravelTable) -> Roster:
    """The roster without the visits (taken out one by one) that somebody would have to leave for too early."""
    while True:
        early = _first_too_early(situation, roster, travel)
        if early is None:
            return roster
        roster = replace(roster, visits=tuple(visit for visit in roster.visits if visit is not early))


def _first_too_early(situation: Situation, roster: Roster, travel: TravelTable) -> PlacedVisit | None:
    for day in shift_days(situation.problem, roster, travel).values():
        if day.carer is None or day.shift.end_min <= situation.now_min:
            continue
        floor = max(situation.now_min, situation.leaves.get(day.carer.carer_id, 0))
        if day.shift.start_min < floor and _lacking(situation, day, floor, travel):
            for stop in day.stops:
                if (
                    stop.visit is not None
                    and stop.place
                    and stop.start_min >= floor
                    and not _is_kept(situation, stop)
                ):
                    return stop.visit
    return None


def _lacking(situation: Situation, day: ShiftDay, floor: int, travel: TravelTable) -> int:
    """The minutes of a journey that has no room after ``floor``; 0 when all journeys that are still open have."""
    assert day.carer is not None
    stops = day.stops
    for index, stop in enumerate(stops):
        if stop.place is None or stop.start_min < floor or _is_kept(situation, stop):
            continue
        before = max((i for i in range(index) if stops[i].place is not None), default=None)
        mode = day.carer.mode
        if before is None:
            minutes = travel.end_minutes(day.shift.begins_at, stop.place, mode, day.shift.day, outward=True)
        else:
            minutes = travel.minutes(stops[before].place or "", stop.place, mode, day.shift.day)
        first = 0 if before is None else before + 1
        begins = [day.shift.start_min if before is None else stops[before].end_min]
        begins += [one.end_min for one in stops[first:index]]
        ends = [one.start_min for one in stops[first : index + 1]]
        room = max(end - max(begin, floor) for begin, end in zip(begins, ends, strict=True))
        # Only the first journey that is still open can begin too early.
        return minutes if minutes and room < minutes else 0
    return 0


def _is_kept(situation: Situation, stop: Stop) -> bool:
    if stop.visit is not None:
        return visit_key(stop.visit) in situation.kept
    return stop.session is not None and stop.session.session_id in situation.started.sessions
