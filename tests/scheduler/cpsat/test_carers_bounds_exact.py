"""The bound on different carers against the true least, found by trying everything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduler.cpsat import bounds as bounds_module
from scheduler.cpsat.bounds import carers_bounds
from scheduler.due import Due, due_visits
from scheduler.eligibility import carer_obstacle, start_range
from scheduler.problem import (
    Link,
    Problem,
)
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import at, carer, citizen, need, shift, team, without_carer


def bound(problem: Problem, **rest) -> int | None:
    """The bound of citizen c1 in the first week."""
    return carers_bounds(problem, TravelTable(problem), **rest).get(("c1", 0))


DAYS = 3
QUARTERS = [f"{7 + quarter // 4:02}:{15 * (quarter % 4):02}" for quarter in range(13)]


@st.composite
def small_teams(draw: st.DrawFn) -> Problem:
    """A citizen, up to four needs on up to three days, up to four carers: small enough to try everything."""
    carers = [
        carer(f"k{index}", qualification=draw(st.sampled_from(["untrained", "helper"])))
        for index in range(draw(st.integers(1, 4)))
    ]
    shifts = []
    for row in carers:
        for day in range(DAYS):
            for part in range(draw(st.integers(0, 1 if day else 2))):
                first = draw(st.integers(0, 7))
                last = draw(st.integers(first + 3, 12))
                shifts.append(
                    shift(f"{row.carer_id}-{day}-{part}", row.carer_id, day, QUARTERS[first], QUARTERS[last])
                )
    needs = []
    for index in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, 6))
        last = draw(st.integers(first, min(12, first + 4)))
        anyday = draw(st.booleans())
        minutes = draw(st.sampled_from([15, 30, 45]))
        needs.append(
            need(
                f"n{index}",
                window=(QUARTERS[first], QUARTERS[last]),
                days=None if anyday else tuple(sorted(draw(st.sets(st.integers(0, 1), min_size=1)))),
                times_per_week=draw(st.integers(1, 2)) if anyday else None,
                minutes=minutes,
                minutes_max=minutes + draw(st.sampled_from([0, 15])),
                carers=draw(st.sampled_from([1, 1, 2])),
                qualification=draw(st.sampled_from([None, None, "helper"])),
            )
        )
    links: tuple[Link, ...] = ()
    if len(needs) > 1 and draw(st.booleans()):
        gap = draw(st.sampled_from([0, 30]))
        links = (Link("n0", "n1", gap, draw(st.sampled_from([None, gap + 30])), draw(st.booleans())),)
    return team(needs, carers, shifts, [citizen("c1")], links=links)


def true_least(problem: Problem) -> int | None:
    """The fewest carers, by trying sets of carers, dates, carers and quarters of an hour; None: not all
    fit."""
    travel = TravelTable(problem)
    fixed: list[tuple[Due, int]] = []
    choices: list[list[list[tuple[Due, int]]]] = []
    by_need: dict[str, list[Due]] = {}
    for due in due_visits(problem).visits:
        by_need.setdefault(due.need.need_id, []).append(due)
    for dues in by_need.values():
        days = [
            day
            for day in sorted({d for due in dues for d in due.days})
            if _ways(problem, travel, dues[0], day)
        ]
        if dues[0].need.days is not None:
            fixed += [(dues[0], day) for day in days]
        elif days:
            count = min(len(dues), len(days))
            choices.append([[(dues[0], day) for day in chosen] for chosen in combinations(days, count)])
    if not fixed and not choices:
        return None
    carer_ids = [row.carer_id for row in problem.carers]
    for size in range(1, len(carer_ids) + 1):
        for allowed in combinations(carer_ids, size):
            for picked in product(*choices):
                visits = fixed + [visit for group in picked for visit in group]
                if _all_fit(problem, travel, visits, frozenset(allowed)):
                    return size
    return 0


def _ways(
    problem: Problem, travel: TravelTable, due: Due, day: int, allowed: frozenset[str] | None = None
) -> list[tuple[frozenset[str], int]]:
    """Every (carers, start) for the visit on that day, starts in whole quarters."""
    found = []
    people = [
        row
        for row in problem.carers
        if (allowed is None or row.carer_id in allowed) and carer_obstacle(problem, due, row) is None
    ]
    for group in combinations(people, due.need.carers):
        for start in range(at(day, "07:00"), at(day, "10:30"), 15):
            if all(
                any(
                    (r := start_range(problem, travel, due, day, s, one, screen=False)) is not None
                    and r.earliest_min <= start <= r.latest_min
                    for s in problem.shifts
                    if s.carer_id == one.carer_id
                )
                for one in group
            ):
                found.append((frozenset(one.carer_id for one in group), start))
    return found


def _all_fit(
    problem: Problem, travel: TravelTable, visits: list[tuple[Due, int]], allowed: frozenset[str]
) -> bool:
    return next(_placings(problem, travel, visits, allowed, []), None) is not None


def _placings(problem, travel, visits, allowed, placed) -> Iterator[bool]:
    if len(placed) == len(visits):
        yield True
        return
    due, day = visits[len(placed)]
    for group, start in _ways(problem, travel, due, day, allowed):
        mine = (due.need, day, group, start)
        if all(_agree(problem, mine, other) and _agree(problem, other, mine) for other in placed):
            yield from _placings(problem, travel, visits, allowed, [*placed, mine])


def _agree(problem, one, other) -> bool:
    first, day, group, start = one
    second, other_day, other_group, follow = other
    if day != other_day:
        return True
    if start < follow + second.minutes_min and follow < start + first.minutes_min:
        return False
    for link in problem.links:
        if (link.first_need, link.second_need) == (first.need_id, second.need_id):
            if follow < start + first.minutes_min + link.gap_min:
                return False
            if link.gap_max is not None and follow > start + first.minutes_max + link.gap_max:
                return False
            if link.same_carer and not group & other_group:
                return False
    return True


@settings(max_examples=120, deadline=None)
@given(small_teams())
def test_bound_is_the_true_least(problem: Problem) -> None:
    least = true_least(problem)
    found = bound(problem)
    if least is None:
        assert found is None
    elif least == 0:  # they cannot all be placed together
        assert found is not None
        assert found <= min(row.carers for row in problem.needs)
    else:
        # All times are whole quarters, so trying quarters is trying everything.
        assert found == least


@settings(max_examples=60, deadline=None)
@given(small_teams())
def test_bound_without_time_to_search_is_not_above_the_true_least(problem: Problem) -> None:
    limit = bounds_module.DETERMINISTIC_LIMIT
    bounds_module.DETERMINISTIC_LIMIT = 0.0
    try:
        found = bound(problem)
    finally:
        bounds_module.DETERMINISTIC_LIMIT = limit
    least = true_least(problem)
    assert (found is None) == (least is None)
    if least and found:
        assert 1 <= found <= least


@settings(max_examples=60, deadline=None)
@given(small_teams(), st.data())
def test_fewer_carers_never_lower_the_bound(problem: Problem, data: st.DataObject) -> None:
    # Holds as long as every visit can still be placed; else there is less to cover.
    gone = data.draw(st.sampled_from([row.carer_id for row in problem.carers]))
    fewer = without_carer(problem, gone)
    assume(true_least(problem))
    assume(_servable(problem) == _servable(fewer))
    assume(true_least(fewer))
    before, after = bound(problem), bound(fewer)
    assert before is not None
    assert after is not None
    assert before <= after


def _servable(problem: Problem) -> set[tuple[str, int]]:
    travel = TravelTable(problem)
    return {
        (due.need.need_id, day)
        for due in due_visits(problem).visits
        for day in due.days
        if _ways(problem, travel, due, day)
    }
