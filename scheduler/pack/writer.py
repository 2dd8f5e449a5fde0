"""From a problem, or from rows as text, to a team pack: a folder or one ``.xlsx``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scheduler.message import ProblemError
from scheduler.pack.cells import nearest, shown
from scheduler.pack.files import write_all, write_whole
from scheduler.pack.findings import Findings, PackErrors
from scheduler.pack.folder import csv_text, flatten
from scheduler.pack.reader import problem_from_raw, read_raw
from scheduler.pack.roster_json import shift_days
from scheduler.pack.roster_text import roster_text
from scheduler.pack.rows import RawPack, RawTable, Row, SettingText, clean
from scheduler.pack.schema import ROSTER_FILES, TABLE_BY_NAME, TABLES, TEAM_FILE
from scheduler.pack.settings import settings_text, toml_text
from scheduler.pack.to_rows import problem_settings, problem_tables
from scheduler.pack.workbook import workbook_bytes
from scheduler.problem import Problem

Tables = Mapping[str, Sequence[Mapping[str, str]]]


def write_pack(problem: Problem, path: Path | str) -> None:
    """Write a problem as a pack: a folder, or one workbook when the path ends in ``.xlsx``.

    The same problem gives the same bytes. A folder may exist; the pack's own files in it are
    replaced, and those the problem has no rows for are removed. Everything is ready before the first file is
    put in place.

    Raises
    ------
    PackErrors
        The problem could not be read back, because it holds what a pack may not say; nothing is written.
    """
    target = Path(path)
    tables, team = problem_tables(problem), problem_settings(problem)
    rosters: dict[str, str] = {}
    if problem.standing_roster is not None:
        rosters["base.json"] = roster_text(problem.standing_roster, {})
    if problem.published is not None:
        rosters["published.json"] = roster_text(problem.published, shift_days(problem))
    _check_readable(tables, team, rosters)
    _write(target, tables, team, rosters)
    if not _is_workbook(target):
        for spec in TABLES:
            if spec.name not in tables:
                (target / spec.file).unlink(missing_ok=True)
        for name in ROSTER_FILES:
            if name not in rosters:
                (target / name).unlink(missing_ok=True)


def write_table(problem: Problem, table: str, path: Path | str) -> None:
    """Write one table of a problem, by name (``citizens``), as a CSV file that fits into a pack."""
    write_whole(Path(path), csv_text(TABLE_BY_NAME[table], problem_tables(problem)[table]).encode())


def convert_pack(source: Path | str, target: Path | str) -> None:
    """Write the pack at ``source`` again at ``target``, folder or ``.xlsx``; raises PackErrors
    on mistakes."""
    findings = Findings()
    problem = problem_from_raw(read_raw(Path(source), findings), findings)
    if problem is None:
        raise PackErrors(findings.errors)
    write_pack(problem, target)


def write_rows(path: Path | str, tables: Tables, team: Mapping[str, Any] | None = None) -> None:
    """Write rows of text by table name (``needs``), and settings nested or by dotted key, unjudged.

    In a folder only the tables and settings that are given are written; the others stay as they are. A
    workbook is written anew. Columns that are left out are written empty.

    Raises
    ------
    ProblemError
        A table, column or key that no pack has.
    """
    texts = {} if team is None else settings_text(flatten(team))
    for name, rows in tables.items():
        if name not in TABLE_BY_NAME:
            raise ProblemError(
                "'{value}' is not a table of a pack; did you mean {guess}?",
                value=shown(name),
                guess=nearest(name, TABLE_BY_NAME) or ", ".join(TABLE_BY_NAME),
            )
        for row in rows:
            for column in row:
                if column not in TABLE_BY_NAME[name].column_names:
                    raise ProblemError(
                        "'{value}' is not a column of {table}; the columns are: {columns}",
                        value=shown(column),
                        table=name,
                        columns=", ".join(TABLE_BY_NAME[name].column_names),
                    )
    _write(Path(path), tables, texts, {})


def read_rows(path: Path | str) -> tuple[dict[str, list[dict[str, str]]], dict[str, str]]:
    """A pack's rows as text by table name, and its settings as text by dotted key; values are not judged.

    A missing file is left out, so that what is to be added to a pack can be worked out from the rest of it.

    Raises
    ------
    PackErrors
        A file is there and cannot be read as a table (encoding, header, ragged rows).
    """
    findings = Findings()
    raw = read_raw(Path(path), findings)
    absent = [name for name in raw.unreadable if _is_absent(Path(path), name)]
    labels = {TABLE_BY_NAME[name].file for name in absent} | set(absent)
    errors = [error for error in findings.errors if error.file not in labels]
    if errors:
        raise PackErrors(errors)
    tables = {
        name: [
            {column: row.cells.get(column, "") for column in table.spec.column_names} for row in table.rows
        ]
        for name, table in raw.tables.items()
    }
    return tables, {key: cell.text for key, cell in (raw.settings or {}).items()}


def _is_absent(path: Path, table: str) -> bool:
    return path.is_dir() and not (path / TABLE_BY_NAME[table].file).exists()


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def _write(target: Path, tables: Tables, team: Mapping[str, str], rosters: Mapping[str, str]) -> None:
    if _is_workbook(target):
        write_whole(target, workbook_bytes(tables, team, rosters))
        return
    contents = {
        target / TABLE_BY_NAME[name].file: csv_text(TABLE_BY_NAME[name], rows)
        for name, rows in tables.items()
    }
    if team:
        contents[target / TEAM_FILE] = toml_text(team)
    contents |= {target / name: text for name, text in rosters.items()}
    write_all({path: text.encode() for path, text in contents.items()})


def _check_readable(tables: Tables, team: Mapping[str, str], rosters: Mapping[str, str]) -> None:
    """A problem made by code may hold what no pack can say; it is refused before anything is written."""
    raw = RawPack(
        settings={key: SettingText(text, None) for key, text in team.items()}, rosters=dict(rosters)
    )
    for name, rows in tables.items():
        spec = TABLE_BY_NAME[name]
        raw.tables[name] = RawTable(
            spec,
            spec.file,
            frozenset(spec.column_names),
            tuple(
                Row(line, {column: clean(text) for column, text in row.items()})
                for line, row in enumerate(rows, start=2)
            ),
        )
    findings = Findings()
    if problem_from_raw(raw, findings) is None:
        raise PackErrors(findings.errors)
