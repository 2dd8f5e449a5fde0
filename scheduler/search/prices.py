"""What things cost, by the objective of the team pack; each ``refresh`` brings one stored price up to date."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from scheduler.search import hot, inlined, inner
from scheduler.search.access import (
    group_at,
    group_item,
    reference_at,
    scratch_at,
    set_scratch,
    standing_at,
    touched_at,
)
from scheduler.search.world import (
    BREAK,
    C_ITEMS,
    C_LOYAL,
    C_REGULAR,
    C_ROUTES,
    C_UNFAIR,
    C_UNTRAINED,
    COSTS,
    MEETING,
    N_DETOUR,
    N_GROUPS,
    N_TOUCHED,
    N_UNTRAINED_MIN,
    N_VISIT_MIN,
    NONE,
    NTH,
    NTHS,
    S_LOYAL,
    S_STANDING,
    UNTRAINED_SHARE,
    VISIT,
    W_BASE_CARER,
    W_CHANGED,
    W_CONTACT,
    W_FRESH,
    W_MINUTES,
    W_PACKAGE,
    W_REGULAR,
    W_SUBSTITUTE,
    W_TRAVEL,
    W_UNFAIR,
    W_UNTRAINED,
    W_WAITING,
)

#: A move may be given up early when the prices known at once exceed the threshold by this many minutes: about what
#: shorter waiting and better times could win back.
EARLY_MARGIN = 12.0


@inlined
def nth(w, count):
    """What a carer's visit to a citizen costs, in faces, when it makes them so many."""
    return w.nums[NTH + min(count, NTHS - 1)]


@hot
def package_cost(w, cw):
    """The penalty for minutes outside the package's interval, as rule 7 reckons them."""
    week = w.weeks[cw]
    cost = 0.0
    if week.most != NONE and week.planned > week.most and week.above_min > 0:
        cost += week.planned - week.most
    if week.least > 0 and week.planned + week.unplanned < week.least and week.below_max > 0:
        cost += week.least - week.planned - week.unplanned
    return cost * w.nums[W_PACKAGE]


@hot
def item_cost(w, i):
    """The price of an item by who does it and how long: unplaced, contact carer, substitute, standing roster, minutes."""
    item = w.items[i]
    if item.kind == MEETING or item.kind == BREAK:
        return 0.0
    if item.placed < item.slots:
        return item.unplaced
    if item.kind != VISIT:
        return 0.0
    cost = w.nums[W_MINUTES] * abs(item.dur - item.dwish)
    contact = w.weeks[item.cw].contact
    met = False
    substitute = False
    low, high = 1 << 30, NONE
    for t in range(item.task0, item.task0 + item.slots):
        route = w.routes[w.tasks[t].route]
        met = met or route.carer == contact
        substitute = substitute or route.substitute == 1
        low = min(low, route.carer)
        high = max(high, route.carer)
    if contact != NONE and not met and item.screen == 0:
        cost += w.nums[W_CONTACT]
    if substitute:
        cost += w.nums[W_SUBSTITUTE]
    if w.ctl[S_STANDING] == 1:
        known = standing_at(w, item.need, item.day, 0) != NONE
        same = (
            standing_at(w, item.need, item.day, 1) == low and standing_at(w, item.need, item.day, 2) == high
        )
        if known and not same:
            cost += w.nums[W_BASE_CARER]
    return cost


@hot
def change_of_faces(w, cw, sign):
    """Count a carer whom a citizen did not know before a re-planning in (1) or out (−1) of a week."""
    week = w.weeks[cw]
    before = w.nums[W_FRESH] * first_weighs_most(week.fresh)
    week.fresh += sign
    w.nums[C_LOYAL] += w.nums[W_FRESH] * first_weighs_most(week.fresh) - before


@hot
def count_changed(w, i, changed):
    """Set whether a visit has other carers than before a re-planning."""
    item = w.items[i]
    week = w.weeks[item.cw]
    before = w.nums[W_CHANGED] * first_weighs_most(week.changed)
    week.changed += changed - item.changed
    item.changed = changed
    w.nums[C_LOYAL] += w.nums[W_CHANGED] * first_weighs_most(week.changed) - before


