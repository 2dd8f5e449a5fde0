"""The part of the public HHCRSP instances that others can express: our search beside PyVRP, VROOM and OR-Tools.

    python -m benchmarks others FOLDER [--seconds 10] [--seeds 1 2 3] [--sizes 100 300] [--only 200] [--date 2026-11-22]

FOLDER holds the instances (``*.json``, also in sub-folders); of these, the ones with so many patients as --sizes says,
from least to greatest. Every solver gets the same task and the same seconds on one core: each patient with the first
of their services, hard windows, abilities, the same caregivers, least total distance, whole hundredths of a minute. A
patient whom hard windows leave no room for is left out, for all solvers. Every answer is judged by one function.
Cells are the median over the seeds in minutes, and ours ÷ theirs (below 1: ours is shorter). VROOM and OR-Tools know no
seed and run once. Those that are not installed are named and left out; ``make setup-bench`` installs them. Exit 1 when
an answer of ours breaks a rule, 2 when there is nothing to solve.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import commit, commit_date, this_machine
from benchmarks.others_cases import HUNDREDTHS, Case, case_of, judge, served_on_time, single_services
from benchmarks.others_solvers import OTHERS, OURS, NotInstalledError, Solver
from benchmarks.team import above_zero, table
from scheduler.hhcrsp import InfeasibleError, InstanceError, read_instance

NOTHING = "–"


@dataclass(frozen=True)
class Run:
    """One answer: minutes of distance, the rules it breaks, and the seconds it took."""

    cost_min: float
    troubles: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Row:
    """One instance: how many patients are visited, who was left out, and every solver's runs by its name."""

    name: str
    size: int
    left_out: tuple[str, ...]
    runs: dict[str, list[Run]]

    def cost_min(self, solver: str) -> float | None:
        """Median of the answers that break no rule; None when there is none."""
        costs = [run.cost_min for run in self.runs.get(solver, []) if not run.troubles]
        return statistics.median(costs) if costs else None

    def ratio(self, solver: str) -> float | None:
        """Ours ÷ theirs; None when one of the two has no answer."""
        ours, theirs = self.cost_min(OURS.name), self.cost_min(solver)
        return ours / theirs if ours is not None and theirs else None


def ask(solver: Solver, library: Any, case: Case, seconds: float, seed: int) -> Run:
    """Time one solver, and judge what it answers."""
    began = time.monotonic()
    routes = solver.ask(library, case, seconds, seed)
    spent = time.monotonic() - began
    verdict = judge(case, routes)
    return Run(verdict.cost / HUNDREDTHS, verdict.troubles, spent)


def measure(case: Case, libraries: dict[str, Any], seconds: float, seeds: Sequence[int]) -> Row:
    """Every solver on one case; for each seed in turn, so that what else the machine does hits all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in libraries}
    for round_, seed in enumerate(seeds):
        for solver in (OURS, *OTHERS):
            if solver.name in libraries and (solver.seeded or not round_):
                runs[solver.name].append(ask(solver, libraries[solver.name], case, seconds, seed))
    return Row(case.name, case.size, case.left_out, runs)


def headings(names: Sequence[str]) -> list[str]:
    """Those of the instances' table."""
    columns = [heading for name in names for heading in (name, f"÷ {name}")]
    return ["instance", "patients", "left out", OURS.name, *columns]


def instance_cells(row: Row, names: Sequence[str]) -> list[str]:
    """An instance's row; a cost stands with how many answers broke a rule, where some did."""
    cells = [cell for name in names for cell in (_cost(row, name), _figure(row.ratio(name), 3))]
    return [row.name, str(row.size), str(len(row.left_out)), _cost(row, OURS.name), *cells]


def mean_cells(rows: Sequence[Row], names: Sequence[str]) -> list[str]:
    """The last row: mean ratios."""
    cells = [cell for name in names for cell in ("", _figure(mean_ratio(rows, name), 3))]
    return ["mean", "", "", "", *cells]


def mean_ratio(rows: Sequence[Row], name: str) -> float | None:
    """Mean over the instances where both have an answer."""
    ratios = [ratio for row in rows if (ratio := row.ratio(name)) is not None]
    return statistics.fmean(ratios) if ratios else None


