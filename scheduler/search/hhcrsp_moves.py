"""The moves of the home health care benchmark's search: each links anew and tells the change of distance.

A move gets the threshold, the most that the cost may rise. To it comes what tardiness could fall by at best
(``gain``); what exceeds both by distance alone, or by distance and the tardiness that is certain where a task
is put, is given up before anything is linked. So is what is not possible (ability, two carers for a pair, no
key that suits all routes); what had been linked by then is in the log, to be undone.
"""

from scheduler.search.annealing import bare_hot
from scheduler.search.hhcrsp_state import (
    GREATEST,
    LEAST_KEY_STEP,
    Problem,
    State,
    below,
    dirty,
    fits,
    give,
    high_key,
    inside,
    join,
    leg,
    low_key,
    middle,
    reach,
    set_key,
    settle,
    tardiness,
    tardy,
)

#: What a move answers when it cannot be: (possible, change of distance, room for tardiness to grow).
NO = (False, 0.0, 0.0)
#: Places in ``shares``.
DEPOT, RELOCATE, BLOCK, SWAP, NEAR, FAR, BOTH = 0, 1, 2, 3, 4, 5, 6


@bare_hot
def _allowed(state: State, threshold: float, gain: float) -> float:
    """What a move may add when tardiness can fall by so much elsewhere; the greatest one can fall with it."""
    return threshold + gain + min(gain, state.totals[GREATEST])


@bare_hot
def _saved(problem: Problem, state: State, node: int) -> float:
    """Distance saved by taking the node out."""
    a, b = state.nodes[node].pred, state.nodes[node].succ
    return leg(problem, state, a, node) + leg(problem, state, node, b) - leg(problem, state, a, b)


@bare_hot
def _detour(problem: Problem, state: State, a: int, node: int, b: int) -> float:
    return leg(problem, state, a, node) + leg(problem, state, node, b) - leg(problem, state, a, b)


@bare_hot
def _pushed(problem: Problem, state: State, node: int, start: float, b: int) -> float:
    """How much later than now, in minutes of tardiness, node b is when the node before it starts then."""
    if b >= 2 * problem.patients:
        return 0.0
    then = start + state.nodes[node].duration + leg(problem, state, node, b)
    return max(0.0, tardy(problem, state, b, then) - tardiness(problem, state, b))


@bare_hot
def _unlink(problem: Problem, state: State, node: int) -> None:
    a, b = state.nodes[node].pred, state.nodes[node].succ
    join(state, a, b)
    dirty(problem, state, b)


@bare_hot
def _link(problem: Problem, state: State, node: int, after: int) -> None:
    b = state.nodes[after].succ
    join(state, after, node)
    join(state, node, b)
    dirty(problem, state, b)


@bare_hot
def _place_by_key(problem: Problem, state: State, other: int, key: float) -> int:
    """Behind whom a node stands in its own route when it has this key; -1 when there is no room for it."""
    depots = 2 * problem.patients
    c = state.nodes[other].pred
    while c < depots and state.nodes[c].key >= key:
        c = state.nodes[c].pred
    e = state.nodes[c].succ
    if e == other:
        e = state.nodes[e].succ
        while e < depots and state.nodes[e].key <= key:
            c = e
            e = state.nodes[e].succ
    if not (low_key(problem, state, c) < key < high_key(problem, state, e)):
        return -1
    return c


