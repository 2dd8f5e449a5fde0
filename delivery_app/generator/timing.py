"""When a need is: days and a nominal start where hands are free, and the window around it.

A planner agrees times with citizens so that the morning does not want more hands than there are; so does
this.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from random import Random

from delivery_app.generator.demand import SLOT_MIN, LoadBoard
from delivery_app.generator.drafts import DraftCitizen, DraftNeed
from scheduler.problem import Citizen

#: Minutes between two visits to the same citizen.
APART_MIN = 20
#: What is asked for instead where nobody with the qualification is on duty (S6b: carers instructed by a
#: therapist).
INSTEAD: dict[str | None, str | None] = {
    "nurse": "assistant",
    "assistant": "helper",
    "physiotherapist": "therapist",
    "occupational_therapist": "therapist",
    "therapist": "helper",
    "helper": None,
}
#: A daily visit starts this long before and after its template's period when nothing else is free.
STRETCH_MIN = 60
#: What a fixed day that is a holiday costs: as much as a rather full one, so that it is not sought.
NOT_DUE = 2.0
#: A day's cost is its fullness to this power: full days weigh most.
COST_POWER = 4
#: From this fullness on hands are short; another way must cost so much less to be taken.
FULL = 0.9
WORTH_IT = 0.75


@dataclass(frozen=True)
class Choice:
    """A start and weekdays for a need, and how full the days get."""

    cost: float
    start_min: int
    weekdays: tuple[int, ...]


class Timing:
    """Places one need after another on the load board."""

    def __init__(self, board: LoadBoard, rng: Random) -> None:
        self._board = board
        self._rng = rng
        self._weeks = board.problem.calendar.weeks
        #: (citizen id, day) -> nominal visits as (start, end).
        self._taken: dict[tuple[str, int], list[tuple[int, int]]] = {}

    def block(self, citizen_id: str, day: int, start: int, end: int) -> None:
        """Keep a citizen's time free for something else, as a group session."""
        self._taken.setdefault((citizen_id, day), []).append((start, end))

    def place_all(self, citizens: list[DraftCitizen]) -> None:
        """Days, nominal starts and windows for all needs; a need nobody could ever take is left out."""
        pairs = [(citizen, need) for citizen in citizens for need in citizen.needs]
        self._rng.shuffle(pairs)
        second = {(citizen.citizen_id, link[1]) for citizen in citizens for link in citizen.links}
        pairs.sort(key=lambda pair: _hardness(pair[1], (pair[0].citizen_id, pair[1].name) in second))
        for citizen, need in pairs:
            if not self._place(citizen, need):
                citizen.needs.remove(need)
        linked = {(c.citizen_id, name) for c in citizens for link in c.links for name in link[:2]}
        for citizen, need in pairs:
            if need.template.days in ("daily", "weekdays") and (citizen.citizen_id, need.name) not in linked:
                self._place_again(citizen, need)
        for citizen in citizens:
            names = {need.name for need in citizen.needs}
            citizen.links = [link for link in citizen.links if {link[0], link[1]} <= names]

    def _place(self, citizen: DraftCitizen, need: DraftNeed) -> bool:
        """Ask for less, step by step, until the need has a time; False when there is none at all."""
        row = self._board.problem.citizen_by_id[citizen.citizen_id]
        while True:
            for stretch in (0, STRETCH_MIN):
                choice = self._best(citizen, row, need, stretch)
                if choice is not None:
                    self._settle(row, need, self._or_anyone(citizen, row, need, stretch, choice), stretch)
                    return True
            if need.qualification in INSTEAD:
                need.qualification = INSTEAD[need.qualification]
            elif need.carers == 2:
                need.carers = 1
            elif need.template.days == "daily" and need.weekdays is None:
                need.weekdays = (0, 1, 2, 3, 4)
            else:
                return False

    def _place_again(self, citizen: DraftCitizen, need: DraftNeed) -> None:
        """Now that everything is on the board, the daily visits move to where hands are left."""
        if need in citizen.needs:
            row = self._board.problem.citizen_by_id[citizen.citizen_id]
            for day in need.nominal_days:
                times = (need.nominal_min, need.nominal_min + need.minutes)
                self._taken[citizen.citizen_id, day].remove(times)
                self._board.add(row, need.qualification, day, need.nominal_min, need.minutes, -need.carers)
            self._place(citizen, need)

    def _or_anyone(
        self, citizen: DraftCitizen, row: Citizen, need: DraftNeed, stretch: int, choice: Choice
    ) -> Choice:
        """Where helpers or therapists are too few at all hours, others come who are introduced or
        instructed (S6).

        A therapist's or an assistant's visit is left to helpers only where its template lets these come too.
        """
        asked = need.qualification
        instructed = asked in ("therapist", "assistant") and "helper" in need.template.qualification
        if choice.cost <= FULL**COST_POWER or need.carers == 2 or not (asked == "helper" or instructed):
            return choice
        need.qualification = INSTEAD[asked]
        wider = self._best(citizen, row, need, stretch)
        if wider is not None and wider.cost < WORTH_IT * choice.cost:
            return wider
        need.qualification = asked
        return choice

    def _best(self, citizen: DraftCitizen, row: Citizen, need: DraftNeed, stretch: int) -> Choice | None:
        """The start and weekdays at which the days get least full; None when nobody can ever come."""
        best: Choice | None = None
        for start in self._starts(citizen, need, stretch):
            costs = self._day_costs(row, need, start)
            for weekdays in self._day_choices(citizen, need, costs):
                days = [7 * week + d for week in self._weeks_of(need) for d in weekdays]
                mean = sum(costs[day] for day in days) / max(1, len(days)) + self._rng.random() * 0.02
                if best is None or mean < best.cost:
                    best = Choice(mean, start, weekdays)
        return best

    def _settle(self, row: Citizen, need: DraftNeed, choice: Choice, stretch: int) -> None:
        need.nominal_min = choice.start_min
        if need.template.days != "any":
            need.weekdays = choice.weekdays
        need.nominal_days = tuple(7 * week + d for week in self._weeks_of(need) for d in choice.weekdays)
        for day in need.nominal_days:
            self.block(row.citizen_id, day, need.nominal_min, need.nominal_min + need.minutes)
            self._board.add(row, need.qualification, day, need.nominal_min, need.minutes, need.carers)
        need.window = self._window(need, stretch)

    def _weeks_of(self, need: DraftNeed) -> list[int]:
        """The pack's weeks in which the need falls; the first one for a need that falls in none of them."""
        return [week for week in range(self._weeks) if need.falls_in(week)] or [0]

    def _starts(self, citizen: DraftCitizen, need: DraftNeed, stretch: int) -> list[int]:
        first, last = need.template.period
        first, last = first - stretch // 2, last + stretch
        for before, after, least, greatest, _ in citizen.links:
            if after == need.name:
                earlier = next((one for one in citizen.needs if one.name == before), None)
                if earlier is not None and earlier.nominal_days:
                    end = earlier.nominal_min + earlier.minutes
                    first = max(first, end + least)
                    last = last if greatest is None else min(last, end + greatest)
        step = 5 if need.agreed or first + SLOT_MIN > last else SLOT_MIN
        return list(range(-(-first // step) * step, last + 1, step))

    def _day_costs(self, row: Citizen, need: DraftNeed, start: int) -> dict[int, float]:
        """How full each day of the need's weeks gets; days on which nobody can come are left out."""
        costs = {}
        for week in self._weeks_of(need):
            for day in range(7 * week, 7 * week + 7):
                if need.template.on_holidays or day not in self._board.problem.holidays:
                    cost = self._cost(row, need, day, start)
                    if cost is not None:
                        costs[day] = cost
                elif need.template.days != "any":
                    # A fixed day that is a holiday is not due: no obstacle, and no load to speak of.
                    costs[day] = NOT_DUE
        return costs

    def _cost(self, row: Citizen, need: DraftNeed, day: int, start: int) -> float | None:
        end = start + need.minutes
        for taken_start, taken_end in self._taken.get((row.citizen_id, day), ()):
            if start < taken_end + APART_MIN and taken_start < end + APART_MIN:
                linked = start >= taken_end and need.template.after is not None
                if not linked:
                    return None
        asked, carers = need.qualification, need.carers
        # A fixed time that one single person could keep would bind that person's whole day.
        spare = 1 if need.agreed and asked is not None else 0
        if not self._board.has_carers(row, day, asked, start, need.minutes, carers + spare):
            return None
        full = self._board.fullness(row, asked, day, start, need.minutes, carers)
        return full**COST_POWER

    def _day_choices(
        self, citizen: DraftCitizen, need: DraftNeed, costs: dict[int, float]
    ) -> list[tuple[int, ...]]:
        """Weekdays to choose among: the template's, those of the visit it follows, or all spread ones."""
        template = need.template
        before = next((one for one in citizen.needs if one.name == template.after), None)
        if need.weekdays is not None:
            choices = [need.weekdays]
        elif before is not None and before.weekdays is not None:
            choices = [before.weekdays]
        elif template.days == "daily":
            choices = [tuple(range(7))]
        elif template.days == "weekdays":
            choices = [tuple(range(5))]
        elif template.per_week == 7:
            choices = [tuple(range(7))]
        else:
            choices = list(combinations(range(7), template.per_week))
        weeks = self._weeks_of(need)
        possible = [c for c in choices if all(7 * week + day in costs for week in weeks for day in c)]
        if template.days in ("fixed", "any") and need.weekdays is None and before is None:
            # In a week of holidays the visits may lie closer than usual.
            possible = [c for c in possible if template.on_holidays or c[-1] <= 4]
            possible = [c for c in possible if _is_spread(c)] or possible
        return possible

    def _window(self, need: DraftNeed, stretch: int) -> tuple[int, int]:
        """A window around the nominal start, on whole quarters, within the template's period."""
        narrowest, widest = need.template.width
        width = self._rng.randrange(narrowest, widest + 1, SLOT_MIN)
        if need.agreed:
            width = min(width, 60)
        first, last = need.template.period
        first, last = min(first, need.nominal_min), max(last, need.nominal_min)
        start = need.nominal_min - width * self._rng.uniform(0.3, 0.7)
        start = SLOT_MIN * round(start / SLOT_MIN)
        start = max(first, min(start, last - width))
        start = min(SLOT_MIN * (start // SLOT_MIN), need.nominal_min)
        return start, max(need.nominal_min, min(start + width, last))


def _hardness(need: DraftNeed, is_second: bool) -> tuple[int, int, int]:
    """Two carers first, then daily visits, then fixed days, then any; what follows another visit after
    that one.
    """
    order = {"daily": 0, "weekdays": 1, "fixed": 2, "any": 3}[need.template.days]
    return (0 if need.carers == 2 else 1 + order, 1 if is_second else 0, -need.minutes)


def _is_spread(weekdays: tuple[int, ...]) -> bool:
    """Visits two or three times a week keep a day between."""
    if len(weekdays) not in (2, 3):
        return True
    gaps = [b - a for a, b in pairwise(weekdays)]
    return min(gaps) >= 2 and weekdays[-1] - weekdays[0] <= 5
