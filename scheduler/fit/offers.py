"""The ranked places of new needs: each due visit for itself, and all visits of a need together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.desk import APART_MIN, Desk, Place
from scheduler.due import Due, due_visits
from scheduler.explain.easing import Eased
from scheduler.feasibility import Feasibility
from scheduler.fit.combine import Chosen, combined
from scheduler.fit.easing import Easing
from scheduler.fit.faces import NEW, Face, KnownFaces
from scheduler.message import ProblemError
from scheduler.pack.additions import Additions
from scheduler.problem import Need, Problem
from scheduler.roster import Roster, Unplaced
from scheduler.rules.context import RosterContext
from scheduler.rules.package_hours import PackageWeek, package_weeks
from scheduler.travel import TravelTable

#: Of the places of one due visit, this many of different carers and days are combined with those of others.
COMBINED_PLACES = 20


@dataclass(frozen=True)
class RankedPlace:
    """A place of a due visit, with how well the citizen knows each carer."""

    place: Place
    faces: tuple[Face, ...]

    @property
    def new_faces(self) -> int:
        """Carers the citizen does not know."""
        return sum(face.kind == NEW for face in self.faces)


@dataclass(frozen=True)
class VisitOffer:
    """Where one due visit can go; for an "any" need, where any of a week's visits can go (``count`` of them).

    ``places`` are the cheapest for each day and carer (or pair of carers), at hours well apart. Where there is none ``rule``
    says why, and what would help when that was asked for: ``eased`` are the smallest changes, ``other_days`` the best
    places on other days of the week.
    """

    need_id: str
    week: int
    days: tuple[int, ...]
    count: int
    places: tuple[RankedPlace, ...]
    rule: str | None = None
    eased: tuple[Eased, ...] = ()
    other_days: tuple[RankedPlace, ...] = ()


@dataclass(frozen=True)
class Combination:
    """A place for each of a need's due visits, on different days; ``missing`` visits have none.

    ``cost`` (minutes of the objective) counts a carer who comes several times as one face, and is what the places
    cost together as long as they do not stand in each other's way otherwise.
    """

    places: tuple[RankedPlace, ...]
    cost: float
    missing: int = 0

    @property
    def travel_min(self) -> int:
        """Extra travel of all places."""
        return sum(row.place.travel_min for row in self.places)

    @property
    def carers(self) -> tuple[str, ...]:
        """Everybody who comes, in order of their first visit."""
        return tuple(dict.fromkeys(carer_id for row in self.places for carer_id in row.place.carers))

    @property
    def new_faces(self) -> int:
        """Different carers the citizen does not know."""
        return len({face.carer_id for row in self.places for face in row.faces if face.kind == NEW})

    @property
    def moved(self) -> int:
        """Other visits whose start shifts."""
        return len({(one.need_id, one.day) for row in self.places for one in row.place.moved})


@dataclass(frozen=True)
class PackageWeekThen:
    """A citizen's counted minutes in a week as planned now and with the new needs, and the package's interval.

    ``then_min`` is with the new visits at their wished durations, ``shortest_min`` with them at their smallest.
    """

    citizen_id: str
    week: int
    now_min: int
    then_min: int
    shortest_min: int
    least_min: int
    most_min: int | None

    @property
    def cut_min(self) -> int:
        """Minutes by which the new visits have to be shortened to stay within the package."""
        return 0 if self.most_min is None else max(0, self.then_min - max(self.most_min, self.shortest_min))

    @property
    def above_min(self) -> int:
        """Minutes above the package even with the new visits at their smallest; 0 when within."""
        return 0 if self.most_min is None else max(0, self.shortest_min - self.most_min)


@dataclass(frozen=True)
class NeedFit:
    """One new need: its due visits and the ways to place them all, best first."""

    need: Need
    visits: tuple[VisitOffer, ...]
    combinations: tuple[Combination, ...]


@dataclass(frozen=True)
class Fit:
    """The answer, with the joined problem and the roster that lists the new visits as unplaced."""

    problem: Problem
    roster: Roster
    needs: tuple[NeedFit, ...]
    packages: tuple[PackageWeekThen, ...]
    travel: TravelTable


def fit(
    problem: Problem,
    roster: Roster,
    additions: Additions,
    *,
    limit: int = 10,
    travel: TravelTable | None = None,
    easing: bool = False,
) -> Fit:
    """Rank the places of new needs in a roster whose other visits keep their carers and order.

    Parameters
    ----------
    problem, roster
        What is planned; the needs are not yet in it.
    additions
        What is new.
    limit
        The most places a visit, and the most combinations a need is answered with.
    travel
        The travel times of the *joined* problem; its own formula and matrix when None.
    easing
        Whether to look for what would help visits that have no place at all; a second or two more, where there are any.

    Raises
    ------
    ProblemError
        A new need has no visit in the pack's weeks, or ``limit`` is not above 0.
    """
    if limit <= 0:
        raise ProblemError("{name}: {value} is not above 0", name="limit", value=limit)
    joined = additions.joined_to(problem)
    due = due_visits(replace(joined, needs=additions.needs, links=())).visits
    for need in additions.needs:
        if not any(row.need.need_id == need.need_id for row in due):
            raise ProblemError(
                "need {id}: no visit of it falls in the pack's weeks; look at its days, every_weeks, anchor_week, "
                "and the citizen's absences",
                id=need.need_id,
            )
    waiting = replace(
        roster,
        unplaced=(
            *roster.unplaced,
            *(Unplaced(row.need.need_id, row.fixed_day, row.week, "capacity") for row in due),
        ),
    )
    asked = _Asked(joined, waiting, limit, travel, easing)
    needs = tuple(asked.need(need, [row for row in due if row.need == need]) for need in additions.needs)
    packages = _packages(joined, waiting, additions.needs, asked.travel)
    return Fit(joined, waiting, needs, packages, asked.travel)


class _Asked:
    """A desk on the joined problem, and what is asked of it."""

    def __init__(
        self, problem: Problem, roster: Roster, limit: int, travel: TravelTable | None, easing: bool
    ) -> None:
        self.problem, self.roster, self.limit, self.helps = problem, roster, limit, easing
        self.travel = TravelTable(problem) if travel is None else travel
        self.desk = Desk(problem, roster, self.travel)
        self.known = KnownFaces(problem, roster)

    @cached_property
    def feasibility(self) -> Feasibility:
        """Why a visit has no place, asked only then."""
        taken = {row.shift_id: row.carer_id for row in self.roster.open_shifts}
        return Feasibility(self.problem, self.travel, taken)

    @cached_property
    def easing(self) -> Easing:
        """What would help a visit that has no place, asked only then."""
        return Easing(self.problem, self.roster, self.travel)

    def need(self, need: Need, due: list[Due]) -> NeedFit:
        """The need's due visits, each with its places, and all together."""
        offers, slots = [], []
        for week in dict.fromkeys(row.week for row in due):
            rows = [row for row in due if row.week == week]
            # The visits of an "any" need in a week are alike; those on weekdays have each their date.
            groups = [rows] if need.days is None else [[row] for row in rows]
            for group in groups:
                places = self._places(need, group[0])
                rule = None if places else self.feasibility.rule(group[0])
                days = group[0].days
                offer = VisitOffer(need.need_id, week, days, len(group), tuple(places[: self.limit]), rule)
                offers.append(offer if places or not self.helps else self._with_help(need, offer))
                slots.append((len(group), places[: max(self.limit, COMBINED_PLACES * len(days))]))
        ways = combined(self.problem, self.known, need, slots, self.limit)
        return NeedFit(need, tuple(offers), tuple(self._combination(way) for way in ways))

    def _with_help(self, need: Need, offer: VisitOffer) -> VisitOffer:
        """The offer of a visit without a place, with what would give it one."""
        others = () if need.days is None else self.easing.other_days(need, offer.days[0])
        return replace(
            offer,
            eased=self.easing.changes(need, offer.days),
            other_days=tuple(self._ranked(need, place) for place in others),
        )

    def _places(self, need: Need, due: Due) -> list[RankedPlace]:
        found = self.desk.places(need.need_id, due.fixed_day)
        rows = [place for place in found if place.day in due.days]
        return [self._ranked(need, place) for place in best_of_each(rows)]

    def _ranked(self, need: Need, place: Place) -> RankedPlace:
        return RankedPlace(place, self.known.faces(need.citizen_id, place.carers, place.day))

    def _combination(self, way: Chosen[RankedPlace]) -> Combination:
        return Combination(
            tuple(sorted(way.places, key=lambda row: row.place.start_min)), way.cost, way.missing
        )


