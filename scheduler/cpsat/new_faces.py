"""Proof of how few citizens must meet a new carer, or any other carer than planned, when a date is re-planned (S13).

A relaxation as a CP-SAT model: each visit that the roster in hand makes is made by carers the citizen knows or by somebody
new. Those who are known have only so many minutes in each stretch of their shifts, for the visits whose windows lie there,
with breaks and the least way to each home (:mod:`scheduler.cpsat.stretches`); whoever is new has all the time in the world.
Whatever a real roster does is possible here too, so the least number of citizens with somebody new is a lower bound for
every roster that makes the same visits. That is answered in a tenth of a second for a date of 260 visits. A second model
has visits one after the other in their windows as well; it takes ten times as long, and seldom proves more where carers
have many visits.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ortools.sat.python import cp_model

from scheduler.cpsat.stretches import Piece, rows_of
from scheduler.replan.tasks import Duty, Task

#: CP-SAT's deterministic seconds for each question.
DETERMINISTIC_LIMIT = 0.6
#: The second model is asked for dates with no more visits than this; for three times as many where there is time.
FEW_TASKS = 80
#: No more citizens than this are named together as those for whom there is not time enough.
TOLD_MOST = 12


@dataclass(frozen=True)
class Caps:
    """What the roster in hand has reached, and what is proven already: no bound is looked for outside these."""

    new_reached: int
    changed_reached: int
    new_proven: int
    changed_proven: int


def prove(
    tasks: Sequence[Task], duties: Sequence[Duty], caps: Caps, *, thorough: bool = True
) -> tuple[int, int]:
    """Lower bounds on the citizens with a new carer, and on those with any change of carer, if all these visits are made.

    The second holds for rosters with no more new carers than reached. What is proven already is returned where it is
    not bettered. ``thorough``: the second model for larger dates too.
    """
    few = 3 * FEW_TASKS if thorough else FEW_TASKS
    for in_order in (False, True) if len(tasks) <= few else (False,):
        if caps.new_proven >= caps.new_reached and caps.changed_proven >= caps.changed_reached:
            break
        model = _Model(tasks, duties, caps, in_order=in_order)
        new, changed = caps.new_proven, caps.changed_proven
        if new < caps.new_reached:
            new = max(new, _least(model, model.new.values(), caps.new_reached))
        if changed < caps.changed_reached:
            changed = max(changed, _least(model, model.changed.values(), caps.changed_reached))
        caps = replace(caps, new_proven=new, changed_proven=changed)
    return caps.new_proven, caps.changed_proven


def cannot_all_keep(
    tasks: Sequence[Task], duties: Sequence[Duty], citizens: Collection[str]
) -> tuple[str, ...]:
    """Of these citizens a small set who cannot all do without somebody new; nobody in it can be spared.

    Empty where that is not proven, or the smallest set found is too large to say anything.
    """
    everybody = [one for one in dict.fromkeys(task.citizen_id for task in tasks) if one in citizens]
    left = _conflict(tasks, duties, everybody)
    if len(left) > TOLD_MOST:
        return ()
    for one in list(left):
        fewer = _conflict(tasks, duties, [other for other in left if other != one])
        if fewer and one in left:
            left = fewer
    return tuple(left)


def _conflict(tasks: Sequence[Task], duties: Sequence[Duty], citizens: Collection[str]) -> list[str]:
    """Of these citizens some who cannot all do without somebody new; empty where that is not proven."""
    rows = [task for task in tasks if task.citizen_id in citizens]
    if not rows:
        return []
    model = _Model(rows, duties, Caps(len(citizens), len(citizens), 0, 0), in_order=False)
    keeps = {~mark: one for one, mark in model.new.items()}
    model.model.add_assumptions(list(keeps))
    solver = _solver(in_order=False)
    if solver.solve(model.model) != cp_model.INFEASIBLE:
        return []
    core = set(solver.sufficient_assumptions_for_infeasibility())
    return [one for literal, one in keeps.items() if literal.index in core]


class _Model:
    """The relaxation; one method a rule. ``in_order``: the second model."""

    def __init__(
        self, tasks: Sequence[Task], duties: Sequence[Duty], caps: Caps, *, in_order: bool = True
    ) -> None:
        self.in_order = in_order
        self.tasks, self.duties, self.caps = tasks, {duty.carer_id: duty for duty in duties}, caps
        self.model = cp_model.CpModel()
        citizens = list(dict.fromkeys(task.citizen_id for task in tasks))
        self.new = {one: self.model.new_bool_var("") for one in citizens}
        self.changed = {one: self.model.new_bool_var("") for one in citizens}
        self.by = [
            {
                one: self.model.new_bool_var("")
                for one in sorted(task.known & task.who.keys() & self.duties.keys())
            }
            for task in tasks
        ]
        for index, task in enumerate(tasks):
            self.people(index, task)
        self.time()
        if in_order:
            self.one_after_the_other()
        self.model.add(sum(self.new.values()) <= caps.new_reached)

    def people(self, index: int, task: Task) -> None:
        """As many people as it needs; who is not known makes the citizen one with a new carer."""
        by = self.by[index]
        others = [one for one in task.who if one not in by]
        slots = min(task.carers, len(others))
        strangers: Any = 0
        if slots == 1:
            strangers = self.model.new_bool_var("")
        elif slots > 1:
            strangers = self.model.new_int_var(0, slots, "")
        self.model.add(sum(by.values()) + strangers == task.carers)
        if slots and task.at_home:
            self.model.add(strangers <= slots * self.new[task.citizen_id])
        if task.old is None:
            return
        if task.needs_change:
            self.model.add(self.changed[task.citizen_id] == 1)
        else:
            for one in task.old:
                if one in by:
                    self.model.add_bool_or([by[one], self.changed[task.citizen_id]])

    def time(self) -> None:
        """A carer's visits, ways, break and what is fixed fit into the shift, and into each stretch of it."""
        for carer_id, duty in self.duties.items():
            mine = [
                (task, by[carer_id]) for task, by in zip(self.tasks, self.by, strict=True) if carer_id in by
            ]
            if not mine:
                continue
            taken = sum(end - start for start, end in duty.fixed) + sum(row[2] for row in duty.breaks)
            self.model.add(self.load(mine, duty) <= max(0, duty.minutes - taken))
            for row in rows_of([_piece(task, duty) for task, _ in mine], duty):
                self.model.add(sum(minutes * mine[at][1] for at, minutes in row.minutes.items()) <= row.limit)

    def load(self, mine: Sequence[tuple[Task, Any]], duty: Duty) -> Any:
        """The minutes of visits, and the way into each home that is come to."""
        at_home: dict[str, list[Any]] = defaultdict(list)
        for task, var in mine:
            if task.at_home:
                at_home[task.citizen_id].append(var)
        load: Any = sum(task.minutes * var for task, var in mine)
        for citizen_id, variables in at_home.items():
            there = variables[0] if len(variables) == 1 else self.model.new_bool_var("")
            if len(variables) > 1:
                for var in variables:
                    self.model.add_implication(var, there)
            load += duty.ways.get(citizen_id, 0) * there
        return load

    def one_after_the_other(self) -> None:
        """A carer's visits do not overlap, nor do a citizen's."""
        of_carer: dict[str, list[Any]] = defaultdict(list)
        per_citizen = Counter(task.citizen_id for task in self.tasks)
        of_citizen: dict[str, list[Any]] = defaultdict(list)
        for index, task in enumerate(self.tasks):
            if not self.by[index]:
                continue
            every = [one for ranges in task.who.values() for one in ranges]
            first, last = min(one.earliest_min for one in every), max(one.latest_min for one in every)
            start = self.model.new_int_var(first, last, "")
            for carer_id, var in self.by[index].items():
                allowed = cp_model.Domain.from_intervals(
                    [[one.earliest_min, one.latest_min] for one in task.who[carer_id]]
                )
                if allowed.flattened_intervals() != [first, last]:
                    self.model.add_linear_expression_in_domain(start, allowed).only_enforce_if(var)
                piece = self.model.new_optional_fixed_size_interval_var(start, task.minutes, var, "")
                of_carer[carer_id].append(piece)
            if per_citizen[task.citizen_id] > 1:
                piece = self.model.new_fixed_size_interval_var(start, task.minutes, "")
                of_citizen[task.citizen_id].append(piece)
        for carer_id, pieces in of_carer.items():
            duty = self.duties[carer_id]
            pieces += [self.model.new_fixed_size_interval_var(a, b - a, "") for a, b in duty.fixed]
            for first, last, minutes in duty.breaks:
                start = self.model.new_int_var(first, last - minutes, "")
                pieces.append(self.model.new_fixed_size_interval_var(start, minutes, ""))
            if len(pieces) > 1:
                self.model.add_no_overlap(pieces)
        for pieces in of_citizen.values():
            if len(pieces) > 1:
                self.model.add_no_overlap(pieces)


def _piece(task: Task, duty: Duty) -> Piece:
    ranges = task.who[duty.carer_id]
    return Piece(
        task.citizen_id,
        min(row.earliest_min for row in ranges),
        max(row.latest_min for row in ranges),
        task.minutes,
        duty.ways.get(task.citizen_id, 0) if task.at_home else 0,
    )


def _least(model: _Model, marks: Iterable[Any], reached: int) -> int:
    """The proven least number; 0 when nothing was proven. What is reached is possible, so no more is claimed."""
    model.model.minimize(sum(marks))
    solver = _solver(in_order=model.in_order)
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        return 0  # the roster in hand does something that the model does not know: nothing is claimed
    bound = solver.best_objective_bound
    return min(reached, max(0, math.ceil(bound - 1e-6))) if math.isfinite(bound) else 0


def _solver(*, in_order: bool) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if not in_order:
        solver.parameters.linearization_level = 2  # the minutes of a carer are what it hangs on
    solver.parameters.catch_sigint_signal = False  # it would leave Ctrl-C unheard by the program afterwards
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_LIMIT
    return solver
