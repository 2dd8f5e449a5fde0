"""A pack as one workbook: what a spreadsheet makes of cells is turned back into the pack's own text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from scheduler.pack import PackErrors, check_pack, read_pack, read_rows, write_pack
from scheduler.problem import Problem
from tests.scheduler.pack.conftest import TINY


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The tiny team as a workbook."""
    path = tmp_path / "tiny.xlsx"
    write_pack(read_pack(TINY), path)
    return path


def changed(path: Path, change: Callable[[Workbook], None]) -> Path:
    """The workbook after a change."""
    workbook = load_workbook(path)
    change(workbook)
    workbook.save(path)
    return path


def column(sheet: Any, name: str) -> int:
    """The number of the column of that name."""
    return next(cell.column for cell in sheet[1] if cell.value == name)


def set_cell(sheet_name: str, row: int, name: str, value: object, number_format: str = "General") -> Any:
    """A change that sets one cell."""

    def change(workbook: Workbook) -> None:
        sheet = workbook[sheet_name]
        cell = sheet.cell(row, column(sheet, name))
        cell.value = value
        cell.number_format = number_format

    return change


@pytest.mark.parametrize(
    ("sheet", "name", "value", "number_format", "text"),
    [
        ("needs", "window_start", time(7, 30), "hh:mm", "07:30"),
        ("needs", "window_start", timedelta(hours=7, minutes=30), "[h]:mm", "07:30"),
        ("needs", "window_end", timedelta(hours=24, minutes=30), "[h]:mm", "24:30"),
        ("needs", "window_end", 24.5 / 24, "h:mm", "24:30"),
        ("needs", "window_start", 0.3125, "h:mm", "07:30"),
        ("needs", "on_holidays", True, "General", "yes"),
        ("needs", "minutes", 30.0, "General", "30"),
        ("needs", "days", None, "General", ""),
        ("shifts", "date", date(2026, 12, 1), "yyyy-mm-dd", "2026-12-01"),
        ("shifts", "date", datetime(2026, 12, 1), "dd-mm-yyyy", "2026-12-01"),
        ("citizens", "lat", 55.661, "General", "55.661"),
        ("citizens", "name", "=1+1", "@", "=1+1"),
        ("citizens", "name", 12, "General", "12"),
    ],
)
def test_a_cell_becomes_the_text_of_the_pack(
    book: Path, sheet: str, name: str, value: object, number_format: str, text: str
) -> None:
    def change(workbook: Workbook) -> None:
        set_cell(sheet, 2, name, value, number_format)(workbook)
        if isinstance(value, str):
            workbook[sheet].cell(2, column(workbook[sheet], name)).data_type = "s"

    tables, _ = read_rows(changed(book, change))
    assert tables[sheet][0][name] == text


def test_times_and_dates_of_a_spreadsheet_plan_the_same(book: Path) -> None:
    expected: Problem = read_pack(book)

    def change(workbook: Workbook) -> None:
        set_cell("needs", 2, "window_start", time(8, 0), "hh:mm")(workbook)
        set_cell("shifts", 2, "date", datetime(2026, 11, 30), "dd-mm-yyyy")(workbook)

    assert read_pack(changed(book, change)) == expected


def errors_of(path: Path) -> list[str]:
    """What reading the workbook says, a line an error."""
    _, errors, _ = check_pack(path)
    return [str(error) for error in errors]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            set_cell("needs", 3, "window_end", "7.30"),
            "needs line 3, window_end: '7.30' is not a clock time; write 07:30",
        ),
        (
            set_cell("needs", 3, "minutes", "=2*10"),
            "needs line 3, M: '=2*10' is a formula without a value;",
        ),
        (
            lambda workbook: workbook.remove(workbook["shifts"]),
            "shifts: the sheet is missing; a pack cannot do without it",
        ),
        (
            lambda workbook: workbook["team"].append(["rules.rest", 11]),
            "team line 44, rules.rest: 'rules.rest' is not a key of a team's settings; did you "
            "mean rules.rest_hours?",
        ),
        (
            lambda workbook: workbook["team"].append(["week", "2026-W50"]),
            "team line 44, key: 'week' stands in line 6 too; keep one of them",
        ),
        (
            lambda workbook: workbook["links"].cell(1, 6, "first_need"),
            "links line 1, first_need: the column 'first_need' stands twice; keep one of them",
        ),
    ],
)
def test_a_mistake_in_a_sheet_is_told(book: Path, change: Callable[[Workbook], None], expected: str) -> None:
    found = errors_of(changed(book, change))
    assert any(error.startswith(expected) for error in found), found


def test_a_sheet_no_pack_has_is_told(book: Path) -> None:
    _, errors, warnings = check_pack(changed(book, lambda workbook: workbook.create_sheet("shift")))
    assert errors == ()
    assert [str(one) for one in warnings] == [
        "shift: 'shift' is no part of a team pack and is not read; did you mean shifts?"
    ]


def test_the_same_pack_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read_pack(TINY)
    write_pack(problem, tmp_path / "first.xlsx")
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 10, 1, 126, 0))
    write_pack(problem, tmp_path / "second.xlsx")
    with ZipFile(tmp_path / "second.xlsx") as archive:
        assert b"2000-01-01T00:00:00Z</dcterms:modified>" in archive.read("docProps/core.xml")
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


def test_a_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pack.xlsx"
    path.write_text("need_id,citizen_id\n")
    with pytest.raises(PackErrors, match=r"pack\.xlsx: the file is not a workbook that can be read"):
        read_pack(path)


def test_signs_a_workbook_treats_apart_are_kept(tmp_path: Path, book: Path) -> None:
    tables, _ = read_rows(TINY)
    for text in ("=SUM(A1)", "_x0041_", "a\nb", "'quoted", "-1", "007", "1e5", "#N/A", "TRUE"):
        folder = tmp_path / "folder"
        problem = read_pack(TINY)
        write_pack(problem, folder)
        lines = (folder / "citizens.csv").read_text().replace("Agnes Prøve", f'"{text}"')
        (folder / "citizens.csv").write_text(lines)
        named = read_pack(folder)
        assert named.citizens[0].name == text
        write_pack(named, book)
        assert read_pack(book) == named
    assert tables["citizens"][0]["name"] == "Agnes Prøve"
