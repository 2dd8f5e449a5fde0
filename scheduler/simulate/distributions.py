"""How real minutes differ from planned ones: lognormal ratios by service and by mode of travel.

They are data (``fixtures/simulation/distributions.toml``), read by :mod:`scheduler.simulate.reading` and learned
from what was delivered by :mod:`scheduler.simulate.fitting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite, log, sqrt

from scheduler.message import ProblemError
from scheduler.problem import MODES, SERVICES

#: The key that holds for every service or mode without a table of its own.
OTHER = "other"
#: Ratios and coefficients beyond these are slips of the pen, not days.
MEAN_LEAST, MEAN_MOST, CV_MOST = 0.1, 10.0, 3.0


@dataclass(frozen=True)
class Spread:
    """The ratio of real to planned minutes.

    ``mean`` is the mean ratio, ``cv`` the coefficient of variation of one visit or journey, ``day_cv`` that of a
    factor which all of a date share. Raises ProblemError for a value out of bounds.
    """

    mean: float = 1.0
    cv: float = 0.0
    day_cv: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        bounds = {"mean": (MEAN_LEAST, MEAN_MOST), "cv": (0.0, CV_MOST), "day_cv": (0.0, CV_MOST)}
        for name, (least, most) in bounds.items():
            value = getattr(self, name)
            if not (isfinite(value) and least <= value <= most):
                raise ProblemError(
                    "{name}: {value} is not from {least} to {most}",
                    name=name,
                    value=value,
                    least=least,
                    most=most,
                )

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of one visit's or journey's own factor."""
        return sqrt(log(1 + self.cv**2))

    @property
    def day_sigma(self) -> float:
        """Standard deviation of the logarithm of the date's factor."""
        return sqrt(log(1 + self.day_cv**2))

    @property
    def centre(self) -> float:
        """Mean of the logarithm of the whole ratio, so that the ratio's own mean is ``mean``."""
        return log(self.mean) - (self.sigma**2 + self.day_sigma**2) / 2


@dataclass(frozen=True)
class Distributions:
    """Spreads by service (visits) and by mode (travel); both hold ``other``, for what is not named.

    Raises ProblemError for a service or mode that does not exist, or when ``other`` is missing.
    """

    visit: Mapping[str, Spread] = field(default_factory=lambda: {OTHER: Spread()})
    travel: Mapping[str, Spread] = field(default_factory=lambda: {OTHER: Spread()})

    def __post_init__(self) -> None:
        for kind, table, known in (("visit", self.visit, SERVICES), ("travel", self.travel, MODES)):
            for name in (OTHER, *table):
                if name not in table:
                    raise ProblemError("[{kind}.{name}] is missing; add it", kind=kind, name=name)
                if name != OTHER and name not in known:
                    raise ProblemError(
                        "'{value}' is none of {choices}", value=name, choices=", ".join((*known, OTHER))
                    )

    def of_service(self, service: str) -> Spread:
        """The spread of a service's visits."""
        return self.visit.get(service, self.visit[OTHER])

    def of_mode(self, mode: str) -> Spread:
        """The spread of journeys by a mode."""
        return self.travel.get(mode, self.travel[OTHER])
