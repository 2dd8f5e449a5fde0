"""The judge asked again after a change says to the letter what it says of the whole roster."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scheduler import rejudge
from scheduler.evaluate import Evaluation, evaluate
from scheduler.problem import Link, Problem
from scheduler.roster import OpenShift, PlacedSession, PlacedVisit, Roster, Unplaced
from scheduler.rules import RULES, RosterContext
from scheduler.travel import TravelTable
from tests.scheduler.cases import base_problem, base_roster, carer, citizen, need, shift, visit
from tests.scheduler.roster_strategies import problems_with_rosters, rosters

#: A whole team takes minutes to make small, and the seed that is told is enough.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


@st.composite
def changed(draw: st.DrawFn, problem: Problem, roster: Roster) -> Roster:
    """The roster after a few steps of any kind, lawful or not; the rows that stay are the very same objects."""
    visits, unplaced, breaks = list(roster.visits), list(roster.unplaced), list(roster.breaks)
    for _ in range(draw(st.integers(1, 3))):
        step = draw(
            st.sampled_from(
                ("time", "length", "people", "date", "screen", "pin", "out", "in", "break", "odd")
            )
        )
        if step == "in" and unplaced:
            left = unplaced.pop(draw(st.integers(0, len(unplaced) - 1)))
            visits.insert(draw(st.integers(0, len(visits))), _placed(draw, problem, left))
        elif step == "break" and breaks:
            at = draw(st.integers(0, len(breaks) - 1))
            by = draw(st.integers(-90, 90))
            breaks[at] = replace(
                breaks[at], start_min=breaks[at].start_min + by, end_min=breaks[at].end_min + by
            )
        elif step == "odd":
            visits = visits[::-1] if draw(st.booleans()) else visits
            breaks = breaks[1:] if draw(st.booleans()) else breaks
            visits += visits[:1] if draw(st.booleans()) else []
            unplaced += unplaced[:1] if draw(st.booleans()) else []
        elif visits:
            at = draw(st.integers(0, len(visits) - 1))
            row = visits.pop(at)
            if step == "out":
                unplaced.append(Unplaced(row.need_id, row.day, row.day // 7, "by_hand"))
            else:
                visits.insert(at, _altered(draw, step, row, roster.visits))
    return replace(roster, visits=tuple(visits), unplaced=tuple(unplaced), breaks=tuple(breaks))


def _placed(draw: st.DrawFn, problem: Problem, row: Unplaced) -> PlacedVisit:
    of = problem.need_by_id.get(row.need_id)
    day = 7 * row.week if row.day is None else row.day
    on_duty = [one for one in problem.shifts if one.day == day and one.carer_id is not None]
    chosen = draw(st.lists(st.sampled_from(on_duty), max_size=2, unique=True)) if on_duty else []
    start = day * 1440 + draw(st.integers(0, 1439))
    who = tuple(one.carer_id or "" for one in chosen)
    shifts = tuple(one.shift_id for one in chosen)
    citizen_id = "nobody" if of is None else of.citizen_id
    return PlacedVisit(row.need_id, citizen_id, day, start, start + 30, "home", who, shifts)


def _altered(draw: st.DrawFn, step: str, row: PlacedVisit, others: tuple[PlacedVisit, ...]) -> PlacedVisit:
    by = draw(st.integers(-120, 120))
    other = draw(st.sampled_from(others)) if others else row
    return {
        "time": replace(row, start_min=row.start_min + by, end_min=row.end_min + by),
        "length": replace(row, end_min=row.end_min + by),
        "people": replace(row, carers=other.carers, shifts=other.shifts),
        "date": replace(row, day=other.day),
        "screen": replace(row, modality="home" if row.modality == "screen" else "screen"),
        "pin": replace(row, pinned=not row.pinned),
    }.get(step, row)


def assert_same(again: Evaluation, whole: Evaluation) -> None:
    assert again.violations == whole.violations
    assert again.figures == whole.figures
    assert again.citizens == whole.citizens
    assert again.by_rule == whole.by_rule
    assert again.context.visits == whole.context.visits
    assert again.context.shift_days == whole.context.shift_days
    assert again.context.matching == whole.context.matching


@settings(max_examples=20, phases=NO_SHRINKING)
@given(data=st.data())
def test_judged_again_is_as_judged_whole(data: st.DataObject) -> None:
    """After each of several changes, one upon the other; any legal problem."""
    problem = data.draw(problems_with_rosters())
    _follow(data, problem, data.draw(rosters(problem)))


@settings(max_examples=60, phases=NO_SHRINKING)
@given(data=st.data(), linked=st.booleans(), pinned=st.booleans(), standing=st.booleans())
def test_small_team_judged_again(data: st.DataObject, linked: bool, pinned: bool, standing: bool) -> None:
    """The same, from a roster that breaks no rule: few citizens, so that changes meet."""
    roster = base_roster()
    problem = base_problem(
        links=(Link("n1", "n3", 0, 60, True),) if linked else (),
        published=replace(roster, visits=(replace(roster.visits[0], pinned=True),)) if pinned else None,
        standing_roster=roster if standing else None,
    )
    _follow(data, problem, base_roster(problem))


def _follow(data: st.DataObject, problem: Problem, roster: Roster) -> None:
    travel = TravelTable(problem)
    found = evaluate(problem, roster, travel)
    with mock.patch.object(rejudge, "MOST", 1.0):
        for _ in range(2):
            roster = data.draw(changed(problem, roster))
            found = evaluate(problem, roster, travel, found)
            assert_same(found, evaluate(problem, roster, travel))


def test_rules_are_asked_of_the_part_only_and_of_the_whole_where_something_is_found() -> None:
    """Of two changes the first breaks nothing; the second is told by the words of the whole judge."""
    problem = base_problem(
        citizens=(citizen("c1"), citizen("c2"), citizen("c3"), citizen("c4")),
        needs=(*base_problem().needs, need("n4", "c4")),
        carers=(*base_problem().carers, carer("k3")),
        shifts=(*base_problem().shifts, shift("s3", "k3")),
    )
    start = base_roster(problem, visits=(*base_roster().visits, visit("n4", "c4", "09:00-09:30", "k3:s3")))
    travel = TravelTable(problem)
    before = evaluate(problem, start, travel)
    row = start.visits[-1]

    def with_last(last: PlacedVisit) -> Roster:
        return replace(start, visits=(*start.visits[:-1], last))

    later = with_last(replace(row, start_min=row.start_min + 15, end_min=row.end_min + 15))
    with mock.patch.object(rejudge, "BY_PART", frozenset(RULES)):
        part = rejudge.again(evaluate(problem, later, travel).context, before.context, before.by_rule)
    assert part is not None
    assert [one.citizen_id for one in part.part.visits] == ["c4"]
    assert set(part.part.shift_days) == {"s3"}
    too_late = with_last(replace(row, start_min=row.start_min + 600, end_min=row.end_min + 600))
    assert {one.rule for one in evaluate(problem, too_late, travel, before).hard} >= {"window", "shift"}


def test_whole_judge_where_more_than_rows_has_changed() -> None:
    problem, start = base_problem(), base_roster()
    before = evaluate(problem, start, TravelTable(problem))
    of = before.context
    later = replace(start.visits[0], start_min=start.visits[0].start_min + 5)
    for context in (
        RosterContext(replace(problem, name="another"), start, of.travel),
        RosterContext(problem, start, TravelTable(problem)),
        RosterContext(problem, replace(start, weeks=2), of.travel),
        RosterContext(problem, replace(start, open_shifts=(OpenShift("s1", "k2"),)), of.travel),
        RosterContext(problem, replace(start, sessions=(PlacedSession("g", (), ()),)), of.travel),
        # One visit of three is more than a small part.
        RosterContext(problem, replace(start, visits=(later, later, later)), of.travel),
    ):
        assert rejudge.again(context, of, before.by_rule) is None


def test_linked_visit_of_a_changed_one_is_looked_at() -> None:
    """Moving the first of two linked visits breaks the rule that is told of the second."""
    links = (Link("n1", "n3", 0, 60),)
    problem, start = base_problem(links=links), base_roster(base_problem(links=links))
    travel = TravelTable(problem)
    before = evaluate(problem, start, travel)
    row = start.visits[0]
    moved = replace(row, start_min=row.start_min - 60, end_min=row.end_min - 60)
    roster = replace(start, visits=(moved, *start.visits[1:]))
    with mock.patch.object(rejudge, "MOST", 1.0):
        found = evaluate(problem, roster, travel, before)
    assert_same(found, evaluate(problem, roster, travel))
    assert "link_gap" in {one.rule for one in found.hard}
