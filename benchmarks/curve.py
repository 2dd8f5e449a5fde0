"""What waiting longer brings: the objective after 1, 2, 5 … seconds, as a table and as a picture.

    python -m benchmarks curve [PACK …] [--seconds 1 2 5 10 20 30 60 120] [--seeds 1] [--workers 2] [--images docs/images]

Each limit is a run of its own, from starting its process: the search cools down as its limit asks, so what a run of a
minute has after ten seconds is not what a run of ten seconds gives. The path of the longest run, as its progress is
reported, is drawn beside it, in the search's own sum. Written to cost-over-time-PACK.svg. Exit 1 when a roster breaks a
hard rule.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from math import isfinite
from multiprocessing import get_context
from pathlib import Path

from benchmarks.chart import Axis, Line, write_chart
from benchmarks.machine import ROOT, commit, commit_date, this_machine
from benchmarks.team import Limit, Run, above_zero, count, judged_run, shown, table, warm_up
from benchmarks.teams import DEMO, packs_of

IMAGES = ROOT / "docs" / "images"
HEADINGS = (
    "date", "commit", "machine", "pack", "seeds", "limit s", "wall s", "unplaced", "carers per citizen", "objective"
)  # fmt: skip
#: Seconds between two points of the path that is drawn.
PATH_SECONDS = 0.5
Path_ = list[tuple[float, float]]


def traced(pack: Path, limit: Limit, seed: int, began: float) -> tuple[Run, Path_]:
    """Plan in this process; the judged run, and (seconds since ``began``, objective) as it was reported.

    ``began`` is a moment of the monotonic clock, which all processes of a machine share.
    """
    # Imported here, so that the time it takes is part of what is measured.
    from scheduler.pack import read_pack
    from scheduler.solve import Progress, solve

    path: Path_ = []

    def progress(row: Progress) -> None:
        now = time.monotonic() - began
        known = row.objective is not None and isfinite(row.objective)
        if known and (not path or now - path[-1][0] >= PATH_SECONDS):
            path.append((now, float(row.objective or 0)))

    problem = read_pack(pack)
    roster = solve(
        problem,
        seconds=limit.seconds,
        iterations=limit.iterations,
        seed=seed,
        workers=limit.workers,
        progress=progress,
    )
    return judged_run(problem, roster, seed), path


def measure(pack: Path, limit: Limit, seed: int) -> tuple[Run, Path_]:
    """As :func:`traced`, in a fresh process, with its wall time."""
    began = time.monotonic()
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        run, path = pool.submit(traced, pack, limit, seed, began).result()
        return replace(run, wall_s=time.monotonic() - began), path


def lines_of(runs: dict[float, list[tuple[Run, Path_]]]) -> list[Line]:
    """The line through the limits' medians, and the path of the longest run's first seed."""
    medians = [
        (
            statistics.median(run.wall_s for run, _ in done),
            statistics.median(run.objective for run, _ in done),
        )
        for done in runs.values()
    ]
    _, path = runs[max(runs)][0]
    return [Line("end of each run", medians), Line(f"on the way, {max(runs):g} s", path, marked=False)]


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks curve",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("packs", nargs="*", default=[DEMO, "large"], metavar="PACK")
    parser.add_argument("--seconds", type=above_zero, nargs="+", default=[1, 2, 5, 10, 20, 30, 60, 120])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--workers", type=count, default=2)
    parser.add_argument("--images", type=Path, default=IMAGES, help="folder of the pictures; docs/images")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark, print its table and draw; the exit code is 1 when a hard rule is broken."""
    args = arguments(words)
    where = [args.date or commit_date(), commit(), str(this_machine())]
    print(f"Compiling or loading the search: {warm_up():.1f} s", flush=True)
    rows, broken = [], False
    with packs_of(args.packs) as packs:
        for pack in packs:
            runs = {
                seconds: [measure(pack, Limit(seconds, None, args.workers), seed) for seed in args.seeds]
                for seconds in sorted(args.seconds)
            }
            for seconds, done in runs.items():
                found = [run for run, _ in done]
                broken = broken or any(run.hard for run in found)
                middle = [
                    statistics.median(values)
                    for values in zip(
                        *((run.wall_s, run.unplaced, run.carers, run.objective) for run in found), strict=True
                    )
                ]
                cells = [f"{value:.{places}f}" for value, places in zip(middle, (1, 0, 2, 0), strict=True)]
                rows.append([*where, shown(pack), " ".join(map(str, args.seeds)), f"{seconds:g}", *cells])
            file = args.images / f"cost-over-time-{pack.name}.svg"
            write_chart(
                file,
                f"Objective over seconds of waiting: {pack.name}",
                Axis("seconds of waiting", logarithmic=True),
                Axis("objective (minutes)"),
                lines_of(runs),
            )
            print(f"{shown(file)} is drawn", flush=True)
    print(f"\nFor docs/benchmarks.md, medians:\n\n{table(HEADINGS, rows)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
