"""How long things are kept, by the municipality's own rule, and what is deleted when that is over (X10).

The figures are data of the municipality's catalogue (``rules.help_kept_years``, ``rules.access_log_kept_years``); where it
has none, nothing is deleted. A citizen whose data is held back (:mod:`delivery_app.services.holds`) is left out, with all
entries of the log. Records are never changed otherwise: the database lets go of one only beside a row of
``record_erasure``, and the access log tells of each citizen whose data went, how much and by which rule.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE, point_in_time
from delivery_app.security.access_log import log_event
from delivery_app.security.retention import erase_entries
from delivery_app.security.seals import NOBODY, Event
from delivery_app.services.care.due import years_later
from delivery_app.services.catalogues import newest
from delivery_app.services.holds import in_force
from models.access_log import AccessEntry, Action, Use
from models.cpr import CprVault
from models.retention_hold import RetentionHold
from models.tables import Citizen, Municipality, Record, RecordErasure, RecordPhoto, metadata

#: Rows of a citizen with words or numbers of the person: they go with the help's documentation.
ERASED = frozenset(
    {
        "absence",
        "action_instruction",
        "barred",
        "broken_glass",
        "care_goal",
        "care_review",
        "care_task",
        "care_warning",
        "coordinator",
        "emergency_call",
        "meeting_topic",
        "needs_answer",
        "notice",
        "relative",
        "retention_hold",
        "screen_assessment",
        "screen_call",
        "screen_link",
    }
)
#: What stays, by the citizen's code alone: old rosters and the packages' figures stay readable. The log has its own rule.
STAYS = frozenset(
    {
        "access_entry",
        "citizen_week",
        "contact_proposal",
        "delivered",
        "history",
        "need",
        "package_grant",
        "record",
        "session_citizen",
        "visit",
    }
)
#: What of a citizen's own row says who it is.
BLANKED = (
    "address",
    "phone",
    "access_note",
    "wishes_note",
    "living_will",
    "born",
    "cpr_encrypted",
    "cpr_index",
)
#: Where somebody lived is left to a tenth of a degree, some ten kilometres.
PLACES = 1
#: So many ids in one statement.
AT_ONCE = 500


@dataclass(frozen=True)
class Held:
    """A citizen whose time is over, and why the data stays all the same; ``until`` is None without an end."""

    code: str
    reason: str
    until: date | None


@dataclass(frozen=True)
class Due:
    """What has been kept long enough in a municipality; a date is None where the catalogue gives no figure.

    Of the help: citizens whose help ended before ``help_before`` and of whom nothing was recorded since, their records,
    and records of no citizen that are older. Of the log: entries from before ``log_before``.
    """

    municipality_id: UUID
    name: str
    help_years: int | None
    help_before: date | None
    log_years: int | None
    log_before: date | None
    citizens: tuple[UUID, ...] = ()
    records: int = 0
    photos: int = 0
    entries: int = 0
    held: tuple[Held, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing would go."""
        return not (self.citizens or self.records or self.entries)


def due_of(session: Session, today: date) -> list[Due]:
    """What has been kept long enough, municipality by municipality."""
    rows = session.scalars(select(Municipality).order_by(col(Municipality.name))).all()
    return [_due(session, row, today) for row in rows]


def _due(session: Session, row: Municipality, today: date) -> Due:
    catalogue = newest(session, row.id)
    rules = None if catalogue is None else catalogue.rules
    help_years = rules.help_kept_years.value if rules and rules.help_kept_years else None
    log_years = rules.access_log_kept_years.value if rules and rules.access_log_kept_years else None
    help_before = None if help_years is None else years_later(today, -help_years)
    log_before = None if log_years is None else years_later(today, -log_years)
    over = () if help_before is None else _citizens(session, row.id, help_before)
    held_back = _held_back(session, row.id, today)
    citizens = tuple(one for one in over if one not in held_back)
    records = [] if help_before is None else _records(session, row.id, citizens, help_before)
    return Due(
        row.id,
        row.name,
        help_years,
        help_before,
        log_years,
        log_before,
        citizens,
        len(records),
        sum(photo is not None for _, photo in records),
        0 if log_before is None else _entries(session, row.id, log_before, held_back),
        _held(session, [one for one in over if one in held_back], today),
    )


def _citizens(session: Session, municipality_id: UUID, before: date) -> tuple[UUID, ...]:
    """Whose help ended before a date, with nothing recorded since, and who has not been erased yet."""
    since = sa.exists().where(
        col(Record.citizen_id) == col(Citizen.id), col(Record.at) >= point_in_time(before, 0)
    )
    left = sa.exists().where(col(Record.citizen_id) == col(Citizen.id))
    found = session.scalars(
        select(Citizen.id)
        .where(
            col(Citizen.municipality_id) == municipality_id,
            col(Citizen.until_date) < before,
            ~since,
            (col(Citizen.name) != "") | left,
        )
        .order_by(col(Citizen.until_date), col(Citizen.id))
    )
    return tuple(found)


def _held_back(session: Session | sa.Connection, municipality_id: UUID, today: date) -> frozenset[UUID]:
    """Citizens of whom nothing is deleted today, whatever the rule says."""
    found = select(RetentionHold.citizen_id).where(
        col(RetentionHold.municipality_id) == municipality_id, in_force(today)
    )
    return frozenset(session.execute(found).scalars())


