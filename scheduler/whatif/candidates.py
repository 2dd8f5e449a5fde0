"""Where a roster is tight, and what could therefore help: changes worth a trial, the most pressing of each kind first.

Pressure is a guess that orders the trials, in minutes of the objective; what a change is worth only its trial says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from scheduler.elements import Carer, Need, Shift
from scheduler.problem import Problem, day_start_min, week_of
from scheduler.qualifications import CARER_QUALIFICATIONS, qualifies
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.context import RosterContext
from scheduler.travel import TravelTable
from scheduler.whatif.changes import (
    AgreedGivenUp,
    CapRaised,
    Change,
    ContactCarer,
    Introduced,
    MoreShift,
    WindowWider,
)
from scheduler.working_time import may_add

#: A window of at most so many minutes is tight; it is tried with so many more on either side.
TIGHT_MIN, WIDER_MIN = 60, 30
#: Parts of a day, in minutes, and the most shifts tried in each.
PART_MIN, OF_A_PART = 360, 2
#: The most candidates of each kind.
SHIFTS, WINDOWS, CONTACTS, INTRODUCED, CAPS = 8, 8, 5, 3, 3


C = TypeVar("C", bound=Change, covariant=True)


@dataclass(frozen=True)
class Candidate(Generic[C]):
    """A change worth a trial, and the pressure (minutes of the objective) it might take away."""

    change: C
    pressure: float


def candidates(
    problem: Problem, roster: Roster, travel: TravelTable | None = None
) -> list[Candidate[Change]]:
    """What is to be tried for a roster, kind by kind, the most pressing of each kind first."""
    look = _Look(problem, roster, TravelTable(problem) if travel is None else travel)
    return [
        *_most_pressing(look.shifts(), SHIFTS),
        *_most_pressing(look.windows(), WINDOWS),
        *_most_pressing(look.contacts(), CONTACTS),
        *_most_pressing(look.introductions(), INTRODUCED),
        *_most_pressing(look.caps(), CAPS),
    ]


def _most_pressing(rows: Iterable[Candidate[Change]], most: int) -> list[Candidate[Change]]:
    return sorted(
        (row for row in rows if row.pressure > 0), key=lambda row: (-row.pressure, repr(row.change))
    )[:most]


@dataclass(frozen=True)
class _Pattern:
    """A shift as the team has them: clock times (minutes after midnight of its date), break, and who works it."""

    start_min: int
    end_min: int
    break_minutes: int
    break_from_min: int | None
    break_to_min: int | None
    begins_at: str
    qualification: str

    @staticmethod
    def of(shift: Shift, qualification: str) -> _Pattern:
        midnight = day_start_min(shift.day)
        first, last = shift.break_from_min, shift.break_to_min
        return _Pattern(
            shift.start_min - midnight,
            shift.end_min - midnight,
            shift.break_minutes,
            None if first is None else first - midnight,
            None if last is None else last - midnight,
            shift.begins_at,
            qualification,
        )

    def on(self, day: int, shift_id: str, carer_id: str) -> Shift:
        midnight = day_start_min(day)
        first, last = self.break_from_min, self.break_to_min
        return Shift(
            shift_id,
            carer_id,
            day,
            midnight + self.start_min,
            midnight + self.end_min,
            self.break_minutes,
            None if first is None else midnight + first,
            None if last is None else midnight + last,
            self.begins_at,
        )


class _Look:
    """A roster looked over for where it is tight."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable) -> None:
        self.problem, self.roster = problem, roster
        self.context = RosterContext(problem, roster, travel)

    @cached_property
    def visits_with(self) -> Counter[tuple[str, str, int]]:
        """How often a carer is at a citizen's home in a week: (citizen, carer, week)."""
        return Counter(
            (visit.citizen_id, carer_id, visit.week)
            for visit in self.context.visits
            if visit.at_home
            for carer_id in visit.needed
        )

    @cached_property
    def waiting_and_detour(self) -> dict[tuple[str, int], float]:
        """Minutes that a placed visit costs its carers on the way there and away, by (need, day)."""
        found: dict[tuple[str, int], float] = defaultdict(float)
        weights = self.problem.weights
        for day in self.context.shift_days.values():
            for leg in day.legs:
                for stop in (leg.before, leg.after):
                    if stop is not None and stop.visit is not None:
                        found[stop.visit.need_id, stop.visit.day] += weights.travel * leg.minutes / 2
            for stop in day.stops:
                if stop.visit is None:
                    continue
                before = [leg.end_min for leg in day.legs if leg.end_min <= stop.start_min]
                before += [other.end_min for other in day.stops if other.end_min <= stop.start_min]
                if before:
                    waited = stop.start_min - max(before)
                    found[stop.visit.need_id, stop.visit.day] += weights.waiting * waited
        return found

    # Shifts

    def shifts(self) -> Iterator[Candidate[MoreShift]]:
        """Patterns of the team's own shifts on every day, for whoever may best take one.

        Of a part of a day the two most pressing, so that other days are tried too: rather for one of the team than
        for a newcomer, and for the lowest qualification that does.
        """
        of_part: dict[tuple[int, int], list[Candidate[MoreShift]]] = defaultdict(list)
        for pattern in self._patterns():
            for day in range(self.problem.calendar.days):
                pressure = self._pressure_on(day, pattern)
                if pressure > 0:
                    part = (pattern.start_min + pattern.end_min) // 2 // PART_MIN
                    of_part[day, part].append(Candidate(self._more_shift(day, pattern), pressure))
        for rows in of_part.values():
            by_qualification: dict[str, Candidate[MoreShift]] = {}
            for row in sorted(rows, key=_apt):
                by_qualification.setdefault(row.change.qualification, row)
            yield from list(by_qualification.values())[:OF_A_PART]

    def _patterns(self) -> list[_Pattern]:
        """The shifts people of each qualification work, by clock time, those that occur most first; an exotic one
        (less than a tenth of the most frequent) is no pattern."""
        found: Counter[_Pattern] = Counter()
        for shift_id, carer_id in self.context.owners.items():
            carer = self.problem.carer_by_id.get(carer_id)
            if carer is not None and not carer.is_trainee:
                found[_Pattern.of(self.problem.shift_by_id[shift_id], carer.qualification)] += 1
        common = max(found.values(), default=0) / 10
        return [pattern for pattern, count in found.most_common() if count >= common]

    def _pressure_on(self, day: int, pattern: _Pattern) -> float:
        weights = self.problem.weights
        start, end = day_start_min(day) + pattern.start_min, day_start_min(day) + pattern.end_min
        pressure = 0.0
        for due in self.context.matching.unplaced:
            first, last = due.need.start_bounds()
            midnight = day_start_min(day)
            reached = midnight + first + due.need.minutes_min <= end and midnight + last >= start
            if day in due.days and reached and qualifies(pattern.qualification, due.need.qualification):
                pressure += weights.unplaced(due.need.priority) / len(due.days)
        for visit in self.context.visits:
            placed = visit.placed
            if placed.day != day or not start <= placed.start_min < end:
                continue
            if not qualifies(pattern.qualification, visit.need.qualification):
                continue
            pressure += self._strange_faces(placed, visit.needed, visit.citizen_id)
        return pressure + self._overtime_on(day, pattern)

    def _strange_faces(self, placed: PlacedVisit, needed: Iterable[str], citizen_id: str) -> float:
        """The price of carers who come this once in the week because nobody better known was free."""
        citizen, week = self.problem.citizen_by_id[citizen_id], week_of(placed.day)
        once = sum(self.visits_with[citizen_id, carer_id, week] == 1 for carer_id in needed)
        return once * self.problem.weights.carer * citizen.continuity_weight

    def _overtime_on(self, day: int, pattern: _Pattern) -> float:
        """Overtime of the week's carers on duty at the time, as far as it is that day's."""
        found, week = 0.0, week_of(day)
        for carer in self.problem.carers:
            if carer.week_hours is None or carer.is_trainee:
                continue
            shifts = [
                row for row in self.context.shifts_of.get(carer.carer_id, ()) if week_of(row.day) == week
            ]
            over = sum(row.minutes for row in shifts) - 60 * carer.week_hours
            if over > 0 and any(row.day == day and self._same_part(row, pattern) for row in shifts):
                found += self.problem.weights.overtime * over / len(shifts)
        return found

    @staticmethod
    def _same_part(shift: Shift, pattern: _Pattern) -> bool:
        midnight = day_start_min(shift.day)
        return shift.start_min < midnight + pattern.end_min and midnight + pattern.start_min < shift.end_min

    def _more_shift(self, day: int, pattern: _Pattern) -> MoreShift:
        """The shift for the carer who may take it, knows most of those visited then, and has most hours left."""
        shift_id = _unused("extra", self.problem.shift_by_id)
        may = [
            carer
            for carer in self.problem.carers
            if carer.qualification == pattern.qualification
            and not carer.is_trainee
            and carer.introduced
            and self._may_take(carer, pattern.on(day, shift_id, carer.carer_id))
        ]
        if may:
            best = min(
                may, key=lambda carer: (-self._known_then(carer, day, pattern), -self._hours_left(carer, day))
            )
            return MoreShift(pattern.on(day, shift_id, best.carer_id), pattern.qualification)
        modes = Counter(carer.mode for carer in self.problem.carers)
        carer_id = _unused("newcomer", self.problem.carer_by_id)
        newcomer = Carer(
            carer_id, carer_id, pattern.qualification, mode=modes.most_common(1)[0][0], kind="substitute"
        )
        return MoreShift(pattern.on(day, shift_id, carer_id), pattern.qualification, newcomer)

    def _may_take(self, carer: Carer, shift: Shift) -> bool:
        away = self.problem.absences_of_carer.get(carer.carer_id, ())
        if any(row.overlaps(shift.start_min, shift.end_min) for row in away):
            return False
        own = self.context.shifts_of.get(carer.carer_id, ())
        return may_add(self.problem.calendar, self.problem.rules, own, shift)

    def _known_then(self, carer: Carer, day: int, pattern: _Pattern) -> int:
        start, end = day_start_min(day) + pattern.start_min, day_start_min(day) + pattern.end_min
        return sum(
            self.visits_with[visit.citizen_id, carer.carer_id, visit.week] > 0
            for visit in self.context.visits
            if visit.placed.day == day and start <= visit.placed.start_min < end
        )

    def _hours_left(self, carer: Carer, day: int) -> float:
        own = self.context.shifts_of.get(carer.carer_id, ())
        planned = sum(row.minutes for row in own if week_of(row.day) == week_of(day))
        return (carer.week_hours or 0) * 60 - planned

    # Windows

    def windows(self) -> Iterator[Candidate[Change]]:
        """Needs with tight windows or agreed times whose visits are unplaced, or dear to reach."""
        unplaced: dict[str, float] = defaultdict(float)
        for due in self.context.matching.unplaced:
            unplaced[due.need.need_id] += self.problem.weights.unplaced(due.need.priority)
        dear: dict[str, float] = defaultdict(float)
        for (need_id, _), minutes in self.waiting_and_detour.items():
            dear[need_id] += minutes
        for need in self.problem.needs:
            pressure = unplaced[need.need_id] + dear[need.need_id]
            change = self._relaxed(need, lacking=unplaced[need.need_id] > 0)
            if change is not None:
                yield Candidate(change, pressure)

    @staticmethod
    def _relaxed(need: Need, *, lacking: bool) -> Change | None:
        first, last = need.start_bounds()
        if need.agreed_start_min is not None and last - first < need.window_end_min - need.window_start_min:
            return AgreedGivenUp(need.need_id)
        return WindowWider(need.need_id, WIDER_MIN) if lacking or last - first <= TIGHT_MIN else None

    # People

    def contacts(self) -> Iterator[Candidate[Change]]:
        """Citizens without a contact carer who meet many: the carer who comes most often becomes it."""
        for citizen in self.problem.citizens:
            if citizen.contact_carer is not None:
                continue
            rows: Counter[str] = Counter()
            for (citizen_id, carer_id, _), count in self.visits_with.items():
                if citizen_id == citizen.citizen_id:
                    rows[carer_id] += count
            if len(rows) > 1:
                carer_id = min(rows, key=lambda one: (-rows[one], one))
                price = self.problem.weights.carer * citizen.continuity_weight
                yield Candidate(ContactCarer(citizen.citizen_id, carer_id), price * (len(rows) - 1))

    def introductions(self) -> Iterator[Candidate[Change]]:
        """Carers who have shifts but are not introduced yet."""
        for carer in self.problem.carers:
            shifts = self.context.shifts_of.get(carer.carer_id, ())
            if not carer.introduced and not carer.is_trainee and shifts:
                yield Candidate(Introduced(carer.carer_id), sum(row.minutes for row in shifts))

    def caps(self) -> Iterator[Candidate[Change]]:
        """Citizens whose cap on different carers is reached while a visit of theirs has no place."""
        weights = self.problem.weights
        for citizen in self.problem.citizens:
            if citizen.carers_max is None:
                continue
            for week in range(self.problem.calendar.weeks):
                people = {
                    who
                    for (whose, who, when) in self.visits_with
                    if (whose, when) == (citizen.citizen_id, week)
                }
                lacking = [
                    weights.unplaced(due.need.priority)
                    for due in self.context.matching.unplaced
                    if due.need.citizen_id == citizen.citizen_id and due.week == week
                ]
                if len(people) >= citizen.carers_max and lacking:
                    yield Candidate(CapRaised(citizen.citizen_id), sum(lacking))
                    break


def _apt(row: Candidate[MoreShift]) -> tuple[float, bool, int, int, str]:
    """The most pressing first, then one of the team, the lowest qualification, the shortest shift."""
    change = row.change
    rung = CARER_QUALIFICATIONS.index(change.qualification)
    return -row.pressure, change.newcomer is not None, rung, change.shift.minutes, change.shift.shift_id


def _unused(word: str, taken: Iterable[str]) -> str:
    """An id that nobody has."""
    known, number = set(taken), 1
    while f"{word}-{number}" in known:
        number += 1
    return f"{word}-{number}"
