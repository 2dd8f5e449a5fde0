"""Trying a visit in given routes: what it would cost exactly, with all times that would move, and nothing changed."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from scheduler.search import entry, inner
from scheduler.search.anneal import settle
from scheduler.search.ledger import begin, put, set_pref, set_screen, undo
from scheduler.search.placing import may_take, scan
from scheduler.search.prices import total
from scheduler.search.walk import refresh_slacks
from scheduler.search.world import N_MAY_DELAY, NONE

#: A change of the total that stands for "cannot be".
IMPOSSIBLE = 1.0e14
ANY_PRICE = 1.0e15


@entry
def cheapest(w, i, routes, screen, clock, positions):
    """The least change of all prices by an unplaced visit in these routes, one for each carer; IMPOSSIBLE: it cannot be.

    ``clock`` is the time of day it is not to begin before; ``positions`` receives where in the routes it stands then.
    The world is left as it was.
    """
    best = IMPOSSIBLE
    if w.items[i].slots > 1:
        best = _try(w, i, routes, screen, clock, positions, NONE)
        _take_back(w)
        return best
    chosen = NONE
    for position in range(w.routes[routes[0]].count + 1):
        cost = _try(w, i, routes, screen, clock, positions, np.int64(position))
        _take_back(w)
        if cost < best:
            best = cost
            chosen = np.int64(position)
    positions[0] = chosen
    return best


@entry
def set_down(w, i, routes, screen, clock, positions):
    """Place an unplaced visit at known positions; returns the change of all prices. :func:`take_back` undoes it."""
    return _try(w, i, routes, screen, clock, positions, positions[0])


@entry
def take_back(w):
    """Undo the last :func:`set_down`."""
    _take_back(w)


@inner
def _take_back(w):
    undo(w)
    refresh_slacks(w)


@inner
def _try(w, i, routes, screen, clock, positions, position):
    """Place a visit; ``position`` NONE: in each route where it seems to fit best. The caller undoes it."""
    begin(w)
    w.ctl[N_MAY_DELAY] = 1
    before = total(w)
    item = w.items[i]
    if item.screen != screen:
        set_screen(w, i, screen)
    if item.pref != clock:
        set_pref(w, i, clock)
    for slot in range(item.slots):
        r = routes[slot]
        if not may_take(w, i, r):
            return IMPOSSIBLE
        at = position if slot == 0 else positions[slot]
        if position == NONE:
            at, _ = scan(w, i, r)
            if at == NONE:
                return IMPOSSIBLE
        positions[slot] = at
        put(w, item.task0 + slot, r, at)
    if not settle(w, ANY_PRICE):
        return IMPOSSIBLE
    return total(w) - before
