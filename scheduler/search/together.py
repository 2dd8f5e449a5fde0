"""What holds between visits once their times are known: greatest gaps of links, and no two visits to a citizen at once."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from scheduler.search import inner
from scheduler.search.access import home_item, link_at
from scheduler.search.ledger import log_room, set_pref
from scheduler.search.world import NONE, S_DAYS, S_PAST_MIDNIGHT, VISIT

DAY = 1440


@inner
def gaps_hold(w, i, mend):
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
def clear_of_others(w, i, mend):
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
