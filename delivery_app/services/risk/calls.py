"""Emergency calls: registered, somebody sent, and how it went on by the records that carry the call's id (S21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.i18n import N_
from delivery_app.moment import ZONE
from delivery_app.services.catalogues import newest
from delivery_app.services.records.reading import with_corrections
from delivery_app.services.records.state import moment, standing
from delivery_app.services.risk.lateness import Stop
from delivery_app.services.risk.urgent import urgent
from models.emergency_call import EmergencyCall
from models.errors import ConflictError, MissingRowError, RememberingError
from models.record import Record
from models.tables import Carer, Citizen

#: How a call stands. ``open``: nobody is sent; ``declined``: who was sent cannot go.
OPEN, SENT, DECLINED, ACCEPTED, ON_THE_WAY, ARRIVED, ENDED, CLOSED = (
    "open",
    "sent",
    "declined",
    "accepted",
    "on_the_way",
    "arrived",
    "ended",
    "closed",
)
OVER = (ENDED, CLOSED)
KINDS = (
    "emergency_accepted",
    "emergency_declined",
    "on_the_way",
    "emergency_arrived",
    "emergency_ended",
)
MINUTES = (5, 480)
MOST_SIGNS = 2000


@dataclass(frozen=True)
class CallState:
    """How a call stands, and when it came to that; ``unanswered``: for longer than the provider allows."""

    call: EmergencyCall
    status: str
    accepted_at: dt.datetime | None = None
    on_the_way_at: dt.datetime | None = None
    arrived_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    outcome: str = ""
    declined_why: str = ""
    unanswered: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.status in OVER

    @property
    def given_min(self) -> int | None:
        """Minutes with the citizen; None while it lasts."""
        if self.arrived_at is None or self.ended_at is None:
            return None
        return max(0, int((self.ended_at - self.arrived_at).total_seconds() / 60))


def register_call(
    session: Session,
    *,
    team_id: UUID,
    citizen_id: UUID,
    user_id: UUID,
    what: str,
    minutes: int,
    qualification: str,
    now: dt.datetime,
    call_id: UUID | None = None,
) -> EmergencyCall:
    """Write down that a citizen needs somebody now; raises RememberingError."""
    citizen = session.get(Citizen, citizen_id)
    if citizen is None or citizen.team_id != team_id:
        raise MissingRowError("There is no citizen with the id {id}", id=citizen_id)
    if not what.strip() or len(what) > MOST_SIGNS:
        raise RememberingError("Write what has happened, in at most {most} signs", most=MOST_SIGNS)
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        raise RememberingError(
            "A call takes between {least} and {most} minutes; write a number between them",
            least=MINUTES[0],
            most=MINUTES[1],
        )
    call = EmergencyCall(
        id=call_id or uuid4(),
        municipality_id=citizen.municipality_id,
        team_id=team_id,
        citizen_id=citizen_id,
        on_date=now.astimezone(ZONE).date(),
        asked_at=now,
        what=what.strip(),
        minutes=minutes,
        qualification=qualification,
        user_id=user_id,
    )
    session.add(call)
    session.flush()
    return call


def call_from_record(session: Session, record: Record) -> None:
    """A carer took the telephone: the call has the record's id, so that it is there once however often it is sent."""
    if record.citizen_id is None or record.corrects_id is not None:
        return
    if session.get(EmergencyCall, record.id) is not None:
        return
    register_call(
        session,
        team_id=record.team_id,
        citizen_id=record.citizen_id,
        user_id=record.user_id,
        what=str(record.body["what"]),
        minutes=urgent().call_min,
        qualification="",
        now=record.received_at,
        call_id=record.id,
    )


def call_of(session: Session, team_id: UUID, call_id: UUID) -> EmergencyCall:
    """One of the team's calls; raises MissingRowError."""
    call = session.get(EmergencyCall, call_id)
    if call is None or call.team_id != team_id:
        raise MissingRowError("There is no emergency call with the id {id}", id=call_id)
    return call


def dispatch(
    session: Session, call: EmergencyCall, carer_id: UUID, *, row_version: int, by: str, now: dt.datetime
) -> None:
    """Send a carer; raises ConflictError when somebody else has sent one meanwhile, RememberingError when it is over."""
    carer = session.get(Carer, carer_id)
    if carer is None or carer.team_id != call.team_id:
        raise MissingRowError("There is no carer with the id {id}", id=carer_id)
    _still(call, row_version)
    if state_of(session, call, now).is_over:
        raise RememberingError(IS_OVER)
    call.carer_id, call.dispatched_at, call.dispatched_by = carer_id, now, by
    session.add(call)
    session.flush()


def close(session: Session, call: EmergencyCall, why: str, *, row_version: int, now: dt.datetime) -> None:
    """Close a call that was solved without a visit."""
    if not why.strip():
        raise RememberingError("Write how the call was solved")
    _still(call, row_version)
    if state_of(session, call, now).is_over:
        raise RememberingError(IS_OVER)
    call.closed_at, call.closed_why = now, why.strip()[:MOST_SIGNS]
    session.add(call)
    session.flush()


IS_OVER = N_("This emergency call is over; register a new one")


def _still(call: EmergencyCall, row_version: int) -> None:
    if call.row_version != row_version:
        raise ConflictError("Somebody else has changed this emergency call meanwhile; look at it again")


def state_of(session: Session, call: EmergencyCall, now: dt.datetime) -> CallState:
    """How a call stands."""
    return states_of(session, [call], now)[0]


