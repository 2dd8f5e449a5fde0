"""From checked values to a :class:`~scheduler.problem.Problem`: table by table, in pack order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scheduler.clock import DAY_MIN, Calendar
from scheduler.pack.cells import ANY_DAY
from scheduler.pack.checks import shift_span
from scheduler.pack.parsing import ParsedRow, ParsedTables
from scheduler.problem import (
    Absence,
    Barred,
    Carer,
    Citizen,
    Delivered,
    Ferry,
    HistoryRow,
    Link,
    Meeting,
    Need,
    Package,
    Point,
    Problem,
    Rules,
    Session,
    Shift,
    TravelSettings,
    Weights,
    Wish,
)
from scheduler.roster import Roster


def build_problem(
    settings: Mapping[str, Any],
    tables: ParsedTables,
    calendar: Calendar,
    standing_roster: Roster | None,
    published: Roster | None,
) -> Problem:
    """The problem that settings and tables describe; both have been checked."""
    return Problem(
        name=settings["name"],
        calendar=calendar,
        base=Point(settings["base.lat"], settings["base.lon"]),
        packages=tuple(_package(row) for row in tables["packages"].rows),
        citizens=citizens_of(tables),
        needs=needs_of(tables, calendar),
        carers=tuple(_carer(row) for row in tables["carers"].rows),
        shifts=tuple(_shift(row, calendar) for row in tables["shifts"].rows),
        municipality=settings["municipality"],
        provider=settings["provider"],
        holidays=frozenset(calendar.day(when) for when in settings["holidays"]),
        travel=TravelSettings(
            detour=settings["travel.detour"],
            stop_min=settings["travel.stop_minutes"],
            speed_kmh={mode: settings[f"travel.speed_kmh.{mode}"] for mode in ("bike", "car", "foot")},
        ),
        rules=Rules(**_section(settings, "rules")),
        weights=Weights(**_section(settings, "weights")),
        links=tuple(
            Link(
                row.get("first_need"),
                row.get("second_need"),
                *_values(row, "gap_min", "gap_max", "same_carer"),
            )
            for row in tables["links"].rows
        ),
        barred=tuple(
            Barred(row.get("carer_id"), row.get("citizen_id"), row.get("reason") or "")
            for row in tables["barred"].rows
        ),
        absences=tuple(_absence(row, calendar) for row in tables["absences"].rows),
        history=tuple(
            HistoryRow(calendar.day(row.get("date")), *_values(row, "citizen_id", "carer_id", "visits"))
            for row in tables["history"].rows
        ),
        delivered=tuple(
            Delivered(calendar.day(row.get("week")) // 7, row.get("citizen_id"), row.get("minutes"))
            for row in tables["delivered"].rows
        ),
        ferries=tuple(_ferry(row, calendar) for row in tables["ferries"].rows),
        meetings=tuple(
            Meeting(
                row.get("name"),
                calendar.day(row.get("date")),
                _minute(calendar, row.get("date"), row.get("start")),
                *_values(row, "minutes", "carers"),
            )
            for row in tables["meetings"].rows
        ),
        sessions=tuple(_session(row, calendar) for row in tables["sessions"].rows),
        wishes=tuple(_wish(row, calendar) for row in tables["wishes"].rows),
        matrix={
            (row.get("from"), row.get("to"), row.get("mode")): row.get("minutes")
            for row in tables["matrix"].rows
        },
        standing_roster=standing_roster,
        published=published,
    )


def citizens_of(tables: ParsedTables) -> tuple[Citizen, ...]:
    """The citizens of checked tables, in their order."""
    return tuple(_citizen(row) for row in tables["citizens"].rows)


def needs_of(tables: ParsedTables, calendar: Calendar) -> tuple[Need, ...]:
    """The needs of checked tables, in their order."""
    return tuple(_need(row, calendar) for row in tables["needs"].rows)


def _values(row: ParsedRow, *columns: str) -> tuple[Any, ...]:
    return tuple(row.get(column) for column in columns)


def _section(settings: Mapping[str, Any], section: str) -> dict[str, Any]:
    return {
        key.removeprefix(f"{section}."): value
        for key, value in settings.items()
        if key.startswith(f"{section}.")
    }


def _minute(calendar: Calendar, when: date, clock: int) -> int:
    return calendar.day(when) * DAY_MIN + clock


def _package(row: ParsedRow) -> Package:
    return Package(
        row.get("package"),
        *_values(
            row,
            "min_minutes",
            "min_included",
            "max_minutes",
            "max_included",
            "average_minutes",
            "screen",
            "two_carers_count",
        ),
    )


def _citizen(row: ParsedRow) -> Citizen:
    return Citizen(
        citizen_id=row.get("citizen_id"),
        name=row.get("name") or "",
        point=Point(row.get("lat"), row.get("lon")),
        package_id=row.get("package"),
        contact_carer=row.get("contact_carer"),
        screen_able=row.get("screen_able"),
        continuity_weight=row.get("continuity_weight"),
        carers_max=row.get("carers_max"),
        island=row.get("island"),
    )


def _need(row: ParsedRow, calendar: Calendar) -> Need:
    days, anchor = row.get("days"), row.get("anchor_week")
    return Need(
        need_id=row.get("need_id"),
        citizen_id=row.get("citizen_id"),
        service=row.get("service"),
        days=None if days == ANY_DAY else days,
        times_per_week=row.get("times_per_week"),
        window_start_min=row.get("window_start"),
        window_end_min=row.get("window_end"),
        minutes=row.get("minutes"),
        minutes_min=row.get("minutes_min"),
        minutes_max=row.get("minutes_max"),
        every_weeks=row.get("every_weeks"),
        anchor_week=0 if anchor is None else calendar.day(anchor) // 7,
        on_holidays=row.get("on_holidays"),
        agreed_start_min=row.get("agreed_start"),
        carers=row.get("carers"),
        qualification=row.get("qualification"),
        modality=row.get("modality"),
        priority=row.get("priority"),
        counts=row.get("counts"),
        not_on=tuple(calendar.day(when) for when in row.get("not_on") or ()),
    )


def _carer(row: ParsedRow) -> Carer:
    return Carer(
        row.get("carer_id"),
        row.get("name") or "",
        *_values(row, "qualification", "week_hours", "mode", "introduced", "mentor", "kind"),
    )


def _shift(row: ParsedRow, calendar: Calendar) -> Shift:
    day = calendar.day(row.get("date"))
    span = shift_span(row)
    assert span is not None  # both clock times are required and were read
    first, last = row.get("break_from"), row.get("break_to")
    return Shift(
        shift_id=row.get("shift_id"),
        carer_id=row.get("carer_id"),
        day=day,
        start_min=day * DAY_MIN + span[0],
        end_min=day * DAY_MIN + span[1],
        break_minutes=row.get("break_minutes"),
        break_from_min=None if first is None else day * DAY_MIN + first,
        break_to_min=None if last is None else day * DAY_MIN + last,
        begins_at=row.get("begins_at"),
        reserve_minutes=row.get("reserve_minutes"),
    )


def _absence(row: ParsedRow, calendar: Calendar) -> Absence:
    return Absence(
        start_min=_minute(calendar, *row.get("from")),
        end_min=_minute(calendar, *row.get("to")),
        carer_id=row.get("carer_id"),
        citizen_id=row.get("citizen_id"),
        reason=row.get("reason") or "",
    )


def _ferry(row: ParsedRow, calendar: Calendar) -> Ferry:
    return Ferry(
        island=row.get("island"),
        day=calendar.day(row.get("date")),
        first_arrival_min=_minute(calendar, row.get("date"), row.get("first_arrival")),
        last_departure_min=_minute(calendar, row.get("date"), row.get("last_departure")),
        minutes=row.get("minutes"),
    )


def _session(row: ParsedRow, calendar: Calendar) -> Session:
    return Session(
        session_id=row.get("session_id"),
        point=Point(row.get("lat"), row.get("lon")),
        day=calendar.day(row.get("date")),
        start_min=_minute(calendar, row.get("date"), row.get("start")),
        minutes=row.get("minutes"),
        carers=row.get("carers"),
        qualification=row.get("qualification"),
        citizens=row.get("citizens"),
    )


def _wish(row: ParsedRow, calendar: Calendar) -> Wish:
    when = row.get("date")
    return Wish(
        carer_id=row.get("carer_id"),
        day=None if when is None else calendar.day(when),
        wish=row.get("wish"),
        start_min=row.get("start"),
        end_min=row.get("end"),
        weight=row.get("weight"),
    )
