"""Taking in what a tablet sends: each record once, whatever was lost, doubled or reordered on the way (D9, D10).

A record's id is the tablet's own, so that one that comes again is known. Each is judged by itself: a record that is
refused stops no other, and the answer to the same batch is the same however often it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.i18n import N_
from delivery_app.security.permissions import Permission
from delivery_app.services.records.kinds import WHEN_KEPT, About, Body
from delivery_app.services.records.sent import Reason, Sent, plain, read_body, read_sent, reason
from models.citizen import Citizen
from models.errors import RememberingError
from models.need import Need
from models.record import Record, RecordErasure, RecordPhoto

KEPT: Final = "kept"
KNOWN: Final = "known"
REFUSED: Final = "refused"
#: A tablet's clock may differ from the server's by so much before its times are doubted.
CLOCK_TOLERANCE = dt.timedelta(minutes=2)
#: What one request brings at most.
MOST_RECORDS = 50


@dataclass(frozen=True)
class Sender:
    """Whose tablet it is: the user, in which team, which of its carers, and the device's row."""

    user_id: UUID
    sign_in_name: str
    team_id: UUID
    municipality_id: UUID
    carer_id: UUID | None
    device_id: UUID | None
    permissions: frozenset[Permission]


@dataclass(frozen=True)
class Outcome:
    """What became of one record; ``id`` as it was sent."""

    id: str
    outcome: Literal["kept", "known", "refused"]
    why: Reason | None = None


@dataclass
class _Known:
    """What the database has of what a batch names."""

    records: dict[UUID, Record]
    needs: dict[UUID, tuple[UUID, UUID]]
    citizens: dict[UUID, UUID]
    photos: dict[UUID, UUID]
    corrected: dict[UUID, tuple[UUID, UUID | None]]
    taken: set[int]
    last: tuple[int, dt.datetime] | None
    #: Kept once, and deleted by rule since.
    erased: set[UUID]
    rows: dict[UUID, dict[str, Any]] = field(default_factory=dict)


def accept(session: Session, sender: Sender, items: Sequence[Any], received_at: dt.datetime) -> list[Outcome]:
    """Keep what can be kept, in the order of the device's own numbers; the outcomes in the order of ``items``."""
    read = [read_sent(item) for item in items]
    sent = [(place, one) for place, one in enumerate(read) if isinstance(one, Sent)]
    sent.sort(key=_in_order)
    _lock(session, sender)
    try:
        with session.begin_nested():
            outcomes = _keep(session, sender, sent, received_at)
    except IntegrityError:
        # Somebody has just kept one of these under the same id: now it is seen.
        session.expire_all()
        outcomes = _keep(session, sender, sent, received_at)
    for place, one in enumerate(read):
        if isinstance(one, Reason):
            item = items[place]
            named = item.get("id") if isinstance(item, dict) else None
            outcomes[place] = Outcome(str(named)[:100], REFUSED, one)
    return [outcomes[place] for place in range(len(items))]


def _in_order(placed: tuple[int, Sent]) -> tuple[int, int]:
    place, one = placed
    return (one.seq if one.seq is not None else -1, place)


def _lock(session: Session, sender: Sender) -> None:
    """One batch of a device after the other. SQLite's writers wait for each other anyway."""
    if session.get_bind().dialect.name == "postgresql":
        number = (sender.device_id or sender.user_id).int & (2**63 - 1)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _keep(
    session: Session, sender: Sender, sent: Sequence[tuple[int, Sent]], received_at: dt.datetime
) -> dict[int, Outcome]:
    known = _look_up(session, sender, [one for _, one in sent])
    outcomes: dict[int, Outcome] = {}
    alone: dict[UUID, int] = {}
    for place, one in sent:
        found = _judge(one, sender, known, received_at)
        if isinstance(found, Outcome):
            outcomes[place] = found
            continue
        known.rows[one.id] = found
        outcomes[place] = Outcome(str(one.id), KEPT)
        if one.kind in WHEN_KEPT:
            alone[one.id] = place
    together = [row for row_id, row in known.rows.items() if row_id not in alone]
    if together:
        session.execute(sa.insert(Record), together)
    for row_id, place in alone.items():
        why = _keep_with_effect(session, known.rows[row_id])
        if why is not None:
            outcomes[place] = Outcome(str(row_id), REFUSED, why)
    return outcomes


