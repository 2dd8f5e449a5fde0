"""Compile the search before anybody waits for it: ``python -m scheduler.warm``.

Compiling takes the better part of a minute and is kept on disk (:mod:`scheduler.search`), so it is done once when the
program is set up. Two processes share the work; what is compiled already costs a second.
"""

from __future__ import annotations

import multiprocessing
from datetime import date

import numpy as np

from scheduler.clock import Calendar
from scheduler.problem import Carer, Citizen, Need, Package, Point, Problem, Shift
from scheduler.roster import PlacedVisit, Roster


def smallest_problem() -> Problem:
    """One citizen, two visits, two carers: enough to have every compiled function called or compiled."""
    here = Point(55.66, 12.36)
    needs = [
        Need("n1", "c1", "personal_care", (0,), None, 480, 600, 20, 15, 30),
        Need("n2", "c1", "personal_care", (0,), None, 660, 780, 20, 15, 30),
    ]
    return Problem(
        name="",
        calendar=Calendar(date(2026, 11, 30), 1),
        base=here,
        packages=(Package("p"),),
        citizens=(Citizen("c1", "", here, "p"),),
        needs=tuple(needs),
        carers=(Carer("k1", "", "helper"), Carer("k2", "", "helper")),
        shifts=(Shift("s1", "k1", 0, 420, 900, 30), Shift("s2", "k2", 0, 420, 900, 30)),
    )


def compile_filling() -> None:
    """Compile what makes a first roster, and what mends the last."""
    from scheduler.search.build import build
    from scheduler.search.mend import mend
    from scheduler.search.start import filling_order, first_roster, place_fixtures
    from scheduler.travel import TravelTable

    problem = smallest_problem()
    world, plan = build(problem, TravelTable(problem), {})
    place_fixtures(world, plan)
    first_roster(world, plan, 1, {})
    mend(world, filling_order(world, plan))


def compile_trying() -> None:
    """Compile what tries a single visit."""
    from scheduler.search import anneal, trial
    from scheduler.search import world as ws
    from scheduler.search.build import build
    from scheduler.search.start import first_roster, place_fixtures
    from scheduler.travel import TravelTable

    problem = smallest_problem()
    world, plan = build(problem, TravelTable(problem), {})
    place_fixtures(world, plan)
    first_roster(world, plan, 1, {})
    first, last = (int(world.items[0][end]) for end in ("cand0", "cand1"))
    anneal.remove_item(world, 0)
    routes = world.ints[world.ctl[ws.O_CANDIDATES] + first : world.ctl[ws.O_CANDIDATES] + last][:1]
    trial.cheapest(world, 0, routes.astype(np.int64), 0, 480, np.zeros(1, dtype=np.int64))
    trial.set_down(world, 0, routes.astype(np.int64), 0, 480, np.zeros(1, dtype=np.int64))
    trial.take_back(world)


def compile_following() -> None:
    """Compile what lays a roster out and mends it again."""
    from scheduler.adjust import laid_out
    from scheduler.search.mend import mend
    from scheduler.search.start import filling_order
    from scheduler.travel import TravelTable

    problem = smallest_problem()
    visit = PlacedVisit("n1", "c1", 0, 500, 520, "home", ("k1",), ("s1",))
    roster = Roster("", problem.calendar.first_monday, 1, visits=(visit,))
    world, plan = laid_out(problem, roster, TravelTable(problem), complete=False)
    mend(world, filling_order(world, plan))


def compile_search() -> None:
    """Compile what improves it."""
    from scheduler.search import anneal
    from scheduler.search.build import build
    from scheduler.search.parallel import Limit, search
    from scheduler.travel import TravelTable

    problem = smallest_problem()
    world, _ = build(problem, TravelTable(problem), {})
    best = search(world, 1, Limit(iterations=10), lambda _: True)
    anneal.keep(best, world)  # as when another process has found a better one


def compile_public() -> None:
    """Compile the search for the public benchmark."""
    from scheduler.hhcrsp import Caregiver, Instance, Patient, Task, solve_hhcrsp

    patient = Patient("p", 0, 60, (Task("s", 10),))
    instance = Instance("", (patient,), (Caregiver("k", frozenset({"s"})),), ((0, 10), (10, 0)))
    solve_hhcrsp(instance, iterations=10, workers=1)


def compile_all_else() -> None:
    """All but the longest."""
    compile_filling()
    compile_following()
    compile_trying()
    compile_public()


def main() -> None:
    """Compile in two processes side by side; raises RuntimeError when one of them fails."""
    context = multiprocessing.get_context("spawn")
    halves = [context.Process(target=half) for half in (compile_search, compile_all_else)]
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    if any(half.exitcode != 0 for half in halves):
        raise RuntimeError("the search could not be compiled; the message above says why")


if __name__ == "__main__":
    main()
