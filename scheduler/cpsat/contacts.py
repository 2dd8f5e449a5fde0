"""A contact carer for each citizen who has none (requirement S3): a CP-SAT assignment.

The contact carer is to be the one who can come most often: worth most is the part of the citizen's home
visits that lie in the carer's shifts, then visits made before, then neighbours with the same contact carer,
who make short rounds. Citizens are spread over the carers by their weekly hours. What is given stays and is
counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from scheduler.due import Due, due_visits
from scheduler.eligibility import modalities
from scheduler.problem import Carer, Problem
from scheduler.reach import Reach, given_takers
from scheduler.travel import TravelTable

#: CP-SAT's deterministic seconds for each step.
DETERMINISTIC_LIMIT = 0.4
#: What coming to all of the citizen's home visits is worth; the other prices compare with it.
COVERAGE_WORTH = 1000
#: What having made all of the citizen's visits before is worth.
HISTORY_WORTH = 500
#: What two near neighbours with the same contact carer are worth.
NEIGHBOUR_WORTH = 60
#: How many nearest citizens count as neighbours, and up to how many minutes away.
NEIGHBOURS, NEIGHBOUR_MIN = 3, 10
#: How often a citizen may go over to the carer of a neighbour.
NEIGHBOUR_ROUNDS = 2
#: A substitute who is to be a contact carer loses this.
SUBSTITUTE_PRICE = 300
#: Each citizen a carer has above an even share costs this more than the one before.
CROWDING_PRICE = 150


def propose_contacts(problem: Problem, travel: TravelTable, seed: int = 1) -> dict[str, str]:
    """Citizen id -> carer id for citizens who have no contact carer and a home visit somebody can make.

    Only carers with given shifts are proposed: who qualifies, is introduced, not barred and no trainee. The
    same problem and seed give the same answer.
    """
    worth = _worth(problem, _coverage(problem, travel))
    if not worth:
        return {}
    model = cp_model.CpModel()
    chosen = {
        citizen_id: {carer_id: model.new_bool_var("") for carer_id in by_carer}
        for citizen_id, by_carer in worth.items()
    }
    terms = [-price for price in _crowding(problem, model, chosen)]
    for citizen_id, by_carer in chosen.items():
        model.add_exactly_one(by_carer.values())
        terms += [worth[citizen_id][carer_id] * var for carer_id, var in by_carer.items()]
    # Without neighbours it is a transport problem, solved at once. With them a citizen may go over to the
    # carer of a neighbour: the same question with few carers each, again from where the last answer ended.
    pairs = _near_pairs(problem, travel)
    model.maximize(sum(terms))
    worth_of_best, best = _solve(model, chosen, {}, seed)
    model.maximize(sum(terms + _neighbours(problem, pairs, model, chosen)))
    for _ in range(NEIGHBOUR_ROUNDS):
        narrowed = model.clone()
        for citizen_id, allowed in _carers_around(problem, pairs, best).items():
            for carer_id, var in chosen[citizen_id].items():
                if carer_id not in allowed:
                    narrowed.add(narrowed.get_bool_var_from_proto_index(var.index) == 0)
        worth_of_next, better = _solve(narrowed, chosen, best, seed)
        if worth_of_next <= worth_of_best:
            break
        worth_of_best, best = worth_of_next, better
    return best


def _carers_around(
    problem: Problem, pairs: Sequence[tuple[str, str]], contacts: Mapping[str, str]
) -> dict[str, set[str]]:
    """By citizen: the contact carer chosen and those of the neighbours."""
    given = {row.citizen_id: row.contact_carer for row in problem.citizens if row.contact_carer is not None}
    now = given | dict(contacts)
    around = {citizen_id: {carer_id} for citizen_id, carer_id in contacts.items()}
    for one, other in pairs:
        for citizen_id, neighbour in ((one, other), (other, one)):
            if citizen_id in around and neighbour in now:
                around[citizen_id].add(now[neighbour])
    return around


def _solve(
    model: cp_model.CpModel, chosen: Mapping[str, Mapping[str, Any]], hint: Mapping[str, str], seed: int
) -> tuple[float, dict[str, str]]:
    """The worth and the choice of the best answer found from ``hint`` on; minus infinity when none was
    found."""
    for citizen_id, carer_id in hint.items():
        for other, var in chosen[citizen_id].items():
            model.add_hint(model.get_bool_var_from_proto_index(var.index), other == carer_id)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False  # it would leave Ctrl-C unheard by the program afterwards
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = DETERMINISTIC_LIMIT
    solver.parameters.relative_gap_limit = 0.002
    solver.parameters.linearization_level = 2
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return float("-inf"), dict(hint)
    return solver.objective_value, {
        citizen_id: carer_id
        for citizen_id, by_carer in chosen.items()
        for carer_id, var in by_carer.items()
        if solver.boolean_value(var)
    }


def _coverage(problem: Problem, travel: TravelTable) -> dict[str, dict[str, float]]:
    """By citizen without a contact carer and carer: the part (0–1) of the due home visits the carer could
    make."""
    reach = Reach(problem, travel, given_takers(problem))
    visits: dict[str, int] = defaultdict(int)
    reached: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for due in due_visits(problem).visits:
        citizen = problem.citizen_by_id[due.need.citizen_id]
        if citizen.contact_carer is not None or "home" not in modalities(problem, due):
            continue
        visits[citizen.citizen_id] += 1
        for carer_id, share in _share_of_dates(reach, due).items():
            reached[citizen.citizen_id][carer_id] += share
    return {
        citizen_id: {
            carer_id: reached[citizen_id][carer_id] / count for carer_id in sorted(reached[citizen_id])
        }
        for citizen_id, count in visits.items()
        if reached[citizen_id]
    }


def _share_of_dates(reach: Reach, due: Due) -> Mapping[str, float]:
    """By carer: 1 for the date of a fixed visit; for "any", 1 when there are enough dates, else their
    part."""
    dates: dict[str, int] = defaultdict(int)
    for day in due.days:
        for carer_id in reach.on(due.need, day):
            dates[carer_id] += 1
    wanted = 1 if due.need.days is not None else (due.need.times_per_week or 1)
    return {carer_id: min(1.0, count / wanted) for carer_id, count in dates.items()}


def _worth(problem: Problem, coverage: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, int]]:
    """By citizen and carer: what that carer as the citizen's contact carer is worth on its own."""
    before: dict[tuple[str, str], int] = defaultdict(int)
    made: dict[str, int] = defaultdict(int)
    for row in problem.history:
        before[row.citizen_id, row.carer_id] += row.visits
        made[row.citizen_id] += row.visits
    return {
        citizen_id: {
            carer_id: round(COVERAGE_WORTH * share)
            + HISTORY_WORTH * before[citizen_id, carer_id] // max(1, made[citizen_id])
            - (SUBSTITUTE_PRICE if problem.carer_by_id[carer_id].kind == "substitute" else 0)
            for carer_id, share in by_carer.items()
        }
        for citizen_id, by_carer in coverage.items()
    }


