"""A comparison of two rosters as a JSON document, for use elsewhere: dates and clock times as in a roster."""

from __future__ import annotations

from typing import Any

from scheduler.clock import Calendar, format_clock
from scheduler.compare.rows import CarerChange, CitizenChange, Comparison, LeftOut, Pair, VisitChange
from scheduler.problem import day_start_min
from scheduler.roster import PlacedVisit
from scheduler.rules import Violation

FORMAT = "roster-comparison/1"


def comparison_document(result: Comparison, calendar: Calendar) -> dict[str, Any]:
    """The whole comparison; citizens and carers in its order, those without a difference included."""
    return {
        "format": FORMAT,
        "figures": {row.name: pair(row) for row in result.figures},
        "terms": {row.name: pair(row) for row in result.terms},
        "bounds": {row.name: pair(row) for row in result.bounds},
        "hard_violations": {
            side: [_violation(row, calendar) for row in rows]
            for side, rows in zip(("first", "second"), result.hard, strict=True)
        },
        "unplaced": [_left_out(row, calendar) for row in result.left_out],
        "citizens": [_citizen(row, calendar) for row in result.citizens],
        "carers": [_carer(row) for row in result.carers],
    }


def pair(row: Pair) -> dict[str, Any]:
    """Both values, the difference, and what it is for the second."""
    return {
        "first": _rounded(row.first),
        "second": _rounded(row.second),
        "difference": _rounded(row.difference),
        "verdict": row.verdict,
    }


def placed(visit: PlacedVisit | None, calendar: Calendar) -> dict[str, Any] | None:
    """A visit's date, times, modality and people."""
    if visit is None:
        return None
    midnight = day_start_min(visit.day)
    return {
        "date": calendar.date(visit.day).isoformat(),
        "start": format_clock(visit.start_min - midnight),
        "end": format_clock(visit.end_min - midnight),
        "modality": visit.modality,
        "carers": list(visit.carers),
    }


def _rounded(value: float | None) -> float | None:
    """Without the last digits of a sum, which say nothing."""
    return round(value, 6) if isinstance(value, float) else value


def _violation(row: Violation, calendar: Calendar) -> dict[str, Any]:
    date = None if row.day is None else calendar.date(row.day).isoformat()
    return {
        "rule": row.rule,
        "number": row.number,
        "need_id": row.need_id,
        "date": date,
        "text": str(row.message),
    }


def _left_out(row: LeftOut, calendar: Calendar) -> dict[str, Any]:
    return {
        "need_id": row.need_id,
        "citizen_id": row.citizen_id,
        "week": calendar.week_name(row.week),
        "date": None if row.day is None else calendar.date(row.day).isoformat(),
        "priority": row.priority,
        "first": row.first,
        "second": row.second,
    }


def _citizen(row: CitizenChange, calendar: Calendar) -> dict[str, Any]:
    return {
        "citizen_id": row.citizen_id,
        "week": calendar.week_name(row.week),
        "differs": row.differs,
        "carers": pair(row.carers),
        "minutes": pair(row.minutes),
        "unplaced": pair(row.unplaced),
        "gone": list(row.gone),
        "came": list(row.came),
        "moved_most_min": row.moved_most_min,
        "visits": [_visit(one, calendar) for one in row.visits],
    }


def _visit(row: VisitChange, calendar: Calendar) -> dict[str, Any]:
    return {
        "need_id": row.need_id,
        "first": placed(row.first, calendar),
        "second": placed(row.second, calendar),
        "gone": list(row.gone),
        "came": list(row.came),
        "moved_min": row.moved_min,
    }


def _carer(row: CarerChange) -> dict[str, Any]:
    pairs = (row.visits, row.load, row.travel, row.waiting, row.shift)
    return {"carer_id": row.carer_id, "differs": row.differs, **{one.name: pair(one) for one in pairs}}
