"""What people know of a team and no plan reads, as tables beside a pack: further sheets, or further files of the zip.

The pack's format is fixed and knows nothing of them; a table that a file leaves out says nothing, and what the
team has stays. ``beside`` holds the version of these tables, so that a later program's file is not misread.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.message import Message

VERSION = 1
VERSION_TABLE = "beside"
#: The columns of each table, in order. Texts are as forms show them: dates 2026-11-30, times 07:30, yes and no.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "notes": ("citizen_id", "address", "phone", "access_note", "wishes_note", "living_will", "born"),
    "relatives": ("citizen_id", "name", "relation", "phone", "may_be_told", "note"),
    "grants": ("citizen_id", "package", "act", "section", "from_date", "until_date"),
    "assessments": ("citizen_id", "assessed_on", "outcome", "review_on", "note"),
    "carer_notes": ("carer_id", "lent_from", "phone"),
    "patterns": (
        "carer_id", "days", "every_weeks", "date", "start", "end", "break_minutes", "break_from", "break_to",
        "begins_at", "reserve_minutes",
    ),
}  # fmt: skip
#: Columns that files of earlier programs have not: without one, what the team has there stays.
LATER: Mapping[str, frozenset[str]] = {"notes": frozenset({"born"})}
#: Names of sheets and of files without their ending.
NAMES = frozenset((VERSION_TABLE, *COLUMNS))
#: What a workbook cannot hold, and no keyboard writes.
_NO_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A table longer than this is no team's.
MOST_ROWS = 100_000

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A row of a table and where it stands in the file."""

    number: int
    cells: Cells


@dataclass(frozen=True)
class BesideMistake:
    """A mistake in one of the tables, told as those of the pack are."""

    file: str
    line: int | None
    column: str
    message: Message


@dataclass
class Beside:
    """The tables that a file holds, by name; those it leaves out are missing."""

    tables: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    mistakes: list[BesideMistake] = field(default_factory=list)


def into_workbook(content: bytes, tables: Mapping[str, Sequence[Cells]]) -> bytes:
    """A pack's workbook with the tables as further sheets."""
    book = load_workbook(io.BytesIO(content))
    for name, rows in _with_version(tables):
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for place, text in enumerate(row, start=1):
                cell = sheet.cell(number, place)
                if text:
                    cell.value = _NO_SIGNS.sub("", text)
                    # Whatever somebody wrote is a text, never a formula.
                    cell.data_type = "s"
                    cell.number_format = "@"
    return _saved(book)


def into_zip(content: bytes, tables: Mapping[str, Sequence[Cells]]) -> bytes:
    """A pack's zip with the tables as further files; the same team, the same bytes."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _with_version(tables):
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(rows)
            info = zipfile.ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, text.getvalue().encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def from_workbook(content: bytes) -> Beside:
    """The tables of a workbook; empty where it cannot be opened, which the pack's own reader tells."""
    found = Beside()
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
    except Exception:  # what a broken file raises: there is no list of it
        return found
    grids = {name: list(_grid(book[name])) for name in book.sheetnames if name in NAMES}
    return _read(found, grids)


def from_folder(folder: Path) -> Beside:
    """The tables among the files of an unpacked zip."""
    found = Beside()
    grids: dict[str, list[list[str]]] = {}
    for name in sorted(NAMES):
        path = folder / f"{name}.csv"
        if path.is_file():
            try:
                text = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError:
                message = Message("the file is no text in UTF-8; save it as CSV UTF-8", {"value": ""})
                found.mistakes.append(BesideMistake(path.name, None, "", message))
                continue
            separator = (
                ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
            )
            grids[name] = list(csv.reader(io.StringIO(text), delimiter=separator))
    return _read(found, grids)


def is_beside(file: str) -> bool:
    """Whether a sheet or file is one of these."""
    return PurePosixPath(file).name.removesuffix(".csv") in NAMES


def _with_version(tables: Mapping[str, Sequence[Cells]]) -> Iterator[tuple[str, list[list[str]]]]:
    yield VERSION_TABLE, [["version"], [str(VERSION)]]
    for name, columns in COLUMNS.items():
        if name in tables:
            rows = [[row.get(column, "") for column in columns] for row in tables[name]]
            yield name, [list(columns), *rows]


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _grid(sheet: Worksheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows(values_only=True, max_row=min(sheet.max_row, MOST_ROWS)):
        yield [_text(value) for value in row]


def _text(value: object) -> str:
    """What a spreadsheet made of a text, as it was written: dates, times and whole numbers."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read(found: Beside, grids: Mapping[str, list[list[str]]]) -> Beside:
    version = grids.get(VERSION_TABLE)
    told = version[1][0] if version and len(version) > 1 and version[1] else str(VERSION)
    if told != str(VERSION):
        message = Message(
            "version {value} of these tables is not known here, only {known}; export the team again with this program",
            {"value": told[:20], "known": VERSION},
        )
        found.mistakes.append(BesideMistake(VERSION_TABLE, 2, "version", message))
        return found
    for name, grid in grids.items():
        if name != VERSION_TABLE:
            lines = _lines(name, grid, found.mistakes)
            if lines is not None:
                found.tables[name] = lines
    return found


def _lines(name: str, grid: list[list[str]], mistakes: list[BesideMistake]) -> tuple[Line, ...] | None:
    head = [text.strip() for text in grid[0]] if grid else []
    later = LATER.get(name, frozenset())
    wanted = [column for column in COLUMNS[name] if column in head or column not in later]
    missing = [column for column in wanted if column not in head]
    if missing:
        message = Message(
            "the column {value} is missing; a table has {columns}",
            {"value": missing[0], "columns": ", ".join(COLUMNS[name])},
        )
        mistakes.append(BesideMistake(name, 1, missing[0], message))
        return None
    places = {column: head.index(column) for column in wanted}
    return tuple(
        Line(
            number,
            {column: row[at].strip() if at < len(row) else "" for column, at in places.items()},
        )
        for number, row in enumerate(grid[1:], start=2)
        if any(text.strip() for text in row)
    )
