"""Who works when: every other weekend, five weekdays by the load, lengths that make up the contract hours.

Every carer keeps rest rules by construction: in one week only days or only evenings (but for a weekend),
never a day after an evening, at most six days in a row, two days off a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from delivery_app.generator.drafts import DraftShift, Member
from delivery_app.generator.settings import Settings
from scheduler.clock import DAY_MIN
from scheduler.problem import Rules

DAY, EVENING = "day", "evening"
PARTS = (DAY, EVENING)
#: Length of a shift when shifts are counted out.
USUAL_SHIFT_HOURS = 6.7
DAYS_IN_A_ROW = 6
#: Weekends count as having fewer hands than they have when a substitute's days are chosen.
WEEKEND_FIRST = 0.8


@dataclass(frozen=True)
class Load:
    """Minutes in homes and on the way, on a usual weekday and a usual weekend day, by part of the day."""

    weekday: dict[str, float]
    weekend: dict[str, float]
    #: Carers that must be there at once, by part.
    at_least: dict[str, int]

    def share(self, weekend: bool, part: str) -> float:
        """The part's share of the day's load."""
        load = self.weekend if weekend else self.weekday
        return load[part] / max(1.0, sum(load.values()))


class Rotation:
    """Makes the shifts of consecutive weeks, each knowing the weeks before."""

    def __init__(
        self, settings: Settings, members: list[Member], load: Load, first_monday: int, rng: Random
    ) -> None:
        self._settings = settings
        self._members = members
        self._load = load
        #: Number of the pack's first week since the beginning of the calendar: says whose weekend it is.
        self._first_week = first_monday // 7
        self._rng = rng
        #: (carer id, day) -> part worked.
        self._works: dict[tuple[str, int], str] = {}
        #: The earliest start and latest end of a part's shifts.
        self._widest: dict[str, tuple[int, int]] = {}
        for part in PARTS:
            kinds = list(getattr(settings.staff.shifts, part))
            if part == EVENING and settings.place.late_shift is not None:
                kinds.append(settings.place.late_shift)
            self._widest[part] = (min(start for start, _ in kinds), max(end for _, end in kinds))

    def weeks(self, first: int, last: int) -> list[DraftShift]:
        """The shifts of weeks ``first`` to ``last`` (0 is the pack's first), in order of day."""
        shifts = []
        for week in range(first, last + 1):
            self._plan_weekend(week)
            self._plan_weekdays(week)
            self._plan_therapists(week)
            self._plan_substitutes(week)
            self._mend(week)
            shifts += self._with_lengths(week)
        shifts += self._trainee_shifts(shifts)
        order = {member.carer_id: index for index, member in enumerate(self._members)}
        shifts.sort(key=lambda s: (s.day, s.start_min, order[s.member.carer_id] if s.member else -1))
        return shifts

    def _has_weekend(self, member: Member, week: int) -> bool:
        return (self._first_week + week + member.group) % 2 == 0

    def _regular(self) -> list[Member]:
        return [member for member in self._members if member.role in PARTS]

    def _plan_weekend(self, week: int) -> None:
        on = [member for member in self._regular() if self._has_weekend(member, week)]
        self._rng.shuffle(on)
        least = self._load.at_least
        wanted = max(least[EVENING], int(len(on) * self._load.share(True, EVENING) + 0.5))
        wanted = max(1, min(wanted, len(on) - 1))
        on.sort(key=lambda member: member.role != EVENING)
        late, early = on[:wanted], on[wanted:]
        _spread_skill(late, early)
        for part, group in ((EVENING, late), (DAY, early)):
            for member in group:
                for day in (7 * week + 5, 7 * week + 6):
                    self._works[member.carer_id, day] = part

    def _weekday_shifts(self, member: Member, week: int) -> int:
        """How many of the week's shifts lie on weekdays: over two weeks the contract hours, with four
        weekend days less.
        """
        two_weeks = int(2 * (member.hours or 0) / USUAL_SHIFT_HOURS + 0.35)
        if self._has_weekend(member, week):
            return (two_weeks + 1) // 2 - 2
        return two_weeks // 2

    def _plan_weekdays(self, week: int) -> None:
        """Evening carers first, then day carers' single evenings where these are too few, then the days."""
        left = {member.carer_id: self._weekday_shifts(member, week) for member in self._regular()}
        members = self._regular()
        self._rng.shuffle(members)
        members.sort(key=lambda member: not member.is_skilled)
        late = [member for member in members if member.role == EVENING]
        early = [member for member in members if member.role == DAY]
        for member in late:
            self._give(member, week, EVENING, left)
        total = sum(left.values()) + sum(
            self._on_count(day, EVENING) for day in range(7 * week, 7 * week + 5)
        )
        wanted = max(float(self._load.at_least[EVENING]), total / 5 * self._load.share(False, EVENING))
        for index, day in enumerate(range(7 * week, 7 * week + 5)):
            # Two and a half carers are two and three by turns.
            turn = int((index + 1) * wanted + 0.5) - int(index * wanted + 0.5)
            self._lend_evenings(day, turn - self._on_count(day, EVENING), early, left)
        for member in early:
            self._give(member, week, DAY, left)

    def _give(self, member: Member, week: int, part: str, left: dict[str, int]) -> None:
        """The member's weekday shifts that are left, on the days with fewest carers; else the other part."""
        while left[member.carer_id] > 0:
            choices = [
                (one != part, self._crowding(member, day, one), day, one)
                for day in range(7 * week, 7 * week + 5)
                for one in PARTS
                if self._may_work(member, day, one) and (one == part or member.island is None)
            ]
            if not choices:
                return
            _, _, day, one = min(choices)
            self._works[member.carer_id, day] = one
            left[member.carer_id] -= 1

    def _lend_evenings(self, day: int, missing: int, early: list[Member], left: dict[str, int]) -> None:
        for _ in range(max(0, missing)):
            free = [
                member
                for member in early
                if left[member.carer_id] > 1
                and member.island is None
                and member.qualification != "nurse"
                and self._may_work(member, day, EVENING)
            ]
            if free:
                # A day after an evening is lost to day shifts, so evenings come in a row.
                lent = max(
                    free,
                    key=lambda m: (self._works.get((m.carer_id, day - 1)) == EVENING, left[m.carer_id]),
                )
                self._works[lent.carer_id, day] = EVENING
                left[lent.carer_id] -= 1

    def _on_count(self, day: int, part: str) -> int:
        return len(self._on(day, part))

    def _crowding(self, member: Member, day: int, part: str) -> float:
        on = self._on(day, part)
        score = len(on) + self._rng.random() * 0.4
        if member.is_skilled:
            score += 2.0 * sum(other.is_skilled for other in on)
        return score

    def _on(self, day: int, part: str) -> list[Member]:
        return [member for member in self._members if self._works.get((member.carer_id, day)) == part]

    def _may_work(self, member: Member, day: int, part: str) -> bool:
        works = self._works
        key = member.carer_id
        if (key, day) in works:
            return False
        if part == DAY and works.get((key, day - 1)) == EVENING:
            return False
        if part == EVENING and works.get((key, day + 1)) == DAY:
            return False
        row = 1
        for step in (-1, 1):
            other = day + step
            while (key, other) in works:
                row += 1
                other += step
        return row <= DAYS_IN_A_ROW and self._rests(member, day, part)

    def _rests(self, member: Member, day: int, part: str) -> bool:
        """Whether, with that day worked too, its week keeps the free piece that rule 5 asks for, and an hour more."""
        monday = day - day % 7
        free_from, longest = DAY_MIN * monday, 0
        for other in range(monday - 1, monday + 7):
            worked = part if other == day else self._works.get((member.carer_id, other))
            if worked is not None:
                start, end = self._widest[worked]
                longest = max(longest, DAY_MIN * other + start - free_from)
                free_from = max(free_from, DAY_MIN * other + end)
        longest = max(longest, DAY_MIN * (monday + 7) - free_from)
        return longest >= 60 * Rules().weekly_rest_hours + 60

    def _plan_therapists(self, week: int) -> None:
        for member in self._members:
            if member.role == "therapist":
                shifts = round((member.hours or 0) / 7.25)
                off = {2, 4} if shifts <= 3 else {4} if shifts == 4 else set()
                for weekday in range(5):
                    if weekday not in off:
                        self._works[member.carer_id, 7 * week + weekday] = DAY

    def _plan_substitutes(self, week: int) -> None:
        """Substitutes come on the days with fewest hands for the work: mostly at weekends."""
        days = range(7 * week, 7 * week + 7)
        substitutes = [member for member in self._members if member.role == "substitute"]
        for _ in range(self._settings.staff.hours.substitute_shifts_per_week):
            for member in substitutes:
                free = [d for d in days if self._may_work(member, d, DAY)]
                if free:
                    best = min(free, key=lambda d: (self._hands_for_work(d), d))
                    self._works[member.carer_id, best] = DAY

    def _hands_for_work(self, day: int) -> float:
        load = self._load.weekend if day % 7 >= 5 else self._load.weekday
        hands = self._on_count(day, DAY) + self._on_count(day, EVENING)
        return hands / max(1.0, sum(load.values())) * (WEEKEND_FIRST if day % 7 >= 5 else 1)

    def _mend(self, week: int) -> None:
        """Move single shifts between day and evening, so that each has its share of the day's carers.

        From the last day back: who turns to evenings on Sunday may then turn on Saturday too.
        """
        for day in reversed(range(7 * week, 7 * week + 7)):
            total = self._on_count(day, DAY) + self._on_count(day, EVENING)
            exact = total * self._load.share(day % 7 >= 5, EVENING)
            # Weekdays were shared out with an eye to the whole week: there one more or less is left alone.
            least = int(exact + 0.5) if day % 7 >= 5 else int(exact)
            late = min(max(self._on_count(day, EVENING), least), int(exact) + 1)
            late = min(max(late, self._load.at_least[EVENING]), total - self._load.at_least[DAY])
            late = max(1, late)
            for part, other, wanted in ((EVENING, DAY, late), (DAY, EVENING, total - late)):
                while self._on_count(day, part) < wanted:
                    spare = [m for m in self._on(day, other) if self._can_turn(m, day, part)]
                    if not spare:
                        break
                    self._works[min(spare, key=lambda m: self._reluctance(m, day, part)).carer_id, day] = part

    def _reluctance(self, member: Member, day: int, part: str) -> tuple[bool, bool, bool, bool]:
        """Who is turned first: whose usual part it is, substitutes, who works that part next day, the less
        skilled.
        """
        return (
            member.role != part,
            member.role != "substitute",
            self._works.get((member.carer_id, day + 1)) != part,
            member.is_skilled,
        )

    def _can_turn(self, member: Member, day: int, part: str) -> bool:
        if member.role == "therapist" or member.island is not None or member.qualification == "nurse":
            return False
        before, after = (self._works.get((member.carer_id, day + step)) for step in (-1, 1))
        follows = after != DAY if part == EVENING else before != EVENING
        return follows and self._rests(member, day, part)

    def _with_lengths(self, week: int) -> list[DraftShift]:
        staff = self._settings.staff
        shifts = []
        for member in self._members:
            own = []
            for day in range(7 * week, 7 * week + 7):
                part = self._works.get((member.carer_id, day))
                if part is not None:
                    kinds = (
                        staff.shifts.therapist if member.role == "therapist" else getattr(staff.shifts, part)
                    )
                    own.append(DraftShift(member, day, part, *kinds[0]))
            if member.hours is not None and member.role in PARTS:
                self._fit_hours(member, own)
            shifts += own
        self._stagger_evenings(week, shifts)
        for shift in shifts:
            if shift.part == DAY and self._rng.random() < staff.reserve.share:
                shift.reserve_min = self._rng.choice(staff.reserve.minutes)
        return shifts

    def _fit_hours(self, member: Member, own: list[DraftShift]) -> None:
        """Choose lengths so that the week's minutes come near the contract; weekend shifts keep theirs
        longest.
        """
        target = 60 * (member.hours or 0)
        weekdays = [shift for shift in own if shift.day % 7 < 5]
        self._rng.shuffle(weekdays)
        for shift in [*weekdays, *(shift for shift in own if shift.day % 7 >= 5)]:
            off = target - sum(one.minutes for one in own)
            if abs(off) <= 30:
                return
            kinds = getattr(self._settings.staff.shifts, shift.part)
            best = min(kinds, key=lambda kind: abs(off - (kind[1] - kind[0] - shift.minutes)))
            shift.start_min, shift.end_min = best

    def _stagger_evenings(self, week: int, shifts: list[DraftShift]) -> None:
        """An evening's carers begin with it and stay to its end by turns, whatever their shifts' lengths.

        Where packages are delivered at night, one of several stays later still.
        """
        late = self._settings.place.late_shift
        first, last = self._settings.staff.shifts.evening[0]
        for day in range(7 * week, 7 * week + 7):
            evening = [shift for shift in shifts if shift.day == day and shift.part == EVENING]
            if late is not None and len(evening) > 1:
                helpers = [
                    s for s in evening if s.member and s.member.qualification != "untrained"
                ] or evening
                chosen = max(helpers, key=lambda shift: shift.minutes)
                chosen.start_min, chosen.end_min = late
                evening.remove(chosen)
            evening.sort(key=lambda shift: -shift.minutes)
            for index, shift in enumerate(evening):
                length = shift.minutes
                if index % 2 == 0:
                    shift.start_min, shift.end_min = first, first + length
                else:
                    shift.start_min, shift.end_min = last - length, last

    def _trainee_shifts(self, shifts: list[DraftShift]) -> list[DraftShift]:
        """A trainee has the mentor's weekday shifts."""
        own = []
        for member in self._members:
            if member.mentor is not None:
                for shift in shifts:
                    if (
                        shift.member is not None
                        and shift.member.carer_id == member.mentor
                        and shift.day % 7 < 5
                    ):
                        own.append(DraftShift(member, shift.day, shift.part, shift.start_min, shift.end_min))
        return own


def _spread_skill(late: list[Member], early: list[Member]) -> None:
    """Swap one carer, so that both parts of the day have somebody who does an assistant's work, where two
    are there.
    """
    for here, there in ((late, early), (early, late)):
        skilled = [member for member in there if member.is_skilled and member.island is None]
        if not any(member.is_skilled for member in here) and len(skilled) >= 2 and here:
            leaves = here[-1]
            here[-1] = skilled[-1]
            there[there.index(skilled[-1])] = leaves
