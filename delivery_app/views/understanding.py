"""What a roster comes to for its citizens: carers against what is proven, 14 days, minutes against the package."""

from __future__ import annotations

from dataclasses import dataclass

from delivery_app.views.plan import LeftOut, Person, Plan
from delivery_app.views.week import CitizenRow, citizen_row
from scheduler.roster import Bounds, Figures
from scheduler.rules import Violation


@dataclass(frozen=True)
class CitizenLine:
    """A citizen's week: who comes how often, how many of them were needed, and the minutes.

    ``comers``: carers with their home visits, most first. ``drift_min``: mean of the last four weeks against the
    package's average; None without one.
    """

    row: CitizenRow
    comers: tuple[tuple[Person, int], ...]
    carers_14: int
    average_min: int | None
    drift_min: float | None
    carers_max: int | None

    @property
    def gap(self) -> int | None:
        """Carers more than proven to be needed; None where nothing was proven."""
        return None if self.row.carers_bound is None else max(0, self.row.carers - self.row.carers_bound)


@dataclass(frozen=True)
class UnderstandView:
    """A week of a roster explained."""

    week: str
    weeks: tuple[str, ...]
    week_number: int
    figures: Figures
    bounds: Bounds
    left_out: tuple[LeftOut, ...]
    citizens: tuple[CitizenLine, ...]
    violations: tuple[Violation, ...]
    warnings: tuple[Violation, ...]
    #: The price by its parts, the dearest first.
    terms: tuple[tuple[str, float], ...]


def understand_view(plan: Plan, week: int = 0) -> UnderstandView:
    """Week 0, 1, … of a plan; citizens with most carers more than needed first."""
    hard = set(map(id, plan.evaluation.hard))
    lines = [_line(plan, citizen.citizen_id, week) for citizen in plan.problem.citizens]
    lines.sort(key=lambda one: (-(one.gap or 0), -one.row.carers, one.row.citizen.name))
    terms = plan.roster.figures.terms
    return UnderstandView(
        week=plan.week_name(week),
        weeks=tuple(plan.week_name(one) for one in range(plan.weeks)),
        week_number=week,
        figures=plan.roster.figures,
        bounds=plan.roster.bounds,
        left_out=tuple(plan.left_out(week)),
        citizens=tuple(lines),
        violations=plan.evaluation.hard,
        warnings=tuple(row for row in plan.evaluation.violations if id(row) not in hard),
        terms=tuple(
            (key, value) for key, value in sorted(terms.items(), key=lambda item: -item[1]) if value >= 0.5
        ),
    )


def _line(plan: Plan, citizen_id: str, week: int) -> CitizenLine:
    visits: dict[str, int] = {}
    for visit in plan.visits_by_citizen.get(citizen_id, ()):
        if visit.day // 7 == week and visit.modality != "screen":
            for carer_id in plan.needed(visit.carers):
                visits[carer_id] = visits.get(carer_id, 0) + 1
    drift = plan.drifts[citizen_id].short
    return CitizenLine(
        row=citizen_row(plan, citizen_id, week),
        comers=tuple(
            (plan.carer(one), count)
            for one, count in sorted(visits.items(), key=lambda item: (-item[1], item[0]))
        ),
        carers_14=len(plan.carers_14.get(citizen_id, ())),
        average_min=plan.problem.package_of(citizen_id).average_minutes,
        drift_min=None if drift is None else drift.drift_min,
        carers_max=plan.problem.citizen_by_id[citizen_id].carers_max,
    )
