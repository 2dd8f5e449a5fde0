"""When everything happens: earliest times along a route, and through two-carer visits and links to other routes.

Each route is walked from its start; an item begins at the latest of: its window, its preferred clock time, the carer's
arrival, the other carer's arrival, and the least gap after a linked visit. Where a start changed, the routes that hang
on it are walked again. Two-carer visits that wait for each other in a circle push each other past their windows, which
ends the move.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from scheduler.search import hot, inner
from scheduler.search.access import (
    away_at,
    citizen_away,
    ferry_at,
    home_item,
    island_of,
    leg_min,
    link_at,
    seq_at,
    stack_at,
    standing_at,
    touched_at,
)
from scheduler.search.ledger import (
    log_room,
    mark_dirty,
    mark_item,
    place_after,
    place_of,
    save_route,
    set_pref,
    touch,
)
from scheduler.search.prices import charge_route, settle_groups
from scheduler.search.world import (
    FIRST,
    JOINS,
    MEETING,
    N_DIRTY,
    N_MAY_DELAY,
    N_TOUCHED,
    NONE,
    NOWHERE,
    S_DAYS,
    S_MAP_PLACES,
    S_PAST_MIDNIGHT,
    S_STANDING,
    SESSION,
    UNREACHABLE,
    VISIT,
    W_AGREED,
    W_BASE_MINUTES,
)

#: A move that has more routes walked than this is given up.
WALKS_MAX = 120
DAY = 1440


@hot
def _clear_of_absences(w, first, last, start, minutes):
    """The first start from ``start`` on at which a visit lies outside absences ``first`` to ``last``."""
    again = True
    while again:
        again = False
        for index in range(first, last):
            if start < away_at(w, index, 1) and away_at(w, index, 0) < start + minutes:
                start = away_at(w, index, 1)
                again = True
    return start


@hot
def _earliest(w, i, r, arrival):
    """The earliest start of an item for a carer who is there at ``arrival``, the other carer left aside."""
    item = w.items[i]
    route = w.routes[r]
    midnight = route.day * DAY
    start = max(arrival, midnight + max(item.lo, item.pref))
    if item.kind == VISIT and item.screen == 0:
        island = island_of(w, item.place)
        if island != NONE and island != route.island:
            start = max(start, ferry_at(w, island, route.day, 0))
    for index in range(item.link0, item.link1):
        if link_at(w, index, 1) == 0:
            first = w.items[link_at(w, index, 0)]
            if first.placed == first.slots and first.day == route.day:
                start = max(start, first.start + first.dur + link_at(w, index, 2))
    if item.kind == VISIT:
        first_away, last_away = citizen_away(w, item.citizen, 0), citizen_away(w, item.citizen, 1)
        start = _clear_of_absences(w, first_away, last_away, start, item.dur)
    if item.kind <= SESSION:
        start = _clear_of_absences(w, route.away0, route.away1, start, item.dur)
        if item.kind == VISIT:
            start = _clear_of_absences(w, first_away, last_away, start, item.dur)
    return start


@hot
def latest_start(w, i, r):
    """The latest start of an item in a route, as its window, break and ferry allow."""
    item = w.items[i]
    route = w.routes[r]
    latest = route.day * DAY + item.hi
    if item.kind == VISIT and item.screen == 0:
        island = island_of(w, item.place)
        if island != NONE and island != route.island:
            latest = min(latest, ferry_at(w, island, route.day, 1) - item.dur)
    return latest


@hot
def _island_at(w, place):
    """The island of a place, or of where a shift begins."""
    if place < w.ctl[S_MAP_PLACES]:
        return island_of(w, place)
    return place - w.ctl[S_MAP_PLACES] - 1


@hot
def _holds(w, r, origin, target, leg, free_from, free_to):
    """Whether a journey can be made between two moments: its length, and the ferries of islands it comes to or leaves.

    Ferries bind those who do not begin on that island: a journey there ends after the first arrival, one that leaves
    it begins by the last departure.
    """
    if leg == 0:
        return True
    route = w.routes[r]
    depart = free_from
    a, b = _island_at(w, origin), _island_at(w, target)
    if a != b:
        if b != NONE and b != route.island:
            depart = max(depart, ferry_at(w, b, route.day, 0) - leg)
        if a != NONE and a != route.island and depart > ferry_at(w, a, route.day, 1):
            return False
    return depart + leg <= free_to


@hot
def _timing(w, i):
    """The price of an item's start: minutes from the agreed time and from the standing roster's."""
    item = w.items[i]
    if item.kind != VISIT:
        return 0.0
    clock = item.start - item.day * DAY
    cost = 0.0
    if item.agreed != NONE:
        cost += w.nums[W_AGREED] * abs(clock - item.agreed)
    if w.ctl[S_STANDING] == 1 and standing_at(w, item.need, item.day, 0) != NONE:
        cost += w.nums[W_BASE_MINUTES] * abs(clock - standing_at(w, item.need, item.day, 0))
    return cost


@hot
def _clear_of_all(w, i, start):
    """The first start from ``start`` on that suits each of an item's carers, and its citizen."""
    item = w.items[i]
    before = NONE
    while before != start:
        before = start
        if item.kind == VISIT:
            first_away, last_away = citizen_away(w, item.citizen, 0), citizen_away(w, item.citizen, 1)
            start = _clear_of_absences(w, first_away, last_away, start, item.dur)
        for t in range(item.task0, item.task0 + item.slots):
            r = w.tasks[t].route
            if r != NONE:
                start = _clear_of_absences(w, w.routes[r].away0, w.routes[r].away1, start, item.dur)
    return start


