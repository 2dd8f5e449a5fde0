"""Holding two rosters of a problem against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cached_property

from scheduler.compare.rows import (
    CarerChange,
    CitizenChange,
    Comparison,
    LeftOut,
    Pair,
    VisitChange,
)
from scheduler.evaluate import evaluate
from scheduler.problem import Problem, week_of
from scheduler.roster import Bounds, CitizenWeek, Figures, PlacedVisit, Roster
from scheduler.rules import RosterContext
from scheduler.travel import TravelTable

#: Figures of which more is better; of all others less is.
MORE_IS_BETTER = frozenset({"placed", "contact_carer_share", "punctuality"})
#: Figures that are neither better nor worse when they change: what is granted is given by the packages.
NEUTRAL = frozenset({"visit_minutes"})


def compare(problem: Problem, first: Roster, second: Roster, travel: TravelTable | None = None) -> Comparison:
    """Hold two rosters of a problem against each other.

    Parameters
    ----------
    problem
        What both answer to.
    first, second
        Any rosters. Of what stands in them only proven bounds are read, and figures that the judge does not work out.
    travel
        The travel times both are judged by; the problem's own formula and matrix when None.
    """
    table = TravelTable(problem) if travel is None else travel
    sides = _Side(problem, first, table), _Side(problem, second, table)
    return Comparison(
        first=sides[0].evaluation,
        second=sides[1].evaluation,
        figures=_figures(*sides),
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


def _figures(first: _Side, second: _Side) -> tuple[Pair, ...]:
    def value(side: _Side, name: str) -> float | None:
        judged: float | None = getattr(side.evaluation.figures, name)
        # What a judge cannot see, such as the share of a simulation, is the roster's own word.
        own: float | None = getattr(side.roster.figures, name)
        return own if judged is None else judged

    names = [row.name for row in fields(Figures) if row.name != "terms"]
    return tuple(
        Pair(
            name, value(first, name), value(second, name), None if name in NEUTRAL else name in MORE_IS_BETTER
        )
        for name in names
    )


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
