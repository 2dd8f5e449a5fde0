"""What the search tries. Every function here makes one change through :mod:`ledger`, or none and says False."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from scheduler.search import inner
from scheduler.search.access import (
    candidate,
    group_item,
    home_item,
    leg_min,
    link_at,
    scratch_at,
    seen_at,
    seq_at,
    set_scratch,
    standing_at,
    ways_in,
)
from scheduler.search.ledger import log_room, put, set_dur, set_pref, set_screen, take
from scheduler.search.placing import (
    below,
    carer_price,
    fresh_pref,
    hopeless,
    insert,
    may_take,
    pick_route,
    put_best,
    remove_tasks,
    scan,
    unit,
)
from scheduler.search.prices import EARLY_MARGIN, known_price
from scheduler.search.sequence import place_of, position_of
from scheduler.search.world import (
    BREAK,
    FIRST,
    HOME_BIT,
    LIMIT,
    NONE,
    NOWHERE,
    S_CARERS,
    S_DAYS,
    S_STANDING,
    SCREEN_BIT,
    VISIT,
)

DAY = 1440


@inner
def relocate(w, t):
    """Move one carer's part of a visit to another place in the same or another route; linked visits come along."""
    i = w.tasks[t].item
    item = w.items[i]
    if item.cand1 == item.cand0:
        return False
    r = pick_route(w, i, below(w, 2) == 0)
    if item.slots > 1 and (w.routes[r].day != item.day or below(w, 4) == 0):
        return _relocate_all(w, i)
    old = w.tasks[t].route
    if item.link0 == item.link1 and hopeless(w, t, r):
        return False
    position, pref, screen = position_of(w, t), item.pref, item.screen
    take(w, t)
    fresh_pref(w, i)
    if item.ways & SCREEN_BIT and item.ways & HOME_BIT and item.placed == 0 and below(w, 8) == 0:
        set_screen(w, i, 1 - item.screen)
    if not put_best(w, t, r):
        return False
    if r == old and position_of(w, t) == position and item.pref == pref and item.screen == screen:
        return False  # nothing has changed
    for index in range(item.link0, item.link1):
        if link_at(w, index, 4) == 1 and not _bring_along(w, link_at(w, index, 0), old, r):
            return False
    return True


@inner
def _bring_along(w, j, old, r):
    other = w.items[j]
    if other.placed < other.slots or other.day != w.routes[r].day:
        return True
    for t in range(other.task0, other.task0 + other.slots):
        if w.tasks[t].route == old:
            take(w, t)
            return put_best(w, t, r)
    return True


@inner
def _relocate_all(w, i):
    remove_tasks(w, i)
    return insert(w, i, 20.0)


@inner
def swap(w, t):
    """Exchange a visit with one at about the same time in another route, rather one to whom the own carer is known."""
    i = w.tasks[t].item
    item = w.items[i]
    if item.cand1 == item.cand0:
        return False
    r1, r2 = w.tasks[t].route, pick_route(w, i, below(w, 2) == 0)
    if r1 == r2:
        return False
    u = _counterpart(w, i, r2, r1)
    if u == NONE:
        return False
    take(w, t)
    take(w, u)
    return put_best(w, t, r2) and put_best(w, u, r1)


@inner
def _counterpart(w, i, r, other):
    """The task of a route that could best give way to an item and go to the other route: near in time, known there."""
    wanted = w.items[i].start - w.items[i].day * DAY + w.routes[r].day * DAY + below(w, 61) - 30
    u, least = NONE, 1.0e9
    for position in range(w.routes[r].count):
        j = w.tasks[seq_at(w, r, position)].item
        if w.items[j].fixed == 0 and j != i and ways_in(w, j, other) != 0:
            price = abs(w.items[j].start - wanted) + carer_price(w, j, other)
            if price < least:
                u, least = seq_at(w, r, position), price
    return u


@inner
def eject(w, t):
    """Have a visit done by a known carer; the visit that stands in the way there goes wherever it fits best."""
    i = w.tasks[t].item
    item = w.items[i]
    if item.cand1 == item.cand0 or item.slots > 1:
        return False
    r1, r2 = w.tasks[t].route, pick_route(w, i, True)
    if r1 == r2:
        return False
    wanted = item.start - item.day * DAY + w.routes[r2].day * DAY + below(w, 61) - 30
    u, least = NONE, np.int64(1 << 30)
    for position in range(w.routes[r2].count):
        j = w.tasks[seq_at(w, r2, position)].item
        away = abs(w.items[j].start - wanted)
        if w.items[j].fixed == 0 and w.items[j].slots == 1 and away < least:
            u, least = seq_at(w, r2, position), away
    if u == NONE:
        return False
    take(w, t)
    take(w, u)
    return put_best(w, t, r2) and _give_to_other(w, u, w.routes[r2].carer)


