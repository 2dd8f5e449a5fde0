"""Rule 3: a shift's items do not overlap, leave time for travel, hold the break and keep the reserve."""

from __future__ import annotations

from dataclasses import replace

from scheduler.problem import FIRST_VISIT, Meeting
from tests.scheduler.cases import (
    Case,
    at,
    base_problem,
    base_roster,
    base_visits,
    breaks_nothing,
    breaks_only,
    carer,
    citizen,
    need,
    one_visit,
    pause,
    problem,
    roster,
    shift,
    visit,
)


@breaks_only("overlap")
def test_visit_during_the_break() -> Case:
    return base_problem(), replace(
        base_roster(base_problem()),
        visits=(*base_visits()[:2], visit("n3", "c3", "10:55-11:25", "k1:s1", "k2:s2")),
        breaks=(pause("s1", "11:20-11:50"), pause("s2")),
    )


@breaks_only("overlap")
def test_two_visits_of_one_carer_at_once() -> Case:
    row = base_problem(needs=(need("n1", "c1"), need("n2", "c2")))
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:10-08:40", "k1:s1")]
    return row, roster(row, visits, [pause("s1")])


@breaks_only("overlap")
def test_visit_during_a_meeting() -> Case:
    row, answer = one_visit()
    return replace(row, meetings=(Meeting("handover", 0, at("08:20"), 30, ("k1",)),)), answer


@breaks_only("overlap")
def test_two_shifts_of_one_carer_at_once() -> Case:
    row = base_problem(
        needs=(need("n1", "c1"), need("n2", "c2")), shifts=(shift("s1", "k1"), shift("s2", "k1"))
    )
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:10-08:40", "k1:s2")]
    return row, roster(row, visits, [pause("s1", "11:00-11:30"), pause("s2", "12:00-12:30")])


@breaks_only("travel")
def test_too_little_time_between_two_visits() -> Case:
    row = base_problem(needs=(need("n1", "c1"), need("n2", "c2")))
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:39-09:09", "k1:s1")]
    return row, roster(row, visits, [pause("s1")])


@breaks_only("travel")
def test_no_time_at_all_between_two_visits() -> Case:
    row = base_problem(needs=(need("n1", "c1"), need("n2", "c2")))
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:30-09:00", "k1:s1")]
    return row, roster(row, visits, [pause("s1")])


@breaks_only("travel")
def test_a_journey_does_not_divide_over_two_gaps() -> Case:
    """Nine minutes before the break and nine after it are not ten in one piece."""
    row = base_problem(needs=(need("n1", "c1", "10:00-11:00"), need("n2", "c2", "11:00-13:00")))
    visits = [visit("n1", "c1", "10:30-11:00", "k1:s1"), visit("n2", "c2", "11:48-12:18", "k1:s1")]
    return row, roster(row, visits, [pause("s1", "11:09-11:39")])


@breaks_only("break")
def test_missing_break() -> Case:
    return base_problem(), base_roster(breaks=(pause("s1"),))


@breaks_only("break")
def test_break_too_short() -> Case:
    return base_problem(), base_roster(breaks=(pause("s1", "11:00-11:29"), pause("s2")))


@breaks_only("break")
def test_break_too_early() -> Case:
    return base_problem(), base_roster(breaks=(pause("s1", "10:59-11:29"), pause("s2")))


@breaks_only("break")
def test_break_too_late() -> Case:
    return base_problem(), base_roster(breaks=(pause("s1", "12:31-13:01"), pause("s2")))


@breaks_only("break")
def test_two_breaks_in_one_shift() -> Case:
    breaks = (pause("s1", "11:00-11:30"), pause("s1", "12:00-12:30"), pause("s2"))
    return base_problem(), base_roster(breaks=breaks)


@breaks_only("reserve")
def test_too_little_kept_for_emergency_calls() -> Case:
    """180 minutes of shift, 30 of visit, 20 of travel: 130 are free."""
    row, answer = one_visit()
    return replace(row, shifts=(replace(row.shifts[0], reserve_minutes=131),)), answer


@breaks_nothing
def test_exactly_the_reserve_is_left() -> Case:
    row, answer = one_visit()
    return replace(row, shifts=(replace(row.shifts[0], reserve_minutes=130),)), answer


