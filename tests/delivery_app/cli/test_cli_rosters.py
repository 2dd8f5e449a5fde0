"""check, show, export and print on a roster that is there."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.delivery_app.cli.running import TINY, TINY_ROSTER, run


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The tiny roster with one visit far outside its window and one left out in silence."""
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    document["visits"][0]["start"], document["visits"][0]["end"] = "03:00", "03:30"
    del document["visits"][-1]
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_check_of_a_good_roster_ends_with_0() -> None:
    outcome = run("check", TINY, TINY_ROSTER)
    assert (outcome.code, outcome.err) == (0, "")
    assert "No rule is broken." in outcome.out
    assert "6 of 6" in outcome.out


def test_check_names_every_violation_and_ends_with_1(broken: Path) -> None:
    outcome = run("check", TINY, broken)
    assert outcome.code == 1
    assert "Rule 1, time window: " in outcome.out
    assert "it starts at 03:00, outside its window" in outcome.out
    assert "neither placed nor listed as unplaced" in outcome.out


def test_check_in_danish(broken: Path) -> None:
    outcome = run("check", TINY, broken, lang="da")
    assert outcome.code == 1
    assert "Regel 1, tidsrum: " in outcome.out
    assert "udenfor sit tidsrum" in outcome.out


def test_show_tells_figures_with_bounds_in_the_languages_own_way() -> None:
    english, danish = run("show", TINY, TINY_ROSTER).out, run("show", TINY, TINY_ROSTER, lang="da").out
    assert "Different carers per citizen in a week" in english
    assert "1.33 (bound 1.33)" in english
    assert "Forskellige hjælpere pr. borger på en uge" in danish
    assert "1,33 (bevist mindst 1,33)" in danish
    assert "What the objective is made of" in english


def test_show_warns_of_a_broken_roster_and_does_not_judge_it(broken: Path) -> None:
    outcome = run("show", TINY, broken)
    assert outcome.code == 0
    assert "naerplan check" in outcome.err


@pytest.mark.parametrize(("command", "target"), [("print", "pages"), ("export", "roster.xlsx")])
def test_a_broken_roster_is_not_handed_out_in_silence(
    broken: Path, tmp_path: Path, command: str, target: str
) -> None:
    outcome = run(command, TINY, broken, "--out", tmp_path / target, lang="da")
    assert outcome.code == 0
    assert "Advarsel: " in outcome.err
    assert "naerplan check" in outcome.err
    good = run(command, TINY, TINY_ROSTER, "--out", tmp_path / f"good-{target}", lang="da")
    assert (good.code, good.err) == (0, "")


def test_show_of_a_carers_days() -> None:
    out = run("show", TINY, TINY_ROSTER, "--carer", "k1").out
    assert "Karen Vagt (k1)" in out
    assert "Mon 30 Nov · 07:45–10:55 · s1" in out
    for words in ("to Agnes Prøve", "Agnes Prøve (c1)", "personal care, with Lars Tur", "to base", "break"):
        assert words in out
    assert "Visits 1:10 · travel 0:30 · waiting 0:00 · break 0:30" in out


def test_show_of_a_citizens_week() -> None:
    out = run("show", TINY, TINY_ROSTER, "--citizen", "c1").out
    assert "Contact carer: Karen Vagt (k1)" in out
    assert "Minutes: 80; the package: 60–120 (within the package)" in out
    assert "Different carers: 1 (bound 1)" in out
    assert out.count("Mon 30 Nov") == 2


def test_show_fits_a_narrow_terminal() -> None:
    for who in ((), ("--carer", "k1"), ("--citizen", "c1")):
        out = run("show", TINY, TINY_ROSTER, *who, env={"COLUMNS": "80"}).out
        assert max(len(line) for line in out.splitlines()) <= 80


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--carer", "k9"), "no carer 'k9' in the pack; there is for example k1, k2"),
        (("--citizen", "c77"), "no citizen 'c77'"),
        (("--carer", "k1", "--citizen", "c1"), "keep one of them"),
    ],
)
def test_show_of_nobody(words: tuple[str, ...], expected: str) -> None:
    outcome = run("show", TINY, TINY_ROSTER, *words)
    assert outcome.code == 2
    assert expected in outcome.err
    assert outcome.out == ""


def test_unplaced_visits_are_listed_with_the_rule_in_words(tmp_path: Path) -> None:
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    visit = document["visits"].pop(0)
    row = {"need_id": visit["need_id"], "date": visit["date"], "week": document["week"], "rule": "capacity"}
    document["unplaced"].append({**row, "relaxations": [{"what": "the window", "by": "20 minutes"}]})
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(document), "utf-8")
    out = run("show", TINY, path, env={"COLUMNS": "300"}).out
    assert "Without a place (1)" in out
    assert "somebody could come, but no room was found; would fit with the window: 20 minutes" in out


def test_export_writes_a_workbook(tmp_path: Path) -> None:
    out = tmp_path / "roster.xlsx"
    outcome = run("export", TINY, TINY_ROSTER, "--out", out, lang="da")
    assert outcome.code == 0
    assert openpyxl.load_workbook(out).sheetnames[0] == "Nøgletal"
    assert run("export", TINY, TINY_ROSTER, "--out", tmp_path / "roster.csv").code == 2


def test_print_writes_pages(tmp_path: Path) -> None:
    out = tmp_path / "prints"
    outcome = run("print", TINY, TINY_ROSTER, "--out", out)
    assert outcome.code == 0, outcome.err
    written = [path for path in out.rglob("*") if path.is_file()]
    assert {path.suffix for path in written} >= {".html", ".pdf"}
    assert any("Agnes Prøve" in path.read_text("utf-8") for path in written if path.suffix == ".html")


def test_roster_planned_with_other_travel_times_is_told(tmp_path: Path) -> None:
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    document["travel"] = {"provider": "osrm", "data": "2026-11-01"}
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(document), "utf-8")
    outcome = run("check", TINY, path)
    assert outcome.code == 0
    assert "planned with travel times of osrm" in outcome.err


@pytest.mark.parametrize("command", ["check", "show", "compare"])
def test_another_teams_roster_is_said_once(tmp_path: Path, command: str) -> None:
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    for row in document["visits"]:
        row["need_id"] = f"their-{row['need_id']}"
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(document), "utf-8")
    outcome = run(command, TINY, path, *([TINY_ROSTER] if command == "compare" else []))
    assert outcome.code == 2
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    assert (
        "theirs.json: it is another team's roster: the pack has no needs for 6 of its 6 visits" in outcome.err
    )
