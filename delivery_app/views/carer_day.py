"""A carer's day: each shift's round, stop by stop, with the travel and the free time between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from delivery_app.views.plan import Away, Person, Plan, UnknownPageError, clock_of
from delivery_app.views.week import ShiftCell, shift_cell
from scheduler.problem import BASE, FIRST_VISIT, Shift
from scheduler.rules.timeline import Leg, ShiftDay, Stop

#: Kinds of a round's items that are time between stops, made here.
TRAVEL, WAITING = "travel", "waiting"
#: The ``mode`` of the part of a journey that is made by ferry.
FERRY = "ferry"


@dataclass(frozen=True)
class RoundItem:
    """One line of a round. ``kind``: visit, screen, session, meeting, break, travel or waiting.

    What does not apply to the kind is None or empty. A journey leads to a citizen (``to_place``), to
    a group session, or to a key of :data:`delivery_app.texts.TARGETS` or an island (``to_name``); one with a ferry in it is
    told in parts, the ferry's with the ``mode`` ``ferry``.
    """

    kind: str
    start_min: int
    end_min: int
    citizen: Person | None = None
    need_id: str | None = None
    service: str | None = None
    qualification: str | None = None
    #: Other needed carers of a two-carer visit or session.
    partners: tuple[Person, ...] = ()
    trainees: tuple[Person, ...] = ()
    #: The mentor, when the round is a trainee's.
    mentor: Person | None = None
    is_contact_carer: bool = False
    pinned: bool = False
    agreed_min: int | None = None
    wished_min: int | None = None
    #: The ones who train, of a group session.
    citizens: tuple[Person, ...] = ()
    title: str | None = None
    to_place: Person | None = None
    to_session: str | None = None
    to_name: str | None = None
    mode: str | None = None
    metres: int = 0
    #: Why a journey cannot be made as planned (scheduler.rules.timeline); None when it can.
    obstacle: str | None = None
    #: The date a visit is due, which is not the shift's for one after midnight.
    due_on: date | None = None

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class Round:
    """One shift of the day, its items in order of time."""

    shift: ShiftCell
    begins_at: str
    items: tuple[RoundItem, ...]
    break_min: int
    #: Minutes of the shift before the first departure and after the last return.
    unused_min: int
    metres: int


@dataclass(frozen=True)
class DayLink:
    """Another date of the same week: what shifts the carer has then."""

    when: date
    shifts: tuple[ShiftCell, ...]
    is_away: bool


@dataclass(frozen=True)
class CarerDayView:
    """A carer's date with everything on it."""

    team: str
    week: str
    carer: Person
    qualification: str
    mode: str
    mentor: Person | None
    when: date
    is_holiday: bool
    rounds: tuple[Round, ...]
    away: tuple[Away, ...]
    week_days: tuple[DayLink, ...]

    @property
    def visits(self) -> int:
        """Visits of the day, by screen too."""
        return sum(one.shift.visits for one in self.rounds)

    @property
    def citizens(self) -> int:
        """Different citizens visited."""
        return len({item.citizen.id for one in self.rounds for item in one.items if item.citizen})

    @property
    def visit_min(self) -> int:
        """Minutes with citizens."""
        return sum(one.shift.visit_min for one in self.rounds)

    @property
    def travel_min(self) -> int:
        """Minutes on the way."""
        return sum(one.shift.travel_min for one in self.rounds)

    @property
    def waiting_min(self) -> int:
        """Minutes between first departure and last return with nothing to do."""
        return sum(one.shift.waiting_min for one in self.rounds)

    @property
    def metres(self) -> int:
        """Metres of all journeys."""
        return sum(one.metres for one in self.rounds)


