"""The part of a public HHCRSP instance that general routing solvers can express, and one judge of their answers.

What is left of the instance: every patient with the first of their services (second services, and with them all
synchronisation, dropped), the same caregivers with the same abilities, windows that are hard, and the total
distance of all routes, the way back included, as the cost. All times and distances are whole hundredths of a
minute, so that every solver is given the same numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.hhcrsp import Instance, solve_hhcrsp

HUNDREDTHS = 100
"""Whole units in a minute."""
PROPOSALS = 2_000_000
"""How long is looked for an answer without lateness before a patient is left out."""
LATENESS_PRICE = 10_000.0
"""Of a minute late in our search, in minutes of travel: even a hundredth of a minute then costs more than a detour saves.
At 100, one answer in 18 was two seconds late for a shorter way."""

#: Patients (0 = the first one) in the order in which each caregiver visits them, a list for every caregiver.
Routes = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Case:
    """One task for all solvers, in hundredths of a minute.

    ``travel[i][j]``: place 0 is the depot, place ``p + 1`` patient ``p``. ``services``: the service each patient
    needs, as a number; ``abilities``: those that each caregiver has. ``left_out``: ids of the patients that had to go
    for hard windows to be kept.
    """

    name: str
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    durations: tuple[int, ...]
    services: tuple[int, ...]
    abilities: tuple[frozenset[int], ...]
    travel: NDArray[np.int64]
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many patients."""
        return len(self.opens)

    @property
    def carers(self) -> int:
        """How many caregivers."""
        return len(self.abilities)


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth: its distance (hundredths of a minute), and every rule it breaks."""

    cost: int
    troubles: tuple[str, ...]


def single_services(instance: Instance) -> Instance:
    """Every patient with the first of their services only, all figures rounded to hundredths."""
    patients = tuple(
        replace(
            patient,
            opens_min=_rounded(patient.opens_min),
            closes_min=_rounded(patient.closes_min),
            tasks=(replace(patient.tasks[0], duration_min=_rounded(patient.tasks[0].duration_min)),),
            gap_min=None,
        )
        for patient in instance.patients
    )
    distances = tuple(tuple(_rounded(minutes) for minutes in row) for row in instance.distances)
    return replace(instance, patients=patients, distances=distances)


def served_on_time(instance: Instance, proposals: int = PROPOSALS) -> tuple[Instance, tuple[str, ...]]:
    """The instance without the patients for whom hard windows leave no room, and who they are.

    The rule: our own search (seed 1, one worker, a number of proposals) is asked for an answer; while somebody is
    late in it, the patient who is latest is left out (of equal ones the first in the file) and it is asked again.
    The same instance gives the same patients on every machine.

    Raises
    ------
    InfeasibleError
        A service that no caregiver has the ability for.
    """
    left_out: list[str] = []
    while instance.patients:
        answer = solve_hhcrsp(
            instance, iterations=proposals, seed=1, workers=1, lateness_price=LATENESS_PRICE
        )
        starts = {stop.patient: stop.start_min for route in answer.routes for stop in route.stops}
        late = [_units(max(0.0, starts[p.id] - p.closes_min)) for p in instance.patients]
        if not any(late):
            break
        latest = late.index(max(late))
        left_out.append(instance.patients[latest].id)
        instance = without(instance, latest)
    return instance, tuple(left_out)


def without(instance: Instance, patient: int) -> Instance:
    """The instance without one patient (0 = the first)."""
    kept = [place for place in range(len(instance.distances)) if place != patient + 1]
    return replace(
        instance,
        patients=instance.patients[:patient] + instance.patients[patient + 1 :],
        distances=tuple(tuple(instance.distances[i][j] for j in kept) for i in kept),
    )


def case_of(instance: Instance, left_out: tuple[str, ...] = ()) -> Case:
    """An instance of single services as what every solver is given."""
    patients = instance.patients
    number = {name: i for i, name in enumerate(sorted({p.tasks[0].service for p in patients}))}
    return Case(
        instance.name,
        tuple(_units(p.opens_min) for p in patients),
        tuple(_units(p.closes_min) for p in patients),
        tuple(_units(p.tasks[0].duration_min) for p in patients),
        tuple(number[p.tasks[0].service] for p in patients),
        tuple(frozenset(number[a] for a in k.abilities if a in number) for k in instance.caregivers),
        np.array([[_units(minutes) for minutes in row] for row in instance.distances], np.int64),
        left_out,
    )


def judge(case: Case, routes: Routes) -> Verdict:
    """Distance of an answer, and what is wrong with it: everybody served once, by somebody able, on time.

    Only the order is taken from a solver. Each caregiver leaves the depot at 0, goes on as soon as a visit is
    done and waits where a window is not open yet, which is never later than any other timing.
    """
    troubles = []
    if len(routes) != case.carers:
        troubles.append(f"{len(routes)} routes, {case.carers} caregivers")
    visits = Counter(p for route in routes for p in route)
    for p in sorted(set(visits) - set(range(case.size))):
        troubles.append(f"patient {p} is not in the instance")
    if troubles:
        return Verdict(0, tuple(troubles))
    troubles += [f"patient {p} is visited {visits[p]} times" for p in range(case.size) if visits[p] != 1]
    cost = 0
    for k, route in enumerate(routes):
        cost += sum(int(case.travel[i][j]) for i, j in pairwise([0, *(p + 1 for p in route), 0]))
        place, free = 0, 0
        for p in route:
            start = max(case.opens[p], free + int(case.travel[place][p + 1]))
            if start > case.closes[p]:
                troubles.append(f"caregiver {k} is {(start - case.closes[p]) / HUNDREDTHS} min late at {p}")
            if case.services[p] not in case.abilities[k]:
                troubles.append(f"caregiver {k} lacks the ability for patient {p}")
            place, free = p + 1, start + case.durations[p]
    return Verdict(cost, tuple(troubles))


def _units(minutes: float) -> int:
    return round(minutes * HUNDREDTHS)


def _rounded(minutes: float) -> float:
    return _units(minutes) / HUNDREDTHS
