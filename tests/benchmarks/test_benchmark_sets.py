"""The sets of benchmarks and the kinds that measure teams: what they run, draw, keep and print."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import curve, large, memory, municipality, sizes, suite
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.chart import Axis, Line, Scale, chart
from benchmarks.large import Best, keep_best, read_best, summary_row
from benchmarks.suite import FULL, QUICK, Step
from benchmarks.team import Limit, Run, plan_once
from benchmarks.teams import TEAMS, SampleTeam, fingerprint, packs_of, sized
from scheduler.due import due_visits
from tests.benchmarks.tables import tables

ROOT = Path(__file__).parents[2]
TINY = ROOT / "fixtures" / "tiny"
SVG = "{http://www.w3.org/2000/svg}"
BEST = Best("large", "abc", 1000.0, 3.5, 900, 0, "1800 s, 2 workers", 1, "abc1234", "2026-11-30", "a machine")


def a_run(seed: int, **changes: float) -> Run:
    """A run with figures that say nothing by themselves."""
    run = Run(seed, 10, 0, 0, 0, carers=2.0, bound=1.5, ratio=1.25, travel_min=100, objective=500.0)
    return replace(run, **changes)  # type: ignore[arg-type]


# The teams


def test_the_large_team_is_of_the_size_that_is_promised() -> None:
    problem = TEAMS["large"].problem()
    assert (len(problem.citizens), len(problem.carers), problem.calendar.weeks) == (100, 25, 1)
    assert len(due_visits(problem).visits) == pytest.approx(1800, rel=0.04)


def test_the_team_of_two_weeks_is_of_the_size_that_is_promised() -> None:
    problem = TEAMS["two-weeks"].problem()
    assert problem.calendar.weeks == 2
    assert 3478 <= len(due_visits(problem).visits) <= 3700
    trainees = {row.carer_id for row in problem.carers if row.is_trainee}
    given = [row for row in problem.shifts if row.carer_id is not None and row.carer_id not in trainees]
    assert len(given) / problem.calendar.days == pytest.approx(42, abs=3)


def test_packs_are_made_by_name_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEAMS, "small", SampleTeam(12, 4))
    with packs_of(["small", "fixtures/tiny"]) as (made, given):
        assert (made / "team.toml").is_file()
        assert made.name == "small"
        assert given == TINY
    assert not made.exists()
    assert sized(100).carers == 25


def test_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    (tmp_path / "a.csv").write_text("2")
    assert fingerprint(tmp_path) != before
    assert len(before) == 12


# Memory


def test_the_peak_of_a_process_of_a_process_is_seen() -> None:
    inner = "import time; held = bytearray(150_000_000); time.sleep(1.5)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with memory.PeakWatch() as watch:
        subprocess.run([sys.executable, "-c", outer], check=True)
    assert 150 < watch.peak_mb < 400


def test_nothing_started_is_no_memory() -> None:
    with memory.PeakWatch() as watch:
        pass
    assert watch.peak_mb == 0
    assert memory.peak_mb(2**22 + 1) == 0


# Pictures


def test_a_chart_shows_each_line_by_name_colour_and_dashes() -> None:
    lines = [Line("us & them", [(1, 10), (10, 5), (100, 1)]), Line("path", [(1, 9), (50, 2)], marked=False)]
    root = ElementTree.fromstring(
        chart("Cost <over> time", Axis("s", logarithmic=True), Axis("minutes"), lines)
    )
    assert root.findtext(f"{SVG}title") == "Cost <over> time"
    texts = [node.text for node in root.iter(f"{SVG}text")]
    assert {"us & them", "path", "s", "minutes", "1", "10", "100"} <= set(texts)
    drawn = list(root.iter(f"{SVG}polyline"))
    assert [len((line.get("points") or "").split()) for line in drawn] == [3, 2]
    assert (
        len({line.get("stroke") for line in drawn})
        == len({line.get("stroke-dasharray") for line in drawn})
        == 2
    )
    assert len(list(root.iter(f"{SVG}circle"))) == 3


def test_places_on_an_axis() -> None:
    linear = Scale(Axis("x"), [0, 7], 100, 200)
    assert linear.ticks[0] <= 0
    assert linear.ticks[-1] >= 7
    assert linear.at(linear.ticks[0]) == 100
    assert linear.at(linear.ticks[-1]) == 200
    logarithmic = Scale(Axis("x", logarithmic=True, ticks=(1, 10, 100)), [1, 100], 0, 100)
    assert [logarithmic.at(value) for value in (1, 10, 100)] == [0, 50, 100]
    alone = Scale(Axis("x"), [5], 0, 100)
    assert 0 <= alone.at(5) <= 100


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        chart("", Axis(""), Axis(""), [Line("empty", [])])


# The large team


def test_the_best_known_is_kept_only_when_better(tmp_path: Path) -> None:
    file = tmp_path / "best.csv"
    assert read_best(file) == {}
    assert keep_best(BEST, file)
    assert not keep_best(replace(BEST, objective=1000.5), file)
    assert keep_best(replace(BEST, objective=999.5, seed=2), file)
    assert read_best(file)["large"].seed == 2
    assert keep_best(replace(BEST, team="other", objective=5.0), file)
    assert keep_best(replace(BEST, fingerprint="another pack", objective=2000.0), file)
    assert (read_best(file)["large"].objective, read_best(file)["other"].objective) == (2000.0, 5.0)


def test_gap_and_travel_are_against_the_best_and_the_same_seed() -> None:
    runs = [a_run(1, objective=1100, travel_min=103), a_run(2, objective=1020, travel_min=204)]
    free = [a_run(1, travel_min=100), a_run(2, travel_min=200)]
    cells = summary_row(runs, free, BEST, ["d", "c", "m", "large"], "60 s, 2 workers")
    row = dict(zip(large.HEADINGS, cells, strict=True))
    assert (row["gap %"], row["travel +%"], row["seeds"]) == ("+6.0 / +10.0", "+2.5 / +3.0", "1 2")
    row = dict(zip(large.HEADINGS, summary_row(runs, [], None, ["d", "c", "m", "t"], "l"), strict=True))
    assert (row["gap %"], row["travel +%"]) == ("–", "–")


def test_without_continuity_faces_cost_nothing() -> None:
    limit = Limit(None, 2000, 1)
    usual, free = plan_once(TINY, limit, 3), plan_once(TINY, limit, 3, large.CONTINUITY)
    assert (usual.objective, free.objective) == (180, 80)  # fixtures/tiny/README.md: five faces at 20 minutes


def asked(found: list[tuple[Limit, Sequence[str]]]) -> Callable[..., Run]:
    """A measurement that only notes what it was asked for."""

    def measure(pack: Path, limit: Limit, seed: int, free: Sequence[str] = ()) -> Run:
        found.append((limit, free))
        return a_run(seed)

    return measure


def test_large_measures_each_limit_and_then_without_continuity(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found: list[tuple[Limit, Sequence[str]]] = []
    monkeypatch.setattr(large, "measure", asked(found))
    monkeypatch.setattr(large, "warm_up", lambda: 0.0)
    monkeypatch.setattr(large, "BEST_KNOWN", tmp_path / "best.csv")
    words = ["large", "--team", "fixtures/tiny", "--seconds", "5", "60", "--seeds", "1", "2"]
    assert main(words) == 0
    assert [(limit.seconds, bool(free)) for limit, free in found] == [
        (5, False), (5, False), (60, False), (60, False), (60, True), (60, True)
    ]  # fmt: skip
    (rows,) = tables(capsys.readouterr().out)
    assert [row["team"] for row in rows] == ["fixtures/tiny"] * 2 + ["fixtures/tiny, no continuity"]


def test_a_best_of_another_pack_is_no_measure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(large, "measure", asked([]))
    monkeypatch.setattr(large, "warm_up", lambda: 0.0)
    monkeypatch.setattr(large, "read_best", lambda: {"fixtures/tiny": replace(BEST, team="fixtures/tiny")})
    assert main(["large", "--team", "fixtures/tiny", "--seeds", "1"]) == 0
    out = capsys.readouterr().out
    assert "knows another pack by the name fixtures/tiny" in out
    assert {row["gap %"] for row in tables(out)[0]} == {"–"}


# Curves


def test_the_path_of_a_run_goes_down_to_its_end() -> None:
    run, path = curve.traced(TINY, Limit(None, 100_000, 1), 1, 0.0)
    assert run.objective == 180
    assert path
    assert path[-1][1] <= path[0][1]


def test_a_curve_is_printed_and_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def measure(pack: Path, limit: Limit, seed: int) -> tuple[Run, list[tuple[float, float]]]:
        seconds = limit.seconds or 0
        return a_run(seed, objective=1000 / seconds, wall_s=seconds), [(1.0, 900.0), (seconds, 500.0)]

    monkeypatch.setattr(curve, "measure", measure)
    monkeypatch.setattr(curve, "warm_up", lambda: 0.0)
    words = ["curve", "fixtures/tiny", "--seconds", "2", "1", "--images", str(tmp_path)]
    assert main(words) == 0
    (rows,) = tables(capsys.readouterr().out)
    assert [(row["limit s"], row["objective"]) for row in rows] == [("1", "1000"), ("2", "500")]
    root = ElementTree.parse(tmp_path / "cost-over-time-tiny.svg").getroot()
    assert len(list(root.iter(f"{SVG}polyline"))) == 2


def test_sizes_are_searched_as_thoroughly_as_each_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    limits: list[Limit] = []

    def measure(pack: Path, limit: Limit, seed: int) -> Run:
        limits.append(limit)
        return a_run(seed, wall_s=len(limits), peak_mb=100.0)

    monkeypatch.setattr(sizes, "measure", measure)
    monkeypatch.setattr(sizes, "warm_up", lambda: 0.0)
    words = ["sizes", "--citizens", "24", "12", "--moves", "10", "--images", str(tmp_path)]
    assert main(words) == 0
    (rows,) = tables(capsys.readouterr().out)
    assert [(row["citizens"], row["carers"]) for row in rows] == [("12", "4"), ("24", "6")]
    small, big = (limit.iterations or 0 for limit in limits)
    assert big > 1.3 * small > 0
    assert (tmp_path / "time-over-size.svg").is_file()


# A municipality


def test_the_whole_is_compared_with_the_teams_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pooled(packs: Sequence[Path], limit: Limit, workers: int) -> tuple[list[Run], float]:
        assert all((pack / "team.toml").is_file() for pack in packs)
        return [a_run(1, unplaced=2) for _ in packs], 10.0 * len(packs) / workers * (
            1.05 if workers > 1 else 1
        )

    monkeypatch.setattr(municipality, "pooled", pooled)
    monkeypatch.setattr(municipality, "warm_up", lambda: 0.0)
    assert main(["municipality", "--teams", "4", "--citizens", "12", "--alone", "2"]) == 0
    ((row,),) = tables(capsys.readouterr().out)
    assert (row["a team's s"], row["whole s"], row["share"]) == ("10.0", "21.0", "1.05")
    assert (row["citizens"], row["unplaced"]) == ("48", "8 (worst 2)")


# The sets

STEPS = [(step, tiny) for step in (*QUICK, *FULL) for tiny in (False, True)]


@pytest.mark.parametrize(
    ("step", "tiny"), STEPS, ids=[f"{step.name}-{tiny}-{number}" for number, (step, tiny) in enumerate(STEPS)]
)
def test_every_step_is_a_command_that_can_be_given(step: Step, tiny: bool) -> None:
    name, *words = step.command(ROOT / "fixtures", tiny, "2026-11-30")
    parsed = import_module(BENCHMARKS[name]).arguments(words)
    assert vars(parsed)


def test_the_small_set_takes_ten_minutes() -> None:
    assert sum(step.seconds for step in QUICK) <= 660


def noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, codes: dict[str, int]) -> list[list[str]]:
    """Have the steps of a set noted instead of run."""
    ran: list[list[str]] = []

    def run(step: Step, words: Sequence[str], record: Path) -> tuple[int, float]:
        ran.append(list(words))
        return codes.get(step.name, 0), 1.0

    monkeypatch.setattr(suite, "run", run)
    monkeypatch.setattr(suite, "RECORDS", tmp_path)
    return ran


def test_without_a_name_the_small_set_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran = noted(monkeypatch, tmp_path, {})
    assert main([]) == 0
    assert [words[0] for words in ran] == ["team", "large", "fit", "replan", "shifts"]
    assert "30" in ran[0]


def test_what_cannot_be_run_is_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = noted(monkeypatch, tmp_path, {"sizes": 1, "shifts": 2})
    monkeypatch.setattr(suite, "find_spec", lambda package: None)
    assert main(["full", "--hhcrsp", str(tmp_path), "--date", "2026-11-30"]) == 2
    out = capsys.readouterr().out
    assert {words[0] for words in ran} == set(BENCHMARKS) - {"others"}
    assert "not installed: pyvrp, vroom" in out
    assert ["curve", "--date", "2026-11-30"] in ran
    ran.clear()
    assert main(["full", "--only", "hhcrsp"]) == 0
    assert ran == []
    assert "no folder of public instances is given" in capsys.readouterr().out


def test_a_step_is_shown_and_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "record.md"
    code, seconds = suite.run(Step("team", "team", 1), ["teem"], record)
    assert (code, seconds > 0) == (2, True)
    for text in (capsys.readouterr().out, record.read_text("utf-8")):
        assert "python -m benchmarks teem" in text
        assert "'teem' is not a benchmark" in text


@pytest.mark.parametrize("words", [["quick", "--only", "teem"], ["full", "--hhcrsp", "/nowhere/at/all"]])
def test_bad_choices_of_a_set_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert words[2] in capsys.readouterr().err
