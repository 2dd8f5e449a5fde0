"""All benchmarks one after the other: a small set in about ten minutes (quick), or everything (full).

    python -m benchmarks quick [--hhcrsp FOLDER] [--only large fit] [--tiny] [--date 2026-11-22]
    python -m benchmarks full  [--hhcrsp FOLDER] [--only curve]

Each step is a command of its own, told before it runs, so that any of them can be repeated alone. What they print is
also written to var/benchmarks. --hhcrsp names the folder of the public instances; without it their steps are left out.
--tiny makes every step as short as it can be: to see that all of them work, not to measure. Ends with the worst exit code
of the steps: 1 when a roster breaks a hard rule.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.machine import ROOT, commit, commit_date, this_machine
from benchmarks.team import shown, table

RECORDS = ROOT / "var" / "benchmarks"
#: Stand in a step's words for the folder of the public instances, and for one in which pictures of tiny runs do no harm.
FOLDER, PICTURES = "FOLDER", "PICTURES"


@dataclass(frozen=True)
class Step:
    """One command: its words, what it is with the shortest limits, and about how many seconds it takes on two cores.

    ``packages``: what must be installed beside the program.
    """

    words: str
    tiny: str
    seconds: int
    packages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The benchmark's name."""
        return self.words.split()[0]

    def obstacle(self, folder: Path | None) -> str | None:
        """Why it cannot be run; None when it can."""
        if FOLDER in self.words.split() and folder is None:
            return "no folder of public instances is given (--hhcrsp)"
        missing = [package for package in self.packages if find_spec(package) is None]
        return f"not installed: {', '.join(missing)} (make setup-bench)" if missing else None

    def command(self, folder: Path | None, tiny: bool, date: str) -> list[str]:
        """The words after ``python -m benchmarks``."""
        places = {FOLDER: str(folder), PICTURES: str(RECORDS)}
        words = [places.get(word, word) for word in (self.tiny if tiny else self.words).split()]
        return [*words, "--date", date] if self.name not in WITHOUT_DATE else words


#: Its table stands without a date of its own.
WITHOUT_DATE = ("hhcrsp",)
TEAM_TINY = "team fixtures/tiny --iterations 300 --seeds 1"
QUICK = (
    Step("team --seconds 30 --seeds 1 2 3", TEAM_TINY, 105),
    Step(
        "large --seconds 5 60 --seeds 1 2",
        "large --team fixtures/tiny --seconds 1.5 2 --seeds 1",
        270,
    ),
    Step("fit --questions 30", "fit fixtures/tiny --questions 2 --iterations 300", 60),
    Step(
        "replan --calls 10",
        "replan fixtures/tiny --day 1 --iterations 300 --steps 300 --calls 1 --no-cold",
        90,
    ),
    Step("shifts --seeds 1", "shifts --weeks 1 --citizens 20 --carers 6 --open-shifts 3 --seeds 1", 20),
    Step(
        f"hhcrsp {FOLDER} --seconds 10 --seeds 1 --only 100",
        f"hhcrsp {FOLDER} --iterations 1000 --seeds 1 --only 10_1",
        60,
    ),
)
SAMPLES = " ".join(f"fixtures/{name}" for name in ("albertslund", "lolland", "aalborg", "jammerbugt"))
FULL = (
    Step(f"team {SAMPLES} --seconds 30 --seeds 1 2 3", TEAM_TINY, 420),
    Step(
        "large --seconds 5 60 --seeds 1 2 3 4 5",
        "large --team fixtures/tiny --seconds 1.5 2 --seeds 1",
        660,
    ),
    Step("team two-weeks --seconds 300 --seeds 1 2", TEAM_TINY, 630),
    Step("curve", "curve fixtures/tiny --seconds 1.5 2 --images " + PICTURES, 520),
    Step("sizes", "sizes --citizens 10 20 --moves 1 --images " + PICTURES, 600),
    Step("sizes --citizens 1000 --moves 100", "sizes --citizens 12 --moves 1", 900),
    Step("municipality", "municipality --teams 2 --citizens 12 --iterations 100 --alone 1", 600),
    Step("fit", "fit fixtures/tiny --questions 2 --iterations 300", 60),
    Step("replan", "replan fixtures/tiny --day 1 --iterations 300 --steps 300 --calls 1 --no-cold", 120),
    Step("shifts", "shifts --weeks 1 --citizens 20 --carers 6 --open-shifts 3 --seeds 1", 40),
    Step("pages", "pages --rounds 1 --no-browser", 120),
    Step("live", "live --rounds 1", 60),
    Step("tablet-page", "tablet-page --rounds 1", 120),
    Step("tablets", "tablets --tablets 4 --seconds 1", 150),
    Step("reliability", "reliability --records 20 --tablets 2 --kills 1", 900),
    Step(
        f"hhcrsp {FOLDER} --seconds 10 --seeds 1 2 3",
        f"hhcrsp {FOLDER} --iterations 1000 --seeds 1 --only 10_1",
        1300,
    ),
    Step(
        f"hhcrsp {FOLDER} --seconds 60 --seeds 1 2 3",
        f"hhcrsp {FOLDER} --iterations 1000 --seeds 1 --only 10_1",
        6000,
    ),
    Step(
        f"others {FOLDER}",
        f"others {FOLDER} --seconds 1 --seeds 1 --sizes 10 300 --only 100_1",
        1800,
        ("pyvrp", "vroom"),
    ),
)


