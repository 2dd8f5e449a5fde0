"""A solution of an HHCRSP instance: the public file format, an independent validator, and the cost.

Nothing here looks at the solver: the validator knows only the instance and the starts and ends it is shown.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from scheduler.hhcrsp.instance import Instance, Patient
from scheduler.hhcrsp.json_fields import Field, FieldError, read_document

TOLERANCE_MIN = 1e-6
"""Times are floating-point minutes: differences below this are rounding."""


class SolutionError(FieldError):
    """The solution file is not of the public format; the message names file and field."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One service done: its start and end in minutes. A caregiver may wait at the door before the start."""

    patient: str
    service: str
    start_min: float
    end_min: float


@dataclass(frozen=True, slots=True)
class Route:
    """A caregiver's stops in order, from the depot at time 0 and back to it."""

    caregiver: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """A route for every caregiver, empty or not."""

    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The three parts of the objective, minutes each; ``total``, their mean, is compared."""

    distance_min: float
    total_tardiness_min: float
    greatest_tardiness_min: float

    @property
    def total(self) -> float:
        """(distance + total tardiness + greatest tardiness) / 3."""
        return (self.distance_min + self.total_tardiness_min + self.greatest_tardiness_min) / 3


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: its name, and a sentence with who, the value and what is required."""

    rule: str
    message: str


def cost_of(instance: Instance, solution: Solution) -> Cost:
    """Cost of a solution whose patients and caregivers are the instance's (see :func:`violations_of`)."""
    place = {patient.id: i for i, patient in enumerate(instance.patients, start=1)}
    closes = {patient.id: patient.closes_min for patient in instance.patients}
    distance = 0.0
    tardiness = [0.0]
    for route in solution.routes:
        stations = [0, *(place[stop.patient] for stop in route.stops), 0]
        distance += sum(instance.distances[i][j] for i, j in pairwise(stations))
        tardiness += [max(0.0, stop.start_min - closes[stop.patient]) for stop in route.stops]
    return Cost(distance, sum(tardiness), max(tardiness))


def violations_of(instance: Instance, solution: Solution) -> list[Violation]:
    """Every rule of the benchmark that the solution breaks; empty when it is valid.

    Rules: ``routes`` (one for each caregiver), ``unknown`` (patient, service), ``coverage`` (each service
    exactly once), ``ability``, ``window`` (no start before it opens), ``duration``, ``travel`` (no overlap;
    time to get there, also from the depot), ``two caregivers`` and ``synchronization`` (patients with two
    services).
    """
    patients = {patient.id: patient for patient in instance.patients}
    return [
        *_check_routes(instance, solution),
        *_check_stops(instance, patients, solution),
        *_check_travel(instance, solution),
        *_check_patients(instance, solution),
    ]


def _check_routes(instance: Instance, solution: Solution) -> Iterator[Violation]:
    count: dict[str, int] = defaultdict(int)
    for route in solution.routes:
        count[route.caregiver] += 1
    known = {caregiver.id for caregiver in instance.caregivers}
    for name in sorted(known | set(count)):
        if name not in known:
            yield Violation("routes", f"caregiver {name} is not in the instance")
        elif count[name] != 1:
            yield Violation("routes", f"caregiver {name} has {count[name]} routes; exactly one is required")


def _check_stops(instance: Instance, patients: dict[str, Patient], solution: Solution) -> Iterator[Violation]:
    abilities = {caregiver.id: caregiver.abilities for caregiver in instance.caregivers}
    for route in solution.routes:
        for stop in route.stops:
            what = f"{route.caregiver}, service {stop.service} at {stop.patient}"
            patient = patients.get(stop.patient)
            task = next((t for t in patient.tasks if t.service == stop.service), None) if patient else None
            if patient is None or task is None:
                yield Violation("unknown", f"{what}: the instance asks for no such service")
                continue
            if stop.service not in abilities.get(route.caregiver, frozenset()):
                yield Violation("ability", f"{what}: the caregiver has no ability {stop.service}")
            if not stop.start_min >= patient.opens_min - TOLERANCE_MIN:
                yield Violation("window", f"{what}: starts {stop.start_min}, opens {patient.opens_min}")
            if not abs(stop.end_min - stop.start_min - task.duration_min) <= TOLERANCE_MIN:
                yield Violation(
                    "duration", f"{what}: {stop.start_min} to {stop.end_min}, {task.duration_min} required"
                )


def _check_travel(instance: Instance, solution: Solution) -> Iterator[Violation]:
    place = {patient.id: i for i, patient in enumerate(instance.patients, start=1)}
    for route in solution.routes:
        here, free = 0, 0.0
        for stop in route.stops:
            there = place.get(stop.patient)
            if there is None:
                continue
            earliest = free + instance.distances[here][there]
            if not stop.start_min >= earliest - TOLERANCE_MIN:
                yield Violation(
                    "travel",
                    f"{route.caregiver} at {stop.patient}: starts {stop.start_min}, there at {earliest}",
                )
            here, free = there, stop.end_min


def _check_patients(instance: Instance, solution: Solution) -> Iterator[Violation]:
    done: dict[tuple[str, str], list[tuple[str, Stop]]] = defaultdict(list)
    for route in solution.routes:
        for stop in route.stops:
            done[stop.patient, stop.service].append((route.caregiver, stop))
    for patient in instance.patients:
        found = [done[patient.id, task.service] for task in patient.tasks]
        for task, stops in zip(patient.tasks, found, strict=True):
            if len(stops) != 1:
                yield Violation(
                    "coverage",
                    f"service {task.service} at {patient.id} is done {len(stops)} times; once is required",
                )
        if patient.gap_min is None or any(len(stops) != 1 for stops in found):
            continue
        (first_by, first), (second_by, second) = found[0][0], found[1][0]
        if first_by == second_by:
            yield Violation("two caregivers", f"{patient.id}: both services by {first_by}; two are required")
        least, greatest = patient.gap_min
        gap = second.start_min - first.start_min
        if not least - TOLERANCE_MIN <= gap <= greatest + TOLERANCE_MIN:
            yield Violation(
                "synchronization",
                f"{patient.id}: {gap} minutes between starts, {least} to {greatest} required",
            )


def solution_json(solution: Solution) -> str:
    """The solution in the public format; the same solution gives the same text."""
    routes = [
        {
            "caregiver_id": route.caregiver,
            "locations": [
                {
                    "patient": stop.patient,
                    "service": stop.service,
                    "arrival_time": stop.start_min,
                    "departure_time": stop.end_min,
                }
                for stop in route.stops
            ],
        }
        for route in solution.routes
    ]
    return json.dumps({"routes": routes}, ensure_ascii=False, indent=1) + "\n"


def write_solution(solution: Solution, path: str | Path) -> None:
    """Write the public solution file (``arrival_time`` is the start of the service). Raises OSError."""
    Path(path).write_text(solution_json(solution), encoding="utf-8")


def read_solution(path: str | Path) -> Solution:
    """Read a public solution file. Raises :class:`SolutionError` naming file and field."""
    document = read_document(path, SolutionError)
    return Solution(tuple(_route(entry) for entry in document.get("routes").items()))


def _route(entry: Field) -> Route:
    stops = tuple(
        Stop(
            stop.get("patient").text(),
            stop.get("service").text(),
            stop.get("arrival_time").number(),
            stop.get("departure_time").number(),
        )
        for stop in entry.get("locations").items()
    )
    return Route(entry.get("caregiver_id").text(), stops)