@breaks_nothing
def test_journey_lies_in_one_of_two_gaps() -> Case:
    """None before the break, ten after it."""
    row = base_problem(needs=(need("n1", "c1", "10:00-11:00"), need("n2", "c2", "11:00-13:00")))
    visits = [visit("n1", "c1", "10:30-11:00", "k1:s1"), visit("n2", "c2", "11:40-12:10", "k1:s1")]
    return row, roster(row, visits, [pause("s1", "11:00-11:30")])


@breaks_only("travel")
def test_screen_visit_and_break_in_one_journeys_time() -> Case:
    """Between two places a break and a screen visit leave three gaps, of 9, 8 and 9 minutes."""
    return between_two_places("11:09-11:39", "11:47-12:07", "12:16-12:46")


@breaks_nothing
def test_journey_between_break_and_screen_visit() -> Case:
    return between_two_places("11:00-11:30", "11:40-12:00", "12:00-12:30")


def between_two_places(break_times: str, screen: str, second: str) -> Case:
    row = base_problem(
        citizens=(citizen("c1"), citizen("c2"), citizen("c3", screen_able=True)),
        needs=(
            need("n1", "c1", "10:00-11:00"),
            need("n2", "c2", "11:00-13:00"),
            need("n3", "c3", "11:00-13:00", modality="screen"),
        ),
    )
    visits = [
        visit("n1", "c1", "10:30-11:00", "k1:s1"),
        visit("n3", "c3", screen, "k1:s1", modality="screen"),
        visit("n2", "c2", second, "k1:s1"),
    ]
    return row, roster(row, visits, [pause("s1", break_times)])


@breaks_nothing
def test_journey_out_before_a_screen_visit() -> Case:
    """Out at 07:00, a screen visit on the way at 07:10, the home at 07:30 without a gap."""
    return screen_first("07:10-07:30", "07:30-08:00")


@breaks_only("shift")
def test_no_gap_holds_the_journey_out() -> Case:
    return screen_first("07:09-07:29", "07:38-08:08")


def screen_first(screen: str, home: str) -> Case:
    row = problem(
        citizens=[citizen("c1"), citizen("c2", screen_able=True)],
        needs=[need("n1", "c1", "07:00-09:00"), need("n2", "c2", "07:00-09:00", modality="screen")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="07:00-10:00")],
    )
    visits = [
        visit("n2", "c2", screen, "k1:s1", modality="screen"),
        visit("n1", "c1", home, "k1:s1"),
    ]
    return row, roster(row, visits)


@breaks_nothing
def test_shift_without_visits_needs_no_break() -> Case:
    row = base_problem()
    return replace(row, shifts=(*row.shifts, shift("s3", "k1", day=1))), base_roster()


@breaks_nothing
def test_shift_that_begins_at_the_first_visit() -> Case:
    row, answer = one_visit(times="08:00-08:30", shift_times="08:00-08:30")
    return replace(row, shifts=(replace(row.shifts[0], begins_at=FIRST_VISIT),)), answer


@breaks_only("travel")
def test_shift_that_begins_at_the_first_visit_travels_between() -> Case:
    row = base_problem(
        needs=(need("n1", "c1"), need("n2", "c2")),
        shifts=(shift("s1", "k1", times="08:00-09:09", begins_at=FIRST_VISIT),),
    )
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:39-09:09", "k1:s1")]
    return row, roster(row, visits)


@breaks_only("travel")
def test_meeting_is_at_the_base() -> Case:
    row, answer = one_visit()
    return replace(row, meetings=(Meeting("handover", 0, at("08:39"), 15, ("k1",)),)), answer


@breaks_nothing
def test_meeting_outside_the_shift_is_not_attended() -> Case:
    row, answer = one_visit()
    return replace(row, meetings=(Meeting("handover", 0, at("06:50"), 75, ("k1",)),)), answer


@breaks_nothing
def test_meeting_of_others_is_not_attended() -> Case:
    row, answer = one_visit()
    row = replace(row, carers=(*row.carers, carer("k2")))
    return replace(row, meetings=(Meeting("handover", 0, at("08:20"), 30, ("k2",)),)), answer


@breaks_only("travel")
def test_other_travel_times_than_the_formula() -> Case:
    """The matrix says 31 minutes from ``c1`` to ``c2`` by bicycle, and 10 back."""
    row = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1"), need("n2", "c2")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="07:00-11:00")],
        matrix={("c1", "c2", "bike"): 31},
    )
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "09:00-09:30", "k1:s1")]
    return row, roster(row, visits)
