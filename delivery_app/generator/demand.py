"""Work against hands, by quarter of an hour: where a visit still fits, and how full the day gets.

A visit's load is its minutes and the way to it, for each of its carers. Hands are the carers on duty, less
their way from and to the base and their break spread over its window. Qualifications are nested: what asks
for a helper also needs one of all hands.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.problem import Citizen, Problem, Shift
from scheduler.qualifications import qualifies
from scheduler.travel import TravelTable

SLOT_MIN = 15
#: Slots of a day, up to 02:00 of the next.
SLOTS = 26 * 60 // SLOT_MIN
#: What a visit may ask for, and which chains of hands it then draws on.
CHAINS: dict[str | None, tuple[str, ...]] = {
    None: ("any",),
    "untrained": ("any",),
    "helper": ("any", "helper"),
    "assistant": ("any", "helper", "assistant"),
    "nurse": ("any", "helper", "assistant", "nurse"),
    "therapist": ("any", "therapist"),
    "physiotherapist": ("any", "therapist", "physiotherapist"),
    "occupational_therapist": ("any", "therapist", "occupational_therapist"),
}
ASKED = (None, "helper", "assistant", "nurse", "therapist", "physiotherapist", "occupational_therapist")
#: Neighbours that a citizen's usual way is measured to, and how much longer ways really are than to these.
NEIGHBOURS, DETOUR = 4, 1.4
#: How much of the way from the base a visit costs.
FROM_BASE = 0.3
#: Minutes at both ends of a shift, and around what happens at the base, that go to the way.
ENDS_MIN = 6
#: So much of the hands is lost to gaps between visits: of one carer a good part, of six together little.
LOST = 0.25
#: Hands where there are none, so that a ratio can be formed.
NO_HANDS = 0.05
#: By day and slot: carers, or load in carers.
Grid = list[list[float]]


@dataclass(frozen=True)
class Window:
    """Where a shift can have a visit to a place: start and end of the visit, minutes after midnight of its
    day.
    """

    shift: Shift
    first_min: int
    last_min: int


class LoadBoard:
    """The pack's days with the hands on duty and the load so far."""

    def __init__(self, problem: Problem, travel: TravelTable | None = None) -> None:
        self.problem = problem
        self.travel = travel or TravelTable(problem)
        self.days = problem.calendar.days
        self._shifts: dict[int, list[Shift]] = defaultdict(list)
        for shift in problem.shifts:
            if shift.carer_id is not None and not problem.carer_by_id[shift.carer_id].is_trainee:
                self._shifts[shift.day].append(shift)
        self.hands: dict[str, Grid] = defaultdict(self._empty)
        self.load: dict[str, Grid] = defaultdict(self._empty)
        for shifts in self._shifts.values():
            for shift in shifts:
                self._add_hands(shift)
        for ferry in problem.ferries:
            midnight = ferry.day * DAY_MIN
            hands = self.hands[f"island {ferry.island}"][ferry.day]
            for slot, share in _slots(
                ferry.first_arrival_min - midnight, ferry.last_departure_min - midnight
            ):
                hands[slot] += share
        self.hop_min = self._hops()
        self._windows: dict[tuple[str, int], list[Window]] = {}
        self._able: dict[tuple[str, int, str | None], list[Window]] = {}

    def _empty(self) -> Grid:
        return [[0.0] * SLOTS for _ in range(self.days)]

    def _add_hands(self, shift: Shift) -> None:
        problem = self.problem
        carer = problem.carer_by_id[shift.carer_id or ""]
        midnight = shift.day * DAY_MIN
        presence = dict(_slots(shift.start_min - midnight + ENDS_MIN, shift.end_min - midnight - ENDS_MIN))
        if shift.break_minutes:
            start, end = shift.break_window()
            for slot, share in _slots(start - midnight, end - midnight):
                presence[slot] = presence.get(slot, 0.0) - share * shift.break_minutes / (end - start)
        for absence in problem.absences_of_carer.get(carer.carer_id, ()):
            for slot, share in _slots(absence.start_min - midnight, absence.end_min - midnight):
                if slot in presence:
                    presence[slot] *= 1 - share
        if shift.begins_at in {citizen.island for citizen in problem.citizens if citizen.island}:
            chains = [f"island {shift.begins_at}"]
        else:
            chains = [CHAINS[asked][-1] for asked in ASKED if qualifies(carer.qualification, asked)]
        for chain in chains:
            hands = self.hands[chain][shift.day]
            for slot, share in presence.items():
                hands[slot] += share

    def _hops(self) -> dict[str, float]:
        """Usual minutes of the way to a citizen, by the team's mix of modes.

        From the nearest neighbours, and a share of the way from the base: a round goes out to a village
        once and makes several visits there. An island's ferry counts like such a way, unless a carer lives
        there.
        """
        problem, travel = self.problem, self.travel
        ids = [citizen.citizen_id for citizen in problem.citizens]
        # Places are the base, the citizens, the sessions, in this order.
        rows = slice(1, 1 + len(ids))
        modes = [carer.mode for carer in problem.carers]
        total = np.zeros(len(ids))
        for mode, legs in travel.legs.items():
            minutes = legs.minutes[rows, rows].astype(np.float64)
            np.fill_diagonal(minutes, np.inf)
            nearest = np.sort(minutes, axis=1)[:, : max(1, min(NEIGHBOURS, len(ids) - 1))]
            nearest[~np.isfinite(nearest)] = 5.0
            way = DETOUR * nearest.mean(axis=1) + FROM_BASE * legs.minutes[0, rows]
            total += modes.count(mode) / len(modes) * way
        return {one: float(value) for one, value in zip(ids, total, strict=True)}

    def windows(self, citizen: Citizen, day: int) -> list[Window]:
        """The day's shifts that reach a citizen, each with the earliest start and latest end of a visit."""
        key = (citizen.citizen_id, day)
        if key not in self._windows:
            found = (self._window(citizen, day, shift) for shift in self._shifts.get(day, ()))
            self._windows[key] = [window for window in found if window is not None]
        return self._windows[key]

    def _window(self, citizen: Citizen, day: int, shift: Shift) -> Window | None:
        problem, midnight = self.problem, day * DAY_MIN
        carer = problem.carer_by_id[shift.carer_id or ""]
        if (carer.carer_id, citizen.citizen_id) in problem.barred_pairs or not carer.introduced:
            return None
        place = citizen.citizen_id
        out = self.travel.end_minutes(shift.begins_at, place, carer.mode, day, outward=True)
        back = self.travel.end_minutes(shift.begins_at, place, carer.mode, day, outward=False)
        if out is None or back is None:
            return None
        first, last = shift.start_min + out, shift.end_min - back
        if citizen.island is not None and shift.begins_at != citizen.island:
            ferry = problem.ferry_on.get((citizen.island, day))
            if ferry is None:
                return None
            first, last = max(first, ferry.first_arrival_min), min(last, ferry.last_departure_min)
        return Window(shift, first - midnight, last - midnight)

    def has_carers(
        self, citizen: Citizen, day: int, asked: str | None, start: int, minutes: int, carers: int
    ) -> bool:
        """Whether so many carers on duty could be in the home then, were there nothing else to do."""
        key = (citizen.citizen_id, day, asked)
        if key not in self._able:
            by_id = self.problem.carer_by_id
            self._able[key] = [
                window
                for window in self.windows(citizen, day)
                if qualifies(by_id[window.shift.carer_id or ""].qualification, asked)
            ]
        found: set[str | None] = set()
        for window in self._able[key]:
            if window.first_min <= start and start + minutes <= window.last_min:
                if not self._is_away(window.shift.carer_id, day * DAY_MIN + start, minutes):
                    found.add(window.shift.carer_id)
                if len(found) >= carers:
                    return True
        return False

    def _is_away(self, carer_id: str | None, start: int, minutes: int) -> bool:
        rows = self.problem.absences_of_carer.get(carer_id or "", ())
        return any(row.overlaps(start, start + minutes) for row in rows)

    def chains(self, citizen: Citizen, asked: str | None, day: int, start: int) -> tuple[str, ...]:
        """The hands a visit draws on; on an island those who are there, and one from outside where nobody
        is.
        """
        if citizen.island is None:
            return CHAINS[asked]
        island = f"island {citizen.island}"
        here = any(
            window.shift.begins_at == citizen.island and window.first_min <= start <= window.last_min
            for window in self.windows(citizen, day)
        )
        return (island,) if here else (island, *CHAINS[asked])

    def fullness(
        self, citizen: Citizen, asked: str | None, day: int, start: int, minutes: int, carers: int
    ) -> float:
        """The greatest load per hand in the visit's slots, were it added; very large where no hand is."""
        added = _slots(start, start + minutes + self.hop_min[citizen.citizen_id])
        worst = 0.0
        for chain in self.chains(citizen, asked, day, start):
            hands, load = self.hands[chain][day], self.load[chain][day]
            for slot, share in added:
                worst = max(worst, (load[slot] + carers * share) / max(hands[slot] - LOST, NO_HANDS))
        return worst

    def add(
        self, citizen: Citizen, asked: str | None, day: int, start: int, minutes: int, carers: int
    ) -> None:
        """Count a visit; a negative number of carers takes one back."""
        added = _slots(start, start + minutes + self.hop_min[citizen.citizen_id])
        for chain in self.chains(citizen, asked, day, start):
            load = self.load[chain][day]
            for slot, share in added:
                load[slot] += carers * share

    def add_at_base(self, asked: str | None, day: int, start: int, minutes: int, carers: int) -> None:
        """Count what happens elsewhere than in a home: a session or a meeting."""
        for chain in CHAINS[asked]:
            for slot, share in _slots(start - ENDS_MIN, start + minutes + ENDS_MIN):
                self.load[chain][day][slot] += carers * share

    def ratio(self, chain: str, day: int, start: int, end: int) -> float:
        """Load per hand between two clock times of a day; 0 where neither is."""
        slots = slice(start // SLOT_MIN, -(-end // SLOT_MIN))
        hands, load = sum(self.hands[chain][day][slots]), sum(self.load[chain][day][slots])
        return 0.0 if load <= 0 else load / max(hands, NO_HANDS)


def _slots(start: float, end: float) -> list[tuple[int, float]]:
    """The slots of a day that [start, end) touches, each with the share of it that is covered."""
    start, end = max(0.0, start), min(float(SLOTS * SLOT_MIN), end)
    first, last = int(start // SLOT_MIN), int(-(-end // SLOT_MIN))
    return [
        (slot, (min(end, (slot + 1) * SLOT_MIN) - max(start, slot * SLOT_MIN)) / SLOT_MIN)
        for slot in range(first, last)
    ]
