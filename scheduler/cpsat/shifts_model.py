"""The ground of the model for open shifts: its variables, and what rules and prices ask of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from ortools.sat.python import cp_model

from scheduler.problem import Carer, Problem, Shift, week_of
from scheduler.working_time import Span, break_holds, duty_max_min, duty_starts, span_of

#: Prices are whole numbers: minutes of a carer's time times this.
SCALE = 40


class ShiftModel:
    """``takes[shift_id, carer_id]`` says that the carer takes the open shift; pairs that no choice can make
    lawful are absent."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.calendar = problem.calendar
        self.rules = problem.rules
        self.weights = problem.weights
        self.model = cp_model.CpModel()
        self.prices: list[Any] = []
        #: What is paid whatever is chosen, in minutes.
        self.fixed_price = 0.0
        self.open = [shift for shift in problem.shifts if shift.carer_id is None]
        self.carers = [carer for carer in problem.carers if not carer.is_trainee and carer.introduced]
        self.given: dict[str, list[Shift]] = defaultdict(list)
        for shift in problem.shifts:
            if shift.carer_id is not None:
                self.given[shift.carer_id].append(shift)
        self.span = {shift.shift_id: span_of(self.calendar, shift) for shift in problem.shifts}
        self.takes: dict[tuple[str, str], Any] = {
            (shift.shift_id, carer.carer_id): self.model.new_bool_var("")
            for shift in self.open
            for carer in self.carers
            if self.may_take(shift, carer)
        }

    def pay(self, minutes: float, amount: Any) -> None:
        """Adds ``minutes`` of a carer's time per unit of ``amount`` to the price."""
        if whole := round(SCALE * minutes):
            self.prices.append(whole * amount)

    @cached_property
    def options(self) -> dict[str, list[Shift]]:
        """By carer: the open shifts the carer may take; carers without any are absent."""
        found: dict[str, list[Shift]] = defaultdict(list)
        for shift in self.open:
            for carer in self.carers:
                if (shift.shift_id, carer.carer_id) in self.takes:
                    found[carer.carer_id].append(shift)
        return dict(found)

    @cached_property
    def takers(self) -> dict[str, list[str]]:
        """By open shift: the carers who may take it."""
        found: dict[str, list[str]] = {shift.shift_id: [] for shift in self.open}
        for shift_id, carer_id in self.takes:
            found[shift_id].append(carer_id)
        return found

    def take(self, shift: Shift, carer: Carer) -> Any:
        """The variable of a shift and a carer who may take it."""
        return self.takes[shift.shift_id, carer.carer_id]

    def is_worked(self, shift: Shift) -> Any:
        """1 when somebody takes the shift: an expression."""
        return sum(self.takes[shift.shift_id, carer_id] for carer_id in self.takers[shift.shift_id])

    def any_of(self, literals: Sequence[Any]) -> Any:
        """A literal that is true just when one of these is."""
        if len(literals) == 1:
            return literals[0]
        one = self.model.new_bool_var("")
        self.model.add_max_equality(one, literals)
        return one

    def minutes(self, carer: Carer, shifts: Iterable[Shift], *, real: bool = False) -> Any:
        """Minutes of the open shifts among ``shifts`` that the carer takes: by the clock, or real ones."""
        return sum(
            (self.span[shift.shift_id].minutes if real else shift.minutes) * self.take(shift, carer)
            for shift in shifts
        )

    def above(self, amount: Any, room: int, most: int) -> Any:
        """A variable from 0 to ``most`` that is at least ``amount - room``: what is paid for the excess."""
        over = self.model.new_int_var(0, max(0, most), "")
        self.model.add(over >= amount - room)
        return over

    # Who may take a shift whatever else is chosen

    def may_take(self, shift: Shift, carer: Carer) -> bool:
        """Whether the carer may take the shift at all: the rules that need no search."""
        return (
            break_holds(self.calendar, shift, self.rules)
            and self.is_present(shift, carer)
            and self.is_clear_of_given(shift, carer)
            and self.keeps_out_of_broken_rest(shift, carer)
        )

    def is_present(self, shift: Shift, carer: Carer) -> bool:
        """Nobody takes a shift during an absence."""
        return not any(
            row.overlaps(shift.start_min, shift.end_min)
            for row in self.problem.absences_of_carer.get(carer.carer_id, ())
        )

    def is_clear_of_given(self, shift: Shift, carer: Carer) -> bool:
        """Nobody takes a shift that overlaps one they have."""
        return not any(
            self.span[shift.shift_id].overlaps(self.span[own.shift_id]) for own in self.given[carer.carer_id]
        )

    def keeps_out_of_broken_rest(self, shift: Shift, carer: Carer) -> bool:
        """No open shift lies within given work that is already too long without a rest."""
        span = self.span[shift.shift_id]
        return not any(
            start <= span.start_min < own.end_min and own.end_min - start > duty_max_min(self.rules)
            for own, start in self.given_duties(carer)
        )

    def given_duties(self, carer: Carer) -> list[tuple[Span, int]]:
        """The carer's given shifts, each with the first minute of the duty it belongs to."""
        spans = sorted(self.span[own.shift_id] for own in self.given[carer.carer_id])
        return list(zip(spans, duty_starts(spans, self.rules), strict=True))


def by_week(shifts: Iterable[Shift]) -> dict[int, list[Shift]]:
    """Shifts by the week of their date."""
    found: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        found[week_of(shift.day)].append(shift)
    return dict(found)
