"""What a citizen's page shows: the package, the week of needs, who comes, what people know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.services.care.keys import HomeKey, keys_of
from delivery_app.services.carers import absences_of, last_day
from delivery_app.services.citizens import CitizenLine, carers_lately, citizen_lines
from delivery_app.services.grants import GrantLine, grant_lines
from delivery_app.services.near_citizen import BarredLine, assessments_of, barred_of, relatives_of
from delivery_app.services.needs import ended_needs_of, links_of, needs_of
from delivery_app.services.team_rows import carers_by_id
from models.tables import Citizen, Need


@dataclass(frozen=True)
class NeedView:
    """A need as it stands in the week. ``days`` is None for any day."""

    need_id: UUID
    code: str
    service: str
    days: tuple[int, ...] | None
    times_per_week: int | None
    every_weeks: int
    window_start_min: int
    window_end_min: int
    agreed_start_min: int | None
    minutes_min: int
    minutes: int
    minutes_max: int
    carers: int
    qualification: str | None
    modality: str
    priority: int
    counts: bool
    on_holidays: bool
    #: When it does not hold yet.
    from_date: date | None
    until_date: date | None


@dataclass(frozen=True)
class LinkView:
    """A visit that follows another."""

    link_id: UUID
    first: NeedView
    second: NeedView
    gap_min: int
    gap_max: int | None
    same_carer: bool


@dataclass(frozen=True)
class RelativeView:
    """Somebody to ring."""

    relative_id: UUID
    name: str
    relation: str
    phone: str
    may_be_told: bool
    note: str


@dataclass(frozen=True)
class AssessmentView:
    """Whether screen visits suit. ``overdue``: it should have been looked at again by now."""

    assessed_on: date
    outcome: str
    review_on: date | None
    note: str
    overdue: bool
    by: str


@dataclass(frozen=True)
class AbsenceView:
    """A time away; the times are None for whole days."""

    absence_id: UUID
    start_date: date
    start_min: int
    last_date: date
    end_min: int
    reason: str


@dataclass(frozen=True)
class CitizenPage:
    """A citizen's page."""

    citizen_id: UUID
    line: CitizenLine
    address: str
    phone: str
    has_cpr: bool
    access_note: str
    wishes_note: str
    living_will: str
    island: str
    continuity_weight: float
    needs: tuple[NeedView, ...]
    ended: tuple[NeedView, ...]
    links: tuple[LinkView, ...]
    grants: tuple[GrantLine, ...]
    carers_14: tuple[str, ...]
    relatives: tuple[RelativeView, ...]
    assessments: tuple[AssessmentView, ...]
    barred: tuple[BarredLine, ...]
    absences: tuple[AbsenceView, ...]
    keys: tuple[HomeKey, ...]

    def on_day(self, day: int) -> list[NeedView]:
        """The needs of a weekday, the earliest first."""
        return [need for need in self.needs if need.days is not None and day in need.days]

    @property
    def any_day(self) -> list[NeedView]:
        """The needs of any day."""
        return [need for need in self.needs if need.days is None]


def citizen_page(session: Session, citizen: Citizen, today: date) -> CitizenPage:
    """Everything of one citizen."""
    ended = citizen.until_date is not None and citizen.until_date <= today
    lines = citizen_lines(session, citizen.team_id, today, ended=ended)
    needs = needs_of(session, citizen, today)
    views = {need.id: need_view(need, today) for need in needs}
    names = {row.code: row.name or row.code for row in carers_by_id(session, citizen.team_id).values()}
    seen = carers_lately(session, citizen.team_id, today).get(citizen.code, frozenset())
    return CitizenPage(
        citizen_id=citizen.id,
        line=next(line for line in lines if line.citizen_id == citizen.id),
        address=citizen.address or "",
        phone=citizen.phone or "",
        has_cpr=citizen.cpr_index is not None,
        access_note=citizen.access_note or "",
        wishes_note=citizen.wishes_note or "",
        living_will=citizen.living_will or "",
        island=citizen.island or "",
        continuity_weight=citizen.continuity_weight,
        needs=tuple(views.values()),
        ended=tuple(need_view(need, today) for need in ended_needs_of(session, citizen, today)),
        links=tuple(
            LinkView(
                link.id,
                views[link.first_need_id],
                views[link.second_need_id],
                link.gap_min,
                link.gap_max,
                link.same_carer,
            )
            for link in links_of(session, needs)
            if link.second_need_id in views
        ),
        grants=tuple(grant_lines(session, citizen, today)),
        carers_14=tuple(sorted(names.get(code, code) for code in seen)),
        relatives=tuple(
            RelativeView(row.id, row.name, row.relation, row.phone, row.may_be_told, row.note)
            for row in relatives_of(session, citizen)
        ),
        assessments=_assessments(session, citizen, today),
        barred=tuple(barred_of(session, citizen)),
        absences=absence_views(session, citizen.team_id, today, citizen_id=citizen.id),
        keys=keys_of(session, [citizen.id]).get(citizen.id, ()),
    )


def _assessments(session: Session, citizen: Citizen, today: date) -> tuple[AssessmentView, ...]:
    return tuple(
        AssessmentView(
            assessed_on=row.assessed_on,
            outcome=row.outcome,
            review_on=row.review_on,
            note=row.note,
            overdue=number == 0 and row.review_on is not None and row.review_on <= today,
            by=row.created_by,
        )
        for number, row in enumerate(assessments_of(session, citizen))
    )


def absence_views(
    session: Session,
    team_id: UUID,
    today: date,
    *,
    carer_id: UUID | None = None,
    citizen_id: UUID | None = None,
) -> tuple[AbsenceView, ...]:
    """A person's absences that are not over."""
    return tuple(
        AbsenceView(row.id, row.start_date, row.start_min, last_day(row), row.end_min, row.reason)
        for row in absences_of(session, team_id, today, carer_id=carer_id, citizen_id=citizen_id)
    )


def need_view(need: Need, today: date) -> NeedView:
    """A need as it stands in the week."""
    return NeedView(
        need_id=need.id,
        code=need.code,
        service=need.service,
        days=None if need.days is None else tuple(need.days),
        times_per_week=need.times_per_week,
        every_weeks=need.every_weeks,
        window_start_min=need.window_start_min,
        window_end_min=need.window_end_min,
        agreed_start_min=need.agreed_start_min,
        minutes_min=need.minutes_min,
        minutes=need.minutes,
        minutes_max=need.minutes_max,
        carers=need.carers,
        qualification=need.qualification,
        modality=need.modality,
        priority=need.priority,
        counts=need.counts,
        on_holidays=need.on_holidays,
        from_date=need.from_date if need.from_date > today else None,
        until_date=need.until_date,
    )
