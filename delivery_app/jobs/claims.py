"""Who carries out a run: claimed by one, kept by a heartbeat, and each write fenced by the attempt's number.

Everything here is a conditional UPDATE of the run's own row, so that the database decides: of two runners who claim a
run one gets it, and a process that was paused, thought dead and replaced finds, when it wakes, that its number is no
longer the run's. Functions on a session; none commits. Moments are those of the machines' clocks: keep them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, or_, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.i18n import N_
from delivery_app.jobs.order import RunOrder, Step
from delivery_app.jobs.runs import order_of
from models.base import utc_now
from models.planning_run import CANCELLED, DONE, FAILED, RUNNING, WAITING
from models.tables import PlanningRun, PlanningStep

#: A run with which so many processes have vanished is not begun again.
MOST_LOST = 3
LOST = N_(
    "The process that planned stopped {count} times without a word, most often for want of memory. Try fewer weeks "
    "at once; if it happens again, tell the administrator"
)


class FencedError(Exception):
    """The run is no longer this attempt's: it was given to another, or has ended."""


@dataclass(frozen=True)
class Claim:
    """A run, and the token to write with."""

    run_id: UUID
    attempt: int
    order: RunOrder
    author: str


#: So long after a run's end its steps are kept.
STEPS_KEPT_DAYS = 30
#: A process loads its libraries before its first word; so much longer may that take, on a busy machine.
FIRST_WORD_SECONDS = 60.0


def claim(session: Session, stale_seconds: float, at_once: int) -> Claim | None:
    """Take the run that has waited longest, or one whose process has been silent for too long.

    At most ``at_once`` runs are under way at a time, those of other runners included. A run nobody is to finish any
    more (cancelled, or its processes vanish) is ended here.
    """
    stale = _stale(utc_now() - timedelta(seconds=stale_seconds))
    for row in session.scalars(
        select(PlanningRun)
        .where(or_(col(PlanningRun.state) == WAITING, stale))
        .order_by(col(PlanningRun.created_at), col(PlanningRun.id))
        .with_for_update(skip_locked=True)
    ):
        was_lost = row.state == RUNNING
        lost = row.lost + was_lost
        if row.cancel_at is not None:
            _end(row, CANCELLED)
        elif lost >= MOST_LOST:
            row.lost, row.failure = lost, {"template": LOST, "values": {"count": lost}}
            _end(row, FAILED)
        elif _under_way(session, stale) < at_once:
            row.state, row.lost, row.attempt = RUNNING, lost, row.attempt + 1
            row.started_at = utc_now()
            row.heartbeat_at = row.started_at + timedelta(seconds=FIRST_WORD_SECONDS)
            session.flush()
            return Claim(row.id, row.attempt, order_of(row), row.created_by)
        session.flush()
    return None


def is_work_waiting(session: Session, stale_seconds: float) -> bool:
    """Whether :func:`claim` may find something; only reads."""
    stale = _stale(utc_now() - timedelta(seconds=stale_seconds))
    waiting = select(PlanningRun.id).where(or_(col(PlanningRun.state) == WAITING, stale)).limit(1)
    return session.scalar(waiting) is not None


def beat(session: Session, run_id: UUID, attempt: int, step: Step | None = None) -> bool:
    """Say that the attempt lives, and how far it is; answers whether somebody wants it to end.

    Raises
    ------
    FencedError
        The run is no longer this attempt's; nothing was written.
    """
    changed = session.execute(
        update(PlanningRun)
        .where(*_fence(run_id, attempt))
        .values(heartbeat_at=utc_now())
        .returning(col(PlanningRun.cancel_at), col(PlanningRun.municipality_id), col(PlanningRun.team_id)),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if changed is None:
        raise FencedError
    if step is not None:
        _note(session, run_id, attempt, step, changed.municipality_id, changed.team_id)
    return changed.cancel_at is not None


def finish(session: Session, run_id: UUID, attempt: int, save: Callable[[], UUID]) -> None:
    """End a run with the roster that ``save`` writes; both or neither. Raises FencedError."""
    # First the fence: it holds the row, so that nobody can take the run while the roster is written.
    _write(session, run_id, attempt, state=DONE, ended_at=utc_now(), heartbeat_at=None)
    roster_id = save()
    session.execute(
        update(PlanningRun).where(col(PlanningRun.id) == run_id).values(roster_id=roster_id),
        execution_options={"synchronize_session": False},
    )


def fail(session: Session, run_id: UUID, attempt: int, template: str, values: Mapping[str, object]) -> None:
    """End a run without a roster, and say why. Raises FencedError."""
    failure = {"template": template, "values": {name: _plain(value) for name, value in values.items()}}
    _write(session, run_id, attempt, state=FAILED, failure=failure, ended_at=utc_now(), heartbeat_at=None)


def give_up(session: Session, run_id: UUID, attempt: int, *, was_lost: bool) -> bool:
    """Hand a run back, to be begun anew; answers whether it was still this attempt's.

    ``was_lost``: its process vanished, which is counted; otherwise the runner stops and has ended it.
    """
    values: dict[str, Any] = {"heartbeat_at": None}
    if not was_lost:
        values["state"] = WAITING
    try:
        _write(session, run_id, attempt, **values)
    except FencedError:
        return False
    return True


def forget_steps(session: Session, days: int = STEPS_KEPT_DAYS) -> None:
    """Delete how far runs were that ended longer ago; the runs stay."""
    old = select(PlanningRun.id).where(col(PlanningRun.ended_at) < utc_now() - timedelta(days=days))
    session.execute(delete(PlanningStep).where(col(PlanningStep.run_id).in_(old)))


def _fence(run_id: UUID, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(PlanningRun.id) == run_id,
        col(PlanningRun.attempt) == attempt,
        col(PlanningRun.state) == RUNNING,
    )


def _write(session: Session, run_id: UUID, attempt: int, **values: Any) -> None:
    done = session.execute(
        update(PlanningRun).where(*_fence(run_id, attempt)).values(**values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(done, CursorResult)
    if done.rowcount != 1:
        raise FencedError


def _stale(before: datetime) -> ColumnElement[bool]:
    beaten = col(PlanningRun.heartbeat_at)
    return and_(col(PlanningRun.state) == RUNNING, or_(beaten.is_(None), beaten < before))


def _under_way(session: Session, stale: ColumnElement[bool]) -> int:
    alive = select(func.count()).where(col(PlanningRun.state) == RUNNING, ~stale)
    return session.scalar(alive) or 0


def _end(row: PlanningRun, state: str) -> None:
    row.state, row.ended_at, row.heartbeat_at = state, utc_now(), None


def _note(
    session: Session, run_id: UUID, attempt: int, step: Step, municipality_id: UUID, team_id: UUID
) -> None:
    newest = session.scalar(
        select(func.max(col(PlanningStep.number))).where(col(PlanningStep.run_id) == run_id)
    )
    session.add(
        PlanningStep(
            municipality_id=municipality_id,
            team_id=team_id,
            run_id=run_id,
            number=(newest or 0) + 1,
            attempt=attempt,
            phase=step.phase,
            seconds=round(step.seconds, 2),
            share=min(1.0, max(0.0, step.share)),
            objective=step.objective,
            unplaced=step.unplaced,
            carers_per_citizen=step.carers_per_citizen,
        )
    )
    session.flush()


def _plain(value: object) -> object:
    """A value as JSON can hold it; a sentence among them stands as its template."""
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
