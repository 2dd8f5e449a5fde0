"""From cells to values: every row of every table by its columns' kinds, and every id looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scheduler.message import Message, ProblemError
from scheduler.pack.cells import nearest, parse_cell, shown
from scheduler.pack.findings import Findings
from scheduler.pack.rows import RawPack, RawTable, Row
from scheduler.pack.schema import FROM_MINUTES, TABLE_BY_NAME, TABLES, Column

_SINGULAR = {
    "packages": Message("package"),
    "citizens": Message("citizen"),
    "needs": Message("need"),
    "carers": Message("carer"),
    "shifts": Message("shift"),
    "sessions": Message("session"),
}


@dataclass(frozen=True)
class ParsedRow:
    """A row's values by column: None where nothing is given and nothing is default; wrong
    cells are left out."""

    line: int
    values: dict[str, Any]

    def get(self, column: str) -> Any:
        """The value; None when not given or wrong."""
        return self.values.get(column)


@dataclass(frozen=True)
class ParsedTable:
    """A table's rows, and every id of its id column, also of rows that have mistakes elsewhere."""

    name: str
    label: str
    rows: tuple[ParsedRow, ...]
    ids: frozenset[str]


class ParsedTables:
    """All tables of a pack. A missing table has no rows; ``known`` tells whether its ids can be relied on."""

    def __init__(self, raw: RawPack, findings: Findings) -> None:
        self._unreadable = frozenset(raw.unreadable)
        self._tables: dict[str, ParsedTable] = {}
        for spec in TABLES:
            table = raw.tables.get(spec.name)
            self._tables[spec.name] = (
                ParsedTable(spec.name, spec.file, (), frozenset())
                if table is None
                else _parsed(table, findings)
            )
            if table is not None and spec.key and spec.key not in table.columns:
                self._unreadable |= {spec.name}

    def __getitem__(self, name: str) -> ParsedTable:
        return self._tables[name]

    def __iter__(self) -> Iterator[ParsedTable]:
        return iter(self._tables.values())

    def known(self, name: str) -> bool:
        """Whether the table's ids were read; when not, ids that point to it are not judged."""
        return name not in self._unreadable

    def line_of(self, name: str, row_id: str) -> int | None:
        """The line in which the row of that id stands."""
        key = TABLE_BY_NAME[name].key
        return next((row.line for row in self[name].rows if row.get(key) == row_id), None)


def _parsed(table: RawTable, findings: Findings) -> ParsedTable:
    key = table.spec.key
    rows: list[ParsedRow] = []
    first_line: dict[str, int] = {}
    for row in table.rows:
        row_id = row.cells.get(key, "") if key else ""
        if row_id and row_id in first_line:
            message = Message(
                "'{value}' stands in line {first} too; every row needs an id of its own",
                {"value": shown(row_id), "first": first_line[row_id]},
            )
            findings.fault(table.label, row.line, key, message)
        elif row_id:
            first_line[row_id] = row.line
        if row.complete:
            rows.append(_parsed_row(table, row, findings))
    return ParsedTable(table.spec.name, table.label, tuple(rows), frozenset(first_line))


def _parsed_row(table: RawTable, row: Row, findings: Findings) -> ParsedRow:
    values: dict[str, Any] = {}
    for column in table.spec.columns:
        text = row.cells.get(column.name, "")
        if not text and column.required:
            if column.name in table.columns:
                message = Message("the cell is empty; it must be filled in", {"value": ""})
                findings.fault(table.label, row.line, column.name, message)
            continue
        try:
            values[column.name] = _value(column, text)
        except ProblemError as error:
            findings.fault(table.label, row.line, column.name, error.message)
    for column in table.spec.columns:
        if column.default == FROM_MINUTES and not row.cells.get(column.name):
            values[column.name] = values.get("minutes")
    return ParsedRow(row.line, values)


def _value(column: Column, text: str) -> Any:
    if not text and column.default == FROM_MINUTES:
        return None
    text = text or column.default
    return parse_cell(column.kind, text) if text else None


def check_references(tables: ParsedTables, findings: Findings) -> None:
    """Every id stands in the file it points to."""
    for spec in TABLES:
        table = tables[spec.name]
        for column in spec.columns:
            if not column.refers_to or not tables.known(column.refers_to):
                continue
            target = tables[column.refers_to]
            for row in table.rows:
                value = row.get(column.name)
                for one in value if isinstance(value, tuple) else (value,):
                    if one is not None and one not in target.ids:
                        findings.fault(table.label, row.line, column.name, missing_id(one, target))


def missing_id(value: str, target: ParsedTable) -> Message:
    """The sentence for an id that stands nowhere."""
    kind = _SINGULAR[target.name]
    guess = nearest(value, target.ids)
    if guess is None:
        return Message(
            "there is no {kind} '{value}' in {file}",
            {"kind": kind, "value": shown(value), "file": target.label},
        )
    return Message(
        "there is no {kind} '{value}' in {file}; did you mean {guess}?",
        {"kind": kind, "value": shown(value), "file": target.label, "guess": guess},
    )
