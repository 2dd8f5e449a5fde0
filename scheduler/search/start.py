"""A first roster to search from: pins, meetings and breaks, then an earlier or standing roster, then greedy filling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.problem import Meeting, Session, Shift
from scheduler.roster import PlacedVisit
from scheduler.search import anneal
from scheduler.search import world as ws
from scheduler.search.build_items import Plan
from scheduler.search.world import World


def place_fixtures(world: World, plan: Plan) -> list[PlacedVisit]:
    """Put pins, meetings and breaks in their routes; returns the pins that break a rule and stay outside.

    Pins known to do so (``plan.bent``) are not tried. A shift in which the break finds no place beside these takes
    nothing more.
    """
    items = world.items
    bent: list[PlacedVisit] = []
    anneal.recount(world)
    for i, row in enumerate(plan.items):
        if isinstance(row, Meeting):
            anneal.place_fixed(world, int(items[i]["task0"]), plan.owner[i], row.start_min)
    for i, pin in plan.pins.items():
        if pin in plan.bent:
            continue
        found = [_route_of(plan, shift, carer) for shift, carer in zip(pin.shifts, pin.carers, strict=False)]
        routes = [r for r in found if r is not None]
        slots = int(items[i]["slots"])
        if len(set(routes)) != slots or not all(_ways(world, i, r) for r in routes):
            bent.append(pin)
            continue
        for slot, r in enumerate(routes):
            if not anneal.place_fixed(world, int(items[i]["task0"]) + slot, r, pin.start_min):
                anneal.remove_item(world, i)
                bent.append(pin)
                break
    for i, row in enumerate(plan.items):
        if isinstance(row, Shift) and not _place_break(world, plan, i):
            _close(world, plan.owner[i])
    return bent


def _place_break(world: World, plan: Plan, i: int) -> bool:
    """Put a break into its route: when a published roster has it, else at its earliest.

    Where a meeting or pin is in its way there, it stands behind one of these.
    """
    item, r = world.items[i], plan.owner[i]
    earliest = int(item["day"]) * DAY_MIN + int(item["pref"])
    others = world.items[world.tasks["item"][world.tasks["route"] == r]]
    starts = [earliest - 1, earliest, *sorted(int(start) for start in others["start"] if start >= earliest)]
    return any(anneal.place_fixed(world, int(item["task0"]), r, start) for start in starts)


def _close(world: World, r: int) -> None:
    """Have a route take nothing more."""
    routes, first = int(world.ctl[ws.S_ROUTES]), int(world.ctl[ws.O_ELIGIBLE])
    world.ints[first + r : first + routes * len(world.items) : routes] = 0


def _ways(world: World, i: int, r: int) -> int:
    """In which ways (HOME_BIT, SCREEN_BIT) a route can take an item."""
    return int(world.ints[world.ctl[ws.O_ELIGIBLE] + i * world.ctl[ws.S_ROUTES] + r])


def _route_of(plan: Plan, shift_id: str, carer_id: str) -> int | None:
    for r, (shift, carer) in enumerate(plan.routes):
        if shift.shift_id == shift_id and carer.carer_id == carer_id:
            return r
    return None


def filling_order(world: World, plan: Plan) -> np.ndarray:
    """Items, the hardest to place first: priority, then how few routes can take them, then two carers, then windows."""
    items = world.items
    order = [i for i, row in enumerate(plan.items) if isinstance(row, Due | Session) and i not in plan.pins]
    order.sort(
        key=lambda i: (
            items[i]["kind"] != ws.SESSION,
            -items[i]["unplaced"],
            -items[i]["slots"],
            items[i]["cand1"] - items[i]["cand0"],
            items[i]["hi"] - items[i]["lo"],
            i,
        )
    )
    return np.array(order, dtype=np.int32)


def follow(world: World, plan: Plan, visits: list[tuple[int, PlacedVisit]]) -> int:
    """Place visits as an earlier roster has them, where that still can be; returns how many."""
    placed = 0
    for i, visit in sorted(visits, key=lambda pair: pair[1].start_min):
        item = world.items[i]
        if item["placed"] > 0 or item["fixed"]:
            continue
        slots = int(item["slots"])
        routes = [
            _route_of(plan, s, c) for s, c in zip(visit.shifts[:slots], visit.carers[:slots], strict=False)
        ]
        bit = ws.SCREEN_BIT if visit.modality == "screen" else ws.HOME_BIT
        if len(routes) < slots or any(r is None or not _ways(world, i, r) & bit for r in routes):
            continue
        clock = visit.start_min - visit.day * DAY_MIN
        placed += anneal.follow_visit(
            world, i, int(visit.modality == "screen"), clock, visit.minutes, np.array(routes, dtype=np.int64)
        )
    return placed


def earlier_visits(plan: Plan) -> list[tuple[int, PlacedVisit]]:
    """Items beside what the published roster, or else the standing roster, has for them, in this pack's days."""
    by_need_day: dict[tuple[str, int], list[PlacedVisit]] = defaultdict(list)
    calendar = plan.problem.calendar
    if plan.problem.published is not None:
        for visit in plan.problem.published.visits:
            by_need_day[visit.need_id, visit.day].append(visit)
    elif plan.problem.standing_roster is not None:
        roster = plan.problem.standing_roster
        offset = (calendar.first_monday - roster.first_monday).days
        for visit in roster.visits:
            for day in range(calendar.days):
                if (day + offset - visit.day) % (7 * roster.weeks) == 0:
                    by_need_day[visit.need_id, day].append(_moved(plan, visit, day))
    found = []
    for i, row in enumerate(plan.items):
        if isinstance(row, Due):
            for day in row.days:
                if by_need_day[row.need.need_id, day]:
                    found.append((i, by_need_day[row.need.need_id, day].pop(0)))
                    break
    return found


