"""Who can be at an emergency soonest, and what that costs the others: whose visit becomes how late (S21, S12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from delivery_app.moment import point_in_time
from delivery_app.services.risk.lateness import AHEAD, Stop, minutes_between
from delivery_app.views.plan import Plan, clock_of
from scheduler.problem import BASE, FIRST_VISIT, Carer, Shift
from scheduler.qualifications import qualifies

#: Why somebody is not proposed.
BARRED, QUALIFICATION, AWAY, SHIFT_ENDS, UNREACHABLE, SENT = (
    "barred",
    "qualification",
    "away",
    "shift_ends",
    "unreachable",
    "sent",
)


@dataclass(frozen=True)
class Delay:
    """A visit that becomes later by the emergency: how late it then is; ``over``: more than the limit."""

    name: str
    citizen: str
    start: datetime
    minutes: int
    over: bool


@dataclass(frozen=True)
class Candidate:
    """A carer who can go, by the pack's id: when they are there, and what it costs."""

    carer: str
    leaves_at: datetime
    arrives_at: datetime
    travel_min: int
    mode: str
    #: Minutes until the next visit is late, with the call done and the way there made; None without a next visit.
    reserve_min: int | None
    delays: tuple[Delay, ...]
    knows: bool
    #: Whether the shift is one that keeps minutes free for emergencies.
    keeps_reserve: bool
    #: What the candidates are ranked by, in minutes.
    cost_min: int

    @property
    def late_min(self) -> int:
        """Minutes that others wait in all."""
        return sum(one.minutes for one in self.delays)


