"""Citizens with their needs, and as many visits a week as are asked for.

The minutes that a package gives can be many short visits or few long ones. Where a number of visits is asked for,
bundles of needs with many visits are drawn more often, or less, until the week has about that many; and because each
visit has its way, more of them leave fewer minutes for the homes.
"""

from __future__ import annotations

from delivery_app.generator.citizens import NameBook, make_citizens
from delivery_app.generator.drafts import DraftCitizen
from delivery_app.generator.needs import NeedMaker
from delivery_app.generator.settings import Settings
from delivery_app.generator.streams import Streams
from scheduler.message import ProblemError
from scheduler.problem import Package

#: Minutes of the way to a visit, before the map is known.
WAY_MIN = 6
#: How often a lean between few long and many short visits is halved, and how far beside the best others are tried.
TRIES, AROUND = 8, 0.03
#: A week this far off the visits asked for, in parts of them, is not what was asked for.
OFF_MOST = 0.04


class Households:
    """Makes the same citizens again and again, with other minutes and other needs."""

    def __init__(
        self,
        settings: Settings,
        packages: tuple[Package, ...],
        citizens: int,
        two_carers: bool,
        streams: Streams,
    ) -> None:
        self._settings = settings
        self._packages = {row.package_id: row for row in packages}
        self._citizens = citizens
        self._two_carers = two_carers
        self._streams = streams

    def of(self, mean_min: float, visits: int | None) -> tuple[list[DraftCitizen], NameBook, float]:
        """Citizens with needs, the names they have used, and the minutes a week that they are more on the way than usual.

        ``mean_min``: minutes a week in homes for each citizen, were the visits as many as usual.

        Raises
        ------
        ProblemError
            The citizens cannot have about so many visits.
        """
        people, names = self._draw(mean_min, 0.0)
        if visits is None:
            return people, names, 0.0
        more_way_min = (visits - week_visits(people)) * WAY_MIN
        mean_min = max(1.0, mean_min - more_way_min / self._citizens)
        ends = [week_visits(self._draw(mean_min, lean)[0]) for lean in (-1.0, 1.0)]
        lean = self._lean(mean_min, visits)
        people, names = self._draw(mean_min, lean)
        if abs(week_visits(people) - visits) > OFF_MOST * visits:
            raise ProblemError(
                "{value} visits a week are not possible for {citizens} citizens with these carers: their packages"
                " give about {least} to {most}",
                value=visits,
                citizens=self._citizens,
                least=min(ends),
                most=max(ends),
            )
        return people, names, more_way_min

    def _lean(self, mean_min: float, visits: int) -> float:
        """The lean whose week comes nearest to so many visits: halving, then looking around, for chance makes steps."""
        off: dict[float, int] = {}
        low, high = -1.0, 1.0
        for _ in range(TRIES):
            middle = (low + high) / 2
            off[middle] = week_visits(self._draw(mean_min, middle)[0]) - visits
            low, high = (middle, high) if off[middle] < 0 else (low, middle)
        nearest = min(off, key=lambda one: abs(off[one]))
        for step in (-4, -3, -2, -1, 1, 2, 3, 4):
            beside = min(1.0, max(-1.0, nearest + AROUND * step))
            off[beside] = week_visits(self._draw(mean_min, beside)[0]) - visits
        return min(off, key=lambda one: abs(off[one]))

    def _draw(self, mean_min: float, lean: float) -> tuple[list[DraftCitizen], NameBook]:
        settings, streams = self._settings, self._streams
        names = NameBook(settings, streams.of("names"))
        people = make_citizens(
            settings,
            self._packages,
            self._citizens,
            mean_min,
            self._two_carers,
            names,
            streams.of("citizens"),
        )
        NeedMaker(settings, self._two_carers, streams.of("needs"), lean).fill_all(people)
        return people, names


def week_visits(citizens: list[DraftCitizen]) -> int:
    """Visits of a usual week."""
    return round(
        sum(
            need.template.visits_per_week / need.template.every_weeks
            for citizen in citizens
            for need in citizen.needs
        )
    )
