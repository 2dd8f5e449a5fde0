"""Proven lower bounds on how many different carers a citizen meets in a week (requirement S3).

For each citizen and week the smallest set of carers that could do all the home visits that are due, if this
citizen were the team's only one: a cover of the visits by carers, with dates, common starts of two-carer
visits, visits that do not overlap and links. Every roster that places these visits uses at least that many.
Left out of account, so that the bound stays below every roster: other citizens, travel between visits of
different citizens, breaks, meetings, package minutes, caps.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from ortools.sat.python import cp_model

from scheduler.cpsat.cover import Cover, Stop, StopLink, greedy_carers, least_carers, without_spare_carers
from scheduler.due import Due, due_visits
from scheduler.eligibility import StartRange, modalities
from scheduler.problem import Need, Problem
from scheduler.reach import Reach, can_be_staffed, possible_takers
from scheduler.roster import PlacedVisit
from scheduler.travel import TravelTable

#: CP-SAT's deterministic seconds for one citizen's week; what is proven by then is the bound.
DETERMINISTIC_LIMIT = 0.5


def carers_bounds(
    problem: Problem, travel: TravelTable, open_shifts: Mapping[str, str] | None = None
) -> dict[tuple[str, int], int]:
    """By (citizen id, week): a proven lower bound on the different needed carers in the citizen's home
    visits.

    It holds for every roster that keeps the rules and places all the citizen's due home visits that somebody
    can serve. Visits that may go by screen, and those nobody can serve, are left out; a citizen-week without
    any other visit is absent. Where the visits cannot all be placed together, the bound is that of the least
    demanding of them.

    Parameters
    ----------
    problem, travel
        The team and its travel times. Pinned visits of the published roster keep their carers.
    open_shifts
        Shift id -> carer id of open shifts taken as settled. Every other open shift may be worked by whoever
        could take it.
    """
    reach = Reach(problem, travel, possible_takers(problem, open_shifts or {}))
    pins = pins_of(problem)
    groups: dict[tuple[str, int], list[Due]] = defaultdict(list)
    for due in due_visits(problem).visits:
        if modalities(problem, due) == ("home",):
            groups[due.need.citizen_id, due.week].append(due)
    found: dict[tuple[str, int], int] = {}
    for key, dues in groups.items():
        cover = cover_of(problem, reach, dues, pins)
        if cover.stops:
            found[key] = cover_bound(cover)
    return found


def mean_bound(
    bounds: Mapping[tuple[str, int], int], homes: Collection[tuple[str, int]] | None = None
) -> float | None:
    """The mean of the bounds over the citizen-weeks with a home visit; None when there are none.

    ``homes``: the citizen-weeks in which a roster has a home visit. One that needed none (its visits could
    have gone by screen) counts 1. Without ``homes`` the mean is over the citizen-weeks that have a bound.
    """
    keys = bounds.keys() if homes is None else homes
    values = [bounds.get(key, 1) for key in keys]
    return sum(values) / len(values) if values else None


def cover_bound(cover: Cover) -> int:
    """The least carers of one cover: by simple arguments where they meet, else by CP-SAT."""
    cover = without_spare_carers(cover)
    lower = least_carers(cover)
    upper = greedy_carers(cover)
    if upper == lower:
        return lower
    proven = _solve(cover, lower)
    # A covering was found: the visits fit together, and counting holds whatever the solver had time for.
    return proven if upper is None else max(proven, lower)


def pins_of(problem: Problem) -> dict[tuple[str, int], PlacedVisit]:
    """The published roster's pinned visits by (need id, day)."""
    if problem.published is None:
        return {}
    return {(row.need_id, row.day): row for row in problem.published.visits if row.pinned}


def cover_of(
    problem: Problem, reach: Reach, dues: list[Due], pins: Mapping[tuple[str, int], PlacedVisit]
) -> Cover:
    """A citizen's week as a cover: the due home visits that somebody can serve."""
    stops: list[Stop] = []
    counts: dict[str, int] = {}
    by_need: dict[str, list[Due]] = defaultdict(list)
    for due in dues:
        by_need[due.need.need_id].append(due)
    for need_id, due_of_need in by_need.items():
        need = due_of_need[0].need
        days = sorted({day for due in due_of_need for day in due.days})
        here = []
        nobodys = 0  # pinned visits in which no needed carer is met: by screen, or a trainee's alone
        for day in days:
            pin = pins.get((need_id, day))
            if pin is not None and (pin.modality == "screen" or not _needed(problem, pin)):
                nobodys += 1
                continue
            stop = _stop(problem, reach, need, day, pin)
            if stop is not None:
                here.append(stop)
        wanted = len(due_of_need) - nobodys
        if need.days is None and 0 < wanted < len(here):
            counts[need_id] = wanted
        elif wanted <= 0:
            here = []
        stops += here
    return Cover(tuple(stops), counts, _links(problem, stops))


def _needed(problem: Problem, pin: PlacedVisit) -> list[str]:
    """The carers of a pinned visit who are in the pack and no trainees."""
    known = problem.carer_by_id
    return [one for one in pin.carers if one in known and not known[one].is_trainee]


