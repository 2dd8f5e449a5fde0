"""The team's week: carers × days, citizens, what has no place, key figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from delivery_app.views.plan import Away, LeftOut, Person, Plan, clock_of
from scheduler.clock import DAY_MIN
from scheduler.problem import Carer, Shift, week_of
from scheduler.roster import Bounds, Figures, PlacedVisit
from scheduler.rules.timeline import BREAK, MEETING, SESSION, VISIT, ShiftDay
from scheduler.rules.violation import Violation


class Segment(NamedTuple):
    """A piece of a shift for drawing: ``visit``, ``session``, ``meeting``, ``break`` or ``travel``. A week has thousands."""

    kind: str
    start_min: int
    end_min: int


@dataclass(frozen=True)
class ShiftCell:
    """One shift in the board."""

    shift_id: str
    start_min: int
    end_min: int
    visits: int
    sessions: int
    meetings: int
    visit_min: int
    travel_min: int
    waiting_min: int
    #: An open shift that the roster gives to the carer, or that nobody has.
    was_open: bool
    segments: tuple[Segment, ...]

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class DayCell:
    """A carer's date: no shift, one or more; and what of it the carer is away."""

    when: date
    shifts: tuple[ShiftCell, ...]
    away: tuple[Away, ...]


@dataclass(frozen=True)
class CarerRow:
    """A carer's week. ``contract_min`` None: no agreed weekly hours."""

    carer: Person
    qualification: str
    mode: str
    is_substitute: bool
    introduced: bool
    mentor: Person | None
    cells: tuple[DayCell, ...]
    shift_min: int
    contract_min: int | None
    overtime_min: int
    visits: int
    visit_min: int
    travel_min: int
    waiting_min: int
    citizens: int


@dataclass(frozen=True)
class DayHead:
    """A column of the board: visits that lie on the date (a two-carer visit is one) and carers on duty."""

    when: date
    is_holiday: bool
    visits: int
    carers: int


@dataclass(frozen=True)
class CitizenRow:
    """A citizen's week in one line. ``carers_bound`` is proven: fewer different carers are impossible."""

    citizen: Person
    package_id: str
    visits: int
    minutes: int
    package_status: str
    least_min: int
    most_min: int | None
    carers: int
    carers_bound: int | None
    contact_carer: Person | None
    contact_visits: int
    home_visits: int
    left_out: int

    @property
    def contact_share(self) -> float | None:
        """The share of home visits with the contact carer; None without one, or without visits."""
        if self.contact_carer is None or not self.home_visits:
            return None
        return self.contact_visits / self.home_visits


@dataclass(frozen=True)
class WeekView:
    """A week of the plan. ``figures`` and ``bounds`` are over all its weeks, as in ``roster.json``."""

    team: str
    municipality: str
    week: str
    weeks: tuple[str, ...]
    first_day: date
    last_day: date
    days: tuple[DayHead, ...]
    carers: tuple[CarerRow, ...]
    open_shifts: tuple[DayCell, ...]
    left_out: tuple[LeftOut, ...]
    citizens: tuple[CitizenRow, ...]
    figures: Figures
    bounds: Bounds
    violations: tuple[Violation, ...]
    warnings: tuple[Violation, ...]
    #: Minutes after midnight that all shifts of the week lie in, whole hours: one scale for all cells.
    scale: tuple[int, int]
    #: Minutes of all shifts that somebody has, over the whole plan.
    paid_min: int

    @property
    def has_open_shifts(self) -> bool:
        """Whether any shift of the week is nobody's."""
        return any(cell.shifts for cell in self.open_shifts)

    @property
    def home_share(self) -> float:
        """Of the paid minutes of the plan, the share spent in visits."""
        return self.figures.visit_minutes / self.paid_min if self.paid_min else 0.0


def week_view(plan: Plan, week: int = 0) -> WeekView:
    """The view of week 0, 1, … of a plan."""
    problem, days = plan.problem, range(7 * week, 7 * week + 7)
    shifts = [shift for shift in problem.shifts if week_of(shift.day) == week]
    hard = set(map(id, plan.evaluation.hard))
    return WeekView(
        team=problem.name,
        municipality=problem.municipality,
        week=plan.week_name(week),
        weeks=tuple(plan.week_name(one) for one in range(plan.weeks)),
        first_day=plan.date(days[0]),
        last_day=plan.date(days[-1]),
        days=_day_heads(plan, days),
        carers=tuple(_carer_row(plan, carer, days) for carer in problem.carers),
        open_shifts=tuple(DayCell(plan.date(day), _open_cells(plan, shifts, day), ()) for day in days),
        left_out=tuple(plan.left_out(week)),
        citizens=tuple(citizen_row(plan, citizen.citizen_id, week) for citizen in problem.citizens),
        figures=plan.roster.figures,
        bounds=plan.roster.bounds,
        violations=plan.evaluation.hard,
        warnings=tuple(row for row in plan.evaluation.violations if id(row) not in hard),
        scale=_scale(shifts),
        paid_min=sum(problem.shift_by_id[shift_id].minutes for shift_id in plan.owners),
    )


