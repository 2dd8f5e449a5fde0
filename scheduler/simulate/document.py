"""A simulation as a document for other programs; dates and clock times as in ``roster.json``."""

from __future__ import annotations

from typing import Any

from scheduler.clock import DAY_MIN, format_clock
from scheduler.problem import Problem
from scheduler.simulate.outlook import Simulation

#: Shares and minutes are rounded to so many decimals.
_SHARE, _MINUTES = 4, 1


def simulation_document(problem: Problem, simulation: Simulation) -> dict[str, Any]:
    """Everything the simulation tells, visits and rounds in order of time."""
    calendar = problem.calendar
    return {
        "format": "simulation/1",
        "team": problem.name,
        "runs": simulation.runs,
        "seed": simulation.seed,
        "tolerance_minutes": simulation.tolerance_min,
        "punctuality": simulation.punctuality,
        "calls": round(simulation.calls, _MINUTES),
        "visits": [
            {
                "need_id": one.need_id,
                "citizen_id": one.citizen_id,
                "date": calendar.date(one.day).isoformat(),
                "start": _clock(one.start_min, one.day),
                "modality": one.modality,
                "carers": list(one.carers),
                "on_time_share": round(one.on_time_share, _SHARE),
                "call_share": round(one.call_share, _SHARE),
                "delay_mean_minutes": round(one.delay_mean_min, _MINUTES),
                "delay_one_in_ten_minutes": round(one.delay_late_min, _MINUTES),
            }
            for one in sorted(simulation.visits, key=lambda one: (one.start_min, one.need_id))
        ],
        "rounds": [
            {
                "shift_id": one.shift_id,
                "carer_id": one.carer_id,
                "date": calendar.date(one.day).isoformat(),
                "end_planned": _clock(one.end_planned_min, one.day),
                "end_expected": _clock(round(one.end_mean_min), one.day),
                "end_one_in_ten": _clock(round(one.end_late_min), one.day),
                "over_share": round(one.over_share, _SHARE),
                "over_mean_minutes": round(one.over_mean_min, _MINUTES),
                "on_time_share": None if one.on_time_share is None else round(one.on_time_share, _SHARE),
                "break_late_share": round(one.break_late_share, _SHARE),
                "ferry_missed_share": round(one.ferry_missed_share, _SHARE),
            }
            for one in simulation.rounds
        ],
    }


def _clock(minute: int, day: int) -> str:
    return format_clock(minute - day * DAY_MIN)
