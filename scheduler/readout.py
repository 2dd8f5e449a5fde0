"""From what the search found to a roster that has passed the judge's safeguard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from scheduler.due import Due
from scheduler.feasibility import Feasibility, session_due
from scheduler.problem import Problem, Session
from scheduler.repair import made_valid
from scheduler.roster import OpenShift, PlacedBreak, PlacedSession, PlacedVisit, Roster, Unplaced
from scheduler.trainees import with_trainees
from scheduler.travel import TravelTable


class Contents(Protocol):
    """What a search ended with."""

    @property
    def visits(self) -> tuple[PlacedVisit, ...]:
        """Placed visits in order of time."""

    @property
    def sessions(self) -> tuple[PlacedSession, ...]:
        """Held sessions."""

    @property
    def breaks(self) -> tuple[PlacedBreak, ...]:
        """Breaks of used shifts."""

    @property
    def left_out(self) -> tuple[Due | Session, ...]:
        """What is due and has no place."""


def read_out(
    problem: Problem,
    travel: TravelTable,
    decoded: Contents,
    open_shifts: Mapping[str, str],
    *,
    seed: int | None = None,
    workers: int | None = None,
    seconds: float | None = None,
    iterations: int | None = None,
) -> Roster:
    """The roster of what was found: trainees come along, what is left out has its rule, and no hard rule is broken.

    Figures are not filled in. The last four tell how it was made.
    """
    visits, trainee_breaks = with_trainees(problem, travel, decoded.visits)
    breaks = sorted([*decoded.breaks, *trainee_breaks], key=lambda row: (row.start_min, row.shift_id))
    roster = Roster(
        team=problem.name,
        first_monday=problem.calendar.first_monday,
        weeks=problem.calendar.weeks,
        visits=tuple(visits),
        sessions=decoded.sessions,
        unplaced=_unplaced(problem, travel, decoded.left_out, open_shifts),
        breaks=tuple(breaks),
        open_shifts=tuple(OpenShift(shift, carer) for shift, carer in sorted(open_shifts.items())),
        seed=seed,
        workers=workers,
        seconds=seconds,
        iterations=iterations,
        travel_provider=travel.provider.name,
        travel_data=travel.provider.data,
    )
    return made_valid(problem, roster, travel)


def _unplaced(
    problem: Problem, travel: TravelTable, left_out: tuple[Due | Session, ...], open_shifts: Mapping[str, str]
) -> tuple[Unplaced, ...]:
    """What found no place, each with the rule that stops it."""
    if not left_out:
        return ()
    check = Feasibility(problem, travel, open_shifts)
    rows = []
    for row in left_out:
        due = session_due(row) if isinstance(row, Session) else row
        day = row.day if isinstance(row, Session) else due.fixed_day
        rows.append(Unplaced(due.need.need_id, day, due.week, check.rule(due)))
    return tuple(rows)
