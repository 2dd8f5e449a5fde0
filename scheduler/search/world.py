"""The search's data: flat arrays of records, made by :mod:`build`, changed only by :mod:`ledger` and :mod:`walk`.

Vocabulary. An *item* is something with a start and a length: a due visit, a session, a meeting or a break. A *task* is
one person's part in it (a two-carer visit has two). A *route* is one shift of one carer: a sequence of tasks. Times are
pack minutes except where a field says "clock" (minutes after midnight of the item's date). A *place* is an index into
the travel matrices; NOWHERE means an item without one (a break, a screen visit).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

VISIT, SESSION, MEETING, BREAK = 0, 1, 2, 3
NOWHERE = -1
NONE = -1
#: ROUTE.island of a shift that begins and ends at its visits, wherever they are.
ANYWHERE = -2
UNREACHABLE = 1 << 20
HOME_BIT, SCREEN_BIT = 1, 2

ITEM = np.dtype(
    [
        ("kind", "i4"),
        ("place", "i4"),
        ("slots", "i4"),
        ("task0", "i4"),
        ("citizen", "i4"),
        ("cw", "i4"),  # citizen-week, NONE for anything but a visit
        ("need", "i4"),
        ("lo", "i4"),  # earliest and latest start, clock
        ("hi", "i4"),
        ("dmin", "i4"),
        ("dwish", "i4"),
        ("dmax", "i4"),
        ("agreed", "i4"),  # clock
        ("ways", "i4"),  # HOME_BIT | SCREEN_BIT
        ("mult", "i4"),  # package minutes per minute of duration; 0: does not count
        ("group", "i4"),  # need-week whose starts should be alike
        ("fixed", "i4"),  # 1: never moved by the search (pin, meeting, break)
        ("cand0", "i4"),  # slice of World.candidates
        ("cand1", "i4"),
        ("link0", "i4"),  # slice of World.links
        ("link1", "i4"),
        ("sib0", "i4"),  # slice of World.siblings: the other visits of an "any" need in the week
        ("sib1", "i4"),
        ("unplaced", "f8"),  # price of leaving it out
        # what the search decides
        ("placed", "i4"),  # how many of its tasks are in a route
        ("day", "i4"),
        ("start", "i4"),
        ("pref", "i4"),  # clock before which it does not start, though it could
        ("dur", "i4"),
        ("screen", "i4"),
        ("cost", "f8"),
        ("stamp", "i8"),
    ],
    align=True,
)
TASK = np.dtype([("item", "i4"), ("route", "i4"), ("arrival", "i4")], align=True)
ROUTE = np.dtype(
    [
        ("carer", "i4"),
        ("day", "i4"),
        ("start", "i4"),
        ("end", "i4"),
        ("matrix", "i4"),
        ("origin", "i4"),
        ("island", "i4"),
        ("reserve", "i4"),
        ("away0", "i4"),  # slice of World.away: the carer's absences
        ("away1", "i4"),
        ("untrained", "i4"),
        ("substitute", "i4"),
        ("count", "i4"),
        ("active", "i4"),  # how many visits and sessions
        ("travel", "i4"),
        ("waiting", "i4"),
        ("timing", "f8"),  # price of starts off the agreed and the standing time
        ("old_count", "i4"),  # as they were before the current move
        ("old_active", "i4"),
        ("old_travel", "i4"),
        ("old_waiting", "i4"),
        ("old_timing", "f8"),
        ("stamp", "i8"),
        ("dirty", "i4"),
    ],
    align=True,
)
CITIZEN_WEEK = np.dtype(
    [
        ("citizen", "i4"),
        ("weight", "f8"),
        ("cap", "i4"),
        ("contact", "i4"),
        ("least", "i4"),  # package interval in counted minutes; NONE: no end
        ("most", "i4"),
        ("average", "i4"),  # index of the package's average, NONE without one
        ("distinct", "i4"),
        ("planned", "i4"),
        ("unplanned", "i4"),
        ("above_min", "i4"),  # placed counted visits longer than their smallest
        ("below_max", "i4"),
        ("cost", "f8"),
    ],
    align=True,
)
CARER = np.dtype([("share", "f8"), ("load", "i8")], align=True)
AVERAGE = np.dtype([("target", "f8"), ("count", "f8"), ("total", "i8")], align=True)
#: A need's visits in a week, whose starts should be alike.
GROUP = np.dtype(
    [("cost", "f8"), ("old", "f8"), ("stamp", "i8"), ("count", "i4"), ("first", "i4")],
    align=True,
)

# World.nums: the sums that make the objective, the same before the current move, and the weights
C_ROUTES, C_REGULAR, C_ITEMS, C_CARERS, C_PACKAGES, C_AVERAGE, C_UNFAIR, C_UNTRAINED = range(8)
COSTS = 8
(
    W_CARER,
    W_CARER14,
    W_CONTACT,
    W_SUBSTITUTE,
    W_TRAVEL,
    W_WAITING,
    W_AGREED,
    W_REGULAR,
    W_MINUTES,
    W_UNFAIR,
    W_AVERAGE,
    W_BASE_CARER,
    W_BASE_MINUTES,
    W_PACKAGE,
    W_UNTRAINED,
    UNTRAINED_SHARE,
) = range(2 * COSTS, 2 * COSTS + 16)
NUMS = 2 * COSTS + 16

# World.ctl: counters of the current move and of the whole, then facts, then where each table begins in World.ints
(
    N_MOVE,
    N_OPS,
    N_TOUCHED,
    N_GROUPS,
    N_SAVED,
    N_DIRTY,
    N_DETOUR,
    N_UNTRAINED_MIN,
    N_VISIT_MIN,
    N_UNPLACED,
    S_FIRST14,
    S_DAYS,
    S_PLACES,
    S_MAP_PLACES,
    S_CARERS,
    S_ROUTES,
    S_CITIZENS,
    S_MOVABLE,
    S_STANDING,
    S_HOME_WIDTH,
    O_MINUTES,
    O_ISLAND,
    O_FERRY,
    O_ELIGIBLE,
    O_CANDIDATES,
    O_LINKS,
    O_SIBLINGS,
    O_GROUP_ITEMS,
    O_HOME_DAY,
    O_AWAY,
    O_CITIZEN_AWAY,
    O_STANDING,
    O_SEEN,
    O_SEEN14,
    O_MOVABLE,
    O_OPS,
    O_TOUCHED,
    O_GROUPS,
    O_SAVED,
    O_SAVED_SEQ,
    O_STACK,
    O_SCRATCH,
) = range(42)
CTL = 42
# kinds of entries in the undo log
OP_TAKE, OP_PUT, OP_PREF, OP_DUR, OP_SCREEN = range(5)
OPS_MAX, TOUCHED_MAX, SCRATCH = 256, 4096, 512
#: The most tasks in one route.
SEQ_MAX = 64
#: Numbers per link: the other item, 1 when this one is the first, least gap, greatest gap (NONE: none), same carer.
LINK_WIDTH = 5


class World(NamedTuple):
    """All arrays of one search.

    Few, because compiled code passes each array's parts at every call: everything whole-numbered that is no record lies
    in ``ints``, table after table, and is reached through :mod:`access`.
    """

    items: npt.NDArray[np.void]
    tasks: npt.NDArray[np.void]
    routes: npt.NDArray[np.void]
    weeks: npt.NDArray[np.void]  # citizen-weeks
    carers: npt.NDArray[np.void]
    averages: npt.NDArray[np.void]
    groups: npt.NDArray[np.void]
    ints: npt.NDArray[np.int32]
    nums: npt.NDArray[np.float64]
    ctl: npt.NDArray[np.int64]
    rng: npt.NDArray[np.uint64]


def total_cost(world: World) -> float:
    """The objective as the search keeps it: the part that depends on what it decides, plus penalties."""
    return float(world.nums[:COSTS].sum())
