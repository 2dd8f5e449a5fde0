"""Plan a team pack with several seeds and print what came out, as tables for docs/benchmarks.md.

    python -m benchmarks team [PACK …] --seconds 30 --seeds 1 2 3 --workers 2 --date 2026-11-22

PACK is a folder or workbook, or one of the teams made from a seed: large, two-weeks, ten-fold (benchmarks/teams.py).
Each seed is planned in a process of its own; "wall s" is the time from starting that process until its judged
roster is there: it holds the start of Python, the reading of the pack and the loading of compiled code. The
compilation itself, needed once after changing the search, is done before the first seed and told apart.
"MB a process" is the most memory that one of the run's processes has held. Violations and figures are the judge's.
Exit 1 when a roster breaks a hard rule, 2 when a pack cannot be read.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import ROOT, Machine, commit, commit_date, this_machine
from benchmarks.memory import PeakWatch
from benchmarks.teams import TEAMS, packs_of

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.roster import CitizenWeek, Roster

DEMO_PACK = ROOT / "fixtures" / "albertslund"
DEFAULT_SECONDS = 30.0


@dataclass(frozen=True)
class Limit:
    """How long a run may search (seconds, or iterations of each worker) and with how many workers."""

    seconds: float | None
    iterations: int | None
    workers: int

    def __str__(self) -> str:
        limit = f"{self.seconds:g} s" if self.iterations is None else f"{self.iterations} iterations"
        return f"{limit}, {self.workers} workers"


@dataclass(frozen=True)
class Run:
    """What one seed gave. ``roomless``: unplaced although somebody on duty could (rule ``capacity``).

    ``carers`` and ``bound`` are means over citizens with a home visit, per week: different carers, and the proven
    least. ``ratio`` is the mean of carers ÷ bound over the same citizens and weeks; None when nobody is visited.
    """

    seed: int
    placed: int
    unplaced: int
    roomless: int
    hard: int
    carers: float
    bound: float | None
    ratio: float | None
    travel_min: int
    objective: float
    wall_s: float = 0.0
    peak_mb: float = 0.0


@dataclass(frozen=True)
class Column:
    """One figure of a run: its heading, how it is read and printed, and which of several is the worst."""

    heading: str
    value: Callable[[Run], float | None]
    decimals: int = 0
    worst: Callable[[list[float]], float] = max

    def cell(self, value: float | None) -> str:
        """The figure as text; a dash when there is none."""
        return "–" if value is None else f"{value:.{self.decimals}f}"

    def values(self, runs: Sequence[Run]) -> list[float]:
        """The figure of each run that has one."""
        return [value for run in runs if (value := self.value(run)) is not None]

    def median_cell(self, runs: Sequence[Run]) -> str:
        """The median over the runs."""
        values = self.values(runs)
        return self.cell(statistics.median(values) if values else None)

    def worst_cell(self, runs: Sequence[Run]) -> str:
        """The worst of the runs."""
        values = self.values(runs)
        return self.cell(self.worst(values) if values else None)


COLUMNS = (
    Column("placed", lambda run: run.placed, worst=min),
    Column("unplaced", lambda run: run.unplaced),
    Column("of these no room", lambda run: run.roomless),
    Column("hard violations", lambda run: run.hard),
    Column("carers per citizen", lambda run: run.carers, 2),
    Column("bound", lambda run: run.bound, 2, worst=min),
    Column("carers ÷ bound", lambda run: run.ratio, 2),
    Column("travel min", lambda run: run.travel_min),
    Column("objective", lambda run: run.objective),
    Column("wall s", lambda run: run.wall_s, 1),
    Column("MB a process", lambda run: run.peak_mb or None),
)
SUMMARY_HEADINGS = (
    "date", "commit", "machine", "pack", "limit", "seeds", *(column.heading for column in COLUMNS)
)  # fmt: skip


def plan_once(pack: Path, limit: Limit, seed: int, free: Sequence[str] = ()) -> Run:
    """Plan a pack with one seed and judge the roster; ``wall_s`` and ``peak_mb`` are left to the caller.

    ``free``: keys of weights that are taken as 0.

    Raises
    ------
    PackErrors
        The pack cannot be read.
    """
    # Imported here, so that the time it takes is part of what is measured.
    from scheduler.pack import read_pack
    from scheduler.solve import solve

    problem = read_pack(pack)
    problem = replace(problem, weights=replace(problem.weights, **dict.fromkeys(free, 0.0)))
    roster = solve(
        problem, seconds=limit.seconds, iterations=limit.iterations, seed=seed, workers=limit.workers
    )
    return judged_run(problem, roster, seed)


def judged_run(problem: Problem, roster: Roster, seed: int) -> Run:
    """A roster's figures and violations, by the judge."""
    from scheduler.evaluate import evaluate

    result = evaluate(problem, roster)
    return Run(
        seed=seed,
        placed=result.figures.placed,
        unplaced=result.figures.unplaced,
        roomless=sum(row.rule == "capacity" for row in roster.unplaced),
        hard=len(result.hard),
        carers=result.figures.carers_per_citizen_mean,
        bound=roster.bounds.carers_per_citizen_mean,
        # Under a short limit nothing is proven, and there is nothing to compare with.
        ratio=None if roster.bounds.carers_per_citizen_mean is None else mean_ratio(roster.citizens),
        travel_min=result.figures.travel_minutes,
        objective=result.figures.objective,
    )


