"""What the planned weeks are to give on average, so that the weeks before them even out (requirement S2).

A package has an average that the provider is paid for. What was delivered in the weeks before the pack lies above or
below it; the *target* of the planned weeks is what brings the mean of the last 4 and of the last 12 weeks back to the
average, over ``rules.even_out_weeks`` weeks from the pack's first: no citizen is to get in one week all that was missing
in many, and no team has the time for it. Both means are asked, and the nearer of the two is followed: a single odd week is
not chased, and an old drift that has been made up for is not made up for twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from statistics import median

from scheduler.drift import LONG_WEEKS, SHORT_WEEKS
from scheduler.problem import Package, Problem


def targets(problem: Problem) -> Mapping[str, int]:
    """By package with an average: the counted minutes a week that its citizens are to get on average in the pack.

    The package's average where nothing is known of the weeks before, or where the means of 4 and of 12 weeks lie on
    different sides of it; else the nearer of what would bring each of them back to it, within the package's interval.
    """
    members: dict[str, set[str]] = defaultdict(set)
    for citizen in problem.citizens:
        members[citizen.package_id].add(citizen.citizen_id)
    found = {}
    for package in problem.packages:
        average = package.average_minutes
        if average is not None:
            theirs = members[package.package_id]
            wanted = [_evening_out(problem, package, theirs, weeks) for weeks in (SHORT_WEEKS, LONG_WEEKS)]
            found[package.package_id] = _inside(package, round(median([average, *wanted])))
    return found


def _evening_out(problem: Problem, package: Package, members: set[str], span: int) -> float:
    """The planned mean that, kept up for the weeks to even out in, makes up for the drift of the last ``span`` weeks.

    Those weeks end with the pack's last. A pack longer than the weeks to even out in makes up for it in all of its own.
    """
    average = package.average_minutes or 0
    first = problem.calendar.weeks - span
    delivered: dict[tuple[str, int], int] = defaultdict(int)
    for row in problem.delivered:
        if row.citizen_id in members and first <= row.week < 0:
            delivered[row.citizen_id, row.week] += row.minutes
    # As in the drift that is shown, citizens of whom nothing is known before the pack are left out.
    citizens = {citizen_id for citizen_id, _ in delivered}
    if not citizens:
        return average
    share = len(citizens) * max(problem.calendar.weeks, problem.rules.even_out_weeks)
    return average + (average * len(delivered) - sum(delivered.values())) / share


def _inside(package: Package, minutes: int) -> int:
    """Within the interval; an average outside it, as a pack may have, is no worse a target than before."""
    average, most = package.average_minutes or 0, package.most_min()
    least = min(package.least_min(), average)
    return max(least, minutes if most is None else min(minutes, max(most, average)))


def aimed(problem: Problem) -> Problem:
    """The problem with the targets in the place of the averages, for whoever reads packages only.

    The delivered weeks are gone: they are in the targets, and asked again nothing would be evened out twice.
    """
    if not problem.delivered:
        return problem
    wanted = targets(problem)
    packages = tuple(
        replace(row, average_minutes=wanted[row.package_id]) if row.package_id in wanted else row
        for row in problem.packages
    )
    return replace(problem, packages=packages, delivered=())
