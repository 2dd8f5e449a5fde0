"""``python -m benchmarks [NAME …]``: run one of the benchmarks; without a name the one of the sample team.

python -m benchmarks                            the sample team, 30 seconds, seeds 1 2 3
python -m benchmarks team PACK --seconds 60     any team pack
python -m benchmarks hhcrsp FOLDER              the public instances in a folder
python -m benchmarks others FOLDER              their part without pairs, beside PyVRP, VROOM and OR-Tools
python -m benchmarks fit                        how soon a new visit's places are ranked, on the large team
python -m benchmarks replan                     every carer of a date calls in sick in turn, on the large team
python -m benchmarks shifts                     who takes the open shifts of four weeks
python -m benchmarks NAME --help                what else can be chosen
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

#: By name: the module whose ``main`` runs it. Imported when asked for, so that each starts with what it needs only.
BENCHMARKS = {
    "team": "benchmarks.team",
    "hhcrsp": "benchmarks.hhcrsp",
    "others": "benchmarks.others",
    "fit": "benchmarks.fit",
    "replan": "benchmarks.replan",
    "shifts": "benchmarks.shifts",
}
DEFAULT = "team"


def main(words: Sequence[str]) -> int:
    """Run the benchmark that the first word names, else the default one; returns the exit code."""
    if words and words[0] in ("-h", "--help"):
        print((__doc__ or "").strip())
        return 0
    named = bool(words) and not words[0].startswith("-")
    name, rest = (words[0], words[1:]) if named else (DEFAULT, words)
    if name not in BENCHMARKS:
        print(f"'{name}' is not a benchmark; choose one of: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    run: Callable[[Sequence[str]], int] = import_module(BENCHMARKS[name]).main
    return run(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
