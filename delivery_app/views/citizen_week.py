"""A citizen's week: who comes when, how many different people, and the minutes against the package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from delivery_app.views.plan import Away, LeftOut, Person, Plan, UnknownPageError, clock_of
from delivery_app.views.reason import CitizenProof, ReasonView, citizen_proof
from delivery_app.views.week import CitizenRow, citizen_row
from scheduler.drift import CitizenDrift
from scheduler.problem import week_of
from scheduler.roster import PlacedVisit

#: Proves of a citizen what can be proven; None: it is being worked out.
Prove = Callable[[Plan, str], CitizenProof | None]
#: The days, up to the last of the plan's week, in which continuity is counted.
CONTINUITY_DAYS = 14


@dataclass(frozen=True)
class CitizenVisit:
    """A visit, by people at the door or on the screen."""

    start_min: int
    end_min: int
    service: str
    by_screen: bool
    carers: tuple[Person, ...]
    trainees: tuple[Person, ...]
    agreed_min: int | None
    pinned: bool
    #: Whether the contact carer is one of them; None where the citizen has none.
    by_contact: bool | None

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class CitizenSession:
    """Group training that the citizen takes part in; ``carers`` is empty when nobody holds it."""

    start_min: int
    end_min: int
    carers: tuple[Person, ...]

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class CitizenDay:
    """A date of the citizen's week."""

    when: date
    is_holiday: bool
    visits: tuple[CitizenVisit, ...]
    sessions: tuple[CitizenSession, ...]
    away: tuple[Away, ...]
    #: Visits due on the date that have no place, by their window.
    gaps: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Visitor:
    """A carer who comes to the citizen's home in the week."""

    carer: Person
    qualification: str | None
    visits: int
    is_contact: bool
    is_substitute: bool
    #: Nobody has seen the carer in the home in the days before, back to 14 days before the week's end.
    is_new: bool


@dataclass(frozen=True)
class CitizenWeekView:
    """A citizen's week with everything on it."""

    team: str
    week: str
    weeks: tuple[str, ...]
    summary: CitizenRow
    average_min: int | None
    carers_max: int | None
    days: tuple[CitizenDay, ...]
    visitors: tuple[Visitor, ...]
    left_out: tuple[LeftOut, ...]
    #: Proposed where the citizen has no contact carer.
    proposed_contact: Person | None
    #: What is proven of the citizen; None while it is worked out.
    proof: CitizenProof | None
    #: Why fewer different carers are impossible; None where one might do.
    reason: ReasonView | None
    #: The plan's last day, on which the 14 days end.
    last_day: date
    #: Different carers in the plan's last 14 days, those before it included.
    carers_14: int
    #: Minutes over the weeks before and in the plan, against the package.
    drift: CitizenDrift

    @property
    def citizen(self) -> Person:
        """Whose week it is."""
        return self.summary.citizen

    @property
    def fewest_14(self) -> int | None:
        """The fewest different carers there can be in these 14 days; None while it is worked out."""
        return None if self.proof is None else self.proof.fewest_14


def citizen_week_view(
    plan: Plan, citizen_id: str, week: int = 0, prove: Prove = citizen_proof
) -> CitizenWeekView:
    """A citizen's week 0, 1, …; ``prove`` proves at once, or says what is known of it by now.

    Raises
    ------
    UnknownPageError
        The plan has no such citizen.
    """
    citizen = plan.problem.citizen_by_id.get(citizen_id)
    if citizen is None:
        raise UnknownPageError(citizen_id)
    visits = [visit for visit in plan.visits_by_citizen.get(citizen_id, ()) if week_of(visit.day) == week]
    proposed = plan.proposed_contacts.get(citizen_id)
    proof = prove(plan, citizen_id)
    left_out = tuple(row for row in plan.left_out(week) if row.citizen and row.citizen.id == citizen_id)
    return CitizenWeekView(
        team=plan.problem.name,
        week=plan.week_name(week),
        weeks=tuple(plan.week_name(one) for one in range(plan.weeks)),
        summary=citizen_row(plan, citizen_id, week),
        average_min=plan.problem.package_of(citizen_id).average_minutes,
        carers_max=citizen.carers_max,
        days=tuple(_day(plan, citizen_id, day, visits, left_out) for day in range(7 * week, 7 * week + 7)),
        visitors=_visitors(plan, citizen_id, visits, week),
        left_out=left_out,
        proposed_contact=plan.carer(proposed) if proposed and citizen.contact_carer is None else None,
        proof=proof,
        reason=None if proof is None else proof.reasons[week],
        last_day=plan.date(plan.problem.calendar.days - 1),
        carers_14=len(plan.carers_14.get(citizen_id, ())),
        drift=plan.drifts[citizen_id],
    )


