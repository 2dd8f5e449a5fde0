"""A pack's dated rows into the database: shifts, absences, holidays, history, ferries, meetings, sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.merge import D, merge_listed, merge_members
from delivery_app.bridge.weeks import lies_in, monday_of, stated
from models.tables import (
    Absence,
    Carer,
    Citizen,
    Delivered,
    Ferry,
    GroupSession,
    History,
    Holiday,
    Meeting,
    MeetingCarer,
    SessionCitizen,
    Shift,
    Team,
)
from scheduler.clock import DAY_MIN, Calendar
from scheduler.problem import Problem


def load_dated(
    session: Session,
    team: Team,
    problem: Problem,
    carers: Mapping[str, Carer],
    citizens: Mapping[str, Citizen],
) -> None:
    """Make the rows of the problem's weeks, and those it states beside them, equal to the problem's."""
    calendar = problem.calendar

    def keep(table: type[D], wanted: Sequence[dict[str, Any]], key: Sequence[str] | None = None) -> list[D]:
        return merge_listed(session, table, team, stated(session, table, team, calendar), wanted, key)

    keep(Shift, _shifts(problem, carers), ("code", "date", "stated_for"))
    keep(Absence, _absences(problem, carers, citizens))
    keep(Holiday, [_dated(calendar, day) for day in sorted(problem.holidays)])
    keep(History, _history(problem, carers, citizens))
    keep(Delivered, _delivered(problem, citizens))
    keep(Ferry, _ferries(problem))
    meetings = keep(Meeting, _meetings(problem))
    called = {
        row.id: _ids(meeting.carers, carers, f"meeting '{meeting.name}'")
        for row, meeting in zip(meetings, problem.meetings, strict=True)
    }
    merge_members(session, MeetingCarer, team, "meeting_id", "carer_id", called)
    sessions = keep(GroupSession, _sessions(problem), ("code", "date", "stated_for"))
    taking_part = {
        row.id: _ids(one.citizens, citizens, f"session '{one.session_id}'")
        for row, one in zip(sessions, problem.sessions, strict=True)
    }
    merge_members(session, SessionCitizen, team, "session_id", "citizen_id", taking_part)


def _stated_for(calendar: Calendar, first: date, last: date | None = None) -> date | None:
    return None if lies_in(calendar, first, last) else calendar.first_monday


def _dated(calendar: Calendar, day: int) -> dict[str, Any]:
    when = calendar.date(day)
    return {"date": when, "stated_for": _stated_for(calendar, when)}


def _ids(codes: Sequence[str], rows: Mapping[str, Carer] | Mapping[str, Citizen], where: str) -> list[UUID]:
    for code in codes:
        if code not in rows:
            raise BridgeError("{where}: the pack has nobody with the id '{id}'", where=where, id=code)
        if codes.count(code) > 1:
            raise BridgeError("{where}: '{id}' stands twice; take one out", where=where, id=code)
    return [rows[code].id for code in codes]


def _id(code: str | None, rows: Mapping[str, Carer] | Mapping[str, Citizen]) -> UUID | None:
    return rows[code].id if code is not None and code in rows else None


def _shifts(problem: Problem, carers: Mapping[str, Carer]) -> list[dict[str, Any]]:
    rows = []
    for shift in problem.shifts:
        midnight = shift.day * DAY_MIN
        rows.append(
            {
                **_dated(problem.calendar, shift.day),
                "code": shift.shift_id,
                "carer_id": _id(shift.carer_id, carers),
                "start_min": shift.start_min - midnight,
                "end_min": shift.end_min - midnight,
                "break_minutes": shift.break_minutes,
                "break_from_min": None if shift.break_from_min is None else shift.break_from_min - midnight,
                "break_to_min": None if shift.break_to_min is None else shift.break_to_min - midnight,
                "begins_at": shift.begins_at,
                "reserve_minutes": shift.reserve_minutes,
            }
        )
    return rows


def _absences(
    problem: Problem, carers: Mapping[str, Carer], citizens: Mapping[str, Citizen]
) -> list[dict[str, Any]]:
    calendar = problem.calendar
    rows = []
    for absence in problem.absences:
        start_day, start_min = divmod(absence.start_min, DAY_MIN)
        end_day, end_min = divmod(absence.end_min, DAY_MIN)
        last_day = end_day if end_min else end_day - 1
        start, end = calendar.date(start_day), calendar.date(end_day)
        rows.append(
            {
                "stated_for": _stated_for(calendar, start, calendar.date(last_day)),
                "carer_id": _id(absence.carer_id, carers),
                "citizen_id": _id(absence.citizen_id, citizens),
                "start_date": start,
                "start_min": start_min,
                "end_date": end,
                "end_min": end_min,
                "reason": absence.reason,
            }
        )
    return rows


def _history(
    problem: Problem, carers: Mapping[str, Carer], citizens: Mapping[str, Citizen]
) -> list[dict[str, Any]]:
    return [
        {
            **_dated(problem.calendar, row.day),
            "citizen_code": row.citizen_id,
            "citizen_id": _id(row.citizen_id, citizens),
            "carer_code": row.carer_id,
            "carer_id": _id(row.carer_id, carers),
            "visits": row.visits,
        }
        for row in problem.history
    ]


def _delivered(problem: Problem, citizens: Mapping[str, Citizen]) -> list[dict[str, Any]]:
    rows = []
    for row in problem.delivered:
        monday = monday_of(problem.calendar, row.week)
        rows.append(
            {
                "monday": monday,
                "stated_for": _stated_for(problem.calendar, monday),
                "citizen_code": row.citizen_id,
                "citizen_id": _id(row.citizen_id, citizens),
                "minutes": row.minutes,
            }
        )
    return rows


def _ferries(problem: Problem) -> list[dict[str, Any]]:
    return [
        {
            **_dated(problem.calendar, row.day),
            "island": row.island,
            "first_arrival_min": row.first_arrival_min - row.day * DAY_MIN,
            "last_departure_min": row.last_departure_min - row.day * DAY_MIN,
            "minutes": row.minutes,
        }
        for row in problem.ferries
    ]


def _meetings(problem: Problem) -> list[dict[str, Any]]:
    return [
        {
            **_dated(problem.calendar, row.day),
            "name": row.name,
            "start_min": row.start_min - row.day * DAY_MIN,
            "minutes": row.minutes,
        }
        for row in problem.meetings
    ]


def _sessions(problem: Problem) -> list[dict[str, Any]]:
    return [
        {
            **_dated(problem.calendar, row.day),
            "code": row.session_id,
            "lat": row.point.lat,
            "lon": row.point.lon,
            "start_min": row.start_min - row.day * DAY_MIN,
            "minutes": row.minutes,
            "carers": row.carers,
            "qualification": row.qualification,
        }
        for row in problem.sessions
    ]
