"""Each feature of the format by a small team in which planning without it would give something else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import (
    Absence,
    Barred,
    Ferry,
    HistoryRow,
    Link,
    Meeting,
    Problem,
    Rules,
    Weights,
)
from scheduler.roster import OpenShift, PlacedVisit, Roster
from scheduler.solve import solve
from tests.scheduler.cases import (
    MONDAY,
    at,
    base_problem,
    carer,
    citizen,
    need,
    package,
    problem,
    roster,
    session,
    shift,
    visit,
)

SHORT = "07:00-11:00"  # a shift without a break


def plan(of: Problem, iterations: int = 1500) -> Roster:
    """Plan in this process; the answer is valid."""
    answer = solve(of, iterations=iterations, workers=1, seed=1)
    assert [f"{row.rule}: {row.message}" for row in evaluate(of, answer).hard] == []
    return answer


def of_need(answer: Roster, need_id: str, day: int = 0) -> PlacedVisit:
    """The need's visit on a day."""
    (found,) = [row for row in answer.visits if row.need_id == need_id and row.day == day]
    return found


def left_out(answer: Roster) -> dict[str, str]:
    """Need id -> rule of what is unplaced."""
    return {row.need_id: row.rule for row in answer.unplaced}


def pair_of_carers(**changes: Any) -> dict[str, Any]:
    """``k1`` and ``k2`` on duty on Monday morning."""
    return {
        "carers": [carer("k1"), carer("k2")],
        "shifts": [shift("s1", "k1", times=SHORT), shift("s2", "k2", times=SHORT)],
        **changes,
    }


def alone(times: str = SHORT, **changes: Any) -> dict[str, Any]:
    """``k1`` alone on duty on Monday."""
    return {"carers": [carer("k1")], "shifts": [shift("s1", "k1", times=times)], **changes}


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


def group(**changes: Any) -> Problem:
    """Group training at 08:00 for ``c1``, who is also visited then or later."""
    row = session("g1", ("c1",), start_min=at("08:00"), qualification="therapist")
    return problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "08:00-09:30")],
        sessions=[row],
        **{
            "carers": [carer("k1"), carer("k2", qualification="physiotherapist")],
            "shifts": [shift("s1", "k1", times=SHORT), shift("s2", "k2", times=SHORT)],
            **changes,
        },
    )


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


def test_nobody_crosses_on_a_day_without_a_ferry() -> None:
    assert left_out(plan(island())) == {"n1": "ferry"}


def test_a_shift_that_begins_on_the_island_needs_no_ferry() -> None:
    answer = plan(island(FERRY, shifts=[shift("s1", "k1", times="07:00-08:20", begins_at="Femø")]))
    assert of_need(answer, "n1").end_min <= at("08:20")
    assert answer.figures.travel_minutes == 0


def test_the_journey_to_an_island_waits_for_the_first_ferry() -> None:
    # Behind the screen visit there is no time for the journey, and before it no ferry.
    team = island(FERRY)
    talk = need("n2", "c2", "08:25-08:25", modality="screen", minutes=5, minutes_min=5, minutes_max=5)
    team = problem(
        citizens=[*team.citizens, citizen("c2", screen_able=True)],
        needs=[need("n1", "c1", "08:30-08:40"), talk],
        ferries=(FERRY,),
        **alone(),
    )
    assert sorted(left_out(plan(team)).values()) == ["capacity"]


def test_a_shift_that_begins_at_the_first_visit_has_no_travel_to_it() -> None:
    times = {"shifts": [shift("s1", "k1", times="08:00-08:30", begins_at="first_visit")]}
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1", "08:00-08:00")], **alone(**times))
    answer = plan(team)
    assert left_out(answer) == {}
    assert answer.figures.travel_minutes == 0


# Who may come


@pytest.mark.parametrize(
    "changes",
    [
        {"carers": [carer("k1", introduced=False), carer("k2")]},
        {"carers": [carer("k1", qualification="untrained"), carer("k2")]},
        {"barred": (Barred("k1", "c1"),)},
        {"absences": (Absence(at("07:00"), at("11:00"), carer_id="k1"),)},
    ],
    ids=["introduced", "qualification", "barred", "absent"],
)
def test_who_may_not_come_does_not(changes: dict[str, Any]) -> None:
    # Everything but the rule speaks for k1.
    contact = citizen("c1", contact_carer="k1")
    asked = need("n1", "c1", qualification="helper")
    team = problem(citizens=[contact], needs=[asked], **{**pair_of_carers(), **changes})
    assert of_need(plan(team), "n1").carers == ("k2",)


