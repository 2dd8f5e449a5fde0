"""The benchmarks can be run, print what docs/benchmarks.md takes over, and fail where a figure would be worthless."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import hhcrsp, machine, team
from benchmarks.__main__ import main
from benchmarks.machine import Machine
from benchmarks.team import COLUMNS, Limit, Run, judged_run, mean_ratio, runs_table, summary_row
from scheduler.pack import read_pack, read_roster
from scheduler.roster import CitizenWeek, Unplaced
from tests.benchmarks.tables import tables
from tests.scheduler.hhcrsp.hhcrsp_cases import as_document, late_in_any_case, two_east_one_west, written

ROOT = Path(__file__).parents[2]
TINY = ROOT / "fixtures" / "tiny"
HEADINGS = [column.heading for column in COLUMNS]


def a_run(seed: int, **changes: float | None) -> Run:
    """A run with figures that say nothing by themselves."""
    run = Run(seed, 10, 0, 0, 0, carers=2.0, bound=1.5, ratio=1.25, travel_min=100, objective=500.0)
    return replace(run, **changes)  # type: ignore[arg-type]


def test_team_benchmark_tells_what_the_tiny_pack_can_reach(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["team", str(TINY), "--iterations", "2000", "--seeds", "3", "--workers", "1"]
    assert main([*words, "--date", "2026-11-30"]) == 0
    runs, summary = tables(capsys.readouterr().out)
    # fixtures/tiny/README.md proves these by hand.
    best = {"placed": "6", "unplaced": "0", "hard violations": "0", "carers per citizen": "1.33"}
    best |= {"bound": "1.33", "carers ÷ bound": "1.00", "travel min": "80", "objective": "180"}
    assert [row["seed"] for row in runs] == ["3", "median", "worst"]
    assert {name: runs[0][name] for name in best} == best
    assert float(runs[0]["wall s"]) > 0
    (row,) = summary
    assert (row["date"], row["pack"], row["seeds"]) == ("2026-11-30", "fixtures/tiny", "3")
    assert row["limit"] == "2000 iterations, 1 workers"
    assert row["objective"] == "180 / 180"


def test_median_and_worst_of_each_figure() -> None:
    runs = [
        a_run(1, placed=10, objective=100, bound=1.4),
        a_run(2, placed=8, objective=300, bound=None),
        a_run(3, placed=9, objective=200, bound=1.6),
    ]
    (rows,) = tables(runs_table(runs))
    median, worst = rows[-2:]
    assert (median["placed"], worst["placed"]) == ("9", "8")
    assert (median["objective"], worst["objective"]) == ("200", "300")
    assert (rows[1]["bound"], median["bound"], worst["bound"]) == ("–", "1.50", "1.40")


def test_figures_without_a_value_are_a_dash() -> None:
    row = summary_row([a_run(1, bound=None, ratio=None)], "d", Machine(2, "p", 0.0), TINY, Limit(5, None, 2))
    figures = dict(zip(HEADINGS, row[6:], strict=True))
    assert (figures["bound"], figures["carers ÷ bound"], figures["placed"]) == ("– / –", "– / –", "10 / 10")


def test_ratio_is_over_those_who_are_visited_at_home() -> None:
    def week(carers: int, bound: int | None) -> CitizenWeek:
        return CitizenWeek("c", 0, 60, "within", carers, bound)

    assert mean_ratio([week(3, 2), week(2, 2), week(0, None)]) == pytest.approx(1.25)
    assert mean_ratio([week(2, None)]) == 2
    assert mean_ratio([week(0, None)]) is None


def test_broken_rule_is_counted_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = read_pack(TINY)
    roster = read_roster(TINY / "roster.json", problem)
    late = [replace(v, start_min=v.start_min + 300, end_min=v.end_min + 300) for v in roster.visits[:1]]
    assert judged_run(problem, roster, 1).hard == 0
    assert judged_run(problem, replace(roster, visits=(*late, *roster.visits[1:])), 1).hard > 0
    monkeypatch.setattr(team, "measure", lambda pack, limit, seed: a_run(seed, hard=seed - 1))
    monkeypatch.setattr(team, "warm_up", lambda: 0.0)
    assert team.main([str(TINY), "--seeds", "1"]) == 0
    assert team.main([str(TINY), "--seeds", "1", "2"]) == 1
    assert tables(capsys.readouterr().out)[-1][0]["hard violations"].endswith("/ 1")


def test_only_what_found_no_room_counts_as_roomless() -> None:
    problem = read_pack(TINY)
    roster = read_roster(TINY / "roster.json", problem)
    gone = (Unplaced("n1", 0, 0, "capacity"), Unplaced("n1", 2, 0, "qualification"))
    run = judged_run(problem, replace(roster, unplaced=gone), 1)
    assert run.roomless == 1


def test_without_a_pack_the_sample_team_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, Limit, int]] = []

    def note(pack: Path, limit: Limit, seed: int) -> Run:
        asked.append((pack, limit, seed))
        return a_run(seed)

    monkeypatch.setattr(team, "measure", note)
    monkeypatch.setattr(team, "warm_up", lambda: 0.0)
    assert main(["team"]) == 0
    assert asked == [(team.DEMO_PACK, Limit(30, None, 2), seed) for seed in (1, 2, 3)]
    assert (team.DEMO_PACK / "team.toml").is_file()


def test_bad_pack_is_told_before_anything_is_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(TINY, tmp_path / "pack")
    needs = tmp_path / "pack" / "needs.csv"
    needs.write_text(needs.read_text("utf-8").replace("08:00", "8.00"), "utf-8")
    monkeypatch.setattr(team, "measure", lambda *words: pytest.fail("planned"))
    assert main(["team", str(TINY), str(tmp_path / "pack")]) == 2
    assert "needs.csv line 2" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--seconds", "0"], ["--iterations", "-1"], ["--workers", "0"]])
def test_limit_that_is_none_is_refused(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["team", *words])
    assert caught.value.code == 2
    assert "is not above 0" in capsys.readouterr().err


def test_unknown_benchmark_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["teem"]) == 2
    assert "'teem'" in capsys.readouterr().err
    assert main(["--help"]) == 0
    assert "hhcrsp FOLDER" in capsys.readouterr().out


def test_public_instances_are_solved_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "instances"
    folder.mkdir()
    written(folder / "line.json", as_document(two_east_one_west()))
    written(folder / "late.json", as_document(late_in_any_case()))
    with (tmp_path / "best_known.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("instance", "cost"), ("line.json", "20"), ("late.json", "46.666667")])
    words = ["hhcrsp", str(folder), "--iterations", "5000", "--seeds", "1", "--workers", "1"]
    assert main(words) == 0
    out = capsys.readouterr().out
    rows = {line.split()[0]: line.split() for line in out.splitlines() if ".json" in line}
    assert rows["line.json"][1:] == ["20.000", "20.000", "+0.00", "+0.00", "valid"]
    assert rows["late.json"][2] == "46.667"
    assert "2 instances, 0 invalid solutions" in out


def test_folder_without_instances_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hhcrsp.main([str(tmp_path)]) == 2
    assert "no file" in capsys.readouterr().out


def test_machine_is_named(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Some  CPU @ 2 GHz\nmodel name\t: other\n", "utf-8")
    assert machine.processor_name(cpuinfo) == "Some CPU @ 2 GHz"
    assert machine.processor_name(tmp_path / "nowhere") != ""
    assert machine.this_machine().cores >= 1


def test_busy_machine_is_not_hidden() -> None:
    assert str(Machine(2, "Some CPU", 0.1)) == "2 cores, Some CPU"
    assert "BUSY (load 4.0)" in str(Machine(2, "Some CPU", 4.0))


def test_commit_is_the_clones(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"rev-parse": "abc1234", "status": " M README.md", "log": "2026-11-30"}
    monkeypatch.setattr(machine, "_git", lambda *words: answers[words[0]])
    assert machine.commit() == "abc1234+"
    answers["status"] = ""
    assert machine.commit() == "abc1234"
    assert machine.commit_date() == "2026-11-30"


def test_no_clone_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert machine.commit() == "unknown"
    assert machine.commit_date() == "unknown"
