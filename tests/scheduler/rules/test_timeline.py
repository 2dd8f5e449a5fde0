"""A shift's day as it is shown: stops, journeys, and the minutes between."""

from __future__ import annotations

from dataclasses import replace

from scheduler.problem import FIRST_VISIT, Ferry, Meeting, Problem
from scheduler.roster import Roster
from scheduler.rules.timeline import ShiftDay, shift_days
from scheduler.travel import TravelTable
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    base_visits,
    carer,
    citizen,
    need,
    one_session,
    one_visit,
    pause,
    problem,
    roster,
    shift,
    visit,
)


def day_of(shift_id: str, for_problem: Problem, of: Roster) -> ShiftDay:
    return shift_days(for_problem, of, TravelTable(for_problem))[shift_id]


def journeys(day: ShiftDay) -> list[tuple[str, str, int, int]]:
    """From, to, begin and end of each journey, in minutes after Monday's midnight."""
    return [(leg.origin, leg.target, leg.start_min, leg.end_min) for leg in day.legs]


def test_day_of_the_base_case():
    day = day_of("s1", base_problem(), base_roster())
    assert day.carer is not None
    assert (day.shift.shift_id, day.carer.carer_id) == ("s1", "k1")
    assert [(stop.kind, stop.what, stop.place) for stop in day.stops] == [
        ("visit", "n1", "c1"),
        ("visit", "n3", "c3"),
        ("break", "break", None),
    ]
    assert journeys(day) == [
        ("base", "c1", at("07:50"), at("08:00")),
        ("c1", "c3", at("08:30"), at("08:40")),
        ("c3", "base", at("09:30"), at("09:40")),
    ]
    assert not any(leg.obstacle for leg in day.legs)
    assert (day.item_min, day.travel_min, day.work_min, day.load_min) == (90, 30, 60, 90)
    assert (day.first_departure_min, day.last_return_min) == (at("07:50"), at("12:00"))
    assert day.waiting_min == 130
    # Eight hours of shift.
    assert day.idle_min == 480 - 90 - 30


def test_every_shift_has_a_day():
    row = base_problem()
    row = replace(row, shifts=(*row.shifts, shift("s8", "k1", day=2), shift("s9", None, day=3)))
    days = shift_days(row, base_roster(), TravelTable(row))
    assert set(days) == {"s1", "s2", "s8", "s9"}
    assert (days["s8"].is_used, days["s8"].stops, days["s8"].first_departure_min) == (False, (), None)
    assert days["s9"].carer is None


def test_journeys_keep_clear_of_the_break():
    """Out after a break that leaves room before the visit, else before it; home after one too near."""
    row, answer = one_visit(times="10:00-10:30", shift_times="07:00-12:00")
    pauses = replace(row.shifts[0], break_minutes=30, break_from_min=at("07:00"), break_to_min=at("12:00"))
    row = replace(row, shifts=(pauses,))
    early = day_of("s1", row, replace(answer, breaks=(pause("s1", "09:20-09:50"),)))
    assert journeys(early)[0] == ("base", "c1", at("09:50"), at("10:00"))
    close = day_of("s1", row, replace(answer, breaks=(pause("s1", "09:25-09:55"),)))
    assert journeys(close)[0] == ("base", "c1", at("09:15"), at("09:25"))
    after = day_of("s1", row, replace(answer, breaks=(pause("s1", "10:35-11:05"),)))
    assert journeys(after)[-1] == ("c1", "base", at("11:05"), at("11:15"))


def test_screen_visit_has_no_place_and_no_journey():
    row, answer = one_visit(modality="screen")
    row = replace(row, citizens=(citizen("c1", screen_able=True),))
    day = day_of("s1", row, replace(answer, visits=(replace(answer.visits[0], modality="screen"),)))
    assert (day.stops[0].place, day.legs, day.waiting_min, day.load_min) == (None, (), 0, 30)


def test_session_is_at_its_own_place():
    day = day_of("s1", *one_session())
    assert [(stop.kind, stop.place) for stop in day.stops] == [("session", "g1")]
    assert journeys(day) == [
        ("base", "g1", at("12:50"), at("13:00")),
        ("g1", "base", at("14:00"), at("14:10")),
    ]


