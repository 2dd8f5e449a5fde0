"""From a Problem to the cells of a pack: the counterpart of :mod:`scheduler.pack.build`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from scheduler.clock import DAY_MIN, Calendar, format_week
from scheduler.pack.cells import ANY_DAY
from scheduler.pack.schema import FORMAT, TABLE_BY_NAME
from scheduler.pack.settings import settings_text
from scheduler.problem import Need, Problem, Shift

Rows = list[dict[str, str]]


def problem_settings(problem: Problem) -> dict[str, str]:
    """The team's settings as text by dotted key; every rule and weight is written out."""
    values: dict[str, Any] = {
        "format": FORMAT,
        "name": problem.name,
        "municipality": problem.municipality,
        "provider": problem.provider,
        "week": format_week(problem.calendar.first_monday),
        "weeks": problem.calendar.weeks,
        "base.lat": problem.base.lat,
        "base.lon": problem.base.lon,
        "holidays": [problem.calendar.date(day) for day in sorted(problem.holidays)],
        "travel.detour": problem.travel.detour,
        "travel.stop_minutes": problem.travel.stop_min,
    }
    values |= {f"travel.speed_kmh.{mode}": speed for mode, speed in problem.travel.speed_kmh.items()}
    values |= {f"rules.{rule.name}": getattr(problem.rules, rule.name) for rule in fields(problem.rules)}
    values |= {f"weights.{one.name}": getattr(problem.weights, one.name) for one in fields(problem.weights)}
    return {key: text for key, text in settings_text(values).items() if text or key == "municipality"}


def problem_tables(problem: Problem) -> dict[str, Rows]:
    """The cells of every table that has rows, and of every required table."""
    calendar = problem.calendar
    found: dict[str, Iterable[Mapping[str, Any]]] = {
        "packages": ({"package": row.package_id} | _attributes(row, "packages") for row in problem.packages),
        "citizens": (
            _attributes(row, "citizens")
            | {"lat": row.point.lat, "lon": row.point.lon, "package": row.package_id}
            for row in problem.citizens
        ),
        "needs": (_need(row, calendar) for row in problem.needs),
        "links": (_attributes(row, "links") for row in problem.links),
        "carers": (_attributes(row, "carers") for row in problem.carers),
        "shifts": (_shift(row, calendar) for row in problem.shifts),
        "barred": (_attributes(row, "barred") for row in problem.barred),
        "absences": (
            _attributes(row, "absences")
            | {"from": _moment(row.start_min, calendar), "to": _moment(row.end_min, calendar)}
            for row in problem.absences
        ),
        "history": (
            _attributes(row, "history") | {"date": calendar.date(row.day)} for row in problem.history
        ),
        "delivered": (
            _attributes(row, "delivered") | {"week": calendar.date(7 * row.week)} for row in problem.delivered
        ),
        "ferries": (
            _attributes(row, "ferries")
            | {
                "date": calendar.date(row.day),
                "first_arrival": row.first_arrival_min - row.day * DAY_MIN,
                "last_departure": row.last_departure_min - row.day * DAY_MIN,
            }
            for row in problem.ferries
        ),
        "meetings": (
            _attributes(row, "meetings")
            | {"date": calendar.date(row.day), "start": row.start_min - row.day * DAY_MIN}
            for row in problem.meetings
        ),
        "sessions": (
            _attributes(row, "sessions")
            | {
                "lat": row.point.lat,
                "lon": row.point.lon,
                "date": calendar.date(row.day),
                "start": row.start_min - row.day * DAY_MIN,
            }
            for row in problem.sessions
        ),
        "wishes": (
            _attributes(row, "wishes")
            | {
                "date": None if row.day is None else calendar.date(row.day),
                "start": row.start_min,
                "end": row.end_min,
            }
            for row in problem.wishes
        ),
        "matrix": (
            {"from": origin, "to": target, "mode": mode, "minutes": minutes}
            for (origin, target, mode), minutes in problem.matrix.items()
        ),
    }
    tables = {name: [_cells(name, values) for values in rows] for name, rows in found.items()}
    return {name: rows for name, rows in tables.items() if rows or TABLE_BY_NAME[name].required}


def _attributes(row: object, table: str) -> dict[str, Any]:
    """The values whose columns are named as the attributes are."""
    names = TABLE_BY_NAME[table].column_names
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


def _cells(table: str, values: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in TABLE_BY_NAME[table].columns:
        value = values.get(column.name)
        found[column.name] = "" if value is None else column.kind.format(value)
    return found


def _moment(minute: int, calendar: Calendar) -> tuple[Any, int]:
    return calendar.date(minute // DAY_MIN), minute % DAY_MIN


def _need(need: Need, calendar: Calendar) -> dict[str, Any]:
    anchored = need.every_weeks > 1 or need.anchor_week != 0
    return _attributes(need, "needs") | {
        "days": ANY_DAY if need.days is None else need.days,
        "anchor_week": calendar.date(7 * need.anchor_week) if anchored else None,
        "window_start": need.window_start_min,
        "window_end": need.window_end_min,
        "agreed_start": need.agreed_start_min,
        "not_on": tuple(calendar.date(day) for day in need.not_on) or None,
    }


def _shift(shift: Shift, calendar: Calendar) -> dict[str, Any]:
    midnight = shift.day * DAY_MIN
    end = shift.end_min - midnight
    return _attributes(shift, "shifts") | {
        "date": calendar.date(shift.day),
        "start": shift.start_min - midnight,
        # An end on the next day is written as that day's clock time, as on a duty list.
        "end": end if end <= DAY_MIN else end - DAY_MIN,
        "break_from": None if shift.break_from_min is None else shift.break_from_min - midnight,
        "break_to": None if shift.break_to_min is None else shift.break_to_min - midnight,
    }
