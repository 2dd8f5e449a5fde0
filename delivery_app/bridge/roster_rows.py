"""The rows of one roster: written from the optimiser's answer, and read back as it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select as sql_select
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.merge import owner
from delivery_app.bridge.weeks import monday_of, week_of
from models import tables
from models.base import Row
from models.tables import Roster, Team
from scheduler import roster as answer
from scheduler.clock import DAY_MIN, Calendar

#: Carers and their shifts, in order.
_People = tuple[tuple[str, ...], tuple[str, ...]]
_NOBODY: _People = ((), ())


def header_values(roster: answer.Roster) -> dict[str, Any]:
    """What stands in the roster's own row."""
    return {
        "first_monday": roster.first_monday,
        "weeks": roster.weeks,
        "team_name": roster.team,
        "figures": {**asdict(roster.figures), "terms": dict(roster.figures.terms)},
        "bounds": asdict(roster.bounds),
        "seed": roster.seed,
        "workers": roster.workers,
        "seconds": roster.seconds,
        "iterations": roster.iterations,
        "travel_provider": roster.travel_provider,
        "travel_data": roster.travel_data,
    }


class RosterWriter:
    """Writes the rows of a roster whose own row stands already.

    ``strict``: an id the team does not have is an error. Rosters that come with a pack (the standing roster,
    an earlier published one) may name who has left since; these are kept by their ids alone.
    """

    def __init__(
        self, session: Session, team: Team, row: Roster, roster: answer.Roster, *, strict: bool
    ) -> None:
        self.session, self.team, self.row, self.roster, self.strict = session, team, row, roster, strict
        self.calendar = Calendar(roster.first_monday, roster.weeks)

    # Ids by code, read when the first row asks for them: an edit writes few rows, most without any.

    @cached_property
    def needs(self) -> dict[str, UUID]:
        return self._ids(tables.Need)

    @cached_property
    def citizens(self) -> dict[str, UUID]:
        return self._ids(tables.Citizen)

    @cached_property
    def carers(self) -> dict[str, UUID]:
        return self._ids(tables.Carer)

    @cached_property
    def shifts(self) -> dict[str, tuple[UUID, date]]:
        return self._in_weeks(tables.Shift)

    @cached_property
    def sessions(self) -> dict[str, UUID]:
        return {code: row_id for code, (row_id, _) in self._in_weeks(tables.GroupSession).items()}

    def write(self) -> None:
        """Add all rows."""
        places: list[Row] = []
        attendances: list[Row] = []
        for position, visit in enumerate(self.roster.visits):
            placed = self._visit(position, visit)
            places.append(placed)
            where = f"visit of need '{visit.need_id}'"
            attendances += self._attendances(where, visit.carers, visit.shifts, visit_id=placed.id)
        for position, one in enumerate(self.roster.sessions):
            held = tables.PlacedSession(
                **self._of(position),
                session_code=one.session_id,
                session_id=self._id("session", one.session_id, self.sessions),
            )
            places.append(held)
            where = f"session '{one.session_id}'"
            attendances += self._attendances(where, one.carers, one.shifts, placed_session_id=held.id)
        rest: list[Row] = [
            *(self._unplaced(position, row) for position, row in enumerate(self.roster.unplaced)),
            *(self._break(position, row) for position, row in enumerate(self.roster.breaks)),
            *(self._open_shift(position, row) for position, row in enumerate(self.roster.open_shifts)),
            *(self._citizen_week(position, row) for position, row in enumerate(self.roster.citizens)),
            *(self._contact(position, row) for position, row in enumerate(self.roster.contacts)),
        ]
        self.session.add_all(places)
        self.session.flush()
        self.session.add_all(attendances + rest)
        self.session.flush()

    def _visit(self, position: int, visit: answer.PlacedVisit) -> tables.Visit:
        return tables.Visit(
            **self._of(position),
            need_code=visit.need_id,
            need_id=self._id("need", visit.need_id, self.needs),
            citizen_code=visit.citizen_id,
            citizen_id=self._id("citizen", visit.citizen_id, self.citizens),
            date=self.calendar.date(visit.day),
            start_min=visit.start_min - visit.day * DAY_MIN,
            end_min=visit.end_min - visit.day * DAY_MIN,
            modality=visit.modality,
            pinned=visit.pinned,
        )

    def _attendances(
        self, where: str, carers: Sequence[str], shifts: Sequence[str], **place: Any
    ) -> list[tables.Attendance]:
        if len(carers) != len(shifts):
            raise BridgeError(
                "{where}: {carers} carers and {shifts} shifts; a roster names one shift for each carer",
                where=where,
                carers=len(carers),
                shifts=len(shifts),
            )
        return [
            tables.Attendance(
                **self._of(position),
                **place,
                carer_code=carer,
                carer_id=self._id("carer", carer, self.carers),
                shift_code=shift,
                shift_id=self._shift_id(shift),
            )
            for position, (carer, shift) in enumerate(zip(carers, shifts, strict=True))
        ]

    def _unplaced(self, position: int, row: answer.Unplaced) -> tables.Unplaced:
        session_id = self.sessions.get(row.need_id)
        return tables.Unplaced(
            **self._of(position),
            need_code=row.need_id,
            need_id=None if session_id is not None else self._id("need", row.need_id, self.needs),
            session_id=session_id,
            date=None if row.day is None else self.calendar.date(row.day),
            monday=monday_of(self.calendar, row.week),
            rule=row.rule,
            relaxations=[asdict(relaxation) for relaxation in row.relaxations],
        )

    def _break(self, position: int, row: answer.PlacedBreak) -> tables.PlacedBreak:
        shift = self.shifts.get(row.shift_id)
        day = row.start_min // DAY_MIN if shift is None else self.calendar.day(shift[1])
        return tables.PlacedBreak(
            **self._of(position),
            shift_code=row.shift_id,
            shift_id=self._shift_id(row.shift_id),
            date=self.calendar.date(day),
            start_min=row.start_min - day * DAY_MIN,
            end_min=row.end_min - day * DAY_MIN,
        )

    def _open_shift(self, position: int, row: answer.OpenShift) -> tables.OpenShift:
        return tables.OpenShift(
            **self._of(position),
            shift_code=row.shift_id,
            shift_id=self._shift_id(row.shift_id),
            carer_code=row.carer_id,
            carer_id=self._id("carer", row.carer_id, self.carers),
        )

    def _citizen_week(self, position: int, row: answer.CitizenWeek) -> tables.CitizenWeek:
        return tables.CitizenWeek(
            **self._of(position),
            citizen_code=row.citizen_id,
            citizen_id=self._id("citizen", row.citizen_id, self.citizens),
            monday=monday_of(self.calendar, row.week),
            minutes=row.minutes,
            package_status=row.package_status,
            carers=row.carers,
            carers_bound=row.carers_bound,
        )

    def _contact(self, position: int, row: answer.ContactProposal) -> tables.ContactProposal:
        return tables.ContactProposal(
            **self._of(position),
            citizen_code=row.citizen_id,
            citizen_id=self._id("citizen", row.citizen_id, self.citizens),
            carer_code=row.carer_id,
            carer_id=self._id("carer", row.carer_id, self.carers),
        )

    def _of(self, position: int) -> dict[str, Any]:
        return {**owner(self.team), "roster_id": self.row.id, "position": position}

    def _shift_id(self, code: str) -> UUID | None:
        if code in self.shifts:
            return self.shifts[code][0]
        return self._id("shift", code, {})

    def _id(self, kind: str, code: str, ids: dict[str, UUID]) -> UUID | None:
        if code in ids:
            return ids[code]
        if self.strict:
            raise BridgeError(
                "The roster names {kind} '{id}', which team {team} does not have in these weeks; "
                "load its pack first",
                kind=kind,
                id=code,
                team=self.team.name,
            )
        return None

    def _ids(self, table: type[tables.Need] | type[tables.Citizen] | type[tables.Carer]) -> dict[str, UUID]:
        rows = self.session.execute(
            select(col(table.code), col(table.id)).where(col(table.team_id) == self.team.id)
        )
        return dict(rows.all())

    def _in_weeks(self, table: Any) -> dict[str, tuple[UUID, date]]:
        first, last = self.calendar.date(0), self.calendar.date(self.calendar.days - 1)
        rows = self.session.execute(
            sql_select(table.code, table.id, table.date)
            .where(col(table.team_id) == self.team.id)
            .where(col(table.date).between(first, last))
            .where(col(table.stated_for).is_(None))
        )
        return {code: (row_id, when) for code, row_id, when in rows}