@inlined
def first_weighs_most(count):
    """What is compared is how many citizens there are; a second one of the same citizen weighs little."""
    return 1.0 + 0.05 * (count - 1) if count > 0 else 0.0


@hot
def _is_changed(w, i):
    """1 when a placed visit has other carers than in the roster that is re-planned."""
    item = w.items[i]
    if item.placed < item.slots or reference_at(w, item.need, item.day, 0) == NONE:
        return np.int64(0)
    low, high = np.int64(1 << 30), NONE
    for t in range(item.task0, item.task0 + item.slots):
        carer = w.routes[w.tasks[t].route].carer
        low = min(low, carer)
        high = max(high, carer)
    same = reference_at(w, item.need, item.day, 1) == low and reference_at(w, item.need, item.day, 2) == high
    return np.int64(0) if same else np.int64(1)


@hot
def refresh_item(w, i):
    """Bring an item's price up to date; returns the change."""
    if w.ctl[S_LOYAL] == 1 and w.items[i].kind == VISIT:
        count_changed(w, i, _is_changed(w, i))
    cost = item_cost(w, i)
    change = cost - w.items[i].cost
    w.items[i].cost = cost
    return change


@inner
def refresh_group(w, group):
    """Bring the price of irregular starts of a need-week up to date; returns the change."""
    count = 0
    first = w.groups[group].first
    for index in range(first, first + w.groups[group].count):
        item = w.items[group_item(w, index)]
        if item.placed == item.slots:
            clock = item.start - item.day * 1440
            at = count
            while at > 0 and scratch_at(w, at - 1) > clock:
                set_scratch(w, at, scratch_at(w, at - 1))
                at -= 1
            set_scratch(w, at, clock)
            count += 1
    spread = 0
    for index in range(count // 2):
        spread += scratch_at(w, count - 1 - index) - scratch_at(w, index)
    cost = w.nums[W_REGULAR] * spread
    change = cost - w.groups[group].cost
    w.groups[group].cost = cost
    return change


@hot
def refresh_team(w):
    """Bring the prices that hang on everybody up to date: unfair loads, the untrained share."""
    total = 0
    for k in range(w.carers.shape[0]):
        total += w.carers[k].load
    spread = 0.0
    for k in range(w.carers.shape[0]):
        spread += abs(w.carers[k].load - w.carers[k].share * total)
    w.nums[C_UNFAIR] = w.nums[W_UNFAIR] * spread / max(1, w.carers.shape[0])
    over = w.ctl[N_UNTRAINED_MIN] - w.nums[UNTRAINED_SHARE] * w.ctl[N_VISIT_MIN]
    w.nums[C_UNTRAINED] = w.nums[W_UNTRAINED] * max(0.0, over)


@inner
def settle_items(w):
    """Bring the touched items' prices up to date, into the sum."""
    for at in range(w.ctl[N_TOUCHED]):
        w.nums[C_ITEMS] += refresh_item(w, touched_at(w, at, 0))


@inner
def settle_groups(w):
    """Bring the touched need-weeks' prices up to date, into the sum."""
    for at in range(w.ctl[N_GROUPS]):
        w.nums[C_REGULAR] += refresh_group(w, group_at(w, at))


@hot
def total(w):
    """The sum of all prices."""
    value = 0.0
    for index in range(COSTS):
        value += w.nums[index]
    return value


@hot
def known_price(w):
    """The sum of all prices as far as it is known before any route is walked."""
    return total(w) + w.nums[W_TRAVEL] * w.ctl[N_DETOUR]


@hot
def charge_route(w, r, travel, waiting, timing):
    """Replace a route's travel, waiting and timing, in the sum and in the carer's load."""
    route = w.routes[r]
    change = w.nums[W_TRAVEL] * (travel - route.travel)
    change += w.nums[W_WAITING] * (waiting - route.waiting) + timing - route.timing
    w.nums[C_ROUTES] += change
    w.carers[route.carer].load += travel - route.travel
    route.travel = travel
    route.waiting = waiting
    route.timing = timing
