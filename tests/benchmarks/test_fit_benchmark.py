"""The benchmark of ranked places: answers are timed, taken and judged; its row can be pasted."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import fit
from benchmarks.__main__ import main
from benchmarks.fit import Answer, questions, summary_row
from scheduler.pack import read_pack

ROOT = Path(__file__).parents[2]
TINY = ROOT / "fixtures" / "tiny"


def test_tiny_pack_is_asked_and_its_row_printed(capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(TINY), "--roster", str(TINY / "roster.json"), "--questions", "3", "--date", "2026-11-30"]
    assert main(["fit", *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    row = [cell.strip() for cell in lines[-1].strip("| ").split("|")]
    assert (row[0], row[3], row[4], row[5]) == ("2026-11-30", "fixtures/tiny", "6", "3")
    assert row[-1] == "0"
    assert sum(line.startswith("| new-") for line in lines) == 3


def test_questions_are_new_needs_spread_over_the_pack() -> None:
    problem = read_pack(TINY)
    asked = questions(problem, 2)
    assert [(row.need_id, row.citizen_id) for row in asked] == [("new-n1", "c2"), ("new-n3", "c1")]
    assert not {row.need_id for row in asked} & set(problem.need_by_id)
    assert len(questions(problem, 100)) == len(problem.needs)


def test_the_first_answer_stands_apart() -> None:
    answers = [
        Answer("a", 9.0, 1, 1, 0),
        Answer("b", 0.1, 7, 6, 0),
        Answer("c", 0.3, 1, 1, 2),
        Answer("d", 0.2, 1, 1, 0),
    ]
    row = summary_row(answers, "d", "m", "p", 1800)
    assert row[4:] == ["1800", "4", "9 of 10", "9.00", "0.20", "0.30", "2"]


def test_a_broken_rule_or_a_bad_pack_ends_the_benchmark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fit, "ask", lambda problem, roster, need, hard: Answer(need.need_id, 0.1, 1, 1, 1))
    assert fit.main([str(TINY), "--roster", str(TINY / "roster.json"), "--questions", "1"]) == 1
    assert fit.main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err
