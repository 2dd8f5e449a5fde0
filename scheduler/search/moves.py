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
    sibling,
    standing_at,
    ways_in,
)
from scheduler.search.ledger import (
    log_room,
    mark_item,
    place_after,
    place_of,
    position_of,
    put,
    set_dur,
    set_pref,
    set_screen,
    take,
)
from scheduler.search.walk import latest_start
from scheduler.search.world import (
    BREAK,
    HOME_BIT,
    NONE,
    NOWHERE,
    S_CARERS,
    S_DAYS,
    S_STANDING,
    SCREEN_BIT,
    SEQ_MAX,
    UNREACHABLE,
    VISIT,
    W_CARER,
    W_CONTACT,
)

DAY = 1440


@inner
def draw(w):
    """The next 64 random bits (xorshift128+)."""
    a = w.rng[0]
    b = w.rng[1]
    w.rng[0] = b
    a ^= a << np.uint64(23)
    a ^= a >> np.uint64(17)
    a ^= b ^ (b >> np.uint64(26))
    w.rng[1] = a
    return a + b


@inner
def below(w, n):
    """A random whole number from 0 to n − 1."""
    return np.int64((draw(w) >> np.uint64(33)) % np.uint64(n))


@inner
def unit(w):
    """A random number from 0 up to 1."""
    return float(draw(w) >> np.uint64(11)) / 9007199254740992.0


@inner
def may_take(w, i, r):
    """Whether a route can have an item, as it is done now (at home or by screen), beside the item's other carers."""
    item = w.items[i]
    bit = SCREEN_BIT if item.screen == 1 else HOME_BIT
    if ways_in(w, i, r) & bit == 0 or w.routes[r].count >= SEQ_MAX - 1:
        return False
    carer, day = w.routes[r].carer, w.routes[r].day
    for t in range(item.task0, item.task0 + item.slots):
        other = w.tasks[t].route
        if other != NONE and (w.routes[other].carer == carer or w.routes[other].day != day):
            return False
    for index in range(item.sib0, item.sib1):
        j = sibling(w, index)
        if j != i and w.items[j].placed > 0 and w.items[j].day == day:
            return False
    if item.kind == VISIT and item.screen == 0:
        week = w.weeks[item.cw]
        if week.cap != NONE and seen_at(w, item.cw, carer) == 0 and week.distinct >= week.cap:
            return False
    return True


@inner
def scan(w, i, r):
    """Where an item fits best in a route, by the detour and by how much it pushes what follows.

    Returns (position, estimate in minutes); (NONE, large) when it fits nowhere. Times of the other tasks are taken as
    they are now, so the answer is a good guess, not a promise.
    """
    item = w.items[i]
    route = w.routes[r]
    place = place_of(w, i)
    midnight = route.day * DAY
    wanted = midnight + max(item.lo, item.pref)
    latest = latest_start(w, i, r)
    best, at = 1.0e9, NONE
    now, here = route.start, route.origin
    for position in range(route.count + 1):
        ahead = place_after(w, r, position)
        m = route.matrix
        arrival = now if place == NOWHERE else now + leg_min(w, m, here, place)
        start = max(arrival, wanted)
        if start > latest:
            if arrival > latest:
                break
            start = arrival
        if position < route.count:
            following = w.items[w.tasks[seq_at(w, r, position)].item]
            due, slack = following.start, midnight + following.hi - following.start
            target = ahead if place_of(w, w.tasks[seq_at(w, r, position)].item) != NOWHERE else here
        else:
            due, slack = route.end, 0
            target = ahead
        if place == NOWHERE:
            detour = 0
            leave = start + item.dur + leg_min(w, m, here, target)
        else:
            detour = leg_min(w, m, here, place) + leg_min(w, m, place, ahead) - leg_min(w, m, here, ahead)
            leave = (
                start + item.dur + (leg_min(w, m, place, target) if target != here or here == ahead else 0)
            )
        push = leave - due
        if detour < UNREACHABLE and push <= slack:
            estimate = detour + 0.15 * max(0, push) + 0.1 * (start - wanted) + 0.05 * max(0, wanted - arrival)
            if estimate < best:
                best, at = estimate, position
        if position < route.count:
            now = following.start + following.dur
            if target != here or place_of(w, w.tasks[seq_at(w, r, position)].item) != NOWHERE:
                here = ahead
    return at, best


