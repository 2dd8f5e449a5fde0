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

# Constants that are handed on as arguments are NumPy numbers: Numba compiles a function anew for each literal number it is
# given, but only once for all of type int64.
VISIT, SESSION, MEETING, BREAK = 0, 1, 2, 3
NOWHERE = np.int64(-1)
NONE = np.int64(-1)
#: ROUTE.island of a shift that begins and ends at its visits, wherever they are.
ANYWHERE = -2
UNREACHABLE = 1 << 20
HOME_BIT, SCREEN_BIT = 1, 2

# What a walk or a scan reads of every item it passes stands first, in one line of the processor's cache.
ITEM = np.dtype(
    [
        ("place", "i8"),
        ("screen", "i8"),
        ("start", "i8"),
        ("dur", "i8"),
        ("lo", "i8"),  # earliest and latest start, clock
        ("hi", "i8"),
        ("pref", "i8"),  # clock before which it does not start, though it could
        ("kind", "i8"),
        ("task0", "i8"),
        ("slots", "i8"),
        ("citizen", "i8"),
        ("cw", "i8"),  # citizen-week, NONE for anything but a visit
        ("link0", "i8"),  # slice of World.links
        ("link1", "i8"),
        ("placed", "i8"),  # how many of its tasks are in a route
        ("day", "i8"),
        ("need", "i8"),
        ("agreed", "i8"),  # clock
        ("dmin", "i8"),
        ("dwish", "i8"),
        ("dmax", "i8"),
        ("group", "i8"),  # need-week whose starts should be alike
        ("stamp", "i8"),
        ("fixed", "i8"),  # 1: never moved by the search (pin, meeting, break)
        ("cost", "f8"),
        ("unplaced", "f8"),  # price of leaving it out
        ("ways", "i8"),  # HOME_BIT | SCREEN_BIT
        ("mult", "i8"),  # package minutes per minute of duration; 0: does not count
        ("part0", "i8"),  # slice of World.parts: citizen-weeks of those who take part in a session
        ("part1", "i8"),
        ("each", "i8"),  # package minutes of a session for each of them
        ("cand0", "i8"),  # slice of World.candidates
        ("cand1", "i8"),
        ("sib0", "i8"),  # slice of World.siblings: the other visits of an "any" need in the week
        ("sib1", "i8"),
        ("changed", "i8"),  # 1: other carers than in the roster that is being re-planned
        ("old_cost", "f8"),  # as they were before the current move
        ("old_changed", "i8"),
    ],
    align=True,
)
TASK = np.dtype(
    [
        ("item", "i8"),
        ("route", "i8"),
        ("arrival", "i8"),
        # how the route was walked: minute before it, whether the travel to the next place was done by then
        ("now", "i8"),
        ("paid", "i8"),
        ("leg", "i8"),  # travel to it
        ("timing", "f8"),  # price of its start
        # the slow clock: minutes behind when it begins; before it: minutes behind, free from when, work since the last place
        ("behind", "i8"),
        ("before", "i8"),
        ("free", "i8"),
        ("work", "i8"),
        ("late", "i8"),  # how late it may begin without what follows in the route coming too late
        ("me", "i8"),  # its own index
        ("stamp", "i8"),
    ],
    align=True,
)
ROUTE = np.dtype(
    [
        ("carer", "i8"),
        ("day", "i8"),
        ("start", "i8"),
        ("end", "i8"),
        ("matrix", "i8"),
        ("origin", "i8"),
        ("island", "i8"),
        ("reserve", "i8"),
        ("away0", "i8"),  # slice of World.away: the carer's absences
        ("away1", "i8"),
        ("untrained", "i8"),
        ("substitute", "i8"),
        ("count", "i8"),
        ("active", "i8"),  # how many visits and sessions
        ("travel", "i8"),
        ("waiting", "i8"),
        ("timing", "f8"),  # price of starts off the agreed and the standing time
        # what the walk leaves behind, so that the next one can begin in the middle
        ("busy", "i8"),  # minutes of all items
        ("legs", "i8"),  # travel to the items
        ("home", "i8"),  # travel back
        ("timed", "f8"),  # the tasks' timing
        ("begins", "i8"),  # first departure
        ("finish", "i8"),  # last return
        ("whole", "i8"),  # 1: nothing of it can be relied on
        ("old_active", "i8"),  # as they were before the current move
        ("old_travel", "i8"),
        ("old_waiting", "i8"),
        ("old_timing", "f8"),
        ("old_busy", "i8"),
        ("old_legs", "i8"),
        ("old_home", "i8"),
        ("old_timed", "f8"),
        ("old_begins", "i8"),
        ("old_finish", "i8"),
        ("old_whole", "i8"),
        ("stamp", "i8"),
        ("dirty", "i8"),
        ("first", "i8"),  # positions between which the next walk has something to change
        ("last", "i8"),
    ],
    align=True,
)
CITIZEN_WEEK = np.dtype(
    [
        ("citizen", "i8"),
        ("weight", "f8"),
        ("cap", "i8"),
        ("contact", "i8"),
        ("least", "i8"),  # package interval in counted minutes; NONE: no end
        ("most", "i8"),
        ("average", "i8"),  # index of the package's average, NONE without one
        ("distinct", "i8"),
        ("planned", "i8"),
        ("unplanned", "i8"),
        ("above_min", "i8"),  # placed counted visits longer than their smallest
        ("below_max", "i8"),
        ("fresh", "i8"),  # carers the citizen did not know before the re-planning
        ("changed", "i8"),  # visits with other carers than before it
        ("cost", "f8"),
    ],
    align=True,
)
CARER = np.dtype([("share", "f8"), ("load", "i8")], align=True)
AVERAGE = np.dtype([("target", "f8"), ("count", "f8"), ("total", "i8")], align=True)
#: A need's visits in a week, whose starts should be alike.
GROUP = np.dtype(
    [("cost", "f8"), ("old", "f8"), ("stamp", "i8"), ("count", "i8"), ("first", "i8")],
    align=True,
)