class RosterReader:
    """Reads a roster's rows: only the columns that say something, for a large team's are thousands.

    No row of a citizen is loaded; whoever shows what was read tells the access log whose it is.
    """

    def __init__(self, session: Session, row: Roster) -> None:
        # Bare tables are read below: what is still to be written has to stand in them.
        session.flush()
        self.session, self.row = session, row
        self.calendar = Calendar(row.first_monday, row.weeks)

    def roster(self) -> answer.Roster:
        """The roster as it was saved."""
        row = self.row
        return answer.Roster(
            team=row.team_name,
            first_monday=row.first_monday,
            weeks=row.weeks,
            visits=self._visits(),
            sessions=self._sessions(),
            unplaced=self._unplaced(),
            breaks=self._breaks(),
            open_shifts=tuple(answer.OpenShift(*one) for one in self._rows(_OPEN)),
            citizens=self._citizen_weeks(),
            contacts=tuple(answer.ContactProposal(*one) for one in self._rows(_CONTACT)),
            figures=answer.Figures(**row.figures),
            bounds=answer.Bounds(**row.bounds),
            seed=row.seed,
            workers=row.workers,
            seconds=row.seconds,
            iterations=row.iterations,
            travel_provider=row.travel_provider,
            travel_data=row.travel_data,
        )

    def _visits(self) -> tuple[answer.PlacedVisit, ...]:
        who = self._who(tables.Visit, "visit_id")
        days = _Days(self.calendar)
        found = []
        for position, need, citizen, when, start, end, modality, pinned in self._rows(_VISIT):
            day = days[when]
            midnight = day * DAY_MIN
            carers, shifts = who.get(position, _NOBODY)
            found.append(
                answer.PlacedVisit(
                    need, citizen, day, midnight + start, midnight + end, modality, carers, shifts, pinned
                )
            )
        return tuple(found)

    def _sessions(self) -> tuple[answer.PlacedSession, ...]:
        rows = self._rows(_SESSION)
        who = self._who(tables.PlacedSession, "placed_session_id") if rows else {}
        return tuple(answer.PlacedSession(code, *who.get(position, _NOBODY)) for position, code in rows)

    def _unplaced(self) -> tuple[answer.Unplaced, ...]:
        return tuple(
            answer.Unplaced(
                need_id=need,
                day=None if when is None else self.calendar.day(when),
                week=week_of(self.calendar, monday),
                rule=rule,
                relaxations=tuple(answer.Relaxation(**relaxation) for relaxation in relaxations),
            )
            for need, when, monday, rule, relaxations in self._rows(_UNPLACED)
        )

    def _breaks(self) -> tuple[answer.PlacedBreak, ...]:
        days = _Days(self.calendar)
        return tuple(
            answer.PlacedBreak(shift, days[when] * DAY_MIN + start, days[when] * DAY_MIN + end)
            for shift, when, start, end in self._rows(_BREAK)
        )

    def _citizen_weeks(self) -> tuple[answer.CitizenWeek, ...]:
        return tuple(
            answer.CitizenWeek(
                citizen_id=citizen,
                week=week_of(self.calendar, monday),
                minutes=minutes,
                package_status=status,
                carers=carers,
                carers_bound=bound,
            )
            for citizen, monday, minutes, status, carers, bound in self._rows(_CITIZEN_WEEK)
        )

    def _who(self, table: Any, place: str) -> dict[int, _People]:
        """By the place's position: its carers and their shifts, in order; a missing key is nobody."""
        columns, attendance = table.__table__.c, tables.Attendance.__table__.c  # type: ignore[attr-defined]
        rows = self.session.execute(
            sql_select(columns.position, attendance.carer_code, attendance.shift_code)
            .join(tables.Attendance.__table__, attendance[place] == columns.id)  # type: ignore[attr-defined]
            .where(columns.roster_id == self.row.id)
            .order_by(columns.position, attendance.position)
        )
        found: dict[int, _People] = {}
        for position, carer, shift in rows.all():
            if position in found:
                carers, shifts = found[position]
                found[position] = ((*carers, carer), (*shifts, shift))
            else:
                found[position] = ((carer,), (shift,))
        return found

    def _rows(self, columns: tuple[Any, ...]) -> Sequence[Any]:
        table = columns[0].table.c
        return self.session.execute(
            sql_select(*columns).where(table.roster_id == self.row.id).order_by(table.position)
        ).all()


class _Days(dict[date, int]):
    """Day numbers by date; a roster's rows name few dates."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def __missing__(self, when: date) -> int:
        self[when] = self.calendar.day(when)
        return self[when]


def _columns(table: Any, *names: str) -> tuple[Any, ...]:
    return tuple(table.__table__.c[name] for name in names)


#: What is read of each table, in the order of its reader.
_VISIT = _columns(
    tables.Visit,
    "position",
    "need_code",
    "citizen_code",
    "date",
    "start_min",
    "end_min",
    "modality",
    "pinned",
)
_SESSION = _columns(tables.PlacedSession, "position", "session_code")
_UNPLACED = _columns(tables.Unplaced, "need_code", "date", "monday", "rule", "relaxations")
_BREAK = _columns(tables.PlacedBreak, "shift_code", "date", "start_min", "end_min")
_OPEN = _columns(tables.OpenShift, "shift_code", "carer_code")
_CONTACT = _columns(tables.ContactProposal, "citizen_code", "carer_code")
_CITIZEN_WEEK = _columns(
    tables.CitizenWeek, "citizen_code", "monday", "minutes", "package_status", "carers", "carers_bound"
)
