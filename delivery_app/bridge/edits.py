"""Edits of a draft into the database: the rows that change and no others, and the record of each edit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy import select as sql_select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import col, select

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.roster_rows import RosterWriter
from delivery_app.bridge.weeks import monday_of
from models import tables
from models.base import SYSTEM
from models.errors import MissingRowError
from models.roster import DRAFT
from models.tables import Roster, RosterEdit, Team
from scheduler import roster as answer
from scheduler.clock import DAY_MIN
from scheduler.edit import (
    Command,
    Patch,
    command_from_json,
    command_to_json,
    patch_from_json,
    patch_to_json,
)


@dataclass(frozen=True)
class EditMark:
    """Which edit takes back which: ``kind`` edit, undo or redo; ``of_id`` the edit that an undo or redo is about."""

    id: UUID
    number: int
    kind: str
    of_id: UUID | None
    by: str


@dataclass(frozen=True)
class LoggedEdit(EditMark):
    """One edit as it was kept."""

    reached: int
    command: Command
    patch: Patch
    cost: float
    at: datetime
    #: The name of who did it; empty for who has no account (a command, a job).
    by_name: str = ""

    @property
    def who(self) -> str:
        """How pages call who did it."""
        return self.by_name or self.by


def author_of(session: Session) -> str:
    """Who is writing."""
    return str(session.info.get("author", SYSTEM))


def lock_draft(session: Session, roster_id: UUID) -> None:
    """Hold a draft against others who change it at the same time (they wait).

    Raises
    ------
    MissingRowError
        There is no such roster.
    BridgeError
        It is not a draft any more.
    """
    row = session.get(Roster, roster_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise MissingRowError("There is no roster with the id {id}", id=roster_id)
    if row.status != DRAFT:
        raise BridgeError(
            "Version {version} is published and is not changed by hand; plan again from it, "
            "or make a new draft of it",
            version=row.version,
        )


def edit_marks(session: Session, roster_id: UUID, most: int | None = None) -> list[EditMark]:
    """Who edited a roster and took what back, oldest first: all of it, or the last ``most``."""
    columns = RosterEdit.__table__.c  # type: ignore[attr-defined]
    wanted = sql_select(columns.id, columns.number, columns.kind, columns.of_id, columns.created_by)
    wanted = wanted.where(columns.roster_id == roster_id)
    rows = session.execute(wanted.order_by(columns.number.desc()).limit(most)).all()
    return [EditMark(*row) for row in reversed(rows)]


def edits_of(
    session: Session, roster_id: UUID, *, after: int = 0, before: int | None = None, most: int | None = None
) -> list[LoggedEdit]:
    """The edits of a roster, oldest first: those with a number after and before these, the last ``most`` of them."""
    number = col(RosterEdit.number)
    wanted = select(RosterEdit).where(col(RosterEdit.roster_id) == roster_id, number > after)
    if before is not None:
        wanted = wanted.where(number < before)
    return _logged(session, session.scalars(wanted.order_by(number.desc()).limit(most)).all()[::-1])


def edits_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, LoggedEdit]:
    """These edits by id."""
    rows = session.scalars(select(RosterEdit).where(col(RosterEdit.id).in_(ids))).all() if ids else ()
    return {row.id: row for row in _logged(session, rows)}


def edits_since(session: Session, roster_id: UUID, seen: int, *, but_by: str) -> list[LoggedEdit]:
    """The edits after a state of the roster that others than ``but_by`` made, oldest first."""
    rows = session.scalars(
        select(RosterEdit)
        .where(col(RosterEdit.roster_id) == roster_id)
        .where(col(RosterEdit.reached) > seen)
        .where(col(RosterEdit.created_by) != but_by)
        .order_by(col(RosterEdit.number))
    ).all()
    return _logged(session, rows)


def _logged(session: Session, rows: Sequence[RosterEdit]) -> list[LoggedEdit]:
    user = tables.User
    if not rows:
        return []
    names = session.execute(
        select(col(user.sign_in_name), col(user.name)).where(
            col(user.sign_in_name).in_({row.created_by for row in rows})
        )
    )
    name_of: dict[str, str] = dict(names.all())
    return [
        LoggedEdit(
            id=row.id,
            number=row.number,
            kind=row.kind,
            of_id=row.of_id,
            by=row.created_by,
            reached=row.reached,
            command=command_from_json(row.command),
            patch=patch_from_json(row.patch),
            cost=row.cost,
            at=row.created_at,
            by_name=name_of.get(row.created_by, ""),
        )
        for row in rows
    ]


def write_edit(
    session: Session,
    roster_id: UUID,
    roster: answer.Roster,
    patch: Patch,
    command: Command,
    cost: float,
    *,
    kind: str = "edit",
    of_id: UUID | None = None,
) -> int:
    """Change the stored roster by a patch into ``roster`` (judged) and record it; the ``row_version`` it reaches.

    Raises
    ------
    BridgeError
        The patch takes out a row that is not stored.
    """
    row = session.get_one(Roster, roster_id)
    team = session.get_one(Team, row.team_id)
    _RowChanges(session, team, row, roster).apply(patch)
    row.figures = {**asdict(roster.figures), "terms": dict(roster.figures.terms)}
    row.bounds = asdict(roster.bounds)
    # Also an edit that changes no figure is a new state of the roster.
    flag_modified(row, "figures")
    session.flush()
    last = session.scalar(select(func.max(RosterEdit.number)).where(col(RosterEdit.roster_id) == roster_id))
    session.add(
        RosterEdit(
            municipality_id=row.municipality_id,
            team_id=row.team_id,
            roster_id=roster_id,
            number=(last or 0) + 1,
            kind=kind,
            of_id=of_id,
            reached=row.row_version,
            command=command_to_json(command),
            patch=patch_to_json(patch),
            cost=cost,
        )
    )
    session.flush()
    return row.row_version


class _RowChanges(RosterWriter):
    """Changes stored rows by a patch; a row of the same visit or break is altered in its place."""

    def __init__(self, session: Session, team: Team, row: Roster, roster: answer.Roster) -> None:
        super().__init__(session, team, row, roster, strict=False)

    def apply(self, patch: Patch) -> None:
        """Change the rows."""
        self._visits(patch)
        self._breaks(patch)
        if patch.unplaced.out or patch.unplaced.into:
            self._replace_unplaced()
        if patch.open_shifts.out or patch.open_shifts.into:
            self._replace_open_shifts()
        self._citizen_weeks()
        self.session.flush()

    def _visits(self, patch: Patch) -> None:
        coming = list(patch.visits.into)
        for old in patch.visits.out:
            stored = self._stored_visit(old)
            new = next((one for one in coming if (one.need_id, one.day) == (old.need_id, old.day)), None)
            if new is None:
                self.session.delete(stored)
                continue
            coming.remove(new)
            stored.start_min = new.start_min - new.day * DAY_MIN
            stored.end_min = new.end_min - new.day * DAY_MIN
            stored.modality, stored.pinned = new.modality, new.pinned
            if (old.carers, old.shifts) != (new.carers, new.shifts):
                self._people(stored, new)
        self.session.flush()
        position = self._next_position(tables.Visit)
        for offset, one in enumerate(coming):
            added = self._visit(position + offset, one)
            self.session.add(added)
            self.session.flush()
            self._people(added, one)

    def _people(self, stored: tables.Visit, visit: answer.PlacedVisit) -> None:
        attendance = tables.Attendance
        self.session.execute(delete(attendance).where(col(attendance.visit_id) == stored.id))
        where = f"visit of need '{visit.need_id}'"
        self.session.add_all(self._attendances(where, visit.carers, visit.shifts, visit_id=stored.id))

    def _stored_visit(self, visit: answer.PlacedVisit) -> tables.Visit:
        rows = self.session.scalars(
            select(tables.Visit)
            .where(col(tables.Visit.roster_id) == self.row.id)
            .where(col(tables.Visit.need_code) == visit.need_id)
            .where(col(tables.Visit.date) == self.calendar.date(visit.day))
            .where(col(tables.Visit.start_min) == visit.start_min - visit.day * DAY_MIN)
            .order_by(col(tables.Visit.position))
        ).all()
        if not rows:
            raise BridgeError(
                "The visit of need {need} is not stored as it is to be changed", need=visit.need_id
            )
        return rows[0]

    def _breaks(self, patch: Patch) -> None:
        coming = {row.shift_id for row in patch.breaks.into}
        for old in patch.breaks.out:
            if old.shift_id not in coming:
                self.session.delete(self._stored_break(old.shift_id))
        going = {row.shift_id for row in patch.breaks.out}
        position = self._next_position(tables.PlacedBreak)
        for offset, new in enumerate(patch.breaks.into):
            if new.shift_id not in going:
                self.session.add(self._break(position + offset, new))
                continue
            stored = self._stored_break(new.shift_id)
            midnight = self.calendar.day(stored.date) * DAY_MIN
            stored.start_min, stored.end_min = new.start_min - midnight, new.end_min - midnight

    def _stored_break(self, shift_id: str) -> tables.PlacedBreak:
        stored = self.session.scalars(
            select(tables.PlacedBreak)
            .where(col(tables.PlacedBreak.roster_id) == self.row.id)
            .where(col(tables.PlacedBreak.shift_code) == shift_id)
        ).first()
        if stored is None:
            raise BridgeError("The break of shift {shift} is not stored", shift=shift_id)
        return stored

    def _replace_unplaced(self) -> None:
        unplaced = tables.Unplaced
        self.session.execute(delete(unplaced).where(col(unplaced.roster_id) == self.row.id))
        self.session.add_all(self._unplaced(at, one) for at, one in enumerate(self.roster.unplaced))

    def _replace_open_shifts(self) -> None:
        taken = tables.OpenShift
        self.session.execute(delete(taken).where(col(taken.roster_id) == self.row.id))
        self.session.add_all(self._open_shift(at, one) for at, one in enumerate(self.roster.open_shifts))

    def _citizen_weeks(self) -> None:
        week = tables.CitizenWeek
        stored = {
            (code, monday): (row_id, values)
            for row_id, code, monday, *values in self.session.execute(
                sql_select(  # type: ignore[call-overload]
                    week.id,
                    week.citizen_code,
                    week.monday,
                    week.minutes,
                    week.package_status,
                    week.carers,
                    week.carers_bound,
                ).where(col(week.roster_id) == self.row.id)
            )
        }
        position = len(stored)
        for one in self.roster.citizens:
            row_id, values = stored.get((one.citizen_id, monday_of(self.calendar, one.week)), (None, []))
            if row_id is None:
                self.session.add(self._citizen_week(position, one))
                position += 1
            elif values != [one.minutes, one.package_status, one.carers, one.carers_bound]:
                row = self.session.get_one(week, row_id)
                row.minutes, row.package_status = one.minutes, one.package_status
                row.carers, row.carers_bound = one.carers, one.carers_bound

    def _next_position(self, table: Any) -> int:
        last = self.session.scalar(
            select(func.max(col(table.position))).where(col(table.roster_id) == self.row.id)
        )
        return 0 if last is None else int(last) + 1
