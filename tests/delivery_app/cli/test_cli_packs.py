"""pack new, check, convert and resolve; catalogue list and check."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from scheduler.pack import read_pack
from tests.delivery_app.cli.running import ROOT, TINY, TINY_ROSTER, run


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the tiny pack."""
    shutil.copytree(TINY, tmp_path / "pack")
    return tmp_path / "pack"


def spoil(pack: Path, file: str, old: str, new: str) -> None:
    """Replace the first ``old`` in a file of the pack."""
    path = pack / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_new_makes_a_pack_that_can_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "team"
    words = (
        "--municipality",
        "albertslund",
        "--citizens",
        12,
        "--carers",
        6,
        "--seed",
        7,
        "--week",
        "2026-W50",
    )
    outcome = run("pack", "new", folder, *words)
    assert outcome.code == 0, outcome.err
    problem = read_pack(folder)
    assert (len(problem.citizens), len(problem.carers)) == (12, 6)
    assert problem.calendar.week_name(0) == "2026-W50"
    again = tmp_path / "again"
    run("pack", "new", again, *words)
    assert (again / "needs.csv").read_bytes() == (folder / "needs.csv").read_bytes()
    assert run("pack", "check", folder).code == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--municipality", "atlantis"), "there is no catalogue 'atlantis'; choose one of"),
        (("--municipality", "../secret"), "there is no catalogue"),
        (("--municipality", "albertslund", "--week", "49"), "'49' is not an ISO week; write 2026-W49"),
        (("--municipality", "albertslund", "--weeks", "9"), "9 is too large; write 8 or less"),
        (("--municipality", "albertslund", "--citizens", "0"), "0 is too small; write 1 or more"),
        (
            ("--municipality", "albertslund", "--citizens", "300", "--carers", "6"),
            "300 citizens and 6 carers",
        ),
        ((), "--municipality is missing"),
    ],
)
def test_new_refuses_what_makes_no_sense(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    outcome = run("pack", "new", tmp_path / "team", *words)
    assert outcome.code == 2
    assert expected in outcome.err
    assert not (tmp_path / "team").exists()


def test_new_never_replaces_what_is_there(pack: Path) -> None:
    before = (pack / "needs.csv").read_bytes()
    outcome = run("pack", "new", pack, "--municipality", "albertslund")
    assert outcome.code == 2
    assert "is not empty" in outcome.err
    assert (pack / "needs.csv").read_bytes() == before


def test_check_tells_all_mistakes_at_once(pack: Path) -> None:
    spoil(pack, "needs.csv", "08:", "8.")
    spoil(pack, "carers.csv", "assistant", "wizard")
    spoil(pack, "shifts.csv", "k1", "k99")
    outcome = run("pack", "check", pack)
    assert outcome.code == 2
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    assert any(
        line.startswith("needs.csv line ") and "is not a clock time; write 08:" in line for line in lines
    )
    assert any(line.startswith("carers.csv line 2, qualification: 'wizard'") for line in lines)
    assert any("there is no carer 'k99' in carers.csv" in line for line in lines)
    assert lines[-1] == f"{len(lines) - 1} mistakes; nothing was written"


def test_check_in_danish(pack: Path) -> None:
    spoil(pack, "needs.csv", "08:", "8.")
    outcome = run("pack", "check", pack, lang="da")
    assert outcome.code == 2
    assert "er ikke et klokkeslæt; skriv 08:" in outcome.err
    assert "linje" in outcome.err


def test_check_of_a_good_pack() -> None:
    outcome = run("pack", "check", TINY)
    assert (outcome.code, outcome.err) == (0, "")
    assert "3 citizens, 2 carers, 3 shifts, 6 visits due. The pack can be used." in outcome.out


def test_check_tells_visits_that_nobody_can_make(pack: Path) -> None:
    spoil(pack, "carers.csv", "assistant", "untrained")
    spoil(pack, "carers.csv", "helper", "untrained")
    outcome = run("pack", "check", pack)
    assert outcome.code == 0
    assert "nobody in the team has the qualification" in " ".join(outcome.out.split())


def test_convert_there_and_back(tmp_path: Path, pack: Path) -> None:
    book, folder = tmp_path / "team.xlsx", tmp_path / "again"
    assert run("pack", "convert", pack, book).code == 0
    assert {"team", "needs", "citizens"} <= set(openpyxl.load_workbook(book).sheetnames)
    assert run("pack", "convert", book, folder).code == 0
    assert read_pack(folder) == read_pack(pack)
    assert run("check", book, TINY_ROSTER).code == 0


def test_convert_of_a_broken_pack_writes_nothing(tmp_path: Path, pack: Path) -> None:
    spoil(pack, "needs.csv", "08:", "8.")
    outcome = run("pack", "convert", pack, tmp_path / "team.xlsx")
    assert outcome.code == 2
    assert [one.name for one in tmp_path.iterdir()] == ["pack"]


def test_convert_never_mixes_two_packs(tmp_path: Path, pack: Path) -> None:
    run("pack", "convert", pack, tmp_path / "team.xlsx")
    assert run("pack", "convert", tmp_path / "team.xlsx", pack).code == 2


@pytest.mark.parametrize("name", ["team.ods", "team.XLS", "team.csv"])
def test_convert_makes_no_folder_that_looks_like_a_file(tmp_path: Path, pack: Path, name: str) -> None:
    outcome = run("pack", "convert", pack, tmp_path / "new" / name)
    assert outcome.code == 2
    assert "team.xlsx" in outcome.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (",name,", ";name;lat;lon;", "cellerne er adskilt af semikolon"),
        (",name,", "\tname\tlat\tlon\t", "cellerne er adskilt af tabulator"),
        ("c1,", ",", "cellen er tom; den skal udfyldes"),
        ("k1", "k99", "hjælper 'k99' findes ikke i carers.csv"),
    ],
)
def test_mistakes_in_danish_say_what_is_wrong(pack: Path, old: str, new: str, expected: str) -> None:
    spoil(pack, "citizens.csv", old, new)
    outcome = run("pack", "check", pack, lang="da")
    assert outcome.code == 2
    assert expected in outcome.err