def _keep_with_effect(session: Session, row: dict[str, Any]) -> Reason | None:
    """A record from which something follows: both, or neither and why."""
    try:
        with session.begin_nested():
            session.execute(sa.insert(Record), [row])
            WHEN_KEPT[row["kind"]](session, session.get_one(Record, row["id"]))
            session.flush()
    except RememberingError as error:
        return Reason(error.template, tuple(error.values.items()))
    return None


def _look_up(session: Session, sender: Sender, sent: Sequence[Sent]) -> _Known:
    ids = {one.id for one in sent}
    numbers = {one.seq for one in sent if one.seq is not None}
    bodies = [one.body for one in sent if one.kind == "photo"]
    needs = {
        row.id: (row.citizen_id, row.team_id)
        for row in _rows(session, Need, {one.need_id for one in sent}, Need.citizen_id, Need.team_id)
    }
    citizens = {one.citizen_id for one in sent} | {citizen for citizen, _ in needs.values()}
    corrects = {one.corrects_id for one in sent}
    return _Known(
        records={row.id: row for row in session.scalars(select(Record).where(col(Record.id).in_(ids)))},
        needs=needs,
        citizens={row.id: row.team_id for row in _rows(session, Citizen, citizens, Citizen.team_id)},
        photos={
            row.id: row.team_id
            for row in _rows(session, RecordPhoto, map(_photo_of, bodies), RecordPhoto.team_id)
        },
        corrected={
            row.id: (row.team_id, row.citizen_id)
            for row in _rows(session, Record, corrects, Record.team_id, Record.citizen_id)
        },
        taken=_taken(session, sender, numbers),
        last=_last_before(session, sender, min(numbers)) if numbers else None,
        erased=set(
            session.scalars(select(RecordErasure.record_id).where(col(RecordErasure.record_id).in_(ids)))
        ),
    )


