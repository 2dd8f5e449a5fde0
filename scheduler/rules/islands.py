"""Rule 4, ferries: who comes from outside is on an island only between first arrival and last departure
(S8).
"""

from __future__ import annotations

from scheduler.message import Message
from scheduler.problem import Problem
from scheduler.rules.context import Duty, RosterContext
from scheduler.rules.timeline import FERRY_TIMES, NO_FERRY, Leg, ShiftDay
from scheduler.rules.violation import Violation, broken
from scheduler.rules.wording import clock_value


def ferry(problem: Problem, context: RosterContext) -> list[Violation]:
    """Home visits on an island keep to its ferries unless the shift begins there, and so do the journeys."""
    found: list[Violation] = []
    reported: set[tuple[str, str]] = set()
    for duty in context.duties:
        violation = _outside_ferry_times(problem, context, duty)
        if violation is not None:
            found.append(violation)
            reported.add((violation.shift_id or "", violation.citizen_id or ""))
    for day in context.shift_days.values():
        for leg in day.legs:
            if leg.obstacle not in (FERRY_TIMES, NO_FERRY):
                continue
            # A visit that is wrong already needs no second word about the way there.
            ends = {(day.shift.shift_id, place) for place in (leg.origin, leg.target)}
            if not ends & reported:
                found.append(_leg_broken(context, day, leg))
    return found


def _outside_ferry_times(problem: Problem, context: RosterContext, duty: Duty) -> Violation | None:
    if not duty.at_home or duty.citizen_id is None or duty.shift is None:
        return None
    island = problem.citizen_by_id[duty.citizen_id].island
    if island is None or duty.shift.begins_at == island:
        return None
    values = {
        "visit": duty.title,
        "date": context.date(duty.day),
        "carer": duty.carer.carer_id,
        "island": island,
        "start": clock_value(duty.day, duty.start_min),
        "end": clock_value(duty.day, duty.end_min),
    }
    row = problem.ferry_on.get((island, duty.day))
    if row is None:
        message = Message(
            "{visit}, {date}: carer {carer} does not begin on {island}, and no ferry sails there that day",
            values,
        )
    elif not row.first_arrival_min <= duty.start_min <= duty.end_min <= row.last_departure_min:
        message = Message(
            "{visit}, {date}: {start}–{end} on {island}; carer {carer} can be there only from the first"
            " arrival {from} to the last departure {to}",
            {
                **values,
                "from": clock_value(duty.day, row.first_arrival_min),
                "to": clock_value(duty.day, row.last_departure_min),
            },
        )
    else:
        return None
    return broken(
        "ferry",
        message,
        need_id=duty.need_id,
        citizen_id=duty.citizen_id,
        carer_id=duty.carer.carer_id,
        shift_id=duty.shift.shift_id,
        day=duty.day,
    )


def _leg_broken(context: RosterContext, day: ShiftDay, leg: Leg) -> Violation:
    values = {
        "shift": day.shift.shift_id,
        "date": context.date(day.shift.day),
        "origin": leg.origin,
        "target": leg.target,
    }
    if leg.obstacle == NO_FERRY:
        message = Message(
            "shift {shift}, {date}: no ferry sails that day for the journey from {origin} to {target}", values
        )
    else:
        message = Message(
            "shift {shift}, {date}: the journey from {origin} to {target} does not meet the day's first or"
            " last ferry",
            values,
        )
    stop = leg.after or leg.before
    visit = None if stop is None else stop.visit
    return broken(
        "ferry",
        message,
        need_id=None if visit is None else visit.need_id,
        citizen_id=None if visit is None else visit.citizen_id,
        carer_id=None if day.carer is None else day.carer.carer_id,
        shift_id=day.shift.shift_id,
        day=day.shift.day,
        value=leg.minutes,
        limit=leg.room_min,
    )
