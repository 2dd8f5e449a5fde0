"""What has begun stays, whatever happens to whatever team; and nothing is dropped in silence."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import DAY_MIN
from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.replan import Admitted, Discharged, Event, EventErrors, Late, Replanned, Sick, Urgent, replan
from scheduler.roster import PlacedBreak, Roster
from scheduler.solve import solve
from tests.scheduler.cases import at, citizen, need, session, shift, visit
from tests.scheduler.replan.replan_cases import MONDAY, TUESDAY, answer, published, team
from tests.scheduler.search.busy_teams import busy_problem


def some_events(problem: Problem, roster: Roster, now_min: int, random: Random) -> list[Event]:
    """One or two things that may have happened."""
    carers = [row.carer_id for row in problem.carers]
    citizens = [row.citizen_id for row in problem.citizens]
    day = now_min // DAY_MIN
    clock = now_min % DAY_MIN
    choices: list[Event] = [
        Sick(random.choice(carers)),
        Sick(random.choice(carers), until_day=day + 1),
        Admitted(random.choice(citizens)),
        Admitted(random.choice(citizens), until_min=now_min + random.randint(1, 3000)),
        Discharged(random.choice(citizens)),
        Late(random.choice(carers), random.randint(1, 90)),
        Urgent(
            (
                replace(
                    need("u1", random.choice(citizens), days=(day % 7,)),
                    window_start_min=clock,
                    window_end_min=clock + random.randint(0, 240),
                ),
            )
        ),
    ]
    return random.sample(choices, random.choice((1, 1, 2)))


def check(problem: Problem, roster: Roster, now_min: int, found: Replanned) -> None:
    """What has begun is the same to the minute, nothing else begins in the past, all that is due is answered for."""
    begun = {(v.need_id, v.day): v for v in roster.visits if v.start_min < now_min}
    after = {(v.need_id, v.day): v for v in found.roster.visits}
    for key, was in begun.items():
        assert replace(after[key], pinned=False) == replace(was, pinned=False)
    assert all(v.start_min >= now_min for key, v in after.items() if key not in begun)
    starts = {row.session_id: row.start_min for row in problem.sessions}
    held = {row.session_id: row for row in found.roster.sessions}
    for row in roster.sessions:
        if starts[row.session_id] < now_min:
            assert held[row.session_id] == row
    breaks = set(found.roster.breaks)
    assert {row for row in roster.breaks if row.start_min < now_min} <= breaks
    rules = [row.rule for row in evaluate(found.problem, found.roster).violations]
    assert "unlisted" not in rules
    assert "unknown" not in rules
    assert found.roster.open_shifts == roster.open_shifts
    assert found.cost.new_carers >= found.bounds.new_carers
    assert found.cost.changed >= found.bounds.changed


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_what_has_begun_stays_and_nothing_is_put_into_the_past(number: int) -> None:
    random = Random(number)
    problem = busy_problem(number)
    roster = solve(problem, iterations=300, workers=1, seed=1)
    was = {(row.rule, row.need_id, row.day, row.shift_id) for row in evaluate(problem, roster).hard}
    assert not was
    now_min = random.randrange(problem.calendar.days) * DAY_MIN + random.randint(300, 1200)
    events = some_events(problem, roster, now_min, random)
    try:
        found = replan(problem, roster, now_min, events, iterations=200)
    except EventErrors:
        return
    check(problem, roster, now_min, found)
    broken = evaluate(found.problem, found.roster).hard
    # Only what has begun can break a rule: a package's week, or a pair of which one went home.
    kept = {need_id for need_id, _ in found.situation.kept}
    for row in broken:
        assert row.rule in ("package", "untrained_share") or row.need_id in kept or row.shift_id, str(
            row.message
        )


def test_the_same_words_give_the_same_answer() -> None:
    problem = busy_problem(3)
    roster = solve(problem, iterations=300, workers=1, seed=1)
    carer = roster.visits[-1].carers[0]
    now_min = roster.visits[-1].day * DAY_MIN + 300
    answers = [replan(problem, roster, now_min, [Sick(carer)], iterations=300, seed=5) for _ in range(2)]
    assert answers[0].roster == answers[1].roster
    assert answers[0].cost == answers[1].cost


def test_a_visit_to_which_the_carer_is_on_the_way_is_kept() -> None:
    """At 08:35 k2 is between c1 and c2: c2's visit is not handed to anybody."""
    of = team()
    before = published(of)
    found = answer(of, before, "08:35", Sick("k3"), day=TUESDAY)
    assert ("n2", TUESDAY) in found.situation.kept


def test_a_break_that_has_begun_stays() -> None:
    of = team(
        shifts=[shift(f"m{n}", f"k{n}", times="07:00-15:00") for n in (1, 2, 3)],
        needs=[need("n1", "c1", "13:00-14:00")],
    )
    pauses = (PlacedBreak("m1", at("11:00"), at("11:30")), PlacedBreak("m2", at("11:40"), at("12:10")))
    before = published(of, visits=(visit("n1", "c1", "13:00-13:30", "k1:m1"),), breaks=pauses[:1])
    found = answer(of, before, "11:10", Sick("k2"))
    assert pauses[0] in found.roster.breaks
    moved = answer(of, before, "11:10", Sick("k1"))
    assert pauses[0] in moved.roster.breaks


def test_a_session_under_way_is_held_to_its_end() -> None:
    of = team(sessions=[session("g1", ("c1",), start_min=at("09:30"))])
    before = published(of)
    before = replace(before, sessions=(replace_session("g1", "k1", "m1"),))
    found = answer(of, before, "09:40", Sick("k1"))
    assert found.roster.sessions == before.sessions
    assert found.problem.absences[0].start_min == at("10:30")


def replace_session(session_id: str, carer_id: str, shift_id: str):
    from scheduler.roster import PlacedSession

    return PlacedSession(session_id, (carer_id,), (shift_id,))


def test_an_any_day_visit_is_not_put_into_the_past() -> None:
    """On Tuesday the visit without a place may go to Tuesday only, though Monday has all the room there is."""
    of = team(
        citizens=[citizen(f"c{n}") for n in (1, 2, 3, 4)],
        needs=[*team().needs, need("n4", "c4", days=None, times_per_week=1)],
    )
    before = published(of, visit("n4", "c4", "08:40-09:10", "k1:t1", day=TUESDAY))
    found = answer(of, before, "08:00", Sick("k1"), day=TUESDAY)
    rows = [v for v in found.roster.visits if v.need_id == "n4"]
    assert [(v.day, v.carers == ("k1",)) for v in rows] == [(TUESDAY, False)]


@pytest.mark.parametrize("clock", ["06:00", "08:10"])
def test_the_planners_pins_are_those_they_were(clock: str) -> None:
    """Nothing is pinned in the answer but what the planner had pinned, unless its carer is gone."""
    of = team()
    visits = [replace(v, pinned=v.need_id == "n3") for v in published(of).visits]
    before = published(of, visits=tuple(visits))
    found = answer(of, before, clock, Sick("k1"))
    assert {(v.need_id, v.day) for v in found.roster.visits if v.pinned} == {("n3", MONDAY), ("n3", TUESDAY)}
    gone = answer(of, before, "06:00", Sick("k3"))
    assert {(v.need_id, v.day) for v in gone.roster.visits if v.pinned} == {("n3", TUESDAY)}
    assert [v.carers for v in gone.roster.visits if v.need_id == "n3" and v.day == MONDAY] in (
        [("k1",)],
        [("k2",)],
    )
