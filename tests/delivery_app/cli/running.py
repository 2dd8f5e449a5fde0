"""Running commands: in this process, or the installed program in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from delivery_app.cli.main import build_app

ROOT = Path(__file__).parents[3]
TINY = ROOT / "fixtures" / "tiny"
TINY_ROSTER = TINY / "roster.json"
PROGRAM = Path(sys.executable).with_name("naerplan")


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All it said."""
        return self.out + self.err


def run(*words: object, lang: str = "en", env: Mapping[str, str] | None = None) -> Outcome:
    """A command in this process; fails the test when an error escapes."""
    result = CliRunner().invoke(
        build_app(lang), [str(word) for word in words], env=env, prog_name="naerplan", catch_exceptions=False
    )
    return Outcome(result.exit_code, result.stdout, result.stderr)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a program of its own: no language, no settings, what it writes into ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "NAERPLAN_"))}
    for name in ("LANG", "DATABASE_URL"):
        kept.pop(name, None)
    return {**kept, "NAERPLAN_VAR": str(folder / "var"), **more}


def run_program(*words: object, folder: Path, **more: str) -> Outcome:
    """The installed program, in a folder of its own."""
    done = subprocess.run(
        [str(PROGRAM), *map(str, words)],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