@inner
def _put_best(w, t, r):
    i = w.tasks[t].item
    if not may_take(w, i, r):
        return False
    position, _ = scan(w, i, r)
    if position == NONE:
        return False
    put(w, t, r, position)
    return True


@inner
def carer_price(w, i, r):
    """What a route's carer costs an item in continuity: a new face in the week, not the contact carer."""
    item = w.items[i]
    if item.kind != VISIT or item.screen == 1:
        return 0.0
    week = w.weeks[item.cw]
    carer = w.routes[r].carer
    price = 0.0
    if seen_at(w, item.cw, carer) == 0:
        price += w.nums[W_CARER] * week.weight
    if week.contact != NONE and week.contact != carer:
        price += w.nums[W_CONTACT]
    return price


@inner
def insert(w, i, noise):
    """Place an unplaced item, each carer in the route that seems cheapest (with that much random noise)."""
    item = w.items[i]
    if item.ways & SCREEN_BIT and item.ways & HOME_BIT:
        set_screen(w, i, 1 if unit(w) < 0.5 else 0)
    for t in range(item.task0, item.task0 + item.slots):
        best, best_route, best_position = 1.0e9, NONE, NONE
        for index in range(item.cand0, item.cand1):
            r = candidate(w, index)
            if not may_take(w, i, r):
                continue
            position, estimate = scan(w, i, r)
            if position == NONE:
                continue
            estimate += carer_price(w, i, r) + noise * unit(w)
            if estimate < best:
                best, best_route, best_position = estimate, r, position
        if best_route == NONE:
            return False
        put(w, t, best_route, best_position)
    return True


@inner
def _remove_item(w, i):
    item = w.items[i]
    for t in range(item.task0, item.task0 + item.slots):
        if w.tasks[t].route != NONE:
            take(w, t)


