"""Reading and writing the tables inside ``World.ints`` (:mod:`world`), each by what it means."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from scheduler.search import inlined
from scheduler.search.world import (
    LINK_WIDTH,
    O_AWAY,
    O_CANDIDATES,
    O_CITIZEN_AWAY,
    O_ELIGIBLE,
    O_FERRY,
    O_GROUP_ITEMS,
    O_GROUPS,
    O_HOME_DAY,
    O_ISLAND,
    O_KNOWN,
    O_LINKS,
    O_MINUTES,
    O_MOVABLE,
    O_OPS,
    O_PARTS,
    O_REFERENCE,
    O_SAVED,
    O_SCRATCH,
    O_SEEN,
    O_SEEN14,
    O_SIBLINGS,
    O_STACK,
    O_STANDING,
    O_TOUCHED,
    S_CARERS,
    S_DAYS,
    S_HOME_WIDTH,
    S_PLACES,
    S_ROUTES,
    SEQ_MAX,
)


@inlined
def seq_at(w, r, position):
    """The task at a position of a route."""
    return np.int64(w.ints[r * SEQ_MAX + position])


@inlined
def set_seq(w, r, position, t):
    """Write the task at a position of a route."""
    w.ints[r * SEQ_MAX + position] = t


@inlined
def leg_min(w, matrix, a, b):
    """Travel minutes between two places by a travel matrix."""
    places = w.ctl[S_PLACES]
    return np.int64(w.ints[w.ctl[O_MINUTES] + (matrix * places + a) * places + b])


@inlined
def island_of(w, place):
    """The island of a place on the map; NONE: mainland."""
    return np.int64(w.ints[w.ctl[O_ISLAND] + place])


@inlined
def ferry_at(w, island, day, end):
    """First arrival (end 0) and last departure (end 1) of an island's ferry on a day."""
    return np.int64(w.ints[w.ctl[O_FERRY] + (island * w.ctl[S_DAYS] + day) * 2 + end])


@inlined
def ways_in(w, i, r):
    """In which ways (HOME_BIT, SCREEN_BIT) a route can take an item."""
    return np.int64(w.ints[w.ctl[O_ELIGIBLE] + i * w.ctl[S_ROUTES] + r])


@inlined
def candidate(w, index):
    """One of an item's routes: ``index`` from its cand0 to cand1."""
    return np.int64(w.ints[w.ctl[O_CANDIDATES] + index])


@inlined
def link_at(w, index, field):
    """A number of a link: 0 other item, 1 this one leads, 2 least gap, 3 greatest gap, 4 same carer."""
    return np.int64(w.ints[w.ctl[O_LINKS] + index * LINK_WIDTH + field])


@inlined
def sibling(w, index):
    """One of the visits of an "any" need in a week: ``index`` from an item's sib0 to sib1."""
    return np.int64(w.ints[w.ctl[O_SIBLINGS] + index])


@inlined
def part(w, index):
    """The citizen-week of one who takes part in a session: ``index`` from an item's part0 to part1."""
    return np.int64(w.ints[w.ctl[O_PARTS] + index])


@inlined
def group_item(w, index):
    """One of a need-week's visits: ``index`` from the group's first."""
    return np.int64(w.ints[w.ctl[O_GROUP_ITEMS] + index])


@inlined
def home_item(w, citizen, day, index):
    """The items that may be with a citizen on a day: their count at index 0, then they."""
    return np.int64(w.ints[w.ctl[O_HOME_DAY] + (citizen * w.ctl[S_DAYS] + day) * w.ctl[S_HOME_WIDTH] + index])


@inlined
def away_at(w, index, end):
    """Start (end 0) and end (end 1) of an absence."""
    return np.int64(w.ints[w.ctl[O_AWAY] + 2 * index + end])


@inlined
def citizen_away(w, citizen, end):
    """First and one past the last absence of a citizen."""
    return np.int64(w.ints[w.ctl[O_CITIZEN_AWAY] + 2 * citizen + end])


@inlined
def standing_at(w, need, day, field):
    """What the standing roster has for a need on a day: 0 start clock (NONE: nothing), 1 and 2 its carers."""
    return np.int64(w.ints[w.ctl[O_STANDING] + (need * w.ctl[S_DAYS] + day) * 3 + field])


@inlined
def reference_at(w, need, day, field):
    """What the roster that is re-planned has for a need on a day: 0 start clock (NONE: nothing), 1 and 2 its carers."""
    return np.int64(w.ints[w.ctl[O_REFERENCE] + (need * w.ctl[S_DAYS] + day) * 3 + field])


@inlined
def known_at(w, citizen, carer):
    """Whether a citizen knew a carer before the re-planning (1) or not (0)."""
    return np.int64(w.ints[w.ctl[O_KNOWN] + citizen * w.ctl[S_CARERS] + carer])


@inlined
def seen_at(w, cw, carer):
    """Home visits of a carer in a citizen's week."""
    return np.int64(w.ints[w.ctl[O_SEEN] + cw * w.ctl[S_CARERS] + carer])


@inlined
def add_seen(w, cw, carer, change):
    """Change and return a carer's home visits in a citizen's week."""
    at = w.ctl[O_SEEN] + cw * w.ctl[S_CARERS] + carer
    w.ints[at] += change
    return np.int64(w.ints[at])


@inlined
def add_seen14(w, citizen, carer, change):
    """Change and return a carer's home visits at a citizen's in the 14 days."""
    at = w.ctl[O_SEEN14] + citizen * w.ctl[S_CARERS] + carer
    w.ints[at] += change
    return np.int64(w.ints[at])


@inlined
def movable_task(w, index):
    """One of the tasks the search may move."""
    return np.int64(w.ints[w.ctl[O_MOVABLE] + index])


@inlined
def scratch_at(w, index):
    """A number put aside within one function."""
    return np.int64(w.ints[w.ctl[O_SCRATCH] + index])


@inlined
def set_scratch(w, index, value):
    """Put a number aside within one function."""
    w.ints[w.ctl[O_SCRATCH] + index] = value


@inlined
def op_at(w, at, field):
    """A number of the undo log: 0 kind, 1 task or item, 2 old route or value."""
    return np.int64(w.ints[w.ctl[O_OPS] + 3 * at + field])


@inlined
def set_op(w, at, field, value):
    """Write a number of the undo log."""
    w.ints[w.ctl[O_OPS] + 3 * at + field] = value


@inlined
def touched_at(w, at, field):
    """An item this move touched: 0 the item, 1 its start before."""
    return np.int64(w.ints[w.ctl[O_TOUCHED] + 2 * at + field])


@inlined
def set_touched(w, at, field, value):
    """Write down an item this move touches."""
    w.ints[w.ctl[O_TOUCHED] + 2 * at + field] = value


@inlined
def group_at(w, at):
    """A need-week this move touched."""
    return np.int64(w.ints[w.ctl[O_GROUPS] + at])


@inlined
def set_group(w, at, group):
    """Write down a need-week this move touches."""
    w.ints[w.ctl[O_GROUPS] + at] = group


@inlined
def saved_at(w, at):
    """A route this move touched."""
    return np.int64(w.ints[w.ctl[O_SAVED] + at])


@inlined
def set_saved(w, at, r):
    """Write down a route this move touches."""
    w.ints[w.ctl[O_SAVED] + at] = r


@inlined
def stack_at(w, at):
    """A route that waits to be walked."""
    return np.int64(w.ints[w.ctl[O_STACK] + at])


@inlined
def set_stack(w, at, r):
    """Have a route wait to be walked."""
    w.ints[w.ctl[O_STACK] + at] = r
