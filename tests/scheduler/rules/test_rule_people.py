"""Rule 2: everyone sent is qualified, introduced, present, not barred, and in a shift of their own."""

from __future__ import annotations

from dataclasses import replace

from scheduler.problem import Absence, Barred
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
    one_session,
    one_visit,
    shift,
    visit,
    with_session,
)


@breaks_only("qualification")
def test_helper_where_an_assistant_is_asked_for() -> Case:
    return one_visit(qualification="assistant")


@breaks_only("qualification")
def test_session_by_someone_not_a_therapist() -> Case:
    row, answer = one_session()
    return replace(row, sessions=(replace(row.sessions[0], qualification="therapist"),)), answer


@breaks_only("barred")
def test_barred_carer() -> Case:
    row, answer = one_visit()
    return replace(row, barred=(Barred("k1", "c1", "agreed"),)), answer


@breaks_only("barred")
def test_carer_barred_from_a_citizen_of_the_session() -> Case:
    row, answer = one_session()
    return replace(row, barred=(Barred("k1", "c1", "agreed"),)), answer


@breaks_only("carer_absent")
def test_absent_carer() -> Case:
    row, answer = one_visit()
    return replace(row, absences=(Absence(at("07:00"), at("08:01"), carer_id="k1"),)), answer


@breaks_only("introduced")
def test_carer_who_is_not_introduced() -> Case:
    row, answer = one_visit()
    return replace(row, carers=(carer("k1", introduced=False),)), answer


def with_trainee(*people: str) -> Case:
    row = base_problem()
    row = replace(
        row,
        carers=(*row.carers, carer("t1", mentor="k1", qualification="untrained", introduced=False)),
        shifts=(*row.shifts, shift("s3", "t1", times="07:00-10:00")),
    )
    visits = (base_visits()[0], visit("n2", "c2", "08:10-08:40", *people), base_visits()[2])
    return row, base_roster(row, visits=visits)


@breaks_only("trainee")
def test_trainee_without_the_mentor() -> Case:
    return with_trainee("k2:s2", "t1:s3")


@breaks_only("trainee")
def test_trainee_before_the_mentor() -> Case:
    row, answer = with_trainee("k2:s2")
    first = visit("n1", "c1", "08:00-08:30", "t1:s3", "k1:s1")
    return row, replace(answer, visits=(first, *answer.visits[1:]))


@breaks_only("trainee")
def test_trainee_at_a_session() -> Case:
    row = with_session(("c2",))
    row = replace(
        row,
        carers=(*row.carers, carer("t1", mentor="k1")),
        shifts=(*row.shifts, shift("s3", "t1", times="12:00-15:00")),
    )
    return row, base_roster(row, sessions=(held("g1", "k1:s1", "t1:s3"),))


@breaks_only("shift")
def test_shift_of_another_carer() -> Case:
    return base_changed(1, shifts=("s1",))


@breaks_only("shift")
def test_shift_of_another_date() -> Case:
    row, answer = one_visit()
    row = replace(row, shifts=(shift("s1", "k1", day=1, times="07:00-10:00"),))
    return row, answer


@breaks_only("shift")
def test_visit_that_ends_after_the_shift() -> Case:
    return one_visit(times="08:00-08:30", shift_times="07:00-08:29")


@breaks_only("shift")
def test_visit_that_begins_before_the_shift() -> Case:
    return one_visit(times="08:00-08:30", shift_times="08:01-10:00")


@breaks_only("shift")
def test_no_time_for_the_journey_out() -> Case:
    return one_visit(times="08:00-08:30", shift_times="07:51-10:00")


@breaks_only("shift")
def test_no_time_for_the_journey_home() -> Case:
    return one_visit(times="08:00-08:30", shift_times="07:00-08:39")


@breaks_only("shift")
def test_two_carers_and_one_shift() -> Case:
    return base_changed(2, shifts=("s1",))


@breaks_only("shift")
def test_open_shift_that_is_assigned_to_nobody() -> Case:
    row, answer = one_visit()
    return replace(row, shifts=(replace(row.shifts[0], carer_id=None),)), answer


@breaks_only("shift")
def test_session_outside_the_shift() -> Case:
    row, answer = one_session()
    return replace(row, shifts=(shift("s1", "k1", times="12:00-13:50"),)), answer


@breaks_nothing
def test_trainee_after_the_mentor() -> Case:
    """Neither qualified nor introduced, and needs to be neither."""
    row, answer = with_trainee("k2:s2")
    first = visit("n1", "c1", "08:00-08:30", "k1:s1", "t1:s3")
    row = replace(row, needs=(replace(row.needs[0], qualification="helper"), *row.needs[1:]))
    return row, replace(answer, visits=(first, *answer.visits[1:]))


@breaks_only("barred")
def test_barred_trainee() -> Case:
    row, answer = with_trainee("k2:s2")
    first = visit("n1", "c1", "08:00-08:30", "k1:s1", "t1:s3")
    row = replace(row, barred=(Barred("t1", "c1"),))
    return row, replace(answer, visits=(first, *answer.visits[1:]))


@breaks_only("shift")
def test_trainees_shift_covers_the_visit_too() -> Case:
    row, answer = with_trainee("k2:s2")
    last = visit("n3", "c3", "09:00-09:30", "k1:s1", "k2:s2", "t1:s3")
    row = replace(row, shifts=(*row.shifts[:2], shift("s3", "t1", times="07:00-09:29")))
    return row, replace(answer, visits=(*answer.visits[:2], last))


@breaks_nothing
def test_nurse_does_what_an_assistant_does() -> Case:
    row, answer = one_visit(qualification="assistant")
    return replace(row, carers=(carer("k1", qualification="nurse"),)), answer


@breaks_nothing
def test_session_by_a_therapist() -> Case:
    row, answer = one_session()
    row = replace(row, sessions=(replace(row.sessions[0], qualification="therapist"),))
    return replace(row, carers=(carer("k1", qualification="physiotherapist"),)), answer


@breaks_nothing
def test_absence_may_end_when_the_visit_begins() -> Case:
    """Only visits and sessions may not fall in it; the journey there may."""
    row, answer = one_visit()
    return replace(row, absences=(Absence(at("07:00"), at("08:00"), carer_id="k1"),)), answer


@breaks_nothing
def test_journeys_fit_the_shift_to_the_minute() -> Case:
    return one_visit(times="08:00-08:30", shift_times="07:50-08:40")
