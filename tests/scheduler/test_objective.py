"""Every term of the objective against a value reckoned by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import Delivered, HistoryRow, Meeting, Problem, Rules
from scheduler.roster import (
    OpenShift,
    Roster,
    Unplaced,
)
from tests.scheduler.cases import (
    Case,
    at,
    base_problem,
    base_roster,
    base_visits,
    carer,
    citizen,
    need,
    one_session,
    one_visit,
    package,
    problem,
    roster,
    shift,
    visit,
)


def term(key: str, for_problem: Problem, of: Roster) -> float:
    """One term of the objective without its weight."""
    weights = replace(for_problem.weights, **{key: 1.0})
    return evaluate(replace(for_problem, weights=weights), of).figures.terms[key]


def test_unplaced_by_priority():
    row = base_problem(
        needs=(need("n1", "c1", priority=1), need("n2", "c2", priority=2), need("n3", "c3", priority=3))
    )
    listed = tuple(Unplaced(need_id, 0, 0, "capacity") for need_id in ("n1", "n2", "n3"))
    terms = evaluate(row, roster(row, unplaced=listed)).figures.terms
    assert [terms[f"unplaced_{priority}"] for priority in (1, 2, 3)] == [10000, 2000, 500]


def test_unplaced_costs_also_what_is_not_listed():
    figures = evaluate(base_problem(), base_roster(visits=())).figures
    assert (figures.unplaced, figures.terms["unplaced_2"]) == (3, 6000)


def test_unplaced_session_costs_as_a_visit_that_must_be():
    row, _ = one_session()
    figures = evaluate(row, roster(row, unplaced=(Unplaced("g1", 0, 0, "capacity"),))).figures
    assert (figures.placed, figures.unplaced, figures.terms["unplaced_1"]) == (0, 1, 10000)


def test_carer_counts_different_people_by_weight_and_week():
    """``c1`` has ``k1`` and ``k2`` in the first week, ``k1`` in the second."""
    row = problem(
        citizens=[citizen("c1", continuity_weight=1.5)],
        needs=[need("n1", "c1", days=(0, 1))],
        carers=[carer("k1"), carer("k2")],
        shifts=[
            shift("s0", "k1", times="07:00-10:00"),
            shift("s1", "k2", day=1, times="07:00-10:00"),
            shift("s7", "k1", day=7, times="07:00-10:00"),
            shift("s8", "k1", day=8, times="07:00-10:00"),
        ],
        weeks=2,
    )
    answer = roster(
        row,
        [
            visit("n1", "c1", "08:00-08:30", "k1:s0"),
            visit("n1", "c1", "08:00-08:30", "k2:s1", day=1),
            visit("n1", "c1", "08:00-08:30", "k1:s7", day=7),
            visit("n1", "c1", "08:00-08:30", "k1:s8", day=8),
        ],
    )
    assert not evaluate(row, answer).violations
    assert term("carer", row, answer) == pytest.approx(3 * 1.5)
    assert term("carer_14", row, answer) == pytest.approx(2 * 1.5)
    figures = evaluate(row, answer).figures
    assert (figures.carers_per_citizen_mean, figures.carers_per_citizen_14d_mean) == (1.5, 2)


def test_fourteen_days_hold_the_history_of_the_week_before():
    """The pack's one week ends on day 6, so the fourteen days begin on day -7."""
    row, answer = one_visit()
    row = replace(
        row,
        carers=(carer("k1"), carer("k2"), carer("k3"), carer("k4")),
        history=(
            HistoryRow(-7, "c1", "k2"),
            HistoryRow(-1, "c1", "k1", visits=3),
            HistoryRow(-8, "c1", "k3"),
            HistoryRow(-2, "c1", "k4", visits=0),
        ),
    )
    assert term("carer_14", row, answer) == 2
    assert term("carer", row, answer) == 1
    assert evaluate(row, answer).figures.carers_per_citizen_14d_mean == 2


