"""What publishing a roster would mean: what it breaks, and whom it changes against the version that holds now."""

from __future__ import annotations

from dataclasses import dataclass

from delivery_app.bridge.replanning import mark, minute_at
from delivery_app.changed import Changed
from delivery_app.moment import Moment
from delivery_app.told import ahead_of, changed_between
from delivery_app.views.plan import Plan
from scheduler.evaluate import Evaluation
from scheduler.roster import Figures
from scheduler.rules import Violation


@dataclass(frozen=True)
class FigurePair:
    """A key figure as it is published now (None: nothing is) and as it would be."""

    name: str
    now: float | None
    then: float


@dataclass(frozen=True)
class Outlook:
    """What publishing would mean.

    ``broken``: hard rules it breaks, which forbid it; ``stood``: hard rules that the published version breaks just so,
    by data that were changed since; ``warned``: what is only warned of. ``changed`` is None when nothing is published
    for these weeks. ``begun``: changed visits that have begun already, which no plan can change any more.
    """

    plan: Plan
    broken: tuple[Violation, ...]
    stood: tuple[Violation, ...]
    warned: tuple[Violation, ...]
    changed: Changed | None
    begun: int
    figures: tuple[FigurePair, ...]

    @property
    def may_be_published(self) -> bool:
        """Whether no hard rule forbids it."""
        return not self.broken


#: The figures that tell two versions apart for a planner.
FIGURES = (
    "placed",
    "unplaced",
    "carers_per_citizen_mean",
    "carers_per_citizen_14d_mean",
    "contact_carer_share",
    "travel_minutes",
    "waiting_minutes",
    "overtime_minutes",
)


def outlook(plan: Plan, published: Plan | None, now: Moment) -> Outlook:
    """Hold a roster against the version of the same weeks that is published (None: nothing is, or it is this one)."""
    result = plan.evaluation
    if published is None:
        return Outlook(plan, result.hard, (), _soft(result), None, 0, _figures(None, result.figures))
    known = {mark(one) for one in published.evaluation.hard}
    now_min = minute_at(plan.problem, now)
    everything = changed_between(plan.problem, published.roster, plan.roster, now_min, plan.travel)
    changed = ahead_of(plan.problem, everything, now_min)
    return Outlook(
        plan=plan,
        broken=tuple(one for one in result.hard if mark(one) not in known),
        stood=tuple(one for one in result.hard if mark(one) in known),
        warned=_soft(result),
        changed=changed,
        begun=_visits(everything) - _visits(changed),
        figures=_figures(published.evaluation.figures, result.figures),
    )


def _visits(changed: Changed) -> int:
    return sum(len(row.visits) for row in changed.citizens)


def _soft(result: Evaluation) -> tuple[Violation, ...]:
    return tuple(one for one in result.violations if not one.hard)


def _figures(before: Figures | None, after: Figures) -> tuple[FigurePair, ...]:
    return tuple(
        FigurePair(name, None if before is None else getattr(before, name), getattr(after, name))
        for name in FIGURES
    )
