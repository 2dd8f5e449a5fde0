"""One search of a team's weeks, from the problem to what was found; in this process, or in several of a crew.

Importing this loads nothing compiled: who has others search need not wait for it. Each process builds its own arrays,
which are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.crew import Crew, Link
from scheduler.due import Due, due_visits
from scheduler.problem import Problem, Session
from scheduler.roster import PlacedBreak, PlacedSession, PlacedVisit
from scheduler.steering import aimed
from scheduler.travel import TravelTable

if TYPE_CHECKING:
    from scheduler.search.build_items import Plan
    from scheduler.search.parallel import Exchange, Report
    from scheduler.search.world import World

#: Proofs, and saying what would help, take an eighth of a limit in so many seconds for each thousand visits.
THOROUGH_SECONDS_A_THOUSAND = 8.0


def thorough_from_s(problem: Problem) -> float:
    """The limit in seconds under which nothing is proven, nor said what would help: the search has the seconds instead."""
    return THOROUGH_SECONDS_A_THOUSAND * len(due_visits(problem).visits) / 1000


@dataclass(frozen=True)
class WeekJob:
    """What is searched: a problem with its open shifts given away and contact carers to lean on, and how long.

    ``fill_seed`` is for the first roster, ``seed`` for the search from it. The limit is a number of moves, or a moment of
    the monotonic clock, which all processes of a machine share.
    """

    problem: Problem
    travel: TravelTable
    open_shifts: Mapping[str, str]
    contacts: Mapping[str, str]
    fill_seed: int
    seed: int
    iterations: int | None
    deadline: float | None


@dataclass(frozen=True)
class Standing:
    """How far one search is: share of its limit, its best price, unplaced visits, mean carers per citizen."""

    share: float
    cost: float
    unplaced: int
    carers_per_citizen: float


@dataclass(frozen=True)
class Found:
    """What a search ended with, and the price it had: placed visits in order of time, and what is left out."""

    price: float
    visits: tuple[PlacedVisit, ...]
    sessions: tuple[PlacedSession, ...]
    breaks: tuple[PlacedBreak, ...]
    left_out: tuple[Due | Session, ...]


def crew_of(workers: int) -> Crew:
    """Processes that load the compiled search, and wait for their job."""
    return Crew(work, workers, prepare)


@contextmanager
def waiting_crew(workers: int) -> Iterator[Crew | None]:
    """A crew that loads while the caller does something else, dismissed at the end; None for a single worker."""
    crew = crew_of(workers) if workers > 1 else None
    try:
        yield crew
    finally:
        if crew is not None:
            crew.dismiss()


def prepare() -> None:
    """Load all of the compiled search."""
    from scheduler.warm import compile_filling, compile_search

    compile_filling()
    compile_search()


def work(link: Link, job: WeekJob) -> Found:
    """Search as one of a crew: report, and now and then go on from whichever of them stands best."""
    from scheduler.search.world import World

    def exchange(price: float, world: World) -> World | None:
        answer = link.exchange(price, tuple(world))
        return None if answer is None else World._make(answer)

    return searched(job, link.tell, exchange)


def searched(job: WeekJob, report: Callable[[Standing], bool], exchange: Exchange | None = None) -> Found:
    """Search in this process; ``report`` is called now and then and says whether to go on."""
    from scheduler.search.parallel import Limit, alone, search

    def tell(row: Report) -> bool:
        return report(Standing(row.share, row.cost, row.unplaced, row.carers_per_citizen))

    world, plan = filled(job)
    limit = Limit(job.iterations, job.deadline)
    return _read(search(world, job.seed, limit, tell, exchange=exchange or alone), plan)


def first_found(job: WeekJob) -> Found:
    """The first roster as it is, not searched from."""
    return _read(*filled(job))


def last_agreed(job: WeekJob, agreed: Any) -> Found:
    """What the workers last went on from together, when none of them came to an end; else the first roster."""
    from scheduler.search import anneal
    from scheduler.search.parallel import Prices, charge, copy_of
    from scheduler.search.world import World, total_cost

    world, plan = filled(job)
    if agreed is not None:
        firm, first = Prices.of(world), copy_of(world)
        anneal.keep(World._make(agreed), world)
        charge(world, firm)  # while they search, much may cost less than the pack says
        if total_cost(first) < total_cost(world):
            anneal.keep(first, world)
    return _read(world, plan)


def filled(job: WeekJob) -> tuple[World, Plan]:
    """The arrays of a job with its first roster in them."""
    from scheduler.search.build import build
    from scheduler.search.start import first_roster, place_fixtures

    problem = aimed(job.problem)
    world, plan = build(problem, job.travel, job.open_shifts)
    while bent := place_fixtures(world, plan):
        # Pins that break a rule stay outside the routes; what is planned keeps clear of them.
        world, plan = build(problem, job.travel, job.open_shifts, [*plan.bent, *bent])
    first_roster(world, plan, job.fill_seed, job.contacts)
    return world, plan


def _read(world: World, plan: Plan) -> Found:
    from scheduler.search.decode import decode
    from scheduler.search.mend import mend
    from scheduler.search.start import filling_order
    from scheduler.search.world import total_cost

    price = total_cost(world)
    mend(world, filling_order(world, plan))
    decoded = decode(world, plan)
    return Found(price, decoded.visits, decoded.sessions, decoded.breaks, decoded.left_out)


def search_together(
    jobs: Sequence[WeekJob],
    crew: Crew | None,
    report: Callable[[Standing], bool],
    meanwhile: Callable[[], None],
) -> tuple[Found, int]:
    """Have each job searched by a process of the crew; returns the cheapest found and how many processes died.

    ``report`` gets the best of the workers' reports and says whether to go on; ``meanwhile`` is called once, while they
    work. Without a crew the first job is searched in this process. Where all of them die, what they last agreed on counts.
    """
    if crew is None:
        meanwhile()
        return searched(jobs[0], report), 0
    latest: dict[int, Standing] = {}
    going = True

    def go_on() -> bool:
        nonlocal going
        best = min(latest.values(), key=lambda row: row.cost, default=Standing(0.0, float("inf"), 0, 0.0))
        going = report(best) and going
        return going

    found: dict[int, Found] = crew.run(jobs, latest.__setitem__, go_on, meanwhile)
    if not found:
        return last_agreed(jobs[0], crew.agreed), len(jobs)
    best = min(found.items(), key=lambda pair: (pair[1].price, pair[0]))[1]
    return best, len(jobs) - len(found)
