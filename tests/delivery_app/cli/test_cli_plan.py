"""plan: what it is given, what it writes, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from delivery_app.cli.output import Speaker
from delivery_app.cli.progress import cancel_on_interrupt, shown_progress
from scheduler.evaluate import evaluate
from scheduler.pack import read_pack, read_roster
from scheduler.roster import Roster, Unplaced
from scheduler.solve import Progress
from tests.delivery_app.cli.running import PROGRAM, TINY, TINY_ROSTER, environment, run

ITERATIONS = ("--iterations", 2000, "--workers", 1)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "roster.json"


class Solver:
    """Stands in for the optimiser where a test is about the command: answers what it is told to."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.asked: dict[str, object] = {}

    def __call__(self, problem: object, **asked: object) -> Roster:
        self.asked = {"problem": problem, **asked}
        return self.roster


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> Solver:
    stand_in = Solver(read_roster(TINY_ROSTER, read_pack(TINY)))
    module = ModuleType("scheduler.solve")
    module.solve = stand_in  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "scheduler.solve", module)
    return stand_in


def test_plan_writes_a_roster_the_judge_accepts(out: Path) -> None:
    outcome = run("plan", TINY, "--out", out, *ITERATIONS)
    assert outcome.code == 0, outcome.said
    problem = read_pack(TINY)
    roster = read_roster(out, problem)
    assert evaluate(problem, roster).hard == ()
    assert len(roster.visits) == 6
    assert "6 of 6" in outcome.out
    assert f"The roster is written to {out}" in outcome.out


def test_same_words_give_the_same_roster(tmp_path: Path) -> None:
    texts = []
    for name in ("a.json", "b.json"):
        assert run("plan", TINY, "--out", tmp_path / name, *ITERATIONS, "--seed", 7).code == 0
        texts.append((tmp_path / name).read_text("utf-8"))
    assert texts[0] == texts[1]


def test_options_reach_the_optimiser(solver: Solver, out: Path) -> None:
    words = ("--seconds", "2.5", "--seed", 9, "--workers", 3, "--preset", "continuity")
    assert run("plan", TINY, "--out", out, *words).code == 0
    asked = solver.asked
    assert (asked["seconds"], asked["iterations"], asked["seed"], asked["workers"]) == (2.5, None, 9, 3)
    assert asked["problem"].weights.carer == 60  # type: ignore[attr-defined]


def test_a_minute_and_the_packs_own_weights_when_nothing_is_said(solver: Solver, out: Path) -> None:
    run("plan", TINY, "--out", out)
    assert solver.asked["seconds"] == 60
    assert solver.asked["problem"] == read_pack(TINY)
    run("plan", TINY, "--out", out, "--iterations", 5)
    assert solver.asked["seconds"] is None
    assert solver.asked["iterations"] == 5


def test_a_broken_hard_rule_ends_with_1_and_is_named(solver: Solver, out: Path) -> None:
    first, *rest = solver.roster.visits
    late = replace(first, start_min=first.start_min + 600, end_min=first.end_min + 600)
    solver.roster = replace(solver.roster, visits=(late, *rest))
    outcome = run("plan", TINY, "--out", out)
    assert outcome.code == 1
    assert "Rule 1, time window" in outcome.out
    assert out.exists()


def test_an_existing_roster_is_replaced_whole(solver: Solver, out: Path) -> None:
    out.write_text("x" * 100_000)
    assert run("plan", TINY, "--out", out).code == 0
    assert read_roster(out, read_pack(TINY)).visits == solver.roster.visits
    assert [path.name for path in out.parent.iterdir()] == ["roster.json"]


