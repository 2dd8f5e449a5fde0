"""What is asked of the roster of any legal pack, also of an absurd one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest

from scheduler.cpsat import retime
from scheduler.due import due_visits
from scheduler.evaluate import Evaluation, evaluate
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.rules import RULE_NUMBERS, Violation
from scheduler.search import decode as decoding
from scheduler.search.build_items import Plan
from scheduler.search.world import C_PACKAGES, C_UNTRAINED, World, total_cost
from scheduler.solve import solve

CODES = {*RULE_NUMBERS, "capacity"}
#: Sums of prices up to a billion, added in another order, differ in their last digits.
RELATIVE, ABSOLUTE = 1e-9, 1e-6


@contextmanager
def seen_worlds() -> Iterator[list[tuple[World, Plan]]]:
    """The worlds that are read out into rosters meanwhile, in their last state."""
    worlds: list[tuple[World, Plan]] = []
    decode = decoding.decode

    def noting(world: World, plan: Plan) -> decoding.Decoded:
        worlds.append((world, plan))
        return decode(world, plan)

    with mock.patch.object(decoding, "decode", noting):
        yield worlds


def check_run(problem: Problem, iterations: int = 300, seed: int = 7) -> Roster:
    """Plan in this process: the roster is valid but for what pins bring, complete, and costs what the search says."""
    with seen_worlds() as worlds, mock.patch.object(retime, "retimed", wraps=retime.retimed) as retimed:
        roster = solve(problem, iterations=iterations, workers=1, seed=seed)
    result = evaluate(problem, roster)
    check_valid(problem, roster, result)
    check_complete(problem, roster)
    check_bounds(problem, roster)
    ((world, plan),) = worlds
    penalties = float(world.nums[C_PACKAGES] + world.nums[C_UNTRAINED])
    # Else a pin breaks one of the two rules, or repair has taken out what the search could not mend.
    kept = penalties == 0 and not plan.bent
    if kept and not any(carer.is_trainee for carer in problem.carers):
        # The search's own times; those chosen anew cost no more.
        found = retimed.call_args.args[1]
        check_price(world, found, evaluate(problem, found))
    assert roster.figures == result.figures
    assert result.figures.objective <= evaluate(problem, retimed.call_args.args[1]).figures.objective
    return roster


def check_valid(problem: Problem, roster: Roster, result: Evaluation) -> None:
    """No hard rule is broken, except by visits that a published roster pins."""
    broken = [row for row in result.hard if not about_pins(problem, roster, row)]
    assert [f"{row.rule}: {row.message}" for row in broken] == []
    assert "pinned" not in {row.rule for row in result.violations}


def check_complete(problem: Problem, roster: Roster) -> None:
    """Every visit and session that is due is placed, or listed with a known rule; nothing stands twice."""
    due = Counter((row.need.need_id, row.week) for row in due_visits(problem).visits)
    sessions = {row.session_id for row in problem.sessions}
    answered = Counter((row.need_id, row.day // 7) for row in roster.visits if not row.pinned)
    pinned = Counter((row.need_id, row.day // 7) for row in roster.visits if row.pinned)
    answered += Counter((row.need_id, row.week) for row in roster.unplaced if row.need_id not in sessions)
    for key in due.keys() | answered.keys():
        assert answered[key] <= due[key] <= answered[key] + pinned[key], key
    held = [row.session_id for row in roster.sessions]
    left_out = [row.need_id for row in roster.unplaced if row.need_id in sessions]
    assert sorted(held + left_out) == sorted(sessions)
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
            assert row.carers >= row.carers_bound, row
    if roster.bounds.objective is not None and not missing:
        assert roster.bounds.objective <= roster.figures.objective * (1 + RELATIVE) + ABSOLUTE


def check_price(world: World, roster: Roster, result: Evaluation) -> None:
    """The search's price, with what it leaves to others, is the judge's objective."""
    by_search = total_cost(world) + result.figures.terms["overtime"]
    assert by_search == pytest.approx(result.figures.objective, rel=RELATIVE, abs=ABSOLUTE), dict(
        result.figures.terms
    )


def about_pins(problem: Problem, roster: Roster, violation: Violation) -> bool:
    """Whether a violation is one that pinned visits bring along: theirs, their shifts', citizens' or carers'."""
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
