"""Who must be told what: notices made when another version is published, ticked off one by one, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.changed import CitizenChanged, VisitChanged, visits_document, visits_from
from delivery_app.moment import Moment
from models.base import SYSTEM
from models.errors import ConflictError, MissingRowError, RememberingError
from models.notice import TOLD_HOW
from models.tables import Carer, Citizen, Notice, Roster

#: So many notices are on a page.
PAGE_ROWS = 30


@dataclass(frozen=True)
class NoticeRow:
    """A notice as a page shows it. ``visits`` are in order of time; ``told_at`` None: still to be told."""

    notice_id: UUID
    row_version: int
    citizen_id: UUID
    citizen: str
    phone: str | None
    roster_id: UUID
    version: int
    first_monday: date
    visits: tuple[VisitChanged, ...]
    first: Moment
    tries: int
    tried_at: datetime | None
    told_at: datetime | None
    told_by: str | None
    told_how: str | None


@dataclass(frozen=True)
class NoticeList:
    """A page of a team's notices: those still to be told in the order to telephone, then those told, last first.

    ``carers``: names by code.
    """

    waiting: tuple[NoticeRow, ...]
    told: tuple[NoticeRow, ...]
    carers: Mapping[str, str]
    page: int
    pages: int
    #: How many are still to be told, on all pages.
    waiting_in_all: int


def notices_of(session: Session, team_id: UUID, *, page: int = 1) -> NoticeList:
    """Whom in the team must be told, and who was told; the last page in place of one that is not there."""
    waits, in_all = waiting_count(session, team_id), _count(session, team_id)
    pages = max(1, -(-in_all // PAGE_ROWS))
    page = min(max(page, 1), pages)
    begin, end = (page - 1) * PAGE_ROWS, page * PAGE_ROWS
    waiting = select(Notice).where(col(Notice.team_id) == team_id, col(Notice.told_at).is_(None))
    told = select(Notice).where(col(Notice.team_id) == team_id, col(Notice.told_at).is_not(None))
    rows = [
        *session.scalars(
            waiting.order_by(col(Notice.first_date), col(Notice.first_min), col(Notice.id)).slice(begin, end)
        ),
        *session.scalars(
            told.order_by(col(Notice.told_at).desc(), col(Notice.id)).slice(
                max(0, begin - waits), max(0, end - waits)
            )
        ),
    ]
    citizens = {
        row.id: row
        for row in session.scalars(
            select(Citizen).where(col(Citizen.id).in_({row.citizen_id for row in rows}))
        )
    }
    rosters = {
        row.id: row
        for row in session.scalars(select(Roster).where(col(Roster.id).in_({row.roster_id for row in rows})))
    }
    shown = [_row(row, citizens[row.citizen_id], rosters[row.roster_id]) for row in rows]
    return NoticeList(
        tuple(row for row in shown if row.told_at is None),
        tuple(row for row in shown if row.told_at is not None),
        carer_names(session, team_id),
        page,
        pages,
        waits,
    )


def waiting_count(session: Session, team_id: UUID) -> int:
    """How many citizens are still to be told."""
    return _count(session, team_id, col(Notice.told_at).is_(None))


def _count(session: Session, team_id: UUID, *conditions: ColumnElement[bool]) -> int:
    rows = select(func.count()).select_from(Notice).where(col(Notice.team_id) == team_id, *conditions)
    return int(session.scalars(rows).one())


def carer_names(session: Session, team_id: UUID) -> dict[str, str]:
    """The team's carers, those who have left too, by code."""
    return {row.code: row.name for row in session.scalars(select(Carer).where(col(Carer.team_id) == team_id))}


def _row(row: Notice, citizen: Citizen, roster: Roster) -> NoticeRow:
    return NoticeRow(
        notice_id=row.id,
        row_version=row.row_version,
        citizen_id=row.citizen_id,
        citizen=citizen.name or row.citizen_code,
        phone=citizen.phone,
        roster_id=row.roster_id,
        version=roster.version,
        first_monday=roster.first_monday,
        visits=visits_from(row.changes),
        first=Moment(row.first_date, row.first_min),
        tries=row.tries,
        tried_at=row.tried_at,
        told_at=row.told_at,
        told_by=row.told_by,
        told_how=row.told_how,
    )


