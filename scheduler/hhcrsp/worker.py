"""One seed's annealing, within a limit of time or of proposals. Importing it loads the compiled kernel."""

import time
from collections.abc import Callable

from scheduler.hhcrsp.arrays import copy_of, cost, first_search, mean_travel, problem_of, solution
from scheduler.hhcrsp.instance import Instance
from scheduler.hhcrsp.limit import Limit
from scheduler.hhcrsp.solution import Solution
from scheduler.search.hhcrsp_kernel import anneal
from scheduler.search.hhcrsp_state import Records, Search, refresh

COLD = 0.006
"""The last temperature of each round, in mean legs between two patients."""
ROUNDS = ((0.2, 1.2), (0.34, 0.25), (0.47, 0.25), (0.6, 0.25), (0.74, 0.12), (0.87, 0.12), (1.0, 0.12))
"""The rounds of a run: by which part of the limit each ends, and its first temperature. Between two rounds the workers
exchange what they found, and all go on from the best. Measured on the public instances."""
CYCLE_SECONDS, CYCLE_PROPOSALS, CYCLES_MAX = 0.1, 1_000_000, 8
"""Seconds or proposals a patient that are enough for all rounds: what is left is for doing them anew. The first round begins
so hot that it leaves whatever was found: another beginning is worth more than staying where the rounds have settled."""
STEP_SECONDS = 0.05
"""How long the kernel runs between two looks at the clock and at the cancel flag."""
STEP_PROPOSALS = 50_000


def run_seed(
    instance: Instance,
    seed: int,
    limit: Limit,
    report: Callable[[float, float], bool],
    exchange: Callable[[float, Records], Records | None] = lambda price, nodes: None,
    lateness_price: float = 1.0,
) -> Solution:
    """Anneal from one seed and return the best solution met.

    ``report`` is told the part of the limit that is used (0 to 1) and the best cost so far, and says whether to go on;
    ``exchange`` is offered the best of each round and may answer with a better one. With ``iterations`` alone the
    result depends on instance, seed, limit and what is exchanged only. ``lateness_price`` is what a minute of tardiness
    counts in minutes of travel.
    """
    problem = problem_of(instance, lateness_price)
    search = first_search(instance, problem, seed)
    best = copy_of(search)
    scale = mean_travel(instance)
    began, done, step = time.monotonic(), 0, STEP_PROPOSALS if limit.deadline is None else 2_000
    used, begin = _used(limit, began, began, 0), 0.0
    going = bool(problem.tasks.size) and report(0.0, cost(best))
    cycles = _cycles(limit, began, problem.patients)
    for cycle in range(cycles):
        found = best if cycle == 0 else copy_of(search)
        for part_end, hot in ROUNDS:
            end = (cycle + part_end) / cycles
            while used < end and going:
                if limit.iterations is not None:
                    step = min(step, max(1, round(end * limit.iterations) - done))
                ahead = min(end, _used(limit, began, time.monotonic() + STEP_SECONDS, done + step))
                first, last = (
                    hot * (COLD / hot) ** ((part - begin) / (end - begin)) for part in (used, ahead)
                )
                anneal(search, found, step, scale * first, scale * last)
                done += step
                now = time.monotonic()
                used = _used(limit, began, now, done)
                going = report(min(1.0, used), min(cost(best), cost(found)))
                if limit.deadline is not None:
                    step = max(1, int(done / max(1e-3, now - began) * STEP_SECONDS))
            if part_end < 1.0 and going:
                _begin_from(search, found, exchange(cost(found), found.state.nodes))
            begin = end
        if cost(found) < cost(best):
            best = found
        if not going:
            break
    return solution(instance, best)


def _cycles(limit: Limit, began: float, patients: int) -> int:
    """How often the whole is done: more than once where the limit is long for so few patients."""
    if limit.iterations is not None:
        length = limit.iterations / CYCLE_PROPOSALS
    elif limit.deadline is not None:
        length = (limit.deadline - began) / CYCLE_SECONDS
    else:
        return 1
    return max(1, min(CYCLES_MAX, int(length / max(1, patients))))


def _begin_from(search: Search, best: Search, offered: Records | None) -> None:
    """Go on from the best, or from a better one that was offered."""
    if offered is not None:
        best.state.nodes[:] = offered
        refresh(best.problem, best.state)
    search.state.nodes[:] = best.state.nodes
    refresh(search.problem, search.state)


def _used(limit: Limit, began: float, now: float, done: int) -> float:
    """The part of the limit that is used, above 1 when it is passed."""
    parts = [1.0 if limit.deadline is None and limit.iterations is None else 0.0]
    if limit.iterations is not None:
        parts.append(done / limit.iterations if limit.iterations else 1.0)
    if limit.deadline is not None:
        length = limit.deadline - began
        parts.append((now - began) / length if length > 0 else 1.0)
    return max(parts)
