"""What is asked of runs: submit, progress, cancel, result. Functions on a session; none commits."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.jobs.order import RunOrder, RunProgress, Step, Submitted
from models.base import SYSTEM, utc_now
from models.errors import ConflictError, MissingRowError, RememberingError
from models.planning_run import CANCELLED, FROM_ROSTER, RUN_BASES, RUNNING, WAITING
from models.tables import PlanningRun, PlanningStep, Roster, Team

ACTIVE = (WAITING, RUNNING)
MOST_WEEKS = 8
#: Longer than this a run's process takes no more of anybody's patience.
MOST_SECONDS = 3600.0


def submit(session: Session, order: RunOrder) -> Submitted:
    """Order a run; two who order one for a team's same weeks at once get the same.

    Raises
    ------
    MissingRowError
        There is no such team, or no such roster to begin from.
    RememberingError
        A value of the order that cannot be: which one, and what to do.
    """
    team = session.get(Team, order.team_id)
    if team is None:
        raise MissingRowError("There is no team with the id {id}", id=order.team_id)
    _check(session, order)
    # Whoever loses a race finds the winner's run; unless that ended in this very moment, then the way is free.
    for _ in range(3):
        found = active_run(session, order.team_id, order.first_monday)
        if found is not None:
            return Submitted(found.id, is_new=False)
        row = PlanningRun(
            municipality_id=team.municipality_id,
            team_id=team.id,
            first_monday=order.first_monday,
            weeks=order.weeks,
            base=order.base,
            base_roster_id=order.base_roster_id,
            preset=order.preset,
            weights=dict(order.weights),
            seconds=order.seconds,
            iterations=order.iterations,
            seed=order.seed,
            workers=order.workers,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            continue
        return Submitted(row.id, is_new=True)
    raise ConflictError("Somebody else orders runs for the same weeks at this moment; try again")


def active_run(session: Session, team_id: UUID, first_monday: date) -> PlanningRun | None:
    """The run under way, or waiting, for a team's weeks from a Monday."""
    return session.scalars(
        select(PlanningRun).where(
            col(PlanningRun.team_id) == team_id,
            col(PlanningRun.first_monday) == first_monday,
            col(PlanningRun.state).in_(ACTIVE),
        )
    ).first()


def progress(session: Session, run_id: UUID, after: int = 0) -> RunProgress:
    """A run as it is, with the steps numbered above ``after``; raises MissingRowError when there is none."""
    row = run_of(session, run_id)
    steps = session.scalars(
        select(PlanningStep)
        .where(col(PlanningStep.run_id) == run_id, col(PlanningStep.number) > after)
        .order_by(col(PlanningStep.number))
    ).all()
    return RunProgress(
        run_id=row.id,
        order=order_of(row),
        state=row.state,
        attempt=row.attempt,
        lost=row.lost,
        submitted_at=row.created_at,
        submitted_by=row.created_by,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel_at=row.cancel_at,
        cancel_by=row.cancel_by,
        failure=None if row.failure is None else (row.failure["template"], row.failure["values"]),
        roster_id=row.roster_id,
        ahead=_ahead(session, row),
        steps=tuple(_step(step) for step in steps),
    )


def cancel(session: Session, run_id: UUID) -> None:
    """End a run: with the best roster so far, or at once when nobody has begun it. An ended one stays as it is.

    Raises
    ------
    MissingRowError
        There is no such run.
    """
    row = session.get(PlanningRun, run_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise MissingRowError("There is no run with the id {id}", id=run_id)
    if row.state not in ACTIVE or row.cancel_at is not None:
        return
    row.cancel_at = utc_now()
    row.cancel_by = str(session.info.get("author", SYSTEM))
    if row.state == WAITING:
        row.state, row.ended_at = CANCELLED, row.cancel_at
    session.flush()


def result(session: Session, run_id: UUID) -> UUID | None:
    """The id of the draft a run has made; None while it has none. Raises MissingRowError."""
    return run_of(session, run_id).roster_id


def run_of(session: Session, run_id: UUID) -> PlanningRun:
    """A run's row; raises MissingRowError."""
    row = session.get(PlanningRun, run_id)
    if row is None:
        raise MissingRowError("There is no run with the id {id}", id=run_id)
    return row


def order_of(row: PlanningRun) -> RunOrder:
    """What was ordered."""
    return RunOrder(
        team_id=row.team_id,
        first_monday=row.first_monday,
        weeks=row.weeks,
        base=row.base,
        base_roster_id=row.base_roster_id,
        preset=row.preset,
        weights=dict(row.weights),
        seconds=row.seconds,
        iterations=row.iterations,
        seed=row.seed,
        workers=row.workers,
    )


def _check(session: Session, order: RunOrder) -> None:
    if order.first_monday.isoweekday() != 1:
        raise RememberingError(
            "{date} is not a Monday; a plan begins on one, for example {monday}",
            date=order.first_monday,
            monday=order.first_monday - timedelta(days=order.first_monday.weekday()),
        )
    if not 1 <= order.weeks <= MOST_WEEKS:
        raise RememberingError("{weeks} weeks cannot be planned at once; choose 1 to 8", weeks=order.weeks)
    if (order.seconds is None) == (order.iterations is None):
        raise RememberingError("Give a limit in seconds or in iterations, one of the two")
    if order.seconds is not None and not 1 <= order.seconds <= MOST_SECONDS:
        raise RememberingError(
            "{seconds} seconds is no time limit for a run; choose 1 to {most}",
            seconds=order.seconds,
            most=round(MOST_SECONDS),
        )
    if order.iterations is not None and order.iterations < 1:
        raise RememberingError("{value} iterations is no limit; choose 1 or more", value=order.iterations)
    if order.base not in RUN_BASES:
        raise RememberingError(
            "A run does not begin from '{value}'; choose scratch, standing or roster", value=order.base
        )
    if (order.base == FROM_ROSTER) != (order.base_roster_id is not None):
        raise RememberingError("Name the roster to begin from, and only when the run begins from one")
    if order.base_roster_id is not None:
        _check_roster(session, order, order.base_roster_id)


def _check_roster(session: Session, order: RunOrder, roster_id: UUID) -> None:
    roster = session.get(Roster, roster_id)
    if roster is None or roster.team_id != order.team_id:
        raise MissingRowError("There is no roster with the id {id}", id=roster_id)
    if (roster.kind, roster.first_monday, roster.weeks) != ("week", order.first_monday, order.weeks):
        raise RememberingError(
            "The roster to begin from is of other weeks than are to be planned; choose one of just these weeks"
        )


def _ahead(session: Session, row: PlanningRun) -> int:
    if row.state != WAITING:
        return 0
    earlier = select(func.count()).where(
        col(PlanningRun.state) == WAITING, col(PlanningRun.created_at) < row.created_at
    )
    return session.scalar(earlier) or 0


def _step(row: PlanningStep) -> Step:
    return Step(
        phase=row.phase,
        seconds=row.seconds,
        share=row.share,
        objective=row.objective,
        unplaced=row.unplaced,
        carers_per_citizen=row.carers_per_citizen,
        number=row.number,
        attempt=row.attempt,
    )
