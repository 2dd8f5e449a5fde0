"""The judge's figures and the objective's terms against values reckoned by hand; and any roster at all."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.evaluate import evaluate, judged
from scheduler.problem import Absence, Barred, Ferry, Link, Meeting, Problem, Rules, Weights
from scheduler.roster import (
    CitizenWeek,
    OpenShift,
    PlacedBreak,
    PlacedSession,
    PlacedVisit,
    Roster,
    Unplaced,
)
from scheduler.rules import RULE_NUMBERS
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    base_visits,
    carer,
    citizen,
    need,
    package,
    pause,
    problem,
    roster,
    shift,
    with_session,
)


def test_figures_of_the_base_case():
    """``k1``: 10 out, 30, 10 between and 20 waiting, 30, 10 home, to 09:40; then the break at 11:30.

    07:50 to 12:00 are 250 minutes, of which 60 visits, 30 break and 30 travel: 130 waiting. ``k2`` sets out
    ten minutes later: 120.
    """
    figures = evaluate(base_problem(), base_roster()).figures
    assert (figures.placed, figures.unplaced) == (3, 0)
    assert figures.travel_minutes == 60
    assert figures.waiting_minutes == 250
    assert figures.visit_minutes == 120
    assert figures.carers_per_citizen_mean == pytest.approx(4 / 3)
    assert figures.carers_per_citizen_14d_mean == pytest.approx(4 / 3)
    assert figures.overtime_minutes == 0
    # Three citizens with 1, 1 and 2 carers; 60 travel; 250 waiting.
    assert figures.objective == pytest.approx(4 * 20 + 4 * 5 + 60 * 1 + 250 * 0.3)
    assert figures.objective == pytest.approx(sum(figures.terms.values()))


def test_terms_are_those_of_the_weights():
    figures = evaluate(base_problem(), base_roster()).figures
    assert list(figures.terms) == [field.name for field in fields(Weights)]


def test_terms_are_weighted():
    weights = Weights(travel=7, waiting=0.5)
    terms = evaluate(base_problem(weights=weights), base_roster()).figures.terms
    assert (terms["travel"], terms["waiting"]) == (420, 125)


def test_judged_fills_in_and_keeps():
    answer = base_roster(citizens=(CitizenWeek("c3", 0, 0, "", 9, carers_bound=2),), seed=4)
    filled = judged(base_problem(), answer)
    assert filled.figures == evaluate(base_problem(), answer).figures
    assert filled.citizens[2] == CitizenWeek("c3", 0, 60, "no_bound", 2, carers_bound=2)
    assert filled.citizens[0].carers_bound is None
    assert filled.visits == answer.visits
    assert filled.seed == 4


def test_means_are_over_citizens_with_a_home_visit():
    row = base_problem()
    row = replace(row, citizens=(*row.citizens, citizen("c9")))
    assert evaluate(row, base_roster()).figures.carers_per_citizen_mean == pytest.approx(4 / 3)


def test_empty_roster_of_an_empty_team():
    row = problem(citizens=[], needs=[], carers=[], shifts=[])
    result = evaluate(row, roster(row))
    assert (result.violations, result.figures.objective) == ((), 0)


def rich_problem() -> Problem:
    """The base case with one of everything, so that mutations meet every rule."""
    row = with_session(("c1", "c2"))
    return replace(
        row,
        citizens=(
            citizen("c1", screen_able=True, contact_carer="k1", carers_max=2),
            citizen("c2", island="Femø"),
            citizen("c3"),
        ),
        needs=(*row.needs, need("n4", "c1", days=None, times_per_week=2, modality="either")),
        carers=(*row.carers, carer("t1", mentor="k1"), carer("k3", qualification="untrained", week_hours=1)),
        shifts=(
            *row.shifts,
            shift("s3", "t1"),
            shift("s4", None, day=1),
            shift("s5", None, reserve_minutes=60),
        ),
        packages=(package(min_minutes=10, max_minutes=60, average_minutes=30),),
        links=(Link("n1", "n3", 0, 60, same_carer=True),),
        barred=(Barred("k3", "c1"),),
        absences=(Absence(at("09:00"), at("10:00"), citizen_id="c1"), Absence(0, 60, carer_id="k3")),
        ferries=(Ferry("Femø", 0, at("08:00"), at("12:00"), 5),),
        meetings=(Meeting("handover", 0, at("14:00"), 15, ("k1", "k2")),),
        published=base_roster(visits=tuple(replace(one, pinned=True) for one in base_visits())),
        standing_roster=base_roster(),
        rules=Rules(),
    )


ids = st.sampled_from(
    ["n1", "n2", "n3", "n4", "c1", "c2", "k1", "k2", "k3", "t1", "s1", "s2", "s3", "s4", "s5", "g1", "?", ""]
)
minutes = st.one_of(st.integers(-3000, 12000), st.sampled_from([-(10**15), 10**15, 0, 480, 510]))
days = st.one_of(st.integers(-3, 9), st.sampled_from([-(10**12), 10**12]))
people = st.lists(ids, max_size=4).map(tuple)
broken_visits = st.builds(
    PlacedVisit,
    need_id=st.one_of(st.sampled_from(["n1", "n2", "n3", "n4"]), ids),
    citizen_id=ids,
    day=days,
    start_min=minutes,
    end_min=minutes,
    modality=st.sampled_from(["home", "screen", "?"]),
    carers=st.one_of(st.sampled_from([("k1",), ("k2",), ("k1", "t1")]), people),
    shifts=st.one_of(st.sampled_from([("s1",), ("s2",), ("s1", "s3")]), people),
    pinned=st.booleans(),
)
broken_rosters = st.builds(
    Roster,
    team=st.just("?"),
    first_monday=st.just(base_roster().first_monday),
    weeks=st.integers(-1, 9),
    visits=st.lists(st.one_of(broken_visits, st.sampled_from(base_visits())), max_size=8).map(tuple),
    sessions=st.lists(st.builds(PlacedSession, ids, people, people), max_size=3).map(tuple),
    unplaced=st.lists(
        st.builds(Unplaced, ids, st.one_of(st.none(), days), days, st.just("capacity")), max_size=3
    ).map(tuple),
    breaks=st.lists(
        st.one_of(st.builds(PlacedBreak, ids, minutes, minutes), st.just(pause("s1"))), max_size=3
    ).map(tuple),
    open_shifts=st.lists(st.builds(OpenShift, ids, ids), max_size=3).map(tuple),
)


@given(broken_rosters)
def test_any_roster_is_judged_without_failing(any_roster: Roster):
    result = evaluate(rich_problem(), any_roster)
    for violation in result.violations:
        assert violation.number == RULE_NUMBERS[violation.rule]
        assert str(violation.message)
    assert sum(result.figures.terms.values()) == pytest.approx(result.figures.objective)
    assert all(value >= 0 for value in result.figures.terms.values())
    # Three dated visits, two "any" ones and a session are due: each is answered for, or told of.
    told = {"unknown", "unlisted", "date"}
    if not told & {violation.rule for violation in result.violations}:
        assert result.figures.placed + result.figures.unplaced == 6


@given(st.integers(0, 2), st.integers(-90, 90))
def test_moving_a_visit_is_seen_or_allowed(index: int, by_min: int):
    """A roster without violations still keeps every window and every journey after a visit is moved."""
    visits = list(base_visits())
    moved = visits[index]
    visits[index] = replace(moved, start_min=moved.start_min + by_min, end_min=moved.end_min + by_min)
    result = evaluate(base_problem(), base_roster(visits=tuple(visits)))
    needs = base_problem().need_by_id
    in_window = all(
        needs[one.need_id].window_start_min <= one.start_min <= needs[one.need_id].window_end_min
        for one in visits
    )
    # ``n3`` is both carers' second visit, unless it is moved before theirs.
    spans = sorted((one.start_min, one.end_min) for one in visits if "k1" in one.carers)
    other = sorted((one.start_min, one.end_min) for one in visits if "k2" in one.carers)
    apart = all(second[0] - first[1] >= 10 for first, second in (spans, other))
    fits = all(end + 10 <= at("11:30") or start >= at("12:00") for start, end in (*spans, *other))
    assert (not result.violations) == (in_window and apart and fits)