@dataclass(frozen=True)
class Nearest:
    """Who can go, the best first, and why others with a shift now are not proposed, by carer."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """What is asked for: to whom (the pack's id), for how long, by whom at least; moments.

    ``when``: the date whose shifts are looked at; a night's shift is the date's on which it began. ``sent``: who has
    been sent to another call and has not answered yet. ``reserve_ahead_min``: so many minutes a shift that keeps a
    reserve may be further away, and comes first all the same.
    """

    citizen: str
    minutes: int
    qualification: str | None
    when: date
    now: datetime
    limit_min: int
    sent: frozenset[str] = frozenset()
    reserve_ahead_min: int = 0


def nearest(plan: Plan, rounds: Mapping[str, Sequence[Stop]], asked: Asked) -> Nearest:
    """Whom to send. ``rounds``: by carer, what is planned and recorded (:mod:`.rounds`).

    The first is there soonest, a minute that another citizen waits weighing as much as one of this citizen's; shifts
    that keep minutes in reserve for this come before others that are not much nearer.
    """
    day = plan.day_number(asked.when)
    found: list[Candidate] = []
    left_out: list[tuple[str, str]] = []
    barred = {one.carer_id for one in plan.problem.barred if one.citizen_id == asked.citizen}
    for carer in plan.problem.carers:
        shift = _shift_now(plan, carer, day, asked)
        if shift is None or carer.is_trainee:
            continue
        why = _why_not(carer, barred, asked)
        if why is None:
            one = _candidate(plan, carer, shift, rounds.get(carer.carer_id, ()), asked)
            if isinstance(one, str):
                why = one
            elif _is_away(plan, carer, one, asked):
                why = AWAY
            else:
                found.append(one)
        if why is not None:
            left_out.append((carer.carer_id, why))
    found.sort(key=rank)
    return Nearest(tuple(found), tuple(left_out))


def rank(one: Candidate) -> tuple[int, str]:
    """By what candidates stand in order."""
    return (one.cost_min, one.carer)


def _shift_now(plan: Plan, carer: Carer, day: int, asked: Asked) -> Shift | None:
    """The shift the carer is in, or begins before the call could be over."""
    for round_ in plan.shifts_on(carer.carer_id, day):
        start = point_in_time(asked.when, clock_of(round_.shift.start_min, day))
        end = point_in_time(asked.when, clock_of(round_.shift.end_min, day))
        if start <= asked.now + timedelta(minutes=asked.minutes) and asked.now < end:
            return round_.shift
    return None


def _why_not(carer: Carer, barred: set[str], asked: Asked) -> str | None:
    if carer.carer_id in barred:
        return BARRED
    if not qualifies(carer.qualification, asked.qualification):
        return QUALIFICATION
    return SENT if carer.carer_id in asked.sent else None


def _is_away(plan: Plan, carer: Carer, one: Candidate, asked: Asked) -> bool:
    """Whether an absence of the carer's touches the time from now until the call would be over."""
    over = one.arrives_at + timedelta(minutes=asked.minutes)
    day = plan.day_number(asked.when)
    for away in plan.problem.absences_of_carer.get(carer.carer_id, ()):
        begins, ends = (
            point_in_time(asked.when, clock_of(minute, day)) for minute in (away.start_min, away.end_min)
        )
        if begins < over and asked.now < ends:
            return True
    return False


def _candidate(
    plan: Plan, carer: Carer, shift: Shift, stops: Sequence[Stop], asked: Asked
) -> Candidate | str:
    day = plan.day_number(asked.when)
    known = as_planned(stops, asked.now)
    leaves, place = _where(plan, shift, known, asked)
    travel = _travel(plan, carer, shift, place, asked.citizen)
    if travel is None:
        return UNREACHABLE
    arrives = leaves + timedelta(minutes=travel)
    over = arrives + timedelta(minutes=asked.minutes)
    if over > point_in_time(asked.when, clock_of(shift.end_min, day)):
        return SHIFT_ENDS
    ahead = _ahead(known, asked.now)
    back = _back(plan, carer, shift, asked.citizen, ahead)
    delays = _delays(plan, known, ahead, over, back, leaves, asked)
    cost = minutes_between(asked.now, arrives) + sum(one.minutes for one in delays)
    keeps = shift.reserve_minutes > 0
    return Candidate(
        carer.carer_id,
        leaves,
        arrives,
        travel,
        carer.mode,
        _reserve(ahead, over, back),
        delays,
        _knows(plan, carer.carer_id, asked.citizen),
        keeps,
        cost - asked.reserve_ahead_min if keeps and not any(one.over for one in delays) else cost,
    )


def as_planned(stops: Sequence[Stop], now: datetime) -> list[Stop]:
    """The stops, or, where nothing was recorded of any, as if all had gone by the plan until now.

    What was to be over before something that has begun is over: its record was forgotten, or waits on a tablet.
    """
    begun = [one.started_at for one in stops if one.name and one.started_at is not None]
    if begun:
        last = max(begun)
        return [_over(one) if _is_ahead(one) and one.end <= last else one for one in stops]
    if any(one.ended_at or one.on_the_way_at for one in stops):
        return list(stops)
    found = []
    for one in stops:
        if _is_ahead(one) and one.end <= now:
            found.append(_over(one))
        elif _is_ahead(one) and one.start <= now:
            found.append(replace(one, status="started", started_at=one.start))
        else:
            found.append(one)
    return found


def _is_ahead(one: Stop) -> bool:
    return bool(one.name) and one.status in AHEAD and one.started_at is None


def _over(one: Stop) -> Stop:
    return replace(one, status="ended", started_at=one.start, ended_at=one.end)


def _where(plan: Plan, shift: Shift, stops: Sequence[Stop], asked: Asked) -> tuple[datetime, str | None]:
    """When the carer can leave, and from whose home; None: from where the shift begins."""
    begun = [one for one in stops if one.name and one.started_at is not None]
    start = point_in_time(asked.when, clock_of(shift.start_min, plan.day_number(asked.when)))
    free, place = max(asked.now, start), None
    for one in sorted(begun, key=lambda stop: stop.started_at or asked.now):
        assert one.started_at is not None
        place = one.place or place
        free = max(free, one.ended_at or one.started_at + one.length)
    on_the_way = next((one for one in stops if one.status == "on_the_way" and one.place), None)
    return free, on_the_way.place if on_the_way is not None else place


def _travel(plan: Plan, carer: Carer, shift: Shift, place: str | None, citizen: str) -> int | None:
    day = shift.day
    if place is not None and place in plan.travel.places:
        return plan.travel.minutes(place, citizen, carer.mode, day)
    # Who begins at the first visit comes from home, which nobody knows: as far as from the base.
    begins = BASE if shift.begins_at == FIRST_VISIT else shift.begins_at
    return plan.travel.end_minutes(begins, citizen, carer.mode, day, outward=True)


def _ahead(stops: Sequence[Stop], now: datetime) -> list[Stop]:
    """What is still to be reached, in order; breaks and meetings that are over left out."""
    rest = [one for one in stops if (one.name and one.status in AHEAD) or (not one.name and one.end > now)]
    return sorted(rest, key=lambda one: (one.start, one.name))


def _back(plan: Plan, carer: Carer, shift: Shift, citizen: str, ahead: Sequence[Stop]) -> int:
    """From the citizen to the first place ahead."""
    target = next((one.place for one in ahead if one.place in plan.travel.places), None)
    if target is None:
        return 0
    return plan.travel.minutes(citizen, target, carer.mode, shift.day) or 0


def _reserve(ahead: Sequence[Stop], over: datetime, back: int) -> int | None:
    following = next((one for one in ahead if one.name), None)
    return None if following is None else minutes_between(over + timedelta(minutes=back), following.start)


def _delays(
    plan: Plan,
    stops: Sequence[Stop],
    ahead: Sequence[Stop],
    over: datetime,
    back: int,
    leaves: datetime,
    asked: Asked,
) -> tuple[Delay, ...]:
    """Visits that come later than without the call, and how late they then are."""
    has_begun = any(one.started_at is not None for one in stops)
    without = _chain(ahead, leaves if has_begun else None, None, asked.now)
    with_call = _chain(ahead, over, back, asked.now)
    found = []
    for one in ahead:
        if not one.name:
            continue
        late = minutes_between(one.start, with_call[one.name])
        if late > 0 and with_call[one.name] > without[one.name]:
            found.append(Delay(one.name, one.place or "", one.start, late, late > asked.limit_min))
    return tuple(found)


def _chain(
    ahead: Sequence[Stop], free: datetime | None, first_way: int | None, now: datetime
) -> dict[str, datetime]:
    """When each visit is reached from when the carer is free."""
    found = {}
    for one in ahead:
        way = one.travel_min
        if first_way is not None and (one.place or one.name):
            way, first_way = first_way, None
        at = one.start if free is None else max(one.start, free + timedelta(minutes=way))
        at = max(at, now) if one.name else at
        free = at + one.length
        if one.name:
            found[one.name] = at
    return found


def _knows(plan: Plan, carer: str, citizen: str) -> bool:
    if plan.problem.citizen_by_id[citizen].contact_carer == carer:
        return True
    planned = any(carer in one.carers for one in plan.visits_by_citizen.get(citizen, ()))
    return planned or any(one.carer_id == carer and one.citizen_id == citizen for one in plan.problem.history)
