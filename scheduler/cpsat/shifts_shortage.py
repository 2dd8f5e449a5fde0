"""Work that nobody on duty has minutes for, as a price on the choice of open shifts.

Work comes in lumps (:mod:`scheduler.cpsat.demand`): minutes that may be done in a stretch of a date by some
qualifications. What must stay undone follows from Hall's theorem, without saying who does what when: of all the
work that lies within a stretch, what is more than the minutes on duty in it is short; the shortage of a date is the
most that disjoint stretches have together, a longest path over the hours. Who can do an assistant's work can do a
helper's: for each such set of qualifications the same is asked of the work that only they can do. Which work is left
out first is a matter of price: the shortage of all work costs what the cheapest does, that of the dearer work alone
the difference (the greedy rule for transversal matroids, doi 10.1007/BF01584082).

It is a lower bound on what a flow of every lump would find (stretches of different sets of qualifications are
weighed apart, work for any date against the week as a whole), a hundred times smaller, and rougher than a round
anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.cpsat.demand import Lump, supply_min
from scheduler.cpsat.shifts_model import ShiftModel
from scheduler.due import Due
from scheduler.problem import week_of
from scheduler.qualifications import UNTRAINED, qualifies

#: The qualifications that can do some work, among those of the team.
Able = frozenset[str]
#: First and last band of a stretch.
Stretch = tuple[int, int]


@dataclass(frozen=True)
class Level:
    """Work is reckoned ``times`` as long, and its shortage costs ``price`` times what leaving it out does.

    ``by_date``: work for any of several dates is spread over them evenly, instead of weighed against the week.
    """

    times: float
    price: float
    by_date: bool = False


#: What cannot be done; and, for much less, what fits only where rounds are fuller than four fifths of what could
#: fit: seldom does it when windows and journeys have their say.
LEVELS = (Level(1.0, 1.0), Level(1.25, 0.05, by_date=True))


@dataclass(frozen=True)
class Work:
    """A lump, or its share on one date: when it may be done, how long it is reckoned, who can do it, and the
    minutes of it that are missed for another reason: (variable, minutes)."""

    days: tuple[int, ...]
    first_band: int
    last_band: int
    priority: int
    minutes: int
    able: Able
    gone: tuple[tuple[Any, int], ...]


def add_shortage(
    m: ShiftModel, lumps: Sequence[Lump], missed: Mapping[Due | None, Any], levels: Sequence[Level] = LEVELS
) -> None:
    """Pays for the shortage of each date that has open shifts, and of its week."""
    team = sorted({carer.qualification for carer in m.carers})
    able = {lump: frozenset(one for one in team if qualifies(one, lump.qualification)) for lump in lumps}
    doable = [lump for lump in lumps if able[lump]]
    supply = Supply(m, sum(lump.minutes for lump in doable))
    prices = _prices_per_minute(m, doable)
    open_days = sorted({shift.day for shift in m.open})
    for level in levels:
        works = [work for lump in doable for work in _works(lump, able[lump], missed, level)]
        paid = [(priorities, level.price * price) for priorities, price in prices]
        for week in sorted({week_of(day) for day in open_days}):
            here = [work for work in works if week_of(work.days[0]) == week]
            days = [day for day in open_days if week_of(day) == week]
            _pay_week(m, here, days, week, supply, paid)


def _works(lump: Lump, able: Able, missed: Mapping[Due | None, Any], level: Level) -> list[Work]:
    """A lump as the level reckons it."""
    dates = [(day,) for day in lump.days] if level.by_date else [lump.days]
    times = level.times / len(dates)
    minutes = sum(round(times * part) for _, part in lump.pieces)
    gone = tuple((missed[due], round(times * part)) for due, part in lump.pieces if due in missed)
    return [Work(days, lump.first_band, lump.last_band, lump.priority, minutes, able, gone) for days in dates]


class Supply:
    """Minutes on duty by date and band: those that are sure, and those that open shifts add.

    Where untrained carers together could do more than their share of the whole (rule 8), the minutes they use are
    variables that keep to it.
    """

    def __init__(self, m: ShiftModel, whole_min: int) -> None:
        self._m = m
        self._fixed: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._opened: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
        self._by: dict[tuple[str, str], Any] = {}
        for shift in m.problem.shifts:
            for band, minutes in supply_min(m.problem, shift).items():
                if shift.carer_id is None:
                    self._opened[shift.day, band].append((shift.shift_id, minutes))
                    continue
                carer = m.problem.carer_by_id[shift.carer_id]
                if not carer.is_trainee and carer.introduced and m.is_present(shift, carer):
                    self._fixed[shift.day, band][carer.qualification] += minutes
        for shift in m.open:
            takes: dict[str, list[Any]] = defaultdict(list)
            for carer_id in m.takers[shift.shift_id]:
                takes[m.problem.carer_by_id[carer_id].qualification].append(m.takes[shift.shift_id, carer_id])
            for qualification, some in takes.items():
                self._by[shift.shift_id, qualification] = m.any_of(some)
        self._untrained: dict[tuple[int, int], Any] = {}
        self._limit_untrained(whole_min)

    def sure(self, days: Iterable[int], band: int, able: Able) -> int:
        """Minutes of those who can in a band, whatever is chosen."""
        return sum(
            minutes
            for place in self._places(days, (band, band))
            for one, minutes in self._fixed.get(place, {}).items()
            if one in able and not (one == UNTRAINED and place in self._untrained)
        )

    def most(self, days: Iterable[int], stretch: Stretch, able: Able) -> int:
        """The most these minutes could be, every open shift taken by somebody who can."""
        total = 0
        for place in self._places(days, stretch):
            total += sum(minutes for one, minutes in self._fixed.get(place, {}).items() if one in able)
            for shift_id, minutes in self._opened.get(place, ()):
                if any((shift_id, one) in self._by for one in able):
                    total += minutes
        return total

    def chosen(self, days: Iterable[int], stretch: Stretch, able: Able) -> Any:
        """Minutes beside the sure ones: an expression."""
        minutes_by: dict[tuple[str, str], int] = defaultdict(int)
        parts = []
        for place in self._places(days, stretch):
            limited = place in self._untrained
            if limited and UNTRAINED in able:
                parts.append(self._untrained[place])
            for shift_id, minutes in self._opened.get(place, ()):
                for one in able:
                    if (shift_id, one) in self._by and not (limited and one == UNTRAINED):
                        minutes_by[shift_id, one] += minutes
        return sum(minutes * self._by[key] for key, minutes in sorted(minutes_by.items())) + sum(parts)

    @staticmethod
    def _places(days: Iterable[int], stretch: Stretch) -> list[tuple[int, int]]:
        return [(day, band) for day in days for band in range(stretch[0], stretch[1] + 1)]

    def _limit_untrained(self, whole_min: int) -> None:
        m, share = self._m, self._m.rules.untrained_share_max
        if share >= 1:
            return
        places = {place for place, by in self._fixed.items() if by.get(UNTRAINED)} | {
            place
            for place, parts in self._opened.items()
            if any((shift_id, UNTRAINED) in self._by for shift_id, _ in parts)
        }
        most = {place: self._most_untrained(place) for place in sorted(places)}
        if sum(most.values()) <= share * whole_min:
            return
        for place, minutes in most.items():
            used = m.model.new_int_var(0, minutes, "")
            opened = sum(
                part * self._by[shift_id, UNTRAINED]
                for shift_id, part in self._opened.get(place, ())
                if (shift_id, UNTRAINED) in self._by
            )
            m.model.add(used <= self._fixed.get(place, {}).get(UNTRAINED, 0) + opened)
            self._untrained[place] = used
        m.model.add(sum(self._untrained.values()) <= int(share * whole_min))

    def _most_untrained(self, place: tuple[int, int]) -> int:
        return self._fixed.get(place, {}).get(UNTRAINED, 0) + sum(
            minutes for shift_id, minutes in self._opened.get(place, ()) if (shift_id, UNTRAINED) in self._by
        )


def _prices_per_minute(m: ShiftModel, lumps: Sequence[Lump]) -> list[tuple[frozenset[int], float]]:
    """Sets of priorities, from the dearest alone to all of them, each with what its shortage costs a minute."""
    minutes: dict[int, int] = defaultdict(int)
    visits: dict[int, int] = defaultdict(int)
    for lump in lumps:
        minutes[lump.priority] += lump.minutes
        visits[lump.priority] += len(lump.pieces)
    price = {one: m.weights.unplaced(one) * visits[one] / minutes[one] for one in minutes if minutes[one]}
    order = sorted(price, key=lambda one: (-price[one], one))
    found = []
    for index, one in enumerate(order):
        below = price[order[index + 1]] if index + 1 < len(order) else 0.0
        found.append((frozenset(order[: index + 1]), price[one] - below))
    return found


def _pay_week(
    m: ShiftModel,
    works: Sequence[Work],
    open_days: Sequence[int],
    week: int,
    supply: Supply,
    prices: Sequence[tuple[frozenset[int], float]],
) -> None:
    """A week's shortage: at least those of its dates together, and that of all its work against all its minutes."""
    days = range(7 * week, 7 * week + 7)
    any_day = any(len(work.days) > 1 for work in works)
    for priorities, price in prices:
        if not price:
            continue
        mine = [work for work in works if work.priority in priorities]
        of_days = [
            _shortage(m, [work for work in mine if work.days == (day,)], (day,), supply)
            for day in (days if any_day else open_days)
        ]
        shortages = [one for one in of_days if one is not None]
        together = _shortage(m, mine, days, supply) if any_day else None
        if together is None:
            for value, least in shortages:
                m.pay(price, value - least)
            continue
        value, least = together
        least = max(least, sum(one for _, one in shortages))
        m.model.add(value >= sum(one for one, _ in shortages))
        m.pay(price, value - least)


