"""naerplan simulate: what it tells, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scheduler.pack import read_pack, read_roster
from scheduler.simulate import Distributions, Spread, distributions_text
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, Outcome, run


def simulated(*words: object, lang: str = "en") -> Outcome:
    return run("simulate", TINY, TINY_ROSTER, "--runs", 50, *words, lang=lang, env={"COLUMNS": "200"})


def with_visits_of(ratio: float, folder: Path) -> Path:
    """Visits last so many times as long as planned, journeys as planned."""
    path = folder / "mine.toml"
    path.write_text(distributions_text(Distributions({"other": Spread(ratio)})), "utf-8")
    return path


def value_of(outcome: Outcome, name: str) -> str:
    (line,) = [row for row in outcome.out.splitlines() if row.startswith(name)]
    return line.removeprefix(name).strip()


def test_figures_visits_and_rounds(tmp_path: Path) -> None:
    outcome = simulated("--distributions", with_visits_of(2, tmp_path))
    assert (outcome.code, outcome.err) == (0, "")
    assert "Team Tiny · 2026-W49 · lived 50 times" in outcome.out
    # On Monday the visits begin 0, 30, 50 and (on screen) 70 minutes late; both carers are done after their shifts.
    assert value_of(outcome, "Home visits that start within 30 minutes of their time") == "80.0%"
    assert value_of(outcome, "Calls that somebody comes later") == "2.0"
    assert value_of(outcome, "Shifts that end late") == "2.0 of 3"
    assert value_of(outcome, "Breaks too late") == "1.0"
    (late,) = [row for row in outcome.out.splitlines() if row.startswith("Mon 30 Nov 09:10")]
    assert "Bent Eksempel (c2)" in late
    assert "n3" in late
    assert late.split()[-4:] == ["0.0%", "100.0%", "50", "50"]
    (over,) = [row for row in outcome.out.splitlines() if row.startswith("Mon 30 Nov") and "s1" in row]
    assert "10:55" in over


def test_nothing_late_needs_no_tables(tmp_path: Path) -> None:
    outcome = simulated("--distributions", with_visits_of(1, tmp_path))
    assert value_of(outcome, "Home visits that start within 30 minutes of their time") == "100.0%"
    assert "Visits least likely" not in outcome.out
    assert "Rounds most likely" not in outcome.out
    assert "Breaks too late" not in outcome.out


def test_a_narrower_tolerance_and_fewer_rows(tmp_path: Path) -> None:
    path = with_visits_of(1.3, tmp_path)
    wide, narrow = (simulated("--distributions", path, "--tolerance", minutes) for minutes in (30, 5))
    assert "within 30 minutes" in wide.out
    assert "within 5 minutes" in narrow.out
    assert value_of(wide, "Calls that somebody comes later") == "0.0"
    assert value_of(narrow, "Calls that somebody comes later") != "0.0"
    assert "Visits least likely" not in simulated("--distributions", path, "--tolerance", 5, "--worst", 0).out


def test_the_same_words_give_the_same_answer() -> None:
    assert simulated() == simulated()
    assert simulated("--seed", 2).out != simulated().out


def test_json_and_roster_are_written(tmp_path: Path) -> None:
    document, out = tmp_path / "simulation.json", tmp_path / "roster.json"
    outcome = simulated("--json", document, "--out", out)
    assert outcome.code == 0
    found = json.loads(document.read_text("utf-8"))
    assert (found["format"], found["runs"], len(found["visits"]), len(found["rounds"])) == (
        "simulation/1",
        50,
        6,
        3,
    )
    problem = read_pack(TINY)
    before, after = read_roster(TINY_ROSTER, problem), read_roster(out, problem)
    assert after.figures.punctuality == found["punctuality"]
    assert after.visits == before.visits
    assert after.figures.objective == before.figures.objective
    shown = run("show", TINY, out)
    assert "Home visits likely to be on time" in shown.out
    assert "Home visits likely to be on time" not in run("show", TINY, TINY_ROSTER).out


def test_in_danish() -> None:
    outcome = simulated(lang="da")
    assert "gennemlevet 50 gange" in outcome.out
    assert "Vagter, der slutter for sent" in outcome.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('format = "distributions/1"\n[visit.cooking]\nmean = 1\ncv = 0\n', "visit: 'cooking' is none of"),
        ('format = "distributions/1"\n[travel.bike]\nmean = 1\ncv = 7\n', "travel.bike: cv: 7 is not from 0"),
        ("nonsense", "line 1"),
    ],
)
def test_distributions_that_are_wrong(tmp_path: Path, text: str, told: str) -> None:
    path, document = tmp_path / "mine.toml", tmp_path / "simulation.json"
    path.write_text(text, "utf-8")
    outcome = simulated("--distributions", path, "--json", document)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err
    assert not document.exists()


def test_what_is_not_there(tmp_path: Path) -> None:
    for words, told in (
        (("--distributions", tmp_path / "none.toml"), "none.toml"),
        (("--distributions", tmp_path), str(tmp_path)),
        (("--json", tmp_path / "no" / "x.json"), "--json"),
        (("--out", tmp_path), "--out"),
        (("--runs", 0), "--runs"),
        (("--runs", 20001), "--runs"),
        (("--tolerance", 241), "--tolerance"),
        (("--seed", -1), "--seed"),
    ):
        outcome = simulated(*words)
        assert (outcome.code, outcome.out) == (2, ""), words
        assert told in outcome.err


def test_a_roster_of_another_pack(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(TINY_ROSTER.read_text("utf-8").replace('"k1"', '"k77"'), "utf-8")
    outcome = run("simulate", TINY, other, "--out", tmp_path / "out.json")
    assert outcome.code == 2
    assert "k77" in outcome.err
    assert not (tmp_path / "out.json").exists()


def test_a_roster_that_breaks_rules_is_simulated_with_a_warning(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    text = TINY_ROSTER.read_text("utf-8")
    broken.write_text(
        text.replace('"start": "09:10", "end": "09:30"', '"start": "08:50", "end": "09:10"'), "utf-8"
    )
    assert broken.read_text("utf-8") != text
    outcome = run("simulate", TINY, broken, "--runs", 20)
    assert outcome.code == 0
    assert "hard rules are broken" in outcome.err
