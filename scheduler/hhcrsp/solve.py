"""Solve an HHCRSP instance: check that it can be solved, anneal from several seeds at once, keep the best.

The method is simulated annealing with several neighbourhoods (Ceschia, Di Gaspero, Rosati, Schaerf, doi
10.1111/itor.13585) on one order of all patients; :mod:`scheduler.search.hhcrsp_kernel` describes the state.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from scheduler.crew import run_crew
from scheduler.hhcrsp.instance import Instance
from scheduler.hhcrsp.jobs import Job, work
from scheduler.hhcrsp.limit import Limit
from scheduler.hhcrsp.solution import Solution, cost_of
from scheduler.message import Message, ProblemError

DEFAULT_SECONDS = 10.0
FINISH_SECONDS = 0.1
"""Kept free before the deadline for handing the solutions over."""
REPORT_SECONDS = 0.25


class InfeasibleError(ProblemError):
    """Nobody can do one of the services; the message names every such patient."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is: the part of the limit used (0 to 1), and the best cost so far of any worker."""

    used: float
    cost: float


def solve_hhcrsp(
    instance: Instance,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    workers: int = 2,
    progress: Callable[[Progress], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    lateness_price: float = 1.0,
) -> Solution:
    """Find a solution of low cost.

    Parameters
    ----------
    instance : Instance
        What to solve.
    seconds : float, optional
        Time limit, start-up of the workers included. 10 when neither limit is given. The compilation at the
        very first run on a machine cannot be interrupted.
    iterations : int, optional
        Limit in proposals of each worker. Without ``seconds`` the same instance, seed, workers and iterations
        give the same solution. With both, whichever comes first ends the run.
    seed : int
        Worker ``i`` anneals from seed ``(seed, i)``.
    workers : int
        Processes; one worker runs in this process.
    progress : callable, optional
        Told a :class:`Progress` a few times a second.
    cancel : callable, optional
        Asked a few times a second; when it answers True the best solution so far is returned. Ctrl-C does the
        same.
    lateness_price : float
        What a minute of tardiness counts in minutes of travel: 1 in the benchmark; a high one makes windows hard.

    Returns
    -------
    Solution
        Valid by :func:`~scheduler.hhcrsp.solution.violations_of`.

    Raises
    ------
    InfeasibleError
        A service that no caregiver has the ability for, or a pair for which there are not two.
    ValueError
        A limit or a number of workers that makes no sense.
    """
    _check(seconds, iterations, workers)
    require_feasible(instance)
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    deadline = None if seconds is None else time.monotonic() + seconds - min(FINISH_SECONDS, seconds / 10)
    limit = Limit(deadline, iterations)
    watch = _Watch(progress, cancel)
    if workers == 1:
        from scheduler.hhcrsp.worker import run_seed

        return run_seed(instance, _seed_of(seed, 0), limit, watch.go_on, lateness_price=lateness_price)
    return _run_processes(instance, limit, seed, workers, lateness_price, watch)


def require_feasible(instance: Instance) -> None:
    """Raise :class:`InfeasibleError` unless every service can be done; lateness is allowed."""
    troubles: list[Message] = []
    for patient in instance.patients:
        able = [{c.id for c in instance.caregivers if task.service in c.abilities} for task in patient.tasks]
        for task, who in zip(patient.tasks, able, strict=True):
            if not who:
                values = {"id": patient.id, "ability": task.service}
                troubles.append(Message("patient {id}: no caregiver has the ability {ability}", values))
        if all(able) and len(set().union(*able)) < len(patient.tasks):
            (only,) = set().union(*able)
            values = {"id": patient.id, "only": only}
            troubles.append(
                Message("patient {id}: two caregivers are needed and only {only} has the abilities", values)
            )
    if troubles:
        what = troubles[0]
        for one in troubles[1:]:
            what = Message("{first}; {second}", {"first": what, "second": one})
        raise InfeasibleError("{name}: {what}", name=instance.name, what=what)


def _check(seconds: float | None, iterations: int | None, workers: int) -> None:
    if seconds is not None and not 0 < seconds < float("inf"):
        raise ValueError(f"seconds is {seconds}; a number above 0 is expected")
    if iterations is not None and iterations < 0:
        raise ValueError(f"iterations is {iterations}; 0 or more is expected")
    if workers < 1:
        raise ValueError(f"workers is {workers}; at least 1 is expected")


def _seed_of(seed: int, worker: int) -> int:
    return seed * 1_000 + worker


class _Watch:
    """Between the workers and the caller: passes progress on, remembers a cancel or Ctrl-C."""

    def __init__(
        self, progress: Callable[[Progress], None] | None, cancel: Callable[[], bool] | None
    ) -> None:
        self._progress, self._cancel = progress, cancel
        self._best = float("inf")
        self._told = -float("inf")
        self.cancelled = False

    def report(self, used: float, cost: float) -> None:
        self._best = min(self._best, cost)
        if self._progress and (time.monotonic() - self._told >= REPORT_SECONDS or used >= 1.0):
            self._told = time.monotonic()
            self._progress(Progress(used, self._best))

    def go_on(self, used: float, cost: float) -> bool:
        """Report, and tell whether to go on."""
        self.report(used, cost)
        return not self.stop()

    def stop(self) -> bool:
        """Whether the caller has cancelled."""
        self.cancelled = self.cancelled or (self._cancel is not None and self._cancel())
        return self.cancelled


def _run_processes(
    instance: Instance,
    limit: Limit,
    seed: int,
    workers: int,
    lateness_price: float,
    watch: _Watch,
) -> Solution:
    jobs = [Job(instance, _seed_of(seed, number), limit, lateness_price) for number in range(workers)]
    found: dict[int, Solution] = run_crew(
        work, jobs, lambda number, told: watch.report(*told), lambda: not watch.stop()
    )
    if not found:
        raise RuntimeError(f"all {workers} worker processes died; run again with fewer workers")

    def price(number: int) -> tuple[float, int]:
        cost = cost_of(instance, found[number])
        late = cost.total_tardiness_min + cost.greatest_tardiness_min
        return cost.distance_min + lateness_price * late, number

    return found[min(found, key=price)]
