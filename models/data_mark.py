"""A team's mark: a random number that changes with every row that its plans are made of.

Whoever keeps a plan in memory keeps the mark with it, and knows by one look at the team whether the plan still
holds: in any number of processes, on both databases. A number of its own for each change, not a count: what a
transaction that was rolled back had marked never comes again.

Changes made by row objects are noticed at each flush; an update or delete of many rows at once marks every team.
Statements on the bare tables (``Citizen.__table__``) are not noticed; nothing of ours writes so.
"""

from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from models.absence import Absence
from models.barred import Barred
from models.base import Row
from models.carer import Carer
from models.citizen import Citizen
from models.ferry import Ferry
from models.grant import Grant
from models.history import Delivered, History
from models.holiday import Holiday
from models.link import Link
from models.meeting import Meeting, MeetingCarer
from models.municipality import Municipality
from models.need import Need
from models.package import Package
from models.provider import Provider
from models.record import Record
from models.roster import PUBLISHED, Roster
from models.session import GroupSession, SessionCitizen
from models.shift import Shift
from models.stored_catalogue import StoredCatalogue
from models.team import Team
from models.travel_override import TravelOverride
from models.wish import Wish

#: What a plan is made of (tests hold it against what the bridge reads). Of rosters only who is published counts.
PLANNED_FROM: tuple[type[Row], ...] = (
    Municipality, Provider, Team, Package, Carer, Citizen, Grant, Need, Link, Barred, Wish, Shift, Absence, Holiday,
    History, Delivered, Ferry, Meeting, MeetingCarer, GroupSession, SessionCitizen, TravelOverride, StoredCatalogue,
)  # fmt: skip
#: Records by which minutes were given otherwise than planned; others say nothing that a plan is made of.
GIVEN_KINDS = frozenset({"made_physical", "emergency_arrived", "emergency_ended"})


@event.listens_for(Session, "after_flush")
def _mark_flushed(session: Session, _context: UOWTransaction) -> None:
    teams: set[UUID] = set()
    municipalities: set[UUID] = set()
    teams |= _given_otherwise(session, [row for row in session.new if isinstance(row, Record)])
    for row in (*session.new, *session.deleted, *session.dirty):
        if not _matters(session, row):
            continue
        if isinstance(row, Team):
            teams.add(row.id)
        elif isinstance(row, Municipality):
            municipalities.add(row.id)
        elif (team_id := getattr(row, "team_id", None)) is not None:
            teams.add(team_id)
        else:
            municipalities.add(row.municipality_id)
    if teams:
        _mark(session, sa.column("id").in_(teams))
    if municipalities:
        _mark(session, sa.column("municipality_id").in_(municipalities))


def _matters(session: Session, row: object) -> bool:
    if isinstance(row, Roster):
        history = sa.inspect(row).attrs.status.history
        changed = row in session.new or row in session.deleted or history.has_changes()
        return changed and PUBLISHED in (row.status, *(history.deleted or ()))
    if not isinstance(row, PLANNED_FROM):
        return False
    if row in session.new or row in session.deleted:
        return True
    return session.is_modified(row, include_collections=False)


@event.listens_for(Session, "do_orm_execute")
def _mark_many(state: ORMExecuteState) -> None:
    changes = state.is_update or state.is_delete or state.is_insert
    if changes and state.bind_mapper and issubclass(state.bind_mapper.class_, (*PLANNED_FROM, Roster)):
        _mark(state.session, sa.true())


def _given_otherwise(session: Session, records: list[Record]) -> set[UUID]:
    """The teams of new records by which minutes were given otherwise than planned, and of those that take one back."""
    teams = {row.team_id for row in records if _says_otherwise(row.kind, row.body)}
    table = Record.__table__  # type: ignore[attr-defined]
    columns = sa.select(table.c.team_id, table.c.need_id, table.c.on_date, table.c.kind, table.c.body)
    taken_back = {row.corrects_id for row in records if row.kind == "withdrawn"}
    if taken_back:
        rows = session.connection().execute(columns.where(table.c.id.in_(taken_back)))
        teams |= {row.team_id for row in rows if _says_otherwise(row.kind, row.body)}
    ended = {(row.need_id, row.on_date) for row in records if row.kind == "ended"}
    if ended:
        spoken_of = columns.where(
            table.c.team_id.in_({row.team_id for row in records}),
            table.c.on_date.in_({when for _, when in ended}),
            table.c.kind.in_(("made_physical", "screen_ended")),
        )
        rows = session.connection().execute(spoken_of)
        teams |= {row.team_id for row in rows if (row.need_id, row.on_date) in ended}
    return teams


def _says_otherwise(kind: str, body: dict[str, Any]) -> bool:
    if kind == "deviation":
        return body.get("type") in ("moved", "not_done")
    return kind in GIVEN_KINDS or body.get("outcome") == "made_physical"


def _mark(session: Session, which: sa.ColumnElement[bool]) -> None:
    table = Team.__table__  # type: ignore[attr-defined]
    session.connection().execute(sa.update(table).where(which).values(data_mark=uuid4()))