def test_fourteen_days_are_the_last_of_a_longer_pack():
    row = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1")],
        carers=[carer(f"k{week}") for week in range(3)],
        shifts=[shift(f"s{week}", f"k{week}", day=7 * week, times="07:00-10:00") for week in range(3)],
        weeks=3,
    )
    visits = [visit("n1", "c1", "08:00-08:30", f"k{week}:s{week}", day=7 * week) for week in range(3)]
    assert term("carer_14", row, roster(row, visits)) == 2
    assert term("carer", row, roster(row, visits)) == 3


def screen_case() -> Case:
    row, answer = one_visit(modality="screen")
    row = replace(
        row,
        citizens=(citizen("c1", screen_able=True, contact_carer="k2"),),
        carers=(carer("k1", kind="substitute"), carer("k2")),
    )
    return row, replace(answer, visits=(replace(answer.visits[0], modality="screen"),))


def test_continuity_is_of_home_visits():
    row, answer = screen_case()
    assert not evaluate(row, answer).violations
    assert term("carer", row, answer) == 0
    assert term("carer_14", row, answer) == 0
    assert term("contact", row, answer) == 0
    assert evaluate(row, answer).figures.carers_per_citizen_mean == 0
    # A substitute on the screen is a substitute.
    assert term("substitute", row, answer) == 1


def test_contact_carer():
    """``c1`` is visited without ``k2``; ``c3`` with both, so with the contact carer; ``c2`` has none."""
    row = base_problem()
    row = replace(
        row, citizens=(citizen("c1", contact_carer="k2"), citizen("c2"), citizen("c3", contact_carer="k2"))
    )
    assert term("contact", row, base_roster()) == 1
    assert evaluate(row, base_roster()).figures.contact_carer_share == 0.5


def test_substitute_counts_once_a_visit():
    row = base_problem(carers=(carer("k1", kind="substitute"), carer("k2", kind="substitute", mode="car")))
    assert term("substitute", row, base_roster()) == 3


def test_waiting_ends_with_the_journey_home():
    row, answer = one_visit()
    assert (term("travel", row, answer), term("waiting", row, answer)) == (20, 0)


def test_waiting_before_a_screen_visit_that_comes_first():
    """A screen visit to 07:30, then the journey out, as late as it can be, to 08:00: 20 minutes between."""
    row, answer = one_visit()
    row = replace(
        row,
        citizens=(citizen("c1", screen_able=True),),
        needs=(*row.needs, need("n2", "c1", "07:00-08:00", modality="screen")),
    )
    first = visit("n2", "c1", "07:10-07:30", "k1:s1", modality="screen")
    answer = replace(answer, visits=(first, *answer.visits))
    assert not evaluate(row, answer).violations
    assert term("waiting", row, answer) == 20


def test_shift_with_only_a_meeting_costs_nothing():
    row, answer = one_visit()
    row = replace(
        row,
        shifts=(*row.shifts, shift("s2", "k1", day=1)),
        meetings=(Meeting("handover", 1, at("10:00", 1), 60, ("k1",)),),
    )
    assert not evaluate(row, answer).violations
    assert (term("travel", row, answer), term("waiting", row, answer), term("unfair", row, answer)) == (
        20,
        0,
        0,
    )


def test_meeting_in_a_day_of_visits_is_an_item_at_the_base():
    """Visit to 08:30, base at 08:40, meeting from 09:00 to 09:30: 20 minutes of waiting, no more travel."""
    row, answer = one_visit()
    row = replace(row, meetings=(Meeting("handover", 0, at("09:00"), 30, ("k1",)),))
    assert not evaluate(row, answer).violations
    assert (term("travel", row, answer), term("waiting", row, answer)) == (20, 20)


def test_travel_of_a_trainee_counts():
    row, answer = with_trainee(present=True)
    assert not evaluate(row, answer).violations
    assert term("travel", row, answer) == 60 + 20


