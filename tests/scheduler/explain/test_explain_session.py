"""Group sessions explained: who could hold one, what stops the others, and the smallest changes that would help."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.explain import SessionEased, explain_session, with_relaxations
from scheduler.message import ProblemError
from scheduler.problem import Absence, Barred, Problem
from scheduler.roster import OpenShift, Roster, Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cases import (
    at,
    carer,
    citizen,
    held,
    need,
    problem,
    roster,
    session,
    shift,
    visit,
)

#: The session lasts from 13:00 to 14:00; the way there and back takes 10 minutes each in these cases.
TIMES = "12:00-15:00"


def team(
    visits: Any = (), *, sessions: Any = (), changed: Any = None, times: str = TIMES, **changes: Any
) -> tuple[Problem, Roster]:
    """``k1`` alone, and nobody holds ``g1`` for ``c1`` unless ``sessions`` says so."""
    row = problem(
        **{
            "citizens": [citizen("c1"), citizen("c2")],
            "needs": [],
            "carers": [carer("k1")],
            "shifts": [shift("s1", "k1", times=times)],
            "sessions": [session("g1", ("c1",), **(changed or {}))],
            **changes,
        }
    )
    missing = () if sessions else (Unplaced("g1", 0, 0, "capacity"),)
    return row, roster(row, visits, sessions=tuple(sessions), unplaced=missing)


def found(given: tuple[Problem, Roster]) -> dict[str, SessionEased]:
    """The relaxations by kind; in each the session is held, and nothing is broken by what the judge says."""
    rows = explain_session(*given, "g1").eased
    for row in rows:
        assert [one.session_id for one in row.offer.roster.sessions] == ["g1"]
        assert not any(one.need_id == "g1" for one in row.offer.roster.unplaced)
    return {row.what: row for row in rows}


def codes(given: tuple[Problem, Roster], carer_id: str = "k1") -> list[str]:
    """What stops a carer."""
    rows = explain_session(*given, "g1", carer_id=carer_id).stopped
    return [reason.code for row in rows if carer_id in row.carers for reason in row.reasons]


def test_who_has_room_is_offered_and_judged() -> None:
    of, answer = team()
    (offer,) = explain_session(of, answer, "g1").offers
    assert (offer.held.carers, offer.held.shifts) == (("k1",), ("s1",))
    assert not evaluate(of, offer.roster).hard
    assert offer.travel_min == 20


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"carers": [carer("k1", introduced=False)]}, "introduced"),
        ({"changed": {"qualification": "nurse"}}, "qualification"),
        ({"barred": [Barred("k1", "c1")]}, "barred"),
        ({"carers": [carer("k2"), carer("k1", mentor="k2")]}, "trainee"),
        ({"shifts": [shift("s1", "k1", day=1, times=TIMES)]}, "off_duty"),
        ({"times": "12:55-15:00"}, "shift"),
        ({"times": "12:00-14:05"}, "shift"),
        ({"absences": [Absence(at("13:30"), at("14:30"), carer_id="k1")]}, "carer_absent"),
        ({"changed": {"carers": 2}}, "together"),
    ],
)
def test_what_stops_a_carer(changes: dict[str, Any], code: str) -> None:
    assert codes(team(**changes)) == [code]


def busy(**changes: Any) -> tuple[Problem, Roster]:
    """A visit stands in the way, fixed at 13:15."""
    return team(
        [visit("n1", "c2", "13:15-13:45", "k1:s1")], needs=[need("n1", "c2", "13:15-13:15")], **changes
    )


def test_what_stands_in_the_way_is_named() -> None:
    (row,) = explain_session(*busy(), "g1").stopped
    assert str(row.reasons[0].message) == "has no room; busy then with n1 13:15–13:45"


def test_the_visit_in_the_way_goes_to_somebody_else() -> None:
    people = {
        "carers": [carer("k1", qualification="assistant"), carer("k2")],
        "shifts": [shift("s1", "k1", times=TIMES), shift("s2", "k2", times=TIMES)],
        "changed": {"qualification": "assistant"},
    }
    moved = found(busy(**people))["move"]
    assert moved.by == "n1 2026-11-30 13:15 k2"
    assert not evaluate(busy(**people)[0], moved.offer.roster).hard


def test_another_start_is_the_nearest_quarter_that_fits() -> None:
    # The visit ends at 13:45 and the way takes 10 minutes: from 13:55 on, or done by 13:05.
    eased = found(busy(times="08:00-17:00"))["start"]
    assert (eased.by, eased.amount) == ("+60 min", 60)


def test_shift_is_made_longer_by_just_what_is_lacking() -> None:
    assert found(team(times="12:00-14:05"))["shift"].by == "s1 +5 min"
    assert found(team(times="12:55-15:00"))["shift"].by == "s1 -5 min"


def test_open_shift_is_taken() -> None:
    given = team(shifts=[shift("o1", None, times=TIMES)])
    eased = found(given)["open_shift"]
    assert eased.by == "o1 k1"
    assert OpenShift("o1", "k1") in eased.offer.roster.open_shifts


def test_one_more_shift_and_who_could_take_it() -> None:
    given = team(shifts=[], carers=[carer("k1"), carer("k2", introduced=False)])
    eased = found(given)["extra_shift"]
    assert eased.by == "2026-11-30 12:45–14:15 helper"
    assert eased.carers == ("k1",)


def test_introduction_absence_and_qualification() -> None:
    assert found(team(carers=[carer("k1", introduced=False)]))["introduce"].by == "k1"
    away = [Absence(at("13:30"), at("16:00"), carer_id="k1")]
    assert found(team(absences=away))["absence"].by == "k1 2026-11-30 13:00–14:00"
    assert found(team(changed={"qualification": "nurse"}))["qualification"].by == "helper"


def test_what_others_would_cost() -> None:
    carers = [carer("k1"), carer("k2", mode="car")]
    shifts = [shift("s1", "k1", times=TIMES), shift("s2", "k2", times=TIMES)]
    of, roster = team(sessions=[held("g1", "k1:s1")], carers=carers, shifts=shifts)
    answer = explain_session(of, roster, "g1")
    assert answer.held is not None
    assert [row.held.carers for row in answer.offers] == [("k2",)]
    assert answer.travel_min == 20
    assert answer.eased == ()


def test_two_carers_are_found_together() -> None:
    shifts = [shift("s1", "k1", times=TIMES), shift("s2", "k2", times=TIMES)]
    of, roster = team(changed={"carers": 2}, carers=[carer("k1"), carer("k2")], shifts=shifts)
    (offer,) = explain_session(of, roster, "g1").offers
    assert sorted(offer.held.carers) == ["k1", "k2"]


def test_run_places_a_session_that_has_room_and_else_says_what_would_help() -> None:
    of, answer = team()
    filled = with_relaxations(of, answer, TravelTable(of))
    assert [row.session_id for row in filled.sessions] == ["g1"]
    assert filled.unplaced == ()
    of, answer = team(times="12:00-14:05")
    (row,) = with_relaxations(of, answer, TravelTable(of)).unplaced
    assert "s1 +5 min" in [one.by for one in row.relaxations]


def test_wrong_ids_and_dates() -> None:
    with pytest.raises(ProblemError, match="no group session 'g7'"):
        explain_session(*team(), "g7")
    with pytest.raises(ProblemError, match="g1 is on 2026-11-30, not on 2026-12-01"):
        explain_session(*team(), "g1", day=1)
    with pytest.raises(ProblemError, match="no carer 'k9'"):
        explain_session(*team(), "g1", carer_id="k9")


def test_the_roster_is_left_as_it_is() -> None:
    of, answer = busy()
    before = replace(answer)
    explain_session(of, answer, "g1")
    assert answer == before
