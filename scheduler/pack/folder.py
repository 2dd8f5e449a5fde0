"""A team pack as a folder of CSV files and ``team.toml``: to text and back."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scheduler.message import Message
from scheduler.pack.cells import bad_bytes, nearest, shown
from scheduler.pack.findings import Findings
from scheduler.pack.rows import RawPack, RawTable, SettingText, table_from_lines
from scheduler.pack.schema import ROSTER_FILES, TABLES, TEAM_FILE, TableSpec
from scheduler.reading import parser_reason, system_reason


def read_folder(folder: Path, findings: Findings) -> RawPack:
    """Every file of the pack as text; what cannot be read is noted."""
    pack = RawPack(settings_label=TEAM_FILE)
    text = _read_text(folder, TEAM_FILE, findings, required=True)
    if text is not None:
        pack.settings = settings_from_toml(text, findings)
    for spec in TABLES:
        text = _read_text(folder, spec.file, findings, required=spec.required)
        table = None if text is None else table_from_csv(spec, text, findings)
        if table is not None:
            pack.tables[spec.name] = table
        elif text is not None or spec.required or (folder / spec.file).exists():
            pack.unreadable.add(spec.name)
    for name in ROSTER_FILES:
        text = _read_text(folder, name, findings, required=False)
        if text is not None:
            pack.rosters[name] = text
    _warn_of_strange_files(folder, findings)
    return pack


def _read_text(folder: Path, name: str, findings: Findings, *, required: bool) -> str | None:
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        if required:
            message = Message("the file is missing; a pack cannot do without it", {"value": ""})
            findings.fault(name, None, "", message)
        return None
    except OSError as error:
        values = {"value": "", "reason": system_reason(error)}
        findings.fault(name, None, "", Message("the file cannot be read ({reason})", values))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, message = bad_bytes(data, error)
        findings.fault(name, line, "", message)
        return None


def _warn_of_strange_files(folder: Path, findings: Findings) -> None:
    known = [spec.file for spec in TABLES]
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            findings.warn(path.name, None, "", strange_file(path.name, known))


def strange_file(name: str, known: Sequence[str]) -> Message:
    """The sentence for a file or sheet that no pack has."""
    guess = nearest(name, known)
    if guess is None:
        return Message("'{value}' is no part of a team pack and is not read", {"value": shown(name)})
    return Message(
        "'{value}' is no part of a team pack and is not read; did you mean {guess}?",
        {"value": shown(name), "guess": guess},
    )


def table_from_csv(
    spec: TableSpec, text: str, findings: Findings, label: str | None = None
) -> RawTable | None:
    """A CSV file's rows, each with the line its first cell stands in as an editor counts.

    ``label`` is the file's name in messages; the table's own when None.
    """
    label = spec.file if label is None else label
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            lines.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        values = {"value": "", "reason": parser_reason(error)}
        message = Message(
            "from this line on the file cannot be read ({reason}): a quotation mark is opened "
            "and not closed, "
            "or stands inside a text; write it twice there",
            values,
        )
        findings.fault(label, line, "", message)
        return None
    return table_from_lines(spec, label, lines, findings)


def csv_text(spec: TableSpec, rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as the text of a CSV file: every column in canonical order, ``\\n`` line ends."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(spec.column_names)
    writer.writerows([row.get(name, "") for name in spec.column_names] for row in rows)
    return buffer.getvalue()


def settings_from_toml(text: str, findings: Findings) -> dict[str, SettingText] | None:
    """The keys of ``team.toml`` written with dots, their values as text, and the lines they stand in."""
    try:
        document = tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        match = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(match[1]) if match else (text.count("\n") + 1 if "end of document" in str(error) else None)
        reason = parser_reason(error)
        message = Message(
            "the line cannot be read as TOML ({reason}); correct it", {"value": "", "reason": reason}
        )
        findings.fault(TEAM_FILE, line, "", message)
        return None
    lines = _key_lines(text)
    return {
        key: SettingText(_setting_text(value), _line_of(key, lines))
        for key, value in flatten(document).items()
    }


def flatten(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Tables within tables as one, their keys joined by dots."""
    found: dict[str, Any] = {}
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            found.update(flatten(value, f"{name}."))
        else:
            found[name] = value
    return found


def _setting_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(_setting_text(one) for one in value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > 10**18:
        return "1e19"  # longer numbers than the language writes out; out of every range either way
    return str(value).strip()


def _key_lines(text: str) -> dict[str, int]:
    """The line in which each key or table of a TOML text begins, as far as a line on its own tells."""
    found: dict[str, int] = {}
    prefix = ""
    for line, content in enumerate(text.split("\n"), start=1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", content)
        pair = re.match(r"\s*([\w.\-\"' ]+?)\s*=", content)
        if header:
            prefix = _plain_key(header[1])
            found.setdefault(prefix, line)
        elif pair:
            key = _plain_key(pair[1])
            found.setdefault(f"{prefix}.{key}" if prefix else key, line)
    return found


def _plain_key(text: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in text.split("."))


def _line_of(key: str, lines: Mapping[str, int]) -> int | None:
    for name in _with_parents(key):
        if name in lines:
            return lines[name]
    return None


def _with_parents(key: str) -> Iterator[str]:
    while key:
        yield key
        key = key.rpartition(".")[0]