@hot
def _set_start(w, t, i, r, arrival):
    """Give an item its start from this carer's arrival and the others'; tell the routes that hang on it."""
    item = w.items[i]
    w.tasks[t].arrival = arrival
    start = arrival
    if item.slots > 1:
        for other in range(item.task0, item.task0 + item.slots):
            if w.tasks[other].route != NONE:
                start = max(start, w.tasks[other].arrival)
        start = _clear_of_all(w, i, start)
    if start != item.start:
        touch(w, i)
        item.start = start
        mark_item(w, i)
    return start


@hot
def walk(w, r):
    """Times of one route; False when something in it comes too late. An empty route costs nothing."""
    save_route(w, r)
    route = w.routes[r]
    if route.active == 0:
        for position in range(route.count):
            i = w.tasks[seq_at(w, r, position)].item
            if w.items[i].kind == MEETING:
                w.items[i].start = route.day * DAY + w.items[i].lo
        charge_route(w, r, FIRST, FIRST, 0.0)
        return True
    m = route.matrix
    now = route.start
    here = route.origin
    left = False  # a place has been visited
    paid = False  # the travel to the next place is done
    travel, busy = 0, 0
    timing = 0.0
    first_activity = NONE
    late_out = False  # the way out fits behind the placeless items before the first place
    for position in range(route.count):
        t = seq_at(w, r, position)
        i = w.tasks[t].item
        item = w.items[i]
        place = place_of(w, i)
        arrival = now
        ahead = place_after(w, r, position)
        leg = leg_min(w, m, here, ahead)
        if leg >= UNREACHABLE:
            return False
        if place != NOWHERE and not paid:
            arrival = now + leg
        start = _set_start(w, t, i, r, _earliest(w, i, r, arrival))
        if start > latest_start(w, i, r):
            return False
        gap_holds = _holds(w, r, here, ahead, leg, now, start)
        if place != NOWHERE and not paid and not gap_holds:
            return False
        if first_activity == NONE:
            first_activity = start - leg if place != NOWHERE else start
            late_out = place != NOWHERE or leg == 0
        elif not left and gap_holds:
            late_out = True
        if place != NOWHERE:
            if not left and not late_out:
                first_activity -= leg
            travel += leg
            here = place
            left = True
            paid = False
        elif not paid and gap_holds and leg > 0:
            paid = True
        now = start + item.dur
        busy += item.dur
        if t == item.task0:
            timing += _timing(w, i)
    home = leg_min(w, m, here, route.origin) if left else 0
    if home >= UNREACHABLE:
        return False
    travel += home
    if not paid:
        if not _holds(w, r, here, route.origin, home, now, route.end):
            return False
        now += home
    if now > route.end or route.end - route.start - busy - travel < route.reserve:
        return False
    charge_route(w, r, travel, now - first_activity - busy - travel, timing)
    return True