def test_meeting_is_attended_by_those_on_duty_and_present():
    row, answer = one_visit()
    row = replace(row, meetings=(Meeting("handover", 0, at("09:00"), 30, ("k1", "k2")),))
    day = day_of("s1", row, answer)
    assert [(stop.kind, stop.place, stop.start_min) for stop in day.stops][1] == (
        "meeting",
        "base",
        at("09:00"),
    )
    away = replace(row, meetings=(replace(row.meetings[0], start_min=at("09:31")),))
    assert len(day_of("s1", away, answer).stops) == 1


def test_first_visit_shift_has_no_journey_out_or_home():
    row = base_problem(
        needs=(need("n1", "c1"), need("n2", "c2")),
        shifts=(shift("s1", "k1", times="07:00-11:00", begins_at=FIRST_VISIT),),
    )
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "09:00-09:30", "k1:s1")]
    day = day_of("s1", row, roster(row, visits))
    assert journeys(day) == [("c1", "c2", at("08:30"), at("08:40"))]
    assert day.waiting_min == 20


def test_island_shift_crosses_to_the_mainland_by_ferry():
    """From home without travel; a journey and a crossing to the mainland, and a crossing back."""
    row = problem(
        citizens=[citizen("c1"), citizen("c2", island="Femø")],
        needs=[need("n1", "c1", "08:00-12:00"), need("n2", "c2", "06:00-09:00")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="07:00-11:00", begins_at="Femø")],
        ferries=(Ferry("Femø", 0, at("08:00"), at("14:00"), 20),),
    )
    visits = [visit("n2", "c2", "07:00-07:30", "k1:s1"), visit("n1", "c1", "08:00-08:30", "k1:s1")]
    day = day_of("s1", row, roster(row, visits))
    assert journeys(day) == [
        ("c2", "c1", at("07:30"), at("08:00")),
        ("c1", "Femø", at("08:30"), at("08:50")),
    ]
    assert not any(leg.obstacle for leg in day.legs)


def test_trainees_day_is_travelled_by_the_trainees_own_mode():
    row = base_problem()
    row = replace(
        row,
        carers=(*row.carers, carer("t1", mentor="k1", mode="foot")),
        shifts=(*row.shifts, shift("s3", "t1", times="07:00-10:00")),
        matrix={**row.matrix, ("base", "c1", "foot"): 25},
    )
    first = visit("n1", "c1", "08:00-08:30", "k1:s1", "t1:s3")
    day = day_of("s3", row, base_roster(row, visits=(first, *base_visits()[1:])))
    assert journeys(day) == [
        ("base", "c1", at("07:35"), at("08:00")),
        ("c1", "base", at("08:30"), at("08:40")),
    ]


def test_journey_without_room_says_so():
    row = base_problem(needs=(need("n1", "c1"), need("n2", "c2")))
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:34-09:04", "k1:s1")]
    day = day_of("s1", row, roster(row, visits, [pause("s1")]))
    assert [(leg.obstacle, leg.room_min) for leg in day.legs][1] == ("no_room", 4)


def test_meeting_may_fill_the_shift_to_its_ends():
    row, answer = one_visit()
    meeting = Meeting("handover", 0, at("07:00"), 180, ("k1",))
    row = replace(row, meetings=(meeting,))
    assert [stop.kind for stop in day_of("s1", row, answer).stops] == ["meeting", "visit"]


def test_day_of_meetings_alone_has_no_journeys():
    """Even for who comes from an island, where a journey would take the ferry."""
    row, answer = one_visit()
    row = replace(
        row,
        shifts=(*row.shifts, shift("s2", "k1", day=1, begins_at="Femø")),
        meetings=(Meeting("handover", 1, at("10:00", 1), 60, ("k1",)),),
        ferries=(Ferry("Femø", 1, at("08:00", 1), at("14:00", 1), 20),),
    )
    day = day_of("s2", row, answer)
    assert (len(day.stops), day.legs, day.travel_min, day.waiting_min) == (1, (), 0, 0)
