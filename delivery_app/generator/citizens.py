"""The team's citizens: invented names, a house, a package with weekly minutes to aim at."""

from __future__ import annotations

from random import Random

from delivery_app.generator.drafts import DraftCitizen
from delivery_app.generator.packages import package_counts, week_targets
from delivery_app.generator.settings import Settings
from delivery_app.generator.town import Town
from scheduler.problem import Package

ID_DIGITS = 2


def make_ids(prefix: str, count: int) -> list[str]:
    """``c01``, ``c02``, …: as many digits as the last one needs, at least two."""
    digits = max(ID_DIGITS, len(str(count)))
    return [f"{prefix}{number:0{digits}}" for number in range(1, count + 1)]


class NameBook:
    """Full names, none given twice."""

    def __init__(self, settings: Settings, rng: Random) -> None:
        self._names = settings.names
        self._rng = rng
        self._given: set[str] = set()

    def draw(self, first_names: tuple[str, ...]) -> str:
        """A first name of the list and a last name; a middle name where the lists are nearly used up."""
        for attempt in range(400):
            middle = f"{self._rng.choice(self._names.last)} " if attempt > 20 else ""
            name = f"{self._rng.choice(first_names)} {middle}{self._rng.choice(self._names.last)}"
            if name not in self._given:
                break
        self._given.add(name)
        return name


def make_citizens(
    settings: Settings,
    packages: dict[str, Package],
    count: int,
    mean_min: float,
    nights: bool,
    names: NameBook,
    rng: Random,
) -> list[DraftCitizen]:
    """``count`` citizens who together need about ``count · mean_min`` minutes a week.

    ``nights``: whether the team is big enough to have somebody out late.
    """
    mixes = settings.place.packages
    counts = package_counts(settings.place, packages, count, mean_min)
    aims = [
        (code, target)
        for code in mixes
        for target in week_targets(packages[code], mixes[code], counts[code], rng)
    ]
    rng.shuffle(aims)
    town = Town(settings.place.places, rng)
    homes = town.spread(count)
    citizens = []
    for citizen_id, (code, target), home in zip(make_ids("c", count), aims, homes, strict=True):
        mix = mixes[code]
        has_night = (
            nights and settings.place.late_shift is not None and rng.random() < settings.place.night_share
        )
        citizens.append(
            DraftCitizen(
                citizen_id=citizen_id,
                name=names.draw(settings.names.citizens),
                place=home,
                point=town.house(home),
                package=packages[code],
                mix=mix,
                times=tuple(time for time in mix.times if time != "night" or has_night),
                target_min=target,
                screen_able=rng.random() < settings.needs.extras.screen_able,
            )
        )
    return citizens