def summary(
    rows: Sequence[Row], limit: str, seeds: str, date: str, machine: str
) -> tuple[list[str], list[str]]:
    """Headings and cells of the row for docs/benchmarks.md: mean and worst ratio to each of the others."""
    heads = ["date", "commit", "machine", "instances", "limit", "seeds"]
    cells = [date, commit(), machine, str(len(rows)), limit, seeds]
    for name in (solver.name for solver in OTHERS):
        ratios = [ratio for row in rows if (ratio := row.ratio(name)) is not None]
        heads.append(f"÷ {name}")
        mean, worst = _figure(mean_ratio(rows, name), 3), _figure(max(ratios, default=None), 3)
        cells.append(f"{mean} / {worst}" if ratios else NOTHING)
    broken = {
        name: sum(bool(run.troubles) for row in rows for run in row.runs.get(name, [])) for name in _names()
    }
    heads += ["answers that break a rule", "longest s"]
    cells.append(", ".join(f"{name} {number}" for name, number in broken.items() if number) or "0")
    longest = {
        name: max((run.seconds for row in rows for run in row.runs.get(name, [])), default=0)
        for name in _names()
    }
    cells.append(", ".join(f"{name} {seconds:.1f}" for name, seconds in longest.items() if seconds))
    return heads, cells


def _names() -> list[str]:
    return [solver.name for solver in (OURS, *OTHERS)]


def _figure(value: float | None, digits: int) -> str:
    return NOTHING if value is None else f"{value:.{digits}f}"


def _cost(row: Row, name: str) -> str:
    runs = row.runs.get(name, [])
    broken = sum(bool(run.troubles) for run in runs)
    text = _figure(row.cost_min(name), 2)
    return f"{text} ({broken} of {len(runs)} break a rule)" if broken else text


def load_solvers() -> dict[str, Any]:
    """The modules of the solvers that are there, by name; the others are named on standard error."""
    libraries = {}
    for solver in (OURS, *OTHERS):
        try:
            libraries[solver.name] = solver.load()
        except NotInstalledError as missing:
            print(missing, file=sys.stderr)
    return libraries


def read_cases(folder: Path, only: str, sizes: tuple[int, int]) -> list[Case]:
    """The instances of that size as tasks for all. Raises InstanceError, InfeasibleError."""
    cases = []
    for path in sorted(folder.rglob("*.json")):
        if only not in path.name:
            continue
        instance = read_instance(path)
        if sizes[0] <= len(instance.patients) <= sizes[1]:
            cases.append(case_of(*served_on_time(single_services(instance))))
            if cases[-1].left_out:
                print(f"{path.name}: left out for hard windows: {', '.join(cases[-1].left_out)}", flush=True)
    return cases


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks others",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--seconds", type=above_zero, default=10.0, help="for each answer; 10")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--sizes", type=int, nargs=2, default=[100, 300], metavar=("LEAST", "GREATEST"))
    parser.add_argument("--only", default="", help="only files with this text in their name")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 when an answer of ours breaks a rule, 2 when there is nothing to solve."""
    args = arguments(words)
    machine, date = this_machine(), args.date or commit_date()
    try:
        cases = read_cases(args.folder, args.only, tuple(args.sizes))
    except (InstanceError, InfeasibleError) as error:
        print(error, file=sys.stderr)
        return 2
    if not cases:
        least, greatest = args.sizes
        print(
            f"{args.folder}: no instance *{args.only}*.json with {least} to {greatest} patients;"
            " name the folder of the instances, or other --sizes",
            file=sys.stderr,
        )
        return 2
    libraries = load_solvers()
    rows = []
    for case in cases:
        rows.append(measure(case, libraries, args.seconds, args.seeds))
        costs = ", ".join(f"{name} {_cost(rows[-1], name)}" for name in libraries)
        print(f"{case.name}: {costs}", flush=True)
    there = [name for name in libraries if name != OURS.name]
    lines = [*(instance_cells(row, there) for row in rows), mean_cells(rows, there)]
    print(f"\n{table(headings(there), lines)}\n")
    heads, cells = summary(rows, f"{args.seconds:g} s", " ".join(map(str, args.seeds)), date, str(machine))
    print(f"For docs/benchmarks.md (mean / worst ratio):\n\n{table(heads, [cells])}")
    ours = [run for row in rows for run in row.runs[OURS.name] if run.troubles]
    for run in ours:
        print(f"{OURS.name}: {'; '.join(run.troubles)}", file=sys.stderr)
    return 1 if ours else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
