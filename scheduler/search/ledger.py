"""Every change the search makes goes through here, so that each can be counted at once and undone.

A move is: :func:`begin`; any number of :func:`take`, :func:`put`, :func:`set_pref`, :func:`set_dur`,
:func:`set_screen`; then :mod:`walk` finds the times; then keep it or :func:`undo`.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from scheduler.search import hot, inlined, inner
from scheduler.search.access import (
    add_seen,
    add_seen14,
    group_at,
    leg_min,
    link_at,
    op_at,
    part,
    saved_at,
    saved_seq,
    seq_at,
    set_group,
    set_op,
    set_saved,
    set_saved_seq,
    set_seq,
    set_stack,
    set_touched,
    stack_at,
    touched_at,
)
from scheduler.search.prices import package_cost, refresh_item
from scheduler.search.world import (
    C_AVERAGE,
    C_CARERS,
    C_PACKAGES,
    COSTS,
    FIRST,
    JOINS,
    LEAVES,
    N_DETOUR,
    N_DIRTY,
    N_GROUPS,
    N_MAY_DELAY,
    N_MOVE,
    N_OPS,
    N_SAVED,
    N_TOUCHED,
    N_UNPLACED,
    N_UNTRAINED_MIN,
    N_VISIT_MIN,
    NONE,
    NOWHERE,
    OP_DUR,
    OP_PREF,
    OP_PUT,
    OP_SCREEN,
    OP_TAKE,
    OPS_MAX,
    S_FIRST14,
    TOUCHED_MAX,
    VISIT,
    W_AVERAGE,
    W_CARER,
    W_CARER14,
)


@hot
def begin(w):
    """Start a move: forget the last one's log."""
    w.ctl[N_MOVE] += 1
    w.ctl[N_OPS] = 0
    w.ctl[N_TOUCHED] = 0
    w.ctl[N_GROUPS] = 0
    w.ctl[N_SAVED] = 0
    w.ctl[N_DIRTY] = 0
    w.ctl[N_DETOUR] = 0
    w.ctl[N_MAY_DELAY] = 0
    for index in range(COSTS):
        w.nums[COSTS + index] = w.nums[index]


@hot
def log_room(w):
    """Whether the undo log still has room for one more change of any kind."""
    return w.ctl[N_OPS] < OPS_MAX - 8 and w.ctl[N_TOUCHED] < TOUCHED_MAX - 256


@inlined
def _log(w, kind, what, old):
    at = w.ctl[N_OPS]
    set_op(w, at, 0, kind)
    set_op(w, at, 1, what)
    set_op(w, at, 2, old)
    w.ctl[N_OPS] = at + 1


@hot
def touch(w, i):
    """Remember an item's start before this move, once, and that its group's regularity may change."""
    item = w.items[i]
    if item.stamp == w.ctl[N_MOVE]:
        return
    item.stamp = w.ctl[N_MOVE]
    at = w.ctl[N_TOUCHED]
    set_touched(w, at, 0, i)
    set_touched(w, at, 1, item.start)
    w.ctl[N_TOUCHED] = at + 1
    group = item.group
    if group != NONE and w.groups[group].stamp != w.ctl[N_MOVE]:
        w.groups[group].stamp = w.ctl[N_MOVE]
        at = w.ctl[N_GROUPS]
        set_group(w, at, group)
        w.groups[group].old = w.groups[group].cost
        w.ctl[N_GROUPS] = at + 1


@hot
def save_route(w, r):
    """Remember a route before this move, once."""
    route = w.routes[r]
    if route.stamp == w.ctl[N_MOVE]:
        return
    route.stamp = w.ctl[N_MOVE]
    at = w.ctl[N_SAVED]
    set_saved(w, at, r)
    route.old_count = route.count
    route.old_active = route.active
    route.old_travel = route.travel
    route.old_waiting = route.waiting
    route.old_timing = route.timing
    for position in range(route.count):
        t = seq_at(w, r, position)
        set_saved_seq(w, at, position, 0, t)
        set_saved_seq(w, at, position, 1, w.tasks[t].arrival)
    w.ctl[N_SAVED] = at + 1


@hot
def mark_dirty(w, r):
    """Have a route walked again before the move is judged."""
    if w.routes[r].dirty == 0:
        w.routes[r].dirty = 1
        set_stack(w, w.ctl[N_DIRTY], r)
        w.ctl[N_DIRTY] += 1


@inner
def _package_change(w, cw, planned, unplanned, above_min, below_max):
    week = w.weeks[cw]
    week.planned += planned
    week.unplanned += unplanned
    week.above_min += above_min
    week.below_max += below_max
    cost = package_cost(w, cw)
    w.nums[C_PACKAGES] += cost - week.cost
    week.cost = cost
    if week.average != NONE:
        average = w.averages[week.average]
        before = abs(average.total / average.count - average.target)
        average.total += planned
        after = abs(average.total / average.count - average.target)
        w.nums[C_AVERAGE] += w.nums[W_AVERAGE] * (after - before)