@bare_hot
def _relocate_one_of_two(
    problem: Problem, state: State, node: int, after: int, threshold: float
) -> tuple[bool, float, float]:
    """Move one task of a pair behind a node; the other keeps its carer and moves along its route to the new key."""
    k, other, b_new = state.nodes[after].carer, node ^ 1, state.nodes[after].succ
    if state.nodes[other].carer == k:
        return NO
    a, b = state.nodes[other].pred, state.nodes[other].succ
    gain = tardiness(problem, state, node) + tardiness(problem, state, other)
    gain += state.gain[state.nodes[node].succ] + state.gain[b]
    allowed = _allowed(state, threshold, gain)
    change = _detour(problem, state, after, node, b_new) - _saved(problem, state, node)
    saved = _saved(problem, state, other)
    if change - saved > allowed:
        return NO
    low, high = low_key(problem, state, after), high_key(problem, state, b_new)
    if not fits(low, high):
        return NO
    start = reach(problem, state, after, node)
    stay_low, stay_high = max(low, low_key(problem, state, a)), min(high, high_key(problem, state, b))
    if fits(stay_low, stay_high):
        wish = middle(state, node, start, reach(problem, state, a, other))
        key, c = inside(stay_low, stay_high, wish), a
    else:
        key = inside(low, high, start)
        c = _place_by_key(problem, state, other, key)
        if c < 0:
            return NO
        if c != a:
            e = state.nodes[c].succ
            change += _detour(problem, state, c, other, e) - saved
    late = tardy(problem, state, node, start) - tardiness(problem, state, node)
    if change > allowed or (state.nodes[node].carer != k and change + max(0.0, late) > allowed):
        return NO
    _unlink(problem, state, node)
    _link(problem, state, node, after)
    give(state, node, k)
    if c != a:
        _unlink(problem, state, other)
        _link(problem, state, other, c)
    set_key(state, node, key)
    dirty(problem, state, node)
    return True, change, allowed - change


@bare_hot
def _relocate(
    problem: Problem, state: State, node: int, after: int, threshold: float
) -> tuple[bool, float, float]:
    """Move a node behind another one, to the carer of that one."""
    b_new = state.nodes[after].succ
    k = state.nodes[after].carer
    if after == node or b_new == node or not problem.able[k, node]:
        return NO
    if state.nodes[node].paired:
        return _relocate_one_of_two(problem, state, node, after, threshold)
    late = tardiness(problem, state, node)
    allowed = _allowed(state, threshold, late + state.gain[state.nodes[node].succ])
    change = _detour(problem, state, after, node, b_new) - _saved(problem, state, node)
    if change > allowed:
        return NO
    if state.nodes[node].carer != k:
        # On another route nobody comes earlier for the node's leaving, pairs apart: so late it is at least.
        start = reach(problem, state, after, node)
        sure = tardy(problem, state, node, start) + _pushed(problem, state, node, start, b_new)
        if change + sure > allowed:
            return NO
    _unlink(problem, state, node)
    _link(problem, state, node, after)
    give(state, node, k)
    if not settle(problem, state, node):
        return NO
    dirty(problem, state, node)
    return True, change, allowed - change


@bare_hot
def _without(problem: Problem, state: State, node: int, gone: int, gone_too: int) -> int:
    """The node's successor when two others have been taken out."""
    b = state.nodes[node].succ
    while b in (gone, gone_too):
        b = state.nodes[b].succ
    return b


@bare_hot
def _relocate_pair(
    problem: Problem, state: State, node: int, after: int, after_other: int, threshold: float
) -> tuple[bool, float, float]:
    """Move both tasks of a patient at once."""
    other = node ^ 1
    k, m = state.nodes[after].carer, state.nodes[after_other].carer
    if k == m or after >> 1 == node >> 1 or after_other >> 1 == node >> 1:
        return NO
    if not problem.able[k, node] or not problem.able[m, other]:
        return NO
    gain = tardiness(problem, state, node) + tardiness(problem, state, other)
    gain += state.gain[state.nodes[node].succ] + state.gain[state.nodes[other].succ]
    allowed = _allowed(state, threshold, gain)
    change = -_saved(problem, state, node) - _saved(problem, state, other)
    b, e = _without(problem, state, after, node, other), _without(problem, state, after_other, node, other)
    change += _detour(problem, state, after, node, b)
    if change > allowed:
        return NO
    change += _detour(problem, state, after_other, other, e)
    if change > allowed:
        return NO
    low = max(low_key(problem, state, after), low_key(problem, state, after_other))
    high = min(high_key(problem, state, b), high_key(problem, state, e))
    if not fits(low, high):
        return NO
    start, other_start = reach(problem, state, after, node), reach(problem, state, after_other, other)
    here, there = state.nodes[node].carer, state.nodes[other].carer
    if k != here and k != there and m != here and m != there:
        sure = tardy(problem, state, node, start) + tardy(problem, state, other, other_start)
        if change + sure > allowed:
            return NO
    key = inside(low, high, middle(state, node, start, other_start))
    _unlink(problem, state, node)
    _unlink(problem, state, other)
    _link(problem, state, node, after)
    _link(problem, state, other, after_other)
    give(state, node, k)
    give(state, other, m)
    set_key(state, node, key)
    dirty(problem, state, node)
    return True, change, allowed - change


