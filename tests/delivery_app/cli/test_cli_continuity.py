"""What the command line says of continuity and of packages over weeks."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scheduler.pack import read_pack, write_pack, write_roster
from scheduler.problem import Delivered, Package, Problem
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, run
from tests.scheduler.cases import carer, citizen, need, problem, shift
from tests.scheduler.small_plans import plan

EVENING = "15:00-19:00"


def team() -> Problem:
    """A citizen visited by day and in the evening, with five weeks of much too many minutes behind."""
    return problem(
        citizens=[citizen("c1", package_id="P")],
        packages=[Package("P", min_minutes=0, max_minutes=100, average_minutes=80)],
        needs=[need("n1", "c1", "08:00-09:00"), need("n2", "c1", "17:00-18:00")],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times=EVENING)],
        delivered=tuple(Delivered(week, "c1", 140) for week in range(-5, 0)),
    )


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Path]:
    """The team's pack and its roster."""
    write_pack(team(), tmp_path / "team")
    known = read_pack(tmp_path / "team")
    write_roster(plan(known), tmp_path / "roster.json", known)
    return tmp_path / "team", tmp_path / "roster.json"


def test_a_citizens_fewest_carers_are_told_with_the_reason(written: tuple[Path, Path]) -> None:
    english = run("show", *written, "--citizen", "c1").out
    assert "Different carers: 2 (bound 2)" in english
    assert (
        "Fewer than 2 is impossible: nobody can make two of these visits: personal care 08:00–09:00"
        in english
    )
    danish = run("show", *written, "--citizen", "c1", lang="da").out
    assert (
        "Færre end 2 er ikke muligt: ingen kan tage to af disse besøg: personlig pleje 08:00–09:00" in danish
    )
    assert ".." not in danish


def test_the_fourteen_days_the_proposal_and_the_drift_stand_with_the_citizen(
    written: tuple[Path, Path],
) -> None:
    shown = run("show", *written, "--citizen", "c1").out
    assert "Different carers in the 14 days to Sun 6 Dec: 2 (bound 2)" in shown
    assert "Contact carer: none; proposed is " in shown
    # Three weeks of 140 and the planned 60, five and the planned one.
    assert "Against the package's average: +40 minutes a week over 4 weeks, +47 over 12" in shown


def test_packages_over_weeks_and_who_is_outside(written: tuple[Path, Path]) -> None:
    outcome = run("show", *written, "--packages")
    assert outcome.code == 0
    (row,) = [line.split() for line in outcome.out.splitlines() if line.startswith("P ")]
    # Three weeks of 60 too much, made up for over four: 45 less a week.
    assert row == ["P", "1", "0–100", "80", "35", "60", "120", "127", "+40", "+47"]
    assert "to even out the weeks before, over 4 weeks in all" in " ".join(outcome.out.split())
    assert "140 minutes a week delivered in the last 5 weeks, outside package P (0–100)" in outcome.err
    danish = run("show", *written, "--packages", lang="da")
    assert "tages op med visitationen" in danish.err


def test_packages_without_history() -> None:
    outcome = run("show", TINY, TINY_ROSTER, "--packages")
    assert (outcome.code, outcome.err) == (0, "")
    assert "Furthest" not in outcome.out


def test_one_thing_is_shown_at_a_time() -> None:
    outcome = run("show", TINY, TINY_ROSTER, "--citizen", "c1", "--packages")
    assert outcome.code == 2
    assert "--citizen and --packages are both given" in outcome.err


def test_proposed_contact_carers_are_written_as_a_pack_file(
    tmp_path: Path, written: tuple[Path, Path]
) -> None:
    pack, _ = written
    target, out = tmp_path / "proposed.csv", tmp_path / "new.json"
    words = ("plan", pack, "--out", out, "--iterations", 300, "--workers", 1, "--contacts", target)
    outcome = run(*words)
    assert outcome.code == 0
    assert "Proposed contact carers are written to" in outcome.out
    (row,) = csv.DictReader(target.read_text(encoding="utf-8").splitlines())
    assert row["contact_carer"] in ("k1", "k2")
    target.replace(pack / "citizens.csv")
    assert read_pack(pack).citizens[0].contact_carer == row["contact_carer"]


def test_proposals_that_cannot_be_written_are_told_before_the_work(tmp_path: Path) -> None:
    outcome = run("plan", TINY, "--out", tmp_path / "r.json", "--contacts", tmp_path)
    assert outcome.code == 2
    assert "--contacts" in outcome.err
    assert not (tmp_path / "r.json").exists()
