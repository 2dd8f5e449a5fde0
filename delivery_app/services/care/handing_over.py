"""A need has ended: what its visits were to do and how goes over to another need of the citizen, or ends (D1, D15).

Nothing of it goes by itself: until a planner has said which, it stands on the care plan and on the list of what is due.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.instructions import current_instructions, narrow_instruction
from delivery_app.services.team_rows import assign, owner, row_of, row_to_change, team_of
from models.errors import MissingRowError, RememberingError
from models.tables import ActionInstruction, CareTask, Citizen, Need


@dataclass(frozen=True)
class LeftOver:
    """What an ended need leaves: its tasks that have no end of their own, and instructions for its visits alone."""

    need: Need
    citizen_id: UUID
    tasks: tuple[CareTask, ...]
    instructions: tuple[ActionInstruction, ...]

    @property
    def need_id(self) -> UUID:
        """The need's id."""
        return self.need.id

    @property
    def on(self) -> date:
        """From when on the need is no more."""
        return self.need.until_date or self.need.from_date


def left_over(session: Session, citizens: Collection[UUID]) -> list[LeftOver]:
    """What ended needs of some citizens have left, the earliest end first."""
    ended = {
        row.id: row
        for row in session.scalars(
            select(Need).where(col(Need.citizen_id).in_(citizens), col(Need.until_date).is_not(None))
        )
    }
    if not ended:
        return []
    tasks: dict[UUID, list[CareTask]] = {}
    rows = session.scalars(
        select(CareTask)
        .where(col(CareTask.need_id).in_(ended))
        .order_by(col(CareTask.position), col(CareTask.created_at))
    )
    for task in rows:
        until = ended[task.need_id].until_date
        if task.until_date is None or (until is not None and task.until_date > until):
            tasks.setdefault(task.need_id, []).append(task)
    narrowed: dict[UUID, list[ActionInstruction]] = {}
    for one in current_instructions(session, citizens):
        if one.need_id in ended and one.need_id is not None:
            narrowed.setdefault(one.need_id, []).append(one)
    found = [
        LeftOver(need, need.citizen_id, tuple(tasks.get(need_id, ())), tuple(narrowed.get(need_id, ())))
        for need_id, need in ended.items()
        if need_id in tasks or need_id in narrowed
    ]
    return sorted(found, key=lambda one: (one.on, one.need.code))


def hand_over(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    to_id: UUID | None,
    today: date,
    reason: str,
) -> None:
    """Let tasks and instructions of an ended need go over to another need of the citizen (None: end with it).

    Tasks of the other need begin when both can: from today, or when that need begins. Those it has already are not
    doubled. ``reason`` stands in the new versions of instructions.

    Raises
    ------
    MissingRowError
        The citizen has no such needs, or nothing is left over of the ended one.
    RememberingError
        The other need has ended, too.
    """
    citizen = row_to_change(session, Citizen, team_id, citizen_id, None)
    found = next((one for one in left_over(session, [citizen.id]) if one.need_id == need_id), None)
    if found is None:
        raise MissingRowError("Nothing is left over of this visit; look at the care plan again")
    to = None if to_id is None else _other(session, team_id, citizen.id, found, to_id, today)
    if to is not None:
        _copy_tasks(session, team_id, found, to, today)
    for task in found.tasks:
        assign(task, {"until_date": max(found.on, task.from_date)})
    for one in found.instructions:
        narrow_instruction(session, one, None if to is None else to.id, reason)
    session.flush()


def _other(
    session: Session, team_id: UUID, citizen_id: UUID, found: LeftOver, to_id: UUID, today: date
) -> Need:
    to = row_of(session, Need, team_id, to_id)
    if to.citizen_id != citizen_id or to.id == found.need_id:
        raise MissingRowError("There is no such need")
    if to.until_date is not None and to.until_date <= max(today, found.on):
        raise RememberingError("That visit has ended, too; choose another one")
    return to


def _copy_tasks(session: Session, team_id: UUID, found: LeftOver, to: Need, today: date) -> None:
    first = max(today, to.from_date)
    there = session.scalars(
        select(CareTask).where(
            col(CareTask.need_id) == to.id,
            or_(col(CareTask.until_date).is_(None), col(CareTask.until_date) > first),
        )
    ).all()
    known = {(one.code, one.text, one.note) for one in there}
    position = max((one.position for one in there), default=-1) + 1
    for task in found.tasks:
        if (task.code, task.text, task.note) in known or (task.until_date and task.until_date <= first):
            continue
        days = None if task.days is None else [day for day in task.days if to.days is None or day in to.days]
        session.add(
            CareTask(
                **owner(team_of(session, team_id)),
                citizen_id=to.citizen_id,
                need_id=to.id,
                position=position,
                code=task.code,
                text=task.text,
                note=task.note,
                minutes=task.minutes,
                days=days or None,
                from_date=first,
                until_date=task.until_date,
            )
        )
        position += 1
