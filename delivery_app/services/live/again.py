"""Visits that have to be made anew: a call by screen that becomes a visit in the home, one that was moved to another
date, one that was not made for the provider's own reasons (S9, S12). A citizen's own no is not made up for.

Nothing here is kept: a visit no longer waits once the published roster has one of a need that was written after it was
said, for this once, for the same citizen and on the wanted date, or somebody has gone to the home all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE, point_in_time
from delivery_app.services.records.kinds import WITHDRAWN
from delivery_app.services.records.reading import with_corrections
from delivery_app.services.records.state import STARTS, moment, standing
from delivery_app.services.records.visits import VisitName, of_published
from models.errors import MissingRowError
from models.need import Need
from models.record import Record
from models.visit import Visit

#: Why it has to be made anew.
MADE_PHYSICAL, MOVED, NOT_DONE = "made_physical", "moved", "not_done"
WHY = (MADE_PHYSICAL, MOVED, NOT_DONE)
#: Causes of help not given that lie with the provider: by them no visit may be cancelled (S12).
OWN_CAUSES = ("no_time", "staff", "previous_visit", "emergency_elsewhere", "plan_not_possible", "traffic")
#: A window is proposed in steps of so many minutes; around an agreed time; and for what should have been already.
STEP_MIN, AROUND_MIN, SOON_MIN = 5, 15, 120
LAST_MIN = 24 * 60 - STEP_MIN
_SAYING = ("made_physical", "screen_ended", "deviation")


@dataclass(frozen=True)
class Again:
    """A visit to be made anew. ``by_min``: when it is wanted at the latest, ``agreed_min``: the time agreed with the
    citizen, both in minutes after midnight of ``wanted_on``. ``placed``: the need whose visit takes its place."""

    name: VisitName
    citizen_id: UUID
    why: str
    reason: str
    said_at: dt.datetime
    wanted_on: dt.date
    by_min: int | None = None
    agreed_min: int | None = None
    placed: UUID | None = None
    placed_min: int | None = None
    placed_minutes: int = 0


def to_make_again(
    session: Session, team_id: UUID, first: dt.date, last: dt.date | None = None
) -> list[Again]:
    """What was said to be made anew of the visits of some dates, with what has taken its place."""
    by_visit = _spoken_of(session, team_id, first, last or first)
    found = [again for name, records in by_visit.items() if (again := _again(name, records)) is not None]
    return _with_places(session, team_id, sorted(found, key=lambda one: (one.said_at, one.name.need_id.int)))


@dataclass(frozen=True)
class AtHome:
    """A call by screen for which somebody has gone out: how long each was in the home, who, and to whom.

    ``minutes`` is None as long as it is not over."""

    citizen_id: UUID
    carers: tuple[UUID, ...]
    minutes: int | None


def made_at_home(session: Session, team_id: UUID, first: dt.date, last: dt.date) -> dict[VisitName, AtHome]:
    """Calls by screen for which somebody has gone out, by the call's visit."""
    found = {}
    for name, records in _spoken_of(session, team_id, first, last).items():
        begun = [one for one in records if one.kind == "started" and one.citizen_id is not None]
        if not begun or not any(_why(one) == MADE_PHYSICAL for one in records):
            continue
        ended = [moment(one) for one in records if one.kind == "ended"]
        length = max(ended) - min(moment(one) for one in begun) if ended else None
        found[name] = AtHome(
            next(one.citizen_id for one in begun if one.citizen_id is not None),
            tuple(dict.fromkeys(one.carer_id for one in begun if one.carer_id is not None)),
            None if length is None else max(0, round(length.total_seconds() / 60)),
        )
    return found


def _spoken_of(
    session: Session, team_id: UUID, first: dt.date, last: dt.date
) -> dict[VisitName, list[Record]]:
    """Every standing record of the visits of which somebody said that they have to be made anew."""
    of_team = (col(Record.team_id) == team_id, col(Record.on_date).between(first, last))
    said = session.scalars(
        select(Record).where(*of_team, col(Record.kind).in_(_SAYING), col(Record.need_id).is_not(None))
    ).all()
    names = {(one.need_id, one.on_date) for one in said if _why(one) is not None}
    if not names:
        return {}
    rows = session.scalars(
        select(Record).where(*of_team, col(Record.need_id).in_({need_id for need_id, _ in names}))
    ).all()
    found: dict[VisitName, list[Record]] = {}
    for one in standing(with_corrections(session, rows)):
        if one.need_id is not None and (one.need_id, one.on_date) in names:
            found.setdefault(VisitName(one.need_id, one.on_date), []).append(one)
    return found


def waiting_again(session: Session, team_id: UUID, when: dt.date) -> dict[VisitName, Again]:
    """Of these, what nobody has placed yet."""
    return {one.name: one for one in to_make_again(session, team_id, when) if one.placed is None}


def _why(record: Record) -> str | None:
    body = record.body
    if record.kind == WITHDRAWN:
        return None
    if record.kind == "made_physical" or (
        record.kind == "screen_ended" and body.get("outcome") == "made_physical"
    ):
        return MADE_PHYSICAL
    if record.kind != "deviation":
        return None
    if body.get("type") == MOVED and _moved_to(record) is not None:
        return MOVED
    return NOT_DONE if body.get("type") == "not_done" and body.get("cause") in OWN_CAUSES else None