def with_trainee(*, present: bool) -> Case:
    """``t1`` learns from ``k1`` and is on duty from 07:00 to 09:00: for ``n1``, not for ``n3``."""
    row = base_problem()
    row = replace(
        row,
        carers=(*row.carers, carer("t1", mentor="k1")),
        shifts=(*row.shifts, shift("s3", "t1", times="07:00-09:00")),
    )
    if not present:
        return row, base_roster(row)
    first = visit("n1", "c1", "08:00-08:30", "k1:s1", "t1:s3")
    return row, base_roster(row, visits=(first, *base_visits()[1:]))


@pytest.mark.parametrize(("present", "missed"), [(True, 0), (False, 1)])
def test_trainee_with_the_mentor(present: bool, missed: int):
    assert term("trainee", *with_trainee(present=present)) == missed


def test_trainee_counts_in_no_continuity():
    row, answer = with_trainee(present=True)
    assert term("carer", row, answer) == 4


def test_agreed():
    assert term("agreed", *one_visit(times="08:10-08:40", agreed_start_min=at("08:20"))) == 10


def test_regular():
    """Starts at 08:00, 08:10 and 08:40: the median is 08:10, and they lie 10, 0 and 30 minutes from it."""
    row = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", days=(0, 1, 2))],
        carers=[carer("k1")],
        shifts=[shift(f"s{day}", "k1", day=day, times="07:00-10:00") for day in range(3)],
    )
    times = ("08:00-08:30", "08:10-08:40", "08:40-09:10")
    visits = [visit("n1", "c1", span, f"k1:s{day}", day=day) for day, span in enumerate(times)]
    assert term("regular", row, roster(row, visits)) == 40
    # Two visits: the median lies between, at 08:05.
    assert term("regular", row, roster(row, visits[:2])) == 10


def test_regular_is_by_week():
    row, _ = one_visit()
    row = problem(
        citizens=row.citizens,
        needs=row.needs,
        carers=row.carers,
        shifts=[shift(f"s{week}", "k1", day=7 * week, times="07:00-10:00") for week in (0, 1)],
        weeks=2,
    )
    visits = [
        visit("n1", "c1", "08:00-08:30", "k1:s0"),
        visit("n1", "c1", "08:40-09:10", "k1:s1", day=7),
    ]
    assert term("regular", row, roster(row, visits)) == 0


def test_minutes_from_the_wished():
    assert term("minutes", *one_visit(times="08:00-08:22")) == 8
    assert term("minutes", *one_visit(times="08:00-08:36")) == 6


def test_overtime_of_given_and_open_shifts_by_week():
    """Eight hours given and three open, of ten a week: 60 minutes; the next week's nine hours are none."""
    row = problem(
        citizens=[],
        needs=[],
        carers=[carer("k1", week_hours=10), carer("k2")],
        shifts=[
            shift("s1", "k1"),
            shift("s2", None, day=1, times="07:00-10:00"),
            shift("s3", "k1", day=7, times="07:00-16:00"),
            shift("s4", "k2", times="07:00-17:00"),
        ],
        weeks=2,
    )
    answer = roster(row, open_shifts=(OpenShift("s2", "k1"),))
    assert term("overtime", row, answer) == 60
    assert evaluate(row, answer).figures.overtime_minutes == 60
    assert term("overtime", row, roster(row)) == 0


def test_overtime_over_a_norm_of_several_weeks():
    """Ten hours a week over two weeks: eleven and nine are none; the third week is a period of its own."""
    row = problem(
        citizens=[],
        needs=[],
        carers=[carer("k1", week_hours=10)],
        shifts=[
            shift("s1", "k1", times="07:00-18:00"),
            shift("s2", "k1", day=8, times="07:00-16:00"),
            shift("s3", None, day=9, times="07:00-07:30"),
            shift("s4", "k1", day=15, times="07:00-17:15"),
        ],
        weeks=3,
        rules=Rules(norm_weeks=2, untrained_share_max=1),
    )
    assert term("overtime", row, roster(row)) == 15
    assert term("overtime", row, roster(row, open_shifts=(OpenShift("s3", "k1"),))) == 45
    single = replace(row, rules=Rules(untrained_share_max=1))
    assert term("overtime", single, roster(single)) == 60 + 15


