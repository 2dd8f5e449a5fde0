"""One seed's annealing, within a limit of time or of proposals. Importing it loads the compiled kernel."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from scheduler.hhcrsp.arrays import copy_of, cost, first_search, mean_travel, problem_of, solution
from scheduler.hhcrsp.instance import Instance
from scheduler.hhcrsp.solution import Solution
from scheduler.search.hhcrsp_kernel import anneal

STARTS, COLD = (4.0, 1.2, 0.4), 0.006
"""First temperature of each cycle, and the last one of all, in mean legs between two patients: measured on the
public instances. The first cycle decides who shares scarce abilities, the next ones mend the routes."""
STEP_SECONDS = 0.05
"""How long the kernel runs between two looks at the clock and at the cancel flag."""
STEP_PROPOSALS = 50_000


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop: at ``deadline`` (``time.monotonic``) or after ``iterations`` proposals."""

    deadline: float | None
    iterations: int | None


def run_seed(
    instance: Instance,
    seed: int,
    limit: Limit,
    report: Callable[[float, float], None],
    stop: Callable[[], bool],
) -> Solution:
    """Anneal from one seed and return the best solution met.

    ``report`` is told the part of the limit that is used (0 to 1) and the best cost so far; ``stop`` is asked
    whether to end early. With ``iterations`` alone the result depends on instance, seed and limit only.
    """
    problem = problem_of(instance)
    search = first_search(instance, problem, seed)
    best = copy_of(search)
    scale = mean_travel(instance)
    began, done, step = time.monotonic(), 0, STEP_PROPOSALS if limit.deadline is None else 2_000
    used = 0.0
    while used < 1.0 and not stop() and problem.tasks.size:
        if limit.iterations is not None:
            step = min(step, limit.iterations - done)
        ahead = min(1.0, _used(limit, began, time.monotonic() + STEP_SECONDS, done + step))
        hot, cold = _temperatures(used, ahead)
        anneal(search, best, step, scale * hot, scale * cold)
        done += step
        now = time.monotonic()
        used = _used(limit, began, now, done)
        report(min(1.0, used), cost(best))
        if limit.deadline is not None:
            step = max(1, int(done / max(1e-3, now - began) * STEP_SECONDS))
    return solution(instance, best)


def _used(limit: Limit, began: float, now: float, done: int) -> float:
    """The part of the limit that is used, above 1 when it is passed."""
    parts = [1.0 if limit.deadline is None and limit.iterations is None else 0.0]
    if limit.iterations is not None:
        parts.append(done / limit.iterations if limit.iterations else 1.0)
    if limit.deadline is not None:
        length = limit.deadline - began
        parts.append((now - began) / length if length > 0 else 1.0)
    return max(parts)


def _temperatures(used: float, ahead: float) -> tuple[float, float]:
    """First and last temperature of a step between two parts of the limit; a step keeps its cycle."""
    cycle = min(int(used * len(STARTS)), len(STARTS) - 1)
    parts = (min(1.0, part * len(STARTS) - cycle) for part in (used, ahead))
    hot, cold = (STARTS[cycle] * (COLD / STARTS[cycle]) ** part for part in parts)
    return hot, cold