def mean_ratio(rows: Sequence[CitizenWeek]) -> float | None:
    """The mean of different carers ÷ proven least, over citizens and weeks with a home visit.

    Where no bound was proven it is 1: whoever is visited at home meets somebody.
    """
    ratios = [row.carers / (row.carers_bound or 1) for row in rows if row.carers > 0]
    return statistics.fmean(ratios) if ratios else None


def measure(pack: Path, limit: Limit, seed: int, free: Sequence[str] = ()) -> Run:
    """Plan in a fresh process and say how long it took from its start to the judged roster, and how much memory."""
    began = time.monotonic()
    with PeakWatch() as watch, ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        run = pool.submit(plan_once, pack, limit, seed, free).result()
        wall_s = time.monotonic() - began
    return replace(run, wall_s=wall_s, peak_mb=watch.peak_mb)


def warm_up() -> float:
    """Have the search compiled; returns the seconds it took, few where compiled code was found on disk."""
    from scheduler.warm import main as compile_all

    began = time.monotonic()
    compile_all()
    return time.monotonic() - began


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def runs_table(runs: Sequence[Run]) -> str:
    """A row for each seed, then the median and the worst of each figure."""
    rows = [[str(run.seed), *(column.cell(column.value(run)) for column in COLUMNS)] for run in runs]
    rows.append(["median", *(column.median_cell(runs) for column in COLUMNS)])
    rows.append(["worst", *(column.worst_cell(runs) for column in COLUMNS)])
    return table(["seed", *(column.heading for column in COLUMNS)], rows)


def summary_row(runs: Sequence[Run], date: str, machine: Machine, pack: Path, limit: Limit) -> list[str]:
    """The row for docs/benchmarks.md: what ran where, then median / worst of each figure."""
    figures = [f"{column.median_cell(runs)} / {column.worst_cell(runs)}" for column in COLUMNS]
    seeds = " ".join(str(run.seed) for run in runs)
    return [date, commit(), str(machine), shown(pack), str(limit), seeds, *figures]


def shown(pack: Path) -> str:
    """A pack's path, seen from the repository where it lies in it; else its name alone."""
    where = pack.resolve()
    return where.relative_to(ROOT).as_posix() if where.is_relative_to(ROOT) else where.name


def above_zero(text: str) -> float:
    """A number above zero, for the command line."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def count(text: str) -> int:
    """A whole number above zero, for the command line."""
    value = int(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks team",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("packs", nargs="*", default=[str(DEMO_PACK)], metavar="PACK", help=", ".join(TEAMS))
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--seconds", type=above_zero, default=DEFAULT_SECONDS, help="for each seed; 30")
    limit.add_argument("--iterations", type=count, help="of each worker, instead of seconds")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--workers", type=count, default=2, help="processes that search; 2")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables; the exit code is 1 when a hard rule is broken, 2 for a bad pack."""
    args = arguments(words)
    with packs_of(args.packs) as packs:
        return measure_all(packs, args)


def measure_all(packs: Sequence[Path], args: argparse.Namespace) -> int:
    """Measure every pack with every seed; returns the exit code."""
    from scheduler.pack import PackErrors, check_pack

    limit = Limit(None if args.iterations else args.seconds, args.iterations, args.workers)
    problems = []
    for pack in packs:  # all of them before the first is planned
        problem, errors, _ = check_pack(pack)
        if problem is None:
            print(PackErrors(errors), file=sys.stderr)
            return 2
        problems.append((pack, problem))
    machine, date = this_machine(), args.date or commit_date()
    summary, broken = [], False
    print(f"Compiling or loading the search: {warm_up():.1f} s", flush=True)
    for pack, problem in problems:
        print(
            f"\n{problem.name} ({shown(pack)}): {len(problem.citizens)} citizens, {len(problem.carers)} carers, "
            f"{problem.calendar.weeks} week(s). {limit}. {machine}.",
            flush=True,
        )
        runs = [measure(pack, limit, seed) for seed in args.seeds]
        print(f"\n{runs_table(runs)}\n", flush=True)
        summary.append(summary_row(runs, date, machine, pack, limit))
        broken = broken or any(run.hard for run in runs)
    print(f"For docs/benchmarks.md, median / worst:\n\n{table(SUMMARY_HEADINGS, summary)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
