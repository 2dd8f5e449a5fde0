"""A municipality (W6): forty teams, 2,000 citizens, planned by a pool of processes.

    python -m benchmarks municipality [--teams 40] [--citizens 50] [--iterations 500000] [--workers 2]

Each team is made from a seed of its own and planned in one process of the pool, by steps. Beforehand some of them are
planned one after the other, alone on the machine: their mean is "a team's time". "share" is the pool's whole time ÷
(teams × a team's time ÷ workers); the target is at most 1.10. Exit 1 when a roster breaks a hard rule.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.machine import commit, commit_date, this_machine
from benchmarks.memory import PeakWatch
from benchmarks.team import Limit, Run, count, plan_once, table, warm_up
from benchmarks.teams import sized

HEADINGS = (
    "date", "commit", "machine", "teams", "citizens", "visits", "limit", "processes", "a team's s", "whole s", "share",
    "unplaced", "of these no room", "hard violations", "MB a process",
)  # fmt: skip


def pooled(packs: Sequence[Path], limit: Limit, workers: int) -> tuple[list[Run], float]:
    """Plan the packs by so many processes, starting these included; the runs in the packs' order, and the seconds."""
    began = time.monotonic()
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        runs = list(pool.map(plan_once, packs, [limit] * len(packs), [1] * len(packs)))
    return runs, time.monotonic() - began


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks municipality",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--teams", type=count, default=40)
    parser.add_argument("--citizens", type=count, default=50, help="of each team; 50")
    parser.add_argument("--iterations", type=count, default=500_000, help="for each team; 500000")
    parser.add_argument("--workers", type=count, default=2, help="processes of the pool; 2")
    parser.add_argument("--alone", type=count, default=6, help="teams planned alone beforehand; 6")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its row; the exit code is 1 when a hard rule is broken."""
    args = arguments(words)
    where = [args.date or commit_date(), commit(), str(this_machine())]
    limit = Limit(None, args.iterations, 1)
    print(f"Compiling or loading the search: {warm_up():.1f} s", flush=True)
    with tempfile.TemporaryDirectory() as place:
        packs = [
            sized(args.citizens, seed).write(Path(place, f"team-{seed}")) for seed in range(1, args.teams + 1)
        ]
        step = max(1, len(packs) // args.alone)
        chosen = packs[::step][: args.alone]
        _, alone_s = pooled(chosen, limit, 1)
        team_s = alone_s / len(chosen)
        print(f"{len(chosen)} teams alone: {team_s:.1f} s each", flush=True)
        with PeakWatch() as watch:
            runs, whole_s = pooled(packs, limit, args.workers)
    row = [
        *where,
        str(args.teams),
        str(args.teams * args.citizens),
        str(sum(run.placed + run.unplaced for run in runs)),
        f"{args.iterations} iterations",
        str(args.workers),
        f"{team_s:.1f}",
        f"{whole_s:.1f}",
        f"{whole_s * args.workers / (args.teams * team_s):.2f}",
        f"{sum(run.unplaced for run in runs)} (worst {max(run.unplaced for run in runs)})",
        str(sum(run.roomless for run in runs)),
        str(sum(run.hard for run in runs)),
        f"{watch.peak_mb:.0f}" if watch.peak_mb else "–",
    ]
    carers = statistics.fmean(run.carers for run in runs)
    print(f"carers per citizen, mean of the teams: {carers:.2f}")
    print(f"\nFor docs/benchmarks.md:\n\n{table(HEADINGS, [row])}")
    return 1 if any(run.hard for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
