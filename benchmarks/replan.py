"""How a sick call is answered (W4): every carer of a date calls in sick in turn, and the roster is re-planned.

    python -m benchmarks replan [PACK] [--roster FILE] [--day 2] [--at 06:10] [--seconds 2] [--date 2026-11-22]

Without PACK the large team is made from its seed (benchmarks/teams.py); without --roster it is
planned once, by steps. "s" is the time of the whole answer in this process, bounds and list of changes included; the first
answer, which loads compiled code, stands apart. "cold s" is the time of an answer by the command line, from its start to its
end: the median of three.
"orphans" are the visits that the carer had; "unplaced" how many visits and sessions
more than before have no place. "least" is proven; "closed" counts the answers with no more citizens
given a new carer than that. Exit 1 when an answer breaks a hard
rule that the roster did not break, 2 when a file cannot be read.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fit import read
from benchmarks.machine import ROOT, commit, commit_date, this_machine
from benchmarks.team import above_zero, count, table, warm_up

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.roster import Roster

#: So many answers are asked of the command line.
COLD_CALLS = 3
HEADINGS = (
    "date", "commit", "machine", "pack", "visits", "limit", "sick calls", "first s", "median s", "worst s", "cold s",
    "orphans", "unplaced", "new / least", "changed / least", "closed", "moved", "hard violations",
)  # fmt: skip
ROW_HEADINGS = (
    "sick",
    "s",
    "orphans",
    "unplaced",
    "new",
    "least",
    "changed",
    "least",
    "moved",
    "hard violations",
)


@dataclass(frozen=True)
class Answer:
    """One sick call: seconds, the visits that wanted somebody else, and what the new roster is compared by."""

    carer_id: str
    seconds: float
    orphans: int
    unplaced: int
    new: int
    new_least: int
    changed: int
    changed_least: int
    moved: int
    broken: int

    def cells(self) -> list[str]:
        """The row of the table."""
        values = (
            self.orphans, self.unplaced, self.new, self.new_least, self.changed, self.changed_least, self.moved, self.broken
        )  # fmt: skip
        return [self.carer_id, f"{self.seconds:.2f}", *map(str, values)]


def on_duty(problem: Problem, roster: Roster, day: int) -> list[str]:
    """The carers with a visit on a date, in the pack's order."""
    busy = {carer_id for visit in roster.visits if visit.day == day for carer_id in visit.carers}
    return [row.carer_id for row in problem.carers if row.carer_id in busy and not row.is_trainee]


def answer(
    problem: Problem,
    roster: Roster,
    now_min: int,
    carer_id: str,
    seconds: float | None,
    iterations: int | None,
) -> Answer:
    """Time the answer to one sick call, then judge it."""
    from scheduler.clock import DAY_MIN
    from scheduler.evaluate import evaluate
    from scheduler.replan import Sick, replan
    from scheduler.replan.cost import blamable

    began = time.perf_counter()
    found = replan(problem, roster, now_min, [Sick(carer_id)], seconds=seconds, iterations=iterations)
    took = time.perf_counter() - began
    day = now_min // DAY_MIN
    hard = len(evaluate(found.problem, found.roster).hard) - len(evaluate(problem, roster).hard)
    return Answer(
        carer_id,
        took,
        sum(
            carer_id in visit.carers
            for visit in roster.visits
            if visit.day == day and visit.start_min >= now_min
        ),
        len(blamable(found.situation, found.roster.unplaced))
        - len(blamable(found.situation, roster.unplaced)),
        found.cost.new_carers,
        found.bounds.new_carers,
        found.cost.changed,
        found.bounds.changed,
        found.cost.moved,
        max(0, hard),
    )


