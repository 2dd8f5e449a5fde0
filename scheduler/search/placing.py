"""Where an item may go and where it fits best: what every move is made of."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from scheduler.search import hot, inlined, inner
from scheduler.search.access import (
    add_seen14,
    candidate,
    known_at,
    leg_min,
    link_at,
    seen_at,
    seq_at,
    sibling,
    ways_in,
)
from scheduler.search.ledger import put, set_dur, set_pref, set_screen, take
from scheduler.search.prices import EARLY_MARGIN, known_price, nth, total
from scheduler.search.sequence import place_after, place_of
from scheduler.search.walk import latest_start
from scheduler.search.world import (
    AT_HOME,
    BY_SCREEN,
    FIRST,
    HOME_BIT,
    LIMIT,
    N_MAY_DELAY,
    NONE,
    NOWHERE,
    S_FIRST14,
    S_LOYAL,
    SCREEN_BIT,
    SEQ_MAX,
    UNREACHABLE,
    VISIT,
    W_CARER,
    W_CARER14,
    W_CONTACT,
    W_FRESH,
    W_TRAVEL,
)

DAY = 1440
#: How often a visit is put in at its smallest duration.
SHORT_SHARE = 0.2


@inlined
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


@inlined
def below(w, n):
    """A random whole number from 0 to n − 1."""
    return np.int64((draw(w) >> np.uint64(33)) % np.uint64(n))


@inlined
def unit(w):
    """A random number from 0 up to 1."""
    return float(draw(w) >> np.uint64(11)) / 9007199254740992.0


@hot
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
    # Before what cannot wait until the item is done there is no room: passed without a look at the ways.
    first = 0
    while first < route.count and wanted <= latest:
        task = w.tasks[seq_at(w, r, first)]
        if task.late >= wanted + item.dur:
            break
        following = w.items[task.item]
        now = following.start + following.dur
        if place_of(w, task.item) != NOWHERE:
            here = following.place
        first += 1
    for position in range(first, route.count + 1):
        ahead = place_after(w, r, position)
        m = route.matrix
        arrival = now if place == NOWHERE else now + leg_min(w, m, here, place)
        start = max(arrival, wanted)
        if start > latest:
            if arrival > latest:
                break
            start = arrival
        if position < route.count:
            task = w.tasks[seq_at(w, r, position)]
            following = w.items[task.item]
            due, slack = following.start, task.late - following.start
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
                best, at = estimate, np.int64(position)
        if position < route.count:
            now = following.start + following.dur
            if target != here or place_of(w, w.tasks[seq_at(w, r, position)].item) != NOWHERE:
                here = ahead
    return at, best


@inner
def put_best(w, t, r):
    """Put a task where it fits best in a route; False when it fits nowhere, or costs too much wherever it stands."""
    i = w.tasks[t].item
    if known_price(w) + carer_price(w, i, r) > w.nums[LIMIT] + EARLY_MARGIN or not may_take(w, i, r):
        return False
    position, _ = scan(w, i, r)
    if position == NONE:
        return False
    put(w, t, r, position)
    return True


@hot
def carer_price(w, i, r):
    """What a route's carer costs an item in continuity: a new face, not the contact carer."""
    item = w.items[i]
    if item.kind != VISIT or item.screen == 1:
        return 0.0
    week = w.weeks[item.cw]
    carer = w.routes[r].carer
    price = w.nums[W_CARER] * week.weight * nth(w, seen_at(w, item.cw, carer) + 1)
    if item.day >= w.ctl[S_FIRST14]:
        price += w.nums[W_CARER14] * week.weight * nth(w, add_seen14(w, item.citizen, carer, FIRST) + 1)
    if w.ctl[S_LOYAL] == 1 and seen_at(w, item.cw, carer) == 0 and known_at(w, item.citizen, carer) == 0:
        price += w.nums[W_FRESH]
    if week.contact != NONE and week.contact != carer:
        price += w.nums[W_CONTACT]
    return price


@inner
def _suits_links(w, i, r):
    """Whether a route's carer does the visits, placed that day, which are to have a carer in common with an item."""
    item = w.items[i]
    for index in range(item.link0, item.link1):
        other = w.items[link_at(w, index, 0)]
        if link_at(w, index, 4) == 0 or other.placed < other.slots or other.day != w.routes[r].day:
            continue
        common = False
        for t in range(other.task0, other.task0 + other.slots):
            common = common or w.routes[w.tasks[t].route].carer == w.routes[r].carer
        if not common:
            return False
    return True


@inner
def insert(w, i, noise):
    """Place an unplaced item, each carer in the route that seems cheapest (with that much random noise).

    With noise it is now and then tried at its smallest duration, for which there may be room where there is none else.
    """
    w.ctl[N_MAY_DELAY] = 1
    item = w.items[i]
    if noise > 0.0 and item.dmin < item.dur and unit(w) < SHORT_SHARE:
        set_dur(w, i, item.dmin)
    if item.ways & SCREEN_BIT and item.ways & HOME_BIT:
        set_screen(w, i, BY_SCREEN if unit(w) < 0.5 else AT_HOME)
    for t in range(item.task0, item.task0 + item.slots):
        best, best_route, best_position = 1.0e9, NONE, NONE
        for index in range(item.cand0, item.cand1):
            r = candidate(w, index)
            if not may_take(w, i, r) or (t == item.task0 and not _suits_links(w, i, r)):
                continue
            price = carer_price(w, i, r) + noise * unit(w)
            if price >= best:
                continue
            position, estimate = scan(w, i, r)
            if position != NONE and estimate + price < best:
                best, best_route, best_position = estimate + price, r, position
        if best_route == NONE:
            return False
        put(w, t, best_route, best_position)
    return True


@hot
def hopeless(w, t, r):
    """Whether a task costs too much in another route, whatever it saves by leaving its own.

    It saves at most the faces it takes along and the way there and back.
    """
    i = w.tasks[t].item
    item = w.items[i]
    if item.placed < item.slots or w.tasks[t].route == NONE:
        return False
    gain = 2 * w.nums[W_TRAVEL] * w.tasks[t].leg
    if item.kind == VISIT and item.screen == 0:
        week, carer = w.weeks[item.cw], w.routes[w.tasks[t].route].carer
        gain += w.nums[W_CARER] * week.weight * nth(w, seen_at(w, item.cw, carer))
        gain += w.nums[W_CARER14] * week.weight * nth(w, add_seen14(w, item.citizen, carer, FIRST))
        if w.ctl[S_LOYAL] == 1 and seen_at(w, item.cw, carer) == 1:
            gain += w.nums[W_FRESH]
        if week.contact != carer:
            gain += w.nums[W_CONTACT]
    return total(w) + carer_price(w, i, r) - gain > w.nums[LIMIT] + EARLY_MARGIN


@inner
def remove_tasks(w, i):
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
        set_screen(w, i, BY_SCREEN if unit(w) < 0.5 else AT_HOME)
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
    remove_tasks(w, victim)
    if not put_best(w, item.task0, r):
        return False
    insert(w, victim, 5.0)
    if w.items[victim].placed < w.items[victim].slots:
        remove_tasks(w, victim)
    return True


@inner
def pick_route(w, i, keep_face):
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
def fresh_pref(w, i):
    """Sometimes let a moved visit forget the time it kept to: back to its agreed time or its window."""
    item = w.items[i]
    if item.lo < item.hi and below(w, 4) == 0:
        clock = item.lo
        if item.agreed != NONE:
            clock = min(max(item.agreed, item.lo), item.hi)
        if clock != item.pref:
            set_pref(w, i, clock)
