"""The solvers that are compared: ours, PyVRP, VROOM and OR-Tools routing, each as its own documentation says.

Each gets a case, a time limit in seconds that covers building its model, and a seed; it uses one core and answers with
the order of each caregiver's patients. Loading a library is not counted. Those that the program itself does not need
are the extra ``bench``.
"""

from __future__ import annotations

import importlib
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from benchmarks.others_cases import LATENESS_PRICE, Case, Routes
from scheduler.hhcrsp import Caregiver, Instance, Patient, Task, solve_hhcrsp

INSTALL = "make setup-bench"
LEAST_SECONDS = 0.01
VROOM_EXPLORATION = 5
"""The most thorough of VROOM's levels."""
ORTOOLS_UNSERVED_PRICE = 10_000_000
"""What OR-Tools pays for a patient not visited, in hundredths of a minute: more than any detour."""


class NotInstalledError(Exception):
    """The solver's library is not there; the message says how to install it."""


@dataclass(frozen=True)
class Solver:
    """A solver: its name, the module it needs, whether a seed changes its answers, and how it is asked.

    ``ask`` takes the loaded module, the case, the seconds and the seed.
    """

    name: str
    module: str
    seeded: bool
    ask: Callable[[Any, Case, float, int], Routes]

    def load(self) -> Any:
        """The module, loaded. Raises NotInstalledError."""
        try:
            return importlib.import_module(self.module)
        except ModuleNotFoundError as missing:
            raise NotInstalledError(
                f"{self.name} is not installed ({missing.name} is missing); install it with: {INSTALL}"
            ) from None


def ask_ours(library: Any, case: Case, seconds: float, seed: int) -> Routes:
    """Our search for the public instances, with lateness at a price above that of any detour."""
    solution = solve_hhcrsp(
        instance_of(case), seconds=seconds, seed=seed, workers=1, lateness_price=LATENESS_PRICE
    )
    routes: list[list[int]] = [[] for _ in range(case.carers)]
    for route in solution.routes:
        routes[int(route.caregiver)] = [int(stop.patient) for stop in route.stops]
    return routes


def instance_of(case: Case) -> Instance:
    """A case as an instance of ours: ids are numbers from 0, minutes are hundredths."""
    patients = tuple(
        Patient(str(p), case.opens[p], case.closes[p], (Task(str(case.services[p]), case.durations[p]),))
        for p in range(case.size)
    )
    carers = tuple(Caregiver(str(k), frozenset(map(str, can))) for k, can in enumerate(case.abilities))
    return Instance(
        case.name, patients, carers, tuple(tuple(map(float, row)) for row in case.travel.tolist())
    )


def ask_pyvrp(library: Any, case: Case, seconds: float, seed: int) -> Routes:
    """PyVRP: caregivers of equal abilities are one vehicle type, whose own matrices bar the way to other patients."""
    began = time.monotonic()
    teams = teams_of(case)
    clients = [
        library.Client(
            p + 1, service_duration=case.durations[p], tw_early=case.opens[p], tw_late=case.closes[p]
        )
        for p in range(case.size)
    ]
    matrices = []
    for can in teams:
        barred = [p + 1 for p in range(case.size) if case.services[p] not in can]
        matrix = case.travel.copy()
        matrix[:, barred] = matrix[barred, :] = library.constants.MAX_VALUE
        np.fill_diagonal(matrix, 0)
        matrices.append(matrix)
    data = library.ProblemData(
        [library.Location(0, 0) for _ in range(case.size + 1)],
        clients,
        [library.Depot(0)],
        [library.VehicleType(len(team), profile=i) for i, team in enumerate(teams.values())],
        matrices,
        [case.travel] * len(teams),
    )
    stop = library.stop.MaxRuntime(_left(seconds, began))
    best = library.solve(data, stop, seed=seed, collect_stats=False).best
    free = [list(team) for team in teams.values()]
    routes: list[list[int]] = [[] for _ in range(case.carers)]
    for route in best.routes():
        routes[free[route.vehicle_type()].pop()] = [stop.idx for stop in route if stop.is_client()]
    return routes


