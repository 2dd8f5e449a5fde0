"""Reading what was recorded: how the visits of a date stand, the story of one, what is new of a citizen.

Whoever shows what is read here says so (``note_read``); rows of citizens are not loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only
from sqlmodel import col, select

from delivery_app.services.records.kinds import WITHDRAWN
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import VisitState, in_order, state_of
from delivery_app.services.records.visits import PlannedVisit, VisitName, planned_visits
from models.device import Device
from models.errors import MissingRowError
from models.record import Record
from models.team import Team
from models.user import User

#: What colleagues are shown of a citizen; adverse events are kept apart.
OBSERVATIONS = (
    "note",
    "state",
    "measurement",
    "photo",
    "deviation",
    "needs_changed",
    "key",
    "community",
    "followed_up",
    "complaint",
    "damage",
    "nobody_home",
    "late_call",
    "screen_ended",
    "made_physical",
)


#: What a state is made of: of a large team's day there are a thousand records.
_OF_STATE = load_only(
    *(getattr(Record, name) for name in (
        "need_id", "on_date", "carer_id", "user_id", "device_id", "device_seq", "kind", "body", "at", "received_at",
        "clock_doubtful", "corrects_id",
    ))
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A record as it is shown: by whom and on which device, and what became of it."""

    record: Record
    who: str
    device: str
    #: The record that corrects it or takes it back; with whose words.
    corrected_by: UUID | None = None
    corrected_who: str = ""
    withdrawn: bool = False
    why_withdrawn: str = ""

    @property
    def stands(self) -> bool:
        """Whether it still says something."""
        return self.corrected_by is None and self.record.kind != WITHDRAWN


@dataclass(frozen=True)
class VisitStory:
    """All that was recorded of a visit, in order, and what it adds up to."""

    name: VisitName
    planned: PlannedVisit | None
    state: VisitState
    entries: tuple[Entry, ...]


def visit_states(session: Session, team_id: UUID, on_date: dt.date) -> dict[VisitName, VisitState]:
    """How each visit of a date stands: those of the published roster, and others that something was recorded of."""
    standards = standards_of(session, municipality_of(session, team_id))
    planned = {one.name: one for one in planned_visits(session, team_id, on_date, on_date)}
    by_visit: dict[VisitName, list[Record]] = {name: [] for name in planned}
    for record, name in _of_date(session, team_id, on_date):
        by_visit.setdefault(name, []).append(record)
    return {
        name: state_of(planned.get(name), records, standards) if records else VisitState()
        for name, records in by_visit.items()
    }


def visit_story(session: Session, team_id: UUID, need_id: UUID, on_date: dt.date) -> VisitStory:
    """What was recorded of a visit."""
    name = VisitName(need_id, on_date)
    planned = next(
        (one for one in planned_visits(session, team_id, on_date, on_date) if one.name == name), None
    )
    rows = session.scalars(
        select(Record).where(
            col(Record.team_id) == team_id, col(Record.on_date) == on_date, col(Record.need_id) == need_id
        )
    ).all()
    records = with_corrections(session, rows)
    standards = standards_of(session, municipality_of(session, team_id))
    return VisitStory(name, planned, state_of(planned, records, standards), entries_of(session, records))


def latest_for_citizen(
    session: Session,
    citizen_id: UUID,
    limit: int = 10,
    before: dt.datetime | None = None,
    kinds: Sequence[str] = OBSERVATIONS,
) -> list[Entry]:
    """The newest records of a citizen that still stand, the newest first."""
    wanted = select(Record).where(col(Record.citizen_id) == citizen_id, col(Record.kind).in_(kinds))
    if before is not None:
        wanted = wanted.where(col(Record.at) < before)
    corrections = select(Record.corrects_id).where(
        col(Record.citizen_id) == citizen_id, col(Record.corrects_id).is_not(None)
    )
    wanted = wanted.where(col(Record.id).not_in(corrections))
    rows = session.scalars(wanted.order_by(col(Record.at).desc(), col(Record.id)).limit(limit)).all()
    by_id = {one.record.id: one for one in entries_of(session, rows)}
    return [by_id[row.id] for row in rows]


def entries_of(session: Session, records: Iterable[Record]) -> tuple[Entry, ...]:
    """Records with the names of who made them, in order, each with what corrects it among them."""
    ordered = in_order(records)
    users = names_of(session, {one.user_id for one in ordered})
    devices = _device_names(session, {one.device_id for one in ordered if one.device_id is not None})
    corrections = {one.corrects_id: one for one in ordered if one.corrects_id is not None}
    return tuple(_entry(one, users, devices, corrections.get(one.id)) for one in ordered)


def with_corrections(session: Session, records: Sequence[Record]) -> list[Record]:
    """The records, and those that correct them or take them back, however often."""
    found = {one.id: one for one in records}
    newest = set(found)
    while newest:
        rows = session.scalars(select(Record).where(col(Record.corrects_id).in_(newest))).all()
        newest = {row.id for row in rows} - found.keys()
        found |= {row.id: row for row in rows}
    return list(found.values())


def names_of(session: Session, users: set[UUID]) -> dict[UUID, str]:
    """Users' names by id."""
    if not users:
        return {}
    rows = session.execute(select(User.id, User.name).where(col(User.id).in_(users)))
    return {row[0]: row[1] for row in rows}


def municipality_of(session: Session, team_id: UUID) -> UUID:
    """A team's municipality; raises MissingRowError."""
    found = session.scalar(select(Team.municipality_id).where(col(Team.id) == team_id))
    if found is None:
        raise MissingRowError("There is no team with the id {id}", id=team_id)
    return found


def _of_date(session: Session, team_id: UUID, on_date: dt.date) -> list[tuple[Record, VisitName]]:
    """Every record of a date's visits, with what corrects it, by the visit it belongs to."""
    of_date = (
        col(Record.team_id) == team_id,
        col(Record.on_date) == on_date,
        col(Record.need_id).is_not(None),
    )
    rows = session.scalars(select(Record).where(*of_date).options(_OF_STATE)).all()
    names = {row.id: VisitName(row.need_id, row.on_date) for row in rows if row.need_id is not None}
    found = [(row, names[row.id]) for row in rows]
    # What takes a record back may name the record alone. Asked for by the date, not by thousands of ids.
    outside = session.scalars(
        select(Record).where(
            col(Record.corrects_id).in_(select(Record.id).where(*of_date)),
            sa.or_(col(Record.need_id).is_(None), col(Record.on_date) != on_date),
        )
    ).all()
    for one in with_corrections(session, outside):
        target = one.corrects_id
        if one.id not in names and target in names:
            names[one.id] = names[target]
            found.append((one, names[target]))
    return found


def _device_names(session: Session, devices: set[UUID]) -> Mapping[UUID, str]:
    if not devices:
        return {}
    rows = session.execute(select(Device.id, Device.name).where(col(Device.id).in_(devices)))
    return {row[0]: row[1] for row in rows}


def _entry(
    one: Record, users: Mapping[UUID, str], devices: Mapping[UUID, str], correction: Record | None
) -> Entry:
    device = devices.get(one.device_id, "") if one.device_id is not None else ""
    taken_back = correction is not None and correction.kind == WITHDRAWN
    return Entry(
        record=one,
        who=users.get(one.user_id, one.created_by),
        device=device,
        corrected_by=None if correction is None else correction.id,
        corrected_who="" if correction is None else users.get(correction.user_id, correction.created_by),
        withdrawn=taken_back,
        why_withdrawn=str(correction.body.get("reason", "")) if correction is not None and taken_back else "",
    )
