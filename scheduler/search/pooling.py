"""Two shifts of a day pooled: one visit goes over, and what both do is shared out anew in the order of the clock.

Starts are kept while sharing out, so what each visit costs depends only on who comes before it on either side. The
cheapest sharing out is found exactly: after the first k visits all that matters is which shift has the k-th and which
visit came last in the other (as in the tour of R. Bellman with two travellers). The walk then finds the true times.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from scheduler.search import inner
from scheduler.search.access import candidate, leg_min, scratch_at, seen_at, seq_at, set_scratch, ways_in
from scheduler.search.ledger import put, take
from scheduler.search.placing import below, carer_price, may_take, pick_route
from scheduler.search.prices import EARLY_MARGIN, total
from scheduler.search.sequence import place_of
from scheduler.search.world import (
    BREAK,
    FIRST,
    LIMIT,
    NONE,
    NOWHERE,
    POOL,
    POOL_MAX,
    VISIT,
    W_CARER,
    W_CARER14,
    W_CONTACT,
    W_TRAVEL,
    W_WAITING,
)

#: Prices are counted in hundredths of a minute, in whole numbers.
UNIT = 100
FAR = 1 << 29
# Lists in scratch, POOL_MAX long each.
TASK, ALLOWED, WHERE, SPOT, BACK, KEPT, NEXT = POOL, 1 * POOL_MAX + POOL, 2 * POOL_MAX + POOL, 3 * POOL_MAX + POOL, 4 * POOL_MAX + POOL, 6 * POOL_MAX + POOL, 8 * POOL_MAX + POOL


@inner
def pool(w, t):
    """Have a visit done by another shift of the day, and share out anew what the two shifts do."""
    i = w.tasks[t].item
    item = w.items[i]
    if item.cand1 == item.cand0 or item.slots > 1:
        return False
    r1, r2 = w.tasks[t].route, pick_route(w, i, below(w, 2) == 0)
    if r1 == r2 or w.routes[r2].day != w.routes[r1].day or not may_take(w, i, r2):
        return False
    n = _merge(w, r1, r2, t)
    if n == 0:
        return False
    before = _cost_as_it_is(w, n, r1, r2)
    after = _share_out(w, n, r1, r2)
    if after >= FAR or total(w) + (after - before) / UNIT > w.nums[LIMIT] + 15.0:
        return False
    return _apply(w, n, r1, r2)


@inner
def _merge(w, r1, r2, forced):
    """List both routes' tasks by start, with who may have each; returns how many, 0 when they are too many."""
    n1, n2 = w.routes[r1].count, w.routes[r2].count
    if n1 + n2 > POOL_MAX - 2:
        return 0
    p1, p2, n = 0, 0, 1
    here1, here2 = w.routes[r1].origin, w.routes[r2].origin
    while p1 < n1 or p2 < n2:
        first = p2 == n2
        if p1 < n1 and p2 < n2:
            a = w.items[w.tasks[seq_at(w, r1, p1)].item].start
            b = w.items[w.tasks[seq_at(w, r2, p2)].item].start
            first = a <= b
        if first:
            t = seq_at(w, r1, p1)
            p1 += 1
        else:
            t = seq_at(w, r2, p2)
            p2 += 1
        i = w.tasks[t].item
        place = place_of(w, i)
        if first:
            here1 = here1 if place == NOWHERE else place
            place = here1
        else:
            here2 = here2 if place == NOWHERE else place
            place = here2
        own = 1 if first else 2
        other = r2 if first else r1
        allowed = own
        item = w.items[i]
        if t == forced:
            allowed = 2
        elif item.fixed == 0 and item.slots == 1 and item.kind != BREAK and ways_in(w, i, other) != 0 and may_take(w, i, other):
            allowed = 3
        set_scratch(w, TASK + n, t)
        set_scratch(w, ALLOWED + n, allowed)
        set_scratch(w, WHERE + n, own)
        set_scratch(w, SPOT + n, place)
        n += 1
    return n - 1


@inner
def _arc(w, r, u, v):
    """Price of going from the u-th to the v-th of the list in a route (u 0: from its beginning), v's carer included."""
    route = w.routes[r]
    t = scratch_at(w, TASK + v)
    task = w.tasks[t]
    item = w.items[task.item]
    place = scratch_at(w, SPOT + v)
    if u == 0:
        leg = leg_min(w, route.matrix, route.origin, place)
        free = route.start + leg
        waiting = 0
    else:
        before = w.items[w.tasks[scratch_at(w, TASK + u)].item]
        leg = leg_min(w, route.matrix, scratch_at(w, SPOT + u), place)
        free = before.start + before.dur + leg
        waiting = max(0, item.start - free)
    late = free - item.start
    if late > 0 and late > task.late - item.start:
        return FAR
    price = w.nums[W_TRAVEL] * leg + w.nums[W_WAITING] * waiting + 0.3 * max(0, late)
    return int(UNIT * price)


