"""Records of real tablets over a bad network to a server that is killed: all there, once, in order (D9, D10)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_is_lost_or_doubled_when_everything_goes_wrong() -> None:
    """A small one of the run in docs/benchmarks.md; the command says by its exit code that nothing went wrong."""
    words = ["reliability", "--records", "60", "--tablets", "3", "--kills", "4", "--seed", "3"]
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "| SQLite | 3 | 60 | 4 |" in ran.stdout