def _rows(session: Session, table: Any, ids: Iterable[UUID | None], *columns: Any) -> Sequence[Any]:
    """Some columns of rows: no row is loaded, for nobody sees it."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return ()
    return session.execute(sa.select(table.id, *columns).where(table.id.in_(wanted))).all()


def _photo_of(body: dict[str, Any]) -> UUID | None:
    try:
        return UUID(str(body.get("photo_id")))
    except ValueError:
        return None


def _taken(session: Session, sender: Sender, numbers: set[int]) -> set[int]:
    if sender.device_id is None or not numbers:
        return set()
    return {
        number
        for number in session.scalars(
            select(Record.device_seq).where(
                col(Record.device_id) == sender.device_id, col(Record.device_seq).in_(numbers)
            )
        )
        if number is not None
    }


def _last_before(session: Session, sender: Sender, number: int) -> tuple[int, dt.datetime] | None:
    """Number and time of the device's newest record before a number."""
    if sender.device_id is None:
        return None
    row = session.execute(
        select(Record.device_seq, Record.at)
        .where(col(Record.device_id) == sender.device_id, col(Record.device_seq) < number)
        .order_by(col(Record.device_seq).desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def _judge(one: Sent, sender: Sender, known: _Known, received_at: dt.datetime) -> Outcome | dict[str, Any]:
    """The row that a record becomes, or what else becomes of it."""
    if one.id in known.erased:
        return Outcome(str(one.id), KNOWN)
    body = read_body(one)
    before = known.rows.get(one.id) or _row_of(known.records.get(one.id))
    if before is not None:
        return _known(one, body, sender, before)
    if isinstance(body, Reason):
        return Outcome(str(one.id), REFUSED, body)
    citizen_id, why = _whom(one, body, sender, known)
    why = why or _not_there(one, citizen_id, sender, known)
    if why is not None:
        return Outcome(str(one.id), REFUSED, why)
    return _row(one, body, sender, known, citizen_id, received_at)


def _row_of(record: Record | None) -> dict[str, Any] | None:
    return None if record is None else record.model_dump()


def _known(one: Sent, body: Body | Reason, sender: Sender, before: dict[str, Any]) -> Outcome:
    said = one.body if isinstance(body, Reason) else plain(body)
    same = (
        before["user_id"] == sender.user_id
        and before["team_id"] == sender.team_id
        and before["kind"] == one.kind
        and before["on_date"] == one.on_date
        and before["need_id"] == one.need_id
        and before["call_id"] == one.call_id
        and (one.citizen_id is None or before["citizen_id"] == one.citizen_id)
        and before["corrects_id"] == one.corrects_id
        and before["device_at"] == one.device_at
        and before["body"] == said
    )
    if same:
        return Outcome(str(one.id), KNOWN)
    why = reason(N_("Another record has this one's id already; send it again as a new record"))
    return Outcome(str(one.id), REFUSED, why)


def _whom(one: Sent, body: Body, sender: Sender, known: _Known) -> tuple[UUID | None, Reason | None]:
    """Whom a record is about; why it cannot be kept when that is nobody the sender may write about."""
    if body.permission not in sender.permissions:
        return None, reason(N_("Your role does not record this"))
    citizen_id = one.citizen_id
    if one.need_id in known.needs:
        citizen, team_id = known.needs[one.need_id]
        if team_id != sender.team_id or citizen_id not in (None, citizen):
            return None, reason(N_("This visit is not one of your team's; ask your planner"))
        citizen_id = citizen
    if citizen_id is not None and known.citizens.get(citizen_id) != sender.team_id:
        return None, reason(N_("This citizen is not one of your team's; ask your planner"))
    if body.about is About.VISIT and one.need_id is None and one.call_id is None:
        return None, reason(N_("A record of this kind belongs to a visit; make it from the visit's page"))
    if body.about is About.CITIZEN and citizen_id is None and one.call_id is None:
        return None, reason(N_("A record of this kind is about a citizen; make it from the citizen's page"))
    if one.need_id is not None and citizen_id is None:
        return None, reason(N_("This visit is not one of your team's; ask your planner"))
    return citizen_id, None


def _not_there(one: Sent, citizen_id: UUID | None, sender: Sender, known: _Known) -> Reason | None:
    """What a record speaks of and nobody knows."""
    if one.kind == "photo" and known.photos.get(_photo_of(one.body) or one.id) != sender.team_id:
        return reason(N_("The picture has not been received; it is sent again with the record"))
    if one.corrects_id is None:
        return reason(N_("Name the record that is taken back")) if one.kind == "withdrawn" else None
    in_batch = known.rows.get(one.corrects_id)
    target = (
        (in_batch["team_id"], in_batch["citizen_id"])
        if in_batch is not None
        else known.corrected.get(one.corrects_id)
    )
    if one.corrects_id == one.id or target is None or target[0] != sender.team_id:
        return reason(N_("The record that this one corrects is not there"))
    if citizen_id is not None and target[1] != citizen_id:
        return reason(N_("A correction is about the same citizen as the record that it corrects"))
    return None


def _row(
    one: Sent,
    body: Body,
    sender: Sender,
    known: _Known,
    citizen_id: UUID | None,
    received_at: dt.datetime,
) -> dict[str, Any]:
    at, doubtful = moment_of_record(one.device_at, one.offset_ms, received_at)
    number = one.seq if sender.device_id is not None and one.seq not in known.taken else None
    if number is not None:
        known.taken.add(number)
        last = known.last
        doubtful = doubtful or (last is not None and last[0] < number and at < last[1] - CLOCK_TOLERANCE)
        known.last = (number, at)
    if citizen_id is None and one.corrects_id is not None:
        citizen_id = _citizen_of_target(one.corrects_id, known)
    return {
        "id": one.id,
        "created_at": received_at,
        "created_by": sender.sign_in_name,
        "changed_at": received_at,
        "changed_by": sender.sign_in_name,
        "municipality_id": sender.municipality_id,
        "team_id": sender.team_id,
        "citizen_id": citizen_id,
        "need_id": one.need_id,
        "on_date": one.on_date,
        "call_id": one.call_id,
        "carer_id": sender.carer_id,
        "user_id": sender.user_id,
        "device_id": sender.device_id,
        "device_seq": number,
        "kind": one.kind,
        "device_at": one.device_at,
        "offset_ms": one.offset_ms,
        "at": at,
        "received_at": received_at,
        "clock_doubtful": doubtful,
        "body": plain(body),
        "corrects_id": one.corrects_id,
        "photo_id": _photo_of(one.body) if one.kind == "photo" else None,
    }


def _citizen_of_target(target: UUID, known: _Known) -> UUID | None:
    if target in known.rows:
        found: UUID | None = known.rows[target]["citizen_id"]
        return found
    return known.corrected[target][1]


def moment_of_record(
    device_at: dt.datetime, offset_ms: int | None, received_at: dt.datetime
) -> tuple[dt.datetime, bool]:
    """When something was recorded by the server's clock, and whether that can be right: not after it was received."""
    try:
        at = (device_at + dt.timedelta(milliseconds=offset_ms or 0)).astimezone(dt.UTC)
    except OverflowError:
        return received_at, True
    return at, at > received_at + CLOCK_TOLERANCE
