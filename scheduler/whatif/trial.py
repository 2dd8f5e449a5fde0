"""Every change tried out: a short run with it against the same run without it, with several random numbers.

What the runs of the same problem differ by among themselves is the noise; an effect that does not stand out from it,
or whose sign changes from seed to seed, is no effect.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

from scheduler.evaluate import evaluate
from scheduler.message import ProblemError
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.travel import TravelTable
from scheduler.whatif.candidates import Candidate, candidates
from scheduler.whatif.changes import Change, ContactCarer

#: Runs of each change that counts, and of the baseline.
SEEDS = 3
#: Smaller differences are rounding.
TOLERANCE = 1e-6


class Improve(Protocol):
    """:func:`scheduler.adjust.improve`, as far as it is used here."""

    def __call__(
        self,
        problem: Problem,
        roster: Roster,
        *,
        iterations: int | None,
        seed: int,
        travel: TravelTable | None,
        cancel: threading.Event | None,
    ) -> Roster: ...


@dataclass(frozen=True)
class Effect:
    """What a change does to one figure: the mean difference (below 0 is better) and the noise of the baseline."""

    differences: tuple[float, ...]
    noise: float

    @property
    def mean(self) -> float:
        """The mean difference over the seeds."""
        return fmean(self.differences)

    @property
    def told(self) -> bool:
        """Whether it can be told from noise: larger than the noise, and of the same sign with every seed."""
        if abs(self.mean) <= max(self.noise, TOLERANCE):
            return False
        return all(one < 0 for one in self.differences) or all(one > 0 for one in self.differences)

    @property
    def counted(self) -> float:
        """The mean difference where it can be told from noise, else 0."""
        return self.mean if self.told else 0.0


@dataclass(frozen=True)
class Worth:
    """What a change is worth. ``seeds`` runs were made; ``broken`` hard rules that the baseline does not break."""

    change: Change
    seeds: int
    unplaced: Effect
    unplaced_price: Effect
    carers: Effect
    travel: Effect
    objective: Effect
    broken: int = 0

    @property
    def told(self) -> bool:
        """Whether any of what ranks it can be told from noise."""
        return any(row.told for row in (self.unplaced_price, self.carers, self.travel))

    @property
    def rank(self) -> tuple[float, ...]:
        """Unplaced by priority, then different carers per citizen, then travel; best first."""
        return self.unplaced_price.counted, self.carers.counted, self.travel.counted


@dataclass(frozen=True)
class WhatIf:
    """The worth of each change tried, best first; ``baseline`` are the means of the runs without a change.

    ``tried`` of ``planned`` trials were made before the run was stopped.
    """

    worths: tuple[Worth, ...]
    baseline: Measured
    tried: int
    planned: int


@dataclass(frozen=True)
class Measured:
    """The figures of one run (or their means)."""

    unplaced: float
    unplaced_price: float
    carers: float
    travel: float
    objective: float
    #: The part of the objective that a contact carer adds or takes away by being named.
    contact: float
    hard: int


def whatif(
    problem: Problem,
    roster: Roster,
    *,
    iterations: int = 100_000,
    top: int = 10,
    seed: int = 1,
    travel: TravelTable | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
    tried: Sequence[Candidate[Change]] | None = None,
    improve: Improve | None = None,
) -> WhatIf:
    """Try what could help a roster, and say what each is worth.

    Every candidate is run once; the ``top`` of them again with the other seeds. The same problem, roster, iterations
    and seed give the same answer.

    Parameters
    ----------
    iterations
        Moves of the search in each run, with a change and without.
    progress
        Called with the runs made and the runs planned.
    cancel
        Set it, and what has been tried so far is the answer.
    tried
        The changes to try; those of :func:`~scheduler.whatif.candidates.candidates` when None.

    Raises
    ------
    ProblemError
        ``iterations`` or ``top`` is not above 0.
    """
    for name, value in (("iterations", iterations), ("top", top)):
        if value <= 0:
            raise ProblemError("{name}: {value} is not above 0", name=name, value=value)
    if improve is None:
        from scheduler.adjust import improve as improve_roster

        improve = improve_roster
    table = TravelTable(problem) if travel is None else travel
    rows = candidates(problem, roster, table) if tried is None else tried
    trial = _Trial(problem, roster, iterations, seed, table, improve, progress, cancel)
    return trial.all(rows, top)


class _Trial:
    """The runs of one question."""

    def __init__(
        self,
        problem: Problem,
        roster: Roster,
        iterations: int,
        seed: int,
        travel: TravelTable,
        improve: Improve,
        progress: Callable[[int, int], None] | None,
        cancel: threading.Event | None,
    ) -> None:
        self.problem, self.roster, self.iterations, self.travel = problem, roster, iterations, travel
        self.seeds = [seed + number for number in range(SEEDS)]
        self.improve, self.progress, self.cancel = improve, progress, cancel
        self.made = self.planned = 0

    def all(self, rows: Sequence[Candidate[Change]], top: int) -> WhatIf:
        """The baseline, every candidate once, the best again."""
        self.planned = SEEDS + len(rows) + (SEEDS - 1) * min(top, len(rows))
        baseline = [self._run(self.problem, seed) for seed in self.seeds]
        first: list[tuple[Change, list[Measured]]] = []
        for row in rows:
            if self._stopped:
                break
            first.append((row.change, [self._run(row.change.applied(self.problem), self.seeds[0])]))
        first.sort(key=lambda one: _first_rank(one[1][0], baseline[0], one[0]))
        for change, runs in first[:top]:
            for seed in self.seeds[1:]:
                if not self._stopped:
                    runs.append(self._run(change.applied(self.problem), seed))
        worths = [worth(change, runs, baseline) for change, runs in first[:top]]
        worths.sort(
            key=lambda one: (not one.told, one.broken > 0, one.rank, one.objective.mean, repr(one.change))
        )
        return WhatIf(tuple(worths), _mean(baseline), self.made, self.planned)

    @property
    def _stopped(self) -> bool:
        return self.cancel is not None and self.cancel.is_set()

    def _run(self, problem: Problem, seed: int) -> Measured:
        # No change moves a place or brings a new way of travelling, so the travel times stay.
        roster = self.improve(
            problem,
            self.roster,
            iterations=self.iterations,
            seed=seed,
            travel=self.travel,
            cancel=self.cancel,
        )
        self.made += 1
        if self.progress is not None:
            self.progress(self.made, self.planned)
        return measured(problem, roster, self.travel)


def measured(problem: Problem, roster: Roster, travel: TravelTable) -> Measured:
    """What is compared of a roster, by the judge."""
    result = evaluate(problem, roster, travel)
    terms = result.figures.terms
    return Measured(
        unplaced=result.figures.unplaced,
        unplaced_price=sum(terms[f"unplaced_{priority}"] for priority in (1, 2, 3)),
        carers=result.figures.carers_per_citizen_mean,
        travel=result.figures.travel_minutes,
        objective=result.figures.objective,
        contact=terms["contact"],
        hard=len(result.hard),
    )


def worth(change: Change, runs: Sequence[Measured], baseline: Sequence[Measured]) -> Worth:
    """A change's effects over its runs, each held against the baseline's run with the same seed."""

    def effect(value: Callable[[Measured], float]) -> Effect:
        pairs = zip(runs, baseline, strict=False)
        values = [value(one) for one in baseline]
        return Effect(tuple(value(run) - value(base) for run, base in pairs), max(values) - min(values))

    # A contact carer who is named is missed where nobody was missed before: that is no loss.
    named = isinstance(change, ContactCarer)
    return Worth(
        change,
        len(runs),
        unplaced=effect(lambda run: run.unplaced),
        unplaced_price=effect(lambda run: run.unplaced_price),
        carers=effect(lambda run: run.carers),
        travel=effect(lambda run: run.travel),
        objective=effect(lambda run: run.objective - (run.contact if named else 0)),
        broken=max(0, max(run.hard for run in runs) - max(run.hard for run in baseline)),
    )


def _first_rank(run: Measured, base: Measured, change: Change) -> tuple[float | str, ...]:
    """The order after one run each, by which the rest is chosen: the objective weighs all there is."""
    contact = run.contact - base.contact if isinstance(change, ContactCarer) else 0
    return (
        run.unplaced_price - base.unplaced_price,
        run.objective - base.objective - contact,
        repr(change),
    )


def _mean(runs: Iterable[Measured]) -> Measured:
    rows = list(runs)
    return Measured(
        unplaced=fmean(run.unplaced for run in rows),
        unplaced_price=fmean(run.unplaced_price for run in rows),
        carers=fmean(run.carers for run in rows),
        travel=fmean(run.travel for run in rows),
        objective=fmean(run.objective for run in rows),
        contact=fmean(run.contact for run in rows),
        hard=max(run.hard for run in rows),
    )
