"""The access log as the program uses it: what a session reads and changes of citizens gets into the log (X5).

Sessions of ``Database`` are :class:`LoggedSession`. What they **change** is sealed into the log in their own
transaction, right before its commit: there is no change without its entry, and no entry without its change.
What they **read** is written in a transaction of its own when the session ends, for a page that was rolled
back has been seen all the same; when it cannot be written, the request fails.

Such a session also finds no citizens outside of the person's scope, whatever a query asks for.

What was read is what the route says with :func:`note_read`. A route that says nothing is logged with every
citizen whose row it loaded: forgetting it writes too much, never too little.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlmodel import col

from delivery_app.security import seals
from delivery_app.security.changes import Changes
from delivery_app.security.seals import Access, Event
from models.access_log import Action, Use
from models.citizen import Citizen
from models.cpr import CprVault

_KEY = "access_log"


class SessionLog:
    """What one session will have to write into the log."""

    def __init__(self, access: Access, vault: CprVault) -> None:
        self.access, self.vault = access, vault
        self.changes = Changes()
        self.events: list[Event] = []
        self.loaded: dict[UUID, UUID] = {}
        #: Teams all of whose citizens were at hand from memory, without their rows.
        self.teams: set[UUID] = set()
        self.stated: dict[Event, None] = {}
        self.has_stated = False
        #: What is noted with every read from now on.
        self.note: dict[str, Any] | None = None
        self.marks: dict[SessionTransaction, int] = {}

    def has_reads(self) -> bool:
        """Whether anything is to be written; not where nobody is signed in: jobs compute, they show nothing."""
        seen = self.stated if self.has_stated else self.loaded or self.teams
        return self.access.user_id is not None and bool(seen)

    def reads(self, connection: sa.Connection) -> list[Event]:
        """What was read, each with the citizen's team."""
        columns = Citizen.__table__.c  # type: ignore[attr-defined]
        if self.has_stated:
            unknown = {one.citizen_id for one in self.stated if one.team_id is None and one.citizen_id}
            of_them = sa.select(columns.id, columns.team_id).where(columns.id.in_(unknown))
            teams = {row.id: row.team_id for row in connection.execute(of_them)} if unknown else {}
            return [
                replace(one, team_id=teams.get(one.citizen_id)) if one.citizen_id in teams else one
                for one in self.stated
            ]
        citizens = dict(self.loaded)
        if self.teams:
            wanted = sa.select(columns.id, columns.team_id).where(
                columns.team_id.in_(self.teams), columns.until_date.is_(None)
            )
            citizens |= {row.id: row.team_id for row in connection.execute(wanted)}
        return [Event(Action.READ, citizen_id=one, team_id=team) for one, team in citizens.items()]


class LoggedSession(Session):
    """A session whose reads and changes of citizens are logged."""

    def begin_log(self, access: Access, vault: CprVault) -> None:
        """From now on, on behalf of this person."""
        self.info[_KEY] = SessionLog(access, vault)

    def end_log(self, engine: sa.Engine) -> None:
        """Write what was read, in a transaction of its own."""
        log = _log_of(self)
        if log is not None and log.has_reads():
            with engine.begin() as connection:
                seals.write(connection, log.vault, log.access, log.reads(connection))


class _Opened(Protocol):
    """A database as ``delivery_app.db`` opens it."""

    engine: sa.Engine
    vault: CprVault


def act_as(session: Session, access: Access) -> None:
    """Say who is at it, and for what, once that is known; what was read before counts, too."""
    log = _log_of(session)
    if log is not None:
        log.access = access


def note_read(
    session: Session,
    citizens: Iterable[Citizen | UUID],
    *,
    use: Use | None = None,
    action: Action = Action.READ,
    subject: tuple[str, UUID] | None = None,
    note: dict[str, Any] | None = None,
) -> None:
    """Say which citizens' data this request shows, prints or exports; may be called several times.

    ``use`` is the one of the request when not given; ``subject`` the table and row they were shown by
    (``("roster", roster.id)``), ``note`` a few words of the program's own. With no citizens it says that none
    is shown, though rows were loaded.
    """
    log = _log_of(session)
    if log is None:
        return
    log.has_stated = True
    table, row = subject or (None, None)
    for one in citizens:
        citizen_id = one.id if isinstance(one, Citizen) else one
        team_id = one.team_id if isinstance(one, Citizen) else log.loaded.get(one)
        shown = Event(
            action,
            citizen_id=citizen_id,
            subject_table=table,
            subject_id=row,
            use=use,
            team_id=team_id,
            note=note or log.note,
        )
        log.stated[shown] = None


