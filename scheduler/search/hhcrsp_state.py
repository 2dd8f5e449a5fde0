"""The state of the home health care benchmark's search: routes, one global order, and the starts that follow.

State
-----
A *node* is one task: task ``i`` of patient ``p`` is node ``2p + i``, so the other task of a pair is ``node ^
1``. Carer ``k`` has a depot node ``2 * patients + k`` which closes its route to a ring: ``succ[depot]`` is
the first task, ``pred[depot]`` the last. Routes are these rings, as linked lists.

``key`` is the patient's place in ONE order over all patients (both tasks of a pair have the same); it rises
strictly along every route. So the routes and the pairs between them can never wait for each other in a
circle, and starts are found by one sweep in key order: a single task starts when the carer is there and the
window is open; of a pair the first start is held back as far as the greatest gap asks (a start may always
wait), which makes every decoded state valid, tardiness apart. For given routes this sweep gives the earliest
starts, which are the best ones. Keys are numbers close to the start times, so that a task put between two
others finds a free key without renumbering; :func:`refresh` renews them.

``gain`` is the most that tardiness can fall when a task's carer arrives earlier: its own tardiness and that
of what would start earlier with it. It is 0 wherever somebody waits, which is nearly everywhere; so most
moves can be given up for their distance alone, however late other tasks are. It is renewed now and then by
:func:`weigh`; a stale value can only cost a move.

A move changes links and keys, and then the starts that depend on them; all of it is logged and taken back
when the move is rejected. Earliest starts in a precedence order: Mankowska, Meisel, Bierwirth, doi
10.1007/s10729-013-9243-1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.search.annealing import bare_entry, bare_hot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Records = NDArray[np.void]

NODE = np.dtype(
    [
        ("succ", np.int32),
        ("pred", np.int32),
        ("carer", np.int32),
        ("place", np.int32),  # 0 the depot, p + 1 patient p
        ("paired", np.int64),  # its patient has two tasks
        ("key", np.float64),  # its patient's
        ("start", np.float64),  # of a depot node: 0
        ("opens", np.float64),
        ("closes", np.float64),
        ("duration", np.float64),  # of a depot node: 0
    ],
    align=True,
)
"""A task or a depot, all of it in 64 bytes: one access loads it."""
PATIENT = np.dtype(
    [
        ("least_gap", np.float64),  # start of task 0 to start of task 1
        ("most_gap", np.float64),
        ("queued", np.int64),
    ],
    align=True,
)
CHANGE = np.dtype([("kind", np.int32), ("index", np.int32), ("old", np.float64)], align=True)
SUCC, PRED, CARER, KEY, START, TOTAL = 0, 1, 2, 3, 4, 5
"""Kinds of logged changes."""
LOGGED, QUEUED, AGE, WEIGHED, CHANGED = 0, 1, 2, 3, 4
"""Places in ``counts``: length of the log and of the queue; proposals since :func:`refresh` and since :func:`weigh`;
whether a move was accepted since."""
DISTANCE, TARDINESS, GREATEST = 0, 1, 2
LEAST_KEY_STEP = 1e-6
"""Between two keys closer than this nothing is put any more; :func:`refresh` spreads them."""


class Problem(NamedTuple):
    """What does not change. Times and distances in minutes; rows of ``before`` and ``after`` list tasks that a
    task follows well, or that follow it well, best first."""

    patients: int
    carers: int
    travel: Floats  # [place, place]; place 0 is the depot
    able: Flags  # [carer, node]
    tasks: Ints  # the nodes that are tasks (a patient with one task has no second node)
    before: NDArray[np.int32]  # [node, rank]
    after: NDArray[np.int32]  # [node, rank]
    near_count: Ints  # [node]: how many stand in its rows
    lateness_price: float  # what a minute of tardiness counts in minutes of travel
    shares: Ints  # of 1,000 proposals, those of each kind, summed up; how many neighbours count as near


class State(NamedTuple):
    """What the search changes; see the module's text."""

    nodes: Records  # NODE: tasks, then depots
    patients: Records  # PATIENT
    gain: Floats  # [node and depot]
    log: Records  # CHANGE: what the move at hand has changed
    queue: Ints  # patients whose starts must be computed anew
    counts: Ints  # LOGGED ... CHANGED
    rank: Ints  # patients in key order, as of the last sorting
    totals: Floats  # distance, tardiness, greatest tardiness
    random: NDArray[np.uint64]  # one word, never 0
    thresholds: Floats  # -ln u at evenly spread u: a draw costs a look-up


