"""Needs (and citizens) that are to join a pack: files of the pack's own format, read against its problem.

``new.csv`` has the columns of ``needs.csv``; ids, row checks and messages are those of a pack, with file, line and
column, all mistakes at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scheduler.message import Message
from scheduler.pack.build import citizens_of, needs_of
from scheduler.pack.cells import bad_bytes, shown
from scheduler.pack.checks import check_rows
from scheduler.pack.findings import Findings, PackErrors
from scheduler.pack.folder import csv_text, table_from_csv
from scheduler.pack.parsing import ParsedTable, ParsedTables, missing_id
from scheduler.pack.rows import RawPack, RawTable
from scheduler.pack.schema import TABLE_BY_NAME
from scheduler.problem import Citizen, Need, Problem
from scheduler.reading import system_reason


@dataclass(frozen=True)
class Additions:
    """What joins a problem, in the order of the files."""

    needs: tuple[Need, ...]
    citizens: tuple[Citizen, ...] = ()

    def joined_to(self, problem: Problem) -> Problem:
        """The problem with them in it; raises ProblemError for an id that is there already."""
        return replace(
            problem, citizens=(*problem.citizens, *self.citizens), needs=(*problem.needs, *self.needs)
        )


def read_additions(problem: Problem, needs_file: Path, citizens_file: Path | None = None) -> Additions:
    """New needs, for citizens of the problem or for new ones, each from a CSV file.

    Parameters
    ----------
    problem
        The problem they are to join: ids may point to its citizens, packages and carers, and must differ from its
        own.
    needs_file, citizens_file
        Files with the columns of ``needs.csv`` and of ``citizens.csv``.

    Raises
    ------
    PackErrors
        Everything that is wrong in the files: file, line, column, value and what to write.
    """
    findings = Findings()
    raw = RawPack()
    for name, path in (("needs", needs_file), ("citizens", citizens_file)):
        table = None if path is None else _read_table(name, path, findings)
        if table is not None:
            raw.tables[name] = table
    labels = [path.name for path in (citizens_file, needs_file) if path is not None]
    return _additions(
        problem, raw, findings, labels, citizens_read=citizens_file is None or "citizens" in raw.tables
    )


def additions_of(problem: Problem, needs: Sequence[Mapping[str, str]]) -> Additions:
    """New needs for citizens of the problem, as rows of ``needs.csv``: column to text, as a form gives them.

    Raises
    ------
    PackErrors
        Everything that is wrong; the first row's mistakes stand in line 2, as in a file.
    """
    findings = Findings()
    raw = RawPack()
    spec = TABLE_BY_NAME["needs"]
    table = table_from_csv(spec, csv_text(spec, needs), findings)
    if table is not None:
        raw.tables["needs"] = table
    return _additions(problem, raw, findings, [spec.file], citizens_read=True)


def _additions(
    problem: Problem, raw: RawPack, findings: Findings, labels: Sequence[str], *, citizens_read: bool
) -> Additions:
    tables = ParsedTables(raw, findings)
    check_rows(tables, problem.calendar, findings)
    _check_ids(problem, tables, findings)
    _check_references(problem, tables, findings, citizens_read=citizens_read)
    _check_islands(problem, tables, findings)
    if findings.errors:
        raise PackErrors(findings.ordered_errors(labels))
    return Additions(needs_of(tables, problem.calendar), citizens_of(tables))


def _read_table(name: str, path: Path, findings: Findings) -> RawTable | None:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, message = bad_bytes(data, error)
        findings.fault(path.name, line, "", message)
        return None
    except OSError as error:
        values = {"value": "", "reason": system_reason(error)}
        findings.fault(path.name, None, "", Message("the file cannot be read ({reason})", values))
        return None
    before = len(findings.errors)
    table = table_from_csv(TABLE_BY_NAME[name], text, findings, path.name)
    if table is not None and not table.rows and len(findings.errors) == before:
        message = Message(
            "the file has no rows below its first line; write one for each that is new", {"value": ""}
        )
        findings.fault(path.name, 1, "", message)
    return table


def _known(problem: Problem, tables: ParsedTables, name: str) -> ParsedTable:
    """A table of the pack as a target of ids: the pack's rows and the new ones."""
    known: Mapping[str, Mapping[str, object]] = {
        "packages": problem.package_by_id,
        "carers": problem.carer_by_id,
        "citizens": problem.citizen_by_id,
        "needs": problem.need_by_id,
    }
    return ParsedTable(name, TABLE_BY_NAME[name].file, (), frozenset(known[name]) | tables[name].ids)


def _check_references(
    problem: Problem, tables: ParsedTables, findings: Findings, *, citizens_read: bool
) -> None:
    for name in ("needs", "citizens"):
        for column in TABLE_BY_NAME[name].columns:
            # Where the file of new citizens could not be read, its ids are not known.
            if not column.refers_to or (column.refers_to == "citizens" and not citizens_read):
                continue
            target = _known(problem, tables, column.refers_to)
            for row in tables[name].rows:
                value = row.get(column.name)
                if value is not None and value not in target.ids:
                    findings.fault(tables[name].label, row.line, column.name, missing_id(value, target))


def _check_ids(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    """Ids are new: a need that stands in the pack is planned already."""
    for name, key, taken in (
        ("needs", "need_id", (("needs.csv", problem.need_by_id), ("sessions.csv", problem.session_by_id))),
        (
            "citizens",
            "citizen_id",
            (("citizens.csv", problem.citizen_by_id), ("sessions.csv", problem.session_by_id)),
        ),
    ):
        for row in tables[name].rows:
            for file, ids in taken:
                if row.get(key) in ids:
                    message = Message(
                        "'{value}' stands in the pack's {file} already; what is new needs an id of its own",
                        {"value": shown(row.get(key)), "file": file},
                    )
                    findings.fault(tables[name].label, row.line, key, message)


def _check_islands(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    """A new citizen lives on an island of the pack: no ferry of another is known."""
    islands = {row.island for row in problem.citizens} | {row.island for row in problem.ferries}
    for row in tables["citizens"].rows:
        island = row.get("island")
        if island is not None and island not in islands:
            message = Message(
                "'{value}' is not an island of the pack, so no ferry to it is known; "
                "add the citizen and the ferry to the pack",
                {"value": shown(island)},
            )
            findings.fault(tables["citizens"].label, row.line, "island", message)
