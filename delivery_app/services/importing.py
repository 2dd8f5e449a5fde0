"""Handing in a file: it is read and compared, kept until somebody says yes, and then holds or is given up (X1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.import_preview import Preview, apply, keyed, listed, preview
from delivery_app.exchange.beside import Beside
from delivery_app.exchange.packs import ReadFile, read_upload
from delivery_app.moment import moment_of
from delivery_app.services.beside import Rows, apply_beside, beside_rows, planned
from delivery_app.services.beside_checks import Known, checked_tables
from delivery_app.services.team_rows import owner, team_of
from models.errors import MissingRowError
from models.tables import Citizen, PendingImport, Team

#: A file that nobody says yes to is forgotten after so long.
KEPT = timedelta(days=1)
#: Tables beside the pack of which a person has one row.
_KEYS = {"notes": "citizen_id", "carer_notes": "carer_id"}


@dataclass(frozen=True)
class Looked:
    """A file looked through; without ``pending_id`` it cannot be imported."""

    read: ReadFile
    preview: Preview | None
    pending_id: UUID | None
    file_name: str


def hand_in(
    session: Session, team_id: UUID, user_id: UUID, name: str, content: bytes, now: datetime
) -> Looked:
    """Look through a file; one without mistakes that changes something is kept for :func:`say_yes`.

    Raises
    ------
    MissingRowError, BridgeError, ProblemError
        As :func:`delivery_app.bridge.import_preview.preview`.
    """
    forget(session, team_id, user_id, now)
    read, rows = _read(name, content, moment_of(now).date)
    if read.problem is None:
        return Looked(read, None, None, name)
    found = _compared(session, team_id, read, rows)
    if found.is_empty:
        return Looked(read, found, None, name)
    row = PendingImport(
        **owner(team_of(session, team_id)),
        user_id=user_id,
        file_name=name[:200],
        content=content,
        seen_sha256=found.digest(),
    )
    session.add(row)
    session.flush()
    return Looked(read, found, row.id, name)


def look_again(session: Session, team_id: UUID, user_id: UUID, pending_id: UUID, now: datetime) -> Looked:
    """The file as it was handed in, compared with the team as it is now.

    Raises
    ------
    MissingRowError
        This person has handed in no such file, or it was forgotten.
    """
    row = _pending(session, team_id, user_id, pending_id)
    read, rows = _read(row.file_name, row.content, moment_of(now).date)
    found = None if read.problem is None else _compared(session, team_id, read, rows)
    return Looked(read, found, row.id, row.file_name)


def note_seen(session: Session, pending_id: UUID, seen: Preview) -> None:
    """What was shown of the file's changes this time."""
    session.get_one(PendingImport, pending_id).seen_sha256 = seen.digest()
    session.flush()


def say_yes(session: Session, team_id: UUID, user_id: UUID, pending_id: UUID, now: datetime) -> Preview:
    """Let the file hold; what it changed.

    Raises
    ------
    MissingRowError
        As :func:`look_again`.
    BridgeError
        The team was changed since the changes were shown.
    """
    row = _pending(session, team_id, user_id, pending_id)
    today = moment_of(now).date
    read, rows = _read(row.file_name, row.content, today)
    assert read.problem is not None, "only files without mistakes are kept"
    session.get(Team, team_id, with_for_update=True)
    found = _compared(session, team_id, read, rows)
    if found.digest() != row.seen_sha256:
        raise BridgeError("The team has been changed in the meantime; look at the changes again, then import")
    apply(session, team_id, read.problem, preview(session, team_id, read.problem).digest())
    apply_beside(session, team_id, rows, *_people(read), today)
    session.delete(row)
    session.flush()
    return found


def team_beside(session: Session, team_id: UUID, problem: Any) -> Rows:
    """What people know of a problem's citizens and carers, for its export."""
    return beside_rows(
        session,
        team_id,
        [row.citizen_id for row in problem.citizens],
        [row.carer_id for row in problem.carers],
    )


def _read(name: str, content: bytes, today: date) -> tuple[ReadFile, Rows]:
    """The file, and its tables beside the pack when everything is right; otherwise every mistake of both."""
    read = read_upload(name, content)
    if read.problem is None:
        return read, {}
    problem = read.problem
    known = Known(
        frozenset(row.citizen_id for row in problem.citizens),
        frozenset(row.carer_id for row in problem.carers),
        frozenset(row.package_id for row in problem.packages),
        frozenset(row.island for row in problem.citizens if row.island),
    )
    rows, mistakes = checked_tables(read.beside, known, today)
    if mistakes:
        return replace(read, problem=None, errors=tuple(mistakes), beside=Beside()), {}
    return read, rows


def _people(read: ReadFile) -> tuple[list[str], list[str]]:
    assert read.problem is not None
    citizens = [row.citizen_id for row in read.problem.citizens]
    return citizens, [row.carer_id for row in read.problem.carers]


def _compared(session: Session, team_id: UUID, read: ReadFile, rows: Rows) -> Preview:
    """What the file changes: of the pack, and of the tables beside it that it holds."""
    assert read.problem is not None
    found = preview(session, team_id, read.problem)
    if not rows:
        return found
    before = beside_rows(session, team_id, *_people(read))
    after = planned(before, rows)
    changes = []
    for name in rows:
        key = _KEYS.get(name)
        pair = (before[name], after[name])
        changes.append(keyed(name, key, *pair) if key else listed(name, *pair))
    return replace(found, tables=(*found.tables, *changes))


def forget(session: Session, team_id: UUID, user_id: UUID, now: datetime) -> None:
    """Give up what this person handed in for the team, and whatever waits too long."""
    mine = (col(PendingImport.team_id) == team_id) & (col(PendingImport.user_id) == user_id)
    session.execute(delete(PendingImport).where(mine | (col(PendingImport.created_at) < now - KEPT)))


def citizens_shown(session: Session, team_id: UUID, found: Preview) -> list[UUID]:
    """The team's citizens whose data the changes tell, for the access log."""
    codes = _citizen_codes(found)
    rows: Any = session.execute(
        select(Citizen.id).where(col(Citizen.team_id) == team_id, col(Citizen.code).in_(codes))
    )
    return [row.id for row in rows]


def _citizen_codes(found: Preview) -> set[str]:
    codes: set[str] = set()
    for table in found.tables:
        for row in (*table.changed, *table.gone, *table.added):
            codes |= set(row.label.replace(" · ", "\n").split("\n"))
    return codes


def _pending(session: Session, team_id: UUID, user_id: UUID, pending_id: UUID) -> PendingImport:
    row = session.get(PendingImport, pending_id)
    if row is None or row.team_id != team_id or row.user_id != user_id:
        raise MissingRowError("There is no such file waiting; hand it in again")
    return row
