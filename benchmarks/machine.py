"""Where and with what a benchmark ran: the commit, its date, the processor, and how busy the machine was."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Above this load per core, other programs take so much of the machine that figures in seconds say little.
BUSY_LOAD_PER_CORE = 0.3


@dataclass(frozen=True)
class Machine:
    """Cores this process may use, the processor's name, and the load (runnable processes) of the last minute."""

    cores: int
    processor: str
    load: float

    @property
    def is_busy(self) -> bool:
        """Whether others took so much of the machine that a time limit means less than it says."""
        return self.load > BUSY_LOAD_PER_CORE * self.cores

    def __str__(self) -> str:
        text = f"{self.cores} cores, {self.processor}"
        return f"{text}, BUSY (load {self.load:.1f})" if self.is_busy else text


def this_machine() -> Machine:
    """The machine this runs on, as it is now."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Machine(cores, processor_name(Path("/proc/cpuinfo")), os.getloadavg()[0])


def processor_name(cpuinfo: Path) -> str:
    """The processor's name as Linux tells it, otherwise as Python knows it."""
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return " ".join(value.split())
    return platform.processor() or platform.machine()


def commit() -> str:
    """The short name of the commit, with ``+`` when a file differs from it; ``unknown`` outside a clone."""
    name = _git("rev-parse", "--short", "HEAD")
    if name is None:
        return "unknown"
    return name + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def commit_date() -> str:
    """The day of the commit (``2026-11-30``); ``unknown`` outside a clone."""
    return _git("log", "-1", "--format=%cs") or "unknown"


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
