"""The team's list: messages, and tasks that are open or done, about a citizen or for all (D18).

It follows from records of the kinds ``team_…`` alone. A record that is corrected or taken back says nothing any more;
taking back that a task is done opens it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE
from delivery_app.services.care.coordinating import coordinators
from delivery_app.services.records.kinds import WITHDRAWN
from delivery_app.services.records.reading import Entry, entries_of
from delivery_app.services.team_list.figures import figures
from models.record import Record
from models.tables import Carer, Citizen, ListLook

MESSAGE, TASK, DONE = "team_message", "team_task", "team_task_done"
KINDS = (MESSAGE, TASK, DONE)
TEAM, TOVHOLDER, PLANNER = "team", "tovholder", "planner"


@dataclass(frozen=True)
class Line:
    """A message or a task. ``first_id``: the first of the records that correct each other."""

    entry: Entry
    first_id: UUID
    citizen_id: UUID | None
    citizen: str
    #: Whom it is for, by name: who is to do the task, or holds the citizen's help together; empty: everybody.
    for_name: str
    for_carer_id: UUID | None
    #: When the server got the newest of what is told here.
    received_at: dt.datetime
    done: Entry | None = None

    @property
    def record(self) -> Record:
        """The record that says it."""
        return self.entry.record

    @property
    def text(self) -> str:
        """Its words."""
        return str(self.record.body["text"])

    @property
    def due_on(self) -> dt.date | None:
        """When a task is to be done."""
        found = self.record.body.get("due_on")
        return None if found is None else dt.date.fromisoformat(found)

    @property
    def to(self) -> str:
        """To whom a message is."""
        return str(self.record.body.get("to", TEAM))

    @property
    def topic_id(self) -> UUID | None:
        """The meeting's topic at which a task was agreed."""
        found = self.record.body.get("topic_id")
        return None if found is None else UUID(found)

    @property
    def done_note(self) -> str:
        """What was written when it was done."""
        return "" if self.done is None else str(self.done.record.body.get("note") or "")

    def overdue(self, today: dt.date) -> bool:
        """Whether a task's day has passed."""
        return self.done is None and self.due_on is not None and self.due_on < today

    def is_new(self, looked_at: dt.datetime | None, user_id: UUID) -> bool:
        """Whether somebody who last looked then has not seen it; nobody's own is new."""
        writer = self.record.user_id if self.done is None else self.done.record.user_id
        return writer != user_id and (looked_at is None or self.received_at > looked_at)


@dataclass(frozen=True)
class TeamList:
    """Open tasks, the first due first; messages and what was done lately, the newest first."""

    tasks: tuple[Line, ...]
    messages: tuple[Line, ...]
    done: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of it."""
        return (*self.tasks, *self.messages, *self.done)

    @property
    def citizens(self) -> frozenset[UUID]:
        """Who stands on it."""
        return frozenset(one.citizen_id for one in self.lines if one.citizen_id is not None)

    @property
    def until(self) -> dt.datetime | None:
        """Who sees all of this has seen what the server had received by then."""
        return max((one.received_at for one in self.lines), default=None)

    def of(self, citizen_id: UUID) -> TeamList:
        """What is about one citizen."""
        return self.where(lambda one: one.citizen_id == citizen_id)

    def for_carer(self, carer_id: UUID | None) -> TeamList:
        """What is for one carer by name; nothing for nobody."""
        return self.where(lambda one: carer_id is not None and one.for_carer_id == carer_id)

    def where(self, wanted: Callable[[Line], bool]) -> TeamList:
        """A part of it."""
        return TeamList(
            tuple(one for one in self.tasks if wanted(one)),
            tuple(one for one in self.messages if wanted(one)),
            tuple(one for one in self.done if wanted(one)),
        )

    def count_new(self, looked_at: dt.datetime | None, user_id: UUID) -> int:
        """How much somebody who last looked then has not seen."""
        return sum(one.is_new(looked_at, user_id) for one in self.lines)


def team_list(session: Session, team_id: UUID, now: dt.datetime) -> TeamList:
    """The list as it is now. Who shows it says whom it names (``TeamList.citizens``)."""
    span = figures()
    entries = _entries(session, team_id, now - span.tasks)
    first = _firsts(one.record for one in entries)
    done = _done(entries, first)
    said = [one for one in entries if one.stands and one.record.kind in (MESSAGE, TASK)]
    names = _citizen_names(session, {one.record.citizen_id for one in said if one.record.citizen_id})
    lines = [_line(one, first[one.record.id], names, done.get(first[one.record.id])) for one in said]
    lines = _for_whom(session, lines, now.astimezone(ZONE).date())
    tasks = [one for one in lines if one.record.kind == TASK]
    messages = [one for one in lines if one.record.kind == MESSAGE and one.record.at > now - span.messages]
    lately = [one for one in tasks if one.done is not None and one.done.record.at > now - span.done]
    return TeamList(
        tuple(sorted((one for one in tasks if one.done is None), key=_by_due)),
        tuple(sorted(messages, key=lambda one: one.record.at, reverse=True)),
        tuple(sorted(lately, key=lambda one: one.received_at, reverse=True)),
    )


def open_tasks(session: Session, team_id: UUID, citizen_id: UUID, now: dt.datetime) -> int:
    """How many tasks about a citizen are open."""
    return len(team_list(session, team_id, now).of(citizen_id).tasks)


def looked_at(session: Session, team_id: UUID, user_id: UUID) -> dt.datetime | None:
    """Up to when somebody has read the list; None for who has never."""
    return session.scalars(
        select(ListLook.looked_at).where(col(ListLook.team_id) == team_id, col(ListLook.user_id) == user_id)
    ).first()


def note_look(
    session: Session,
    *,
    municipality_id: UUID,
    team_id: UUID,
    user_id: UUID,
    until: dt.datetime,
    now: dt.datetime,
) -> None:
    """Somebody has read the list as it was at a moment; never further than now, and never back."""
    until = min(until, now)
    row = session.scalars(
        select(ListLook).where(col(ListLook.team_id) == team_id, col(ListLook.user_id) == user_id)
    ).first()
    if row is None:
        try:
            with session.begin_nested():
                session.add(
                    ListLook(
                        municipality_id=municipality_id, team_id=team_id, user_id=user_id, looked_at=until
                    )
                )
        except IntegrityError:
            # The same person on another tablet, this moment: the next look says it again.
            return
    elif row.looked_at < until:
        row.looked_at = until
        session.add(row)
    session.flush()


def _entries(session: Session, team_id: UUID, since: dt.datetime) -> tuple[Entry, ...]:
    """The list's records since then, with what corrects them or takes them back."""
    of_list = (
        col(Record.team_id) == team_id,
        col(Record.kind).in_(KINDS),
        col(Record.on_date) >= since.astimezone(ZONE).date(),
    )
    taken_back = sa.and_(
        col(Record.kind) == WITHDRAWN,
        col(Record.team_id) == team_id,
        col(Record.corrects_id).in_(sa.select(col(Record.id)).where(*of_list)),
    )
    return entries_of(session, session.scalars(select(Record).where(sa.or_(sa.and_(*of_list), taken_back))))


