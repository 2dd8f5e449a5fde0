"""The care plan written and changed: tasks of a visit, goals, warnings, reviews (D1, D11-D13, D20).

Each function judges the cells of a form, holds the row it changes, and refuses when somebody was faster. Nothing is
deleted: a task, a goal or a warning ends on a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import Message
from delivery_app.services.care.fields import (
    Errors,
    choice_in,
    date_in,
    fail_on,
    id_in,
    needed_date,
    text_in,
    whole_number_in,
)
from delivery_app.services.care.lists import states, tasks, warnings
from delivery_app.services.team_rows import assign, owner, row_of, row_to_change, team_of
from models.care_goal import GOAL_KINDS, GOAL_OUTCOMES, LEVELS
from models.care_review import REVIEW_KINDS, REVIEW_OUTCOMES
from models.errors import MissingRowError
from models.tables import CareGoal, CareReview, CareTask, CareWarning, Citizen, Need

TASK_MAX, NOTE_MAX, GOAL_MAX = 200, 1000, 500
MINUTES_MAX = 480
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OWN_WORDS = ""

T = TypeVar("T", CareGoal, CareWarning)


def tasks_of(session: Session, need_id: UUID, when: date) -> list[CareTask]:
    """A visit's tasks that hold on a date or later, in order."""
    return list(
        session.scalars(
            select(CareTask)
            .where(
                col(CareTask.need_id) == need_id,
                or_(col(CareTask.until_date).is_(None), col(CareTask.until_date) > when),
            )
            .order_by(col(CareTask.position), col(CareTask.created_at), col(CareTask.id))
        )
    )


def save_task(
    session: Session,
    team_id: UUID,
    need_id: UUID,
    cells: Mapping[str, str],
    today: date,
    *,
    task_id: UUID | None = None,
    row_version: int | None = None,
) -> CareTask:
    """Add a task to a visit, or change one.

    Raises
    ------
    CellErrors
        Neither a task of the catalogue nor own words, a text too long, minutes or dates that cannot be.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    need = row_of(session, Need, team_id, need_id)
    errors: Errors = {}
    code = choice_in(cells, "code", errors, (*tasks(), OWN_WORDS), needed=False)
    text = text_in(cells, "text", errors, TASK_MAX, needed=not code, one_line=True)
    chosen = cells.get("days", "").split()
    first = needed_date(cells, "from_date", errors, today)
    values: dict[str, Any] = {
        "code": code,
        "text": text,
        "note": text_in(cells, "note", errors, NOTE_MAX),
        "minutes": whole_number_in(cells, "minutes", errors, 1, MINUTES_MAX),
        "days": [number for number, day in enumerate(DAYS) if day in chosen] or None,
        "from_date": first,
        "until_date": _until(cells, errors, first),
    }
    fail_on(errors)
    if task_id is not None:
        row = row_to_change(session, CareTask, team_id, task_id, row_version)
        if row.need_id != need.id:
            raise MissingRowError("The visit has no such task")
        assign(row, values)
    else:
        position = max((one.position for one in tasks_of(session, need.id, today)), default=-1) + 1
        row = CareTask(
            **owner(team_of(session, team_id)),
            citizen_id=need.citizen_id,
            need_id=need.id,
            position=position,
            **values,
        )
        session.add(row)
    session.flush()
    return row


def move_task(session: Session, team_id: UUID, task_id: UUID, steps: int, today: date) -> None:
    """Do a task earlier (-1) or later (1) in its visit; at the end it stays. Raises MissingRowError."""
    row = row_to_change(session, CareTask, team_id, task_id, None)
    rows = tasks_of(session, row.need_id, today)
    place = next((number for number, one in enumerate(rows) if one.id == row.id), None)
    if place is None or not 0 <= place + steps < len(rows):
        return
    rows.insert(place + steps, rows.pop(place))
    for number, one in enumerate(rows):
        assign(one, {"position": number})
    session.flush()


def end_task(session: Session, team_id: UUID, task_id: UUID, row_version: int | None, today: date) -> None:
    """From today on the task is not done any more; raises as :func:`save_task`."""
    row = row_to_change(session, CareTask, team_id, task_id, row_version)
    assign(row, {"until_date": max(today, row.from_date)})
    session.flush()


def save_goal(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    cells: Mapping[str, str],
    today: date,
    *,
    goal_id: UUID | None = None,
    row_version: int | None = None,
) -> CareGoal:
    """Set a goal, change it, or (with an outcome) end it.

    Raises
    ------
    CellErrors
        A kind, state, level, outcome or date that cannot be, no text, levels without a state.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    citizen = row_of(session, Citizen, team_id, citizen_id)
    errors: Errors = {}
    row = None if goal_id is None else _of_citizen(session, CareGoal, team_id, goal_id, row_version, citizen)
    fsiii = id_in(cells.get("fsiii", ""))
    if cells.get("fsiii") and (fsiii is None or fsiii not in states()):
        errors["fsiii"] = [Message("choose one of the list", {"value": cells["fsiii"][:40]})]
    levels = tuple(str(one) for one in LEVELS)
    now, wished = (
        choice_in(cells, name, errors, levels, needed=False) for name in ("level_now", "level_wished")
    )
    if (now or wished) and fsiii is None and "fsiii" not in errors:
        errors["fsiii"] = [Message("a level belongs to an ability; choose which", {"value": ""})]
    outcome = choice_in(cells, "outcome", errors, GOAL_OUTCOMES, needed=False) or None
    set_on = row.set_on if row is not None else today
    follow_up = date_in(cells, "follow_up_on", errors)
    if follow_up is not None and follow_up < set_on and "follow_up_on" not in errors:
        shown = {"value": follow_up.isoformat(), "date": set_on.isoformat()}
        errors["follow_up_on"] = [
            Message("{value} is before the goal was set, {date}; write a later date", shown)
        ]
    values: dict[str, Any] = {
        "kind": choice_in(cells, "kind", errors, GOAL_KINDS),
        "text": text_in(cells, "text", errors, GOAL_MAX, needed=True),
        "fsiii": fsiii,
        "level_now": int(now) if now else None,
        "level_wished": int(wished) if wished else None,
        "follow_up_on": follow_up,
        "outcome": outcome,
        "ended_on": None if outcome is None else (row.ended_on if row and row.ended_on else today),
        "note": text_in(cells, "note", errors, NOTE_MAX),
    }
    fail_on(errors)
    if row is None:
        position = len(goals_of(session, citizen_id))
        row = CareGoal(
            **owner(team_of(session, team_id)),
            citizen_id=citizen_id,
            position=position,
            set_on=set_on,
            **values,
        )
        session.add(row)
    else:
        assign(row, values)
    session.flush()
    return row


