"""An HHCRSP instance: patients, caregivers, distances; and the reader of the public JSON format.

All times are in minutes from the start of the day, all distances in the same minutes (distance is travel time
in this benchmark). Format and instances: Intelligent Optimization Lab, University of Udine; doi
10.1111/itor.13585.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Literal

from scheduler.hhcrsp.json_fields import Field, FieldError, read_document

Synchronization = Literal["simultaneous", "sequential"]


class InstanceError(FieldError):
    """The instance is incomplete or contradicts itself; the message names the culprit."""


@dataclass(frozen=True, slots=True)
class Task:
    """One caregiver's work at a patient's: which service, and how long (minutes)."""

    service: str
    duration_min: float

    def __post_init__(self) -> None:
        if not (isfinite(self.duration_min) and self.duration_min >= 0):
            raise InstanceError(
                f"service {self.service}: duration {self.duration_min} is wrong; write 0 minutes or more"
            )


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient with one task, or two done by two different caregivers.

    ``opens_min`` is the earliest start of every task; a start after ``closes_min`` is allowed and counts as
    tardiness. ``gap_min`` is set for two tasks: least and greatest time from the start of the first to the
    start of the second, (0, 0) when they are simultaneous.
    """

    id: str
    opens_min: float
    closes_min: float
    tasks: tuple[Task, ...]
    gap_min: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.opens_min <= self.closes_min and isfinite(self.closes_min)):
            raise InstanceError(
                f"patient {self.id}: window {self.opens_min} to {self.closes_min} is wrong;"
                " write two times from 0 on, the earlier one first"
            )
        if len(self.tasks) not in (1, 2):
            raise InstanceError(f"patient {self.id}: {len(self.tasks)} services; one or two are expected")
        if (len(self.tasks) == 2) != (self.gap_min is not None):
            raise InstanceError(
                f"patient {self.id}: two services need a synchronization, one service has none"
            )
        if self.gap_min is not None and not (
            0 <= self.gap_min[0] <= self.gap_min[1] and isfinite(self.gap_min[1])
        ):
            raise InstanceError(f"patient {self.id}: gap {self.gap_min} is wrong; write least, greatest")
        if len({task.service for task in self.tasks}) != len(self.tasks):
            raise InstanceError(
                f"patient {self.id}: service {self.tasks[0].service} twice; name two different services"
            )


@dataclass(frozen=True, slots=True)
class Caregiver:
    """Someone who can perform the services named in ``abilities``; starts and ends at the depot."""

    id: str
    abilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Instance:
    """Everything there is to plan. ``distances[i][j]`` is minutes from i to j: 0 is the depot."""

    name: str
    patients: tuple[Patient, ...]
    caregivers: tuple[Caregiver, ...]
    distances: tuple[tuple[float, ...], ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.caregivers:
            raise InstanceError(f"{self.name}: no caregivers; at least one is expected")
        _refuse_doubles(self.name, "patient", (p.id for p in self.patients))
        _refuse_doubles(self.name, "caregiver", (c.id for c in self.caregivers))
        size = len(self.patients) + 1
        if len(self.distances) != size:
            raise InstanceError(
                f"{self.name}, distances: {len(self.distances)} rows; {size} expected (depot and patients)"
            )
        for i, row in enumerate(self.distances):
            if len(row) != size:
                raise InstanceError(f"{self.name}, distances[{i}]: {len(row)} numbers; {size} are expected")
            for j, minutes in enumerate(row):
                if not (isfinite(minutes) and minutes >= 0):
                    raise InstanceError(
                        f"{self.name}, distances[{i}][{j}]: {minutes} is wrong; 0 or more is expected"
                    )


def _refuse_doubles(name: str, kind: str, ids: Iterable[str]) -> None:
    twice = [key for key, count in Counter(ids).items() if count > 1]
    if twice:
        raise InstanceError(f"{name}: {kind} '{twice[0]}' appears twice; ids must be unique")


def read_instance(path: str | Path) -> Instance:
    """Read an instance in the public JSON format.

    Raises
    ------
    InstanceError
        The file is not there, is not JSON, or a field is missing or wrong; the message names file and field.
    """
    document = read_document(path, InstanceError)
    patients = tuple(_patient(entry) for entry in document.get("patients").items())
    caregivers = tuple(_caregiver(entry) for entry in document.get("caregivers").items())
    distances = tuple(
        tuple(cell.number() for cell in row.items()) for row in document.get("distances").items()
    )
    return Instance(Path(path).name, patients, caregivers, distances)


def _caregiver(entry: Field) -> Caregiver:
    return Caregiver(
        entry.get("id").text(), frozenset(ability.text() for ability in entry.get("abilities").items())
    )


def _patient(entry: Field) -> Patient:
    tasks = tuple(
        Task(task.get("service").text(), task.get("duration").number())
        for task in entry.get("required_caregivers").items()
    )
    if len(tasks) not in (1, 2):
        raise entry.get("required_caregivers").fail("one or two services are expected")
    opens, closes = entry.get("time_window").interval("earliest start and latest start in minutes")
    gap = _gap(entry.get("synchronization")) if len(tasks) == 2 else None
    if len(tasks) == 1 and "synchronization" in entry:
        raise entry.get("synchronization").fail(
            "a patient with one service has no synchronization; remove it"
        )
    try:
        return Patient(entry.get("id").text(), opens, closes, tasks, gap)
    except InstanceError as problem:
        raise InstanceError(f"{entry.file}, {entry.path}: {problem}") from None


def _gap(entry: Field) -> tuple[float, float]:
    kind = entry.get("type")
    if kind.value == "simultaneous":
        return 0.0, 0.0
    if kind.value == "sequential":
        return entry.get("distance").interval("least and greatest minutes from first start to second start")
    raise kind.fail("write 'simultaneous' or 'sequential'")