@inner
def propagate(w):
    """Walk every dirty route until nothing changes; False when something cannot be."""
    walks = 0
    while w.ctl[N_DIRTY] > 0:
        w.ctl[N_DIRTY] -= 1
        r = stack_at(w, w.ctl[N_DIRTY])
        w.routes[r].dirty = 0
        walks += 1
        if walks > WALKS_MAX or not log_room(w) or not walk(w, r):
            mark_dirty(w, r)
            return False
    return True


@inner
def _gaps_hold(w, i, mend):
    """Greatest gaps of an item's links; with ``mend`` not 0 a first visit that is too early is told to begin later."""
    item = w.items[i]
    if item.placed < item.slots:
        return True
    good = True
    for index in range(item.link0, item.link1):
        j, leads, gap_max = link_at(w, index, 0), link_at(w, index, 1), link_at(w, index, 3)
        other = w.items[j]
        if other.placed < other.slots or other.day != item.day:
            continue
        if link_at(w, index, 4) == 1 and not _share_carer(w, i, j):
            return False
        if gap_max == NONE:
            continue
        first = i if leads == 1 else j
        second = j if leads == 1 else i
        earliest = w.items[second].start - gap_max - w.items[first].dur
        if w.items[first].start < earliest:
            if mend == 0 or not log_room(w):
                return False
            set_pref(w, first, earliest - item.day * DAY)
            good = False
    return good


@inner
def _share_carer(w, i, j):
    a, b = w.items[i], w.items[j]
    for t in range(a.task0, a.task0 + a.slots):
        for u in range(b.task0, b.task0 + b.slots):
            if w.routes[w.tasks[t].route].carer == w.routes[w.tasks[u].route].carer:
                return True
    return False


@inner
def _clear_of_others(w, i, mend):
    """Whether a placed visit meets no other visit or session of its citizen in time.

    With ``mend`` not 0 the one that begins later is told to begin after the other; moves that place what had no place
    ask for that (others would push visits ever later).
    """
    item = w.items[i]
    if item.kind != VISIT or item.placed < item.slots:
        return True
    good = True
    # What belongs to the day before or after is in the way only round midnight.
    clock = item.start - item.day * DAY
    first = item.day - 1 if clock < w.ctl[S_PAST_MIDNIGHT] else item.day
    last = item.day + 1 if clock + item.dur > DAY else item.day
    for day in range(max(0, first), min(last, w.ctl[S_DAYS] - 1) + 1):
        for index in range(1, home_item(w, item.citizen, day, 0) + 1):
            j = home_item(w, item.citizen, day, index)
            other = w.items[j]
            if j == i or other.day != day:
                continue
            # A session's time is kept free as long as somebody could hold it.
            if other.placed == 0 and (other.kind == VISIT or other.cand0 == other.cand1):
                continue
            if item.start < other.start + other.dur and other.start < item.start + item.dur:
                if mend == 0 or not log_room(w):
                    return False
                _keep_apart(w, i, j)
                good = False
    return good


@inner
def _keep_apart(w, i, j):
    later = j if w.items[j].start > w.items[i].start else i
    if w.items[later].fixed == 1 or w.items[later].kind != VISIT:
        later = i if later == j else j
    earlier = i if later == j else j
    set_pref(w, later, w.items[earlier].start + w.items[earlier].dur - w.items[later].day * DAY)


@inner
def settle_times(w):
    """Find all times after a move; False when the move cannot be. Prices of routes and regularity are brought along."""
    if not propagate(w):
        return False
    good = True
    for at in range(w.ctl[N_TOUCHED]):
        i = touched_at(w, at, 0)
        good = _gaps_hold(w, i, JOINS) and _clear_of_others(w, i, w.ctl[N_MAY_DELAY]) and good
    if not good:
        if w.ctl[N_DIRTY] == 0 or not propagate(w):
            return False
        for at in range(w.ctl[N_TOUCHED]):
            i = touched_at(w, at, 0)
            if not (_gaps_hold(w, i, FIRST) and _clear_of_others(w, i, FIRST)):
                return False
    settle_groups(w)
    return True
