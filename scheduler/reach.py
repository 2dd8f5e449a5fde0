"""Which carers reach a visit on a date, and when they could start it: the ground of proofs and checks.

One answer per need and date, made of :func:`scheduler.eligibility.start_range` for every shift of that date.
Nothing else in the shift is looked at, so the answer is never too narrow: who is not in it cannot serve the
visit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.eligibility import StartRange, carer_obstacle, start_range
from scheduler.problem import Carer, Need, Problem, Shift, week_of
from scheduler.travel import TravelTable
from scheduler.working_days import lawful

#: By carer id: the ranges in which that carer could start a visit, one for each shift that allows it.
Ranges = Mapping[str, tuple[StartRange, ...]]


class Reach:
    """Answers who could serve a need on a date; each question is worked out once.

    Parameters
    ----------
    problem, travel
        The team and its travel times.
    takers
        For each shift (by id) the ids of the carers who may be the one working it. Shifts left out are worked
        by nobody.
    """

    def __init__(self, problem: Problem, travel: TravelTable, takers: Mapping[str, Sequence[str]]) -> None:
        self.problem = problem
        # A round may be quicker by way of another place where matrix.csv says so; a proof has to allow for
        # that.
        self.travel = travel.shortest_chains()
        self._shifts_of_day: dict[int, list[tuple[Shift, list[Carer]]]] = defaultdict(list)
        for shift in problem.shifts:
            carers = [problem.carer_by_id[carer_id] for carer_id in takers.get(shift.shift_id, ())]
            if carers:
                self._shifts_of_day[shift.day].append((shift, carers))
        self._answers: dict[tuple[str, int, bool], Ranges] = {}
        self._willing: dict[str, frozenset[str]] = {}

    def on(self, need: Need, day: int, *, screen: bool = False) -> Ranges:
        """The carers who could do the need on that day, at home or by ``screen``, and when they could
        start."""
        key = (need.need_id, day, screen)
        if key not in self._answers:
            self._answers[key] = self._work_out(need, day, screen)
        return self._answers[key]

    def by_shift(
        self, need: Need, day: int, *, screen: bool = False
    ) -> Iterator[tuple[Shift, Carer, StartRange]]:
        """Each (shift, carer) that could do the need on that day, with the range of starts."""
        due = Due(need, week_of(day), 0, (day,))
        willing = self._willing_carers(due)
        for shift, carers in self._shifts_of_day.get(day, ()):
            by_mode: dict[str, StartRange | None] = {}
            for carer in carers:
                if carer.carer_id not in willing:
                    continue
                if self._taken_up_on(carer, day):
                    found = start_range(self.problem, self.travel, due, day, shift, carer, screen=screen)
                else:
                    # Carers with the same mode and nothing else on differ in nothing that start_range looks at.
                    if carer.mode not in by_mode:
                        by_mode[carer.mode] = start_range(
                            self.problem, self.travel, due, day, shift, carer, screen=screen
                        )
                    found = by_mode[carer.mode]
                if found is not None:
                    yield shift, carer, found

    def _work_out(self, need: Need, day: int, screen: bool) -> Ranges:
        found: dict[str, list[StartRange]] = defaultdict(list)
        for _, carer, starts in self.by_shift(need, day, screen=screen):
            found[carer.carer_id].append(starts)
        return {carer_id: tuple(ranges) for carer_id, ranges in found.items()}

    def _willing_carers(self, due: Due) -> frozenset[str]:
        need_id = due.need.need_id
        if need_id not in self._willing:
            self._willing[need_id] = frozenset(
                carer.carer_id
                for carer in self.problem.carers
                if carer_obstacle(self.problem, due, carer) is None
            )
        return self._willing[need_id]

    def _taken_up_on(self, carer: Carer, day: int) -> bool:
        # A date's visits and shifts may run on into the day after.
        rows = self.problem.absences_of_carer.get(carer.carer_id, ())
        return any(row.overlaps(day * DAY_MIN, (day + 3) * DAY_MIN) for row in rows) or any(
            carer.carer_id in meeting.carers for meeting in self.problem.meetings_on.get(day, ())
        )


def share_a_start(first: Sequence[StartRange], second: Sequence[StartRange]) -> bool:
    """Whether two carers could start a visit at the same minute."""
    return any(
        max(a.earliest_min, b.earliest_min) <= min(a.latest_min, b.latest_min) for a in first for b in second
    )


def can_be_staffed(ranges: Ranges, carers: int) -> bool:
    """Whether that many different people could do the visit together, from one start."""
    if len(ranges) < carers or carers <= 1:
        return len(ranges) >= carers
    # If a common start exists, the latest of the carers' earliest starts is one.
    starts = {one.earliest_min for of_carer in ranges.values() for one in of_carer}
    return any(
        sum(
            any(one.earliest_min <= start <= one.latest_min for one in of_carer)
            for of_carer in ranges.values()
        )
        >= carers
        for start in starts
    )


def given_takers(problem: Problem) -> dict[str, tuple[str, ...]]:
    """Takers of the given shifts alone: each its own carer."""
    return {row.shift_id: (row.carer_id,) for row in problem.shifts if row.carer_id is not None}


def assigned_takers(problem: Problem, open_shifts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Takers of the given shifts and of the open shifts that have been assigned (shift id -> carer id)."""
    return given_takers(problem) | {
        row.shift_id: (open_shifts[row.shift_id],)
        for row in problem.shifts
        if row.carer_id is None and row.shift_id in open_shifts
    }


def possible_takers(problem: Problem, open_shifts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Takers of all shifts: every open shift not in ``open_shifts`` has whoever could take it as the only
    one.

    Trainees and carers for whom it would break a working-time rule beside their given shifts are left out.
    """
    own: dict[str, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        if shift.carer_id is not None:
            own[shift.carer_id].append(shift)
    takers = assigned_takers(problem, open_shifts)
    for shift in problem.shifts:
        if shift.shift_id not in takers:
            takers[shift.shift_id] = tuple(
                carer.carer_id
                for carer in problem.carers
                if not carer.is_trainee and lawful(problem, carer, own[carer.carer_id], shift)
            )
    return takers