def cold(problem: Problem, roster: Roster, now_min: int, carer_id: str) -> float:
    """Seconds of one answer by the command line, pack and roster read from files."""
    from scheduler.pack import write_pack, write_roster

    with tempfile.TemporaryDirectory() as folder:
        pack, file = Path(folder) / "team", Path(folder) / "roster.json"
        write_pack(problem, pack)
        write_roster(roster, file, problem)
        now = problem.calendar.wall(now_min).strftime("%Y-%m-%dT%H:%M")
        words = [
            "replan",
            str(pack),
            str(file),
            "--now",
            now,
            "--sick",
            carer_id,
            "--out",
            str(Path(folder) / "new.json"),
        ]
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "delivery_app.cli.main", *words],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        return time.perf_counter() - began


def summary_row(
    answers: Sequence[Answer],
    date: str,
    machine: str,
    pack: str,
    visits: int,
    limit: str,
    cold_s: float | None,
) -> list[str]:
    """The row for docs/benchmarks.md: totals over the sick calls; the first answer's time stands apart."""
    warm = [row.seconds for row in answers[1:]] or [answers[0].seconds]
    return [
        date,
        commit(),
        machine,
        pack,
        str(visits),
        limit,
        str(len(answers)),
        f"{answers[0].seconds:.2f}",
        f"{statistics.median(warm):.2f}",
        f"{max(warm):.2f}",
        "–" if cold_s is None else f"{cold_s:.2f}",
        str(sum(row.orphans for row in answers)),
        str(sum(row.unplaced for row in answers)),
        f"{sum(row.new for row in answers)} / {sum(row.new_least for row in answers)}",
        f"{sum(row.changed for row in answers)} / {sum(row.changed_least for row in answers)}",
        str(sum(row.new <= row.new_least for row in answers)),
        str(sum(row.moved for row in answers)),
        str(sum(row.broken for row in answers)),
    ]


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks replan",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pack", type=Path, nargs="?", metavar="PACK")
    parser.add_argument("--roster", type=Path, help="a roster of the pack, instead of planning one")
    parser.add_argument("--iterations", type=count, default=2_000_000, help="to plan with; 2000000")
    parser.add_argument("--day", type=count, default=2, help="of the week, Monday 1; 2")
    parser.add_argument("--at", default="06:10", help="clock time of the call; 06:10")
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--seconds", type=above_zero, default=2.0, help="for each answer; 2")
    limit.add_argument("--steps", type=count, help="of each search, instead of seconds")
    parser.add_argument("--calls", type=count, help="at most so many carers")
    parser.add_argument("--no-cold", action="store_true", help="leave the command line out")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables; the exit code is 1 when a hard rule is broken, 2 for a bad file."""
    from scheduler.clock import DAY_MIN, parse_clock
    from scheduler.pack import PackErrors

    args = arguments(words)
    machine, date = this_machine(), args.date or commit_date()
    print(f"Compiling or loading the search: {warm_up():.1f} s", flush=True)
    try:
        problem, roster, name = read(args)
    except PackErrors as error:
        print(error, file=sys.stderr)
        return 2
    now_min = (args.day - 1) * DAY_MIN + parse_clock(args.at)
    carers = on_duty(problem, roster, args.day - 1)[: args.calls]
    if not carers:
        print(f"nobody has a visit on day {args.day}", file=sys.stderr)
        return 2
    seconds = None if args.steps else args.seconds
    answers = []
    for carer_id in carers:
        answers.append(answer(problem, roster, now_min, carer_id, seconds, args.steps))
        print(f"{carer_id}: {answers[-1].seconds:.2f} s", flush=True)
    print(f"\n{table(ROW_HEADINGS, [row.cells() for row in answers])}\n", flush=True)
    cold_s = None
    if not args.no_cold:
        cold_s = statistics.median(
            cold(problem, roster, now_min, carer_id) for carer_id in carers[:COLD_CALLS]
        )
    limit = f"{args.seconds:g} s" if seconds else f"{args.steps} steps"
    row = summary_row(answers, date, str(machine), name, len(roster.visits), limit, cold_s)
    print(f"For docs/benchmarks.md:\n\n{table(HEADINGS, [row])}")
    return 1 if any(row.broken for row in answers) else 0


if __name__ == "__main__":
    sys.exit(main())
