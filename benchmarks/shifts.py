"""Who takes the open shifts of several weeks: how soon, how near to the best, and how fairly (S7, S17).

    python -m benchmarks shifts [PACK …] [--weeks 4 --citizens 100 --carers 25 --open-shifts 60] [--seeds 1 2 3]

Without PACK a sample team is made for each seed (Albertslund); with packs, each is assigned with each seed of the solver.
"s" is the wall time of the assignment in this process, model and proof included, without reading the pack. "gap %" is
what CP-SAT has not proved of the cost; "stopped" counts open shifts that the rules let nobody take. Rules and shares are
the judge's. Exit 1 when an assignment breaks a working-time rule, 2 when a pack cannot be read.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import commit, commit_date, this_machine
from benchmarks.team import count, shown, table

if TYPE_CHECKING:
    from scheduler.problem import Problem

#: Rule 5 of the team pack.
WORKING_TIME = 5


@dataclass(frozen=True)
class Assigned:
    """What one assignment gave; the three spreads are mean distances from the fair share, in shifts."""

    seconds: float
    open_shifts: int
    taken: int
    stopped: int
    broken: int
    wishes: int
    granted: int
    gap_percent: float
    weekend: float
    evening: float
    night: float


COLUMNS: tuple[tuple[str, Callable[[Assigned], float], int], ...] = (
    ("s", lambda row: row.seconds, 2),
    ("open shifts", lambda row: row.open_shifts, 0),
    ("taken", lambda row: row.taken, 0),
    ("stopped", lambda row: row.stopped, 0),
    ("rules broken", lambda row: row.broken, 0),
    ("wishes", lambda row: row.wishes, 0),
    ("granted", lambda row: row.granted, 0),
    ("gap %", lambda row: row.gap_percent, 2),
    ("weekend spread", lambda row: row.weekend, 2),
    ("evening spread", lambda row: row.evening, 2),
    ("night spread", lambda row: row.night, 2),
)


def assign_once(problem: Problem, seed: int) -> Assigned:
    """Assign a problem's open shifts and judge what came out."""
    from scheduler.cpsat.shifts import best_assignment
    from scheduler.evaluate import evaluate
    from scheduler.fairness import fairness_of
    from scheduler.open_shifts import why_open
    from scheduler.roster import OpenShift, Roster
    from scheduler.travel import TravelTable
    from scheduler.wishes import wish_outcomes

    travel = TravelTable(problem)
    began = time.monotonic()
    found = best_assignment(problem, travel, seed)
    seconds = time.monotonic() - began
    rows = tuple(OpenShift(shift_id, carer_id) for shift_id, carer_id in sorted(found.takers.items()))
    roster = Roster(problem.name, problem.calendar.first_monday, problem.calendar.weeks, open_shifts=rows)
    outcomes = wish_outcomes(problem, found.takers)
    spread = fairness_of(problem, roster, travel).spread
    return Assigned(
        seconds=seconds,
        open_shifts=sum(shift.carer_id is None for shift in problem.shifts),
        taken=len(rows),
        stopped=sum(not row.free for row in why_open(problem, found.takers)),
        broken=sum(row.number == WORKING_TIME for row in evaluate(problem, roster, travel).violations),
        wishes=len(outcomes),
        granted=sum(row.granted for row in outcomes),
        gap_percent=100 * (found.cost_min - found.bound_min) / max(1.0, abs(found.cost_min)),
        weekend=spread["weekend"].mean,
        evening=spread["evening"].mean,
        night=spread["night"].mean,
    )


def cells(row: Assigned) -> list[str]:
    """A run's figures as text."""
    return [f"{value(row):.{decimals}f}" for _, value, decimals in COLUMNS]


def summary(runs: Sequence[Assigned]) -> list[str]:
    """Median / worst of each figure; the worst is the greatest, for what is taken and granted the least."""
    found = []
    for heading, value, decimals in COLUMNS:
        values = [value(row) for row in runs]
        worst = min(values) if heading in ("taken", "granted") else max(values)
        found.append(f"{statistics.median(values):.{decimals}f} / {worst:.{decimals}f}")
    return found


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks shifts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("packs", type=Path, nargs="*", metavar="PACK")
    parser.add_argument("--weeks", type=count, default=4)
    parser.add_argument("--citizens", type=count, default=100)
    parser.add_argument("--carers", type=count, default=25)
    parser.add_argument("--open-shifts", type=count, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def made_teams(args: argparse.Namespace) -> Iterable[tuple[int, Problem]]:
    """A sample team for each seed."""
    from delivery_app.generator import generate_team

    for seed in args.seeds:
        yield (
            seed,
            generate_team(
                "albertslund",
                args.citizens,
                args.carers,
                seed,
                weeks=args.weeks,
                open_shifts=args.open_shifts,
            ),
        )


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables."""
    from scheduler.pack import PackErrors, check_pack

    args = arguments(words)
    groups: list[tuple[str, Iterable[tuple[int, Problem]]]] = []
    for pack in args.packs:
        problem, errors, _ = check_pack(pack)
        if problem is None:
            print(PackErrors(errors), file=sys.stderr)
            return 2
        groups.append((shown(pack), [(seed, problem) for seed in args.seeds]))
    if not groups:
        name = f"made: {args.citizens} citizens, {args.carers} carers, {args.weeks} week(s)"
        groups.append((name, made_teams(args)))
    machine, date = this_machine(), args.date or commit_date()
    import scheduler.cpsat.shifts  # noqa: F401 - loading OR-Tools is no part of an assignment

    rows, broken = [], False
    headings = [heading for heading, _, _ in COLUMNS]
    for name, problems in groups:
        runs = [(seed, assign_once(problem, seed)) for seed, problem in problems]
        print(f"\n{name}. {machine}.\n\n{table(['seed', *headings], [[str(s), *cells(r)] for s, r in runs])}")
        seeds = " ".join(str(seed) for seed, _ in runs)
        rows.append([date, commit(), str(machine), name, seeds, *summary([run for _, run in runs])])
        broken = broken or any(run.broken for _, run in runs)
    print("\nFor docs/benchmarks.md, median / worst:\n")
    print(table(["date", "commit", "machine", "team", "seeds", *headings], rows))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
