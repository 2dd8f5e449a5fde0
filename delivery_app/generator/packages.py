"""Which packages a team's citizens have: the municipality's catalogue, and how many citizens have each
package.
"""

from __future__ import annotations

import math
from random import Random

from delivery_app.generator.settings import MunicipalitySettings, PackageMix
from models.catalogue import CATALOGUE_FOLDER, Provider, load_catalogue, resolve_packages
from scheduler.message import ProblemError
from scheduler.problem import Package

#: Wished minutes keep this distance from an interval's ends, so that flexible durations have room on both
#: sides.
MARGIN_MIN = 10


def catalogue_packages(municipality: str, provider: Provider) -> tuple[Package, ...]:
    """The packages of a municipality's catalogue, as rows of a pack.

    Raises
    ------
    CatalogueError
        The catalogue's file is missing or wrong.
    """
    rows = resolve_packages(load_catalogue(CATALOGUE_FOLDER / f"{municipality}.toml"), provider)
    return tuple(_package(row) for row in rows)


def _package(row: dict[str, str]) -> Package:
    def whole(column: str) -> int | None:
        return int(row[column]) if row[column] else None

    return Package(
        package_id=row["package"],
        min_minutes=whole("min_minutes"),
        min_included=row["min_included"] != "no",
        max_minutes=whole("max_minutes"),
        max_included=row["max_included"] != "no",
        average_minutes=whole("average_minutes"),
        screen=row["screen"] != "no",
        two_carers_count=row["two_carers_count"] or "both",
    )


def inner_interval(package: Package) -> tuple[int, int | None]:
    """The package's interval, a margin inside its ends (weekly minutes)."""
    least, most = package.least_min(), package.most_min()
    return (least + MARGIN_MIN if least else 0), (None if most is None else most - MARGIN_MIN)


def usual_minutes(package: Package, mix: PackageMix) -> float:
    """What a week of the package is on average: the catalogue's own average, else the settings'."""
    return 60 * mix.hours[1] if package.average_minutes is None else float(package.average_minutes)


def package_counts(
    settings: MunicipalitySettings, packages: dict[str, Package], citizens: int, mean_min: float
) -> dict[str, int]:
    """How many citizens have each package, so that together they need about ``citizens · mean_min``
    minutes a week.

    The settings' shares are tilted toward heavier or lighter packages as far as needed.

    Raises
    ------
    ProblemError
        No mix of the municipality's packages comes near that mean.
    """
    mixes = settings.packages
    if unknown := sorted(set(mixes) - set(packages)):
        raise ProblemError(
            "packages.{code} is not in the municipality's catalogue; write one of {choices}",
            code=unknown[0],
            choices=", ".join(packages),
        )
    usual = {code: usual_minutes(packages[code], mix) for code, mix in mixes.items()}
    low, high = -0.02, 0.006
    for _ in range(60):
        tilt = (low + high) / 2
        if _mean(_tilted(mixes, usual, tilt), usual) < mean_min:
            low = tilt
        else:
            high = tilt
    counts = _rounded(_tilted(mixes, usual, (low + high) / 2), citizens)
    return _corrected(counts, usual, citizens * mean_min, [code for code in mixes if mixes[code].share > 0])


def _tilted(mixes: dict[str, PackageMix], usual: dict[str, float], tilt: float) -> dict[str, float]:
    weights = {code: mix.share * math.exp(tilt * (usual[code] - 300)) for code, mix in mixes.items()}
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}


def _mean(shares: dict[str, float], usual: dict[str, float]) -> float:
    return sum(share * usual[code] for code, share in shares.items())


def _rounded(shares: dict[str, float], citizens: int) -> dict[str, int]:
    counts = {code: int(share * citizens) for code, share in shares.items()}
    by_rest = sorted(shares, key=lambda code: shares[code] * citizens - counts[code], reverse=True)
    for code in by_rest[: citizens - sum(counts.values())]:
        counts[code] += 1
    return counts


def _corrected(
    counts: dict[str, int], usual: dict[str, float], total_min: float, codes: list[str]
) -> dict[str, int]:
    """Move single citizens between packages while that brings the sum closer: rounding is rough in small
    teams.
    """
    while True:
        off = sum(usual[code] * count for code, count in counts.items()) - total_min
        moves = [
            (abs(off - usual[a] + usual[b]), a, b)
            for a in codes
            for b in codes
            if counts[a] > 1 and a != b and counts[b] > 0
        ]
        best = min(moves, default=None)
        if best is None or best[0] >= abs(off) - 30:
            return counts
        counts[best[1]] -= 1
        counts[best[2]] += 1


def week_targets(package: Package, mix: PackageMix, count: int, rng: Random) -> list[float]:
    """Weekly minutes for the citizens of a package: spread within its interval, their mean its usual
    minutes.
    """
    least, most = inner_interval(package)
    low = max(60 * mix.hours[0], least)
    high = 60 * mix.hours[2] if most is None else min(60 * mix.hours[2], most)
    usual = min(max(usual_minutes(package, mix), low), high)
    drawn = [rng.triangular(low, high, max(low, min(high, 3 * usual - low - high))) for _ in range(count)]
    for _ in range(6):
        off = usual - sum(drawn) / max(1, count)
        drawn = [min(high, max(low, value + off)) for value in drawn]
    return drawn