def _firsts(records: Iterable[Record]) -> dict[UUID, UUID]:
    """By record the first of those that correct each other: by it others name it."""
    by_id = {one.id: one for one in records}
    found = {}
    for one in by_id.values():
        first, seen = one, {one.id}
        while first.corrects_id in by_id and first.corrects_id not in seen:
            first = by_id[first.corrects_id]
            seen.add(first.id)
        found[one.id] = first.id
    return found


def _done(entries: Iterable[Entry], first: Mapping[UUID, UUID]) -> dict[UUID, Entry]:
    """By task the record that says it is done; of several the earliest."""
    found: dict[UUID, Entry] = {}
    for one in entries:
        if one.stands and one.record.kind == DONE:
            task = UUID(str(one.record.body["task_record_id"]))
            found.setdefault(first.get(task, task), one)
    return found


def _line(entry: Entry, first_id: UUID, names: Mapping[UUID, str], done: Entry | None) -> Line:
    record = entry.record
    citizen = names.get(record.citizen_id, "") if record.citizen_id else ""
    carer = record.body.get("carer_id")
    return Line(
        entry,
        first_id,
        # One who is gone for good is nobody any more.
        record.citizen_id if citizen else None,
        citizen,
        "",
        None if carer is None else UUID(carer),
        record.received_at if done is None else max(record.received_at, done.record.received_at),
        done,
    )


def _for_whom(session: Session, lines: Iterable[Line], today: dt.date) -> list[Line]:
    """With who is to do the task, and who the tovholder is that a message is to."""
    lines = list(lines)
    asked = {one.citizen_id for one in lines if one.to == TOVHOLDER and one.citizen_id}
    holders = coordinators(session, asked, today) if asked else {}
    named = {one.for_carer_id for one in lines if one.for_carer_id}
    carers = {row.id: row for row in session.scalars(select(Carer).where(col(Carer.id).in_(named)))}
    found = []
    for one in lines:
        carer = carers.get(one.for_carer_id) if one.for_carer_id else None
        if one.record.kind == MESSAGE and one.to == TOVHOLDER and one.citizen_id:
            carer = holders.get(one.citizen_id)
        found.append(
            replace(one, for_carer_id=None)
            if carer is None
            else replace(one, for_carer_id=carer.id, for_name=carer.name or carer.code)
        )
    return found


def _citizen_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Citizen.id, Citizen.name, Citizen.code).where(col(Citizen.id).in_(ids)))
    return {row[0]: row[1] or row[2] for row in rows}


def _by_due(one: Line) -> tuple[bool, dt.date, dt.datetime]:
    due = one.due_on
    return due is None, due or dt.date.max, one.record.at
