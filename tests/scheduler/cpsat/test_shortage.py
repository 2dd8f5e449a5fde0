"""The shortage that prices open shifts, against a flow that says who does what when."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

from scheduler.cpsat.demand import Lump, supply_min
from scheduler.cpsat.shifts_model import SCALE, ShiftModel
from scheduler.cpsat.shifts_shortage import Level, add_shortage
from scheduler.problem import Problem, Rules
from scheduler.qualifications import qualifies
from tests.scheduler.cpsat.small_teams import carer, shift, team


def work(rng: Random, qualifications: list[str | None], *, any_day: bool) -> list[Lump]:
    """Some lumps of work on two dates; all of one priority, and of one price a minute."""
    found = []
    for _ in range(rng.randint(1, 8)):
        first = rng.randint(6, 13)
        days = (0, 1) if any_day and rng.random() < 0.4 else (rng.randrange(2),)
        pieces = tuple((None, 30) for _ in range(rng.randint(1, 8)))
        found.append(
            Lump(days, first, min(14, first + rng.randint(0, 4)), rng.choice(qualifications), 3, pieces)
        )
    return found


def small_team(rng: Random, of: list[str]) -> Problem:
    """Given and open shifts on two dates, for carers of these qualifications."""
    carers = [carer(f"k{number}", qualification=rng.choice(of)) for number in range(4)]
    shifts = []
    for number in range(rng.randint(1, 7)):
        start = rng.randint(6, 11)
        owner = rng.choice([None, *(one.carer_id for one in carers)])
        shifts.append(
            shift(
                f"s{number}", owner, rng.randrange(2), f"{start:02}:00", f"{start + rng.randint(2, 6):02}:00"
            )
        )
    return team([], carers, shifts, [], rules=Rules(untrained_share_max=1))


def flow_shortage(problem: Problem, lumps: list[Lump], takers: dict[str, str]) -> int:
    """The minutes that must stay undone, by a flow from the work through date, hour and qualification."""
    supply: dict[tuple[int, int, str], int] = defaultdict(int)
    for row in problem.shifts:
        owner = row.carer_id or takers.get(row.shift_id)
        if owner is not None:
            for band, minutes in supply_min(problem, row).items():
                supply[row.day, band, problem.carer_by_id[owner].qualification] += minutes
    flow = min_cost_flow.SimpleMinCostFlow()
    number: dict[object, int] = {}

    def node(name: object) -> int:
        return number.setdefault(name, len(number))

    whole = sum(lump.minutes for lump in lumps)
    for index, lump in enumerate(lumps):
        flow.add_arc_with_capacity_and_unit_cost(node("from"), node(index), lump.minutes, 0)
        flow.add_arc_with_capacity_and_unit_cost(node(index), node("to"), lump.minutes, 1)
        for (day, band, qualification), _ in supply.items():
            in_time = day in lump.days and lump.first_band <= band <= lump.last_band
            if in_time and qualifies(qualification, lump.qualification):
                flow.add_arc_with_capacity_and_unit_cost(
                    node(index), node((day, band, qualification)), lump.minutes, 0
                )
    for place, minutes in supply.items():
        flow.add_arc_with_capacity_and_unit_cost(node(place), node("to"), minutes, 0)
    flow.set_node_supply(node("from"), whole)
    flow.set_node_supply(node("to"), -whole)
    assert flow.solve() == flow.OPTIMAL
    return flow.optimal_cost()


def model_shortage(problem: Problem, lumps: list[Lump], takers: dict[str, str]) -> float:
    """What the model says is short beside what no choice avoids, with these takers."""
    m = ShiftModel(problem)
    add_shortage(m, lumps, {}, [Level(1.0, 1.0)])
    for (shift_id, carer_id), taken in m.takes.items():
        m.model.add(taken == (takers.get(shift_id) == carer_id))
    m.model.minimize(sum(m.prices))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    assert solver.solve(m.model) == cp_model.OPTIMAL
    return solver.objective_value / SCALE / (problem.weights.unplaced_3 / 30)


def taken_by_chance(rng: Random, problem: Problem) -> dict[str, str]:
    takes = list(ShiftModel(problem).takes)
    rng.shuffle(takes)
    found: dict[str, str] = {}
    for shift_id, carer_id in takes:
        if shift_id not in found and carer_id not in found.values() and rng.random() < 0.6:
            found[shift_id] = carer_id
    return found


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_one_kind_of_work_on_fixed_dates_is_exactly_as_short_as_a_flow_finds(number: int) -> None:
    rng = Random(number)
    problem = small_team(rng, ["helper"])
    lumps = work(rng, ["helper", None], any_day=False)
    takers = taken_by_chance(rng, problem)
    open_days = {row.day for row in problem.shifts if row.carer_id is None}
    mine = [lump for lump in lumps if lump.days[0] in open_days]
    short = flow_shortage(problem, mine, takers)
    said = model_shortage(problem, lumps, takers)
    # What cannot be avoided is left out of the price: with everything taken by somebody it is what stays.
    everything = {row.shift_id: "k0" for row in problem.shifts if row.carer_id is None}
    unavoidable = flow_shortage(problem, mine, everything)
    takeable = {shift_id for shift_id, _ in ShiftModel(problem).takes}
    if takeable == set(everything):
        assert abs(said - (short - unavoidable)) < 0.1
    else:
        assert said <= short + 0.1


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_never_more_is_called_short_than_a_flow_finds(number: int) -> None:
    rng = Random(number)
    problem = small_team(rng, ["untrained", "helper", "assistant", "nurse", "physiotherapist"])
    lumps = work(rng, [None, "untrained", "helper", "assistant", "therapist"], any_day=True)
    team_of = {one.qualification for one in problem.carers}
    lumps = [one for one in lumps if any(qualifies(has, one.qualification) for has in team_of)]
    takers = taken_by_chance(rng, problem)
    assert model_shortage(problem, lumps, takers) <= flow_shortage(problem, lumps, takers) + 0.1
