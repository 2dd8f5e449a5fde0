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
from scheduler.message import Message

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
            values = {"service": self.service, "value": self.duration_min}
            raise InstanceError(
                "service {service}: duration {value} is wrong; write 0 minutes or more", **values
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
            raise self._wrong(
                Message(
                    "window {first} to {last} is wrong; write two times from 0 on, the earlier one first",
                    {"first": self.opens_min, "last": self.closes_min},
                )
            )
        if len(self.tasks) not in (1, 2):
            raise self._wrong(
                Message("{count} services; one or two are expected", {"count": len(self.tasks)})
            )
        if (len(self.tasks) == 2) != (self.gap_min is not None):
            raise self._wrong(Message("two services need a synchronization, one service has none"))
        if self.gap_min is not None and not (
            0 <= self.gap_min[0] <= self.gap_min[1] and isfinite(self.gap_min[1])
        ):
            raise self._wrong(Message("gap {gap} is wrong; write least, greatest", {"gap": self.gap_min}))
        if len({task.service for task in self.tasks}) != len(self.tasks):
            raise self._wrong(
                Message(
                    "service {service} twice; name two different services",
                    {"service": self.tasks[0].service},
                )
            )

    def _wrong(self, what: Message) -> InstanceError:
        return InstanceError("patient {id}: {what}", id=self.id, what=what)


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
            raise InstanceError("{name}: no caregivers; at least one is expected", name=self.name)
        _refuse_doubles(self.name, Message("patient"), (p.id for p in self.patients))
        _refuse_doubles(self.name, Message("caregiver"), (c.id for c in self.caregivers))
        size = len(self.patients) + 1
        if len(self.distances) != size:
            values = {"name": self.name, "rows": len(self.distances), "size": size}
            raise InstanceError(
                "{name}, distances: {rows} rows; {size} expected (depot and patients)", **values
            )
        for i, row in enumerate(self.distances):
            if len(row) != size:
                values = {"name": self.name, "i": i, "count": len(row), "size": size}
                raise InstanceError("{name}, distances[{i}]: {count} numbers; {size} are expected", **values)
            for j, minutes in enumerate(row):
                if not (isfinite(minutes) and minutes >= 0):
                    values = {"name": self.name, "i": i, "j": j, "value": minutes}
                    raise InstanceError(
                        "{name}, distances[{i}][{j}]: {value} is wrong; 0 or more is expected", **values
                    )


def _refuse_doubles(name: str, kind: Message, ids: Iterable[str]) -> None:
    twice = [key for key, count in Counter(ids).items() if count > 1]
    if twice:
        values = {"name": name, "kind": kind, "id": twice[0]}
        raise InstanceError("{name}: {kind} '{id}' appears twice; ids must be unique", **values)


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
        raise entry.get("required_caregivers").fail(Message("one or two services are expected"))
    opens, closes = entry.get("time_window").interval(Message("earliest start and latest start in minutes"))
    gap = _gap(entry.get("synchronization")) if len(tasks) == 2 else None
    if len(tasks) == 1 and "synchronization" in entry:
        raise entry.get("synchronization").fail(
            Message("a patient with one service has no synchronization; remove it")
        )
    try:
        return Patient(entry.get("id").text(), opens, closes, tasks, gap)
    except InstanceError as problem:
        values = {"file": entry.file, "path": entry.path, "what": problem.message}
        raise InstanceError("{file}, {path}: {what}", **values) from None


def _gap(entry: Field) -> tuple[float, float]:
    kind = entry.get("type")
    if kind.value == "simultaneous":
        return 0.0, 0.0
    if kind.value == "sequential":
        return entry.get("distance").interval(
            Message("least and greatest minutes from first start to second start")
        )
    raise kind.fail(Message("write 'simultaneous' or 'sequential'"))
