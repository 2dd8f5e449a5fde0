"""The comparison with other solvers: all get the same task, one judge, and what is not installed is said."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import others, others_cases, others_solvers
from benchmarks.__main__ import main
from benchmarks.others import Row, Run, mean_ratio, summary
from benchmarks.others_cases import Case, case_of, judge, served_on_time, single_services, without
from benchmarks.others_solvers import OTHERS, OURS, NotInstalledError, Solver, instance_of, teams_of
from scheduler.hhcrsp import Caregiver, Instance, Patient, Task
from tests.scheduler.hhcrsp.hhcrsp_cases import (
    as_document,
    on_a_line,
    pair_then_single,
    two_east_one_west,
    written,
)

ORTOOLS = OTHERS[-1]


def three_on_a_line() -> Case:
    """Patients at 10, 20 and -10; k0 can do both services, k1 only that of the third.

    Window of the second 0-25 minutes, 5 minutes of work each: it is in time after the first (10 to 15, there at 25)
    and not after the third.
    """
    carers = (Caregiver("k0", frozenset({"s", "t"})), Caregiver("k1", frozenset({"t", "unused"})))
    patients = (
        Patient("a", 0, 100, (Task("s", 5),)),
        Patient("b", 0, 25, (Task("s", 5),)),
        Patient("c", 0, 100, (Task("t", 5),)),
    )
    return case_of(Instance("line", patients, carers, on_a_line(10, 20, -10)))


def crowded() -> Instance:
    """One caregiver, two patients 20 minutes apart who both want them at 10: one must go; a third is open long."""
    patients = (
        Patient("east", 10, 10, (Task("s", 5),)),
        Patient("west", 10, 12, (Task("s", 5),)),
        Patient("late", 0, 100, (Task("s", 5),)),
    )
    return Instance("crowded", patients, (Caregiver("k", frozenset({"s"})),), on_a_line(10, -10, 1))


def test_first_services_stay_and_figures_are_whole_hundredths() -> None:
    instance = pair_then_single()
    odd = replace(
        instance,
        patients=(replace(instance.patients[0], closes_min=30.006), instance.patients[1]),
        distances=tuple(tuple(minutes * 1.00049 for minutes in row) for row in instance.distances),
    )
    case = case_of(single_services(odd))
    assert case.size == 2
    assert case.durations == (500, 500)
    assert case.closes == (3001, 2500)
    assert case.travel.tolist() == [[0, 1000, 2001], [1000, 0, 1000], [2001, 1000, 0]]
    # Both first services are "s", which k1 alone has; "t" is asked for by nobody now.
    assert case.services == (0, 0)
    assert case.abilities == (frozenset({0}), frozenset())


def test_case_is_given_to_our_search_unchanged() -> None:
    case = three_on_a_line()
    instance = instance_of(case)
    assert [list(row) for row in instance.distances] == case.travel.tolist()
    assert [(p.opens_min, p.closes_min) for p in instance.patients] == list(
        zip(case.opens, case.closes, strict=True)
    )
    able = [[p.tasks[0].service in k.abilities for p in instance.patients] for k in instance.caregivers]
    assert able == [[True, True, True], [False, False, True]]


def test_caregivers_of_equal_abilities_are_one_team() -> None:
    case = replace(three_on_a_line(), abilities=(frozenset({0}), frozenset({0, 1}), frozenset({0})))
    assert teams_of(case) == {frozenset({0}): [0, 2], frozenset({0, 1}): [1]}


def test_good_answer_costs_all_its_distance() -> None:
    # 20 there and back for k0, 10 there and back for k1.
    assert judge(three_on_a_line(), [[0, 1], [2]]) == others_cases.Verdict(6000, ())
    assert judge(three_on_a_line(), [[0, 1, 2], []]) == others_cases.Verdict(6000, ())


@pytest.mark.parametrize(
    ("routes", "trouble"),
    [
        ([[0, 1], []], "patient 2 is visited 0 times"),
        ([[0, 1, 2], [2]], "patient 2 is visited 2 times"),
        ([[1], [0, 2]], "caregiver 1 lacks the ability for patient 0"),
        ([[2, 1, 0], []], "caregiver 0 is 20.0 min late at 1"),
        ([[0, 1, 2]], "1 routes, 2 caregivers"),
        ([[0, 1, 2], [3]], "patient 3 is not in the instance"),
    ],
)
def test_every_broken_rule_is_noticed(routes: list[list[int]], trouble: str) -> None:
    assert judge(three_on_a_line(), routes).troubles == (trouble,)


def test_a_hundredth_of_a_minute_late_is_late() -> None:
    case = three_on_a_line()
    barely = replace(case, closes=(10000, 2499, 10000))
    assert judge(case, [[0, 1], [2]]).troubles == ()
    assert judge(barely, [[0, 1], [2]]).troubles == ("caregiver 0 is 0.01 min late at 1",)


def test_caregiver_waits_for_the_window() -> None:
    case = replace(three_on_a_line(), opens=(4000, 0, 0))
    assert judge(case, [[0, 1], [2]]).troubles == ("caregiver 0 is 30.0 min late at 1",)
    assert judge(case, [[1, 0], [2]]).troubles == ()


def test_those_without_room_are_left_out_and_nobody_else() -> None:
    kept, left_out = served_on_time(crowded(), proposals=2_000)
    assert (left_out, [p.id for p in kept.patients]) == (("west",), ["east", "late"])
    assert kept.distances == on_a_line(10, 1)
    assert served_on_time(two_east_one_west(), proposals=2_000) == (two_east_one_west(), ())


def test_leaving_one_out_takes_its_row_and_column() -> None:
    smaller = without(two_east_one_west(), 1)
    assert [p.id for p in smaller.patients] == ["a", "c"]
    assert smaller.distances == on_a_line(10, -10)


@pytest.mark.parametrize("solver", [OURS, ORTOOLS], ids=lambda solver: solver.name)
def test_solvers_of_the_program_find_the_shortest_tour(solver: Solver) -> None:
    case = three_on_a_line()
    verdict = judge(case, solver.ask(solver.load(), case, 0.3, 1))
    assert verdict == others_cases.Verdict(6000, ())


def test_abilities_are_heeded_and_nobody_need_go_out() -> None:
    case = replace(three_on_a_line(), abilities=(frozenset({0}), frozenset({1}), frozenset()))
    routes = ORTOOLS.ask(ORTOOLS.load(), case, 0.2, 1)
    assert [set(route) for route in routes] == [{0, 1}, {2}, set()]


class Recorder(SimpleNamespace):
    """A stand-in for a library: takes any words and keeps them."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(words=words, **named)


