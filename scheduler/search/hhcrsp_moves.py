"""The moves of the home health care benchmark's search: each links anew and tells the change of distance.

A move that is not possible (ability, two carers for a pair, no key that suits all routes) returns False; what
it had linked by then is in the log, to be undone. Single tasks whose distance alone exceeds the limit are not
linked at all.
"""

import numpy as np
from numba import njit

from scheduler.search.hhcrsp_state import (
    LEAST_KEY_STEP,
    NEAR_NODES,
    Problem,
    State,
    arrival,
    below,
    dirty,
    give,
    inside,
    join,
    key_range,
    leg,
    set_key,
    settle,
)


@njit(cache=True, nogil=True)
def _shift_partner(problem: Problem, state: State, node: int) -> tuple[bool, float]:
    """The other task of the node's patient keeps its carer and moves along that route to the node's new key.

    Returns whether that is possible, and the change of distance.
    """
    depots = 2 * problem.patients
    p, other = node >> 1, node ^ 1
    low, high = key_range(problem, state, node)
    if not high - low > 4 * LEAST_KEY_STEP:
        return False, 0.0
    key = inside(low, high, arrival(problem, state, node))
    a, b = state.nodes[other].pred, state.nodes[other].succ
    c = a
    while c < depots and state.patients[c >> 1].key >= key:
        c = state.nodes[c].pred
    if c == a:
        e = b
        while e < depots and state.patients[e >> 1].key <= key:
            e = state.nodes[e].succ
        c = state.nodes[e].pred
    if c != other and c != a:
        e = state.nodes[c].succ
        if (c < depots and not state.patients[c >> 1].key < key) or (
            e < depots and not state.patients[e >> 1].key > key
        ):
            return False, 0.0
        change = leg(problem, state, a, b) - leg(problem, state, a, other) - leg(problem, state, other, b)
        change += leg(problem, state, c, other) + leg(problem, state, other, e) - leg(problem, state, c, e)
        join(state, a, b)
        join(state, c, other)
        join(state, other, e)
        dirty(problem, state, b)
        dirty(problem, state, e)
        set_key(state, p, key)
        return True, change
    return settle(problem, state, node), 0.0


@njit(cache=True, nogil=True)
def _relocate(problem: Problem, state: State, node: int, after: int, limit: float) -> tuple[bool, float]:
    """Move a node behind another one, to the carer of that one. Returns (possible, change of distance)."""
    b_new = state.nodes[after].succ
    if after == node or b_new == node:
        return False, 0.0
    p, k = node >> 1, state.nodes[after].carer
    paired = state.patients[p].paired
    if not problem.able[k, node] or (paired and state.nodes[node ^ 1].carer == k):
        return False, 0.0
    a, b = state.nodes[node].pred, state.nodes[node].succ
    change = leg(problem, state, a, b) - leg(problem, state, a, node) - leg(problem, state, node, b)
    change += (
        leg(problem, state, after, node)
        + leg(problem, state, node, b_new)
        - leg(problem, state, after, b_new)
    )
    if not paired and change > limit:
        return False, 0.0
    join(state, a, b)
    join(state, after, node)
    join(state, node, b_new)
    give(state, node, k)
    possible, shift = True, 0.0
    if paired:
        possible, shift = _shift_partner(problem, state, node)
    else:
        possible = settle(problem, state, node)
    dirty(problem, state, b)
    dirty(problem, state, node)
    dirty(problem, state, b_new)
    return possible, change + shift


@njit(cache=True, nogil=True)
def _relocate_pair(
    problem: Problem, state: State, node: int, after: int, after_other: int
) -> tuple[bool, float]:
    """Move both tasks of a patient at once. Returns (possible, change of distance)."""
    other = node ^ 1
    k, m = state.nodes[after].carer, state.nodes[after_other].carer
    if k == m or after >> 1 == node >> 1 or after_other >> 1 == node >> 1:
        return False, 0.0
    if not problem.able[k, node] or not problem.able[m, other]:
        return False, 0.0
    change = 0.0
    for u in (node, other):
        a, b = state.nodes[u].pred, state.nodes[u].succ
        change += leg(problem, state, a, b) - leg(problem, state, a, u) - leg(problem, state, u, b)
        join(state, a, b)
        dirty(problem, state, b)
    for u, w in ((node, after), (other, after_other)):
        b = state.nodes[w].succ
        change += leg(problem, state, w, u) + leg(problem, state, u, b) - leg(problem, state, w, b)
        join(state, w, u)
        join(state, u, b)
        give(state, u, state.nodes[w].carer)
        dirty(problem, state, b)
    dirty(problem, state, node)
    return settle(problem, state, node), change


