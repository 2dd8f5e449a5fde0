"""Keys to citizens' homes: which are out, where they are, since when (D14). It follows from what was recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.i18n import N_
from delivery_app.services.records.reading import names_of, with_corrections
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import standing
from models.errors import RememberingError
from models.record import Record

KIND = "key"
RECEIVED, LOST = "received", "lost"


@dataclass(frozen=True)
class HomeKey:
    """A key that the provider has, or has lost. ``kept``: who has it, or where it hangs, in words; ``by``: who wrote so."""

    receipt_no: str
    lost: bool
    kept: str
    by: str
    at: datetime


def keys_of(session: Session, citizens: Collection[UUID]) -> dict[UUID, tuple[HomeKey, ...]]:
    """The keys that are out, by citizen, each by its receipt; who has none is missing.

    One that is handed back or lost without a receipt's number is the one received first.
    """
    rows = session.scalars(
        select(Record).where(col(Record.citizen_id).in_(citizens), col(Record.kind) == KIND)
    ).all()
    if not rows:
        return {}
    records = [one for one in standing(with_corrections(session, rows)) if one.kind == KIND]
    names = names_of(session, {one.user_id for one in records})
    held: dict[UUID, dict[str, HomeKey]] = {}
    for one in records:
        if one.citizen_id is not None:
            _then(held.setdefault(one.citizen_id, {}), one, names.get(one.user_id, one.created_by))
    return {citizen: tuple(keys.values()) for citizen, keys in held.items() if keys}


NOT_NEEDED = N_("A key is received only when the citizen cannot open; hand it back")
NO_RECEIPT = N_("The citizen gets a receipt for the key; write its number")


def check_key(session: Session, record: Record) -> None:
    """Refuse a key that may not be received, by the municipality's rules; raises RememberingError."""
    if record.body["what"] != RECEIVED:
        return
    rules = standards_of(session, record.municipality_id)
    if rules.key_when_needed and not record.body.get("cannot_open"):
        raise RememberingError(NOT_NEEDED)
    if rules.key_receipt and not record.body.get("receipt_no"):
        raise RememberingError(NO_RECEIPT)


def _then(keys: dict[str, HomeKey], record: Record, by: str) -> None:
    """What a citizen's keys are after a record."""
    what, number = str(record.body["what"]), str(record.body.get("receipt_no") or "")
    if what == RECEIVED:
        keys.pop(number, None)
        keys[number] = HomeKey(number, False, str(record.body.get("kept") or ""), by, record.at)
        return
    out = [one for one, key in keys.items() if not key.lost] or list(keys)
    named = number if number in keys else next(iter(out), number)
    before = keys.pop(named, None)
    if what == LOST:
        keys[named] = HomeKey(named, True, "" if before is None else before.kept, by, record.at)
