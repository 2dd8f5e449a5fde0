"""The benchmark of open shifts runs, judges what it measures, and says when a pack cannot be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import shifts
from benchmarks.__main__ import main
from scheduler.pack import read_pack, write_pack
from scheduler.problem import Wish

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"


def opened(folder: Path) -> Path:
    """The tiny pack with one of its shifts open, and its carer wishing for it."""
    problem = read_pack(TINY)
    first = problem.shifts[0]
    rows = (replace(first, carer_id=None), *problem.shifts[1:])
    wish = Wish(str(first.carer_id), first.day, "on")
    write_pack(replace(problem, shifts=rows, wishes=(wish,)), folder)
    return folder


def test_tables_for_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shifts", str(opened(tmp_path / "pack")), "--seeds", "1", "2", "--date", "2026-11-30"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    headings, _, first, second, *_ = cells
    row = dict(zip(headings, first, strict=True))
    assert row["seed"] == "1"
    assert {
        name: row[name] for name in ("open shifts", "taken", "rules broken", "wishes", "granted", "gap %")
    } == {
        "open shifts": "1",
        "taken": "1",
        "rules broken": "0",
        "wishes": "1",
        "granted": "1",
        "gap %": "0.00",
    }
    assert first[2:] == second[2:]  # the seed's number and the seconds aside
    summary = dict(zip(cells[4], cells[6], strict=True))
    assert summary["date"] == "2026-11-30"
    assert summary["taken"] == "1 / 1"


def test_pack_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shifts", str(tmp_path / "nothing")]) == 2
    assert "nothing" in capsys.readouterr().err


def test_broken_rule_is_counted_and_ends_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read_pack(opened(tmp_path / "pack"))
    run = shifts.assign_once(problem, 1)
    assert run.broken == 0
    monkeypatch.setattr(shifts, "assign_once", lambda *_: replace(run, broken=1))
    assert main(["shifts", str(tmp_path / "pack"), "--seeds", "1"]) == 1