def give_up_sessions(world: World, plan: Plan) -> None:
    """Keep no time free for sessions that nobody holds in the published roster."""
    held = {i for i, _ in earlier_sessions(plan)}
    for i, row in enumerate(plan.items):
        if isinstance(row, Session) and i not in held:
            world.items[i]["cand1"] = world.items[i]["cand0"]


def earlier_sessions(plan: Plan) -> list[tuple[int, PlacedVisit]]:
    """Sessions beside who holds them in the published roster, in the form of a visit."""
    if plan.problem.published is None:
        return []
    held = {row.session_id: row for row in plan.problem.published.sessions}
    found = []
    for i, row in enumerate(plan.items):
        if isinstance(row, Session) and (known := held.get(row.session_id)) is not None:
            end_min = row.start_min + row.minutes
            visit = PlacedVisit(
                row.session_id, "", row.day, row.start_min, end_min, "home", known.carers, known.shifts
            )
            found.append((i, visit))
    return found


def _moved(plan: Plan, visit: PlacedVisit, day: int) -> PlacedVisit:
    """A standing visit on a day of the pack, in the shifts its carers have that day."""
    shift_of = {carer.carer_id: shift.shift_id for shift, carer in plan.routes if shift.day == day}
    delta = (day - visit.day) * DAY_MIN
    shifts = tuple(shift_of.get(carer, "") for carer in visit.carers)
    return PlacedVisit(
        visit.need_id,
        visit.citizen_id,
        day,
        visit.start_min + delta,
        visit.end_min + delta,
        visit.modality,
        visit.carers,
        shifts,
    )


def first_roster(
    world: World, plan: Plan, seed: int, contacts: Mapping[str, str], *, complete: bool = True
) -> None:
    """Fill a world that holds only its fixtures (:func:`place_fixtures`).

    ``contacts`` are contact carers proposed for citizens who have none: the filling leans on them, the search does not.
    Not ``complete``: only what an earlier roster has is placed.
    """
    anneal.seed_random(world, seed)
    follow(world, plan, [*earlier_sessions(plan), *earlier_visits(plan)])
    if not complete:
        anneal.recount(world)
        return
    given = world.weeks["contact"].copy()
    for citizen_id, carer_id in contacts.items():
        mine = world.weeks["citizen"] == plan.citizen_index[citizen_id]
        world.weeks["contact"][mine] = plan.carer_index[carer_id]
    anneal.fill(world, filling_order(world, plan))
    world.weeks["contact"] = given
    anneal.recount(world)
