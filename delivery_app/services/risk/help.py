"""Carers who call for help from a home: who, where, since when, and whether somebody has answered (D22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.records.reading import names_of, with_corrections
from delivery_app.services.records.state import moment, standing
from models.emergency_call import HelpAnswer
from models.errors import MissingRowError
from models.record import Record

KIND, ENDING = "help_call", "help_ended"
#: A call for help is looked for so far back: one from a tablet that had no network is told when it comes.
LOOK_BACK = dt.timedelta(hours=12)
MOST_SIGNS = 500


@dataclass(frozen=True)
class HelpCall:
    """A carer who needs help. ``call_id`` is the first record's id: where the carer is may be told by a later one."""

    call_id: UUID
    user_id: UUID
    who: str
    carer_id: UUID | None
    citizen_id: UUID | None
    need_id: UUID | None
    on_date: dt.date
    at: dt.datetime
    received_at: dt.datetime
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    answered_by: str = ""
    answered_at: dt.datetime | None = None
    answer: str = ""
    ended: str = ""
    ended_at: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it, and the carer has not said that it is over."""
        return self.answered_at is None and self.ended_at is None


def help_calls(
    session: Session, team_id: UUID, now: dt.datetime, user_id: UUID | None = None
) -> list[HelpCall]:
    """Calls for help of the last hours, the newest first; one user's, where one is named."""
    wanted = select(Record).where(
        col(Record.team_id) == team_id,
        col(Record.received_at) >= now - LOOK_BACK,
        col(Record.kind).in_((KIND, ENDING)),
    )
    if user_id is not None:
        wanted = wanted.where(col(Record.user_id) == user_id)
    rows = session.scalars(wanted).all()
    if not rows:
        return []
    records = with_corrections(session, rows)
    by_id = {one.id: one for one in records}
    calls = [one for one in standing(records) if one.kind == KIND]
    ends = [one for one in standing(records) if one.kind == ENDING]
    roots = {one.id: _root(one, by_id) for one in calls}
    answers = _answers(session, {one.id for one in roots.values()})
    names = names_of(
        session, {one.user_id for one in calls} | {answer.user_id for answer in answers.values()}
    )
    found = [_call(one, roots[one.id], ends, answers.get(roots[one.id].id), names) for one in calls]
    return sorted(found, key=lambda one: (one.at, one.call_id.int), reverse=True)


def _root(one: Record, by_id: dict[UUID, Record]) -> Record:
    """The first of the records that correct each other."""
    while one.corrects_id is not None and one.corrects_id in by_id:
        one = by_id[one.corrects_id]
    return one


def _answers(session: Session, ids: set[UUID]) -> dict[UUID, HelpAnswer]:
    rows = session.scalars(select(HelpAnswer).where(col(HelpAnswer.record_id).in_(ids)))
    return {one.record_id: one for one in rows}


def _call(
    newest: Record, root: Record, ends: Iterable[Record], answer: HelpAnswer | None, names: dict[UUID, str]
) -> HelpCall:
    """By the newest record's position and the first one's time; whoever says it is over ends all before it."""
    over = next(
        (one for one in ends if one.user_id == root.user_id and moment(one) >= moment(root)),
        None,
    )
    return HelpCall(
        call_id=root.id,
        user_id=root.user_id,
        who=names.get(root.user_id, root.created_by),
        carer_id=root.carer_id,
        citizen_id=root.citizen_id,
        need_id=root.need_id,
        on_date=root.on_date,
        at=root.at,
        received_at=root.received_at,
        lat=newest.body.get("lat"),
        lon=newest.body.get("lon"),
        accuracy_m=newest.body.get("accuracy_m"),
        answered_by="" if answer is None else names.get(answer.user_id, answer.created_by),
        answered_at=None if answer is None else answer.answered_at,
        answer="" if answer is None else answer.what,
        ended="" if over is None else str(over.body["outcome"]),
        ended_at=None if over is None else moment(over),
    )


def answer_help(
    session: Session, team_id: UUID, call_id: UUID, *, user_id: UUID, what: str, now: dt.datetime
) -> bool:
    """Say that one has seen it and acts on it; False when somebody else was faster. Raises MissingRowError."""
    record = session.get(Record, call_id)
    if record is None or record.team_id != team_id or record.kind != KIND:
        raise MissingRowError("There is no call for help with the id {id}", id=call_id)
    try:
        with session.begin_nested():
            session.add(
                HelpAnswer(
                    municipality_id=record.municipality_id,
                    team_id=team_id,
                    record_id=call_id,
                    user_id=user_id,
                    answered_at=now,
                    what=what.strip()[:MOST_SIGNS],
                )
            )
            session.flush()
    except IntegrityError:
        return False
    return True
