"""Who may take an open shift, and what stops each of the others: the ground of the assignment and of its
explanation (S7, S11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.problem import Carer, Problem, Shift
from scheduler.working_days import broken_days
from scheduler.working_time import broken_with


@dataclass(frozen=True)
class OpenShiftReasons:
    """An open shift that nobody takes: by carer the rules (codes) that stop them; an empty row stops nobody.

    Where somebody could take it, nobody does because it costs more than it gives.
    """

    shift: Shift
    stops: Mapping[str, tuple[str, ...]]

    @property
    def free(self) -> tuple[str, ...]:
        """Those whom no rule stops."""
        return tuple(carer_id for carer_id, rules in self.stops.items() if not rules)


def obstacles(problem: Problem, carer: Carer, own: Sequence[Shift], shift: Shift) -> tuple[str, ...]:
    """Every rule (by code) that stops a carer with the shifts ``own`` from taking an open shift."""
    found = []
    if carer.is_trainee:
        found.append("trainee")
    if not carer.introduced:
        found.append("introduced")
    away = problem.absences_of_carer.get(carer.carer_id, ())
    if any(row.overlaps(shift.start_min, shift.end_min) for row in away):
        found.append("carer_absent")
    found += broken_with(problem.calendar, problem.rules, own, shift)
    found += broken_days(problem, carer, own, shift)
    return tuple(found)


def shifts_with(problem: Problem, open_shifts: Mapping[str, str]) -> dict[str, list[Shift]]:
    """By carer: the given shifts and the open ones taken; a missing key is none."""
    found: dict[str, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        owner = shift.carer_id if shift.carer_id is not None else open_shifts.get(shift.shift_id)
        if owner is not None:
            found[owner].append(shift)
    return dict(found)


def why_open(problem: Problem, open_shifts: Mapping[str, str]) -> list[OpenShiftReasons]:
    """For each open shift that nobody takes what stops each carer, given who takes the others."""
    own = shifts_with(problem, open_shifts)
    return [
        OpenShiftReasons(
            shift,
            {
                carer.carer_id: obstacles(problem, carer, own.get(carer.carer_id, ()), shift)
                for carer in problem.carers
            },
        )
        for shift in problem.shifts
        if shift.carer_id is None and shift.shift_id not in open_shifts
    ]