# World.nums: the sums that make the objective, the same before the current move, and the weights
C_ROUTES, C_REGULAR, C_ITEMS, C_CARERS, C_PACKAGES, C_AVERAGE, C_UNFAIR, C_UNTRAINED, C_LOYAL = range(9)
COSTS = 9
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
    W_FRESH,
    W_CHANGED,
    W_MOVED,
    W_BUFFER,
    LIMIT,  # what the sum of all prices may be after the current move
    SHARES,  # of 1,000 moves, up to which number each kind goes; the first of KINDS
) = range(2 * COSTS, 2 * COSTS + 22)
KINDS = 8
#: What the nth visit of a carer to a citizen in a week (in the 14 days) costs, in W_CARER (W_CARER14), from n = 0 on; all
#: beyond the last cost as much as that.
NTH = SHARES + KINDS
NTHS = 40
NUMS = NTH + NTHS
NO_LIMIT = 1.0e18

# World.ctl: counters of the current move and of the whole, then facts, then where each table begins in World.ints
(
    N_MOVE,
    N_OPS,
    N_TOUCHED,
    N_GROUPS,
    N_SAVED,
    N_SAVED_TASKS,
    N_DIRTY,
    N_DETOUR,
    N_MAY_DELAY,
    N_SETTLED,
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
    S_LOYAL,
    S_HOME_WIDTH,
    S_PAST_MIDNIGHT,
    O_MINUTES,
    O_ISLAND,
    O_FERRY,
    O_ELIGIBLE,
    O_CANDIDATES,
    O_LINKS,
    O_SIBLINGS,
    O_PARTS,
    O_GROUP_ITEMS,
    O_HOME_DAY,
    O_AWAY,
    O_CITIZEN_AWAY,
    O_STANDING,
    O_REFERENCE,
    O_KNOWN,
    O_SEEN,
    O_SEEN14,
    O_MOVABLE,
    O_OPS,
    O_TOUCHED,
    O_GROUPS,
    O_SAVED,
    O_STACK,
    O_SCRATCH,
) = range(49)
CTL = 49
# kinds of entries in the undo log
OP_TAKE, OP_PUT, OP_PREF, OP_DUR, OP_SCREEN = np.arange(5)
#: Who is counted in or out, and the beginning of a list.
JOINS, LEAVES, FIRST = np.int64(1), np.int64(-1), np.int64(0)
AT_HOME, BY_SCREEN = np.int64(0), np.int64(1)
OPS_MAX, TOUCHED_MAX, SCRATCH = 256, 4096, 512
#: The most tasks in one route.
SEQ_MAX = 64
#: ROUTE.first where no position waits to be walked.
UNMARKED = np.int64(1 << 20)
#: The slow clock, on which visits and journeys take one part in so many longer, and the minutes behind that cost nothing.
SLOWER_BY_ONE_IN, MARGIN_MIN = 5, 10
#: A visit has moved when it begins more than so many minutes off its time before a re-planning.
MOVED_MIN = 15
#: Numbers per link: the other item, 1 when this one is the first, least gap, greatest gap (NONE: none), same carer.
LINK_WIDTH = 5


class World(NamedTuple):
    """All arrays of one search.

    Few, because compiled code passes each array's parts at every call: everything whole-numbered that is no record lies
    in ``ints``, table after table, and is reached through :mod:`access`.
    """

    items: npt.NDArray[np.void]
    tasks: npt.NDArray[np.void]
    saved: npt.NDArray[np.void]  # tasks as they were before the current move
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
