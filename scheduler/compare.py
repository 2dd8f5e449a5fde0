"""Two rosters of the same problem side by side: figures, citizens, carers (requirement S15).

Both are judged anew, so that rosters made by hand or by other programs compare as well. The first roster is what
one has, the second what one might take instead: better and worse are said of the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property

from scheduler.clock import DAY_MIN
from scheduler.evaluate import Evaluation, evaluate
from scheduler.problem import Problem, week_of
from scheduler.roster import Bounds, CitizenWeek, Figures, PlacedVisit, Roster
from scheduler.rules import RosterContext, Violation
from scheduler.travel import TravelTable

BETTER, WORSE, SAME, OTHER = "better", "worse", "same", "other"
#: Figures of which more is better; of all others less is.
MORE_IS_BETTER = frozenset({"placed", "contact_carer_share", "punctuality"})
#: Figures that are neither better nor worse when they change: what is granted is given by the packages.
NEUTRAL = frozenset({"visit_minutes"})
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
        return _clock(self.second) - _clock(self.first)


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


def compare(problem: Problem, first: Roster, second: Roster, travel: TravelTable | None = None) -> Comparison:
    """Hold two rosters of a problem against each other.

    Parameters
    ----------
    problem
        What both answer to.
    first, second
        Any rosters; their own figures are not read, only their proven bounds.
    travel
        The travel times both are judged by; the problem's own formula and matrix when None.
    """
    table = TravelTable(problem) if travel is None else travel
    sides = _Side(problem, first, table), _Side(problem, second, table)
    return Comparison(
        first=sides[0].evaluation,
        second=sides[1].evaluation,
        figures=_figures(sides[0].evaluation.figures, sides[1].evaluation.figures),
        terms=_terms(sides[0].evaluation.figures.terms, sides[1].evaluation.figures.terms),
        bounds=_bounds(first.bounds, second.bounds),
        left_out=_left_out(problem, *sides),
        citizens=_citizens(problem, *sides),
        carers=_carers(problem, *sides),
    )


class _Side:
    """One of the two rosters, judged and grouped."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable) -> None:
        self.roster = roster
        self.evaluation = evaluate(problem, roster, travel)
        self.context = RosterContext(problem, roster, travel)

    @cached_property
    def weeks(self) -> dict[tuple[str, int], CitizenWeek]:
        return {(row.citizen_id, row.week): row for row in self.evaluation.citizens}

    @cached_property
    def visits(self) -> dict[tuple[str, int], list[PlacedVisit]]:
        """Placed visits of a need in a week, by date."""
        found: dict[tuple[str, int], list[PlacedVisit]] = defaultdict(list)
        for visit in sorted(self.roster.visits, key=lambda row: (row.day, row.start_min)):
            found[visit.need_id, week_of(visit.day)].append(visit)
        return dict(found)

    @cached_property
    def unplaced(self) -> dict[tuple[str, int], list[int]]:
        """Priorities of what a citizen's week lacks."""
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for due in self.context.matching.unplaced:
            found[due.need.citizen_id, due.week].append(due.need.priority)
        return dict(found)

    @cached_property
    def left_out(self) -> dict[tuple[str, int, int | None, int], str]:
        """The rule by need or session, week, date and a running number (of an "any" need's several)."""
        found: dict[tuple[str, int, int | None, int], str] = {}
        for row in self.roster.unplaced:
            number = 0
            while (key := (row.need_id, row.week, row.day, number)) in found:
                number += 1
            found[key] = row.rule
        return found

    def people(self, needs: Iterable[str], week: int) -> list[str]:
        """Everybody needed in these needs' visits of a week, in order of their ids."""
        visits = (visit for need_id in needs for visit in self.visits.get((need_id, week), ()))
        return sorted({carer_id for visit in visits for carer_id in self.needed(visit)})

    def needed(self, visit: PlacedVisit | None) -> tuple[str, ...]:
        """The visit's people without trainees."""
        people = () if visit is None else dict.fromkeys(visit.carers)
        return tuple(carer_id for carer_id in people if not self.context.is_trainee(carer_id))


def _clock(visit: PlacedVisit) -> int:
    return visit.start_min - visit.day * DAY_MIN


def _figures(first: Figures, second: Figures) -> tuple[Pair, ...]:
    def direction(name: str) -> bool | None:
        return None if name in NEUTRAL else name in MORE_IS_BETTER

    names = [row.name for row in fields(Figures) if row.name != "terms"]
    return tuple(Pair(name, getattr(first, name), getattr(second, name), direction(name)) for name in names)


def _terms(first: Mapping[str, float], second: Mapping[str, float]) -> tuple[Pair, ...]:
    rows = [
        Pair(name, first.get(name, 0.0), second.get(name, 0.0)) for name in dict.fromkeys([*first, *second])
    ]
    return tuple(sorted(rows, key=lambda row: -abs(row.difference or 0.0)))


def _bounds(first: Bounds, second: Bounds) -> tuple[Pair, ...]:
    """Proven bounds: neither is better, for they tell of the problem and of how hard one looked."""
    return tuple(
        Pair(row.name, getattr(first, row.name), getattr(second, row.name), None) for row in fields(Bounds)
    )