def test_pyvrp_is_told_abilities_by_matrices() -> None:
    told: list[Any] = []

    def solve(data: Any, stop: Any, seed: int, collect_stats: bool) -> Any:
        told.append((data, stop, seed))
        visit = SimpleNamespace(idx=0, is_client=lambda: True)
        depot = SimpleNamespace(idx=0, is_client=lambda: False)

        class Way(list[Any]):
            def vehicle_type(self) -> int:
                return 0

        return SimpleNamespace(best=SimpleNamespace(routes=lambda: [Way([depot, visit, depot])]))

    library = SimpleNamespace(
        Client=Recorder,
        VehicleType=Recorder,
        Location=Recorder,
        Depot=Recorder,
        ProblemData=Recorder,
        stop=SimpleNamespace(MaxRuntime=lambda seconds: seconds),
        constants=SimpleNamespace(MAX_VALUE=10**9),
        solve=solve,
    )
    routes = others_solvers.ask_pyvrp(library, three_on_a_line(), 5.0, 7)
    assert routes == [[0], []]
    ((data, seconds, seed),) = told
    assert seed == 7
    assert 4.5 < seconds <= 5
    locations, clients, depots, types, distances, durations = data.words
    assert (len(locations), len(clients), len(depots)) == (4, 3, 1)
    assert (clients[1].words, clients[1].tw_late, clients[1].service_duration) == ((2,), 2500, 500)
    assert [(one.words, one.profile) for one in types] == [((1,), 0), ((1,), 1)]
    travel = three_on_a_line().travel
    assert np.array_equal(distances[0], travel)
    # k1 may go to the third patient only.
    assert distances[1][0].tolist() == [0, 10**9, 10**9, 1000]
    assert distances[1][:, 0].tolist() == [0, 10**9, 10**9, 1000]
    assert all(np.array_equal(matrix, travel) for matrix in durations)