def _stop(problem: Problem, reach: Reach, need: Need, day: int, pin: PlacedVisit | None) -> Stop | None:
    """The visit on that date as a stop of the cover; None when nobody can serve it."""
    if pin is not None:
        carers = _needed(problem, pin)
        at = (StartRange(pin.start_min, pin.start_min),)
        return Stop(need.need_id, day, len(carers), pin.minutes, pin.minutes, dict.fromkeys(carers, at), True)
    ranges = reach.on(need, day)
    if not can_be_staffed(ranges, need.carers):
        return None
    return Stop(need.need_id, day, need.carers, need.minutes_min, need.minutes_max, ranges, False)


def _links(problem: Problem, stops: list[Stop]) -> tuple[StopLink, ...]:
    at = {(stop.need_id, stop.day): index for index, stop in enumerate(stops)}
    return tuple(
        StopLink(at[link.first_need, day], at[link.second_need, day], link)
        for link in problem.links
        for need_id, day in at
        if need_id == link.first_need and (link.second_need, day) in at
    )


class _Model:
    """The cover as a CP-SAT model; one method a rule."""

    def __init__(self, cover: Cover) -> None:
        self.cover = cover
        self.model = cp_model.CpModel()
        self.carers = sorted({carer_id for stop in cover.stops for carer_id in stop.ranges})
        self.met = {carer_id: self.model.new_bool_var("") for carer_id in self.carers}
        self.placed: list[Any] = [
            self.model.new_bool_var("") if stop.need_id in cover.counts and not stop.pinned else 1
            for stop in cover.stops
        ]
        self.sent = [
            {carer_id: self.model.new_bool_var("") for carer_id in stop.ranges} for stop in cover.stops
        ]
        self.visits_of_any_need()
        self.carers_of_a_visit()
        self.start = self.starts()
        self.no_overlap()
        self.links()
        self.model.minimize(sum(self.met.values()))

    def visits_of_any_need(self) -> None:
        """An "any" need has its number of visits, each on a date of its own."""
        for need_id, count in self.cover.counts.items():
            days = [
                placed
                for stop, placed in zip(self.cover.stops, self.placed, strict=True)
                if stop.need_id == need_id
            ]
            self.model.add(sum(days) == count)

    def carers_of_a_visit(self) -> None:
        """A placed visit has as many different carers as it needs; who is sent is met."""
        for stop, placed, sent in zip(self.cover.stops, self.placed, self.sent, strict=True):
            self.model.add(sum(sent.values()) == stop.carers * placed)
            for carer_id, var in sent.items():
                self.model.add_implication(var, self.met[carer_id])

    def starts(self) -> list[Any]:
        """A visit starts when every carer sent can start it; only where times can matter at all."""
        timed = self.cover.timed_stops()
        start: list[Any] = []
        for index, (stop, sent) in enumerate(zip(self.cover.stops, self.sent, strict=True)):
            if index not in timed:
                start.append(None)
                continue
            first, last = stop.start_bounds()
            var = self.model.new_int_var(first, last, "")
            for carer_id, chosen in sent.items():
                allowed = cp_model.Domain.from_intervals(
                    [[one.earliest_min, one.latest_min] for one in stop.ranges[carer_id]]
                )
                self.model.add_linear_expression_in_domain(var, allowed).only_enforce_if(chosen)
            start.append(var)
        return start

    def no_overlap(self) -> None:
        """Two visits to one citizen do not overlap."""
        pieces = [
            self.model.new_optional_fixed_size_interval_var(var, stop.minutes_min, placed, "")
            for stop, placed, var in zip(self.cover.stops, self.placed, self.start, strict=True)
            if var is not None
        ]
        if len(pieces) > 1:
            self.model.add_no_overlap(pieces)

    def links(self) -> None:
        """Linked visits keep their gap and, where asked, a carer in common, on a date that has both."""
        for link in self.cover.links:
            both = [self.placed[link.first], self.placed[link.second]]
            first, second = self.cover.stops[link.first], self.cover.stops[link.second]
            begin, follow = self.start[link.first], self.start[link.second]
            gap = link.link
            self.model.add(follow >= begin + first.minutes_min + gap.gap_min).only_enforce_if(both)
            if gap.gap_max is not None:
                self.model.add(follow <= begin + first.minutes_max + gap.gap_max).only_enforce_if(both)
            if gap.same_carer:
                common = []
                for carer_id in sorted(first.ranges.keys() & second.ranges.keys()):
                    var = self.model.new_bool_var("")
                    self.model.add_implication(var, self.sent[link.first][carer_id])
                    self.model.add_implication(var, self.sent[link.second][carer_id])
                    common.append(var)
                self.model.add(sum(common) >= 1).only_enforce_if(both)


def _solve(cover: Cover, lower: int) -> int:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False  # it would leave Ctrl-C unheard by the program afterwards
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_LIMIT
    status = solver.solve(_Model(cover).model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # Not all of them fit together, or that is not known: what holds for any one of them holds.
        return cover.least_demand()
    return max(lower, math.ceil(solver.best_objective_bound - 1e-6))
