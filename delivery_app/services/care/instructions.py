"""Action instructions (handlingsanvisninger): the version that holds, those before it, and new ones.

A version is never changed. Who writes a new one says from which version, so that two who write at once do not lose
each other's words, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import Message
from delivery_app.services.care.difference import Piece, difference
from delivery_app.services.care.fields import Errors, date_in, fail_on, id_in, text_in
from delivery_app.services.team_rows import owner, row_of, team_of
from models.errors import ConflictError, MissingRowError
from models.tables import ActionInstruction, Citizen, Need

TITLE_MAX, TEXT_MAX, REASON_MAX = 120, 8000, 500


@dataclass(frozen=True)
class Version:
    """A version with what it changed; ``pieces`` is empty for the first."""

    row: ActionInstruction
    pieces: tuple[Piece, ...]
    title_before: str | None


def current_instructions(session: Session, citizens: Collection[UUID]) -> list[ActionInstruction]:
    """The newest versions of what still holds, in the planner's order."""
    newest = (
        select(
            col(ActionInstruction.series_id).label("series"),
            func.max(col(ActionInstruction.version)).label("newest"),
        )
        .where(col(ActionInstruction.citizen_id).in_(citizens))
        .group_by(col(ActionInstruction.series_id))
        .subquery()
    )
    return list(
        session.scalars(
            select(ActionInstruction)
            .join(
                newest,
                (col(ActionInstruction.series_id) == newest.c.series)
                & (col(ActionInstruction.version) == newest.c.newest),
            )
            .where(col(ActionInstruction.withdrawn).is_(False))
            .order_by(col(ActionInstruction.position), col(ActionInstruction.title))
        )
    )


def history_of(session: Session, team_id: UUID, series_id: UUID) -> list[Version]:
    """All versions of an instruction, the newest first; raises MissingRowError when the team has none such."""
    rows = _versions(session, team_id, series_id)
    before: list[ActionInstruction | None] = [None, *rows[:-1]]
    return [
        Version(
            row,
            () if old is None else difference(old.text, row.text),
            old.title if old is not None and old.title != row.title else None,
        )
        for row, old in zip(rows, before, strict=True)
    ][::-1]


def save_instruction(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    cells: Mapping[str, str],
    *,
    series_id: UUID | None = None,
    seen: int | None = None,
) -> ActionInstruction:
    """Write an instruction, or (with its series, and the version it was written from) a new version of it.

    Raises
    ------
    CellErrors
        A text that is missing or too long, no reason for a new version, nothing changed, a need of somebody else.
    ConflictError
        There is a newer version than the one that was seen.
    MissingRowError
        The team has no such citizen or instruction.
    """
    citizen = row_of(session, Citizen, team_id, citizen_id)
    old = None if series_id is None else _newest(session, team_id, citizen, series_id, seen)
    errors: Errors = {}
    title = text_in(cells, "title", errors, TITLE_MAX, needed=True, one_line=True)
    text = text_in(cells, "text", errors, TEXT_MAX, needed=True)
    reason = text_in(cells, "reason", errors, REASON_MAX, needed=old is not None)
    review = date_in(cells, "review_on", errors)
    need_id = _need(session, citizen, cells.get("need", ""), errors)
    same = old is not None and (old.title, old.text, old.need_id, old.review_on) == (
        title,
        text,
        need_id,
        review,
    )
    if same and not errors:
        errors["text"] = [Message("nothing is changed; a new version says something else", {"value": ""})]
    fail_on(errors)
    position = old.position if old is not None else len(current_instructions(session, [citizen_id]))
    return _add(
        session,
        ActionInstruction(
            **owner(team_of(session, team_id)),
            series_id=old.series_id if old is not None else uuid4(),
            version=1 if old is None else old.version + 1,
            citizen_id=citizen_id,
            need_id=need_id,
            position=position,
            title=title,
            text=text,
            reason=reason,
            review_on=review,
        ),
    )


def withdraw_instruction(
    session: Session, team_id: UUID, citizen_id: UUID, series_id: UUID, seen: int | None, reason: str
) -> None:
    """End an instruction by a last version that says so and why; raises as :func:`save_instruction`."""
    citizen = row_of(session, Citizen, team_id, citizen_id)
    old = _newest(session, team_id, citizen, series_id, seen)
    errors: Errors = {}
    why = text_in({"reason": reason}, "reason", errors, REASON_MAX, needed=True)
    fail_on(errors)
    _next(session, old, need_id=old.need_id, reason=why, withdrawn=True)


def narrow_instruction(
    session: Session, old: ActionInstruction, need_id: UUID | None, reason: str
) -> ActionInstruction:
    """A new version for the visits of another need; without one the instruction ends. Raises ConflictError."""
    return _next(session, old, need_id=need_id or old.need_id, reason=reason, withdrawn=need_id is None)


def _next(
    session: Session, old: ActionInstruction, *, need_id: UUID | None, reason: str, withdrawn: bool
) -> ActionInstruction:
    """A version that says the same, of other visits or for the last time."""
    return _add(
        session,
        ActionInstruction(
            municipality_id=old.municipality_id,
            team_id=old.team_id,
            series_id=old.series_id,
            version=old.version + 1,
            citizen_id=old.citizen_id,
            need_id=need_id,
            position=old.position,
            title=old.title,
            text=old.text,
            reason=reason,
            review_on=None if withdrawn else old.review_on,
            withdrawn=withdrawn,
        ),
    )


def _add(session: Session, row: ActionInstruction) -> ActionInstruction:
    """Add a version; who was faster by a moment has taken its number."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise ConflictError(
            "Somebody has written a new version in the meantime; nothing was saved yet"
        ) from None
    return row


def _newest(
    session: Session, team_id: UUID, citizen: Citizen, series_id: UUID, seen: int | None
) -> ActionInstruction:
    newest = _versions(session, team_id, series_id)[-1]
    if newest.citizen_id != citizen.id:
        raise MissingRowError("The citizen has no such instruction")
    if newest.withdrawn or (seen is not None and newest.version != seen):
        raise ConflictError(
            "{who} has changed this in the meantime; nothing was saved yet", who=newest.created_by
        )
    return newest


def _versions(session: Session, team_id: UUID, series_id: UUID) -> list[ActionInstruction]:
    rows = list(
        session.scalars(
            select(ActionInstruction)
            .where(col(ActionInstruction.series_id) == series_id, col(ActionInstruction.team_id) == team_id)
            .order_by(col(ActionInstruction.version))
        )
    )
    if not rows:
        raise MissingRowError("The team has no such instruction")
    return rows


def _need(session: Session, citizen: Citizen, text: str, errors: Errors) -> UUID | None:
    if not text:
        return None
    wanted = id_in(text)
    need = None if wanted is None else session.get(Need, wanted)
    if need is None or need.citizen_id != citizen.id:
        errors["need"] = [Message("choose one of the citizen's visits", {"value": text[:40]})]
        return None
    return need.id
