"""What is told of two rosters side by side: pairs of figures, and what changes for citizens, visits and carers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scheduler.clock import DAY_MIN
from scheduler.evaluate import Evaluation
from scheduler.roster import PlacedVisit
from scheduler.rules import Violation

BETTER, WORSE, SAME, OTHER = "better", "worse", "same", "other"
#: Smaller differences are rounding.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Pair:
    """One figure of both rosters; None where a roster has none. ``verdict`` is of the second."""

    name: str
    first: float | None
    second: float | None
    more_is_better: bool | None = False

    @property
    def difference(self) -> float | None:
        """Second less first; None where either is unknown."""
        return None if self.first is None or self.second is None else self.second - self.first

    @property
    def verdict(self) -> str:
        """``better``, ``worse``, ``same``, or ``other``: different, or not comparable."""
        difference = self.difference
        if difference is None:
            return SAME if self.first is self.second else OTHER
        if abs(difference) <= TOLERANCE:
            return SAME
        if self.more_is_better is None:
            return OTHER
        return BETTER if (difference > 0) == self.more_is_better else WORSE


@dataclass(frozen=True)
class VisitChange:
    """One due visit that the rosters place otherwise; None where a roster does not place it."""

    need_id: str
    first: PlacedVisit | None
    second: PlacedVisit | None
    #: Needed carers who come in the first roster only, and in the second only.
    gone: tuple[str, ...]
    came: tuple[str, ...]

    @property
    def other_day(self) -> bool:
        """Whether it falls on another date."""
        return self.first is not None and self.second is not None and self.first.day != self.second.day

    @property
    def moved_min(self) -> int:
        """By how many minutes its clock time moves, later being positive; 0 where a roster does not place it."""
        if self.first is None or self.second is None:
            return 0
        return clock_of(self.second) - clock_of(self.first)


@dataclass(frozen=True)
class CitizenChange:
    """What a citizen gets in a week by each roster."""

    citizen_id: str
    week: int
    carers: Pair
    minutes: Pair
    unplaced: Pair
    #: The price of what the second leaves out more than the first, by the pack's priorities.
    unplaced_price: float
    #: Carers who come in the week by the first roster only, and by the second only.
    gone: tuple[str, ...]
    came: tuple[str, ...]
    visits: tuple[VisitChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is different for the citizen."""
        return bool(self.visits) or self.minutes.verdict != SAME or self.unplaced.verdict != SAME

    @property
    def with_other_carers(self) -> int:
        """Visits placed by both to which somebody else comes."""
        return sum(bool(row.gone or row.came) for row in self.visits if row.first and row.second)

    @property
    def moved_most_min(self) -> int:
        """The move of a visit by the most minutes; 0 when none moves."""
        return max((row.moved_min for row in self.visits), key=abs, default=0)

    @property
    def moved(self) -> int:
        """Visits placed by both at another time or on another day."""
        return sum(row.other_day or row.moved_min != 0 for row in self.visits)


@dataclass(frozen=True)
class CarerChange:
    """What a carer does in the pack's weeks by each roster; minutes."""

    carer_id: str
    visits: Pair
    load: Pair
    travel: Pair
    waiting: Pair
    shift: Pair

    @property
    def differs(self) -> bool:
        """Whether any of it is different."""
        rows = (self.visits, self.load, self.travel, self.waiting, self.shift)
        return any(row.verdict != SAME for row in rows)


@dataclass(frozen=True)
class LeftOut:
    """A visit or session that is due and has no place in at least one of the rosters. ``day`` None: any day.

    ``first`` and ``second`` are the rules that stop it, None where it has a place.
    """

    need_id: str
    citizen_id: str | None
    week: int
    day: int | None
    priority: int
    first: str | None
    second: str | None


@dataclass(frozen=True)
class Comparison:
    """Two rosters of one problem, side by side. All citizens and carers are here, worst for the second first."""

    first: Evaluation
    second: Evaluation
    figures: tuple[Pair, ...]
    terms: tuple[Pair, ...]
    bounds: tuple[Pair, ...]
    left_out: tuple[LeftOut, ...]
    citizens: tuple[CitizenChange, ...]
    carers: tuple[CarerChange, ...]

    @cached_property
    def hard(self) -> tuple[tuple[Violation, ...], tuple[Violation, ...]]:
        """The hard rules each roster breaks."""
        return self.first.hard, self.second.hard

    @property
    def same(self) -> bool:
        """Whether nothing at all differs."""
        pairs = (*self.figures, *self.terms)
        return not (
            any(row.verdict != SAME for row in pairs)
            or any(row.differs for row in self.citizens)
            or any(row.differs for row in self.carers)
            or any(row.first != row.second for row in self.left_out)
        )


def clock_of(visit: PlacedVisit) -> int:
    """Its start in minutes after midnight of its date."""
    return visit.start_min - visit.day * DAY_MIN
