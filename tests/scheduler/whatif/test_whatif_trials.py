"""What a change is worth: paired runs, the noise of the baseline, and an order by what matters first."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from scheduler.message import ProblemError
from scheduler.problem import Problem
from scheduler.roster import Roster, Unplaced
from scheduler.travel import TravelTable
from scheduler.whatif import Candidate, Change, ContactCarer, Effect, WindowWider, whatif
from scheduler.whatif.trial import Measured, worth
from tests.scheduler.cases import base_problem, base_roster, base_visits

CHANGE = WindowWider("n1", 30)


def run_of(**values: float) -> Measured:
    """A run's figures."""
    base = Measured(unplaced=0, unplaced_price=0, carers=3, travel=100, objective=500, contact=0, hard=0)
    return replace(base, **values)  # type: ignore[arg-type]


def travels(*minutes: float) -> list[Measured]:
    return [run_of(travel=one) for one in minutes]


@pytest.mark.parametrize(
    ("baseline", "runs", "told"),
    [
        ((100, 100, 100), (90, 90, 90), True),
        ((100, 105, 110), (90, 95, 100), False),  # 10 less each time, and the baseline varies by 10
        ((100, 105, 109), (90, 95, 99), True),
        ((100, 100, 100), (60, 60, 101), False),  # one seed says otherwise
        ((100, 100, 100), (100, 100, 100), False),
        ((100, 102, 101), (130, 131, 130), True),
    ],
)
def test_an_effect_is_told_when_it_exceeds_the_noise_with_every_seed(
    baseline: tuple[float, ...], runs: tuple[float, ...], told: bool
) -> None:
    found = worth(CHANGE, travels(*runs), travels(*baseline))
    assert found.travel.told is told
    assert found.told is told
    assert found.travel.noise == max(baseline) - min(baseline)


def test_effects_are_differences_seed_by_seed() -> None:
    found = worth(CHANGE, travels(90, 80), travels(100, 110, 105))
    assert found.travel.differences == (-10, -30)
    assert found.travel.mean == -20
    assert found.seeds == 2


def test_an_effect_within_the_noise_does_not_rank() -> None:
    assert Effect((-5.0, -6.0), 10.0).counted == 0
    assert Effect((-5.0, -6.0), 1.0).counted == -5.5


def test_a_named_contact_carer_is_no_loss() -> None:
    change = ContactCarer("c1", "k1")
    found = worth(change, [run_of(objective=560, contact=90)], [run_of(objective=500, contact=10)])
    assert found.objective.mean == -20
    other = worth(CHANGE, [run_of(objective=560, contact=90)], [run_of(objective=500, contact=10)])
    assert other.objective.mean == 60


def test_broken_rules_of_a_trial_are_those_the_baseline_has_not() -> None:
    assert worth(CHANGE, [run_of(hard=3)], [run_of(hard=1)]).broken == 2
    assert worth(CHANGE, [run_of(hard=1)], [run_of(hard=1)]).broken == 0


class Runs:
    """A search that answers with prepared rosters: n1 is lost unless its window is wide; a seed adds nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int | None]] = []

    def __call__(
        self,
        problem: Problem,
        roster: Roster,
        *,
        iterations: int | None,
        seed: int,
        travel: TravelTable | None,
        cancel: threading.Event | None,
    ) -> Roster:
        window = problem.need_by_id["n1"].window_end_min
        self.asked.append((seed, iterations))
        if window > base_problem().need_by_id["n1"].window_end_min:
            return base_roster(problem)
        return lost(problem)


def lost(problem: Problem) -> Roster:
    return base_roster(problem, visits=base_visits()[1:], unplaced=(Unplaced("n1", 0, 0, "capacity"),))


def tried(*changes: Change) -> list[Candidate[Change]]:
    return [Candidate(change, 1.0) for change in changes]


def test_what_places_a_visit_stands_before_what_does_nothing() -> None:
    runs = Runs()
    problem = base_problem()
    found = whatif(
        problem,
        lost(problem),
        iterations=50,
        seed=7,
        tried=tried(WindowWider("n2", 30), WindowWider("n1", 30)),
        improve=runs,
    )
    assert [row.change for row in found.worths] == [WindowWider("n1", 30), WindowWider("n2", 30)]
    best, other = found.worths
    assert (best.unplaced.mean, best.unplaced_price.mean, best.told) == (-1, -2000, True)
    assert (other.told, other.unplaced.mean) == (False, 0)
    # Three seeds without a change, then each change with the same seeds and as many steps.
    assert sorted(runs.asked) == [(seed, 50) for seed in (7, 8, 9) for _ in range(3)]
    assert found.tried == found.planned == 9
    assert found.baseline.unplaced == 1


def test_only_the_best_are_tried_with_every_seed() -> None:
    runs = Runs()
    changes = tried(WindowWider("n2", 30), WindowWider("n3", 30), WindowWider("n1", 30))
    found = whatif(base_problem(), lost(base_problem()), iterations=50, top=1, tried=changes, improve=runs)
    assert [row.change for row in found.worths] == [WindowWider("n1", 30)]
    assert found.worths[0].seeds == 3
    assert found.tried == 3 + 3 + 2


def test_stopped_early_it_tells_what_was_tried() -> None:
    cancel = threading.Event()
    made: list[int] = []

    def progress(count: int, planned: int) -> None:
        made.append(count)
        if count == 4:
            cancel.set()

    found = whatif(
        base_problem(),
        lost(base_problem()),
        tried=tried(WindowWider("n1", 30), WindowWider("n2", 30)),
        improve=Runs(),
        progress=progress,
        cancel=cancel,
    )
    assert made == [1, 2, 3, 4]
    assert [(row.change.need_id, row.seeds) for row in found.worths] == [("n1", 1)]  # type: ignore[union-attr]
    assert (found.tried, found.planned) == (4, 9)


@pytest.mark.parametrize("limits", [{"iterations": 0}, {"top": 0}])
def test_limits_must_be_above_nought(limits: dict[str, int]) -> None:
    with pytest.raises(ProblemError, match="is not above 0"):
        whatif(base_problem(), base_roster(), improve=Runs(), **limits)  # type: ignore[arg-type]
