"""No roster at all goes below the proven bounds: tiny teams, every way of giving the visits out, every order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product
from random import Random

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.replan.bounds import ReplanBounds, bounds_of
from scheduler.replan.cost import ReplanCost, cost_of
from scheduler.replan.events import Event, Late, Sick
from scheduler.replan.situation import Situation, situation_of
from scheduler.replan.standing import standing_part, with_unplaced
from scheduler.replan.why_new import Names, sentence_of
from scheduler.roster import PlacedVisit, Roster
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, carer, citizen, even_matrix, need, problem, roster, shift, visit

TRAVEL_MIN = 10


def every_roster(of: Situation) -> Iterator[Roster]:
    """Every roster that may answer, each round as early as it goes: carers for each visit (or nobody), and orders."""
    problem = of.problem
    kept = [v for v in of.before.visits if (v.need_id, v.day) in of.kept]
    done = {v.need_id for v in kept}
    open_needs = [row for row in problem.needs if row.need_id not in done]
    carers = [row.carer_id for row in problem.carers]
    for chosen in product([None, *carers], repeat=len(open_needs)):
        rounds = {one: [n for n, c in zip(open_needs, chosen, strict=True) if c == one] for one in carers}
        for orders in product(*(permutations(rounds[one]) for one in carers)):
            found = list(kept)
            for one, order in zip(carers, orders, strict=True):
                found += _as_early_as_possible(of, one, order, [v for v in kept if one in v.carers])
            yield with_unplaced(of, replace(of.before, visits=tuple(found)))


def _as_early_as_possible(
    of: Situation, carer_id: str, order: tuple, kept: list[PlacedVisit]
) -> list[PlacedVisit]:
    shift_row = next(row for row in of.problem.shifts if row.carer_id == carer_id)
    free = max([shift_row.start_min, of.now_min, of.leaves.get(carer_id, 0), *(v.end_min for v in kept)])
    found = []
    for row in order:
        start = max(free + TRAVEL_MIN, row.window_start_min)
        for away in of.problem.absences_of_carer.get(carer_id, ()):
            if away.overlaps(start, start + row.minutes_min):
                start = max(start, away.end_min)
        end = start + row.minutes_min
        found.append(
            PlacedVisit(
                row.need_id, row.citizen_id, 0, start, end, "home", (carer_id,), (shift_row.shift_id,)
            )
        )
        free = end
    return found


def lawful(of: Situation) -> list[tuple[ReplanCost, Roster]]:
    """All rosters that break no rule, with their costs, the best first."""
    valid = [one for one in every_roster(of) if not evaluate(of.problem, one).hard]
    rows = [(replace(cost_of(of, one), objective=0.0), one) for one in valid]
    return sorted(rows, key=lambda row: row[0])


def makes(one: Roster) -> set[tuple[str, int]]:
    return {(row.need_id, row.day) for row in one.visits}


def tiny(number: int) -> tuple[Problem, Roster, int, Event]:
    """Three carers and four visits of a morning, some of them tight; a carer falls sick or late."""
    random = Random(number)
    citizens = [citizen(f"c{n}") for n in range(random.choice((3, 4)))]
    needs = []
    for n in range(4):
        start = random.choice((480, 480, 500, 540))
        row = need(
            f"n{n}",
            random.choice(citizens).citizen_id,
            "08:00-09:00",
            qualification=random.choice((None, None, "assistant")),
        )
        end = start + random.choice((0, 15, 40, 90))
        needs.append(replace(row, window_start_min=start, window_end_min=end, priority=random.choice((1, 2))))
    carers = [carer(f"k{n}", qualification=random.choice(("helper", "assistant"))) for n in range(3)]
    shifts = [shift(f"s{n}", f"k{n}", times="07:00-10:00") for n in range(3)]
    of = problem(
        citizens=citizens,
        needs=needs,
        carers=carers,
        shifts=shifts,
        matrix=even_matrix(["base", *(c.citizen_id for c in citizens)], TRAVEL_MIN),
    )
    empty = situation_of(of, roster(of), at("06:00"), [Late("k0", 1)], TravelTable(of))
    quiet = replace(empty, problem=replace(of, published=None), held={}, leaves={})
    valid = [one for one in every_roster(quiet) if not evaluate(of, one).hard]
    most = max(len(one.visits) for one in valid)
    before = random.choice([one for one in valid if len(one.visits) == most])
    clock = random.choice((at("06:10"), at("07:30"), at("08:20")))
    sick = random.choice([v.carers[0] for v in before.visits] or ["k0"])
    return of, before, clock, random.choice((Sick(sick), Sick(sick), Late(sick, 25)))


@pytest.mark.parametrize("number", range(14))
def test_no_roster_goes_below_the_bounds(number: int) -> None:
    """Whatever the roster in hand is: none that makes the same visits has fewer new carers, or fewer changed citizens."""
    of, before, now_min, event = tiny(number)
    travel = TravelTable(of)
    found = situation_of(of, before, now_min, [event], travel)
    rows = lawful(found)
    for reached, answer in (rows[0], rows[len(rows) // 2], rows[-1]):
        bounds = bounds_of(found, answer, reached, travel)
        rivals = [cost for cost, one in rows if makes(answer) <= makes(one)]
        assert bounds.new_carers <= min(cost.new_carers for cost in rivals)
        known = [cost for cost in rivals if cost.new_carers <= reached.new_carers]
        assert bounds.changed <= min(cost.changed for cost in known)


def two_by_two() -> tuple[Problem, Roster]:
    """``k1`` and ``k2`` each know two citizens whose visits begin at 08:00 sharp; ``k3`` knows nobody and is free."""
    of = problem(
        citizens=[citizen(f"c{n}") for n in (1, 2, 3)],
        needs=[
            need("n1", "c1", "08:00-08:00"),
            need("n2", "c2", "08:00-08:00"),
            need("n3", "c1", "09:00-09:00"),
            need("n4", "c2", "09:00-09:00"),
        ],
        carers=[carer(f"k{n}") for n in (1, 2, 3)],
        shifts=[shift(f"s{n}", f"k{n}", times="07:00-10:00") for n in (1, 2, 3)],
    )
    visits = [
        visit("n1", "c1", "08:00-08:30", "k1:s1"),
        visit("n2", "c2", "08:00-08:30", "k2:s2"),
        visit("n3", "c1", "09:00-09:30", "k2:s2"),
        visit("n4", "c2", "09:00-09:30", "k1:s1"),
    ]
    return of, roster(of, visits)


def test_whoever_is_known_cannot_be_in_two_places() -> None:
    """Both know both, but k2 alone cannot make two visits at once: somebody meets k3, and that is proven."""
    of, before = two_by_two()
    found = situation_of(of, before, at("06:10"), [Sick("k1")], TravelTable(of))
    reached = ReplanCost((0, 0, 0), 1, 2, 0, 0.0)
    assert bounds_of(found, before, reached, TravelTable(of)) == ReplanBounds(1, 2)


def test_what_may_be_left_out_forces_nobody() -> None:
    """A roster that leaves two visits out needs no new carer; its bound says so."""
    of, before = two_by_two()
    found = situation_of(of, before, at("06:10"), [Sick("k1")], TravelTable(of))
    start, _ = standing_part(found)
    reached = ReplanCost((0, 2, 0), 0, 0, 0, 0.0)
    assert bounds_of(found, start, reached, TravelTable(of)) == ReplanBounds(0, 0)


def test_a_visit_left_out_takes_nothing_from_what_the_others_force() -> None:
    """``n1`` is left out; whoever makes ``n4``, for which nobody is known who could come, is new all the same."""
    of, before = two_by_two()
    of = replace(of, shifts=(*of.shifts[:1], replace(of.shifts[1], end_min=at("08:40")), *of.shifts[2:]))
    before = replace(before, visits=tuple(row for row in before.visits if row.need_id != "n3"))
    found = situation_of(of, before, at("06:10"), [Sick("k1")], TravelTable(of))
    start, _ = standing_part(found)
    answer = replace(start, visits=(*start.visits, visit("n4", "c2", "09:00-09:30", "k3:s3")))
    reached = ReplanCost((0, 1, 0), 1, 1, 0, 0.0)
    bounds = bounds_of(found, answer, reached, TravelTable(of))
    assert bounds == ReplanBounds(1, 1)
    (why,) = bounds.why_new
    assert (why.citizens, why.need_id) == (("c2",), "n4")
    assert {
        carers: reasons[0].code for carers, reasons in ((row.carers, row.reasons) for row in why.stopped)
    } == {
        ("k1",): "carer_absent",
        ("k2",): "shift",
    }


def test_the_stretches_alone_prove_that_nobody_is_in_two_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first model, without visits one after the other; and who it is about is said."""
    monkeypatch.setattr("scheduler.cpsat.new_faces.FEW_TASKS", 0)
    of, before = two_by_two()
    found = situation_of(of, before, at("06:10"), [Sick("k1")], TravelTable(of))
    bounds = bounds_of(found, before, ReplanCost((0, 0, 0), 1, 2, 0, 0.0), TravelTable(of))
    assert bounds == ReplanBounds(1, 2)
    (why,) = bounds.why_new
    assert (why.citizens, why.need_id) == (("c1", "c2"), None)


