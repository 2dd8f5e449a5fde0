"""The day as it happens: each carer's round by the published roster, with what was recorded of it until now (D12).

Nothing here is kept: it follows from the plan in memory, the records, and the one rule of lateness (``services.risk``).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.moment import ZONE
from delivery_app.services.devices import UNSENT_LONG
from delivery_app.services.live.again import Again, to_make_again
from delivery_app.services.plans import StoredPlan, plan_of
from delivery_app.services.publishing import in_force
from delivery_app.services.records.reading import municipality_of, visit_states
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import VisitState
from delivery_app.services.records.visits import VisitName
from delivery_app.services.risk.calls import CallState, calls_of, states_of
from delivery_app.services.risk.help import HelpCall, help_calls
from delivery_app.services.risk.lateness import LATE, OffTime, Stop, foresee
from delivery_app.services.risk.rounds import Said, dates_of, said_about, stops_of
from models.device import Device
from models.emergency_call import EmergencyCall, HelpAnswer
from models.record import Record
from models.tables import Citizen, TeamMembership, User

#: A visit that has not begun and will be late, or is: these words stand in the state's place.
LATE_SEEN, LATE_FORESEEN = "late_seen", "late_foreseen"
#: The counters on top, in order; each visit is in one of them.
COUNTED = (
    "planned",
    "on_the_way",
    "started",
    "ended",
    LATE_FORESEEN,
    LATE_SEEN,
    "not_home",
    "made_physical",
    "cancelled",
)
#: What somebody has to see to, the most pressing first.
PRESSING = (LATE_SEEN, "not_home", "made_physical", "cancelled", LATE_FORESEEN)
#: A round of the night before is shown until so long after its last visit.
AFTER_NIGHT = dt.timedelta(hours=2)


@dataclass(frozen=True)
class LiveVisit:
    """A visit in a carer's round. ``minutes``: how late it will be, or was begun; None when it is not.

    ``again``: that it has to be made anew, and what has taken its place.
    """

    name: VisitName
    citizen: str
    citizen_id: UUID | None
    start: dt.datetime
    end: dt.datetime
    state: str
    by_screen: bool
    minutes: int | None = None
    told: bool = False
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    conflict: bool = False
    again: Again | None = None

    @property
    def anchor(self) -> str:
        """What other parts of the page lead to it by."""
        return f"v{self.name.need_id}-{self.name.on_date}"

    @property
    def clock(self) -> str:
        """When it is to begin, by the clock in Copenhagen."""
        return f"{self.start.astimezone(ZONE):%H:%M}"

    @property
    def is_pressing(self) -> bool:
        """Whether somebody has to see to it: who was told of a delay waits no more to be told, nor does a visit that is
        to be made anew wait once it has a place."""
        if self.state in ("made_physical", "cancelled"):
            return self.waits_again
        return self.state in PRESSING and not (self.told and self.state in (LATE_SEEN, LATE_FORESEEN))

    @property
    def waits_again(self) -> bool:
        """Whether it has to be made anew, and has no place yet."""
        return self.again is not None and self.again.placed is None


@dataclass(frozen=True)
class LiveRound:
    """A carer's round of a date, in order of time."""

    carer: str
    carer_id: UUID | None
    on_date: dt.date
    visits: tuple[LiveVisit, ...]

    @property
    def anchor(self) -> str:
        """What other parts of the page lead to it by."""
        return f"c{self.carer_id}-{self.on_date}"

    @property
    def done(self) -> int:
        """How many visits are over."""
        return sum(one.state in ("ended", "cancelled") for one in self.visits)


@dataclass(frozen=True)
class Waiting:
    """Records that have waited on somebody's tablet for long."""

    who: str
    device: str
    unsent: int
    since: dt.datetime


@dataclass(frozen=True)
class Urgent:
    """An emergency call that is not over, with the citizen's name and the name of who was sent."""

    state: CallState
    citizen: str
    carer: str