def test_unfair():
    """``k1`` has 50 minutes of load in 180 of shift, ``k2`` none in 60, ``k3`` no shift.

    Expected are 37.5, 12.5 and 0; away from it 12.5, 12.5 and 0.
    """
    row, answer = one_visit()
    row = replace(
        row,
        carers=(carer("k1"), carer("k2"), carer("k3")),
        shifts=(*row.shifts, shift("s2", "k2", times="07:00-08:00")),
    )
    assert term("unfair", row, answer) == pytest.approx(25 / 3)


def test_unfair_counts_assigned_open_shifts_and_sessions():
    """The session's hour and 20 of travel are ``k1``'s 80; both carers have three hours: 40 away each."""
    row, answer = one_session()
    row = replace(
        row, carers=(carer("k1"), carer("k2")), shifts=(*row.shifts, shift("s9", None, times="12:00-15:00"))
    )
    assert term("unfair", row, replace(answer, open_shifts=(OpenShift("s9", "k2"),))) == 40
    # Unassigned, it is nobody's: all the load is where all the shift minutes are.
    assert term("unfair", row, answer) == 0


def test_average():
    """Package ``p`` has 30 and 0 minutes: the mean is 15, 25 from its 40. ``q`` has no average."""
    row, answer = one_visit()
    row = replace(
        row,
        citizens=(citizen("c1"), citizen("c2"), citizen("c3", package_id="q")),
        packages=(package(average_minutes=40), package("q")),
    )
    assert term("average", row, answer) == 25


def test_average_is_over_the_weeks():
    """30 minutes in the first week and none in the second: 15 a week, 5 from the average."""
    row, answer = one_visit(every_weeks=2)
    row = problem(
        citizens=row.citizens,
        needs=row.needs,
        carers=row.carers,
        shifts=row.shifts,
        packages=[package(average_minutes=20)],
        weeks=2,
    )
    answer = replace(answer, weeks=2)
    assert not evaluate(row, answer).violations
    assert term("average", row, answer) == 5


def test_average_evens_out_the_weeks_before():
    """40 minutes a week are the average, 30 are planned; 30 in each of three weeks before ask for 70 now."""
    row, answer = one_visit()
    row = replace(row, packages=(package(average_minutes=40),), rules=replace(row.rules, even_out_weeks=1))
    before = tuple(Delivered(week, "c1", 30) for week in (-1, -2, -3))
    assert term("average", row, answer) == 10
    assert term("average", replace(row, delivered=before), answer) == 40
    bounded = replace(row, packages=(package(average_minutes=40, max_minutes=60),), delivered=before)
    assert term("average", bounded, answer) == 30


def test_standing_roster():
    """A standing roster of two weeks that began three weeks before: the pack's week is its second.

    There ``n1`` is at 08:20 by ``k2``; here at 08:00 by ``k1``. What its first week says does not matter.
    """
    row, answer = one_visit()
    row = replace(row, carers=(carer("k1"), carer("k2")))
    standing = Roster(
        "Team Test",
        row.calendar.first_monday.replace(day=9),
        2,
        visits=(
            visit("n1", "c1", "09:00-09:30", "k1:s1", day=0),
            visit("n1", "c1", "08:20-08:50", "k2:s2", day=7),
        ),
    )
    row = replace(row, standing_roster=standing)
    assert (term("base_carer", row, answer), term("base_minutes", row, answer)) == (1, 20)


def test_standing_roster_compares_needed_people_whatever_their_order():
    standing = base_roster(visits=(*base_visits()[:2], visit("n3", "c3", "09:00-09:30", "k2:s2", "k1:s1")))
    row = base_problem(standing_roster=standing)
    assert (term("base_carer", row, base_roster()), term("base_minutes", row, base_roster())) == (0, 0)


def test_standing_roster_without_a_counterpart_costs_nothing():
    row = base_problem(standing_roster=base_roster(visits=()))
    assert (term("base_carer", row, base_roster()), term("base_minutes", row, base_roster())) == (0, 0)