@bare_hot
def _key_block(problem: Problem, state: State, first: int, length: int) -> bool:
    """Give the patients of a block that has just been linked keys between its neighbours; False if impossible."""
    last = first
    for _ in range(length - 1):
        last = state.nodes[last].succ
    high = high_key(problem, state, state.nodes[last].succ)
    node, before = first, state.nodes[first].pred
    ready = state.nodes[before].start
    for _ in range(length):
        low, top = low_key(problem, state, before), high
        if state.nodes[node].paired:
            low = max(low, low_key(problem, state, state.nodes[node ^ 1].pred))
            top = min(top, high_key(problem, state, state.nodes[node ^ 1].succ))
        if not fits(low, top):
            return False
        ready += state.nodes[before].duration + leg(problem, state, before, node)
        ready = max(ready, state.nodes[node].opens)
        set_key(state, node, inside(low, top, ready))
        before = node
        node = state.nodes[node].succ
    return True


@bare_hot
def _relocate_block(
    problem: Problem, state: State, first: int, length: int, after: int, threshold: float
) -> tuple[bool, float, float]:
    """Move several nodes that follow each other behind another one."""
    depots = 2 * problem.patients
    k, b_new = state.nodes[after].carer, state.nodes[after].succ
    last, node = first, first
    gain = 0.0
    for _ in range(length):
        if node >= depots or node == after or not problem.able[k, node]:
            return NO
        gain += tardiness(problem, state, node)
        if state.nodes[node].paired:
            if state.nodes[node ^ 1].carer == k:
                return NO
            gain += tardiness(problem, state, node ^ 1) + state.gain[state.nodes[node ^ 1].succ]
        last = node
        node = state.nodes[node].succ
    a, b = state.nodes[first].pred, state.nodes[last].succ
    if b_new == first:
        return NO
    allowed = _allowed(state, threshold, gain + state.gain[b])
    change = leg(problem, state, a, b) - leg(problem, state, a, first) - leg(problem, state, last, b)
    change += leg(problem, state, after, first) + leg(problem, state, last, b_new)
    change -= leg(problem, state, after, b_new)
    if change > allowed:
        return NO
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
    return _key_block(problem, state, first, length), change, allowed - change


@bare_hot
def _swap(problem: Problem, state: State, u: int, v: int, threshold: float) -> tuple[bool, float, float]:
    """Two nodes that are not side by side take each other's place."""
    k, m = state.nodes[u].carer, state.nodes[v].carer
    a, b, c, e = state.nodes[u].pred, state.nodes[u].succ, state.nodes[v].pred, state.nodes[v].succ
    if b == v or a == v or u >> 1 == v >> 1 or not problem.able[m, u] or not problem.able[k, v]:
        return NO
    gain = tardiness(problem, state, u) + tardiness(problem, state, v) + state.gain[b] + state.gain[e]
    if state.nodes[u].paired:
        if state.nodes[u ^ 1].carer == m:
            return NO
        gain += tardiness(problem, state, u ^ 1) + state.gain[state.nodes[u ^ 1].succ]
    if state.nodes[v].paired:
        if state.nodes[v ^ 1].carer == k:
            return NO
        gain += tardiness(problem, state, v ^ 1) + state.gain[state.nodes[v ^ 1].succ]
    allowed = _allowed(state, threshold, gain)
    change = leg(problem, state, a, v) + leg(problem, state, v, b)
    change -= leg(problem, state, a, u) + leg(problem, state, u, b)
    change += leg(problem, state, c, u) + leg(problem, state, u, e)
    change -= leg(problem, state, c, v) + leg(problem, state, v, e)
    if change > allowed:
        return NO
    if k != m:
        sure = tardy(problem, state, v, reach(problem, state, a, v))
        sure += tardy(problem, state, u, reach(problem, state, c, u))
        if change + sure > allowed:
            return NO
    join(state, a, v)
    join(state, v, b)
    join(state, c, u)
    join(state, u, e)
    give(state, u, m)
    give(state, v, k)
    if not settle(problem, state, u) or not settle(problem, state, v):
        return NO
    dirty(problem, state, u)
    dirty(problem, state, v)
    dirty(problem, state, b)
    dirty(problem, state, e)
    return True, change, allowed - change