def note_changes(
    session: Session, roster: Roster, changed: Sequence[CitizenChanged], now: Moment
) -> list[Notice]:
    """Keep who must be told of a version that was just published.

    Whoever has not yet been told of an earlier change hears of both at once: from what they know to what holds now,
    and of nothing where that is the same.
    """
    ids = {
        row.code: row.id
        for row in session.scalars(select(Citizen).where(col(Citizen.team_id) == roster.team_id))
    }
    open_ones = {
        row.citizen_id: row
        for row in session.scalars(
            select(Notice).where(col(Notice.team_id) == roster.team_id, col(Notice.told_at).is_(None))
        )
    }
    made: list[Notice] = []
    for one in changed:
        if one.citizen not in ids:
            continue
        citizen_id = ids[one.citizen]
        visits = [visit for visit in one.visits if visit.asks_for_a_call]
        earlier = open_ones.get(citizen_id)
        if earlier is not None:
            visits = merged(visits_from(earlier.changes), one.visits, now)
            session.delete(earlier)
            session.flush()
        if not visits:
            continue
        first = min((visit.when for visit in visits), default=(now.date, now.minute))
        if first[0] == date.max:
            first = (now.date, now.minute)
        made.append(
            Notice(
                municipality_id=roster.municipality_id,
                team_id=roster.team_id,
                roster_id=roster.id,
                position=len(made),
                citizen_code=one.citizen,
                citizen_id=citizen_id,
                first_date=first[0],
                first_min=first[1],
                changes=visits_document(visits),
            )
        )
    session.add_all(made)
    session.flush()
    return made


def merged(earlier: Sequence[VisitChanged], later: Sequence[VisitChanged], now: Moment) -> list[VisitChanged]:
    """Two changes that follow each other as one, from what was known before both; visits that are past are left out."""
    partners = _partners(earlier, later)
    found = []
    for number, old in enumerate(earlier):
        new = partners.get(number)
        joined = old if new is None else _joined(old, later[new])
        if joined is not None:
            found.append(joined)
    taken = set(partners.values())
    found += [one for number, one in enumerate(later) if number not in taken and one.asks_for_a_call]
    ahead = [one for one in found if one.over > (now.date, now.minute)]
    return sorted(ahead, key=lambda one: (one.when, one.need))


def _partners(earlier: Sequence[VisitChanged], later: Sequence[VisitChanged]) -> dict[int, int]:
    """For earlier changes (by number) the later one of the same visit: as it was left, nearest in date first."""
    pairs = sorted(
        (abs(new.when[0] - old.when[0]), first, second)
        for first, old in enumerate(earlier)
        for second, new in enumerate(later)
        if old.need == new.need and old.after == new.before
    )
    found: dict[int, int] = {}
    for _, first, second in pairs:
        if first not in found and second not in found.values():
            found[first] = second
    return found


def _joined(old: VisitChanged, new: VisitChanged) -> VisitChanged | None:
    before, after = old.before, new.after
    if before is None:
        return None if after is None else replace(new, before=None, kind="new")
    if after is None:
        return replace(new, before=before)
    joined = replace(new, before=before, kind="moved")
    if set(before.carers) != set(after.carers):
        strangers = [one for one in (*old.new_carers, *new.new_carers) if one in after.carers]
        return replace(joined, kind="other_carer", new_carers=tuple(dict.fromkeys(strangers)))
    return replace(joined, new_carers=()) if joined.moved else None


def tell(
    session: Session,
    team_id: UUID,
    notice_id: UUID,
    how: str,
    *,
    expected_row_version: int | None = None,
    at: datetime | None = None,
) -> Notice:
    """Tick a notice off: the citizen was told.

    Raises
    ------
    MissingRowError
        The team has no such notice.
    ConflictError
        Somebody else has ticked it off, or changed it, since.
    RememberingError
        ``how`` is not one of the ways.
    """
    if how not in TOLD_HOW:
        raise RememberingError(
            "'{value}' is not a way of telling; choose one of {choices}",
            value=how,
            choices=", ".join(TOLD_HOW),
        )
    row = _expected(session, team_id, notice_id, expected_row_version)
    row.told_at = at or datetime.now(UTC)
    row.told_by = str(session.info.get("author", SYSTEM))
    row.told_how = how
    session.flush()
    return row


def tried(
    session: Session,
    team_id: UUID,
    notice_id: UUID,
    *,
    expected_row_version: int | None = None,
    at: datetime | None = None,
) -> Notice:
    """Note that somebody tried, and did not reach them; raises as :func:`tell`."""
    row = _expected(session, team_id, notice_id, expected_row_version)
    row.tries += 1
    row.tried_at = at or datetime.now(UTC)
    session.flush()
    return row


def take_back(
    session: Session, team_id: UUID, notice_id: UUID, *, expected_row_version: int | None = None
) -> Notice:
    """Undo a tick: the citizen is still to be told; raises as :func:`tell`."""
    row = _expected(session, team_id, notice_id, expected_row_version)
    row.told_at = row.told_by = row.told_how = None
    session.flush()
    return row


def _expected(session: Session, team_id: UUID, notice_id: UUID, version: int | None) -> Notice:
    row = session.get(Notice, notice_id)
    if row is None or row.team_id != team_id:
        raise MissingRowError(
            "This notice is not there any more; a later version of the roster may have replaced it"
        )
    if version is not None and row.row_version != version:
        raise ConflictError(
            "{who} has changed this notice in the meantime; look at it again", who=row.changed_by
        )
    return row
