"""Carers' rounds of a date as the rule of lateness reads them: the published plan, and what was recorded since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import point_in_time
from delivery_app.services.records.reading import municipality_of, visit_states, with_corrections
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import VisitState, moved_to_min, standing
from delivery_app.services.records.visits import VisitName
from delivery_app.services.risk.lateness import OffTime, Stop, foresee
from delivery_app.views.plan import Plan, clock_of
from models.record import Record

#: Somebody was reached about a visit's time; a visit was moved by agreement.
SAID_KINDS = ("late_call", "visit_moved", "deviation")
REACHED = ("citizen", "relative")


@dataclass(frozen=True)
class Said:
    """What was agreed about a visit's time: how late it was said to be, and where it was moved to."""

    told_min: int | None = None
    moved_to_min: int | None = None


def said_about(session: Session, team_id: UUID, on_date: dt.date) -> dict[VisitName, Said]:
    """What was agreed about the times of a date's visits."""
    rows = session.scalars(
        select(Record).where(
            col(Record.team_id) == team_id,
            col(Record.on_date) == on_date,
            col(Record.kind).in_(SAID_KINDS),
            col(Record.need_id).is_not(None),
        )
    ).all()
    return said_of(with_corrections(session, rows))


def said_of(records: Iterable[Record]) -> dict[VisitName, Said]:
    """What records say was agreed about visits' times."""
    found: dict[VisitName, Said] = {}
    for one in standing(records):
        if one.need_id is None or one.kind not in SAID_KINDS:
            continue
        name = VisitName(one.need_id, one.on_date)
        before = found.get(name, Said())
        moved = moved_to_min(one)
        if moved is not None:
            found[name] = Said(None, moved)
        elif one.body.get("reached") in REACHED:
            found[name] = Said(int(one.body["minutes"]), before.moved_to_min)
    return found


def dates_of(plan: Plan, carer: str, when: dt.date) -> set[dt.date]:
    """The dates that a carer's visits of a date belong to: those of a night's shift may be the next one's."""
    rounds = plan.shifts_on(carer, plan.day_number(when))
    visits = (stop.visit for one in rounds for stop in one.stops if stop.visit is not None)
    return {when} | {plan.date(visit.day) for visit in visits}


def stops_of(
    plan: Plan,
    needs: Mapping[str, UUID],
    carer: str,
    when: dt.date,
    states: Mapping[VisitName, VisitState],
    said: Mapping[VisitName, Said],
) -> list[Stop]:
    """A carer's stops of a date by the plan; ``carer`` and ``needs`` by the pack's ids."""
    day = plan.day_number(when)
    found = []
    for round_ in plan.shifts_on(carer, day):
        ways = {id(leg.after): leg.minutes for leg in round_.legs if leg.after is not None}
        for stop in round_.stops:
            start = point_in_time(when, clock_of(stop.start_min, day))
            end = point_in_time(when, clock_of(stop.end_min, day))
            travel = ways.get(id(stop), 0)
            if stop.visit is None or stop.visit.need_id not in needs:
                found.append(Stop("", start, end, travel, place=stop.place))
                continue
            name = VisitName(needs[stop.visit.need_id], plan.date(stop.visit.day))
            visit = visit_stop(name, start, end, travel, states.get(name), said.get(name, Said()))
            found.append(replace(visit, place=stop.place))
    return found


def visit_stop(
    name: VisitName, start: dt.datetime, end: dt.datetime, travel: int, state: VisitState | None, said: Said
) -> Stop:
    """A visit as the rule of lateness reads it, by what was recorded and agreed."""
    if said.moved_to_min is not None:
        moved = point_in_time(name.on_date, said.moved_to_min)
        start, end = moved, moved + (end - start)
    known = state or VisitState()
    return Stop(
        f"{name.need_id}/{name.on_date}",
        start,
        end,
        travel,
        known.status,
        known.on_the_way_at,
        known.started_at,
        known.ended_at,
        said.told_min,
    )


def team_off_time(
    session: Session,
    team_id: UUID,
    plan: Plan,
    needs: Mapping[str, UUID],
    carers: Sequence[str],
    when: dt.date,
    now: dt.datetime,
    states: Mapping[VisitName, VisitState] | None = None,
) -> dict[str, list[OffTime]]:
    """What is off its time in each carer's round of a date; ``states`` where they are at hand already."""
    standards = standards_of(session, municipality_of(session, team_id))
    known = visit_states(session, team_id, when) if states is None else states
    said = said_about(session, team_id, when)
    return {
        carer: foresee(
            stops_of(plan, needs, carer, when, known, said), now, standards.lateness_min, standards.early
        )
        for carer in carers
    }
