"""naerplan fit: ranked places on the terminal, taking one, and what cannot be fitted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scheduler.evaluate import evaluate
from scheduler.pack import read_pack, read_roster
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, Outcome, run

NEED = "need_id,citizen_id,service,days,times_per_week,window_start,window_end,minutes"
ONE = "x1,c2,safety,wed,,08:00,10:00,15"
ANY = "x2,c1,practical_help,any,2,08:00,10:30,10"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def new_needs(folder: Path, *rows: str) -> Path:
    path = folder / "new.csv"
    path.write_text("\n".join([NEED, *rows]) + "\n", "utf-8")
    return path


def fitted(need: Path, *words: object, lang: str = "en") -> Outcome:
    return run("fit", TINY, TINY_ROSTER, "--need", need, *words, lang=lang, env={"COLUMNS": "200"})


def test_places_of_one_visit(folder: Path) -> None:
    outcome = fitted(new_needs(folder, ONE))
    assert (outcome.code, outcome.err) == (0, "")
    assert "x1 · Bent Eksempel (c2) · safety, 15 min." in outcome.out
    # Only k1 is on duty on Wednesday, and comes to c2 on Monday; ten minutes more than going home.
    row = next(line for line in outcome.out.splitlines() if line.startswith("   1"))
    assert "Wed 2 Dec" in row
    assert "Karen Vagt (k1): comes this week anyway" in row
    assert "+10" in row
    assert "c2, 2026-W49: 40 → 55 counted minutes; the package: 30–60" in outcome.out


def test_several_visits_together_and_each_by_itself(folder: Path) -> None:
    out = fitted(new_needs(folder, ANY)).out
    assert "All 2 visits together:" in out
    assert "Each visit by itself:" in out
    assert "Karen Vagt (k1): Mon 30 Nov" in out
    assert "Wed 2 Dec" in out


def test_in_danish(folder: Path) -> None:
    outcome = fitted(new_needs(folder, ONE, ANY), lang="da")
    assert outcome.code == 0
    assert "kommer alligevel i denne uge" in outcome.out
    assert "Alle 2 besøg samlet:" in outcome.out
    assert "talte minutter; pakken: 30–60" in outcome.out


def test_nowhere_is_said_with_the_rule(folder: Path) -> None:
    out = fitted(new_needs(folder, "x1,c2,safety,sun,,08:00,10:00,15")).out
    assert "Sun 6 Dec: nowhere; nobody with the qualification is on duty then" in out


def test_above_the_package_is_a_warning(folder: Path) -> None:
    outcome = fitted(new_needs(folder, "x1,c2,safety,wed,,08:00,10:00,25"))
    assert outcome.code == 0
    assert "c2, 2026-W49: 5 minutes above the package" in outcome.err


def test_a_place_taken_is_in_the_roster_and_the_pack(folder: Path) -> None:
    out, pack = folder / "new.json", folder / "pack"
    outcome = fitted(new_needs(folder, ONE), "--take", "1", "--out", out, "--pack-out", pack)
    assert outcome.code == 0, outcome.said
    assert "x1: Wed 2 Dec" in outcome.out
    problem = read_pack(pack)
    roster = read_roster(out, problem)
    assert problem.need_by_id["x1"].minutes == 15
    assert evaluate(problem, roster).hard == ()
    (placed,) = [row for row in roster.visits if row.need_id == "x1"]
    assert (placed.day, placed.carers) == (2, ("k1",))
    assert run("check", pack, out).code == 0


def test_without_the_pack_it_says_what_is_left_to_do(folder: Path) -> None:
    outcome = fitted(new_needs(folder, ONE), "--take", "x1=1", "--out", folder / "new.json")
    assert outcome.code == 0
    assert "to the pack's needs.csv" in outcome.err


def test_what_breaks_a_rule_when_taken_ends_with_1(folder: Path) -> None:
    broken = folder / "broken.json"
    text = TINY_ROSTER.read_text("utf-8")
    broken.write_text(
        text.replace('"start": "08:10", "end": "08:40"', '"start": "05:10", "end": "05:40"', 1), "utf-8"
    )
    pinned = folder / "pack"
    shutil.copytree(TINY, pinned)
    (pinned / "published.json").write_text(
        broken.read_text("utf-8").replace('"pinned": false', '"pinned": true'), "utf-8"
    )
    outcome = run(
        "fit", pinned, broken, "--need", new_needs(folder, ONE), "--take", "1", "--out", folder / "new.json"
    )
    assert outcome.code == 1, outcome.said
    assert "Rule 1, time window" in outcome.out
    assert (folder / "new.json").exists()


def test_a_new_citizen(folder: Path) -> None:
    people = folder / "people.csv"
    people.write_text("citizen_id,name,lat,lon,package\nc9,Dorte Ny,55.661,12.36,small\n", "utf-8")
    need = new_needs(folder, "x1,c9,safety,wed,,08:00,10:00,30")
    outcome = fitted(need, "--citizens", people)
    assert outcome.code == 0, outcome.err
    assert "Dorte Ny (c9)" in outcome.out
    assert "Karen Vagt (k1): new face" in outcome.out
    assert fitted(need).code == 2


def test_as_json(folder: Path) -> None:
    target = folder / "places.json"
    assert fitted(new_needs(folder, ONE), "--json", target).code == 0
    document = json.loads(target.read_text("utf-8"))
    assert document["format"] == "roster-fit/1"
    (need,) = document["needs"]
    (visit,) = need["visits"]
    assert (visit["dates"], visit["count"], visit["rule"]) == (["2026-12-02"], 1, None)
    (place,) = visit["places"]
    assert (place["carers"], place["faces"], place["travel_minutes"]) == (["k1"], {"k1": "this_week"}, 10)
    assert need["combinations"][0]["places"] == [place]
    assert document["packages"] == [
        {
            "citizen_id": "c2",
            "week": "2026-W49",
            "now_minutes": 40,
            "then_minutes": 55,
            "shortest_minutes": 55,
            "least_minutes": 30,
            "most_minutes": 60,
        }
    ]


@pytest.mark.parametrize(
    ("rows", "words", "expected"),
    [
        (
            (ONE.replace("c2", "c77"),),
            (),
            "new.csv line 2, citizen_id: there is no citizen 'c77' in citizens.csv",
        ),
        (
            (ONE.replace("08:00", "8"),),
            (),
            "new.csv line 2, window_start: '8' is not a clock time; write 08:00",
        ),
        ((ONE.replace("x1", "n1"),), (), "'n1' stands in the pack's needs.csv already"),
        ((ONE,), ("--take", "best", "--out", "{out}"), "--take: 'best' is not a rank; write 1 for the best"),
        ((ONE,), ("--take", "0", "--out", "{out}"), "--take: '0' is not a rank"),
        ((ONE,), ("--take", "1", "--take", "2", "--out", "{out}"), "--take: '2' says again what was said"),
        ((ONE,), ("--take", "7", "--out", "{out}"), "need x1: there is no rank 7; it has 1 ranked places"),
        ((ONE,), ("--take", "x9=1", "--out", "{out}"), "there is no new need 'x9'; the new ones are x1"),
        ((ONE,), ("--take", "1"), "--take and --out belong together"),
        ((ONE,), ("--out", "{out}"), "--take and --out belong together"),
        ((ONE,), ("--pack-out", "pack"), "--pack-out goes with --take and --out"),
        ((ONE,), ("--take", "1", "--out", "nowhere/new.json"), "--out: there is no folder nowhere"),
        (
            (ONE,),
            ("--take", "1", "--out", "{out}", "--pack-out", str(TINY)),
            "is not empty; name a new folder",
        ),
        ((ONE,), ("--limit", "0"), "--limit"),
        ((ONE + ",x",), (), "the line has 9 cells"),
    ],
)
def test_bad_input(folder: Path, rows: tuple[str, ...], words: tuple[str, ...], expected: str) -> None:
    out = folder / "new.json"
    words = tuple(word.format(out=out) for word in words)
    outcome = fitted(new_needs(folder, *rows), *words)
    assert outcome.code == 2, outcome.said
    assert expected in " ".join(outcome.err.split())
    assert outcome.out == ""
    assert not out.exists()
    danish = fitted(new_needs(folder, *rows), *words, lang="da")
    assert danish.code == 2
    assert danish.err != outcome.err


def test_needs_that_are_no_file_and_a_roster_of_another_pack(folder: Path) -> None:
    assert "none.csv: the file cannot be read" in fitted(folder / "none.csv").err
    strange = folder / "strange.json"
    strange.write_text(TINY_ROSTER.read_text("utf-8").replace('"n1"', '"m1"'), "utf-8")
    outcome = run("fit", TINY, strange, "--need", new_needs(folder, ONE))
    assert outcome.code == 2
    assert "strange.json: it names what the pack does not have (m1" in outcome.err
