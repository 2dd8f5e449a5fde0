"""Where a new visit has no place at all, what would give it one is said, and holds before the judge."""

from __future__ import annotations

from dataclasses import replace

from scheduler.evaluate import evaluate
from scheduler.fit import Fit, VisitOffer, fit
from scheduler.fit.document import fit_document
from scheduler.pack.additions import Additions
from scheduler.problem import Need, Problem
from scheduler.roster import Roster
from tests.scheduler.cases import carer, citizen, need, problem, roster, shift, visit


def busy_morning() -> tuple[Problem, Roster]:
    """``k1``, an assistant, is with c1 from eight to half past on Monday, sharp; on Tuesday nobody is visited."""
    of = problem(
        citizens=[citizen("c1"), citizen("c2")],
        needs=[need("n1", "c1", "08:00-08:00")],
        carers=[carer("k1", qualification="assistant"), carer("k2", qualification="helper")],
        shifts=[
            shift("m1", "k1", 0, "07:30-10:00"),
            shift("m2", "k2", 0, "07:30-10:00"),
            shift("t1", "k1", 1, "07:30-10:00"),
        ],
    )
    return of, roster(of, [visit("n1", "c1", "08:00-08:30", "k1:m1")])


def asked(new: Need, *, easing: bool = True) -> tuple[Fit, VisitOffer]:
    of, before = busy_morning()
    found = fit(of, before, Additions((new,)), easing=easing)
    (row,) = found.needs
    (offer,) = row.visits
    return found, offer


ASKED = need("x", "c2", "08:00-08:10", qualification="assistant", minutes=30, minutes_min=30, minutes_max=30)


def test_the_smallest_changes_are_told_and_hold() -> None:
    """Its window later by half an hour, or open to a helper: each with the roster in which it then stands."""
    found, offer = asked(ASKED)
    assert (offer.places, offer.rule) == ((), "capacity")
    kinds = {row.what: row for row in offer.eased}
    assert {"window", "qualification"} <= kinds.keys()
    assert kinds["qualification"].offer.visit.carers == ("k2",)
    helper = replace(ASKED, qualification="helper")
    easier = replace(found.problem, needs=(*found.problem.needs[:-1], helper))
    assert evaluate(easier, replace(kinds["qualification"].offer.roster)).hard == ()


def test_other_days_of_the_week_are_told() -> None:
    found, offer = asked(ASKED)
    assert [(row.place.day, row.place.carers) for row in offer.other_days] == [(1, ("k1",))]
    (document,) = fit_document(found)["needs"]
    assert document["visits"][0]["other_days"][0]["date"] == "2026-12-01"
    assert {"what": "qualification", "by": "helper"} in document["visits"][0]["relaxations"]


def test_a_visit_that_is_due_that_day_too_is_not_offered_it_again() -> None:
    found = fit(*busy_morning(), Additions((replace(ASKED, days=(0, 1)),)), easing=True)
    monday, tuesday = found.needs[0].visits
    assert tuesday.places
    assert not tuesday.eased
    assert not monday.places
    assert monday.other_days == ()


def test_nothing_is_looked_for_unasked_or_where_there_is_a_place() -> None:
    _, unasked = asked(ASKED, easing=False)
    assert (unasked.eased, unasked.other_days) == ((), ())
    _, placed = asked(replace(ASKED, qualification="helper"))
    assert placed.places
    assert (placed.eased, placed.other_days) == ((), ())
