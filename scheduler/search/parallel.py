"""Several searches with different seeds, each in a process of its own; the best of them is the answer.

A limit in iterations gives the same answer each time; a limit in seconds is for people. A process that dies costs only
its own share: the others go on.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from time import monotonic

import numpy as np

from scheduler.search import anneal
from scheduler.search import world as ws
from scheduler.search.world import World, total_cost

#: Temperatures, in minutes of the objective, at the start and the end of a search.
HOT, COLD = 40.0, 0.2
#: Until this share of a search an unplaced visit costs at most so many minutes, so that visits can still change places
#: with those left out; from then on it costs what the pack says.
GENTLE_SHARE, GENTLE_UNPLACED = 0.7, 150.0
#: The same for a re-planning: a citizen with a new carer, one with another carer, a visit that moves.
GENTLE_LOYALTY = (60.0, 30.0, 10.0)
LOYALTY = [ws.W_FRESH, ws.W_CHANGED, ws.W_MOVED]
#: Moves between two looks at the clock and at whether to stop.
CHUNK = 20_000
REPORT_SECONDS = 0.2


@dataclass(frozen=True)
class Limit:
    """When to stop: after so many moves per worker, or at a moment of the monotonic clock."""

    iterations: int | None = None
    deadline: float | None = None

    @staticmethod
    def within(seconds: float) -> Limit:
        """So many seconds from now."""
        return Limit(deadline=monotonic() + seconds)


@dataclass(frozen=True)
class Report:
    """How far one search is: share of its limit, its best price, unplaced visits, mean carers per citizen."""

    share: float
    cost: float
    unplaced: int
    carers_per_citizen: float


def copy_of(world: World) -> World:
    """The same world in arrays of its own."""
    return World._make(array.copy() for array in world)


def search(
    world: World, seed: int, limit: Limit, report: Callable[[Report], bool], hot: float = HOT
) -> World:
    """Search from a filled world; returns the best found. ``report`` is called now and then and says whether to go on.

    ``hot`` is the temperature to begin at, in minutes of the objective.
    """
    anneal.seed_random(world, seed)
    firm_prices = Prices.of(world)
    _set_prices(world, firm_prices.gentle())
    gentle = True
    best = copy_of(world)
    started = monotonic()
    done, share = 0, 0.0
    last_report = 0.0
    chunk = CHUNK
    while share < 1.0:
        if gentle and share >= GENTLE_SHARE:
            gentle = False
            _firm_up(world, best, firm_prices)
        if limit.iterations is not None:
            chunk = min(CHUNK, limit.iterations - done)
            if gentle:  # a short search, too, ends at the pack's own prices
                chunk = min(chunk, max(1, ceil(GENTLE_SHARE * limit.iterations) - done))
            ahead = (done + chunk) / limit.iterations
        else:
            assert limit.deadline is not None
            span = max(0.05, limit.deadline - started)
            speed = done / max(1e-3, monotonic() - started) if done else CHUNK / 0.2
            chunk = int(np.clip(speed * 0.1, 1000, 200_000))
            ahead = min(1.0, share + chunk / (speed * span))
        anneal.run(world, best, chunk, _temperature(hot, share), _temperature(hot, ahead))
        done += chunk
        now = monotonic()
        share = done / limit.iterations if limit.iterations else min(1.0, (now - started) / span)
        if now - last_report > REPORT_SECONDS:
            last_report = now
            if not report(_report(best, share, firm_prices.unplaced)):
                break
    _set_prices(best, firm_prices)
    report(_report(best, 1.0, firm_prices.unplaced))
    return best


@dataclass(frozen=True)
class Prices:
    """What is far dearer than all else: an unplaced item (by item), and a re-planning's changes."""

    unplaced: np.ndarray
    loyalty: np.ndarray

    @staticmethod
    def of(world: World) -> Prices:
        """As they stand in a world."""
        return Prices(world.items["unplaced"].copy(), world.nums[LOYALTY].copy())

    def gentle(self) -> Prices:
        """Low enough for a search to cross."""
        return Prices(np.minimum(self.unplaced, GENTLE_UNPLACED), np.minimum(self.loyalty, GENTLE_LOYALTY))


