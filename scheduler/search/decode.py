"""From the search's arrays back to visits, sessions and breaks."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.due import Due
from scheduler.problem import Session, Shift
from scheduler.roster import PlacedBreak, PlacedSession, PlacedVisit
from scheduler.search import world as ws
from scheduler.search.build_items import Plan
from scheduler.search.world import World


@dataclass(frozen=True)
class Decoded:
    """What a world holds: placed visits in order of time, held sessions, breaks of used shifts, and what is left."""

    visits: tuple[PlacedVisit, ...]
    sessions: tuple[PlacedSession, ...]
    breaks: tuple[PlacedBreak, ...]
    left_out: tuple[Due | Session, ...]


def decode(world: World, plan: Plan) -> Decoded:
    """Read a roster out of a world; pins that break a rule stay in it as published."""
    visits: list[PlacedVisit] = list(plan.bent)
    sessions: list[PlacedSession] = []
    breaks: list[PlacedBreak] = []
    left_out: list[Due | Session] = []
    for i, row in enumerate(plan.items):
        item = world.items[i]
        complete = item["placed"] == item["slots"]
        if plan.pins.get(i) in plan.bent:
            continue
        if isinstance(row, Due | Session) and not complete:
            left_out.append(row)
        elif isinstance(row, Due):
            visits.append(_visit(world, plan, i, row))
        elif isinstance(row, Session):
            carers, shifts = _staff(world, plan, i)
            sessions.append(PlacedSession(row.session_id, carers, shifts))
        elif isinstance(row, Shift) and (start := _break_start(world, plan, i, row)) is not None:
            breaks.append(PlacedBreak(row.shift_id, start, start + int(item["dur"])))
    visits.sort(key=lambda visit: (visit.start_min, visit.need_id))
    breaks.sort(key=lambda row: (row.start_min, row.shift_id))
    return Decoded(tuple(visits), tuple(sessions), tuple(breaks), tuple(left_out))


def _break_start(world: World, plan: Plan, i: int, shift: Shift) -> int | None:
    """When a shift's break begins; None where nothing is done that day, so that none is needed."""
    if world.routes[plan.owner[i]]["active"] > 0:
        return int(world.items[i]["start"])
    pinned = sorted((v.start_min, v.end_min) for v in plan.bent if shift.shift_id in v.shifts)
    if not pinned:
        return None
    earliest, end = shift.break_window()
    start = earliest
    for busy_from, busy_to in pinned:
        if busy_from < start + shift.break_minutes and start < busy_to:
            start = busy_to
    return start if start + shift.break_minutes <= end else earliest


def _visit(world: World, plan: Plan, i: int, due: Due) -> PlacedVisit:
    item = world.items[i]
    carers, shifts = _staff(world, plan, i)
    pin = plan.pins.get(i)
    if pin is not None:
        return pin
    start = int(item["start"])
    return PlacedVisit(
        need_id=due.need.need_id,
        citizen_id=due.need.citizen_id,
        day=int(item["day"]),
        start_min=start,
        end_min=start + int(item["dur"]),
        modality="screen" if item["screen"] else "home",
        carers=carers,
        shifts=shifts,
    )


def _staff(world: World, plan: Plan, i: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    item = world.items[i]
    tasks = range(int(item["task0"]), int(item["task0"]) + int(item["slots"]))
    pairs = sorted(
        (plan.routes[r][1].carer_id, plan.routes[r][0].shift_id)
        for r in (int(world.tasks[t]["route"]) for t in tasks)
        if r != ws.NONE
    )
    return tuple(carer for carer, _ in pairs), tuple(shift for _, shift in pairs)
