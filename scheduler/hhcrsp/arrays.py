"""An instance as the kernel's arrays, a first assignment, and the way back to a solution."""

import math
import random

import numpy as np
from numpy.typing import NDArray

from scheduler.hhcrsp.instance import Instance
from scheduler.hhcrsp.solution import Route, Solution, Stop
from scheduler.search.hhcrsp_state import (
    CHANGE,
    DISTANCE,
    GREATEST,
    NODE,
    PATIENT,
    TARDINESS,
    Flags,
    Floats,
    Problem,
    Records,
    Search,
    State,
    refresh,
)

WAIT_WEIGHT, LATE_WEIGHT = 0.1, 0.5
"""What a minute of waiting and of tardiness counts beside a minute of travel when nearness is judged."""


SHARES = (30, 750, 850, 930, 16, 150, 500)
"""See :class:`~scheduler.search.hhcrsp_state.Problem`: depot, relocate, block, swap; near, far, both of a pair."""


def problem_of(instance: Instance, lateness_price: float = 1.0) -> Problem:
    """The instance as arrays; see :class:`~scheduler.search.hhcrsp_state.Problem`."""
    patients, carers = len(instance.patients), len(instance.caregivers)
    tasks = [2 * p + i for p, patient in enumerate(instance.patients) for i in range(len(patient.tasks))]
    able = np.zeros((carers, 2 * patients), np.bool_)
    for node in tasks:
        service = instance.patients[node // 2].tasks[node % 2].service
        able[:, node] = [service in caregiver.abilities for caregiver in instance.caregivers]
    travel = np.array(instance.distances, dtype=np.float64)
    before, after, near_count = _near(tasks, travel, _nodes(instance), able)
    return Problem(
        patients=patients,
        carers=carers,
        travel=travel,
        able=able,
        tasks=np.array(tasks, np.int64),
        before=before,
        after=after,
        near_count=near_count,
        lateness_price=float(lateness_price),
        shares=np.array(SHARES, np.int64),
    )


def _nodes(instance: Instance) -> Records:
    """Tasks and depots with empty routes."""
    depots, carers = 2 * len(instance.patients), len(instance.caregivers)
    nodes = np.zeros(depots + carers, NODE)
    for p, patient in enumerate(instance.patients):
        pair = nodes[2 * p : 2 * p + 2]
        pair["place"], pair["opens"], pair["closes"] = p + 1, patient.opens_min, patient.closes_min
        for i, task in enumerate(patient.tasks):
            nodes["duration"][2 * p + i] = task.duration_min
            nodes["paired"][2 * p + i] = len(patient.tasks) == 2
    nodes["succ"][depots:] = nodes["pred"][depots:] = np.arange(depots, depots + carers)
    nodes["carer"][depots:] = np.arange(carers)
    return nodes


def _patients(instance: Instance) -> Records:
    patients = np.zeros(len(instance.patients), PATIENT)
    for p, patient in enumerate(instance.patients):
        patients["least_gap"][p], patients["most_gap"][p] = patient.gap_min or (0.0, 0.0)
    return patients


def _near(
    tasks: list[int], travel: Floats, nodes: Records, able: Flags
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """For each task those that are well done just before it and just after it by the same carer, best first.

    Travel, plus a little for waiting and for tardiness that the windows force.
    """
    before = np.zeros((able.shape[1], len(tasks)), np.int32)
    after = np.zeros_like(before)
    count = np.zeros(able.shape[1], np.int64)
    if not tasks:
        return before, after, count
    index = np.array(tasks)
    opens, closes, duration, place = (nodes[name] for name in ("opens", "closes", "duration", "place"))
    legs = travel[np.ix_(place[index], place[index])]
    done = legs + duration[index][:, None]
    wait = np.maximum(0.0, opens[index][None, :] - (closes[index][:, None] + done))
    late = np.maximum(0.0, opens[index][:, None] + done - closes[index][None, :])
    follow = legs + WAIT_WEIGHT * wait + LATE_WEIGHT * late
    ability = able[:, index].astype(np.int64)
    follow[(ability.T @ ability == 0) | (index[:, None] // 2 == index[None, :] // 2)] = np.inf
    for row, node in enumerate(tasks):
        count[node] = np.count_nonzero(follow[row] < np.inf)
        after[node] = index[np.argsort(follow[row], kind="stable")]
        before[node] = index[np.argsort(follow[:, row], kind="stable")]
    return before, after, count


def mean_travel(instance: Instance) -> float:
    """Mean minutes between two patients: the measure of the temperatures."""
    legs = [minutes for row in instance.distances[1:] for minutes in row[1:]]
    return max(1.0, sum(legs) / max(1, len(legs)))


def first_search(instance: Instance, problem: Problem, seed: int) -> Search:
    """Patients in the order of their windows, each appended where it then costs least."""
    nodes, patients = _nodes(instance), _patients(instance)
    state = State(
        nodes=nodes,
        patients=patients,
        gain=np.zeros(len(nodes)),
        log=np.zeros(8 * len(nodes) + 64, CHANGE),
        queue=np.zeros(len(patients) + 8, np.int64),
        counts=np.zeros(8, np.int64),
        rank=np.arange(len(patients)),
        totals=np.zeros(3),
        random=np.array([random.Random(f"hhcrsp {seed}").getrandbits(63) | 1], np.uint64),
        thresholds=np.array([-math.log((i + 0.5) / 4096) for i in range(4096)]),
    )
    _append_all(problem, state)
    refresh(problem, state)
    return Search(problem, state)


def copy_of(search: Search) -> Search:
    """The same search in arrays of its own."""
    return Search(search.problem, State._make(array.copy() for array in search.state))


def _append_all(problem: Problem, state: State) -> None:
    start = state.nodes["start"]
    middle = state.nodes["opens"] + state.nodes["closes"]
    for rank, p in enumerate(np.argsort(middle[: 2 * problem.patients : 2], kind="stable")):
        patient = state.patients[p]
        state.nodes["key"][2 * p : 2 * p + 2] = float(rank)
        paired = state.nodes["paired"][2 * p]
        pair = [2 * int(p), 2 * int(p) + 1] if paired else [2 * int(p)]
        taken = -1
        # The task with fewest able carers chooses first: then the other one always finds a second carer.
        for node in sorted(pair, key=lambda u: int(problem.able[:, u].sum())):
            taken = _append(problem, state, node, taken)
        if paired:
            first, second = pair
            start[second] = max(start[second], start[first] + patient["least_gap"])
            start[first] = max(start[first], start[second] - patient["most_gap"])


def _append(problem: Problem, state: State, node: int, taken: int) -> int:
    """Append the node to the route where travel and tardiness grow least, not that of carer ``taken``."""
    nodes, depots = state.nodes, 2 * problem.patients
    best, choice, start = np.inf, -1, 0.0
    for k in np.flatnonzero(problem.able[:, node]):
        if k == taken:
            continue
        last = nodes[nodes["pred"][depots + k]]
        leg = problem.travel[last["place"], nodes["place"][node]]
        ready = max(nodes["opens"][node], last["start"] + last["duration"] + leg)
        cost = leg + 2.0 * max(0.0, ready - nodes["closes"][node])
        if cost < best:
            best, choice, start = cost, int(k), ready
    depot = depots + choice
    last = nodes["pred"][depot]
    nodes["succ"][last], nodes["pred"][node] = node, last
    nodes["succ"][node], nodes["pred"][depot] = depot, node
    nodes["carer"][node], nodes["start"][node] = choice, start
    return choice


def cost(search: Search) -> float:
    """The cost as the benchmark counts it, tardiness by its price."""
    return float(search.state.totals[[DISTANCE, TARDINESS, GREATEST]].sum()) / 3


def solution(instance: Instance, search: Search) -> Solution:
    """The state as a solution."""
    nodes, depots = search.state.nodes, 2 * len(instance.patients)
    routes = []
    for k, caregiver in enumerate(instance.caregivers):
        stops = []
        node = int(nodes["succ"][depots + k])
        while node < depots:
            patient = instance.patients[node // 2]
            task = patient.tasks[node % 2]
            start = float(nodes["start"][node])
            stops.append(Stop(patient.id, task.service, start, start + task.duration_min))
            node = int(nodes["succ"][node])
        routes.append(Route(caregiver.id, tuple(stops)))
    return Solution(tuple(routes))
