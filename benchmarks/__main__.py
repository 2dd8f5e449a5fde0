"""``python -m benchmarks [NAME …]``: run one of the benchmarks; without a name a small set of them.

python -m benchmarks                            the small set, in about ten minutes; the same as quick
python -m benchmarks full                       everything, with curves
python -m benchmarks team PACK --seconds 60     any team pack; without PACK the sample team
python -m benchmarks large                      the large team after 5 and 60 seconds, against the best known
python -m benchmarks curve                      the objective over seconds of waiting, as a picture
python -m benchmarks sizes                      seconds and memory over the size of the team, as a picture
python -m benchmarks municipality               forty teams by a pool of processes
python -m benchmarks hhcrsp FOLDER              the public instances in a folder
python -m benchmarks others FOLDER              their part without pairs, beside PyVRP, VROOM and OR-Tools
python -m benchmarks fit                        how soon a new visit's places are ranked, on the large team
python -m benchmarks replan                     every carer of a date calls in sick in turn, on the large team
python -m benchmarks shifts                     who takes the open shifts of four weeks
python -m benchmarks pages                      a roster's pages and edits on the server, and the board in the browser
python -m benchmarks live                       the day live of a large team while things happen, on the server
python -m benchmarks tablet-page                a carer's page on a slow connection, first, later and offline
python -m benchmarks tablets                    200 carers who send their records in the same minute
python -m benchmarks reliability                1,000 records by 20 tablets over a bad network, the server killed 50 times
python -m benchmarks NAME --help                what else can be chosen
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

#: By name: the module whose ``main`` runs it. Imported when asked for, so that each starts with what it needs only.
BENCHMARKS = {
    "team": "benchmarks.team",
    "large": "benchmarks.large",
    "curve": "benchmarks.curve",
    "sizes": "benchmarks.sizes",
    "municipality": "benchmarks.municipality",
    "hhcrsp": "benchmarks.hhcrsp",
    "others": "benchmarks.others",
    "fit": "benchmarks.fit",
    "replan": "benchmarks.replan",
    "shifts": "benchmarks.shifts",
    "pages": "benchmarks.pages",
    "live": "benchmarks.live_day",
    "tablets": "benchmarks.tablets",
    "tablet-page": "benchmarks.tablet_page",
    "reliability": "benchmarks.reliability",
}
#: Sets of them, run one after the other.
SETS = ("quick", "full")
DEFAULT = "quick"


def main(words: Sequence[str]) -> int:
    """Run the benchmark that the first word names, else the default one; returns the exit code."""
    if words and words[0] in ("-h", "--help"):
        print((__doc__ or "").strip())
        return 0
    named = bool(words) and not words[0].startswith("-")
    name, rest = (words[0], words[1:]) if named else (DEFAULT, words)
    if name in SETS:
        from benchmarks.suite import main as run_set

        return run_set(name, rest)
    if name not in BENCHMARKS:
        choices = ", ".join([*SETS, *BENCHMARKS])
        print(f"'{name}' is not a benchmark; choose one of: {choices}", file=sys.stderr)
        return 2
    run: Callable[[Sequence[str]], int] = import_module(BENCHMARKS[name]).main
    return run(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
