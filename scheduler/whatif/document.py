"""What would help, as a JSON document for use elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scheduler.clock import Calendar, format_clock
from scheduler.problem import day_start_min
from scheduler.whatif.changes import Change, MoreShift
from scheduler.whatif.trial import Effect, WhatIf, Worth

FORMAT = "roster-whatif/1"


def whatif_document(found: WhatIf, calendar: Calendar) -> dict[str, Any]:
    """Every change tried thoroughly, best first, with its effects and their noise."""
    return {
        "format": FORMAT,
        "trials": {"made": found.tried, "planned": found.planned},
        "baseline": {name: round(value, 6) for name, value in asdict(found.baseline).items()},
        "worths": [_worth(row, calendar) for row in found.worths],
    }


def _worth(row: Worth, calendar: Calendar) -> dict[str, Any]:
    effects = {
        "unplaced": row.unplaced,
        "unplaced_price": row.unplaced_price,
        "carers_per_citizen_mean": row.carers,
        "travel_minutes": row.travel,
        "objective": row.objective,
    }
    return {
        "kind": row.change.kind,
        **_change(row.change, calendar),
        "paid_minutes": row.change.paid_min,
        "runs": row.seeds,
        "told_from_noise": row.told,
        "broken_rules": row.broken,
        "effects": {name: _effect(effect) for name, effect in effects.items()},
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {"mean": round(effect.mean, 6), "noise": round(effect.noise, 6), "told_from_noise": effect.told}


def _change(change: Change, calendar: Calendar) -> dict[str, Any]:
    if not isinstance(change, MoreShift):
        return asdict(change)
    shift = change.shift
    midnight = day_start_min(shift.day)
    return {
        "date": calendar.date(shift.day).isoformat(),
        "start": format_clock(shift.start_min - midnight),
        "end": format_clock(shift.end_min - midnight),
        "qualification": change.qualification,
        "carer_id": None if change.newcomer is not None else shift.carer_id,
    }
