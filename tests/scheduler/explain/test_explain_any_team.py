"""Explanations of teams with every feature of the format: places that are there are found, offers are what they say."""

from __future__ import annotations

from functools import cache

import pytest

from scheduler.evaluate import evaluate
from scheduler.explain.board import Board
from scheduler.explain.places import trials
from scheduler.explain.visit import explain_visit
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.travel import TravelTable
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.small_plans import plan

TEAMS = range(20, 25)


@cache
def team(number: int) -> tuple[Problem, Roster]:
    """A busy team and its plan."""
    of = busy_problem(number)
    return of, plan(of, iterations=800)


@pytest.mark.parametrize("number", TEAMS)
def test_place_that_a_visit_had_is_found_again(number: int) -> None:
    of, answer = team(number)
    board = Board(of, answer, TravelTable(of))
    for visit in answer.visits[:8]:
        if visit.pinned:
            continue
        needed = tuple(sorted(one for one in visit.carers if not of.carer_by_id[one].is_trainee))
        gone = board.without(visit)
        found = {row.carers: row for row in trials(gone, of.need_by_id[visit.need_id], (visit.day,))}
        assert needed in found, visit
        offer = found[needed].offer
        assert offer is not None, [str(row.message) for row in found[needed].broken]


@pytest.mark.parametrize("number", TEAMS)
def test_offers_keep_everything_else_placed_and_are_priced_by_the_judge(number: int) -> None:
    of, answer = team(number)
    board = Board(of, answer, TravelTable(of))
    for visit in answer.visits[:4]:
        gone = board.without(visit)
        before = gone.evaluation.figures
        for row in trials(gone, of.need_by_id[visit.need_id], (visit.day,)):
            if row.offer is None:
                continue
            result = evaluate(of, row.offer.roster)
            assert {one.rule for one in result.hard} <= {one.rule for one in gone.evaluation.hard}
            assert result.figures.unplaced == before.unplaced - 1
            placed = {(one.need_id, one.day): one.carers for one in row.offer.roster.visits}
            for other in gone.roster.visits:
                assert placed[other.need_id, other.day] == other.carers
            priced = sum(
                value - before.terms[code]
                for code, value in result.figures.terms.items()
                if not code.startswith("unplaced")
            )
            assert row.offer.cost == pytest.approx(priced)


@pytest.mark.parametrize("number", TEAMS)
def test_whatever_is_left_out_is_explained(number: int) -> None:
    of, answer = team(number)
    for row in [one for one in answer.unplaced if one.need_id in of.need_by_id][:2]:
        if row.day is None:
            continue
        found = explain_visit(of, answer, row.need_id, row.day)
        told = {one for group in found.stopped for one in group.carers}
        told |= {one for offer in found.offers for one in offer.visit.carers}
        assert told == set(of.carer_by_id) or found.general
        for eased in found.eased:
            assert len(eased.offer.roster.unplaced) == len(answer.unplaced) - 1
            assert eased.offer.visit.need_id == row.need_id