def _scale(shifts: Iterable[Shift]) -> tuple[int, int]:
    starts = [clock_of(shift.start_min, shift.day) for shift in shifts]
    ends = [clock_of(shift.end_min, shift.day) for shift in shifts]
    if not starts:
        return 6 * 60, 24 * 60
    return min(starts) // 60 * 60, -(-max(ends) // 60) * 60


def _day_heads(plan: Plan, days: range) -> tuple[DayHead, ...]:
    known = plan.problem.need_by_id
    visits = Counter(visit.day for visit in plan.roster.visits if visit.need_id in known)
    on_duty: dict[int, set[str]] = defaultdict(set)
    for shift_id, carer_id in plan.owners.items():
        on_duty[plan.problem.shift_by_id[shift_id].day].add(carer_id)
    return tuple(
        DayHead(plan.date(day), day in plan.problem.holidays, visits[day], len(on_duty[day])) for day in days
    )


def _carer_row(plan: Plan, carer: Carer, days: range) -> CarerRow:
    rounds = {day: plan.shifts_on(carer.carer_id, day) for day in days}
    absences = plan.problem.absences_of_carer.get(carer.carer_id, ())
    every = [one for shifts in rounds.values() for one in shifts]
    shift_min = sum(one.shift.minutes for one in every)
    contract_min = None if carer.week_hours is None else round(60 * carer.week_hours)
    visits = [stop.visit for one in every for stop in one.stops if stop.visit is not None]
    return CarerRow(
        carer=plan.carer(carer.carer_id),
        qualification=carer.qualification,
        mode=carer.mode,
        is_substitute=carer.kind == "substitute",
        introduced=carer.introduced,
        mentor=None if carer.mentor is None else plan.carer(carer.mentor),
        cells=tuple(
            DayCell(
                plan.date(day),
                tuple(shift_cell(one) for one in rounds[day]),
                plan.absences_on(absences, day),
            )
            for day in days
        ),
        shift_min=shift_min,
        contract_min=contract_min,
        overtime_min=0 if contract_min is None else max(0, shift_min - contract_min),
        visits=len(visits),
        visit_min=sum(one.work_min for one in every),
        travel_min=sum(one.travel_min for one in every),
        waiting_min=sum(one.waiting_min for one in every),
        citizens=len({visit.citizen_id for visit in visits}),
    )


def shift_cell(round_: ShiftDay) -> ShiftCell:
    """A shift as the board shows it."""
    shift = round_.shift
    kinds = [stop.kind for stop in round_.stops]
    midnight = shift.day * DAY_MIN
    # Journeys that cannot be made have no place in a drawing of what happens when.
    pieces = [
        Segment("travel", leg.start_min - midnight, leg.end_min - midnight)
        for leg in round_.legs
        if leg.obstacle is None
    ] + [Segment(stop.kind, stop.start_min - midnight, stop.end_min - midnight) for stop in round_.stops]
    if not round_.is_used:
        pieces = [piece for piece in pieces if piece.kind in (MEETING, BREAK)]
    return ShiftCell(
        shift_id=shift.shift_id,
        start_min=clock_of(shift.start_min, shift.day),
        end_min=clock_of(shift.end_min, shift.day),
        visits=kinds.count(VISIT),
        sessions=kinds.count(SESSION),
        meetings=kinds.count(MEETING),
        visit_min=round_.work_min,
        travel_min=round_.travel_min,
        waiting_min=round_.waiting_min,
        was_open=shift.carer_id is None,
        segments=tuple(sorted(pieces, key=lambda piece: (piece.start_min, piece.end_min))),
    )


def _open_cells(plan: Plan, shifts: Iterable[Shift], day: int) -> tuple[ShiftCell, ...]:
    return tuple(
        shift_cell(plan.shift_days[shift.shift_id])
        for shift in shifts
        if shift.day == day and shift.shift_id not in plan.owners
    )


def citizen_row(plan: Plan, citizen_id: str, week: int) -> CitizenRow:
    """A citizen's week in one line."""
    citizen = plan.problem.citizen_by_id[citizen_id]
    package = plan.problem.package_of(citizen_id)
    judged = plan.citizen_weeks.get((citizen_id, week))
    visits = [visit for visit in plan.visits_by_citizen.get(citizen_id, ()) if week_of(visit.day) == week]
    home = [visit for visit in visits if visit.modality != "screen"]
    contact = citizen.contact_carer
    left_out = [
        row
        for row in plan.roster.unplaced
        if row.week == week
        and (need := plan.problem.need_by_id.get(row.need_id)) is not None
        and need.citizen_id == citizen_id
    ]
    return CitizenRow(
        citizen=plan.citizen(citizen_id),
        package_id=citizen.package_id,
        visits=len(visits),
        minutes=judged.minutes if judged else 0,
        package_status=judged.package_status if judged else "within",
        least_min=package.least_min(),
        most_min=package.most_min(),
        carers=judged.carers if judged else 0,
        carers_bound=judged.carers_bound if judged else None,
        contact_carer=None if contact is None else plan.carer(contact),
        contact_visits=_visits_of(plan, home, contact),
        home_visits=len(home),
        left_out=len(left_out),
    )


def _visits_of(plan: Plan, visits: Iterable[PlacedVisit], carer_id: str | None) -> int:
    if carer_id is None or plan.is_trainee(carer_id):
        return 0
    return sum(1 for visit in visits if carer_id in visit.carers)
