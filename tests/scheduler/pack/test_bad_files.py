"""Files, headers and settings that cannot be read, and how everything wrong is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.pack import check_pack, read_pack
from tests.scheduler.pack.changes import (
    Change,
    assert_told,
    errors_of,
    line_of,
    need,
    put,
    shift,
    swap,
    without,
)

#: Lines of the sample's settings that are broken below; settings are added to it now and then.
WEEK = line_of("team.toml", "week = ")
WEEKS = line_of("team.toml", "weeks = ")
TRAVEL = line_of("team.toml", "[travel]")
DETOUR = line_of("team.toml", "detour = ")
REST = line_of("team.toml", "rest_hours = ")
WEEKENDS = line_of("team.toml", "weekends_max = ")
CARER = line_of("team.toml", "carer = ")

#: A change to a valid pack, and the one error it leads to.
MISTAKES: list[tuple[Change, str]] = [
    # Whole files
    (
        put("needs.csv", ""),
        "needs.csv line 1: the file is empty; its first line names the columns: need_id,citizen_id,",
    ),
    (
        without("shifts.csv"),
        "shifts.csv: the file is missing; a pack cannot do without it",
    ),
    (
        without("team.toml"),
        "team.toml: the file is missing; a pack cannot do without it",
    ),
    (
        swap("carers.csv", "carer_id,name", "carer_id,nam"),
        "carers.csv line 1, nam: 'nam' is not a column of this file; did you mean name?",
    ),
    (
        swap("carers.csv", "carer_id,name", "carer_id,favourite_colour"),
        "carers.csv line 1, favourite_colour: 'favourite_colour' is not a column of this file; "
        "the columns are: "
        "carer_id, name, qualification, week_hours, mode, introduced, mentor, kind",
    ),
    (
        put("links.csv", "first_need,second_need,second_need\nn1,n2,n2\n"),
        "links.csv line 1, second_need: the column 'second_need' stands twice; keep one of them",
    ),
    (
        put("links.csv", "first_need,gap_min\nn1,5\n"),
        "links.csv line 1, second_need: the column 'second_need' is missing; add it (found: "
        "first_need, gap_min)",
    ),
    (
        put("links.csv", "first_need;second_need;gap_max\nn1;n2;30\n"),
        "links.csv line 1: the cells are separated by semicolons; save the file with commas",
    ),
    (
        put("links.csv", "first_need,second_need,gap_max\nn1,n2\n"),
        "links.csv line 2: the line has 2 cells, the first line has 3 columns;",
    ),
    (
        put("links.csv", "first_need,second_need\nn1,n2,30\n"),
        "links.csv line 2: the line has 3 cells, the first line has 2 columns;",
    ),
    (
        put("links.csv", 'first_need,second_need\n"n1,n2\n'),
        "links.csv line 2: from this line on the file cannot be read (the file ends within quotation marks): "
        "a quotation mark",
    ),
    (
        put("carers.csv", "carer_id,name,qualification\nk1,Søren,helper\nk2,Åse,helper\n".encode("cp1252")),
        "carers.csv line 2: byte 0xF8 (number 33 of the file; 'ø' in Windows-1252) is not UTF-8; "
        "save the file with the encoding UTF-8",
    ),
    (
        put("carers.csv", "carer_id,name,qualification\nk1,Søren,helper\n".encode("utf-16")),
        "carers.csv line 1: the file is saved as UTF-16; save it with the encoding UTF-8",
    ),
    # Settings
    (
        swap("team.toml", '"2026-W49"', '"2026-W60"'),
        f"team.toml line {WEEK}, week: '2026-W60' is not an ISO week;",
    ),
    (
        swap("team.toml", "weeks = 1", "weeks = 9"),
        f"team.toml line {WEEKS}, weeks: '9' is out of range; write a number from 1",
    ),
    (
        swap("team.toml", "rest_hours", "rest_hour"),
        f"team.toml line {REST}, rules.rest_hour: 'rules.rest_hour' is not a key of a team's settings; "
        "did you mean rules.rest_hours?",
    ),
    (
        swap("team.toml", '"1 of 2"', '"every other"'),
        f"team.toml line {WEEKENDS}, rules.weekends_max: 'every other' is no share of weekends; write for example 1 of 2",
    ),
    (
        swap("team.toml", '"1 of 2"', '"3 of 2"'),
        f"team.toml line {WEEKENDS}, rules.weekends_max: '3 of 2' is no share of weekends; write for example 1 of 2",
    ),
    (
        swap("team.toml", "carer = 20", "carer = -1"),
        f"team.toml line {CARER}, weights.carer: '-1' is out of range;",
    ),
    (
        swap("team.toml", "carer = 20", "carer = "),
        f"team.toml line {CARER}: the line cannot be read as TOML (the value is not written as TOML asks for)",
    ),
    (
        swap("team.toml", 'format = "team-pack/1"', 'format = "team-pack/2"'),
        "team.toml line 1, format: 'team-pack/2' is not a format this version reads; write team-pack/1",
    ),
    (swap("team.toml", 'name = "Team Tiny"\n', ""), "team.toml, name: the key is missing; add it"),
    (
        swap("team.toml", "[travel]", 'holidays = ["25-12-2026"]\n[travel]'),
        f"team.toml line {TRAVEL}, holidays: '25-12-2026' is not a date; write 2026-12-25",
    ),
]


@pytest.mark.parametrize(("change", "expected"), MISTAKES, ids=[expected[:60] for _, expected in MISTAKES])
def test_a_mistake_in_a_file_is_told(pack: Path, change: Change, expected: str) -> None:
    change(pack)
    assert_told(pack, expected)


def test_all_mistakes_are_told_at_once_in_the_files_order(pack: Path) -> None:
    shift(date="2027-01-01", begins_at="moon")(pack)
    need(window_end="9", minutes="0")(pack)
    swap("team.toml", "detour = 1.3", 'detour = "long"')(pack)
    swap("citizens.csv", "12.355", "x")(pack)
    places = [error.split(":")[0] for error in errors_of(pack)]
    assert places == [
        f"team.toml line {DETOUR}, travel.detour",
        "citizens.csv line 2, lon",
        "needs.csv line 7, minutes",
        "needs.csv line 7, window_end",
        "shifts.csv line 5, begins_at",
        "shifts.csv line 5, date",
    ]


def test_an_error_knows_its_place_and_its_value(pack: Path) -> None:
    need(window_end="7.30")(pack)
    _, errors, _ = check_pack(pack)
    (error,) = errors
    assert (error.file, error.line, error.column, error.value) == ("needs.csv", 7, "window_end", "7.30")
    assert error.message.template == "'{value}' is not a clock time; write {suggestion}"


def test_lines_are_those_an_editor_shows_after_a_line_break_in_a_cell(pack: Path) -> None:
    swap("citizens.csv", "Agnes Prøve", '"Agnes\nvon\nPrøve"')(pack)
    swap("citizens.csv", "12.372", "east")(pack)
    assert [error.split(":")[0] for error in errors_of(pack)] == ["citizens.csv line 6, lon"]


def test_ids_of_an_unreadable_file_are_not_called_missing(pack: Path) -> None:
    put("citizens.csv", b"\xff\xff")(pack)
    assert [error.split(":")[0] for error in errors_of(pack)] == ["citizens.csv line 1"]


@pytest.mark.parametrize("name", ["nowhere", "plain.txt"])
def test_what_is_no_pack_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain.txt").write_text("not a pack")
    first = errors_of(tmp_path / name)[0]
    assert first == (
        f"{name}: '{name}' is neither a folder nor an .xlsx file; "
        "name the folder that holds team.toml, or the workbook"
    )


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(pack: Path) -> None:
    expected = read_pack(pack)
    for path in [*pack.glob("*.csv"), pack / "team.toml"]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_pack(pack) == expected


def test_empty_lines_and_empty_columns_of_a_spreadsheet_are_accepted(pack: Path) -> None:
    expected = read_pack(pack)
    path = pack / "links.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([f"{line},," for line in lines] + ["", ",,,,,,"]) + "\n")
    assert read_pack(pack) == expected
