"""How much memory processes take at most, read from /proc while they run (W7)."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
#: Seconds between two looks; the kernel keeps the peak, so that a look shortly before a process ends is enough.
LOOK_SECONDS = 0.1


def descendants(pid: int) -> list[int]:
    """All running processes that a process, or one it has started, has started."""
    found = []
    for task in (PROC / str(pid) / "task").glob("*/children"):
        try:
            words = task.read_text().split()
        except OSError:
            continue  # the process or thread has just ended
        for word in words:
            found += [int(word), *descendants(int(word))]
    return found


def peak_mb(pid: int) -> float:
    """The most memory a running process has held so far (resident, MB of a million bytes); 0 when it is gone."""
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return 0.0
    match = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(match[1]) * 1024 / 1e6 if match else 0.0


class PeakWatch:
    """Looks at all processes started while it is open; ``peak_mb`` is the most that one of them has held.

    Elsewhere than on Linux nothing can be read and it stays 0.
    """

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._before = set(descendants(os.getpid()))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> PeakWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            for pid in set(descendants(os.getpid())) - self._before:
                self.peak_mb = max(self.peak_mb, peak_mb(pid))
