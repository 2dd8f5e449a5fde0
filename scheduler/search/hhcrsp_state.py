"""The state of the home health care benchmark's search: routes, one global order, and the starts that follow.

State
-----
A *node* is one task: task ``i`` of patient ``p`` is node ``2p + i``, so the other task of a pair is ``node ^
1``. Carer ``k`` has a depot node ``2 * patients + k`` which closes its route to a ring: ``succ[depot]`` is
the first task, ``pred[depot]`` the last. Routes are these rings, as linked lists.

``key[p]`` is the patient's place in ONE order over all patients; it rises strictly along every route. So the
routes and the pairs between them can never wait for each other in a circle, and starts are found by one sweep
in key order: a single task starts when the carer is there and the window is open; of a pair the first start
is held back as far as the greatest gap asks (a start may always wait), which makes every decoded state valid,
tardiness apart. For given routes this sweep gives the earliest starts, which are the best ones. Keys are
numbers close to the start times, so that a task put between two others finds a free key without renumbering;
:func:`refresh` renews them.

A move changes links and keys, and then the starts that depend on them; all of it is logged and taken back
when the move is rejected. Earliest starts in a precedence order: Mankowska, Meisel, Bierwirth, doi
10.1007/s10729-013-9243-1.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Records = NDArray[np.void]

NODE = np.dtype(
    [
        ("succ", np.int64),
        ("pred", np.int64),
        ("carer", np.int64),
        ("place", np.int64),  # 0 the depot, p + 1 patient p
        ("start", np.float64),  # of a depot node: 0
        ("opens", np.float64),
        ("closes", np.float64),
        ("duration", np.float64),  # of a depot node: 0
    ],
    align=True,
)
"""A task or a depot: its links, and beside them what a new start needs: one access loads it all."""
PATIENT = np.dtype(
    [
        ("key", np.float64),
        ("least_gap", np.float64),  # start of task 0 to start of task 1
        ("most_gap", np.float64),
        ("paired", np.int64),
        ("queued", np.int64),
    ],
    align=True,
)
CHANGE = np.dtype([("kind", np.int64), ("index", np.int32), ("old", np.float64)], align=True)
SUCC, PRED, CARER, KEY, START = 0, 1, 2, 3, 4
"""Kinds of logged changes."""
LOGGED, QUEUED = 0, 1
DISTANCE, TARDINESS, GREATEST, BEST = 0, 1, 2, 3
NEAR_NODES = 16
"""How many of the neighbours count as near."""
LEAST_KEY_STEP = 1e-6
"""Between two keys closer than this nothing is put any more; :func:`refresh` spreads them."""


class Problem(NamedTuple):
    """What does not change. Times and distances in minutes; a row of ``near`` lists tasks, nearest first."""

    patients: int
    carers: int
    travel: Floats  # [place, place]; place 0 is the depot
    able: Flags  # [carer, node]
    tasks: Ints  # the nodes that are tasks (a patient with one task has no second node)
    near: Ints  # [node, rank]
    near_count: Ints  # [node]


class State(NamedTuple):
    """What the search changes; see the module's text."""

    nodes: Records  # NODE: tasks, then depots
    patients: Records  # PATIENT
    log: Records  # CHANGE: what the move at hand has changed
    queue: Ints  # patients whose starts must be computed anew
    lengths: Ints  # length of the log and of the queue
    rank: Ints  # patients in key order, as of the last refresh
    totals: Floats  # distance, tardiness, greatest tardiness, best cost (their sum) so far
    best_succ: Ints  # [node and depot]
    best_start: Floats  # [node and depot]
    random: NDArray[np.uint64]  # one word, never 0
    thresholds: Floats  # -ln u at evenly spread u: a draw costs a look-up


