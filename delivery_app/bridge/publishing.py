"""What publishing a roster would mean: what it breaks, and whom it changes against the version that holds now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.changed import Changed
from delivery_app.bridge.moment import Moment
from delivery_app.bridge.replanning import mark, minute_at
from delivery_app.bridge.rosters import published_roster, roster_from
from delivery_app.bridge.stored import Stored, stored
from delivery_app.bridge.told import ahead_of, changed_between
from models.tables import Roster
from scheduler.evaluate import Evaluation, evaluate
from scheduler.message import Message
from scheduler.roster import Figures
from scheduler.rules import Violation
from scheduler.travel import TravelTable


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

    stored: Stored
    evaluation: Evaluation
    travel: TravelTable
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

    @property
    def first_broken(self) -> Message | None:
        """The first hard rule that forbids it, as a sentence."""
        return self.broken[0].message if self.broken else None


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


def outlook(session: Session, roster_id: UUID, now: Moment) -> Outlook:
    """Judge a roster of weeks, and hold it against the published version of the same weeks.

    Raises
    ------
    MissingRowError
        There is no such roster.
    BridgeError, scheduler.message.ProblemError
        The published roster is of other weeks too, or the team's data cannot be planned by.
    """
    found = stored(session, roster_id)
    problem, roster = found.problem, found.roster
    travel = TravelTable(problem)
    result = evaluate(problem, roster, travel)
    row = session.get_one(Roster, roster_id)
    published = published_roster(session, row.team_id, row.first_monday, row.weeks)
    if published is None or published.id == roster_id:
        return Outlook(
            found, result, travel, result.hard, (), _soft(result), None, 0, _figures(None, result.figures)
        )
    before = roster_from(session, published.id)
    free = replace(problem, published=None)
    held = evaluate(free, before, travel)
    known = {mark(one) for one in held.hard}
    now_min = minute_at(problem, now)
    everything = changed_between(free, before, roster, now_min, travel)
    changed = ahead_of(free, everything, now_min)
    return Outlook(
        stored=found,
        evaluation=result,
        travel=travel,
        broken=tuple(one for one in result.hard if mark(one) not in known),
        stood=tuple(one for one in result.hard if mark(one) in known),
        warned=_soft(result),
        changed=changed,
        begun=_visits(everything) - _visits(changed),
        figures=_figures(held.figures, result.figures),
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