def said(of: Problem, before: Roster, *events: Event) -> list[str]:
    """The arguments for a roster in which ``k3`` makes what is left, in words."""
    found = situation_of(of, before, at("06:10"), list(events), TravelTable(of))
    start, orphans = standing_part(found)
    rows = tuple(
        replace(row, carers=(*row.carers[1:], "k3"), shifts=(*row.shifts[1:], "s3")) for row in orphans
    )
    answer = replace(start, visits=(*start.visits, *rows))
    bounds = bounds_of(found, answer, ReplanCost((0, 0, 0), 9, 9, 0, 0.0), TravelTable(of))
    names = Names(str.upper, str.upper, lambda one: f"the visit {one}")
    return [str(sentence_of(found, why, names)) for why in bounds.why_new]


def test_each_thing_that_stops_somebody_known_is_said() -> None:
    """c1 knows four: one sick, one not at work, one at work at another time, one whose training is not enough."""
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[
            need("n1", "c1", "08:00-08:30", qualification="assistant"),
            *(need(f"x{n}", "c1", "12:00-14:00", days=(n,)) for n in (1, 2, 3)),
        ],
        carers=[
            *(carer(f"k{n}", qualification="assistant") for n in (1, 2, 3, 4)),
            carer("k5", qualification="helper"),
        ],
        shifts=[
            shift("s1", "k1", times="07:00-11:00"),
            shift("s3", "k3", times="07:00-11:00"),
            shift("s4", "k4", times="12:00-15:00"),
            shift("s5", "k5", times="07:00-11:00"),
            *(shift(f"t{n}", f"k{n}", day, times="11:30-15:00") for day, n in ((1, 2), (2, 4), (3, 5))),
        ],
    )
    visits = [
        visit("n1", "c1", "08:00-08:30", "k1:s1"),
        *(
            visit(f"x{n}", "c1", "12:00-12:30", f"{who}:t{who[1]}", day=n)
            for n, who in ((1, "k2"), (2, "k4"), (3, "k5"))
        ),
    ]
    assert said(of, roster(of, visits), Sick("k1")) == [
        "C1: none of those they know can come to the visit n1 on 2026-11-30, beginning 08:00–08:30 (K1: is absent"
        " 2026-11-30 00:00 – 2026-12-01 00:00; K2: is off duty on 2026-11-30; K4: is on duty 12:00–15:00; K5: is"
        " helper; assistant is asked for)"
    ]


def test_a_visit_of_two_says_how_many_of_those_known_can_come() -> None:
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", carers=2)],
        carers=[carer(f"k{n}") for n in (1, 2, 3)],
        shifts=[shift(f"s{n}", f"k{n}", times="07:00-11:00") for n in (1, 2, 3)],
    )
    assert said(of, roster(of, [visit("n1", "c1", "08:00-08:30", "k1:s1", "k2:s2")]), Sick("k1")) == [
        "C1: the visit n1 on 2026-11-30, beginning 08:00–10:00, takes 2 carers, and 1 of those they know can come"
        " (K1: is absent 2026-11-30 00:00 – 2026-12-01 00:00)"
    ]


def test_nothing_happened_nothing_is_forced() -> None:
    of, before = two_by_two()
    found = situation_of(of, before, at("06:10"), [Sick("k3")], TravelTable(of))
    start, orphans = standing_part(found)
    assert orphans == []
    assert set(start.visits) == set(before.visits)
    assert bounds_of(found, before, ReplanCost((0, 0, 0), 0, 0, 0, 0.0), TravelTable(of)) == ReplanBounds(
        0, 0
    )