def best_of_each(places: Iterable[Place]) -> list[Place]:
    """The cheapest place for each day and set of carers, and those at other hours of the day; cheapest first."""
    told: dict[tuple[int, frozenset[str]], list[Place]] = {}
    found = []
    for place in sorted(places, key=lambda row: (row.cost, row.start_min, row.carers)):
        others = told.setdefault((place.day, frozenset(place.carers)), [])
        if all(abs(place.start_min - one.start_min) >= APART_MIN for one in others):
            others.append(place)
            found.append(place)
    return found


def _packages(
    problem: Problem, roster: Roster, needs: Sequence[Need], travel: TravelTable
) -> tuple[PackageWeekThen, ...]:
    """The weeks of the citizens concerned, held against their packages."""
    shortest = [replace(row, minutes=row.minutes_min) for row in needs]
    wished, small = _weeks_of(problem, roster, needs, travel), _weeks_of(problem, roster, shortest, travel)
    return tuple(
        PackageWeekThen(
            row.citizen_id,
            row.week,
            row.placed_min,
            row.placed_min + row.unplaced_min,
            other.placed_min + other.unplaced_min,
            row.package.least_min(),
            row.package.most_min(),
        )
        for row, other in zip(wished, small, strict=True)
    )


def _weeks_of(
    problem: Problem, roster: Roster, needs: Sequence[Need], travel: TravelTable
) -> list[PackageWeek]:
    """The package weeks of the citizens of these needs, which stand in the place of those of the same id.

    Only their own needs and visits are looked at: an answer is wanted at once.
    """
    changed = {row.need_id: row for row in needs}
    citizens = {row.citizen_id for row in needs}
    rows = tuple(changed.get(row.need_id, row) for row in problem.needs if row.citizen_id in citizens)
    small = replace(problem, needs=rows, links=())
    theirs = replace(
        roster,
        visits=tuple(row for row in roster.visits if row.need_id in small.need_by_id),
        unplaced=tuple(row for row in roster.unplaced if row.need_id in small.need_by_id),
    )
    weeks = package_weeks(small, RosterContext(small, theirs, travel))
    return [row for row in weeks if row.citizen_id in citizens]


def packages_with(found: Fit, roster: Roster) -> tuple[PackageWeekThen, ...]:
    """The same weeks with the minutes that a roster really places."""
    needs = [row.need for row in found.needs]
    placed = {
        (row.citizen_id, row.week): row.placed_min
        for row in _weeks_of(found.problem, roster, needs, found.travel)
    }
    return tuple(
        replace(row, then_min=placed[row.citizen_id, row.week], shortest_min=placed[row.citizen_id, row.week])
        for row in found.packages
    )
