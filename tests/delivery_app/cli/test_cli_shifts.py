"""``show --fairness`` and ``--open-shifts``, and teams whose rota is not finished."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.cpsat.shifts import assign_open_shifts
from scheduler.evaluate import evaluate
from scheduler.pack import read_pack, write_pack, write_roster
from scheduler.problem import Wish
from scheduler.roster import OpenShift, Roster
from scheduler.travel import TravelTable
from tests.delivery_app.cli.running import TINY, TINY_ROSTER, run


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made team with open shifts over two weeks."""
    folder = tmp_path_factory.mktemp("open") / "team"
    words = ("--municipality", "albertslund", "--citizens", 20, "--carers", 7, "--weeks", 2)
    outcome = run("pack", "new", folder, *words, "--open-shifts", 12)
    assert outcome.code == 0, outcome.said
    return folder


@pytest.fixture(scope="module")
def roster(team: Path) -> Path:
    """Who takes the team's open shifts, and nothing else."""
    problem = read_pack(team)
    taken = assign_open_shifts(problem, TravelTable(problem))
    rows = tuple(OpenShift(*pair) for pair in sorted(taken.items()))
    calendar = problem.calendar
    path = team.parent / "roster.json"
    write_roster(Roster(problem.name, calendar.first_monday, calendar.weeks, open_shifts=rows), path, problem)
    return path


def test_made_team_has_open_shifts_and_wishes(team: Path) -> None:
    problem = read_pack(team)
    assert sum(shift.carer_id is None for shift in problem.shifts) == 12
    assert problem.wishes
    assert run("pack", "check", team).code == 0
    assert {shift.shift_id for shift in problem.shifts}  # every one of them has its id still


def test_more_open_shifts_than_the_team_can_have(tmp_path: Path) -> None:
    words = ("--municipality", "albertslund", "--citizens", 20, "--carers", 7, "--open-shifts", 500)
    outcome = run("pack", "new", tmp_path / "team", *words)
    assert outcome.code == 2
    assert "500 open shifts are more than the team can have; give at most" in outcome.err
    assert not (tmp_path / "team").exists()


def test_fairness_by_carer_with_spread_and_wishes(team: Path, roster: Path) -> None:
    english = run("show", team, roster, "--fairness")
    assert (english.code, english.err) == (0, "")
    problem = read_pack(team)
    for carer in problem.carers:
        assert (f"({carer.carer_id})" in english.out) == (not carer.is_trainee and carer.introduced)
    for words in ("Weekend shifts", "Heavy visits", "Against the contract", "Mean distance", "Wishes: "):
        assert words in english.out
    danish = run("show", team, roster, "--fairness", lang="da")
    assert "Weekendvagter" in danish.out
    assert "Ønsker: " in danish.out


def test_open_shifts_taken_and_why_others_are_not(team: Path, roster: Path) -> None:
    problem = read_pack(team)
    nobody = team.parent / "nobody.json"
    calendar = problem.calendar
    write_roster(Roster(problem.name, calendar.first_monday, calendar.weeks), nobody, problem)
    outcome = run("show", team, nobody, "--open-shifts")
    assert outcome.code == 0
    assert "Open shifts: 0 of 12 taken" in outcome.out
    assert "Nobody takes (12)" in outcome.out
    assert "could, but nothing is gained by it" in outcome.out
    assert "has a shift then" in outcome.out
    taken = run("show", team, roster, "--open-shifts")
    for shift in problem.shifts:
        assert (shift.shift_id in taken.out) == (shift.carer_id is None)
    assert "har vagt da" in run("show", team, nobody, "--open-shifts", lang="da").out


def test_assignment_of_a_made_team_breaks_no_rule(team: Path, roster: Path) -> None:
    from scheduler.pack import read_roster

    problem = read_pack(team)
    found = evaluate(problem, read_roster(roster, problem)).violations
    assert [row for row in found if row.number == 5] == []


def test_wishes_that_are_not_granted_are_told_with_their_reason(team: Path, roster: Path) -> None:
    problem = read_pack(team)
    own = next(shift for shift in problem.shifts if shift.carer_id is not None)
    wishes = (Wish(str(own.carer_id), own.day, "off"), Wish(str(own.carer_id), None, "night"))
    folder = team.parent / "wishing"
    write_pack(replace(problem, wishes=wishes), folder)
    out = run("show", folder, roster, "--fairness").out
    assert f"shift {own.shift_id} is the carer's own" in out
    assert "night shifts only" in out
    assert "dates" in out


def test_pack_without_open_shifts_and_wishes() -> None:
    assert "The pack has no open shifts." in run("show", TINY, TINY_ROSTER, "--open-shifts").out
    assert "Wishes" not in run("show", TINY, TINY_ROSTER, "--fairness").out


def test_one_view_at_a_time() -> None:
    outcome = run("show", TINY, TINY_ROSTER, "--fairness", "--open-shifts")
    assert outcome.code == 2
    assert "--fairness" in outcome.err
    assert "--open-shifts" in outcome.err


def test_every_code_has_words() -> None:
    from delivery_app import texts
    from scheduler import fairness, wishes
    from scheduler.problem import WISHES

    assert set(texts.MEASURES) == set(fairness.MEASURES)
    assert set(texts.WISHES) == set(WISHES)
    assert set(texts.WISH_REASONS) == set(wishes.REASONS)
    assert {"weekends", "days_in_row", "rest", "weekly_rest", "week_hours"} <= set(texts.OBSTACLES)
