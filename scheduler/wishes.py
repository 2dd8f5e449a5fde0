"""Carers' wishes, date by date: which shift goes against one or grants it, and how each came out (S7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.clock import DAY_MIN
from scheduler.elements import PARTS
from scheduler.open_shifts import obstacles, shifts_with
from scheduler.problem import Problem, Shift, Wish
from scheduler.working_days import part_of

#: Why a wish is not granted: a given shift; an open one that is dearer with others, or that the rules allow nobody
#: else; somebody else has the shift wished for; the rules do not allow it; nobody works it; there is none.
REASONS = GIVEN, NEEDED, OTHERS_STOPPED, TAKEN, NOT_ALLOWED, NOT_WORKED, NONE_OPEN = (
    "given",
    "needed",
    "others_stopped",
    "taken",
    "not_allowed",
    "not_worked",
    "none_open",
)


@dataclass(frozen=True)
class DatedWish:
    """A wish for one date."""

    wish: Wish
    day: int

    @property
    def carer_id(self) -> str:
        """Whose it is."""
        return self.wish.carer_id

    def is_against(self, shift: Shift) -> bool:
        """Whether working the shift goes against a wish for time off, or for a part of the day."""
        if self.wish.wish in PARTS:
            return shift.day == self.day and part_of(shift) != self.wish.wish
        start, end = self._span()
        return self.wish.wish == "off" and shift.start_min < end and start < shift.end_min

    def is_for(self, shift: Shift) -> bool:
        """Whether working the shift is what an ``on`` wish asks for."""
        start, end = self._span()
        return self.wish.wish == "on" and shift.day == self.day and start <= shift.start_min < end

    def _span(self) -> tuple[int, int]:
        start, end = self.wish.times()
        return self.day * DAY_MIN + start, self.day * DAY_MIN + end


@dataclass(frozen=True)
class WishOutcome:
    """Whether a wish for a date is granted; if not, ``why`` (one of :data:`REASONS`), by which shift, and the
    rules (codes) that stop the carer whose wish it is."""

    dated: DatedWish
    granted: bool
    why: str | None = None
    shift_id: str | None = None
    rules: tuple[str, ...] = ()


def dated_wishes(problem: Problem) -> list[DatedWish]:
    """Every wish for every date it speaks of, in the pack's order."""
    return [
        DatedWish(wish, day)
        for wish in problem.wishes
        for day in (range(problem.calendar.days) if wish.day is None else (wish.day,))
    ]


def wish_outcomes(problem: Problem, open_shifts: Mapping[str, str]) -> list[WishOutcome]:
    """How each wish came out, given who takes the open shifts (shift id -> carer id).

    A wish for a part of the day or for time off says something only of dates with work: one for every date is
    told for those on which the carer works, or would have.
    """
    own = shifts_with(problem, open_shifts)
    near: dict[int, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        near[shift.day].append(shift)
    found = []
    for dated in dated_wishes(problem):
        outcome = _outcome(problem, dated, own, near, open_shifts)
        if outcome is not None:
            found.append(outcome)
    return found


def _outcome(
    problem: Problem,
    dated: DatedWish,
    own: Mapping[str, Sequence[Shift]],
    near: Mapping[int, Sequence[Shift]],
    open_shifts: Mapping[str, str],
) -> WishOutcome | None:
    mine = own.get(dated.carer_id, ())
    if dated.wish.wish == "on":
        return _outcome_on(problem, dated, mine, near.get(dated.day, ()), open_shifts, own)
    against = [shift for shift in mine if dated.is_against(shift)]
    if not against:
        spoken_of = dated.wish.day is not None or any(shift.day == dated.day for shift in mine)
        return WishOutcome(dated, True) if spoken_of else None
    given = next((shift for shift in against if shift.carer_id is not None), None)
    if given is not None:
        return WishOutcome(dated, False, GIVEN, given.shift_id)
    shift = against[0]
    alone = all(
        obstacles(problem, carer, own.get(carer.carer_id, ()), shift)
        for carer in problem.carers
        if carer.carer_id != dated.carer_id
    )
    return WishOutcome(dated, False, OTHERS_STOPPED if alone else NEEDED, shift.shift_id)


def _outcome_on(
    problem: Problem,
    dated: DatedWish,
    mine: Sequence[Shift],
    of_day: Iterable[Shift],
    open_shifts: Mapping[str, str],
    own: Mapping[str, Sequence[Shift]],
) -> WishOutcome | None:
    if any(dated.is_for(shift) for shift in mine):
        return WishOutcome(dated, True)
    wanted = [shift for shift in of_day if shift.carer_id is None and dated.is_for(shift)]
    if not wanted:
        return None if dated.wish.day is None else WishOutcome(dated, False, NONE_OPEN)
    carer = problem.carer_by_id[dated.carer_id]
    stopped = {shift.shift_id: obstacles(problem, carer, mine, shift) for shift in wanted}
    free = [shift for shift in wanted if not stopped[shift.shift_id]]
    if not free:
        return WishOutcome(dated, False, NOT_ALLOWED, wanted[0].shift_id, stopped[wanted[0].shift_id])
    taken = next((shift for shift in free if shift.shift_id in open_shifts), None)
    if taken is not None:
        return WishOutcome(dated, False, TAKEN, taken.shift_id)
    return WishOutcome(dated, False, NOT_WORKED, free[0].shift_id)
