"""Contact carers: the one who can be there most, balanced, near each other, with what is given left alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from scheduler.cpsat.contacts import propose_contacts
from scheduler.problem import Barred, HistoryRow, Point, Problem
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import carer, citizen, need, shift, team

EVERY_DAY = tuple(range(7))


def propose(problem: Problem) -> dict[str, str]:
    return propose_contacts(problem, TravelTable(problem))


def week(carer_id: str, days, start: str = "07:00", end: str = "15:00") -> list:
    return [shift(f"{carer_id}-{day}-{start}", carer_id, day, start, end) for day in days]


def test_who_can_make_most_of_the_visits() -> None:
    for often in ("k1", "k2"):
        days = {one: range(5) if one == often else range(3) for one in ("k1", "k2")}
        problem = team(
            [need("n1", days=EVERY_DAY)],
            [carer("k1"), carer("k2")],
            [row for one in ("k1", "k2") for row in week(one, days[one])],
        )
        assert propose(problem) == {"c1": often}


def test_evening_visits_call_for_an_evening_carer() -> None:
    problem = team(
        [need("n1", days=EVERY_DAY, window=("18:00", "20:00")), need("n2", days=(0,))],
        [carer("k1"), carer("k2")],
        week("k1", range(6)) + week("k2", range(4), "15:00", "23:00"),
    )
    assert propose(problem) == {"c1": "k2"}


def test_given_contact_carer_stays_and_is_counted() -> None:
    needs = [need(f"n{index}", f"c{index}", days=EVERY_DAY) for index in range(4)]
    citizens = [
        citizen("c0", contact_carer="k1"),
        citizen("c1", contact_carer="k1"),
        citizen("c2"),
        citizen("c3"),
    ]
    problem = team(needs, [carer("k1"), carer("k2")], week("k1", range(5)) + week("k2", range(5)), citizens)
    assert propose(problem) == {"c2": "k2", "c3": "k2"}


def test_who_may_not_come_is_not_proposed() -> None:
    carers = [
        carer("k1"),
        carer("k2", introduced=False),
        carer("k3", mentor="k4"),
        carer("k4", qualification="untrained"),
        carer("k5"),
    ]
    shifts = [row for one in carers[:4] for row in week(one.carer_id, range(5))] + week("k5", range(1))
    problem = team([need("n1", days=EVERY_DAY, qualification="helper")], carers, shifts)
    assert propose(problem) == {"c1": "k1"}
    assert propose(replace(problem, barred=(Barred("k1", "c1"),))) == {"c1": "k5"}
    assert propose(replace(problem, barred=(Barred("k1", "c1"), Barred("k5", "c1")))) == {}


def test_fixed_staff_before_substitutes() -> None:
    for kinds in (("fixed", "substitute"), ("substitute", "fixed")):
        carers = [carer(f"k{index}", kind=kind) for index, kind in enumerate(kinds)]
        problem = team([need("n1", days=EVERY_DAY)], carers, week("k0", range(5)) + week("k1", range(5)))
        assert propose(problem) == {"c1": f"k{kinds.index('fixed')}"}


def test_history_decides_between_equals_and_does_not_outweigh_being_away() -> None:
    for known in ("k1", "k2"):
        problem = team(
            [need("n1", days=EVERY_DAY)],
            [carer("k1"), carer("k2")],
            week("k1", range(5)) + week("k2", range(5)),
            history=(
                HistoryRow(-3, "c1", known, 4),
                HistoryRow(-4, "c1", "k1" if known == "k2" else "k2", 1),
            ),
        )
        assert propose(problem) == {"c1": known}
    away = replace(problem, shifts=(*week("k1", range(7)), *week("k2", range(1))))
    assert propose(away) == {"c1": "k1"}


def test_citizens_are_shared_by_weekly_hours() -> None:
    needs = [need(f"n{index:02}", f"c{index:02}", days=EVERY_DAY) for index in range(12)]
    carers = [carer("k1", week_hours=36), carer("k2", week_hours=18), carer("k3", week_hours=18)]
    shifts = [row for one in ("k1", "k2", "k3") for row in week(one, range(5))]
    far = [citizen(f"c{index:02}", point=Point(55 + index / 10, 12)) for index in range(12)]
    assert Counter(propose(team(needs, carers, shifts, far)).values()) == {"k1": 6, "k2": 3, "k3": 3}


def test_neighbours_have_the_same_contact_carer() -> None:
    # Two villages far apart, two carers alike: a village each, whatever the order of the citizens.
    villages = [55.6 if index % 2 else 55.9 for index in range(8)]
    citizens = [
        citizen(f"c{index}", point=Point(south + index / 10000, 12.3)) for index, south in enumerate(villages)
    ]
    needs = [need(f"n{index}", f"c{index}", days=EVERY_DAY) for index in range(8)]
    problem = team(needs, [carer("k1"), carer("k2")], week("k1", range(5)) + week("k2", range(5)), citizens)
    found = propose(problem)
    assert len({found[f"c{index}"] for index in range(0, 8, 2)}) == 1
    assert len({found[f"c{index}"] for index in range(1, 8, 2)}) == 1
    assert len(set(found.values())) == 2
    assert propose(problem) == found


def test_citizens_without_a_home_visit_get_none() -> None:
    able = [citizen("c1", screen_able=True)]
    assert propose(team([need("n1", modality="screen")], [carer("k1")], week("k1", range(5)), able)) == {}
    assert propose(team([], [carer("k1")], week("k1", range(5)), able)) == {}


def test_any_visits_count_by_the_dates_they_could_have() -> None:
    # Three a week: k1 could make all of them, k2 one.
    problem = team(
        [need("n1", days=None, times_per_week=3)],
        [carer("k2"), carer("k1")],
        week("k1", range(3)) + week("k2", [6]),
    )
    assert propose(problem) == {"c1": "k1"}
