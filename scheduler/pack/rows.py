"""A table as text, before its values are read: header and ragged rows, for CSV and workbook alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scheduler.message import Message
from scheduler.pack.cells import nearest, shown
from scheduler.pack.findings import Findings
from scheduler.pack.schema import TableSpec


@dataclass(frozen=True)
class Row:
    """A row's line number and its cells by column, trimmed; ``complete`` is False when the row is ragged."""

    line: int
    cells: dict[str, str]
    complete: bool = True


@dataclass(frozen=True)
class RawTable:
    """The rows of a table under known columns; ``label`` is the file's or sheet's name in messages."""

    spec: TableSpec
    label: str
    columns: frozenset[str]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SettingText:
    """A team setting as text, and the line of the file (or row of the sheet) where that is known."""

    text: str
    line: int | None


@dataclass
class RawPack:
    """A pack as text. A table that is there but cannot be read stands in ``unreadable``."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    settings: dict[str, SettingText] | None = None
    settings_label: str = "team.toml"
    #: ``base.json`` and ``published.json`` by file name.
    rosters: dict[str, str] = field(default_factory=dict)


def clean(text: str) -> str:
    """A cell without surrounding spaces, its line breaks all of one kind."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def table_from_lines(
    spec: TableSpec, label: str, lines: Sequence[tuple[int, Sequence[str]]], findings: Findings
) -> RawTable | None:
    """The table from (line, cells), header first; None, with an error noted, when the header is of no use."""
    lines = [(line, [clean(cell) for cell in cells]) for line, cells in lines]
    lines = [(line, cells) for line, cells in lines if any(cells)]
    if not lines:
        expected = ",".join(spec.column_names)
        message = Message(
            "the file is empty; its first line names the columns: {expected}",
            {"value": "", "expected": expected},
        )
        findings.fault(label, 1, "", message)
        return None
    header_line, header = lines[0]
    places = _header_places(spec, label, header_line, header, [cells for _, cells in lines[1:]], findings)
    if not places:
        return None
    missing = [column.name for column in spec.columns if column.required and column.name not in places]
    for name in missing:
        values = {"value": "", "column": name, "found": ", ".join(shown(cell) for cell in header)}
        message = Message("the column '{column}' is missing; add it (found: {found})", values)
        findings.fault(label, header_line, name, message)
    rows = tuple(_row(label, line, cells, header, places, findings) for line, cells in lines[1:])
    return RawTable(spec, label, frozenset(places), rows)


def _header_places(
    spec: TableSpec,
    label: str,
    line: int,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    findings: Findings,
) -> dict[str, int]:
    """Where each known column stands; unknown, doubled and nameless ones are noted as errors."""
    if _wrong_separator(spec, label, line, header, findings):
        return {}
    used = {place for cells in rows for place, cell in enumerate(cells) if cell}
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        if name in places:
            message = Message("the column '{value}' stands twice; keep one of them", {"value": name})
            findings.fault(label, line, name, message)
        elif name in spec.column_names:
            places[name] = place
        elif name:
            findings.fault(label, line, shown(name), _unknown_column(spec, name))
        elif place in used:
            message = Message(
                "column number {number} has cells but no name; name it in the first line, or delete it",
                {"value": "", "number": place + 1},
            )
            findings.fault(label, line, "", message)
    return places


def _wrong_separator(
    spec: TableSpec, label: str, line: int, header: Sequence[str], findings: Findings
) -> bool:
    semicolons = Message(
        "the cells are separated by semicolons; save the file with commas (CSV UTF-8, separator comma), "
        "or keep the whole pack as one .xlsx",
        {"value": ";"},
    )
    tabs = Message(
        "the cells are separated by tabs; save the file with commas (CSV UTF-8, separator comma), "
        "or keep the whole pack as one .xlsx",
        {"value": "\t"},
    )
    for sign, message in ((";", semicolons), ("\t", tabs)):
        words = [word.strip().strip('"') for word in ",".join(header).split(sign)]
        if sum(word in spec.column_names for word in words) > 1:
            findings.fault(label, line, "", message)
            return True
    return False


def _unknown_column(spec: TableSpec, name: str) -> Message:
    guess = nearest(name, spec.column_names)
    if guess is not None:
        return Message(
            "'{value}' is not a column of this file; did you mean {guess}?",
            {"value": shown(name), "guess": guess},
        )
    return Message(
        "'{value}' is not a column of this file; the columns are: {expected}",
        {"value": shown(name), "expected": ", ".join(spec.column_names)},
    )


def _row(
    label: str,
    line: int,
    cells: Sequence[str],
    header: Sequence[str],
    places: dict[str, int],
    findings: Findings,
) -> Row:
    found = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
    surplus = any(cells[len(header) :])
    if surplus or len(cells) < len(header):
        message = Message(
            "the line has {value} cells, the first line has {expected} columns; "
            "write a comma for every empty cell, and quotation marks around a text with a comma in it",
            {"value": len(cells), "expected": len(header)},
        )
        findings.fault(label, line, "", message)
        return Row(line, found, complete=False)
    return Row(line, found)
