"""Start times chosen anew: as cheap as trying every time, within every rule, and nothing else changed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import DAY_MIN
from scheduler.cpsat.retime import _Times, retimed
from scheduler.evaluate import evaluate
from scheduler.problem import Absence, Ferry, Link, Meeting, Problem, Weights
from scheduler.roster import PlacedVisit, Roster
from scheduler.trainees import with_trainees
from scheduler.travel import TravelTable
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    carer,
    citizen,
    held,
    need,
    pause,
    problem,
    roster,
    session,
    shift,
    visit,
)
from tests.scheduler.search.busy_teams import busy_problem
from tests.scheduler.search.searching import searched
from tests.scheduler.strategies import problems

NOTHING = {"waiting": 0, "agreed": 0, "regular": 0, "base_minutes": 0, "buffer": 0}


def best(of: Problem, answer: Roster) -> Roster:
    """Re-timed, valid, no dearer, and the same but for its times."""
    found = retimed(of, answer, TravelTable(of))
    old, new = evaluate(of, answer), evaluate(of, found)
    assert [row.rule for row in new.hard] == [row.rule for row in old.hard]
    assert new.figures.objective <= old.figures.objective
    if found is not answer:
        assert found.figures == new.figures
        assert new.figures.objective < old.figures.objective
    assert [_timeless(row) for row in found.visits] == [_timeless(row) for row in answer.visits]
    assert sorted((row.shift_id, row.end_min - row.start_min) for row in found.breaks) == sorted(
        (row.shift_id, row.end_min - row.start_min) for row in answer.breaks
    )
    assert [_order(found, row.shift_id) for row in of.shifts] == [
        _order(answer, row.shift_id) for row in of.shifts
    ]
    return found


def _timeless(row: PlacedVisit) -> PlacedVisit:
    return replace(row, start_min=0, end_min=row.minutes)


def _order(answer: Roster, shift_id: str) -> list[str]:
    rows = [(row.start_min, row.need_id) for row in answer.visits if shift_id in row.shifts]
    rows += [(row.start_min, "break") for row in answer.breaks if row.shift_id == shift_id]
    return [name for _, name in sorted(rows)]


def starts(found: Roster) -> list[str]:
    return [f"{row.start_min % DAY_MIN // 60:02}:{row.start_min % 60:02}" for row in found.visits]


def weighing(**weights: float) -> Weights:
    """Of the prices that hang on times, only these."""
    return Weights(**{**NOTHING, **weights})


def one_round(*needs: Any, **changes: Any) -> Problem:
    """``k1`` from 07:00 to 11:00 at ``c1``, ``c2``, … as the needs ask."""
    parts: dict[str, Any] = {
        "citizens": [citizen(name) for name in dict.fromkeys(row.citizen_id for row in needs)],
        "needs": needs,
        "carers": [carer("k1")],
        "shifts": [shift("s1", "k1", times="07:00-11:00")],
    }
    return problem(**{**parts, **changes})


def test_waiting_goes():
    of = one_round(need("n1", "c1"), need("n2", "c2"), weights=weighing(waiting=0.3))
    answer = roster(
        of, [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "09:30-10:00", "k1:s1")]
    )
    found = best(of, answer)
    assert found.figures.waiting_minutes == 0
    assert found.visits[1].start_min - found.visits[0].end_min == 10


def test_agreed_times_are_met():
    of = one_round(need("n1", "c1", agreed_start_min=at("08:20")), weights=weighing(agreed=0.2))
    assert starts(best(of, roster(of, [visit("n1", "c1", "08:31-09:01", "k1:s1")]))) == ["08:20"]


def test_the_agreed_time_binds_even_where_it_costs_nothing():
    of = one_round(
        need("n1", "c1", agreed_start_min=at("08:20")),
        need("n2", "c2"),
        weights=weighing(waiting=1, agreed=0),
    )
    answer = roster(
        of, [visit("n1", "c1", "08:20-08:50", "k1:s1"), visit("n2", "c2", "10:00-10:30", "k1:s1")]
    )
    first, second = best(of, answer).visits
    assert first.start_min <= at("08:35")
    assert second.start_min - first.end_min == 10


def test_every_day_at_the_same_time():
    of = one_round(
        need("n1", "c1", days=(0, 1, 2)),
        shifts=[shift(f"s{day}", "k1", day, "07:00-11:00") for day in range(3)],
        weights=weighing(regular=0.1),
    )
    rows = [
        visit("n1", "c1", times, f"k1:s{day}", day=day)
        for day, times in enumerate(["08:00-08:30", "09:00-09:30", "08:17-08:47"])
    ]
    assert len(set(starts(best(of, roster(of, rows))))) == 1


def test_the_standing_roster_draws():
    standing = roster(one_round(need("n1", "c1")), [visit("n1", "c1", "09:05-09:35", "k1:s1")])
    of = one_round(need("n1", "c1"), standing_roster=standing, weights=weighing(base_minutes=0.05))
    assert starts(best(of, roster(of, [visit("n1", "c1", "08:00-08:30", "k1:s1")]))) == ["09:05"]


def test_room_for_a_slow_day_is_bought():
    rows = [need(f"n{i}", f"c{i}", "07:00-10:30", minutes=40, minutes_max=60) for i in (1, 2, 3)]
    visits = [
        visit("n1", "c1", "07:10-08:10", "k1:s1"),
        visit("n2", "c2", "08:20-09:20", "k1:s1"),
        visit("n3", "c3", "09:30-10:00", "k1:s1"),
    ]
    cheap = one_round(*rows, weights=weighing(waiting=0.3))
    dear = one_round(*rows, weights=weighing(waiting=0.3, buffer=1))
    assert retimed(cheap, roster(cheap, visits), TravelTable(cheap)).figures.waiting_minutes == 0
    found = best(dear, roster(dear, visits))
    # 14 and 28 minutes behind: 4 before the second, and another 14 before the third, are worth their waiting.
    assert found.figures.waiting_minutes == 18
    assert found.figures.terms["buffer"] == 0


def test_of_equal_times_those_with_more_room_are_taken():
    of = one_round(
        need("n1", "c1", "07:00-08:00"),
        need("n2", "c2", "08:00-08:00", minutes_max=60),
        need("n3", "c3", "09:00-10:00"),
        need("n4", "c4", "10:20-10:20"),
        weights=weighing(waiting=0.3),
    )
    rows = [
        visit("n1", "c1", "07:10-07:40", "k1:s1"),
        visit("n2", "c2", "08:00-09:00", "k1:s1"),
        visit("n3", "c3", "09:10-09:40", "k1:s1"),
        visit("n4", "c4", "10:20-10:50", "k1:s1"),
    ]
    # The first can be nearer to the second. Wherever the third lies, the round waits half an hour about it; 8 and 14
    # minutes behind on a slow day, it is no more than ten late from 09:22 on.
    assert starts(best(of, roster(of, rows))) == ["07:20", "08:00", "09:22", "10:20"]


def test_nothing_better_gives_the_same_roster():
    of = base_problem()
    answer = best(of, base_roster())
    assert retimed(of, answer, TravelTable(of)) is answer


def test_an_empty_roster_stays():
    of = base_problem()
    answer = base_roster(visits=(), breaks=())
    assert retimed(of, answer, TravelTable(of)) is answer


def kept_apart(of: Problem, answer: Roster) -> Roster:
    """Re-timed where only waiting costs, and dearly."""
    return best(replace(of, weights=weighing(waiting=9)), answer)


def test_pinned_visits_stay():
    of = one_round(need("n1", "c1"), need("n2", "c2"))
    answer = roster(
        of,
        [
            visit("n1", "c1", "08:00-08:30", "k1:s1", pinned=True),
            visit("n2", "c2", "09:30-10:00", "k1:s1", pinned=True),
        ],
    )
    assert kept_apart(of, answer) is answer


def test_meetings_and_sessions_stay():
    of = one_round(
        need("n1", "c1", "07:00-10:30"),
        meetings=(Meeting("Team", 0, at("08:00"), 30, ("k1",)),),
        sessions=[session("g1", (), start_min=at("09:30"), minutes=30)],
    )
    answer = roster(of, [visit("n1", "c1", "07:10-07:40", "k1:s1")], sessions=(held("g1", "k1:s1"),))
    assert starts(kept_apart(of, answer)) == ["07:20"]


def test_a_session_of_the_citizen_is_kept_clear_of():
    of = one_round(
        need("n1", "c1", "07:00-10:30"),
        need("n2", "c2", "07:00-10:30"),
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
        sessions=[session("g1", ("c1",), start_min=at("08:30"), minutes=60)],
    )
    answer = roster(
        of,
        [visit("n1", "c1", "07:40-08:10", "k1:s1"), visit("n2", "c2", "09:30-10:00", "k1:s1")],
        sessions=(held("g1", "k2:s2"),),
    )
    first, second = kept_apart(of, answer).visits
    assert first.end_min <= at("08:30")
    assert second.start_min - first.end_min == 10


def test_two_visits_of_a_citizen_do_not_overlap():
    of = one_round(
        need("n1", "c1", "07:00-10:30"),
        need("n2", "c1", "07:00-10:30"),
        need("n3", "c2", "10:00-10:00", carers=2),
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
    )
    answer = roster(
        of,
        [
            visit("n1", "c1", "07:30-08:00", "k1:s1"),
            visit("n2", "c1", "08:10-08:40", "k2:s2"),
            visit("n3", "c2", "10:00-10:30", "k1:s1", "k2:s2"),
        ],
    )
    # Both would be at 09:20, right before the visit of the two carers.
    assert starts(kept_apart(of, answer))[:2] == ["08:50", "09:20"]


@pytest.mark.parametrize(
    ("link", "other", "now", "then"),
    [
        # A later visit elsewhere draws the second one away from the first, an earlier one towards it.
        (Link("n1", "n2", 0, 25), "10:00", "08:40-09:10", "08:55"),
        (Link("n1", "n2", 0), "10:00", "08:40-09:10", "09:20"),
        (Link("n1", "n2", 60), "07:15", "09:45-10:15", "09:30"),
        (Link("n1", "n2", 0), "07:15", "09:45-10:15", "08:30"),
    ],
)
def test_links_keep_their_gaps(link, other, now, then):
    of = one_round(
        need("n1", "c1", "08:00-08:00"),
        need("n2", "c1", "07:00-10:30"),
        need("n3", "c2", f"{other}-{other}"),
        links=(link,),
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
    )
    end = f"{other[:2]}:{int(other[3:]) + 30}"
    answer = roster(
        of,
        [
            visit("n1", "c1", "08:00-08:30", "k1:s1"),
            visit("n2", "c1", now, "k2:s2"),
            visit("n3", "c2", f"{other}-{end}", "k2:s2"),
        ],
    )
    assert starts(kept_apart(of, answer))[1] == then


def test_absences_are_kept_clear_of():
    of = one_round(
        need("n1", "c1", "07:00-10:30"),
        need("n2", "c2", "07:00-10:30"),
        absences=(
            Absence(at("08:00"), at("09:00"), citizen_id="c1"),
            Absence(at("09:05"), at("09:20"), carer_id="k1"),
        ),
    )
    answer = roster(
        of, [visit("n1", "c1", "07:20-07:50", "k1:s1"), visit("n2", "c2", "10:00-10:30", "k1:s1")]
    )
    first, second = kept_apart(of, answer).visits
    assert first.end_min <= at("08:00")
    assert second.start_min == at("09:20")


def test_ferries_bound_what_is_visited_on_the_island():
    of = one_round(
        need("n1", "c1", "07:00-10:30"),
        need("n2", "c2", "10:00-10:00"),
        ferries=(Ferry("Fejø", 0, at("07:30"), at("09:00"), 15),),
        citizens=[citizen("c1", island="Fejø"), citizen("c2")],
    )
    answer = roster(
        of, [visit("n1", "c1", "08:00-08:30", "k1:s1"), visit("n2", "c2", "10:00-10:30", "k1:s1")]
    )
    first, _ = kept_apart(of, answer).visits
    assert first.end_min == at("09:00")


def test_ferries_bind_also_without_a_journey():
    of = one_round(
        need("n1", "c1", "07:00-10:30"),
        need("n2", "c1", "07:00-10:30", modality="screen"),
        ferries=(Ferry("Fejø", 0, at("07:30"), at("09:00"), 15),),
        citizens=[citizen("c1", island="Fejø", screen_able=True)],
        shifts=[shift("s1", "k1", times="07:00-11:00", begins_at="first_visit")],
    )
    answer = roster(
        of,
        [
            visit("n1", "c1", "07:40-08:10", "k1:s1"),
            visit("n2", "c1", "10:00-10:30", "k1:s1", modality="screen", pinned=True),
        ],
    )
    assert kept_apart(of, answer).visits[0].end_min == at("09:00")


def test_the_break_stays_within_its_times():
    of = one_round(
        need("n1", "c1", "07:00-14:00"), need("n2", "c2", "13:40-13:40"), shifts=[shift("s1", "k1")]
    )
    answer = roster(
        of,
        [visit("n1", "c1", "10:00-10:30", "k1:s1"), visit("n2", "c2", "13:40-14:10", "k1:s1")],
        [pause("s1", "11:00-11:30")],
    )
    found = kept_apart(of, answer)
    assert found.breaks[0].end_min == at("13:00")
    # Between break and visit there is room for the journey, so the first visit may end right before the break.
    assert found.visits[0].end_min in (at("12:20"), at("12:30"))


def test_a_trainee_is_not_left_out_of_more_visits_than_before():
    of = one_round(
        need("n1", "c1", "07:00-10:30"),
        need("n2", "c2", "10:00-10:00"),
        carers=[carer("k1"), carer("t1", mentor="k1")],
        shifts=[
            shift("s1", "k1", times="07:00-11:00"),
            shift("s2", "t1", times="08:00-09:30", begins_at="first_visit"),
        ],
        weights=Weights(**{**NOTHING, "waiting": 0.01}),
    )
    answer = roster(
        of, [visit("n1", "c1", "07:20-07:50", "k1:s1"), visit("n2", "c2", "10:00-10:30", "k1:s1")]
    )
    before = evaluate(of, answer).figures.terms["trainee"]
    found = best(of, answer)
    assert found is not answer
    assert found.figures.terms["trainee"] == before == 0
    assert found.visits[0].end_min == at("08:29")


def test_what_breaks_a_rule_stays_and_the_rest_is_timed():
    of = one_round(
        need("n1", "c1", "08:00-08:10"), need("n2", "c2", "07:00-10:30"), need("n3", "c3", "07:00-10:30")
    )
    answer = roster(
        of,
        [
            visit("n1", "c1", "07:30-08:00", "k1:s1"),
            visit("n2", "c2", "08:30-09:00", "k1:s1"),
            visit("n3", "c3", "10:00-10:30", "k1:s1"),
        ],
    )
    assert starts(kept_apart(of, answer)) == ["07:30", "08:10", "08:50"]


@pytest.mark.parametrize(
    "weights", [{"waiting": 1, "agreed": 0.5}, {"waiting": 0.3, "buffer": 0.7}, {"regular": 1}]
)
def test_no_times_cost_less(weights):
    """Every time of three visits, one by two carers, is tried."""
    of = problem(
        citizens=[citizen("c1"), citizen("c2"), citizen("c3")],
        needs=[
            need("n1", "c1", "08:00-08:08", agreed_start_min=at("08:03")),
            need("n2", "c2", "08:35-08:50", minutes_max=90, agreed_start_min=at("08:45")),
            need("n3", "c3", "10:00-10:08", carers=2),
        ],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times="07:00-11:00"), shift("s2", "k2", times="07:00-11:00")],
        weights=weighing(**weights),
    )
    answer = roster(
        of,
        [
            visit("n1", "c1", "08:00-08:30", "k1:s1"),
            visit("n2", "c2", "08:49-09:49", "k1:s1"),
            visit("n3", "c3", "10:07-10:37", "k1:s1", "k2:s2"),
        ],
    )
    found = best(of, answer)
    costs = []
    for tried in product(range(480, 489), range(515, 531, 3), range(600, 609)):
        visits = tuple(
            replace(row, start_min=start, end_min=start + row.minutes)
            for row, start in zip(answer.visits, tried, strict=True)
        )
        result = evaluate(of, replace(answer, visits=visits))
        if not result.hard:
            costs.append(result.figures.objective)
    assert evaluate(of, found).figures.objective <= min(costs) + 1e-9


def test_what_the_judge_refuses_is_not_given(monkeypatch):
    free = Weights(**{**NOTHING, "agreed": 9, "minutes": 0})
    of = one_round(need("n1", "c1", "08:00-09:00", agreed_start_min=at("08:30")), weights=free)
    answer = roster(of, [visit("n1", "c1", "08:20-08:50", "k1:s1")])
    too_short = roster(of, [visit("n1", "c1", "08:30-08:35", "k1:s1")])
    monkeypatch.setattr(_Times, "best", lambda times: too_short)
    assert retimed(of, answer, TravelTable(of)) is answer


def with_own_times(of: Problem) -> Roster:
    """What the search finds, with the times it has given, and trainees."""
    found = searched(of, 200).roster
    visits, breaks = with_trainees(of, TravelTable(of), found.visits)
    return replace(found, visits=tuple(visits), breaks=(*found.breaks, *breaks))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from((0, 0.3)))
def test_busy_teams(number: int, buffer: float) -> None:
    of = busy_problem(number)
    of = replace(of, weights=replace(of.weights, buffer=buffer))
    best(of, with_own_times(of))


@settings(max_examples=15, deadline=None)
@given(problems())
def test_any_legal_pack(of: Problem) -> None:
    best(of, with_own_times(of))
