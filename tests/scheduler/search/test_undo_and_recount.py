"""A move that is given up leaves no trace, and what is counted move by move is what is counted from the ground up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scheduler.pack import read_pack
from scheduler.search import anneal, parallel
from scheduler.search import world as ws
from scheduler.search.world import World, total_cost
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.search.searching import started

#: Fields that only serve the current move.
OF_THE_MOVE = {
    "late",
    "old_cost",
    "old_changed",
    "old_busy",
    "old_legs",
    "old_home",
    "old_timed",
    "old_begins",
    "old_finish",
    "old_whole",
    "stamp",
    "old",
    "old_active",
    "old_travel",
    "old_waiting",
    "old_timing",
}
TEAMS = (1, 2, 3, 5, 8, 13, 21, 34)
FIXTURES = Path(__file__).parents[3] / "fixtures"


def state(world: World) -> dict[str, np.ndarray]:
    """Everything that a roster in the search is, without the logs of the current move and what is not in use."""
    found: dict[str, np.ndarray] = {}
    for name in ("items", "tasks", "routes", "weeks", "carers", "averages", "groups"):
        table = getattr(world, name)
        found |= {
            f"{name}.{field}": table[field].copy() for field in table.dtype.names if field not in OF_THE_MOVE
        }
    # Where nobody is, there is no date and no arrival.
    found["items.day"][world.items["placed"] == 0] = ws.NONE
    found["items.start"][world.items["placed"] == 0] = ws.NONE
    found["tasks.arrival"][world.tasks["route"] == ws.NONE] = ws.NONE
    for i, item in enumerate(world.items):
        if item["kind"] > ws.SESSION:
            found["items.day"][i], found["items.start"][i] = item["day"], item["start"]
    sequences = world.ints[: len(world.routes) * ws.SEQ_MAX].reshape(-1, ws.SEQ_MAX).copy()
    for row, count in zip(sequences, world.routes["count"], strict=True):
        row[count:] = ws.NONE
    found["sequences"] = sequences
    found["tables"] = world.ints[len(world.routes) * ws.SEQ_MAX : world.ctl[ws.O_OPS]].copy()
    found["prices"] = world.nums[: ws.COSTS].copy()
    found["weights"] = np.delete(world.nums, ws.LIMIT)[2 * ws.COSTS :]
    found["counters"] = world.ctl[ws.N_UNTRAINED_MIN :].copy()
    return found


@pytest.mark.parametrize("number", TEAMS)
def test_a_move_given_up_leaves_no_trace(number: int) -> None:
    world, _ = started(busy_problem(number))
    if world.ctl[ws.S_MOVABLE] == 0:
        pytest.fail("the team has nothing to move: choose another number")
    best = parallel.copy_of(world)
    anneal.run(world, best, 300, 25.0, 0.4)
    given_up = 0
    for _ in range(400):
        before = state(world)
        _, accepted = anneal.run(world, best, 1, 1e-9, 1e-9)
        if accepted:
            continue
        given_up += 1
        after = state(world)
        assert [name for name in before if not np.array_equal(before[name], after[name])] == []
    assert given_up > 100


@pytest.mark.parametrize("number", TEAMS)
def test_thousands_of_moves_add_up(number: int) -> None:
    world, _ = started(busy_problem(number))
    best = parallel.copy_of(world)
    _, accepted = anneal.run(world, best, 20_000, 200.0, 5.0)
    assert accepted > 100
    for one in (world, best):
        before, prices = total_cost(one), one.nums[: ws.COSTS].copy()
        assert anneal.recount(one)
        assert one.nums[: ws.COSTS] == pytest.approx(prices, abs=1e-6)
        assert total_cost(one) == pytest.approx(before, abs=1e-6)


def test_moves_add_up_where_breaks_lie_between_places() -> None:
    """In full shifts a visit is often exchanged before a break whose own times stay: the way from it is another."""
    world, _ = started(read_pack(FIXTURES / "albertslund"))
    best = parallel.copy_of(world)
    for _ in range(60):
        anneal.run(world, best, 5_000, 8.0, 8.0)
        again = parallel.copy_of(world)
        assert anneal.recount(again)
        assert again.nums[: ws.COSTS] == pytest.approx(world.nums[: ws.COSTS], abs=1e-6)
        placed = world.items["placed"] == world.items["slots"]
        assert np.array_equal(again.items["start"][placed], world.items["start"][placed])