def test_what_goes_wrong_inside_is_one_line_and_leaves_the_old_file(
    monkeypatch: pytest.MonkeyPatch, solver: Solver, out: Path
) -> None:
    def fail(problem: object, **_: object) -> Roster:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(sys.modules["scheduler.solve"], "solve", fail)
    out.write_text("old")
    outcome = run("plan", TINY, "--out", out)
    assert outcome.code == 3
    assert outcome.err.count("\n") == 1
    assert "ZeroDivisionError: a b" in outcome.err
    assert "--debug" in outcome.err
    assert out.read_text() == "old"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--seconds", 5, "--iterations", 5), "--seconds and --iterations are both given"),
        (("--seconds", -3), "--seconds: -3 is too small"),
        (("--seconds", "inf"), "--seconds: inf is no time limit"),
        (("--seconds", "nan"), "--seconds"),
        (("--seconds", "soon"), "--seconds: 'soon' is not a number"),
        (("--iterations", 0), "--iterations: 0 is too small; write 1 or more"),
        (("--iterations", 1.5), "--iterations: '1.5' is not a whole number"),
        (("--seed", -1), "--seed: -1 is too small"),
        (("--workers", 0), "--workers: 0 is too small"),
        (("--workers", 1000), "--workers: 1000 is too large; write 64 or less"),
        (("--preset", "cheap"), "'cheap' is not a preset; choose one of balanced, continuity, travel"),
        (
            ("--travel", "teleport"),
            "'teleport' is not a source of travel times; choose one of crow_flies, osrm",
        ),
        (("--travel", "osrm"), "needs the server's address"),
        (("--travel-url", "http://localhost"), "--travel-url is for osrm and valhalla"),
        (("--travel", "osrm", "--travel-url", "localhost"), "'localhost' is not a web address"),
        (("--sed", 1), "there is no option --sed; did you mean"),
        (("more",), "'more' is one word too many"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_work(
    solver: Solver, out: Path, words: tuple[object, ...], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAERPLAN_VAR", str(out.parent / "var"))
    outcome = run("plan", TINY, "--out", out, *words)
    assert outcome.code == 2
    assert expected in outcome.err
    assert solver.asked == {}
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_told_before_the_work(solver: Solver, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for out, expected in (
        (tmp_path / "missing" / "roster.json", "there is no folder"),
        (tmp_path, "is a folder; name a file in it"),
        (file / "roster.json", "there is no folder"),
    ):
        outcome = run("plan", TINY, "--out", out)
        assert (outcome.code, expected in outcome.err) == (2, True), outcome.err
    assert solver.asked == {}


def test_no_leave_to_write_is_told(monkeypatch: pytest.MonkeyPatch, solver: Solver, out: Path) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    outcome = run("plan", TINY, "--out", out)
    assert outcome.code == 2
    assert "may not write in the folder" in outcome.err


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, solver: Solver, out: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(out))

    monkeypatch.setattr("scheduler.pack.files.os.replace", full)
    outcome = run("plan", TINY, "--out", out)
    assert outcome.code == 2
    assert outcome.err.strip().endswith(f"{out}: the disk is full")
    assert list(out.parent.iterdir()) == []


def test_progress_is_plain_lines_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    speaker = Speaker("da")
    with shown_progress(speaker, read_pack(TINY)) as told:
        for share in (0.1, 0.2, 0.3):
            told(progress("search", share))
        told(progress("judge", 1.0))
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "1 s · Planlægger hele ugen · målfunktion 1.234 · uden plads 2 · hjælpere pr. borger 2,35",
        "10 s · Bedømmer ugeplanen · målfunktion 1.234 · uden plads 2 · hjælpere pr. borger 2,35",
    ]


def test_what_nobody_can_serve_is_told_before_the_search(capsys: pytest.CaptureFixture[str]) -> None:
    stuck = (Unplaced("n1", 0, 0, "qualification"), Unplaced("n2", None, 0, "shift"))
    with shown_progress(Speaker("en"), read_pack(TINY)) as told:
        told(Progress("check", 0.0, 0.1, unplaceable=stuck))
    lines = capsys.readouterr().err
    assert "n1, Mon 30 Nov: cannot be placed; nobody in the team has the qualification" in lines
    assert "n2, 2026-W49: cannot be placed; nobody with the qualification is on duty then" in lines


def test_processes_that_stopped_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress(Speaker("da"), read_pack(TINY)) as told:
        told(progress("search", 0.1))
        for lost in (1, 1, 2):
            told(replace(progress("search", 0.2), lost_workers=lost))
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Advarsel")]
    assert warnings == [
        f"Advarsel: processer i søgningen, der stoppede for tidligt: {lost}; ugeplanen er den bedste fra de øvrige"
        for lost in (1, 2)
    ]


def progress(phase: str, share: float) -> Progress:
    """A report of the optimiser."""
    return Progress(
        phase=phase, share=share, seconds=10 * share, objective=1234.4, unplaced=2, carers_per_citizen=2.35
    )


def test_first_ctrl_c_cancels_and_the_second_stops(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with cancel_on_interrupt(Speaker("en")) as cancel:
        assert not cancel.is_set()
        signal.raise_signal(signal.SIGINT)
        assert cancel.is_set()
        assert "best roster so far" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_writes_the_best_so_far(tmp_path: Path) -> None:
    out = tmp_path / "roster.json"
    words = [str(PROGRAM), "plan", str(TINY), "--out", str(out), "--seconds", "300", "--lang", "en"]
    with subprocess.Popen(
        words,
        env=environment(tmp_path),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        guard = threading.Timer(280, started.kill)
        guard.start()
        try:
            assert started.stderr is not None
            assert any("Planning the whole week" in line for line in started.stderr)
            started.send_signal(signal.SIGINT)
            said, errors = started.communicate()
        finally:
            guard.cancel()
            started.kill()
    assert started.returncode in (0, 1), errors
    assert "Stopped by Ctrl-C: the best roster so far is written to" in said
    assert "Traceback" not in errors
    problem = read_pack(TINY)
    roster = read_roster(out, problem)
    assert roster.visits
    assert (started.returncode == 1) == bool(evaluate(problem, roster).hard)