def _moved_to(record: Record) -> dt.datetime | None:
    """When a visit was moved to, on another date; within its own date it stays the visit it is."""
    said = record.body.get("moved_to")
    at = None if said is None else dt.datetime.fromisoformat(said).astimezone(ZONE)
    return at if at is not None and at.date() != record.on_date else None


def _again(name: VisitName, records: Sequence[Record]) -> Again | None:
    """What the last word says; nothing when the visit was made in the home after it."""
    last = next((one for one in reversed(records) if _why(one) is not None), None)
    if last is None or last.citizen_id is None:
        return None
    why = _why(last)
    assert why is not None
    began = ("started",) if why == MADE_PHYSICAL else STARTS
    if any(one.kind in began for one in records):
        return None
    moved = _moved_to(last) if why == MOVED else None
    wanted = _minute_of(next((text for one in records if (text := one.body.get("wanted_by"))), None))
    return Again(
        name=name,
        citizen_id=last.citizen_id,
        why=why,
        reason=str(last.body.get("reason") or last.body.get("done") or last.body.get("note") or ""),
        said_at=min(last.at, last.received_at),
        wanted_on=name.on_date if moved is None else moved.date(),
        by_min=wanted if why == MADE_PHYSICAL else None,
        agreed_min=None if moved is None else moved.hour * 60 + moved.minute,
    )


def _minute_of(clock: str | None) -> int | None:
    return None if clock is None else int(clock[:2]) * 60 + int(clock[3:5])


def _with_places(session: Session, team_id: UUID, found: Iterable[Again]) -> list[Again]:
    """Each with the first visit that was planned for it since."""
    listed = list(found)
    if not listed:
        return []
    rows = session.execute(
        of_published(
            Visit.citizen_id,
            Visit.date,
            Visit.need_id,
            Visit.start_min,
            Visit.end_min,
            Visit.modality,
            Need.created_at,
            Need.until_date,
        )
        .join(Need, col(Need.id) == col(Visit.need_id))
        .where(
            col(Visit.team_id) == team_id,
            col(Visit.citizen_id).in_({one.citizen_id for one in listed}),
            col(Visit.date).in_({one.wanted_on for one in listed}),
        )
        .order_by(col(Visit.start_min))
    ).all()
    taken: set[tuple[UUID, dt.date]] = set()
    return [_placed(one, rows, taken) for one in listed]


def _placed(one: Again, rows: Sequence[Any], taken: set[tuple[UUID, dt.date]]) -> Again:
    for row in rows:
        place = (row.need_id, row.date)
        is_wanted = row.citizen_id == one.citizen_id and row.date == one.wanted_on
        is_new = row.need_id != one.name.need_id and row.created_at >= one.said_at
        # Once only, and to come: what was planned anyway takes nobody's place.
        is_new &= row.until_date is not None and point_in_time(row.date, row.start_min) >= one.said_at
        is_there = one.why != MADE_PHYSICAL or row.modality == "home"
        if is_wanted and is_new and is_there and place not in taken:
            taken.add(place)
            minutes = row.end_min - row.start_min
            return replace(one, placed=row.need_id, placed_min=row.start_min, placed_minutes=minutes)
    return one


def fields_again(session: Session, team_id: UUID, one: Again, now: dt.datetime) -> dict[str, str]:
    """The fields of a form for a new visit, by name: as the need, on the wanted date, at the wanted time.

    It does not count in the package: the visit whose place it takes stands in the roster with its minutes.
    """
    need = need_of(session, team_id, one.name.need_id)
    first, last = _window(one, need, now.astimezone(ZONE))
    year, week, _ = one.wanted_on.isocalendar()
    return {
        "citizen": str(one.citizen_id),
        "service": need.service,
        "how_long": "once",
        "week": f"{year}-W{week:02}",
        "window_start": clock(first),
        "window_end": clock(last),
        "agreed_start": "" if one.agreed_min is None else clock(one.agreed_min),
        "minutes": str(need.minutes),
        "minutes_min": str(need.minutes_min),
        "minutes_max": str(need.minutes_max),
        "carers": str(need.carers),
        "qualification": need.qualification or "",
        "modality": "home" if one.why == MADE_PHYSICAL else need.modality,
        "priority": "1",
        "counts": "no",
    }


def need_of(session: Session, team_id: UUID, need_id: UUID) -> Need:
    """One of the team's needs; raises MissingRowError."""
    need = session.get(Need, need_id)
    if need is None or need.team_id != team_id:
        raise MissingRowError("There is no need with the id {id}", id=need_id)
    return need


def _window(one: Again, need: Need, now: dt.datetime) -> tuple[int, int]:
    """From when it may begin and by when: not in the past, by the wanted time, else as the need says, else soon."""
    if one.agreed_min is not None:
        return max(0, one.agreed_min - AROUND_MIN), min(LAST_MIN, one.agreed_min + AROUND_MIN)
    passed = now.hour * 60 + now.minute if now.date() == one.wanted_on else 0
    first = min(LAST_MIN, max(need.window_start_min, -(-passed // STEP_MIN) * STEP_MIN))
    wanted = need.window_end_min if one.by_min is None else one.by_min
    return first, min(LAST_MIN, wanted if wanted > first else first + SOON_MIN)


def clock(minute: int) -> str:
    """Minutes after midnight as a form has them."""
    return f"{minute // 60:02}:{minute % 60:02}"
