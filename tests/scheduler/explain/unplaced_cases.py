"""A visit that has no place, and what is asked of its explanation."""

from __future__ import annotations

from typing import Any

from scheduler.explain import Eased, explain_visit
from scheduler.problem import Problem
from scheduler.roster import Roster, Unplaced
from tests.scheduler.cases import (
    carer,
    citizen,
    need,
    problem,
    roster,
    shift,
    visit,
)

MORNING = "07:00-11:00"


def case(
    visits: Any = (), *, breaks: Any = (), times: str = MORNING, **changes: Any
) -> tuple[Problem, Roster]:
    """``k1`` alone; ``n1`` of ``c1`` on Monday has no place; ``visits`` are placed."""
    row = problem(
        **{
            "citizens": [citizen("c1"), citizen("c2"), citizen("c3")],
            "needs": [need("n1", "c1")],
            "carers": [carer("k1")],
            "shifts": [shift("s1", "k1", times=times)],
            **changes,
        }
    )
    return row, roster(row, visits, breaks, unplaced=(Unplaced("n1", 0, 0, "capacity"),))


def found(given: tuple[Problem, Roster]) -> dict[str, list[Eased]]:
    """All relaxations of ``n1`` by kind."""
    rows = explain_visit(*given, "n1").eased
    return {kind: [row for row in rows if row.what == kind] for kind in {row.what for row in rows}}


def by(given: tuple[Problem, Roster], kind: str) -> list[str]:
    """The amounts of one kind."""
    return [row.by for row in found(given).get(kind, [])]


def between(**changes: Any) -> tuple[Problem, Roster]:
    """``n1`` would have to start by 08:35, and cannot before 08:40; after it there is room until 09:10."""
    return case(
        [visit("n2", "c2", "08:00-08:30", "k1:s1"), visit("n3", "c3", "09:15-09:45", "k1:s1")],
        needs=[
            need("n1", "c1", "08:20-08:35", minutes_min=25, **changes),
            need("n2", "c2", "08:00-08:00", minutes_min=30),
            need("n3", "c3", "09:15-09:15", minutes_min=30),
        ],
    )
