"""Simulated annealing over the whole week: carer, day, order, time and length of every visit together.

The threshold of a move is drawn before it is evaluated, so that most moves are given up on the prices known at once
(carers, packages, detour) before any route is walked; after Ceschia, Di Gaspero, Rosati, Schaerf (2024),
doi:10.1111/itor.13585, where the order of moves and thresholds was shown to win on home health care instances.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import math

import numpy as np

from scheduler.search import entry, inner
from scheduler.search.access import add_seen14, movable_task, seen_at, seq_at, stack_at
from scheduler.search.annealing import make_annealing, part
from scheduler.search.ledger import begin, put, set_dur, set_pref, set_screen, take, undo
from scheduler.search.moves import (
    change_minutes,
    change_time,
    drop_carer,
    eject,
    hand_over,
    move_break,
    relocate,
    swap,
    swap_tails,
)
from scheduler.search.placing import below, insert, insert_by_force, may_take, unit
from scheduler.search.prices import (
    EARLY_MARGIN,
    first_weighs_most,
    known_price,
    nth,
    package_cost,
    refresh_group,
    refresh_item,
    refresh_team,
    settle_items,
    total,
)
from scheduler.search.walk import refresh_slack, refresh_slacks, settle_times, walk
from scheduler.search.world import (
    C_AVERAGE,
    C_CARERS,
    C_ITEMS,
    C_LOYAL,
    C_PACKAGES,
    C_REGULAR,
    C_ROUTES,
    COSTS,
    LIMIT,
    N_DIRTY,
    N_OPS,
    N_SETTLED,
    N_UNPLACED,
    NONE,
    O_MOVABLE,
    O_SEEN,
    S_CARERS,
    S_CITIZENS,
    S_DAYS,
    S_MOVABLE,
    SEQ_MAX,
    SESSION,
    SHARES,
    UNMARKED,
    VISIT,
    W_AVERAGE,
    W_CARER,
    W_CARER14,
    W_FRESH,
    W_TRAVEL,
    W_WAITING,
)

#: Of 1,000 moves, how many are given to a visit without a place while there is one.
UNPLACED_SHARE = 60


@inner
def settle(w, limit):
    """Judge the change made since ``begin``: True when it can be and the sum of prices is at most ``limit``."""
    settle_items(w)
    if known_price(w) > limit + EARLY_MARGIN:
        return False
    if not settle_times(w):
        return False
    refresh_team(w)
    if total(w) > limit:
        return False
    refresh_slacks(w)
    return True


@inner
def _unplaced_task(w):
    """A task of an unplaced item, looked for from a random one on."""
    count = w.ctl[S_MOVABLE]
    first = below(w, count)
    for step in range(count):
        t = movable_task(w, (first + step) % count)
        if w.items[w.tasks[t].item].placed < w.items[w.tasks[t].item].slots:
            return t
    return movable_task(w, first)


@inner
def _try(w):
    """Make one random change; False when it could not be made."""
    dice = below(w, 1000)
    t = movable_task(w, below(w, w.ctl[S_MOVABLE]))
    if w.ctl[N_UNPLACED] > 0 and below(w, 1000) < UNPLACED_SHARE:
        t = _unplaced_task(w)
    i = w.tasks[t].item
    if w.items[i].placed < w.items[i].slots:
        if w.items[i].cand0 == w.items[i].cand1:
            return False
        if dice < 400:
            return insert(w, i, 10.0)
        return insert_by_force(w, i)
    if dice < w.nums[SHARES + 0]:
        return relocate(w, t)
    if dice < w.nums[SHARES + 1]:
        return swap(w, t)
    if dice < w.nums[SHARES + 2]:
        return swap_tails(w, t)
    if dice < w.nums[SHARES + 3]:
        return change_time(w, i)
    if dice < w.nums[SHARES + 4]:
        return change_minutes(w, i)
    if dice < w.nums[SHARES + 5]:
        return move_break(w, w.tasks[t].route)
    if dice < w.nums[SHARES + 6]:
        return eject(w, t)
    if w.items[i].kind != VISIT:
        return False
    if dice < w.nums[SHARES + 7]:
        return hand_over(w, w.items[i].cw)
    return drop_carer(w, w.items[i].cw)


@part
def _draw(w):
    return -math.log(1.0 - unit(w))


@part
def _price(w):
    return total(w)


@part
def _attempt(w, limit):
    begin(w)
    w.ctl[N_SETTLED] = 0
    if w.ctl[S_MOVABLE] == 0:
        return False, 0.0
    w.nums[LIMIT] = limit
    if _try(w) and w.ctl[N_OPS] > 0 and settle(w, limit):
        w.ctl[N_SETTLED] = 1
    return w.ctl[N_SETTLED] == 1, total(w)


@part
def _undo(w):
    undo(w)
    if w.ctl[N_SETTLED] == 1:
        refresh_slacks(w)


@part
def _keep(w, best):
    keep(w, best)


@entry
def keep(w, best):
    """Copy the state of one world into another."""
    for index in range(w.items.shape[0]):
        best.items[index] = w.items[index]
    for index in range(w.tasks.shape[0]):
        best.tasks[index] = w.tasks[index]
    for index in range(w.routes.shape[0]):
        best.routes[index] = w.routes[index]
    for index in range(w.weeks.shape[0]):
        best.weeks[index] = w.weeks[index]
    for index in range(w.carers.shape[0]):
        best.carers[index] = w.carers[index]
    for index in range(w.groups.shape[0]):
        best.groups[index] = w.groups[index]
    for index in range(w.averages.shape[0]):
        best.averages[index] = w.averages[index]
    for index in range(w.nums.shape[0]):
        best.nums[index] = w.nums[index]
    for index in range(w.ctl.shape[0]):
        best.ctl[index] = w.ctl[index]
    for index in range(w.routes.shape[0] * SEQ_MAX):
        best.ints[index] = w.ints[index]
    for index in range(w.ctl[O_SEEN], w.ctl[O_MOVABLE]):
        best.ints[index] = w.ints[index]


#: ``run(world, best, iterations, hot, cold)``: that many moves while the temperature falls; see :mod:`annealing`.
run = make_annealing(_draw, _price, _attempt, _undo, _keep)


@entry
def seed_random(w, seed):
    """Start the random numbers from a seed (two steps of splitmix64)."""
    state = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15)
    for index in range(2):
        state += np.uint64(0x9E3779B97F4A7C15)
        z = state
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        w.rng[index] = z ^ (z >> np.uint64(31))


@entry
def place_fixed(w, t, r, wanted):
    """Put a pin, meeting or break into a route by the start it wants (pack minute); False: undone, it cannot be there."""
    begin(w)
    if w.routes[r].count >= SEQ_MAX - 1:
        return False
    i = w.tasks[t].item
    position = 0
    while position < w.routes[r].count and w.items[w.tasks[seq_at(w, r, position)].item].start <= wanted:
        position += 1
    w.items[i].start = wanted
    put(w, t, r, position)
    settle_items(w)
    if w.items[i].kind <= SESSION and w.items[i].placed < w.items[i].slots:
        # Its times are found when the last carer comes; until then the routes keep their marks, but wait in no stack.
        for at in range(w.ctl[N_DIRTY]):
            w.routes[stack_at(w, at)].dirty = 0
        return True
    if settle_times(w):
        refresh_team(w)
        refresh_slacks(w)
        return True
    undo(w)
    return False


@entry
def follow_visit(w, i, screen, clock, minutes, routes):
    """Place an unplaced visit as an earlier roster had it: way, clock time, minutes, a route per carer; False: cannot be."""
    begin(w)
    item = w.items[i]
    if item.screen != screen:
        set_screen(w, i, screen)
    set_pref(w, i, min(max(clock, item.lo), item.hi))
    if item.dmin <= minutes <= item.dmax and minutes != item.dur:
        set_dur(w, i, minutes)
    for slot in range(item.slots):
        r = routes[slot]
        wanted = w.routes[r].day * 1440 + clock
        position = 0
        while position < w.routes[r].count and w.items[w.tasks[seq_at(w, r, position)].item].start <= wanted:
            position += 1
        if not may_take(w, i, r):
            undo(w)
            return False
        put(w, item.task0 + slot, r, position)
    if settle(w, 1.0e15):
        return True
    undo(w)
    return False


@entry
def remove_item(w, i):
    """Take all of an item's tasks out of their routes."""
    begin(w)
    for t in range(w.items[i].task0, w.items[i].task0 + w.items[i].slots):
        if w.tasks[t].route != NONE:
            take(w, t)
    settle(w, 1.0e15)