def test_vroom_is_told_abilities_by_skills() -> None:
    told: list[Any] = []

    class Input:
        def set_durations_matrix(self, profile: str, matrix: Any) -> None:
            told.append(matrix.tolist())

        def add_vehicle(self, vehicle: Any) -> None:
            told.append((*vehicle.words, vehicle.start, vehicle.end, vehicle.skills))

        def add_job(self, job: Any) -> None:
            told.append(
                (*job.words, job.location, job.default_service, job.skills, job.time_windows[0].words)
            )

        def solve(self, exploration_level: int, nb_threads: int, timeout: Any) -> Any:
            told.append((exploration_level, nb_threads, round(timeout.total_seconds())))
            steps = [("start", 0, None), ("job", 0, 1), ("job", 0, 0), ("end", 0, None), ("job", 1, 2)]
            rows = [SimpleNamespace(type=kind, vehicle_id=k, id=p) for kind, k, p in steps]
            return SimpleNamespace(routes=SimpleNamespace(itertuples=lambda: rows))

    library = SimpleNamespace(Input=Input, Vehicle=Recorder, Job=Recorder, TimeWindow=Recorder)
    case = three_on_a_line()
    assert others_solvers.ask_vroom(library, case, 5.0, 1) == [[1, 0], [2]]
    assert told == [
        case.travel.tolist(),
        (0, 0, 0, {0, 1}),
        (1, 0, 0, {1}),
        (0, 1, 500, {0}, (0, 10000)),
        (1, 2, 500, {0}, (0, 2500)),
        (2, 3, 500, {1}, (0, 10000)),
        (5, 1, 5),
    ]


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were not there, also where it is."""
    real = importlib.import_module

    def load(name: str, package: str | None = None) -> ModuleType:
        if name.partition(".")[0] in ("pyvrp", "vroom"):
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", load)


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("solver", OTHERS[:2], ids=lambda solver: solver.name)
def test_what_is_not_installed_is_said_with_the_command(solver: Solver) -> None:
    with pytest.raises(NotInstalledError) as caught:
        solver.load()
    assert str(caught.value).startswith(f"{solver.name} is not installed")
    assert str(caught.value).endswith("install it with: make setup-bench")


@pytest.mark.usefixtures("nothing_installed")
def test_run_goes_on_without_those_and_prints_a_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "line.json", as_document(two_east_one_west()))
    words = [
        "others",
        str(tmp_path),
        "--sizes",
        "1",
        "3",
        "--seconds",
        "0.2",
        "--seeds",
        "1",
        "--date",
        "2026-11-30",
    ]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert err.count("make setup-bench") == 2
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")] for line in out.splitlines() if "|" in line
    ]
    assert rows[0] == ["instance", "patients", "left out", "Nærplan", "OR-Tools", "÷ OR-Tools"]
    assert rows[2] == ["line.json", "3", "0", "60.00", "60.00", "1.000"]
    pasted = dict(zip(rows[-3], rows[-1], strict=True))
    assert (pasted["date"], pasted["instances"], pasted["limit"], pasted["seeds"]) == (
        "2026-11-30",
        "1",
        "0.2 s",
        "1",
    )
    assert (pasted["÷ PyVRP"], pasted["÷ VROOM"], pasted["÷ OR-Tools"]) == ("–", "–", "1.000 / 1.000")
    assert pasted["answers that break a rule"] == "0"


def test_answer_of_ours_that_breaks_a_rule_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(library: Any, case: Case, seconds: float, seed: int) -> Sequence[Sequence[int]]:
        return [[] for _ in range(case.carers)]

    written(tmp_path / "line.json", as_document(two_east_one_west()))
    monkeypatch.setattr(others, "OURS", replace(OURS, ask=nobody))
    monkeypatch.setattr(others, "OTHERS", ())
    assert others.main([str(tmp_path), "--sizes", "1", "3", "--seeds", "1", "2"]) == 1
    out, err = capsys.readouterr()
    assert "– (2 of 2 break a rule)" in out
    assert "patient 0 is visited 0 times" in err


def run(cost_min: float, *troubles: str) -> Run:
    return Run(cost_min, troubles, 1.0)


def test_ratios_are_of_medians_of_answers_that_hold() -> None:
    rows = [
        Row(
            "a",
            9,
            (),
            {"Nærplan": [run(90), run(10, "late"), run(110)], "PyVRP": [run(100), run(120), run(200)]},
        ),
        Row("b", 9, (), {"Nærplan": [run(120)], "PyVRP": [run(100)], "VROOM": [run(1, "late")]}),
    ]
    assert rows[0].ratio("PyVRP") == pytest.approx(100 / 120)
    assert rows[1].ratio("VROOM") is None
    assert mean_ratio(rows, "PyVRP") == pytest.approx((100 / 120 + 1.2) / 2)
    assert mean_ratio(rows, "OR-Tools") is None
    pasted = dict(zip(*summary(rows, "10 s", "1", "d", "m"), strict=True))
    assert (pasted["÷ PyVRP"], pasted["÷ VROOM"]) == ("1.017 / 1.200", "–")
    assert pasted["answers that break a rule"] == "Nærplan 1, VROOM 1"


def test_nothing_to_solve_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert others.main([str(tmp_path)]) == 2
    assert "with 100 to 300 patients" in capsys.readouterr().err
    written(tmp_path / "bad.json", {"patients": 3})
    assert others.main([str(tmp_path)]) == 2
    assert "bad.json" in capsys.readouterr().err
