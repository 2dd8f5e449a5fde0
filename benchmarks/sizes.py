"""How time and memory grow with the team: 25 to 400 citizens, a carer for every four.

    python -m benchmarks sizes [--citizens 25 50 100 200 400] [--moves 1000] [--workers 2] [--images docs/images]
    python -m benchmarks sizes --citizens 1000          ten times the large team

Each worker makes so many moves for each due visit, so that teams of every size are searched as thoroughly. "wall s" is
from starting the process to the judged roster; "MB a process" the most memory that one process has held. Written to
time-over-size.svg. Exit 1 when a roster breaks a hard rule.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chart import Axis, Line, write_chart
from benchmarks.curve import IMAGES
from benchmarks.machine import commit, commit_date, this_machine
from benchmarks.team import Limit, Run, count, measure, shown, table, warm_up
from benchmarks.teams import SIZES, sized

HEADINGS = (
    "date", "commit", "machine", "citizens", "carers", "visits", "limit", "seed", "unplaced", "of these no room",
    "hard violations", "carers per citizen", "objective a visit", "wall s", "MB a process",
)  # fmt: skip


@dataclass(frozen=True)
class Sized:
    """One size: how many there are, and how the run went."""

    citizens: int
    carers: int
    limit: Limit
    run: Run

    @property
    def visits(self) -> int:
        """Visits and sessions that were due."""
        return self.run.placed + self.run.unplaced

    def cells(self) -> list[str]:
        """The row of the table."""
        run = self.run
        return [
            str(self.citizens), str(self.carers), str(self.visits), str(self.limit), str(run.seed), str(run.unplaced),
            str(run.roomless), str(run.hard), f"{run.carers:.2f}", f"{run.objective / max(1, self.visits):.1f}",
            f"{run.wall_s:.1f}", f"{run.peak_mb:.0f}" if run.peak_mb else "–",
        ]  # fmt: skip


def measure_size(citizens: int, moves: int, workers: int, seed: int) -> Sized:
    """Make a team of that size and plan it."""
    from scheduler.due import due_visits
    from scheduler.pack import read_pack

    team = sized(citizens)
    with tempfile.TemporaryDirectory() as place:
        pack = team.write(Path(place, "team"))
        visits = len(due_visits(read_pack(pack)).visits)
        limit = Limit(None, max(1, moves * visits // workers), workers)
        return Sized(citizens, team.carers, limit, measure(pack, limit, seed))


def lines_of(rows: Sequence[Sized]) -> list[Line]:
    """Seconds and megabytes over citizens; memory only where it could be read."""
    seconds = Line("wall s", [(row.citizens, row.run.wall_s) for row in rows])
    memory = Line("MB a process", [(row.citizens, row.run.peak_mb) for row in rows if row.run.peak_mb])
    return [seconds, memory]


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks sizes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--citizens", type=count, nargs="+", default=list(SIZES))
    parser.add_argument("--moves", type=count, default=1000, help="of all workers for each due visit; 1000")
    parser.add_argument("--workers", type=count, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--images", type=Path, default=IMAGES, help="folder of the picture; docs/images")
    parser.add_argument("--date", default=None, help="for the row; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark, print its table and draw; the exit code is 1 when a hard rule is broken."""
    args = arguments(words)
    where = [args.date or commit_date(), commit(), str(this_machine())]
    print(f"Compiling or loading the search: {warm_up():.1f} s", flush=True)
    rows = []
    for citizens in sorted(args.citizens):
        rows.append(measure_size(citizens, args.moves, args.workers, args.seed))
        print(f"{citizens} citizens: {rows[-1].run.wall_s:.1f} s", flush=True)
    if len(rows) > 1:
        file = args.images / "time-over-size.svg"
        write_chart(
            file,
            f"Time and memory over the team's size: {args.moves} moves a visit",
            Axis("citizens", logarithmic=True, ticks=tuple(float(row.citizens) for row in rows)),
            Axis("seconds, megabytes", logarithmic=True),
            lines_of(rows),
        )
        print(f"{shown(file)} is drawn")
    print(f"\nFor docs/benchmarks.md:\n\n{table(HEADINGS, [[*where, *row.cells()] for row in rows])}")
    return 1 if any(row.run.hard for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