def _held(session: Session, citizens: Sequence[UUID], today: date) -> tuple[Held, ...]:
    """What holds them back, for who deletes."""
    rows = session.execute(
        sa.select(col(Citizen.code), col(RetentionHold.reason), col(RetentionHold.until))
        .join(RetentionHold, col(RetentionHold.citizen_id) == col(Citizen.id))
        .where(col(Citizen.id).in_(citizens), in_force(today))
        .order_by(col(Citizen.code), col(RetentionHold.created_at))
    )
    return tuple(Held(code, reason, until) for code, reason, until in rows)


def _records(
    session: Session, municipality_id: UUID, citizens: Sequence[UUID], before: date
) -> list[tuple[UUID, UUID | None]]:
    """The records of these citizens, and old ones of no citizen: ids of records, and of their pictures."""
    columns = select(Record.id, Record.photo_id)
    alone = columns.where(
        col(Record.municipality_id) == municipality_id,
        col(Record.citizen_id).is_(None),
        col(Record.at) < point_in_time(before, 0),
    )
    found = [tuple(row) for row in session.execute(alone)]
    for some in _parts(citizens):
        found += [tuple(row) for row in session.execute(columns.where(col(Record.citizen_id).in_(some)))]
    return found


def _entries(session: Session, municipality_id: UUID, before: date, held_back: Collection[UUID]) -> int:
    whose = col(AccessEntry.citizen_id)
    counted = select(sa.func.count()).where(
        col(AccessEntry.municipality_id) == municipality_id,
        col(AccessEntry.at) < point_in_time(before, 0),
        col(AccessEntry.action) != Action.ERASED,
        sa.or_(whose.is_(None), whose.not_in(held_back)),
    )
    return session.scalar(counted) or 0


def erase(session: Session, due: Due, now: datetime) -> None:
    """Delete what is due, in the session's transaction: all of it, and the entries of the log that tell of it, or none."""
    if due.help_before is None:
        return
    for citizen_id in due.citizens:
        _erase_citizen(session, due, citizen_id, now)
    alone = _records(session, due.municipality_id, (), due.help_before)
    if alone:
        _erase_records(session, alone, now)
        _tell(session, due, "record", None, None, {"records": len(alone)})


def erase_log(connection: sa.Connection, vault: CprVault, due: Due, today: date) -> int:
    """Delete entries of the access log that are due; how many. It tells of it itself, and still verifies."""
    if due.log_before is None:
        return 0
    held_back = _held_back(connection, due.municipality_id, today)
    return erase_entries(
        connection,
        vault,
        NOBODY,
        before=point_in_time(due.log_before, 0),
        municipality_id=due.municipality_id,
        but=held_back,
    )


def _erase_citizen(session: Session, due: Due, citizen_id: UUID, now: datetime) -> None:
    citizen = session.get(Citizen, citizen_id, with_for_update=True)
    # Somebody may have held the data back since it was reckoned what is due.
    if citizen is None or citizen_id in _held_back(session, due.municipality_id, now.astimezone(ZONE).date()):
        return
    records = [
        tuple(row)
        for row in session.execute(
            select(Record.id, Record.photo_id).where(col(Record.citizen_id) == citizen_id)
        )
    ]
    _erase_records(session, records, now)
    rows = 0
    for table in reversed(metadata.sorted_tables):
        if table.name in ERASED:
            gone = session.connection().execute(sa.delete(table).where(table.c.citizen_id == citizen_id))
            rows += gone.rowcount
    citizen.name = ""
    for name in BLANKED:
        setattr(citizen, name, None)
    citizen.lat, citizen.lon = round(citizen.lat, PLACES), round(citizen.lon, PLACES)
    session.flush()
    _tell(session, due, "citizen", citizen_id, citizen.team_id, {"records": len(records), "rows": rows})


def _erase_records(session: Session, records: Sequence[tuple[UUID, UUID | None]], now: datetime) -> None:
    """Tell that they go, let them go, and their pictures after them. Past the unit of work: it is told once a citizen."""
    connection = session.connection()
    tables = (Record.__table__, RecordErasure.__table__, RecordPhoto.__table__)  # type: ignore[attr-defined]
    record, erasure, photo = tables
    for some in _parts([one for one, _ in records]):
        connection.execute(sa.insert(erasure), [{"record_id": one, "at": now} for one in some])
        connection.execute(sa.delete(record).where(record.c.id.in_(some)))
    for some in _parts([one for _, one in records if one is not None]):
        connection.execute(sa.delete(photo).where(photo.c.id.in_(some)))


def _tell(
    session: Session,
    due: Due,
    table: str,
    citizen_id: UUID | None,
    team_id: UUID | None,
    counted: dict[str, int],
) -> None:
    note = {**counted, "before": str(due.help_before), "years": due.help_years}
    log_event(
        session,
        Event(
            Action.DELETED,
            citizen_id,
            table,
            citizen_id,
            note=note,
            municipality_id=due.municipality_id,
            team_id=team_id,
            use=Use.RETENTION,
        ),
    )


def _parts(ids: Collection[UUID]) -> list[list[UUID]]:
    every = list(ids)
    return [every[place : place + AT_ONCE] for place in range(0, len(every), AT_ONCE)]
