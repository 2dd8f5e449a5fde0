"""Compiled simulated annealing for the home health care benchmark.

The most a move may cost is drawn before anything is evaluated (threshold ``-T ln u``), so that most moves end
at their distance alone; the others are evaluated by :func:`~scheduler.search.hhcrsp_state.spread`, which
computes only what changes and stops as soon as tardiness has used the threshold up. Method: simulated
annealing with several neighbourhoods after doi 10.1111/itor.13585.
"""

from numba import njit

from scheduler.search.hhcrsp_moves import propose
from scheduler.search.hhcrsp_state import (
    BEST,
    DISTANCE,
    GREATEST,
    TARDINESS,
    Problem,
    State,
    below,
    greatest_tardiness,
    refresh,
    spread,
    undo,
)


@njit(cache=True, nogil=True)
def _keep_best(state: State) -> None:
    cost = state.totals[DISTANCE] + state.totals[TARDINESS] + state.totals[GREATEST]
    if cost < state.totals[BEST] - 1e-7:
        state.totals[BEST] = cost
        for node in range(state.nodes.size):
            state.best_succ[node] = state.nodes[node].succ
            state.best_start[node] = state.nodes[node].start


@njit(cache=True, nogil=True)
def anneal(problem: Problem, state: State, proposals: int, hot: float, cold: float) -> None:
    """Run proposals while the temperature falls geometrically from ``hot`` to ``cold`` (minutes)."""
    refresh(problem, state)
    _keep_best(state)
    cooling = (cold / hot) ** (1.0 / max(1, proposals))
    temperature = hot
    for step in range(proposals):
        temperature *= cooling
        if step % 10000 == 9999:
            refresh(problem, state)
        threshold = temperature * state.thresholds[below(state, state.thresholds.size)]
        lateness = state.totals[TARDINESS] + state.totals[GREATEST]
        limit = threshold + lateness
        possible, change = propose(problem, state, limit)
        if possible and change <= limit:
            within, tardiness, peak, lost = spread(problem, state, limit - change)
            greatest = max(state.totals[GREATEST], peak)
            accepted = within
            if within and lost >= state.totals[GREATEST] and peak < state.totals[GREATEST]:
                # The greatest one may be gone: look for it only when the rest would be accepted.
                accepted = change + tardiness + peak - state.totals[GREATEST] <= threshold
                if accepted:
                    greatest = greatest_tardiness(problem, state)
            if accepted and change + tardiness + greatest - state.totals[GREATEST] <= threshold:
                state.totals[DISTANCE] += change
                state.totals[TARDINESS] += tardiness
                state.totals[GREATEST] = greatest
                state.lengths[:] = 0
                _keep_best(state)
                continue
        undo(state)
