"""``naerplan explain``: the journeys of a planner with a question, in both languages, and what is answered to mistakes."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from delivery_app.texts import LINK_PARTS, RELAXATIONS, relaxation
from scheduler.explain.easing import KINDS
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, Outcome, run

WIDE = {"COLUMNS": "400"}


def explain(*words: object, lang: str = "en") -> Outcome:
    """The command on wide paper."""
    return run("explain", *words, lang=lang, env=WIDE)


def without(tmp_path: Path, need_id: str, date: str) -> Path:
    """The tiny roster with one visit taken out."""
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    document["visits"] = [
        row for row in document["visits"] if (row["need_id"], row["date"]) != (need_id, date)
    ]
    row = {"need_id": need_id, "date": date, "week": document["week"], "rule": "capacity", "relaxations": []}
    document["unplaced"].append(row)
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def changed_pack(tmp_path: Path, file: str, key: str, wanted: str, **cells: str) -> Path:
    """The tiny pack with cells of one row changed."""
    pack = tmp_path / "pack"
    shutil.copytree(TINY, pack)
    path = pack / file
    with path.open(encoding="utf-8", newline="") as stream:
        rows: list[dict[str, Any]] = list(csv.DictReader(stream))
    for row in rows:
        if row[key] == wanted:
            row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return pack


def test_placed_visit_is_defended() -> None:
    outcome = explain(TINY, TINY_ROSTER, "--need", "n5")
    assert outcome.code == 0, outcome.err
    assert "n5: personal care, Clara Øvelse (c3), Wed 2 Dec, 08:30–09:30, 30 min" in outcome.out
    assert "Placed: Wed 2 Dec 08:50–09:20, Karen Vagt (k1)." in outcome.out
    assert "Karen Vagt (k1): is the contact carer" in outcome.out
    assert "nobody else in the team may come, whatever the day" in outcome.out
    assert "is social and health care helper; social and health care assistant is asked for" in outcome.out


def test_placed_visit_in_danish() -> None:
    outcome = explain(TINY, TINY_ROSTER, "--need", "n5", lang="da")
    assert outcome.code == 0
    assert "Karen Vagt (k1): er fast hjælper" in outcome.out
    assert "social- og sundhedshjælper" in outcome.out or "SOSU-hjælper" in outcome.out


def test_other_carers_are_priced() -> None:
    outcome = explain(TINY, TINY_ROSTER, "--need", "n4")
    assert outcome.code == 0
    assert "What others would cost" in outcome.out
    assert "Karen Vagt (k1)" in outcome.out


def test_why_not_that_carer() -> None:
    outcome = explain(TINY, TINY_ROSTER, "--need", "n1", "--date", "2026-12-02", "--carer", "k2")
    assert outcome.code == 0
    assert "Lars Tur (k2)" in outcome.out
    assert "is off duty on Wed 2 Dec" in outcome.out
    assert "contact carer" not in outcome.out


def test_visit_without_a_place_that_has_room(tmp_path: Path) -> None:
    path = without(tmp_path, "n2", "2026-11-30")
    outcome = explain(TINY, path, "--need", "n2")
    assert outcome.code == 0
    assert "Without a place: somebody could come, but no room was found." in outcome.out
    assert "It has room after all" in outcome.out
    assert "What would give it a place" not in outcome.out


def test_visit_without_a_place_gets_its_relaxations(tmp_path: Path) -> None:
    # k1 is at the citizen's at 07:55 at the earliest; the visit would have to start by 07:30.
    pack = changed_pack(tmp_path, "needs.csv", "need_id", "n5", window_start="07:00", window_end="07:30")
    path = without(tmp_path, "n5", "2026-12-02")
    outcome = explain(pack, path, "--need", "n5")
    assert outcome.code == 0, outcome.err
    assert "is on duty 07:45–10:55; the visit starts between 07:00 and 07:30" in outcome.out
    assert "wider time window: +25 min" in outcome.out
    assert "one more shift: 2026-12-02" in outcome.out
    assert "Each was tried and judged" in outcome.out


def test_relaxations_in_danish(tmp_path: Path) -> None:
    pack = changed_pack(tmp_path, "needs.csv", "need_id", "n5", window_start="07:00", window_end="07:30")
    path = without(tmp_path, "n5", "2026-12-02")
    outcome = explain(pack, path, "--need", "n5", lang="da")
    assert outcome.code == 0
    assert "Uden plads" in outcome.out
    assert "bredere tidsrum: +25 min" in outcome.out
    assert "Each" not in outcome.out


def test_team_that_fits_is_told_plainly() -> None:
    outcome = explain(TINY)
    assert outcome.code == 0
    assert "No set of visits was found that cannot be met together" in outcome.out
    assert "no promise" in outcome.out
    assert "Every visit has its place." in explain(TINY, TINY_ROSTER).out


def test_team_that_cannot_be_served_is_told_the_visits(tmp_path: Path) -> None:
    # n3 needs both carers at 09:00–09:30; now n2 may only start then, too.
    pack = changed_pack(tmp_path, "needs.csv", "need_id", "n2", window_start="09:05", window_end="09:10")
    (pack / "links.csv").unlink()
    changed = (
        (pack / "needs.csv").read_text("utf-8").replace("mon,,1,,yes,09:00,09:30", "mon,,1,,yes,09:05,09:10")
    )
    (pack / "needs.csv").write_text(changed, "utf-8")
    outcome = explain(pack)
    assert outcome.code == 0, outcome.err
    assert "These visits need a carer 3 times" in outcome.out
    assert "between 09:05 and 09:30 on Mon 30 Nov" in outcome.out
    assert "n2: practical help" in outcome.out
    assert "n3: personal care" in outcome.out
    assert "This is proven" in outcome.out
    assert "Det er bevist" in explain(pack, lang="da").out


def test_single_visit_that_nobody_can_make(tmp_path: Path) -> None:
    pack = changed_pack(tmp_path, "needs.csv", "need_id", "n5", qualification="nurse")
    outcome = explain(pack)
    assert "This visit cannot be met by itself: nobody in the team has the qualification." in outcome.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--need", "n55"), "there is no need 'n55' in the pack; did you mean n5"),
        (("--need", "n5", "--carer", "k9"), "there is no carer 'k9' in the pack; did you mean"),
        (("--need", "n1"), "need n1 has several visits; choose one by --date: 2026-11-30, 2026-12-02"),
        (
            ("--need", "n1", "--date", "2026-12-01"),
            "need n1 has no visit on 2026-12-01; its dates are 2026-11-30",
        ),
        (("--need", "n1", "--date", "tuesday"), "--date: 'tuesday' is not a date; write 2026-11-30"),
        (
            ("--need", "n1", "--date", "2027-01-04"),
            "2027-01-04 is not in the pack's weeks, 2026-11-30 to 2026-12-06",
        ),
        (("--date", "2026-12-02"), "name it by --need"),
        (("--carer", "k1"), "name it by --need"),
    ],
)
def test_mistakes_are_told_with_what_to_write(words: tuple[str, ...], expected: str) -> None:
    outcome = explain(TINY, TINY_ROSTER, *words)
    assert outcome.code == 2
    assert expected in outcome.err
    assert outcome.out == ""


def test_need_without_a_roster() -> None:
    outcome = explain(TINY, "--need", "n1")
    assert outcome.code == 2
    assert "name the roster after the pack" in outcome.err


def test_roster_of_another_pack(tmp_path: Path) -> None:
    text = TINY_ROSTER.read_text("utf-8").replace('"n5"', '"n77"')
    path = tmp_path / "roster.json"
    path.write_text(text, "utf-8")
    outcome = explain(TINY, path, "--need", "n4")
    assert outcome.code == 2
    assert "n77" in outcome.err


def test_missing_roster_is_told() -> None:
    outcome = explain(TINY, "nowhere.json", "--need", "n4")
    assert outcome.code == 2
    assert "nowhere.json" in outcome.err


def test_every_kind_of_relaxation_has_words() -> None:
    assert set(RELAXATIONS) == set(KINDS)
    assert set(LINK_PARTS) == {"gap_min", "gap_max", "same_carer"}


@pytest.mark.parametrize(
    ("what", "by", "expected"),
    [
        ("window", "+20 min", "wider time window: +20 min"),
        ("shift", "s40 +8 min", "longer shift: s40 ends 8 min later"),
        ("shift", "s45 -94 min", "longer shift: s45 begins 94 min earlier"),
        ("screen", "", "by screen instead of at home"),
        ("qualification", "helper", "lower qualification: social and health care helper"),
        ("link", "n1 n2 gap_max +5 min", "linked visits less bound: n1 n2 greatest gap +5 min"),
        ("the window", "20 minutes", "the window: 20 minutes"),
    ],
)
def test_relaxation_in_words(what: str, by: str, expected: str) -> None:
    assert relaxation(what, by, str) == expected


def test_plan_writes_relaxations_and_check_tells_them(tmp_path: Path) -> None:
    pack = changed_pack(tmp_path, "needs.csv", "need_id", "n5", window_start="07:00", window_end="07:30")
    out = tmp_path / "planned.json"
    assert run("plan", pack, "--out", out, "--iterations", "500", "--workers", "1", env=WIDE).code == 0
    (row,) = json.loads(out.read_text("utf-8"))["unplaced"]
    assert {"what": "window", "by": "+25 min"} in row["relaxations"]
    told = run("check", pack, out, env=WIDE)
    assert "would fit with wider time window: +25 min" in told.out
    assert "bredere tidsrum: +25 min" in run("show", pack, out, lang="da", env=WIDE).out


@pytest.fixture
def group(tmp_path: Path) -> tuple[Path, Path]:
    """The tiny team with group training that nobody holds: it would end after k1's shift does."""
    pack = tmp_path / "pack"
    shutil.copytree(TINY, pack)
    (pack / "sessions.csv").write_text(
        "session_id,lat,lon,date,start,minutes,carers,qualification,citizens\n"
        "g1,55.6571,12.3631,2026-11-30,10:20,35,1,,c1\n",
        encoding="utf-8",
    )
    document = json.loads(TINY_ROSTER.read_text("utf-8"))
    row = {"need_id": "g1", "date": "2026-11-30", "week": document["week"], "rule": "shift"}
    document["unplaced"].append({**row, "relaxations": []})
    path = tmp_path / "roster.json"
    path.write_text(json.dumps(document), "utf-8")
    return pack, path


def test_group_session_without_a_place(group: tuple[Path, Path]) -> None:
    outcome = explain(*group, "--need", "g1")
    assert outcome.code == 0, outcome.err
    assert "g1: group training for 1 citizens, Mon 30 Nov 10:20–10:55, 1 needed: anybody" in outcome.out
    assert "the session lasts from 10:20 to 10:55" in outcome.out
    assert "group training at another time: -" in outcome.out
    danish = explain(*group, "--need", "g1", lang="da")
    assert "g1: holdtræning for 1 borgere" in danish.out
    assert "holdtræning på et andet tidspunkt: -" in danish.out


def test_group_session_is_asked_for_on_its_date(group: tuple[Path, Path]) -> None:
    outcome = explain(*group, "--need", "g1", "--date", "2026-12-01")
    assert outcome.code == 2
    assert "the group session g1 is on 2026-11-30, not on 2026-12-01" in outcome.err
    one = explain(*group, "--need", "g1", "--date", "2026-11-30", "--carer", "k1")
    assert one.code == 0
    assert "What would give it a place" not in one.out
