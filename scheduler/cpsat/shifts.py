"""Who takes the open shifts: a CP-SAT model over all the pack's weeks, with the demand in view and the
working-time rules as hard constraints.

One function a rule (:mod:`~scheduler.cpsat.shifts_rules`), one a price (:mod:`~scheduler.cpsat.shifts_prices`), and
the demand (:mod:`~scheduler.cpsat.shifts_demand`). Requirements S6, S7, S17; rule 5 of the team pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.cpsat.shifts_demand import add_demand
from scheduler.cpsat.shifts_model import SCALE, ShiftModel
from scheduler.cpsat.shifts_prices import add_prices
from scheduler.cpsat.shifts_rules import add_rules
from scheduler.problem import Problem
from scheduler.travel import TravelTable

#: CP-SAT's deterministic seconds for a team; one is two to four seconds of a core.
DETERMINISTIC_LIMIT = 0.7
#: The search ends when what was found is proved to be this near to the best.
GAP = 0.002


@dataclass(frozen=True)
class Assignment:
    """Who takes which open shift, what that costs beside what cannot be changed, and the least it could cost, in
    minutes of a carer's time."""

    takers: Mapping[str, str]
    cost_min: float = 0.0
    bound_min: float = 0.0

    @property
    def is_best(self) -> bool:
        """Whether nothing better than by :data:`GAP` is possible."""
        return self.cost_min - self.bound_min <= GAP * max(1.0, abs(self.cost_min)) + 1 / SCALE


def assign_open_shifts(problem: Problem, travel: TravelTable, seed: int = 1) -> dict[str, str]:
    """Open shift id -> carer id; shifts nobody should take, or nobody may, are absent.

    Keeps the working-time rules in real minutes; where a carer's given shifts already break one, no open
    shift makes that worse. The same problem and seed give the same answer.
    """
    return dict(best_assignment(problem, travel, seed).takers)


def best_assignment(
    problem: Problem,
    travel: TravelTable,
    seed: int = 1,
    *,
    limit: float = DETERMINISTIC_LIMIT,
    gap: float = GAP,
) -> Assignment:
    """The assignment with its price and a proven bound on it; ``limit`` is in CP-SAT's deterministic seconds."""
    if not any(shift.carer_id is None for shift in problem.shifts):
        return Assignment({})
    m = ShiftModel(problem)
    if not m.takes:
        return Assignment({})
    add_rules(m)
    add_prices(m)
    add_demand(m, travel)
    m.model.minimize(sum(m.prices))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False  # it would leave Ctrl-C unheard by the program afterwards
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = limit
    solver.parameters.relative_gap_limit = gap
    # The shortage is a longest path: the full linear relaxation settles a team in a second or two, without it
    # four times as many do not.
    solver.parameters.linearization_level = 2
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.polish_lp_solution = True
    for taken in m.takes.values():
        m.model.add_hint(taken, 0)
    status = solver.solve(m.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Assignment({})  # Leaving every open shift open keeps all rules.
    takers = {
        shift_id: carer_id for (shift_id, carer_id), taken in m.takes.items() if solver.boolean_value(taken)
    }
    return Assignment(takers, solver.objective_value / SCALE, solver.best_objective_bound / SCALE)