# Dates


def test_a_visit_waits_until_the_citizen_is_back() -> None:
    away = Absence(at("07:00"), at("09:10"), citizen_id="c1")
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], absences=(away,), **alone())
    assert of_need(plan(team), "n1").start_min >= at("09:10")


def test_nothing_is_due_on_a_holiday_unless_it_is_wanted() -> None:
    needs = [need("n1", "c1", on_holidays=False), need("n2", "c1")]
    answer = plan(problem(citizens=[citizen("c1")], needs=needs, holidays=frozenset({0}), **alone()))
    assert [row.need_id for row in answer.visits] == ["n2"]
    assert answer.unplaced == ()


@pytest.mark.parametrize("anchor", [0, 1, -2])
def test_every_other_week_is_the_right_one(anchor: int) -> None:
    days = [shift("s1", "k1", times=SHORT), shift("s2", "k1", 7, SHORT)]
    wanted = need("n1", "c1", every_weeks=2, anchor_week=anchor)
    team = problem(citizens=[citizen("c1")], needs=[wanted], weeks=2, carers=[carer("k1")], shifts=days)
    assert [row.day for row in plan(team).visits] == [7 * (anchor % 2)]


def test_any_days_are_different_days() -> None:
    wanted = need("n1", "c1", days=None, times_per_week=3)
    days = [shift(f"s{day}", "k1", day, SHORT) for day in (0, 2, 5)]
    team = problem(citizens=[citizen("c1")], needs=[wanted], carers=[carer("k1")], shifts=days)
    assert sorted(row.day for row in plan(team).visits) == [0, 2, 5]
    fewer = plan(replace(team, shifts=tuple(days[:2])))
    assert sorted(row.day for row in fewer.visits) == [0, 2]
    assert left_out(fewer) == {"n1": "capacity"}


def test_a_night_visit_keeps_clear_of_the_next_days() -> None:
    # Two carers could come at once, one in Monday's night shift, one in Tuesday's early shift.
    team = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "24:15-24:45"), need("n2", "c1", "00:15-00:45", days=(1,))],
        carers=[carer("k1"), carer("k2")],
        shifts=[
            shift("s1", "k1", times="22:00-27:00"),
            shift("s2", "k2", 1, "00:00-04:00"),
        ],
        weights=Weights(regular=0),
    )
    answer = plan(team)
    first, second = sorted((row.start_min, row.end_min) for row in answer.visits)
    assert first[1] <= second[0]


# Minutes


def three_visits(**bounds: Any) -> Problem:
    """Three visits of 30 (20 to 40) minutes in a package with these bounds."""
    needs = [need(f"n{n}", "c1", f"{7 + n:02}:00-{7 + n:02}:10") for n in (1, 2, 3)]
    row = package(**bounds)
    return problem(citizens=[citizen("c1")], needs=needs, packages=[row], **alone("07:00-12:00"))


@pytest.mark.parametrize(
    ("bounds", "least", "most", "status"),
    [
        ({}, 90, 90, "no_bound"),
        ({"min_minutes": 100}, 100, 100, "within"),
        ({"min_minutes": 100, "min_included": False}, 101, 101, "within"),
        ({"max_minutes": 75}, 75, 75, "within"),
        ({"max_minutes": 50}, 60, 60, "over_package"),
        ({"min_minutes": 300}, 120, 120, "under_package"),
    ],
)
def test_visits_bend_to_the_package(bounds: dict[str, Any], least: int, most: int, status: str) -> None:
    answer = plan(three_visits(**bounds))
    assert answer.unplaced == ()
    assert least <= sum(row.minutes for row in answer.visits) <= most
    assert answer.citizens[0].package_status == status


def test_visits_bend_to_the_average_when_it_is_worth_it() -> None:
    team = three_visits(average_minutes=110)
    assert sum(row.minutes for row in plan(replace(team, weights=Weights(average=5))).visits) == 110
    assert sum(row.minutes for row in plan(replace(team, weights=Weights(average=0.5))).visits) == 90


def test_a_session_counts_in_the_package_when_it_is_held() -> None:
    # 60 minutes of training leave 40 for the visit; without the training it must last longer.
    bounds = {"packages": [package(min_minutes=90, max_minutes=90)]}
    held = plan(group(**bounds))
    assert of_need(held, "n1").minutes == 30
    nobody = plan(group(**bounds, carers=[carer("k1"), carer("k2")]))
    assert of_need(nobody, "n1").minutes == 30
    assert nobody.citizens[0].package_status == "short"


