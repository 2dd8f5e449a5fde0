"""Who and what is near a citizen: relatives, whether screen visits suit, which carers are not to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.services.team_rows import assign, owner, row_of, row_to_change, team_of
from models.screen_assessment import SCREEN_OUTCOMES
from models.tables import Barred, Carer, Citizen, Relative, ScreenAssessment

RELATIVE_TEXTS = {"name": 200, "relation": 100, "phone": 40, "note": 1000}
NOTE_MAX = 1000


@dataclass(frozen=True)
class BarredLine:
    """A carer who is not to come, and why."""

    barred_id: UUID
    carer: str
    reason: str


def relatives_of(session: Session, citizen: Citizen) -> list[Relative]:
    """A citizen's relatives, in the order in which to ring."""
    return list(
        session.scalars(
            select(Relative)
            .where(col(Relative.citizen_id) == citizen.id)
            .order_by(col(Relative.position), col(Relative.created_at))
        )
    )


def save_relative(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    cells: Mapping[str, str],
    *,
    relative_id: UUID | None = None,
    row_version: int | None = None,
) -> Relative:
    """Add or change a relative.

    Raises
    ------
    CellErrors
        No name, or a text that is too long.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    citizen = row_of(session, Citizen, team_id, citizen_id)
    texts = {name: " ".join(cells.get(name, "").split()) for name in RELATIVE_TEXTS}
    errors = {
        name: [
            Message(
                "the text has {count} signs; write at most {most}", {"count": len(texts[name]), "most": most}
            )
        ]
        for name, most in RELATIVE_TEXTS.items()
        if len(texts[name]) > most
    }
    if not texts["name"]:
        errors["name"] = [Message("the name is missing; write it", {"value": ""})]
    if errors:
        raise CellErrors(errors)
    columns: dict[str, Any] = {**texts, "may_be_told": cells.get("may_be_told") == "yes"}
    if relative_id is None:
        row = Relative(
            **owner(team_of(session, team_id)),
            citizen_id=citizen.id,
            position=len(relatives_of(session, citizen)),
            **columns,
        )
        session.add(row)
    else:
        row = row_to_change(session, Relative, team_id, relative_id, row_version)
        assign(row, columns)
    session.flush()
    return row


def remove_relative(session: Session, team_id: UUID, relative_id: UUID, row_version: int | None) -> None:
    """Take a relative out; raises as :func:`delivery_app.services.team_rows.row_to_change`."""
    session.delete(row_to_change(session, Relative, team_id, relative_id, row_version))
    session.flush()


def assessments_of(session: Session, citizen: Citizen) -> list[ScreenAssessment]:
    """Whether screen visits suit, as assessed, the newest first."""
    return list(
        session.scalars(
            select(ScreenAssessment)
            .where(col(ScreenAssessment.citizen_id) == citizen.id)
            .order_by(col(ScreenAssessment.assessed_on).desc(), col(ScreenAssessment.created_at).desc())
        )
    )


def assess_screen(
    session: Session, team_id: UUID, citizen_id: UUID, cells: Mapping[str, str], today: date
) -> ScreenAssessment:
    """Write down an assessment; the newest one decides whether screen visits are planned (S9).

    Raises
    ------
    CellErrors
        An outcome that is none, a date that is none or to come, a review that is not later.
    MissingRowError
        The team has no such citizen.
    """
    citizen = row_to_change(session, Citizen, team_id, citizen_id, None)
    errors: dict[str, list[Message]] = {}
    outcome, note = cells.get("outcome", ""), cells.get("note", "").strip()
    if outcome not in SCREEN_OUTCOMES:
        errors["outcome"] = [Message("choose what the assessment came to", {"value": outcome})]
    on = _date(cells.get("assessed_on", ""), "assessed_on", errors) or today
    review = _date(cells.get("review_on", ""), "review_on", errors)
    if on > today:
        text = Message(
            "{value} is still to come; write the date on which it was assessed", {"value": on.isoformat()}
        )
        errors["assessed_on"] = [text]
    if review is not None and review <= on:
        values = {"value": review.isoformat(), "date": on.isoformat()}
        errors["review_on"] = [
            Message("{value} is not after the assessment, {date}; write a later date", values)
        ]
    if len(note) > NOTE_MAX:
        too_long = {"count": len(note), "most": NOTE_MAX}
        errors["note"] = [Message("the text has {count} signs; write at most {most}", too_long)]
    if errors:
        raise CellErrors(errors)
    row = ScreenAssessment(
        **owner(team_of(session, team_id)),
        citizen_id=citizen.id,
        assessed_on=on,
        outcome=outcome,
        review_on=review,
        note=note,
    )
    session.add(row)
    session.flush()
    assign(citizen, {"screen_able": assessments_of(session, citizen)[0].outcome != "not_able"})
    session.flush()
    return row


def _date(text: str, field: str, errors: dict[str, list[Message]]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        values = {"value": text[:40], "suggestion": "2026-11-30"}
        errors[field] = [Message("'{value}' is not a date; write {suggestion}", values)]
        return None


def barred_of(session: Session, citizen: Citizen) -> list[BarredLine]:
    """Carers who are not to come to the citizen."""
    rows = session.execute(
        select(Barred, Carer.name, Carer.code)
        .join(Carer, col(Carer.id) == col(Barred.carer_id))
        .where(col(Barred.citizen_id) == citizen.id)
        .order_by(col(Barred.position))
    )
    return [BarredLine(row.id, name or code, row.reason) for row, name, code in rows]


def bar(session: Session, team_id: UUID, citizen_id: UUID, carer_id: UUID | None, reason: str) -> Barred:
    """Keep a carer from a citizen's home, for a documented reason (never a person's sex or origin; S6).

    Raises
    ------
    CellErrors
        No carer chosen, or no reason given.
    MissingRowError
        The team has no such citizen or carer.
    """
    errors: dict[str, list[Message]] = {}
    if carer_id is None:
        errors["carer"] = [Message("choose a carer", {"value": ""})]
    if not reason.strip():
        errors["reason"] = [Message("the reason is missing; it has to be documented", {"value": ""})]
    if errors or carer_id is None:
        raise CellErrors(errors)
    citizen = row_to_change(session, Citizen, team_id, citizen_id, None)
    carer = row_of(session, Carer, team_id, carer_id)
    count = len(session.scalars(select(Barred.id).where(col(Barred.team_id) == team_id)).all())
    row = Barred(
        **owner(team_of(session, team_id)),
        position=count,
        carer_id=carer.id,
        citizen_id=citizen.id,
        reason=reason.strip()[:500],
    )
    session.add(row)
    session.flush()
    return row


def unbar(session: Session, team_id: UUID, barred_id: UUID) -> None:
    """Let the carer come again; raises MissingRowError when there is no such row."""
    session.delete(row_to_change(session, Barred, team_id, barred_id, None))
    session.flush()
