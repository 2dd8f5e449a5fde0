"""A run that is stopped, loses processes, is told to repeat itself or loses its parent: no roster is broken by it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.evaluate import evaluate
from scheduler.pack import write_pack, write_roster
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.solve import Progress, solve
from tests.scheduler.absurd_packs import absurd_problems
from tests.scheduler.robust_checks import check_complete, check_valid
from tests.scheduler.search.busy_teams import busy_problem

TEAM = 11
WITHOUT_END = 10**12
PROGRAM = "from delivery_app.cli.main import main; main()"


def check(problem: Problem, roster: Roster) -> None:
    check_valid(problem, roster, evaluate(problem, roster))
    check_complete(problem, roster)


# Stopped


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 4))
def test_a_run_may_be_stopped_at_any_report(number: int, at_report: int) -> None:
    problem, cancel, told = busy_problem(number), threading.Event(), []

    def progress(row: Progress) -> None:
        told.append(row)
        if len(told) > at_report:
            cancel.set()

    check(problem, solve(problem, iterations=200_000, workers=1, progress=progress, cancel=cancel))


@settings(max_examples=8, deadline=None)
@given(absurd_problems(), st.floats(0, 0.3))
def test_a_run_may_be_stopped_at_any_moment(problem: Problem, after_s: float) -> None:
    cancel = threading.Event()
    timer = threading.Timer(after_s, cancel.set)
    timer.start()
    try:
        check(problem, solve(problem, iterations=200_000, workers=1, cancel=cancel))
    finally:
        timer.cancel()
        timer.join()


def test_a_run_that_is_stopped_before_it_begins_still_fills_the_week() -> None:
    problem, cancel = busy_problem(TEAM), threading.Event()
    cancel.set()
    roster = solve(problem, iterations=WITHOUT_END, workers=1, cancel=cancel)
    check(problem, roster)
    assert roster.visits


# Processes


class Losing:
    """A callback of progress that does something to worker processes at the first report of the search."""

    def __init__(self, act: Callable[[list[int]], None]) -> None:
        self.act = act
        self.acted = threading.Event()
        self.told: list[Progress] = []

    def __call__(self, row: Progress) -> None:
        self.told.append(row)
        if row.phase == "search" and not self.acted.is_set():
            pids = [child.pid for child in active_children() if child.pid is not None]
            self.act(sorted(pids))
            self.acted.set()


def kill_all(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_a_killed_process_costs_its_share_and_the_others_finish() -> None:
    problem = busy_problem(TEAM, trainees=False)
    losing = Losing(lambda pids: os.kill(pids[0], signal.SIGKILL))
    roster = solve(problem, iterations=20_000, workers=2, seed=3, progress=losing)
    check(problem, roster)
    assert roster.visits
    assert losing.told[-1].lost_workers == 1


def test_when_all_processes_die_the_first_roster_stands() -> None:
    problem = busy_problem(TEAM)
    losing = Losing(kill_all)
    roster = solve(problem, iterations=WITHOUT_END, workers=2, progress=losing)
    check(problem, roster)
    assert roster.visits
    assert losing.told[-1].lost_workers == 2


HUNG = """
import os, signal
from multiprocessing import active_children
from scheduler.solve import solve
from tests.scheduler.search.busy_teams import busy_problem

stopped, told = [], []

def progress(row):
    told.append(row)
    if row.phase == "search" and not stopped:
        stopped.append(active_children()[0].pid)
        os.kill(stopped[0], signal.SIGSTOP)
        print(stopped[0], flush=True)

roster = solve(busy_problem(11), workers=2, progress=progress, seconds=3.0)
print(len(roster.visits) > 0, told[-1].lost_workers)
"""


def test_a_process_that_hangs_does_not_hang_the_run() -> None:
    """It is halted while it loads, before its first word: the longest that one is waited for."""
    with subprocess.Popen(
        [sys.executable, "-c", HUNG], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        assert run.stdout is not None
        hung = int(run.stdout.readline())
        try:
            said, _ = run.communicate(timeout=60)
        finally:
            for pid in (hung, run.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    assert said.split() == ["True", "1"]


def children_of(pid: int) -> list[int]:
    """The running processes a process has started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(word) for word in text.split()]


def is_running(pid: int) -> bool:
    """Whether a process runs, and is not only waiting for its end to be taken note of."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def test_processes_end_when_the_run_itself_is_killed(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    write_pack(busy_problem(TEAM), pack)
    words = ["plan", str(pack), "--out", str(tmp_path / "roster.json"), "--seconds", "300", "--lang", "en"]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stderr is not None
        assert any("Planning the whole week ·" in line for line in run.stderr)
        workers = children_of(run.pid)
        run.kill()
    assert len(workers) >= 2
    until = monotonic() + 30
    while any(map(is_running, workers)) and monotonic() < until:
        sleep(0.1)
    left = [pid for pid in workers if is_running(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []
    assert not (tmp_path / "roster.json").exists()


# The same each time


def test_same_words_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Two processes each, whatever order Python's own tables have there."""
    pack = tmp_path / "pack"
    write_pack(busy_problem(TEAM), pack)
    texts = []
    for chance in ("1", "2"):
        out = tmp_path / f"{chance}.json"
        words = [
            "plan",
            str(pack),
            "--out",
            str(out),
            "--iterations",
            "3000",
            "--workers",
            "2",
            "--seed",
            "4",
        ]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words],
            env={**os.environ, "PYTHONHASHSEED": chance},
            capture_output=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["workers"] == 2


@settings(max_examples=12, deadline=None)
@given(absurd_problems())
def test_same_run_gives_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, problem: Problem) -> None:
    folder = tmp_path_factory.mktemp("same")
    for name in ("a.json", "b.json"):
        write_roster(solve(problem, iterations=500, workers=1, seed=2), folder / name, problem)
    assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()
