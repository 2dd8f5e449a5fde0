"""What the day's and the visit's pages say of being late, and of nobody opening (D7, D8)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from delivery_app.carer.pages import Asked
from delivery_app.services.plans import StoredPlan
from delivery_app.services.records.reading import municipality_of, visit_states
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import VisitState
from delivery_app.services.records.visits import VisitName
from delivery_app.services.risk.calls import busy_with, calls_of, states_of
from delivery_app.services.risk.lateness import Stop
from delivery_app.services.risk.rounds import Said, dates_of, said_about, stops_of
from models.errors import MissingRowError


@dataclass(frozen=True)
class Somebody:
    """Who is to be rung about which visit; these stand on the page anyway."""

    name: str
    citizen: str
    phone: str
    citizen_id: UUID
    need_id: UUID
    on_date: dt.date


@dataclass(frozen=True)
class MyCall:
    """An emergency call that is the reader's."""

    call_id: UUID
    asked_at: dt.datetime
    status: str


@dataclass(frozen=True)
class LateBox:
    """What the tablet's script works out lateness by; no name stands in ``stops``."""

    limit_min: int
    early: bool
    stops: str
    people: tuple[Somebody, ...]
    calls: tuple[MyCall, ...]


def late_box(
    asked: Asked, stored: StoredPlan | None, when: dt.date, people: Iterable[Somebody]
) -> LateBox | None:
    """The round of the reader's own date as the rule reads it; None for whoever has none."""
    mine = asked.carer_id
    if mine is None or stored is None:
        return None
    try:
        code = stored.ids.carer(mine)
    except MissingRowError:
        return None
    said: dict[VisitName, Said] = {}
    states: dict[VisitName, VisitState] = {}
    for one in sorted(dates_of(stored.plan, code, when)):
        said |= said_about(asked.session, asked.team_id, one)
        states |= visit_states(asked.session, asked.team_id, one)
    stops = stops_of(stored.plan, stored.ids.needs, code, when, states, said)
    calls = states_of(asked.session, calls_of(asked.session, asked.team_id, when, when, mine), asked.now)
    stops += busy_with(calls).get(mine, [])
    standards = standards_of(asked.session, municipality_of(asked.session, asked.team_id))
    return LateBox(
        standards.lateness_min,
        standards.early,
        json.dumps([as_data(one) for one in stops]),
        tuple(people),
        tuple(MyCall(one.call.id, one.call.asked_at, one.status) for one in calls if not one.is_over),
    )


def as_data(stop: Stop) -> dict[str, object]:
    """A stop for the script: moments in milliseconds, and whose home it is left out."""
    return {
        "name": stop.name,
        "start": _ms(stop.start),
        "end": _ms(stop.end),
        "travel_min": stop.travel_min,
        "status": stop.status,
        "on_the_way_at": _ms(stop.on_the_way_at),
        "started_at": _ms(stop.started_at),
        "ended_at": _ms(stop.ended_at),
        "told_min": stop.told_min,
    }


def _ms(when: dt.datetime | None) -> int | None:
    return None if when is None else int(when.timestamp() * 1000)


def moved_of(asked: Asked, when: dt.date) -> dict[VisitName, int]:
    """Where visits of a date were moved to by agreement: minutes after midnight."""
    said = said_about(asked.session, asked.team_id, when)
    return {name: one.moved_to_min for name, one in said.items() if one.moved_to_min is not None}
