"""Distributions learned from what was delivered: planned and real minutes of visits and journeys.

The ratio is taken as lognormal with a factor common to each date (:mod:`scheduler.simulate.distributions`). Its two
variances come from the logarithms by one-way analysis of variance with unequal groups (S. R. Searle, G. Casella and
C. E. McCulloch, *Variance Components*, 1992, section 3.6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt

from scheduler.message import ProblemError
from scheduler.problem import MODES, SERVICES
from scheduler.simulate.distributions import CV_MOST, OTHER, Distributions, Spread

#: A service or mode with fewer rows keeps the distribution it had: its own would be chance.
LEAST_ROWS = 30
#: Decimals that are kept; more are not in the data.
_DECIMALS = 4


@dataclass(frozen=True)
class Measured:
    """A visit or journey as planned and as it was. ``kind`` is ``visit`` or ``travel``, ``name`` the service or mode;
    ``day`` is any number of the date. Raises ProblemError for minutes that are not above 0, or an unknown name.
    """

    kind: str
    name: str
    day: int
    planned_min: float
    actual_min: float

    def __post_init__(self) -> None:
        known = {"visit": SERVICES, "travel": MODES}.get(self.kind)
        if known is None:
            raise ProblemError("'{value}' is none of {choices}", value=self.kind, choices="visit, travel")
        if self.name not in known:
            raise ProblemError("'{value}' is none of {choices}", value=self.name, choices=", ".join(known))
        for value in (self.planned_min, self.actual_min):
            if not value > 0:
                raise ProblemError(
                    "{value} minutes cannot be learned from; leave out what was not planned or not made",
                    value=value,
                )

    @property
    def ratio(self) -> float:
        """Real to planned minutes."""
        return self.actual_min / self.planned_min


def fitted(rows: Iterable[Measured], before: Distributions, least_rows: int = LEAST_ROWS) -> Distributions:
    """The distributions that the rows speak for.

    Services and modes with fewer than ``least_rows`` rows keep what they have in ``before``; ``other`` is learned from
    all rows of the kind, when there are as many.
    """
    of: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for row in rows:
        of[row.kind, row.name].append(row)
        of[row.kind, OTHER].append(row)
    tables = {"visit": dict(before.visit), "travel": dict(before.travel)}
    for (kind, name), measured in of.items():
        if len(measured) >= least_rows:
            tables[kind][name] = spread_of(measured)
    return replace(before, **tables)


def spread_of(rows: Sequence[Measured]) -> Spread:
    """Mean ratio, spread of single rows and spread between dates; raises ProblemError without rows."""
    if not rows:
        raise ProblemError("there are no visits or journeys to learn from")
    days: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        days[row.day].append(log(row.ratio))
    own, of_day = _variances(list(days.values()))
    return Spread(
        mean=round(sum(row.ratio for row in rows) / len(rows), _DECIMALS),
        cv=_coefficient(own),
        day_cv=_coefficient(of_day),
        source=f"learned from {len(rows)} rows of {len(days)} dates",
    )


def _coefficient(variance: float) -> float:
    """The coefficient of variation of a lognormal factor by the variance of its logarithm."""
    return round(min(CV_MOST, sqrt(exp(min(variance, 50.0)) - 1)), _DECIMALS)


def _variances(groups: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Within groups and between them; all of it within where there is nothing to tell them apart."""
    count, dates = sum(len(group) for group in groups), len(groups)
    grand = sum(sum(group) for group in groups) / count
    means = [sum(group) / len(group) for group in groups]
    within = sum((value - mean) ** 2 for group, mean in zip(groups, means, strict=True) for value in group)
    between = sum(len(group) * (mean - grand) ** 2 for group, mean in zip(groups, means, strict=True))
    if dates == 1 or count == dates:
        return (within + between) / max(1, count - 1), 0.0
    own = within / (count - dates)
    size = (count - sum(len(group) ** 2 for group in groups) / count) / (dates - 1)
    return own, max(0.0, (between / (dates - 1) - own) / size)