@dataclass(frozen=True)
class LiveDay:
    """A team's day at a moment."""

    on_date: dt.date
    at: dt.datetime
    is_planned: bool
    rounds: tuple[LiveRound, ...] = ()
    help: tuple[HelpCall, ...] = ()
    calls: tuple[Urgent, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def clock(self) -> str:
        """The moment by the clock in Copenhagen."""
        return f"{self.at.astimezone(ZONE):%H:%M:%S}"

    @property
    def citizens(self) -> frozenset[UUID]:
        """Whose names stand on the page."""
        shown = {visit.citizen_id for row in self.rounds for visit in row.visits}
        shown |= {one.state.call.citizen_id for one in self.calls}
        return frozenset(one for one in shown if one is not None)

    @property
    def pressing(self) -> tuple[tuple[LiveRound, LiveVisit], ...]:
        """Visits somebody has to see to, the most pressing first, each once."""
        found = {visit.name: (row, visit) for row in self.rounds for visit in row.visits if visit.is_pressing}
        return tuple(
            sorted(
                found.values(), key=lambda one: (PRESSING.index(one[1].state), one[1].start, one[1].anchor)
            )
        )

    @property
    def pressing_rounds(self) -> tuple[tuple[LiveRound, LiveVisit, int], ...]:
        """The same as it is shown: of what is late in a round the first visit, and how many more there are; a carer who
        records nothing does not bury what others need."""
        found: dict[object, tuple[LiveRound, LiveVisit, int]] = {}
        for row, visit in self.pressing:
            is_late = visit.state in (LATE_SEEN, LATE_FORESEEN)
            key = (row.anchor, visit.state) if is_late else visit.anchor
            first = found.get(key)
            found[key] = (row, visit, 0) if first is None else (first[0], first[1], first[2] + 1)
        return tuple(found.values())


def live_day(session: Session, team_id: UUID, now: dt.datetime) -> LiveDay:
    """The team's day as it is now; rounds that began yesterday and go on are among them."""
    today = now.astimezone(ZONE).date()
    yesterday = today - dt.timedelta(days=1)
    stored = _plan(session, team_id, today)
    rounds = [] if stored is None else _rounds(session, stored, today, now)
    before = _plan(session, team_id, yesterday)
    if before is not None and any(_lasts_past(before, yesterday)):
        night = _rounds(session, before, yesterday, now)
        rounds += [one for one in night if _goes_on(one, now)]
    names = {} if stored is None else {v: stored.plan.carer(k).name for k, v in stored.ids.carers.items()}
    return LiveDay(
        on_date=today,
        at=now,
        is_planned=stored is not None,
        rounds=tuple(sorted(rounds, key=lambda one: (one.carer, one.on_date, str(one.carer_id)))),
        help=tuple(one for one in help_calls(session, team_id, now) if one.is_open),
        calls=_urgent(session, team_id, now, names),
        waiting=waiting_long(session, team_id, now),
        counts=_counts(rounds),
    )


def mark_of(session: Session, team_id: UUID, now: dt.datetime) -> str:
    """What changes when something is recorded, sent, answered or published: cheap to ask for again and again."""
    today = now.astimezone(ZONE).date()
    records = sa.select(sa.func.count(), sa.func.max(col(Record.received_at))).where(
        col(Record.team_id) == team_id, col(Record.received_at) >= now - dt.timedelta(days=2)
    )
    calls = sa.select(sa.func.count(), sa.func.max(col(EmergencyCall.changed_at))).where(
        col(EmergencyCall.team_id) == team_id, col(EmergencyCall.on_date) >= today - dt.timedelta(days=1)
    )
    answers = sa.select(sa.func.count()).where(col(HelpAnswer.team_id) == team_id)
    head = in_force(session, team_id, today)
    parts = [*session.execute(records).one(), *session.execute(calls).one(), session.scalar(answers)]
    return "|".join(str(one) for one in (today, head and (head.roster_id, head.row_version), *parts))


def waiting_long(session: Session, team_id: UUID, now: dt.datetime) -> tuple[Waiting, ...]:
    """Tablets of the team's people on which something has waited for long, the longest first."""
    members = sa.select(col(TeamMembership.user_id)).where(col(TeamMembership.team_id) == team_id)
    rows = session.execute(
        sa.select(col(User.name), col(Device.name), col(Device.unsent), col(Device.oldest_unsent_at))
        .join(User, col(User.id) == col(Device.user_id))
        .where(
            col(Device.user_id).in_(members),
            col(Device.revoked_at).is_(None),
            col(Device.unsent) > 0,
            col(Device.oldest_unsent_at) < now - UNSENT_LONG,
        )
        .order_by(col(Device.oldest_unsent_at), col(User.name))
    )
    return tuple(
        Waiting(who, device, unsent, since) for who, device, unsent, since in rows if since is not None
    )


def _plan(session: Session, team_id: UUID, when: dt.date) -> StoredPlan | None:
    head = in_force(session, team_id, when)
    return None if head is None else plan_of(session, head.roster_id, team_id, asked=False)


def _lasts_past(stored: StoredPlan, when: dt.date) -> Iterable[bool]:
    """Of each shift of a date, whether it goes on after midnight."""
    day = stored.plan.day_number(when)
    for carer in stored.ids.carers:
        for shift in stored.plan.shifts_on(carer, day):
            yield shift.shift.end_min > (day + 1) * 24 * 60


def _goes_on(row: LiveRound, now: dt.datetime) -> bool:
    """Whether a round of yesterday lasts past midnight, and is not long over."""
    last = max(one.end for one in row.visits)
    return last.astimezone(ZONE).date() > row.on_date and last + AFTER_NIGHT > now


def _rounds(session: Session, stored: StoredPlan, when: dt.date, now: dt.datetime) -> list[LiveRound]:
    team_id = stored.head.team_id
    standards = standards_of(session, municipality_of(session, team_id))
    states: dict[VisitName, VisitState] = {}
    said: dict[VisitName, Said] = {}
    again: dict[VisitName, Again] = {}
    # A night's visits may be the next date's.
    for date in sorted(set().union(*(dates_of(stored.plan, code, when) for code in stored.ids.carers))):
        states |= visit_states(session, team_id, date)
        said |= said_about(session, team_id, date)
        again |= {one.name: one for one in to_make_again(session, team_id, date)}
    codes = {row_id: code for code, row_id in stored.ids.needs.items()}
    screens = {(one.need_id, one.day) for one in stored.plan.roster.visits if one.modality == "screen"}
    found = []
    for carer, carer_id in stored.ids.carers.items():
        stops = stops_of(stored.plan, stored.ids.needs, carer, when, states, said)
        off = {one.name: one for one in foresee(stops, now, standards.lateness_min, early=False)}
        visits = tuple(
            _visit(stored, codes, one, states, off.get(one.name), again, screens) for one in stops if one.name
        )
        if visits:
            found.append(LiveRound(stored.plan.carer(carer).name, carer_id, when, visits))
    return found


def _visit(
    stored: StoredPlan,
    codes: Mapping[UUID, str],
    stop: Stop,
    states: Mapping[VisitName, VisitState],
    off: OffTime | None,
    again: Mapping[VisitName, Again],
    screens: Collection[tuple[str, int]],
) -> LiveVisit:
    need_id, on_date = stop.name.split("/")
    name = VisitName(UUID(need_id), dt.date.fromisoformat(on_date))
    state = states.get(name, VisitState())
    need = stored.plan.problem.need_by_id[codes[name.need_id]]
    late = off if off is not None and off.direction == LATE else None
    begun_late = dict(state.off).get("late")
    return LiveVisit(
        name=name,
        citizen=stored.plan.citizen(need.citizen_id).name,
        citizen_id=stored.ids.citizens.get(need.citizen_id),
        start=stop.start,
        end=stop.end,
        state=state.status if late is None else LATE_SEEN if late.seen else LATE_FORESEEN,
        by_screen=(need.need_id, stored.plan.problem.calendar.day(name.on_date)) in screens,
        minutes=begun_late if late is None else late.minutes,
        told=late is not None and late.told,
        started_at=state.started_at,
        ended_at=state.ended_at,
        conflict=bool(state.conflicts),
        again=again.get(name),
    )


def _counts(rounds: Iterable[LiveRound]) -> dict[str, int]:
    """How many visits stand how; one with two carers counts once."""
    by_name = {visit.name: visit.state for row in rounds for visit in row.visits}
    counted = Counter(by_name.values())
    return {state: counted[state] for state in COUNTED}


def _urgent(
    session: Session, team_id: UUID, now: dt.datetime, carers: Mapping[UUID, str]
) -> tuple[Urgent, ...]:
    """Emergency calls of today and yesterday that are not over, the newest first."""
    today = now.astimezone(ZONE).date()
    found = states_of(session, calls_of(session, team_id, today - dt.timedelta(days=1), today), now)
    going = [one for one in found if not one.is_over]
    wanted = {one.call.citizen_id for one in going}
    rows = (
        session.execute(sa.select(col(Citizen.id), col(Citizen.name)).where(col(Citizen.id).in_(wanted)))
        if wanted
        else ()
    )
    names: dict[UUID, str] = {row[0]: row[1] for row in rows}
    return tuple(
        Urgent(
            one,
            names.get(one.call.citizen_id, ""),
            "" if one.call.carer_id is None else carers.get(one.call.carer_id, ""),
        )
        for one in going
    )
