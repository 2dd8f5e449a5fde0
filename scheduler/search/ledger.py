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
    known_at,
    link_at,
    op_at,
    part,
    saved_at,
    set_group,
    set_op,
    set_touched,
    stack_at,
    touched_at,
)
from scheduler.search.prices import change_of_faces, count_changed, nth, package_cost
from scheduler.search.sequence import (
    close_up,
    detour,
    make_room,
    mark_dirty,
    position_of,
    restore_route,
    save_route,
    save_task,
)
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
    N_SAVED_TASKS,
    N_TOUCHED,
    N_UNPLACED,
    N_UNTRAINED_MIN,
    N_VISIT_MIN,
    NONE,
    OP_DUR,
    OP_PREF,
    OP_PUT,
    OP_SCREEN,
    OP_TAKE,
    OPS_MAX,
    S_FIRST14,
    S_LOYAL,
    SEQ_MAX,
    TOUCHED_MAX,
    UNMARKED,
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
    w.ctl[N_SAVED_TASKS] = 0
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
    item.old_cost = item.cost
    item.old_changed = item.changed
    w.ctl[N_TOUCHED] = at + 1
    group = item.group
    if group != NONE and w.groups[group].stamp != w.ctl[N_MOVE]:
        w.groups[group].stamp = w.ctl[N_MOVE]
        at = w.ctl[N_GROUPS]
        set_group(w, at, group)
        w.groups[group].old = w.groups[group].cost
        w.ctl[N_GROUPS] = at + 1


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
            week = w.weeks[item.cw]
            seen = add_seen(w, item.cw, k, sign)
            price = nth(w, seen if sign == 1 else seen + 1)
            if price != 0.0:
                w.nums[C_CARERS] += sign * w.nums[W_CARER] * week.weight * price
            if (sign == 1 and seen == 1) or (sign == -1 and seen == 0):
                week.distinct += sign
                if w.ctl[S_LOYAL] == 1 and known_at(w, item.citizen, k) == 0:
                    change_of_faces(w, item.cw, sign)
            if item.day >= w.ctl[S_FIRST14]:
                seen = add_seen14(w, item.citizen, k, sign)
                price = nth(w, seen if sign == 1 else seen + 1)
                if price != 0.0:
                    w.nums[C_CARERS] += sign * w.nums[W_CARER14] * week.weight * price


@inner
def take(w, t):
    """Take a task out of its route."""
    r = w.tasks[t].route
    i = w.tasks[t].item
    item = w.items[i]
    save_route(w, r)
    save_task(w, t)
    touch(w, i)
    position = position_of(w, t)
    w.ctl[N_DETOUR] -= detour(w, i, r, position, position + 1)
    route = w.routes[r]
    route.busy -= item.dur
    route.legs -= w.tasks[t].leg
    route.timed -= w.tasks[t].timing
    close_up(w, r, position)
    if item.kind <= 1:
        route.active -= 1
        if item.placed == item.slots:
            _completed(w, i, LEAVES)
        item.placed -= 1
        _counted(w, i, r, LEAVES)
    w.tasks[t].route = NONE
    if route.last > position:
        route.last -= 1
    mark_dirty(w, r, position, position)
    mark_others(w, i, t)
    _log(w, OP_TAKE, t, r * SEQ_MAX + position)


@inner
def put(w, t, r, position):
    """Put a task into a route before the task that stands at ``position``."""
    i = w.tasks[t].item
    item = w.items[i]
    route = w.routes[r]
    save_route(w, r)
    save_task(w, t)
    touch(w, i)
    w.ctl[N_DETOUR] += detour(w, i, r, position, position)
    make_room(w, r, position, t)
    route.busy += item.dur
    task = w.tasks[t]
    task.route = r
    task.arrival = 0
    task.leg = 0
    task.timing = 0.0
    task.late = UNMARKED
    if item.placed == 0:
        item.day = route.day
    if item.kind <= 1:
        route.active += 1
        item.placed += 1
        _counted(w, i, r, JOINS)
        if item.placed == item.slots:
            _completed(w, i, JOINS)
    if route.last >= position:
        route.last += 1
    mark_dirty(w, r, position, position + 1)
    mark_others(w, i, t)
    _log(w, OP_PUT, t, r * SEQ_MAX + position)


