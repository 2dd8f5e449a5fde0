"""Changed needs that carers recorded (D15), and what a planner did about each.

The record is the carer's and is never changed. The answer stands beside it: the plan was changed within the package,
the authority was told and asked (which the provider owes it, ældreloven § 18 stk. 6), or nothing for now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.editing import NOTE_MAX
from delivery_app.services.care.fields import Errors, choice_in, fail_on, text_in
from delivery_app.services.team_rows import owner, team_of
from models.care_review import ANSWERS
from models.errors import ConflictError, MissingRowError
from models.tables import Carer, NeedsAnswer, Record, User

KIND = "needs_changed"


@dataclass(frozen=True)
class Proposal:
    """What a carer recorded, and (where somebody has answered) what was done."""

    record_id: UUID
    citizen_id: UUID
    need_id: UUID | None
    on_date: date
    at: datetime
    by: str
    direction: str
    within_package: bool
    text: str
    proposal: str
    ask_authority: bool
    answer: str | None
    answer_note: str
    answered_by: str
    answered_at: datetime | None


def proposals_of(
    session: Session, team_id: UUID, citizens: Collection[UUID] | None = None, *, open_only: bool = False
) -> list[Proposal]:
    """Changed needs of a team's citizens or some of them, the newest first; corrected and withdrawn ones do not count."""
    wanted = select(Record).where(col(Record.team_id) == team_id, col(Record.kind) == KIND)
    if citizens is not None:
        wanted = wanted.where(col(Record.citizen_id).in_(citizens))
    rows = session.scalars(wanted.order_by(col(Record.at).desc(), col(Record.id))).all()
    ids = [row.id for row in rows]
    replaced = set(session.scalars(select(col(Record.corrects_id)).where(col(Record.corrects_id).in_(ids))))
    answers = {
        row.record_id: row
        for row in session.scalars(select(NeedsAnswer).where(col(NeedsAnswer.record_id).in_(ids)))
    }
    names = _names(session, rows)
    return [
        _proposal(row, answers.get(row.id), names)
        for row in rows
        if row.id not in replaced and row.citizen_id and not (open_only and row.id in answers)
    ]


def answer_proposal(
    session: Session, team_id: UUID, citizen_id: UUID, record_id: UUID, cells: Mapping[str, str]
) -> NeedsAnswer:
    """Write down what was done about a carer's record.

    Raises
    ------
    CellErrors
        No answer chosen, a note that is too long, or none where one is needed (:func:`needs_words`).
    ConflictError
        Somebody has answered it already.
    MissingRowError
        The citizen has no such record.
    """
    record = session.get(Record, record_id)
    if record is None or (record.team_id, record.citizen_id, record.kind) != (team_id, citizen_id, KIND):
        raise MissingRowError("The citizen has no such record")
    errors: Errors = {}
    answer = choice_in(cells, "answer", errors, ANSWERS)
    note = text_in(cells, "note", errors, NOTE_MAX, needed=needs_words(record, answer))
    fail_on(errors)
    row = NeedsAnswer(
        **owner(team_of(session, team_id)),
        citizen_id=citizen_id,
        record_id=record_id,
        answer=answer,
        note=note,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise ConflictError("Somebody has answered this in the meantime; look at it again") from None
    return row


def needs_words(record: Record, answer: str) -> bool:
    """Whether an answer says in words whom one told: when the authority is asked, and whenever a citizen manages more
    or less than before, which the provider owes the authority to know (ældreloven § 18 stk. 6)."""
    return answer == "asked_authority" or record.body.get("direction") in ("better", "worse")


def _proposal(row: Record, answer: NeedsAnswer | None, names: Mapping[UUID, str]) -> Proposal:
    body = row.body
    who = names.get(row.carer_id or row.user_id) or names.get(row.user_id, "")
    return Proposal(
        record_id=row.id,
        citizen_id=row.citizen_id or UUID(int=0),
        need_id=row.need_id,
        on_date=row.on_date,
        at=row.at,
        by=who,
        direction=str(body.get("direction", "other")),
        within_package=bool(body.get("within_package")),
        text=str(body.get("text", "")),
        proposal=str(body.get("proposal") or ""),
        ask_authority=bool(body.get("ask_authority")),
        answer=None if answer is None else answer.answer,
        answer_note="" if answer is None else answer.note,
        answered_by="" if answer is None else answer.created_by,
        answered_at=None if answer is None else answer.created_at,
    )


def _names(session: Session, rows: Collection[Record]) -> dict[UUID, str]:
    carers = {row.carer_id for row in rows if row.carer_id}
    users = {row.user_id for row in rows}
    found = {
        row.id: row.name or row.code
        for row in session.scalars(select(Carer).where(col(Carer.id).in_(carers)))
    }
    return found | {row.id: row.name for row in session.scalars(select(User).where(col(User.id).in_(users)))}
