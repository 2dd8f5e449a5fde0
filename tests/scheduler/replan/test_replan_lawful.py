"""No answer breaks a hard rule that the published roster did not break, however poor that roster is."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduler.clock import DAY_MIN
from scheduler.due import due_visits
from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.replan import EventErrors, Replanned, Sick, replan
from scheduler.replan.standing import with_unplaced
from scheduler.roster import PlacedVisit, Roster, Unplaced
from scheduler.rules import Violation
from scheduler.rules.matching import match_due
from scheduler.solve import solve
from tests.scheduler.cases import at, citizen, need, shift, visit
from tests.scheduler.replan.replan_cases import MONDAY, TIMES, TUESDAY, answer, placed, published, team
from tests.scheduler.replan.test_replan_frozen import some_events
from tests.scheduler.search.busy_teams import busy_problem


def listed(problem: Problem, roster: Roster) -> Roster:
    """The roster with all that is due and not placed listed."""
    bare = match_due(problem, replace(roster, unplaced=()), due_visits(problem))
    rows = [Unplaced(due.need.need_id, due.fixed_day, due.week, "capacity") for due in bare.unlisted]
    rows += [Unplaced(row.session_id, row.day, row.day // 7, "capacity") for row in bare.unlisted_sessions]
    return replace(roster, unplaced=tuple(rows))


def damaged(problem: Problem, roster: Roster, random: Random) -> Roster:
    """As a hand might leave it: visits gone, moved, longer, or with anybody; breaks and sessions gone or moved."""
    share = random.choice((0.1, 0.3, 0.6))
    owners = {row.shift_id: row.carer_id for row in roster.open_shifts}
    on_duty: dict[int, list[tuple[str, str]]] = {}
    for row in problem.shifts:
        carer_id = row.carer_id or owners.get(row.shift_id)
        if carer_id is not None:
            on_duty.setdefault(row.day, []).append((carer_id, row.shift_id))
    visits = []
    for one in roster.visits:
        what = random.choice(("gone", "time", "carer", "carer", "longer")) if random.random() < share else ""
        if what != "gone":
            visits.append(_spoilt(one, what, on_duty, random))
    breaks = []
    for pause in roster.breaks:
        off = random.choice((0, 0, 30, -45))
        if random.random() > share:
            breaks.append(replace(pause, start_min=pause.start_min + off, end_min=pause.end_min + off))
    sessions = tuple(row for row in roster.sessions if random.random() > share / 2)
    return listed(problem, replace(roster, visits=tuple(visits), breaks=tuple(breaks), sessions=sessions))


def _spoilt(
    one: PlacedVisit, what: str, on_duty: dict[int, list[tuple[str, str]]], random: Random
) -> PlacedVisit:
    if what == "time":
        off = random.randint(-90, 90)
        return replace(one, start_min=one.start_min + off, end_min=one.end_min + off)
    if what == "longer":
        return replace(one, end_min=one.end_min + random.randint(1, 40))
    if what == "carer" and on_duty.get(one.day):
        carer_id, shift_id = random.choice(on_duty[one.day])
        return replace(one, carers=(carer_id,), shifts=(shift_id,))
    return one


def newly_broken(problem: Problem, before: Roster, found: Replanned) -> list[str]:
    """The hard rules that the answer breaks, and neither the published roster did nor what has begun does by itself."""

    def mark(row: Violation) -> tuple[object, ...]:
        return row.rule, row.need_id, row.day, row.shift_id, row.carer_id, row.citizen_id

    situation = found.situation
    begun = tuple(row for row in situation.before.visits if (row.need_id, row.day) in situation.kept)
    alone = with_unplaced(situation, replace(situation.before, visits=begun))
    excused = {mark(row) for row in evaluate(problem, before).hard}
    excused |= {mark(row) for row in evaluate(found.problem, alone).hard if row.rule != "package"}
    return [
        f"{row.rule}: {row.message}"
        for row in evaluate(found.problem, found.roster).hard
        if mark(row) not in excused
    ]


@settings(max_examples=12)
@example(57)
@example(200)
@example(315)
@example(364)
@given(st.integers(0, 10_000))
def test_no_answer_newly_breaks_a_rule_whatever_the_roster_was(number: int) -> None:
    random = Random(number)
    problem = busy_problem(number)
    if random.random() < 0.7:
        shifts = (replace(row, reserve_minutes=random.choice((0, 30, 60, 120))) for row in problem.shifts)
        problem = replace(problem, shifts=tuple(shifts))
    before = damaged(problem, solve(problem, iterations=200, workers=1, seed=1), random)
    now_min = random.randrange(problem.calendar.days) * DAY_MIN + random.randint(300, 1200)
    try:
        found = replan(problem, before, now_min, some_events(problem, before, now_min, random), iterations=60)
    except EventErrors:
        return
    assert newly_broken(problem, before, found) == []


def with_reserve(minutes: int) -> Problem:
    """``k2`` and ``k3`` keep so many of their 240 minutes free on Tuesday; ``c4`` may be visited on Tuesday."""
    of = team(
        citizens=[citizen(f"c{n}") for n in (1, 2, 3, 4)],
        needs=[*team().needs, need("n4", "c4", days=(TUESDAY,))],
    )
    kept = {"t2": minutes, "t3": minutes}
    return replace(
        of,
        shifts=tuple(replace(row, reserve_minutes=kept.get(row.shift_id, 0)) for row in of.shifts),
    )


@pytest.mark.parametrize(("reserve", "has_place"), [(100, True), (150, False)])
def test_a_reserve_is_not_taken_by_what_had_no_place_on_another_date(reserve: int, has_place: bool) -> None:
    """Monday's sick call looks for places on Tuesday too: with travel ``t2`` has 140 minutes free then, ``t3`` 160."""
    of = with_reserve(reserve)
    of = replace(of, shifts=tuple(row for row in of.shifts if row.shift_id not in ("t1", "t3")))
    before = listed(of, published(of))
    before = replace(before, visits=tuple(row for row in before.visits if "t3" not in row.shifts))
    before = listed(of, before)
    found = answer(of, before, "06:00", Sick("k1"))
    assert newly_broken(of, before, found) == []
    assert any(placed(found, one, TUESDAY) for one in ("n3", "n4")) == has_place


def test_what_was_broken_before_is_left_as_it_was() -> None:
    """``k2`` overlaps on Monday as published; that ``k1`` is sick is no reason to take a visit from ``k2``."""
    of = team(needs=[*team().needs, need("n4", "c2")])
    clash = visit("n4", "c2", "08:00-08:30", "k2:m2")
    before = published(of, clash)
    found = answer(of, before, "06:00", Sick("k1"))
    for one in ("n2", "n4"):
        row = placed(found, one)
        assert row is not None
    assert newly_broken(of, before, found) == []


def test_a_visit_that_only_a_broken_rule_could_place_is_listed() -> None:
    """Nobody but ``k2`` and ``k3`` is left, each with all but half an hour for emergency calls."""
    of = team(shifts=[shift(f"m{n}", f"k{n}", MONDAY, TIMES, reserve_minutes=190) for n in (1, 2, 3)])
    of = replace(of, needs=tuple(replace(row, days=(MONDAY,)) for row in of.needs))
    before = published(of)
    before = replace(before, visits=tuple(row for row in before.visits if row.day == MONDAY))
    found = answer(of, before, "06:00", Sick("k1"))
    assert placed(found, "n1") is None
    assert [row.need_id for row in found.roster.unplaced] == ["n1"]
    assert found.situation.now_min == at("06:00")