def states_of(session: Session, calls: Sequence[EmergencyCall], now: dt.datetime) -> list[CallState]:
    """How calls stand, in their order."""
    ids = {one.id for one in calls}
    rows = session.scalars(select(Record).where(col(Record.call_id).in_(ids))).all() if ids else []
    by_call: dict[UUID | None, list[Record]] = {}
    for one in standing(with_corrections(session, rows)):
        by_call.setdefault(one.call_id, []).append(one)
    return [_state(one, by_call.get(one.id, []), now) for one in calls]


def _state(call: EmergencyCall, records: Iterable[Record], now: dt.datetime) -> CallState:
    """What a carer who is not sent any more recorded says nothing of the answer, but of what was done."""
    own = [one for one in records if call.carer_id is not None and one.carer_id == call.carer_id]
    since = call.dispatched_at or call.asked_at
    answers = [one for one in own if one.kind in ("emergency_accepted", "emergency_declined")]
    answer = answers[-1] if answers else None
    times = {kind: [moment(one) for one in records if one.kind == kind] for kind in KINDS}
    ends = [one for one in records if one.kind == "emergency_ended"]
    arrived = min(times["emergency_arrived"], default=None)
    went = min((moment(one) for one in own if one.kind == "on_the_way"), default=None)
    accepted = moment(answer) if answer is not None and answer.kind == "emergency_accepted" else None
    status = _status(call, answer, went, arrived, bool(ends))
    limit = dt.timedelta(minutes=urgent().unanswered_min)
    waiting = status in (OPEN, SENT, DECLINED)
    begun = since if status != DECLINED or answer is None else moment(answer)
    return CallState(
        call=call,
        status=status,
        accepted_at=accepted,
        on_the_way_at=went,
        arrived_at=arrived,
        ended_at=moment(ends[-1]) if ends else None,
        outcome=str(ends[-1].body["outcome"]) if ends else "",
        declined_why=str(answer.body["reason"]) if status == DECLINED and answer is not None else "",
        unanswered=waiting and now - begun >= limit,
    )


def _status(
    call: EmergencyCall,
    answer: Record | None,
    went: dt.datetime | None,
    arrived: dt.datetime | None,
    ended: bool,
) -> str:
    if ended:
        return ENDED
    if call.closed_at is not None:
        return CLOSED
    if arrived is not None:
        return ARRIVED
    if call.carer_id is None:
        return OPEN
    # The newest word counts: who was sent once more is asked once more.
    if answer is None or (call.dispatched_at is not None and answer.received_at < call.dispatched_at):
        return SENT
    if answer.kind == "emergency_declined":
        return DECLINED
    return ON_THE_WAY if went is not None else ACCEPTED


def calls_of(
    session: Session, team_id: UUID, first: dt.date, last: dt.date, carer_id: UUID | None = None
) -> list[EmergencyCall]:
    """The team's calls of some dates, the newest first; those to which a carer was sent, where one is named."""
    wanted = select(EmergencyCall).where(
        col(EmergencyCall.team_id) == team_id, col(EmergencyCall.on_date).between(first, last)
    )
    if carer_id is not None:
        wanted = wanted.where(col(EmergencyCall.carer_id) == carer_id)
    return list(session.scalars(wanted.order_by(col(EmergencyCall.asked_at).desc())))


def check_record(session: Session, record: Record) -> None:
    """Refuse a record of another team's call, or an answer by somebody who is not sent; raises RememberingError."""
    call = None if record.call_id is None else session.get(EmergencyCall, record.call_id)
    if call is None or call.team_id != record.team_id:
        raise RememberingError("This emergency call is not one of your team's; ask your planner")
    if record.citizen_id is not None and record.citizen_id != call.citizen_id:
        raise RememberingError("This emergency call is about another citizen; open it again")
    answers = record.kind in ("emergency_accepted", "emergency_declined")
    if answers and record.carer_id != call.carer_id:
        raise RememberingError("Another carer has been sent to this emergency call")


def busy_with(states: Iterable[CallState]) -> dict[UUID, list[Stop]]:
    """Calls that carers have taken, as stops of their rounds that have begun, by carer."""
    found: dict[UUID, list[Stop]] = {}
    for one in states:
        begun = one.arrived_at or one.on_the_way_at or one.accepted_at
        if one.call.carer_id is None or begun is None:
            continue
        end = one.ended_at
        stop = Stop(
            f"call/{one.call.id}",
            begun,
            begun + dt.timedelta(minutes=one.call.minutes),
            status="ended" if end else "started",
            started_at=begun,
            ended_at=end,
        )
        found.setdefault(one.call.carer_id, []).append(stop)
    return found


def minutes_given(session: Session, citizen_id: UUID, monday: dt.date, now: dt.datetime) -> int:
    """Minutes of emergency calls that a citizen got in a week."""
    calls = session.scalars(
        select(EmergencyCall).where(
            col(EmergencyCall.citizen_id) == citizen_id,
            col(EmergencyCall.on_date).between(monday, monday + dt.timedelta(days=6)),
        )
    ).all()
    return sum(one.given_min or 0 for one in states_of(session, calls, now))


def inside_package(session: Session, municipality_id: UUID) -> bool | None:
    """Whether emergency calls lie inside the packages by the municipality's catalogue; None where it says nothing."""
    catalogue = newest(session, municipality_id)
    said = None if catalogue is None else catalogue.scope.emergency_calls
    return None if said is None else said.value == "inside"


def waiting_calls(session: Session, team_id: UUID, now: dt.datetime) -> list[CallState]:
    """Today's and yesterday's calls that nobody is at yet."""
    today = now.astimezone(ZONE).date()
    found = states_of(session, calls_of(session, team_id, today - dt.timedelta(days=1), today), now)
    return [one for one in found if one.status in (OPEN, SENT, DECLINED)]
