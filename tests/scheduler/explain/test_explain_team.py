"""Sets of visits that cannot be met together: infeasible, and feasible without any one of them, by brute force."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product
from random import Random

import pytest

from scheduler.clock import DAY_MIN
from scheduler.cpsat.conflicts import Conflicts
from scheduler.explain import explain_team
from scheduler.problem import Link, Need, Problem
from scheduler.qualifications import qualifies
from scheduler.roster import Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cases import TRAVEL_MIN, at, carer, citizen, need, problem, roster, shift, visit
from tests.scheduler.small_plans import left_out, plan


def team(seed: int) -> Problem:
    """Five or six fixed-length visits on Monday morning for two carers, often too many."""
    random = Random(seed)
    count = random.choice((3, 4, 5, 6))
    needs = []
    for number in range(count):
        first = at("07:40") + 10 * random.randrange(12)
        needs.append(
            need(
                f"n{number}",
                f"c{number % 4}",
                minutes=30,
                minutes_min=30,
                minutes_max=30,
                window_start_min=first,
                window_end_min=first + 10 * random.randrange(6),
                qualification=random.choice((None, "helper", "assistant")),
                carers=random.choice((1, 1, 1, 2)),
            )
        )
    return problem(
        citizens=[citizen(f"c{number}") for number in range(4)],
        needs=needs,
        carers=[carer("k1"), carer("k2", qualification="assistant")],
        shifts=[
            shift("s1", "k1", times="07:30-10:30"),
            shift("s2", "k2", times=random.choice(("07:30-10:30", "08:30-10:30"))),
        ],
    )


def fits(of: Problem, needs: tuple[Need, ...]) -> bool:
    """Whether some assignment, order and starts place these visits: all of them tried, starts by ten minutes.

    Windows, lengths and travel are whole tens, so nothing is lost by that grid. Written for these teams alone.
    """
    able = []
    for row in needs:
        carers = [one for one in of.carers if qualifies(one.qualification, row.qualification)]
        able.append(list(combinations([one.carer_id for one in carers], row.carers)))
    return any(_placed(of, needs, dict(zip(needs, staff, strict=True))) for staff in product(*able))


def _placed(of: Problem, needs: tuple[Need, ...], staff: dict[Need, tuple[str, ...]]) -> bool:
    return any(_in_order(of, order, staff) for order in permutations(needs))


def _in_order(of: Problem, order: tuple[Need, ...], staff: dict[Need, tuple[str, ...]]) -> bool:
    """Each visit as early as it can be after those before it: if that does not do, the order does not."""
    free = {row.carer_id: (row.start_min, "base") for row in of.shifts if row.carer_id is not None}
    ends = {row.carer_id: row.end_min for row in of.shifts}
    home: dict[str, int] = {}
    for row in order:
        start = max(row.window_start_min, home.get(row.citizen_id, 0))
        for one in staff[row]:
            ready, place = free[one]
            start = max(start, ready + (0 if place == row.citizen_id else TRAVEL_MIN))
        if start > row.window_end_min:
            return False
        for one in staff[row]:
            free[one] = (start + 30, row.citizen_id)
            if start + 30 + TRAVEL_MIN > ends[one]:
                return False
        home[row.citizen_id] = start + 30
    return True


def sets(of: Problem) -> Iterator[tuple[Need, ...]]:
    """The sets found on Monday."""
    for row in Conflicts(of, TravelTable(of)).on(0).sets:
        yield tuple(of.need_by_id[one] for one in row.needs)


@pytest.mark.parametrize("seed", range(25))
def test_sets_cannot_be_met_and_are_irreducible(seed: int) -> None:
    of = team(seed)
    answer = Conflicts(of, TravelTable(of)).on(0)
    assert answer.settled
    for row in answer.sets:
        needs = tuple(of.need_by_id[one] for one in row.needs)
        assert row.irreducible
        assert not fits(of, needs)
        for size in range(len(needs)):
            for some in combinations(needs, size):
                assert fits(of, some), (row.needs, some)


@pytest.mark.parametrize("seed", range(25))
def test_any_set_that_does_not_fit_is_made_irreducible(seed: int) -> None:
    of = team(seed)
    if fits(of, of.needs):
        return
    row = Conflicts(of, TravelTable(of)).reduced(0, [one.need_id for one in of.needs])
    assert row.irreducible
    needs = tuple(of.need_by_id[one] for one in row.needs)
    assert not fits(of, needs)
    assert all(fits(of, some) for some in combinations(needs, len(needs) - 1))


def test_brute_force_meets_sets_and_teams_without() -> None:
    found = [len(list(sets(team(seed)))) for seed in range(25)]
    assert 0 in found
    assert max(found) >= 1
    sizes = {len(one) for seed in range(25) for one in sets(team(seed))}
    assert len(sizes) >= 2


@pytest.mark.parametrize("seed", range(25))
def test_what_fits_has_no_set(seed: int) -> None:
    of = team(seed)
    if fits(of, of.needs):
        assert list(sets(of)) == []


def crowd(count: int = 4, **changes: object) -> Problem:
    """So many visits by assistants within half an hour of window, and two assistants on duty."""
    return problem(
        citizens=[citizen(f"c{number}") for number in range(count)],
        needs=[
            need(
                f"n{number}",
                f"c{number}",
                "07:30-08:00",
                minutes_min=25,
                qualification="assistant",
                days=(1,),
            )
            for number in range(count)
        ],
        carers=[carer("k1", qualification="assistant"), carer("k2", qualification="assistant"), carer("k3")],
        shifts=[
            *(shift(f"s{number}", f"k{number}", 1, "07:00-11:00") for number in (1, 2, 3)),
        ],
        **changes,  # type: ignore[arg-type]
    )


def test_set_is_told_with_when_and_who() -> None:
    # An assistant can start two of them, at 07:30 and 08:00 at best only one with the way between.
    of = crowd()
    (found,) = explain_team(of).conflicts
    assert found.day == 1
    assert len(found.needs) == 3
    assert found.carers == ("k1", "k2")
    assert found.qualifications == ("assistant",)
    assert (found.from_min, found.to_min) == (DAY_MIN + at("07:30"), DAY_MIN + at("08:25"))
    assert found.minutes == 75
    assert found.irreducible
    assert found.rule == "capacity"
    assert len(left_out(plan(of))) == 2


def test_travel_is_what_makes_it_impossible() -> None:
    near = {(f"c{a}", f"c{b}", "bike"): 0 for a in range(4) for b in range(4) if a != b}
    assert explain_team(crowd(matrix=near)).conflicts == ()
    assert left_out(plan(crowd(matrix=near))) == {}


def test_open_shift_counts_as_taken_by_whoever_could() -> None:
    of = crowd(3)
    opened = problem(
        citizens=of.citizens,
        needs=of.needs,
        carers=[*of.carers, carer("k4", qualification="assistant")],
        shifts=[*of.shifts, shift("o1", None, 1, "07:00-11:00")],
    )
    assert len(explain_team(of).conflicts) == 1
    assert explain_team(opened).conflicts == ()


def test_one_open_shift_is_worked_by_one_carer() -> None:
    of = problem(
        citizens=[citizen("c0"), citizen("c1")],
        needs=[need("n0", "c0", "08:00-08:10"), need("n1", "c1", "08:00-08:10")],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("o1", None, times="07:00-11:00")],
    )
    (found,) = explain_team(of).conflicts
    assert {row.need_id for row in found.needs} == {"n0", "n1"}


def test_single_visit_has_its_rule() -> None:
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", qualification="nurse"), need("n2", "c2")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1")],
    )
    (found,) = explain_team(of).conflicts
    assert [row.need_id for row in found.needs] == ["n1"]
    assert found.rule == "qualification"


def test_links_belong_to_the_proof() -> None:
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", "08:00-08:10"), need("n2", "c2", "09:30-10:00")],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1"), shift("s2", "k2")],
        links=(Link("n1", "n2", 0, 15),),
    )
    (found,) = explain_team(of).conflicts
    assert {row.need_id for row in found.needs} == {"n1", "n2"}


def test_pinned_visits_are_no_demand() -> None:
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", qualification="nurse")],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1")],
    )
    pinned = roster(of, [visit("n1", "c1", "08:00-08:30", "k1:s1", pinned=True)])
    again = problem(
        citizens=of.citizens, needs=of.needs, carers=of.carers, shifts=of.shifts, published=pinned
    )
    assert explain_team(again).conflicts == ()


@pytest.mark.parametrize("count", [2, 20])
def test_no_way_is_asked_for_between_two_shifts(count: int) -> None:
    # Each shift begins and ends where its visits are, so the second may begin the minute the first one ends.
    far = {("c0", "c1", "bike"): 60, ("c1", "c0", "bike"): 60}
    others = [need(f"m{number}", "c2", "08:00-18:00", days=(1,)) for number in range(count - 2)]
    of = problem(
        citizens=[citizen("c0"), citizen("c1"), citizen("c2")],
        needs=[
            need("n0", "c0", "08:00-08:00", minutes_min=30, days=(1,)),
            need("n1", "c1", "08:30-08:30", minutes_min=30, days=(1,)),
            *others,
        ],
        carers=[carer("k1"), carer("k2")],
        shifts=[
            shift("s1", "k1", 1, "08:00-08:30", begins_at="first_visit"),
            shift("s2", "k1", 1, "08:30-09:00", begins_at="first_visit"),
            shift("s3", "k2", 1, "09:00-23:00"),
        ],
        matrix=far,
    )
    assert explain_team(of).conflicts == ()


def test_roster_chooses_the_dates() -> None:
    of = crowd()
    left = roster(of, unplaced=(Unplaced("n0", 1, 0, "capacity"),))
    assert explain_team(of, left).days == (1,)
    assert explain_team(of, roster(of)).days == ()
    any_day = roster(of, unplaced=(Unplaced("n0", None, 0, "capacity"),))
    assert explain_team(of, any_day).days == tuple(range(7))


def test_same_answer_each_time() -> None:
    assert explain_team(crowd(6)) == explain_team(crowd(6))
