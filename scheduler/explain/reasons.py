"""Why a carer does not come to a visit: every rule that stops them, with its values (S11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.eligibility import modalities, start_range
from scheduler.explain.board import BREAK, MEETING, VISIT, Board, day_window
from scheduler.explain.network import Key
from scheduler.explain.openings import Opening, openings
from scheduler.explain.places import Trial, lengths, trials
from scheduler.explain.table import Round
from scheduler.message import Message
from scheduler.problem import Carer, Need, Problem, week_of
from scheduler.qualifications import qualifies
from scheduler.rules.wording import clock_value
from scheduler.travel import TravelTable

#: A carer who is off duty, or cannot reach the visit, is stopped earlier than one who only has no room.
STAGES = ("off_duty", "shift", "unreachable", "ferry", "carer_absent", "room", "together")


@dataclass(frozen=True)
class Reason:
    """One thing that stops a carer: the rule's code (or ``off_duty``, ``room``, ``together``) and a sentence."""

    code: str
    message: Message
    #: The day it holds on; None: any day.
    day: int | None = None


@dataclass(frozen=True)
class Stopped:
    """Carers stopped by the same things."""

    carers: tuple[str, ...]
    reasons: tuple[Reason, ...]


def grouped(rows: Iterable[tuple[str, Sequence[Reason]]]) -> tuple[Stopped, ...]:
    """Carers with the same reasons together; larger groups first."""
    found: dict[tuple[str, ...], tuple[list[str], tuple[Reason, ...]]] = {}
    for carer_id, reasons in rows:
        sign = tuple(f"{row.code}|{row.day}|{row.message}" for row in reasons)
        found.setdefault(sign, ([], tuple(reasons)))[0].append(carer_id)
    groups = [Stopped(tuple(carers), reasons) for carers, reasons in found.values()]
    return tuple(sorted(groups, key=lambda row: (-len(row.carers), row.carers)))


def general_reasons(board: Board, need: Need, days: Sequence[int]) -> tuple[Reason, ...]:
    """What stops everybody: no start is left by the need and its citizen, no way to do it, no package hours."""
    problem = board.problem
    found = []
    first, last = need.start_bounds()
    if first > last:
        message = Message(
            "the agreed time {agreed} lies outside the window {from}–{to}",
            {
                "agreed": clock_value(0, need.agreed_start_min or 0),
                "from": clock_value(0, need.window_start_min),
                "to": clock_value(0, need.window_end_min),
            },
        )
        return (Reason("agreed", message),)
    away = problem.absences_of_citizen.get(need.citizen_id, ())
    if away and all(_always_away(board, need, day) for day in days):
        found.append(Reason("citizen_absent", Message("the citizen is absent at every time that is left")))
    if not modalities(problem, Due(need, 0, 0, ())):
        message = Message("it is a screen visit, and citizen {citizen} or package {package} has no screen")
        values = {"citizen": need.citizen_id, "package": problem.package_of(need.citizen_id).package_id}
        found.append(Reason("screen", replace(message, values=values)))
    for week in sorted({week_of(day) for day in days}):
        room = board.package_room_min(need, week)
        row = board.package_week[need.citizen_id, week]
        if room is not None and room < need.minutes_min:
            message = Message(
                "package hours: {placed} of at most {most} minutes are planned in {week}; there is room for"
                " {room}, and the visit takes at least {minutes}",
                {
                    "placed": row.placed_min,
                    "most": row.package.most_min(),
                    "week": problem.calendar.week_name(week),
                    "room": max(0, room),
                    "minutes": need.minutes_min,
                },
            )
            found.append(Reason("package", message, 7 * week))
    return tuple(found)


def _always_away(board: Board, need: Need, day: int) -> bool:
    first, last = day_window(need, day)
    rows = board.problem.absences_of_citizen[need.citizen_id]
    start = first
    while start <= last:
        blocking = [row.end_min for row in rows if row.overlaps(start, start + need.minutes_min)]
        if not blocking:
            return False
        start = max(blocking)
    return True


def reasons_for(
    board: Board, need: Need, days: Sequence[int], carer: Carer, trial: Trial | None
) -> list[Reason]:
    """Every rule that keeps one carer from the visit; empty when there is an offer.

    ``trial``: what trying the carer came to. Where several days are possible, the day on which least is in the way
    is told.
    """
    found = person_reasons(board.problem, carer, need.qualification, (need.citizen_id,))
    if found:
        return found
    if trial is not None and trial.offer is not None:
        return []
    if trial is not None and trial.broken:
        return [
            Reason(row.rule, row.message, row.day)
            for row in {str(one.message): one for one in trial.broken}.values()
        ]
    by_day = [_on_day(board, need, day, carer) for day in days]
    by_day = [rows for rows in by_day if rows]
    if not by_day:
        return []
    return max(by_day, key=lambda rows: (STAGES.index(rows[0].code), -_lack(rows)))


