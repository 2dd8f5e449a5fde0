"""Solve the public HHCRSP instances and compare with the best published costs.

    python -m benchmarks hhcrsp FOLDER --seconds 10 --seeds 1 2 3 [--workers 2] [--only 200]
    python -m benchmarks hhcrsp FOLDER --iterations 15000000

With ``--iterations`` (proposals of each worker) the figures do not depend on what else the machine does.

FOLDER holds the instances (``*.json``, also in sub-folders) and ``best_known.csv`` with the columns
``instance`` and ``cost``, in it or in a folder above. Prints a row per instance: best known cost, the cost of
each seed, median and worst gap in %, and whether every solution is valid; then the mean gap. Exit 1 when a
solution is not valid.
"""

import argparse
import csv
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.hhcrsp import (
    InfeasibleError,
    InstanceError,
    cost_of,
    read_instance,
    solve_hhcrsp,
    violations_of,
)


@dataclass(frozen=True)
class Row:
    """One instance: best known cost (None when unknown), cost by seed, number of invalid solutions."""

    name: str
    best_known: float | None
    costs: list[float]
    invalid: int

    @property
    def gaps(self) -> list[float]:
        """Gap of each seed to the best known cost, in %; empty when none is known."""
        return [100 * (cost / self.best_known - 1) for cost in self.costs] if self.best_known else []

    def __str__(self) -> str:
        known = f"{self.best_known:10.3f}" if self.best_known else f"{'-':>10}"
        costs = " ".join(f"{cost:10.3f}" for cost in self.costs)
        median, worst = (
            (f"{statistics.median(self.gaps):+.2f}", f"{max(self.gaps):+.2f}") if self.gaps else "--"
        )
        validity = f"{self.invalid} INVALID" if self.invalid else "valid"
        return f"{self.name:44.44} {known} {costs} {median:>7} {worst:>7}  {validity}"


def best_known_costs(folder: Path) -> dict[str, float]:
    """Best published cost by file name, from the nearest ``best_known.csv``; empty when there is none."""
    for place in (folder, *folder.resolve().parents):
        table = place / "best_known.csv"
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as file:
                return {line["instance"]: float(line["cost"]) for line in csv.DictReader(file)}
    return {}


def measure(path: Path, known: dict[str, float], args: argparse.Namespace) -> Row:
    """Solve one instance with every seed and judge the solutions."""
    seconds = None if args.iterations is not None else args.seconds
    instance = read_instance(path)
    costs, invalid = [], 0
    for seed in args.seeds:
        solution = solve_hhcrsp(
            instance, seconds=seconds, iterations=args.iterations, seed=seed, workers=args.workers
        )
        invalid += bool(violations_of(instance, solution))
        costs.append(cost_of(instance, solution).total)
    return Row(path.name, known.get(path.name), costs, invalid)


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks hhcrsp",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0, help="per solution, start-up included")
    parser.add_argument("--iterations", type=int, help="proposals of each worker, instead of --seconds")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="only files with this text in their name")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 when a solution is invalid, 2 when there is nothing to solve."""
    args = arguments(words)
    paths = [path for path in sorted(args.folder.rglob("*.json")) if args.only in path.name]
    if not paths:
        print(f"{args.folder}: no file *{args.only}*.json; name the folder of the instances")
        return 2
    known = best_known_costs(args.folder)
    limit = f"{args.seconds:g} s" if args.iterations is None else f"{args.iterations} proposals"
    print(f"{limit}, {args.workers} workers, seeds {args.seeds}")
    seeds = " ".join(f"{f'seed {seed}':>10}" for seed in args.seeds)
    print(f"{'instance':44} {'best known':>10} {seeds} {'median%':>7} {'worst%':>7}")
    rows = []
    began = time.monotonic()
    for path in paths:
        try:
            rows.append(measure(path, known, args))
        except (InstanceError, InfeasibleError) as problem:
            print(problem)
            continue
        print(rows[-1], flush=True)
    gaps = [gap for row in rows for gap in row.gaps]
    invalid = sum(row.invalid for row in rows)
    if gaps:
        worst_seed = max(
            statistics.fmean(row.gaps[i] for row in rows if row.gaps) for i in range(len(args.seeds))
        )
        mean = statistics.fmean(gaps)
        print(f"mean gap {mean:+.2f} % (worst seed {worst_seed:+.2f} %), worst {max(gaps):+.2f} %")
    print(f"{len(rows)} instances, {invalid} invalid solutions, {time.monotonic() - began:.0f} s")
    return 1 if invalid or len(rows) < len(paths) else 0


if __name__ == "__main__":
    sys.exit(main())
