"""What the search's prices only lean towards, made to hold in the end: rule 7 (package minutes) and rule 8 (untrained).

The search may cross both on its way, at a price; a visit left out can cost more than that. Here visits are made longer or
shorter, moved, and at last taken out, the cheapest first, until both rules hold; then what still fits is put back.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from scheduler.search import entry, inner
from scheduler.search.access import candidate
from scheduler.search.anneal import settle
from scheduler.search.ledger import begin, put, set_dur, take, undo
from scheduler.search.placing import insert, may_take, remove_tasks, scan
from scheduler.search.prices import total
from scheduler.search.world import C_PACKAGES, C_UNTRAINED, NONE, VISIT

#: Anything goes: a step of mending is judged by the rule it is for.
ANY_PRICE = 1.0e15
TINY = 1.0e-6


@entry
def mend(w, order):
    """Bring a world inside rules 7 and 8; ``order`` lists the items in the order in which they are to be placed."""
    for _ in range(4):  # what is taken out for one rule may bring a week below the other's bound
        if w.nums[C_PACKAGES] > TINY:
            _mend_packages(w)
        if w.nums[C_UNTRAINED] > TINY:
            _mend_untrained(w)
        if w.nums[C_PACKAGES] <= TINY and w.nums[C_UNTRAINED] <= TINY:
            break
    _refill(w, order)


@inner
def _mend_packages(w):
    for cw in range(w.weeks.shape[0]):
        for step in range(3):
            for i in range(w.items.shape[0]):
                if w.weeks[cw].cost <= TINY:
                    break
                item = w.items[i]
                if item.kind != VISIT or item.cw != cw or item.fixed == 1 or item.mult == 0:
                    continue
                if item.placed < item.slots:
                    continue
                if step < 2:
                    _bend(w, i, step == 1)
                elif item.dur != (item.dmin if _is_above(w, cw) else item.dmax):
                    _leave_out(w, i)


@inner
def _is_above(w, cw):
    week = w.weeks[cw]
    return week.most != NONE and week.planned > week.most


@inner
def _bend(w, i, elsewhere):
    """Have a visit last as its citizen's week asks, or as near to it as it can; ``elsewhere``: in any route."""
    item = w.items[i]
    week = w.weeks[item.cw]
    if _is_above(w, item.cw):
        change = -min(item.dur - item.dmin, (week.planned - week.most + item.mult - 1) // item.mult)
    else:
        lack = week.least - week.planned - week.unplanned
        change = min(item.dmax - item.dur, (lack + item.mult - 1) // item.mult)
    while change != 0:
        before = week.cost
        begin(w)
        if elsewhere:
            remove_tasks(w, i)
        set_dur(w, i, item.dur + change)
        if (not elsewhere or insert(w, i, 0.0)) and settle(w, ANY_PRICE) and week.cost < before:
            return
        undo(w)
        change = change // 2 if change > 0 else -(-change // 2)


@inner
def _leave_out(w, i):
    begin(w)
    remove_tasks(w, i)
    if not settle(w, ANY_PRICE):
        undo(w)


@inner
def _untrained_minutes(w, i):
    """Minutes of untrained carers in a visit that may be moved."""
    item = w.items[i]
    minutes = 0
    if item.kind == VISIT and item.fixed == 0 and item.placed == item.slots:
        for t in range(item.task0, item.task0 + item.slots):
            if w.routes[w.tasks[t].route].untrained == 1:
                minutes += item.dur
    return minutes


@inner
def _mend_untrained(w):
    for i in range(w.items.shape[0]):
        if w.nums[C_UNTRAINED] <= TINY:
            return
        if _untrained_minutes(w, i) > 0:
            packages = w.nums[C_PACKAGES]
            begin(w)
            if not (
                _give_to_trained(w, i) and settle(w, ANY_PRICE) and w.nums[C_PACKAGES] <= packages + TINY
            ):
                undo(w)
    for _ in range(w.items.shape[0]):
        if w.nums[C_UNTRAINED] <= TINY:
            return
        cheapest, price = NONE, ANY_PRICE
        for i in range(w.items.shape[0]):
            minutes = _untrained_minutes(w, i)
            if minutes > 0 and w.items[i].unplaced / minutes < price:
                cheapest, price = np.int64(i), w.items[i].unplaced / minutes
        if cheapest == NONE:
            return
        _leave_out(w, cheapest)


@inner
def _give_to_trained(w, i):
    item = w.items[i]
    for t in range(item.task0, item.task0 + item.slots):
        if w.routes[w.tasks[t].route].untrained == 0:
            continue
        take(w, t)
        best, best_route, best_position = 1.0e9, NONE, NONE
        for index in range(item.cand0, item.cand1):
            r = candidate(w, index)
            if w.routes[r].untrained == 1 or not may_take(w, i, r):
                continue
            position, estimate = scan(w, i, r)
            if position != NONE and estimate < best:
                best, best_route, best_position = estimate, r, position
        if best_route == NONE:
            return False
        put(w, t, best_route, best_position)
    return True


@inner
def _refill(w, order):
    """Place what is unplaced where that breaks neither rule."""
    for index in range(order.shape[0]):
        i = np.int64(order[index])
        if w.items[i].placed == w.items[i].slots:
            continue
        for attempt in range(3):
            packages, before = w.nums[C_PACKAGES], total(w)
            begin(w)
            if (
                insert(w, i, 10.0 * attempt)
                and settle(w, before)
                and w.nums[C_PACKAGES] <= packages + TINY
                and w.nums[C_UNTRAINED] <= TINY
            ):
                break
            undo(w)
