"""The database's team and weeks as a problem for the optimiser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.before import delivered_before, follows_own_rosters, history_before
from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.grants import packages_on
from delivery_app.bridge.rosters import published_roster, roster_from, standing_roster
from delivery_app.bridge.weeks import minute_of, stated, stated_columns, week_of
from delivery_app.bridge.wishes import wishes_of
from models import tables
from models.base import Dated, InTeam
from models.errors import MissingRowError
from scheduler import problem as plan
from scheduler.clock import DAY_MIN, Calendar, parse_week

#: What is read of the tables with many rows: no more than the problem is made of.
_NEED = (
    *("id", "code", "citizen_id", "from_date", "service", "days", "times_per_week", "every_weeks"),
    *(
        "anchor_monday",
        "on_holidays",
        "window_start_min",
        "window_end_min",
        "agreed_start_min",
        "minutes_min",
    ),
    *("minutes", "minutes_max", "carers", "qualification", "modality", "priority", "counts", "not_on"),
)
_SHIFT = (
    *("code", "carer_id", "date", "start_min", "end_min", "break_minutes", "break_from_min", "break_to_min"),
    *("begins_at", "reserve_minutes"),
)

S = TypeVar("S", bound=InTeam)
D = TypeVar("D", bound=Dated)
L = TypeVar("L", tables.Link, tables.Barred)


def problem_from(
    session: Session, team_id: UUID, week: str, weeks: int = 1, *, published: bool = True
) -> plan.Problem:
    """A team's problem for ``weeks`` ISO weeks from ``week`` (``2026-W49``).

    Equal to the problem loaded last for these weeks, with the roster published for them since, if any. Where
    no pack of these weeks says what was before them, the rosters published here do (:mod:`before`).
    ``published`` False: without the published roster, for those who have one of these weeks at hand.

    Raises
    ------
    MissingRowError
        There is no such team.
    BridgeError
        A citizen without a grant on the first Monday, or a published roster of these and of other weeks.
    scheduler.message.ProblemError
        ``week`` or ``weeks`` is wrong, or the rows contradict each other.
    """
    team = session.get(tables.Team, team_id)
    if team is None:
        raise MissingRowError("There is no team with the id {id}", id=team_id)
    return _Reader(session, team, Calendar(parse_week(week), weeks)).problem(published)


class _Reader:
    """Reads one team's rows, each with the codes of the rows it points to."""

    def __init__(self, session: Session, team: tables.Team, calendar: Calendar) -> None:
        self.session, self.team, self.calendar = session, team, calendar
        self.packages = self._standing(tables.Package)
        self.carers = self._standing(tables.Carer)
        self.citizens = self._standing(tables.Citizen)
        self.needs = self._needs()
        self.follows_own_rosters = follows_own_rosters(session, team, calendar)
        self.codes: dict[UUID | None, str] = {
            row.id: row.code
            for rows in (self.packages, self.carers, self.citizens, self.needs)
            for row in rows
        }

    def problem(self, with_published: bool) -> plan.Problem:
        team, calendar = self.team, self.calendar
        standing = standing_roster(self.session, team.id)
        published = None
        if with_published:
            published = published_roster(self.session, team.id, calendar.first_monday, calendar.weeks)
        return plan.Problem(
            name=team.name,
            calendar=calendar,
            base=plan.Point(team.base_lat, team.base_lon),
            packages=tuple(_package(row) for row in self.packages),
            citizens=self._citizens(),
            needs=tuple(self._need(row) for row in self.needs),
            carers=tuple(self._carer(row) for row in self.carers),
            shifts=self._shifts(),
            municipality=self.session.get_one(tables.Municipality, team.municipality_id).code,
            provider=self.session.get_one(tables.Provider, team.provider_id).kind,
            holidays=frozenset(calendar.day(row.date) for row in self._dated(tables.Holiday)),
            travel=plan.TravelSettings(**team.travel),
            rules=plan.Rules(**team.rules),
            weights=plan.Weights(**team.weights),
            links=self._links(),
            barred=self._barred(),
            absences=self._absences(),
            history=self._history(),
            delivered=self._delivered(),
            ferries=tuple(self._ferry(row) for row in self._dated(tables.Ferry)),
            meetings=self._meetings(),
            sessions=self._sessions(),
            wishes=wishes_of(self.session, self.team.id, self.calendar, self.codes),
            matrix=self._matrix(),
            standing_roster=None if standing is None else roster_from(self.session, standing.id),
            published=None if published is None else roster_from(self.session, published.id),
        )

    def _standing(self, table: type[S]) -> Sequence[S]:
        return self.session.scalars(
            select(table).where(self._in_team(table)).order_by(col(table.position), col(table.code))
        ).all()

    def _needs(self) -> Sequence[Any]:
        table = tables.Need
        columns = table.__table__.c  # type: ignore[attr-defined]
        wanted = sql_select(*(columns[name] for name in _NEED)).where(self._in_team(table))
        return self.session.execute(wanted.order_by(col(table.position), col(table.code))).all()

    def _in_team(self, table: type[InTeam]) -> ColumnElement[bool]:
        monday = self.calendar.first_monday
        return and_(
            col(table.team_id) == self.team.id,
            col(table.from_date) <= monday,
            or_(col(table.until_date).is_(None), col(table.until_date) > monday),
        )

    def _dated(self, table: type[D]) -> Sequence[D]:
        return stated(self.session, table, self.team, self.calendar)

    def _history(self) -> tuple[plan.HistoryRow, ...]:
        if self.follows_own_rosters:
            return history_before(self.session, self.team, self.calendar)
        columns = ("date", "citizen_code", "carer_code", "visits")
        rows = stated_columns(self.session, tables.History, self.team, self.calendar, *columns)
        return tuple(
            plan.HistoryRow(self.calendar.day(when), citizen, carer, visits)
            for when, citizen, carer, visits in rows
        )

    def _delivered(self) -> tuple[plan.Delivered, ...]:
        if self.follows_own_rosters:
            return delivered_before(self.session, self.team, self.calendar)
        columns = ("monday", "citizen_code", "minutes")
        rows = stated_columns(self.session, tables.Delivered, self.team, self.calendar, *columns)
        return tuple(
            plan.Delivered(week_of(self.calendar, monday), citizen, minutes)
            for monday, citizen, minutes in rows
        )

    def _minute(self, when: date, minute: int) -> int:
        return minute_of(self.calendar, when, minute)

    def _citizens(self) -> tuple[plan.Citizen, ...]:
        granted = packages_on(self.session, [row.id for row in self.citizens], self.calendar.first_monday)
        for row in self.citizens:
            if self.codes.get(granted.get(row.id)) is None:
                raise BridgeError(
                    "citizen '{id}' has no grant of a package on {date}; give one, or take the citizen out",
                    id=row.code,
                    date=self.calendar.first_monday,
                )
        return tuple(
            plan.Citizen(
                citizen_id=row.code,
                name=row.name,
                point=plan.Point(row.lat, row.lon),
                package_id=self.codes[granted[row.id]],
                contact_carer=self.codes.get(row.contact_carer_id),
                screen_able=row.screen_able,
                continuity_weight=row.continuity_weight,
                carers_max=row.carers_max,
                island=row.island,
            )
            for row in self.citizens
        )

    def _need(self, row: Any) -> plan.Need:
        known = self.codes.get(row.citizen_id)
        return plan.Need(
            need_id=row.code,
            citizen_id=known or self._known(row.citizen_id, f"need '{row.code}'", row.from_date) or "",
            service=row.service,
            days=None if row.days is None else tuple(row.days),
            times_per_week=row.times_per_week,
            window_start_min=row.window_start_min,
            window_end_min=row.window_end_min,
            minutes=row.minutes,
            minutes_min=row.minutes_min,
            minutes_max=row.minutes_max,
            every_weeks=row.every_weeks,
            anchor_week=week_of(self.calendar, row.anchor_monday),
            on_holidays=row.on_holidays,
            agreed_start_min=row.agreed_start_min,
            carers=row.carers,
            qualification=row.qualification,
            modality=row.modality,
            priority=row.priority,
            counts=row.counts,
            not_on=tuple(self.calendar.day(date.fromisoformat(when)) for when in row.not_on or ()),
        )

    def _carer(self, row: tables.Carer) -> plan.Carer:
        return plan.Carer(
            carer_id=row.code,
            name=row.name,
            qualification=row.qualification,
            week_hours=row.week_hours,
            mode=row.mode,
            introduced=row.introduced,
            mentor=self._known(row.mentor_id, f"carer '{row.code}'", row.from_date),
            kind=row.kind,
        )

    def _shifts(self) -> tuple[plan.Shift, ...]:
        rows = stated_columns(self.session, tables.Shift, self.team, self.calendar, *_SHIFT)
        return tuple(self._shift(row) for row in rows)

    def _shift(self, row: Any) -> plan.Shift:
        day = self.calendar.day(row.date)
        midnight = day * DAY_MIN

        def minute(value: int | None) -> int | None:
            return None if value is None else midnight + value

        return plan.Shift(
            shift_id=row.code,
            carer_id=self.codes.get(row.carer_id)
            or self._known(row.carer_id, f"shift '{row.code}'", row.date),
            day=day,
            start_min=midnight + row.start_min,
            end_min=midnight + row.end_min,
            break_minutes=row.break_minutes,
            break_from_min=minute(row.break_from_min),
            break_to_min=minute(row.break_to_min),
            begins_at=row.begins_at,
            reserve_minutes=row.reserve_minutes,
        )

    def _links(self) -> tuple[plan.Link, ...]:
        rows = self._listed(tables.Link)
        return tuple(
            plan.Link(
                first_need=self.codes[row.first_need_id],
                second_need=self.codes[row.second_need_id],
                gap_min=row.gap_min,
                gap_max=row.gap_max,
                same_carer=row.same_carer,
            )
            for row in rows
            if row.first_need_id in self.codes and row.second_need_id in self.codes
        )

    def _barred(self) -> tuple[plan.Barred, ...]:
        rows = self._listed(tables.Barred)
        return tuple(
            plan.Barred(self.codes[row.carer_id], self.codes[row.citizen_id], row.reason)
            for row in rows
            if row.carer_id in self.codes and row.citizen_id in self.codes
        )

    def _absences(self) -> tuple[plan.Absence, ...]:
        # Of somebody who has left the team since, an absence says nothing any more.
        return tuple(
            plan.Absence(
                start_min=self._minute(row.start_date, row.start_min),
                end_min=self._minute(row.end_date, row.end_min),
                carer_id=self.codes.get(row.carer_id),
                citizen_id=self.codes.get(row.citizen_id),
                reason=row.reason,
            )
            for row in self._dated(tables.Absence)
            if row.carer_id in self.codes or row.citizen_id in self.codes
        )

    def _ferry(self, row: tables.Ferry) -> plan.Ferry:
        return plan.Ferry(
            island=row.island,
            day=self.calendar.day(row.date),
            first_arrival_min=self._minute(row.date, row.first_arrival_min),
            last_departure_min=self._minute(row.date, row.last_departure_min),
            minutes=row.minutes,
        )

    def _meetings(self) -> tuple[plan.Meeting, ...]:
        rows = self._dated(tables.Meeting)
        if not rows:
            return ()
        called: dict[UUID, list[str]] = defaultdict(list)
        for member in self.session.scalars(
            select(tables.MeetingCarer)
            .where(col(tables.MeetingCarer.meeting_id).in_([row.id for row in rows]))
            .order_by(col(tables.MeetingCarer.position))
        ):
            if member.carer_id in self.codes:
                called[member.meeting_id].append(self.codes[member.carer_id])
        return tuple(
            plan.Meeting(
                name=row.name,
                day=self.calendar.day(row.date),
                start_min=self._minute(row.date, row.start_min),
                minutes=row.minutes,
                carers=tuple(called[row.id]),
            )
            for row in rows
        )

    def _sessions(self) -> tuple[plan.Session, ...]:
        rows = self._dated(tables.GroupSession)
        if not rows:
            return ()
        taking_part: dict[UUID, list[str]] = defaultdict(list)
        for member in self.session.scalars(
            select(tables.SessionCitizen)
            .where(col(tables.SessionCitizen.session_id).in_([row.id for row in rows]))
            .order_by(col(tables.SessionCitizen.position))
        ):
            if member.citizen_id in self.codes:
                taking_part[member.session_id].append(self.codes[member.citizen_id])
        return tuple(
            plan.Session(
                session_id=row.code,
                point=plan.Point(row.lat, row.lon),
                day=self.calendar.day(row.date),
                start_min=self._minute(row.date, row.start_min),
                minutes=row.minutes,
                carers=row.carers,
                qualification=row.qualification,
                citizens=tuple(taking_part[row.id]),
            )
            for row in rows
        )

    def _matrix(self) -> dict[tuple[str, str, str], int]:
        table = tables.TravelOverride
        rows = self.session.execute(
            sql_select(col(table.origin), col(table.target), col(table.mode), col(table.minutes)).where(
                col(table.team_id) == self.team.id
            )
        )
        return {(origin, target, mode): minutes for origin, target, mode, minutes in rows}

    def _listed(self, table: type[L]) -> Sequence[L]:
        return self.session.scalars(
            select(table)
            .where(col(table.team_id) == self.team.id)
            .order_by(col(table.position), col(table.id))
        ).all()

    def _known(self, row_id: UUID | None, where: str, when: date) -> str | None:
        """The code of a carer or citizen who is in the team when the weeks begin; None for nobody."""
        if row_id is None or row_id in self.codes:
            return self.codes.get(row_id)
        person = self.session.get(tables.Carer, row_id) or self.session.get_one(tables.Citizen, row_id)
        raise BridgeError(
            "{where} ({date}) belongs to '{id}', who is not in the team on {monday}; "
            "load the pack of that week again",
            where=where,
            date=when,
            id=person.code,
            monday=self.calendar.first_monday,
        )


def _package(row: tables.Package) -> plan.Package:
    return plan.Package(
        package_id=row.code,
        min_minutes=row.min_minutes,
        min_included=row.min_included,
        max_minutes=row.max_minutes,
        max_included=row.max_included,
        average_minutes=row.average_minutes,
        screen=row.screen,
        two_carers_count=row.two_carers_count,
    )
