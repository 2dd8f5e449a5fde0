"""Handing in a file: it is read and compared, kept until somebody says yes, and then holds or is given up (X1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.import_preview import Preview, apply, preview
from delivery_app.exchange.packs import ReadFile, read_upload
from delivery_app.services.team_rows import owner, team_of
from models.errors import MissingRowError
from models.tables import Citizen, PendingImport

#: A file that nobody says yes to is forgotten after so long.
KEPT = timedelta(days=1)


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
    read = read_upload(name, content)
    if read.problem is None:
        return Looked(read, None, None, name)
    found = preview(session, team_id, read.problem)
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


def look_again(session: Session, team_id: UUID, user_id: UUID, pending_id: UUID) -> Looked:
    """The file as it was handed in, compared with the team as it is now.

    Raises
    ------
    MissingRowError
        This person has handed in no such file, or it was forgotten.
    """
    row = _pending(session, team_id, user_id, pending_id)
    read = read_upload(row.file_name, row.content)
    found = None if read.problem is None else preview(session, team_id, read.problem)
    return Looked(read, found, row.id, row.file_name)


def note_seen(session: Session, pending_id: UUID, seen: Preview) -> None:
    """What was shown of the file's changes this time."""
    session.get_one(PendingImport, pending_id).seen_sha256 = seen.digest()
    session.flush()


def say_yes(session: Session, team_id: UUID, user_id: UUID, pending_id: UUID) -> Preview:
    """Let the file hold; what it changed.

    Raises
    ------
    MissingRowError
        As :func:`look_again`.
    BridgeError
        The team was changed since the changes were shown.
    """
    row = _pending(session, team_id, user_id, pending_id)
    read = read_upload(row.file_name, row.content)
    assert read.problem is not None, "only files without mistakes are kept"
    found = preview(session, team_id, read.problem)
    apply(session, team_id, read.problem, row.seen_sha256)
    session.delete(row)
    session.flush()
    return found


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
