"""When everything happens: earliest times along a route, and through two-carer visits and links to other routes.

A route is walked from the first position at which something changed to where all is as it was. An item begins at the latest
of: its window, its preferred clock time, the carer's arrival, the other carer's arrival, and the least gap after a linked
visit. Where a start changed, the routes that hang on it are walked again. Two-carer visits that wait for each other in a
circle push each other past their windows, which ends the move.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from scheduler.search import hot, inner
from scheduler.search.access import (
    away_at,
    citizen_away,
    ferry_at,
    island_of,
    leg_min,
    link_at,
    reference_at,
    saved_at,
    seq_at,
    stack_at,
    standing_at,
    touched_at,
)
from scheduler.search.ledger import log_room, mark_others, touch
from scheduler.search.prices import charge_route, settle_groups
from scheduler.search.sequence import mark_dirty, place_after, place_of, save_route, save_task
from scheduler.search.together import clear_of_others, gaps_hold
from scheduler.search.world import (
    FIRST,
    JOINS,
    MARGIN_MIN,
    MEETING,
    MOVED_MIN,
    N_DIRTY,
    N_MAY_DELAY,
    N_SAVED,
    N_TOUCHED,
    NONE,
    NOWHERE,
    S_LOYAL,
    S_MAP_PLACES,
    S_STANDING,
    SESSION,
    SLOWER_BY_ONE_IN,
    UNMARKED,
    UNREACHABLE,
    VISIT,
    W_AGREED,
    W_BASE_MINUTES,
    W_BUFFER,
    W_MOVED,
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
    if w.ctl[S_LOYAL] == 1:
        earlier = reference_at(w, item.need, item.day, 0)
        if earlier != NONE and abs(clock - earlier) > MOVED_MIN:
            cost += w.nums[W_MOVED]
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
    if w.tasks[t].arrival != arrival:
        save_task(w, t)
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
        mark_others(w, i, t)
    return start


@hot
def _rest(w, r):
    """Times of a route in which nothing is to be done: it costs nothing, whatever meetings and breaks stand in it."""
    route = w.routes[r]
    for position in range(route.count):
        i = w.tasks[seq_at(w, r, position)].item
        if w.items[i].kind == MEETING:
            w.items[i].start = route.day * DAY + w.items[i].lo
    route.whole = 1
    charge_route(w, r, FIRST, FIRST, 0.0)


@hot
def _from_scratch(w, r):
    """Forget what earlier walks of a route left behind."""
    route = w.routes[r]
    route.legs = 0
    route.timed = 0.0
    for position in range(route.count):
        t = seq_at(w, r, position)
        save_task(w, t)
        w.tasks[t].leg = 0
        w.tasks[t].timing = 0.0


@hot
def _first_to_walk(w, r, first):
    """The position to begin at: behind an item with a place, so that nothing but its end carries over; or the start."""
    while first > 0 and place_of(w, w.tasks[seq_at(w, r, first - 1)].item) == NOWHERE:
        first -= 1
    return first


@hot
def walk(w, r):
    """Times of one route, from the first changed position until nothing differs; False when something comes too late.

    An empty route costs nothing.
    """
    save_route(w, r)
    route = w.routes[r]
    first, last = route.first, route.last
    route.first, route.last = UNMARKED, NONE
    if route.active == 0:
        _rest(w, r)
        return True
    if route.whole == 1:
        first, last = FIRST, route.count
        _from_scratch(w, r)
    first = _first_to_walk(w, r, min(first, route.count))
    m = route.matrix
    now = route.start
    here = route.origin
    left = False  # a place has been visited
    paid = np.int64(0)  # 1: the travel to the next place is done
    first_activity = NONE
    late_out = False  # the way out fits behind the placeless items before the first place
    slow = w.nums[W_BUFFER] > 0.0
    behind, free, work = np.int64(0), np.int64(0), np.int64(0)  # the slow clock
    if first > 0:
        before = w.items[w.tasks[seq_at(w, r, first - 1)].item]
        now, here = before.start + before.dur, before.place
        left = late_out = True
        first_activity = route.begins
        if slow:
            behind, free = w.tasks[seq_at(w, r, first - 1)].behind, now
            work = before.dur if before.kind == VISIT else np.int64(0)
    same = False  # from here on all is as it was
    anchored = first > 0  # the item just passed has a place: it is where the next journey begins
    for position in range(first, route.count):
        t = seq_at(w, r, position)
        i = w.tasks[t].item
        task = w.tasks[t]
        if position > last and anchored and now == task.now and paid == task.paid:
            same = not slow or (behind == task.before and free == task.free and work == task.work)
            if same:
                break
        item = w.items[i]
        place = place_of(w, i)
        save_task(w, t)
        task.now, task.paid = now, paid
        task.before, task.free, task.work = behind, free, work
        arrival = now
        ahead = place if place != NOWHERE else place_after(w, r, position)
        leg = leg_min(w, m, here, ahead)
        if leg >= UNREACHABLE:
            return False
        if place != NOWHERE and paid == 0:
            arrival = now + leg
        start = _set_start(w, t, i, r, _earliest(w, i, r, arrival))
        if start > latest_start(w, i, r):
            return False
        gap_holds = _holds(w, r, here, ahead, leg, now, start)
        if place != NOWHERE and paid == 0 and not gap_holds:
            return False
        if first_activity == NONE:
            first_activity = start - leg if place != NOWHERE else start
            late_out = place != NOWHERE or leg == 0
        elif not left and gap_holds:
            late_out = True
        if slow:
            if place == NOWHERE:
                free += item.dur
                work += item.dur if item.kind == VISIT else np.int64(0)
            else:
                over = (work + leg + SLOWER_BY_ONE_IN // 2) // SLOWER_BY_ONE_IN
                behind = max(np.int64(0), behind + over - (start - free - leg)) if left else np.int64(0)
                behind = np.int64(0) if item.kind == MEETING else behind
                free = start + item.dur
                work = item.dur if item.kind == VISIT else np.int64(0)
                task.behind = behind
        if place != NOWHERE:
            if not left and not late_out:
                first_activity -= leg
            route.legs += leg - task.leg
            task.leg = leg
            here = place
            left = True
            paid = np.int64(0)
        else:
            route.legs -= task.leg
            task.leg = 0
            if paid == 0 and gap_holds and leg > 0:
                paid = np.int64(1)
        now = start + item.dur
        anchored = place != NOWHERE
        timing = _timing(w, i) if t == item.task0 else 0.0
        if slow and place != NOWHERE and item.kind == VISIT:
            timing += w.nums[W_BUFFER] * max(np.int64(0), behind - MARGIN_MIN)
        route.timed += timing - task.timing
        task.timing = timing
    route.begins = first_activity
    if not same and not _return_home(w, r, here, now, left, paid):
        return False
    route.whole = 0
    travel = route.legs + route.home
    if route.end - route.start - route.busy - travel < route.reserve:
        return False
    charge_route(w, r, travel, route.finish - first_activity - route.busy - travel, route.timed)
    return True


@hot
def _return_home(w, r, here, now, left, paid):
    """The way back at the end of a route; False when it cannot be made in time."""
    route = w.routes[r]
    home = leg_min(w, route.matrix, here, route.origin) if left else np.int64(0)
    if home >= UNREACHABLE:
        return False
    if paid == 0:
        if not _holds(w, r, here, route.origin, home, now, route.end):
            return False
        now += home
    route.home = home
    route.finish = now
    return now <= route.end


@hot
def refresh_slack(w, r):
    """How late each task of a route may begin, by its own latest start and those behind it, its pairs and links aside."""
    route = w.routes[r]
    ahead, ahead_by, next_by = route.origin, route.end, route.end
    between = np.int64(0)  # minutes of items without a place before the next with one
    for position in range(route.count - 1, -1, -1):
        task = w.tasks[seq_at(w, r, position)]
        item = w.items[task.item]
        late = min(latest_start(w, task.item, r), next_by - item.dur)
        place = place_of(w, task.item)
        if place == NOWHERE:
            between += item.dur
        else:
            late = min(late, ahead_by - between - leg_min(w, route.matrix, place, ahead) - item.dur)
            ahead, ahead_by, between = place, late, np.int64(0)
        task.late = late
        next_by = late


@inner
def refresh_slacks(w):
    """The same for all routes that the current move has changed."""
    for at in range(w.ctl[N_SAVED]):
        refresh_slack(w, saved_at(w, at))


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
            mark_dirty(w, r, FIRST, FIRST)
            return False
    return True


@inner
def settle_times(w):
    """Find all times after a move; False when the move cannot be. Prices of routes and regularity are brought along."""
    if not propagate(w):
        return False
    good = True
    for at in range(w.ctl[N_TOUCHED]):
        i = touched_at(w, at, 0)
        good = gaps_hold(w, i, JOINS) and clear_of_others(w, i, w.ctl[N_MAY_DELAY]) and good
    if not good:
        if w.ctl[N_DIRTY] == 0 or not propagate(w):
            return False
        for at in range(w.ctl[N_TOUCHED]):
            i = touched_at(w, at, 0)
            if not (gaps_hold(w, i, FIRST) and clear_of_others(w, i, FIRST)):
                return False
    settle_groups(w)
    return True
