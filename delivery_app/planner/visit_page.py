"""One visit of a roster: what it is, who comes, and the choices of its forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from delivery_app.planner.answers import Broken
from delivery_app.planner.roster_pages import RosterPage
from delivery_app.views.plan import Person, Plan, clock_of
from models.errors import MissingRowError
from scheduler.due import Due
from scheduler.eligibility import carer_obstacle, modalities
from scheduler.problem import Need, week_of
from scheduler.roster import PlacedVisit, Unplaced


@dataclass(frozen=True)
class CarerChoice:
    """Somebody on duty that day. ``obstacle``: the rule that keeps the carer from this visit on any day, if any."""

    carer: Person
    row_id: str
    qualification: str
    shifts: tuple[tuple[int, int], ...]
    is_contact: bool
    comes_now: bool
    obstacle: str | None


@dataclass(frozen=True)
class VisitPanel:
    """A visit as its panel shows it. Minutes after midnight of ``when``; ``placed`` False: it has no place."""

    need_id: str
    row_id: str
    citizen: Person
    when: date
    any_day: bool
    days: tuple[date, ...]
    service: str
    priority: int
    qualification: str | None
    people: int
    window: tuple[int, int]
    agreed_min: int | None
    minutes: int
    minutes_least: int
    minutes_most: int
    placed: bool
    start_min: int
    end_min: int
    modality: str
    can_switch_to: str | None
    pinned: bool
    carers: tuple[Person, ...]
    trainees: tuple[Person, ...]
    contact: Person | None
    choices: tuple[CarerChoice, ...]
    rule: str
    relaxations: tuple[tuple[str, str], ...]
    broken: tuple[Broken, ...] = ()

    @property
    def lengths(self) -> range:
        """The lengths to choose from, in steps of five minutes, the present one among them."""
        return range(self.minutes_least, self.minutes_most + 1, 5)


def visit_panel(page: RosterPage, need_code: str, when: date) -> VisitPanel:
    """The panel of a need's visit on a date: the one placed then, or else one without a place.

    Raises
    ------
    MissingRowError
        The roster has no such visit on that date.
    """
    plan = page.stored.plan
    day = plan.day_number(when)
    need = plan.problem.need_by_id.get(need_code)
    visit = next((row for row in plan.roster.visits if (row.need_id, row.day) == (need_code, day)), None)
    left = None if visit is not None else _left_out(plan, need_code, day)
    if need is None or (visit is None and left is None):
        raise MissingRowError("There is no such visit on that date")
    due = Due(need, week_of(day), 0, (day,))
    ways = modalities(plan.problem, due)
    modality = visit.modality if visit is not None else (ways[0] if ways else "home")
    start = clock_of(visit.start_min, day) if visit is not None else _usual(need)
    minutes = visit.minutes if visit is not None else need.minutes
    contact = plan.problem.citizen_by_id[need.citizen_id].contact_carer
    carers = plan.needed(visit.carers) if visit is not None else ()
    return VisitPanel(
        need_id=need_code,
        row_id=page.need_id(need_code),
        citizen=plan.citizen(need.citizen_id),
        when=when,
        any_day=need.days is None,
        days=tuple(plan.date(one) for one in range(7 * week_of(day), 7 * week_of(day) + 7)),
        service=need.service,
        priority=need.priority,
        qualification=need.qualification,
        people=need.carers,
        window=need.start_bounds(),
        agreed_min=need.agreed_start_min,
        minutes=minutes,
        minutes_least=need.minutes_min,
        minutes_most=need.minutes_max,
        placed=visit is not None,
        start_min=start,
        end_min=start + minutes,
        modality=modality,
        can_switch_to=next((way for way in ways if way != modality), None) if visit is not None else None,
        pinned=visit is not None and visit.pinned,
        carers=tuple(plan.carer(one) for one in carers),
        trainees=() if visit is None else tuple(plan.carer(one) for one in plan.trainees(visit.carers)),
        contact=None if contact is None else plan.carer(contact),
        choices=_choices(page, due, day, visit, contact),
        rule=left.rule if left is not None else "",
        relaxations=tuple((one.what, one.by) for one in left.relaxations) if left is not None else (),
    )


def _left_out(plan: Plan, need_code: str, day: int) -> Unplaced | None:
    rows = [row for row in plan.roster.unplaced if row.need_id == need_code]
    same = [row for row in rows if row.day == day]
    week = [row for row in rows if row.day is None and row.week == week_of(day)]
    return next(iter(same + week), None)


def _usual(need: Need) -> int:
    return need.start_bounds()[0] if need.agreed_start_min is None else need.agreed_start_min


def _choices(
    page: RosterPage, due: Due, day: int, visit: PlacedVisit | None, contact: str | None
) -> tuple[CarerChoice, ...]:
    plan = page.stored.plan
    found = []
    for carer in plan.problem.carers:
        shifts = plan.shifts_on(carer.carer_id, day)
        if not shifts or carer.is_trainee:
            continue
        found.append(
            CarerChoice(
                plan.carer(carer.carer_id),
                page.carer_id(carer.carer_id),
                carer.qualification,
                tuple(
                    (clock_of(one.shift.start_min, day), clock_of(one.shift.end_min, day)) for one in shifts
                ),
                carer.carer_id == contact,
                visit is not None and carer.carer_id in visit.carers,
                carer_obstacle(plan.problem, due, carer),
            )
        )
    return tuple(
        sorted(found, key=lambda row: (row.obstacle is not None, not row.is_contact, row.carer.name))
    )
