"""The search, begun from a roster and kept near the published one; nothing is judged here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from scheduler.adjust import WARM, laid_out
from scheduler.loyalty import Loyalty
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.trainees import with_trainees
from scheduler.travel import TravelTable


class Searching:
    """One problem and roster laid out for the search; :meth:`searched` may be asked several times."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable, loyalty: Loyalty) -> None:
        self.problem, self.roster, self.travel = problem, roster, travel
        self._world, self._plan = laid_out(problem, roster, travel, 1, loyalty, complete=False)

    def searched(
        self, seed: int, *, iterations: int | None, seconds: float | None, cancel: threading.Event
    ) -> Roster:
        """A roster found within a limit; by iterations the same seed gives the same."""
        from scheduler.search.decode import decode
        from scheduler.search.mend import mend
        from scheduler.search.parallel import Limit, copy_of, search
        from scheduler.search.start import filling_order

        limit = Limit(iterations) if seconds is None else Limit.within(seconds)
        going_on: Callable[[object], bool] = lambda _: not cancel.is_set()  # noqa: E731
        best = search(copy_of(self._world), seed * 1009, limit, going_on, hot=WARM)
        mend(best, filling_order(best, self._plan))
        found = decode(best, self._plan)
        visits, trainee_breaks = with_trainees(self.problem, self.travel, found.visits)
        breaks = sorted([*found.breaks, *trainee_breaks], key=lambda row: (row.start_min, row.shift_id))
        return replace(
            self.roster, visits=tuple(visits), sessions=found.sessions, unplaced=(), breaks=tuple(breaks)
        )
