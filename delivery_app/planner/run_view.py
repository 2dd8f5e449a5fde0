"""A run as its page shows it, while it goes on and when it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import log10
from uuid import UUID

from delivery_app.jobs.order import RunProgress, Step
from delivery_app.planner.weight_words import BASES, PRESETS
from delivery_app.services.generating import last_day
from delivery_app.services.weeks import RosterLine

#: The drawing's size in its own units, and its margins.
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 220, 78, 12, 12, 30
#: More points than these cannot be told apart.
MOST_POINTS = 240
#: Where the largest value is so many times the smallest, equal steps stand for equal factors.
LARGE_RATIO = 4.0


@dataclass(frozen=True)
class Tick:
    """A value beside an axis."""

    at: float
    value: float


@dataclass(frozen=True)
class Curve:
    """The objective over time, as points of a line in the drawing's units."""

    points: str
    last_x: float
    last_y: float
    first: float
    last: float
    ticks: tuple[Tick, ...]
    end_seconds: float
    is_by_factors: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class RunView:
    """What stands on the page of a run.

    ``share`` is how much of the time is used; ``remaining_s`` None when nobody can know it. ``mark`` changes whenever
    the page would look different.
    """

    run_id: UUID
    state: str
    is_active: bool
    first_monday: date
    last_day: date
    weeks: int
    base: str
    preset: str
    changed_weights: dict[str, float]
    seconds: float | None
    submitted_at: datetime
    submitted_by: str
    ended_at: datetime | None
    is_ending: bool
    cancel_by: str | None
    attempt: int
    was_lost: bool
    ahead: int
    failure: tuple[str, dict[str, object]] | None
    phase: str
    share: float
    elapsed_s: float
    remaining_s: float | None
    objective: float | None
    unplaced: int | None
    carers_per_citizen: float | None
    curve: Curve | None
    roster_id: UUID | None
    mark: str


@dataclass(frozen=True)
class Comparison:
    """What a run has made beside what is published for the same weeks."""

    draft: RosterLine
    published: RosterLine | None


def run_view(run: RunProgress) -> RunView:
    """The page of a run, from how far it is."""
    order = run.order
    steps = [step for step in run.steps if step.attempt == run.attempt]
    newest = steps[-1] if steps else None
    found = next((step for step in reversed(steps) if step.objective is not None), None)
    elapsed = newest.seconds if newest else 0.0
    number = run.steps[-1].number if run.steps else 0
    is_ending = run.is_active and run.cancel_at is not None
    return RunView(
        run_id=run.run_id,
        state=run.state,
        is_active=run.is_active,
        first_monday=order.first_monday,
        last_day=last_day(order.first_monday, order.weeks),
        weeks=order.weeks,
        base=BASES[order.base][0],
        preset=PRESETS[order.preset][0] if order.preset in PRESETS else order.preset,
        changed_weights=dict(order.weights) if order.preset == "own" else {},
        seconds=order.seconds,
        submitted_at=run.submitted_at,
        submitted_by=run.submitted_by,
        ended_at=run.ended_at,
        is_ending=is_ending,
        cancel_by=run.cancel_by,
        attempt=run.attempt,
        was_lost=run.lost > 0,
        ahead=run.ahead,
        failure=None if run.failure is None else (run.failure[0], dict(run.failure[1])),
        phase=newest.phase if newest else "",
        share=_share(newest, order.seconds),
        elapsed_s=elapsed,
        remaining_s=None if order.seconds is None else max(0.0, order.seconds - elapsed),
        objective=found.objective if found else None,
        unplaced=found.unplaced if found else None,
        carers_per_citizen=found.carers_per_citizen if found else None,
        curve=curve_of(steps, order.seconds),
        roster_id=run.roster_id,
        mark=f"{number}-{run.attempt}-{run.state}-{int(is_ending)}-{run.ahead}",
    )


def curve_of(steps: Sequence[Step], limit_s: float | None) -> Curve | None:
    """The falling line of the objective; None until there are two points of it."""
    known = [(step.seconds, step.objective) for step in steps if step.objective is not None]
    if len(known) < 2:
        return None
    known = _thinned(known)
    end = max(known[-1][0], limit_s or 0.0, 0.001)
    values = [value for _, value in known]
    high, low = max(values), min(values)
    by_factors = low > 0 and high / low > LARGE_RATIO

    def height(value: float) -> float:
        return log10(value) if by_factors else value

    top, bottom = height(high), height(low)
    span = top - bottom or 1.0
    plot_height = HEIGHT - TOP - BOTTOM

    def x(seconds: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, seconds / end)

    def y(value: float) -> float:
        return TOP + plot_height * (top - height(value)) / span

    middle = 10 ** ((top + bottom) / 2) if by_factors else (high + low) / 2
    ticks = (high, middle, low) if high > low else (high,)
    return Curve(
        points=" ".join(f"{x(seconds):.1f},{y(value):.1f}" for seconds, value in known),
        last_x=round(x(known[-1][0]), 1),
        last_y=round(y(known[-1][1]), 1),
        first=known[0][1],
        last=known[-1][1],
        ticks=tuple(Tick(round(y(value), 1), value) for value in ticks),
        end_seconds=end,
        is_by_factors=by_factors,
    )


def _share(newest: Step | None, limit_s: float | None) -> float:
    if newest is None:
        return 0.0
    share = newest.share if limit_s is None else newest.seconds / limit_s
    return min(1.0, max(0.0, share))


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """So many points as can be told apart; the first and the last stay."""
    if len(points) <= MOST_POINTS:
        return points
    step = (len(points) - 1) / (MOST_POINTS - 1)
    return [points[round(number * step)] for number in range(MOST_POINTS)]
