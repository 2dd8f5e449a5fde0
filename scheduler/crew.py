"""Several processes at one task: they report, exchange what they found, and hand in a result each.

A process that dies costs only its own share: the others go on, and those who wait for it are not kept waiting. One that
hangs is given up; one that computes, and only gets little of a busy machine, is not.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

POLL_SECONDS = 0.25
#: A process that is silent for so long while nobody keeps it waiting is taken for dead; it may load and compile before
#: its first word, for which is waited less long once everybody has been told to stop.
SILENCE_SECONDS, FIRST_WORD_SECONDS, LAST_WORD_SECONDS = 8.0, 240.0, 20.0
#: So long for one that is seen to compute, or to wait for a core: on a busy machine silence is no sign of death.
BUSY_SECONDS = 90.0
STOP = "stop"


class Link:
    """A worker's line to the one who gathers. Lines fail with OSError or EOFError when that one is gone."""

    def __init__(self, end: Connection) -> None:
        self._end = end
        self.stopped = False

    def tell(self, progress: Any) -> bool:
        """Report; returns whether to go on."""
        self._end.send(("progress", progress))
        while not self.stopped and self._end.poll():
            self.stopped = self._end.recv() == STOP
        return not self.stopped

    def exchange(self, price: float, content: Any) -> Any:
        """Offer what was found and wait for the others: the cheapest of all, or None when it is the worker's own."""
        if self.stopped:
            return None
        self._end.send(("offer", price, content))
        answer = self._end.recv()
        if isinstance(answer, str):
            self.stopped = True
            return None
        return answer[0]


def run_crew(
    work: Callable[[Link, Any], Any],
    jobs: Sequence[Any],
    watch: Callable[[int, Any], None],
    go_on: Callable[[], bool],
    idle: Callable[[], None] = lambda: None,
) -> dict[int, Any]:
    """Run ``work(link, job)`` in a process for each job; see :meth:`Crew.run`."""
    crew = Crew(work, len(jobs))
    try:
        return crew.run(jobs, watch, go_on, idle)
    finally:
        crew.dismiss()


