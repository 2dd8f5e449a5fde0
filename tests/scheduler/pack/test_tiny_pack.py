"""The pack that can be solved by hand: canonical files, and a roster that costs what its page reckons."""

from __future__ import annotations

from pathlib import Path

from scheduler.evaluate import evaluate
from scheduler.pack import check_pack, read_pack, read_roster, write_pack, write_roster
from scheduler.roster import Bounds
from tests.scheduler.pack.conftest import TINY


def test_it_has_neither_errors_nor_warnings() -> None:
    problem, errors, warnings = check_pack(TINY)
    assert problem is not None
    assert (errors, warnings) == ((), ())


def test_its_files_are_written_as_they_stand(tmp_path: Path) -> None:
    problem = read_pack(TINY)
    write_pack(problem, tmp_path / "again")
    write_roster(read_roster(TINY / "roster.json", problem), tmp_path / "again" / "roster.json", problem)
    written = {path.name: path.read_text() for path in (tmp_path / "again").iterdir()}
    standing = {path.name: path.read_text() for path in TINY.iterdir() if path.name != "README.md"}
    assert written == standing


def test_its_roster_costs_what_the_page_reckons() -> None:
    problem = read_pack(TINY)
    roster = read_roster(TINY / "roster.json", problem)
    result = evaluate(problem, roster)
    assert result.violations == ()
    assert result.figures == roster.figures
    assert result.citizens == roster.citizens
    costs = {name: cost for name, cost in result.figures.terms.items() if cost}
    assert costs == {"carer": 80, "carer_14": 20, "travel": 80}
    assert roster.bounds == Bounds(4 / 3, 180, 4 / 3)
    assert result.figures.objective == 180
