"""One shift of a roster: whose it is, its break, and who may have it when it is an open one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from delivery_app.planner.roster_pages import RosterPage
from delivery_app.views.plan import Person, clock_of
from models.errors import MissingRowError
from scheduler.open_shifts import obstacles, shifts_with


@dataclass(frozen=True)
class Taker:
    """Somebody who could have the shift; ``obstacles``: the rules (codes) that forbid it."""

    carer: Person
    row_id: str
    qualification: str
    obstacles: tuple[str, ...]


@dataclass(frozen=True)
class BreakAt:
    """The shift's break as it lies, and the times between which it has to; minutes after midnight of the date."""

    start_min: int
    end_min: int
    first_min: int
    last_min: int


@dataclass(frozen=True)
class ShiftPanel:
    """A shift as its panel shows it. ``owner`` None: nobody has it."""

    shift_id: str
    when: date
    start_min: int
    end_min: int
    is_open: bool
    owner: Person | None
    visits: int
    pause: BreakAt | None
    takers: tuple[Taker, ...]


def shift_panel(page: RosterPage, ids: Mapping[str, UUID], row_id: UUID) -> ShiftPanel:
    """The panel of a shift; raises MissingRowError when the roster's weeks have none with that row."""
    plan = page.stored.plan
    code = next((code for code, one in ids.items() if one == row_id), "")
    shift = plan.problem.shift_by_id.get(code)
    if shift is None:
        raise MissingRowError("There is no such shift in these weeks")
    owner = plan.owners.get(code)
    lies = next((row for row in plan.roster.breaks if row.shift_id == code), None)
    first, last = shift.break_window()
    return ShiftPanel(
        code,
        plan.date(shift.day),
        clock_of(shift.start_min, shift.day),
        clock_of(shift.end_min, shift.day),
        shift.carer_id is None,
        None if owner is None else plan.carer(owner),
        sum(code in row.shifts for row in plan.roster.visits)
        + sum(code in row.shifts for row in plan.roster.sessions),
        None
        if lies is None
        else BreakAt(
            clock_of(lies.start_min, shift.day),
            clock_of(lies.end_min, shift.day),
            clock_of(first, shift.day),
            clock_of(last, shift.day),
        ),
        _takers(page, code) if shift.carer_id is None else (),
    )


def _takers(page: RosterPage, code: str) -> tuple[Taker, ...]:
    """Everybody but who has it, those whom no rule stops first."""
    plan = page.stored.plan
    shift = plan.problem.shift_by_id[code]
    given = {row.shift_id: row.carer_id for row in plan.roster.open_shifts if row.shift_id != code}
    own = shifts_with(plan.problem, given)
    found = [
        Taker(
            plan.carer(carer.carer_id),
            page.carer_id(carer.carer_id),
            carer.qualification,
            obstacles(plan.problem, carer, own.get(carer.carer_id, ()), shift),
        )
        for carer in plan.problem.carers
        if carer.carer_id != plan.owners.get(code) and not carer.is_trainee
    ]
    return tuple(sorted(found, key=lambda row: (bool(row.obstacles), row.carer.name)))
