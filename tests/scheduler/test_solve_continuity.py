"""What a planned roster says of continuity: contact carers proposed, caps kept, and caps that cannot be kept named."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.pack import PackErrors, read_roster, write_roster, write_table
from scheduler.problem import Problem
from scheduler.roster import ContactProposal
from tests.scheduler.cases import carer, citizen, need, problem, shift
from tests.scheduler.small_plans import SHORT, left_out, plan

EVENING = "15:00-19:00"


def day_and_evening(carers_max: int | None = None) -> Problem:
    """A citizen visited in the morning and in the evening, by carers who work at one of these times only."""
    return problem(
        citizens=[citizen("c1", carers_max=carers_max)],
        needs=[need("n1", "c1", "08:00-09:00"), need("n2", "c1", "17:00-18:00")],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times=SHORT), shift("s2", "k2", times=EVENING)],
    )


def test_a_contact_carer_is_proposed_for_who_has_none_and_no_figure_counts_it() -> None:
    answer = plan(day_and_evening())
    assert [row.citizen_id for row in answer.contacts] == ["c1"]
    assert answer.figures.contact_carer_share == 0
    assert answer.figures.terms["contact"] == 0
    given = day_and_evening()
    given = replace(given, citizens=(replace(given.citizens[0], contact_carer="k2"),))
    assert plan(given).contacts == ()


def test_proposals_are_written_and_read_back(tmp_path: Path) -> None:
    answer = replace(plan(day_and_evening()), contacts=(ContactProposal("c1", "k2"),))
    write_roster(answer, tmp_path / "roster.json")
    assert read_roster(tmp_path / "roster.json").contacts == (ContactProposal("c1", "k2"),)
    text = (tmp_path / "roster.json").read_text().replace('"proposed": true', '"proposed": false')
    (tmp_path / "roster.json").write_text(text)
    with pytest.raises(PackErrors, match=r"citizens\.csv"):
        read_roster(tmp_path / "roster.json")


def test_a_roster_without_proposals_has_no_key_for_them(tmp_path: Path) -> None:
    write_roster(replace(plan(day_and_evening()), contacts=()), tmp_path / "roster.json")
    assert '"contacts"' not in (tmp_path / "roster.json").read_text()


def test_one_table_of_a_pack_can_be_written(tmp_path: Path) -> None:
    write_table(day_and_evening(2), "citizens", tmp_path / "citizens.csv")
    (row,) = csv.DictReader((tmp_path / "citizens.csv").read_text(encoding="utf-8").splitlines())
    assert (row["citizen_id"], row["carers_max"]) == ("c1", "2")


def test_a_cap_that_the_visits_do_not_allow_is_kept_and_named() -> None:
    answer = plan(day_and_evening(carers_max=1))
    assert len(answer.visits) == 1
    assert set(left_out(answer).values()) == {"carers_max"}
    # What is proven of the rest holds for this roster.
    assert answer.citizens[0].carers_bound == 1
    assert plan(day_and_evening(carers_max=2)).unplaced == ()


def test_a_cap_that_would_do_is_not_blamed_for_want_of_room() -> None:
    crowded = problem(
        citizens=[citizen("c1", carers_max=1)],
        needs=[
            need("n1", "c1", "08:00-08:10"),
            need("n2", "c1", "08:00-08:10"),
        ],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times=SHORT)],
    )
    assert set(left_out(plan(crowded)).values()) == {"capacity"}
