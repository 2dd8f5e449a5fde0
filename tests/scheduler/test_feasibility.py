"""The check before the search: each rule that stops a visit is named, and none is named without reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.due import due_visits
from scheduler.feasibility import stopping_rule, unplaceable
from scheduler.problem import Absence, Barred, Ferry, Meeting, Package, Point, Problem, Session
from scheduler.roster import PlacedVisit, Roster, Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import BASE_POINT, MONDAY, at, carer, citizen, need, shift, team


def stuck(problem: Problem, open_shifts=None) -> list[tuple[str, int | None, str]]:
    """(need, day, rule) of what is unplaceable; and the rule of each visit alone has to say the same."""
    travel = TravelTable(problem)
    found = unplaceable(problem, travel, open_shifts)
    named = {(row.need_id, row.day): row.rule for row in found}
    for due in due_visits(problem).visits:
        if due.fixed_day is not None and not problem.published:
            rule = stopping_rule(problem, travel, due, open_shifts)
            assert rule == named.get((due.need.need_id, due.fixed_day), "capacity")
    return [(row.need_id, row.day, row.rule) for row in found]


def one_visit(**rest) -> Problem:
    """One visit on Monday at 07–09, one helper on duty then."""
    return team([need("n1", **rest)], [carer("k1")], [shift("s1", "k1", 0, "07:00", "12:00")])


def day_away(carer_id: str | None = None, citizen_id: str | None = None, until: str = "23:59") -> Absence:
    return Absence(at(0, "00:00"), at(0, until), carer_id=carer_id, citizen_id=citizen_id)


def test_visit_somebody_can_serve_is_not_listed() -> None:
    assert stuck(one_visit()) == []


def test_qualification() -> None:
    assert stuck(one_visit(qualification="nurse")) == [("n1", 0, "qualification")]


def test_trainee_is_nobody() -> None:
    problem = one_visit()
    problem = replace(problem, carers=(carer("k1", mentor="k2"), carer("k2", qualification="nurse")))
    assert stuck(problem) == [("n1", 0, "shift")]
    assert stuck(replace(problem, carers=(carer("k1", mentor="k1"),))) == [("n1", 0, "qualification")]


def test_introduced() -> None:
    problem = one_visit()
    assert stuck(replace(problem, carers=(carer("k1", introduced=False),))) == [("n1", 0, "introduced")]


def test_barred() -> None:
    problem = replace(one_visit(), barred=(Barred("k1", "c1"),))
    assert stuck(problem) == [("n1", 0, "barred")]


def test_first_rule_that_leaves_nobody_is_the_one_named() -> None:
    # One is not qualified, one is not introduced, one is barred: nobody is left when the last is asked.
    problem = team(
        [need("n1", qualification="assistant")],
        [
            carer("k1"),
            carer("k2", qualification="assistant", introduced=False),
            carer("k3", qualification="nurse"),
        ],
        [shift(f"s{one}", one, 0, "07:00", "12:00") for one in ("k1", "k2", "k3")],
        barred=(Barred("k3", "c1"),),
    )
    assert stuck(problem) == [("n1", 0, "barred")]


@pytest.mark.parametrize(
    ("start", "end", "placed"),
    [
        ("06:00", "07:30", True),
        ("06:00", "07:29", False),
        ("09:00", "10:00", True),
        ("09:01", "10:00", False),
    ],
)
def test_shift_has_to_reach_the_window(start: str, end: str, placed: bool) -> None:
    problem = replace(one_visit(), shifts=(shift("s1", "k1", 0, start, end),))
    assert stuck(problem) == ([] if placed else [("n1", 0, "shift")])


def test_shift_of_another_date_is_none() -> None:
    problem = replace(one_visit(), shifts=(shift("s1", "k1", 1, "07:00", "12:00"),))
    assert stuck(problem) == [("n1", 0, "shift")]


def test_shift_that_leaves_no_time_for_the_way_is_none() -> None:
    far = citizen("c1", point=Point(55.8, 12.363))
    problem = replace(
        one_visit(), citizens=(far,), shifts=(shift("s1", "k1", 0, "07:00", "09:00", begins_at="base"),)
    )
    assert stuck(problem) == [("n1", 0, "shift")]
    matrix = {("base", "c1", "bike"): 20, ("c1", "base", "bike"): 20}
    assert stuck(replace(problem, matrix=matrix)) == []


def test_carer_absent() -> None:
    problem = replace(one_visit(), absences=(day_away(carer_id="k1"),))
    assert stuck(problem) == [("n1", 0, "carer_absent")]
    assert stuck(replace(problem, absences=(day_away(carer_id="k1", until="08:30"),))) == []
    # The shift comes before the absence in the order.
    late = replace(problem, shifts=(shift("s1", "k1", 0, "15:00", "19:00"),))
    assert stuck(late) == [("n1", 0, "shift")]


def test_citizen_absent_at_all_that_is_left_of_the_window() -> None:
    # Away until 09:30: a start at 09:00 is no longer possible, so the visit is cancelled and not due at all.
    gone = replace(one_visit(), absences=(day_away(citizen_id="c1", until="09:30"),))
    assert stuck(gone) == []
    # Away until 08:30: due, but the agreed time is 07:30.
    agreed = replace(one_visit(agreed_start_min=450), absences=(day_away(citizen_id="c1", until="08:30"),))
    assert stuck(agreed) == [("n1", 0, "citizen_absent")]


def test_agreed_time_far_from_the_window() -> None:
    assert stuck(one_visit(agreed_start_min=600)) == [("n1", 0, "agreed")]


def island_team(ferries: tuple[Ferry, ...], begins_at: str = "base", **rest) -> Problem:
    citizens = [citizen("c1", island="Øen")]
    shifts = [shift("s1", "k1", 0, "06:00", "12:00", begins_at=begins_at)]
    return team([need("n1", **rest)], [carer("k1")], shifts, citizens, ferries=ferries)


@pytest.mark.parametrize(
    ("start", "minutes", "who", "rule"),
    [
        ("07:00", 180, ("k1",), "overlap"),
        ("07:00", 120, ("k1",), None),
        ("07:00", 180, ("k2",), None),
        ("11:00", 90, ("k1",), None),
    ],
    ids=["to past the window", "window left", "another's", "shift does not cover it: nobody goes"],
)
def test_meeting(start: str, minutes: int, who: tuple[str, ...], rule: str | None) -> None:
    problem = one_visit()
    problem = replace(problem, carers=(*problem.carers, carer("k2")), meetings=())
    meeting = Meeting("team", 0, at(0, start), minutes, who)
    expected = [] if rule is None else [("n1", 0, rule)]
    assert stuck(replace(problem, meetings=(meeting,))) == expected


def test_ferry() -> None:
    assert stuck(island_team(())) == [("n1", 0, "ferry")]
    timetable = Ferry("Øen", 0, at(0, "07:00"), at(0, "11:00"), 15)
    assert stuck(island_team((timetable,))) == []
    assert stuck(island_team((replace(timetable, first_arrival_min=at(0, "09:01")),))) == [("n1", 0, "ferry")]
    assert stuck(island_team((replace(timetable, last_departure_min=at(0, "07:29")),))) == [
        ("n1", 0, "ferry")
    ]
    assert stuck(island_team((replace(timetable, minutes=200),))) == [("n1", 0, "ferry")]
    assert stuck(island_team((), begins_at="Øen")) == []


def test_ferry_is_asked_after_absence() -> None:
    problem = replace(island_team(()), absences=(day_away(carer_id="k1"),))
    assert stuck(problem) == [("n1", 0, "carer_absent")]


def test_screen() -> None:
    assert stuck(one_visit(modality="screen")) == [("n1", 0, "screen")]
    able = replace(one_visit(modality="screen"), citizens=(citizen("c1", screen_able=True),))
    assert stuck(able) == []
    assert stuck(replace(able, packages=(Package("P", screen=False),))) == [("n1", 0, "screen")]


def test_either_that_could_only_go_by_screen() -> None:
    # Nobody comes to the island in time; by screen it would go, if the citizen could.
    problem = island_team((), modality="either")
    assert stuck(problem) == [("n1", 0, "screen")]
    able = replace(problem, citizens=(citizen("c1", island="Øen", screen_able=True),))
    assert stuck(able) == []


def test_two_carers_have_to_be_two_and_at_once() -> None:
    two = replace(one_visit(carers=2), carers=(carer("k1"), carer("k2")))
    own = two.shifts[0]
    assert stuck(replace(two, carers=(carer("k1"),))) == [("n1", 0, "qualification")]
    assert stuck(two) == [("n1", 0, "shift")]
    assert stuck(replace(two, shifts=(own, replace(own, shift_id="s2")))) == [("n1", 0, "shift")]
    assert stuck(replace(two, shifts=(own, shift("s2", "k2", 0, "09:00", "15:00")))) == []
    assert stuck(replace(two, shifts=(own, shift("s2", "k2", 0, "09:01", "15:00")))) == [("n1", 0, "shift")]
    together = replace(two, shifts=(own, shift("s2", "k2", 0, "07:00", "12:00")))
    away = replace(together, absences=(day_away(carer_id="k2"),))
    assert stuck(away) == [("n1", 0, "carer_absent")]
    assert stuck(replace(together, barred=(Barred("k2", "c1"),))) == [("n1", 0, "barred")]


def test_open_shifts() -> None:
    problem = replace(one_visit(qualification="helper"), shifts=(shift("open", None, 0, "07:00", "12:00"),))
    assert stuck(problem) == []  # anybody might take it
    assert stuck(problem, {}) == [("n1", 0, "shift")]  # nobody did
    assert stuck(problem, {"open": "k1"}) == []
    other = replace(problem, carers=(carer("k1"), carer("k2", qualification="untrained")))
    assert stuck(other, {"open": "k2"}) == [("n1", 0, "shift")]


def test_any_visits_miss_as_many_as_there_are_dates_too_few() -> None:
    problem = team(
        [need("n1", days=None, times_per_week=3)],
        [carer("k1")],
        [shift(f"s{day}", "k1", day, "07:00", "12:00") for day in (1, 4)],
    )
    found = unplaceable(problem, TravelTable(problem))
    assert found == [Unplaced("n1", None, 0, "shift")]
    assert not stuck(replace(problem, needs=(need("n1", days=None, times_per_week=2),)))
    away = Absence(at(1, "00:00"), at(5, "00:00"), carer_id="k1")
    assert [row.rule for row in unplaceable(replace(problem, absences=(away,)), TravelTable(problem))] == [
        "carer_absent"
    ] * 3


def test_pinned_visit_is_never_listed() -> None:
    problem = one_visit(qualification="nurse", days=(0, 1))
    pin = PlacedVisit("n1", "c1", 0, at(0, "07:30"), at(0, "08:00"), "home", ("k1",), ("s1",), pinned=True)
    problem = replace(problem, published=Roster("Team", MONDAY, 1, visits=(pin,)))
    assert stuck(problem) == [("n1", 1, "qualification")]
    unpinned = replace(problem, published=Roster("Team", MONDAY, 1, visits=(replace(pin, pinned=False),)))
    assert len(stuck(unpinned)) == 2


def test_group_session() -> None:
    session = Session("g1", BASE_POINT, 0, at(0, "10:00"), 60, 3, "therapist", ("c1",))
    carers = [carer(f"k{index}", qualification="physiotherapist") for index in range(3)]
    shifts = [shift(f"s{index}", f"k{index}", 0, "09:00", "12:00") for index in range(3)]
    problem = team([], carers, shifts, [citizen("c1")], sessions=(session,))
    assert stuck(problem) == []
    assert stuck(replace(problem, carers=(*carers[:2], carer("k2")))) == [("g1", 0, "qualification")]
    short = shift("s2", "k2", 0, "10:01", "12:00")
    assert stuck(replace(problem, shifts=(*shifts[:2], short))) == [("g1", 0, "shift")]
    assert stuck(replace(problem, absences=(day_away(carer_id="k2"),))) == [("g1", 0, "carer_absent")]
