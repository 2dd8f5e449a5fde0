"""What a carer has to know and do in one visit: warnings, tasks, instructions, goals, the way in, whom to ring (D1).

One function, :func:`care_sheet`; its answer holds no row of the database and can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.coordinating import coordinator_of
from delivery_app.services.care.difference import Piece, difference
from delivery_app.services.care.due import Due, due_of
from delivery_app.services.care.instructions import current_instructions
from delivery_app.services.care.keys import HomeKey, keys_of
from delivery_app.services.care.lists import OTHER, State, Words, states, tasks, warnings
from delivery_app.services.care.presence import last_there, may_enter
from delivery_app.services.near_citizen import relatives_of
from delivery_app.services.presence import AwayTime, away_on
from delivery_app.services.team_rows import row_of
from delivery_app.templating import COPENHAGEN
from models.base import utc_now
from models.tables import ActionInstruction, CareGoal, Carer, CareTask, CareWarning, Citizen

NO_ICON = "warning"


@dataclass(frozen=True)
class SheetWarning:
    """What to know before the door. ``stop``: to be read before going in. ``text`` is about this citizen."""

    warning_id: UUID
    code: str
    icon: str
    stop: bool
    name: Words
    hint: Words
    text: str


@dataclass(frozen=True)
class SheetTask:
    """One thing to do. ``minutes`` is a guide."""

    task_id: UUID
    name: Words
    note: str
    minutes: int | None


@dataclass(frozen=True)
class SheetInstruction:
    """How something is done. ``pieces`` is what this version says otherwise than the one the reader knew.

    ``changed_since_last_visit``: it was written, or written anew, after the reader was there last.
    """

    series_id: UUID
    version: int
    title: str
    text: str
    reason: str
    changed_at: datetime
    changed_by: str
    changed_since_last_visit: bool
    is_new: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SheetGoal:
    """What the help is to lead to; ``state`` with its levels where the goal is about one."""

    goal_id: UUID
    kind: str
    text: str
    state: State | None
    level_now: int | None
    level_wished: int | None
    follow_up_on: date | None


@dataclass(frozen=True)
class SheetRelative:
    """Somebody who may be told about the help."""

    name: str
    relation: str
    phone: str
    note: str


@dataclass(frozen=True)
class CareSheet:
    """All of it. ``access_note`` is empty for whoever may not know it (``access_allowed`` False)."""

    citizen_id: UUID
    warnings: tuple[SheetWarning, ...] = ()
    tasks: tuple[SheetTask, ...] = ()
    instructions: tuple[SheetInstruction, ...] = ()
    goals: tuple[SheetGoal, ...] = ()
    access_allowed: bool = False
    access_note: str = ""
    wishes_note: str = ""
    living_will: str = ""
    phone: str = ""
    #: Keys that are out; only for those who may know how to get in.
    keys: tuple[HomeKey, ...] = ()
    #: Written down as away on this date: a hospital, a journey.
    away: tuple[AwayTime, ...] = ()
    relatives: tuple[SheetRelative, ...] = ()
    coordinator: str = ""
    coordinator_phone: str = ""
    contact_carer: str = ""
    due: tuple[Due, ...] = ()
    last_there: datetime | None = None
    #: The reader has not been in this home before (never for planners).
    first_time: bool = False
    today: date = field(default_factory=date.today)

    @property
    def stops(self) -> tuple[SheetWarning, ...]:
        """Warnings to be read before going in."""
        return tuple(one for one in self.warnings if one.stop)


def care_sheet(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID | None,
    on_date: date,
    carer_id: UUID | None,
    *,
    now: datetime | None = None,
    sent_there: bool = False,
) -> CareSheet:
    """The sheet of a visit; ``need_id`` None for one without a plan, as an emergency call: then there are no tasks.

    Parameters
    ----------
    carer_id
        Who reads it. None: a planner or leader, who may know how to get in.
    sent_there
        The carer was sent to the citizen beside the roster (an emergency call), and must get in.

    Raises
    ------
    MissingRowError
        The team has no such citizen.
    """
    citizen = row_of(session, Citizen, team_id, citizen_id)
    now = now or utc_now()
    seen = (
        None if carer_id is None else last_there(session, citizen_id, carer_id, now, but=(need_id, on_date))
    )
    allowed = carer_id is None or sent_there or may_enter(session, citizen_id, carer_id, now)
    coordinator = coordinator_of(session, citizen_id, on_date)
    contact = session.get(Carer, citizen.contact_carer_id) if citizen.contact_carer_id else None
    today = now.astimezone(COPENHAGEN).date()
    return CareSheet(
        citizen_id=citizen_id,
        warnings=_warnings(session, citizen_id, on_date),
        tasks=() if need_id is None else visit_tasks(session, citizen_id, need_id, on_date),
        instructions=_instructions(session, citizen_id, need_id, seen, reader=carer_id is not None),
        goals=_goals(session, citizen_id),
        access_allowed=allowed,
        access_note=(citizen.access_note or "") if allowed else "",
        wishes_note=citizen.wishes_note or "",
        living_will=citizen.living_will or "",
        phone=citizen.phone or "",
        keys=keys_of(session, [citizen_id]).get(citizen_id, ()) if allowed else (),
        away=away_on(session, [citizen_id], on_date).get(citizen_id, ()),
        relatives=tuple(
            SheetRelative(one.name, one.relation, one.phone, one.note)
            for one in relatives_of(session, citizen)
            if one.may_be_told
        ),
        coordinator=_name(coordinator),
        coordinator_phone=coordinator.phone or "" if coordinator is not None else "",
        contact_carer=_name(contact),
        due=tuple(one for one in due_of(session, team_id, today, {citizen_id}) if one.soon(today)),
        last_there=seen,
        first_time=carer_id is not None and seen is None,
        today=today,
    )


def visit_tasks(session: Session, citizen_id: UUID, need_id: UUID, on_date: date) -> tuple[SheetTask, ...]:
    """The tasks of a visit on a date, in order."""
    rows = session.scalars(
        select(CareTask)
        .where(
            col(CareTask.need_id) == need_id,
            col(CareTask.citizen_id) == citizen_id,
            col(CareTask.from_date) <= on_date,
            or_(col(CareTask.until_date).is_(None), col(CareTask.until_date) > on_date),
        )
        .order_by(col(CareTask.position), col(CareTask.created_at), col(CareTask.id))
    )
    weekday = on_date.weekday()
    return tuple(
        SheetTask(row.id, task_name(row), row.note, row.minutes)
        for row in rows
        if not row.days or weekday in row.days
    )


def task_name(row: CareTask) -> Words:
    """A task's own words, or the catalogue's."""
    known = tasks().get(row.code)
    if row.text or known is None:
        return Words(row.text or row.code, row.text or row.code)
    return known.name


def _warnings(session: Session, citizen_id: UUID, on_date: date) -> tuple[SheetWarning, ...]:
    rows = session.scalars(
        select(CareWarning).where(
            col(CareWarning.citizen_id) == citizen_id,
            col(CareWarning.from_date) <= on_date,
            or_(col(CareWarning.until_date).is_(None), col(CareWarning.until_date) > on_date),
        )
    ).all()
    order = {code: number for number, code in enumerate(warnings())}
    return tuple(
        _warning(row)
        for row in sorted(rows, key=lambda row: (order.get(row.code, len(order)), row.created_at, row.id))
    )


def _warning(row: CareWarning) -> SheetWarning:
    kind = warnings().get(row.code, warnings()[OTHER])
    return SheetWarning(row.id, row.code, kind.icon, kind.stop, kind.name, kind.hint, row.text)


def _instructions(
    session: Session, citizen_id: UUID, need_id: UUID | None, seen: datetime | None, *, reader: bool
) -> tuple[SheetInstruction, ...]:
    rows = [
        row
        for row in current_instructions(session, [citizen_id])
        if row.need_id is None or need_id is None or row.need_id == need_id
    ]
    known = {} if seen is None else _known_then(session, [row.series_id for row in rows], seen)
    found = []
    for row in rows:
        changed = reader and (seen is None or row.created_at > seen)
        old = known.get(row.series_id)
        found.append(
            SheetInstruction(
                series_id=row.series_id,
                version=row.version,
                title=row.title,
                text=row.text,
                reason=row.reason,
                changed_at=row.created_at,
                changed_by=row.created_by,
                changed_since_last_visit=changed and seen is not None,
                is_new=changed and seen is not None and old is None,
                pieces=() if not changed or old is None else difference(old.text, row.text),
            )
        )
    return tuple(found)


def _known_then(session: Session, series: list[UUID], seen: datetime) -> dict[UUID, ActionInstruction]:
    """The versions that held when the reader was there last."""
    rows = session.scalars(
        select(ActionInstruction)
        .where(col(ActionInstruction.series_id).in_(series), col(ActionInstruction.created_at) <= seen)
        .order_by(col(ActionInstruction.version))
    )
    return {row.series_id: row for row in rows}


def _goals(session: Session, citizen_id: UUID) -> tuple[SheetGoal, ...]:
    rows = session.scalars(
        select(CareGoal)
        .where(col(CareGoal.citizen_id) == citizen_id, col(CareGoal.outcome).is_(None))
        .order_by(col(CareGoal.position), col(CareGoal.created_at))
    )
    return tuple(
        SheetGoal(
            row.id,
            row.kind,
            row.text,
            states().get(row.fsiii) if row.fsiii is not None else None,
            row.level_now,
            row.level_wished,
            row.follow_up_on,
        )
        for row in rows
    )


def _name(carer: Carer | None) -> str:
    return "" if carer is None else carer.name or carer.code
