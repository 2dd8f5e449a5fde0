"""What carers do when a day does not go as planned; every minute twice or half as long, so it is reckoned by hand.

Every journey takes 10 minutes in the plan.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.problem import Absence, Ferry, Link, Meeting, Problem
from scheduler.roster import Roster
from scheduler.simulate import Distributions, RoundOutlook, Simulation, Spread, simulate
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    carer,
    citizen,
    held,
    need,
    pause,
    problem,
    roster,
    session,
    shift,
    visit,
)


def lasting(visits: float = 1.0, travel: float = 1.0) -> Distributions:
    """Visits and journeys always take so many times as long as planned."""
    return Distributions({"other": Spread(visits)}, {"other": Spread(travel)})


def lived(of: Problem, answer: Roster, visits: float = 1.0, travel: float = 1.0, **more: Any) -> Simulation:
    return simulate(of, answer, lasting(visits, travel), runs=3, **more)


def delays(result: Simulation) -> dict[str, int]:
    """Need id -> minutes after the planned start; the same in every run."""
    for row in result.visits:
        assert row.delay_mean_min == row.delay_late_min
    return {row.need_id: round(row.delay_mean_min) for row in result.visits}


def ends(result: Simulation) -> dict[str, int]:
    """Shift id -> minutes after the planned end."""
    return {row.shift_id: round(row.end_mean_min) - row.end_planned_min for row in result.rounds}


def only_round(result: Simulation) -> RoundOutlook:
    (row,) = result.rounds
    return row


def two_homes(second: str = "08:40-09:10", **changes: Any) -> tuple[Problem, Roster]:
    """``k1`` at ``c1`` from 08:00 to 08:30 and then at ``c2``."""
    parts: dict[str, Any] = {
        "citizens": [citizen("c1"), citizen("c2")],
        "needs": [need("n1", "c1", "07:00-14:00"), need("n2", "c2", "07:00-14:00")],
        "carers": [carer("k1")],
        "shifts": [shift("s1", "k1", times="07:00-11:00")],
        **changes,
    }
    of = problem(**parts)
    return of, roster(of, [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", second, "k1:s1")])


def pair(**changes: Any) -> tuple[Problem, Roster]:
    """``k1`` and ``k2`` at ``c1`` and ``c2`` from 08:00 on, then together at ``c3`` at 09:00."""
    return base_problem(**changes), base_roster()


def test_a_day_as_planned_is_on_time():
    result = lived(*pair())
    # Nobody has to wait at 08:10 who can begin at 08:00, and so on, but not half an hour before the plan.
    assert all(-30 <= delay <= 0 for delay in delays(result).values())
    assert result.punctuality == 1
    assert result.calls == 0
    assert all(row.over_share == 0 for row in result.rounds)


def test_lateness_is_handed_on_along_the_round():
    result = lived(*two_homes(), visits=2, travel=2)
    # The way out takes 10 minutes more, the first visit 30, the journey 10.
    assert delays(result) == {"n1": 10, "n2": 50}
    # And the second visit and the way home 40 together.
    assert ends(result) == {"s1": 90}


def test_who_is_early_goes_on():
    assert delays(lived(*two_homes(), visits=0.5)) == {"n1": 0, "n2": -15}


def test_a_round_begins_as_planned():
    assert delays(lived(*two_homes(), travel=0.5)) == {"n1": -5, "n2": -10}


@pytest.mark.parametrize(
    ("changes", "delay"),
    [
        ({}, -25),  # as early as can be
        ({"window_start_min": at("08:30")}, -10),
        ({"agreed_start_min": at("08:45")}, -10),
    ],
)
def test_nobody_begins_before_the_window_or_the_agreed_time(changes, delay):
    needs = [
        need("n1", "c1", "07:00-14:00"),
        need("n2", "c2", **{"window_start_min": at("07:00"), "window_end_min": at("14:00"), **changes}),
    ]
    of, answer = two_homes(needs=needs)
    assert delays(lived(of, answer, visits=1 / 3, travel=0.5))["n2"] == pytest.approx(delay, abs=6)
    if changes:
        assert delays(lived(of, answer, visits=1 / 3, travel=0.5))["n2"] == delay


def test_nobody_begins_long_before_the_citizen_expects_it():
    of, answer = two_homes("10:00-10:30")
    assert delays(lived(of, answer))["n2"] == -30
    result = lived(of, answer, tolerance_min=15)
    assert delays(result)["n2"] == -15
    assert result.punctuality == 1


def test_the_citizen_is_called_beyond_the_tolerance():
    of, answer = two_homes("08:40-09:10")
    # 10 minutes late, then 40 (visits twice as long, the way out of 20 minutes), or 30 with the way as planned.
    late = lived(of, answer, visits=2, travel=2)
    assert (late.calls, late.punctuality) == (1, 0.5)
    just = lived(of, answer, visits=2)
    assert delays(just)["n2"] == 30
    assert (just.calls, just.punctuality) == (0, 1)
    assert lived(of, answer, visits=2, tolerance_min=29).calls == 1


def test_screen_visits_are_not_part_of_punctuality():
    of, answer = two_homes()
    screen = [answer.visits[0], visit("n2", "c2", "08:30-09:00", "k1:s1", modality="screen")]
    result = lived(of, roster(of, screen), visits=3)
    assert delays(result)["n2"] == 60
    assert (result.punctuality, result.calls) == (1, 1)


def test_a_roster_without_home_visits_has_no_punctuality():
    of = base_problem()
    result = lived(of, roster(of))
    assert (result.punctuality, result.visits, result.rounds) == (None, (), ())


def test_a_pair_waits_for_both():
    of, answer = pair(
        needs=(
            need("n1", "c1"),
            need("n2", "c2", service="training"),
            need("n3", "c3", "08:30-11:00", carers=2),
        ),
        shifts=tuple(shift(f"s{i}", f"k{i}", times="07:00-10:30") for i in (1, 2)),
    )
    answer = roster(of, answer.visits)
    slow_training = Distributions({"other": Spread(1), "training": Spread(3)})
    result = simulate(of, answer, slow_training, runs=2)
    # k2 comes from c2 at 09:40 + 10; both leave together.
    assert delays(result)["n3"] == 50
    assert ends(result) == {"s1": 50, "s2": 50}


def test_linked_visits_keep_their_least_gap():
    of, answer = two_homes(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "07:00-14:00"), need("n2", "c1", "07:00-14:00")],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
        links=(Link("n1", "n2", 10),),
    )
    first, second = answer.visits
    answer = roster(of, [first, visit("n2", "c1", "08:40-09:10", "k2:s2")])
    assert delays(lived(of, answer, visits=2)) == {"n1": 0, "n2": 30}
    assert second.start_min == at("08:40")


def test_visits_to_a_citizen_do_not_overlap():
    of, answer = two_homes(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "07:00-14:00"), need("n2", "c1", "07:00-14:00")],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
    )
    answer = roster(of, [answer.visits[0], visit("n2", "c1", "08:40-09:10", "k2:s2")])
    assert delays(lived(of, answer, visits=2)) == {"n1": 0, "n2": 20}


def test_what_comes_after_an_absence_is_not_begun_before_its_end():
    absence = Absence(at("08:00"), at("08:35"), citizen_id="c2")
    assert delays(lived(*two_homes(absences=(absence,)), visits=0.1, travel=0.5))["n2"] == -5


def test_a_meeting_ends_when_it_was_to():
    of, answer = two_homes("09:30-10:00", meetings=(Meeting("Team", 0, at("08:40"), 40, ("k1",)),))
    assert delays(lived(of, answer, visits=2))["n2"] == 0
    # Whoever comes after its end goes on from there: 08:00 + 120 + 10, then the journey on.
    assert delays(lived(of, answer, visits=4))["n2"] == 50


def test_a_session_waits_for_its_carers_and_lasts_as_planned():
    of, _ = two_homes(sessions=[session("g1", (), start_min=at("08:40"), minutes=40)])
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "09:30-10:00", "k1:s1")]
    answer = roster(of, visits, sessions=(held("g1", "k1:s1"),))
    assert delays(lived(of, answer, visits=2))["n2"] == 30
    # It does not begin before its time.
    assert delays(lived(of, answer, visits=0.5))["n2"] == 0


def test_nobody_waits_for_a_trainee():
    of, _ = two_homes(
        carers=[carer("k1"), carer("t1", mentor="k1", mode="foot")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "t1", times="07:00-11:00")],
    )
    visits = [
        visit("n1", "c1", "08:00-08:30", "k1:s1", "t1:s2"),
        visit("n2", "c2", "08:40-09:10", "k1:s1", "t1:s2"),
    ]
    slow_on_foot = Distributions(travel={"other": Spread(1), "foot": Spread(9)})
    result = simulate(of, roster(of, visits), slow_on_foot, runs=2)
    assert delays(result) == {"n1": 0, "n2": 0}
    # The trainee comes to the first when it is long over: 07:50 + 90, then 90 and 90 more.
    assert ends(result) == {"s1": 0, "s2": at("09:20") + 180 - at("09:20")}


def with_break(times: str = "11:00-11:30", second: str = "11:30-12:00") -> tuple[Problem, Roster]:
    """``k1`` at ``c1`` from 10:20 to 10:50, a break between 11:00 and 13:00, then ``c2``."""
    of, _ = two_homes(shifts=[shift("s1", "k1")])
    visits = [visit("n1", "c1", "10:20-10:50", "k1:s1"), visit("n2", "c2", second, "k1:s1")]
    return of, roster(of, visits, [pause("s1", times)])


def test_the_break_slides_and_is_never_skipped():
    # The visit ends at 11:20, the journey at 11:30, the break at 12:00.
    result = lived(*with_break(), visits=2)
    assert delays(result)["n2"] == 30
    assert only_round(result).break_late_share == 0


def test_the_break_is_not_taken_before_its_time():
    # The first visit ends at 10:35; the break still waits for 11:00.
    assert delays(lived(*with_break(), visits=0.5))["n2"] == 0


def test_the_break_is_earlier_in_the_order_when_there_would_be_no_time_for_it():
    # Planned behind the second visit; that would now end at 12:50 or so, too late for half an hour before 13:00.
    of, _ = two_homes(shifts=[shift("s1", "k1")])
    visits = [visit("n1", "c1", "10:30-11:10", "k1:s1"), visit("n2", "c2", "11:30-12:20", "k1:s1")]
    answer = roster(of, visits, [pause("s1", "12:20-12:50")])
    result = lived(of, answer, visits=1.5)
    # 11:30 at the end of the first, 11:40 at the second; it would end at 12:30 as planned: just in time.
    assert delays(result)["n2"] == 10
    assert only_round(result).break_late_share == 1  # it took longer than planned
    result = lived(of, answer, visits=1.75)
    # 11:40 at the end of the first: the break comes now, and the second visit at 12:20.
    assert delays(result)["n2"] == 50
    assert only_round(result).break_late_share == 0


def test_a_break_too_late_is_taken_and_told():
    result = lived(*with_break(), visits=6)
    # The visit ends at 13:20; with journey and break the next begins at 14:00.
    assert delays(result)["n2"] == 150
    assert only_round(result).break_late_share == 1


def island(**times: str) -> tuple[Problem, Roster]:
    """``c2`` lies on an island: first arrival 08:35, last departure 09:30, 15 minutes by ferry."""
    row = Ferry("Fejø", 0, at("08:35"), at(times.get("last", "09:30")), 15)
    of, _ = two_homes(citizens=[citizen("c1"), citizen("c2", island="Fejø")], ferries=(row,))
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:55-09:25", "k1:s1")]
    return of, roster(of, visits)


def test_ferries_keep_their_time():
    result = lived(*island(), travel=2)
    # 10 minutes more on the way out and 10 on the road to the ferry, none on the water.
    assert delays(result)["n2"] == 20
    # Back from 09:45: the last one has left.
    assert only_round(result).ferry_missed_share == 1
    assert only_round(lived(*island())).ferry_missed_share == 0


def test_nobody_is_on_the_island_before_the_first_ferry():
    assert delays(lived(*island(), visits=0.1, travel=0.1))["n2"] == -20


def test_a_late_round_makes_the_next_one_late():
    of, _ = two_homes(
        shifts=[shift("s1", "k1", times="07:00-08:40"), shift("s2", "k1", times="08:40-12:00")],
    )
    answer = roster(
        of, [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:50-09:20", "k1:s2")]
    )
    result = lived(of, answer, visits=3)
    assert delays(result) == {"n1": 0, "n2": 60}
    first, second = result.rounds
    assert (first.over_share, first.over_mean_min) == (1, 60)
    assert second.over_share == 0