# Shifts


def opened(*given: Any, **changes: Any) -> Problem:
    """A visit early on Tuesday that only an open shift reaches."""
    return problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "07:00-09:00", days=(1,))],
        carers=[carer("k1"), carer("k2", qualification="untrained")],
        shifts=[shift("o1", None, 1, "06:00-10:00"), *given],
        **changes,
    )


def test_an_open_shift_is_given_to_somebody_who_is_rested() -> None:
    late = shift("s1", "k1", times="15:00-21:00")  # nine hours before the open shift
    answer = plan(opened(late))
    assert answer.open_shifts == (OpenShift("o1", "k2"),)
    assert of_need(answer, "n1", 1).carers == ("k2",)
    both_late = (late, shift("s2", "k2", times="15:00-21:00"))
    nobody = plan(opened(*both_late))
    assert nobody.open_shifts == ()
    assert left_out(nobody) == {"n1": "shift"}


def test_a_shift_keeps_its_reserve() -> None:
    needs = [need("n1", "c1", minutes_min=30), need("n2", "c2", minutes_min=30)]
    team = problem(citizens=[citizen("c1"), citizen("c2")], needs=needs, **alone("07:30-10:00"))
    assert left_out(plan(team)) == {}
    # 150 minutes less two visits and three journeys are 60.
    keeps = replace(team, shifts=(replace(team.shifts[0], reserve_minutes=61),))
    assert list(left_out(plan(keeps)).values()) == ["capacity"]


def test_a_cap_on_carers_holds() -> None:
    days = [shift("s1", "k1", times=SHORT), shift("s2", "k2", 1, SHORT)]
    wanted = need("n1", "c1", days=(0, 1))
    team = problem(citizens=[citizen("c1")], needs=[wanted], carers=[carer("k1"), carer("k2")], shifts=days)
    assert len(plan(team).visits) == 2
    capped = plan(replace(team, citizens=(citizen("c1", carers_max=1),)))
    assert len(capped.visits) == 1
    assert left_out(capped) == {"n1": "capacity"}


def test_the_untrained_do_no_more_than_their_share() -> None:
    names = [f"c{n}" for n in range(1, 6)]
    homes = [citizen(name, contact_carer="k1") for name in names]
    needs = [need(f"n{n}", name, "07:10-12:00") for n, name in enumerate(names)]
    team = problem(
        citizens=homes,
        needs=needs,
        carers=[carer("k1", qualification="untrained"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-12:00"), shift("s2", "k2", times="07:00-12:00")],
        weights=Weights(contact=100, unfair=0),
    )
    everything = Counter(row.carers for row in plan(team).visits)
    assert everything["k1",] == 5
    bound = plan(replace(team, rules=Rules(untrained_share_max=0.4)))
    minutes = {
        name: sum(row.minutes for row in bound.visits if row.carers == (name,)) for name in ("k1", "k2")
    }
    assert 0 < minutes["k1"] <= 0.4 * sum(minutes.values())
    assert bound.unplaced == ()


def test_the_untrained_share_leaves_out_what_matters_least() -> None:
    # Only the untrained are on duty at eight: what they may do is what the helper does later.
    needs = [need("n1", "c1", "08:00-08:00", priority=3), need("n2", "c2", "09:00-09:00", priority=2)]
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=needs,
        carers=[carer("k1", qualification="untrained"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:30-08:50"), shift("s2", "k2", times="08:50-11:00")],
        rules=Rules(untrained_share_max=0.3),
    )
    assert left_out(plan(team)) == {"n1": "capacity"}


# Preferences


@pytest.mark.parametrize("known", ["k1", "k2"])
def test_known_faces_come_again(known: str) -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers())
    met = replace(team, history=(HistoryRow(-3, "c1", known, 1),))
    assert of_need(plan(met), "n1").carers == (known,)


@pytest.mark.parametrize("contact", ["k1", "k2"])
def test_the_contact_carer_comes(contact: str) -> None:
    home = citizen("c1", contact_carer=contact)
    team = problem(citizens=[home], needs=[need("n1", "c1")], **pair_of_carers())
    assert of_need(plan(team), "n1").carers == (contact,)


@pytest.mark.parametrize("substitute", ["k1", "k2"])
def test_substitutes_come_last(substitute: str) -> None:
    people = [carer(name, kind="substitute" if name == substitute else "fixed") for name in ("k1", "k2")]
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers(carers=people))
    assert substitute not in of_need(plan(team), "n1").carers


@pytest.mark.parametrize(("who", "shift_id", "clock"), [("k1", "s1", "09:00"), ("k2", "s2", "09:37")])
def test_the_standing_roster_is_followed(who: str, shift_id: str, clock: str) -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers())
    was = visit("n1", "c1", "00:00-00:30", f"{who}:{shift_id}")
    was = replace(was, start_min=at(clock), end_min=at(clock) + 30)
    weeks_ago = Roster("Team Test", MONDAY - timedelta(weeks=3), 1, visits=(was,))
    found = of_need(plan(replace(team, standing_roster=weeks_ago)), "n1")
    assert (found.carers, found.start_min) == ((who,), at(clock))


