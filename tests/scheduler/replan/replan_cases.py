"""A team of three on two days, and what is asked of every re-planning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scheduler.evaluate import evaluate
from scheduler.problem import Problem
from scheduler.replan import Event, Replanned, replan
from scheduler.replan.run import is_intact
from scheduler.roster import PlacedVisit, Roster
from tests.scheduler.cases import at, carer, citizen, need, problem, roster, shift, visit

TIMES = "07:00-11:00"  # shifts without a break
MONDAY, TUESDAY = 0, 1


def team(**changes: Any) -> Problem:
    """``k1``, ``k2`` and ``k3`` on duty on Monday and Tuesday morning; ``c1`` to ``c3`` are visited on both days."""
    rows: dict[str, Any] = {
        "citizens": [citizen(one) for one in ("c1", "c2", "c3")],
        "needs": [need(f"n{n}", f"c{n}", "08:00-10:00", days=(MONDAY, TUESDAY)) for n in (1, 2, 3)],
        "carers": [carer(one) for one in ("k1", "k2", "k3")],
        "shifts": [
            shift(f"{day}{n}", f"k{n}", number, TIMES)
            for number, day in enumerate(("m", "t"))
            for n in (1, 2, 3)
        ],
    }
    return problem(**{**rows, **changes})


def published(of: Problem, *extra: PlacedVisit, **changes: Any) -> Roster:
    """Monday: each citizen by the carer of the same number; Tuesday: ``k2`` comes to ``c1`` and ``c2``."""
    visits = [
        visit("n1", "c1", "08:00-08:30", "k1:m1"),
        visit("n2", "c2", "08:00-08:30", "k2:m2"),
        visit("n3", "c3", "08:00-08:30", "k3:m3"),
        visit("n1", "c1", "08:00-08:30", "k2:t2", day=TUESDAY),
        visit("n2", "c2", "08:40-09:10", "k2:t2", day=TUESDAY),
        visit("n3", "c3", "08:00-08:30", "k3:t3", day=TUESDAY),
    ]
    return replace(roster(of, [*visits, *extra]), **changes)


def answer(
    of: Problem, before: Roster, clock: str, *events: Event, day: int = MONDAY, iterations: int = 800
) -> Replanned:
    """Re-planned in this process; what has begun stands, and no rule is broken that was not broken before."""
    was = {str(row.message) for row in evaluate(replace(of, absences=()), before).hard}
    found = replan(of, before, at(clock, day), events, iterations=iterations)
    assert [
        str(row.message) for row in evaluate(found.problem, found.roster).hard if str(row.message) not in was
    ] == []
    assert is_intact(found.situation, found.roster)
    assert found.cost.new_carers >= found.bounds.new_carers
    assert found.cost.changed >= found.bounds.changed
    return found


def placed(found: Replanned, need_id: str, day: int = MONDAY) -> PlacedVisit | None:
    """The need's visit on a day, None when it has none."""
    rows = [row for row in found.roster.visits if (row.need_id, row.day) == (need_id, day)]
    assert len(rows) <= 1
    return rows[0] if rows else None


def by(found: Replanned, need_id: str, day: int = MONDAY) -> tuple[str, ...]:
    """Who makes the need's visit on a day."""
    row = placed(found, need_id, day)
    assert row is not None, f"{need_id} has no place"
    return row.carers


def kinds(found: Replanned, citizen_id: str) -> list[str]:
    """What happens to a citizen's visits, in order of time."""
    return [
        change.kind for row in found.changes.citizens if row.citizen_id == citizen_id for change in row.visits
    ]
