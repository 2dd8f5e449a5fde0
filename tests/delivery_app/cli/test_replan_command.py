"""replan: what it is given, what it tells whom, what it writes, how it ends."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scheduler.evaluate import evaluate
from scheduler.pack import read_pack, read_roster
from scheduler.problem import Absence
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, Outcome, run

QUICK = ("--iterations", 300)


def replan(*words: object, lang: str = "en", now: str = "2026-11-30T06:10") -> Outcome:
    return run("replan", TINY, TINY_ROSTER, "--now", now, *words, *QUICK, lang=lang)


def urgent_file(folder: Path, **cells: str) -> Path:
    """A file with one urgent visit to c2 on Monday."""
    row = {
        "need_id": "u1",
        "citizen_id": "c2",
        "service": "safety",
        "days": "mon",
        "window_start": "08:00",
        "window_end": "10:30",
        "minutes": "10",
        "priority": "1",
        **cells,
    }
    path = folder / "new.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    return path


def test_a_sick_call_is_answered(tmp_path: Path) -> None:
    out = tmp_path / "new.json"
    outcome = replan("--sick", "k2", "--out", out)
    assert outcome.code == 0, outcome.said
    assert (
        "Lars Tur (k2) is away from Mon 30 Nov 00:00 to Tue 1 Dec 00:00, the end of the date" in outcome.out
    )
    assert "Without a place, must" in outcome.out  # two carers are needed at c2, and one is left
    assert "n4, safety: Mon 30 Nov 09:40–09:50 Lars Tur (k2) → Mon 30 Nov" in outcome.out
    assert "Karen Vagt will come instead of Lars Tur" in outcome.out
    assert "proven fewest" in outcome.out
    assert f"The roster is written to {out}" in outcome.out
    before, after = read_roster(TINY_ROSTER, read_pack(TINY)), read_roster(out, read_pack(TINY))
    assert not any(v.pinned for v in after.visits)
    assert [v for v in after.visits if v.day == 2] == [v for v in before.visits if v.day == 2]
    assert not any("k2" in v.carers for v in after.visits)


def test_why_somebody_new_must_come_is_said() -> None:
    """c1 knows k1 alone, who is sick; n2 is made by k2 all the same, while other visits are left out."""
    outcome = replan("--sick", "k1")
    assert "proven fewest when the same visits are made" in outcome.out
    assert "Why no roster that makes the same visits gives fewer than 1 citizens a new carer:" in outcome.out
    assert (
        "Agnes Prøve (c1): none of those they know can come to n2, practical help, on Mon 30 Nov, beginning"
        " 08:30–10:00 (Karen Vagt (k1): is absent 2026-11-30 00:00 – 2026-12-01 00:00)"
    ) in outcome.out


def test_it_speaks_danish() -> None:
    outcome = replan("--sick", "k2", lang="da")
    assert "Lars Tur (k2) er væk fra man. 30. nov. 00:00" in outcome.out
    assert "kommer Karen Vagt i stedet for Lars Tur" in outcome.out
    assert "bevist færrest" in outcome.out


def test_nothing_is_written_without_being_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert replan("--admit", "c1").code == 0
    assert list(tmp_path.iterdir()) == []


def test_an_admission_cancels(tmp_path: Path) -> None:
    outcome = replan("--admit", "c1:2026-12-01")
    assert outcome.code == 0
    assert "Agnes Prøve (c1) is in hospital to Wed 2 Dec 00:00." in outcome.out
    assert "→ – · cancelled" in outcome.out
    assert "Today the visit at 08:10 is cancelled." in outcome.out
    assert "Wed 2 Dec 08:10" not in outcome.out


def test_a_late_carer(tmp_path: Path) -> None:
    outcome = replan("--late", "k1+10", now="2026-11-30 08:20")
    assert outcome.code == 0
    assert "Karen Vagt (k1) is 10 minutes late." in outcome.out
    assert (
        "n1, personal care: Mon 30 Nov 08:10–08:40 Karen Vagt (k1) · under way, ends later, 10 min"
        in outcome.out
    )
    assert "The visit under way will end about 10 minutes later than planned." in outcome.out


def test_the_pack_with_the_events_answers_the_new_roster(tmp_path: Path) -> None:
    """Urgent visit and absence are in the written pack, which the next call at half past seven reads."""
    out, pack = tmp_path / "new.json", tmp_path / "team"
    words = ("--urgent", urgent_file(tmp_path), "--sick", "k2:12:00")
    outcome = replan(*words, "--out", out, "--pack-out", pack)
    assert outcome.code == 0, outcome.said
    problem = read_pack(pack)
    assert Absence(0, 720, carer_id="k2") in problem.absences
    assert "u1" in problem.need_by_id
    roster = read_roster(out, problem)
    assert evaluate(problem, roster).hard == ()
    assert any(v.need_id == "u1" for v in roster.visits)
    again = run("replan", pack, out, "--now", "2026-11-30T07:30", "--admit", "c3", *QUICK, lang="en")
    assert again.code == 0, again.said


def test_same_words_same_bytes(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        replan("--sick", "k1:2026-12-02", "--seed", 4, "--out", tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ((), "nothing has happened"),
        (("--sick", "k9"), "there is no carer 'k9' in the pack; there is for example k1, k2"),
        (("--admit", "k1"), "there is no citizen 'k1' in the pack"),
        (("--discharge", "c1"), "citizen 'c1' is not absent at 2026-11-30 06:10"),
        (("--late", "k1"), "--late: 'k1' is not a carer and minutes; write for example k2+25"),
        (("--late", "k1+x"), "is not a carer and minutes"),
        (("--late", "k1+0"), "0 minutes late: write a number from 1"),
        (("--sick", "k1:tomorrow"), "--sick: 'tomorrow' is not a date or a time"),
        (("--sick", "k1:2026-13-01"), "--sick: '2026-13-01' is not a date or a time"),
        (("--sick", "k1:2026-11-29"), "is not after now"),
        (("--admit", "c1:05:00"), "is not after now"),
        (("--sick", "k1", "--seconds", "2"), "--seconds and --iterations are both given"),
        (("--urgent", "nowhere.csv"), "nowhere.csv: there is no such file"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, words: tuple[object, ...], part: str) -> None:
    out = tmp_path / "new.json"
    outcome = replan(*words, "--out", out)
    assert outcome.code == 2
    assert part in " ".join(outcome.err.split())
    assert not out.exists()


@pytest.mark.parametrize(
    ("now", "part"),
    [
        ("06:10", "--now: '06:10' is not a date and a clock time; write for example 2026-12-01T06:10"),
        ("2026-12-07T06:10", "lies outside the pack's weeks, 2026-11-30 to 2026-12-06"),
        ("2026-11-31T06:10", "--now: '2026-11-31T06:10' is not a date"),
    ],
)
def test_a_moment_that_cannot_be(now: str, part: str) -> None:
    outcome = replan("--sick", "k1", now=now)
    assert outcome.code == 2
    assert part in outcome.err


def test_rows_of_urgent_visits_are_judged_like_a_packs(tmp_path: Path) -> None:
    outcome = replan("--urgent", urgent_file(tmp_path, citizen_id="c7", service="tea", minutes="ten"))
    assert outcome.code == 2
    for part in (
        "new.csv line 2, citizen_id:",
        "new.csv line 2, service: 'tea'",
        "new.csv line 2, minutes: 'ten'",
    ):
        assert part in outcome.err
    past = replan("--urgent", urgent_file(tmp_path, days="mon tue"), now="2026-11-30T12:00")
    assert "urgent need u1: 2026-11-30 is past at 2026-11-30 12:00" in past.err


def test_all_mistakes_of_the_events_at_once() -> None:
    outcome = replan("--sick", "k9", "--late", "k8+5", "--discharge", "c1")
    assert outcome.code == 2
    assert "3 mistakes; nothing was written" in outcome.err


def test_a_folder_in_use_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    outcome = replan("--sick", "k2", "--pack-out", tmp_path)
    assert outcome.code == 2
    assert "is not empty" in outcome.err
