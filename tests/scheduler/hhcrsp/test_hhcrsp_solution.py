"""The validator of HHCRSP solutions: each rule alone can be broken, and the cost is that of the benchmark."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.hhcrsp import (
    Instance,
    Route,
    Solution,
    SolutionError,
    Stop,
    cost_of,
    read_solution,
    violations_of,
    write_solution,
)
from tests.scheduler.hhcrsp.hhcrsp_cases import late_in_any_case, pair_then_single, written

FIRST, SECOND, SINGLE = Stop("p", "s", 10, 15), Stop("p", "t", 25, 30), Stop("q", "s", 25, 30)


def solution(k1: tuple[Stop, ...] = (FIRST, SINGLE), k2: tuple[Stop, ...] = (SECOND,)) -> Solution:
    return Solution((Route("k1", k1), Route("k2", k2)))


def rules(found: Solution, instance: Instance | None = None) -> set[str]:
    return {violation.rule for violation in violations_of(instance or pair_then_single(), found)}


def at(stop: Stop, start: float) -> Stop:
    return replace(stop, start_min=start, end_min=start + 5)


def with_window(opens: float, closes: float) -> Instance:
    instance = pair_then_single()
    pair, single = instance.patients
    return replace(instance, patients=(pair, replace(single, opens_min=opens, closes_min=closes)))


def everyone_able() -> Instance:
    instance = pair_then_single()
    able = frozenset({"s", "t"})
    return replace(instance, caregivers=tuple(replace(c, abilities=able) for c in instance.caregivers))


def test_a_valid_solution_breaks_nothing() -> None:
    assert rules(solution()) == set()


def test_routes_every_caregiver_has_exactly_one() -> None:
    whole = solution()
    assert rules(Solution((*whole.routes, Route("k2", ())))) == {"routes"}
    assert rules(Solution((*whole.routes, Route("stranger", ())))) == {"routes"}
    unused = late_in_any_case()
    assert "caregiver k2 has 0 routes" in str(violations_of(unused, Solution((Route("k1", ()),))))


def test_unknown_patient_or_service() -> None:
    assert rules(solution(k2=(SECOND, Stop("x", "t", 60, 65)))) == {"unknown"}
    assert rules(solution(k2=(SECOND, Stop("q", "t", 60, 65)))) == {"unknown"}


def test_coverage_each_service_once() -> None:
    assert rules(solution(k1=(FIRST,))) == {"coverage"}
    assert rules(solution(k2=())) == {"coverage"}
    assert rules(solution(k1=(FIRST, SINGLE, at(SINGLE, 40)))) == {"coverage"}


def test_ability() -> None:
    assert rules(solution(k1=(FIRST,), k2=(SECOND, at(SINGLE, 40)))) == {"ability"}


def test_window_no_start_before_it_opens() -> None:
    assert rules(solution(), with_window(26, 40)) == {"window"}
    assert rules(solution(), with_window(25, 40)) == set()


def test_tardiness_is_allowed() -> None:
    assert rules(solution(k1=(FIRST, at(SINGLE, 400)))) == set()


def test_duration() -> None:
    assert rules(solution(k1=(FIRST, replace(SINGLE, end_min=29.0)))) == {"duration"}


def test_travel_time_between_stops() -> None:
    assert rules(solution(k1=(FIRST, at(SINGLE, 24.9)))) == {"travel"}


def test_travel_time_from_the_depot() -> None:
    assert rules(solution(k1=(at(FIRST, 9.0), SINGLE), k2=(SECOND,))) == {"travel"}


def test_no_overlap() -> None:
    instance = everyone_able()
    overlapping = solution(k1=(FIRST,), k2=(SECOND, at(SINGLE, 27)))
    assert rules(overlapping, instance) == {"travel"}


def test_two_caregivers() -> None:
    assert rules(solution(k1=(FIRST, SECOND, at(SINGLE, 40)), k2=()), everyone_able()) == {"two caregivers"}


@pytest.mark.parametrize(("start", "kept"), [(24.9, False), (25, True), (30, True), (30.1, False)])
def test_synchronization_sequential(start: float, kept: bool) -> None:
    assert rules(solution(k2=(at(SECOND, start),))) == (set() if kept else {"synchronization"})


@pytest.mark.parametrize(("start", "kept"), [(10, True), (10.1, False), (15, False)])
def test_synchronization_simultaneous(start: float, kept: bool) -> None:
    instance = pair_then_single()
    pair, single = instance.patients
    together = replace(instance, patients=(replace(pair, gap_min=(0, 0)), single))
    assert rules(solution(k2=(at(SECOND, start),)), together) == (set() if kept else {"synchronization"})


def test_not_a_number_is_no_valid_time() -> None:
    nowhere = float("nan")
    assert {"window", "duration", "travel"} <= rules(solution(k1=(FIRST, Stop("q", "s", nowhere, nowhere))))


def test_cost_counts_distance_tardiness_and_the_greatest() -> None:
    found = cost_of(pair_then_single(), solution(k1=(FIRST, at(SINGLE, 31)), k2=(at(SECOND, 33),)))
    # k1: 0-10-20-0, k2: 0-10-0; tardiness 31 - 25 and 33 - 30
    assert (found.distance_min, found.total_tardiness_min, found.greatest_tardiness_min) == (60, 9, 6)
    assert found.total == 25


def test_round_trip_in_the_public_format(tmp_path: Path) -> None:
    path = tmp_path / "solution.json"
    write_solution(solution(), path)
    assert json.loads(path.read_text())["routes"][1] == {
        "caregiver_id": "k2",
        "locations": [{"patient": "p", "service": "t", "arrival_time": 25, "departure_time": 30}],
    }
    assert read_solution(path) == solution()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "routes: the field is missing"),
        ({"routes": [{"caregiver_id": "k1"}]}, "routes[0].locations: the field is missing"),
        (
            {"routes": [{"caregiver_id": "k1", "locations": [{"patient": 3}]}]},
            "routes[0].locations[0].patient: 3 is wrong",
        ),
    ],
)
def test_a_wrong_solution_file_is_named(tmp_path: Path, document: object, words: str) -> None:
    with pytest.raises(SolutionError) as caught:
        read_solution(written(tmp_path / "wrong.json", document))
    assert words in str(caught.value)