@inner
def hand_over(w, cw):
    """Give all visits that one carer makes to a citizen in a week to one who comes anyway, in exchange for others."""
    week = w.weeks[cw]
    if week.distinct < 2:
        return False
    victim = _rare_carer(w, cw, NONE)
    heir = _rare_carer(w, cw, victim)
    n = _visits_by(w, cw, victim)
    if n == 0 or heir == NONE:
        return False
    for at in range(n):
        t = scratch_at(w, 300 + at)
        i = w.tasks[t].item
        r1, r2 = w.tasks[t].route, _route_with(w, i, heir)
        take(w, t)
        if r2 == NONE:
            if not _give_to_other(w, t, victim):
                return False
            continue
        if not may_take(w, i, r2) or not log_room(w):
            return False
        position, estimate = scan(w, i, r2)
        if position != NONE and estimate < 20.0:
            put(w, t, r2, position)
            continue
        u = _counterpart(w, i, r2, r1)
        if u == NONE:
            return False
        take(w, u)
        if not (put_best(w, t, r2) and put_best(w, u, r1)):
            return False
    return True


@inner
def _route_with(w, i, carer):
    """A carer's route on an item's day that can take it."""
    item = w.items[i]
    for index in range(item.cand0, item.cand1):
        r = candidate(w, index)
        if w.routes[r].carer == carer and w.routes[r].day == item.day:
            return r
    return NONE


@inner
def _rare_carer(w, cw, but):
    """One of a citizen-week's carers, rather one who comes seldom (``but`` NONE) or often (else: any but that one)."""
    found, least = NONE, 1.0e9
    for k in range(w.ctl[S_CARERS]):
        seen = seen_at(w, cw, k)
        if seen > 0 and k != but:
            weight = seen * (0.5 + unit(w))
            if but != NONE:
                weight = -weight
            if weight < least:
                found, least = np.int64(k), weight
    return found


