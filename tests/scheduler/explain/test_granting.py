"""What would help, granted: the judge finds nothing broken in the changed data, and only what was named differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.explain import explain_visit
from scheduler.explain.granting import Granted, granted
from scheduler.message import ProblemError
from scheduler.problem import Absence, Link, Problem
from scheduler.roster import Roster
from tests.scheduler.cases import at, carer, citizen, need, package, pause, shift, visit
from tests.scheduler.explain.unplaced_cases import MORNING, between, case

Given = tuple[Problem, Roster]


def changed_need(given: Given, **changes: Any) -> Given:
    rows = tuple(replace(row, **changes) if row.need_id == "n1" else row for row in given[0].needs)
    return replace(given[0], needs=rows), given[1]


def agreed() -> Given:
    return changed_need(
        between(), window_start_min=at("07:00"), window_end_min=at("10:00"), agreed_start_min=at("08:20")
    )


def tight() -> Given:
    return changed_need(between(), window_end_min=at("09:30"), minutes_min=28)


def two_shifts(**more: Any) -> Given:
    return case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1")],
        needs=[need("n1", "c1", "16:00-16:30"), need("n2", "c2", "08:00-08:00", minutes_min=30)],
        carers=[carer("k1"), carer("k2")],
        shifts=[shift("s1", "k1", times=MORNING), shift("s2", "k2", times="15:00-18:00")],
        **more,
    )


def late_visit() -> Given:
    return case(needs=[need("n1", "c1", "16:00-16:30", qualification="assistant")],
                carers=[carer("k1"), carer("k2", qualification="assistant")],
                shifts=[shift("s1", "k1"), shift("s2", "k2", times="20:00-23:00")])  # fmt: skip


def absent() -> Given:
    return case(absences=(Absence(at("07:00"), at("15:00"), carer_id="k1"),))


def gap() -> Given:
    return case([visit("n2", "c2", "08:00-08:30", "k1:s1")],
                needs=[need("n1", "c1", "09:30-10:00"),
                       need("n2", "c2", "08:00-08:00", minutes_min=30, minutes_max=30)],
                links=(Link("n2", "n1", 0, 45),))  # fmt: skip


def same_carer() -> Given:
    return two_shifts(links=(Link("n2", "n1", 0, None, same_carer=True),))


def capped() -> Given:
    return case([visit("n2", "c1", "08:00-08:30", "k1:s1")],
                citizens=[citizen("c1", carers_max=1), citizen("c2")],
                needs=[need("n1", "c1", "16:00-16:30"), need("n2", "c1", "08:00-08:00", minutes_min=30)],
                carers=[carer("k1"), carer("k2")],
                shifts=[shift("s1", "k1", times=MORNING), shift("s2", "k2", times="15:00-18:00")])  # fmt: skip


def pause_in_the_way() -> Given:
    return case(
        [], breaks=[pause("s1", "08:30-09:00")],
        needs=[need("n1", "c1", "08:10-08:20", minutes_min=30)], times="08:00-11:00",
        shifts=[shift("s1", "k1", times="08:00-11:00", break_minutes=30,
                      break_from_min=at("08:20"), break_to_min=at("09:00"))],
    )  # fmt: skip


def too_short() -> Given:
    return case(needs=[need("n1", "c1", "10:30-10:40", minutes_min=25)])


CASES: dict[str, tuple[Callable[[], Given], tuple[str, ...]]] = {
    "window": (between, ("window_end_min",)),
    "agreed": (agreed, ("agreed_start_min",)),
    "duration": (tight, ("minutes_min",)),
    "shift": (too_short, ("end_min",)),
    "break": (pause_in_the_way, ("break_to_min",)),
    "absence": (absent, ()),
    "link": (gap, ("gap_max",)),
    "carers_max": (capped, ("carers_max",)),
    "qualification": (
        lambda: case(needs=[need("n1", "c1", qualification="assistant")]),
        ("qualification",),
    ),
    "one_carer": (
        lambda: case(needs=[need("n1", "c1", carers=2), need("n2", "c1", "16:00-16:30")]),
        ("carers",),
    ),
    "introduce": (lambda: case(carers=[carer("k1", introduced=False)]), ("introduced",)),
    "screen": (
        lambda: case(
            needs=[need("n1", "c1", "08:00-08:00", minutes_min=25)],
            citizens=[citizen("c1", screen_able=True)],
            shifts=[shift("s1", "k1", times="08:00-08:30", begins_at="base")],
        ),
        ("modality",),
    ),
}


def grant(given: Given, what: str, **more: Any) -> Granted:
    found = explain_visit(*given, "n1", 0)
    eased = next(row for row in found.eased if row.what == what)
    return granted(*given, found.need, eased, **more)


def mistakes(problem: Problem, roster: Roster) -> set[tuple[str, str | None]]:
    return {(row.rule, row.need_id) for row in evaluate(problem, roster).hard}


def fields_changed(found: Granted) -> tuple[str, ...]:
    return tuple(
        name
        for row in found.changes
        if row.before is not None and row.after is not None
        for name in vars(row.after)
        if getattr(row.before, name) != getattr(row.after, name)
    )


@pytest.mark.parametrize("what", sorted(CASES))
def test_granted_holds_before_the_judge_and_changes_only_what_was_named(what: str) -> None:
    make, fields = CASES[what]
    given = make()
    found = grant(given, what)
    assert {row.need_id for row in found.roster.visits} == {"n1", *(row.need_id for row in given[1].visits)}
    assert not any(row.need_id == "n1" for row in found.roster.unplaced)
    assert mistakes(found.problem, found.roster) <= mistakes(*given)
    # Without the change the visit does not stand there.
    assert mistakes(given[0], found.roster) - mistakes(*given)
    assert fields_changed(found) == fields


def test_same_carer_is_given_up() -> None:
    found = grant(same_carer(), "link")
    assert [row.after for row in found.changes] == [Link("n2", "n1", 0, None, same_carer=False)]
    assert mistakes(found.problem, found.roster) <= mistakes(*same_carer())


def test_absence_ends_for_the_visit_alone() -> None:
    found = grant(absent(), "absence")
    (was,) = [row.before for row in found.changes if row.after is None]
    assert was == Absence(at("07:00"), at("15:00"), carer_id="k1")
    come = [row.after for row in found.changes if row.before is None]
    assert all(isinstance(row, Absence) for row in come)
    (placed,) = found.roster.visits
    away = {(row.start_min, row.end_min) for row in found.problem.absences}
    assert (placed.end_min, at("15:00")) in away
    assert not any(row.overlaps(placed.start_min, placed.end_min) for row in found.problem.absences)


def test_one_more_shift_is_a_real_carers() -> None:
    found = grant(late_visit(), "extra_shift", carer_id="k2", shift_id="new")
    (row,) = found.changes
    assert row.before is None
    assert row.after == shift("new", "k2", times="15:45-16:45")
    assert [(one.carers, one.shifts) for one in found.roster.visits] == [(("k2",), ("new",))]
    assert mistakes(found.problem, found.roster) == set()


def test_one_more_shift_without_anybody_is_refused() -> None:
    with pytest.raises(ProblemError, match="Nobody of the team"):
        grant(late_visit(), "extra_shift")


def test_package_is_not_the_planners() -> None:
    given = case(
        [visit("n2", "c1", "08:00-08:30", "k1:s1")],
        packages=[package(max_minutes=45)],
        needs=[need("n1", "c1", "09:00-10:00"), need("n2", "c1", "08:00-08:10", minutes_min=25)],
    )
    with pytest.raises(ProblemError, match="authority"):
        grant(given, "package")


def test_other_visits_of_the_need_keep_its_id() -> None:
    given = changed_need(tight(), days=(0, 1))
    found = grant(given, "duration")
    named = {row.need_id for row in found.roster.visits} | {row.need_id for row in found.roster.unplaced}
    assert named <= set(found.problem.need_by_id)