def teams_of(case: Case) -> dict[frozenset[int], list[int]]:
    """The caregivers by what they can do for this case's patients."""
    teams: dict[frozenset[int], list[int]] = defaultdict(list)
    for k, can in enumerate(case.abilities):
        teams[can].append(k)
    return dict(teams)


def ask_vroom(library: Any, case: Case, seconds: float, seed: int) -> Routes:
    """VROOM at its most thorough level; it ends before the limit when its searches are done."""
    began = time.monotonic()
    model = library.Input()
    model.set_durations_matrix("car", case.travel)
    for k, can in enumerate(case.abilities):
        model.add_vehicle(library.Vehicle(k, start=0, end=0, skills=set(can)))
    for p in range(case.size):
        window = library.TimeWindow(case.opens[p], case.closes[p])
        model.add_job(
            library.Job(
                p,
                location=p + 1,
                default_service=case.durations[p],
                skills={case.services[p]},
                time_windows=[window],
            )
        )
    limit = timedelta(seconds=_left(seconds, began))
    answer = model.solve(exploration_level=VROOM_EXPLORATION, nb_threads=1, timeout=limit)
    routes: list[list[int]] = [[] for _ in range(case.carers)]
    for stop in answer.routes.itertuples():
        if stop.type == "job":
            routes[int(stop.vehicle_id)].append(int(stop.id))
    return routes


def ask_ortools(library: Any, case: Case, seconds: float, seed: int) -> Routes:
    """OR-Tools routing: parallel cheapest insertion, then guided local search."""
    from ortools.constraint_solver import routing_enums_pb2 as enums

    began = time.monotonic()
    manager = library.RoutingIndexManager(case.size + 1, case.carers, 0)
    model = library.RoutingModel(manager)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(case.travel.tolist()))
    at_work = np.array([0, *case.durations], np.int64)[:, None]
    horizon = 2 * max([0, *case.closes]) + int((case.travel + at_work).max(initial=0))
    spent = model.RegisterTransitMatrix((case.travel + at_work).tolist())
    model.AddDimension(spent, horizon, horizon, False, "time")
    time_of = model.GetDimensionOrDie("time")
    for p in range(case.size):
        index = manager.NodeToIndex(p + 1)
        time_of.CumulVar(index).SetRange(case.opens[p], case.closes[p])
        able = [k for k, can in enumerate(case.abilities) if case.services[p] in can]
        model.VehicleVar(index).SetValues([-1, *able])
        model.AddDisjunction([index], ORTOOLS_UNSERVED_PRICE)
    settings = library.DefaultRoutingSearchParameters()
    settings.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    settings.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    settings.time_limit.FromMilliseconds(max(1, round(1000 * _left(seconds, began))))
    answer = model.SolveWithParameters(settings)
    if answer is None:
        return [[] for _ in range(case.carers)]
    return [_followed(model, manager, answer, k) for k in range(case.carers)]


def _followed(model: Any, manager: Any, answer: Any, carer: int) -> list[int]:
    """The patients on one caregiver's way through OR-Tools' answer."""
    found = []
    index = answer.Value(model.NextVar(model.Start(carer)))
    while not model.IsEnd(index):
        found.append(manager.IndexToNode(index) - 1)
        index = answer.Value(model.NextVar(index))
    return found


def _left(seconds: float, began: float) -> float:
    """The seconds that building the model has left."""
    return max(LEAST_SECONDS, seconds - (time.monotonic() - began))


OURS = Solver("Nærplan", "scheduler.hhcrsp.worker", True, ask_ours)
OTHERS = (
    Solver("PyVRP", "pyvrp", True, ask_pyvrp),
    Solver("VROOM", "vroom", False, ask_vroom),
    Solver("OR-Tools", "ortools.constraint_solver.pywrapcp", False, ask_ortools),
)
