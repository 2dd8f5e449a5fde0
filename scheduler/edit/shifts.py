"""An open shift given to a carer by hand, to another one, or taken back."""

from __future__ import annotations

from dataclasses import replace

from scheduler.edit.commands import GiveShift
from scheduler.message import ProblemError
from scheduler.problem import Carer, Problem, Shift
from scheduler.roster import OpenShift, PlacedBreak, PlacedVisit, Roster


def given_shift(problem: Problem, roster: Roster, command: GiveShift) -> Roster:
    """The roster with the open shift in those hands; visits in it go along, its break gets a time.

    Raises
    ------
    ProblemError
        There is no such open shift, no such carer, nothing would change, it holds visits and is to be open again, or a
        group training is held in it.
    """
    shift = problem.shift_by_id.get(command.shift_id)
    if shift is None or shift.carer_id is not None:
        raise ProblemError(
            "The shift is not an open one; change who has it under Shifts", shift=command.shift_id
        )
    now = next((row.carer_id for row in roster.open_shifts if row.shift_id == shift.shift_id), None)
    others = tuple(row for row in roster.open_shifts if row.shift_id != shift.shift_id)
    if command.carer_id is None:
        return _taken_back(roster, shift, others, now)
    carer = problem.carer_by_id.get(command.carer_id)
    if carer is None:
        raise ProblemError("There is no carer {carer} in the team", carer=command.carer_id)
    if now == carer.carer_id:
        raise ProblemError("{carer} has the shift already", carer=carer.name)
    _refuse_in_vain(problem, carer, shift)
    roster = replace(roster, open_shifts=(*others, OpenShift(shift.shift_id, carer.carer_id)))
    if now is None:
        return _with_break(roster, shift)

    if any(shift.shift_id in row.shifts for row in roster.sessions):
        raise ProblemError("A group training is held in the shift; plan again to give it to somebody else")

    def handed(row: PlacedVisit) -> tuple[str, ...]:
        pairs = zip(row.carers, row.shifts, strict=True)
        return tuple(carer.carer_id if own == shift.shift_id else one for one, own in pairs)

    return replace(roster, visits=tuple(replace(row, carers=handed(row)) for row in roster.visits))


def _refuse_in_vain(problem: Problem, carer: Carer, shift: Shift) -> None:
    """Whoever can make no visit in it does not get it, though an empty shift breaks no rule."""
    away = problem.absences_of_carer.get(carer.carer_id, ())
    if carer.is_trainee:
        raise ProblemError("{carer} is a trainee and takes no open shift", carer=carer.name)
    if not carer.introduced:
        raise ProblemError(
            "{carer} is not introduced to the work yet and takes no open shift", carer=carer.name
        )
    if any(row.overlaps(shift.start_min, shift.end_min) for row in away):
        raise ProblemError("{carer} is absent then; give the shift to somebody else", carer=carer.name)


def _taken_back(roster: Roster, shift: Shift, others: tuple[OpenShift, ...], now: str | None) -> Roster:
    if now is None:
        raise ProblemError("Nobody has the shift; there is nothing to take back")
    held = sum(shift.shift_id in row.shifts for row in roster.visits)
    held += sum(shift.shift_id in row.shifts for row in roster.sessions)
    if held:
        raise ProblemError(
            "{count} visits stand in the shift; give it to somebody else, or move them first", count=held
        )
    breaks = tuple(row for row in roster.breaks if row.shift_id != shift.shift_id)
    return replace(roster, open_shifts=others, breaks=breaks)


def _with_break(roster: Roster, shift: Shift) -> Roster:
    """The shift's break in the middle of its times."""
    if not shift.break_minutes or any(row.shift_id == shift.shift_id for row in roster.breaks):
        return roster
    first, end = shift.break_window()
    start = first + max(0, (end - first - shift.break_minutes) // 2) // 5 * 5
    row = PlacedBreak(shift.shift_id, start, start + shift.break_minutes)
    return replace(roster, breaks=(*roster.breaks, row))
