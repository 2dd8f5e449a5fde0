"""Rosters are read and judged before somebody looks at them, in a thread beside the pages.

What a planner will open next is known: the rosters on the team's first page, the draft a run has made, what was open
when the team's data changed. Whoever comes first all the same reads it then.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from delivery_app.db import Database
from delivery_app.services.plans import looked_at, plan_of
from models.errors import RememberingError
from scheduler.message import ProblemError

LOG = logging.getLogger("naerplan.jobs")
#: More than that nobody opens next.
WAITING_MOST = 6


class Ahead:
    """Safe to use from several threads; does nothing unless :meth:`running`."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._waiting: OrderedDict[UUID, None] = OrderedDict()
        self._busy = False
        self._running = False

    @contextmanager
    def running(self, database: Database, first: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Read ahead from this database while the app is up; ``first`` is what else gets ready, before that."""
        thread = threading.Thread(target=self._work, args=(database, first), name="ahead", daemon=True)
        with self._change:
            self._running = True
            self._waiting.clear()
        thread.start()
        try:
            yield
        finally:
            with self._change:
                self._running = False
                self._change.notify_all()
            thread.join()

    def soon(self, rosters: Iterable[UUID]) -> None:
        """These will be looked at, the first one first."""
        with self._change:
            if not self._running:
                return
            for one in rosters:
                if len(self._waiting) < WAITING_MOST:
                    self._waiting.setdefault(one)
            self._change.notify_all()

    def again(self, team_id: UUID) -> None:
        """The team's data have changed: what was looked at last is read anew."""
        self.soon(looked_at(team_id))

    def settled(self, seconds: float) -> bool:
        """Wait till nothing is left to read; whether that was so in time."""
        with self._change:
            return self._change.wait_for(lambda: not self._waiting and not self._busy, seconds)

    def _work(self, database: Database, first: Callable[[], object]) -> None:
        _quietly(first)
        while (one := self._next()) is not None:
            _quietly(_read, database, one)

    def _next(self) -> UUID | None:
        with self._change:
            self._busy = False
            self._change.notify_all()
            self._change.wait_for(lambda: self._waiting or not self._running)
            if not self._running:
                return None
            self._busy = True
            return self._waiting.popitem(last=False)[0]


def _read(database: Database, roster_id: UUID) -> None:
    # Nobody sees anything by this: it is no reading in the sense of the access log.
    with database.reading() as session:
        plan_of(session, roster_id, asked=False)


def _quietly(function: Callable[..., object], *args: object) -> None:
    try:
        function(*args)
    except (RememberingError, ProblemError):
        LOG.debug("a roster could not be read ahead; its page says why")
    except Exception:
        # Reading ahead is a help only: the page itself tells what is wrong.
        LOG.exception("a roster could not be read ahead")


#: The server's own.
AHEAD = Ahead()
