"""A team pack as one ``.xlsx`` workbook, a sheet per file: to text and back.

A spreadsheet turns ``07:30`` into a time of day and ``2026-11-30`` into a date; both are turned back into the
text that the CSV files have. Numbers are written as numbers and everything else as text, so that a
spreadsheet leaves it alone.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.clock import format_clock
from scheduler.message import Message
from scheduler.pack.cells import CLOCK, DATE, MOMENT, WEEK, YES_NO, Kind, number_text, shown
from scheduler.pack.findings import Findings
from scheduler.pack.folder import strange_file
from scheduler.pack.rows import RawPack, SettingText, table_from_lines
from scheduler.pack.schema import ROSTER_FILES, SETTING_BY_KEY, TABLE_BY_NAME, TABLES, TEAM_SHEET
from scheduler.reading import parser_reason, system_reason

_TEXT_FORMAT = "@"
_WRITTEN_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<")
#: A time of day beyond 24:00 that is not kept as a duration counts from this date.
_SPREADSHEET_EPOCH = datetime(1899, 12, 31)


def read_workbook(path: Path, findings: Findings) -> RawPack:
    """Every sheet of the pack as text; what cannot be read is noted."""
    pack = RawPack(settings_label=TEAM_SHEET)
    grids = _grids(path, findings)
    if grids is None:
        pack.unreadable = {spec.name for spec in TABLES}
        return pack
    if TEAM_SHEET in grids:
        pack.settings = _settings(grids[TEAM_SHEET], findings)
    else:
        message = Message("the sheet is missing; a pack cannot do without it", {"value": ""})
        findings.fault(TEAM_SHEET, None, "", message)
    for spec in TABLES:
        grid = grids.get(spec.name)
        if grid is None:
            if spec.required:
                message = Message("the sheet is missing; a pack cannot do without it", {"value": ""})
                findings.fault(spec.name, None, "", message)
                pack.unreadable.add(spec.name)
            continue
        table = table_from_lines(spec, spec.name, _texts(grid, spec.name), findings)
        if table is None:
            pack.unreadable.add(spec.name)
        else:
            pack.tables[spec.name] = table
    for name in ROSTER_FILES:
        if name in grids:
            pack.rosters[name] = "".join(
                f"{'' if cells[0] is None else cells[0]}\n" for _, cells in grids[name]
            )
    known = [TEAM_SHEET, *(spec.name for spec in TABLES), *ROSTER_FILES]
    for name in grids:
        if name not in known:
            findings.warn(name, None, "", strange_file(name, known))
    return pack


_Grid = list[tuple[int, list[Any]]]


def _grids(path: Path, findings: Findings) -> dict[str, _Grid] | None:
    """Each sheet's (row number, values); None, and an error noted, when the file is no workbook."""
    try:
        data = path.read_bytes()
        values = _load(data, data_only=True)
        found = {sheet.title: _grid(sheet) for sheet in values.worksheets}
        if _has_formulas(data):
            _check_formulas(_load(data, data_only=False), found, findings)
    except OSError as error:
        values_of_error = {"value": "", "reason": system_reason(error)}
        findings.fault(path.name, None, "", Message("the file cannot be read ({reason})", values_of_error))
        return None
    except Exception as error:  # whatever a broken archive or broken XML raises: there is no list of it
        values_of_error = {"value": "", "reason": parser_reason(error)}
        message = Message(
            "the file is not a workbook that can be read ({reason}); open it in a spreadsheet "
            "and save it as .xlsx",
            values_of_error,
        )
        findings.fault(path.name, None, "", message)
        return None
    return found


def _load(data: bytes, *, data_only: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions the library does not know do not matter here
        return load_workbook(io.BytesIO(data), data_only=data_only)


def _grid(sheet: Worksheet) -> _Grid:
    return [(number, list(cells)) for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)]


def _has_formulas(data: bytes) -> bool:
    with ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in content or b"<f " in content for content in map(archive.read, sheets))


