"""The large team (W1, W2, W7): a roster after 5 and after 60 seconds, against the best known and without continuity.

    python -m benchmarks large [--seconds 5 60] [--seeds 1 2 3] [--team large] [--workers 2] [--date 2026-11-22]
    python -m benchmarks large --record 1800          plan that long and keep it, when it is better, as the best known

"gap %" is objective ÷ best known − 1. The best known stands in benchmarks/best_known.csv with limit, seed, commit and date,
and with a fingerprint of the pack: where the generator has changed since, it counts no longer and the gap is a dash.
"travel +%" compares with the travel of the last limit's runs in which continuity costs nothing (weights carer, carer_14
and contact 0), seed by seed. "÷ bound" is carers ÷ proven least. Exit 1 when a roster breaks a hard rule.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from benchmarks.machine import ROOT, commit, commit_date, this_machine
from benchmarks.team import Limit, Run, above_zero, count, measure, shown, table, warm_up
from benchmarks.teams import TEAMS, fingerprint, packs_of

BEST_KNOWN = ROOT / "benchmarks" / "best_known.csv"
#: What makes a roster lean to few carers.
CONTINUITY = ("carer", "carer_14", "contact")
HEADINGS = (
    "date", "commit", "machine", "team", "limit", "seeds", "unplaced", "of these no room", "hard violations",
    "carers per citizen", "÷ bound", "travel min", "travel +%", "objective", "gap %", "wall s", "MB a process",
)  # fmt: skip


@dataclass(frozen=True)
class Best:
    """The best roster known of a team: its figures, and where it comes from."""

    team: str
    fingerprint: str
    objective: float
    carers: float
    travel_min: int
    unplaced: int
    limit: str
    seed: int
    commit: str
    date: str
    machine: str


def read_best(path: Path = BEST_KNOWN) -> dict[str, Best]:
    """The best known by team; empty when there is no file."""
    if not path.is_file():
        return {}
    kinds = {"objective": float, "carers": float, "travel_min": int, "unplaced": int, "seed": int}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            {name: kinds.get(name, str)(value) for name, value in row.items()} for row in csv.DictReader(file)
        ]
    return {str(row["team"]): Best(**row) for row in rows}


def keep_best(best: Best, path: Path = BEST_KNOWN) -> bool:
    """Write a team's best down, unless a better one of the same pack is known; returns whether it was written."""
    known = read_best(path)
    old = known.get(best.team)
    if old is not None and old.fingerprint == best.fingerprint and old.objective <= best.objective:
        return False
    known[best.team] = best
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Best)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(known[team]) for team in sorted(known))
    return True


def record(name: str, pack: Path, args: argparse.Namespace) -> int:
    """Plan long and keep the roster's figures; returns the exit code."""
    limit = Limit(args.record, None, args.workers)
    better = False
    for seed in args.seeds:
        run = measure(pack, limit, seed)
        if run.hard:
            print(f"{name}: seed {seed} breaks {run.hard} hard rules", file=sys.stderr)
            return 1
        best = Best(
            name, fingerprint(pack), run.objective, run.carers, run.travel_min, run.unplaced, str(limit), seed,
            commit(), args.date or commit_date(), str(this_machine()),
        )  # fmt: skip
        better = keep_best(best) or better
        print(f"{name}, {limit}, seed {seed}: objective {run.objective:.1f}", flush=True)
    print(f"{'written to' if better else 'no better than what stands in'} {shown(BEST_KNOWN)}")
    return 0


def change_percent(value: float, base: float | None) -> float | None:
    """How much more than a base, in %; None without one."""
    return 100 * (value / base - 1) if base else None


def both(values: Sequence[float | None], decimals: int, sign: str = "") -> str:
    """Median / worst (highest) of what is known; a dash when nothing is."""
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    return f"{statistics.median(known):{sign}.{decimals}f} / {max(known):{sign}.{decimals}f}"


def summary_row(
    runs: Sequence[Run], free: Sequence[Run], best: Best | None, where: Sequence[str], limit: str
) -> list[str]:
    """The row for docs/benchmarks.md; ``free``: the runs in which continuity costs nothing, seed by seed, or none."""
    travel = [change_percent(a.travel_min, b.travel_min) for a, b in zip(runs, free, strict=False)]
    return [
        *where,
        limit,
        " ".join(str(run.seed) for run in runs),
        both([run.unplaced for run in runs], 0),
        both([run.roomless for run in runs], 0),
        both([run.hard for run in runs], 0),
        both([run.carers for run in runs], 2),
        both([run.ratio for run in runs], 2),
        both([run.travel_min for run in runs], 0),
        both(travel, 1, "+"),
        both([run.objective for run in runs], 0),
        both(
            [change_percent(run.objective, None if best is None else best.objective) for run in runs], 1, "+"
        ),
        both([run.wall_s for run in runs], 1),
        both([run.peak_mb or None for run in runs], 0),
    ]


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks large",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--team", default="large", help=f"{', '.join(TEAMS)}, or a pack; large")
    parser.add_argument("--seconds", type=above_zero, nargs="+", default=[5.0, 60.0], help="limits; 5 60")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--workers", type=count, default=2)
    parser.add_argument("--no-free", action="store_true", help="leave the runs without continuity out")
    parser.add_argument("--record", type=above_zero, metavar="SECONDS", help="plan so long and keep the best")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its rows; the exit code is 1 when a hard rule is broken."""
    args = arguments(words)
    with packs_of([args.team]) as (pack,):
        print(f"Compiling or loading the search: {warm_up():.1f} s", flush=True)
        if args.record:
            return record(args.team, pack, args)
        best = read_best().get(args.team)
        if best is not None and best.fingerprint != fingerprint(pack):
            print(f"{shown(BEST_KNOWN)} knows another pack by the name {args.team}: no gap can be told")
            best = None
        limits = [Limit(seconds, None, args.workers) for seconds in args.seconds]
        where = [args.date or commit_date(), commit(), str(this_machine()), args.team]
        runs = {limit: [measure(pack, limit, seed) for seed in args.seeds] for limit in limits}
        free = [] if args.no_free else [measure(pack, limits[-1], seed, CONTINUITY) for seed in args.seeds]
    rows = [
        summary_row(done, free if limit == limits[-1] else [], best, where, str(limit))
        for limit, done in runs.items()
    ]
    if free:
        rows.append(
            summary_row(free, [], None, [*where[:-1], f"{args.team}, no continuity"], str(limits[-1]))
        )
    print(f"\nFor docs/benchmarks.md, median / worst:\n\n{table(HEADINGS, rows)}")
    return 1 if any(run.hard for run in [*free, *(run for done in runs.values() for run in done)]) else 0


if __name__ == "__main__":
    sys.exit(main())
