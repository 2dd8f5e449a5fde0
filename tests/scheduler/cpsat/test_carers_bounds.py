"""The bound on different carers: never above the true least, equal to it when the search is exact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.cpsat.bounds import carers_bounds, mean_bound
from scheduler.problem import (
    Absence,
    Barred,
    Link,
    Package,
    Problem,
)
from scheduler.roster import PlacedVisit, Roster
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import MONDAY, at, carer, citizen, need, shift, team


def bound(problem: Problem, **rest) -> int | None:
    """The bound of citizen c1 in the first week."""
    return carers_bounds(problem, TravelTable(problem), **rest).get(("c1", 0))


def day_shifts(*carer_ids: str, days: int = 1, start: str = "07:00", end: str = "15:00") -> list:
    return [
        shift(f"{carer_id}-{day}", carer_id, day, start, end) for carer_id in carer_ids for day in range(days)
    ]


EVERY_DAY = tuple(range(7))


def test_one_carer_who_can_do_all_proves_one() -> None:
    problem = team(
        [need("n1", days=(0, 1)), need("n2", window=("11:00", "12:00"), days=(0, 1))],
        [carer("k1"), carer("k2")],
        day_shifts("k1", "k2", days=2),
    )
    assert bound(problem) == 1


def test_morning_and_evening_shifts_need_two() -> None:
    problem = team(
        [need("n1", days=(0, 1)), need("n2", window=("18:00", "19:00"), days=(0, 1))],
        [carer("k1"), carer("k2")],
        day_shifts("k1", days=2) + [shift(f"e{day}", "k2", day, "15:00", "23:00") for day in (0, 1)],
    )
    assert bound(problem) == 2


def test_cover_that_neither_greedy_nor_counting_settles() -> None:
    # Three visits, each served by two of three carers: no two are disjoint, yet no carer does all.
    problem = team(
        [need("n1", days=(0, 1, 2))],
        [carer("k1"), carer("k2"), carer("k3")],
        [
            shift(f"{carer_id}{day}", carer_id, day, "07:00", "15:00")
            for day, carer_ids in enumerate([("k1", "k2"), ("k2", "k3"), ("k1", "k3")])
            for carer_id in carer_ids
        ],
    )
    assert bound(problem) == 2


def test_two_carer_visit_needs_two_different() -> None:
    problem = team([need("n1", carers=2)], [carer("k1"), carer("k2")], day_shifts("k1", "k2"))
    assert bound(problem) == 2


def test_two_carers_have_to_be_there_at_once() -> None:
    # k1 and k2 are never on duty together at a start of the visit: only with k3 can it be done, and k1 or k2.
    problem = team(
        [need("n1", window=("07:00", "09:00"), carers=2), need("n2", window=("07:00", "07:10"), days=(1,))],
        [carer("k1"), carer("k2"), carer("k3")],
        [
            shift("a", "k1", 0, "07:00", "08:00"),
            shift("b", "k2", 0, "08:00", "15:00"),
            shift("c", "k3", 0, "07:00", "15:00"),
            shift("d", "k1", 1, "07:00", "15:00"),
            shift("e", "k2", 1, "07:00", "15:00"),
        ],
    )
    assert bound(problem) == 2
    apart = replace(problem, shifts=tuple(row for row in problem.shifts if row.shift_id != "c"))
    assert bound(apart) == 1  # The two-carer visit cannot be served at all and is left out.


def test_any_visits_choose_different_dates() -> None:
    # k1 works one day only: the second of the two visits a week falls to k2.
    problem = team(
        [need("n1", days=None, times_per_week=2)],
        [carer("k1"), carer("k2")],
        day_shifts("k1") + day_shifts("k2", days=2),
    )
    assert bound(problem) == 1  # k2 on both days
    assert bound(replace(problem, shifts=problem.shifts[:1] + problem.shifts[2:])) == 2


def test_visits_of_one_citizen_do_not_overlap() -> None:
    # Both visits fit into k1's short shift alone, not together; k2 has to take one, at another time.
    needs = [
        need("n1", window=("07:00", "09:00"), minutes=60),
        need("n2", window=("07:00", "09:00"), minutes=60),
    ]
    carers = [carer("k1"), carer("k2", qualification="untrained")]
    problem = team(
        [replace(needs[0], qualification="helper"), needs[1]],
        carers,
        [shift("a", "k1", 0, "07:00", "08:30"), shift("b", "k2", 0, "08:00", "15:00")],
    )
    assert bound(problem) == 2
    longer = replace(problem, shifts=(shift("a", "k1", 0, "07:00", "09:00"), problem.shifts[1]))
    assert bound(longer) == 1


def test_same_carer_link_asks_for_one_in_common() -> None:
    # The first and the last visit fix k1 and k3, who could share the linked two; only k2 can do both of
    # these.
    needs = [
        need("n0", window=("07:00", "07:00"), minutes=15),
        need("n1", window=("08:00", "08:00"), minutes=15),
        need("n2", window=("10:00", "10:00"), minutes=15),
        need("n3", window=("12:00", "12:00"), minutes=15),
    ]
    problem = team(
        needs,
        [carer("k1"), carer("k2"), carer("k3")],
        [
            shift("a", "k1", 0, "07:00", "09:00"),
            shift("b", "k2", 0, "08:00", "11:00"),
            shift("c", "k3", 0, "10:00", "13:00"),
        ],
    )
    assert bound(problem) == 2
    assert bound(replace(problem, links=(Link("n1", "n2", 0),))) == 2
    assert bound(replace(problem, links=(Link("n1", "n2", 0, None, same_carer=True),))) == 3


def test_link_gap_moves_the_second_visit_to_the_late_shift() -> None:
    needs = [need("n1", window=("07:00", "07:30")), need("n2", window=("08:00", "16:00"))]
    carers = [carer("k1"), carer("k2")]
    shifts = [shift("a", "k1", 0, "07:00", "11:00"), shift("b", "k2", 0, "11:00", "18:00")]
    assert bound(team(needs, carers, shifts)) == 1
    assert bound(team(needs, carers, shifts, links=(Link("n1", "n2", 240),))) == 2


def test_greatest_link_gap_keeps_the_second_visit_from_the_late_shift() -> None:
    # k1 is back at noon; k2 is there at eight.
    problem = team(
        [need("n1", window=("07:00", "07:00"), minutes_max=45), need("n2", window=("08:00", "16:00"))],
        [carer("k1"), carer("k2")],
        [
            shift("a", "k1", 0, "07:00", "08:00"),
            shift("b", "k2", 0, "08:00", "10:00"),
            shift("c", "k1", 0, "12:00", "16:00"),
        ],
    )
    assert bound(problem) == 1
    # The first visit may end at 07:45, so that 255 minutes later is noon.
    assert bound(replace(problem, links=(Link("n1", "n2", 0, 255),))) == 1
    assert bound(replace(problem, links=(Link("n1", "n2", 0, 254),))) == 2


def test_any_visits_beside_a_cover_that_has_to_be_searched() -> None:
    # The fixed visits take any two of k1, k2, k3; the "any" visits take place on two of the days of k4 and
    # k5.
    days = [("k1", "k2"), ("k2", "k3"), ("k1", "k3"), ("k4",), ("k5",), ("k4",)]
    problem = team(
        [need("n1", days=(0, 1, 2)), need("n2", window=("12:00", "13:00"), days=None, times_per_week=2)],
        [carer(f"k{index}") for index in range(1, 6)],
        [
            shift(f"{carer_id}{day}", carer_id, day, "07:00", "10:00" if day < 3 else "15:00")
            for day, carer_ids in enumerate(days)
            for carer_id in carer_ids
        ],
    )
    assert bound(problem) == 3
    assert bound(replace(problem, needs=(problem.needs[0],))) == 2


def test_screen_visits_need_nobody_at_home() -> None:
    needs = [need("n1"), need("n2", window=("18:00", "19:00"), modality="either")]
    carers = [carer("k1"), carer("k2")]
    shifts = [shift("a", "k1", 0, "07:00", "15:00"), shift("b", "k2", 0, "15:00", "23:00")]
    able = [citizen("c1", screen_able=True)]
    assert bound(team(needs, carers, shifts, able)) == 1
    assert bound(team(needs, carers, shifts)) == 2  # not screen_able: the visit is at home
    assert bound(team(needs, carers, shifts, able, packages=(Package("P", screen=False),))) == 2


def test_citizen_without_home_visit_has_no_bound() -> None:
    carers, shifts = [carer("k1")], day_shifts("k1")
    screen = need("n1", modality="either")
    assert bound(team([screen], carers, shifts, [citizen("c1", screen_able=True)])) is None
    assert bound(team([], carers, shifts, [citizen("c1")])) is None
    assert bound(team([need("n1", qualification="nurse")], carers, shifts)) is None  # nobody can serve it


def test_visit_nobody_can_serve_is_left_out() -> None:
    problem = team([need("n1"), need("n2", qualification="nurse")], [carer("k1")], day_shifts("k1"))
    assert bound(problem) == 1


def test_barred_and_absent_carers_do_not_count() -> None:
    problem = team([need("n1", days=(0, 1))], [carer("k1"), carer("k2")], day_shifts("k1", "k2", days=2))
    away = Absence(at(0, "00:00"), at(1, "00:00"), carer_id="k1")
    half = replace(problem, absences=(away, Absence(at(1, "00:00"), at(2, "00:00"), carer_id="k2")))
    assert bound(half) == 2
    # With k2 barred k1 is left, who is away on the first day: that visit cannot be served.
    assert bound(replace(half, barred=(Barred("k2", "c1"),))) == 1


def test_open_shift_may_be_anybodys() -> None:
    problem = team(
        [need("n1", days=(0, 1))],
        [carer("k1"), carer("k2")],
        [shift("a", "k1", 0, "07:00", "15:00"), shift("open", None, 1, "07:00", "12:00")],
    )
    assert bound(problem) == 1
    assert bound(problem, open_shifts={"open": "k2"}) == 2
    assert bound(problem, open_shifts={"open": "k1"}) == 1
    # k1 cannot take an open shift that leaves no rest after the own one.
    restless = replace(problem, shifts=(*problem.shifts[1:], shift("a", "k1", 0, "20:00", "23:59")))
    restless = replace(restless, needs=(need("n1", days=(1,)), need("n2", window=("20:00", "21:00"))))
    assert bound(restless) == 2


def test_open_shift_is_not_worked_by_one_who_is_absent() -> None:
    problem = team(
        [need("n1", days=(0, 1))],
        [carer("k1"), carer("k2")],
        [shift("open", None, 0, "07:00", "12:00"), shift("a", "k1", 1, "07:00", "15:00")],
        absences=(Absence(at(0, "00:00"), at(1, "00:00"), carer_id="k1"),),
    )
    assert bound(problem) == 2
    assert bound(replace(problem, absences=())) == 1


def test_pinned_visit_keeps_its_carer_even_one_who_may_not_come() -> None:
    problem = team(
        [need("n1", days=(0, 1), qualification="nurse")],
        [carer("k1", qualification="nurse"), carer("k2")],
        day_shifts("k1", "k2", days=2),
    )
    pin = PlacedVisit("n1", "c1", 0, at(0, "07:30"), at(0, "08:00"), "home", ("k2",), ("k2-0",), pinned=True)
    published = Roster("Team", MONDAY, 1, visits=(pin,))
    assert bound(replace(problem, published=published)) == 2
    by_screen = replace(published, visits=(replace(pin, modality="screen"),))
    assert bound(replace(problem, published=by_screen)) == 1


def test_a_visit_pinned_to_a_trainee_alone_is_one_less_to_be_met_in() -> None:
    problem = team(
        [need("n1", days=None, times_per_week=1)],
        [carer("k1"), carer("k2", mentor="k1")],
        day_shifts("k1", "k2", days=2),
    )
    pin = PlacedVisit("n1", "c1", 0, at(0, "07:30"), at(0, "08:00"), "home", ("k2",), ("k2-0",), pinned=True)
    assert bound(problem) == 1
    assert bound(replace(problem, published=Roster("Team", MONDAY, 1, visits=(pin,)))) is None


def test_visits_that_cannot_all_be_placed_prove_what_the_least_demanding_needs() -> None:
    # Two hours of visits within the same ten minutes: they exclude each other.
    tight = ("07:00", "07:10")
    needs = [need("n1", window=tight, minutes=60), need("n2", window=tight, minutes=60, carers=2)]
    problem = team(needs, [carer("k1"), carer("k2")], day_shifts("k1", "k2"))
    assert bound(problem) == 1


def test_bound_holds_by_week() -> None:
    problem = team(
        [need("n1", every_weeks=2), need("n2", window=("18:00", "19:00"))],
        [carer("k1"), carer("k2")],
        [
            shift("a", "k1", 0, "07:00", "15:00"),
            shift("b", "k2", 0, "15:00", "23:00"),
            shift("c", "k2", 7, "15:00", "23:00"),
        ],
        weeks=2,
    )
    assert carers_bounds(problem, TravelTable(problem)) == {("c1", 0): 2, ("c1", 1): 1}


def test_matrix_with_a_short_cut_is_no_proof_of_a_long_way() -> None:
    # Straight from the base takes 90 minutes, by way of c2 only 20: k1 can be there in time.
    matrix = {("base", "c1", "bike"): 90, ("c1", "base", "bike"): 5}
    citizens = [citizen("c1"), citizen("c2")]
    problem = team(
        [need("n1", window=("07:00", "07:30"))],
        [carer("k1")],
        [shift("a", "k1", 0, "07:00", "15:00", begins_at="base")],
        citizens,
        matrix=matrix,
    )
    assert bound(problem) == 1
    assert bound(replace(problem, matrix=matrix | {("c2", "c1", "bike"): 90})) is None


def test_mean_counts_homes_without_a_bound_as_one() -> None:
    bounds = {("c1", 0): 3, ("c2", 0): 2}
    assert mean_bound(bounds) == 2.5
    assert mean_bound(bounds, [("c1", 0), ("c3", 0)]) == 2
    assert mean_bound({}) is None


def test_bounds_are_the_same_each_time() -> None:
    problem = team(
        [need("n1", days=EVERY_DAY), need("n2", window=("12:00", "18:00"), days=None, times_per_week=3)],
        [carer(f"k{index}") for index in range(6)],
        [
            shift(
                f"s{index}-{day}",
                f"k{index}",
                day,
                *(("07:00", "15:00") if (index + day) % 3 else ("15:00", "23:00")),
            )
            for index in range(6)
            for day in range(7)
            if (index * day) % 4 != 1
        ],
    )
    assert bound(problem) == bound(problem)


@pytest.mark.parametrize("extra", [0, 3])
def test_identical_carers_change_nothing(extra: int) -> None:
    names = ["k1", "k2", *(f"x{index}" for index in range(extra))]
    problem = team(
        [need("n1", days=(0, 1)), need("n2", window=("11:00", "12:00"), carers=2)],
        [carer(name) for name in names],
        day_shifts(*names, days=2),
    )
    assert bound(problem) == 2