def _check_formulas(book: Any, grids: Mapping[str, _Grid], findings: Findings) -> None:
    """A formula that no spreadsheet has worked out yet looks like an empty cell."""
    for sheet in book.worksheets:
        grid = grids[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and grid[cell.row - 1][1][cell.column - 1] is None:
                    message = Message(
                        "'{value}' is a formula without a value; open and save the workbook in "
                        "a spreadsheet, "
                        "or write the value",
                        {"value": shown(str(cell.value))},
                    )
                    findings.fault(sheet.title, cell.row, cell.column_letter, message)


def _texts(grid: _Grid, table: str) -> list[tuple[int, list[str]]]:
    spec = TABLE_BY_NAME[table]
    kinds = {column.name: column.kind for column in spec.columns}
    header: list[str] | None = None
    found: list[tuple[int, list[str]]] = []
    for number, cells in grid:
        if header is None:
            texts = [cell_text(cell, None) for cell in cells]
            if any(texts):
                header = [text.strip() for text in texts]
        else:
            texts = [cell_text(cell, kinds.get(name)) for name, cell in zip(header, cells, strict=True)]
        found.append((number, texts))
    return found


def _settings(grid: _Grid, findings: Findings) -> dict[str, SettingText]:
    """The sheet ``team``: a key and its value in each row, under the header ``key, value``."""
    found: dict[str, SettingText] = {}
    for number, cells in grid:
        key = cell_text(cells[0], None).strip() if cells else ""
        value = cells[1] if len(cells) > 1 else None
        if not key or (key == "key" and not found):
            if not key and value is not None:
                findings.fault(TEAM_SHEET, number, "key", Message("the cell is empty; it must be filled in"))
            continue
        kind = DATE if key == "holidays" else SETTING_BY_KEY[key].kind if key in SETTING_BY_KEY else None
        if key in found:
            message = Message(
                "'{value}' stands in line {first} too; keep one of them",
                {"value": shown(key), "first": found[key].line},
            )
            findings.fault(TEAM_SHEET, number, "key", message)
            continue
        found[key] = SettingText(cell_text(value, kind).strip(), number)
    return found


def cell_text(value: Any, kind: Kind | None) -> str:
    """A workbook's cell as the text a CSV file would have."""
    if value is None:
        return ""
    if isinstance(value, bool):
        if kind is YES_NO:
            return "yes" if value else "no"
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, timedelta):
        return _clock_text(value)
    if isinstance(value, time):
        return _clock_text(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
    if isinstance(value, datetime):
        return _datetime_text(value, kind)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _clock_text(since_midnight: timedelta) -> str:
    seconds = round(since_midnight.total_seconds())
    # A spreadsheet keeps a time as a fraction of a day: within a second of a whole minute it is that minute.
    minutes, rest = divmod(seconds + 1, 60)
    return format_clock(minutes) if seconds >= 0 and rest <= 2 else str(since_midnight)


def _datetime_text(value: datetime, kind: Kind | None) -> str:
    nearest_second = value + timedelta(milliseconds=500)
    if kind is CLOCK and value.year <= 1900:
        return _clock_text(value - _SPREADSHEET_EPOCH)
    if kind is MOMENT:
        return nearest_second.strftime("%Y-%m-%d %H:%M")
    if nearest_second.time().replace(microsecond=0) == time(0) or kind in (DATE, WEEK):
        return nearest_second.date().isoformat()
    return nearest_second.strftime("%Y-%m-%d %H:%M")


def workbook_bytes(
    tables: Mapping[str, Sequence[Mapping[str, str]]], team: Mapping[str, str], rosters: Mapping[str, str]
) -> bytes:
    """The workbook of these tables (cells as text), settings (text by dotted key) and rosters (JSON)."""
    book = Workbook()
    sheet = book.active
    sheet.title = TEAM_SHEET
    _fill_row(sheet, 1, ["key", "value"], [False, False])
    for number, (key, text) in enumerate(team.items(), start=2):
        _fill_row(sheet, number, [key, text], [False, SETTING_BY_KEY[key].kind.numeric])
    _lay_out(sheet, (28, 28))
    for spec in TABLES:
        if spec.name not in tables:
            continue
        sheet = book.create_sheet(spec.name)
        numeric = [column.kind.numeric for column in spec.columns]
        _fill_row(sheet, 1, spec.column_names, [False] * len(numeric))
        for number, row in enumerate(tables[spec.name], start=2):
            _fill_row(sheet, number, [row.get(name, "") for name in spec.column_names], numeric)
        _lay_out(sheet, [max(10, len(name) + 2) for name in spec.column_names])
    for name, text in rosters.items():
        sheet = book.create_sheet(name)
        for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
            _fill_row(sheet, number, [line], [False])
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_times(buffer.getvalue())


def _without_times(data: bytes) -> bytes:
    """The same workbook without the moment it was written, so that the same pack gives the same bytes."""
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _WRITTEN_AT.sub(rb"\g<1>2000-01-01T00:00:00Z<", content)
            target.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, ZIP_DEFLATED)
    return buffer.getvalue()


def _fill_row(sheet: Worksheet, row: int, texts: Sequence[str], numeric: Sequence[bool]) -> None:
    for column, (text, as_number) in enumerate(zip(texts, numeric, strict=True), start=1):
        cell = sheet.cell(row, column)
        if not as_number:
            cell.number_format = _TEXT_FORMAT
        if not text:
            continue
        number = _number(text) if as_number else None
        if number is None:
            cell.value = text
            cell.data_type = "s"  # also a text that begins with = is a text
        else:
            cell.value = number


def _number(text: str) -> int | float | None:
    """The number that reads back as the same text; None where there is none."""
    try:
        number = float(text)
        whole = int(number)
    except (ValueError, OverflowError):
        return None
    return next((one for one in (whole, number) if number_text(one) == text), None)


def _lay_out(sheet: Worksheet, widths: Sequence[int]) -> None:
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        letter = sheet.cell(1, number).column_letter
        sheet.column_dimensions[letter].width = width
        sheet.cell(1, number).font = Font(bold=True)