@inner
def _visits_by(w, cw, carer):
    """List a carer's movable home visits in a citizen-week in scratch, from 300 on; returns how many."""
    week = w.weeks[cw]
    n = 0
    first = (cw - week.citizen * (w.ctl[S_DAYS] // 7)) * 7
    for day in range(first, first + 7):
        for index in range(1, home_item(w, week.citizen, day, 0) + 1):
            i = home_item(w, week.citizen, day, index)
            item = w.items[i]
            if item.kind != VISIT or item.cw != cw or item.fixed == 1 or item.day != day or item.screen == 1:
                continue
            for t in range(item.task0, item.task0 + item.slots):
                r = w.tasks[t].route
                if r != NONE and w.routes[r].carer == carer and n < 40:
                    set_scratch(w, 300 + n, t)
                    n += 1
    return n


@inner
def swap_tails(w, t):
    """Exchange what two shifts of one day do from a moment on (all day, when the moment is early)."""
    i = w.tasks[t].item
    item = w.items[i]
    if item.cand1 == item.cand0:
        return False
    r1, r2 = w.tasks[t].route, candidate(w, item.cand0 + below(w, item.cand1 - item.cand0))
    if r1 == r2 or w.routes[r1].day != w.routes[r2].day:
        return False
    moment = item.start if below(w, 4) != 0 else FIRST
    n1 = _take_from(w, r1, moment, FIRST)
    n2 = _take_from(w, r2, moment, n1)
    return _append(w, FIRST, n1, r2) and _append(w, n1, n2, r1)


@inner
def _take_from(w, r, moment, at):
    """Take every movable task that starts at ``moment`` or later; list them in scratch from ``at``; returns the end."""
    position = 0
    while position < w.routes[r].count:
        t = seq_at(w, r, position)
        j = w.tasks[t].item
        if w.items[j].fixed == 0 and w.items[j].start >= moment and at < 100:
            set_scratch(w, 200 + at, t)
            at += 1
            take(w, t)
        else:
            position += 1
    return at


@inner
def _append(w, first, last, r):
    """Put listed tasks into a route in their order, among the tasks that stayed, by their old starts."""
    for at in range(first, last):
        t = scratch_at(w, 200 + at)
        i = w.tasks[t].item
        if not may_take(w, i, r):
            return False
        position = w.routes[r].count
        while position > 0 and w.items[w.tasks[seq_at(w, r, position - 1)].item].start > w.items[i].start:
            position -= 1
        put(w, t, r, position)
    return True


@inner
def change_time(w, i):
    """Have an item keep to another clock time: agreed, the standing roster's, its sisters', or some way off."""
    item = w.items[i]
    if item.lo == item.hi or item.placed < item.slots:
        return False
    clock = item.start - item.day * DAY
    choice = below(w, 6)
    wanted = item.lo
    if choice == 0 and item.agreed != NONE:
        wanted = item.agreed
    elif (
        choice == 1
        and w.ctl[S_STANDING] == 1
        and item.need != NONE
        and standing_at(w, item.need, item.day, 0) != NONE
    ):
        wanted = standing_at(w, item.need, item.day, 0)
    elif choice <= 2 and item.group != NONE:
        group = w.groups[item.group]
        other = w.items[group_item(w, group.first + below(w, group.count))]
        wanted = other.start - other.day * DAY
    elif choice == 3:
        wanted = clock + 1 + below(w, 30)
    elif choice == 4:
        wanted = clock + _wait_behind(w, i)
    elif choice == 5:
        wanted = clock - 1 - below(w, 30)
    wanted = min(max(wanted, item.lo), item.hi)
    if wanted == item.pref or (wanted < clock and item.pref < clock):
        return False
    set_pref(w, i, wanted)
    return True


@inner
def _wait_behind(w, i):
    """Minutes of waiting between an item and what follows it."""
    item = w.items[i]
    t = item.task0
    r = w.tasks[t].route
    position = position_of(w, t)
    if position + 1 >= w.routes[r].count:
        return 0
    j = w.tasks[seq_at(w, r, position + 1)].item
    leg = 0
    if place_of(w, i) != NOWHERE and place_of(w, j) != NOWHERE:
        leg = leg_min(w, w.routes[r].matrix, place_of(w, i), place_of(w, j))
    return max(0, w.items[j].start - item.start - item.dur - leg)


@inner
def change_minutes(w, i):
    """Let a visit last shorter or longer within its limits."""
    item = w.items[i]
    if item.kind != VISIT or item.dmin == item.dmax or item.placed < item.slots:
        return False
    choice = below(w, 4)
    wanted = item.dwish
    if choice == 1:
        wanted = item.dur + 1 + below(w, 5)
    elif choice == 2:
        wanted = item.dur - 1 - below(w, 5)
    elif choice == 3:
        wanted = item.dmin + below(w, item.dmax - item.dmin + 1)
    wanted = min(max(wanted, item.dmin), item.dmax)
    if wanted == item.dur:
        return False
    set_dur(w, i, wanted)
    return True


@inner
def move_break(w, r):
    """Have a shift's break between two other visits."""
    route = w.routes[r]
    if route.active == 0 or route.count < 2:
        return False
    for position in range(route.count):
        t = seq_at(w, r, position)
        i = w.tasks[t].item
        if w.items[i].kind == BREAK:
            take(w, t)
            target = below(w, route.count + 1)
            if below(w, 2) == 0:
                target = min(max(0, position - 1 + below(w, 3)), route.count)
            put(w, t, r, target)
            return True
    return False


@inner
def drop_carer(w, cw):
    """Give all visits that one carer makes to a citizen in a week to others, rather to known faces."""
    if w.weeks[cw].distinct < 2:
        return False
    victim = _rare_carer(w, cw, NONE)
    n = _visits_by(w, cw, victim)
    if n == 0:
        return False
    for at in range(n):
        take(w, scratch_at(w, 300 + at))
    for at in range(n):
        if known_price(w) > w.nums[LIMIT] + EARLY_MARGIN or not log_room(w):
            return False
        if not _give_to_other(w, scratch_at(w, 300 + at), victim):
            return False
    return True


@inner
def _give_to_other(w, t, carer):
    i = w.tasks[t].item
    item = w.items[i]
    best, best_route, best_position = 1.0e9, NONE, NONE
    for index in range(item.cand0, item.cand1):
        r = candidate(w, index)
        if w.routes[r].carer == carer:
            continue
        price = carer_price(w, i, r) + 10.0 * unit(w)
        if price >= best or not may_take(w, i, r):
            continue
        position, estimate = scan(w, i, r)
        if position != NONE and estimate + price < best:
            best, best_route, best_position = estimate + price, r, position
    if best_route == NONE:
        return False
    put(w, t, best_route, best_position)
    return True
