"""Rule 4: linked visits, and islands with their ferries."""

from __future__ import annotations

from dataclasses import replace

from scheduler.problem import Ferry, Link
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
    pause,
    problem,
    roster,
    shift,
    visit,
)


def linked(link: Link, *, by: str = "k1:s1") -> Case:
    """``n1`` ends at 08:30; ``n4``, to the same citizen, starts at 10:00; ``k1`` is at ``c3`` in between."""
    row = base_problem()
    row = replace(row, needs=(*row.needs, need("n4", "c1")), links=(link,))
    return row, base_roster(row, visits=(*base_visits(), visit("n4", "c1", "10:00-10:30", by)))


@breaks_nothing
def test_gap_of_a_link_ends_included() -> Case:
    return linked(Link("n1", "n4", gap_min=90, gap_max=90))


@breaks_only("link_gap")
def test_second_too_soon() -> Case:
    return linked(Link("n1", "n4", gap_min=91))


@breaks_only("link_gap")
def test_second_too_late() -> Case:
    return linked(Link("n1", "n4", gap_min=0, gap_max=89))


@breaks_only("link_gap")
def test_second_before_the_first() -> Case:
    return linked(Link("n4", "n1", gap_min=0))


@breaks_only("same_carer")
def test_linked_by_different_carers() -> Case:
    return linked(Link("n1", "n4", gap_min=0, same_carer=True), by="k2:s2")


@breaks_nothing
def test_linked_by_different_carers_where_nothing_is_asked() -> Case:
    return linked(Link("n1", "n4", gap_min=0), by="k2:s2")


@breaks_nothing
def test_one_common_person_is_enough() -> Case:
    row = base_problem(links=(Link("n2", "n3", gap_min=0, same_carer=True),))
    return row, base_roster(row)


@breaks_nothing
def test_link_does_not_bind_across_dates() -> Case:
    row = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1"), need("n2", "c1", days=(1,))],
        carers=[carer("k1")],
        shifts=[shift(f"s{day}", "k1", day=day, times="07:00-10:00") for day in (0, 1)],
        links=(Link("n1", "n2", gap_min=0, gap_max=60),),
    )
    visits = [
        visit("n1", "c1", "08:00-08:30", "k1:s0"),
        visit("n2", "c1", "08:00-08:30", "k1:s1", day=1),
    ]
    return row, roster(row, visits)


def island(
    times: str = "09:00-09:30",
    *,
    arrival: str = "08:40",
    departure: str = "14:00",
    begins_at: str = "base",
    break_times: str = "11:30-12:00",
    window: str = "07:00-14:00",
) -> Case:
    """``c1`` lives on Femø, 10 minutes' travel and 20 minutes' crossing away."""
    row = problem(
        citizens=[citizen("c1", island="Femø")],
        needs=[need("n1", "c1", window)],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", begins_at=begins_at)],
        ferries=(Ferry("Femø", 0, at(arrival), at(departure), 20),),
    )
    return row, roster(row, [visit("n1", "c1", times, "k1:s1")], [pause("s1", break_times)])


@breaks_nothing
def test_visit_between_the_ferries() -> Case:
    return island()


@breaks_only("ferry")
def test_visit_before_the_first_arrival() -> Case:
    return island("08:39-09:09")


@breaks_only("ferry")
def test_visit_after_the_last_departure() -> Case:
    return island("13:31-14:01")


@breaks_only("ferry")
def test_no_ferry_that_day() -> Case:
    row, answer = island()
    return replace(row, ferries=(Ferry("Femø", 1, at("08:00", 1), at("14:00", 1), 20),)), answer


@breaks_nothing
def test_shift_that_begins_on_the_island_is_bound_by_no_ferry() -> Case:
    row, answer = island("08:00-08:30", begins_at="Femø")
    return replace(row, ferries=()), answer


@breaks_nothing
def test_shift_on_the_island_starts_and_ends_without_travel() -> Case:
    row, answer = island("08:00-08:30", begins_at="Femø")
    row = replace(row, shifts=(shift("s1", "k1", times="08:00-08:30", begins_at="Femø"),))
    return row, replace(answer, breaks=())


@breaks_only("shift")
def test_crossing_takes_its_time() -> Case:
    """Ten minutes' travel and twenty of ferry: out at 07:00, there at 07:30 and not before."""
    return island("07:29-07:59", arrival="07:00")


@breaks_nothing
def test_crossing_takes_just_its_time() -> Case:
    return island("07:30-08:00", arrival="07:00")


@breaks_only("ferry")
def test_the_way_home_misses_the_last_ferry() -> Case:
    """The break follows the visit at once, and when it is over the last ferry has gone."""
    return island("10:30-11:00", departure="11:29", break_times="11:00-11:30")


@breaks_nothing
def test_the_way_home_takes_the_last_ferry() -> Case:
    return island("10:30-11:00", departure="11:30", break_times="11:00-11:30")


@breaks_only("ferry", times=2)
def test_islander_who_cannot_cross() -> Case:
    """A shift begins on the island; its visit is on the mainland, and no ferry sails."""
    row = problem(
        citizens=[citizen("c1"), citizen("c2", island="Femø")],
        needs=[need("n1", "c1"), need("n2", "c2")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="07:00-11:00", begins_at="Femø")],
    )
    visits = [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n1", "c1", "09:30-10:00", "k1:s1")]
    # Two journeys cannot be made: to the mainland, and home again.
    return row, roster(row, visits)


@breaks_only("ferry")
def test_the_last_ferry_is_missed_though_the_shift_would_just_do() -> Case:
    row, answer = island("10:30-11:00", departure="11:29", break_times="11:00-11:30")
    return replace(row, shifts=(replace(row.shifts[0], end_min=at("12:00")),)), answer


def arrival_after_a_break(first_arrival: str) -> Case:
    """From the mainland at 07:30; the only half hour for the way over is before the break at 08:00."""
    row = problem(
        citizens=[citizen("c1"), citizen("c2", island="Femø")],
        needs=[need("n1", "c1", "07:00-08:00"), need("n2", "c2")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="06:30-11:00", break_minutes=30)],
        ferries=(Ferry("Femø", 0, at(first_arrival), at("14:00"), 20),),
    )
    visits = [visit("n1", "c1", "07:00-07:30", "k1:s1"), visit("n2", "c2", "08:35-09:05", "k1:s1")]
    return row, roster(row, visits, [pause("s1", "08:00-08:30")])


@breaks_nothing
def test_the_way_over_arrives_with_the_first_ferry() -> Case:
    return arrival_after_a_break("08:00")


@breaks_only("ferry")
def test_the_way_over_would_arrive_before_the_first_ferry() -> Case:
    return arrival_after_a_break("08:01")
