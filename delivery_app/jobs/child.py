"""A run's own process: it opens the database itself, plans, says that it lives, and writes the draft.

It speaks with nobody but the database. So it lives on when the server is killed, and its run is finished; and when it
is killed itself, its heart stops, and the run is begun anew by whoever notices.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from delivery_app.db import Database, open_database
from delivery_app.i18n import N_
from delivery_app.jobs import claims
from delivery_app.jobs.claims import Claim, FencedError
from delivery_app.jobs.order import Step
from delivery_app.settings import Settings

log = logging.getLogger(__name__)

#: A process that has used so much more than its limit hangs, and is begun anew.
OVERTIME_SECONDS = 900.0
#: So long a search without a limit in seconds may take.
LONGEST_SECONDS = 4 * 3600.0
UNEXPECTED = N_(
    "The planning ended by an error of the program, not of the team's data. Tell the administrator the run's number: "
    "{run}. What it wrote of the error stands in the server's log"
)


@dataclass(frozen=True)
class Pace:
    """How often a run's process says that it lives, and after how long a silence it is taken for dead."""

    beat_seconds: float = 1.0
    stale_seconds: float = 30.0
    #: How often a runner looks for work.
    look_seconds: float = 1.0


def carry_out(settings: Settings, claim: Claim, pace: Pace) -> None:
    """The process's whole life; a function of a module, so that a spawned process can be given it."""
    with contextlib.suppress(OSError):
        os.setsid()  # with its own workers in one group, which can be ended as one
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which decides
    database = open_database(settings)
    try:
        _Work(database, claim, pace).do()
    finally:
        database.close()


class _Work:
    """One attempt at one run."""

    def __init__(self, database: Database, claim: Claim, pace: Pace) -> None:
        self.database, self.claim, self.pace = database, claim, pace
        self.heart = Heart(database, claim, pace)

    def do(self) -> None:
        from delivery_app.bridge import planning

        order = self.claim.order
        self.heart.start()
        try:
            with self.database.reading() as session:
                problem = planning.ordered_problem(session, order)
            roster = planning.solve_order(problem, order, self.heart.tell, self.heart.cancel)
            self.heart.stop()
            if self.heart.is_fenced:
                return
            with self.database.transaction(self.claim.author) as session:
                team_id = order.team_id
                claims.finish(session, *self._token, lambda: planning.keep_draft(session, team_id, roster))
        except FencedError:
            log.warning("run %s: attempt %s was replaced, its result is dropped", *self._token)
        except DBAPIError:
            raise  # the database was away; the run is begun anew
        except Exception as error:
            self._fail(error)
        finally:
            self.heart.stop()

    @property
    def _token(self) -> tuple[UUID, int]:
        return self.claim.run_id, self.claim.attempt

    def _fail(self, error: Exception) -> None:
        template, values = sentence_of(error)
        if template is None:
            log.exception("run %s failed", self.claim.run_id)
            template, values = UNEXPECTED, {"run": self.claim.run_id}
        with contextlib.suppress(FencedError), self.database.transaction(self.claim.author) as session:
            claims.fail(session, *self._token, template, values)


def sentence_of(error: Exception) -> tuple[str | None, Mapping[str, object]]:
    """What an error for people says, as template and values; no template for an error of the program."""
    message = getattr(error, "message", None)
    for holder in (error, message):
        template, values = getattr(holder, "template", None), getattr(holder, "values", None)
        if isinstance(template, str) and isinstance(values, Mapping):
            return template, values
    return None, {}


class Heart:
    """A thread that says that the attempt lives, writes how far it is, and hears whether to end."""

    def __init__(self, database: Database, claim: Claim, pace: Pace) -> None:
        self.cancel = threading.Event()
        self.is_fenced = False
        self._database, self._claim, self._pace = database, claim, pace
        self._began = monotonic()
        self._newest: Step | None = None
        self._written: Step | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="heart", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No beat comes after this; the newest step is written with a last one."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def tell(self, step: Step) -> None:
        """The newest of how far the run is; written at one of the next beats."""
        self._newest = step

    def _beat_on(self) -> None:
        while self._beats(is_last=False):
            if self._stopped.wait(self._pace.beat_seconds):
                self._beats(is_last=True)
                return
            if monotonic() - self._began > self._longest():
                log.error("run %s hangs; its process ends itself", self._claim.run_id)
                os._exit(1)

    def _beats(self, is_last: bool) -> bool:
        """One beat, whether or not the database takes it; False when the run is no longer this attempt's."""
        try:
            self._beat(is_last)
        except FencedError:
            self.is_fenced = True
            self.cancel.set()
            return False
        except DBAPIError:
            log.warning("run %s: the database did not take a heartbeat", self._claim.run_id)
        return True

    def _beat(self, is_last: bool) -> None:
        step = self._newest
        if step is self._written or (step and not is_last and not self._is_worth_writing(step)):
            step = None
        claim = self._claim
        with self._database.transaction(claim.author) as session:
            wanted = claims.beat(session, claim.run_id, claim.attempt, step)
        if step is not None:
            self._written = step
        if wanted:
            self.cancel.set()

    def _is_worth_writing(self, step: Step) -> bool:
        """A new phase, or one more step: one in a second at first, then ever fewer, some hundreds in an hour."""
        before = self._written
        if before is None or before.phase != step.phase:
            return True
        return step is not before and step.seconds - before.seconds >= max(
            0.9 * self._pace.beat_seconds, step.seconds / 120
        )

    def _longest(self) -> float:
        seconds = self._claim.order.seconds
        return LONGEST_SECONDS if seconds is None else 2 * seconds + OVERTIME_SECONDS