@njit(cache=True, nogil=True)
def _key_block(problem: Problem, state: State, first: int, length: int) -> bool:
    """Give the patients of a block that has just been linked keys between its neighbours; False if impossible."""
    depots = 2 * problem.patients
    last = first
    for _ in range(length - 1):
        last = state.nodes[last].succ
    node = first
    before = state.nodes[first].pred
    ready = state.nodes[before].start
    for _ in range(length):
        p = node >> 1
        low = state.patients[before >> 1].key if before < depots else -np.inf
        after = state.nodes[last].succ
        high = state.patients[after >> 1].key if after < depots else np.inf
        if state.patients[p].paired:
            other_low, other_high = key_range(problem, state, node ^ 1)
            low, high = max(low, other_low), min(high, other_high)
        if not high - low > 4 * LEAST_KEY_STEP:
            return False
        ready += state.nodes[before].duration + leg(problem, state, before, node)
        ready = max(ready, state.nodes[node].opens)
        set_key(state, p, inside(low, high, ready))
        before = node
        node = state.nodes[node].succ
    return True


@njit(cache=True, nogil=True)
def _relocate_block(
    problem: Problem, state: State, first: int, length: int, after: int, limit: float
) -> tuple[bool, float]:
    """Move several nodes that follow each other behind another one. Returns (possible, change of distance)."""
    depots = 2 * problem.patients
    k, b_new = state.nodes[after].carer, state.nodes[after].succ
    last, node = first, first
    for _ in range(length):
        if node >= depots or node == after or not problem.able[k, node]:
            return False, 0.0
        if state.patients[node >> 1].paired and state.nodes[node ^ 1].carer == k:
            return False, 0.0
        last = node
        node = state.nodes[node].succ
    a, b = state.nodes[first].pred, state.nodes[last].succ
    if b_new == first:
        return False, 0.0
    change = leg(problem, state, a, b) - leg(problem, state, a, first) - leg(problem, state, last, b)
    change += leg(problem, state, after, first) + leg(problem, state, last, b_new)
    change -= leg(problem, state, after, b_new)
    if change > limit:
        return False, 0.0
    join(state, a, b)
    join(state, after, first)
    join(state, last, b_new)
    node = first
    for _ in range(length):
        give(state, node, k)
        dirty(problem, state, node)
        node = state.nodes[node].succ
    dirty(problem, state, b)
    dirty(problem, state, b_new)
    return _key_block(problem, state, first, length), change


@njit(cache=True, nogil=True)
def _swap(problem: Problem, state: State, u: int, v: int, limit: float) -> tuple[bool, float]:
    """Two nodes that are not side by side take each other's place. Returns (possible, change of distance)."""
    k, m = state.nodes[u].carer, state.nodes[v].carer
    p, q = u >> 1, v >> 1
    beside = state.nodes[u].succ == v or state.nodes[u].pred == v
    if beside or p == q or not problem.able[m, u] or not problem.able[k, v]:
        return False, 0.0
    if (state.patients[p].paired and state.nodes[u ^ 1].carer == m) or (
        state.patients[q].paired and state.nodes[v ^ 1].carer == k
    ):
        return False, 0.0
    a, b, c, e = state.nodes[u].pred, state.nodes[u].succ, state.nodes[v].pred, state.nodes[v].succ
    change = (
        leg(problem, state, a, v)
        + leg(problem, state, v, b)
        - leg(problem, state, a, u)
        - leg(problem, state, u, b)
    )
    change += (
        leg(problem, state, c, u)
        + leg(problem, state, u, e)
        - leg(problem, state, c, v)
        - leg(problem, state, v, e)
    )
    if change > limit:
        return False, 0.0
    join(state, a, v)
    join(state, v, b)
    join(state, c, u)
    join(state, u, e)
    give(state, u, m)
    give(state, v, k)
    if not settle(problem, state, u) or not settle(problem, state, v):
        return False, 0.0
    for node in (u, v, b, e):
        dirty(problem, state, node)
    return True, change