@njit(cache=True, nogil=True, forceinline=True)
def below(state: State, limit: int) -> int:
    """A random whole number from 0 to ``limit`` - 1 (xorshift, doi 10.18637/jss.v008.i14)."""
    x = state.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state.random[0] = x
    return int(((x >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32))


@njit(cache=True, nogil=True, forceinline=True)
def leg(problem: Problem, state: State, a: int, b: int) -> float:
    return problem.travel[state.nodes[a].place, state.nodes[b].place]


@njit(cache=True, nogil=True, forceinline=True)
def log(state: State, kind: int, index: int, old: float) -> None:
    n = state.lengths[LOGGED]
    entry = state.log[n]
    entry.kind, entry.index, entry.old = kind, index, old
    state.lengths[LOGGED] = n + 1


@njit(cache=True, nogil=True, forceinline=True)
def join(state: State, a: int, b: int) -> None:
    """Let b follow a."""
    log(state, SUCC, a, state.nodes[a].succ)
    log(state, PRED, b, state.nodes[b].pred)
    state.nodes[a].succ = b
    state.nodes[b].pred = a


@njit(cache=True, nogil=True, forceinline=True)
def give(state: State, node: int, carer: int) -> None:
    """Let the carer do the node."""
    log(state, CARER, node, state.nodes[node].carer)
    state.nodes[node].carer = carer


@njit(cache=True, nogil=True, forceinline=True)
def dirty(problem: Problem, state: State, node: int) -> None:
    """Queue the node's patient for new starts, unless it is a depot or queued already."""
    if node < 2 * problem.patients:
        p = node >> 1
        if not state.patients[p].queued:
            state.patients[p].queued = 1
            state.queue[state.lengths[QUEUED]] = p
            state.lengths[QUEUED] += 1


@njit(cache=True, nogil=True, forceinline=True)
def undo(state: State) -> None:
    """Take back everything logged since the last move was accepted."""
    for i in range(state.lengths[LOGGED] - 1, -1, -1):
        entry = state.log[i]
        kind, index = entry.kind, entry.index
        if kind == SUCC:
            state.nodes[index].succ = np.int64(entry.old)
        elif kind == PRED:
            state.nodes[index].pred = np.int64(entry.old)
        elif kind == CARER:
            state.nodes[index].carer = np.int64(entry.old)
        elif kind == KEY:
            state.patients[index].key = entry.old
        else:
            state.nodes[index].start = entry.old
    for i in range(state.lengths[QUEUED]):
        state.patients[state.queue[i]].queued = 0
    state.lengths[:] = 0


@njit(cache=True, nogil=True, forceinline=True)
def arrival(problem: Problem, state: State, node: int) -> float:
    """When the node could start for its own carer and window alone."""
    a = state.nodes[node].pred
    there = state.nodes[a].start + state.nodes[a].duration + leg(problem, state, a, node)
    return max(there, state.nodes[node].opens)


@njit(cache=True, nogil=True, forceinline=True)
def pair_starts(problem: Problem, state: State, p: int) -> tuple[float, float]:
    """Earliest starts of both tasks with the gap between them."""
    first = arrival(problem, state, 2 * p)
    second = max(arrival(problem, state, 2 * p + 1), first + state.patients[p].least_gap)
    return max(first, second - state.patients[p].most_gap), second


@njit(cache=True, nogil=True, forceinline=True)
def key_range(problem: Problem, state: State, node: int) -> tuple[float, float]:
    """Between which keys the node stands in its route."""
    depots = 2 * problem.patients
    a, b = state.nodes[node].pred, state.nodes[node].succ
    low = state.patients[a >> 1].key if a < depots else -np.inf
    high = state.patients[b >> 1].key if b < depots else np.inf
    return low, high


@njit(cache=True, nogil=True, forceinline=True)
def inside(low: float, high: float, wish: float) -> float:
    """The wish when it lies between the bounds, else a key that does."""
    if low + LEAST_KEY_STEP < wish < high - LEAST_KEY_STEP:
        return wish
    if low == -np.inf:
        return high - 1.0
    if high == np.inf:
        return low + 1.0
    return 0.5 * (low + high)


@njit(cache=True, nogil=True, forceinline=True)
def set_key(state: State, p: int, key: float) -> None:
    log(state, KEY, p, state.patients[p].key)
    state.patients[p].key = key


@njit(cache=True, nogil=True, forceinline=True)
def settle(problem: Problem, state: State, node: int) -> bool:
    """Find the patient of a newly linked node a key that suits its route(s); False when there is none."""
    p = node >> 1
    low, high = key_range(problem, state, node)
    if state.patients[p].paired:
        other_low, other_high = key_range(problem, state, node ^ 1)
        low, high = max(low, other_low), min(high, other_high)
        if not high - low > 4 * LEAST_KEY_STEP:
            return False
        first, second = pair_starts(problem, state, p)
        wish = 0.5 * (first + second)
    else:
        if not high - low > 4 * LEAST_KEY_STEP:
            return False
        wish = arrival(problem, state, node)
    set_key(state, p, inside(low, high, wish))
    return True


@njit(cache=True, nogil=True, forceinline=True)
def set_start(problem: Problem, state: State, node: int, start: float) -> tuple[float, float, float]:
    """Set a start. Returns (change of tardiness, tardiness before, tardiness now)."""
    log(state, START, node, state.nodes[node].start)
    before = max(0.0, state.nodes[node].start - state.nodes[node].closes)
    now = max(0.0, start - state.nodes[node].closes)
    state.nodes[node].start = start
    return now - before, before, now


@njit(cache=True, nogil=True, forceinline=True)
def spread(problem: Problem, state: State, room: float) -> tuple[bool, float, float, float]:
    """Compute the starts that follow from the queued patients.

    Patients are taken by key; behind each the single tasks of the route at once, up to the next pair, which
    is queued. Whoever has the least key is final, so no start is computed twice. ``room`` is how much
    tardiness may grow at most; more ends the sweep. Returns (within room, change of total tardiness, greatest
    new tardiness, greatest of the replaced ones).
    """
    depots = 2 * problem.patients
    change, worse, peak, lost = 0.0, 0.0, 0.0, 0.0
    while state.lengths[QUEUED] > 0:
        best = 0
        for i in range(1, state.lengths[QUEUED]):
            if state.patients[state.queue[i]].key < state.patients[state.queue[best]].key:
                best = i
        p = state.queue[best]
        state.lengths[QUEUED] -= 1
        state.queue[best] = state.queue[state.lengths[QUEUED]]
        state.patients[p].queued = 0
        tasks = 2 if state.patients[p].paired else 1
        first, second = 0.0, 0.0
        if tasks == 2:
            first, second = pair_starts(problem, state, p)
        else:
            first = arrival(problem, state, 2 * p)
        for i in range(tasks):
            node = 2 * p + i
            start = first if i == 0 else second
            while start != state.nodes[node].start:
                delta, before, now = set_start(problem, state, node, start)
                change += delta
                worse += max(0.0, delta)
                peak = max(peak, now)
                lost = max(lost, before)
                node = state.nodes[node].succ
                if node >= depots:
                    break
                if state.patients[node >> 1].paired:
                    dirty(problem, state, node)
                    break
                start = arrival(problem, state, node)
        if worse > room or state.lengths[LOGGED] + 2 * problem.patients > state.log.size:
            return False, change, peak, lost
    return True, change, peak, lost


@njit(cache=True, nogil=True)
def greatest_tardiness(problem: Problem, state: State) -> float:
    """Greatest tardiness of all tasks."""
    most = 0.0
    for node in problem.tasks:
        most = max(most, state.nodes[node].start - state.nodes[node].closes)
    return most


@njit(cache=True, nogil=True)
def refresh(problem: Problem, state: State) -> None:
    """Compute starts and totals from routes and the order of keys alone; renew the keys from the starts."""
    depots = 2 * problem.patients
    rank = state.rank
    for i in range(1, rank.size):  # insertion sort: the order is nearly the last one
        p = rank[i]
        j = i - 1
        while j >= 0 and state.patients[rank[j]].key > state.patients[p].key:
            rank[j + 1] = rank[j]
            j -= 1
        rank[j + 1] = p
    distance, tardiness = 0.0, 0.0
    for p in rank:
        first, second = 0.0, 0.0
        if state.patients[p].paired:
            first, second = pair_starts(problem, state, p)
            state.nodes[2 * p + 1].start = second
        else:
            first = second = arrival(problem, state, 2 * p)
        state.nodes[2 * p].start = first
        key = 0.5 * (first + second)
        for i in range(2 if state.patients[p].paired else 1):
            node = 2 * p + i
            a = state.nodes[node].pred
            if a < depots:
                key = max(key, state.patients[a >> 1].key + 0.001)
            tardiness += max(0.0, state.nodes[node].start - state.nodes[node].closes)
            distance += leg(problem, state, a, node)
        state.patients[p].key = key
    for depot in range(depots, depots + problem.carers):
        distance += leg(problem, state, state.nodes[depot].pred, depot)
    state.totals[DISTANCE], state.totals[TARDINESS] = distance, tardiness
    state.totals[GREATEST] = greatest_tardiness(problem, state)
