"""Whatever stands in a pack or a roster, reading it gives the answer or its errors, never anything else."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.pack import PackErrors, check_pack, read_pack, read_roster, read_rows, write_pack
from scheduler.pack.schema import TABLES
from scheduler.problem import Problem
from tests.scheduler.pack.conftest import TINY
from tests.scheduler.roster_strategies import problems_with_rosters

#: Cells that break readers: limits of the calendar and of numbers, signs of the formats themselves.
TRAPS = [
    "0",
    "-1",
    "99999999999",
    "1e309",
    "nan",
    "any",
    "base",
    "c1",
    "k1",
    "n1",
    "48:00",
    "99:99",
    "0001-01-01",
    "9999-12-31",
    "9999-W52",
    "2026-W53",
    "yes",
    "12:5",
]
CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from([*TRAPS, "", '"', "'", "\x00", ";", "\r", "k1 k1", "=1", "9999-12-31 48:00"]),
)


def assert_answered(path: Path) -> None:
    """Reading gives a problem, or errors that can be printed."""
    problem, errors, warnings = check_pack(path)
    assert (problem is None) == bool(errors)
    assert all(str(finding) for finding in (*errors, *warnings))
    if problem is not None:
        write_pack(problem, path)
        assert read_pack(path) == problem


@given(st.data())
@settings(max_examples=120)
def test_changed_bytes_are_answered(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "pack")
        shutil.copytree(TINY, folder)
        (folder / "published.json").write_bytes((folder / "roster.json").read_bytes())
        path = data.draw(st.sampled_from(sorted(p for p in folder.iterdir() if p.name != "README.md")))
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content)))
            end = start + data.draw(st.sampled_from((0, 1, 1, 8, len(content))))
            content[start:end] = data.draw(st.one_of(st.binary(max_size=6), CELLS.map(encoded)))
        path.write_bytes(content)
        assert_answered(folder)
        read_or_errors(folder / "roster.json")


def encoded(text: str) -> bytes:
    """Text as bytes, single surrogates too."""
    return text.encode("utf-8", errors="surrogatepass")


def read_or_errors(path: Path) -> None:
    """Reading a roster gives it, or errors."""
    with contextlib.suppress(PackErrors):
        read_roster(path)


@given(problems_with_rosters(), st.data())
@settings(max_examples=40)
def test_changed_cells_are_answered(problem: Problem, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_pack(problem, folder)
        tables, _ = read_rows(folder)
        spec = data.draw(st.sampled_from([table for table in TABLES if tables.get(table.name)]))
        rows = tables[spec.name]
        for _ in range(data.draw(st.integers(1, 3))):
            row = data.draw(st.sampled_from(rows))
            row[data.draw(st.sampled_from(spec.column_names))] = data.draw(CELLS)
        lines = [",".join(spec.column_names)]
        lines += [
            ",".join('"' + row[name].replace('"', '""') + '"' for name in spec.column_names) for row in rows
        ]
        (folder / spec.file).write_bytes(encoded("\n".join(lines)))
        assert_answered(folder)


@given(st.data())
@settings(max_examples=30)
def test_a_broken_workbook_is_answered(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "pack.xlsx")
        write_pack(read_pack(TINY), path)
        content = bytearray(path.read_bytes())
        start = data.draw(st.integers(0, len(content) - 1))
        content[start : start + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=40))
        path.write_bytes(content)
        _, errors, _ = check_pack(path)
        assert all(str(error) for error in errors)
