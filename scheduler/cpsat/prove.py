"""Everything that is proven of a team's roster before it is known, and what of it holds for one roster.

The proofs hold whoever takes the open shifts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from scheduler.cpsat.bounds import cover_bound, cover_of, pins_of
from scheduler.cpsat.capacity import capacity
from scheduler.cpsat.cover import Cover, Stop, StopLink
from scheduler.cpsat.joint import JointBound
from scheduler.cpsat.least_cost import LeastCost, Part
from scheduler.cpsat.patterns import Patterns
from scheduler.due import Due, due_visits
from scheduler.eligibility import modalities
from scheduler.feasibility import CAPACITY
from scheduler.problem import Problem, week_of
from scheduler.reach import Reach, possible_takers
from scheduler.roster import Bounds, Roster, Unplaced
from scheduler.rules.continuity import WINDOW_DAYS
from scheduler.steering import aimed
from scheduler.travel import TravelTable

#: A citizen's week.
Key = tuple[str, int]


@dataclass(frozen=True)
class Proof:
    """Lower bounds; each holds for every roster that keeps the rules and places what somebody can serve.

    ``carers`` by citizen and week: different carers at home. ``together``: their sum over all of these, which may be
    more than the sum of them. ``carers_14`` by citizen: different carers in the pack's last 14 days, those of the
    history included. ``objective`` holds for rosters that leave visits out, too. None: there was no time for it.
    """

    carers: Mapping[Key, int]
    carers_14: Mapping[str, int] | None = None
    objective: float | None = None
    together: int | None = None


class Prover:
    """The proofs of one problem, each when it is asked for.

    Parameters
    ----------
    left_out
        Visits that are known to have no place; what is proven of carers then holds for rosters that place the rest.
    """

    def __init__(self, problem: Problem, travel: TravelTable, left_out: Collection[Unplaced] = ()) -> None:
        self.problem = problem
        self.takers = possible_takers(problem, {})
        self.reach = Reach(problem, travel, self.takers)
        self.due = _without(due_visits(problem).visits, left_out)
        pins = pins_of(problem)
        groups: dict[Key, list[Due]] = defaultdict(list)
        for due in self.due:
            if modalities(problem, due) == ("home",):
                groups[due.need.citizen_id, due.week].append(due)
        covers = {key: cover_of(problem, self.reach, dues, pins) for key, dues in groups.items()}
        self.covers: dict[Key, Cover] = {key: cover for key, cover in covers.items() if cover.stops}

    def everything(self, more: Callable[[], bool] = lambda: True) -> Proof:
        """All proofs, the citizens' first, the dearest last, as long as ``more`` says that there is time."""
        proof = Proof({key: cover_bound(cover) for key, cover in self.covers.items()})
        if more():
            citizens = [citizen.citizen_id for citizen in self.problem.citizens]
            proof = replace(proof, carers_14={one: self.carers_14(one) for one in citizens})
        if more():
            parts = [Part(*key, Patterns(cover, proof.carers[key])) for key, cover in self.covers.items()]
            known = known_before(self.problem)
            least = LeastCost(aimed(self.problem), self.reach, self.takers, self.due, parts, known)
            proof = replace(proof, objective=least.value())
            if more():
                proof = replace(proof, together=self._together(parts))
        return proof

    def carers(self, citizen_id: str, week: int) -> int | None:
        """The citizen's least number of different carers in that week; None without a home visit somebody can make."""
        cover = self.covers.get((citizen_id, week))
        return None if cover is None else cover_bound(cover)

    def carers_14(self, citizen_id: str) -> int:
        """The citizen's least number of different carers in the pack's last 14 days, those of the history included."""
        known = known_before(self.problem).get(citizen_id, frozenset())
        weeks = self.problem.calendar.weeks
        last = [
            self.covers[citizen_id, week]
            for week in range(max(0, weeks - WINDOW_DAYS // 7), weeks)
            if (citizen_id, week) in self.covers
        ]
        rest = without_known(joined(last), known)
        return len(known) + (cover_bound(rest) if rest.stops else 0)

    def _together(self, parts: list[Part]) -> int:
        rows = capacity(
            self.problem,
            self.reach,
            [(part.citizen_id, part.patterns.cover, part.patterns.carers) for part in parts],
            self.takers,
        )
        joint = JointBound([part.patterns for part in parts], rows).best()
        return math.ceil(joint.value - 1e-6)


def known_before(problem: Problem) -> dict[str, frozenset[str]]:
    """By citizen: the carers of the history who fall into the pack's last 14 days."""
    first = problem.calendar.days - WINDOW_DAYS
    visits: Counter[tuple[str, str]] = Counter()
    for row in problem.history:
        if first <= row.day < 0:
            visits[row.citizen_id, row.carer_id] += row.visits
    found: dict[str, set[str]] = defaultdict(set)
    for (citizen_id, carer_id), count in visits.items():
        if count > 0:
            found[citizen_id].add(carer_id)
    return {citizen_id: frozenset(carers) for citizen_id, carers in found.items()}


def joined(covers: list[Cover]) -> Cover:
    """Several weeks of one citizen as one cover."""
    if len(covers) == 1:
        return covers[0]
    stops: list[Stop] = []
    counts: dict[str, int] = {}
    links: list[StopLink] = []
    for week, cover in enumerate(covers):
        # An "any" need has its own number of visits in each week.
        names = {need_id: f"{need_id} {week}" for need_id in cover.counts}
        links += [StopLink(len(stops) + one.first, len(stops) + one.second, one.link) for one in cover.links]
        stops += [replace(stop, need_id=names.get(stop.need_id, stop.need_id)) for stop in cover.stops]
        counts |= {names[need_id]: count for need_id, count in cover.counts.items()}
    return Cover(tuple(stops), counts, tuple(links))


def without_known(cover: Cover, known: frozenset[str]) -> Cover:
    """What of a cover asks for carers who are not yet known: the others are as if at hand on all dates."""
    counts = dict(cover.counts)
    at: dict[int, int] = {}
    stops: list[Stop] = []
    for index, stop in enumerate(cover.stops):
        wanting = stop.carers - len(known & stop.ranges.keys())
        if wanting > 0:
            at[index] = len(stops)
            ranges = {one: starts for one, starts in stop.ranges.items() if one not in known}
            stops.append(replace(stop, carers=wanting, ranges=ranges))
        elif stop.need_id in counts:
            counts[stop.need_id] -= 1
    spared = {need_id for need_id, count in counts.items() if count <= 0}
    kept = [index for index in at if cover.stops[index].need_id not in spared or cover.stops[index].pinned]
    place = {index: number for number, index in enumerate(kept)}
    links = tuple(
        StopLink(place[one.first], place[one.second], replace(one.link, same_carer=False))
        for one in cover.links
        if one.first in place and one.second in place
    )
    return Cover(
        tuple(stops[at[index]] for index in kept),
        {need_id: count for need_id, count in counts.items() if count > 0},
        links,
    )


def _without(due: Collection[Due], left_out: Collection[Unplaced]) -> tuple[Due, ...]:
    gone = Counter((row.need_id, row.week, row.day) for row in left_out)
    kept = []
    for one in due:
        key = (one.need.need_id, one.week, one.fixed_day)
        if gone[key] > 0:
            gone[key] -= 1
        else:
            kept.append(one)
    return tuple(kept)


def with_bounds(problem: Problem, travel: TravelTable, roster: Roster, proof: Proof) -> Roster:
    """The judged roster with what is proven of it. Where visits are left out, the citizens' bounds are those of rosters
    that place the others."""
    placed = _for_what_is_placed(problem, travel, roster, proof)
    carers = placed.carers
    homes = {(visit.citizen_id, week_of(visit.day)) for visit in roster.visits if visit.modality == "home"}
    mean = mean_14 = None
    if homes:
        at_home = sum(bound for key, bound in carers.items() if key in homes)
        if placed.together is not None and carers.keys() <= homes:
            at_home = max(at_home, placed.together)
        # A home that is visited has one carer at least, whatever could be proven.
        mean = (at_home + len(homes - carers.keys())) / len(homes)
        if placed.carers_14 is not None:
            visited = {citizen_id for citizen_id, _ in homes}
            mean_14 = sum(placed.carers_14.get(one, 0) for one in visited) / len(visited)
    return replace(
        roster,
        unplaced=tuple(_explained(problem, row, proof) for row in roster.unplaced),
        citizens=tuple(
            replace(row, carers_bound=carers.get((row.citizen_id, row.week))) for row in roster.citizens
        ),
        bounds=Bounds(mean, proof.objective, mean_14),
    )


def _explained(problem: Problem, row: Unplaced, proof: Proof) -> Unplaced:
    """A visit for which there was no room, with the citizen's cap as its rule where that is proven to be too low for
    all of the week's visits."""
    need = problem.need_by_id.get(row.need_id)
    if row.rule != CAPACITY or need is None:
        return row
    cap = problem.citizen_by_id[need.citizen_id].carers_max
    fewest = proof.carers.get((need.citizen_id, row.week))
    return row if cap is None or fewest is None or fewest <= cap else replace(row, rule="carers_max")


def _for_what_is_placed(problem: Problem, travel: TravelTable, roster: Roster, proof: Proof) -> Proof:
    """The proof without the visits that the roster leaves out."""
    needs = problem.need_by_id
    citizens = {needs[row.need_id].citizen_id for row in roster.unplaced if row.need_id in needs}
    if not citizens:
        return proof
    fewer = Prover(problem, travel, roster.unplaced)
    carers = {
        key: bound
        for key, full in proof.carers.items()
        if (bound := fewer.carers(*key) if key[0] in citizens else full) is not None
    }
    carers_14 = None
    if proof.carers_14 is not None:
        carers_14 = {
            one: fewer.carers_14(one) if one in citizens else full for one, full in proof.carers_14.items()
        }
    # The sum for the team counts on visits that are not there.
    return Proof(carers, carers_14, proof.objective, None)
