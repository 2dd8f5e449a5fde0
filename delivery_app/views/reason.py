"""Why a citizen's week cannot do with fewer carers, with dates and times instead of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from delivery_app.views.plan import Plan

if TYPE_CHECKING:
    from scheduler.cpsat.reasons import Reason


@dataclass(frozen=True)
class ReasonVisits:
    """Visits of one need. ``dates`` is empty for visits on days that are not fixed."""

    service: str
    window: tuple[int, int]
    dates: tuple[date, ...]


@dataclass(frozen=True)
class ReasonView:
    """A proof that fewer than ``fewest`` different carers are impossible; kinds as in the optimiser's reasons."""

    kind: str
    fewest: int
    most: int
    #: How many visits there are, those of two carers once.
    count: int
    visits: tuple[ReasonVisits, ...]
    parts: tuple[ReasonView, ...]


#: What was proven of a plan's citizens: the weeks of one are shown one after the other.
_proven: WeakKeyDictionary[Plan, dict[str, CitizenProof]] = WeakKeyDictionary()


@dataclass(frozen=True)
class CitizenProof:
    """What is proven of one citizen: the fewest different carers in the plan's last 14 days, and for each week why fewer
    than its bound are impossible (None where one carer might do)."""

    fewest_14: int
    reasons: tuple[ReasonView | None, ...]


def citizen_proof(plan: Plan, citizen_id: str) -> CitizenProof:
    """Prove it: a second for the first citizen of a large team's plan, tenths for the next."""
    known = _proven.setdefault(plan, {})
    if citizen_id not in known:
        reasons = tuple(reason_view(plan, citizen_id, week) for week in range(plan.weeks))
        known[citizen_id] = CitizenProof(plan.prover.carers_14(citizen_id), reasons)
    return known[citizen_id]


def reason_view(plan: Plan, citizen_id: str, week: int) -> ReasonView | None:
    """The reason for the bound of a citizen's week, as far as its visits are placed; None when one carer might do."""
    from scheduler.cpsat.reasons import reason_for

    cover = plan.prover.covers.get((citizen_id, week))
    reason = None if cover is None else reason_for(cover)
    return None if reason is None else _view(plan, reason)


def _view(plan: Plan, reason: Reason) -> ReasonView:
    days: dict[str, list[int]] = {}
    for need_id, day in reason.visits:
        days.setdefault(need_id, []).append(day)
    needs = plan.problem.need_by_id
    return ReasonView(
        kind=reason.kind,
        fewest=reason.fewest,
        most=reason.most,
        count=len(reason.visits),
        visits=tuple(
            ReasonVisits(
                needs[need_id].service,
                needs[need_id].start_bounds(),
                () if needs[need_id].days is None else tuple(plan.date(day) for day in sorted(of_need)),
            )
            for need_id, of_need in days.items()
        ),
        parts=tuple(_view(plan, part) for part in reason.parts),
    )
