"""A proven lower bound of the objective, put together from parts that no roster can share.

Faces and what each visit costs by who makes it: citizen by citizen, the cheapest set of carers
(:mod:`scheduler.cpsat.patterns`). Travel: date by date (:mod:`scheduler.cpsat.least_travel`). Lengths and package
averages: visit by visit, the average priced along its own slope. Overtime: what the given shifts have. Waiting,
regularity, fairness, trainees and minutes from the standing roster are taken as nought. A visit that is left out costs
its price, half of it in the first part and half in the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.cpsat.cover import Stop
from scheduler.cpsat.least_travel import Place, least_travel
from scheduler.cpsat.patterns import IMPOSSIBLE, Patterns
from scheduler.due import Due
from scheduler.eligibility import StartRange, attending, modalities
from scheduler.problem import BASE, Need, Package, Problem, week_of
from scheduler.reach import Reach
from scheduler.rules.continuity import WINDOW_DAYS

#: The part of a left-out visit's price that stands with the citizen; the rest stands with the travel.
WITH_CITIZEN = 0.5


@dataclass(frozen=True)
class Part:
    """A citizen's week: its visits that are at home for certain and somebody can make, and their sets of carers."""

    citizen_id: str
    week: int
    patterns: Patterns


class LeastCost:
    """The bound of one problem.

    Parameters
    ----------
    reach, takers
        Who could serve what, and who may work which shift.
    due
        Every due visit.
    parts
        The citizen-weeks with home visits. What is due and in none of them is placed or left out at the least price.
    known
        By citizen, the carers that the history's part of the 14 days counts.
    """

    def __init__(
        self,
        problem: Problem,
        reach: Reach,
        takers: Mapping[str, Sequence[str]],
        due: Sequence[Due],
        parts: Sequence[Part],
        known: Mapping[str, frozenset[str]],
    ) -> None:
        self.problem, self.reach, self.takers = problem, reach, takers
        self.due, self.parts, self.known = due, parts, known
        self.substitutes = {one.carer_id for one in problem.carers if one.kind == "substitute"}
        self.base_carers = _base_carers(problem)
        published = problem.published
        self.pinned = {row.need_id for row in published.visits if row.pinned} if published else set()
        self.slopes = self._slopes()

    def value(self) -> float:
        """The bound; minutes of a carer's time."""
        travel = least_travel(self.problem, self.reach.travel, self.takers, self._places())
        parts = sum(self._of_part(part) for part in self.parts)
        bound = travel + parts + self._elsewhere() + self._constants()
        return max(0.0, bound - 1e-9 * abs(bound))  # sums of fractions may be a hair too high

    # Faces, and who makes each visit

    def _of_part(self, part: Part) -> float:
        """The least of a citizen's week, everything placed or something left out."""
        patterns, stops = part.patterns, part.patterns.cover.stops
        prices = np.full(patterns.able.shape, IMPOSSIBLE)
        for row, stop in enumerate(stops):
            own = self._own_price(self.problem.need_by_id[stop.need_id], stop) / stop.carers
            for column, carer_id in enumerate(patterns.carers):
                if patterns.able[row, column]:
                    prices[row, column] = own + self._price(part.citizen_id, stop, carer_id) / stop.carers
        faces = np.array([self._face(part, carer_id) for carer_id in patterns.carers])
        all_placed = patterns.cheapest(prices, faces).value
        everyone = np.arange(len(patterns.carers), dtype=np.intp)[None, :]
        placed = patterns.by_stop(prices, everyone)[:, 0]
        out = np.array([self._left_out(stop, row in patterns.fixed) for row, stop in enumerate(stops)])
        either = np.minimum(placed, out)
        least = float(either[patterns.fixed].sum())
        more = list(out[patterns.fixed] - either[patterns.fixed])
        for rows, wanted in patterns.free:
            least += float(np.sort(either[rows])[:wanted].sum())
            more += list(out[rows] - either[rows])
        return min(all_placed, least + min(more, default=0.0))

    def _left_out(self, stop: Stop, certain: bool) -> float:
        """The price with the citizen; half of it stands with the travel when the visit does (:meth:`_visit_places`)."""
        price = self.problem.weights.unplaced(self.problem.need_by_id[stop.need_id].priority)
        return WITH_CITIZEN * price if certain and not stop.pinned else price

    def _face(self, part: Part, carer_id: str) -> float:
        """What one more carer costs the citizen's week, and the 14 days at the pack's end."""
        problem, weights = self.problem, self.problem.weights
        price = weights.carer
        weeks = problem.calendar.weeks
        if weeks == 1:
            price += weights.carer_14 * (carer_id not in self.known.get(part.citizen_id, ()))
        elif part.week >= weeks - WINDOW_DAYS // 7:
            # Of two weeks' carers the different ones are at least half of both together.
            price += weights.carer_14 / 2
        return price * problem.citizen_by_id[part.citizen_id].continuity_weight

    def _price(self, citizen_id: str, stop: Stop, carer_id: str) -> float:
        """What the visit costs when this carer makes it; of two carers each brings half."""
        problem, weights = self.problem, self.problem.weights
        contact = problem.citizen_by_id[citizen_id].contact_carer
        price = weights.substitute * (carer_id in self.substitutes)
        if contact is not None and (stop.carers == 1 or contact not in stop.ranges):
            price += weights.contact * (carer_id != contact)
        planned = self.base_carers.get((stop.need_id, stop.day))
        if planned is not None:
            price += weights.base_carer * (carer_id not in planned)
        agreed = problem.need_by_id[stop.need_id].agreed_start_min
        if agreed is not None and not stop.pinned:
            price += weights.agreed * _off(stop.ranges[carer_id], stop.day * DAY_MIN + agreed)
        return price

    # Lengths and averages

    def _own_price(self, need: Need, stop: Stop | None = None) -> float:
        """The least that a placed visit costs by its length, the package's average priced along its slope."""
        weight = self.problem.weights.minutes
        citizen_id = need.citizen_id
        slope = self.slopes.get(self.problem.citizen_by_id[citizen_id].package_id, 0.0)
        carers, lengths = need.carers, (need.minutes_min, need.minutes, need.minutes_max)
        if stop is not None and stop.pinned:
            carers, lengths = stop.carers, (stop.minutes_min,) * 3
        times = _times(self.problem.package_of(citizen_id), carers) if need.counts else 0
        return min(weight * abs(length - need.minutes) + slope * times * length for length in lengths)

    def _slopes(self) -> Mapping[str, float]:
        """By package: the price of one more counted minute, along a line that lies below the average's term.

        ``|x − a| ≥ ±(x − a)``, by the side on which the wished minutes lie.
        """
        problem = self.problem
        members = self._members()
        wished: dict[str, float] = defaultdict(float)
        for due in self.due:
            package = problem.package_of(due.need.citizen_id)
            if due.need.counts:
                wished[package.package_id] += due.need.minutes * _times(package, due.need.carers)
        for session in problem.sessions:
            for citizen_id in session.citizens:
                wished[problem.citizen_by_id[citizen_id].package_id] += session.citizen_minutes()
        slopes = {}
        for package in problem.packages:
            weeks = members[package.package_id] * problem.calendar.weeks
            if package.average_minutes is not None and weeks:
                above = wished[package.package_id] / weeks >= package.average_minutes
                slopes[package.package_id] = problem.weights.average / weeks * (1 if above else -1)
        return slopes

    def _members(self) -> Mapping[str, int]:
        count: dict[str, int] = defaultdict(int)
        for citizen in self.problem.citizens:
            count[citizen.package_id] += 1
        return count

    # What stands in no citizen's home week, and what is the same in every roster

    def _elsewhere(self) -> float:
        """Visits that may go by screen, or that nobody can make, and group sessions."""
        problem, weights = self.problem, self.problem.weights
        total = 0.0
        counted = self._counted_in_parts()
        for due in self.due:
            need = due.need
            key = (need.need_id, due.week)
            if counted[key] > 0:
                counted[key] -= 1
                continue
            price = weights.unplaced(need.priority)
            stuck = need.need_id not in self.pinned and modalities(problem, due) in (("home",), ())
            total += price if stuck else min(self._own_price(need), price)
        for session in problem.sessions:
            slope = sum(
                self.slopes.get(problem.citizen_by_id[one].package_id, 0.0) for one in session.citizens
            )
            total += min(weights.unplaced_1, slope * session.citizen_minutes())
        return total

    def _counted_in_parts(self) -> dict[tuple[str, int], int]:
        """By (need id, week): how many of its due visits stand in a citizen's home week."""
        counted: dict[tuple[str, int], int] = defaultdict(int)
        for part in self.parts:
            stops = part.patterns.cover.stops
            for row in part.patterns.fixed:
                counted[stops[row].need_id, part.week] += 1
            for rows, wanted in part.patterns.free:
                counted[stops[rows[0]].need_id, part.week] += wanted
        return counted

    def _constants(self) -> float:
        """Overtime of the given shifts, carers of the history in the 14 days, and the averages' own ends."""
        problem, weights = self.problem, self.problem.weights
        total = 0.0
        norm, weeks = problem.rules.norm_weeks, problem.calendar.weeks
        minutes: dict[tuple[str, int], int] = defaultdict(int)
        for shift in problem.shifts:
            if shift.carer_id is not None:
                minutes[shift.carer_id, week_of(shift.day) // norm] += shift.minutes
        for (carer_id, period), worked in minutes.items():
            hours = problem.carer_by_id[carer_id].week_hours
            if hours is not None:
                length = min(norm, weeks - period * norm)
                total += weights.overtime * max(0.0, worked - 60 * hours * length)
        for citizen_id, carers in self.known.items():
            total += weights.carer_14 * len(carers) * problem.citizen_by_id[citizen_id].continuity_weight
        members = self._members()
        for package in problem.packages:
            slope = self.slopes.get(package.package_id)
            if slope is not None and package.average_minutes is not None:
                total -= (
                    slope * members[package.package_id] * problem.calendar.weeks * package.average_minutes
                )
        return total

    # What has a place

    def _places(self) -> Mapping[int, Sequence[Place]]:
        """By day: home visits that are placed or paid for, and all else that may stand in a round."""
        places: dict[int, list[Place]] = defaultdict(list)
        for part in self.parts:
            stops = part.patterns.cover.stops
            for row, stop in enumerate(stops):
                places[stop.day] += self._visit_places(part.citizen_id, stop, row in part.patterns.fixed)
        for need_id, citizen_id, day, carers in self._uncertain():
            places[day] += [Place(citizen_id, (need_id, day), 0.0)] * carers
        for session in self.problem.sessions:
            key = (session.session_id, session.day)
            places[session.day] += [Place(session.session_id, key, 0.0)] * session.carers
        for number, meeting in enumerate(self.problem.meetings):
            for shift in self.problem.shifts:
                who = [self.problem.carer_by_id[one] for one in self.takers.get(shift.shift_id, ())]
                if any(attending(self.problem, meeting, shift, carer) for carer in who):
                    places[meeting.day].append(Place(BASE, (f"meeting {number}", meeting.day), 0.0))
        return places

    def _visit_places(self, citizen_id: str, stop: Stop, certain: bool) -> list[Place]:
        key = (stop.need_id, stop.day)
        if stop.pinned or not certain:  # a pin may break a rule: it stands where it stands
            return [Place(citizen_id, key, 0.0)] * stop.carers
        need = self.problem.need_by_id[stop.need_id]
        starts: dict[str, tuple[int, int]] = {}
        for shift, _, one in self.reach.by_shift(need, stop.day):
            before = starts.get(shift.shift_id, (one.earliest_min, one.latest_min))
            starts[shift.shift_id] = (
                min(before[0], one.earliest_min),
                max(before[1], one.latest_min),
            )
        price = (1 - WITH_CITIZEN) * self.problem.weights.unplaced(need.priority) / stop.carers
        return [Place(citizen_id, key, price, stop.minutes_min, starts)] * stop.carers

    def _uncertain(self) -> Iterator[tuple[str, str, int, int]]:
        """Visits that may be at home or on a screen: need id, citizen id, day, carers."""
        seen = set()
        for due in self.due:
            ways = modalities(self.problem, due)
            for day in due.days:
                if "home" in ways and len(ways) > 1 and (due.need.need_id, day) not in seen:
                    seen.add((due.need.need_id, day))
                    yield due.need.need_id, due.need.citizen_id, day, due.need.carers


def _times(package: Package, carers: int) -> int:
    return carers if package.two_carers_count == "both" else 1


def _off(ranges: Sequence[StartRange], agreed_min: int) -> int:
    """Minutes between the agreed start and the nearest possible one."""
    return min(max(one.earliest_min - agreed_min, agreed_min - one.latest_min, 0) for one in ranges)


def _base_carers(problem: Problem) -> Mapping[tuple[str, int], frozenset[str]]:
    """By (need id, day of the pack): who makes the visit in the standing roster."""
    standing = problem.standing_roster
    if standing is None:
        return {}
    length = 7 * standing.weeks
    offset = (problem.calendar.first_monday - standing.first_monday).days
    by_day = {(visit.need_id, visit.day % length): visit for visit in reversed(standing.visits)}
    trainees = {carer.carer_id for carer in problem.carers if carer.is_trainee}
    found = {}
    for need_id, on_day in by_day:
        for day in range(problem.calendar.days):
            if (day + offset) % length == on_day:
                carers = by_day[need_id, on_day].carers
                found[need_id, day] = frozenset(carers) - trainees
    return found