def test_resolve_writes_the_catalogues_packages(pack: Path) -> None:
    (pack / "packages.csv").unlink()
    spoil(pack, "team.toml", 'municipality = "', 'municipality = "albertslund" # "')
    outcome = run("pack", "resolve", pack)
    assert outcome.code == 0, outcome.err
    text = (pack / "packages.csv").read_text("utf-8")
    assert "let,0,yes,180" in text
    assert "packages the catalogue does not have: medium, small" in outcome.err


def test_resolve_in_a_workbook_leaves_the_other_sheets(tmp_path: Path, pack: Path) -> None:
    for name in ("citizens.csv", "packages.csv"):
        text = (pack / name).read_text("utf-8")
        (pack / name).write_text(text.replace("small", "let").replace("medium", "moderat"), "utf-8")
    book = tmp_path / "team.xlsx"
    run("pack", "convert", pack, book)
    before = openpyxl.load_workbook(book)
    catalogue = ROOT / "fixtures" / "catalogues" / "albertslund.toml"
    assert run("pack", "resolve", book, "--catalogue", catalogue, "--provider", "private").code == 0
    after = openpyxl.load_workbook(book)
    assert after.sheetnames == before.sheetnames
    for name in after.sheetnames:
        same = [[c.value for c in row] for row in after[name]] == [
            [c.value for c in row] for row in before[name]
        ]
        assert same == (name != "packages"), name


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--provider", "public"), "'public' is not a kind of provider; choose one of municipal, private"),
        (("--catalogue", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_resolve_refuses(pack: Path, words: tuple[str, ...], expected: str) -> None:
    spoil(pack, "team.toml", 'municipality = "', 'municipality = "albertslund" # "')
    before = (pack / "packages.csv").read_bytes()
    outcome = run("pack", "resolve", pack, *words)
    assert outcome.code == 2
    assert expected in outcome.err
    assert (pack / "packages.csv").read_bytes() == before


def test_resolve_does_not_take_away_packages_that_citizens_have(pack: Path) -> None:
    before = (pack / "packages.csv").read_bytes()
    outcome = run("pack", "resolve", pack, "--catalogue", "lolland")
    assert outcome.code == 2
    assert "catalogue lolland does not have the packages" in outcome.err
    assert (pack / "packages.csv").read_bytes() == before


def test_catalogue_list_tells_packages_and_hours() -> None:
    english, danish = run("catalogue", "list").out, run("catalogue", "list", lang="da").out
    for name in ("albertslund", "lolland", "aalborg", "jammerbugt", "example"):
        assert name in english
    assert "5.6" in english
    assert "5,6" in danish


def test_catalogue_check(tmp_path: Path) -> None:
    source = ROOT / "fixtures" / "catalogues" / "example.toml"
    assert run("catalogue", "check", source).code == 0
    wrong = tmp_path / "example.toml"
    wrong.write_text(
        re.sub(r"max_hours = [\d.]+", 'max_hours = "3"', source.read_text("utf-8"), count=1), "utf-8"
    )
    outcome = run("catalogue", "check", wrong, lang="da")
    assert outcome.code == 2
    assert "er ikke et tal" in outcome.err
    assert run("catalogue", "check", tmp_path).code == 2
    assert run("catalogue", "check", tmp_path / "none.toml").code == 2