def _crowding(
    problem: Problem, model: cp_model.CpModel, chosen: Mapping[str, Mapping[str, Any]]
) -> list[Any]:
    """A carer's citizens beyond the even share cost more with each: shares go by weekly hours.

    Carers without weekly hours share by their shifts' mean week.
    """
    hours = {carer.carer_id: _hours(problem, carer) for carer in problem.carers if not carer.is_trainee}
    given: dict[str, int] = defaultdict(int)
    for citizen in problem.citizens:
        if citizen.contact_carer is not None:
            given[citizen.contact_carer] += 1
    citizens = len(chosen) + sum(given.values())
    whole = sum(hours.values()) or 1.0
    prices: list[Any] = []
    for carer_id in sorted(hours):
        mine = [by_carer[carer_id] for by_carer in chosen.values() if carer_id in by_carer]
        if not mine:
            continue
        share = int(citizens * hours[carer_id] / whole)
        steps = max(0, given[carer_id] + len(mine) - share)
        over = [model.new_bool_var("") for _ in range(steps)]
        model.add(sum(over) >= sum(mine) + given[carer_id] - share)
        for first, second in pairwise(over):
            model.add_implication(second, first)
        prices += [CROWDING_PRICE * (step + 1) * var for step, var in enumerate(over)]
    return prices


def _hours(problem: Problem, carer: Carer) -> float:
    if carer.week_hours is not None:
        return carer.week_hours
    minutes = sum(shift.minutes for shift in problem.shifts if shift.carer_id == carer.carer_id)
    return minutes / 60 / problem.calendar.weeks


def _neighbours(
    problem: Problem,
    pairs: Sequence[tuple[str, str]],
    model: cp_model.CpModel,
    chosen: Mapping[str, Mapping[str, Any]],
) -> list[Any]:
    """Near neighbours with the same contact carer are worth something, citizens with one given among them."""
    terms: list[Any] = []
    for one, other in pairs:
        if one not in chosen and other not in chosen:
            continue
        for carer_id in sorted(_candidates(problem, chosen, one) & _candidates(problem, chosen, other)):
            both = model.new_bool_var("")
            for citizen_id in (one, other):
                if citizen_id in chosen:
                    model.add_implication(both, chosen[citizen_id][carer_id])
            terms.append(NEIGHBOUR_WORTH * both)
    return terms


def _candidates(problem: Problem, chosen: Mapping[str, Mapping[str, Any]], citizen_id: str) -> set[str]:
    if citizen_id in chosen:
        return set(chosen[citizen_id])
    contact = problem.citizen_by_id[citizen_id].contact_carer
    return set() if contact is None else {contact}


def _near_pairs(problem: Problem, travel: TravelTable) -> list[tuple[str, str]]:
    """Pairs of citizens of whom one is among the other's nearest, by the first travel mode of the team."""
    if not travel.legs:
        return []
    legs = travel.legs[min(travel.legs)]
    citizens = [citizen.citizen_id for citizen in problem.citizens]
    at = np.array([travel.places.index(citizen_id) for citizen_id in citizens], dtype=np.intp)
    minutes = np.where(legs.reachable, legs.minutes, NEIGHBOUR_MIN + 1)[np.ix_(at, at)].astype(np.int64)
    np.fill_diagonal(minutes, NEIGHBOUR_MIN + 1)
    pairs: set[tuple[str, str]] = set()
    for row, citizen_id in enumerate(citizens):
        for column in np.argsort(minutes[row], kind="stable")[:NEIGHBOURS]:
            if minutes[row, column] <= NEIGHBOUR_MIN:
                pairs.add((min(citizen_id, citizens[column]), max(citizen_id, citizens[column])))
    return sorted(pairs)
