"""Small teams planned in this process, and what is asked of the answer."""

from __future__ import annotations

from typing import Any

from scheduler.evaluate import evaluate
from scheduler.problem import (
    Problem,
)
from scheduler.roster import PlacedVisit, Roster
from scheduler.solve import solve
from tests.scheduler.cases import (
    at,
    carer,
    citizen,
    need,
    problem,
    session,
    shift,
)

SHORT = "07:00-11:00"  # a shift without a break


def plan(of: Problem, iterations: int = 1500) -> Roster:
    """Plan in this process; the answer is valid."""
    answer = solve(of, iterations=iterations, workers=1, seed=1)
    assert [f"{row.rule}: {row.message}" for row in evaluate(of, answer).hard] == []
    return answer


def of_need(answer: Roster, need_id: str, day: int = 0) -> PlacedVisit:
    """The need's visit on a day."""
    (found,) = [row for row in answer.visits if row.need_id == need_id and row.day == day]
    return found


def left_out(answer: Roster) -> dict[str, str]:
    """Need id -> rule of what is unplaced."""
    return {row.need_id: row.rule for row in answer.unplaced}


def pair_of_carers(**changes: Any) -> dict[str, Any]:
    """``k1`` and ``k2`` on duty on Monday morning."""
    return {
        "carers": [carer("k1"), carer("k2")],
        "shifts": [shift("s1", "k1", times=SHORT), shift("s2", "k2", times=SHORT)],
        **changes,
    }


def alone(times: str = SHORT, **changes: Any) -> dict[str, Any]:
    """``k1`` alone on duty on Monday."""
    return {"carers": [carer("k1")], "shifts": [shift("s1", "k1", times=times)], **changes}


def group(**changes: Any) -> Problem:
    """Group training at 08:00 for ``c1``, who is also visited then or later."""
    row = session("g1", ("c1",), start_min=at("08:00"), qualification="therapist")
    return problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "08:00-09:30")],
        sessions=[row],
        **{
            "carers": [carer("k1"), carer("k2", qualification="physiotherapist")],
            "shifts": [shift("s1", "k1", times=SHORT), shift("s2", "k2", times=SHORT)],
            **changes,
        },
    )


def opened(*given: Any, **changes: Any) -> Problem:
    """A visit early on Tuesday that only an open shift reaches."""
    return problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", "07:00-09:00", days=(1,))],
        carers=[carer("k1"), carer("k2", qualification="untrained")],
        shifts=[shift("o1", None, 1, "06:00-10:00"), *given],
        **changes,
    )