@njit(cache=True, nogil=True)
def _can_take(problem: Problem, state: State, first: int, carer: int) -> bool:
    """Whether the carer is able to do the node and all that follow it in its route."""
    node = first
    while node < 2 * problem.patients:
        if not problem.able[carer, node]:
            return False
        node = state.nodes[node].succ
    return True


@njit(cache=True, nogil=True)
def _exchange_tails(problem: Problem, state: State, u: int, y: int, limit: float) -> tuple[bool, float]:
    """What follows u and what begins with y (another carer's) change carers. Returns (possible, change).

    Two tasks of one patient have one key, so they are in both tails or in none: they stay with two carers.
    """
    depots = 2 * problem.patients
    k, m = state.nodes[u].carer, state.nodes[y].carer
    if k == m:
        return False, 0.0
    x, w = state.nodes[u].succ, state.nodes[y].pred
    change = (
        leg(problem, state, u, y)
        + leg(problem, state, w, x)
        - leg(problem, state, u, x)
        - leg(problem, state, w, y)
    )
    if change > limit:
        return False, 0.0
    if u < depots and state.patients[u >> 1].key + LEAST_KEY_STEP >= state.patients[y >> 1].key:
        return False, 0.0
    if (
        w < depots
        and x < depots
        and state.patients[w >> 1].key + LEAST_KEY_STEP >= state.patients[x >> 1].key
    ):
        return False, 0.0
    if not _can_take(problem, state, y, k) or not _can_take(problem, state, x, m):
        return False, 0.0
    depot_k, depot_m = depots + k, depots + m
    last_k, last_m = state.nodes[depot_k].pred, state.nodes[depot_m].pred
    # A place on the other ring is the other depot: distances are the same, both stand at place 0.
    node = y
    while node < depots:
        give(state, node, k)
        node = state.nodes[node].succ
    node = x
    while node < depots:
        give(state, node, m)
        node = state.nodes[node].succ
    join(state, u, y)
    join(state, last_m, depot_k)
    if x < depots:
        join(state, w, x)
        join(state, last_k, depot_m)
    else:
        join(state, w, depot_m)
    dirty(problem, state, y)
    dirty(problem, state, x)
    return True, change


@njit(cache=True, nogil=True, forceinline=True)
def _neighbour(problem: Problem, state: State, node: int) -> int:
    """A near node, sometimes a far one: on the routes of scarce abilities the order is not one of distance."""
    count = problem.near_count[node]
    if below(state, 100) < 85:
        count = min(count, NEAR_NODES)
    return problem.near[node, below(state, count)]


@njit(cache=True, nogil=True, forceinline=True)
def propose(problem: Problem, state: State, limit: float) -> tuple[bool, float]:
    """Draw a move and link it. Returns (possible, change of distance)."""
    node = problem.tasks[below(state, problem.tasks.size)]
    kind = below(state, 100)
    if kind < 3 or problem.near_count[node] == 0:
        depot = 2 * problem.patients + below(state, problem.carers)
        return _relocate(
            problem, state, node, depot if below(state, 2) == 0 else state.nodes[depot].pred, limit
        )
    near = _neighbour(problem, state, node)
    if kind < 75:
        after = near if below(state, 2) == 0 else state.nodes[near].pred
        if not state.patients[node >> 1].paired or below(state, 2) == 0 or problem.near_count[node ^ 1] == 0:
            return _relocate(problem, state, node, after, limit)
        near = _neighbour(problem, state, node ^ 1)
        after_other = near if below(state, 2) == 0 else state.nodes[near].pred
        return _relocate_pair(problem, state, node, after, after_other)
    if kind < 85:
        after = near if below(state, 2) == 0 else state.nodes[near].pred
        return _relocate_block(problem, state, node, 2 + below(state, 2), after, limit)
    if kind < 93:
        return _swap(problem, state, node, near, limit)
    return _exchange_tails(problem, state, node, near, limit)
