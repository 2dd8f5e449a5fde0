"""Nobody is told of another person or time on a date that nothing happened on, when nobody gains by it."""

from __future__ import annotations

from dataclasses import replace

from scheduler.replan.events import Sick
from scheduler.replan.put_back import idle_exchanges, put_back
from scheduler.replan.situation import Situation, situation_of
from scheduler.roster import PlacedVisit, Roster
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, visit
from tests.scheduler.replan.replan_cases import MONDAY, TUESDAY, published, team


def case() -> tuple[Situation, Roster]:
    """``k1`` is sick on Monday."""
    of = team()
    before = published(of)
    return situation_of(of, before, at("06:10"), [Sick("k1")], TravelTable(of)), before


def changed(of: Roster, *rows: PlacedVisit) -> Roster:
    """The roster with other rows for these visits."""
    keys = {(row.need_id, row.day): row for row in rows}
    return replace(of, visits=tuple(keys.get((row.need_id, row.day), row) for row in of.visits))


SWAP = (
    visit("n2", "c2", "08:40-09:10", "k3:t3", day=TUESDAY),
    visit("n3", "c3", "08:00-08:30", "k2:t2", day=TUESDAY),
)


def test_rounds_that_only_exchanged_visits_go_back() -> None:
    found, before = case()
    other = changed(before, *SWAP)
    assert idle_exchanges(found, other) == [frozenset({"t2", "t3"})]
    assert set(put_back(found, other, {"t2", "t3"}).visits) == set(before.visits)


def test_a_round_with_other_times_goes_back() -> None:
    found, before = case()
    other = changed(before, visit("n3", "c3", "08:20-08:50", "k3:t3", day=TUESDAY))
    assert idle_exchanges(found, other) == [frozenset({"t3"})]


def test_what_gave_something_to_a_touched_date_or_lost_a_visit_stays() -> None:
    found, before = case()
    other = changed(before, visit("n1", "c1", "08:00-08:30", "k2:m2", day=MONDAY), *SWAP)
    assert idle_exchanges(found, other) == [frozenset({"t2", "t3"})]
    less = replace(
        other, visits=tuple(row for row in other.visits if (row.need_id, row.day) != ("n2", TUESDAY))
    )
    assert idle_exchanges(found, less) == []


def test_nothing_to_put_back_where_nothing_changed() -> None:
    found, before = case()
    assert idle_exchanges(found, before) == []
