"""An emergency call as a planner sees it: how it stands, who could go, what that costs whom (S21, S12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE, point_in_time
from delivery_app.services.plans import StoredPlan, plan_of
from delivery_app.services.publishing import in_force
from delivery_app.services.records.reading import municipality_of, visit_states
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import VisitState
from delivery_app.services.records.visits import VisitName
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
    waiting_calls,
)
from delivery_app.services.risk.lateness import Stop, foresee
from delivery_app.services.risk.nearest import Asked, Candidate, Delay, nearest, rank
from delivery_app.services.risk.rounds import Said, dates_of, said_about, stops_of
from delivery_app.services.risk.urgent import urgent
from delivery_app.services.team_rows import monday_of
from delivery_app.views.plan import clock_of
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
    #: Whether two carers come to the citizen in some of the planned visits.
    is_for_two: bool
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
    plans = [] if state.is_over else _plans(session, call.team_id, now)
    proposals: tuple[Proposal, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    delayed: tuple[Delayed, ...] = ()
    if state.status in WAITING:
        proposals, left_out = _proposals(session, plans, call, citizen, now)
        delayed = next((one.delays for one in proposals if one.carer_id == call.carer_id), ())
    elif carer is not None:
        delayed = tuple(
            one for stored, when in plans for one in _late_now(session, stored, when, call, carer, now)
        )
    monday = monday_of(call.on_date)
    return EmergencyPage(
        state,
        citizen,
        "" if carer is None else carer.name,
        proposals,
        left_out,
        delayed,
        bool(plans),
        any(
            citizen.code == need.citizen_id and need.carers > 1
            for stored, _ in plans
            for need in stored.plan.problem.needs
        ),
        minutes_given(session, citizen.id, monday, now),
        inside_package(session, call.municipality_id),
    )


def _plans(session: Session, team_id: UUID, now: dt.datetime) -> list[tuple[StoredPlan, dt.date]]:
    """Today's plan and date, and, while a shift of yesterday's goes on, that one's."""
    today = now.astimezone(ZONE).date()
    found = []
    for when in (today, today - dt.timedelta(days=1)):
        head = in_force(session, team_id, when)
        if head is None:
            continue
        stored = plan_of(session, head.roster_id, team_id)
        if when == today or any(end > now for end in _shift_ends(stored, when)):
            found.append((stored, when))
    return found


def _shift_ends(stored: StoredPlan, when: dt.date) -> list[dt.datetime]:
    day = stored.plan.day_number(when)
    return [
        point_in_time(when, clock_of(round_.shift.end_min, day))
        for carer in stored.plan.problem.carers
        for round_ in stored.plan.shifts_on(carer.carer_id, day)
    ]


def rounds_now(
    session: Session,
    stored: StoredPlan,
    when: dt.date,
    now: dt.datetime,
    but: UUID | None = None,
) -> dict[str, list[Stop]]:
    """Every carer's round of a date by the pack's ids, with the emergency calls they are at."""
    team_id, today = stored.head.team_id, now.astimezone(ZONE).date()
    states: dict[VisitName, VisitState] = {}
    said: dict[VisitName, Said] = {}
    for one in sorted(_dates(stored, when)):
        states |= visit_states(session, team_id, one)
        said |= said_about(session, team_id, one)
    found = {
        carer.carer_id: stops_of(stored.plan, stored.ids.needs, carer.carer_id, when, states, said)
        for carer in stored.plan.problem.carers
    }
    calls = [one for one in calls_of(session, team_id, when, today) if one.id != but]
    homes = {row_id: code for code, row_id in stored.ids.citizens.items()}
    places = {f"call/{one.id}": homes.get(one.citizen_id) for one in calls}
    codes = {row_id: code for code, row_id in stored.ids.carers.items()}
    for row_id, stops in busy_with(states_of(session, calls, now)).items():
        if codes.get(row_id) in found:
            found[codes[row_id]] += [replace(one, place=places[one.name]) for one in stops]
    return found


def _dates(stored: StoredPlan, when: dt.date) -> set[dt.date]:
    """The dates that the visits of a date's rounds belong to: a night's may be the next date's."""
    return set().union(*(dates_of(stored.plan, code, when) for code in stored.ids.carers))


def _asked(
    session: Session,
    stored: StoredPlan,
    when: dt.date,
    call: EmergencyCall,
    citizen: Citizen,
    now: dt.datetime,
) -> Asked:
    limit = standards_of(session, municipality_of(session, call.team_id)).lateness_min
    codes = {row_id: code for code, row_id in stored.ids.carers.items()}
    sent = {
        codes.get(one.call.carer_id)
        for one in waiting_calls(session, call.team_id, now)
        if one.call.id != call.id and one.status == SENT and one.call.carer_id is not None
    }
    return Asked(
        citizen.code,
        call.minutes,
        call.qualification or None,
        when,
        now,
        limit,
        frozenset(one for one in sent if one is not None),
        urgent().reserve_ahead_min,
    )


def _proposals(
    session: Session,
    plans: Sequence[tuple[StoredPlan, dt.date]],
    call: EmergencyCall,
    citizen: Citizen,
    now: dt.datetime,
) -> tuple[tuple[Proposal, ...], tuple[LeftOut, ...]]:
    proposals: list[Proposal] = []
    left_out: list[LeftOut] = []
    for stored, when in plans:
        if citizen.code not in stored.plan.problem.citizen_by_id:
            continue
        rounds = rounds_now(session, stored, when, now, but=call.id)
        found = nearest(stored.plan, rounds, _asked(session, stored, when, call, citizen, now))
        delays = [row for one in found.candidates for row in one.delays]
        late = {
            (one.need_id, one.on_date): one
            for one in _delayed(session, [(one.name, one.minutes, one.over, one.start) for one in delays])
        }
        for one in found.candidates:
            shown = tuple(_with_name(row, late) for row in one.delays if _name_of(row) in late)
            name = stored.plan.carer(one.carer).name
            proposals.append(Proposal(stored.ids.carers[one.carer], name, one, shown))
        left_out += [LeftOut(stored.plan.carer(carer).name, why) for carer, why in found.left_out]
    return tuple(sorted(proposals, key=lambda one: rank(one.found))), tuple(left_out)


def _name_of(delay: Delay) -> tuple[UUID, dt.date]:
    need, _, date = delay.name.partition("/")
    return UUID(need), dt.date.fromisoformat(date)


def _with_name(delay: Delay, late: Mapping[tuple[UUID, dt.date], Delayed]) -> Delayed:
    """The delay as this candidate makes it, with whose it is."""
    return replace(late[_name_of(delay)], start=delay.start, minutes=delay.minutes, over=delay.over)


def _late_now(
    session: Session,
    stored: StoredPlan,
    when: dt.date,
    call: EmergencyCall,
    carer: Carer,
    now: dt.datetime,
) -> tuple[Delayed, ...]:
    """What is late in the round of the carer who has gone, as it looks."""
    stops = rounds_now(session, stored, when, now).get(carer.code, [])
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