class Crew:
    """Processes that wait for jobs. They begin to load what they need when the crew is made."""

    def __init__(
        self, work: Callable[[Link, Any], Any], count: int, prepare: Callable[[], None] | None = None
    ) -> None:
        """Start the processes.

        Parameters
        ----------
        work
            ``work(link, job)``, a function of a module.
        prepare
            What each of them calls before its job comes; a function of a module.
        """
        context: SpawnContext = multiprocessing.get_context("spawn")
        self.lines: dict[int, Connection] = {}
        self.processes: list[SpawnProcess] = []
        self.offers: dict[int, tuple[float, Any]] = {}
        #: What the last complete round agreed on: what is left of the work where nobody hands in a result.
        self.agreed: Any = None
        self.results: dict[int, Any] = {}
        self.heard: dict[int, float] = {}  # when a worker last said something
        self.has_jobs = False
        for number in range(count):
            mine, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, work, prepare), daemon=True)
            with _without_main(work, prepare):
                process.start()
            theirs.close()
            self.lines[number] = mine
            self.processes.append(process)

    def run(
        self,
        jobs: Sequence[Any],
        watch: Callable[[int, Any], None],
        go_on: Callable[[], bool],
        idle: Callable[[], None] = lambda: None,
    ) -> dict[int, Any]:
        """Give each process its job; returns what they return, by number of the job.

        Parameters
        ----------
        jobs
            As many as there are processes; they go to other processes.
        watch : callable
            Told the number of a worker and what it reports.
        go_on : callable
            Asked several times a second, in this process. When it answers False, or on Ctrl-C, every worker's next
            ``tell`` answers False.
        idle : callable
            Called once while they work.

        Exchanges are by rounds: the n-th offer of each worker is compared with the n-th of the others who still work,
        so that the outcome does not depend on who is faster. A worker that died, or hangs, is missing in the answer.
        """
        self.has_jobs = True
        for number, line in self.lines.items():
            _send(line, jobs[number])
            self.heard[number] = monotonic() + FIRST_WORD_SECONDS - SILENCE_SECONDS
        idle()
        return self.gather(watch, go_on)

    def gather(self, watch: Callable[[int, Any], None], go_on: Callable[[], bool]) -> dict[int, Any]:
        told_to_stop = False
        while self.lines:
            try:
                ready = wait(list(self.lines.values()), timeout=POLL_SECONDS)
                for number, line in [pair for pair in self.lines.items() if pair[1] in ready]:
                    self._hear(number, line, watch)
                stop = not told_to_stop and not go_on()
            except KeyboardInterrupt:
                stop = True
            self._give_up_silent(LAST_WORD_SECONDS if told_to_stop else BUSY_SECONDS)
            if stop:
                told_to_stop = True
                latest = monotonic() + LAST_WORD_SECONDS - SILENCE_SECONDS
                for number, line in self.lines.items():
                    _send(line, STOP)
                    self.heard[number] = min(latest, self.heard[number])
            if told_to_stop:
                # Who waited for an answer took the stop for it, and goes on to hand in a result; an answer that nobody
                # reads would block this process while the result blocks the other.
                self.offers.clear()
            elif self.offers and self.offers.keys() >= self.lines.keys():
                self._deal()
        return self.results

    def _hear(self, number: int, line: Connection, watch: Callable[[int, Any], None]) -> None:
        try:
            kind, *content = line.recv()
        except (EOFError, OSError):
            del self.lines[number]
            return
        self.heard[number] = monotonic()
        if kind == "progress":
            watch(number, content[0])
        elif kind == "offer":
            self.offers[number] = (content[0], content[1])
        else:
            self.results[number] = content[0]
            del self.lines[number]

    def _give_up_silent(self, busy_seconds: float) -> None:
        """Have who hangs no longer waited for. What has come meanwhile is heard first: this process may have been
        kept from a core, too."""
        now = monotonic()
        for number, line in list(self.lines.items()):
            silent = now - self.heard[number]
            if number in self.offers or silent <= SILENCE_SECONDS or line.poll():
                continue
            if silent > busy_seconds or not _is_busy(self.processes[number].pid):
                self.lines.pop(number).close()

    def _deal(self) -> None:
        """Everybody gets the cheapest offer, of equal ones that of the lowest number."""
        best = min(self.offers, key=lambda number: (self.offers[number][0], number))
        self.agreed = self.offers[best][1]
        for number, line in self.lines.items():
            _send(line, (None if number == best else self.offers[best][1],))
            self.heard[number] = monotonic()
        self.offers.clear()

    def dismiss(self) -> None:
        """End the processes, whatever they do; those that never got a job are not given time to end by themselves."""
        for line in self.lines.values():
            line.close()
        for process in self.processes:
            if self.has_jobs:
                process.join(timeout=2)
            if process.is_alive():
                process.kill()  # the gentler signal does not reach one that is halted
                process.join()


@contextmanager
def _without_main(*functions: Callable[..., Any] | None) -> Iterator[None]:
    """Have processes that are begun meanwhile not run the main program's file again, unless they need a function of it.

    They would load the whole command line for nothing; and a script that plans without ``if __name__ == "__main__"`` would
    begin anew in each of them.
    """
    main = sys.modules["__main__"]
    if not any(function is not None and function.__module__ == "__main__" for function in functions):
        sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _is_busy(pid: int | None) -> bool:
    """Whether a process computes, or waits for a core or the disk; False where the system does not tell."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state in ("R", "D")


def _send(line: Connection, message: object) -> None:
    try:
        line.send(message)
    except OSError:
        return  # the worker is gone; gather notices by its closed line


def _serve(end: Connection, work: Callable[[Link, Any], Any], prepare: Callable[[], None] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which asks us to stop
    try:
        if prepare is not None:
            prepare()
        job = end.recv()
        end.send(("result", work(Link(end), job)))
    except (OSError, EOFError):
        return  # the parent is gone
    finally:
        end.close()
