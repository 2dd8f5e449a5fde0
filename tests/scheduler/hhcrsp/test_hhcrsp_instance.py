"""The reader of public HHCRSP instances: what it takes, and that a mistake is named by file and field."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.hhcrsp import Caregiver, Instance, InstanceError, Patient, Task, read_instance
from tests.scheduler.hhcrsp.hhcrsp_cases import as_document, pair_then_single, written


def test_reads_what_was_written(tmp_path: Path) -> None:
    expected = pair_then_single()
    found = read_instance(written(tmp_path / "pair_then_single", as_document(expected)))
    assert found == expected


def test_simultaneous_is_a_gap_of_zero(tmp_path: Path) -> None:
    document = as_document(pair_then_single())
    document["patients"][0]["synchronization"] = {"type": "simultaneous"}
    assert read_instance(written(tmp_path / "i.json", document)).patients[0].gap_min == (0, 0)


def remove(*path: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def put(value: Any, *path: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


MISTAKES = [
    (remove("patients"), "patients: the field is missing"),
    (remove("caregivers"), "caregivers: the field is missing"),
    (remove("distances"), "distances: the field is missing"),
    (remove("patients", 1, "time_window"), "patients[1].time_window: the field is missing"),
    (remove("patients", 0, "synchronization"), "patients[0].synchronization: the field is missing"),
    (remove("patients", 0, "synchronization", "distance"), "synchronization.distance: the field is missing"),
    (put("soon", "patients", 0, "synchronization", "type"), "'simultaneous' or 'sequential'"),
    (put([9, 3], "patients", 0, "synchronization", "distance"), "[9, 3]"),
    (put([30], "patients", 0, "time_window"), "patients[0].time_window: [30]"),
    (put([30, 20], "patients", 0, "time_window"), "patients[0].time_window: [30, 20]"),
    (put(["a", 20], "patients", 0, "time_window"), 'patients[0].time_window[0]: "a"'),
    (put(-5, "patients", 1, "required_caregivers", 0, "duration"), "required_caregivers[0].duration: -5"),
    (put(True, "patients", 1, "required_caregivers", 0, "duration"), "duration: true"),
    (put([], "patients", 1, "required_caregivers"), "patients[1].required_caregivers"),
    (put("", "patients", 1, "id"), "patients[1].id"),
    (put("p", "patients", 1, "id"), "patient 'p' appears twice"),
    (put("k1", "caregivers", 1, "id"), "caregiver 'k1' appears twice"),
    (put([], "caregivers"), "no caregivers"),
    (put([7], "caregivers", 0, "abilities"), "caregivers[0].abilities[0]: 7"),
    (put([0, 1], "distances", 2), "distances[2]: 2 numbers; 3 are expected"),
    (put(float("nan"), "distances", 0, 1), "distances[0][1]"),
    (put(float("inf"), "distances", 0, 1), "distances[0][1]"),
    (remove("distances", 2), "2 rows; 3 expected"),
    (put(7, "patients"), "patients: 7 is wrong; a list"),
    (put(7, "patients", 0), "patients[0]: 7 is wrong; an object"),
    (put({"type": "simultaneous"}, "patients", 1, "synchronization"), "patients[1].synchronization"),
    (put("s", "patients", 0, "required_caregivers", 1, "service"), "service s twice"),
]


@pytest.mark.parametrize(("change", "words"), MISTAKES, ids=[words for _, words in MISTAKES])
def test_names_the_mistake(tmp_path: Path, change: Callable[[Any], None], words: str) -> None:
    document = as_document(pair_then_single())
    change(document)
    with pytest.raises(InstanceError) as caught:
        read_instance(written(tmp_path / "wrong.json", document))
    assert words in str(caught.value)
    assert "wrong.json" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b"3"])
def test_answers_what_is_no_instance(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with pytest.raises(InstanceError, match=r"broken\.json"):
        read_instance(path)


def test_answers_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match=r"nowhere\.json: cannot be read"):
        read_instance(tmp_path / "nowhere.json")


def test_data_check_themselves_when_made() -> None:
    task, who = Task("s", 5), Caregiver("k", frozenset({"s"}))
    with pytest.raises(InstanceError, match="duration"):
        Task("s", -1)
    with pytest.raises(InstanceError, match="window"):
        Patient("p", 9, 3, (task,))
    with pytest.raises(InstanceError, match="synchronization"):
        Patient("p", 0, 3, (task, Task("t", 5)))
    with pytest.raises(InstanceError, match="gap"):
        Patient("p", 0, 3, (task, Task("t", 5)), (8, 2))
    with pytest.raises(InstanceError, match=r"distances\[0\]\[1\]: -1"):
        Instance("i", (Patient("p", 0, 3, (task,)),), (who,), ((0, -1), (1, 0)))
