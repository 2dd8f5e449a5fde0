"""A roster on the table: every place is real, costs what the judge says, and leaves the roster as it was; and the search
begun from a roster keeps it, completes it, and in a re-planning changes no more than it must."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.adjust import Loyalty, improve
from scheduler.desk import Desk
from scheduler.evaluate import evaluate
from scheduler.message import ProblemError
from scheduler.problem import Absence, Problem
from scheduler.roster import Roster
from tests.scheduler.cases import at, citizen, need, problem
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.small_plans import alone, of_need, pair_of_carers, plan

TEAMS = st.integers(0, 40)
QUIET = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def without(of: Problem, roster: Roster, index: int) -> Roster:
    """The roster with one visit taken out, judged."""
    gone = roster.visits[index]
    left = [row for row in roster.visits if row is not gone]
    return replace(roster, visits=tuple(left), unplaced=())


def planned(number: int) -> tuple[Problem, Roster]:
    of = busy_problem(number, trainees=False)
    of = replace(of, published=None, standing_roster=None, rules=replace(of.rules, package_minutes="warn"))
    return of, plan(of, 300)


@QUIET
@given(TEAMS, st.integers(0, 200))
def test_every_place_is_valid_and_costs_what_the_judge_says(number: int, pick: int) -> None:
    of, roster = planned(number)
    if not roster.visits:
        return
    gone = roster.visits[pick % len(roster.visits)]
    desk = Desk(of, roster)
    places = desk.places(gone.need_id, gone.day)
    assert places, "a visit that has a place can have it again"
    assert [place.cost for place in places] == sorted(place.cost for place in places)
    first = desk.with_place(places[0])
    assert {(row.need_id, row.day) for row in first.visits} == {
        (row.need_id, row.day) for row in roster.visits
    }
    assert evaluate(of, first).hard == ()
    for place in places[1:3]:
        other = desk.with_place(place)
        assert evaluate(of, other).hard == ()
        dearer = other.figures.objective - first.figures.objective
        assert dearer == pytest.approx(place.cost - places[0].cost, abs=1e-6)
    assert desk.places(gone.need_id, gone.day) == places


def test_a_visit_at_the_time_of_a_session_nobody_holds_stays_on_the_desk() -> None:
    of = busy_problem(4)
    roster = plan(of, 2000)
    before = {(row.need_id, row.day) for row in roster.visits}
    desk = Desk(of, roster)
    places = desk.places("c0n0", 4)
    assert places
    for place in places:
        assert {(row.need_id, row.day) for row in desk.with_place(place).visits} == before


def test_pairs_of_pins_leave_no_stale_times() -> None:
    """A pinned visit by two, and one to be filled in behind it in the same round."""
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[
            need("n1", "c1", window="08:00-08:00", carers=2),
            need("n2", "c2", window="08:00-10:00"),
            need("n3", "c2", window="10:00-10:30"),
        ],
        **pair_of_carers(),
    )
    roster = plan(of)
    pinned = replace(roster, visits=tuple(replace(row, pinned=row.need_id == "n1") for row in roster.visits))
    missing = replace(roster, visits=tuple(row for row in roster.visits if row.need_id == "n1"))
    after = improve(replace(of, published=pinned), missing, iterations=50)
    assert evaluate(replace(of, published=pinned), after).hard == ()
    assert after.figures.unplaced == 0


def test_who_moves_and_who_is_new_is_told() -> None:
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[
            need("n1", "c1", window="08:00-08:30", minutes=30),
            need("n2", "c2", window="08:00-09:30", minutes=30),
        ],
        **pair_of_carers(),
    )
    roster = improve(of, empty(of), iterations=200)
    (alone_with,) = of_need(roster, "n1").carers
    places = Desk(of, roster).places("n2", carers={alone_with})
    assert {place.carers for place in places} == {(alone_with,)}
    assert all(place.new_carers == 1 for place in places), (
        "nobody has been with c2 but for the visit thought away"
    )
    assert all(row.need_id == "n1" and row.from_min != row.to_min for place in places for row in place.moved)


def test_a_morning_and_an_afternoon_with_the_same_carer() -> None:
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[
            need("n1", "c1", window="09:00-09:00", minutes=120, minutes_min=120, minutes_max=120),
            need("n2", "c2", window="08:00-13:00", minutes=30),
        ],
        **alone("07:45-14:00"),
    )
    roster = improve(of, empty(of), iterations=100)
    missing = replace(roster, visits=tuple(row for row in roster.visits if row.need_id == "n1"))
    desk = Desk(of, missing)
    places = desk.places("n2")
    assert len(places) == 2
    morning, afternoon = sorted(places, key=lambda place: place.start_min)
    assert morning.end_min <= at("09:00") < at("11:00") <= afternoon.start_min
    for place in places:
        with_it = desk.with_place(place)
        assert of_need(with_it, "n2").start_min == place.start_min
        assert evaluate(of, with_it).hard == ()


def empty(of: Problem) -> Roster:
    """A roster with nothing in it."""
    return Roster(of.name, of.calendar.first_monday, of.calendar.weeks)


def test_no_place_where_nobody_can() -> None:
    of = problem(citizens=[citizen("c1")], needs=[need("n1", "c1", window="20:00-21:00")], **alone())
    assert Desk(of, empty(of)).places("n1") == []


@pytest.mark.parametrize(("asked", "day"), [("n9", None), ("n1", 3)])
def test_a_visit_that_is_not_due_is_an_error(asked: str, day: int | None) -> None:
    of = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **alone())
    with pytest.raises(ProblemError, match="no visit of it is due"):
        Desk(of, empty(of)).places(asked, day)


def test_a_pinned_visit_is_not_offered_elsewhere() -> None:
    of = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **alone())
    roster = plan(of)
    pinned = replace(roster, visits=tuple(replace(row, pinned=True) for row in roster.visits))
    with pytest.raises(ProblemError, match="pinned"):
        Desk(replace(of, published=pinned), roster).places("n1")


@QUIET
@given(TEAMS)
def test_a_finished_roster_is_laid_out_as_it_is(number: int) -> None:
    """One move may change one visit, no more: carers, times and lengths of all others are found again."""
    of, roster = planned(number)
    again = improve(of, roster, iterations=1)
    assert again.figures.objective <= roster.figures.objective + 1e-6
    assert evaluate(of, again).hard == ()


@QUIET
@given(TEAMS, st.integers(0, 200))
def test_what_is_missing_is_placed(number: int, pick: int) -> None:
    of, roster = planned(number)
    if roster.visits:
        better = improve(of, without(of, roster, pick % len(roster.visits)), iterations=400)
        assert better.figures.unplaced <= roster.figures.unplaced
        assert evaluate(of, better).hard == ()


def test_the_same_steps_give_the_same() -> None:
    of, roster = planned(7)
    assert improve(of, roster, iterations=500) == improve(of, roster, iterations=500)


@pytest.mark.parametrize("limits", [{}, {"seconds": 1.0, "iterations": 1}, {"iterations": 0}])
def test_one_limit_above_zero_is_asked_for(limits: dict[str, float]) -> None:
    of, roster = planned(7)
    with pytest.raises(ProblemError):
        improve(of, roster, **limits)  # type: ignore[arg-type]


def three_for_two() -> tuple[Problem, Roster]:
    """Two citizens, each with one visit on Monday and Tuesday by an own carer."""
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[
            need("n1", "c1", window="08:00-10:00", minutes=30),
            need("n2", "c2", window="08:00-10:00", minutes=30),
        ],
        **pair_of_carers(),
    )
    return of, plan(of)


def test_a_sick_carers_visit_goes_to_the_other_and_nothing_else_changes() -> None:
    of, roster = three_for_two()
    sick = of_need(roster, "n1").carers[0]
    away = Absence(at("00:00"), at("23:59"), carer_id=sick)
    after = improve(
        replace(of, absences=(away,)),
        roster,
        iterations=400,
        loyalty=Loyalty(roster, {"c1": frozenset({"k1"}), "c2": frozenset({"k2"})}),
    )
    other = "k2" if sick == "k1" else "k1"
    assert of_need(after, "n1").carers == of_need(after, "n2").carers == (other,)
    kept = [row for row in roster.visits if row.carers == (other,)]
    assert {(row.need_id, row.start_min) for row in kept} <= {(v.need_id, v.start_min) for v in after.visits}


def test_loyalty_outweighs_what_the_objective_would_gain() -> None:
    """A roster dearer than need be, with a carer the contact is not, stays as it is when nothing has happened."""
    of, roster = three_for_two()
    known = {row.citizen_id: frozenset(row.carers) for row in roster.visits}
    wanted = tuple(replace(row, contact_carer="k1") for row in of.citizens)
    turned = replace(of, citizens=wanted, weights=replace(of.weights, unfair=0))
    assert improve(turned, roster, iterations=400).figures.contact_carer_share == 1.0
    kept = improve(turned, roster, iterations=400, loyalty=Loyalty(roster, known))
    assert [row.carers for row in kept.visits] == [row.carers for row in roster.visits]


def test_pins_stay() -> None:
    of, roster = three_for_two()
    pinned = replace(roster, visits=tuple(replace(row, pinned=True) for row in roster.visits))
    away = Absence(at("00:00"), at("23:59"), carer_id=of_need(roster, "n1").carers[0])
    after = improve(replace(of, published=pinned, absences=(away,)), roster, iterations=300)
    assert after.visits == pinned.visits
