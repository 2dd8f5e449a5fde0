"""Changes that break a pack, and what reading it then says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.pack import PackErrors, read_pack
from scheduler.pack.schema import TABLE_BY_NAME

TINY = Path(__file__).parents[3] / "fixtures" / "tiny"
NEED = "n6,c1,safety,mon,,1,,yes,08:00,09:00,,10,10,10,1,,home,2,yes,"
SHIFT = "s4,k2,2026-12-03,07:00,15:00,30,11:00,13:00,base,0"

Change = Callable[[Path], None]


def line_of(file: str, begins: str) -> int:
    """Number of the line of the tiny team's file that begins so; from 1."""
    lines = (TINY / file).read_text().splitlines()
    (number,) = (number for number, line in enumerate(lines, 1) if line.startswith(begins))
    return number


def errors_of(folder: Path) -> list[str]:
    """What reading the pack says, a line an error."""
    with pytest.raises(PackErrors) as caught:
        read_pack(folder)
    return [str(error) for error in caught.value.errors]


def add(file: str, *rows: str) -> Change:
    """Rows at the end of a file."""

    def change(folder: Path) -> None:
        path = folder / file
        path.write_text(path.read_text() + "".join(f"{row}\n" for row in rows))

    return change


def swap(file: str, old: str, new: str) -> Change:
    """The first occurrence of a text for another."""

    def change(folder: Path) -> None:
        path = folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return change


def put(file: str, text: str | bytes) -> Change:
    """A whole file."""

    def change(folder: Path) -> None:
        (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())

    return change


def need(**cells: str) -> Change:
    """A need in line 7 of needs.csv with some cells changed."""
    names = TABLE_BY_NAME["needs"].column_names
    values = dict(zip(names, NEED.split(","), strict=True)) | cells
    return add("needs.csv", ",".join(values[name] for name in names))


def shift(**cells: str) -> Change:
    """A shift in line 5 of shifts.csv with some cells changed."""
    names = TABLE_BY_NAME["shifts"].column_names
    values = dict(zip(names, SHIFT.split(","), strict=True)) | cells
    return add("shifts.csv", ",".join(values[name] for name in names))


def without(file: str) -> Change:
    """A file deleted."""
    return lambda folder: (folder / file).unlink()


def assert_told(folder: Path, expected: str) -> None:
    """Reading the pack says one thing, which begins as expected."""
    found = errors_of(folder)
    assert len(found) == 1, found
    assert found[0] == expected or found[0].startswith(expected)
