"""What is shared out fairly: shifts of each kind, heavy visits, travel and load, by hours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.fairness import balance_min, fairness_of
from scheduler.problem import Absence, HistoryRow, Problem
from scheduler.roster import OpenShift
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)

SATURDAY, SUNDAY = 5, 6


def team(*shifts, carers, weeks: int = 1, **rest) -> Problem:
    return problem(citizens=[citizen("c1")], needs=[], carers=carers, shifts=shifts, weeks=weeks, **rest)


def shares(row: Problem, kind: str, **taken: str) -> dict[str, tuple[Any, Any]]:
    answer = roster(row, open_shifts=tuple(OpenShift(*pair) for pair in taken.items()))
    return {
        one.carer_id: (one.shares[kind].value, one.shares[kind].fair) for one in fairness_of(row, answer).rows
    }


def test_weekend_shifts_by_contract_hours() -> None:
    carers = [carer("k1", week_hours=30), carer("k2", week_hours=10)]
    row = team(
        shift("a", "k1", SATURDAY), shift("b", "k1", SUNDAY), shift("c", None, SUNDAY), shift("d", "k2", 4), carers=carers
    )  # fmt: skip
    assert shares(row, "weekend") == {"k1": (2, 1.5), "k2": (0, 0.5)}
    assert shares(row, "weekend", c="k2") == {"k1": (2, 2.25), "k2": (1, 0.75)}


def test_public_holiday_is_as_a_weekend() -> None:
    row = team(shift("a", "k1", 2), carers=[carer("k1")], holidays=frozenset({2}))
    assert shares(row, "weekend") == {"k1": (1, 1)}


def test_without_contract_by_the_hours_worked() -> None:
    row = team(
        shift("a", "k1", SATURDAY, "08:00-14:00"),
        shift("b", "k2", 1, "08:00-10:00"),
        carers=[carer("k1"), carer("k2"), carer("k3")],
    )
    assert shares(row, "weekend") == {"k1": (1, 0.75), "k2": (0, 0.25), "k3": (0, 0)}


def test_evenings_and_nights() -> None:
    row = team(
        shift("a", "k1", 1, "15:00-23:00"),
        shift("b", "k1", SATURDAY, "16:00-22:00"),
        shift("c", "k2", 2, "23:00-31:00"),
        carers=[carer("k1", week_hours=20), carer("k2", week_hours=20)],
    )
    assert shares(row, "evening") == {"k1": (2, 1), "k2": (0, 1)}
    assert shares(row, "night") == {"k1": (0, 0.5), "k2": (1, 0.5)}
    assert shares(row, "weekend") == {"k1": (1, 0.5), "k2": (0, 0.5)}


def test_weekends_of_history_count_among_those_it_knows() -> None:
    row = team(
        shift("a", "k3", SATURDAY),
        carers=[carer(one, week_hours=20) for one in ("k1", "k2", "k3")],
        history=(
            HistoryRow(-1, "c1", "k1"),
            HistoryRow(-2, "c1", "k1"),
            HistoryRow(-2, "c1", "k1"),
            HistoryRow(-4, "c1", "k2"),
            HistoryRow(-1, "c1", "k2", 0),
        ),
    )
    before = pytest.approx(4 / 3)
    assert shares(row, "weekend") == {"k1": (2, before), "k2": (0, before), "k3": (1, pytest.approx(1 / 3))}


def test_therapists_share_among_themselves_and_trainees_are_left_out() -> None:
    row = team(
        shift("a", "k1", SATURDAY),
        carers=[
            carer("k1", week_hours=20),
            carer("k2", week_hours=20),
            carer("t", week_hours=20, qualification="physiotherapist"),
            carer("e", mentor="k1"),
            carer("n", introduced=False),
        ],
    )
    assert shares(row, "weekend") == {"k1": (1, 0.5), "k2": (0, 0.5), "t": (0, 0)}


def test_heavy_visits_travel_and_load() -> None:
    """Both go to c3 together (heavy); k2's other visit lasts an hour (heavy); every journey takes ten minutes."""
    row = base_problem()
    long = need("n2", "c2", minutes=60, minutes_max=60)
    row = replace(row, needs=(row.needs[0], long, row.needs[2]))
    answer = base_roster(row)
    answer = replace(
        answer,
        visits=(
            visit("n1", "c1", "08:00-08:30", "k1:s1"),
            visit("n2", "c2", "07:40-08:40", "k2:s2"),
            visit("n3", "c3", "09:00-09:30", "k1:s1", "k2:s2"),
        ),
    )
    found = fairness_of(row, answer)
    k1, k2 = found.rows
    assert (k1.shares["heavy"].value, k2.shares["heavy"].value) == (1, 2)
    assert (k1.shares["heavy"].fair, k2.shares["heavy"].fair) == (1.5, 1.5)
    assert (k1.shares["travel"].value, k2.shares["travel"].value) == (30, 30)
    assert (k1.shares["load"].value, k2.shares["load"].value) == (90, 120)
    assert (found.spread["heavy"].mean, found.spread["heavy"].most) == (0.5, 0.5)
    assert found.spread["heavy"].carer_id == "k2"
    assert found.spread["load"].mean == evaluate_unfair(row, answer)


def evaluate_unfair(row: Problem, answer) -> float:
    from scheduler.evaluate import evaluate

    return evaluate(row, answer).figures.terms["unfair"] / row.weights.unfair


def test_hours_owed_and_over() -> None:
    one = carer("k1", week_hours=10)
    row = team(shift("a", "k1", 1, "07:00-19:00"), shift("b", None, 8), carers=[one, carer("k2")], weeks=2)
    assert balance_min(row, one, row.shifts[:1]) == 12 * 60 - 20 * 60
    assert balance_min(row, one, row.shifts) == 0
    assert balance_min(row, row.carers[1], ()) is None
    found = fairness_of(row, roster(row, open_shifts=(OpenShift("b", "k1"),)))
    assert [(each.worked_min, each.balance_min) for each in found.rows] == [(1200, 0), (0, None)]


def test_absence_is_paid_up_to_the_contract() -> None:
    one = carer("k1", week_hours=14)
    away = Absence(at("00:00", 0), at("00:00", 7), carer_id="k1")
    row = team(carers=[one], weeks=2, absences=(away,))
    assert balance_min(row, one, ()) == -14 * 60
    # A shift that stands in the absence counts itself; the other dates no more than the contract leaves.
    assert balance_min(row, one, [shift("a", "k1", 1, "07:00-20:00")]) == -14 * 60
    half = replace(row, absences=(replace(away, end_min=at("12:00", 2)),))
    assert balance_min(half, one, ()) == -28 * 60 + 2 * 2 * 60


def test_nobody_to_share_with() -> None:
    row = team(carers=[])
    found = fairness_of(row, roster(row))
    assert found.rows == ()
    assert found.spread["weekend"].carer_id is None
