"""What must not matter does not: other names, another order of rows, other weeks, another unit of price; and what can
only help never harms: a carer more, a carer who is barred no longer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import DAY_MIN, Calendar
from scheduler.cpsat.bounds import carers_bounds
from scheduler.evaluate import Evaluation, evaluate
from scheduler.feasibility import unplaceable
from scheduler.objective import TERMS
from scheduler.problem import Carer, Problem, Shift
from scheduler.roster import Roster
from scheduler.solve import solve
from scheduler.travel import TravelTable
from tests.scheduler.absurd_packs import absurd_problems
from tests.scheduler.renaming import Names, renamed, renamed_roster, tables_of
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.search.searching import searched

NUMBERS = st.integers(0, 10**9)
Key = tuple[str, int | None, int]


def planned(problem: Problem) -> Roster:
    """What a short search finds; valid, but for pins."""
    return searched(problem, 300).roster


def bounds(problem: Problem, open_shifts: Mapping[str, str] | None = None) -> dict[tuple[str, int], int]:
    return carers_bounds(problem, TravelTable(problem), open_shifts)


def stuck(problem: Problem) -> dict[Key, int]:
    """What nobody on duty can serve: how many of each need, day and week."""
    found: dict[Key, int] = {}
    for row in unplaceable(problem, TravelTable(problem)):
        key = (row.need_id, row.day, row.week)
        found[key] = found.get(key, 0) + 1
    return found


def told(result: Evaluation) -> list[tuple[str, bool]]:
    """Which rules are broken, how often."""
    return sorted((row.rule, row.hard) for row in result.violations)


def check_same_figures(one: Evaluation, other: Evaluation) -> None:
    """All figures are the same, but for the last digits where sums are made in another order."""
    for field in fields(one.figures):
        before, after = getattr(one.figures, field.name), getattr(other.figures, field.name)
        assert after == (before and pytest.approx(before, rel=1e-9, abs=1e-9)), field.name


# What can only help


@settings(max_examples=25, deadline=None)
@given(absurd_problems(), st.booleans())
def test_one_carer_more_makes_no_bound_higher_and_nothing_unplaceable(
    problem: Problem, on_duty: bool
) -> None:
    shifts = tuple(
        Shift(f"idle{day}", "idle", day, day * DAY_MIN + 420, day * DAY_MIN + 900)
        for day in range(problem.calendar.days)
        if on_duty
    )
    more = replace(
        problem, carers=(*problem.carers, Carer("idle", "", "nurse")), shifts=(*problem.shifts, *shifts)
    )
    before, after = stuck(problem), stuck(more)
    assert all(count <= before.get(key, 0) for key, count in after.items())
    if before == after:  # else more visits are to be covered, and that may take more carers
        old, new = bounds(problem), bounds(more)
        assert new.keys() == old.keys()
        assert all(new[key] <= old[key] for key in old)


@settings(max_examples=15, deadline=None)
@given(NUMBERS)
def test_one_carer_more_leaves_a_roster_as_good_as_it_was(number: int) -> None:
    problem = busy_problem(number)
    roster = planned(problem)
    more = replace(problem, carers=(*problem.carers, Carer("idle", "", "nurse")))
    before, after = evaluate(problem, roster), evaluate(more, roster)
    assert told(after) == told(before)
    terms, others = dict(before.figures.terms), dict(after.figures.terms)
    assert others.pop("unfair") <= terms.pop("unfair")  # a mean over one more, who is owed nothing
    assert others == terms


@settings(max_examples=20, deadline=None)
@given(absurd_problems())
def test_nobody_barred_makes_nothing_unplaceable(problem: Problem) -> None:
    before, after = stuck(problem), stuck(replace(problem, barred=()))
    assert all(count <= before.get(key, 0) for key, count in after.items())


@settings(max_examples=20, deadline=None)
@given(absurd_problems())
def test_one_need_less_makes_no_other_bound_higher(problem: Problem) -> None:
    if not problem.needs:
        return
    gone = problem.needs[-1]
    less = replace(
        problem,
        needs=problem.needs[:-1],
        links=tuple(row for row in problem.links if gone.need_id not in (row.first_need, row.second_need)),
        standing_roster=None,
        published=None,
    )
    old, new = bounds(replace(problem, standing_roster=None, published=None)), bounds(less)
    assert all(
        value == old[key] if key[0] != gone.citizen_id else value <= old[key] for key, value in new.items()
    )


# Names and order


@settings(max_examples=20, deadline=None)
@given(absurd_problems(), NUMBERS)
def test_names_and_order_leave_proofs_as_they_are(problem: Problem, number: int) -> None:
    names = Names(Random(number))
    other = shuffled(renamed(problem, names), Random(number))
    assert {names.old(need): count for (need, _, _), count in stuck(other).items()} == {
        need: count for (need, _, _), count in stuck(problem).items()
    }
    assert {(names.old(one), week): value for (one, week), value in bounds(other).items()} == bounds(problem)


@settings(max_examples=20, deadline=None)
@given(absurd_problems(), NUMBERS)
def test_names_and_order_leave_a_roster_what_it_is(problem: Problem, number: int) -> None:
    names = Names(Random(number))
    other = shuffled(renamed(problem, names), Random(number))
    roster = planned(problem)
    before, after = evaluate(problem, roster), evaluate(other, renamed_roster(roster, names))
    check_same_figures(before, after)
    assert told(after) == told(before)


def shuffled(problem: Problem, random: Random) -> Problem:
    """The same rows in another order."""

    tables: dict[str, Any] = {
        name: tuple(random.sample(rows, len(rows))) for name, rows in tables_of(problem).items()
    }
    return replace(problem, **tables)


# Weeks and days


def clocks_stand_still(problem: Problem) -> bool:
    """Whether every week of the pack, and the nights around it, has as many hours as any other."""
    calendar = problem.calendar
    first, last = -DAY_MIN, (calendar.days + 2) * DAY_MIN
    return calendar.elapsed_min(last) - calendar.elapsed_min(first) == last - first


@settings(max_examples=8, deadline=None)
@given(NUMBERS, st.integers(1, 300))
def test_whole_weeks_later_everything_is_the_same(number: int, weeks: int) -> None:
    problem = busy_problem(number)
    move = timedelta(weeks=weeks)
    standing = problem.standing_roster
    later = replace(
        problem,
        calendar=Calendar(problem.calendar.first_monday + move, problem.calendar.weeks),
        standing_roster=standing and replace(standing, first_monday=standing.first_monday + move),
    )
    if not (clocks_stand_still(problem) and clocks_stand_still(later)):
        return
    one, other = (solve(row, iterations=300, workers=1, seed=7) for row in (problem, later))
    assert other == later_by(one, move)


def later_by(roster: Roster, move: timedelta) -> Roster:
    """The roster of so much later weeks; its days are counted from the first Monday, but what would help names dates."""

    def moved(found: re.Match[str]) -> str:
        return (date.fromisoformat(found[0]) + move).isoformat()

    unplaced = tuple(
        replace(
            row,
            relaxations=tuple(
                replace(one, by=re.sub(r"\d{4}-\d\d-\d\d", moved, one.by)) for one in row.relaxations
            ),
        )
        for row in roster.unplaced
    )
    return replace(roster, first_monday=roster.first_monday + move, unplaced=unplaced)


@settings(max_examples=20, deadline=None)
@given(NUMBERS)
def test_a_day_later_a_roster_is_what_it_was(number: int) -> None:
    """A week from which Sunday is taken, moved from Monday to Saturday on to Tuesday to Sunday."""
    problem = only_to_saturday(busy_problem(number))
    roster = replace(planned(problem), open_shifts=())
    before, after = evaluate(problem, roster), evaluate(a_day_later(problem), roster_a_day_later(roster))
    check_same_figures(before, after)
    assert [row for row in told(after) if row[1]] == [row for row in told(before) if row[1]]


def only_to_saturday(problem: Problem) -> Problem:
    """One week without its Sunday, without what looks back and without open shifts."""
    days = range(6)
    needs = []
    for row in problem.needs:
        weekdays = tuple(day for day in row.days or () if day in days)
        if weekdays:  # visits on any day would have another day to choose
            needs.append(replace(row, days=weekdays, every_weeks=1))
    kept = {row.need_id for row in needs}
    return replace(
        problem,
        calendar=Calendar(problem.calendar.first_monday, 1),
        needs=tuple(needs),
        links=tuple(row for row in problem.links if {row.first_need, row.second_need} <= kept),
        shifts=tuple(row for row in problem.shifts if row.day in days and row.carer_id is not None),
        sessions=tuple(row for row in problem.sessions if row.day in days),
        meetings=tuple(row for row in problem.meetings if row.day in days),
        ferries=tuple(row for row in problem.ferries if row.day in days),
        history=(),
        standing_roster=None,
    )


def a_day_later(problem: Problem) -> Problem:
    """The problem with every row a day later."""

    def shift(row: Shift) -> Shift:
        return replace(
            row,
            day=row.day + 1,
            start_min=row.start_min + DAY_MIN,
            end_min=row.end_min + DAY_MIN,
            break_from_min=None if row.break_from_min is None else row.break_from_min + DAY_MIN,
            break_to_min=None if row.break_to_min is None else row.break_to_min + DAY_MIN,
        )

    return replace(
        problem,
        needs=tuple(replace(row, days=tuple(day + 1 for day in row.days or ())) for row in problem.needs),
        shifts=tuple(map(shift, problem.shifts)),
        holidays=frozenset(day + 1 for day in problem.holidays),
        absences=tuple(
            replace(row, start_min=row.start_min + DAY_MIN, end_min=row.end_min + DAY_MIN)
            for row in problem.absences
        ),
        sessions=tuple(
            replace(row, day=row.day + 1, start_min=row.start_min + DAY_MIN) for row in problem.sessions
        ),
        meetings=tuple(
            replace(row, day=row.day + 1, start_min=row.start_min + DAY_MIN) for row in problem.meetings
        ),
        ferries=tuple(
            replace(
                row,
                day=row.day + 1,
                first_arrival_min=row.first_arrival_min + DAY_MIN,
                last_departure_min=row.last_departure_min + DAY_MIN,
            )
            for row in problem.ferries
        ),
    )


def roster_a_day_later(roster: Roster) -> Roster:
    """The roster with everything a day later."""
    return replace(
        roster,
        visits=tuple(
            replace(row, day=row.day + 1, start_min=row.start_min + DAY_MIN, end_min=row.end_min + DAY_MIN)
            for row in roster.visits
        ),
        unplaced=tuple(replace(row, day=None if row.day is None else row.day + 1) for row in roster.unplaced),
        breaks=tuple(
            replace(row, start_min=row.start_min + DAY_MIN, end_min=row.end_min + DAY_MIN)
            for row in roster.breaks
        ),
    )


# Prices


@settings(max_examples=20, deadline=None)
@given(absurd_problems(), st.sampled_from((0.5, 2.0, 1024.0)))
def test_prices_in_another_unit_scale_the_objective(problem: Problem, factor: float) -> None:
    roster = planned(problem)
    weights = replace(problem.weights, **{key: factor * getattr(problem.weights, key) for key in TERMS})
    before, after = evaluate(problem, roster), evaluate(replace(problem, weights=weights), roster)
    assert after.figures.objective == pytest.approx(factor * before.figures.objective, rel=1e-12)
    assert told(after) == told(before)


@settings(max_examples=20, deadline=None)
@given(absurd_problems(), st.sampled_from(sorted(TERMS)))
def test_each_price_works_on_its_own_term_alone(problem: Problem, key: str) -> None:
    roster = planned(problem)
    free = replace(problem, weights=replace(problem.weights, **{key: 0.0}))
    before, after = (dict(evaluate(row, roster).figures.terms) for row in (problem, free))
    assert after.pop(key) == 0
    before.pop(key)
    assert after == before