@bare_hot
def _can_take(problem: Problem, state: State, first: int, carer: int) -> bool:
    """Whether the carer is able to do the node and all that follow it in its route."""
    node = first
    while node < 2 * problem.patients:
        if not problem.able[carer, node]:
            return False
        node = state.nodes[node].succ
    return True


@bare_hot
def _exchange_tails(
    problem: Problem, state: State, u: int, y: int, threshold: float
) -> tuple[bool, float, float]:
    """What follows u and what begins with y (another carer's) change carers.

    Two tasks of one patient have one key, so they are in both tails or in none: they stay with two carers.
    """
    depots = 2 * problem.patients
    k, m = state.nodes[u].carer, state.nodes[y].carer
    if k == m:
        return NO
    x, w = state.nodes[u].succ, state.nodes[y].pred
    allowed = _allowed(state, threshold, state.gain[x] + state.gain[y])
    change = leg(problem, state, u, y) + leg(problem, state, w, x)
    change -= leg(problem, state, u, x) + leg(problem, state, w, y)
    if change > allowed:
        return NO
    if low_key(problem, state, u) + LEAST_KEY_STEP >= state.nodes[y].key:
        return NO
    if low_key(problem, state, w) + LEAST_KEY_STEP >= high_key(problem, state, x):
        return NO
    if not _can_take(problem, state, y, k) or not _can_take(problem, state, x, m):
        return NO
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
    return True, change, allowed - change


@bare_hot
def _near(problem: Problem, state: State, node: int) -> int:
    """How far down the lists of neighbours to look: the near ones, sometimes all.

    On the routes of scarce abilities the order is not one of distance.
    """
    count = problem.near_count[node]
    if below(state, 1000) >= problem.shares[FAR]:
        count = min(count, problem.shares[NEAR])
    return below(state, count)


@bare_hot
def _spot(problem: Problem, state: State, node: int) -> int:
    """Behind whom to put the node: behind a good predecessor, or before a good successor."""
    rank = _near(problem, state, node)
    if below(state, 2) == 0:
        return problem.before[node, rank]
    return state.nodes[problem.after[node, rank]].pred


@bare_hot
def propose(problem: Problem, state: State, threshold: float) -> tuple[bool, float, float]:
    """Draw a move and link it. Returns (possible, change of distance, room for tardiness to grow)."""
    node = problem.tasks[below(state, problem.tasks.size)]
    kind = below(state, 1000)
    if kind < problem.shares[DEPOT] or problem.near_count[node] == 0:
        depot = 2 * problem.patients + below(state, problem.carers)
        if below(state, 2) == 0:
            depot = state.nodes[depot].pred
        return _relocate(problem, state, node, depot, threshold)
    if kind < problem.shares[RELOCATE]:
        after = _spot(problem, state, node)
        if (
            not state.nodes[node].paired
            or problem.near_count[node ^ 1] == 0
            or below(state, 1000) >= problem.shares[BOTH]
        ):
            return _relocate(problem, state, node, after, threshold)
        return _relocate_pair(problem, state, node, after, _spot(problem, state, node ^ 1), threshold)
    if kind < problem.shares[BLOCK]:
        after = _spot(problem, state, node)
        return _relocate_block(problem, state, node, 2 + below(state, 2), after, threshold)
    if kind < problem.shares[SWAP]:
        rank = _near(problem, state, node)
        near = problem.before[node, rank] if below(state, 2) == 0 else problem.after[node, rank]
        return _swap(problem, state, node, near, threshold)
    return _exchange_tails(problem, state, node, problem.after[node, _near(problem, state, node)], threshold)
