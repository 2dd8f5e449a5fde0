"""What open shifts are taken for: visits that only they reach, work that nobody on duty has minutes for (see
:mod:`scheduler.cpsat.shifts_shortage`), and the contact carer's presence (S3, S6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from scheduler.cpsat.demand import lumps
from scheduler.cpsat.shifts_model import ShiftModel
from scheduler.cpsat.shifts_prices import MINUTES_PER_VISIT
from scheduler.cpsat.shifts_shortage import add_shortage
from scheduler.due import Due, due_visits
from scheduler.eligibility import modalities
from scheduler.reach import Reach, can_be_staffed, given_takers
from scheduler.travel import TravelTable


def add_demand(m: ShiftModel, travel: TravelTable) -> None:
    """All that the due visits ask of the open shifts."""
    dues = due_visits(m.problem).visits
    opened = Reach(m.problem, travel, m.takers)
    missed = visits_only_open_shifts_reach(m, Reach(m.problem, travel, given_takers(m.problem)), opened, dues)
    contact_carers(m, opened, dues)
    add_shortage(m, lumps(m.problem, travel, dues), missed)


def visits_only_open_shifts_reach(
    m: ShiftModel, given: Reach, opened: Reach, dues: Sequence[Due]
) -> dict[Due | None, Any]:
    """A due visit that only open shifts can serve costs what leaving it out costs, unless they do.

    Returns for each such visit the variable that says it is missed.
    """
    found: dict[Due | None, Any] = {}
    open_days = {shift.day for shift in m.open}
    for due in dues:
        if open_days.isdisjoint(due.days):
            continue
        ways = [(day, way == "screen") for day in due.days for way in modalities(m.problem, due)]
        if any(_is_staffed(given, due, day, screen) for day, screen in ways):
            continue
        served = [
            here
            for day, screen in ways
            if (here := _served_with(m, given, opened, due, day, screen)) is not None
        ]
        if served:
            missed = m.model.new_bool_var("")
            m.model.add_bool_or([*served, missed])
            m.pay(m.weights.unplaced(due.need.priority), missed)
            found[due] = missed
    return found


def _is_staffed(given: Reach, due: Due, day: int, screen: bool) -> bool:
    """Whether the given shifts alone can serve the visit."""
    if due.need.carers == 1:
        return next(given.by_shift(due.need, day, screen=screen), None) is not None
    return can_be_staffed(given.on(due.need, day, screen=screen), due.need.carers)


def _served_with(m: ShiftModel, given: Reach, opened: Reach, due: Due, day: int, screen: bool) -> Any | None:
    """A variable that is true only if open shifts bring the carers the visit wants; None when they cannot."""
    on_given = given.on(due.need, day, screen=screen)
    options: dict[str, list[Any]] = defaultdict(list)
    for shift, carer, _ in opened.by_shift(due.need, day, screen=screen):
        if carer.carer_id not in on_given:
            options[carer.carer_id].append(m.take(shift, carer))
    if len(on_given) + len(options) < due.need.carers:
        return None
    here = m.model.new_bool_var("")
    if due.need.carers - len(on_given) == 1:
        m.model.add_bool_or([*(take for takes in options.values() for take in takes), here.negated()])
    else:
        coming = [m.any_of(takes) for takes in options.values()]
        m.model.add(sum(coming) + len(on_given) >= due.need.carers).only_enforce_if(here)
    return here


def contact_carers(m: ShiftModel, opened: Reach, dues: Iterable[Due]) -> None:
    """A shift in which a carer can see citizens whose contact carer they are is worth ``weights.contact`` a
    visit."""
    could_work = {(carer_id, shift.day) for carer_id, mine in m.options.items() for shift in mine}
    visits: dict[tuple[str, str], int] = defaultdict(int)
    for due in dues:
        contact = m.problem.citizen_by_id[due.need.citizen_id].contact_carer
        if contact is None or due.fixed_day is None or (contact, due.fixed_day) not in could_work:
            continue
        if "home" not in modalities(m.problem, due):
            continue
        for shift, carer, _ in opened.by_shift(due.need, due.fixed_day):
            if carer.carer_id == contact:
                visits[shift.shift_id, contact] += 1
    for key, count in visits.items():
        room = m.problem.shift_by_id[key[0]].minutes / MINUTES_PER_VISIT
        m.pay(-m.weights.contact * min(count, room), m.takes[key])
