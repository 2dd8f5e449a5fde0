"""From a problem to a judged roster; reads as the algorithm.

check -> open shifts and contact carers (CP-SAT) -> the whole week (compiled search, several seeds) -> trainees ->
all start times anew (a flow) -> bounds (CP-SAT) -> judge.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from scheduler.adjust import check_limits
from scheduler.crew import Crew
from scheduler.evaluate import judged
from scheduler.feasibility import unplaceable
from scheduler.jobs import crew_of
from scheduler.problem import Problem, Shift
from scheduler.readout import read_out
from scheduler.repair import made_valid
from scheduler.roster import ContactProposal, OpenShift, Roster, Unplaced
from scheduler.travel import TravelTable
from scheduler.working_days import lawful

#: Seconds of a time limit kept for reading out, judging and writing the roster.
CLOSING_SECONDS = 1.2
#: Workers end at the limit by themselves; those who have not so much later are told to, and are then waited for less long.
LATE_SECONDS = 1.0


@dataclass(frozen=True)
class Progress:
    """How far a run is. ``phase``: check, shifts, search or judge; ``share`` of the search, 0 to 1.

    ``unplaceable`` holds, once, at the end of the check: what no qualified carer on duty can serve, with the rule.
    """

    phase: str
    share: float
    seconds: float
    objective: float | None = None
    unplaced: int | None = None
    carers_per_citizen: float | None = None
    unplaceable: tuple[Unplaced, ...] = ()
    #: Worker processes that died; the others' best was used.
    lost_workers: int = 0


if TYPE_CHECKING:
    from scheduler.cpsat.prove import Proof
    from scheduler.search.decode import Decoded
    from scheduler.search.parallel import Report

ProgressCallback = Callable[[Progress], None]


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    workers: int = 2,
    travel: TravelTable | None = None,
    progress: ProgressCallback | None = None,
    cancel: threading.Event | None = None,
) -> Roster:
    """Build the team's roster within a limit.

    Parameters
    ----------
    seconds, iterations
        The limit, one of them: wall-clock seconds for the whole run, or moves per worker. The same problem, seed,
        workers and iterations give the same roster.
    seed, workers
        Worker n searches with its own random numbers made from the seed; each is a process.
    progress
        Called now and then from this thread.
    cancel
        Set it from another thread or a signal handler: the run ends with the best roster so far.

    Raises
    ------
    ProblemError
        Neither or both limits given, or one that is not above zero.
    TravelError
        The travel provider cannot be asked.
    """
    check_limits(seconds, iterations, workers)
    return _Run(
        problem, seconds, iterations, seed, workers, travel, progress, cancel or threading.Event()
    ).roster()


@dataclass(frozen=True)
class _Found:
    """What the search hands on: the decoded roster and what was proven meanwhile."""

    decoded: Decoded
    proof: Proof


class _Run:
    """One run of :func:`solve`; each method is a step."""

    def __init__(
        self,
        problem: Problem,
        seconds: float | None,
        iterations: int | None,
        seed: int,
        workers: int,
        travel: TravelTable | None,
        progress: ProgressCallback | None,
        cancel: threading.Event,
    ) -> None:
        self.problem = problem
        self.seconds, self.iterations, self.seed, self.workers = seconds, iterations, seed, workers
        self.started = monotonic()
        self.progress = progress
        self.cancel = cancel
        self.lost_workers = 0
        self.crew: Crew | None = None
        self.contacts: dict[str, str] = {}
        self._tell("check")
        self.travel = travel or TravelTable(problem)

    def roster(self) -> Roster:
        """All steps in their order. Worker processes load what they need while the first ones are made."""
        self.crew = crew_of(self.workers) if self.workers > 1 else None
        try:
            return self._steps()
        finally:
            if self.crew is not None:
                self.crew.dismiss()

    def _steps(self) -> Roster:
        from scheduler.cpsat.retime import retimed
        from scheduler.explain.relaxations import with_relaxations

        self._check()
        open_shifts = self._open_shifts()
        found = self._search(open_shifts)
        self._tell("judge")
        roster = read_out(
            self.problem,
            self.travel,
            found.decoded,
            open_shifts,
            seed=self.seed,
            workers=self.workers,
            seconds=self.seconds,
            iterations=self.iterations,
        )
        roster = with_relaxations(
            self.problem, retimed(self.problem, roster, self.travel), self.travel, self._has_time
        )
        return self._with_bounds(roster, found.proof)

    def _check(self) -> None:
        """Say at once, before the search, what nobody on duty could serve, whoever took the open shifts."""
        stuck = tuple(unplaceable(self.problem, self.travel))
        if stuck and self.progress is not None:
            self.progress(Progress("check", 0.0, monotonic() - self.started, unplaceable=stuck))

    def _open_shifts(self) -> dict[str, str]:
        """Who takes the open shifts, chosen by CP-SAT under the working-time rules."""
        from scheduler.cpsat.shifts import assign_open_shifts

        self._tell("shifts")
        published = self.problem.published
        if all(shift.carer_id is not None for shift in self.problem.shifts):
            return {}
        if published is not None and published.open_shifts:
            return self._lawful(self._still_possible(published.open_shifts))
        return self._lawful(assign_open_shifts(self.problem, self.travel, self.seed))

    def _lawful(self, taken: Mapping[str, str]) -> dict[str, str]:
        """The open shifts that break no working-time rule in the eyes of the judge."""
        rows = tuple(OpenShift(shift_id, carer_id) for shift_id, carer_id in sorted(taken.items()))
        calendar = self.problem.calendar
        empty = Roster(self.problem.name, calendar.first_monday, calendar.weeks, open_shifts=rows)
        lawful = made_valid(self.problem, empty, self.travel)
        return {row.shift_id: row.carer_id for row in lawful.open_shifts}

    def _still_possible(self, rows: Sequence[OpenShift]) -> dict[str, str]:
        """The open shifts that a published roster gives away, without those the carer can no longer have."""
        problem = self.problem
        own: dict[str, list[Shift]] = defaultdict(list)
        for shift in problem.shifts:
            if shift.carer_id is not None:
                own[shift.carer_id].append(shift)
        taken: dict[str, str] = {}
        for row in rows:
            opened, carer = problem.shift_by_id.get(row.shift_id), problem.carer_by_id.get(row.carer_id)
            if opened is None or carer is None or carer.is_trainee:
                continue
            if opened.carer_id is not None or row.shift_id in taken:
                continue
            if lawful(problem, carer, own[carer.carer_id], opened):
                taken[opened.shift_id] = carer.carer_id
                own[carer.carer_id].append(opened)
        return taken

    def _search(self, open_shifts: Mapping[str, str]) -> _Found:
        """The whole week at once; the bounds are proven while the workers search."""
        from scheduler.cpsat.contacts import propose_contacts
        from scheduler.cpsat.prove import Proof, Prover
        from scheduler.search.build import build
        from scheduler.search.decode import decode
        from scheduler.search.mend import mend
        from scheduler.search.parallel import Limit, search_many
        from scheduler.search.start import filling_order, first_roster, place_fixtures

        world, plan = build(self.problem, self.travel, open_shifts)
        self.contacts = propose_contacts(self.problem, self.travel, self.seed)
        while bent := place_fixtures(world, plan):
            # Pins that break a rule stay outside the routes; what is planned keeps clear of them.
            world, plan = build(self.problem, self.travel, open_shifts, [*plan.bent, *bent])
        first_roster(world, plan, self.seed, self.contacts)
        deadline = None if self.seconds is None else self.started + max(0.2, self.seconds - CLOSING_SECONDS)
        proof = Proof({})

        def report(row: Report) -> bool:
            self._tell("search", row)
            late = deadline is not None and monotonic() > deadline + LATE_SECONDS
            return not late and not self.cancel.is_set()

        def prove() -> None:
            nonlocal proof
            proof = Prover(self.problem, self.travel).everything(self._is_early)

        seeds = [self.seed * 1009 + number for number in range(self.workers)]
        limit = Limit(self.iterations, deadline)
        best, self.lost_workers = search_many(world, seeds, limit, report, prove, self.crew)
        mend(best, filling_order(best, plan))
        return _Found(decode(best, plan), proof)

    def _is_early(self) -> bool:
        """Whether half of a limit in seconds is left, and nobody wants the run to end."""
        half = self.seconds is None or monotonic() - self.started < self.seconds / 2
        return half and not self.cancel.is_set()

    def _has_time(self) -> bool:
        """Whether a limit in seconds is not used up yet."""
        return self.seconds is None or monotonic() - self.started < self.seconds

    def _with_bounds(self, roster: Roster, proof: Proof) -> Roster:
        """The judged roster with the proven bounds beside what was reached, and the contact carers proposed."""
        from scheduler.cpsat.prove import with_bounds

        roster = judged(self.problem, roster, self.travel)
        contacts = tuple(ContactProposal(*pair) for pair in sorted(self.contacts.items()))
        roster = replace(roster, contacts=contacts)
        return with_bounds(self.problem, self.travel, roster, proof)

    def _tell(self, phase: str, report: Report | None = None) -> None:
        if self.progress is None:
            return
        seconds = monotonic() - self.started
        if report is None:
            share = 1.0 if phase == "judge" else 0.0
            self.progress(Progress(phase, share, seconds, lost_workers=self.lost_workers))
        else:
            self.progress(
                Progress(
                    phase, report.share, seconds, report.cost, report.unplaced, report.carers_per_citizen
                )
            )
