"""A problem written as a pack and read back is the same problem, as a folder and as a workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.pack import convert_pack, read_pack, read_roster, write_pack, write_roster
from scheduler.problem import Problem
from tests.scheduler.roster_strategies import problems_with_rosters, rosters


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@given(problems_with_rosters())
@settings(max_examples=30)
def test_folder_reads_back_equal(problem: Problem) -> None:
    with tempfile.TemporaryDirectory() as place:
        write_pack(problem, Path(place))
        assert read_pack(place) == problem


@given(problems_with_rosters())
@settings(max_examples=15)
def test_folder_to_workbook_to_folder_changes_no_byte(problem: Problem) -> None:
    with tempfile.TemporaryDirectory() as place:
        first, book, second = Path(place, "first"), Path(place, "pack.xlsx"), Path(place, "second")
        write_pack(problem, first)
        convert_pack(first, book)
        assert read_pack(book) == problem
        convert_pack(book, second)
        assert contents(second) == contents(first)


@given(st.data())
@settings(max_examples=12)
def test_roster_reads_back_equal(data: st.DataObject) -> None:
    problem = data.draw(problems_with_rosters())
    roster = data.draw(rosters(problem))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "roster.json")
        write_roster(roster, path, problem)
        assert read_roster(path, problem) == roster
        write_roster(roster, path)
        assert read_roster(path) == roster
