"""From a problem to a judged roster; reads as the algorithm.

open shifts and contact carers (CP-SAT) -> the whole week (compiled search, several seeds; meanwhile: what nobody can
serve, and bounds) -> trainees -> all start times anew (a flow) -> what would help -> judge.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from scheduler.adjust import check_limits
from scheduler.crew import Crew
from scheduler.due import due_visits
from scheduler.evaluate import judged
from scheduler.feasibility import unplaceable
from scheduler.jobs import Found, Standing, WeekJob, search_together, thorough_from_s, waiting_crew
from scheduler.objective import shifts_price
from scheduler.problem import Problem, Shift
from scheduler.readout import read_out
from scheduler.repair import made_valid
from scheduler.roster import ContactProposal, OpenShift, Roster, Unplaced
from scheduler.travel import TravelTable
from scheduler.working_days import lawful

#: Seconds of a time limit kept for reading out, judging and writing the roster: for any, and for each thousand visits.
CLOSING_SECONDS, CLOSING_SECONDS_A_THOUSAND = 0.2, 0.35
#: Shorter than this is no search.
LEAST_SECONDS = 0.2
#: Workers end at the limit by themselves; those who have not so much later are told to, and are then waited for less long.
LATE_SECONDS = 1.0


@dataclass(frozen=True)
class Progress:
    """How far a run is. ``phase``: check, shifts, search or judge; ``share`` of the search, 0 to 1.

    ``objective`` while searching: the search's price and what the shifts cost whatever it decides. The last report of a
    run has the judge's figures; they may differ from the search's last, for the steps after it change the roster.
    ``unplaceable`` holds, once, as the search begins: what no qualified carer on duty can serve, with the rule.
    """

    phase: str
    share: float
    seconds: float
    objective: float | None = None
    unplaced: int | None = None
    carers_per_citizen: float | None = None
    unplaceable: tuple[Unplaced, ...] = ()
    #: Worker processes that died; the others' best was used. Where there were no others, ``lost_all``: what they last
    #: agreed on.
    lost_workers: int = 0
    lost_all: bool = False


if TYPE_CHECKING:
    from scheduler.cpsat.prove import Proof

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
    crew: Crew | None = None,
    begun: float | None = None,
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
    crew
        As many processes as ``workers``, begun by the caller (:func:`scheduler.jobs.waiting_crew`); its own when None.
    begun
        From when a limit in seconds counts, a moment of the monotonic clock; from now when None. Under a limit of less
        than :func:`scheduler.jobs.thorough_from_s` the roster comes without bounds and relaxations.

    Raises
    ------
    ProblemError
        Neither or both limits given, or one that is not above zero.
    TravelError
        The travel provider cannot be asked.
    """
    check_limits(seconds, iterations, workers)
    started = monotonic() if begun is None else begun
    run = _Run(
        problem, seconds, iterations, seed, workers, travel, progress, cancel or threading.Event(), started
    )
    if crew is not None:
        return run.roster(crew)
    with waiting_crew(workers) as own:
        return run.roster(own)


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
        started: float,
    ) -> None:
        self.problem = problem
        self.seconds, self.iterations, self.seed, self.workers = seconds, iterations, seed, workers
        self.is_thorough = seconds is None or seconds >= thorough_from_s(problem)
        self.started = started
        self.progress = progress
        self.cancel = cancel
        self.lost_workers = 0
        self.contacts: dict[str, str] = {}
        self._tell("check")
        self.travel = travel or TravelTable(problem)

    def roster(self, crew: Crew | None) -> Roster:
        """All steps in their order. Worker processes load what they need while the first ones are made."""
        open_shifts = self._open_shifts()
        found, proof = self._search(open_shifts, crew)
        from scheduler.cpsat.retime import retimed
        from scheduler.explain.relaxations import with_relaxations

        self._tell("judge")
        roster = read_out(
            self.problem,
            self.travel,
            found,
            open_shifts,
            seed=self.seed,
            workers=self.workers,
            seconds=self.seconds,
            iterations=self.iterations,
        )
        timed = retimed(self.problem, roster, self.travel)  # judged, where better times were found
        if self.is_thorough:
            timed = judged(
                self.problem,
                with_relaxations(self.problem, timed, self.travel, self._has_time),
                self.travel,
            )
        elif timed is roster:
            timed = judged(self.problem, roster, self.travel)
        self._tell_judged(timed)
        return self._with_bounds(timed, proof)

    def _check(self) -> None:
        """Say early what nobody on duty could serve, whoever took the open shifts."""
        if self.progress is None:
            return
        stuck = tuple(unplaceable(self.problem, self.travel))
        if stuck:
            self.progress(Progress("shifts", 1.0, monotonic() - self.started, unplaceable=stuck))

    def _open_shifts(self) -> dict[str, str]:
        """Who takes the open shifts, chosen by CP-SAT under the working-time rules."""
        self._tell("shifts")
        published = self.problem.published
        if all(shift.carer_id is not None for shift in self.problem.shifts):
            return {}
        if published is not None and published.open_shifts:
            return self._lawful(self._still_possible(published.open_shifts))
        from scheduler.cpsat.shifts import assign_open_shifts

        return self._lawful(assign_open_shifts(self.problem, self.travel, self.seed))

    def _lawful(self, taken: Mapping[str, str]) -> dict[str, str]:
        """The open shifts that break no working-time rule in the eyes of the judge."""
        lawful = made_valid(self.problem, self._without_visits(taken), self.travel)
        return {row.shift_id: row.carer_id for row in lawful.open_shifts}

    def _without_visits(self, taken: Mapping[str, str]) -> Roster:
        """A roster of open shifts and nothing else."""
        rows = tuple(OpenShift(shift_id, carer_id) for shift_id, carer_id in sorted(taken.items()))
        calendar = self.problem.calendar
        return Roster(self.problem.name, calendar.first_monday, calendar.weeks, open_shifts=rows)

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

    def _search(self, open_shifts: Mapping[str, str], crew: Crew | None) -> tuple[Found, Proof | None]:
        """The whole week at once; the bounds are proven while the workers search."""
        if any(citizen.contact_carer is None for citizen in self.problem.citizens):
            from scheduler.cpsat.contacts import propose_contacts

            self.contacts = propose_contacts(self.problem, self.travel, self.seed)
        settled = shifts_price(self.problem, self._without_visits(open_shifts), self.travel)
        deadline = self._deadline()
        proofs: list[Future[Proof]] = []

        def report(row: Standing) -> bool:
            self._tell("search", replace(row, cost=row.cost + settled))
            late = deadline is not None and monotonic() > deadline + LATE_SECONDS
            return not late and not self.cancel.is_set()

        with ThreadPoolExecutor(1) as aside:

            def meanwhile() -> None:
                if self.is_thorough:
                    proofs.append(aside.submit(self._prove))
                self._check()

            jobs = [
                WeekJob(
                    self.problem,
                    self.travel,
                    open_shifts,
                    self.contacts,
                    self.seed,
                    self.seed * 1009 + number,
                    self.iterations,
                    deadline,
                )
                for number in range(self.workers)
            ]
            found, self.lost_workers = search_together(jobs, crew, report, meanwhile)
        return found, proofs[0].result() if proofs else None

    def _deadline(self) -> float | None:
        """When the search is to end, a moment of the monotonic clock."""
        if self.seconds is None:
            return None
        closing = CLOSING_SECONDS + CLOSING_SECONDS_A_THOUSAND * len(due_visits(self.problem).visits) / 1000
        return max(self.started + self.seconds - closing, monotonic() + LEAST_SECONDS)

    def _prove(self) -> Proof:
        from scheduler.cpsat.prove import Prover

        return Prover(self.problem, self.travel).everything(self._is_early)

    def _is_early(self) -> bool:
        """Whether half of a limit in seconds is left, and nobody wants the run to end."""
        half = self.seconds is None or monotonic() - self.started < self.seconds / 2
        return half and not self.cancel.is_set()

    def _has_time(self) -> bool:
        """Whether a limit in seconds is not used up yet."""
        return self.seconds is None or monotonic() - self.started < self.seconds

    def _with_bounds(self, roster: Roster, proof: Proof | None) -> Roster:
        """The judged roster with the proven bounds beside what was reached, and the contact carers proposed."""
        contacts = tuple(ContactProposal(*pair) for pair in sorted(self.contacts.items()))
        roster = replace(roster, contacts=contacts)
        if proof is None:
            return roster
        from scheduler.cpsat.prove import with_bounds

        return with_bounds(self.problem, self.travel, roster, proof)

    def _tell(self, phase: str, report: Standing | None = None) -> None:
        if self.progress is None:
            return
        seconds = monotonic() - self.started
        if report is None:
            share = 1.0 if phase == "judge" else 0.0
            lost = self.lost_workers
            self.progress(Progress(phase, share, seconds, lost_workers=lost, lost_all=lost == self.workers))
        else:
            self.progress(
                Progress(
                    phase, report.share, seconds, report.cost, report.unplaced, report.carers_per_citizen
                )
            )

    def _tell_judged(self, roster: Roster) -> None:
        """The run's last word: what the finished roster is by the judge."""
        if self.progress is None:
            return
        figures = roster.figures
        self.progress(
            Progress(
                "judge",
                1.0,
                monotonic() - self.started,
                figures.objective,
                figures.unplaced,
                figures.carers_per_citizen_mean,
                lost_workers=self.lost_workers,
                lost_all=self.lost_workers == self.workers,
            )
        )