def _shortage(
    m: ShiftModel, works: Sequence[Work], days: Sequence[int], supply: Supply
) -> tuple[Any, int] | None:
    """The minutes of work that stay undone on these dates taken together: a variable, and the least it could be.

    None when nothing is ever short.
    """
    kinds = sorted({work.able for work in works}, key=lambda one: (len(one), sorted(one)))
    value_of: dict[Able, Any] = {}
    least_of: dict[Able, int] = {}
    for kind in kinds:
        inside = [work for work in works if work.able <= kind]
        narrower = [one for one in value_of if one < kind]
        widest = [one for one in narrower if not any(one < other for other in narrower)]
        least = sum(least_of[one] for one in widest)
        found = _path(m, inside, days, supply, kind)
        if found is None and not widest:
            continue
        value, own_least = found or (m.model.new_int_var(0, sum(work.minutes for work in inside), ""), 0)
        if widest:
            m.model.add(value >= sum(value_of[one] for one in widest))
        value_of[kind], least_of[kind] = value, max(least, own_least)
    roots = [one for one in value_of if not any(one < other for other in value_of)]
    if not roots:
        return None
    return sum(value_of[one] for one in roots), sum(least_of[one] for one in roots)


def _path(
    m: ShiftModel, works: Sequence[Work], days: Sequence[int], supply: Supply, kind: Able
) -> tuple[Any, int] | None:
    """The most that disjoint stretches lack together: a variable, and the least it could be; None when none lacks
    anything."""
    of_first: dict[int, list[Work]] = defaultdict(list)
    for work in works:
        of_first[work.first_band].append(work)
    firsts = sorted(of_first, reverse=True)
    lasts = sorted({work.last_band for work in works})
    sure = _summed(supply, days, (firsts[-1], lasts[-1]), kind)
    #: For the stretch from the current first band to each last: the minutes inside, and what may be missed of them.
    minutes = dict.fromkeys(lasts, 0)
    gone: dict[int, list[tuple[Any, int]]] = {last: [] for last in lasts}
    lacking: dict[int, list[tuple[int, int, list[tuple[Any, int]]]]] = defaultdict(list)
    for first in firsts:
        earliest = min(work.last_band for work in of_first[first])
        for work in of_first[first]:
            for last in lasts:
                if work.last_band <= last:
                    minutes[last] += work.minutes
                    gone[last] += work.gone
        for last in lasts:
            # A wider stretch with the same work in it lacks less.
            if earliest <= last and minutes[last] > sure[last + 1] - sure[first]:
                lacking[last].append((first, minutes[last], list(gone[last])))
    if not lacking:
        return None
    whole = sum(work.minutes for work in works)
    ends: list[tuple[int, Any, int]] = []
    for last in sorted(lacking):
        value = m.model.new_int_var(0, whole, "")
        least = 0
        if ends:
            m.model.add(value >= ends[-1][1])
            least = ends[-1][2]
        for first, wanted, missing in lacking[last]:
            before = next((row for row in reversed(ends) if row[0] < first), None)
            undone = wanted - sum(part * missed for missed, part in missing)
            room = sure[last + 1] - sure[first] + supply.chosen(days, (first, last), kind)
            m.model.add(value >= undone - room + (0 if before is None else before[1]))
            surely = wanted - sum(part for _, part in missing) - supply.most(days, (first, last), kind)
            least = max(least, surely + (0 if before is None else before[2]))
        ends.append((last, value, least))
    return ends[-1][1], ends[-1][2]


def _summed(supply: Supply, days: Sequence[int], stretch: Stretch, kind: Able) -> dict[int, int]:
    """By band: the sure minutes of a kind from the stretch's beginning up to, not including, the band."""
    found = {stretch[0]: 0}
    for band in range(stretch[0], stretch[1] + 1):
        found[band + 1] = found[band] + supply.sure(days, band, kind)
    return found