@entry
def fill(w, order):
    """Place what is unplaced, in that order, each where it seems cheapest; returns how many found no place."""
    left = 0
    for index in range(order.shape[0]):
        i = np.int64(order[index])
        if w.items[i].placed == w.items[i].slots:
            continue
        done = False
        for attempt in range(6):
            begin(w)
            if insert(w, i, 15.0 * attempt) and settle(w, 1.0e15):
                done = True
                break
            undo(w)
        if not done:
            left += 1
    return left


@entry
def recount(w):
    """All sums from the ground up, so that nothing rests on rounding; every route is walked. False when one cannot be."""
    good = True
    begin(w)
    for r in range(w.routes.shape[0]):
        w.routes[r].whole = 1
        good = walk(w, r) and good
    for r in range(w.routes.shape[0]):
        w.routes[r].dirty = 0
        w.routes[r].first = UNMARKED
        w.routes[r].last = NONE
        refresh_slack(w, r)
    begin(w)
    for index in range(COSTS):
        w.nums[index] = 0.0
    w.ctl[N_UNPLACED] = 0
    for cw in range(w.weeks.shape[0]):
        w.weeks[cw].changed = 0
    for i in range(w.items.shape[0]):
        w.items[i].changed = 0
        refresh_item(w, i)
        w.nums[C_ITEMS] += w.items[i].cost
        if w.items[i].kind <= SESSION and w.items[i].placed < w.items[i].slots:
            w.ctl[N_UNPLACED] += 1
    for group in range(w.groups.shape[0]):
        refresh_group(w, group)
        w.nums[C_REGULAR] += w.groups[group].cost
    for cw in range(w.weeks.shape[0]):
        w.weeks[cw].cost = package_cost(w, cw)
        w.nums[C_PACKAGES] += w.weeks[cw].cost
        for k in range(w.ctl[S_CARERS]):
            for count in range(1, seen_at(w, cw, k) + 1):
                w.nums[C_CARERS] += w.nums[W_CARER] * w.weeks[cw].weight * nth(w, count)
        w.nums[C_LOYAL] += w.nums[W_FRESH] * first_weighs_most(w.weeks[cw].fresh)
    for index in range(w.averages.shape[0]):
        average = w.averages[index]
        w.nums[C_AVERAGE] += w.nums[W_AVERAGE] * abs(average.total / average.count - average.target)
    weeks_each = max(1, w.ctl[S_DAYS] // 7)
    for citizen in range(w.ctl[S_CITIZENS]):
        faces = 0.0
        for k in range(w.ctl[S_CARERS]):
            for count in range(1, add_seen14(w, citizen, k, 0) + 1):
                faces += nth(w, count)
        cw = min(citizen * weeks_each, w.weeks.shape[0] - 1)
        w.nums[C_CARERS] += w.nums[W_CARER14] * w.weeks[cw].weight * faces
    for r in range(w.routes.shape[0]):
        route = w.routes[r]
        w.nums[C_ROUTES] += w.nums[W_TRAVEL] * route.travel + w.nums[W_WAITING] * route.waiting + route.timing
    refresh_team(w)
    return good