@inner
def insert_by_force(w, i):
    """Place an unplaced item where another stands in its way, and find the other a new place."""
    item = w.items[i]
    if item.cand1 == item.cand0 or item.slots > 1:
        return False
    if item.ways & SCREEN_BIT and item.ways & HOME_BIT:
        set_screen(w, i, 1 if unit(w) < 0.5 else 0)
    r = candidate(w, item.cand0 + below(w, item.cand1 - item.cand0))
    if not may_take(w, i, r):
        return False
    middle = w.routes[r].day * DAY + item.lo + below(w, item.hi - item.lo + 1)
    victim, distance = NONE, 1 << 30
    for position in range(w.routes[r].count):
        j = w.tasks[seq_at(w, r, position)].item
        away = abs(w.items[j].start + w.items[j].dur // 2 - middle)
        if w.items[j].fixed == 0 and away < distance:
            victim, distance = j, away
    if victim == NONE:
        return False
    _remove_item(w, victim)
    if not _put_best(w, item.task0, r):
        return False
    insert(w, victim, 5.0)
    if w.items[victim].placed < w.items[victim].slots:
        _remove_item(w, victim)
    return True


@inner
def _pick_route(w, i, keep_face):
    """A random route for an item; with ``keep_face`` one of a few whose carer already comes to the citizen."""
    item = w.items[i]
    count = item.cand1 - item.cand0
    r = candidate(w, item.cand0 + below(w, count))
    if keep_face and item.kind == VISIT:
        for _ in range(6):
            if seen_at(w, item.cw, w.routes[r].carer) > 0:
                return r
            r = candidate(w, item.cand0 + below(w, count))
    return r


@inner
def _fresh_pref(w, i):
    """Sometimes let a moved visit forget the time it kept to: back to its agreed time or its window."""
    item = w.items[i]
    if item.lo < item.hi and below(w, 4) == 0:
        clock = item.lo
        if item.agreed != NONE:
            clock = min(max(item.agreed, item.lo), item.hi)
        if clock != item.pref:
            set_pref(w, i, clock)


@inner
def relocate(w, t):
    """Move one carer's part of a visit to another place in the same or another route; linked visits come along."""
    i = w.tasks[t].item
    item = w.items[i]
    if item.cand1 == item.cand0:
        return False
    r = _pick_route(w, i, below(w, 2) == 0)
    if item.slots > 1 and (w.routes[r].day != item.day or below(w, 4) == 0):
        return _relocate_all(w, i)
    old = w.tasks[t].route
    take(w, t)
    _fresh_pref(w, i)
    if item.ways & SCREEN_BIT and item.ways & HOME_BIT and item.placed == 0 and below(w, 8) == 0:
        set_screen(w, i, 1 - item.screen)
    if not _put_best(w, t, r):
        return False
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
            return _put_best(w, t, r)
    return True


@inner
def _relocate_all(w, i):
    _remove_item(w, i)
    return insert(w, i, 20.0)


@inner
def swap(w, t):
    """Exchange a visit with one at about the same time in another route."""
    i = w.tasks[t].item
    item = w.items[i]
    if item.cand1 == item.cand0:
        return False
    r1, r2 = w.tasks[t].route, _pick_route(w, i, below(w, 2) == 0)
    if r1 == r2 or w.routes[r2].count == 0:
        return False
    wanted = item.start - item.day * DAY + w.routes[r2].day * DAY + below(w, 61) - 30
    u, distance = NONE, 1 << 30
    for position in range(w.routes[r2].count):
        j = w.tasks[seq_at(w, r2, position)].item
        away = abs(w.items[j].start - wanted)
        if w.items[j].fixed == 0 and j != i and away < distance:
            u, distance = seq_at(w, r2, position), away
    if u == NONE:
        return False
    take(w, t)
    take(w, u)
    return _put_best(w, t, r2) and _put_best(w, u, r1)


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
    moment = item.start if below(w, 4) != 0 else 0
    n1 = _take_from(w, r1, moment, 0)
    n2 = _take_from(w, r2, moment, n1)
    return _append(w, 0, n1, r2) and _append(w, n1, n2, r1)


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
            mark_item(w, i)
            return True
    return False


@inner
def drop_carer(w, cw):
    """Give all visits that one carer makes to a citizen in a week to others, rather to known faces."""
    week = w.weeks[cw]
    if week.distinct < 2:
        return False
    carers = w.ctl[S_CARERS]
    victim, fewest = NONE, 1.0e9
    for k in range(carers):
        if seen_at(w, cw, k) > 0:
            weight = seen_at(w, cw, k) * (0.5 + unit(w))
            if weight < fewest:
                victim, fewest = k, weight
    n = 0
    for day in range(w.ctl[S_DAYS]):
        for index in range(1, home_item(w, week.citizen, day, 0) + 1):
            i = home_item(w, week.citizen, day, index)
            item = w.items[i]
            if item.kind != VISIT or item.cw != cw or item.fixed == 1 or item.day != day or item.screen == 1:
                continue
            for t in range(item.task0, item.task0 + item.slots):
                r = w.tasks[t].route
                if r != NONE and w.routes[r].carer == victim and n < 40:
                    set_scratch(w, 300 + n, t)
                    n += 1
    if n == 0:
        return False
    for at in range(n):
        take(w, scratch_at(w, 300 + at))
    for at in range(n):
        t = scratch_at(w, 300 + at)
        if not log_room(w) or not _give_to_other(w, t, victim):
            return False
    return True


@inner
def _give_to_other(w, t, carer):
    i = w.tasks[t].item
    item = w.items[i]
    best, best_route, best_position = 1.0e9, NONE, NONE
    for index in range(item.cand0, item.cand1):
        r = candidate(w, index)
        if w.routes[r].carer == carer or not may_take(w, i, r):
            continue
        position, estimate = scan(w, i, r)
        estimate += carer_price(w, i, r) + 10.0 * unit(w)
        if position != NONE and estimate < best:
            best, best_route, best_position = estimate, r, position
    if best_route == NONE:
        return False
    put(w, t, best_route, best_position)
    return True