def carer_day_view(plan: Plan, carer_id: str, when: date) -> CarerDayView:
    """A carer's day.

    Raises
    ------
    UnknownPageError
        The plan has no such carer, or not that date.
    """
    carer = plan.problem.carer_by_id.get(carer_id)
    if carer is None:
        raise UnknownPageError(carer_id)
    day = plan.day_number(when)
    monday = day - day % 7
    absences = plan.problem.absences_of_carer.get(carer_id, ())
    return CarerDayView(
        team=plan.problem.name,
        week=plan.week_name(day // 7),
        carer=plan.carer(carer_id),
        qualification=carer.qualification,
        mode=carer.mode,
        mentor=None if carer.mentor is None else plan.carer(carer.mentor),
        when=when,
        is_holiday=day in plan.problem.holidays,
        rounds=tuple(_round(plan, one, carer_id) for one in plan.shifts_on(carer_id, day)),
        away=plan.absences_on(absences, day),
        week_days=tuple(
            DayLink(
                plan.date(one),
                tuple(shift_cell(row) for row in plan.shifts_on(carer_id, one)),
                bool(plan.absences_on(absences, one)),
            )
            for one in range(monday, monday + 7)
        ),
    )


def _round(plan: Plan, round_: ShiftDay, carer_id: str) -> Round:
    shift = round_.shift
    items = [_stop_item(plan, stop, shift, carer_id) for stop in round_.stops]
    items += [
        part
        for leg in round_.legs
        for part in _with_ferries(plan, _leg_item(plan, leg, shift, carer_id), leg, shift)
    ]
    items.sort(key=lambda item: (item.start_min, item.end_min))
    if round_.is_used:
        items = _with_waiting(items)
    left = clock_of(round_.first_departure_min or shift.end_min, shift.day)
    back = clock_of(round_.last_return_min or shift.end_min, shift.day)
    cell = shift_cell(round_)
    return Round(
        shift=cell,
        begins_at=shift.begins_at,
        items=tuple(items),
        break_min=sum(item.minutes for item in items if item.kind == "break"),
        unused_min=max(0, left - cell.start_min) + max(0, cell.end_min - back),
        metres=sum(item.metres for item in items),
    )


def _with_waiting(items: list[RoundItem]) -> list[RoundItem]:
    """The items with the time between them that is neither stop nor journey."""
    found: list[RoundItem] = []
    end = items[0].start_min if items else 0
    for item in items:
        if item.start_min > end:
            found.append(RoundItem(WAITING, end, item.start_min))
        found.append(item)
        end = max(end, item.end_min)
    return found


def _stop_item(plan: Plan, stop: Stop, shift: Shift, carer_id: str) -> RoundItem:
    start, end = clock_of(stop.start_min, shift.day), clock_of(stop.end_min, shift.day)
    if stop.visit is not None:
        visit, need = stop.visit, plan.problem.need_by_id[stop.visit.need_id]
        carer = plan.problem.carer_by_id[carer_id]
        citizen = plan.problem.citizen_by_id[need.citizen_id]
        return RoundItem(
            "screen" if visit.modality == "screen" else "visit",
            start,
            end,
            citizen=plan.citizen(need.citizen_id),
            need_id=need.need_id,
            service=need.service,
            qualification=need.qualification,
            partners=_others(plan, plan.needed(visit.carers), carer_id, carer.mentor),
            trainees=_others(plan, plan.trainees(visit.carers), carer_id),
            mentor=plan.carer(carer.mentor) if carer.mentor in visit.carers and carer.mentor else None,
            is_contact_carer=citizen.contact_carer == carer_id,
            pinned=visit.pinned,
            agreed_min=need.agreed_start_min,
            wished_min=need.minutes,
            due_on=plan.date(visit.day),
        )
    if stop.session is not None:
        session = stop.session
        held_by = [
            one for row in plan.roster.sessions if row.session_id == session.session_id for one in row.carers
        ]
        return RoundItem(
            stop.kind,
            start,
            end,
            qualification=session.qualification,
            partners=_others(plan, plan.needed(held_by), carer_id),
            citizens=tuple(plan.citizen(one) for one in session.citizens),
            title=session.session_id,
        )
    return RoundItem(stop.kind, start, end, title=stop.meeting.name if stop.meeting else None)


def _others(plan: Plan, carers: tuple[str, ...], *but: str | None) -> tuple[Person, ...]:
    return tuple(plan.carer(one) for one in carers if one not in but)


def _leg_item(plan: Plan, leg: Leg, shift: Shift, carer_id: str) -> RoundItem:
    mode = plan.problem.carer_by_id[carer_id].mode
    known = set(plan.travel.places)
    citizen = leg.target if leg.target in plan.problem.citizen_by_id else None
    session = leg.target if citizen is None and leg.target in plan.problem.session_by_id else None
    # A shift that begins on an island has no point to measure from.
    metres = plan.travel.metres(leg.origin, leg.target, mode) if {leg.origin, leg.target} <= known else 0
    return RoundItem(
        TRAVEL,
        clock_of(leg.start_min, shift.day),
        clock_of(leg.end_min, shift.day),
        to_place=None if citizen is None else plan.citizen(citizen),
        to_session=session,
        to_name=leg.target if citizen is None and session is None else None,
        mode=mode,
        metres=metres,
        obstacle=leg.obstacle,
    )


def _with_ferries(plan: Plan, whole: RoundItem, leg: Leg, shift: Shift) -> list[RoundItem]:
    """A journey as it is made: a ferry away from an island comes first, one to an island last."""
    leaving, arriving = _island(plan, leg.origin, shift), _island(plan, leg.target, shift)
    if leaving == arriving or whole.obstacle is not None:
        return [whole]
    away = _crossing_min(plan, leaving, shift.day)
    over = _crossing_min(plan, arriving, shift.day)
    first, last = whole.start_min + away, whole.end_min - over
    parts = []
    if away:
        parts.append(RoundItem(TRAVEL, whole.start_min, first, to_name="mainland", mode=FERRY))
    if last > first or not (away or over):
        road = replace(whole, start_min=first, end_min=last)
        parts.append(replace(road, to_place=None, to_session=None, to_name="ferry") if over else road)
    if over:
        parts.append(replace(whole, start_min=last, mode=FERRY, metres=0))
    return parts


def _island(plan: Plan, place: str, shift: Shift) -> str | None:
    """The island a journey's end lies on; a shift may begin on one."""
    if place in plan.travel.places:
        return plan.travel.island_of(place)
    return None if place in (BASE, FIRST_VISIT) else shift.begins_at


def _crossing_min(plan: Plan, island: str | None, day: int) -> int:
    ferry = None if island is None else plan.problem.ferry_on.get((island, day))
    return 0 if ferry is None else ferry.minutes
