"""An emergency call as a planner sees it: how it stands, who could go, what that costs whom (S21, S12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE
from delivery_app.services.plans import StoredPlan, plan_of
from delivery_app.services.publishing import in_force
from delivery_app.services.records.reading import municipality_of, visit_states
from delivery_app.services.records.standards import standards_of
from delivery_app.services.risk.calls import (
    DECLINED,
    OPEN,
    SENT,
    CallState,
    busy_with,
    calls_of,
    inside_package,
    minutes_given,
    states_of,
)
from delivery_app.services.risk.lateness import Stop, foresee
from delivery_app.services.risk.nearest import Asked, Candidate, nearest
from delivery_app.services.risk.rounds import said_about, stops_of
from delivery_app.services.team_rows import monday_of
from delivery_app.views.plan import UnknownPageError
from models.tables import Carer, Citizen, EmergencyCall, Need

WAITING = (OPEN, SENT, DECLINED)


@dataclass(frozen=True)
class Delayed:
    """A visit that becomes late by the call, and until when it is planned."""

    need_id: UUID
    on_date: dt.date
    citizen_id: UUID
    citizen: str
    start: dt.datetime
    minutes: int
    over: bool
    phone: str


@dataclass(frozen=True)
class Proposal:
    """A carer who could go."""

    carer_id: UUID
    carer: str
    found: Candidate
    delays: tuple[Delayed, ...]


@dataclass(frozen=True)
class LeftOut:
    """A carer who is at work and not proposed; ``why`` is a key of ``emergency_words.LEFT_OUT``."""

    carer: str
    why: str


@dataclass(frozen=True)
class EmergencyPage:
    """A call with all that is asked about it."""

    state: CallState
    citizen: Citizen
    sent: str
    proposals: tuple[Proposal, ...]
    left_out: tuple[LeftOut, ...]
    #: Visits of the carer who was sent that become late.
    delayed: tuple[Delayed, ...]
    has_plan: bool
    #: Minutes of the citizen's emergency calls in the week, and whether they lie inside the package.
    given_min: int
    inside: bool | None

    @property
    def citizens(self) -> set[UUID]:
        """Everybody who stands on the page."""
        shown = [*self.delayed, *(one for row in self.proposals for one in row.delays)]
        return {self.citizen.id, *(one.citizen_id for one in shown)}


def emergency_page(session: Session, call: EmergencyCall, now: dt.datetime) -> EmergencyPage:
    """The page of a call."""
    state = states_of(session, [call], now)[0]
    citizen = session.get_one(Citizen, call.citizen_id)
    carer = None if call.carer_id is None else session.get(Carer, call.carer_id)
    stored = None if state.is_over else _plan(session, call.team_id, now)
    proposals: tuple[Proposal, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    delayed: tuple[Delayed, ...] = ()
    if stored is not None:
        rounds = rounds_now(session, stored, call.team_id, now, but=call.id)
        if state.status in WAITING:
            proposals, left_out = _proposals(session, stored, call, citizen, rounds, now)
            delayed = next((one.delays for one in proposals if one.carer_id == call.carer_id), ())
        elif carer is not None:
            delayed = _late_now(session, stored, call, carer, state, now)
    monday = monday_of(call.on_date)
    return EmergencyPage(
        state,
        citizen,
        "" if carer is None else carer.name,
        proposals,
        left_out,
        delayed,
        stored is not None,
        minutes_given(session, citizen.id, monday, now),
        inside_package(session, call.municipality_id),
    )


def _plan(session: Session, team_id: UUID, now: dt.datetime) -> StoredPlan | None:
    today = now.astimezone(ZONE).date()
    head = in_force(session, team_id, today)
    if head is None:
        return None
    stored = plan_of(session, head.roster_id, team_id)
    try:
        stored.plan.day_number(today)
    except UnknownPageError:
        return None
    return stored


def rounds_now(
    session: Session, stored: StoredPlan, team_id: UUID, now: dt.datetime, but: UUID | None = None
) -> dict[str, list[Stop]]:
    """Every carer's round of today by the pack's ids, with the emergency calls they are at."""
    today = now.astimezone(ZONE).date()
    states, said = visit_states(session, team_id, today), said_about(session, team_id, today)
    calls = [one for one in calls_of(session, team_id, today, today) if one.id != but]
    busy = busy_with(states_of(session, calls, now))
    codes = {row_id: code for code, row_id in stored.ids.carers.items()}
    found = {}
    for carer in stored.plan.problem.carers:
        found[carer.carer_id] = stops_of(stored.plan, stored.ids.needs, carer.carer_id, today, states, said)
    for row_id, stops in busy.items():
        if row_id in codes and codes[row_id] in found:
            found[codes[row_id]] += stops
    return found


def _asked(session: Session, call: EmergencyCall, citizen: Citizen, now: dt.datetime) -> Asked:
    limit = standards_of(session, municipality_of(session, call.team_id)).lateness_min
    return Asked(
        citizen.code, call.minutes, call.qualification or None, now.astimezone(ZONE).date(), now, limit
    )


def _proposals(
    session: Session,
    stored: StoredPlan,
    call: EmergencyCall,
    citizen: Citizen,
    rounds: Mapping[str, Sequence[Stop]],
    now: dt.datetime,
) -> tuple[tuple[Proposal, ...], tuple[LeftOut, ...]]:
    if citizen.code not in stored.plan.problem.citizen_by_id:
        return (), ()
    found = nearest(stored.plan, rounds, _asked(session, call, citizen, now))
    names = {one.name: one for row in found.candidates for one in row.delays}
    late = {
        one.need_id: one
        for one in _delayed(session, [(n, d.minutes, d.over, d.start) for n, d in names.items()])
    }
    proposals = []
    for one in found.candidates:
        delays = tuple(
            Delayed(
                row.need_id,
                row.on_date,
                row.citizen_id,
                row.citizen,
                delay.start,
                delay.minutes,
                delay.over,
                row.phone,
            )
            for delay in one.delays
            if (row := late.get(UUID(delay.name.split("/")[0]))) is not None
        )
        proposals.append(
            Proposal(stored.ids.carers[one.carer], stored.plan.carer(one.carer).name, one, delays)
        )
    left_out = tuple(LeftOut(stored.plan.carer(carer).name, why) for carer, why in found.left_out)
    return tuple(proposals), left_out


def _late_now(
    session: Session,
    stored: StoredPlan,
    call: EmergencyCall,
    carer: Carer,
    state: CallState,
    now: dt.datetime,
) -> tuple[Delayed, ...]:
    """What is late in the round of the carer who has gone, as it looks."""
    stops = rounds_now(session, stored, call.team_id, now).get(carer.code, [])
    limit = standards_of(session, municipality_of(session, call.team_id)).lateness_min
    starts = {one.name: one.start for one in stops}
    late = foresee(stops, now, 0, False)
    return tuple(
        _delayed(session, [(one.name, one.minutes, one.minutes > limit, starts[one.name]) for one in late])
    )


def _delayed(session: Session, late: Sequence[tuple[str, int, bool, dt.datetime]]) -> list[Delayed]:
    """Visits by their names, with whose they are."""
    ids = {UUID(name.split("/")[0]) for name, *_ in late}
    if not ids:
        return []
    rows = session.execute(
        select(Need.id, Citizen.id, Citizen.name, Citizen.phone)
        .join(Citizen, col(Citizen.id) == col(Need.citizen_id))
        .where(col(Need.id).in_(ids))
    )
    whose = {row[0]: (row[1], row[2], row[3] or "") for row in rows}
    found = []
    for name, minutes, over, start in late:
        need, _, date = name.partition("/")
        if UUID(need) in whose:
            citizen_id, citizen, phone = whose[UUID(need)]
            found.append(
                Delayed(
                    UUID(need), dt.date.fromisoformat(date), citizen_id, citizen, start, minutes, over, phone
                )
            )
    return found
