"""The views against a team whose every number can be checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from delivery_app.views import Plan, UnknownPageError, carer_day_view, citizen_week_view, week_view
from delivery_app.views.plan import counted
from scheduler.problem import FIRST_VISIT, Absence, Ferry, HistoryRow, Meeting
from scheduler.roster import Bounds, CitizenWeek, OpenShift, Relaxation, Unplaced
from tests.delivery_app.sample_team import sample_problem, sample_roster
from tests.scheduler import cases
from tests.scheduler.cases import MONDAY, at

TUESDAY = date(2026, 12, 1)


def base_plan() -> Plan:
    """Three citizens, two carers, one Monday."""
    return Plan(cases.base_problem(), cases.base_roster())


def test_the_week_adds_up() -> None:
    view = week_view(base_plan())
    first, second = view.carers
    monday, tuesday = first.cells[:2]
    (shift,) = monday.shifts
    assert (shift.start_min, shift.end_min, shift.minutes) == (7 * 60, 15 * 60, 480)
    assert (shift.visits, shift.visit_min, shift.travel_min) == (2, 60, 30)
    assert tuesday.shifts == ()
    assert (first.shift_min, first.visits, first.citizens, first.travel_min) == (480, 2, 2, 30)
    assert [day.visits for day in view.days] == [3, 0, 0, 0, 0, 0, 0]
    assert [day.carers for day in view.days] == [2, 0, 0, 0, 0, 0, 0]
    assert view.paid_min == 960
    # The visit of two carers counts for both.
    assert view.figures.visit_minutes == 120
    assert view.home_share == pytest.approx(120 / 960)
    assert second.overtime_min == 0
    assert view.violations == ()


def test_a_drawing_holds_every_stop_and_journey_within_the_scale() -> None:
    plan = Plan(sample_problem(), sample_roster())
    view = week_view(plan)
    low, high = view.scale
    for row in view.carers:
        for cell in row.cells:
            for shift in cell.shifts:
                assert low <= shift.start_min < shift.end_min <= high
                visits = [piece for piece in shift.segments if piece.kind == "visit"]
                assert len(visits) == shift.visits
                travel = sum(one.end_min - one.start_min for one in shift.segments if one.kind == "travel")
                assert travel <= shift.travel_min


def test_overtime_is_what_lies_above_the_contract() -> None:
    carers = (cases.carer("k1", week_hours=7.5), cases.carer("k2", week_hours=37))
    view = week_view(Plan(cases.base_problem(carers=carers), cases.base_roster()))
    assert [(row.contract_min, row.overtime_min) for row in view.carers] == [(450, 30), (2220, 0)]


def test_open_shifts_stand_with_who_takes_them_or_apart() -> None:
    row = cases.base_problem()
    row = replace(
        row, shifts=(*row.shifts, cases.shift("o1", None, 1), cases.shift("o2", None, 2, "16:00-23:00"))
    )
    view = week_view(Plan(row, cases.base_roster(row, open_shifts=(OpenShift("o1", "k2"),))))
    assert [cell.was_open for cell in view.carers[1].cells[1].shifts] == [True]
    assert view.has_open_shifts
    assert [[one.shift_id for one in cell.shifts] for cell in view.open_shifts][1:3] == [[], ["o2"]]


def test_absences_are_cut_to_the_date() -> None:
    away = Absence(at("12:00"), at("08:00", 2), carer_id="k1", reason="kursus")
    cells = week_view(Plan(cases.base_problem(absences=(away,)), cases.base_roster())).carers[0].cells
    assert [(one.start_min, one.end_min) for cell in cells for one in cell.away] == [
        (720, 1440),
        (0, 1440),
        (0, 480),
    ]
    assert [one.whole_day for cell in cells for one in cell.away] == [False, True, False]


def test_what_has_no_place_is_told_most_urgent_first() -> None:
    row = cases.base_problem()
    row = replace(
        row,
        needs=(
            *row.needs,
            cases.need("n4", "c1", "12:00-13:00", priority=3),
            cases.need("n5", "c2", "14:00-15:00", priority=1),
        ),
    )
    left = (
        Unplaced("n4", 0, 0, "capacity"),
        Unplaced("n5", 0, 0, "shift", (Relaxation("vindue", "20 min"),)),
    )
    plan = Plan(row, cases.base_roster(row, unplaced=left))
    first, second = week_view(plan).left_out
    assert (first.need_id, first.priority, first.window, first.minutes) == ("n5", 1, (840, 900), 30)
    assert first.relaxations == (("vindue", "20 min"),)
    assert (second.need_id, second.when) == ("n4", MONDAY)
    assert [one.need_id for one in citizen_week_view(plan, "c1").left_out] == ["n4"]


def test_a_session_without_anybody_is_told() -> None:
    row = cases.with_session(("c1", "c2"))
    plan = Plan(row, cases.base_roster(row, unplaced=(Unplaced("g1", 0, 0, "capacity"),)))
    (left,) = week_view(plan).left_out
    assert (left.need_id, left.citizen, left.priority, left.window) == ("g1", None, 1, (780, 780))
    assert citizen_week_view(plan, "c1").days[0].sessions[0].carers == ()


def test_a_round_is_told_stop_by_stop() -> None:
    view = carer_day_view(base_plan(), "k1", MONDAY)
    (one,) = view.rounds
    told = [(item.kind, item.start_min, item.end_min) for item in one.items]
    assert told == [
        ("travel", 470, 480),
        ("visit", 480, 510),
        ("travel", 510, 520),
        ("waiting", 520, 540),
        ("visit", 540, 570),
        ("travel", 570, 580),
        ("waiting", 580, 690),
        ("break", 690, 720),
    ]
    first, second = [item for item in one.items if item.kind == "visit"]
    assert first.citizen is not None
    assert first.citizen.id == "c1"
    assert first.partners == ()
    assert [partner.id for partner in second.partners] == ["k2"]
    assert one.items[0].to_place is not None
    assert one.items[0].to_place.id == "c1"
    assert one.items[5].to_name == "base"
    assert one.break_min == 30
    assert view.visit_min == 60
    assert view.travel_min == 30


def test_a_rounds_minutes_are_those_of_the_shift() -> None:
    plan = Plan(sample_problem(), sample_roster())
    for carer in plan.problem.carers:
        for day in range(7):
            for one in carer_day_view(plan, carer.carer_id, plan.date(day)).rounds:
                if not one.shift.visits or any(item.obstacle for item in one.items):
                    continue
                ends = [item.end_min for item in one.items]
                if any(after.start_min < before for before, after in zip(ends, one.items[1:], strict=False)):
                    continue  # overlapping items do not add up
                assert sum(item.minutes for item in one.items) + one.unused_min == one.shift.minutes


def test_a_trainee_and_the_mentor_see_each_other() -> None:
    row = cases.base_problem()
    row = replace(
        row,
        carers=(*row.carers, cases.carer("k9", mentor="k1", mode="car")),
        shifts=(*row.shifts, cases.shift("s9", "k9")),
    )
    visits = list(cases.base_visits())
    visits[0] = cases.visit("n1", "c1", "08:00-08:30", "k1:s1", "k9:s9")
    plan = Plan(row, cases.base_roster(row, visits=tuple(visits)))
    of_mentor = next(one for one in carer_day_view(plan, "k1", MONDAY).rounds[0].items if one.kind == "visit")
    assert [one.id for one in of_mentor.trainees] == ["k9"]
    assert of_mentor.partners == ()
    of_trainee = next(
        one for one in carer_day_view(plan, "k9", MONDAY).rounds[0].items if one.kind == "visit"
    )
    assert of_trainee.mentor is not None
    assert of_trainee.mentor.id == "k1"
    assert of_trainee.partners == ()
    visit = citizen_week_view(plan, "c1").days[0].visits[0]
    assert [one.id for one in visit.carers] == ["k1"]
    assert [one.id for one in visit.trainees] == ["k9"]
    # A trainee is nobody the citizen has to get used to.
    assert [one.carer.id for one in citizen_week_view(plan, "c1").visitors] == ["k1"]


def test_screen_visits_meetings_and_sessions_have_their_own_kinds() -> None:
    row = replace(
        cases.with_session(("c2",)),
        meetings=(Meeting("Morgenmøde", 0, at("07:00"), 15, ("k1",)),),
    )
    row = replace(
        row,
        citizens=tuple(replace(one, screen_able=True) for one in row.citizens),
        needs=(*row.needs, cases.need("n4", "c2", "10:00-11:00", modality="either")),
    )
    visits = (*cases.base_visits(), cases.visit("n4", "c2", "10:15-10:45", "k1:s1", modality="screen"))
    plan = Plan(row, cases.base_roster(row, visits=visits, sessions=(cases.held("g1", "k1:s1"),)))
    items = carer_day_view(plan, "k1", MONDAY).rounds[0].items
    kinds = [item.kind for item in items if item.kind not in ("travel", "waiting")]
    assert kinds == ["meeting", "visit", "visit", "screen", "break", "session"]
    assert items[0].title == "Morgenmøde"
    session = next(item for item in items if item.kind == "session")
    assert [item.to_session for item in items if item.to_session] == ["g1"]
    assert [one.id for one in session.citizens] == ["c2"]
    day = citizen_week_view(plan, "c2").days[0]
    assert [visit.by_screen for visit in day.visits] == [False, True]
    assert [one.id for one in day.sessions[0].carers] == ["k1"]
    # Nobody comes to the door by screen.
    assert [one.carer.id for one in citizen_week_view(plan, "c2").visitors] == ["k2"]


def test_a_journey_that_cannot_be_made_says_so_and_is_not_drawn() -> None:
    row, roster = cases.base_changed(0, start_min=at("08:35"), end_min=at("08:55"))
    view = carer_day_view(Plan(row, roster), "k1", MONDAY)
    bad = [item for item in view.rounds[0].items if item.obstacle]
    assert [item.obstacle for item in bad] == ["no_room"]
    drawn = [piece for piece in view.rounds[0].shift.segments if piece.kind == "travel"]
    assert len(drawn) == len([item for item in view.rounds[0].items if item.kind == "travel"]) - 1


def test_a_shift_from_the_first_visit_has_no_way_there() -> None:
    row, roster = cases.one_visit()
    row = replace(row, shifts=(replace(row.shifts[0], begins_at=FIRST_VISIT),))
    one = carer_day_view(Plan(row, roster), "k1", MONDAY).rounds[0]
    assert [item.kind for item in one.items] == ["visit"]
    assert one.unused_min == 150


def test_a_visit_after_midnight_stays_on_its_date() -> None:
    row, roster = cases.one_visit("24:30-25:00", "22:00-26:00", window_start_min=1440, window_end_min=1500)
    plan = Plan(row, roster)
    day = citizen_week_view(plan, "c1").days[0]
    assert day.when == MONDAY
    assert (day.visits[0].start_min, day.visits[0].end_min) == (1470, 1500)
    assert week_view(plan).scale == (22 * 60, 26 * 60)


def test_a_citizens_week_counts_people_against_the_bound() -> None:
    row = cases.base_problem()
    row = replace(
        row,
        citizens=tuple(replace(one, contact_carer="k2") for one in row.citizens),
        history=(HistoryRow(-3, "c3", "k1"), HistoryRow(-8, "c3", "k2"), HistoryRow(-2, "c3", "k2", 0)),
    )
    known = (CitizenWeek("c3", 0, 0, "within", 0, 2),)
    plan = Plan(row, cases.base_roster(row, citizens=known, bounds=Bounds(1.2)))
    view = citizen_week_view(plan, "c3")
    assert (view.summary.carers, view.summary.carers_bound) == (2, 2)
    assert (view.summary.contact_visits, view.summary.home_visits, view.summary.contact_share) == (1, 1, 1.0)
    # k2 was last there 8 days before the week: outside the 14 days that end with it.
    assert [(one.carer.id, one.is_contact, one.is_new) for one in view.visitors] == [
        ("k2", True, True),
        ("k1", False, False),
    ]
    assert week_view(plan).bounds.carers_per_citizen_mean == 1.2


def test_a_citizens_minutes_are_the_judges() -> None:
    row = cases.base_problem(packages=(cases.package(min_minutes=30, max_minutes=100, average_minutes=70),))
    view = citizen_week_view(Plan(row, cases.base_roster(row)), "c3")
    # Both carers' half hours count.
    assert (view.summary.minutes, view.summary.package_status) == (60, "within")
    assert (view.summary.least_min, view.summary.most_min, view.average_min) == (30, 100, 70)


@pytest.mark.parametrize("carer", ["nobody", ""])
def test_unknown_carers_are_no_page(carer: str) -> None:
    with pytest.raises(UnknownPageError):
        carer_day_view(base_plan(), carer, MONDAY)


def test_dates_citizens_and_weeks_outside_the_plan_are_no_page() -> None:
    plan = base_plan()
    with pytest.raises(UnknownPageError):
        carer_day_view(plan, "k1", date(2026, 12, 7))
    with pytest.raises(UnknownPageError):
        citizen_week_view(plan, "nobody")
    with pytest.raises(UnknownPageError):
        plan.week_number("2026-W50")
    assert plan.week_number(None) == plan.week_number("2026-W49") == 0


def test_a_roster_that_names_what_does_not_exist_is_still_shown() -> None:
    visits = (
        *cases.base_visits(),
        cases.visit("ghost", "c1", "12:00-12:30", "k1:s1"),
        cases.visit("n1", "c1", "12:00-12:30", "ghost:nowhere"),
    )
    roster = cases.base_roster(visits=visits, unplaced=(Unplaced("ghost", 0, 0, "capacity"),))
    plan = Plan(cases.base_problem(), roster)
    assert week_view(plan).violations
    assert carer_day_view(plan, "k1", MONDAY).rounds
    names = [one.name for visit in citizen_week_view(plan, "c1").days[0].visits for one in visit.carers]
    assert names == ["K1", "ghost"]


def test_a_day_without_a_shift_is_empty() -> None:
    view = carer_day_view(base_plan(), "k1", TUESDAY)
    assert view.rounds == ()
    assert [bool(day.shifts) for day in view.week_days] == [True] + [False] * 6


def island_plan() -> Plan:
    """``c1`` lives on an island: 10 minutes of road and 20 of ferry each way."""
    of = cases.problem(
        citizens=[cases.citizen("c1", island="Femø")],
        needs=[cases.need("n1", "c1", "09:00-09:00")],
        carers=[cases.carer("k1")],
        shifts=[cases.shift("s1", "k1", times="08:00-11:00")],
        ferries=[Ferry("Femø", 0, at("07:30"), at("11:00"), 20)],
    )
    return Plan(of, cases.roster(of, [cases.visit("n1", "c1", "09:00-09:30", "k1:s1")]))


def test_a_ferry_is_a_part_of_the_journey_by_itself() -> None:
    (round_,) = carer_day_view(island_plan(), "k1", MONDAY).rounds
    ways = [
        (item.mode, item.minutes, item.to_name or (item.to_place and item.to_place.id))
        for item in round_.items
        if item.kind == "travel"
    ]
    assert ways == [
        ("bike", 10, "ferry"),
        ("ferry", 20, "c1"),
        ("ferry", 20, "mainland"),
        ("bike", 10, "base"),
    ]
    assert sum(item.minutes for item in round_.items if item.kind == "travel") == round_.shift.travel_min


def test_a_visit_without_a_place_is_a_gap_on_its_date() -> None:
    of = cases.base_problem()
    of = replace(of, needs=(*of.needs, cases.need("n4", "c1", "12:00-13:00")))
    plan = Plan(of, replace(cases.base_roster(), unplaced=(Unplaced("n4", 0, 0, "capacity"),)))
    days = citizen_week_view(plan, "c1").days
    assert [row.need_id for row in days[0].gaps] == ["n4"]
    assert all(not day.gaps for day in days[1:])


def test_alike_visits_on_any_day_are_told_once() -> None:
    of = cases.base_problem()
    any_day = cases.need("n4", "c1", "12:00-13:00", days=None, times_per_week=3)
    plan = Plan(
        replace(of, needs=(*of.needs, any_day)),
        replace(cases.base_roster(), unplaced=(Unplaced("n4", None, 0, "capacity"),) * 3),
    )
    ((row, count),) = counted(plan.left_out(0))
    assert (row.need_id, row.when, count) == ("n4", None, 3)
