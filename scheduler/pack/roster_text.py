"""A Roster as the text of ``roster.json``: keys in the format's order, one object a line."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from scheduler.clock import DAY_MIN, Calendar, format_clock
from scheduler.roster import CitizenWeek, Figures, PlacedBreak, PlacedVisit, Roster, Unplaced

FORMAT = "team-roster/1"


def roster_text(roster: Roster, known_shifts: Mapping[str, int]) -> str:
    """The roster as JSON.

    Parameters
    ----------
    roster
        Its dates are reckoned from its own first Monday.
    known_shifts
        Day numbers of the shifts whose dates a reader will know; the break of any other shift that no visit
        of the roster names is written with its date.
    """
    calendar = Calendar(roster.first_monday, roster.weeks)
    shift_days = dict(known_shifts) | visit_shift_days(roster.visits)
    document: dict[str, Any] = {
        "format": FORMAT,
        "team": roster.team,
        "week": calendar.week_name(0),
        "weeks": roster.weeks,
        "seed": roster.seed,
        "workers": roster.workers,
        "seconds": roster.seconds,
        "iterations": roster.iterations,
        "travel": {"provider": roster.travel_provider, "data": roster.travel_data},
        "visits": [_visit(visit, calendar) for visit in roster.visits],
        "sessions": [
            {"session_id": one.session_id, "carers": list(one.carers), "shifts": list(one.shifts)}
            for one in roster.sessions
        ],
        "unplaced": [_unplaced(one, calendar) for one in roster.unplaced],
        "breaks": [_break(one, calendar, shift_days) for one in roster.breaks],
        "open_shifts": [{"shift_id": one.shift_id, "carer_id": one.carer_id} for one in roster.open_shifts],
        "citizens": [_citizen(one, calendar) for one in roster.citizens],
        "figures": _figures(roster.figures),
        "bounds": asdict(roster.bounds),
    }
    if roster.contacts:
        document["contacts"] = [
            {"citizen_id": one.citizen_id, "carer_id": one.carer_id, "proposed": True}
            for one in roster.contacts
        ]
    parts = [f" {json.dumps(key)}: {_value_text(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _value_text(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {_line(one)}" for one in value) + "\n ]"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def visit_shift_days(visits: Collection[PlacedVisit]) -> dict[str, int]:
    """The day of every shift that a visit names: a visit is served only by shifts of its own date."""
    return {shift: visit.day for visit in visits for shift in visit.shifts}


def _clock(minute: int, day: int) -> str:
    return format_clock(minute - day * DAY_MIN)


def _figures(figures: Figures) -> dict[str, Any]:
    """All of them, punctuality only where it is known."""
    found = asdict(figures) | {"terms": dict(figures.terms)}
    if figures.punctuality is None:
        del found["punctuality"]
    return found


def _visit(visit: PlacedVisit, calendar: Calendar) -> dict[str, Any]:
    return {
        "need_id": visit.need_id,
        "citizen_id": visit.citizen_id,
        "date": calendar.date(visit.day).isoformat(),
        "start": _clock(visit.start_min, visit.day),
        "end": _clock(visit.end_min, visit.day),
        "modality": visit.modality,
        "carers": list(visit.carers),
        "shifts": list(visit.shifts),
        "pinned": visit.pinned,
    }


def _unplaced(one: Unplaced, calendar: Calendar) -> dict[str, Any]:
    return {
        "need_id": one.need_id,
        "date": "" if one.day is None else calendar.date(one.day).isoformat(),
        "week": calendar.week_name(one.week),
        "rule": one.rule,
        "relaxations": [{"what": change.what, "by": change.by} for change in one.relaxations],
    }


def _break(one: PlacedBreak, calendar: Calendar, shift_days: Mapping[str, int]) -> dict[str, Any]:
    dated = one.shift_id not in shift_days
    # The break of a last night lies behind the roster's weeks: it stands at the last date, past 24:00.
    day = min(one.start_min // DAY_MIN, calendar.days - 1) if dated else shift_days[one.shift_id]
    found: dict[str, Any] = {"shift_id": one.shift_id}
    if dated:
        found["date"] = calendar.date(day).isoformat()
    return found | {"start": _clock(one.start_min, day), "end": _clock(one.end_min, day)}


def _citizen(one: CitizenWeek, calendar: Calendar) -> dict[str, Any]:
    return {
        "citizen_id": one.citizen_id,
        "week": calendar.week_name(one.week),
        "minutes": one.minutes,
        "package_status": one.package_status,
        "carers": one.carers,
        "carers_bound": one.carers_bound,
    }
