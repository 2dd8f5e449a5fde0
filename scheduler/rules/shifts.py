"""Rules 2 and 3 within a shift: it covers its visits and journeys, nothing overlaps, travel and break have
room.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from scheduler.message import Message
from scheduler.problem import Problem, Shift
from scheduler.roster import PlacedBreak
from scheduler.rules.context import RosterContext
from scheduler.rules.timeline import MEETING, NO_ROOM, UNREACHABLE, Leg, ShiftDay, Stop
from scheduler.rules.violation import Violation, broken
from scheduler.rules.wording import clock_value


def shift(problem: Problem, context: RosterContext) -> list[Violation]:
    """Everyone sent is in an own shift of that date that covers the visit, the journey out and the journey
    home.
    """
    found = _one_shift_each(context)
    owners = context.owners
    for duty in context.duties:
        row = duty.shift
        if row is None:
            continue
        carer_id = duty.carer.carer_id
        if (
            owners.get(row.shift_id) == carer_id
            and row.day == duty.day
            and row.start_min <= duty.start_min <= duty.end_min <= row.end_min
        ):
            continue
        values = {
            "visit": duty.title,
            "date": context.date(duty.day),
            "carer": carer_id,
            "shift": row.shift_id,
        }
        if owners.get(row.shift_id) != carer_id:
            message = Message("{visit}, {date}: shift {shift} is not carer {carer}'s", values)
        elif row.day != duty.day:
            message = Message(
                "{visit}, {date}: shift {shift} of carer {carer} is on {other}",
                {**values, "other": context.date(row.day)},
            )
        else:
            message = Message(
                "{visit}, {date}: {start}–{end} lies outside shift {shift} of carer {carer}, {from}–{to}",
                {
                    **values,
                    "start": clock_value(duty.day, duty.start_min),
                    "end": clock_value(duty.day, duty.end_min),
                    "from": clock_value(duty.day, row.start_min),
                    "to": clock_value(duty.day, row.end_min),
                },
            )
        found.append(
            broken(
                "shift",
                message,
                need_id=duty.need_id,
                citizen_id=duty.citizen_id,
                carer_id=carer_id,
                shift_id=row.shift_id,
                day=duty.day,
            )
        )
    for day in context.shift_days.values():
        found += [_no_room(context, day, leg, "shift") for leg in _without_room(day) if leg.is_end]
    return found


def _one_shift_each(context: RosterContext) -> list[Violation]:
    rows = [
        *(
            (row.placed.need_id, row.placed.day, row.placed.carers, row.placed.shifts)
            for row in context.visits
            if len(row.placed.carers) != len(row.placed.shifts)
        ),
        *(
            (row.session.session_id, row.session.day, row.row.carers, row.row.shifts)
            for row in context.sessions
        ),
    ]
    found = []
    for need_id, day, carers, shifts in rows:
        if len(carers) != len(shifts):
            message = Message(
                "{visit}, {date}: {value} shift(s) are named for {limit} carer(s); one for each, in order",
                {"visit": need_id, "date": context.date(day), "value": len(shifts), "limit": len(carers)},
            )
            found.append(
                broken("shift", message, need_id=need_id, day=day, value=len(shifts), limit=len(carers))
            )
    return found


def overlap(problem: Problem, context: RosterContext) -> list[Violation]:
    """A carer's items do not overlap: within a shift, and where two of the carer's shifts run at once."""
    found = []
    for day in context.shift_days.values():
        if day.is_used:
            found += _overlaps(context, day.shift, day.stops)
    for shifts in context.shifts_of.values():
        for first, second in pairwise(shifts):
            if second.start_min < first.end_min:
                both = [context.shift_days[one.shift_id] for one in (first, second)]
                if all(day.is_used for day in both):
                    found += _overlaps_across(context, *both)
    return found


def _overlaps(context: RosterContext, row: Shift, stops: tuple[Stop, ...]) -> list[Violation]:
    found = []
    for first, second in _overlapping(stops):
        found.append(_overlap(context, row, first, second))
    return found


def _overlaps_across(context: RosterContext, one: ShiftDay, other: ShiftDay) -> list[Violation]:
    own = {id(stop) for stop in one.stops}
    stops = sorted((*one.stops, *other.stops), key=lambda stop: (stop.start_min, stop.end_min))
    return [
        _overlap(context, other.shift, first, second)
        for first, second in _overlapping(tuple(stops))
        if (id(first) in own) != (id(second) in own)
    ]


def _overlapping(stops: tuple[Stop, ...]) -> list[tuple[Stop, Stop]]:
    """Each stop that begins before an earlier one has ended, with that one."""
    found = []
    latest: Stop | None = None
    for stop in stops:
        # Meetings that overlap each other are the pack's doing, not the roster's.
        if latest is not None and stop.start_min < latest.end_min and {stop.kind, latest.kind} != {MEETING}:
            found.append((latest, stop))
        if latest is None or stop.end_min > latest.end_min:
            latest = stop
    return found


def _overlap(context: RosterContext, row: Shift, first: Stop, second: Stop) -> Violation:
    message = Message(
        "shift {shift}, {date}: {second} starts at {start}, before {first} ends at {end}",
        {
            "shift": row.shift_id,
            "date": context.date(row.day),
            "second": second.what,
            "start": clock_value(row.day, second.start_min),
            "first": first.what,
            "end": clock_value(row.day, first.end_min),
        },
    )
    return broken(
        "overlap",
        message,
        need_id=second.what if second.visit is not None or second.session is not None else first.what,
        carer_id=context.owners.get(row.shift_id),
        shift_id=row.shift_id,
        day=row.day,
        value=second.start_min,
        limit=first.end_min,
    )


def travel(problem: Problem, context: RosterContext) -> list[Violation]:
    """Between two places there is time for the whole journey in one gap, and a way to make it."""
    found = []
    for day in context.shift_days.values():
        found += [_no_room(context, day, leg, "travel") for leg in _without_room(day) if not leg.is_end]
        for leg in day.legs:
            if leg.obstacle == UNREACHABLE:
                message = Message(
                    "shift {shift}, {date}: {target} cannot be reached from {origin}",
                    {
                        "shift": day.shift.shift_id,
                        "date": context.date(day.shift.day),
                        "origin": leg.origin,
                        "target": leg.target,
                    },
                )
                found.append(_leg_broken("travel", message, day, leg))
    return found


def _without_room(day: ShiftDay) -> list[Leg]:
    return [leg for leg in day.legs if leg.obstacle == NO_ROOM]


def _no_room(context: RosterContext, day: ShiftDay, leg: Leg, rule: str) -> Violation:
    row = day.shift
    message = Message(
        "shift {shift}, {date}: {value} minutes of travel from {origin} to {target}, and {limit} to do it in"
        " between {from} and {to}",
        {
            "shift": row.shift_id,
            "date": context.date(row.day),
            "value": leg.minutes,
            "limit": leg.room_min,
            "origin": leg.origin,
            "target": leg.target,
            "from": clock_value(row.day, row.start_min if leg.before is None else leg.before.end_min),
            "to": clock_value(row.day, row.end_min if leg.after is None else leg.after.start_min),
        },
    )
    return _leg_broken(rule, message, day, leg)


def _leg_broken(rule: str, message: Message, day: ShiftDay, leg: Leg) -> Violation:
    stop = leg.after or leg.before
    visit = None if stop is None else stop.visit
    return broken(
        rule,
        message,
        need_id=None if visit is None else visit.need_id,
        citizen_id=None if visit is None else visit.citizen_id,
        carer_id=None if day.carer is None else day.carer.carer_id,
        shift_id=day.shift.shift_id,
        day=day.shift.day,
        value=leg.minutes,
        limit=leg.room_min,
    )


def break_rule(problem: Problem, context: RosterContext) -> list[Violation]:
    """A shift with visits or sessions has its break, of exactly its minutes, within its times; one without
    needs none.
    """
    breaks: dict[str, list[PlacedBreak]] = defaultdict(list)
    for pause in context.roster.breaks:
        breaks[pause.shift_id].append(pause)
    found = []
    for day in context.shift_days.values():
        row = day.shift
        placed = breaks.get(row.shift_id, [])
        if row.break_minutes and day.is_used and not placed:
            message = Message(
                "shift {shift}, {date}: a break of {limit} minutes is missing", _break_values(context, row)
            )
            found.append(_break_broken(message, row, context, 0))
        found += _placed_breaks(context, row, placed)
    return found


def _placed_breaks(context: RosterContext, row: Shift, placed: list[PlacedBreak]) -> list[Violation]:
    found = []
    earliest, latest = row.break_window()
    if len(placed) > 1:
        message = Message(
            "shift {shift}, {date}: {value} breaks; a shift has one",
            _break_values(context, row, value=len(placed)),
        )
        found.append(_break_broken(message, row, context, len(placed)))
    for pause in placed:
        minutes = pause.end_min - pause.start_min
        if minutes != row.break_minutes:
            message = Message(
                "shift {shift}, {date}: the break at {start} lasts {value} minutes, it is to last {limit}",
                _break_values(context, row, pause, value=minutes),
            )
            found.append(_break_broken(message, row, context, minutes))
        elif not earliest <= pause.start_min <= pause.end_min <= latest:
            message = Message(
                "shift {shift}, {date}: the break {start}–{end} lies outside {from}–{to}",
                _break_values(
                    context,
                    row,
                    pause,
                    end=clock_value(row.day, pause.end_min),
                    **{"from": clock_value(row.day, earliest), "to": clock_value(row.day, latest)},
                ),
            )
            found.append(_break_broken(message, row, context, minutes))
    return found


def _break_values(
    context: RosterContext, row: Shift, pause: PlacedBreak | None = None, **more: object
) -> dict[str, object]:
    values = {"shift": row.shift_id, "date": context.date(row.day), "limit": row.break_minutes, **more}
    return values if pause is None else {**values, "start": clock_value(row.day, pause.start_min)}


def _break_broken(message: Message, row: Shift, context: RosterContext, value: int) -> Violation:
    return broken(
        "break",
        message,
        carer_id=context.owners.get(row.shift_id),
        shift_id=row.shift_id,
        day=row.day,
        value=value,
        limit=row.break_minutes,
    )


def reserve(problem: Problem, context: RosterContext) -> list[Violation]:
    """A shift with visits or sessions keeps its reserve for emergency calls free (S21)."""
    found = []
    for day in context.shift_days.values():
        limit = day.shift.reserve_minutes
        if day.is_used and limit and day.idle_min < limit:
            message = Message(
                "shift {shift}, {date}: {value} minutes are free for emergency calls, {limit} are to be",
                {
                    "shift": day.shift.shift_id,
                    "date": context.date(day.shift.day),
                    "value": day.idle_min,
                    "limit": limit,
                },
            )
            found.append(
                broken(
                    "reserve",
                    message,
                    carer_id=None if day.carer is None else day.carer.carer_id,
                    shift_id=day.shift.shift_id,
                    day=day.shift.day,
                    value=day.idle_min,
                    limit=limit,
                )
            )
    return found
