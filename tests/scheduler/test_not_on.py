"""A visit that is cancelled on one date by agreement with the citizen: not due there, due everywhere else."""

from __future__ import annotations

from dataclasses import replace

from scheduler.due import due_visits
from scheduler.evaluate import evaluate
from scheduler.problem import Need, Problem
from tests.scheduler.cases import base_problem, base_roster, need, package


def days_of(of: Problem) -> list[tuple[int, ...]]:
    return [one.days for one in due_visits(of).visits]


def with_need(one: Need) -> Problem:
    return replace(base_problem(), needs=(one,))


def test_it_is_not_due_on_that_date_alone() -> None:
    weekly = need("n1", "c1", days=(0, 2))
    assert days_of(with_need(weekly)) == [(0,), (2,)]
    assert days_of(with_need(replace(weekly, not_on=(2,)))) == [(0,)]
    # A date on which it would not come anyway, and one of another week, change nothing.
    assert days_of(with_need(replace(weekly, not_on=(1, 9, -5)))) == [(0,), (2,)]


def test_a_visit_on_any_day_keeps_its_number_while_days_are_left() -> None:
    any_day = need("n1", "c1", days=None, times_per_week=2)
    once = with_need(replace(any_day, not_on=(0, 1, 2, 3, 4)))
    assert days_of(once) == [(5, 6), (5, 6)]
    assert days_of(with_need(replace(any_day, not_on=tuple(range(7))))) == []


def test_the_week_is_not_held_against_the_package() -> None:
    """Rule 7 as for an absence: a week with a cancelled visit may lie below the package's least."""
    base = base_problem(packages=(package(min_minutes=30),))
    assert due_visits(base).cancelled == frozenset()
    cancelled = replace(base, needs=(replace(base.needs[0], not_on=(0,)), *base.needs[1:]))
    assert due_visits(cancelled).cancelled == {("c1", 0)}
    roster = base_roster(cancelled)
    without = replace(roster, visits=tuple(row for row in roster.visits if row.need_id != "n1"))
    assert [one.rule for one in evaluate(cancelled, without).hard] == []
    assert "unlisted" in {one.rule for one in evaluate(base, without).hard}
    # Whoever keeps it in the roster is told that it is not due.
    assert "unknown" in {one.rule for one in evaluate(cancelled, roster).hard}
