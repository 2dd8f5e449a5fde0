"""What carers said is to be followed up, and visits where nobody opened and nothing solved it (D3, D8, D17).

Both wait until somebody writes down what came of it, by a record ``followed_up`` that names the one it answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.records.reading import visit_story
from delivery_app.services.records.state import NOT_HOME
from models.errors import RememberingError
from models.record import Record

KIND = "followed_up"
#: Records that may say on which date to look again.
WITH_DATE = ("note", "state", "community", KIND)
#: So long after a visit it is still asked what came of nobody opening.
NOT_HOME_DAYS = 30


@dataclass(frozen=True)
class FollowUp:
    """A record that waits; ``not_home``: nobody opened, else the date that somebody wrote."""

    record_id: UUID
    citizen_id: UUID
    on: date
    text: str
    not_home: bool


def waiting(session: Session, citizens: Collection[UUID], today: date) -> list[FollowUp]:
    """What waits with some citizens, the earliest first."""
    found = [*_dated(session, citizens), *_not_home(session, citizens, today)]
    done = _answered(session, citizens) if found else set()
    return sorted(
        (one for one in found if one.record_id not in done), key=lambda one: (one.on, str(one.record_id))
    )


def check_follow_up(session: Session, record: Record) -> None:
    """Refuse an answer to a record that is not the citizen's; raises RememberingError."""
    target = session.get(Record, UUID(str(record.body["record_id"])))
    if target is None or (target.team_id, target.citizen_id) != (record.team_id, record.citizen_id):
        raise RememberingError("What this follows up is not among the citizen's records; open the page again")


def _dated(session: Session, citizens: Collection[UUID]) -> Iterable[FollowUp]:
    rows = session.scalars(
        select(Record).where(
            col(Record.citizen_id).in_(citizens),
            col(Record.kind).in_(WITH_DATE),
            col(Record.body)["follow_up_on"].as_string().is_not(None),
        )
    ).all()
    for row in _standing(session, rows):
        if row.citizen_id is not None:
            on = date.fromisoformat(row.body["follow_up_on"])
            yield FollowUp(row.id, row.citizen_id, on, str(row.body.get("text") or ""), False)


def _not_home(session: Session, citizens: Collection[UUID], today: date) -> Iterable[FollowUp]:
    """Visits of the days before where nobody opened, and no step, and nobody who came, has solved it."""
    rows = session.scalars(
        select(Record)
        .where(
            col(Record.citizen_id).in_(citizens),
            col(Record.kind) == "nobody_home",
            col(Record.need_id).is_not(None),
            col(Record.on_date) < today,
            col(Record.on_date) >= today - timedelta(days=NOT_HOME_DAYS),
        )
        .order_by(col(Record.at))
    ).all()
    visits = {(row.team_id, row.need_id, row.on_date): row for row in _standing(session, rows)}
    for (team_id, need_id, when), row in visits.items():
        if need_id is None or row.citizen_id is None:
            continue
        if visit_story(session, team_id, need_id, when).state.status == NOT_HOME:
            yield FollowUp(row.id, row.citizen_id, when, "", True)


def _answered(session: Session, citizens: Collection[UUID]) -> set[UUID]:
    rows = session.scalars(
        select(Record).where(col(Record.citizen_id).in_(citizens), col(Record.kind) == KIND)
    ).all()
    return {UUID(str(row.body["record_id"])) for row in _standing(session, rows)}


def _standing(session: Session, rows: Collection[Record]) -> list[Record]:
    """Those that nothing corrects or takes back."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    gone = set(session.scalars(select(col(Record.corrects_id)).where(col(Record.corrects_id).in_(ids))))
    return [row for row in rows if row.id not in gone]