def _day(
    plan: Plan, citizen_id: str, day: int, visits: list[PlacedVisit], left_out: tuple[LeftOut, ...]
) -> CitizenDay:
    problem = plan.problem
    held = {row.session_id: row.carers for row in plan.roster.sessions}
    return CitizenDay(
        when=plan.date(day),
        is_holiday=day in problem.holidays,
        visits=tuple(_visit(plan, visit) for visit in visits if visit.day == day),
        sessions=tuple(
            CitizenSession(
                clock_of(session.start_min, day),
                clock_of(session.end_min, day),
                tuple(plan.carer(one) for one in plan.needed(held.get(session.session_id, ()))),
            )
            for session in sorted(problem.sessions, key=lambda row: row.start_min)
            if session.day == day and citizen_id in session.citizens
        ),
        away=plan.absences_on(problem.absences_of_citizen.get(citizen_id, ()), day),
        gaps=tuple(
            sorted(
                (row for row in left_out if row.when == plan.date(day)), key=lambda row: row.window or (0, 0)
            )
        ),
    )


def _visit(plan: Plan, visit: PlacedVisit) -> CitizenVisit:
    need = plan.problem.need_by_id[visit.need_id]
    contact = plan.problem.citizen_by_id[need.citizen_id].contact_carer
    needed = plan.needed(visit.carers)
    return CitizenVisit(
        start_min=clock_of(visit.start_min, visit.day),
        end_min=clock_of(visit.end_min, visit.day),
        service=need.service,
        by_screen=visit.modality == "screen",
        carers=tuple(plan.carer(one) for one in needed),
        trainees=tuple(plan.carer(one) for one in plan.trainees(visit.carers)),
        agreed_min=need.agreed_start_min,
        pinned=visit.pinned,
        by_contact=None if contact is None else contact in needed,
    )


def _visitors(plan: Plan, citizen_id: str, visits: list[PlacedVisit], week: int) -> tuple[Visitor, ...]:
    """Those needed in home visits, the contact carer first, then who comes most often."""
    count = Counter(
        one for visit in visits if visit.modality != "screen" for one in plan.needed(visit.carers)
    )
    seen = _seen_before(plan, citizen_id, week)
    contact = plan.problem.citizen_by_id[citizen_id].contact_carer
    found = []
    for carer_id, number in count.items():
        carer = plan.problem.carer_by_id.get(carer_id)
        found.append(
            Visitor(
                carer=plan.carer(carer_id),
                qualification=carer.qualification if carer else None,
                visits=number,
                is_contact=carer_id == contact,
                is_substitute=carer is not None and carer.kind == "substitute",
                is_new=carer_id not in seen,
            )
        )
    return tuple(
        sorted(found, key=lambda row: (not row.is_contact, -row.visits, row.carer.name, row.carer.id))
    )


def _seen_before(plan: Plan, citizen_id: str, week: int) -> set[str]:
    first, last = 7 * week + 7 - CONTINUITY_DAYS, 7 * week
    seen = {
        row.carer_id
        for row in plan.problem.history
        if row.citizen_id == citizen_id and row.visits > 0 and first <= row.day < last
    }
    for visit in plan.visits_by_citizen.get(citizen_id, ()):
        if first <= visit.day < last and visit.modality != "screen":
            seen |= set(plan.needed(visit.carers))
    return seen
