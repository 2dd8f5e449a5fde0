"""Where new visits can go: ranked places, what the citizen knows, combinations of days, and taking them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from scheduler.due import due_visits
from scheduler.evaluate import evaluate
from scheduler.fit import CONTACT, KNOWN, NEW, THIS_WEEK, Combination, Fit, NeedFit, fit, take
from scheduler.message import ProblemError
from scheduler.pack.additions import Additions
from scheduler.problem import HistoryRow, Need, Package, Problem, Weights
from scheduler.roster import PlacedVisit, Roster
from tests.scheduler.cases import carer, citizen, need, problem, roster, shift, visit

DAYS = 5


def team(**changes: Any) -> Problem:
    """``k1`` and ``k2`` on duty each morning of the working week; ``c1`` is visited on Monday by ``k1``.

    Fairness is not priced: it is no sum over single visits, and on so small a team it would outweigh the rest.
    """
    return problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1")],
        carers=[carer("k1"), carer("k2")],
        shifts=[
            shift(f"k{one}d{day}", f"k{one}", day, "07:00-12:00", break_minutes=0)
            for one in (1, 2)
            for day in range(DAYS)
        ],
        **{"weights": Weights(unfair=0), **changes},
    )


def planned(of: Problem, *more: PlacedVisit) -> Roster:
    return roster(of, [visit("n1", "c1", "08:00-08:30", "k1:k1d0"), *more])


def asked(of: Problem, *needs: Need, limit: int = 10, for_roster: Roster | None = None) -> Fit:
    return fit(of, for_roster or planned(of), Additions(needs), limit=limit)


def only(found: Fit) -> NeedFit:
    (row,) = found.needs
    return row


def people(row: NeedFit) -> list[tuple[str, ...]]:
    return [one.place.carers for one in row.visits[0].places]


def cost_of(found: Fit, ranks: Mapping[str, int] | None = None) -> float:
    """What taking a combination really costs, by the judge: the objective without what is unplaced."""
    before, after = found.roster, take(found, ranks or {}).roster

    def priced(one: Roster) -> float:
        terms = evaluate(found.problem, one).figures.terms
        return sum(value for name, value in terms.items() if not name.startswith("unplaced"))

    return priced(after) - priced(before)


def test_places_are_ranked_by_cost_and_say_who_is_known() -> None:
    row = only(asked(team(), need("x1", "c1", "09:00-10:00", days=(1,))))
    (offer,) = row.visits
    assert (offer.need_id, offer.week, offer.days, offer.count, offer.rule) == ("x1", 0, (1,), 1, None)
    assert people(row) == [("k1",), ("k2",)]
    first, second = offer.places
    assert first.place.cost < second.place.cost
    assert [one.faces[0].kind for one in offer.places] == [THIS_WEEK, NEW]
    assert (first.new_faces, second.new_faces) == (0, 1)
    # To the citizen and back: ten minutes each way, in a shift that had nothing to do.
    assert first.place.travel_min == 20
    assert [one.place for way in row.combinations for one in way.places] == [
        one.place for one in offer.places
    ]


def test_contact_carer_and_history_are_known() -> None:
    people = (citizen("c1", contact_carer="k2"), citizen("c2"))
    history = (HistoryRow(-3, "c2", "k2"), HistoryRow(-20, "c2", "k1"))
    of = replace(team(), citizens=people, history=history)
    row = only(asked(of, need("x1", "c1", days=(1,))))
    assert {one.place.carers[0]: one.faces[0].kind for one in row.visits[0].places} == {
        "k1": THIS_WEEK,
        "k2": CONTACT,
    }
    row = only(asked(of, need("x1", "c2", days=(1,))))
    assert {one.place.carers[0]: one.faces[0].kind for one in row.visits[0].places} == {
        "k1": NEW,
        "k2": KNOWN,
    }


def test_who_is_moved_and_by_how_much() -> None:
    of = replace(team(), shifts=(shift("k1d0", "k1", 0, "07:00-12:00", break_minutes=0),))
    late = planned(of)
    row = only(asked(of, need("x1", "c2", "07:30-08:00"), for_roster=late))
    (place,) = [one.place for one in row.visits[0].places]
    assert place.carers == ("k1",)
    assert [(one.need_id, one.from_min) for one in place.moved] == [("n1", 480)]
    # 07:30 to 08:00 with c2, ten minutes on the way.
    assert place.moved[0].to_min == 490


def test_the_new_visit_is_where_the_judge_allows_it() -> None:
    found = asked(
        team(), need("x1", "c2", days=(0, 1)), need("x2", "c1", "08:00-11:00", days=None, times_per_week=2)
    )
    taken = take(found, {})
    assert evaluate(found.problem, taken.roster).hard == ()
    assert taken.roster.unplaced == ()
    assert {row.need_id for row in taken.roster.visits} == {"n1", "x1", "x2"}
    assert len(taken.places) == len(due_visits(found.problem).visits) - 1
    assert taken.missing == ()


@pytest.mark.parametrize("days", [(1, 3), None])
def test_a_combination_costs_what_the_judge_says(days: tuple[int, ...] | None) -> None:
    of = team()
    new = need("x1", "c2", "08:00-09:00", days=days, times_per_week=None if days else 2)
    found = asked(of, new)
    row = only(found)
    assert len(row.combinations) > 1
    for rank, way in enumerate(row.combinations, start=1):
        assert cost_of(found, {"x1": rank}) == pytest.approx(way.cost), way.carers


def test_irregular_times_are_priced_over_all_visits() -> None:
    early, late = shift("k1d1", "k1", 1, "07:00-08:00"), shift("k1d3", "k1", 3, "10:00-11:00")
    of = replace(team(), shifts=(shift("k1d0", "k1", 0, "07:00-12:00", break_minutes=0), early, late))
    found = asked(of, need("x1", "c1", "07:00-10:30", days=(1, 3)))
    (way,) = only(found).combinations
    apart = (way.places[1].place.start_min - way.places[0].place.start_min) - 2 * 1440
    assert apart > 150
    single = sum(row.place.cost for row in way.places)
    assert way.cost == pytest.approx(single + of.weights.regular * apart)
    assert cost_of(found) == pytest.approx(way.cost)


def test_visits_together_have_fewer_faces_than_each_by_itself() -> None:
    # k2 is cheaper on Wednesday alone, having a visit next door; one face on both days is cheaper in all.
    of = team(matrix={})
    near = {("c1", "c2", mode): 1 for mode in ("bike", "car", "foot")} | {
        ("c2", "c1", mode): 1 for mode in ("bike", "car", "foot")
    }
    of = replace(
        of,
        needs=(*of.needs, need("n2", "c2", days=(2,))),
        matrix={**of.matrix, **near},
    )
    before = planned(of, visit("n2", "c2", "08:00-08:30", "k2:k2d2", day=2))
    new = need("x1", "c1", "08:30-09:30", days=(0, 2))
    row = only(asked(of, new, for_roster=before))
    best = row.combinations[0]
    assert best.carers == ("k1",)
    assert best.new_faces == 0
    assert [one.place.day for one in best.places] == [0, 2]


def test_any_days_are_different_days_and_in_the_best_combination() -> None:
    new = need("x1", "c2", "08:00-11:00", days=None, times_per_week=3)
    row = only(asked(team(), new))
    (offer,) = row.visits
    assert (offer.days, offer.count) == (tuple(range(7)), 3)
    assert {one.place.day for one in offer.places} == set(range(DAYS))
    for way in row.combinations:
        assert len({one.place.day for one in way.places}) == 3
        assert way.missing == 0
    # One new face beats two, whatever the days.
    assert len(row.combinations[0].carers) == 1


def test_more_visits_than_days_with_a_carer() -> None:
    of = team()
    of = replace(of, shifts=tuple(row for row in of.shifts if row.day < 2))
    row = only(asked(of, need("x1", "c2", days=None, times_per_week=3)))
    best = row.combinations[0]
    assert (len(best.places), best.missing) == (2, 1)


def test_a_cap_on_carers_holds_over_all_visits() -> None:
    of = replace(team(), citizens=(citizen("c1"), citizen("c2", carers_max=1)))
    # k1 has no shift on Tuesday, k2 none on Wednesday: two faces would be needed for both days.
    of = replace(of, shifts=tuple(row for row in of.shifts if row.shift_id in ("k1d0", "k1d2", "k2d1")))
    row = only(asked(of, need("x1", "c2", days=(1, 2))))
    assert all(len(way.carers) == 1 and way.missing == 1 for way in row.combinations)


def test_several_weeks() -> None:
    of = problem(
        citizens=[citizen("c1")],
        needs=[],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift(f"k{one}d{day}", f"k{one}", day, "07:00-10:00") for one in (1, 2) for day in (0, 7)],
        weeks=2,
    )
    row = only(fit(of, roster(of), Additions((need("x1", "c1"),))))
    assert [offer.week for offer in row.visits] == [0, 1]
    assert row.combinations[0].new_faces == 1


def test_a_pair_of_carers() -> None:
    row = only(asked(team(), need("x1", "c2", days=(1,), carers=2)))
    (place,) = [one.place for one in row.visits[0].places]
    assert set(place.carers) == {"k1", "k2"}
    assert row.combinations[0].new_faces == 2


def test_nowhere_with_the_rule_that_stops_it() -> None:
    found = asked(team(), need("x1", "c1", days=(1,), qualification="nurse"), need("x2", "c1", days=(6,)))
    assert [(row.visits[0].places, row.visits[0].rule) for row in found.needs] == [
        ((), "qualification"),
        ((), "shift"),
    ]
    assert all(row.combinations == () for row in found.needs)
    taken = take(found, {})
    assert taken.places == ()
    assert {row.need_id for row in taken.roster.unplaced} == {"x1", "x2"}


def test_taking_a_lower_rank() -> None:
    found = asked(team(), need("x1", "c1", days=(1,)))
    taken = take(found, {"x1": 2})
    (placed,) = [row for row in taken.roster.visits if row.need_id == "x1"]
    assert placed.carers == ("k2",)


def test_what_was_taken_before_may_stand_in_the_way() -> None:
    of = replace(team(), shifts=(shift("k1d1", "k1", 1, "08:00-09:00", break_minutes=0),), needs=())
    new = [need(name, "c1", "08:10-08:20", days=(1,)) for name in ("x1", "x2")]
    found = fit(of, roster(of), Additions(tuple(new)))
    assert [len(row.visits[0].places) for row in found.needs] == [1, 1]
    taken = take(found, {})
    assert [row.need_id for row in taken.places] == ["x1"]
    assert taken.missing == (("x2", 1),)
    assert [row.need_id for row in taken.roster.unplaced] == ["x2"]


@pytest.mark.parametrize(
    ("shortest", "cut", "above", "placed"),
    [(10, 10, 0, 20), (20, 10, 0, 20), (25, 5, 5, 25), (30, 0, 10, 30)],
)
def test_what_the_package_says(shortest: int, cut: int, above: int, placed: int) -> None:
    of = replace(team(), packages=(Package("p", min_minutes=30, max_minutes=50),))
    fixed = replace(of.needs[0], minutes_min=30, minutes_max=30)
    of = replace(of, needs=(fixed,))
    found = asked(of, need("x1", "c1", days=(1,), minutes_min=shortest))
    (row,) = found.packages
    assert (row.citizen_id, row.now_min, row.then_min, row.shortest_min) == ("c1", 30, 60, 30 + shortest)
    assert (row.least_min, row.most_min, row.cut_min, row.above_min) == (30, 50, cut, above)
    taken = take(found, {})
    assert [(one.now_min, one.then_min) for one in taken.packages] == [(30, 30 + placed)]
    assert evaluate(found.problem, taken.roster).hard == ()


def test_pinned_visits_and_all_others_keep_carers_and_order() -> None:
    of = team()
    pinned = planned(of)
    of = replace(
        of, published=replace(pinned, visits=tuple(replace(row, pinned=True) for row in pinned.visits))
    )
    found = asked(of, need("x1", "c2", "07:30-08:00"))
    for rank in range(1, len(only(found).combinations) + 1):
        after = take(found, {"x1": rank}).roster
        (kept,) = [row for row in after.visits if row.need_id == "n1"]
        assert (kept.carers, kept.start_min) == (("k1",), 480)


@pytest.mark.parametrize(
    ("ranks", "message"),
    [
        ({"x9": 1}, "there is no new need 'x9'; the new ones are x1"),
        ({"x1": 3}, "need x1: there is no rank 3; it has 2 ranked places"),
        ({"x1": 0}, "there is no rank 0"),
    ],
)
def test_ranks_that_there_are_not(ranks: dict[str, int], message: str) -> None:
    found = asked(team(), need("x1", "c1", days=(1,)))
    with pytest.raises(ProblemError, match=message):
        take(found, ranks)


def test_a_need_that_is_never_due_is_refused() -> None:
    with pytest.raises(ProblemError, match="need x1: no visit of it falls in the pack's weeks"):
        asked(team(), need("x1", "c1", every_weeks=2, anchor_week=1))
    with pytest.raises(ProblemError, match="limit: 0 is not above 0"):
        asked(team(), need("x1", "c1"), limit=0)


def test_the_limit_holds() -> None:
    row = only(asked(team(), need("x1", "c2", days=None, times_per_week=1), limit=3))
    assert len(row.visits[0].places) == 3
    assert len(row.combinations) == 3
    assert isinstance(row.combinations[0], Combination)


def test_the_same_question_has_the_same_answer() -> None:
    new = need("x1", "c2", "08:00-11:00", days=None, times_per_week=3)
    assert asked(team(), new).needs == asked(team(), new).needs
