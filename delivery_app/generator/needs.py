"""What a citizen's week holds: a bundle of templates, with durations that make up the package's weekly
minutes.
"""

from __future__ import annotations

from random import Random
from typing import TypeVar

from delivery_app.generator.drafts import DraftCitizen, DraftNeed
from delivery_app.generator.packages import inner_interval
from delivery_app.generator.settings import Bundle, Settings, Template

K = TypeVar("K")
STEP_MIN = 5
#: A team of that many citizens has one more who is lifted by two carers.
CITIZENS_PER_LIFT = 30
#: At the ends of a lean: how much more often a bundle of twice the visits is drawn (a power of two), and how much shorter
#: the shortest visits, or longer the longest, can be.
LEAN_POWER, LEAN_SHORTER, LEAN_LONGER = 6, 0.5, 0.6
#: Every-other-week visits fall in the pack's first week or in the week before it.
ANCHORS = (0, -1)


class NeedMaker:
    """Draws the needs of one citizen after another."""

    def __init__(self, settings: Settings, two_carers: bool, rng: Random, lean: float = 0.0) -> None:
        """``lean``, −1 to 1: towards few long visits, or towards many short ones."""
        self._settings = settings
        self._lean = lean
        self._templates = {name: _leant(row, lean) for name, row in settings.needs.templates.items()}
        self._two_carers = two_carers
        self._rng = rng
        #: Minutes a package's citizens have so far been given more than aimed at: made up for with the next.
        self._owed: dict[str, float] = {}

    def fill_all(self, citizens: list[DraftCitizen]) -> None:
        """Needs for all; in a team that is big enough some of the heaviest have visits of two carers."""
        heavy = [citizen for citizen in citizens if self._two_carer_bundles(citizen)]
        heavy.sort(key=lambda citizen: -citizen.target_min)
        lifted = {citizen.citizen_id for citizen in heavy[: max(1, len(citizens) // CITIZENS_PER_LIFT)]}
        for citizen in citizens:
            self._fill(citizen, citizen.citizen_id in lifted)

    def _two_carer_bundles(self, citizen: DraftCitizen) -> list[Bundle]:
        return [
            b for b in self._bundles(citizen) if any(self._templates[name].carers == 2 for name in b.needs)
        ]

    def _bundles(self, citizen: DraftCitizen) -> list[Bundle]:
        return [b for b in self._settings.needs.levels[citizen.mix.level] if self._fits(citizen, b.needs)]

    def _fill(self, citizen: DraftCitizen, lifted: bool) -> None:
        code = citizen.package.package_id
        least, most = inner_interval(citizen.package)
        target = max(citizen.target_min - self._owed.get(code, 0.0), float(least))
        if most is not None:
            target = min(target, float(most))
        extras = self._settings.needs.extras
        citizen.with_family = (
            citizen.mix.level in extras.family_levels and self._rng.random() < extras.family_weekends
        )
        names = self._choose(
            citizen, target, self._two_carer_bundles(citizen) if lifted else self._bundles(citizen)
        )
        citizen.needs = [self._need(citizen, name) for name in names]
        self._set_minutes(citizen, target)
        drift = mean_minutes(citizen.needs) - citizen.target_min
        self._owed[code] = max(-60.0, min(60.0, self._owed.get(code, 0.0) + drift))
        self._add_links(citizen)
        self._agree_times(citizen)

    def _choose(self, citizen: DraftCitizen, target: float, bundles: list[Bundle]) -> list[str]:
        """Names of the templates: drawn until their durations can reach the target, else what comes
        nearest.
        """
        _, most = inner_interval(citizen.package)
        best: tuple[float, list[str]] | None = None
        for attempt in range(80):
            bundle = self._rng.choices(bundles, [self._weight(b) for b in bundles])[0]
            extras = self._draw_extras(citizen) if attempt < 40 else []
            names = [*bundle.needs, *self._draw_optional(citizen, bundle), *extras]
            low, high = self._reach(names, False), self._reach(names, True)
            # The last tenth at both ends is left to rounding.
            slack = (high - low) / 10
            miss = max(low + slack - target, target - high + slack, 0.0)
            if most is not None:
                miss += 10 * max(0, self._heaviest(names) - most)
            if best is None or miss < best[0]:
                best = (miss, names)
            if miss == 0:
                break
        assert best is not None
        citizen.is_new = "start_up" in best[1]
        return best[1]

    def _weight(self, bundle: Bundle) -> float:
        visits = sum(self._templates[name].visits_per_week for name in bundle.needs)
        return bundle.weight * max(1, visits) ** (LEAN_POWER * self._lean)

    def _heaviest(self, names: list[str]) -> int:
        """Minutes of a week in which everything falls, all at their shortest."""
        templates = [self._templates[name] for name in names]
        return sum(t.minutes[0] * t.carers * t.visits_per_week for t in templates if t.counts)

    def _fits(self, citizen: DraftCitizen, names: tuple[str, ...]) -> bool:
        return all(self._is_possible(citizen, self._templates[name]) for name in names)

    def _is_possible(self, citizen: DraftCitizen, template: Template) -> bool:
        if template.time not in citizen.times or (template.carers == 2 and not self._two_carers):
            return False
        if template.screen == "only" and not (citizen.screen_able and citizen.package.screen):
            return False
        if citizen.place.island is None:
            return True
        rows = [row for row in self._settings.place.ferries if row.island == citizen.place.island]
        return template.carers == 1 and all(
            row.first_arrival + 60 <= template.period[1]
            and template.period[0] + template.minutes[1] + 45 <= row.last_departure
            for row in rows
        )

    def _draw_optional(self, citizen: DraftCitizen, bundle: Bundle) -> list[str]:
        drawn = [name for name, chance in bundle.optional.items() if self._rng.random() < chance]
        kept = [name for name in drawn if self._is_possible(citizen, self._templates[name])]
        present = {*bundle.needs, *kept}
        return [name for name in kept if (after := self._templates[name].after) is None or after in present]

    def _draw_extras(self, citizen: DraftCitizen) -> list[str]:
        extras = self._settings.needs.extras
        chances = {
            "medicine": extras.medicine if citizen.mix.level in ("moderate", "extensive") else 0,
            "injection": extras.injection,
            "start_up": extras.start_up,
            "coordination": extras.coordination,
            "assessment": extras.assessment,
        }
        drawn = [name for name, chance in chances.items() if self._rng.random() < chance]
        return [name for name in drawn if self._is_possible(citizen, self._templates[name])]

    def _reach(self, names: list[str], longest: bool) -> float:
        total = 0.0
        for name in names:
            template = self._templates[name]
            if template.counts:
                minutes = template.minutes[1 if longest else 0]
                total += minutes * template.carers * template.visits_per_week / template.every_weeks
        return total

    def _need(self, citizen: DraftCitizen, name: str) -> DraftNeed:
        template = self._templates[name]
        if (
            citizen.with_family
            and template.days == "daily"
            and name not in self._settings.needs.extras.every_day
        ):
            template = template.model_copy(update={"days": "weekdays"})
        asked = _weighted(template.qualification, self._rng)
        modality = {"no": "home", "only": "screen", "either": "either"}[template.screen]
        if not (citizen.screen_able and citizen.package.screen):
            modality = "home"
        anchor = self._rng.choice(ANCHORS)
        if template.every_weeks > 2:
            anchor = 0
        return DraftNeed(
            name=name,
            template=template,
            minutes=template.minutes[0],
            qualification=None if asked == "none" else asked,
            carers=template.carers,
            priority=_weighted(template.priority, self._rng),
            modality=modality,
            anchor_week=anchor,
            agreed=template.agreed,
        )

    def _set_minutes(self, citizen: DraftCitizen, target: float) -> None:
        """Durations between each template's shortest and longest, so that the weeks sum up to the target."""
        needs = citizen.needs
        low, high = 0.0, 1.0
        for _ in range(30):
            share = (low + high) / 2
            exact = sum(_mean_at(need, share) for need in needs if need.template.counts)
            low, high = (share, high) if exact < target else (low, share)
        for need in needs:
            shortest, longest = need.template.minutes
            wished = shortest + (low + self._rng.uniform(-0.15, 0.15)) * (longest - shortest)
            need.minutes = int(min(longest, max(shortest, STEP_MIN * round(wished / STEP_MIN))))
        _correct(citizen, target)

    def _add_links(self, citizen: DraftCitizen) -> None:
        present = {need.name for need in citizen.needs}
        for rule in self._settings.needs.links:
            if {rule.first, rule.second} <= present and self._rng.random() < rule.probability:
                greatest = rule.gap[1] if len(rule.gap) == 2 else None
                citizen.links.append((rule.first, rule.second, rule.gap[0], greatest, rule.same_carer))

    def _agree_times(self, citizen: DraftCitizen) -> None:
        linked = {name for link in citizen.links for name in link[:2]}
        for need in citizen.needs:
            if need.template.days == "daily" and need.carers == 1 and need.name not in linked:
                need.agreed |= self._rng.random() < self._settings.needs.extras.agreed


def _leant(template: Template, lean: float) -> Template:
    """A template whose durations reach further down, or further up."""
    shortest, longest = template.minutes
    shortest = max(min(shortest, STEP_MIN), round(shortest * (1 - LEAN_SHORTER * max(0.0, lean))))
    longest = round(longest * (1 + LEAN_LONGER * max(0.0, -lean)))
    return template.model_copy(update={"minutes": (shortest, longest)}) if lean else template


def _weighted(weights: dict[K, float], rng: Random) -> K:
    return rng.choices(list(weights), list(weights.values()))[0]


def _mean_at(need: DraftNeed, share: float) -> float:
    shortest, longest = need.template.minutes
    minutes = shortest + share * (longest - shortest)
    return minutes * need.carers * need.template.visits_per_week / need.template.every_weeks


def mean_minutes(needs: list[DraftNeed]) -> float:
    """Counted minutes a week, averaged over weeks with and without the every-other-week visits."""
    return sum(need.week_minutes / need.template.every_weeks for need in needs)


def week_range(needs: list[DraftNeed]) -> tuple[int, int]:
    """Counted minutes of the lightest and of the heaviest possible week."""
    least = sum(need.week_minutes for need in needs if need.template.every_weeks == 1)
    return least, sum(need.week_minutes for need in needs)


def _correct(citizen: DraftCitizen, target: float) -> None:
    """Lengthen or shorten single needs by five minutes until every week lies in the package and the mean
    is near.
    """
    least, most = inner_interval(citizen.package)
    for _ in range(200):
        light, heavy = week_range(citizen.needs)
        off = mean_minutes(citizen.needs) - target
        if (most is not None and heavy > most) or (off > 0 and light > least):
            step = -STEP_MIN
        else:
            step = STEP_MIN
        change = _best_change(citizen.needs, step, off)
        if change is None:
            return
        change.minutes += step
        new_light, new_heavy = week_range(citizen.needs)
        inside = light >= least and (most is None or heavy <= most)
        worse = abs(mean_minutes(citizen.needs) - target) >= abs(off)
        breaks = new_light < least or (most is not None and new_heavy > most)
        if inside and (worse or breaks):
            change.minutes -= step
            return


def _best_change(needs: list[DraftNeed], step: int, off: float) -> DraftNeed | None:
    """The need whose change by a step brings the weekly mean nearest to the target."""
    options = []
    for order, need in enumerate(needs):
        shortest, longest = need.template.minutes
        if need.template.counts and shortest <= need.minutes + step <= longest:
            weight = need.carers * need.template.visits_per_week / need.template.every_weeks
            options.append((abs(off + step * weight), order, need))
    return min(options, key=lambda option: option[:2])[2] if options else None
