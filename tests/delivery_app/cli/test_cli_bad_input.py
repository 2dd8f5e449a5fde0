"""Bad input through the command line: sentences with file, line, column and value, exit 2, never a trace."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.pack.schema import TABLES
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, run, run_program

CSV_FILES = sorted(path.name for path in TINY.glob("*.csv"))
REQUIRED = sorted(spec.file for spec in TABLES if spec.required)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(TINY, tmp_path / "pack")
    return tmp_path / "pack"


def refused(pack: Path) -> str:
    """What the program says of a pack it refuses; planning it writes nothing."""
    out = pack.parent / "roster.json"
    outcome = run("plan", pack, "--out", out, "--iterations", 1)
    assert outcome.code == 2, outcome.said
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert not out.exists()
    checked = run("pack", "check", pack)
    assert (checked.code, checked.err) == (2, outcome.err)
    danish = run("pack", "check", pack, lang="da")
    assert danish.code == 2
    assert danish.err != outcome.err
    return outcome.err


def rewritten(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    path.write_text("\n".join(change(path.read_text("utf-8").splitlines())) + "\n", "utf-8")


@pytest.mark.parametrize("file", REQUIRED)
def test_missing_file(pack: Path, file: str) -> None:
    (pack / file).unlink()
    assert f"{file}: the file is missing" in refused(pack)


@pytest.mark.parametrize("file", CSV_FILES)
def test_empty_file(pack: Path, file: str) -> None:
    (pack / file).write_bytes(b"")
    assert re.search(rf"^{file}.*the file is empty", refused(pack), re.MULTILINE)


@pytest.mark.parametrize("file", CSV_FILES)
def test_missing_column(pack: Path, file: str) -> None:
    rewritten(pack / file, lambda lines: [line.partition(",")[2] for line in lines])
    column = (TINY / file).read_text("utf-8").partition(",")[0]
    assert re.search(rf"^{file}.*the column '{column}' is missing", refused(pack), re.MULTILINE)


@pytest.mark.parametrize("file", CSV_FILES)
def test_doubled_column(pack: Path, file: str) -> None:
    rewritten(pack / file, lambda lines: [line.partition(",")[0] + "," + line for line in lines])
    assert re.search(rf"^{file}.*stands twice; keep one of them", refused(pack), re.MULTILINE)


@pytest.mark.parametrize("file", CSV_FILES)
def test_unknown_column(pack: Path, file: str) -> None:
    rewritten(pack / file, lambda lines: [f"{lines[0]},shoe_size", *(f"{line},43" for line in lines[1:])])
    assert re.search(rf"^{file} line 1, shoe_size: 'shoe_size' is not a column", refused(pack), re.MULTILINE)


@pytest.mark.parametrize("file", CSV_FILES)
def test_broken_encoding(pack: Path, file: str) -> None:
    path = pack / file
    path.write_bytes(path.read_bytes() + "Søren,1\n".encode("latin-1"))
    assert re.search(rf"^{file} line \d+: byte .*is not UTF-8", refused(pack), re.MULTILINE)


@pytest.mark.parametrize("file", CSV_FILES)
def test_not_text_at_all(pack: Path, file: str) -> None:
    (pack / file).write_bytes(bytes(range(256)) * 4)
    assert file in refused(pack)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("citizens.csv", "55.661", "north", "citizens.csv line 2, lat: 'north' is not a number"),
        ("citizens.csv", "k1", "k77", "there is no carer 'k77' in carers.csv"),
        ("citizens.csv", "medium", "huge", "there is no package 'huge' in packages.csv"),
        ("needs.csv", "c1", "c77", "there is no citizen 'c77' in citizens.csv"),
        ("needs.csv", "home", "moon", "'moon' is not known here"),
        ("shifts.csv", "k1", "k77", "there is no carer 'k77' in carers.csv"),
        ("shifts.csv", "2026-11-30", "2026-11-31", "'2026-11-31' is not a date"),
        ("shifts.csv", "2026-11-30", "2030-11-30", "lies outside the pack's weeks"),
        ("carers.csv", "k2", "k1", "'k1' stands in line 2 too"),
        ("carers.csv", "37", "-5", "carers.csv line 2, week_hours: '-5'"),
        ("packages.csv", "30", "half", "packages.csv line 2, min_minutes: 'half'"),
        ("links.csv", "yes", "maybe", "'maybe' is neither yes nor no"),
        ("matrix.csv", "bike", "rocket", "'rocket' is not known here"),
        ("team.toml", "2026-W49", "2026-W77", "'2026-W77' is not an ISO week"),
        ("team.toml", "weeks = 1", "weeks = 99", "team.toml line"),
        ("team.toml", "weeks = 1", "weeks = = 1", "cannot be read as TOML"),
        ("team.toml", "team-pack/1", "team-pack/9", "'team-pack/9' is not a format this version reads"),
        ("team.toml", "rest_hours", "rest_hourz", "did you mean"),
    ],
)
def test_wrong_values_and_ids_that_point_nowhere(
    pack: Path, file: str, old: str, new: str, expected: str
) -> None:
    text = (pack / file).read_text("utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), "utf-8")
    assert expected in refused(pack)


def cell(pack: Path, file: str, line: int, **values: str) -> None:
    """Write cells of a line (2 is the first below the heading) by column."""
    lines = (pack / file).read_text("utf-8").splitlines()
    columns, cells = lines[0].split(","), lines[line - 1].split(",")
    for column, value in values.items():
        cells[columns.index(column)] = value
    lines[line - 1] = ",".join(cells)
    (pack / file).write_text("\n".join(lines) + "\n", "utf-8")


def test_impossible_window(pack: Path) -> None:
    cell(pack, "needs.csv", 2, window_start="09:00", window_end="08:00")
    assert "needs.csv line 2, window_end: 08:00 is before window_start, 09:00" in refused(pack)


def test_window_that_is_no_time(pack: Path) -> None:
    cell(pack, "needs.csv", 2, window_start="7.30")
    assert "needs.csv line 2, window_start: '7.30' is not a clock time; write 07:30" in refused(pack)


def test_a_carer_with_two_shifts_at_once(pack: Path) -> None:
    lines = (pack / "shifts.csv").read_text("utf-8").splitlines()
    double = lines[1].replace("s1", "s1b", 1)
    (pack / "shifts.csv").write_text("\n".join([*lines, double]) + "\n", "utf-8")
    assert "has shift" in refused(pack)


def test_a_week_without_shifts_is_planned_with_a_warning(pack: Path) -> None:
    rewritten(pack / "shifts.csv", lambda lines: lines[:1])
    outcome = run("pack", "check", pack)
    assert outcome.code in (0, 2)
    assert "no shifts" in outcome.err


def test_a_citizen_without_needs_is_a_warning(pack: Path) -> None:
    lines = (pack / "citizens.csv").read_text("utf-8").splitlines()
    extra = lines[1].replace("c1", "c9", 1)
    (pack / "citizens.csv").write_text("\n".join([*lines, extra]) + "\n", "utf-8")
    outcome = run("pack", "check", pack)
    assert outcome.code == 0
    assert "citizen 'c9' has no needs" in outcome.err or "'c9' has no needs" in outcome.err


def test_all_mistakes_of_several_files_at_once(pack: Path) -> None:
    cell(pack, "needs.csv", 2, window_start="x", minutes="y")
    cell(pack, "carers.csv", 2, qualification="z")
    cell(pack, "citizens.csv", 2, lat="w")
    said = refused(pack)
    for place in (
        "needs.csv line 2, window_start",
        "needs.csv line 2, minutes",
        "carers.csv line 2",
        "citizens.csv line 2",
    ):
        assert place in said
    assert "4 mistakes; nothing was written" in said


@pytest.mark.parametrize("name", ["nowhere", "nowhere.xlsx", "file.txt"])
def test_a_pack_that_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    outcome = run("plan", tmp_path / name, "--out", tmp_path / "roster.json")
    assert outcome.code == 2
    assert name in outcome.err
    assert not (tmp_path / "roster.json").exists()


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    book = tmp_path / "team.xlsx"
    book.write_bytes(b"PK\x03\x04 not a workbook")
    outcome = run("pack", "check", book)
    assert outcome.code == 2
    assert "not a workbook that can be read" in outcome.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "JSON"),
        ("{", "is not JSON"),
        ("[]", "roster.json"),
        ("{}", "the value is missing"),
        ('{"format": "team-roster/9"}', "'team-roster/9' is not a format"),
        ("[" * 100_000, "roster.json"),
        ("\x00", "JSON"),
    ],
)
def test_a_roster_that_is_none(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "roster.json"
    path.write_text(text, "utf-8")
    for command in ("check", "show"):
        outcome = run(command, TINY, path)
        assert outcome.code == 2, outcome.said
        assert expected in outcome.err


def test_a_roster_of_other_weeks_or_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "roster.json"
    path.write_text(TINY_ROSTER.read_text("utf-8").replace("2026-W49", "2026-W51"), "utf-8")
    assert run("check", TINY, path).code == 2
    outcome = run("check", TINY, tmp_path / "none.json")
    assert outcome.code == 2
    assert "there is no such file; make one by: naerplan plan" in outcome.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("hhcrsp", "none.json", "--out", "s.json"), "none.json"),
        (("hhcrsp", "bad.json", "--out", "s.json"), "bad.json"),
        (("load", "nowhere"), "nowhere"),
        (("serve", "nowhere", "roster.json"), "nowhere"),
        (("plan",), "PACK is missing"),
        (("pln",), "there is no command 'pln'; did you mean plan?"),
        (("pack", "nwe"), "there is no command 'nwe'; did you mean new?"),
    ],
)
def test_other_commands_refuse_too(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    (tmp_path / "bad.json").write_text("{}")
    outcome = run_program(*words, folder=tmp_path, LC_ALL="en_GB.UTF-8")
    assert outcome.code == 2, outcome.said
    assert expected in outcome.err
    assert "Traceback" not in outcome.said
    assert not (tmp_path / "s.json").exists()


def test_reasons_of_system_and_parsers_are_danish_too(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text('{"patients": ', encoding="utf-8")
    (tmp_path / "wrong.json").write_text('{"patients": 3}', encoding="utf-8")
    told = {}
    for name in ("none.json", "half.json", "wrong.json"):
        outcome = run("hhcrsp", tmp_path / name, "--out", tmp_path / "s.json", lang="da")
        assert outcome.code == 2
        told[name] = outcome.err
    assert "kan ikke læses (der er ingen sådan fil eller mappe); angiv en JSON-fil" in told["none.json"]
    assert "ikke JSON (en værdi mangler, linje 1)" in told["half.json"]
    assert "wrong.json, patients: 3 er forkert; der skal stå en liste" in told["wrong.json"]
