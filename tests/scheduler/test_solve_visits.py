"""Who comes together, what follows what, where and how: each by a small team in which planning without it differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.problem import (
    Absence,
    Ferry,
    Link,
    Meeting,
    Problem,
    Weights,
)
from tests.scheduler.cases import (
    at,
    base_problem,
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)
from tests.scheduler.small_plans import SHORT, alone, group, left_out, of_need, pair_of_carers, plan

# Two carers


def test_two_carers_come_at_the_same_time() -> None:
    answer = plan(base_problem())
    assert set(of_need(answer, "n3").carers) == {"k1", "k2"}
    assert answer.unplaced == ()


def test_one_carer_is_not_two() -> None:
    people = [carer("k1"), carer("k2")]
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1", carers=2)], **alone(carers=people))
    assert left_out(plan(team)) == {"n1": "shift"}


def test_two_carers_wait_for_the_one_who_is_away() -> None:
    # k2 is there at 08:25 at the earliest, when k1, who could be there before, is about to be away.
    away = Absence(at("08:30"), at("09:00"), carer_id="k1")
    team = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "08:00-09:30", carers=2)],
        absences=(away,),
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times=SHORT), shift("s2", "k2", times="08:15-11:00")],
    )
    assert of_need(plan(team), "n1").start_min >= at("09:00")


# Times at which somebody is away


@pytest.mark.parametrize(
    ("away", "earliest", "latest"),
    [
        ("10:00-12:00", "09:45", "09:50"),  # leaves at the agreed time: the visit comes before
        ("08:00-10:05", "10:05", "10:15"),  # comes home just after it
    ],
)
def test_a_visit_agreed_for_a_time_at_which_the_citizen_is_away_comes_beside_it(
    away: str, earliest: str, latest: str
) -> None:
    begin, end = (at(clock) for clock in away.split("-"))
    team = problem(
        citizens=[citizen("c1")],
        needs=[
            need("n1", "c1", "09:30-10:30", agreed_start_min=at("10:00"), minutes=10, minutes_min=10,
                 minutes_max=10)
        ],
        absences=(Absence(begin, end, citizen_id="c1"),),
        **alone(),
    )  # fmt: skip
    assert at(earliest) <= of_need(plan(team), "n1").start_min <= at(latest)


def test_a_visit_comes_before_its_agreed_time_when_the_only_carer_leaves_then() -> None:
    team = problem(
        citizens=[citizen("c1")],
        needs=[
            need("n1", "c1", "09:30-10:30", agreed_start_min=at("10:00"), minutes=10, minutes_min=10,
                 minutes_max=10)
        ],
        absences=(Absence(at("10:00"), at("11:00"), carer_id="k1"),),
        **alone(),
    )  # fmt: skip
    assert at("09:45") <= of_need(plan(team), "n1").start_min <= at("09:50")


# Links


def linked(link: Link, **changes: Any) -> Problem:
    """Two visits to one citizen; nothing but the link says when the second follows."""
    return problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "07:10-10:00"), need("n2", "c1", "07:10-10:20")],
        links=(link,),
        **{"weights": Weights(waiting=0, regular=0), **pair_of_carers(), **changes},
    )


@pytest.mark.parametrize(("least", "most"), [(0, 5), (40, 40), (100, 120)])
def test_a_link_keeps_its_gap(least: int, most: int) -> None:
    answer = plan(linked(Link("n1", "n2", least, most)))
    gap = of_need(answer, "n2").start_min - of_need(answer, "n1").end_min
    assert least <= gap <= most


def test_a_greatest_gap_makes_the_first_visit_wait() -> None:
    team = linked(Link("n1", "n2", 0, 20))
    late = need("n2", "c1", "10:00-10:20")
    answer = plan(replace(team, needs=(team.needs[0], late)))
    assert of_need(answer, "n1").end_min >= at("09:40")


def test_a_link_asks_for_the_same_carer() -> None:
    # Only k1 may do the first; the second would go to k2, the contact carer.
    prices = Weights(carer=0, carer_14=0, contact=50, waiting=0, unfair=0)
    team = linked(Link("n1", "n2", 0, None, True), weights=prices)
    team = replace(
        team,
        citizens=(citizen("c1", contact_carer="k2"),),
        carers=(carer("k1", qualification="nurse"), carer("k2")),
        needs=(replace(team.needs[0], qualification="nurse"), team.needs[1]),
    )
    assert of_need(plan(team), "n2").carers == ("k1",)
    assert of_need(plan(replace(team, links=())), "n2").carers == ("k2",)


# Trainees


def test_a_trainee_comes_along_with_the_mentor() -> None:
    team = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", qualification="nurse")],
        carers=[carer("k1", qualification="nurse"), carer("k2", mentor="k1", qualification="untrained")],
        shifts=[shift("s1", "k1"), shift("s2", "k2")],
    )
    answer = plan(team)
    assert of_need(answer, "n1").carers == ("k1", "k2")
    assert of_need(answer, "n1").shifts == ("s1", "s2")
    assert {row.shift_id for row in answer.breaks} == {"s1", "s2"}


# Breaks, meetings, sessions, screens


def test_a_used_shift_has_its_break_in_its_times_and_an_unused_one_none() -> None:
    team = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "10:40-13:10", minutes=60, minutes_min=60, minutes_max=60)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1"), shift("s2", "k2")],
    )
    answer = plan(team)
    (pause,) = answer.breaks
    assert (pause.shift_id,) == of_need(answer, "n1").shifts
    assert at("11:00") <= pause.start_min
    assert pause.end_min == pause.start_min + 30 <= at("13:00")


def test_visits_go_round_a_meeting() -> None:
    meeting = Meeting("Møde", 0, at("08:00"), 60, ("k1",))
    team = problem(
        citizens=[citizen("c1")], needs=[need("n1", "c1", "07:30-09:20")], meetings=(meeting,), **alone()
    )
    assert of_need(plan(team), "n1").start_min >= at("09:10")
    assert of_need(plan(replace(team, meetings=())), "n1").start_min < at("09:10")


def test_an_absent_carer_is_not_at_the_meeting() -> None:
    meeting = Meeting("Møde", 0, at("08:00"), 60, ("k1",))
    away = Absence(at("07:00"), at("08:10"), carer_id="k1")
    team = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "08:20-08:30")],
        meetings=(meeting,),
        absences=(away,),
        **alone(),
    )
    assert left_out(plan(team)) == {}


def test_a_session_is_held_by_whom_it_asks_for_and_its_citizens_are_there() -> None:
    answer = plan(group())
    assert [(row.session_id, row.carers) for row in answer.sessions] == [("g1", ("k2",))]
    assert of_need(answer, "n1").start_min >= at("09:00")


def test_a_session_nobody_holds_is_listed_and_keeps_nobody_from_a_visit() -> None:
    team = group(carers=[carer("k1"), carer("k2")])
    team = replace(team, needs=(need("n1", "c1", "08:00-08:30"),))
    answer = plan(team)
    assert left_out(answer) == {"g1": "qualification"}
    assert of_need(answer, "n1").start_min < at("09:00")


def test_a_screen_visit_takes_no_travel() -> None:
    team = problem(
        citizens=[citizen("c1", screen_able=True)], needs=[need("n1", "c1", modality="either")], **alone()
    )
    answer = plan(team)
    assert of_need(answer, "n1").modality == "screen"
    assert answer.figures.travel_minutes == 0


def test_a_screen_visit_is_only_for_those_who_can() -> None:
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", modality="either"), need("n2", "c2", modality="screen")],
        **alone(),
    )
    answer = plan(team)
    assert of_need(answer, "n1").modality == "home"
    assert left_out(answer) == {"n2": "screen"}


# Islands


def island(*ferries: Ferry, **changes: Any) -> Problem:
    """``c1`` lives on Femø."""
    return problem(
        citizens=[citizen("c1", island="Femø")],
        needs=[need("n1", "c1", "07:00-10:00")],
        ferries=ferries,
        **{**alone(), **changes},
    )


FERRY = Ferry("Femø", 0, at("08:30"), at("09:30"), 5)


def test_a_visit_on_an_island_lies_between_the_ferries() -> None:
    placed = of_need(plan(island(FERRY)), "n1")
    assert at("08:30") <= placed.start_min < placed.end_min <= at("09:30")


def test_a_visit_on_an_island_is_over_by_the_last_departure() -> None:
    # There is room for it only when it is shorter than wished.
    placed = of_need(plan(island(Ferry("Femø", 0, at("08:30"), at("08:54"), 5))), "n1")
    assert placed.end_min <= at("08:54")


def test_nobody_crosses_on_a_day_without_a_ferry() -> None:
    assert left_out(plan(island())) == {"n1": "ferry"}


def test_a_shift_that_begins_on_the_island_needs_no_ferry() -> None:
    answer = plan(island(FERRY, shifts=[shift("s1", "k1", times="07:00-08:20", begins_at="Femø")]))
    assert of_need(answer, "n1").end_min <= at("08:20")
    assert answer.figures.travel_minutes == 0


@pytest.mark.parametrize(("first", "rules"), [("08:30", ["capacity"]), ("08:25", [])])
def test_the_journey_to_an_island_waits_for_the_first_ferry(first: str, rules: list[str]) -> None:
    # Behind the screen visit there is no time for the journey; before it only when the ferry is early enough.
    talk = need("n2", "c2", "08:25-08:25", modality="screen", minutes=5, minutes_min=5, minutes_max=5)
    team = problem(
        citizens=[citizen("c1", island="Femø"), citizen("c2", screen_able=True)],
        needs=[need("n1", "c1", "08:30-08:40"), talk],
        ferries=(Ferry("Femø", 0, at(first), at("09:30"), 5),),
        **alone(),
    )
    rows = [
        visit("n2", "c2", "08:25-08:30", "k1:s1", modality="screen"),
        visit("n1", "c1", "08:30-09:00", "k1:s1"),
    ]
    answer = plan(replace(team, published=roster(team, rows)), iterations=1)
    assert list(left_out(answer).values()) == rules


def test_a_shift_that_begins_at_the_first_visit_has_no_travel_to_it() -> None:
    there = shift("s1", "k1", times="08:00-08:30", begins_at="first_visit")
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1", "08:00-08:00")], **alone(shifts=[there]))
    answer = plan(team)
    assert left_out(answer) == {}
    assert answer.figures.travel_minutes == 0
