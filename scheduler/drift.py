"""How a citizen's and a package's minutes lie over weeks: delivered before the pack, planned in it (S2, L5).

A package has an interval for single weeks and an average that the provider is paid for; a change of package asks for a
stable change of need. So the mean of the last 4 and 12 weeks is held against the average, and who has lain outside the
interval for weeks in a row is named, for the citizen-near assessment meeting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.problem import Package, Problem
from scheduler.roster import CitizenWeek

#: The spans looked at, in weeks.
SHORT_WEEKS, LONG_WEEKS = 4, 12
#: So many weeks in a row outside the interval are a case for the assessment meeting (L5).
OUTSIDE_WEEKS = 4


@dataclass(frozen=True)
class Span:
    """Minutes over the last weeks, the pack's last week included.

    ``weeks``: citizen-weeks of which the minutes are known. ``drift_min``: mean weekly minutes less the package's
    average; None without an average.
    """

    weeks: int
    mean_min: float
    drift_min: float | None


@dataclass(frozen=True)
class CitizenDrift:
    """A citizen's minutes over weeks. A span is None where it would rest on planned weeks that do not fill it.

    ``outside_weeks``: how many weeks in a row, up to the pack's first, the delivered minutes lay outside the interval;
    ``outside_mean_min``: their mean in these, 0 when there are none.
    """

    citizen_id: str
    package_id: str
    planned_mean_min: float
    short: Span | None
    long: Span | None
    outside_weeks: int
    outside_mean_min: float

    @property
    def is_stably_outside(self) -> bool:
        """Whether the citizen is a case for the assessment meeting."""
        return self.outside_weeks >= OUTSIDE_WEEKS


@dataclass(frozen=True)
class PackageDrift:
    """The same over all citizens of a package: means are per citizen and week."""

    package: Package
    citizens: int
    planned_mean_min: float
    short: Span | None
    long: Span | None


def citizen_drifts(problem: Problem, planned: Sequence[CitizenWeek]) -> dict[str, CitizenDrift]:
    """By citizen; ``planned``: the judge's citizen-weeks of a roster."""
    known = _minutes(problem, planned)
    found = {}
    for citizen in problem.citizens:
        package = problem.package_of(citizen.citizen_id)
        weeks = known[citizen.citizen_id]
        outside = _outside(package, weeks)
        found[citizen.citizen_id] = CitizenDrift(
            citizen.citizen_id,
            package.package_id,
            _mean([weeks.get(week, 0) for week in range(problem.calendar.weeks)]),
            _span(problem, package, [weeks], SHORT_WEEKS),
            _span(problem, package, [weeks], LONG_WEEKS),
            len(outside),
            _mean(outside),
        )
    return found


def package_drifts(problem: Problem, planned: Sequence[CitizenWeek]) -> list[PackageDrift]:
    """Every package that a citizen has, in the order of the pack."""
    known = _minutes(problem, planned)
    members: dict[str, list[str]] = defaultdict(list)
    for citizen in problem.citizens:
        members[citizen.package_id].append(citizen.citizen_id)
    found = []
    for package in problem.packages:
        weeks = [known[citizen_id] for citizen_id in members[package.package_id]]
        if weeks:
            in_pack = [one.get(week, 0) for one in weeks for week in range(problem.calendar.weeks)]
            found.append(
                PackageDrift(
                    package,
                    len(weeks),
                    _mean(in_pack),
                    _span(problem, package, weeks, SHORT_WEEKS),
                    _span(problem, package, weeks, LONG_WEEKS),
                )
            )
    return found


def _minutes(problem: Problem, planned: Sequence[CitizenWeek]) -> Mapping[str, Mapping[int, int]]:
    """By citizen and week number (negative before the pack): delivered or planned minutes."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for row in problem.delivered:
        if row.week < 0:
            found[row.citizen_id][row.week] = found[row.citizen_id].get(row.week, 0) + row.minutes
    for week in planned:
        found[week.citizen_id][week.week] = week.minutes
    return found


def _span(
    problem: Problem, package: Package, citizens: Iterable[Mapping[int, int]], length: int
) -> Span | None:
    """The last ``length`` weeks of some citizens; a citizen without a delivered week in them is left out, unless the
    pack fills the span."""
    last = problem.calendar.weeks
    values: list[int] = []
    for weeks in citizens:
        inside = {week: value for week, value in weeks.items() if last - length <= week < last}
        if any(week < 0 for week in inside) or last >= length:
            values += inside.values()
    if not values:
        return None
    mean = _mean(values)
    drift = None if package.average_minutes is None else mean - package.average_minutes
    return Span(len(values), mean, drift)


def _outside(package: Package, weeks: Mapping[int, int]) -> list[int]:
    """Delivered minutes of the weeks in a row, backwards from the pack, that lay on the same side of the interval."""
    most = package.most_min()
    found: list[int] = []
    sides = set()
    week = -1
    while week in weeks:
        below, above = weeks[week] < package.least_min(), most is not None and weeks[week] > most
        sides.add(above)
        if not (below or above) or len(sides) > 1:
            break
        found.append(weeks[week])
        week -= 1
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
