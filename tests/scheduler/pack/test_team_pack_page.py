"""The specification in docs/team-pack.md and the reader know the same files, columns, keys and defaults."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scheduler.pack.schema import FROM_MINUTES, SETTINGS, TABLES, Column, Setting, TableSpec
from tests.scheduler.pack.conftest import TINY

PAGE = (Path(__file__).parents[3] / "docs" / "team-pack.md").read_text()


def section(heading: str) -> str:
    """What stands under a heading, up to the next of the same level or above."""
    match = re.search(rf"^(#+) {re.escape(heading)}\n", PAGE, re.MULTILINE)
    assert match is not None, heading
    rest = PAGE[match.end() :]
    end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
    return rest if end is None else rest[: end.start()]


def rows_under(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its header."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def cell_rule(column: Column | Setting) -> str:
    """How the page says whether a cell must be filled in."""
    if column.required:
        return "required"
    if column.default == FROM_MINUTES:
        return "default: `minutes`"
    return f"default `{column.default}`" if column.default else "optional"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_page_has_every_column_of_a_file(table: TableSpec) -> None:
    described = [(row[0], row[2]) for row in rows_under(table.file)]
    assert described == [(column.name, cell_rule(column)) for column in table.columns]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_page_names_every_word_a_cell_may_hold(table: TableSpec) -> None:
    for column, row in zip(table.columns, rows_under(table.file), strict=True):
        if "|" in column.kind.name and column.name != "qualification":
            words = re.findall(r"\w+", " ".join(row[1:]))
            assert set(column.kind.name.split("|")) <= set(words), column.name


def test_the_page_has_every_key_of_the_settings() -> None:
    described: list[tuple[str, str]] = []
    for row in rows_under("team.toml"):
        described += [(key.strip(), row[2]) for key in row[0].split(",")]
    assert described == [(setting.key, cell_rule(setting)) for setting in SETTINGS]


def test_the_page_has_no_other_file() -> None:
    headings = re.findall(r"^### (\S+\.csv)$", PAGE, re.MULTILINE)
    assert headings == [table.file for table in TABLES]
    required = re.search(r"\*\*Required\*\* are (.*?csv`)\. The others", PAGE.replace("\n", " "))
    assert required is not None
    named = re.findall(r"`(\w+)\.csv`", required[1])
    assert sorted(named) == sorted(table.name for table in TABLES if table.required)


def test_the_pages_roster_has_the_keys_that_are_written() -> None:
    sample = re.search(r"```json\n(.*?)```", section("Output: roster.json"), re.DOTALL)
    assert sample is not None
    shown = json.loads(sample[1])
    written = json.loads((TINY / "roster.json").read_text())
    assert list(shown) == list(written)
    for key in ("visits", "breaks", "citizens"):
        assert list(shown[key][0]) == list(written[key][0])
    for key in ("figures", "bounds", "travel"):
        assert list(shown[key]) == list(written[key])


def test_the_page_has_every_term_of_the_objective_with_its_default() -> None:
    described: list[tuple[str, str]] = []
    for row in rows_under("Objective"):
        described += zip(
            (one.strip() for one in row[0].split(",")),
            (one.strip() for one in row[1].split(",")),
            strict=True,
        )
    weights = [
        (one.key.removeprefix("weights."), one.default) for one in SETTINGS if one.key.startswith("weights.")
    ]
    assert described == weights