def test_an_agreed_time_is_kept() -> None:
    wanted = need("n1", "c1", agreed_start_min=at("09:20"))
    team = problem(citizens=[citizen("c1")], needs=[wanted], **alone())
    assert of_need(plan(team), "n1").start_min == at("09:20")


# Re-planning


def with_published(team: Problem, *visits: PlacedVisit, **more: Any) -> Problem:
    """The team with an earlier roster of its week."""
    return replace(team, published=roster(team, visits, **more))


def test_a_pin_is_kept_and_the_rest_goes_round_it() -> None:
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1"), need("n2", "c2", "08:00-09:00")],
        **alone(),
    )
    pin = visit("n1", "c1", "08:17-08:42", "k1:s1", pinned=True)
    answer = plan(with_published(team, pin))
    assert of_need(answer, "n1") == pin
    assert of_need(answer, "n2").end_min + 10 <= at("08:17") or of_need(answer, "n2").start_min >= at("08:52")


def test_a_pin_that_breaks_a_rule_is_kept_and_told_of() -> None:
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", "08:00-10:00"), need("n2", "c2", "08:30-09:30")],
        absences=(Absence(at("07:00"), at("09:00"), carer_id="k1"),),
        **alone(),
    )
    pin = visit("n1", "c1", "08:30-09:05", "k1:s1", pinned=True)
    answer = solve(with_published(team, pin), iterations=500, workers=1)
    assert of_need(answer, "n1") == pin
    assert {row.rule for row in evaluate(with_published(team, pin), answer).hard} == {"carer_absent"}
    assert of_need(answer, "n2").start_min >= at("09:15")


def test_a_pin_of_a_need_that_is_gone_binds_nothing() -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **alone())
    gone = visit("n9", "c1", "08:00-09:30", "k1:s1", pinned=True)
    answer = plan(with_published(team, gone))
    assert [row.need_id for row in answer.visits] == ["n1"]


def test_a_trainee_pinned_to_a_visit_still_has_a_break_and_is_nowhere_else() -> None:
    team = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", carers=1), need("n2", "c2", "08:00-10:30")],
        carers=[carer("k1"), carer("k2", mentor="k1")],
        shifts=[shift("s1", "k1"), shift("s2", "k2")],
    )
    pin = visit("n1", "c1", "08:30-09:00", "k1:s1", "k2:s2", pinned=True)
    answer = plan(with_published(team, pin))
    assert of_need(answer, "n1") == pin
    assert {row.shift_id for row in answer.breaks} == {"s1", "s2"}


def test_planning_begins_with_the_published_roster() -> None:
    team = problem(citizens=[citizen("c1")], needs=[need("n1", "c1")], **pair_of_carers())
    for who, shift_id in (("k1", "s1"), ("k2", "s2")):
        known = with_published(team, visit("n1", "c1", "09:11-09:41", f"{who}:{shift_id}"))
        found = of_need(plan(known, iterations=1), "n1")
        assert (found.carers, found.start_min) == ((who,), at("09:11"))


def test_open_shifts_stay_with_whom_they_were_published_unless_that_is_unlawful() -> None:
    team = opened()
    for who in ("k1", "k2"):
        known = with_published(team, open_shifts=(OpenShift("o1", who), OpenShift("o9", "k9")))
        assert plan(known).open_shifts == (OpenShift("o1", who),)
    late = opened(shift("s1", "k1", times="15:00-21:00"))
    assert plan(with_published(late, open_shifts=(OpenShift("o1", "k1"),))).open_shifts == ()