@contextmanager
def reads_noted(session: Session, note: dict[str, Any]) -> Iterator[None]:
    """Everything that is read inside the block is logged with these words, whatever says that it is read."""
    log = _log_of(session)
    if log is None:
        yield
        return
    before, log.note = log.note, note
    try:
        yield
    finally:
        log.note = before


def note_codes_read(
    session: Session,
    team_id: UUID,
    codes: Iterable[str],
    *,
    use: Use | None = None,
    action: Action = Action.READ,
    subject: tuple[str, UUID] | None = None,
) -> None:
    """As :func:`note_read`, for citizens known by the pack's ids, as plans name them."""
    if _log_of(session) is None:
        return
    columns = Citizen.__table__.c  # type: ignore[attr-defined]
    wanted = sa.select(columns.id).where(columns.team_id == team_id, columns.code.in_(set(codes)))
    note_read(session, session.scalars(wanted).all(), use=use, action=action, subject=subject)


def note_team_at_hand(session: Session, team_id: UUID) -> None:
    """Say that all of a team's citizens came from memory: who then states nothing is logged with all of them."""
    log = _log_of(session)
    if log is not None:
        log.teams.add(team_id)


def note_change(
    session: Session,
    action: Action,
    table: sa.Table,
    rows: Collection[UUID],
    *,
    citizen_id: UUID | None = None,
    columns: Iterable[str] = (),
) -> None:
    """Log changes that were written past the unit of work (SQL of one's own); others are seen by themselves."""
    log = _log_of(session)
    if log is not None:
        for row in rows:
            log.changes.add(table, action, {"id": row, "citizen_id": citizen_id}, columns)


def log_event(session: Session, event: Event) -> None:
    """Log something that happens if, and only if, this transaction is committed."""
    log = _log_of(session)
    if log is not None:
        log.events.append(event)


def note_event(database: _Opened, access: Access, *events: Event) -> None:
    """Write something at once, in a transaction of its own: a sign-in, a refusal."""
    with database.engine.begin() as connection:
        seals.write(connection, database.vault, access, events)


def _log_of(session: Session) -> SessionLog | None:
    log: SessionLog | None = session.info.get(_KEY)
    return log


@event.listens_for(Citizen, "load")
def _loaded(citizen: Citizen, context: Any) -> None:
    log = _log_of(context.session)
    if log is not None:
        log.loaded[citizen.id] = citizen.team_id


@event.listens_for(LoggedSession, "after_flush")
def _flushed(session: Session, _context: object) -> None:
    log = _log_of(session)
    if log is not None:
        log.changes.gather(session)


@event.listens_for(LoggedSession, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    log = _log_of(state.session)
    if log is None:
        return
    if state.is_insert or state.is_update or state.is_delete:
        log.changes.gather_statement(state)
    elif log.access.scope is not None and state.is_select and not state.is_column_load:
        seen = col(Citizen.team_id).in_(log.access.scope)
        state.statement = state.statement.options(with_loader_criteria(Citizen, seen, include_aliases=True))


@event.listens_for(LoggedSession, "before_commit")
def _committing(session: Session) -> None:
    log = _log_of(session)
    if log is None or session.in_nested_transaction():
        return
    session.flush()
    if log.changes or log.events:
        connection = session.connection()
        found = [*log.changes.events(connection), *log.events]
        seals.write(connection, log.vault, log.access, found)
        log.changes, log.events = Changes(), []


@event.listens_for(LoggedSession, "after_transaction_create")
def _savepoint(session: Session, transaction: SessionTransaction) -> None:
    log = _log_of(session)
    if log is not None and transaction.nested:
        log.marks[transaction] = len(log.changes)


@event.listens_for(LoggedSession, "after_soft_rollback")
def _rolled_back(session: Session, transaction: SessionTransaction) -> None:
    log = _log_of(session)
    if log is None:
        return
    if transaction.nested:
        log.changes.forget_after(log.marks.pop(transaction, 0))
    else:
        log.changes, log.events = Changes(), []
