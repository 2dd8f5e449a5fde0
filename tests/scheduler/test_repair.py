"""What breaks a hard rule is taken out and listed, and no more than that; pinned visits stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from scheduler.evaluate import evaluate
from scheduler.problem import Problem, Rules
from scheduler.repair import made_valid
from scheduler.roster import OpenShift, Roster, Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    base_visits,
    carer,
    citizen,
    held,
    need,
    package,
    pause,
    problem,
    roster,
    session,
    shift,
    visit,
)
from tests.scheduler.roster_strategies import problems_with_rosters


def mended(of: Problem, broken: Roster) -> Roster:
    """The repaired roster, which is valid."""
    answer = made_valid(of, broken, TravelTable(of))
    assert [f"{row.rule}: {row.message}" for row in evaluate(of, answer).hard] == []
    return answer


def test_a_valid_roster_is_left_alone() -> None:
    assert mended(base_problem(), base_roster()) == base_roster()


@pytest.mark.parametrize(
    ("times", "rule"), [("07:40-08:10", "window"), ("08:00-08:50", "duration"), ("08:40-09:10", "overlap")]
)
def test_the_visit_that_breaks_a_rule_is_taken_out_and_listed_with_it(times: str, rule: str) -> None:
    wrong = visit("n1", "c1", times, "k1:s1")
    answer = mended(base_problem(), base_roster(visits=(wrong, *base_visits()[1:])))
    (gone,) = answer.unplaced
    assert gone.rule == rule
    assert gone.need_id in ("n1", "n3")
    assert len(answer.visits) == 2


def test_a_pinned_visit_stays_whatever_it_breaks() -> None:
    pin = visit("n1", "c1", "07:40-08:10", "k1:s1", pinned=True)
    of = base_problem()
    answer = made_valid(of, base_roster(visits=(pin, *base_visits()[1:])), TravelTable(of))
    assert pin in answer.visits
    assert answer.unplaced == ()


def test_beside_a_pinned_visit_the_other_gives_way() -> None:
    pin = visit("n1", "c1", "08:40-09:10", "k1:s1", pinned=True)
    answer = mended(base_problem(), base_roster(visits=(pin, *base_visits()[1:])))
    assert pin in answer.visits
    assert [row.need_id for row in answer.unplaced] == ["n3"]


def test_an_any_visit_is_listed_without_a_date() -> None:
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", days=None, times_per_week=1)],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="07:00-10:00")],
    )
    answer = mended(of, roster(of, [visit("n1", "c1", "07:30-08:00", "k1:s1")]))
    assert answer.unplaced == (Unplaced("n1", None, 0, "window"),)


def test_a_week_above_its_package_is_shortened_before_anything_is_taken_out() -> None:
    of = replace(base_problem(), packages=(package(max_minutes=25),))
    answer = mended(of, base_roster(of))
    assert answer.unplaced == ()
    assert {row.minutes for row in answer.visits} == {20}


def test_of_the_untrained_as_much_is_taken_out_as_must_be() -> None:
    of = problem(
        citizens=[citizen("c1"), citizen("c2"), citizen("c3")],
        needs=[need("n1", "c1"), need("n2", "c2"), need("n3", "c3", "09:00-10:00")],
        carers=[carer("k1", qualification="untrained"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
        rules=Rules(untrained_share_max=0.5),
    )
    rows = [
        visit("n1", "c1", "08:00-08:40", "k1:s1"),
        visit("n2", "c2", "08:00-08:30", "k2:s2"),
        visit("n3", "c3", "09:00-09:25", "k1:s1"),
    ]
    answer = mended(of, roster(of, rows))
    assert [row.need_id for row in answer.unplaced] == ["n1"]


def open_shift_team() -> tuple[Problem, Roster]:
    """``k1`` has a late shift on Monday, and on Tuesday an open one too early after it, with a visit and a session."""
    early = session("g1", ("c2",), day=1, start_min=at("08:00", 1))
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", "07:00-09:00", days=(1,)), need("n2", "c1", "16:00-17:00")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="15:00-21:00"), shift("o1", None, 1, "06:00-10:00")],
        sessions=[early],
    )
    rows = [
        visit("n1", "c1", "07:00-07:30", "k1:o1", day=1),
        visit("n2", "c1", "16:00-16:30", "k1:s1"),
    ]
    return of, roster(of, rows, sessions=(held("g1", "k1:o1"),), open_shifts=(OpenShift("o1", "k1"),))


def test_an_open_shift_that_breaks_the_rest_stays_open() -> None:
    of, broken = open_shift_team()
    answer = mended(of, broken)
    assert answer.open_shifts == ()
    assert [row.need_id for row in answer.visits] == ["n2"]
    assert sorted((row.need_id, row.rule) for row in answer.unplaced) == [("g1", "rest"), ("n1", "rest")]


def test_a_given_shift_is_not_blamed_for_an_open_one() -> None:
    # The open shift comes first here, so the broken rest is told of the given shift after it.
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "07:00-09:00", days=(1,)), need("n2", "c1", "16:00-17:00")],
        carers=[carer("k1")],
        shifts=[shift("o1", None, times="15:00-21:00"), shift("s1", "k1", 1, "06:00-10:00")],
    )
    rows = [
        visit("n1", "c1", "07:00-07:30", "k1:s1", day=1),
        visit("n2", "c1", "16:00-16:30", "k1:o1"),
    ]
    answer = mended(of, roster(of, rows, open_shifts=(OpenShift("o1", "k1"),)))
    assert answer.open_shifts == ()
    assert [row.need_id for row in answer.visits] == ["n1"]


def test_a_trainee_in_the_wrong_stays_away_and_the_visit_stands() -> None:
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1")],
        carers=[carer("k1"), carer("k2", mentor="k1")],
        shifts=[shift("s1", "k1", times="07:00-10:00"), shift("s2", "k2", times="08:00-10:00")],
    )
    answer = mended(of, roster(of, [visit("n1", "c1", "08:00-08:30", "k1:s1", "k2:s2")]))
    assert answer.visits == (visit("n1", "c1", "08:00-08:30", "k1:s1"),)
    assert answer.unplaced == ()


def test_a_break_goes_with_the_last_visit_of_its_shift() -> None:
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", qualification="nurse")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1")],
    )
    answer = mended(of, roster(of, [visit("n1", "c1", "08:00-08:30", "k1:s1")], [pause("s1")]))
    assert answer.breaks == ()
    assert answer.unplaced == (Unplaced("n1", 0, 0, "qualification"),)


@settings(max_examples=60, deadline=None)
@given(problems_with_rosters())
def test_repair_ends_and_takes_no_pinned_visit_out(of: Problem) -> None:
    if of.published is None:
        return
    broken = replace(of.published, figures=base_roster().figures)
    answer = made_valid(of, broken, TravelTable(of))
    pinned = [row for row in broken.visits if row.pinned]
    assert [row for row in answer.visits if row.pinned] == pinned
    taken_out = [
        row
        for row in broken.visits
        if (row.need_id, row.day) not in {(v.need_id, v.day) for v in answer.visits}
    ]
    assert len(answer.unplaced) >= len(broken.unplaced) + len(taken_out)
    if not pinned:
        assert {row.rule for row in evaluate(of, answer).hard} <= {"unlisted"}


def test_a_visit_gives_way_to_a_pinned_one_that_begins_later() -> None:
    """The judge names the later of two that overlap; where that is pinned, the other is taken out."""
    of = base_problem(needs=(need("n1", "c1"), need("n2", "c1")))
    first = visit("n1", "c1", "08:00-08:30", "k1:s1")
    second = visit("n2", "c1", "08:20-08:50", "k2:s2", pinned=True)
    of = replace(of, published=roster(of, [second]))
    answer = mended(of, roster(of, [first, second], [pause("s1"), pause("s2")]))
    assert [row.need_id for row in answer.visits] == ["n2"]
    assert [(row.need_id, row.rule) for row in answer.unplaced] == [("n1", "citizen_overlap")]
