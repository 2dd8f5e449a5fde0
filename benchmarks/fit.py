"""How soon ranked places for a new visit are there (W5), and whether the best of them breaks no rule.

    python -m benchmarks fit [PACK] [--roster FILE] [--iterations 2000000] [--questions 30] [--date 2026-11-22]

Without PACK the large team is made from its seed (benchmarks/teams.py); without --roster it
is planned once, by steps. Then new needs are asked for one after the other in this process: copies of the pack's own
needs for other citizens, so on fixed days, on any, once or daily. "first s" is the first answer of the process
(compiled code is loaded); the others are warm and are what median and worst are of. Outside the time, the best place
of each is taken and judged. Exit 1 when a hard rule is broken that the roster did not break, 2 when a file cannot be
read.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import commit, commit_date, this_machine
from benchmarks.team import count, shown, table, warm_up
from benchmarks.teams import TEAMS

if TYPE_CHECKING:
    from scheduler.problem import Need, Problem
    from scheduler.roster import Roster

HEADINGS = (
    "date", "commit", "machine", "pack", "visits", "questions", "placed",
    "first s", "median s", "worst s", "hard violations",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One question: seconds until the ranked places were there, due visits and how many got a place, new violations."""

    need_id: str
    seconds: float
    due: int
    placed: int
    broken: int


def questions(problem: Problem, number: int) -> list[Need]:
    """New needs like the pack's own that have a visit due, taken evenly from all of them, each for another citizen.

    (For the same citizen, two visits would be wanted at the same time.) One that is not due for that citizen, who is
    away, is left out.
    """
    from scheduler.due import due_visits

    rows = list(dict.fromkeys(due.need for due in due_visits(problem).visits))
    number = min(number, len(rows))
    picked = [rows[position * len(rows) // number] for position in range(number)]
    asked = [
        replace(row, need_id=f"new-{row.need_id}", citizen_id=picked[place - 1].citizen_id)
        for place, row in enumerate(picked)
    ]
    alone = replace(problem, needs=tuple(asked), links=())
    due = {row.need.need_id for row in due_visits(alone).visits}
    return [row for row in asked if row.need_id in due]


def ask(problem: Problem, roster: Roster, need: Need, hard_before: int) -> Answer:
    """Time one fit-in, then take its best place and judge it."""
    from scheduler.evaluate import evaluate
    from scheduler.fit import fit, take
    from scheduler.pack.additions import Additions

    began = time.perf_counter()
    found = fit(problem, roster, Additions((need,)))
    seconds = time.perf_counter() - began
    (row,) = found.needs
    taken = take(found, {})
    hard = len(evaluate(found.problem, taken.roster, found.travel).hard)
    due = sum(offer.count for offer in row.visits)
    return Answer(need.need_id, seconds, due, len(taken.places), max(0, hard - hard_before))


def summary_row(answers: Sequence[Answer], date: str, machine: str, pack: str, visits: int) -> list[str]:
    """The row for docs/benchmarks.md; the first answer stands apart."""
    warm = [row.seconds for row in answers[1:]] or [answers[0].seconds]
    placed = f"{sum(row.placed for row in answers)} of {sum(row.due for row in answers)}"
    figures = [answers[0].seconds, statistics.median(warm), max(warm)]
    return [
        date,
        commit(),
        machine,
        pack,
        str(visits),
        str(len(answers)),
        placed,
        *(f"{value:.2f}" for value in figures),
        str(sum(row.broken for row in answers)),
    ]


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks fit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pack", type=Path, nargs="?", metavar="PACK")
    parser.add_argument("--roster", type=Path, help="a roster of the pack, instead of planning one")
    parser.add_argument("--iterations", type=count, default=2_000_000, help="to plan with; 2000000")
    parser.add_argument("--questions", type=count, default=30, help="new needs asked for; 30")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def read(args: argparse.Namespace) -> tuple[Problem, Roster, str]:
    """The problem, a roster for it, and the pack's name; raises PackErrors."""
    from scheduler.pack import read_pack, read_roster
    from scheduler.solve import solve

    if args.pack is None:
        problem, name = TEAMS["large"].problem(), "large"
    else:
        problem, name = read_pack(args.pack), shown(args.pack)
    if args.roster is not None:
        return problem, read_roster(args.roster, problem), name
    print(f"Planning {name} by {args.iterations} steps", flush=True)
    return problem, solve(problem, iterations=args.iterations, workers=1), name


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table; the exit code is 1 when a hard rule is broken, 2 for a bad file."""
    from scheduler.evaluate import evaluate
    from scheduler.pack import PackErrors

    args = arguments(words)
    machine, date = this_machine(), args.date or commit_date()
    print(f"Compiling or loading the search: {warm_up():.1f} s", flush=True)
    try:
        problem, roster, name = read(args)
    except PackErrors as error:
        print(error, file=sys.stderr)
        return 2
    hard = len(evaluate(problem, roster).hard)
    answers = [ask(problem, roster, need, hard) for need in questions(problem, args.questions)]
    rows = [
        [row.need_id, f"{row.seconds:.2f}", str(row.due), str(row.placed), str(row.broken)] for row in answers
    ]
    print(f"\n{table(['need', 's', 'due', 'placed', 'hard violations'], rows)}\n")
    row = summary_row(answers, date, str(machine), name, len(roster.visits))
    print(f"For docs/benchmarks.md:\n\n{table(HEADINGS, [row])}")
    return 1 if any(row.broken for row in answers) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
