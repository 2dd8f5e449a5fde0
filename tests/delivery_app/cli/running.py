"""Running commands: in this process, or the installed program in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from typer.main import get_command
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


@cache
def tree(lang: str) -> Any:
    """All commands in a language, as the program makes them of each module's functions when it starts: made once."""
    return get_command(build_app(lang))


def run(
    *words: object, lang: str = "en", env: Mapping[str, str] | None = None, given: str | None = None
) -> Outcome:
    """A command in this process, which reads ``given``; fails the test when an error escapes."""
    with CliRunner().isolation(input=given, env=env) as (out, err, _):
        try:
            tree(lang).main([str(word) for word in words], prog_name="naerplan")
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        return Outcome(code, _text(out), _text(err))


def _text(stream: BytesIO) -> str:
    return stream.getvalue().decode("utf-8", "replace").replace("\r\n", "\n")


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