def _lack(rows: Sequence[Reason]) -> float:
    value = rows[0].message.values.get("lack", 0)
    return float(value) if isinstance(value, int | float) else 0.0


def person_reasons(
    problem: Problem, carer: Carer, qualification: str | None, citizens: Sequence[str]
) -> list[Reason]:
    """What keeps a carer from work that asks for a qualification, for these citizens, whatever the day."""
    found = []
    if carer.is_trainee:
        found.append(Reason("trainee", Message("comes along with a mentor only")))
    if not qualifies(carer.qualification, qualification):
        message = Message(
            "is {qualification}; {asked} is asked for",
            {"qualification": carer.qualification, "asked": qualification},
        )
        found.append(Reason("qualification", message))
    if not carer.introduced:
        found.append(Reason("introduced", Message("is not introduced to the work yet")))
    for citizen_id in citizens:
        if (carer.carer_id, citizen_id) in problem.barred_pairs:
            message = Message("is not to come to citizen {citizen}", {"citizen": citizen_id})
            found.append(Reason("barred", message))
    return found


def _on_day(board: Board, need: Need, day: int, carer: Carer) -> list[Reason]:
    table = board.table(day)
    rounds = [row for row in table.rounds.values() if row.carer.carer_id == carer.carer_id]
    if not rounds:
        message = Message("is off duty on {date}", {"date": board.problem.calendar.date(day)})
        return [Reason("off_duty", message, day)]
    due = Due(need, week_of(day), 0, (day,))
    ways = modalities(board.problem, due) or ("home",)
    reached = [
        row
        for row in rounds
        if any(_range(board.without_meetings, board.travel, due, day, row, way == "screen") for way in ways)
    ]
    if not reached:
        return [_out_of_reach(board, due, day, row, ways[0] == "screen") for row in rounds]
    one = replace(need, carers=1)
    found = list(openings(board, one, day, (carer.carer_id,)))
    window = day_window(need, day)
    least, _ = lengths(board, need, week_of(day))
    if need.carers > 1 and any(row.lacking_min(least, window) == 0 for row in found):
        return [_not_together(board, need, day, found, least, window)]
    if not found:
        return [_busy(board, need, day, reached[0])]
    # Where there is room only without the break, what is lacking with the break in its place says more.
    if any(row.lacking_min(least, window) == 0 for row in found):
        found = [row for row in found if not row.breaks] or found
    best = min(found, key=lambda row: (row.lacking_min(least, window), len(row.breaks)))
    return [_no_room(board, need, day, best, least, window)]


def _range(problem: Problem, travel: TravelTable, due: Due, day: int, row: Round, screen: bool) -> object:
    return start_range(problem, travel, due, day, row.shift, row.carer, screen=screen)


def _out_of_reach(board: Board, due: Due, day: int, row: Round, screen: bool) -> Reason:
    """Why a shift does not reach the visit even when it is empty."""
    problem, need, shift = board.without_meetings, due.need, row.shift
    present = replace(problem, absences=tuple(one for one in problem.absences if one.carer_id is None))
    away = [
        one
        for one in problem.absences_of_carer.get(row.carer.carer_id, ())
        if one.overlaps(shift.start_min, shift.end_min)
    ]
    first, last = day_window(need, day)
    if away and _range(present, board.travel, due, day, row, screen):
        times = ", ".join(
            f"{problem.calendar.wall(one.start_min):%Y-%m-%d %H:%M} – {problem.calendar.wall(one.end_min):%Y-%m-%d %H:%M}"
            for one in away
        )
        return Reason("carer_absent", Message("is absent {times}", {"times": times}), day)
    values: dict[str, object] = {
        "from": clock_value(day, shift.start_min),
        "to": clock_value(day, shift.end_min),
        "first": clock_value(day, first),
        "last": clock_value(day, last),
        "minutes": need.minutes_min,
        "citizen": need.citizen_id,
    }
    if screen:
        message = Message(
            "is on duty {from}–{to}; the visit starts between {first} and {last} and takes {minutes} minutes",
            values,
        )
        return Reason("shift", message, day)
    mode = row.carer.mode
    out = board.travel.end_minutes(shift.begins_at, need.citizen_id, mode, day, outward=True)
    back = board.travel.end_minutes(shift.begins_at, need.citizen_id, mode, day, outward=False)
    island = board.travel.island_of(need.citizen_id)
    if island is not None and shift.begins_at != island:
        ferry = problem.ferry_on.get((island, day))
        values["island"] = island
        if ferry is None:
            return Reason("ferry", Message("no ferry sails to {island} that day", values), day)
        if out is not None and back is not None:
            values |= {
                "arrival": clock_value(day, ferry.first_arrival_min),
                "departure": clock_value(day, ferry.last_departure_min),
            }
            if ferry.first_arrival_min > last or ferry.last_departure_min < first + need.minutes_min:
                message = Message(
                    "can be on {island} only from {arrival} to {departure}; the visit starts between {first} and"
                    " {last}",
                    values,
                )
                return Reason("ferry", message, day)
    if out is None or back is None:
        return Reason("unreachable", Message("cannot reach citizen {citizen}", values), day)
    values |= {"out": out, "back": back}
    message = Message(
        "is on duty {from}–{to}; the visit starts between {first} and {last} and takes {minutes} minutes, with"
        " {out} minutes of travel there and {back} back",
        values,
    )
    return Reason("shift", message, day)


