"""The order of tasks in a route: where one stands, what lies about it, and how to have it as it was."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from scheduler.search import hot, inner
from scheduler.search.access import leg_min, seq_at, set_saved, set_seq, set_stack
from scheduler.search.world import N_DIRTY, N_MOVE, N_SAVED, N_SAVED_TASKS, NONE, NOWHERE, UNMARKED


@hot
def save_route(w, r):
    """Remember a route before this move, once."""
    route = w.routes[r]
    if route.stamp == w.ctl[N_MOVE]:
        return
    route.stamp = w.ctl[N_MOVE]
    at = w.ctl[N_SAVED]
    set_saved(w, at, r)
    route.old_active = route.active
    route.old_travel = route.travel
    route.old_waiting = route.waiting
    route.old_timing = route.timing
    route.old_busy = route.busy
    route.old_legs = route.legs
    route.old_home = route.home
    route.old_timed = route.timed
    route.old_begins = route.begins
    route.old_finish = route.finish
    route.old_whole = route.whole
    w.ctl[N_SAVED] = at + 1


@hot
def save_task(w, t):
    """Remember a task before this move, once."""
    if w.tasks[t].stamp != w.ctl[N_MOVE]:
        w.tasks[t].stamp = w.ctl[N_MOVE]
        at = w.ctl[N_SAVED_TASKS]
        w.saved[at] = w.tasks[t]
        w.ctl[N_SAVED_TASKS] = at + 1


@hot
def mark_dirty(w, r, first, last):
    """Have a route walked again, from one position to another at least, before the move is judged."""
    route = w.routes[r]
    route.first = min(route.first, first)
    route.last = max(route.last, last)
    if route.dirty == 0:
        route.dirty = 1
        set_stack(w, w.ctl[N_DIRTY], r)
        w.ctl[N_DIRTY] += 1


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
def detour(w, i, r, position, after):
    """Extra travel of an item between position − 1 and ``after``."""
    place = place_of(w, i)
    if place == NOWHERE:
        return 0
    m = w.routes[r].matrix
    a = _place_before(w, r, position)
    b = place_after(w, r, after)
    return leg_min(w, m, a, place) + leg_min(w, m, place, b) - leg_min(w, m, a, b)


@hot
def close_up(w, r, position):
    """Close the gap that a task leaves at a position."""
    route = w.routes[r]
    for p in range(position, route.count - 1):
        set_seq(w, r, p, seq_at(w, r, p + 1))
    route.count -= 1


@hot
def make_room(w, r, position, t):
    """Put a task at a position; those from there on stand one later."""
    route = w.routes[r]
    for p in range(route.count, position, -1):
        set_seq(w, r, p, seq_at(w, r, p - 1))
    set_seq(w, r, position, t)
    route.count += 1


@hot
def restore_route(w, r):
    route = w.routes[r]
    w.carers[route.carer].load += route.old_travel - route.travel
    route.active = route.old_active
    route.travel = route.old_travel
    route.waiting = route.old_waiting
    route.timing = route.old_timing
    route.busy = route.old_busy
    route.legs = route.old_legs
    route.home = route.old_home
    route.timed = route.old_timed
    route.begins = route.old_begins
    route.finish = route.old_finish
    route.whole = route.old_whole
    route.first = UNMARKED
    route.last = NONE
