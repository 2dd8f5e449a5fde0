"""A day of a roster as a board: carers on duty down, time across; and what of that day has no place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from delivery_app.views.plan import Away, LeftOut, Person, Plan, clock_of
from scheduler.clock import DAY_MIN
from scheduler.rules import Violation
from scheduler.rules.timeline import BREAK, MEETING, SESSION, ShiftDay, Stop

#: Kinds of what lies between stops.
TRAVEL, WAITING = "travel", "waiting"


@dataclass(frozen=True)
class BoardItem:
    """Something a carer does. ``kind``: visit, screen, session, meeting or break. Minutes after midnight of the date.

    ``place`` numbers the visits of a row in order of time; ``pair`` is the other carer of a visit of two.
    """

    kind: str
    start_min: int
    end_min: int
    need_id: str | None = None
    citizen: Person | None = None
    service: str | None = None
    shift_id: str = ""
    pinned: bool = False
    by_contact: bool = False
    pair: tuple[Person, ...] = ()
    trainees: tuple[Person, ...] = ()
    agreed_min: int | None = None
    window: tuple[int, int] | None = None
    priority: int = 2
    title: str | None = None
    #: Hard rules that it breaks, and what is only warned of.
    broken: tuple[Violation, ...] = ()
    warned: tuple[Violation, ...] = ()

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end_min - self.start_min

    @property
    def can_move(self) -> bool:
        """Whether a planner can move it: visits that are not pinned, and breaks."""
        return (self.need_id is not None or self.kind == BREAK) and not self.pinned


@dataclass(frozen=True)
class Between:
    """Time between stops: ``travel`` (that may not be possible) or ``waiting``."""

    kind: str
    start_min: int
    end_min: int
    is_late: bool = False


@dataclass(frozen=True)
class BoardShift:
    """A shift of the row."""

    shift_id: str
    start_min: int
    end_min: int
    was_open: bool


@dataclass(frozen=True)
class BoardRow:
    """A carer on duty."""

    carer: Person
    qualification: str
    mode: str
    is_substitute: bool
    is_trainee: bool
    shifts: tuple[BoardShift, ...]
    items: tuple[BoardItem, ...]
    between: tuple[Between, ...]
    away: tuple[Away, ...]
    visit_min: int
    travel_min: int
    waiting_min: int

    @property
    def visits(self) -> int:
        """How many visits."""
        return sum(item.need_id is not None for item in self.items)


@dataclass(frozen=True)
class DayTab:
    """A date of the week, and what stands out on it."""

    when: date
    is_holiday: bool
    visits: int
    left_out: int
    broken: int


@dataclass(frozen=True)
class BoardView:
    """A day of the roster."""

    team: str
    week: str
    week_number: int
    when: date
    day: int
    is_holiday: bool
    #: Whole hours that everything of the day lies in, minutes after midnight.
    scale: tuple[int, int]
    rows: tuple[BoardRow, ...]
    open_shifts: tuple[BoardShift, ...]
    #: Visits of the day without a place, and those of the week that may fall on any day.
    left_out: tuple[LeftOut, ...]
    tabs: tuple[DayTab, ...]
    before: date | None
    after: date | None
    #: Carers of the team who have no shift that day.
    off_duty: tuple[Person, ...]
    #: Broken rules of the day that belong to no visit that is shown.
    broken: tuple[Violation, ...]
    all_broken: int

    @property
    def visits(self) -> int:
        """Placed visits of the day; one of two carers is one."""
        return len({(item.need_id, item.citizen) for row in self.rows for item in row.items if item.need_id})

    @property
    def hours(self) -> range:
        """The hours of the scale, as minutes."""
        return range(self.scale[0], self.scale[1] + 1, 60)


def board_view(plan: Plan, when: date) -> BoardView:
    """The board of a date; raises UnknownPageError when the plan does not have it."""
    day = plan.day_number(when)
    marks = _marks(plan)
    rows = [
        _row(plan, carer.carer_id, day, marks)
        for carer in plan.problem.carers
        if plan.shifts_on(carer.carer_id, day)
    ]
    rows.sort(key=lambda row: (row.is_trainee, row.shifts[0].start_min, row.carer.name, row.carer.id))
    nobody = [
        _shift(plan.shift_days[shift.shift_id])
        for shift in plan.problem.shifts
        if shift.day == day and shift.shift_id not in plan.owners
    ]
    shown = {(item.need_id, day) for row in rows for item in row.items if item.need_id}
    on_duty = {row.carer.id for row in rows}
    last = plan.problem.calendar.days - 1
    return BoardView(
        team=plan.problem.name,
        week=plan.week_name(day // 7),
        week_number=day // 7,
        when=when,
        day=day,
        is_holiday=day in plan.problem.holidays,
        scale=_scale(rows, nobody),
        rows=tuple(rows),
        open_shifts=tuple(sorted(nobody, key=lambda one: (one.start_min, one.shift_id))),
        left_out=tuple(row for row in plan.left_out(day // 7) if row.when in (None, when)),
        tabs=_tabs(plan, day // 7),
        before=plan.date(day - 1) if day > 0 else None,
        after=plan.date(day + 1) if day < last else None,
        off_duty=tuple(
            plan.carer(one.carer_id) for one in plan.problem.carers if one.carer_id not in on_duty
        ),
        broken=tuple(
            row for row in plan.evaluation.hard if row.day == day and (row.need_id, day) not in shown
        ),
        all_broken=len(plan.evaluation.hard),
    )


Marks = dict[tuple[str, int], list[Violation]]


def _marks(plan: Plan) -> Marks:
    """What the judge says of single visits, by need and day."""
    found: Marks = defaultdict(list)
    for row in plan.evaluation.violations:
        if row.need_id is not None and row.day is not None:
            found[row.need_id, row.day].append(row)
    return found


def _tabs(plan: Plan, week: int) -> tuple[DayTab, ...]:
    days = range(7 * week, 7 * week + 7)
    visits: dict[int, int] = defaultdict(int)
    for visit in plan.roster.visits:
        visits[visit.day] += 1
    left_out: dict[int | None, int] = defaultdict(int)
    for row in plan.roster.unplaced:
        left_out[row.day] += 1
    broken: dict[int | None, int] = defaultdict(int)
    for one in plan.evaluation.hard:
        broken[one.day] += 1
    return tuple(
        DayTab(plan.date(day), day in plan.problem.holidays, visits[day], left_out[day], broken[day])
        for day in days
    )


def _row(plan: Plan, carer_id: str, day: int, marks: Marks) -> BoardRow:
    carer = plan.problem.carer_by_id[carer_id]
    shifts = plan.shifts_on(carer_id, day)
    items = [_item(plan, stop, one, carer_id, marks) for one in shifts for stop in one.stops]
    return BoardRow(
        carer=plan.carer(carer_id),
        qualification=carer.qualification,
        mode=carer.mode,
        is_substitute=carer.kind == "substitute",
        is_trainee=carer.is_trainee,
        shifts=tuple(_shift(one) for one in shifts),
        items=tuple(sorted(items, key=lambda item: (item.start_min, item.end_min))),
        between=tuple(piece for one in shifts for piece in _between(one)),
        away=plan.absences_on(plan.problem.absences_of_carer.get(carer_id, ()), day),
        visit_min=sum(one.work_min for one in shifts),
        travel_min=sum(one.travel_min for one in shifts),
        waiting_min=sum(one.waiting_min for one in shifts),
    )


def _shift(day: ShiftDay) -> BoardShift:
    shift = day.shift
    return BoardShift(
        shift.shift_id,
        clock_of(shift.start_min, shift.day),
        clock_of(shift.end_min, shift.day),
        shift.carer_id is None,
    )


def _item(plan: Plan, stop: Stop, day: ShiftDay, carer_id: str, marks: Marks) -> BoardItem:
    shift = day.shift
    start, end = clock_of(stop.start_min, shift.day), clock_of(stop.end_min, shift.day)
    if stop.visit is None:
        title = None
        if stop.kind == MEETING and stop.meeting is not None:
            title = stop.meeting.name
        if stop.kind == SESSION and stop.session is not None:
            title = stop.session.session_id
        return BoardItem(stop.kind, start, end, shift_id=shift.shift_id, title=title)
    visit = stop.visit
    need = plan.problem.need_by_id[visit.need_id]
    contact = plan.problem.citizen_by_id[need.citizen_id].contact_carer
    said = marks.get((visit.need_id, visit.day), [])
    return BoardItem(
        "screen" if visit.modality == "screen" else "visit",
        start,
        end,
        need_id=visit.need_id,
        citizen=plan.citizen(need.citizen_id),
        service=need.service,
        shift_id=shift.shift_id,
        pinned=visit.pinned,
        by_contact=contact == carer_id,
        pair=tuple(plan.carer(one) for one in plan.needed(visit.carers) if one != carer_id),
        trainees=tuple(plan.carer(one) for one in plan.trainees(visit.carers) if one != carer_id),
        agreed_min=need.agreed_start_min,
        window=need.start_bounds(),
        priority=need.priority,
        broken=tuple(row for row in said if row.hard),
        warned=tuple(row for row in said if not row.hard),
    )


def _between(day: ShiftDay) -> Iterable[Between]:
    """Journeys, and the time from the first departure to the last return that is neither stop nor journey."""
    number = day.shift.day
    spans = [(stop.start_min, stop.end_min) for stop in day.stops]
    for leg in day.legs:
        yield Between(
            TRAVEL,
            clock_of(leg.start_min, number),
            clock_of(leg.end_min, number),
            leg.obstacle is not None,
        )
        spans.append((leg.start_min, leg.end_min))
    if not day.is_used:
        return
    spans.sort()
    end = spans[0][1]
    for start, stop in spans[1:]:
        if start > end:
            yield Between(WAITING, clock_of(end, number), clock_of(start, number))
        end = max(end, stop)


def _scale(rows: Iterable[BoardRow], nobody: Iterable[BoardShift]) -> tuple[int, int]:
    shifts = [one for row in rows for one in row.shifts] + list(nobody)
    if not shifts:
        return 7 * 60, 15 * 60
    items = [item for row in rows for item in row.items]
    first = min([one.start_min for one in shifts] + [item.start_min for item in items])
    last = max([one.end_min for one in shifts] + [item.end_min for item in items])
    return max(0, first // 60 * 60), min(2 * DAY_MIN, -(-last // 60) * 60)