def _no_room(
    board: Board, need: Need, day: int, best: Opening, minutes: int, window: tuple[int, int]
) -> Reason:
    spot = best.spots[0]
    travel = sum(
        way.minutes
        for way in (spot.round.ways[spot.position], spot.round.ways[spot.position + 1])
        if way is not None
    )
    lack = best.lacking_min(minutes, window)
    values: dict[str, object] = {
        "before": _named(board, spot.before, day, ends=True),
        "after": _named(board, spot.after, day, ends=False),
        "lack": lack,
        "minutes": minutes,
        "travel": travel,
        "busy": _busy_with(board, best.table.rounds[spot.round.shift.shift_id], day, minutes, window),
    }
    if lack:
        template = Message(
            "has no room: at best between {before} and {after}, where it is {lack} min short ({minutes} min for the"
            " visit, {travel} min of travel); busy then with {busy}",
            values,
        )
    else:
        template = Message("has no room that also leaves the break a place; busy then with {busy}", values)
    return Reason("room", template, day)


def _busy(board: Board, need: Need, day: int, row: Round) -> Reason:
    window = day_window(need, day)
    values = {"busy": _busy_with(board, row, day, need.minutes_min, window)}
    return Reason("room", Message("has no room; busy then with {busy}", values), day)


def _busy_with(board: Board, row: Round, day: int, minutes: int, window: tuple[int, int]) -> object:
    table = board.table(day)
    rows = [table.items[key] for key in row.order if key in table.items]
    told = [
        f"{_short(item.key)} {clock_value(day, item.start_min)}–{clock_value(day, item.end_min)}"
        for item in rows
        if item.start_min < window[1] + minutes and item.end_min > window[0] and item.key[0] != BREAK
    ]
    return ", ".join(told) if told else Message("travel")


def _short(key: Key) -> str:
    return key[1].split("@")[0] if key[0] == MEETING else key[1]


def _named(board: Board, key: Key | None, day: int, *, ends: bool) -> Message:
    if key is None:
        return Message("the start of the shift") if ends else Message("the end of the shift")
    item = board.table(day).items.get(key)
    clock = "" if item is None else clock_value(day, item.end_min if ends else item.start_min)
    values: dict[str, object] = {"what": _short(key), "clock": clock}
    if key[0] == BREAK:
        return Message("the break")
    return Message("{what} (ends {clock})", values) if ends else Message("{what} (starts {clock})", values)


def _not_together(
    board: Board, need: Need, day: int, found: Sequence[Opening], minutes: int, window: tuple[int, int]
) -> Reason:
    starts = [row.starts(minutes, window) for row in found]
    times = sorted({(first, last) for first, last in starts if first <= last})
    told = ", ".join(f"{clock_value(day, first)}–{clock_value(day, last)}" for first, last in _merged(times))
    message = Message(
        "could start it {times}, but never together with as many others as it takes ({carers} carers)",
        {"times": told, "carers": need.carers},
    )
    return Reason("together", message, day)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in spans:
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def try_everybody(
    board: Board, need: Need, days: Sequence[int], carers: Iterable[str] | None = None
) -> dict[str, Trial]:
    """By carer the best trial that the carer takes part in."""
    best: dict[str, Trial] = {}
    for trial in trials(board, need, days, None if carers is None else list(carers)):
        for carer_id in trial.carers:
            if carer_id not in best or (best[carer_id].offer is None and trial.offer is not None):
                best[carer_id] = trial
    return best


def stopped(board: Board, need: Need, days: Sequence[int], tried: dict[str, Trial]) -> tuple[Stopped, ...]:
    """All carers without an offer, with what stops them."""
    rows: dict[str, list[Reason]] = defaultdict(list)
    for carer in board.problem.carers:
        rows[carer.carer_id] = reasons_for(board, need, days, carer, tried.get(carer.carer_id))
    return grouped((carer_id, reasons) for carer_id, reasons in rows.items() if reasons)


__all__ = [
    "DAY_MIN",
    "VISIT",
    "Reason",
    "Stopped",
    "general_reasons",
    "grouped",
    "person_reasons",
    "reasons_for",
    "stopped",
    "try_everybody",
]
