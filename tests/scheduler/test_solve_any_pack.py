"""Whatever legal pack comes, the answer is a valid roster in which nothing is missing without a word."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.due import due_visits
from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.rules import RULE_NUMBERS, Violation
from scheduler.solve import solve
from tests.scheduler.roster_strategies import problems_with_rosters
from tests.scheduler.search.busy_teams import busy_problem, published_at_random
from tests.scheduler.strategies import problems

CODES = {*RULE_NUMBERS, "capacity"}


def planned(problem: Problem) -> Roster:
    """A short run in this process."""
    return solve(problem, iterations=300, workers=1, seed=7)


def check_complete(problem: Problem, roster: Roster) -> None:
    """Placed and unplaced are what is due, each unplaced one with a known rule, by the judge's own count and by ours."""
    due = Counter((row.need.need_id, row.week) for row in due_visits(problem).visits)
    answered = Counter((row.need_id, row.day // 7) for row in roster.visits if not row.pinned)
    pinned = Counter((row.need_id, row.day // 7) for row in roster.visits if row.pinned)
    sessions = {row.session_id for row in problem.sessions}
    answered += Counter((row.need_id, row.week) for row in roster.unplaced if row.need_id not in sessions)
    for key, count in due.items():
        assert answered[key] <= count <= answered[key] + pinned[key], key
    held = [row.session_id for row in roster.sessions]
    assert sorted(held + [row.need_id for row in roster.unplaced if row.need_id in sessions]) == sorted(
        sessions
    )
    assert {row.rule for row in roster.unplaced} <= CODES
    assert "unlisted" not in {row.rule for row in evaluate(problem, roster).violations}


def check_bounds(problem: Problem, roster: Roster) -> None:
    """No citizen-week whose home visits are all placed has fewer carers than its proven bound."""
    missing = {
        (problem.need_by_id[row.need_id].citizen_id, row.week)
        for row in roster.unplaced
        if row.need_id in problem.need_by_id
    }
    for row in roster.citizens:
        if row.carers_bound is not None and (row.citizen_id, row.week) not in missing:
            assert row.carers >= row.carers_bound


def told(violations: tuple[Violation, ...]) -> list[str]:
    return [f"{row.rule}: {row.message}" for row in violations]


@settings(max_examples=40, deadline=None)
@given(problems())
def test_any_legal_pack(problem: Problem) -> None:
    roster = planned(problem)
    assert told(evaluate(problem, roster).hard) == []
    check_complete(problem, roster)
    check_bounds(problem, roster)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_busy_teams_with_trainees(number: int) -> None:
    problem = busy_problem(number)
    roster = planned(problem)
    assert told(evaluate(problem, roster).hard) == []
    check_complete(problem, roster)
    check_bounds(problem, roster)


def about_pins(problem: Problem, roster: Roster, violation: Violation) -> bool:
    """Whether a violation is one that pinned visits bring along: theirs, their shifts', their citizens', their carers'."""
    pins = [row for row in roster.visits if row.pinned]
    return (
        violation.need_id in {row.need_id for row in pins}
        or violation.shift_id in {shift for row in pins for shift in row.shifts}
        or (
            violation.rule in ("package", "carers_max")
            and violation.citizen_id in {row.citizen_id for row in pins}
        )
        or (violation.number == 5 and violation.carer_id in {carer for row in pins for carer in row.carers})
        or (violation.rule == "untrained_share" and bool(pins))
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_pins_that_break_rules_are_kept_and_only_they_do(number: int) -> None:
    problem = published_at_random(busy_problem(number), number + 1)
    roster = planned(problem)
    result = evaluate(problem, roster)
    assert told(tuple(row for row in result.hard if not about_pins(problem, roster, row))) == []
    assert "pinned" not in {row.rule for row in result.violations}
    check_complete(problem, roster)


@settings(max_examples=25, deadline=None)
@given(problems_with_rosters())
def test_any_legal_pack_with_earlier_rosters(problem: Problem) -> None:
    roster = planned(problem)
    result = evaluate(problem, roster)
    assert told(tuple(row for row in result.hard if not about_pins(problem, roster, row))) == []
    check_complete(problem, roster)
