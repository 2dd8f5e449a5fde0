"""Rule 1: what is due is there, once, at its time, for as long and with as many as it needs."""

from __future__ import annotations

from dataclasses import replace

from scheduler.evaluate import evaluate
from scheduler.problem import Absence
from scheduler.roster import OpenShift, Unplaced
from tests.scheduler.cases import (
    Case,
    at,
    base_changed,
    base_problem,
    base_roster,
    base_visits,
    breaks_nothing,
    breaks_only,
    carer,
    held,
    need,
    one_visit,
    pause,
    roster,
    shift,
    visit,
    with_session,
)


@breaks_nothing
def test_base_case() -> Case:
    return base_problem(), base_roster()


@breaks_only("unknown")
def test_need_that_does_not_exist() -> Case:
    extra = visit("n9", "c1", "10:00-10:20", "k1:s1")
    return base_problem(), base_roster(visits=(*base_visits(), extra))


@breaks_only("unknown")
def test_citizen_that_is_not_the_needs_own() -> Case:
    return base_changed(0, citizen_id="c2")


@breaks_only("unknown")
def test_carer_that_does_not_exist() -> Case:
    row, answer = one_visit()
    return row, replace(answer, visits=(visit("n1", "c1", "08:00-08:30", "k9:s1"),))


@breaks_only("unknown")
def test_shift_that_does_not_exist() -> Case:
    row, answer = one_visit()
    return row, replace(answer, visits=(visit("n1", "c1", "08:00-08:30", "k1:s9"),))


@breaks_only("unknown")
def test_break_of_a_shift_that_does_not_exist() -> Case:
    row, answer = one_visit()
    return row, replace(answer, breaks=(pause("s9"),))


@breaks_only("unknown")
def test_session_that_does_not_exist() -> Case:
    return base_problem(), base_roster(sessions=(held("g9", "k1:s1"),))


@breaks_only("unknown")
def test_unplaced_need_that_does_not_exist() -> Case:
    return base_problem(), base_roster(unplaced=(Unplaced("n9", 0, 0, "capacity"),))


@breaks_only("unknown")
def test_open_shift_given_to_nobody_known() -> Case:
    row = base_problem()
    row = replace(row, shifts=(*row.shifts, shift("s3", None)))
    return row, base_roster(open_shifts=(OpenShift("s3", "k9"),))


@breaks_only("unknown")
def test_visit_on_a_day_too_many() -> Case:
    extra = visit("n1", "c1", "08:00-08:30", "k1:s3", day=1)
    row = base_problem()
    row = replace(row, shifts=(*row.shifts, shift("s3", "k1", day=1, times="07:00-10:00")))
    return row, base_roster(visits=(*base_visits(), extra))


@breaks_only("unknown")
def test_visit_placed_twice() -> Case:
    extra = visit("n1", "c1", "09:45-10:15", "k2:s2")
    row = base_problem()
    return row, base_roster(visits=(*base_visits(), extra))


@breaks_only("unknown")
def test_placed_visit_listed_as_unplaced() -> Case:
    return base_problem(), base_roster(unplaced=(Unplaced("n1", 0, 0, "capacity"),))


@breaks_only("unknown")
def test_roster_of_another_week() -> Case:
    answer = base_roster()
    return base_problem(), replace(answer, first_monday=answer.first_monday.replace(day=23))


@breaks_only("unlisted")
def test_due_visit_left_out() -> Case:
    return base_problem(), base_roster(visits=base_visits()[1:])


@breaks_only("unlisted")
def test_session_left_out() -> Case:
    return with_session(("c1",)), base_roster()


@breaks_only("window")
def test_start_before_the_window() -> Case:
    return one_visit(times="07:55-08:25")


@breaks_only("window")
def test_start_after_the_window() -> Case:
    return one_visit(times="10:01-10:31", shift_times="07:00-12:00")


@breaks_only("date")
def test_visit_on_another_date() -> Case:
    row, _ = one_visit()
    row = replace(row, shifts=(shift("s1", "k1", day=1, times="07:00-10:00"),))
    return row, roster(row, [visit("n1", "c1", "08:00-08:30", "k1:s1", day=1)])


@breaks_only("date")
def test_any_need_twice_on_one_date() -> Case:
    row, _ = one_visit(days=None, times_per_week=2)
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n1", "c1", "09:00-09:30", "k1:s1")]
    return row, roster(row, visits)


@breaks_only("agreed")
def test_start_too_far_from_the_agreed_time() -> Case:
    return one_visit(times="08:46-09:16", agreed_start_min=at("08:30"))


@breaks_only("duration")
def test_visit_too_short() -> Case:
    return one_visit(times="08:00-08:19")


@breaks_only("duration")
def test_visit_too_long() -> Case:
    return one_visit(times="08:00-08:41")


@breaks_only("carers_count")
def test_one_carer_where_two_are_needed() -> Case:
    return base_changed(2, carers=("k1",), shifts=("s1",))


@breaks_only("carers_count")
def test_one_carer_named_twice() -> Case:
    return base_changed(2, carers=("k1", "k1"), shifts=("s1", "s1"))


