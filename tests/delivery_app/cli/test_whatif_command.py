"""naerplan whatif: what would help, in words and as JSON; the same words give the same answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.delivery_app.cli.running import TINY, TINY_ROSTER, run


@pytest.fixture
def tight(tmp_path: Path) -> tuple[Path, Path]:
    """The tiny team with a visit on Friday, when nobody is on duty, and a roster that says so."""
    pack = tmp_path / "pack"
    shutil.copytree(TINY, pack)
    with (pack / "needs.csv").open("a", encoding="utf-8") as file:
        file.write("n6,c2,safety,fri,,1,,yes,08:30,09:00,,10,10,10,1,helper,home,1,yes,\n")
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    document["unplaced"].append({"need_id": "n6", "date": "2026-12-04", "week": "2026-W49", "rule": "shift"})
    roster = tmp_path / "roster.json"
    roster.write_text(json.dumps(document), "utf-8")
    return pack, roster


def test_a_shift_that_places_a_visit_is_worth_most(tight: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "whatif.json"
    words = ("--iterations", 300, "--top", 3, "--json", target)
    outcome = run("whatif", *tight, *words, env={"COLUMNS": "200"})
    assert outcome.code == 0, outcome.said
    assert "As it is: without a place 1, different carers per citizen" in outcome.out
    assert (
        "one more shift Fri 4 Dec 08:50–10:30, social and health care helper: Lars Tur could take it"
        in outcome.out
    )
    assert "trials" in outcome.err
    document = json.loads(target.read_text("utf-8"))
    assert document["format"] == "roster-whatif/1"
    best = document["worths"][0]
    assert (best["kind"], best["date"]) == ("shift", "2026-12-04")
    assert best["effects"]["unplaced"] == {"mean": -1.0, "noise": 0.0, "told_from_noise": True}
    assert best["told_from_noise"]
    assert best["paid_minutes"] > 0
    again = run("whatif", *tight, *words, env={"COLUMNS": "200"})
    assert again.out == outcome.out


def test_in_danish_nothing_helps_the_best_roster() -> None:
    outcome = run("whatif", TINY, TINY_ROSTER, "--iterations", 300, "--top", 2, lang="da")
    assert outcome.code == 0, outcome.said
    assert "Som det er: uden plads 0" in outcome.out
    assert "Intet af det, der er prøvet, har en virkning, der kan skelnes fra støj." in outcome.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("{roster}", "--iterations", "0"), "--iterations"),
        (("{roster}", "--top", "0"), "--top"),
        (("none.json",), "there is no such file"),
        (("{roster}", "--json", "nowhere/x.json"), "--json: there is no folder nowhere"),
        (("{strange}",), "strange.json: it names what the pack does not have"),
    ],
)
def test_bad_input(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    strange = tmp_path / "strange.json"
    strange.write_text(TINY_ROSTER.read_text("utf-8").replace('"s1"', '"s99"'), "utf-8")
    outcome = run("whatif", TINY, *(word.format(roster=TINY_ROSTER, strange=strange) for word in words))
    assert outcome.code == 2, outcome.said
    assert expected in outcome.err
    assert outcome.out == ""