@inner
def _face(w, r, v):
    """Price of the v-th of the list having a route's carer instead of its own."""
    task = w.tasks[scratch_at(w, TASK + v)]
    if task.route == r:
        return 0
    item = w.items[task.item]
    price = carer_price(w, task.item, r)
    if item.kind == VISIT and item.screen == 0:
        week, carer = w.weeks[item.cw], w.routes[task.route].carer
        if seen_at(w, item.cw, carer) == 1:
            price -= (w.nums[W_CARER] + w.nums[W_CARER14]) * week.weight
        if week.contact != NONE and week.contact != carer:
            price -= w.nums[W_CONTACT]
    return int(UNIT * price)


@inner
def _home(w, r, u):
    """Price of going home from the u-th of the list."""
    route = w.routes[r]
    if u == 0:
        return 0
    before = w.items[w.tasks[scratch_at(w, TASK + u)].item]
    leg = leg_min(w, route.matrix, scratch_at(w, SPOT + u), route.origin)
    over = before.start + before.dur + leg - route.end
    return int(UNIT * (w.nums[W_TRAVEL] * leg + 3.0 * max(0, over)))


@inner
def _cost_as_it_is(w, n, r1, r2):
    last1, last2, cost = 0, 0, 0
    for v in range(1, n + 1):
        if scratch_at(w, WHERE + v) == 1:
            arc = _arc(w, r1, last1, v)
            last1 = v
        else:
            arc = _arc(w, r2, last2, v)
            last2 = v
        cost += arc if arc < FAR else 100 * UNIT
    return cost + _home(w, r1, last1) + _home(w, r2, last2)


@inner
def _share_out(w, n, r1, r2):
    """Find the cheapest sharing out and write it into WHERE; returns its price, FAR or more when there is none."""
    for j in range(n + 1):
        for side in range(2):
            set_scratch(w, KEPT + side * POOL_MAX + j, FAR)
    if scratch_at(w, ALLOWED + 1) & 1:
        set_scratch(w, KEPT + 0, min(FAR, _arc(w, r1, 0, 1) + _face(w, r1, 1)))
    if scratch_at(w, ALLOWED + 1) & 2:
        set_scratch(w, KEPT + POOL_MAX, min(FAR, _arc(w, r2, 0, 1) + _face(w, r2, 1)))
    for k in range(1, n):
        v = k + 1
        allowed = scratch_at(w, ALLOWED + v)
        for side in range(2):
            # To the other side: who came last there may be anyone before the k-th.
            into, route = 1 - side, (r2 if side == 0 else r1)
            best, at = FAR, 0
            if allowed & (1 << into):
                for j in range(k):
                    now = scratch_at(w, KEPT + side * POOL_MAX + j)
                    if now < best:
                        price = now + _arc(w, route, j, v)
                        if price < best:
                            best, at = price, j
            set_scratch(w, NEXT + into, best if best >= FAR else best + _face(w, route, v))
            set_scratch(w, BACK + into * POOL_MAX + v, at)
        for side in range(2):
            route = r1 if side == 0 else r2
            arc = _arc(w, route, k, v) if allowed & (1 << side) else FAR
            arc = arc if arc >= FAR else arc + _face(w, route, v)
            for j in range(k):
                now = scratch_at(w, KEPT + side * POOL_MAX + j)
                set_scratch(w, KEPT + side * POOL_MAX + j, FAR if arc >= FAR or now >= FAR else now + arc)
            set_scratch(w, KEPT + side * POOL_MAX + k, scratch_at(w, NEXT + side))
    best, side_best, j_best = FAR, 0, 0
    for side in range(2):
        own, other = (r1, r2) if side == 0 else (r2, r1)
        end = _home(w, own, n)
        for j in range(n):
            now = scratch_at(w, KEPT + side * POOL_MAX + j)
            if now < FAR and now + end + _home(w, other, j) < best:
                best, side_best, j_best = now + end + _home(w, other, j), side, j
    if best >= FAR:
        return best
    k, side, j = n, side_best, j_best
    while k > 0:
        for v in range(j + 1, k + 1):
            set_scratch(w, WHERE + v, 1 + side)
        if j == 0:
            break
        before = scratch_at(w, BACK + side * POOL_MAX + j + 1)
        k, side, j = j, 1 - side, before
    return best


@inner
def _apply(w, n, r1, r2):
    changed = 0
    for v in range(1, n + 1):
        t = scratch_at(w, TASK + v)
        if w.tasks[t].route != (r1 if scratch_at(w, WHERE + v) == 1 else r2):
            take(w, t)
            changed += 1
    for v in range(1, n + 1):
        t = scratch_at(w, TASK + v)
        if w.tasks[t].route != NONE:
            continue
        i, r = w.tasks[t].item, (r1 if scratch_at(w, WHERE + v) == 1 else r2)
        if not may_take(w, i, r):
            return False
        position = w.routes[r].count
        while position > 0 and w.items[w.tasks[seq_at(w, r, position - 1)].item].start > w.items[i].start:
            position -= 1
        put(w, t, r, position)
    return changed > 0
