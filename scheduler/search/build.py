"""From a problem to the search's arrays, with every visit unplaced."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.loyalty import Loyalty
from scheduler.problem import Problem
from scheduler.roster import PlacedVisit
from scheduler.search import world as ws
from scheduler.search.build_items import Plan
from scheduler.search.build_tables import Builder
from scheduler.search.world import World
from scheduler.travel import TravelTable

#: Penalties, per minute, that keep the search inside rules 7 and 8 without forbidding the way there.
PACKAGE_PENALTY = 40.0
UNTRAINED_PENALTY = 20.0
#: Of 1,000 moves of a visit that has a place, how many each kind gets: relocate, swap, swap_tails, change_time,
#: change_minutes, move_break, eject, hand_over, drop_carer.
SHARES = (480, 140, 3, 15, 150, 10, 50, 76, 76)
#: The same in a re-planning, where many lengths tried would rather shorten a visit than keep another's time.
LOYAL_SHARES = (450, 130, 20, 90, 20, 30, 50, 100, 110)
#: The same in a search from scratch while it is too cold for large moves, of which not one in ten thousand is kept.
COLD_SHARES = (500, 130, 0, 80, 250, 20, 20, 0, 0)
#: What re-planning puts before the objective, each by far above the next: a citizen with a carer who is new to them, a
#: citizen with any other carer than before, a visit that moves.
LOYALTY_PRICES = (30_000.0, 3_000.0, 300.0)
#: By so much what is unplaced grows dearer in a re-planning, which puts it before all these.
ABOVE_LOYALTY = 1_000.0


class _Tables:
    """Lays tables one after another in one array of whole numbers, and remembers where each begins."""

    def __init__(self) -> None:
        self.ctl = np.zeros(ws.CTL, dtype=np.int64)
        self._parts: list[np.ndarray] = []
        self._size = 0

    def add(self, offset: int, table: np.ndarray) -> None:
        """Append a table; ``offset`` is its entry in World.ctl (0: the first table, which needs none)."""
        if offset:
            self.ctl[offset] = self._size
        self._parts.append(np.asarray(table, dtype=np.int32).ravel())
        self._size += table.size

    def pool(self) -> np.ndarray:
        """All tables in one array."""
        return np.concatenate(self._parts)


def _numbers(problem: Problem, loyalty: Loyalty | None) -> np.ndarray:
    weights = problem.weights
    nums = np.zeros(ws.NUMS)
    nums[2 * ws.COSTS : ws.LIMIT] = (
        weights.carer,
        weights.carer_14,
        weights.contact,
        weights.substitute,
        weights.travel,
        weights.waiting,
        weights.agreed,
        weights.regular,
        weights.minutes,
        weights.unfair,
        weights.average,
        weights.base_carer,
        weights.base_minutes,
        PACKAGE_PENALTY,
        UNTRAINED_PENALTY,
        problem.rules.untrained_share_max,
        *((0.0, 0.0, 0.0) if loyalty is None else LOYALTY_PRICES),
        weights.buffer,
    )
    nums[ws.LIMIT] = ws.NO_LIMIT
    set_shares(nums, SHARES if loyalty is None else LOYAL_SHARES)
    nums[ws.NTH + 1] = 1.0  # a face costs once
    return nums


def set_shares(nums: np.ndarray, shares: Sequence[int]) -> None:
    """Make each kind of move as often, of 1,000, as it stands in ``shares``."""
    nums[ws.SHARES : ws.NTH] = np.cumsum(shares)[:-1]


def build(
    problem: Problem,
    travel: TravelTable,
    open_shifts: Mapping[str, str],
    bent: Collection[PlacedVisit] = (),
    loyalty: Loyalty | None = None,
) -> tuple[World, Plan]:
    """The arrays of a problem with nothing placed, and what their indices stand for.

    ``bent`` are pinned visits that break a rule and so stand in no route: their carers and citizens are away for so long.
    ``loyalty`` adds the prices of a re-planning.
    """
    b = Builder(problem, travel, open_shifts, bent)
    b.fill_items()
    b.fill_routes()
    eligible, candidates = b.eligibility()
    links, siblings, parts = b.links(), b.siblings(), b.parts()
    groups, group_items = b.groups()
    weeks, averages = b.citizen_weeks()
    seen = b.seen(weeks)
    citizens, carers = len(problem.citizens), len(problem.carers)
    citizen_away = np.zeros((max(1, citizens), 2), dtype=np.int32)
    for citizen_id, rows in b.citizen_spans().items():
        citizen_away[b.citizen_index[citizen_id]] = b.slice_of(rows)
    if loyalty is not None:
        b.items["unplaced"] *= ABOVE_LOYALTY
    is_visit_or_session = b.items["kind"][b.tasks["item"]] <= ws.SESSION
    movable = np.flatnonzero(is_visit_or_session & (b.items["fixed"][b.tasks["item"]] == 0))
    tables = _Tables()
    seq = np.full((max(1, len(b.routes)), ws.SEQ_MAX), ws.NONE, dtype=np.int32)
    travel_min, home_day = b.travel_matrices(), b.home_day()
    standing = b.standing()
    tables.add(0, seq)
    tables.add(ws.O_MINUTES, travel_min)
    tables.add(ws.O_ISLAND, np.array([_island_number(b, place) for place in travel.places]))
    tables.add(ws.O_FERRY, _ferry_table(b))
    tables.add(ws.O_ELIGIBLE, eligible)
    tables.add(ws.O_CANDIDATES, candidates)
    tables.add(ws.O_LINKS, links)
    tables.add(ws.O_SIBLINGS, siblings)
    tables.add(ws.O_PARTS, parts)
    tables.add(ws.O_GROUP_ITEMS, group_items)
    tables.add(ws.O_HOME_DAY, home_day)
    tables.add(ws.O_CITIZEN_AWAY, citizen_away)
    tables.add(ws.O_AWAY, np.array(b.away_rows))
    tables.add(ws.O_STANDING, standing)
    tables.add(ws.O_REFERENCE, b.reference(loyalty))
    tables.add(ws.O_KNOWN, b.known(loyalty, weeks, seen))
    tables.add(ws.O_SEEN, seen)
    tables.add(ws.O_SEEN14, b.seen14())
    tables.add(ws.O_MOVABLE, movable)
    for offset, size in (
        (ws.O_OPS, 3 * ws.OPS_MAX),
        (ws.O_TOUCHED, 2 * ws.TOUCHED_MAX),
        (ws.O_GROUPS, len(groups)),
        (ws.O_SAVED, len(b.routes)),
        (ws.O_STACK, len(b.routes)),
        (ws.O_SCRATCH, ws.SCRATCH),
    ):
        tables.add(offset, np.zeros(size))
    ctl = tables.ctl
    ctl[ws.S_FIRST14], ctl[ws.S_DAYS] = problem.calendar.days - 14, problem.calendar.days
    ctl[ws.S_PLACES], ctl[ws.S_MAP_PLACES] = travel_min.shape[1], len(travel.places)
    ctl[ws.S_CARERS], ctl[ws.S_ROUTES], ctl[ws.S_CITIZENS] = carers, len(b.routes), citizens
    ctl[ws.S_MOVABLE], ctl[ws.S_STANDING] = len(movable), int(standing.size > 0)
    ctl[ws.S_LOYAL] = int(loyalty is not None)
    ctl[ws.S_HOME_WIDTH] = home_day.shape[1]
    homely = b.items[b.items["kind"] <= ws.SESSION]
    ctl[ws.S_PAST_MIDNIGHT] = max((homely["hi"] + homely["dmax"]).max(initial=0) - DAY_MIN, 0)
    world = World(
        items=b.items,
        tasks=b.tasks,
        saved=np.zeros_like(b.tasks),
        routes=b.route_rows,
        weeks=weeks,
        carers=b.carers(),
        averages=averages,
        groups=groups,
        ints=tables.pool(),
        nums=_numbers(problem, loyalty),
        ctl=ctl,
        rng=np.zeros(2, dtype=np.uint64),
    )
    plan = Plan(
        problem=problem,
        travel=travel,
        due=b.due,
        items=b.contents,
        pins=b.pins,
        owner=b.owner,
        routes=b.routes,
        citizen_index=b.citizen_index,
        carer_index=b.carer_index,
        bent=tuple(b.bent),
    )
    return world, plan


def _island_number(b: Builder, place: str) -> int:
    name = b.travel.island_of(place)
    return int(ws.NONE) if name is None else b.island_index[name]


def _ferry_table(b: Builder) -> np.ndarray:
    days = b.problem.calendar.days
    table = np.zeros((max(1, len(b.island_index)), days, 2), dtype=np.int32)
    table[:, :, 0], table[:, :, 1] = 1, 0
    for (island, day), ferry in b.problem.ferry_on.items():
        if island in b.island_index and 0 <= day < days:
            table[b.island_index[island], day] = ferry.first_arrival_min, ferry.last_departure_min
    return table
