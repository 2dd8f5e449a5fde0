"""Nobody opens: the catalogue's steps in their order, none left out in silence (D8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.i18n import N_
from delivery_app.services.records.reading import with_corrections
from delivery_app.services.records.standards import NotHome, standards_of
from delivery_app.services.records.state import standing
from models.errors import RememberingError
from models.record import Record

KIND = "not_home_step"
UNKNOWN = N_(
    "This step is not among those that are to be taken when nobody opens; open the visit again and choose another"
)
EARLIER = N_(
    "An earlier step is missing; take it, or record why it is left out: the steps when nobody opens have an order"
)


@dataclass(frozen=True)
class Taken:
    """A step, and what was recorded of it; None while it is still to be taken."""

    step: NotHome
    record: Record | None


def steps_taken(steps: Sequence[NotHome], records: Iterable[Record]) -> tuple[Taken, ...]:
    """The steps in order with the newest record of each that stands."""
    by_step = {str(one.body["step"]): one for one in standing(records) if one.kind == KIND}
    return tuple(Taken(one, by_step.get(one.step)) for one in steps)


def check_step(session: Session, record: Record) -> None:
    """Refuse a step before those that come first; raises RememberingError.

    A step that was left out with its grounds counts as taken.
    """
    steps = standards_of(session, record.municipality_id).not_home
    order = [one.step for one in steps]
    if record.body["step"] not in order:
        raise RememberingError(UNKNOWN)
    rows = session.scalars(
        select(Record).where(
            col(Record.team_id) == record.team_id,
            col(Record.on_date) == record.on_date,
            col(Record.need_id) == record.need_id,
            col(Record.call_id).is_(None)
            if record.call_id is None
            else col(Record.call_id) == record.call_id,
            col(Record.kind) == KIND,
        )
    ).all()
    others = [one for one in with_corrections(session, rows) if one.id != record.id]
    there = {str(one.body["step"]) for one in standing(others) if one.kind == KIND}
    if not set(order[: order.index(record.body["step"])]) <= there:
        raise RememberingError(EARLIER)