@inner
def _completed(w, i, sign):
    """An item has got its last carer (sign 1) or lost its first (sign −1)."""
    item = w.items[i]
    w.ctl[N_UNPLACED] -= sign
    if item.mult > 0:
        above = sign if item.dur > item.dmin else 0
        below = sign if item.dur < item.dmax else 0
        _package_change(w, item.cw, sign * item.mult * item.dur, -sign * item.mult * item.dwish, above, below)
    for index in range(item.part0, item.part1):
        _package_change(w, part(w, index), sign * item.each, -sign * item.each, FIRST, FIRST)


@inner
def _counted(w, i, r, sign):
    """A carer joins (sign 1) or leaves (sign −1) an item."""
    item = w.items[i]
    route = w.routes[r]
    k = route.carer
    w.carers[k].load += sign * item.dur
    if item.kind == VISIT:
        w.ctl[N_VISIT_MIN] += sign * item.dur
        if route.untrained == 1:
            w.ctl[N_UNTRAINED_MIN] += sign * item.dur
        if item.screen == 0:
            seen = add_seen(w, item.cw, k, sign)
            if (sign == 1 and seen == 1) or (sign == -1 and seen == 0):
                week = w.weeks[item.cw]
                week.distinct += sign
                w.nums[C_CARERS] += sign * w.nums[W_CARER] * week.weight
            if item.day >= w.ctl[S_FIRST14]:
                seen = add_seen14(w, item.citizen, k, sign)
                if (sign == 1 and seen == 1) or (sign == -1 and seen == 0):
                    w.nums[C_CARERS] += sign * w.nums[W_CARER14] * w.weeks[item.cw].weight


@hot
def position_of(w, t):
    """Where a task stands in its route."""
    r = w.tasks[t].route
    for position in range(w.routes[r].count):
        if seq_at(w, r, position) == t:
            return position
    return NONE


@hot
def place_of(w, i):
    """Where an item takes place now; NOWHERE for a break or a visit by screen."""
    item = w.items[i]
    return NOWHERE if item.screen == 1 else item.place


@hot
def _place_before(w, r, position):
    while position > 0:
        position -= 1
        place = place_of(w, w.tasks[seq_at(w, r, position)].item)
        if place != NOWHERE:
            return place
    return w.routes[r].origin


@hot
def place_after(w, r, position):
    """The first place at or after a position of a route: its origin when there is none."""
    while position < w.routes[r].count:
        place = place_of(w, w.tasks[seq_at(w, r, position)].item)
        if place != NOWHERE:
            return place
        position += 1
    return w.routes[r].origin


@inner
def _detour(w, i, r, position, after):
    """Extra travel of an item between position − 1 and ``after``."""
    place = place_of(w, i)
    if place == NOWHERE:
        return 0
    m = w.routes[r].matrix
    a = _place_before(w, r, position)
    b = place_after(w, r, after)
    return leg_min(w, m, a, place) + leg_min(w, m, place, b) - leg_min(w, m, a, b)


@inner
def take(w, t):
    """Take a task out of its route."""
    r = w.tasks[t].route
    i = w.tasks[t].item
    item = w.items[i]
    save_route(w, r)
    touch(w, i)
    position = position_of(w, t)
    w.ctl[N_DETOUR] -= _detour(w, i, r, position, position + 1)
    route = w.routes[r]
    for p in range(position, route.count - 1):
        set_seq(w, r, p, seq_at(w, r, p + 1))
    route.count -= 1
    if item.kind <= 1:
        route.active -= 1
        if item.placed == item.slots:
            _completed(w, i, LEAVES)
        item.placed -= 1
        _counted(w, i, r, LEAVES)
    w.tasks[t].route = NONE
    mark_dirty(w, r)
    _mark_neighbours(w, i)
    _log(w, OP_TAKE, t, r)


@inner
def put(w, t, r, position):
    """Put a task into a route before the task that stands at ``position``."""
    i = w.tasks[t].item
    item = w.items[i]
    route = w.routes[r]
    save_route(w, r)
    touch(w, i)
    w.ctl[N_DETOUR] += _detour(w, i, r, position, position)
    for p in range(route.count, position, -1):
        set_seq(w, r, p, seq_at(w, r, p - 1))
    set_seq(w, r, position, t)
    route.count += 1
    w.tasks[t].route = r
    w.tasks[t].arrival = 0
    if item.placed == 0:
        item.day = route.day
    if item.kind <= 1:
        route.active += 1
        item.placed += 1
        _counted(w, i, r, JOINS)
        if item.placed == item.slots:
            _completed(w, i, JOINS)
    mark_dirty(w, r)
    _mark_neighbours(w, i)
    _log(w, OP_PUT, t, NONE)


