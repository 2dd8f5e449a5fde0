"""naerplan compare: two rosters side by side on the terminal and as JSON; what cannot be compared is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from delivery_app.cli.comparing import Tables
from delivery_app.cli.output import Speaker
from scheduler.compare import Pair
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, Outcome, run


def changed(folder: Path, name: str = "b.json", **values: Any) -> Path:
    """The tiny roster with the screen visit by k1 and the pair five minutes later; n2 on Monday left out."""
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    pair, screen = document["visits"][2:4]
    pair["start"], pair["end"] = "09:15", "09:35"
    screen |= {"carers": ["k1"], "shifts": ["s1"], "start": "10:15", "end": "10:25"}
    lost = document["visits"].pop(1)
    row = {"need_id": lost["need_id"], "date": lost["date"], "week": document["week"], "rule": "capacity"}
    document["unplaced"].append(row)
    path = folder / name
    path.write_text(json.dumps({**document, **values}), "utf-8")
    return path


def held_against(second: Path, *words: object, lang: str = "en") -> Outcome:
    return run("compare", TINY, TINY_ROSTER, second, *words, lang=lang)


def row_of(text: str, beginning: str) -> list[str]:
    """The words of the first line that begins so, after it."""
    line = next(line for line in text.splitlines() if line.startswith(beginning))
    return line.removeprefix(beginning).split()


def test_figures_differences_and_verdicts_in_words(tmp_path: Path) -> None:
    outcome = held_against(changed(tmp_path))
    assert (outcome.code, outcome.err) == (0, "")
    assert row_of(outcome.out, "Visits placed") == ["6", "5", "−1", "worse"]
    assert row_of(outcome.out, "Time with citizens") == ["2:40", "2:20", "−0:20", "different"]
    assert row_of(outcome.out, "Overtime") == ["0:00", "0:00", "0:00", "the", "same"]
    assert row_of(outcome.out, "without a place, should") == ["0", "2,000", "+2,000", "worse"]


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("carers_per_citizen_mean", (3.2935, 3.4457), ["3.29", "3.45", "+0.16"]),
        ("contact_carer_share", (0.176, 0.204), ["18%", "20%", "+2 pp"]),
        ("objective", (1445.4, 1472.6), ["1,445", "1,473", "+28"]),
        ("travel_minutes", (7847.0, 7911.0), ["130:47", "131:51", "+1:04"]),
    ],
)
def test_a_difference_is_that_of_the_figures_shown(
    name: str, values: tuple[float, float], shown: list[str]
) -> None:
    tables = Tables(Mock(), Mock(), Speaker("en"))
    pair = Pair(name, *values)
    form = tables.figure(pair)[1]
    assert [*map(form, values), tables.difference(pair, form)] == shown


def test_citizens_worst_first_and_carers(tmp_path: Path) -> None:
    out = held_against(changed(tmp_path)).out
    below = out.partition("worst for B first")[2]
    citizens = [below.index(name) for name in ("Agnes Prøve", "Clara Øvelse", "Bent Eksempel")]
    assert citizens == sorted(citizens)
    assert "80 → 60" in out
    assert "1 without a place in B" in out
    assert "no longer Lars Tur" in out
    assert "1 moved, at most +5 min." in out
    assert "Without a place (A: 0 · B: 1)" in out
    assert "has a place   somebody could come, but no room was found" in out
    assert row_of(out, "Lars Tur (k2)")[:6] == ["2", "→", "1", "0:50", "→", "0:40"]


def test_in_danish(tmp_path: Path) -> None:
    outcome = held_against(changed(tmp_path), lang="da")
    assert outcome.code == 0
    assert row_of(outcome.out, "Besøg med plads") == ["6", "5", "−1", "dårligere"]
    assert "ikke længere Lars Tur" in outcome.out
    assert "1 flyttet, højst +5 min." in outcome.out


def test_the_same_roster_twice() -> None:
    out = held_against(TINY_ROSTER).out
    assert "The two rosters are the same." in out
    assert "worst for B first" not in out
    everybody = held_against(TINY_ROSTER, "--all").out
    assert "Agnes Prøve (c1)" in everybody
    assert "Karen Vagt (k1)" in everybody


def test_one_citizens_visits(tmp_path: Path) -> None:
    out = held_against(changed(tmp_path), "--citizen", "c2").out
    assert "Mon 30 Nov 09:10–09:30, Karen Vagt, Lars Tur" in out
    assert "Mon 30 Nov 09:15–09:35, Karen Vagt, Lars Tur" in out
    assert "Agnes" not in out
    assert "Every visit is the same in both." in held_against(TINY_ROSTER, "--citizen", "c2").out


def test_broken_rules_of_each(tmp_path: Path) -> None:
    path = changed(tmp_path)
    path.write_text(
        path.read_text("utf-8").replace('"09:15"', '"11:15"').replace('"09:35"', '"11:35"'), "utf-8"
    )
    outcome = held_against(path)
    assert outcome.code == 0
    assert "A: 0 · B: 0" not in outcome.out
    assert "• B: Rule 1, time window: " in outcome.out


def test_as_json(tmp_path: Path) -> None:
    target = tmp_path / "comparison.json"
    assert held_against(changed(tmp_path), "--json", target).code == 0
    document = json.loads(target.read_text("utf-8"))
    assert document["format"] == "roster-comparison/1"
    assert document["figures"]["placed"] == {"first": 6, "second": 5, "difference": -1, "verdict": "worse"}
    assert document["terms"]["unplaced_2"]["difference"] == 2000
    worst = document["citizens"][0]
    assert (worst["citizen_id"], worst["week"], worst["minutes"]["difference"]) == ("c1", "2026-W49", -20)
    (lost,) = worst["visits"]
    assert lost["second"] is None
    assert (lost["first"]["date"], lost["first"]["start"], lost["first"]["carers"]) == (
        "2026-11-30",
        "08:40",
        ["k1"],
    )
    assert document["unplaced"][0] == {
        "need_id": "n2",
        "citizen_id": "c1",
        "week": "2026-W49",
        "date": "2026-11-30",
        "priority": 2,
        "first": None,
        "second": "capacity",
    }
    assert {row["carer_id"] for row in document["carers"]} == {"k1", "k2"}


def strange(folder: Path) -> Path:
    """A roster that names people the pack does not have."""
    path = folder / "strange.json"
    path.write_text(TINY_ROSTER.read_text("utf-8").replace('"k2"', '"k77"'), "utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("{roster}", "none.json"), "none.json: there is no such file"),
        (
            ("{roster}", "{strange}"),
            "strange.json: it names what the pack does not have (n3: there is no carer k77; 2",
        ),
        (("{strange}", "{roster}"), "give the pack it was planned for"),
        (("{roster}", "{roster}", "--citizen", "c9"), "there is no citizen 'c9'"),
        (("{roster}", "{roster}", "--json", "nowhere/c.json"), "--json: there is no folder nowhere"),
        (("{roster}",), "B is missing"),
    ],
)
def test_what_cannot_be_compared(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    places = {"roster": str(TINY_ROSTER), "strange": str(strange(tmp_path))}
    outcome = run("compare", TINY, *(word.format(**places) for word in words))
    assert outcome.code == 2, outcome.said
    assert expected in outcome.err
    assert outcome.out == ""
    danish = run("compare", TINY, *(word.format(**places) for word in words), lang="da")
    assert (danish.code, danish.out) == (2, "")
    assert danish.err != outcome.err


def test_nothing_is_written_when_something_is_wrong(tmp_path: Path) -> None:
    target = tmp_path / "comparison.json"
    assert held_against(strange(tmp_path), "--json", target).code == 2
    assert not target.exists()
