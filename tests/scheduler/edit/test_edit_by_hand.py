"""What a planner does to a roster by hand (S16): the judge's answer, who makes way, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scheduler.edit import (
    BY_HAND,
    Command,
    Edit,
    Move,
    MoveBreak,
    Pin,
    Place,
    Resize,
    Switch,
    Unplace,
    command_from_json,
    command_to_json,
    edited,
    missing,
    patch_from_json,
    patch_to_json,
    patched,
)
from scheduler.evaluate import evaluate
from scheduler.message import ProblemError
from scheduler.problem import Link, Problem
from scheduler.roster import PlacedVisit, Roster
from scheduler.travel import TravelTable
from tests.scheduler.cases import (
    at,
    base_problem,
    base_roster,
    base_visits,
    carer,
    citizen,
    need,
    package,
    pause,
    problem,
    roster,
    shift,
    visit,
)


def done(of: Problem, to: Roster, command: Command) -> Edit:
    return edited(of, to, command, TravelTable(of))


def row(of: Roster, need_id: str, day: int = 0) -> PlacedVisit:
    (found,) = [one for one in of.visits if one.need_id == need_id and one.day == day]
    return found


def clock(text: str) -> int:
    return at(text)


def test_visit_to_another_carer_and_neighbours_make_way() -> None:
    """Asked for 08:30 right after n1 (08:00–08:30, ten minutes away): 08:40 is the nearest, and n3 waits for both."""
    edit = done(base_problem(), base_roster(), Move("n2", 0, carers=("k1",), start_min=clock("08:30")))
    moved = row(edit.roster, "n2")
    assert (moved.carers, moved.shifts) == (("k1",), ("s1",))
    assert (moved.start_min, edit.asked_min, edit.start_min) == (at("08:40"), at("08:30"), at("08:40"))
    assert row(edit.roster, "n1").start_min == at("08:00")
    assert row(edit.roster, "n3").start_min == at("09:20")
    assert [(one.need_id, one.from_min, one.to_min) for one in edit.shifted] == [
        ("n3", at("09:00"), at("09:20"))
    ]
    assert edit.broken == ()


def test_asked_time_is_kept_when_it_fits() -> None:
    edit = done(base_problem(), base_roster(), Move("n2", 0, start_min=clock("08:15")))
    assert row(edit.roster, "n2").start_min == at("08:15")
    assert (edit.asked_min, edit.shifted, edit.broken) == (None, (), ())
    assert edit.roster.figures == evaluate(base_problem(), edit.roster).figures
    before = evaluate(base_problem(), base_roster()).figures
    assert edit.cost == pytest.approx(edit.roster.figures.objective - before.objective)
    assert sum(edit.terms.values()) == pytest.approx(edit.cost)


def test_broken_rule_is_told_and_nothing_else_is_lost() -> None:
    of = base_problem(needs=(need("n1", "c1", qualification="nurse"), *base_problem().needs[1:]))
    of = replace(of, carers=(carer("k1", qualification="nurse"), carer("k2", mode="car")))
    edit = done(of, base_roster(of), Move("n1", 0, carers=("k2",), start_min=clock("09:45")))
    assert {one.rule for one in edit.broken} == {"qualification"}
    assert "k2" in str(edit.broken[0].message)


def test_what_was_broken_before_is_not_held_against_an_edit() -> None:
    of = base_problem(absences=())
    bad = base_roster(visits=(replace(base_visits()[0], carers=("k2",)), *base_visits()[1:]))
    edit = done(of, bad, Move("n2", 0, start_min=clock("08:20")))
    assert evaluate(of, bad).hard
    assert edit.broken == ()


def test_no_room_is_refused_with_the_rule() -> None:
    """Two visits that both begin at eight sharp, by one carer."""
    of = base_problem(
        needs=(
            need("n1", "c1", "08:00-08:00"),
            need("n2", "c2", "08:00-08:10"),
            base_problem().needs[2],
        )
    )
    start = base_roster(
        of, visits=(base_visits()[0], visit("n2", "c2", "08:05-08:35", "k2:s2"), base_visits()[2])
    )
    edit = done(of, start, Move("n2", 0, carers=("k1",)))
    assert "overlap" in {one.rule for one in edit.broken}


def test_pinned_neighbour_stays_and_a_pinned_visit_refuses() -> None:
    pinned = base_roster(
        visits=(*base_visits()[:2], replace(base_visits()[2], pinned=True)),
    )
    edit = done(base_problem(), pinned, Move("n2", 0, carers=("k1",), start_min=clock("09:30")))
    assert row(edit.roster, "n3") == row(pinned, "n3")
    assert row(edit.roster, "n2").start_min == at("09:40")
    with pytest.raises(ProblemError, match="pinned"):
        done(base_problem(), pinned, Move("n3", 0, start_min=clock("09:30")))
    free = done(base_problem(), pinned, Pin("n3", 0, False)).roster
    assert not row(free, "n3").pinned
    assert done(base_problem(), free, Move("n3", 0, start_min=clock("09:30"))).broken == ()


def test_out_and_back_in() -> None:
    edit = done(base_problem(), base_roster(), Unplace("n1", 0))
    assert [(one.need_id, one.day, one.rule) for one in edit.roster.unplaced] == [("n1", 0, BY_HAND)]
    assert edit.broken == ()
    assert edit.cost > 1000  # a visit without a place is dear
    back = done(base_problem(), edit.roster, Place("n1", 0, 0, 0, ("k2",), clock("09:00")))
    assert back.roster.unplaced == ()
    assert row(back.roster, "n1").carers == ("k2",)
    assert back.broken == ()
    with pytest.raises(ProblemError, match="without a place"):
        done(base_problem(), back.roster, Place("n1", 0, 0, 0, ("k2",)))


def test_any_day_visit_goes_to_another_date() -> None:
    of = base_problem(
        needs=(need("n1", "c1", days=None, times_per_week=1), *base_problem().needs[1:]),
        shifts=(shift("s1", "k1"), shift("s2", "k2"), shift("s3", "k1", 2)),
    )
    start = base_roster(of, breaks=(pause("s1"), pause("s2"), pause("s3", day=2)))
    edit = done(of, start, Move("n1", 0, to_day=2))
    assert (row(edit.roster, "n1", 2).shifts, edit.broken) == (("s3",), ())
    assert row(edit.roster, "n1", 2).start_min == at("08:00", 2)
    fixed = done(of, start, Move("n2", 0, to_day=2, carers=("k1",)))
    assert "date" in {one.rule for one in fixed.broken}
    with pytest.raises(ProblemError, match="no shift"):
        done(of, start, Move("n1", 0, to_day=2, carers=("k2",)))


def test_one_of_two_is_replaced_and_two_cannot_become_one() -> None:
    of = base_problem(
        carers=(*base_problem().carers, carer("k3")), shifts=(*base_problem().shifts, shift("s3", "k3"))
    )
    start = base_roster(of, breaks=(pause("s1"), pause("s2"), pause("s3")))
    edit = done(of, start, Move("n3", 0, carers=("k1", "k3")))
    assert (row(edit.roster, "n3").carers, edit.broken) == (("k1", "k3"), ())
    alone = done(of, start, Move("n3", 0, carers=("k1",)))
    assert "carers_count" in {one.rule for one in alone.broken}


def test_length_stays_within_the_need() -> None:
    edit = done(base_problem(), base_roster(), Resize("n1", 0, 40))
    assert row(edit.roster, "n1").end_min == at("08:40")
    assert edit.broken == ()
    with pytest.raises(ProblemError, match="20 to 40"):
        done(base_problem(), base_roster(), Resize("n1", 0, 45))


def test_longer_visit_pushes_the_next() -> None:
    close = base_roster(visits=(visit("n1", "c1", "08:20-08:50", "k1:s1"), *base_visits()[1:]))
    edit = done(base_problem(), close, Resize("n1", 0, 40))
    starts = row(edit.roster, "n1").start_min, row(edit.roster, "n3").start_min
    assert starts in ((at("08:10"), at("09:00")), (at("08:20"), at("09:10")))
    assert edit.broken == ()


def test_screen_instead_of_home_needs_no_way() -> None:
    of = base_problem(
        citizens=(citizen("c1", screen_able=True), citizen("c2"), citizen("c3")),
        needs=(need("n1", "c1", modality="either"), *base_problem().needs[1:]),
        packages=(package(screen=True),),
    )
    edit = done(of, base_roster(of), Switch("n1", 0, "screen"))
    assert (row(edit.roster, "n1").modality, edit.broken) == ("screen", ())
    assert edit.terms["travel"] < 0
    assert "modality" in {one.rule for one in done(of, base_roster(of), Switch("n2", 0, "screen")).broken}


def test_break_moves_within_its_window() -> None:
    edit = done(base_problem(), base_roster(), MoveBreak("s1", clock("12:15")))
    assert edit.roster.breaks[0].start_min == at("12:15")
    assert edit.broken == ()
    late = done(base_problem(), base_roster(), MoveBreak("s1", clock("14:00")))
    assert late.roster.breaks[0].start_min == at("12:30")  # the whole break lies between 11 and 13
    assert late.asked_min == at("14:00")


def test_linked_visit_keeps_its_gap() -> None:
    of = base_problem(links=(Link("n1", "n2", 0, 30),))
    start = base_roster(
        of, visits=(base_visits()[0], visit("n2", "c2", "08:40-09:10", "k2:s2"), base_visits()[2])
    )
    start = replace(start, visits=tuple(one for one in start.visits if one.need_id != "n3"))
    of = replace(of, needs=of.needs[:2])
    edit = done(of, start, Move("n1", 0, start_min=clock("08:30")))
    assert row(edit.roster, "n2").start_min == at("09:00")
    assert edit.broken == ()


def test_trainee_stays_behind_when_the_mentor_does() -> None:
    of = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1")],
        carers=[carer("k1"), carer("k2"), carer("e1", mentor="k1")],
        shifts=[
            shift(one, who, times="07:00-10:30") for one, who in (("s1", "k1"), ("s2", "k2"), ("s3", "e1"))
        ],
    )
    start = roster(of, [visit("n1", "c1", "08:00-08:30", "k1:s1", "e1:s3")])
    assert row(done(of, start, Move("n1", 0, start_min=clock("09:00"))).roster, "n1").carers == ("k1", "e1")
    assert row(done(of, start, Move("n1", 0, carers=("k2",))).roster, "n1").carers == ("k2",)


@pytest.mark.parametrize(
    "command",
    [
        Move("n2", 0, carers=("k1",), start_min=510),
        Unplace("n1", 0),
        Pin("n3", 0, True),
        Resize("n1", 0, 25),
        MoveBreak("s1", 735),
    ],
    ids=lambda one: type(one).__name__,
)
def test_way_back(command: Command) -> None:
    start = base_roster()
    edit = done(base_problem(), start, command)
    assert command_from_json(json.loads(json.dumps(command_to_json(command)))) == command
    patch = patch_from_json(json.loads(json.dumps(patch_to_json(edit.patch))))
    assert patch == edit.patch
    forth = patched(start, patch)
    assert set(forth.visits) == set(edit.roster.visits)
    back = patched(forth, patch.turned())
    assert set(back.visits) == set(start.visits)
    assert (back.unplaced, back.breaks) == (start.unplaced, start.breaks)
    assert missing(start, patch) is None
    assert missing(forth, patch) is not None


def test_nonsense_is_refused_by_name() -> None:
    for command, told in (
        (Move("n9", 0), "n9"),
        (Move("n1", 3), "n1"),
        (MoveBreak("s9", 0), "s9"),
        (Move("n1", 0, carers=("k9",)), "k9"),
    ):
        with pytest.raises(ProblemError, match=told):
            done(base_problem(), base_roster(), command)
    with pytest.raises(ProblemError, match="'fly'"):
        command_from_json({"kind": "fly"})
    with pytest.raises(ProblemError, match="minutes"):
        command_from_json({"kind": "resize", "need_id": "n1", "day": 0})


def test_where_no_time_is_asked_nobody_is_pushed_far() -> None:
    """n2 (08:20) to the carer who is with n1 until 08:30: it waits, instead of n1 coming after it by an hour."""
    start = base_roster(
        visits=(base_visits()[0], visit("n2", "c2", "08:20-08:50", "k2:s2"), base_visits()[2])
    )
    edit = done(base_problem(), start, Move("n2", 0, carers=("k1",)))
    assert row(edit.roster, "n1").start_min == at("08:00")
    assert row(edit.roster, "n2").start_min == at("08:40")
    assert edit.asked_min is None
