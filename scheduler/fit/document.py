"""Ranked places as a JSON document, for use elsewhere: dates and clock times as in a roster."""

from __future__ import annotations

from typing import Any

from scheduler.clock import Calendar, format_clock
from scheduler.fit.offers import Combination, Fit, NeedFit, RankedPlace, VisitOffer
from scheduler.problem import day_start_min

FORMAT = "roster-fit/1"


def fit_document(found: Fit) -> dict[str, Any]:
    """Every need with its visits, their places and the combinations, in the order of the ranking."""
    calendar = found.problem.calendar
    return {
        "format": FORMAT,
        "needs": [_need(row, calendar) for row in found.needs],
        "packages": [
            {
                "citizen_id": row.citizen_id,
                "week": calendar.week_name(row.week),
                "now_minutes": row.now_min,
                "then_minutes": row.then_min,
                "shortest_minutes": row.shortest_min,
                "least_minutes": row.least_min,
                "most_minutes": row.most_min,
            }
            for row in found.packages
        ],
    }


def _need(row: NeedFit, calendar: Calendar) -> dict[str, Any]:
    return {
        "need_id": row.need.need_id,
        "citizen_id": row.need.citizen_id,
        "visits": [_visit(offer, calendar) for offer in row.visits],
        "combinations": [_combination(one, calendar) for one in row.combinations],
    }


def _visit(offer: VisitOffer, calendar: Calendar) -> dict[str, Any]:
    return {
        "week": calendar.week_name(offer.week),
        "dates": [calendar.date(day).isoformat() for day in offer.days],
        "count": offer.count,
        "rule": offer.rule,
        "places": [_place(row, calendar) for row in offer.places],
        "relaxations": [{"what": row.what, "by": row.by} for row in offer.eased],
        "other_days": [_place(row, calendar) for row in offer.other_days],
    }


def _combination(row: Combination, calendar: Calendar) -> dict[str, Any]:
    return {
        "cost": round(row.cost, 3),
        "travel_minutes": row.travel_min,
        "new_faces": row.new_faces,
        "missing": row.missing,
        "places": [_place(one, calendar) for one in row.places],
    }


def _place(row: RankedPlace, calendar: Calendar) -> dict[str, Any]:
    place = row.place
    return {
        "date": calendar.date(place.day).isoformat(),
        "start": _clock(place.start_min, place.day),
        "end": _clock(place.end_min, place.day),
        "modality": place.modality,
        "carers": list(place.carers),
        "shifts": list(place.shifts),
        "faces": {face.carer_id: face.kind for face in row.faces},
        "cost": round(place.cost, 3),
        "travel_minutes": place.travel_min,
        "moved": [
            {
                "need_id": one.need_id,
                "date": calendar.date(one.day).isoformat(),
                "from": _clock(one.from_min, one.day),
                "to": _clock(one.to_min, one.day),
            }
            for one in place.moved
        ],
    }


def _clock(minute: int, day: int) -> str:
    return format_clock(minute - day_start_min(day))