@hot
def mark_others(w, i, own):
    """Have walked again what hangs on an item: its other tasks' routes (all but ``own``'s), and visits linked after it."""
    item = w.items[i]
    if item.slots > 1 or own == NONE:
        for t in range(item.task0, item.task0 + item.slots):
            if t != own and w.tasks[t].route != NONE:
                position = position_of(w, t)
                mark_dirty(w, w.tasks[t].route, position, position)
    for index in range(item.link0, item.link1):
        if link_at(w, index, 1) == 1:
            other = w.items[link_at(w, index, 0)]
            for t in range(other.task0, other.task0 + other.slots):
                if w.tasks[t].route != NONE:
                    position = position_of(w, t)
                    mark_dirty(w, w.tasks[t].route, position, position)


@inner
def set_pref(w, i, clock):
    """Change the clock time before which an item does not start."""
    _log(w, OP_PREF, i, w.items[i].pref)
    touch(w, i)
    w.items[i].pref = clock
    mark_others(w, i, NONE)


@inner
def set_dur(w, i, minutes):
    """Change how long a visit lasts."""
    _log(w, OP_DUR, i, w.items[i].dur)
    touch(w, i)
    _change_dur(w, i, minutes)
    mark_others(w, i, NONE)


@inner
def _change_dur(w, i, minutes):
    item = w.items[i]
    old = item.dur
    item.dur = minutes
    for t in range(item.task0, item.task0 + item.slots):
        r = w.tasks[t].route
        if r != NONE:
            save_route(w, r)
            w.routes[r].busy += minutes - old
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
        if kind == OP_TAKE:
            _undo_take(w, what, old // SEQ_MAX, old % SEQ_MAX)
        elif kind == OP_PUT:
            _undo_put(w, what, old // SEQ_MAX, old % SEQ_MAX)
        elif kind == OP_PREF:
            w.items[what].pref = old
        elif kind == OP_DUR:
            _change_dur(w, what, old)
        else:
            w.items[what].screen = old
    for at in range(w.ctl[N_TOUCHED]):
        item = w.items[touched_at(w, at, 0)]
        item.start = touched_at(w, at, 1)
        item.cost = item.old_cost
        if item.changed != item.old_changed:
            count_changed(w, touched_at(w, at, 0), item.old_changed)
    for at in range(w.ctl[N_SAVED_TASKS]):
        w.tasks[w.saved[at].me] = w.saved[at]
    for at in range(w.ctl[N_SAVED]):
        restore_route(w, saved_at(w, at))
    for at in range(w.ctl[N_GROUPS]):
        w.groups[group_at(w, at)].cost = w.groups[group_at(w, at)].old
    for at in range(w.ctl[N_DIRTY]):
        route = w.routes[stack_at(w, at)]
        route.dirty = 0
        route.first = UNMARKED
        route.last = NONE
    for index in range(COSTS):
        w.nums[index] = w.nums[COSTS + index]


@inner
def _undo_take(w, t, r, position):
    i = w.tasks[t].item
    item = w.items[i]
    make_room(w, r, position, t)
    w.tasks[t].route = r
    if item.placed == 0:
        item.day = w.routes[r].day
    if item.kind <= 1:
        item.placed += 1
        _counted(w, i, r, JOINS)
        if item.placed == item.slots:
            _completed(w, i, JOINS)


@inner
def _undo_put(w, t, r, position):
    i = w.tasks[t].item
    item = w.items[i]
    close_up(w, r, position)
    if item.kind <= 1:
        if item.placed == item.slots:
            _completed(w, i, LEAVES)
        item.placed -= 1
        _counted(w, i, r, LEAVES)
    w.tasks[t].route = NONE
