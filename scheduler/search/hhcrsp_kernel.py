"""Compiled simulated annealing for the home health care benchmark.

The most a move may cost is drawn before anything is evaluated, so that most moves end at their distance alone; the
others are evaluated by :func:`~scheduler.search.hhcrsp_state.spread`, which computes only what changes and stops as
soon as tardiness has used the threshold up. Method: simulated annealing with several neighbourhoods after doi
10.1111/itor.13585.
"""

from scheduler.search.annealing import bare_hot, make_annealing, part
from scheduler.search.hhcrsp_moves import propose
from scheduler.search.hhcrsp_state import (
    AGE,
    CHANGED,
    DISTANCE,
    GREATEST,
    LOGGED,
    TARDINESS,
    TOTAL,
    WEIGHED,
    Search,
    below,
    greatest_tardiness,
    log,
    refresh,
    spread,
    undo,
    weigh,
)

REFRESH_AFTER = 10_000
"""Proposals until keys and totals are renewed."""


@part
def _draw(search: Search) -> float:
    return search.state.thresholds[below(search.state, search.state.thresholds.size)]


@part
def _price(search: Search) -> float:
    totals = search.state.totals
    return totals[DISTANCE] + totals[TARDINESS] + totals[GREATEST]


@bare_hot
def _judge(search: Search, limit: float) -> tuple[bool, float]:
    """Make a random change; whether it can be and keeps to the limit, and the cost."""
    problem, state = search.problem, search.state
    totals = state.totals
    state.counts[LOGGED] = 0
    state.counts[AGE] += 1
    state.counts[WEIGHED] += 1
    if state.counts[AGE] >= REFRESH_AFTER:
        refresh(problem, state)
    elif state.counts[WEIGHED] >= problem.patients // 4 and state.counts[CHANGED]:
        weigh(problem, state)
    now = totals[DISTANCE] + totals[TARDINESS] + totals[GREATEST]
    possible, change, room = propose(problem, state, limit - now)
    if not possible:
        return False, now
    within, late, peak, lost = spread(problem, state, room)
    if not within:
        return False, now
    greatest = max(totals[GREATEST], peak)
    if lost >= totals[GREATEST] and peak < totals[GREATEST]:
        # The greatest one may be gone: look for it only when the rest would be accepted.
        if now + change + late + peak - totals[GREATEST] > limit:
            return False, now
        greatest = greatest_tardiness(problem, state)
    after = now + change + late + greatest - totals[GREATEST]
    if after > limit:
        return False, now
    for index in range(3):
        log(state, TOTAL, index, totals[index])
    totals[DISTANCE] += change
    totals[TARDINESS] += late
    totals[GREATEST] = greatest
    state.counts[CHANGED] = 1
    return True, after


@part
def _attempt(search: Search, limit: float) -> tuple[bool, float]:
    return _judge(search, limit)


@part
def _undo(search: Search) -> None:
    undo(search.state)


@part
def _keep(search: Search, best: Search) -> None:
    for node in range(search.state.nodes.size):
        best.state.nodes[node] = search.state.nodes[node]
    for index in range(3):
        best.state.totals[index] = search.state.totals[index]


anneal = make_annealing(_draw, _price, _attempt, _undo, _keep)
"""``anneal(search, best, proposals, hot, cold)``: see :func:`~scheduler.search.annealing.make_annealing`."""