def _set_prices(world: World, prices: Prices) -> None:
    """Change what unplaced items and a re-planning's changes cost."""
    world.items["unplaced"] = prices.unplaced
    world.nums[LOYALTY] = prices.loyalty
    anneal.recount(world)


def _firm_up(world: World, best: World, prices: Prices) -> None:
    """Charge the pack's own prices for what is unplaced; the best is chosen anew by them."""
    _set_prices(world, prices)
    _set_prices(best, prices)
    if total_cost(world) < total_cost(best):
        anneal.keep(world, best)


def _temperature(hot: float, share: float) -> float:
    return float(hot * (COLD / hot) ** share)


def _report(best: World, share: float, firm_prices: np.ndarray) -> Report:
    missing = unplaced_items(best)
    cost = total_cost(best) + float((firm_prices - best.items["unplaced"])[missing].sum())
    seen = best.weeks["distinct"]
    met = seen[seen > 0]
    mean = float(met.mean()) if len(met) else 0.0
    return Report(share, cost, int(missing.sum()), mean)


def unplaced_items(world: World) -> np.ndarray:
    """By item: whether it is a visit or session that lacks a carer."""
    items = world.items
    return (items["kind"] <= ws.SESSION) & (items["placed"] < items["slots"])


def search_many(
    world: World, seeds: list[int], limit: Limit, report: Callable[[Report], bool], idle: Callable[[], None]
) -> tuple[World, int]:
    """Search from one start with each of the seeds; returns the best world and how many processes died.

    ``report`` gets the best of the workers' reports and says whether to go on; ``idle`` is called once while they work.
    With one seed no process is started.
    """
    if len(seeds) == 1:
        idle()
        return search(copy_of(world), seeds[0], limit, report), 0
    crew = Crew(world, seeds, limit)
    try:
        idle()
        results = crew.gather(report)
    finally:
        crew.dismiss()
    lost = len(seeds) - len(results)
    if not results:
        return world, lost
    return min(results.items(), key=lambda pair: (total_cost(pair[1]), pair[0]))[1], lost


class Crew:
    """The worker processes of one run."""

    def __init__(self, world: World, seeds: list[int], limit: Limit) -> None:
        context: SpawnContext = multiprocessing.get_context("spawn")
        self.ends: list[Connection] = []
        self.processes: list[SpawnProcess] = []
        for seed in seeds:
            mine, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, seed, limit), daemon=True)
            process.start()
            theirs.close()
            self.ends.append(mine)
            self.processes.append(process)
        for end in self.ends:
            _send(end, tuple(world))

    def gather(self, report: Callable[[Report], bool]) -> dict[int, World]:
        """Wait for every worker's best; pass on their reports, and the wish to stop."""
        results: dict[int, World] = {}
        latest: dict[int, Report] = {}
        open_ends = dict(enumerate(self.ends))
        while open_ends:
            ready = wait(list(open_ends.values()), timeout=0.25)
            for worker, end in [pair for pair in open_ends.items() if pair[1] in ready]:
                try:
                    message = end.recv()
                except (EOFError, OSError):
                    del open_ends[worker]
                    continue
                if isinstance(message, Report):
                    latest[worker] = message
                else:
                    results[worker] = World._make(message)
                    del open_ends[worker]
            best = min(latest.values(), key=lambda row: row.cost, default=Report(0.0, float("inf"), 0, 0.0))
            if not report(best):
                for end in open_ends.values():
                    _send(end, "stop")
        return results

    def dismiss(self) -> None:
        """End the processes, whatever they do."""
        for end in self.ends:
            end.close()
        for process in self.processes:
            process.join(timeout=2)
            if process.is_alive():
                process.terminate()
                process.join()


def _send(end: Connection, message: object) -> None:
    try:
        end.send(message)
    except OSError:
        return  # the worker is gone; gather notices by its closed end


def _work(end: Connection, seed: int, limit: Limit) -> None:
    """A worker: receive the start, search, send reports and at last the best."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which asks us to stop
    world = World._make(end.recv())

    def report(row: Report) -> bool:
        end.send(row)
        return not (end.poll() and end.recv() == "stop")

    try:
        best = search(world, seed, limit, report)
        end.send(tuple(best))
    except (OSError, EOFError):
        return  # the parent is gone
    finally:
        end.close()