def _left_out(problem: Problem, first: _Side, second: _Side) -> tuple[LeftOut, ...]:
    rows = []
    for need_id, week, day, number in {**first.left_out, **second.left_out}:
        key = (need_id, week, day, number)
        need = problem.need_by_id.get(need_id)
        rows.append(
            LeftOut(
                need_id,
                None if need is None else need.citizen_id,
                week,
                day,
                # A session nobody holds is priced as a visit that must be placed.
                1 if need is None else need.priority,
                first.left_out.get(key),
                second.left_out.get(key),
            )
        )
    return tuple(
        sorted(
            rows, key=lambda row: (row.priority, row.week, -1 if row.day is None else row.day, row.need_id)
        )
    )


def _citizens(problem: Problem, first: _Side, second: _Side) -> tuple[CitizenChange, ...]:
    rows = []
    for citizen in problem.citizens:
        for week in range(problem.calendar.weeks):
            rows.append(_citizen_change(problem, first, second, citizen.citizen_id, week))
    return tuple(sorted(rows, key=_worst_first))


def _worst_first(row: CitizenChange) -> tuple[float | str, ...]:
    return (
        -row.unplaced_price,
        -(row.carers.difference or 0),
        -len(row.came),
        -row.with_other_carers,
        -abs(row.moved_most_min),
        not row.differs,
        row.week,
        row.citizen_id,
    )


def _citizen_change(
    problem: Problem, first: _Side, second: _Side, citizen_id: str, week: int
) -> CitizenChange:
    key = (citizen_id, week)
    ours, theirs = first.weeks.get(key), second.weeks.get(key)
    lacking = first.unplaced.get(key, []), second.unplaced.get(key, [])
    price = [sum(problem.weights.unplaced(priority) for priority in rows) for rows in lacking]
    needs = [need.need_id for need in problem.needs_of[citizen_id]]
    gone, came = _without(first.people(needs, week), second.people(needs, week))
    changes = [change for need_id in needs for change in _visit_changes(first, second, need_id, week)]
    return CitizenChange(
        citizen_id,
        week,
        carers=Pair("carers", ours.carers if ours else 0, theirs.carers if theirs else 0),
        minutes=Pair("minutes", ours.minutes if ours else 0, theirs.minutes if theirs else 0, None),
        unplaced=Pair("unplaced", len(lacking[0]), len(lacking[1])),
        unplaced_price=price[1] - price[0],
        gone=gone,
        came=came,
        visits=tuple(sorted(changes, key=_when)),
    )


def _visit_changes(first: _Side, second: _Side, need_id: str, week: int) -> list[VisitChange]:
    """The need's visits of a week that are not the same in both."""
    found = []
    for before, after in matched(
        first.visits.get((need_id, week), []), second.visits.get((need_id, week), [])
    ):
        gone, came = _without(first.needed(before), second.needed(after))
        if before is None or after is None or gone or came or _placed_otherwise(before, after):
            found.append(VisitChange(need_id, before, after, gone, came))
    return found


def _when(row: VisitChange) -> tuple[int, str]:
    visit = row.second or row.first
    return (0 if visit is None else visit.start_min), row.need_id


def _without(first: Iterable[str], second: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ours, theirs = list(first), list(second)
    return tuple(one for one in ours if one not in theirs), tuple(one for one in theirs if one not in ours)


def _placed_otherwise(before: PlacedVisit, after: PlacedVisit) -> bool:
    def place(visit: PlacedVisit) -> tuple[int, int, int, str]:
        return visit.day, visit.start_min, visit.end_min, visit.modality

    return place(before) != place(after)


def matched(
    first: Iterable[PlacedVisit], second: Iterable[PlacedVisit]
) -> list[tuple[PlacedVisit | None, PlacedVisit | None]]:
    """One need's visits of a week in two rosters, those of the same date together, the others in their order."""
    ours, theirs = list(first), list(second)
    pairs: list[tuple[PlacedVisit | None, PlacedVisit | None]] = []
    for before in list(ours):
        after = next((row for row in theirs if row.day == before.day), None)
        if after is not None:
            pairs.append((before, after))
            ours.remove(before)
            theirs.remove(after)
    for number in range(max(len(ours), len(theirs))):
        pairs.append(
            (
                ours[number] if number < len(ours) else None,
                theirs[number] if number < len(theirs) else None,
            )
        )
    return pairs


def _carers(problem: Problem, first: _Side, second: _Side) -> tuple[CarerChange, ...]:
    totals = _carer_totals(first), _carer_totals(second)
    rows = []
    for carer in problem.carers:
        ours, theirs = (side[carer.carer_id] for side in totals)
        pairs = {
            name: Pair(name, ours[name], theirs[name], more_is_better)
            for name, more_is_better in _CARER_FIGURES.items()
        }
        rows.append(CarerChange(carer.carer_id, **pairs))
    return tuple(sorted(rows, key=lambda row: (-(row.travel.difference or 0), row.carer_id)))


#: What is told of a carer: more of it is neither better nor worse (None), or worse (False).
_CARER_FIGURES: Mapping[str, bool | None] = {
    "visits": None,
    "load": None,
    "travel": False,
    "waiting": False,
    "shift": None,
}


def _carer_totals(side: _Side) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day in side.context.shift_days.values():
        if day.carer is None:
            continue
        total = found[day.carer.carer_id]
        total["visits"] += sum(stop.visit is not None for stop in day.stops)
        total["load"] += day.load_min
        total["travel"] += day.travel_min
        total["waiting"] += day.waiting_min
        total["shift"] += day.shift.minutes
    return found
