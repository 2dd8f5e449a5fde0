"""Ctrl-C stays the program's: no exact solver takes the signal over, during its run or after it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SCRIPT = """
import signal
from scheduler.pack import read_pack
from scheduler.travel import TravelTable
problem = read_pack("fixtures/tiny")
travel = TravelTable(problem)
signal.signal(signal.SIGINT, lambda *_: print("heard"))
{call}
signal.raise_signal(signal.SIGINT)
"""
CALLS = {
    "bounds": "from scheduler.cpsat.bounds import carers_bounds; carers_bounds(problem, travel)",
    "contacts": "from scheduler.cpsat.contacts import propose_contacts; propose_contacts(problem, travel, 1)",
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_signal_still_reaches_us(call: str) -> None:
    code = SCRIPT.format(call=call)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "heard\n", done.stderr


def test_every_solver_leaves_the_signal_alone() -> None:
    for path in sorted((ROOT / "scheduler" / "cpsat").glob("*.py")):
        text = path.read_text("utf-8")
        assert text.count("CpSolver()") == text.count("catch_sigint_signal = False"), path.name
