"""A warm process beside the server for questions that take seconds: it has the compiled search loaded already.

The server's own process stays free for pages. The helper starts when it is first warmed or asked, and stays; one that
died is replaced at the next question.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class HelperGoneError(RuntimeError):
    """The helper died over a question; asking again starts another one."""


class Helper:
    """A process that answers one question after the other; safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def warm(self) -> None:
        """See to it that the process is there and loads what it needs; returns at once."""
        self.submit(_nothing)

    def submit(self, function: Callable[P, R], *args: P.args, **options: P.kwargs) -> Future[R]:
        """Put a question: a function of a module, and what can be sent to another process."""
        with self._lock:
            if self._pool is None:
                self._pool = _new_pool()
            try:
                return self._pool.submit(function, *args, **options)
            except (BrokenProcessPool, RuntimeError):
                # It died since the last question, or was closed by the one that found it dead.
                self._pool = _new_pool()
                return self._pool.submit(function, *args, **options)

    def ask(self, function: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
        """Put a question and wait for the answer; once more when the helper dies over it.

        Raises
        ------
        HelperGoneError
            It died twice.
        """
        for _ in range(2):
            try:
                return self.submit(function, *args, **options).result()
            except BrokenProcessPool:
                self._replace()
        raise HelperGoneError("the helper died over a question, twice")

    def close(self) -> None:
        """End the process; a later question starts another."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            processes = _processes(pool)  # a pool that is shut down has forgotten them
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.kill()
                process.join(timeout=5)

    def _replace(self) -> None:
        with self._lock:
            self._pool = None


def _new_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_get_ready)


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((getattr(pool, "_processes", None) or {}).values())


def _get_ready() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which closes us
    import scheduler.cpsat.reasons  # noqa: F401  (loaded now, not at the first question)
    from scheduler.warm import compile_search, compile_trying

    compile_trying()
    compile_search()


def _nothing() -> None:
    """A question that is none."""


#: The server's own.
HELPER = Helper()
