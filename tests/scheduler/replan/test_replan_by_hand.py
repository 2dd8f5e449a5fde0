"""What is easily placed is placed before any search, and what a search ends with is mended: room is made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.loyalty import Loyalty
from scheduler.problem import Problem
from scheduler.replan import Sick, replan
from scheduler.replan.by_hand import by_strangers, make_room, waiting
from scheduler.replan.run import _Run
from scheduler.replan.searching import Searching
from scheduler.roster import PlacedVisit, Roster
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, carer, citizen, even_matrix, need, problem, roster, shift, visit

SHARP = "08:00-08:00"


def team(**changes: Any) -> Problem:
    """``k1`` and ``k2`` are at work all morning; five homes ten minutes apart."""
    homes = [f"c{n}" for n in range(1, 6)]
    rows: dict[str, Any] = {
        "citizens": [citizen(one) for one in homes],
        "carers": [carer("k1", qualification="assistant"), carer("k2", qualification="helper")],
        "shifts": [shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
        "matrix": even_matrix(["base", *homes], 10),
    }
    return problem(**{**rows, **changes})


def table(of: Problem, before: Roster, known: dict[str, frozenset[str]] | None = None) -> Searching:
    everybody = {row.citizen_id: frozenset({"k1", "k2"}) for row in of.citizens}
    free = replace(of, published=replace(before, unplaced=()))
    return Searching(free, before, TravelTable(of), Loyalty(before, everybody if known is None else known))


def by(found: Roster) -> dict[str, tuple[str, ...]]:
    return {row.need_id: row.carers for row in found.visits}


def test_what_follows_in_a_round_moves_along() -> None:
    """No gap of the round is wide enough until the second visit begins later."""
    of = team(
        needs=[
            need("first", "c1", "07:10-07:10"),
            need("second", "c2", "07:50-09:00"),
            need("n3", "c3", "07:50-07:50"),
        ]
    )
    before = roster(
        of, [visit("first", "c1", "07:10-07:40", "k1:s1"), visit("second", "c2", "07:50-08:20", "k1:s1")]
    )
    only_k1 = replace(of, shifts=of.shifts[:1])
    found = table(only_k1, before).by_hand(lambda: False)
    assert by(found) == {"first": ("k1",), "second": ("k1",), "n3": ("k1",)}
    assert evaluate(only_k1, replace(found, unplaced=())).hard == ()


def trained_at_eight() -> tuple[Problem, Roster]:
    """``late`` wants an assistant at eight; ``k1`` is the one, and has ``easy`` then, which ``k2`` could make."""
    of = team(needs=[need("late", "c1", SHARP, qualification="assistant"), need("easy", "c2", SHARP)])
    return of, roster(of, [visit("easy", "c2", "08:00-08:30", "k1:s1")])


def test_another_visit_makes_way_however_little_time_there_is() -> None:
    of, before = trained_at_eight()
    assert by(table(of, before).by_hand(lambda: False)) == {"late": ("k1",), "easy": ("k2",)}


def test_a_row_of_visits_makes_way_for_a_long_one() -> None:
    """Neither of two short visits is enough room for the long one; both go."""
    short = {"minutes": 20, "minutes_min": 20, "minutes_max": 20}
    of = team(
        needs=[
            need(
                "long",
                "c1",
                "08:00-08:10",
                qualification="assistant",
                minutes=60,
                minutes_min=60,
                minutes_max=60,
            ),
            need("a", "c2", "08:00-08:10", **short),
            need("b", "c3", "08:30-08:40", **short),
        ]
    )
    before = roster(of, [visit("a", "c2", "08:00-08:20", "k1:s1"), visit("b", "c3", "08:30-08:50", "k1:s1")])
    assert by(table(of, before).by_hand(lambda: True)) == {"long": ("k1",), "a": ("k2",), "b": ("k2",)}


def test_two_carers_are_found_for_a_visit_of_two() -> None:
    of = team(needs=[need("two", "c1", "08:00-09:00", carers=2)])
    (found,) = table(of, roster(of, [])).by_hand(lambda: False).visits
    assert sorted(found.carers) == ["k1", "k2"]


def test_a_visit_goes_from_a_stranger_to_somebody_known_who_gives_one_away() -> None:
    """``k2`` is new to ``c1``; ``k1`` knows c1 and is busy with c2, who knows both."""
    of = team(needs=[need("n1", "c1", SHARP), need("n2", "c2", SHARP)])
    before = roster(
        of, [visit("n1", "c1", "08:00-08:30", "k2:s2"), visit("n2", "c2", "08:00-08:30", "k1:s1")]
    )
    known = {"c1": frozenset({"k1"}), "c2": frozenset({"k1", "k2"})}
    published = roster(of, [visit("n2", "c2", "08:00-08:30", "k1:s1")])
    free = replace(of, published=replace(before, unplaced=()))
    start = Searching(free, before, TravelTable(of), Loyalty(published, known))
    assert len(by_strangers(start._world)) == 1
    assert by(start.by_hand(lambda: False)) == {"n1": ("k2",), "n2": ("k1",)}
    assert by(start.by_hand(lambda: True)) == {"n1": ("k1",), "n2": ("k2",)}
    assert by_strangers(start._world) == []


def test_nothing_is_made_worse_where_nothing_can_be_better() -> None:
    """Both are busy at eight, and nobody could take anything over."""
    of = team(needs=[need(f"n{n}", f"c{n}", SHARP) for n in (1, 2, 3)])
    visits = [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "08:00-08:30", "k2:s2")]
    start = table(of, roster(of, visits))
    assert len(waiting(start._world)) == 1
    assert make_room(start._world, lambda: True) == 0
    assert by(start.by_hand(lambda: True)) == {"n1": ("k1",), "n2": ("k2",)}


def sick_morning() -> tuple[Problem, Roster]:
    """``k1``, who is sick, was to make ``n3`` at ten to eight sharp; ``k2`` can, when ``second`` begins later."""
    of = team(
        needs=[
            need("first", "c1", "07:10-07:10"),
            need("second", "c2", "07:50-09:00"),
            need("n3", "c3", "07:50-07:50"),
        ]
    )
    visits: list[PlacedVisit] = [
        visit("first", "c1", "07:10-07:40", "k2:s2"),
        visit("second", "c2", "07:50-08:20", "k2:s2"),
        visit("n3", "c3", "07:50-08:20", "k1:s1"),
    ]
    return of, roster(of, visits)


def test_everything_that_fits_is_placed_however_short_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time for a search: the plain hand-over moves nobody and leaves visits out; by hand all find a place."""
    of, before = sick_morning()

    def never(*_: object, **__: object) -> Roster:
        raise AssertionError("there is no time for a search")

    monkeypatch.setattr(Searching, "searched", never)
    monkeypatch.setattr(_Run, "_has_time_for_search", lambda *_: False)
    found = replan(of, before, at("06:10"), [Sick("k1")], iterations=1)
    assert found.roster.unplaced == ()
    assert evaluate(found.problem, found.roster).hard == ()
