"""The search alone, as the run uses it: no trainees, no repair."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.due import Due
from scheduler.problem import Problem, week_of
from scheduler.roster import OpenShift, Roster, Unplaced
from scheduler.search import parallel
from scheduler.search.build import build
from scheduler.search.build_items import Plan
from scheduler.search.decode import decode
from scheduler.search.mend import mend
from scheduler.search.start import filling_order, first_roster, place_fixtures
from scheduler.search.world import World
from scheduler.steering import aimed
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Searched:
    """A world after the search, and the roster it stands for."""

    world: World
    plan: Plan
    roster: Roster


def started(problem: Problem, open_shifts: dict[str, str] | None = None) -> tuple[World, Plan]:
    """A world with its first roster, packages aimed at as a run does."""
    problem = aimed(problem)
    travel = TravelTable(problem)
    world, plan = build(problem, travel, open_shifts or {})
    place_fixtures(world, plan)
    first_roster(world, plan, 1, {})
    return world, plan


def searched(problem: Problem, iterations: int, *, open_shifts: dict[str, str] | None = None) -> Searched:
    """Search that many moves from the first roster."""
    world, plan = started(problem, open_shifts)
    best = parallel.search(world, 1, parallel.Limit(iterations=iterations), lambda _: True)
    mend(best, filling_order(best, plan))
    found = decode(best, plan)
    calendar = problem.calendar
    roster = Roster(
        problem.name,
        calendar.first_monday,
        calendar.weeks,
        visits=found.visits,
        sessions=found.sessions,
        breaks=found.breaks,
        unplaced=tuple(
            Unplaced(row.need.need_id, row.fixed_day, row.week, "capacity")
            if isinstance(row, Due)
            else Unplaced(row.session_id, row.day, week_of(row.day), "capacity")
            for row in found.left_out
        ),
        open_shifts=tuple(OpenShift(shift, carer) for shift, carer in sorted((open_shifts or {}).items())),
    )
    return Searched(best, plan, roster)
