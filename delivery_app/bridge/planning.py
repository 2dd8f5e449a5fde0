"""A run of the optimiser as it was ordered: the problem from the tables, the search, the draft back into them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from math import isfinite
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.read import problem_from
from delivery_app.bridge.rosters import roster_from, save_roster
from delivery_app.jobs.order import RunOrder, Step
from models.errors import MissingRowError
from models.planning_run import FROM_ROSTER, FROM_SCRATCH
from models.tables import Team
from scheduler.clock import format_week
from scheduler.problem import PRESETS, Problem, Weights
from scheduler.roster import Roster


def ordered_problem(session: Session, order: RunOrder) -> Problem:
    """The problem of the ordered weeks, with the ordered weights and beginning.

    A visit that is pinned in the published roster of these weeks stays pinned, whatever the run begins from: the judge
    asks for it.

    Raises
    ------
    MissingRowError, BridgeError, scheduler.message.ProblemError
        As :func:`delivery_app.bridge.problem_from`; or the roster to begin from is gone, or a weight cannot be.
    """
    problem = problem_from(session, order.team_id, format_week(order.first_monday), order.weeks)
    problem = replace(problem, weights=replace(problem.weights, **known_weights(order.weights)))
    pins = _only_pins(problem.published)
    if order.base == FROM_ROSTER:
        if order.base_roster_id is None:
            raise BridgeError("The roster to begin from has been deleted in the meantime; choose another one")
        return replace(problem, published=_joined(roster_from(session, order.base_roster_id), pins))
    if order.base == FROM_SCRATCH:
        return replace(problem, published=pins, standing_roster=None)
    return replace(problem, published=pins)


def known_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights, when the optimiser knows them all; otherwise BridgeError names the first it does not."""
    names = {row.name for row in fields(Weights)}
    for name in weights:
        if name not in names:
            raise BridgeError("'{name}' is no weight of the objective", name=name)
    return dict(weights)


def team_weights(session: Session, team_id: UUID) -> dict[str, float]:
    """Every weight of a team by name, in the objective's order; raises MissingRowError for an unknown team."""
    team = session.get(Team, team_id)
    if team is None:
        raise MissingRowError("There is no team with the id {id}", id=team_id)
    return asdict(Weights(**team.weights))


def preset_weights(preset: str) -> dict[str, float]:
    """The weights a preset changes; raises BridgeError for a name that is none."""
    if preset not in PRESETS:
        raise BridgeError(
            "'{value}' is not a preset; choose one of {choices}", value=preset, choices=", ".join(PRESETS)
        )
    return dict(PRESETS[preset])


def solve_order(
    problem: Problem, order: RunOrder, tell: Callable[[Step], None], cancel: threading.Event
) -> Roster:
    """Plan, telling how far it is; ``cancel`` ends it with the best so far."""
    from scheduler.solve import Progress, solve

    def told(row: Progress) -> None:
        found = row.objective is not None and isfinite(row.objective)
        tell(
            Step(
                phase=row.phase,
                seconds=row.seconds,
                share=row.share,
                objective=row.objective if found else None,
                unplaced=row.unplaced if found else None,
                carers_per_citizen=row.carers_per_citizen if found else None,
            )
        )

    return solve(
        problem,
        seconds=order.seconds,
        iterations=order.iterations,
        seed=order.seed,
        workers=order.workers,
        progress=told,
        cancel=cancel,
    )


def keep_draft(session: Session, team_id: UUID, roster: Roster) -> UUID:
    """Save what was planned as a draft; its id."""
    return save_roster(session, team_id, roster).id


def _only_pins(published: Roster | None) -> Roster | None:
    """A published roster with nothing but its pinned visits; None when it has none.

    Who has the open shifts stays, too, when a pinned visit lies in one.
    """
    pinned = tuple(visit for visit in published.visits if visit.pinned) if published else ()
    if published is None or not pinned:
        return None
    used = {shift_id for visit in pinned for shift_id in visit.shifts}
    taken = published.open_shifts if used & {row.shift_id for row in published.open_shifts} else ()
    return replace(published, visits=pinned, sessions=(), breaks=(), open_shifts=taken)


def _joined(start: Roster, pins: Roster | None) -> Roster:
    """The roster to begin from, with the pins of the published one in place of its own for the same visits."""
    if pins is None:
        return start
    taken = {(visit.need_id, visit.day) for visit in pins.visits}
    others = tuple(visit for visit in start.visits if (visit.need_id, visit.day) not in taken)
    return replace(start, visits=(*pins.visits, *others))
