"""The runner that lives in the web server: a thread that looks for runs and gives each a process of its own."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
from multiprocessing.context import SpawnProcess
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from delivery_app.db import Database
from delivery_app.jobs import claims
from delivery_app.jobs.child import Pace, carry_out
from delivery_app.jobs.claims import Claim
from delivery_app.settings import Settings

log = logging.getLogger(__name__)
DAY_SECONDS = 24 * 3600.0


class EmbeddedRunner:
    """Carries out runs in processes of this machine.

    Parameters
    ----------
    settings
        What a run's process opens the database by.
    at_once
        The most runs under way, counted over all runners of the database.

    Notes
    -----
    Nothing is kept here that is not in the database, but the processes themselves. Killed, the server loses nothing:
    its runs' processes live on and finish; were they killed with it, the next server takes their runs up when their
    heartbeats are old.
    """

    def __init__(
        self, database: Database, settings: Settings, *, at_once: int = 1, pace: Pace | None = None
    ) -> None:
        self._database, self._settings, self._at_once = database, settings, at_once
        self._pace = pace or Pace()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._children: list[tuple[Claim, SpawnProcess]] = []
        self._tidy_again = 0.0

    def start(self) -> None:
        """Begin to look for runs, in a thread."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._look_on, name="runner", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the processes and hand their runs back; the next runner begins them anew."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for claim, process in self._children:
            _end(process)
            self._hand_back(claim, was_lost=False)
        self._children.clear()

    def processes(self) -> list[int]:
        """The ids of the runs' processes, the newest last."""
        return [process.pid for _, process in list(self._children) if process.pid is not None]

    def _look_on(self) -> None:
        while not self._stopped.wait(self._pace.look_seconds):
            try:
                self._tidy()
                self._bury()
                self._take_up()
            except SQLAlchemyError:
                log.warning("the runner does not reach the database; it tries again", exc_info=True)

    def _tidy(self) -> None:
        """Once a day: forget the steps of old runs."""
        if monotonic() < self._tidy_again:
            return
        self._tidy_again = monotonic() + DAY_SECONDS
        with self._database.transaction() as session:
            claims.forget_steps(session)

    def _bury(self) -> None:
        """Forget who has ended; a run that its process left unfinished need not wait for its silence to be noticed."""
        for pair in list(self._children):
            claim, process = pair
            if process.is_alive():
                continue
            process.join()
            self._children.remove(pair)
            if self._hand_back(claim, was_lost=True):
                log.error(
                    "run %s: its process ended with %s; it is begun anew", claim.run_id, process.exitcode
                )
            _end(process)

    def _take_up(self) -> None:
        """Claim what may be claimed, and start a process for it."""
        while not self._stopped.is_set():
            with self._database.reading() as session:
                if not claims.is_work_waiting(session, self._pace.stale_seconds):
                    return
            with self._database.transaction() as session:
                claim = claims.claim(session, self._pace.stale_seconds, self._at_once)
            if claim is None:
                return
            self._replace(claim)
            context = multiprocessing.get_context("spawn")
            process = context.Process(
                target=carry_out, args=(self._settings, claim, self._pace), name=f"run {claim.run_id}"
            )
            process.start()
            self._children.append((claim, process))

    def _replace(self, claim: Claim) -> None:
        """End an own process that was silent for so long that its run is begun anew."""
        for pair in list(self._children):
            if pair[0].run_id == claim.run_id:
                _end(pair[1])
                self._children.remove(pair)

    def _hand_back(self, claim: Claim, *, was_lost: bool) -> bool:
        try:
            with self._database.transaction() as session:
                return claims.give_up(session, claim.run_id, claim.attempt, was_lost=was_lost)
        except SQLAlchemyError:
            log.warning("run %s could not be handed back; its silence will tell", claim.run_id, exc_info=True)
            return False


def _end(process: SpawnProcess) -> None:
    """End a run's process and the workers it has, whatever they do; also when only the workers are left."""
    if process.pid is not None:
        # The group is the process's own: it made itself its leader.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
