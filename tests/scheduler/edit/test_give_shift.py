"""An open shift by hand (S7, S16): given, handed on with its visits, taken back; the judge answers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scheduler.edit import (
    Edit,
    GiveShift,
    Place,
    command_from_json,
    command_to_json,
    edited,
    patched,
    touched,
)
from scheduler.message import ProblemError
from scheduler.problem import Absence, Problem
from scheduler.roster import OpenShift, Roster, Unplaced
from scheduler.travel import TravelTable
from tests.scheduler.cases import at, base_problem, base_roster, carer, need, shift


def with_open() -> tuple[Problem, Roster]:
    """The base case with an open shift of Monday evening, a visit for it, and carers: a free one and an untaught one."""
    problem = base_problem()
    problem = replace(
        problem,
        carers=(*problem.carers, carer("k8"), carer("k9", introduced=False)),
        shifts=(*problem.shifts, shift("o1", None, times="10:00-19:00")),
        needs=(*problem.needs, need("n9", "c1", "17:00-18:00")),
    )
    return problem, replace(base_roster(problem), unplaced=(Unplaced("n9", 0, 0, "capacity"),))


def do(given: tuple[Problem, Roster], command: GiveShift | Place) -> Edit:
    problem, roster = given
    return edited(problem, roster, command, TravelTable(problem))


def handed_on() -> tuple[Problem, Roster]:
    """Given to k8, who makes the visit in it."""
    problem, roster = with_open()
    mine = do((problem, roster), GiveShift("o1", "k8")).roster
    return problem, do((problem, mine), Place("n9", 0, 0, 0, ("k8",), at("17:30"))).roster


def away() -> tuple[Problem, Roster]:
    """k8 is not there that evening."""
    problem, roster = with_open()
    return replace(problem, absences=(Absence(at("18:00"), at("23:00"), carer_id="k8"),)), roster


def test_given_with_a_break_in_the_middle_of_its_times() -> None:
    edit = do(with_open(), GiveShift("o1", "k8"))
    assert edit.broken == ()
    assert edit.roster.open_shifts == (OpenShift("o1", "k8"),)
    (pause,) = [row for row in edit.roster.breaks if row.shift_id == "o1"]
    assert (pause.start_min, pause.end_min) == (at("11:45"), at("12:15"))


def test_rules_forbid_it() -> None:
    assert do(with_open(), GiveShift("o1", "k1")).broken  # at work then


def test_handed_on_with_its_visits_and_back() -> None:
    problem, roster = handed_on()
    other = replace(problem, carers=(*problem.carers, carer("k7")))
    edit = do((other, roster), GiveShift("o1", "k7"))
    (visit,) = [row for row in edit.roster.visits if row.need_id == "n9"]
    assert (visit.carers, visit.shifts) == (("k7",), ("o1",))
    assert edit.broken == ()
    back = patched(edit.roster, edit.patch.turned())
    assert (set(back.visits), back.open_shifts) == (set(roster.visits), roster.open_shifts)


def test_taken_back_takes_its_break_along() -> None:
    problem, roster = with_open()
    mine = do((problem, roster), GiveShift("o1", "k8")).roster
    edit = do((problem, mine), GiveShift("o1", None))
    assert edit.roster.open_shifts == ()
    assert {row.shift_id for row in edit.roster.breaks} == {row.shift_id for row in roster.breaks}


@pytest.mark.parametrize(
    ("given", "command", "words"),
    [
        (handed_on, GiveShift("o1", None), "1 visits stand"),
        (handed_on, GiveShift("o1", "k8"), "already"),
        (with_open, GiveShift("o1", None), "Nobody has"),
        (with_open, GiveShift("s1", "k8"), "not an open one"),
        (with_open, GiveShift("zz", "k8"), "not an open one"),
        (with_open, GiveShift("o1", "zz"), "no carer zz"),
        (with_open, GiveShift("o1", "k9"), "not introduced"),
        (away, GiveShift("o1", "k8"), "absent"),
    ],
    ids=["held", "same", "nobody", "given", "unknown", "nocarer", "untaught", "absent"],
)
def test_what_makes_no_sense_is_said(given, command: GiveShift, words: str) -> None:
    with pytest.raises(ProblemError, match=words):
        do(given(), command)


def test_kept_as_json() -> None:
    for command in (GiveShift("o1", "k8"), GiveShift("o1", None)):
        assert command_from_json(json.loads(json.dumps(command_to_json(command)))) == command
    assert touched(GiveShift("o1", "k8")) == ("o1", None)