def goals_of(session: Session, citizen_id: UUID) -> list[CareGoal]:
    """A citizen's goals, those that stand first."""
    rows = session.scalars(
        select(CareGoal)
        .where(col(CareGoal.citizen_id) == citizen_id)
        .order_by(col(CareGoal.position), col(CareGoal.created_at))
    )
    return sorted(rows, key=lambda row: (row.ended_on is not None, row.ended_on or date.max))


def save_warning(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    cells: Mapping[str, str],
    today: date,
    *,
    warning_id: UUID | None = None,
    row_version: int | None = None,
) -> CareWarning:
    """Warn whoever comes of something, or change that; raises as :func:`save_goal`."""
    citizen = row_of(session, Citizen, team_id, citizen_id)
    row = (
        None
        if warning_id is None
        else _of_citizen(session, CareWarning, team_id, warning_id, row_version, citizen)
    )
    errors: Errors = {}
    first = row.from_date if row is not None else today
    values: dict[str, Any] = {
        "code": choice_in(cells, "code", errors, warnings()),
        "text": text_in(cells, "text", errors, NOTE_MAX),
        "until_date": _until(cells, errors, first),
    }
    fail_on(errors)
    if row is None:
        row = CareWarning(
            **owner(team_of(session, team_id)), citizen_id=citizen_id, from_date=first, **values
        )
        session.add(row)
    else:
        assign(row, values)
    session.flush()
    return row


def warnings_of(session: Session, citizen_id: UUID, when: date) -> list[CareWarning]:
    """The warnings that hold on a date or later."""
    return list(
        session.scalars(
            select(CareWarning)
            .where(
                col(CareWarning.citizen_id) == citizen_id,
                or_(col(CareWarning.until_date).is_(None), col(CareWarning.until_date) > when),
            )
            .order_by(col(CareWarning.created_at))
        )
    )


def record_review(
    session: Session, team_id: UUID, citizen_id: UUID, cells: Mapping[str, str], today: date
) -> CareReview:
    """Write down a talk or an assessment that was held; raises CellErrors and MissingRowError."""
    citizen = row_of(session, Citizen, team_id, citizen_id)
    errors: Errors = {}
    done_on = needed_date(cells, "done_on", errors, today)
    if done_on > today:
        shown = {"value": done_on.isoformat()}
        errors["done_on"] = [Message("{value} is still to come; write the date on which it was held", shown)]
    next_on = date_in(cells, "next_on", errors)
    if next_on is not None and next_on <= done_on and "done_on" not in errors:
        shown = {"value": next_on.isoformat(), "date": done_on.isoformat()}
        errors["next_on"] = [
            Message("{value} is not after the date it was held, {date}; write a later date", shown)
        ]
    values: dict[str, Any] = {
        "kind": choice_in(cells, "kind", errors, REVIEW_KINDS),
        "done_on": done_on,
        "outcome": choice_in(cells, "outcome", errors, REVIEW_OUTCOMES, needed=False) or None,
        "next_on": next_on,
        "note": text_in(cells, "note", errors, NOTE_MAX),
    }
    if values["kind"] in ("midway", "closing") and values["outcome"] is None:
        errors.setdefault("outcome", [Message("choose what it came to", {"value": ""})])
    fail_on(errors)
    row = CareReview(**owner(team_of(session, team_id)), citizen_id=citizen.id, **values)
    session.add(row)
    session.flush()
    return row


def reviews_of(session: Session, citizen_id: UUID) -> list[CareReview]:
    """What was held with a citizen, the newest first."""
    return list(
        session.scalars(
            select(CareReview)
            .where(col(CareReview.citizen_id) == citizen_id)
            .order_by(col(CareReview.done_on).desc(), col(CareReview.created_at).desc())
        )
    )


def _until(cells: Mapping[str, str], errors: Errors, first: date) -> date | None:
    """The day after the last date of a form; that date may not lie before the first."""
    last = date_in(cells, "last_date", errors)
    if last is None:
        return None
    if last < first:
        shown = {"value": last.isoformat(), "date": first.isoformat()}
        errors["last_date"] = [Message("{value} is before the first day, {date}; write a later date", shown)]
        return None
    return last + timedelta(days=1)


def _of_citizen(
    session: Session, table: type[T], team_id: UUID, row_id: UUID, row_version: int | None, citizen: Citizen
) -> T:
    row = row_to_change(session, table, team_id, row_id, row_version)
    if row.citizen_id != citizen.id:
        raise MissingRowError("The citizen has nothing with this id")
    return row
