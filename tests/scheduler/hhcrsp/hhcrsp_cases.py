"""Small HHCRSP instances written by hand, and random ones: nothing here is taken from the public files."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from scheduler.hhcrsp import Caregiver, Instance, Patient, Task

LINE = {"depot": 0.0, "near": 10.0, "far": 20.0, "west": -10.0}


def on_a_line(*stations: float) -> tuple[tuple[float, ...], ...]:
    """Distances between the depot at 0 and stations on a line."""
    places = (0.0, *stations)
    return tuple(tuple(abs(a - b) for b in places) for a in places)


def two_east_one_west() -> Instance:
    """Three single patients, two caregivers who can do everything.

    Windows force nothing, so the optimum is the shortest tour: 20 east and back, 10 west and back, 60
    minutes, by one caregiver or two; windows wide enough for either.
    """
    return Instance(
        "two_east_one_west",
        (
            Patient("a", 0, 500, (Task("s", 5),)),
            Patient("b", 0, 500, (Task("s", 5),)),
            Patient("c", 0, 500, (Task("s", 5),)),
        ),
        (Caregiver("k1", frozenset({"s"})), Caregiver("k2", frozenset({"s"}))),
        on_a_line(10, 20, -10),
    )


def pair_then_single() -> Instance:
    """A sequential pair at 10 and a single at 20 that only the pair's first caregiver can do.

    Pair: window 0-30, second start 15 to 20 after the first. Single: window 0-25, 5 minutes. k1 does the
    pair's first task (start 10, 5 minutes) and reaches 20 at 25, in time. k2 starts at 10 + 15 = 25. All in
    time: distance 40 for k1, 20 for k2, cost (60 + 0 + 0) / 3 = 20.
    """
    return Instance(
        "pair_then_single",
        (
            Patient("p", 0, 30, (Task("s", 5), Task("t", 5)), (15, 20)),
            Patient("q", 0, 25, (Task("s", 5),)),
        ),
        (Caregiver("k1", frozenset({"s"})), Caregiver("k2", frozenset({"t"}))),
        on_a_line(10, 20),
    )


def held_back_pair() -> Instance:
    """A sequential pair whose second caregiver is busy elsewhere first: the first start must wait for it.

    q at -10 is open 100-100 and only k2 can do it: 100 to 110. From there to the pair at 10: 130. The pair
    opens at 0 and closes at 120, gap at most 5. If k2 does the pair first: pair 10 and 10 by arrival, then q
    at 100 in time: cost is distance only: k1 20, k2 10 + 20 + 10 = 40, total 60 -> 20. (The other order:
    second start 130, first 125: late.)
    """
    return Instance(
        "held_back_pair",
        (
            Patient("p", 0, 120, (Task("s", 5), Task("t", 5)), (0, 5)),
            Patient("q", 100, 100, (Task("t", 10),)),
        ),
        (Caregiver("k1", frozenset({"s"})), Caregiver("k2", frozenset({"t"}))),
        on_a_line(10, -10),
    )


def late_in_any_case() -> Instance:
    """Two simultaneous pairs far apart, two caregivers, same window 0-10: tardiness cannot be avoided.

    Stations at 10 and at -10, 0 minutes of work. One pair starts at 10 (in time), the other at 30 (20 late,
    two tasks). Distance 10 + 20 + 10 for each. Cost (80 + 40 + 20) / 3.
    """
    window_tasks = (Task("s", 0), Task("t", 0))
    return Instance(
        "late_in_any_case",
        (Patient("p", 0, 10, window_tasks, (0, 0)), Patient("q", 0, 10, window_tasks, (0, 0))),
        (Caregiver("k1", frozenset({"s"})), Caregiver("k2", frozenset({"t"}))),
        on_a_line(10, -10),
    )


def as_document(instance: Instance) -> dict[str, Any]:
    """The instance as the public JSON document."""
    return {
        "distances": [list(row) for row in instance.distances],
        "caregivers": [{"id": c.id, "abilities": sorted(c.abilities)} for c in instance.caregivers],
        "patients": [_patient_document(patient) for patient in instance.patients],
    }


def _patient_document(patient: Patient) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": patient.id,
        "time_window": [patient.opens_min, patient.closes_min],
        "required_caregivers": [{"service": t.service, "duration": t.duration_min} for t in patient.tasks],
    }
    if patient.gap_min == (0, 0):
        document["synchronization"] = {"type": "simultaneous"}
    elif patient.gap_min is not None:
        document["synchronization"] = {"type": "sequential", "distance": list(patient.gap_min)}
    return document


def written(path: Path, document: Any) -> Path:
    """Write a JSON document to a file."""
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Feasible ones: asymmetric distances, zero durations, tight windows and gaps, few caregivers."""
    services = ("s1", "s2", "s3")
    size = draw(st.integers(1, 9))
    minutes = st.integers(0, 40).map(lambda tenths: tenths / 2)
    row = st.lists(minutes, min_size=size + 1, max_size=size + 1)
    rows = draw(st.lists(row, min_size=size + 1, max_size=size + 1))
    patients = []
    for i in range(size):
        opens = draw(st.integers(0, 200))
        closes = opens + draw(st.integers(0, 60))
        names = draw(st.lists(st.sampled_from(services), min_size=1, max_size=2, unique=True))
        tasks = tuple(Task(name, float(draw(st.integers(0, 30)))) for name in names)
        gap = None
        if len(tasks) == 2:
            least = draw(st.sampled_from([0.0, 0.0, 7.5, 40.0]))
            gap = (least, least + draw(st.sampled_from([0.0, 0.1, 30.0])))
        patients.append(Patient(f"p{i}", float(opens), float(closes), tasks, gap))
    abilities = draw(st.lists(st.sets(st.sampled_from(services)), min_size=0, max_size=3))
    everything = frozenset(services)
    caregivers = [Caregiver("all1", everything), Caregiver("all2", everything)]
    caregivers += [Caregiver(f"k{i}", frozenset(who)) for i, who in enumerate(abilities)]
    return Instance(
        "random",
        tuple(patients),
        tuple(caregivers),
        tuple(tuple(0.0 if i == j else cell for j, cell in enumerate(row)) for i, row in enumerate(rows)),
    )