def run(step: Step, words: Sequence[str], record: Path) -> tuple[int, float]:
    """Run a step, showing what it prints and adding it to the record; returns its exit code and seconds."""
    began = time.monotonic()
    with (
        record.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            [sys.executable, "-u", "-m", "benchmarks", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        heading = f"\n## python -m benchmarks {' '.join(words)}\n\n"
        print(heading, end="", flush=True)
        file.write(heading)
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            file.write(line)
    return process.returncode, time.monotonic() - began


def arguments(name: str, words: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks {name}",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--hhcrsp", type=Path, metavar="FOLDER", help="folder of the public instances")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these benchmarks")
    parser.add_argument("--tiny", action="store_true", help="as short as can be: do they work?")
    parser.add_argument("--date", default=None, help="for the rows; the commit's date when not given")
    args = parser.parse_args(words)
    known = {step.name for step in (QUICK if name == "quick" else FULL)}
    if unknown := sorted(set(args.only) - known):
        parser.error(f"--only: '{unknown[0]}' is not among: {', '.join(sorted(known))}")
    if args.hhcrsp is not None and not args.hhcrsp.is_dir():
        parser.error(f"--hhcrsp: there is no folder {args.hhcrsp}")
    return args


def main(name: str, words: Sequence[str]) -> int:
    """Run the set of that name; returns the worst exit code of its steps."""
    args = arguments(name, words)
    date = args.date or commit_date()
    steps = [step for step in (QUICK if name == "quick" else FULL) if not args.only or step.name in args.only]
    RECORDS.mkdir(parents=True, exist_ok=True)
    record = RECORDS / f"{name}{'-tiny' if args.tiny else ''}-{date}-{commit().rstrip('+')}.md"
    record.write_text(
        f"# Benchmarks, {name}: {date}, commit {commit()}, {this_machine()}\n", encoding="utf-8"
    )
    left_out = {step: why for step in steps if (why := step.obstacle(args.hhcrsp)) is not None}
    wanted = [step for step in steps if step not in left_out]
    if not args.tiny:
        minutes = sum(step.seconds for step in wanted) / 60
        print(f"{len(wanted)} steps, about {minutes:.0f} minutes on two idle cores. {this_machine()}.")
    rows = []
    for step in wanted:
        code, seconds = run(step, step.command(args.hhcrsp, args.tiny, date), record)
        rows.append([step.words, str(code), f"{seconds:.0f}"])
    rows += [[step.words, why, "–"] for step, why in left_out.items()]
    print(f"\n{table(['benchmark', 'exit code', 's'], rows)}\n\nAll of it stands in {shown(record)}")
    return max((int(row[1]) for row in rows if row[1].lstrip("-").isdigit()), default=0)
