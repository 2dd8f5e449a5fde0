"""Rosters are compared in the order of the team pack: unplaced, new carers, changed citizens, moved visits, objective."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from scheduler.problem import Absence, HistoryRow
from scheduler.replan.cost import ReplanCost, cost_of
from scheduler.replan.events import Admitted, Sick
from scheduler.replan.situation import Situation, situation_of
from scheduler.replan.standing import with_unplaced
from scheduler.roster import PlacedVisit, Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, need, visit
from tests.scheduler.replan.replan_cases import MONDAY, TUESDAY, published, team


def test_each_level_outweighs_all_below_it() -> None:
    worst = 10**9
    best_to_worst = [
        ReplanCost((0, 0, 0), 0, 0, 0, worst),
        ReplanCost((0, 0, 0), 0, 0, 1, 0),
        ReplanCost((0, 0, 0), 0, 1, 0, 0),
        ReplanCost((0, 0, 0), 1, 0, 0, 0),
        ReplanCost((0, 0, 1), 0, 0, 0, 0),
        ReplanCost((0, 1, 0), 0, 0, 0, 0),
        ReplanCost((1, 0, 0), 0, 0, 0, 0),
    ]
    assert all(better < worse for better, worse in pairwise(best_to_worst))


def situation(**changes: object) -> Situation:
    of = team(**changes)
    return situation_of(of, published(of), at("06:10"), [Sick("k1")], TravelTable(of))


def cost(of: Situation, *changed: PlacedVisit, without: tuple[str, int] | None = None) -> ReplanCost:
    """The cost of the published roster with some visits changed, and one left out."""
    visits = {(v.need_id, v.day): v for v in of.before.visits} | {(v.need_id, v.day): v for v in changed}
    if without is not None:
        del visits[without]
    return cost_of(of, with_unplaced(of, replace(of.before, visits=tuple(visits.values()))))


def test_known_are_those_of_the_14_days_as_published() -> None:
    of = situation(
        history=(HistoryRow(-7, "c1", "k3"), HistoryRow(-8, "c2", "k3"), HistoryRow(-1, "c3", "k1", 0))
    )
    assert of.known == {"c1": {"k1", "k2", "k3"}, "c2": {"k2"}, "c3": {"k3"}}


def test_a_known_carer_is_a_change_and_not_new() -> None:
    of = situation()
    assert cost(of, visit("n1", "c1", "08:00-08:30", "k2:m2")) == ReplanCost((0, 0, 0), 0, 1, 0, 0)


def test_citizens_are_counted_once_visits_one_by_one() -> None:
    of = situation()
    found = cost(
        of,
        visit("n1", "c1", "08:30-09:00", "k3:m3"),
        visit("n1", "c1", "08:30-09:00", "k3:t3", day=TUESDAY),
    )
    assert (found.new_carers, found.changed, found.moved) == (1, 1, 2)


def test_a_quarter_of_an_hour_is_no_move() -> None:
    of = situation()
    assert cost(of, visit("n2", "c2", "08:15-08:45", "k2:m2")).moved == 0
    assert cost(of, visit("n2", "c2", "08:16-08:46", "k2:m2")).moved == 1


def test_nobody_is_new_on_the_screen_but_the_carer_is_another() -> None:
    of = situation()
    found = cost(of, visit("n1", "c1", "08:00-08:30", "k3:m3", modality="screen"))
    assert (found.new_carers, found.changed) == (0, 1)


def test_unplaced_visits_count_by_priority() -> None:
    of = situation(needs=[need(f"n{n}", f"c{n}", days=(MONDAY, TUESDAY), priority=n) for n in (1, 2, 3)])
    assert cost(of, without=("n1", MONDAY)).unplaced == (1, 0, 0)
    assert cost(of, without=("n3", TUESDAY)).unplaced == (0, 0, 1)


def test_nobody_is_blamed_for_what_is_past_or_cancelled() -> None:
    of = team(absences=(Absence(at("00:00", 1), at("23:00", 1), citizen_id="c2"),))
    before = published(of)
    before = replace(
        before,
        visits=tuple(v for v in before.visits if (v.need_id, v.day) not in (("n3", MONDAY), ("n2", TUESDAY))),
        unplaced=(Unplaced("n3", MONDAY, 0, "capacity"),),
    )
    found = situation_of(of, before, at("10:30"), [Admitted("c1")], TravelTable(of))
    assert cost_of(found, with_unplaced(found, before)).unplaced == (0, 0, 0)
