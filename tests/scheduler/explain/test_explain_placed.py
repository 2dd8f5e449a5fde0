"""Why these carers, and what others would cost: against the judge; and lengths that a package asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.explain import explain_visit
from scheduler.message import ProblemError
from scheduler.problem import HistoryRow, Problem, Weights
from scheduler.roster import Roster, Unplaced
from tests.scheduler.cases import (
    base_problem,
    base_roster,
    carer,
    citizen,
    need,
    package,
    problem,
    roster,
    shift,
    visit,
    with_session,
)

MORNING = "07:00-11:00"


def two_days() -> tuple[Problem, Roster]:
    """``c1`` is visited by ``k1`` on Monday and Tuesday; ``k2`` is there on both days, ``k3`` came last week."""
    row = problem(
        citizens=[citizen("c1", contact_carer="k1"), citizen("c2")],
        needs=[need("n1", "c1", days=(0, 1)), need("n2", "c2")],
        carers=[carer("k1"), carer("k2"), carer("k3"), carer("k4", introduced=False)],
        shifts=[shift(f"s{one}{day}", one, day, MORNING) for one in ("k1", "k2", "k3") for day in (0, 1)],
        # On two half days fairness would outweigh all else.
        weights=Weights(unfair=0),
        history=(HistoryRow(-3, "c1", "k3", 2), HistoryRow(-20, "c1", "k2", 5)),
    )
    answer = roster(
        row,
        [
            visit("n1", "c1", "08:00-08:30", "k1:sk10"),
            visit("n1", "c1", "08:00-08:30", "k1:sk11", day=1),
            visit("n2", "c2", "08:00-08:30", "k2:sk20"),
        ],
    )
    return row, answer


def test_what_speaks_for_the_carer() -> None:
    found = explain_visit(*two_days(), "n1", 1)
    (standing,) = found.standing
    assert standing.carer_id == "k1"
    assert standing.contact
    # Monday's visit; this one is not counted.
    assert (standing.week_visits, standing.window_visits) == (1, 0)
    assert found.may_come == ("k1", "k2", "k3")


def test_others_are_priced_against_the_roster_as_it_is() -> None:
    row, answer = two_days()
    found = explain_visit(row, answer, "n1", 1)
    assert [one.carers for one in found.alternatives] == [("k3",), ("k2",)]
    now = evaluate(row, answer).figures
    for one in found.alternatives:
        after = evaluate(row, one.offer.roster)
        assert after.hard == ()
        assert one.cost == pytest.approx(after.figures.objective - now.objective)
        assert one.travel_min == after.figures.travel_minutes - now.travel_minutes
        assert one.cost > 0


def test_new_and_known_faces_are_told_apart() -> None:
    found = explain_visit(*two_days(), "n1", 1)
    known = {one.carers[0]: one.standing[0] for one in found.alternatives}
    # k3 came within the 14 days, k2 before them.
    assert known["k3"].known
    assert known["k3"].window_visits == 2
    assert not known["k2"].known


def test_dearer_carer_can_be_found_cheaper() -> None:
    row, answer = two_days()
    contact = replace(row.citizens[0], contact_carer="k2")
    other = replace(row, citizens=(contact, row.citizens[1]))
    monday = tuple(
        replace(one, carers=("k2",), shifts=("sk20",), start_min=one.start_min + 60, end_min=one.end_min + 60)
        if (one.need_id, one.day) == ("n1", 0)
        else one
        for one in answer.visits
    )
    best = explain_visit(other, replace(answer, visits=monday), "n1", 1).alternatives[0]
    assert best.carers == ("k2",)
    assert best.cost < 0


def test_one_carer_alone_is_looked_at() -> None:
    found = explain_visit(*two_days(), "n1", 1, "k4")
    assert found.alternatives == ()
    ((carers, reasons),) = [(one.carers, one.reasons) for one in found.stopped]
    assert carers == ("k4",)
    assert [one.code for one in reasons] == ["introduced"]
    found = explain_visit(*two_days(), "n1", 1, "k2")
    assert [one.carers for one in found.alternatives] == [("k2",)]
    assert found.stopped == ()


def test_visit_of_two_is_tried_with_others_in_pairs() -> None:
    base = base_problem()
    more = replace(
        base,
        carers=(*base.carers, carer("k3")),
        shifts=(*base.shifts, shift("s3", "k3", times="07:00-11:00")),
    )
    found = explain_visit(more, base_roster(more), "n3")
    assert {one.carer_id for one in found.standing} == {"k1", "k2"}
    assert {one.carers for one in found.alternatives} <= {("k1", "k3"), ("k2", "k3")}
    assert found.alternatives
    assert all([one.carer_id for one in row.standing] == ["k3"] for row in found.alternatives)


def test_length_that_the_package_asks_for() -> None:
    # 90 minutes a week at least: 50 are planned, so this visit lasts 40.
    row = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1"), need("n2", "c1", days=(1,), minutes=50, minutes_max=50)],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times=MORNING), shift("s2", "k1", 1, MORNING)],
        packages=[package(min_minutes=90)],
    )
    left = (Unplaced("n1", 0, 0, "capacity"),)
    answer = roster(row, [visit("n2", "c1", "08:00-08:50", "k1:s2", day=1)], unplaced=left)
    (offer,) = explain_visit(row, answer, "n1").offers
    assert offer.visit.minutes == 40
    assert evaluate(row, offer.roster).hard == ()


def test_length_that_the_package_has_left() -> None:
    row = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1"), need("n2", "c1", days=(1,), minutes=50, minutes_max=50)],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times=MORNING), shift("s2", "k1", 1, MORNING)],
        packages=[package(max_minutes=75)],
    )
    left = (Unplaced("n1", 0, 0, "capacity"),)
    answer = roster(row, [visit("n2", "c1", "08:00-08:50", "k1:s2", day=1)], unplaced=left)
    (offer,) = explain_visit(row, answer, "n1").offers
    assert offer.visit.minutes == 25


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("n9",), "there is no need 'n9'"),
        (("n1", 1, "k9"), "there is no carer 'k9'"),
        (("n1",), "choose one by --date: 2026-11-30, 2026-12-01"),
        (("n1", 3), "need n1 has no visit on 2026-12-03"),
    ],
)
def test_questions_that_have_no_answer(words: tuple[Any, ...], expected: str) -> None:
    with pytest.raises(ProblemError, match=expected):
        explain_visit(*two_days(), *words)


def test_group_session_is_not_a_visit() -> None:
    of = with_session(("c1",))
    with pytest.raises(ProblemError, match="'g1' is a group session"):
        explain_visit(of, base_roster(of), "g1")


def test_need_with_nothing_due() -> None:
    of = base_problem(needs=(*base_problem().needs, need("n4", "c1", every_weeks=2, anchor_week=1)))
    with pytest.raises(ProblemError, match="no visit of it is due"):
        explain_visit(of, base_roster(of), "n4")
