"""The reason for a bound names visits that force it, by an argument that a person can check."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.cpsat.bounds import cover_bound
from scheduler.cpsat.prove import Prover
from scheduler.cpsat.reasons import Reason, part_of, reason_for
from scheduler.problem import Link, Problem
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import carer, need, shift, team
from tests.scheduler.search.busy_teams import busy_problem

ALL_WEEK = tuple(range(7))


def reason(problem: Problem) -> Reason | None:
    return reason_for(Prover(problem, TravelTable(problem)).covers["c1", 0])


def days_of(carer_id: str, *days: int) -> list:
    return [shift(f"{carer_id}-{day}", carer_id, day, "07:00", "15:00") for day in days]


def test_one_carer_needs_no_reason() -> None:
    assert reason(team([need("n1")], [carer("k1")], days_of("k1", 0))) is None


def test_two_at_once() -> None:
    problem = team(
        [need("n1", days=(0, 1)), need("n2", window=("10:00", "11:00"), carers=2)],
        [carer("k1"), carer("k2")],
        days_of("k1", 0, 1) + days_of("k2", 0, 1),
    )
    assert reason(problem) == Reason("two_carers", 2, (("n2", 0),))


def test_nobody_works_on_all_the_days() -> None:
    problem = team(
        [need("n1", days=ALL_WEEK), need("n2", window=("10:00", "11:00"))],
        [carer("k1"), carer("k2")],
        days_of("k1", 0, 1, 2, 3, 4) + days_of("k2", 2, 3, 4, 5, 6),
    )
    assert reason(problem) == Reason("most", 2, tuple(("n1", day) for day in ALL_WEEK), most=5)


def test_day_and_evening_are_different_people() -> None:
    problem = team(
        [need("n1", days=(0, 1, 2)), need("n2", window=("18:00", "19:00"), days=(0, 1, 2))],
        [carer("k1"), carer("k2")],
        [
            *days_of("k1", 0, 1, 2),
            *(shift(f"e{day}", "k2", day, "15:00", "23:00") for day in (0, 1, 2)),
        ],
    )
    found = reason(problem)
    assert found is not None
    assert (found.kind, found.fewest) == ("apart", 2)
    # One visit by day and one in the evening are enough to see it.
    assert sorted(need_id for need_id, _ in found.visits) == ["n1", "n2"]


def test_parts_with_a_reason_each() -> None:
    problem = team(
        [need("n1", days=ALL_WEEK), need("n2", window=("18:00", "19:00"), days=(0,))],
        [carer("k1"), carer("k2"), carer("k3")],
        [
            *days_of("k1", 0, 1, 2, 3),
            *days_of("k2", 2, 3, 4, 5, 6),
            shift("e", "k3", 0, "15:00", "23:00"),
        ],
    )
    found = reason(problem)
    assert found is not None
    assert found.fewest == 3
    assert sum(part.fewest for part in found.parts) == 3 or found.kind == "apart"


def test_times_that_do_not_fit_after_one_another() -> None:
    # k1 could make either visit, not both within the short shift; k2 the first only.
    needs = [
        need("n1", window=("07:00", "07:00"), minutes=60),
        need("n2", window=("07:00", "09:00"), minutes=60),
    ]
    problem = team(
        needs,
        [carer("k1"), carer("k2")],
        [shift("a", "k1", 0, "07:00", "08:30"), shift("b", "k2", 0, "08:00", "10:00")],
    )
    found = reason(problem)
    assert found is not None
    assert found.kind == "times"
    linked = replace(
        problem,
        needs=(need("n1", window=("07:00", "07:30")), need("n2", window=("08:00", "10:00"))),
        shifts=(shift("a", "k1", 0, "07:00", "09:00"), shift("b", "k2", 0, "09:00", "12:00")),
        links=(Link("n1", "n2", 120),),
    )
    found = reason(linked)
    assert found is not None
    assert found.kind == "times"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9))
def test_the_visits_named_force_the_bound_by_themselves(number: int) -> None:
    problem = busy_problem(number)
    prover = Prover(problem, TravelTable(problem))
    for cover in prover.covers.values():
        found = reason_for(cover)
        if found is None:
            assert cover_bound(cover) == 1
            continue
        assert found.fewest == cover_bound(cover)
        rows = [row for row, stop in enumerate(cover.stops) if (stop.need_id, stop.day) in found.visits]
        named = part_of(cover, rows)
        assert cover_bound(named) == found.fewest
        if found.kind in ("together", "times"):
            for spared in {stop.need_id for stop in named.stops}:
                rest = [row for row in rows if cover.stops[row].need_id != spared]
                assert not rest or cover_bound(part_of(cover, rest)) < found.fewest
