"""One row of a pack judged by itself: the same checks as a whole pack's, for somebody who fills in one form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.clock import Calendar
from scheduler.message import Message, ProblemError
from scheduler.pack.cells import shown
from scheduler.pack.checks import check_rows, shift_span
from scheduler.pack.cross_checks import check_across
from scheduler.pack.findings import Finding, Findings
from scheduler.pack.parsing import ParsedTables, check_references
from scheduler.pack.rows import RawPack, RawTable, Row, clean
from scheduler.pack.schema import TABLE_BY_NAME, TABLES

Cells = Mapping[str, str]
#: The line the row that is judged stands in; rows beside it follow.
_ROW_LINE = 1


@dataclass(frozen=True)
class CheckedRow:
    """A row's values by column (wrong cells are left out), and what is wrong, by column ("": with the whole row)."""

    values: Mapping[str, Any]
    errors: Mapping[str, tuple[Message, ...]]


def check_row(
    table: str,
    cells: Cells,
    beside: Mapping[str, Sequence[Cells]] | None = None,
    calendar: Calendar | None = None,
) -> CheckedRow:
    """Judge a row of a table, by name (``needs``), as text.

    Parameters
    ----------
    beside
        Rows it must agree with, by table: those it may refer to, and others of its own table. Ids of a table
        that is not given are taken as they are.
    calendar
        The weeks in which a date must lie; any date will do without.

    Raises
    ------
    ProblemError
        A column that the table does not have.
    """
    spec = TABLE_BY_NAME[table]
    for column in cells:
        if column not in spec.column_names:
            raise ProblemError("'{value}' is not a column of {table}", value=shown(column), table=table)
    others = dict(beside or {})
    mine = others.get(table, ())
    parsed, found = _judged({**others, table: (cells, *mine)}, calendar)
    _, without = _judged({**others, table: mine}, calendar, first_line=_ROW_LINE + 1, table=table)
    known = Counter(_key(one) for one in without)
    errors: dict[str, list[Message]] = {}
    for one in found:
        # What was wrong beside it before is not this row's doing; what it makes wrong elsewhere is.
        if known[_key(one)]:
            known[_key(one)] -= 1
        else:
            column = one.column if one.file == spec.file else ""
            errors.setdefault(column, []).append(one.message)
    row = next(row for row in parsed[table].rows if row.line == _ROW_LINE)
    values = dict(row.values)
    if table == "shifts" and (span := shift_span(row)) is not None:
        values["start"], values["end"] = span
    return CheckedRow(values, {column: tuple(messages) for column, messages in errors.items()})


def _judged(
    rows: Mapping[str, Sequence[Cells]],
    calendar: Calendar | None,
    first_line: int = _ROW_LINE,
    table: str = "",
) -> tuple[ParsedTables, list[Finding]]:
    raw = RawPack(unreadable={spec.name for spec in TABLES} - rows.keys())
    for name, cells in rows.items():
        spec = TABLE_BY_NAME[name]
        start = first_line if name == table else _ROW_LINE
        raw.tables[name] = RawTable(
            spec,
            spec.file,
            frozenset(spec.column_names),
            tuple(
                Row(line, {column: clean(text) for column, text in one.items()})
                for line, one in enumerate(cells, start=start)
            ),
        )
    findings = Findings()
    tables = ParsedTables(raw, findings)
    check_references(tables, findings)
    check_rows(tables, calendar, findings)
    check_across(tables, findings)
    return tables, list(findings.errors)


def _key(finding: Finding) -> tuple[str, int | None, str, str]:
    return finding.file, finding.line, finding.column, finding.message.template