@inner
def _mark_neighbours(w, i):
    """Routes whose times hang on an item: those of its other tasks and of the visits linked to it."""
    item = w.items[i]
    for t in range(item.task0, item.task0 + item.slots):
        if w.tasks[t].route != NONE:
            mark_dirty(w, w.tasks[t].route)
    for index in range(item.link0, item.link1):
        if link_at(w, index, 1) == 1:
            other = w.items[link_at(w, index, 0)]
            for t in range(other.task0, other.task0 + other.slots):
                if w.tasks[t].route != NONE:
                    mark_dirty(w, w.tasks[t].route)


@inner
def mark_item(w, i):
    """Have every route that an item's start may change walked again."""
    _mark_neighbours(w, i)


@inner
def set_pref(w, i, clock):
    """Change the clock time before which an item does not start."""
    _log(w, OP_PREF, i, w.items[i].pref)
    touch(w, i)
    w.items[i].pref = clock
    _mark_neighbours(w, i)


@inner
def set_dur(w, i, minutes):
    """Change how long a visit lasts."""
    _log(w, OP_DUR, i, w.items[i].dur)
    touch(w, i)
    _change_dur(w, i, minutes)
    _mark_neighbours(w, i)


@inner
def _change_dur(w, i, minutes):
    item = w.items[i]
    old = item.dur
    item.dur = minutes
    for t in range(item.task0, item.task0 + item.slots):
        r = w.tasks[t].route
        if r != NONE:
            save_route(w, r)
            w.carers[w.routes[r].carer].load += minutes - old
            if item.kind == VISIT:
                w.ctl[N_VISIT_MIN] += minutes - old
                if w.routes[r].untrained == 1:
                    w.ctl[N_UNTRAINED_MIN] += minutes - old
    if item.placed == item.slots and item.mult > 0:
        above = (1 if minutes > item.dmin else 0) - (1 if old > item.dmin else 0)
        below = (1 if minutes < item.dmax else 0) - (1 if old < item.dmax else 0)
        _package_change(w, item.cw, item.mult * (minutes - old), FIRST, above, below)


@inner
def set_screen(w, i, screen):
    """Do an unplaced visit by screen (1) or at home (0)."""
    _log(w, OP_SCREEN, i, w.items[i].screen)
    touch(w, i)
    w.items[i].screen = screen


@inner
def undo(w):
    """Put everything back as it was at :func:`begin`."""
    for at in range(w.ctl[N_OPS] - 1, -1, -1):
        kind, what, old = op_at(w, at, 0), op_at(w, at, 1), op_at(w, at, 2)
        if kind in (OP_TAKE, OP_PUT):
            i = w.tasks[what].item
            item = w.items[i]
            if kind == OP_TAKE:
                w.tasks[what].route = old
                if item.placed == 0:
                    item.day = w.routes[old].day
                if item.kind <= 1:
                    item.placed += 1
                    _counted(w, i, old, JOINS)
                    if item.placed == item.slots:
                        _completed(w, i, JOINS)
            else:
                if item.kind <= 1:
                    if item.placed == item.slots:
                        _completed(w, i, LEAVES)
                    item.placed -= 1
                    _counted(w, i, w.tasks[what].route, LEAVES)
                w.tasks[what].route = NONE
        elif kind == OP_PREF:
            w.items[what].pref = old
        elif kind == OP_DUR:
            _change_dur(w, what, old)
        else:
            w.items[what].screen = old
    for at in range(w.ctl[N_TOUCHED]):
        w.items[touched_at(w, at, 0)].start = touched_at(w, at, 1)
    for at in range(w.ctl[N_SAVED]):
        r = saved_at(w, at)
        route = w.routes[r]
        w.carers[route.carer].load += route.old_travel - route.travel
        route.count = route.old_count
        route.active = route.old_active
        route.travel = route.old_travel
        route.waiting = route.old_waiting
        route.timing = route.old_timing
        for position in range(w.routes[r].count):
            t = saved_seq(w, at, position, 0)
            set_seq(w, r, position, t)
            w.tasks[t].arrival = saved_seq(w, at, position, 1)
    for at in range(w.ctl[N_GROUPS]):
        w.groups[group_at(w, at)].cost = w.groups[group_at(w, at)].old
    for at in range(w.ctl[N_DIRTY]):
        w.routes[stack_at(w, at)].dirty = 0
    for index in range(COSTS):
        w.nums[index] = w.nums[COSTS + index]
    for at in range(w.ctl[N_TOUCHED]):
        refresh_item(w, touched_at(w, at, 0))