class Search(NamedTuple):
    """An instance and where its search stands."""

    problem: Problem
    state: State


@bare_hot
def below(state: State, limit: int) -> int:
    """A random whole number from 0 to ``limit`` - 1 (xorshift, doi 10.18637/jss.v008.i14)."""
    x = state.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state.random[0] = x
    return int(((x >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32))


@bare_hot
def leg(problem: Problem, state: State, a: int, b: int) -> float:
    return problem.travel[state.nodes[a].place, state.nodes[b].place]


@bare_hot
def log(state: State, kind: int, index: int, old: float) -> None:
    n = state.counts[LOGGED]
    entry = state.log[n]
    entry.kind, entry.index, entry.old = kind, index, old
    state.counts[LOGGED] = n + 1


@bare_hot
def join(state: State, a: int, b: int) -> None:
    """Let b follow a."""
    log(state, SUCC, a, state.nodes[a].succ)
    log(state, PRED, b, state.nodes[b].pred)
    state.nodes[a].succ = b
    state.nodes[b].pred = a


@bare_hot
def give(state: State, node: int, carer: int) -> None:
    """Let the carer do the node."""
    log(state, CARER, node, state.nodes[node].carer)
    state.nodes[node].carer = carer


@bare_hot
def dirty(problem: Problem, state: State, node: int) -> None:
    """Queue the node's patient for new starts, unless it is a depot or queued already."""
    if node < 2 * problem.patients:
        p = node >> 1
        if not state.patients[p].queued:
            state.patients[p].queued = 1
            state.queue[state.counts[QUEUED]] = p
            state.counts[QUEUED] += 1


@bare_hot
def undo(state: State) -> None:
    """Take back everything logged since the last move was accepted."""
    for i in range(state.counts[LOGGED] - 1, -1, -1):
        entry = state.log[i]
        kind, index = entry.kind, entry.index
        if kind == START:
            state.nodes[index].start = entry.old
        elif kind == SUCC:
            state.nodes[index].succ = np.int32(entry.old)
        elif kind == PRED:
            state.nodes[index].pred = np.int32(entry.old)
        elif kind == CARER:
            state.nodes[index].carer = np.int32(entry.old)
        elif kind == KEY:
            state.nodes[index].key = entry.old
            state.nodes[index ^ 1].key = entry.old
        else:
            state.totals[index] = entry.old
    for i in range(state.counts[QUEUED]):
        state.patients[state.queue[i]].queued = 0
    state.counts[LOGGED] = state.counts[QUEUED] = 0


@bare_hot
def reach(problem: Problem, state: State, a: int, node: int) -> float:
    """When the node could start after node a, for its carer and window alone."""
    there = state.nodes[a].start + state.nodes[a].duration + leg(problem, state, a, node)
    return max(there, state.nodes[node].opens)


@bare_hot
def arrival(problem: Problem, state: State, node: int) -> float:
    """When the node could start for its own carer and window alone."""
    return reach(problem, state, state.nodes[node].pred, node)


@bare_hot
def tie(state: State, p: int, first: float, second: float) -> tuple[float, float]:
    """Starts of a pair whose tasks could start at these moments."""
    second = max(second, first + state.patients[p].least_gap)
    return max(first, second - state.patients[p].most_gap), second


@bare_hot
def middle(state: State, node: int, start: float, other_start: float) -> float:
    """The middle of a pair's starts when the node and its other one could start at these moments."""
    if node & 1:
        start, other_start = other_start, start
    first, second = tie(state, node >> 1, start, other_start)
    return 0.5 * (first + second)


@bare_hot
def tardy(problem: Problem, state: State, node: int, start: float) -> float:
    """Price of the node's tardiness when it starts then."""
    return problem.lateness_price * max(0.0, start - state.nodes[node].closes)


@bare_hot
def tardiness(problem: Problem, state: State, node: int) -> float:
    """Price of the node's tardiness."""
    return tardy(problem, state, node, state.nodes[node].start)


@bare_hot
def low_key(problem: Problem, state: State, node: int) -> float:
    """What a key must be above to follow the node."""
    return state.nodes[node].key if node < 2 * problem.patients else -np.inf


@bare_hot
def high_key(problem: Problem, state: State, node: int) -> float:
    """What a key must be below to precede the node."""
    return state.nodes[node].key if node < 2 * problem.patients else np.inf


@bare_hot
def fits(low: float, high: float) -> bool:
    """Whether there is room for a key."""
    return high - low > 4 * LEAST_KEY_STEP


@bare_hot
def inside(low: float, high: float, wish: float) -> float:
    """The wish when it lies between the bounds, else a key that does."""
    if low + LEAST_KEY_STEP < wish < high - LEAST_KEY_STEP:
        return wish
    if low == -np.inf:
        return high - 1.0
    if high == np.inf:
        return low + 1.0
    return 0.5 * (low + high)


@bare_hot
def set_key(state: State, node: int, key: float) -> None:
    """Give the node's patient a key."""
    log(state, KEY, node, state.nodes[node].key)
    state.nodes[node].key = key
    state.nodes[node ^ 1].key = key


@bare_hot
def settle(problem: Problem, state: State, node: int) -> bool:
    """Find the patient of a newly linked node a key that suits its route(s); False when there is none."""
    low = low_key(problem, state, state.nodes[node].pred)
    high = high_key(problem, state, state.nodes[node].succ)
    wish = arrival(problem, state, node)
    if state.nodes[node].paired:
        other = node ^ 1
        low = max(low, low_key(problem, state, state.nodes[other].pred))
        high = min(high, high_key(problem, state, state.nodes[other].succ))
        wish = middle(state, node, wish, arrival(problem, state, other))
    if not fits(low, high):
        return False
    set_key(state, node, inside(low, high, wish))
    return True


@bare_hot
def spread(problem: Problem, state: State, room: float) -> tuple[bool, float, float, float]:
    """Compute the starts that follow from the queued patients.

    Patients are taken by key; behind each the single tasks of the route at once, up to the next pair, which
    is queued. Whoever has the least key is final, so no start is computed twice. ``room`` is how much
    tardiness may grow at most before it falls elsewhere; more ends the sweep. Returns (within room, change of
    total tardiness, greatest new tardiness, greatest of the replaced ones).
    """
    depots = 2 * problem.patients
    change, worse, peak, lost = 0.0, 0.0, 0.0, 0.0
    while state.counts[QUEUED] > 0:
        best = 0
        for i in range(1, state.counts[QUEUED]):
            if state.nodes[2 * state.queue[i]].key < state.nodes[2 * state.queue[best]].key:
                best = i
        p = state.queue[best]
        state.counts[QUEUED] -= 1
        state.queue[best] = state.queue[state.counts[QUEUED]]
        state.patients[p].queued = 0
        node = 2 * p
        start, second = arrival(problem, state, node), 0.0
        last = node
        if state.nodes[node].paired:
            start, second = tie(state, p, start, arrival(problem, state, node + 1))
            last = node + 1
        while True:
            while start != state.nodes[node].start:
                before, now = tardiness(problem, state, node), tardy(problem, state, node, start)
                log(state, START, node, state.nodes[node].start)
                state.nodes[node].start = start
                change += now - before
                worse += max(0.0, now - before)
                peak = max(peak, now)
                lost = max(lost, before)
                node = state.nodes[node].succ
                if node >= depots:
                    break
                if state.nodes[node].paired:
                    dirty(problem, state, node)
                    break
                start = arrival(problem, state, node)
            if last == 2 * p:
                break
            node, start, last = last, second, 2 * p
        if worse > room or state.counts[LOGGED] + 2 * problem.patients > state.log.size:
            return False, change, peak, lost
    return True, change, peak, lost


@bare_hot
def greatest_tardiness(problem: Problem, state: State) -> float:
    """Price of the greatest tardiness of all tasks."""
    most = 0.0
    for node in problem.tasks:
        most = max(most, tardiness(problem, state, node))
    return most


@bare_hot
def sort(state: State) -> None:
    """Bring ``rank`` into the order of keys (insertion sort: the order is nearly the last one)."""
    rank = state.rank
    for i in range(1, rank.size):
        p = rank[i]
        key = state.nodes[2 * p].key
        j = i - 1
        while j >= 0 and state.nodes[2 * rank[j]].key > key:
            rank[j + 1] = rank[j]
            j -= 1
        rank[j + 1] = p


@bare_hot
def _follows(problem: Problem, state: State, node: int) -> float:
    """What tardiness can fall by when the node's carer arrives earlier and the node starts earlier for it."""
    return tardiness(problem, state, node) + state.gain[state.nodes[node].succ]


@bare_hot
def _gains(problem: Problem, state: State, node: int) -> float:
    """What tardiness can fall by when the node's carer arrives earlier; nothing unless its start hangs on that."""
    start = state.nodes[node].start
    alone = arrival(problem, state, node)
    if alone < start - LEAST_KEY_STEP or alone <= state.nodes[node].opens:
        return 0.0
    most = _follows(problem, state, node)
    if state.nodes[node].paired:
        other = node ^ 1
        if arrival(problem, state, other) < state.nodes[other].start - LEAST_KEY_STEP:
            most += _follows(problem, state, other)
    return most


@bare_hot
def weigh(problem: Problem, state: State) -> None:
    """Renew the gains, last patients first."""
    sort(state)
    for i in range(state.rank.size - 1, -1, -1):
        node = 2 * state.rank[i]
        state.gain[node] = _gains(problem, state, node)
        if state.nodes[node].paired:
            state.gain[node + 1] = _gains(problem, state, node + 1)
    state.counts[WEIGHED] = state.counts[CHANGED] = 0


@bare_entry
def refresh(problem: Problem, state: State) -> None:
    """Compute starts and totals from routes and the order of keys alone; renew the keys from the starts."""
    depots = 2 * problem.patients
    sort(state)
    distance, late = 0.0, 0.0
    for p in state.rank:
        node = 2 * p
        last = node + 1 if state.nodes[node].paired else node
        first, second = arrival(problem, state, node), 0.0
        key = first
        if last > node:
            first, second = tie(state, p, first, arrival(problem, state, last))
            state.nodes[last].start = second
            key = 0.5 * (first + second)
        state.nodes[node].start = first
        for u in range(node, last + 1):
            a = state.nodes[u].pred
            if a < depots:
                key = max(key, state.nodes[a].key + 0.001)
            late += tardiness(problem, state, u)
            distance += leg(problem, state, a, u)
        state.nodes[node].key = state.nodes[node + 1].key = key
    for depot in range(depots, depots + problem.carers):
        distance += leg(problem, state, state.nodes[depot].pred, depot)
    state.totals[DISTANCE], state.totals[TARDINESS] = distance, late
    state.totals[GREATEST] = greatest_tardiness(problem, state)
    state.counts[AGE] = 0
    weigh(problem, state)
