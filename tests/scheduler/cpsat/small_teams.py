"""Small invented teams for the tests of what CP-SAT proves and chooses; everything not named is the
plainest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from scheduler.clock import DAY_MIN, Calendar, parse_clock
from scheduler.problem import Carer, Citizen, Need, Package, Point, Problem, Shift

BASE_POINT = Point(55.657, 12.363)
MONDAY = date(2026, 11, 30)


def at(day: int, clock: str) -> int:
    """The pack minute of a clock time on a day."""
    return day * DAY_MIN + parse_clock(clock)


def need(
    need_id: str, citizen_id: str = "c1", window: tuple[str, str] = ("07:00", "09:00"), **rest: Any
) -> Need:
    """A home visit of 30 minutes each Monday."""
    fields: dict[str, Any] = {
        "service": "personal_care",
        "days": (0,),
        "times_per_week": None,
        "minutes": 30,
    }
    fields |= rest
    minutes = fields["minutes"]
    fields = {"minutes_min": minutes, "minutes_max": minutes} | fields
    return Need(
        need_id,
        citizen_id,
        window_start_min=parse_clock(window[0]),
        window_end_min=parse_clock(window[1]),
        **fields,
    )


def carer(carer_id: str, **rest: Any) -> Carer:
    """A fixed helper on a bike."""
    fields: dict[str, Any] = {"qualification": "helper"}
    return Carer(carer_id, f"Carer {carer_id}", **(fields | rest))


def shift(shift_id: str, carer_id: str | None, day: int, start: str, end: str, **rest: Any) -> Shift:
    """A shift that begins at the first visit; an ``end`` not after ``start`` is on the next day."""
    first, last = at(day, start), at(day, end)
    if last <= first:
        last += DAY_MIN
    fields: dict[str, Any] = {"begins_at": "first_visit"}
    return Shift(shift_id, carer_id, day, first, last, **(fields | rest))


def citizen(citizen_id: str, **rest: Any) -> Citizen:
    """A citizen at the base's own address."""
    fields: dict[str, Any] = {"point": BASE_POINT, "package_id": "P"}
    return Citizen(citizen_id, f"Citizen {citizen_id}", **(fields | rest))


def team(
    needs: list[Need],
    carers: list[Carer],
    shifts: list[Shift],
    citizens: list[Citizen] | None = None,
    *,
    first_monday: date = MONDAY,
    weeks: int = 1,
    **rest: Any,
) -> Problem:
    """A team of those; citizens are made for the needs that name them when none are given."""
    if citizens is None:
        citizens = [citizen(one) for one in sorted({row.citizen_id for row in needs})]
    return Problem(
        name="Team",
        calendar=Calendar(first_monday, weeks),
        base=BASE_POINT,
        packages=rest.pop("packages", (Package("P"),)),
        citizens=tuple(citizens),
        needs=tuple(needs),
        carers=tuple(carers),
        shifts=tuple(shifts),
        **rest,
    )


def without_carer(problem: Problem, carer_id: str) -> Problem:
    """The same team without a carer and the carer's shifts."""
    return replace(
        problem,
        carers=tuple(row for row in problem.carers if row.carer_id != carer_id),
        shifts=tuple(row for row in problem.shifts if row.carer_id != carer_id),
    )