@breaks_only("carers_count")
def test_two_carers_where_one_is_needed() -> Case:
    row, _ = one_visit()
    row = replace(
        row,
        carers=(carer("k1"), carer("k2")),
        shifts=(*row.shifts, shift("s2", "k2", times="07:00-10:00")),
    )
    return row, roster(row, [visit("n1", "c1", "08:00-08:30", "k1:s1", "k2:s2")])


@breaks_only("carers_count")
def test_session_with_too_many() -> Case:
    return with_session(("c1",)), base_roster(sessions=(held("g1", "k1:s1", "k2:s2"),))


@breaks_only("citizen_overlap")
def test_two_visits_to_one_citizen_at_once() -> Case:
    row = base_problem(needs=(need("n1", "c1"), need("n2", "c1")))
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c1", "08:29-08:59", "k2:s2")]
    return row, roster(row, visits, [pause("s1"), pause("s2")])


@breaks_only("citizen_overlap")
def test_visit_during_the_citizens_session() -> Case:
    row = with_session(("c1", "c2"), needs=(need("n1", "c1", "13:00-14:00"),))
    visits = [visit("n1", "c1", "13:30-14:00", "k2:s2")]
    return row, roster(row, visits, [pause("s1"), pause("s2")], sessions=(held("g1", "k1:s1"),))


@breaks_only("citizen_absent")
def test_visit_while_the_citizen_is_away() -> Case:
    row, answer = one_visit()
    return replace(row, absences=(Absence(at("08:29"), at("09:00"), citizen_id="c1"),)), answer


@breaks_nothing
def test_both_ends_of_the_window_are_in_it() -> Case:
    return one_visit(times="10:00-10:30", shift_times="07:00-12:00")


@breaks_nothing
def test_window_may_pass_midnight() -> Case:
    """24:30 on Monday is half past midnight, still Monday's visit and Monday's shift."""
    return one_visit(
        times="24:30-25:00",
        shift_times="20:00-26:00",
        window_start_min=at("23:00"),
        window_end_min=at("25:00"),
    )


@breaks_nothing
def test_a_quarter_of_an_hour_from_the_agreed_time() -> Case:
    return one_visit(times="08:15-08:45", agreed_start_min=at("08:30"))


@breaks_nothing
def test_unplaced_visit_that_is_listed() -> Case:
    row, answer = one_visit()
    return row, replace(answer, visits=(), unplaced=(Unplaced("n1", 0, 0, "capacity"),))


@breaks_nothing
def test_unplaced_any_visit_has_no_date() -> Case:
    row, answer = one_visit(days=None, times_per_week=2)
    return row, replace(answer, unplaced=(Unplaced("n1", None, 0, "capacity"),))


@breaks_nothing
def test_unplaced_session_that_is_listed() -> Case:
    return with_session(("c1",)), base_roster(unplaced=(Unplaced("g1", 0, 0, "capacity"),))


@breaks_only("unknown")
def test_session_both_held_and_unplaced() -> Case:
    return with_session(("c2",)), base_roster(
        sessions=(held("g1", "k1:s1"),), unplaced=(Unplaced("g1", 0, 0, "capacity"),)
    )


@breaks_only("unknown")
def test_session_held_twice() -> Case:
    """By different people, so that nobody is in two places."""
    return with_session(("c2",)), base_roster(sessions=(held("g1", "k1:s1"), held("g1", "k2:s2")))


@breaks_only("unknown")
def test_unplaced_row_with_a_wrong_date() -> Case:
    row, answer = one_visit()
    return row, replace(answer, unplaced=(Unplaced("n1", 1, 0, "capacity"),))


@breaks_nothing
def test_cancelled_date_is_neither_placed_nor_unplaced() -> Case:
    """Away from 08:00 to 12:00: no start in the window 08:00–10:00 is clear."""
    row, answer = one_visit()
    away = Absence(at("08:00"), at("12:00"), citizen_id="c1")
    return replace(row, absences=(away,)), replace(answer, visits=())


@breaks_nothing
def test_visit_may_end_when_the_absence_begins() -> Case:
    row, answer = one_visit()
    return replace(row, absences=(Absence(at("08:30"), at("12:00"), citizen_id="c1"),)), answer


@breaks_nothing
def test_no_visit_on_a_holiday_the_need_leaves_out() -> Case:
    row, answer = one_visit(on_holidays=False)
    return replace(row, holidays=frozenset({0})), replace(answer, visits=())


@breaks_only("date")
def test_any_need_on_a_holiday_it_leaves_out() -> Case:
    row, answer = one_visit(days=None, times_per_week=1, on_holidays=False)
    return replace(row, holidays=frozenset({0})), answer


@breaks_nothing
def test_need_of_another_week_is_not_due() -> Case:
    row, answer = one_visit(every_weeks=2, anchor_week=1)
    return row, replace(answer, visits=())


def test_message_says_visit_value_and_limit():
    (violation,) = evaluate(*one_visit(times="07:55-08:25")).violations
    assert str(violation.message) == (
        "n1 (c1), 2026-11-30: it starts at 07:55, outside its window 08:00–10:00"
    )
    assert (violation.need_id, violation.citizen_id, violation.day) == ("n1", "c1", 0)
    assert (violation.value, violation.limit) == (at("07:55"), at("08:00"))
