"""The search begun from a given roster: for re-planning, for trying a change, for a little more improvement."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler.evaluate import judged
from scheduler.loyalty import Loyalty
from scheduler.message import ProblemError
from scheduler.problem import Problem
from scheduler.readout import read_out
from scheduler.roster import Roster
from scheduler.steering import aimed
from scheduler.travel import TravelTable

if TYPE_CHECKING:
    from scheduler.search.build_items import Plan
    from scheduler.search.world import World

__all__ = ["Loyalty", "improve", "laid_out"]


def improve(
    problem: Problem,
    roster: Roster,
    *,
    iterations: int | None = None,
    seconds: float | None = None,
    seed: int = 1,
    loyalty: Loyalty | None = None,
    travel: TravelTable | None = None,
    cancel: threading.Event | None = None,
) -> Roster:
    """A roster improved, and completed where something due is missing, in this process and without CP-SAT.

    What ``problem.published`` pins stays; everything else begins as in ``roster`` where that still can be. Open shifts
    stay with whom ``roster`` gives them to. The answer is judged and has no bounds; the same iterations give the same.

    Parameters
    ----------
    iterations, seconds
        The limit, one of them: moves of the search, or wall-clock seconds of it.
    loyalty
        What a re-planning keeps to, beside the objective.

    Raises
    ------
    ProblemError
        Neither or both limits given, or one that is not above zero.
    """
    from scheduler.search.decode import decode
    from scheduler.search.mend import mend
    from scheduler.search.parallel import Limit, search
    from scheduler.search.start import filling_order

    check_limits(seconds, iterations)
    limit = Limit(iterations) if seconds is None else Limit.within(seconds)
    travel = travel or TravelTable(problem)
    world, plan = laid_out(problem, roster, travel, seed, loyalty)
    best = search(
        world, seed * 1009, limit, lambda _: cancel is None or not cancel.is_set(), from_roster=True
    )
    mend(best, filling_order(best, plan))
    found = read_out(
        problem,
        travel,
        decode(best, plan),
        taken_shifts(problem, roster),
        seed=seed,
        workers=1,
        seconds=seconds,
        iterations=iterations,
    )
    return judged(problem, found, travel)


def check_limits(seconds: float | None, iterations: int | None, workers: int = 1) -> None:
    """Raise ProblemError unless exactly one limit is given and all are above zero."""
    if (seconds is None) == (iterations is None):
        raise ProblemError("Give a limit in seconds or in iterations, one of the two")
    for name, value in (("seconds", seconds), ("iterations", iterations), ("workers", workers)):
        if value is not None and value <= 0:
            raise ProblemError("{name}: {value} is not above 0", name=name, value=value)


def taken_shifts(problem: Problem, roster: Roster) -> dict[str, str]:
    """Who takes which open shift in a roster, as far as both are still in the problem and the shift still open."""
    return {
        row.shift_id: row.carer_id
        for row in roster.open_shifts
        if row.carer_id in problem.carer_by_id
        and row.shift_id in problem.shift_by_id
        and problem.shift_by_id[row.shift_id].carer_id is None
    }


def laid_out(
    problem: Problem,
    roster: Roster,
    travel: TravelTable,
    seed: int = 1,
    loyalty: Loyalty | None = None,
    *,
    complete: bool = True,
    as_it_is: bool = False,
) -> tuple[World, Plan]:
    """The search's arrays with a roster in them; ``complete``: what is missing is placed where it seems cheapest.

    ``as_it_is``: no time is kept free for group sessions which the roster leaves out.
    """
    from scheduler.search.build import build
    from scheduler.search.start import first_roster, give_up_sessions, place_fixtures

    problem = aimed(replace(problem, published=_to_follow(problem, roster)))
    open_shifts = taken_shifts(problem, roster)
    world, plan = build(problem, travel, open_shifts, loyalty=loyalty)
    while bent := place_fixtures(world, plan):
        # Pins that break a rule stay outside the routes; what is planned keeps clear of them.
        world, plan = build(problem, travel, open_shifts, [*plan.bent, *bent], loyalty)
    if as_it_is:
        give_up_sessions(world, plan)
    first_roster(world, plan, seed, {}, complete=complete)
    return world, plan


def _to_follow(problem: Problem, roster: Roster) -> Roster:
    """The roster, pinned where the problem's published one is and nowhere else."""
    pins = [] if problem.published is None else [row for row in problem.published.visits if row.pinned]
    pinned = {(row.need_id, row.day) for row in pins}
    others = [replace(row, pinned=False) for row in roster.visits if (row.need_id, row.day) not in pinned]
    return replace(roster, visits=tuple(pins + others))
